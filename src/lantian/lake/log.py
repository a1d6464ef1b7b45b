"""The log of a lake: numbered commit files, each published at once or not at all.

A commit is one JSON file `commits/00000001.json`. It is written and flushed under a temporary name and then
linked to its number; a link to a name that exists fails, so two writers cannot take the same number and a
reader never sees half a commit. A data file that no commit names does not exist for readers.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lantian.errors import LantianError


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of a commit: where it lies and which keys it may hold.

    `first` and `last` are its first and last clock value as ISO text, `places` the digest of its set of
    places, `labels` that of their names and cities (empty in files of before there were labels). `version` is
    that of the newest row of a file that joins others, 0 in one that came with its commit.
    """

    path: str
    period: str
    rows: int
    size: int
    first: str
    last: str
    places: str
    labels: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Commit:
    """One version of the lake: what was appended, when, from where.

    `version` counts from 1; `time` is an aware UTC instant and never goes back; `fingerprint` names the
    content that was taken, so that it is not taken twice; `details` is the writer's own record; `replaces`
    names the files whose rows stand in its own (`joining`).
    """

    version: int
    time: datetime
    kind: str
    source: str
    rows: int
    note: str = ""
    fingerprint: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[DataFile, ...] = ()
    replaces: tuple[str, ...] = ()

    @property
    def joins(self) -> bool:
        """Whether it brought nothing new, only other files for the same rows."""
        return bool(self.replaces)


def file_name(version: int) -> str:
    """The file name of a commit."""
    return f"{version:08d}.json"


def publish(folder: Path, commit: Commit) -> None:
    """Publish a commit under its number.

    Raises
    ------
    FileExistsError
        when another writer took the number first
    """
    write_new(folder / file_name(commit.version), json.dumps(plain(commit), ensure_ascii=False, indent=1))


def plain(commit: Commit) -> dict[str, Any]:
    """A commit as JSON values. What joining added stands in joins only: older readers know no such fields."""
    body = {**asdict(commit), "time": commit.time.isoformat()}
    if not commit.joins:
        del body["replaces"]
        for file in body["files"]:
            del file["version"]
    return body


def read(path: Path) -> Commit:
    """Read one commit. Raises LantianError when it cannot be understood."""
    try:
        return commit_of(json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise LantianError(
            f"this commit cannot be read ({error})",
            where=str(path),
            remedy="Restore it from a copy of the store.",
        ) from error


def commit_of(plain: dict[str, Any]) -> Commit:
    """A commit from its JSON values. Raises ValueError, KeyError or TypeError where they are none."""
    time = datetime.fromisoformat(plain["time"]).astimezone(UTC)
    files = tuple(DataFile(**file) for file in plain["files"])
    replaces = tuple(plain.get("replaces", ()))
    return Commit(**{**plain, "time": time, "files": files, "replaces": replaces})


def write_new(path: Path, body: str) -> None:
    """Write a whole text file that must not exist yet, durably; it appears complete or not at all.

    Raises
    ------
    FileExistsError
        when the file exists
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with draft.open("x", encoding="utf-8") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise LantianError(
            f"cannot be written ({error.strerror})",
            where=str(path),
            remedy="A store needs a disk with room, write permission and hard links.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
