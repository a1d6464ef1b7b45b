"""The lake itself: open, append, read as of a version, ask what is there."""

from __future__ import annotations

import contextlib
import json
import stat
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lantian.errors import LantianError
from lantian.lake import engine, engines, hot, joining, log, reading, writing
from lantian.lake.history import History
from lantian.lake.kinds import KINDS, Kind, kind_of
from lantian.lake.log import Commit
from lantian.lake.reading import Moment
from lantian.lake.sets import Label, Sets

FORMAT = 1
MARKER = "lantian-lake.json"
OURS = {"checkpoints", "commits", "data", hot.FOLDER, "places", "reports"}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a kind: its key, its newest name and city, its first and last hour (UTC) or day."""

    place: str
    name: str | None
    city: str | None
    first: Moment
    last: Moment


class Lake:
    """A folder of observations that only grows.

    Open it with `Lake.open`. Any number of processes may read and append at once. Every append is one
    commit, and the number of the newest commit is the version of the lake; a row appended again under the
    same key is a correction: the later version wins as a whole row, a null in it included.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._history = History(root)
        self._sets = Sets(root)

    @classmethod
    def open(cls, path: str | Path, create: bool = False) -> Lake:
        """Open a store.

        Parameters
        ----------
        path
            the store's folder
        create
            make it when it is not there

        Raises
        ------
        LantianError
            when the folder is no store, was written by a newer Lantian, or lacks a file it should have
        """
        root = Path(path).absolute()
        marker = root / MARKER
        if not marker.exists():
            if not create:
                raise LantianError(
                    "this folder is not a store" if root.is_dir() else "there is no store here",
                    where=str(path),
                    remedy="Import something into it first: lantian import ambient FILE --store DIR.",
                )
            _create(root, marker)
        _check_format(marker)
        lake = cls(root)
        lake._history.load()
        return lake

    # -- what is there

    @property
    def version(self) -> int:
        """Number of the newest commit; 0 for an empty lake."""
        return len(self._history.commits())

    def commits(self, kind: str | None = None) -> list[Commit]:
        """The commits, oldest first: version, time, kind, source, rows, note.

        With a kind, those that brought rows of it; without one, also those that joined files.
        """
        return [
            commit
            for commit in self._history.commits()
            if kind is None or (commit.kind == kind and not commit.joins)
        ]

    def kinds(self) -> list[str]:
        """The kinds of which the lake holds something, in the order of their declaration."""
        present = {commit.kind for commit in self._history.commits()}
        return [name for name in KINDS if name in present]

    def span(self, kind: str, *, as_of: int | datetime | None = None) -> tuple[Moment, Moment] | None:
        """First and last stored hour (UTC, end of hour) or day of a kind; None when there is nothing."""
        declared = kind_of(kind)
        ranges = [reading.clock_range(declared, file) for _, file in self._files(declared, as_of)]
        if not ranges:
            return None
        return min(first for first, _ in ranges), max(last for _, last in ranges)

    def places(self, kind: str, *, as_of: int | datetime | None = None) -> list[Place]:
        """The places of a kind, sorted by key."""
        declared = kind_of(kind)
        clock = declared.clock
        rows = self.read(kind, as_of=as_of, columns=["place", "name", "city", clock]).aggregate(
            f"place, arg_max(name, {clock}) AS name, arg_max(city, {clock}) AS city, "
            f"min({clock}) AS first, max({clock}) AS last",
            "place",
        )
        return [Place(**row) for row in engine.arrow(rows.order("place")).to_pylist()]

    def labels(
        self,
        kind: str,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        as_of: int | datetime | None = None,
    ) -> set[Label]:
        """Every place, name and city that came together in a kind; told from the log, without reading rows.

        `since` and `until`, as for `read`, leave out files that lie outside.
        """
        declared = kind_of(kind)
        wanted = reading.Range.of(declared, since, until)
        files = [file for _, file in self._files(declared, as_of) if wanted.meets(declared, file)]
        found: set[Label] = set()
        for digest, path in {(file.labels, "" if file.labels else file.path) for file in files}:
            found |= self._sets.labels(digest, path)
        return found

    # -- reading

    def read(
        self,
        kind: str,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        places: Collection[str] | None = None,
        as_of: int | datetime | None = None,
        columns: Sequence[str] | None = None,
        on: duckdb.DuckDBPyConnection | None = None,
    ) -> duckdb.DuckDBPyRelation:
        """The rows of a kind, each in its latest version, as a lazy DuckDB relation.

        Nothing is read before the relation is used. `narwhals.from_native(relation)` makes it a lazy frame,
        `lantian.lake.arrow(relation)` an Arrow table. The order of rows is not promised.

        Parameters
        ----------
        kind
            such as `ambient_city_hour`
        since, until
            first and last local day, both included (an hour belongs to the day in which it ran, so the
            stamp 00:00 belongs to the day before); or aware instants, compared with the stamps, both included
        places
            only these places; None for all
        as_of
            the lake as it was: a version number, or an aware instant
        columns
            only these columns; None for all, in the order of the kind. `day` is the local day as days since
            1970, `hour` which hour of it, 1 to 24
        on
            DuckDB connection to use instead of this thread's

        Raises
        ------
        LantianError
            for an unknown kind, column or version, or an instant without time zone
        """
        wanted, names = self._plan(kind, since, until, places=places, as_of=as_of, columns=columns)
        return (on or engine.connection()).sql(reading.select(wanted, names))

    def scan(
        self,
        kind: str,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        places: Collection[str] | None = None,
        as_of: int | datetime | None = None,
        columns: Sequence[str] | None = None,
    ) -> engines.Scan:
        """The rows as an input for `lantian.lake.engines`: what any engine has to read.

        Parameters and mistakes are those of `read`.
        """
        wanted, names = self._plan(kind, since, until, places=places, as_of=as_of, columns=columns)
        return engines.Scan(wanted, tuple(names))

    def rows_of(self, kind: str, paths: Sequence[str], *, columns: Sequence[str]) -> pa.Table:
        """The rows of some data files (`DataFile.path`) as they were appended, whatever came later."""
        declared = kind_of(kind)
        wanted = reading.Range(None, None)
        raw = reading.Plan(declared, tuple(str(self.root / path) for path in paths), {}, wanted, None)
        return engine.query(reading.select(raw, columns))

    def _plan(
        self,
        kind: str,
        since: Moment | None,
        until: Moment | None,
        *,
        places: Collection[str] | None,
        as_of: int | datetime | None,
        columns: Sequence[str] | None,
    ) -> tuple[reading.Plan, list[str]]:
        declared = kind_of(kind)
        names = list(declared.names if columns is None else columns)
        for name in names:
            if not reading.is_derived(declared, name):
                declared.column(name)
        wanted = reading.Range.of(declared, since, until)
        files = self._files(declared, as_of)
        return (
            reading.plan(
                self.root, declared, files, wanted=wanted, places=places, place_set=self._sets.places
            ),
            names,
        )

    # -- appending

    def append(
        self,
        kind: str,
        table: pa.Table,
        *,
        source: str,
        note: str = "",
        fingerprint: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> Commit:
        """Append rows as one new version: all of them or, whatever happens, none.

        Parameters
        ----------
        kind
            kind of the rows
        table
            rows in the columns of the kind (`name` and `city` may be left out), values in thousandths of the
            published unit, no key twice; a key that is in the lake already makes a correction
        source
            where they come from, such as a file name
        note
            a remark for the log
        fingerprint
            name of the content; content of the same name is not taken twice
        details
            whatever else the log should say (JSON values)

        Raises
        ------
        LantianError
            when the table is not of the kind (nothing is written then)
        AlreadyTakenError
            when the fingerprint is in the log
        """
        return self.append_parts(
            kind, (table,), source=source, note=note, fingerprint=fingerprint, details=details
        )

    def append_parts(
        self,
        kind: str,
        parts: Iterable[pa.Table],
        *,
        source: str,
        note: str = "",
        fingerprint: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> Commit:
        """Append the rows of several tables as one version; one table is held at a time.

        Parameters and mistakes are those of `append`. No key may stand in two tables, which is not looked at.
        """
        declared = kind_of(kind)
        self._history.refuse_known(fingerprint)
        files: list[log.DataFile] = []
        try:
            for table in parts:
                rows = writing.checked(declared, table)
                for period, part in writing.partitions(declared, rows):
                    files.append(writing.write_partition(self.root, declared, period, part))
            if not files:
                raise LantianError(f"there are no rows to append to {kind}")
            return self._history.publish(
                Commit(
                    version=0,
                    time=datetime.now(UTC),
                    kind=kind,
                    source=source,
                    rows=sum(file.rows for file in files),
                    note=note,
                    fingerprint=fingerprint,
                    details=dict(details or {}),
                    files=tuple(files),
                )
            )
        except BaseException:
            if not any(file in commit.files for commit in self._history.commits() for file in files[:1]):
                for file in files:
                    (self.root / file.path).unlink(missing_ok=True)
            raise

    def join(self, kind: str, before: date) -> list[Commit]:
        """Join the files of each month that is over: see `lantian.lake.joining`.

        Parameters
        ----------
        kind
            of which kind
        before
            only months that ended before this day

        Returns
        -------
        the commits, one a month that had files to join
        """
        return joining.join(self.root, self._history, kind_of(kind), self._files(kind_of(kind), None), before)

    def taken(self, fingerprint: str) -> Commit | None:
        """The commit that took the content of this name, if any."""
        return self._history.taken(fingerprint)

    def sweep(self, older_than: timedelta = timedelta(days=1)) -> int:
        """Remove files that no commit names and that are older than any import can run; returns how many."""
        limit = time.time() - older_than.total_seconds()
        found = [
            path
            for folder in ("data", "commits", "places")
            for path in (self.root / folder).rglob("*")
            if _written(path) < limit
        ]
        # The log is read after the folder, so a file committed meanwhile is known.
        named = {file.path for commit in self._history.commits() for file in commit.files}
        removed = 0
        for path in found:
            orphan = path.suffix == ".parquet" and path.relative_to(self.root).as_posix() not in named
            if orphan or path.suffix == ".tmp":
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _files(self, kind: Kind, as_of: int | datetime | None) -> list[reading.Versioned]:
        commits = [commit for commit in self._history.until(as_of) if commit.kind == kind.name]
        replaced = {path for commit in commits for path in commit.replaces}
        return [
            (file.version or commit.version, file)
            for commit in commits
            for file in commit.files
            if file.path not in replaced
        ]


def _written(path: Path) -> float:
    """When a file was written last; never, of what is no file or was taken away by whoever is writing it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return float("inf")
    return found.st_mtime if stat.S_ISREG(found.st_mode) else float("inf")


def _create(root: Path, marker: Path) -> None:
    if root.exists() and not root.is_dir():
        raise LantianError(
            "this is a file, not a folder", where=str(root), remedy="Name a folder for the store."
        )
    root.mkdir(parents=True, exist_ok=True)
    strangers = sorted(p.name for p in root.iterdir() if p.name not in OURS and not p.name.startswith("."))
    if strangers and not marker.exists():
        raise LantianError(
            f'this folder is not a store and not empty (it holds "{strangers[0]}")',
            where=str(root),
            remedy="Name a new or empty folder.",
        )
    with contextlib.suppress(FileExistsError):  # somebody else made it in the same moment
        log.write_new(marker, json.dumps({"format": FORMAT}))


def _check_format(marker: Path) -> None:
    try:
        number = json.loads(marker.read_text("utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LantianError("this is not a store: its marker cannot be read", where=str(marker)) from error
    if not isinstance(number, int) or number > FORMAT:
        raise LantianError(
            f"this store has format {number}, this Lantian knows up to {FORMAT}",
            where=str(marker),
            remedy="Use a newer Lantian.",
        )
