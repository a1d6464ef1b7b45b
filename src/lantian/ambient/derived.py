"""Days kept beside the lake, so that a question asked twice is not computed twice.

A kept file is named by everything its content depends on: the data files of the month, the rules, the
members of each group, and this code. Nothing is ever overwritten or trusted by age: another content has
another name. Each file says from which data files it was made, so that a month that has grown can be built on
it. The folder `derived/` of a store may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypedDict

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = "derived"
KEPT = 24
"""Files kept per month and origin; the oldest go."""
CODE = (
    "hours.py",
    "days.py",
    "index.py",
    "rules.py",
    "sources.py",
    "origins.py",
    "growth.py",
    "keeping.py",
    "../lake/reading.py",
)
_MADE = b"lantian.made"


class Made(TypedDict):
    """From what a kept file was made: data files, ends of the held hours, lost hours by day number."""

    files: list[str]
    edges: list[str]
    lost: list[list[int]]


@cache
def code_digest() -> str:
    """A fingerprint of the code that makes days: other code, other names."""
    total = hashlib.sha256()
    for name in CODE:
        total.update((Path(__file__).parent / name).read_bytes())
    return total.hexdigest()


def digest(*parts: object) -> str:
    """A name for whatever `parts` say, and for this code."""
    body = json.dumps([code_digest(), *parts], ensure_ascii=False, default=str, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def get(root: Path, origin: str, month: str, name: str) -> pa.Table | None:
    """The kept table, or None."""
    path = _path(root, origin, month, name)
    try:
        # Not `read_table`, which imports pandas where there is one: a second, once a process.
        with path.open("rb") as file:
            table = pq.ParquetFile(file).read()
    except (FileNotFoundError, pa.ArrowInvalid, OSError):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return table.replace_schema_metadata(None)


def made_of(root: Path, origin: str, month: str, family: str) -> Iterator[tuple[str, Made]]:
    """Name and origin of each kept file of a family."""
    for path in _path(root, origin, month, "").parent.glob(f"{family}-*.parquet"):
        with contextlib.suppress(OSError, pa.ArrowInvalid, ValueError), path.open("rb") as file:
            said = (pq.ParquetFile(file).schema_arrow.metadata or {}).get(_MADE)
            if said is not None:
                yield path.stem, json.loads(said)


def put(root: Path, origin: str, month: str, name: str, *, table: pa.Table, made: Made) -> None:
    """Keep a table: whole or not at all. A store that cannot be written to just keeps nothing."""
    path = _path(root, origin, month, name)
    draft = path.with_name(f".{uuid.uuid4().hex}.tmp")
    said = table.replace_schema_metadata({_MADE: json.dumps(made).encode()})
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            pq.write_table(said, draft, compression="zstd")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _forget_old(path.parent)


def _path(root: Path, origin: str, month: str, name: str) -> Path:
    return root / FOLDER / origin / month / f"{name}.parquet"


def _forget_old(folder: Path) -> None:
    files = sorted(folder.glob("*.parquet"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)
