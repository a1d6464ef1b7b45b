"""Take files into a lake: each file as one version, wholly or not at all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from lantian.ambient.intake import outcome, shifted, whole_file, whole_series
from lantian.ambient.intake.layouts import Layout, Stamp, layout_of, recognise
from lantian.ambient.intake.report import FileReport, ImportReport, ReportFile
from lantian.ambient.intake.source import Source, read_source
from lantian.ambient.intake.take import Frame, Sheet, Wishes
from lantian.ambient.reviews import settle
from lantian.errors import LantianError, Refusal
from lantian.lake import AlreadyTakenError, Commit, Lake, engine
from lantian.rulebook import Rulebook

Progress = Callable[[str], None]
WHOLE = (shifted.ShiftedError, whole_file.UnitSlipError, whole_series.TimeShiftError)
OPEN_CODES = ("unknown_place", "future")
"""Refusals that may be mended without touching the file: it is looked at again when it is imported again."""


def import_ambient(
    files: Iterable[str | Path],
    lake: Lake,
    *,
    layout: str | None = None,
    known_places: Callable[[str], bool] | None = None,
    report: str | Path | None = None,
    progress: Progress | None = None,
    stamp: Stamp | None = None,
    place: str | None = None,
    now: datetime | None = None,
    rulebook: Rulebook | None = None,
) -> ImportReport:
    """Take files of ambient observations into a lake.

    Every file becomes one version of the lake, or none. Content that was taken before adds nothing. A
    file that cannot be understood is refused whole and the others are taken; see
    `ImportReport.files_refused`.

    Parameters
    ----------
    files
        CSV (UTF-8, UTF-16 or GB 18030; may be packed with gzip) or Parquet files
    lake
        the store
    layout
        name of the layout (see `LAYOUTS`); None recognises it by the headings
    known_places
        tells whether a place is known, asked with its key and, for a station, also with its city; rows of
        others are refused, and each such place is listed once. None takes every place
    report
        where to write what was refused; None is `reports/<time>-<first file>.refused.csv` in the store
    progress
        called with one line of text whenever there is something to say
    stamp
        `end` or `start`: which end of its hour a stamp names, when the layout's own convention is wrong
    place
        the place of all rows, for files without a column for it
    now
        the present (aware), after which no hour can have ended
    rulebook
        where bounds and thresholds (`ambient.screens`) are taken from; None is the packaged one

    Returns
    -------
    ImportReport with the counts and refusals of every file

    Raises
    ------
    LantianError
        for a file that is not there or an unknown layout, before anything is taken

    Notes ----- Stored stamps are ends of hours, UTC. Values are whole thousandths of the published
    unit, rounded half-even (GB/T 8170) where a file has more decimals.
    """
    paths = [Path(file) for file in files]
    if not paths:
        raise LantianError("no file was named", remedy="Name the files to import.")
    for path in paths:
        if not path.is_file():
            raise LantianError("there is no such file", where=str(path))
    named = layout_of(layout) if layout else None
    moment = now or datetime.now(UTC)
    if moment.tzinfo is None:
        raise LantianError("the present needs a time zone")
    if stamp not in (None, "end", "start"):
        raise LantianError(f'"{stamp}" is not an end of an hour', remedy="Choose end or start.")
    wishes = Wishes(moment, stamp, place, known_places, rulebook)
    result = ImportReport()
    with ReportFile(Path(report) if report else _report_path(lake, paths[0])) as listed:
        for number, path in enumerate(paths, start=1):
            if progress:
                progress(f"[{number}/{len(paths)}] {path.name}")
            result.files.append(_one(path, lake, named, wishes, listed))
    result.refusals = listed.first
    result.refusal_count = listed.count
    result.path = listed.path if listed.count else None
    result.version = lake.version
    lake.sweep()
    return result


def _report_path(lake: Lake, first: Path) -> Path:
    stem = re.sub(r"[^\w.-]+", "_", first.name.split(".")[0]) or "import"
    # Two imports of one second must not share a report.
    mark = f"{datetime.now(UTC):%Y%m%dT%H%M%S}Z-{secrets.token_hex(2)}"
    return lake.root / "reports" / f"{mark}-{stem}.refused.csv"


def _one(path: Path, lake: Lake, named: Layout | None, wishes: Wishes, listed: ReportFile) -> FileReport:
    said = FileReport(path.name)

    def understand(texts: list[str]) -> Frame | None:
        return recognise(texts, named, placed=wishes.place is not None)

    sheet: Sheet | None = None
    try:
        source = read_source(path, understand)
        sheet = Sheet(source, wishes)
        _describe(said, source, sheet)
        return _take(said, sheet, lake, listed)
    except LantianError as error:
        where = sheet.source.heading_row if sheet else 0
        code = error.code if isinstance(error, WHOLE) else "file"
        refusal = Refusal(path.name, where, "", "", code, _sentence(error))
        listed.add([refusal])
        said.refused = refusal.line
        if sheet:
            said.rows_read = said.rows_refused = sheet.source.table.num_rows + len(sheet.source.misfits)
        return said
    finally:
        if sheet:
            sheet.close()


def _sentence(error: LantianError) -> str:
    return f"{error.what}. {error.remedy}" if error.remedy else f"{error.what}."


def _describe(said: FileReport, source: Source[Frame], sheet: Sheet) -> None:
    layout = sheet.layout
    said.layout, said.kind, said.encoding = layout.name, layout.kind, source.encoding
    said.convention = _convention(sheet)
    used = {heading.index: heading for heading in sheet.headings if heading.role}
    said.columns = {heading.text.strip(): heading.role for heading in used.values()}
    if not layout.long:
        said.unused = [text.strip() for i, text in enumerate(source.texts) if i not in used]
    for name in sheet.measured:
        heading = sheet.heading_of(name)
        if not layout.long and heading is None:
            said.notes.append(f"no column for {name}")
        if name == "o3_8h_max" and heading is not None and heading.role == "o3":
            said.notes.append(f'"{heading.text.strip()}" is taken for the largest 8-hour mean of the day')
    said.notes += source.notes
    if source.heading_row > 1:
        said.notes.append(f"the headings are in row {source.heading_row}")


def _convention(sheet: Sheet) -> str:
    layout = sheet.layout
    if layout.daily:
        return layout.why
    end = "a stamp is the end of its hour" if sheet.stamp == "end" else "a stamp is the start of its hour"
    if sheet.wishes.stamp:
        return f"{end} (as given)"
    return f"{end} ({layout.why})" if layout.sure else f"{end} (assumed: {layout.why}; --stamp changes it)"


def _take(said: FileReport, sheet: Sheet, lake: Lake, listed: ReportFile) -> FileReport:
    fingerprint = _fingerprint(sheet)
    known = lake.taken(fingerprint)
    if known and not any(known.details.get(code) for code in OPEN_CODES):
        said.already = known.version
        return said
    shifted.refuse_misfits(sheet)
    sheet.fill()
    shifted.refuse_shifted(sheet)
    said.findings = whole_file.look(sheet, lake)
    counted = outcome.counts(sheet)
    for name in vars(counted):
        if hasattr(said, name):
            setattr(said, name, getattr(counted, name))
    if counted.zeros:
        said.notes.append(f"values that are exactly 0 were taken as they are ({counted.zeros:,})")
    listed.add(outcome.refusals(sheet))
    rows = outcome.good_rows(sheet)
    if known:
        fingerprint = ""
        rows = _unknown_rows(lake, sheet.kind.name, rows)
        said.already, said.known = known.version, said.rows_taken - rows.num_rows
        said.rows_taken = rows.num_rows
    if rows.num_rows:
        try:
            # What an import that was cut short has left undecided is older than what comes now.
            settle(lake, sheet.kind.name)
            said.version = _append(lake, sheet, rows, fingerprint, counted).version
            decided = settle(lake, sheet.kind.name)
            if decided is not None:
                changed = decided.details["changed"]
                said.notes.append(f"reviews hold for hours of this file: {changed:,} rows stay as decided")
        except AlreadyTakenError as error:
            # Another import of the same content was quicker.
            said.already, said.known, said.rows_taken = error.commit.version, said.rows_taken, 0
    return said


def _append(lake: Lake, sheet: Sheet, rows: pa.Table, fingerprint: str, counted: outcome.Counts) -> Commit:
    return lake.append(
        sheet.kind.name,
        rows,
        source=sheet.source.name,
        note=f"{sheet.layout.name}; {_convention(sheet)}",
        fingerprint=fingerprint,
        details={
            "layout": sheet.layout.name,
            "stamp": sheet.stamp,
            "rows_read": counted.rows_read,
            "rows_refused": counted.rows_refused,
            "cells_refused": counted.cells_refused,
            **{code: counted.codes.get(code, 0) for code in OPEN_CODES},
        },
    )


def _fingerprint(sheet: Sheet) -> str:
    how = (sheet.layout.name, sheet.stamp, sheet.wishes.place or "")
    return ":".join((sheet.source.digest, *how))


def _unknown_rows(lake: Lake, kind: str, rows: pa.Table) -> pa.Table:
    """Of the rows of a file that was imported before, those of which the lake has no version."""
    con = engine.cursor()
    try:
        con.register("rows", rows)
        clock = "date" if kind.endswith("_day") else "time"
        stored = lake.read(kind, columns=["place", clock], on=con)
        con.register("stored", engine.arrow(stored))
        return engine.query(f"SELECT * FROM rows ANTI JOIN stored USING (place, {clock})", con)
    finally:
        con.close()
