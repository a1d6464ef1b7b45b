"""Many small files of a month that is over into one: the same rows, the same versions, fewer files to open.

A join is a commit of its own that brings nothing new: its one file holds, of each row, the newest version in
the files it replaces, and counts as old as the newest of them, so that whatever came in the meantime still
wins over it. The files it replaces stay: the lake as of an earlier version reads them.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from lantian.lake import engine, reading, writing
from lantian.lake.history import AlreadyTakenError, History
from lantian.lake.kinds import Kind
from lantian.lake.log import Commit
from lantian.lake.reading import Versioned

LEAST = 8
"""Fewer files of a month are not worth it."""
MOST = 20_000_000
"""More rows than this are not held at once, and are few files as it is."""


def join(root: Path, history: History, kind: Kind, files: Sequence[Versioned], before: date) -> list[Commit]:
    """See `Lake.join`. `files` are those of the newest version of the lake."""
    months: dict[str, list[Versioned]] = {}
    for item in files:
        if item[1].period < f"{before:%Y-%m}":
            months.setdefault(item[1].period, []).append(item)
    done = []
    for period, items in sorted(months.items()):
        if len(items) < LEAST or sum(file.rows for _, file in items) > MOST:
            continue
        # Somebody else joined them meanwhile: as good.
        with contextlib.suppress(AlreadyTakenError):
            done.append(_joined(root, history, kind, period, items))
    return done


def _joined(root: Path, history: History, kind: Kind, period: str, items: Sequence[Versioned]) -> Commit:
    everything = reading.plan(
        root, kind, items, wanted=reading.Range(None, None), places=None, place_set=_any_places
    )
    connection = engine.cursor()
    try:
        rows = engine.query(reading.select(everything, kind.names), connection).cast(kind.schema)
    finally:
        connection.close()
    ((_, part),) = writing.partitions(kind, rows)
    file = replace(
        writing.write_partition(root, kind, period, part), version=max(version for version, _ in items)
    )
    replaced = tuple(sorted(file.path for _, file in items))
    draft = Commit(
        version=0,
        time=datetime.now(UTC),
        kind=kind.name,
        source="join",
        rows=file.rows,
        fingerprint=f"join {hashlib.sha256(chr(10).join(replaced).encode()).hexdigest()}",
        files=(file,),
        replaces=replaced,
    )
    try:
        return history.publish(draft)
    except BaseException:
        if not any(file in commit.files for commit in history.commits()):
            (root / file.path).unlink(missing_ok=True)
        raise


def _any_places(digest: str) -> frozenset[str]:
    """All files may meet: they are compared as a whole here, and their sets of places need not be read."""
    return frozenset(("",))
