"""From a small table to a lake: the part that all measures share.

A door says what a row means; this says what became of it: taken, refused with the reason, repeated, known.
The report is that of the ambient intake.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from lantian.ambient.intake.report import FileReport, ImportReport, ReportFile
from lantian.errors import LantianError, Refusal
from lantian.lake import AlreadyTakenError, Lake, arrow, kind_of
from lantian.sheets import Sheet, SheetRow, WrongCellError

OPEN_CODES = ("unknown_place", "future")
"""Refusals that may be mended without touching the file."""

Row = dict[str, Any]
KnownPlaces = Callable[[str], bool]


class RefusedRowError(Exception):
    """A row that cannot be taken; carries its line of the report."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.line)


@dataclass
class Taken:
    """What a door read out of one file: rows in lake columns with the row they stand in, refusals, notes."""

    kind: str
    layout: str
    convention: str
    digest: str
    rows: list[tuple[SheetRow, Row]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    rows_read: int = 0
    rounded: int = 0
    notes: list[str] = field(default_factory=list)


def today() -> date:
    """The present day in China."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def refuse(row: SheetRow, column: str, code: str, reason: str) -> RefusedRowError:
    """The error that refuses this row."""
    return RefusedRowError(row.refusal(column, code, reason))


def text_of(row: SheetRow, column: str) -> str:
    """A cell that must say something."""
    found = row.text(column)
    if found is None:
        raise refuse(row, column, "empty", "the cell is empty.")
    return found


def number_of(row: SheetRow, column: str, *, least: Decimal | None = Decimal(0)) -> Decimal | None:
    """A cell as a number not below `least`; None when it is empty."""
    found: Decimal | None = _read(row, column, row.number_of)
    if found is not None and least is not None and found < least:
        raise refuse(row, column, "negative", f"{found} is below {least}: this cannot be measured.")
    return found


def day_of(row: SheetRow, column: str) -> date:
    """A cell as a day."""
    return _needed(row, column, _read(row, column, row.date_of))


def month_of(row: SheetRow, column: str, now: date) -> date:
    """A cell as the first day of a month that has begun."""
    found = _needed(row, column, _read(row, column, row.month_of))
    if found > now:
        raise refuse(row, column, "future", f"{found:%Y-%m} has not begun.")
    return found


def _needed(row: SheetRow, column: str, found: date | None) -> date:
    if found is None:
        raise refuse(row, column, "empty", "the cell is empty.")
    return found


def _read(row: SheetRow, column: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(column)
    except WrongCellError as error:
        raise refuse(row, column, error.code, f"{error}") from None


def known_or_refused(
    row: SheetRow, column: str, key: str, name: str, known_places: KnownPlaces | None
) -> None:
    """Refuse a place that is known neither by its key nor by its name."""
    if known_places is not None and not (known_places(key) or known_places(name)):
        raise refuse(row, column, "unknown_place", f'"{key}" is not a place of the list.')


def scaled(value: Decimal, scale: int) -> tuple[int, bool]:
    """A number as whole 1/scale, rounded half-even once; and whether it had more decimals."""
    exact = value * scale
    whole = exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return int(whole), whole != exact


def rows_of(sheet: Sheet, taken: Taken, read: Callable[[SheetRow], Iterable[Row]]) -> None:
    """Read every row of a sheet by `read`; a row that raises RefusedRowError becomes a refusal."""
    for row in sheet.rows:
        taken.rows_read += 1
        try:
            taken.rows.extend((row, found) for found in read(row))
        except RefusedRowError as error:
            taken.refusals.append(error.refusal)


def take(
    files: Iterable[str | Path],
    lake: Lake,
    read: Callable[[Path], Taken],
    *,
    report: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> ImportReport:
    """Take files into a lake, each as one version or none; see `lantian.ambient.intake.import_ambient`."""
    paths = [Path(file) for file in files]
    if not paths:
        raise LantianError("no file was named", remedy="Name the files to import.")
    for path in paths:
        if not path.is_file():
            raise LantianError("there is no such file", where=str(path))
    result = ImportReport()
    with ReportFile(Path(report) if report else _report_path(lake, paths[0])) as listed:
        for number, path in enumerate(paths, start=1):
            if progress:
                progress(f"[{number}/{len(paths)}] {path.name}")
            result.files.append(_one(path, lake, read, listed))
    result.refusals = listed.first
    result.refusal_count = listed.count
    result.path = listed.path if listed.count else None
    result.version = lake.version
    lake.sweep()
    return result


def _report_path(lake: Lake, first: Path) -> Path:
    stem = re.sub(r"[^\w.-]+", "_", first.name.split(".")[0]) or "import"
    mark = f"{datetime.now(UTC):%Y%m%dT%H%M%S}Z-{secrets.token_hex(2)}"
    return lake.root / "reports" / f"{mark}-{stem}.refused.csv"


def _one(path: Path, lake: Lake, read: Callable[[Path], Taken], listed: ReportFile) -> FileReport:
    said = FileReport(path.name)
    try:
        taken = read(path)
    except LantianError as error:
        reason = f"{error.what}. {error.remedy}" if error.remedy else f"{error.what}."
        refusal = Refusal(path.name, 0, "", "", "file", reason)
        listed.add([refusal])
        said.refused = refusal.line
        return said
    said.layout, said.kind, said.convention = taken.layout, taken.kind, taken.convention
    said.notes += taken.notes
    digest = f"{taken.kind}:{taken.digest}"
    known = lake.taken(digest)
    if known and not any(known.details.get(code) for code in OPEN_CODES):
        said.already = known.version
        return said
    said.rows_read, said.rounded = taken.rows_read, taken.rounded
    rows = _without_twins(taken)
    listed.add(taken.refusals)
    for refusal in taken.refusals:
        said.codes[refusal.code] = said.codes.get(refusal.code, 0) + 1
    if known:
        digest, rows = "", _unknown(lake, taken.kind, rows)
        said.already = known.version
    _count(said, taken, rows)
    if rows:
        try:
            said.version = _append(lake, taken, [found for _, found in rows], digest, said)
        except AlreadyTakenError as error:
            said.already, said.known, said.rows_taken = error.commit.version, said.rows_taken, 0
    return said


def _count(said: FileReport, taken: Taken, rows: Sequence[tuple[SheetRow, Row]]) -> None:
    """Count sheet rows: taken when anything of them is, else refused, known or repeated."""
    in_lake = {row.number for row, _ in rows}
    good = {row.number for row, _ in taken.rows}
    refused = {refusal.row for refusal in taken.refusals}
    lost = refused - in_lake
    rest = good - in_lake - lost
    said.rows_taken, said.rows_refused = len(in_lake), len(lost)
    said.cells_refused = sum(refusal.row not in lost for refusal in taken.refusals)
    said.known, said.duplicates = (len(rest), 0) if said.already is not None else (0, len(rest))
    said.rows_read = len(in_lake) + len(lost) + len(rest)
    if len(rows) != len(in_lake):
        said.notes.append(f"{len(rows):,} values in {len(in_lake):,} rows")


def _append(lake: Lake, taken: Taken, rows: Sequence[Row], digest: str, said: FileReport) -> int:
    schema = kind_of(taken.kind).schema
    table = pa.Table.from_pylist(list(rows), schema=schema)
    commit = lake.append(
        taken.kind,
        table,
        source=said.file,
        note=f"{taken.layout}; {taken.convention}",
        fingerprint=digest,
        details={
            "layout": taken.layout,
            "rows_read": said.rows_read,
            "rows_refused": said.rows_refused,
            **{code: said.codes.get(code, 0) for code in OPEN_CODES},
        },
    )
    return commit.version


def _without_twins(taken: Taken) -> list[tuple[SheetRow, Row]]:
    """One row a key: the later of two that differ is taken and the earlier refused, as hours are."""
    key = kind_of(taken.kind).key
    kept: dict[tuple[Any, ...], tuple[SheetRow, Row]] = {}
    for row, found in taken.rows:
        name = tuple(found[part] for part in key)
        earlier = kept.get(name)
        if earlier is not None and earlier[1] == found:
            continue
        if earlier is not None:
            words = ", ".join(str(part) for part in name)
            reason = f"row {row.number} gives other values for {words}; the later row was taken."
            taken.refusals.append(earlier[0].refusal("", "duplicate", reason))
        kept[name] = (row, found)
    return list(kept.values())


def _unknown(lake: Lake, kind: str, rows: Sequence[tuple[SheetRow, Row]]) -> list[tuple[SheetRow, Row]]:
    """The rows of which the lake has no version."""
    key = list(kind_of(kind).key)
    stored = {tuple(row[name] for name in key) for row in arrow(lake.read(kind, columns=key)).to_pylist()}
    return [item for item in rows if tuple(item[1][name] for name in key) not in stored]
