"""The first commits of a long log in one file, so that a store of ten thousand opens quickly.

A checkpoint only saves reading: the commit files stay and are the truth. It names the content of the last
commit it holds; where that is not what lies there, or anything else is odd, the checkpoint is not used. The
folder `checkpoints/` may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from lantian.errors import LantianError
from lantian.lake import log
from lantian.lake.log import Commit

FOLDER = "checkpoints"
EVERY = 500
"""A checkpoint is written with every so-many-th commit."""
STAY = 2
"""Checkpoints that stay; older ones go."""


def write(root: Path, commits: Sequence[Commit]) -> None:
    """Write a checkpoint of these commits, the first of the store. What cannot be written is left."""
    folder = root / FOLDER
    body = {"seal": _seal(root, len(commits)), "commits": [log.plain(commit) for commit in commits]}
    with contextlib.suppress(FileExistsError, LantianError, OSError):
        log.write_new(folder / log.file_name(len(commits)), json.dumps(body, ensure_ascii=False))
        for path in sorted(folder.glob("[0-9]*.json"))[:-STAY]:
            path.unlink(missing_ok=True)


def newest(root: Path) -> list[Commit]:
    """The commits of the newest good checkpoint; none when there is none."""
    for path in sorted((root / FOLDER).glob("[0-9]*.json"), reverse=True):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            body = json.loads(path.read_text("utf-8"))
            commits = [log.commit_of(plain) for plain in body["commits"]]
            numbered = [commit.version for commit in commits] == list(range(1, len(commits) + 1))
            if commits and numbered and body["seal"] == _seal(root, len(commits)):
                return commits
    return []


def _seal(root: Path, version: int) -> str:
    """A fingerprint of one commit file."""
    return hashlib.sha256((root / "commits" / log.file_name(version)).read_bytes()).hexdigest()
