"""The commits of a store: read once, followed as other writers add to them, and taken up to a version."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lantian.errors import LantianError
from lantian.lake import checkpoint, log
from lantian.lake.log import Commit


class AlreadyTakenError(LantianError):
    """The content was appended before; `commit` is the one that holds it."""

    def __init__(self, commit: Commit) -> None:
        self.commit = commit
        super().__init__(
            f"this content is version {commit.version} already, taken {commit.time:%Y-%m-%d %H:%M} UTC"
        )


class History:
    """The commits of the store in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._commits: list[Commit] = []
        self._lock = threading.RLock()

    @property
    def folder(self) -> Path:
        """Where the commits lie."""
        return self._root / "commits"

    def commits(self) -> list[Commit]:
        """The commits so far, with what other writers have added since the last look."""
        with self._lock:
            while (path := self.folder / log.file_name(len(self._commits) + 1)).exists():
                self._commits.append(self._verified(log.read(path)))
            return list(self._commits)

    def load(self) -> None:
        """Read what is there. Raises LantianError when a commit between others is missing."""
        with self._lock:
            self._commits = [self._verified(commit) for commit in checkpoint.newest(self._root)]
        self.commits()
        numbers = {int(path.stem) for path in self.folder.glob("[0-9]*.json")}
        missing = next((n for n in range(1, max(numbers, default=0) + 1) if n not in numbers), 0)
        # A folder to which others write may be listed with a gap that is none.
        if missing and not (self.folder / log.file_name(missing)).exists():
            raise LantianError(
                f"version {missing} is missing though later ones are there",
                where=str(self.folder / log.file_name(missing)),
                remedy="Restore it from a copy of the store.",
            )

    def until(self, as_of: int | datetime | None) -> list[Commit]:
        """The commits up to a version or an aware instant, both included. None: all."""
        commits = self.commits()
        if as_of is None:
            return commits
        if isinstance(as_of, datetime):
            if as_of.tzinfo is None:
                raise LantianError(f"as of {as_of}: no time zone", remedy="Give an aware datetime.")
            return [commit for commit in commits if commit.time <= as_of]
        if not 0 <= as_of <= len(commits):
            raise LantianError(
                f"there is no version {as_of}", remedy=f"The newest version is {len(commits)}."
            )
        return commits[:as_of]

    def publish(self, draft: Commit) -> Commit:
        """Publish a commit under the next free number.

        Raises
        ------
        AlreadyTakenError
            when its fingerprint is in the log
        """
        while True:
            self.refuse_known(draft.fingerprint)
            past = self.commits()
            self.refuse_replaced(draft.replaces, past)
            # A clock that went back must not make a later version look older.
            now = max([draft.time, datetime.now(UTC), *(commit.time for commit in past[-1:])])
            commit = replace(draft, version=len(past) + 1, time=now)
            try:
                log.publish(self.folder, commit)
            except FileExistsError:
                continue  # another writer took the number: look at what it wrote, take the next
            whole = self.commits()
            if commit.version % checkpoint.EVERY == 0:
                checkpoint.write(self._root, whole[: commit.version])
            return commit

    def taken(self, fingerprint: str) -> Commit | None:
        """The commit that took the content of this name, if any."""
        return (
            next((c for c in self.commits() if c.fingerprint == fingerprint), None) if fingerprint else None
        )

    def refuse_known(self, fingerprint: str) -> None:
        """Raises AlreadyTakenError when the content of this name was taken."""
        if known := self.taken(fingerprint):
            raise AlreadyTakenError(known)

    def refuse_replaced(self, paths: tuple[str, ...], past: list[Commit]) -> None:
        """Raises AlreadyTakenError when rows of one of these files stand in another one by now."""
        wanted = set(paths)
        if wanted and (known := next((c for c in past if not wanted.isdisjoint(c.replaces)), None)):
            raise AlreadyTakenError(known)

    def _verified(self, commit: Commit) -> Commit:
        for file in commit.files:
            path = self._root / file.path
            try:
                size = path.stat().st_size
            except FileNotFoundError:
                raise LantianError(
                    f"a file of version {commit.version} ({commit.source}) is missing",
                    where=str(path),
                    remedy="Restore it from a copy of the store.",
                ) from None
            if size != file.size:
                raise LantianError(
                    f"a file of version {commit.version} has {size} bytes instead of {file.size}",
                    where=str(path),
                    remedy="Restore it from a copy of the store.",
                )
        return commit
