"""What an import says: counts for each file, the first refusals in memory, all of them in a report file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from lantian.errors import Refusal

KEPT = 1000
"""Refusals an `ImportReport` keeps in memory."""
WHOLE_FILE = ("file", "shifted_headings", "unit_slip_file", "time_shift")
"""Codes that refuse a file as a whole."""


@dataclass(frozen=True)
class Finding:
    """Something about a file as a whole.

    `kept_out` tells whether the values concerned were refused (they are in the report file, too) or taken for
    a person to look at. `rows` are the first and last row concerned, `count` how many values or rows.
    """

    code: str
    text: str
    rows: tuple[int, int]
    count: int
    kept_out: bool
    places: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The finding for a person."""
        what = "kept out" if self.kept_out else "to be looked at"
        return f"{what}, {self.code}: {self.text} (rows {self.rows[0]:,} to {self.rows[1]:,})"


@dataclass
class FileReport:
    """What became of one file.

    `refused` says in a line why the whole file was refused and is empty when it was not; `already` is
    the version that took the same content before. Rows: read = taken + refused + duplicates + known
    (`known` are rows that an earlier import of the same file took). `rows_empty` of the taken rows hold
    no value: missing at the source. `rounded` values had more than three decimals. `convention` states
    what a stamp means and how that is known.
    """

    file: str
    layout: str = ""
    kind: str = ""
    convention: str = ""
    encoding: str = ""
    rows_read: int = 0
    rows_taken: int = 0
    rows_refused: int = 0
    duplicates: int = 0
    known: int = 0
    rows_empty: int = 0
    cells_refused: int = 0
    rounded: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    version: int | None = None
    already: int | None = None
    refused: str = ""


@dataclass
class ImportReport:
    """What an import did, file by file and in sum.

    `refusals` holds the first ones (see `KEPT`), `refusal_count` their number, `path` the file with all
    of them (None when nothing was refused). `version` is the version of the lake afterwards.
    """

    files: list[FileReport] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    refusal_count: int = 0
    path: Path | None = None
    version: int = 0

    def _sum(self, name: str) -> int:
        return sum(getattr(file, name) for file in self.files)

    @property
    def kind(self) -> str:
        """The kinds that were taken, joined by a comma."""
        return ", ".join(dict.fromkeys(file.kind for file in self.files if file.kind))

    @property
    def rows_read(self) -> int:
        """Rows read in all files."""
        return self._sum("rows_read")

    @property
    def rows_taken(self) -> int:
        """Rows now in the lake because of this import."""
        return self._sum("rows_taken")

    @property
    def rows_refused(self) -> int:
        """Rows refused."""
        return self._sum("rows_refused")

    @property
    def cells_refused(self) -> int:
        """Single values refused, in rows that were taken or refused for having nothing else."""
        return self._sum("cells_refused")

    @property
    def duplicates(self) -> int:
        """Rows that repeat another row of their file, value for value."""
        return self._sum("duplicates")

    @property
    def rows_empty(self) -> int:
        """Rows taken that hold no value: missing at the source."""
        return self._sum("rows_empty")

    @property
    def rounded(self) -> int:
        """Values that had more than three decimals."""
        return self._sum("rounded")

    @property
    def files_refused(self) -> list[FileReport]:
        """Files of which nothing could be used."""
        return [file for file in self.files if file.refused]

    @property
    def ok(self) -> bool:
        """Whether every file was understood and something of each was taken or known."""
        return not any(f.refused or (f.rows_refused and not (f.rows_taken + f.known)) for f in self.files)

    def as_dict(self) -> dict[str, Any]:
        """The report for a machine."""
        names = (
            "rows_read",
            "rows_taken",
            "rows_refused",
            "rows_empty",
            "cells_refused",
            "duplicates",
            "rounded",
        )
        return {
            "kind": self.kind,
            **{name: self._sum(name) for name in names},
            "version": self.version,
            "report": str(self.path) if self.path else None,
            "files": [asdict(file) for file in self.files],
            "refusals": [asdict(refusal) for refusal in self.refusals],
            "refusal_count": self.refusal_count,
        }

    def lines(self) -> list[str]:
        """The report for a person."""
        found = [line for file in self.files for line in _file_lines(file)]
        if len(self.files) > 1:
            found.append(
                f"{len(self.files)} files: {self.rows_taken:,} rows taken, {self.rows_refused:,} refused, "
                f"{self.duplicates:,} repeated; {self.cells_refused:,} values refused"
            )
        shown = [refusal for refusal in self.refusals if refusal.code not in WHOLE_FILE][:5]
        found += [refusal.line for refusal in shown]
        more = self.refusal_count - len(shown) - len(self.files_refused)
        if more > 0:
            found.append(f"… and {more:,} more")
        if self.path:
            found.append(f"All that was refused is listed in {self.path}")
        found.append(f"The store is at version {self.version}")
        return found


def _file_lines(file: FileReport) -> list[str]:
    if file.refused:
        rows = f"; {file.rows_refused:,} rows" if file.rows_refused else ""
        return [f"{file.file}: refused, nothing was taken from it{rows}"]
    head = f"{file.file}: {file.layout}, {file.kind}; {file.convention}"
    if file.already is not None and not file.rows_read:
        return [head, f"  the same content is version {file.already} already: nothing was added"]
    counts = f"  {file.rows_taken:,} of {file.rows_read:,} rows taken"
    parts = (
        (file.rows_refused, "refused"),
        (file.duplicates, "repeated"),
        (file.known, "known from an earlier import"),
        (file.rows_empty, "without any value"),
    )
    counts += "".join(f", {count:,} {word}" for count, word in parts if count)
    cells = ((file.cells_refused, "values refused"), (file.rounded, "values rounded to three decimals"))
    counts += "".join(f"; {count:,} {word}" for count, word in cells if count)
    return [
        head,
        counts,
        *(f"  note: {note}" for note in file.notes),
        *(f"  {finding.line}" for finding in file.findings),
    ]


class ReportFile:
    """A CSV of refusals that appears when the first one is written, complete when it is closed.

    It begins with a byte order mark, without which spreadsheets show Chinese as rubbish.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.first: list[Refusal] = []
        self._file: TextIO | None = None

    @property
    def _draft(self) -> Path:
        return self.path.with_name(f".{self.path.name}.tmp")

    def add(self, refusals: Iterable[Refusal]) -> None:
        """Write refusals."""
        for refusal in refusals:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._draft.open("w", encoding="utf-8-sig", newline="")
                csv.writer(self._file).writerow(["file", "row", "column", "value", "code", "reason"])
            r = refusal
            csv.writer(self._file).writerow([r.file, r.row, r.column, _harmless(r.value), r.code, r.reason])
            self.count += 1
            if len(self.first) < KEPT:
                self.first.append(refusal)

    def __enter__(self) -> ReportFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Also when the import was stopped: what was refused until then is worth reading.
        if self._file is not None:
            self._file.close()
            self._draft.replace(self.path)


def _harmless(value: str) -> str:
    """A value that no spreadsheet runs as a formula."""
    return f"'{value}" if value[:1] in ("=", "@", "+") else value
