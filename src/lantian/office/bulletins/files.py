"""Files of a bulletin, kept in DATA/files under their own hash."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from lantian.ambient.changes import Snapshot
from lantian.errors import LantianError
from lantian.office.bulletins.models import Bulletin
from lantian.office.plans.loading import keep_file, kept_path

MAIN, PAST, RAW = "main", "past", "raw"


def keep(content: bytes, suffix: str) -> str:
    """Keep a file; returns its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    keep_file(content, sha256, suffix)
    return sha256


def keep_snapshot(snapshot: Snapshot) -> str:
    """Keep a snapshot with its rules and figures; returns its hash."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot.json"
        snapshot.save(path)
        return keep(path.read_bytes(), ".json")


def snapshot_of(bulletin: Bulletin, name: str = MAIN) -> Snapshot:
    """One of the snapshots a bulletin was frozen with: `main`, `past` (a year before), `raw` (with all days).

    Raises
    ------
    LantianError
        the file is gone or is not the one that was frozen
    """
    return Snapshot.load(path_of(bulletin.snapshots[name], ".json"))


def paper_of(bulletin: Bulletin, name: str) -> bytes | None:
    """A paper as it was issued; None where there is none of this name."""
    sha256 = bulletin.papers.get(name)
    return path_of(sha256, f".{name.rpartition('.')[2]}").read_bytes() if sha256 else None


def path_of(sha256: str, suffix: str) -> Path:
    """Where a kept file lies, after its content was checked against its hash.

    Raises
    ------
    LantianError
        it is gone, or another one lies there
    """
    path = kept_path(sha256, suffix)
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise LantianError(
            "a file of the bulletin is gone or was changed",
            where=path.name,
            remedy="Take it from the backup of the data folder.",
        )
    return path


def faults(bulletin: Bulletin) -> list[str]:
    """What is no longer as it was frozen: `record` or names of files; nothing when all is whole."""
    found = [] if bulletin.digest() == bulletin.hash else ["record"]
    kept = [(name, sha256, ".json") for name, sha256 in bulletin.snapshots.items()]
    kept += [(name, sha256, f".{name.rpartition('.')[2]}") for name, sha256 in bulletin.papers.items()]
    for name, sha256, suffix in kept:
        try:
            path_of(sha256, suffix)
        except LantianError:
            found.append(name)
    return found
