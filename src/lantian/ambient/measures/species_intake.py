"""Species out of tables: one column a species (as instruments give them) or one row a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from lantian.ambient.intake.report import ImportReport
from lantian.ambient.measures.species_table import SpeciesTable
from lantian.ambient.measures.taking import (
    KnownPlaces,
    RefusedRowError,
    Row,
    Taken,
    known_or_refused,
    number_of,
    refuse,
    rows_of,
    scaled,
    take,
    text_of,
)
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.lake.kinds import MILLIONTHS
from lantian.rulebook import Rulebook, load
from lantian.sheets import Field, Sheet, SheetRow, first_rows, read_sheet

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIME = Field("time", ("时间", "日期", "采样时间", "监测时间", "日期时间", "date", "datetime", "sampledate"))
SITE = Field("site", ("站点", "点位", "监测点", "站点名称", "station"), required=False)
LONG = (
    TIME,
    SITE,
    Field("species", ("物种", "组分", "因子", "监测因子", "parameter")),
    Field("value", ("浓度", "值", "监测值", "concentration")),
    Field("unit", ("计量单位", "单位"), required=False),
    Field("uncertainty", ("不确定度", "unc"), required=False),
)
UNITS = {
    "ppb": ("ppb", 1), "ppbv": ("ppb", 1), "nmol/mol": ("ppb", 1), "ppbc": ("ppbC", 1), "ug/m3": ("µg/m³", 1),
    "ng/m3": ("µg/m³", 1000), "微克/立方米": ("µg/m³", 1), "纳克/立方米": ("µg/m³", 1000),
}  # fmt: skip
UNDETECTED = {"nd", "n.d.", "n.d", "bdl", "未检出", "<mdl", "<dl", "<lod", "低于检出限"}
Order = Literal["ymd", "mdy", "dmy"]


@dataclass(frozen=True)
class SpeciesWishes:
    """How files of species are to be read where they do not say it themselves.

    `site` and `unit` (ppb, ppbC, µg/m³, ng/m³) of files without them; `dates` the order of day and month
    where the year does not stand first; `stamp` which end of its sample a time names; `hours` how long a
    sample takes.
    """

    site: str | None = None
    unit: str | None = None
    dates: Order = "ymd"
    stamp: Literal["start", "end"] = "start"
    hours: int = 1


def import_species(
    files: Iterable[str | Path],
    lake: Lake,
    *,
    wishes: SpeciesWishes | None = None,
    uncertainty: str | Path | None = None,
    known_places: KnownPlaces | None = None,
    report: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
    now: datetime | None = None,
    rulebook: Rulebook | None = None,
) -> ImportReport:
    """Take species of VOC or PM2.5 into a lake.

    Parameters
    ----------
    files
        tables with a time and one column a species (unit in brackets of the heading), or a row a value with
        时间, 物种, 浓度, 单位
    lake
        the store; times with an hour go to `species_hour`, days to `species_day`
    wishes
        site, unit, order of dates, meaning of the stamp, hours of a sample
    uncertainty
        a table of the same form with the uncertainty of each value
    known_places
        tells whether a site is known
    report, progress, now, rulebook
        as for `lantian.ambient.intake.import_ambient`

    An empty cell is `missing`; `<0.02`, ND, 未检出 and 0 are `below_detection`, with the limit as value where
    it is given; a number below 0 is kept as `negative`. Nothing is set to zero. Times are of Asia/Shanghai.

    Returns
    -------
    ImportReport. Codes of refusals: empty, not_a_number, not_a_time, not_on_the_hour, absurd, future,
    unknown_place, no_site, wrong_unit, duplicate
    """
    asked = wishes or SpeciesWishes()
    if asked.unit is not None:
        _unit(asked.unit)
    if asked.hours < 1:
        raise LantianError(f"a sample cannot take {asked.hours} hours", remedy="Give 1 or more.")
    table = SpeciesTable(rulebook or load())
    door = _Door(asked, table, known_places, now or datetime.now(UTC))
    beside = {} if uncertainty is None else door.uncertainties(Path(uncertainty))
    door.beside = beside
    return take(files, lake, door.read, report=report, progress=progress)


def _unit(text: str) -> tuple[str, int]:
    plain = text.strip().lower().replace("³", "3").replace("^3", "3").replace("µ", "u").replace("μ", "u")
    found = UNITS.get(plain)
    if found is None:
        raise LantianError(f'"{text}" is not a unit of species', remedy="Give ppb, ppbC, µg/m³ or ng/m³.")
    return found


@dataclass
class _Column:
    heading: str
    code: str
    unit: tuple[str, int] | None


@dataclass
class _Form:
    """How one file is laid out."""

    sheet: Sheet
    columns: dict[str, _Column] = field(default_factory=dict)
    hourly: bool = False

    @property
    def long(self) -> bool:
        return not self.columns


class _Door:
    def __init__(
        self, wishes: SpeciesWishes, table: SpeciesTable, known_places: KnownPlaces | None, now: datetime
    ) -> None:
        self.wishes, self.table, self.known_places, self.now = wishes, table, known_places, now
        self.beside: Mapping[tuple[str, str, str], Decimal] = {}
        self.beside_digest = ""
        self.highest = table.rule("highest").number

    def form(self, path: Path) -> _Form:
        for cells in first_rows(path):
            names = {cell.lower().split("(")[0].split("（")[0].strip() for cell in cells}
            if not names & {"time", *TIME.headings}:
                continue
            if names & {"species", *LONG[2].headings} and names & {"value", *LONG[3].headings}:
                return self._hourly(_Form(read_sheet(path, LONG)))
            return self._hourly(self._wide(path, cells))
        raise LantianError(
            "no row of headings was found", where=path.name, remedy="Needed are 时间 and a column a species."
        )

    def _wide(self, path: Path, cells: list[str]) -> _Form:
        known = {"time", "site", *TIME.headings, *SITE.headings}
        columns: dict[str, _Column] = {}
        by_code: dict[str, str] = {}
        for number, cell in enumerate(cells):
            if not cell or cell.lower() in known:
                continue
            match = re.search(r"[（(\[［]([^（(\[［]*)[)）\]］]\s*$", cell)
            code = self.table.find(cell).code
            if code in by_code:
                raise LantianError(
                    f'"{by_code[code]}" and "{cell}" are both {code}',
                    where=path.name,
                    remedy="Keep one column.",
                )
            by_code[code] = cell
            columns[f"column {number}"] = _Column(cell, code, _unit(match[1]) if match else None)
        if not columns:
            raise LantianError(
                "there is no column of a species", where=path.name, remedy="Name one a column."
            )
        unitless = [column.heading for column in columns.values() if column.unit is None]
        if unitless and self.wishes.unit is None:
            raise LantianError(
                f'the unit of "{unitless[0]}" is not known', where=path.name,
                remedy="Write it in brackets behind the heading, or give the unit of the file.",
            )  # fmt: skip
        fields = [TIME, SITE, *(Field(name, (one.heading,), required=False) for name, one in columns.items())]
        return _Form(read_sheet(path, fields), columns)

    def _hourly(self, form: _Form) -> _Form:
        form.hourly = any(":" in (row.text("time") or "") for row in form.sheet.rows)
        return form

    def read(self, path: Path) -> Taken:
        form = self.form(path)
        wishes = self.wishes
        layout = "species, one row a value" if form.long else f"species, {len(form.columns)} columns"
        end = f"a time is the {wishes.stamp} of a sample of {wishes.hours} h"
        taken = Taken(
            "species_hour" if form.hourly else "species_day",
            layout,
            end if form.hourly else "a date is the day of the sample",
            ":".join(
                (form.sheet.digest, str(wishes), str(hash(frozenset(self.beside)) if self.beside else ""))
            ),
        )
        unknown = [
            one.heading for one in form.columns.values() if self.table.species(one.code).kind == "unknown"
        ]
        if unknown:
            taken.notes.append(f"not in the table of species, kept by their headings: {', '.join(unknown)}")
        rows_of(form.sheet, taken, lambda row: self._row(row, form, taken))
        if taken.rounded:
            taken.notes.append(f"{taken.rounded:,} values rounded to six decimals")
            taken.rounded = 0
        return taken

    def uncertainties(self, path: Path) -> dict[tuple[str, str, str], Decimal]:
        """The uncertainty of each (site, time as written, species) of a file beside the values."""
        form = self.form(path)
        self.beside_digest = form.sheet.digest
        found: dict[tuple[str, str, str], Decimal] = {}
        for row in form.sheet.rows:
            for code, column, unit in self._cells(row, form):
                try:
                    value = number_of(row, column)
                except RefusedRowError:
                    continue
                if value is not None:
                    found[self._site(row), row.text("time") or "", code] = value / unit[1]
        return found

    def _site(self, row: SheetRow) -> str:
        site = (row.text("site") if "site" in row.headings else None) or self.wishes.site
        if site is None:
            raise refuse(row, "site", "no_site", "the row names no site and none was given.")
        return site

    def _cells(self, row: SheetRow, form: _Form) -> Iterator[tuple[str, str, tuple[str, int]]]:
        """Code, column and unit of every value of a row."""
        if form.long:
            said = (row.text("unit") if "unit" in row.headings else None) or self.wishes.unit
            if said is None:
                raise refuse(row, "unit", "wrong_unit", "the row names no unit and none was given.")
            try:
                unit = _unit(said)
            except LantianError as error:
                raise refuse(row, "unit", "wrong_unit", f"{error.what}. {error.remedy}") from None
            yield self.table.find(text_of(row, "species")).code, "value", unit
            return
        for name, column in form.columns.items():
            yield column.code, name, column.unit or _unit(self.wishes.unit or "")

    def _row(self, row: SheetRow, form: _Form, taken: Taken) -> Iterator[Row]:
        site = self._site(row)
        known_or_refused(row, "site", site, site, self.known_places)
        moment = self._moment(row)
        if moment.minute or moment.second:
            raise refuse(row, "time", "not_on_the_hour", f"{moment:%H:%M} is not a full hour.")
        end = moment + timedelta(hours=self.wishes.hours if self.wishes.stamp == "start" else 0)
        if end.astimezone(UTC) > self.now or (not form.hourly and moment.date() > self._today()):
            raise refuse(row, "time", "future", f"{moment:%Y-%m-%d %H:%M} has not come.")
        when: date | datetime = end.astimezone(UTC) if form.hourly else moment.date()
        found = []
        for code, column, unit in self._cells(row, form):
            try:
                value, state = self._value(row, column)
            except RefusedRowError as error:
                if form.long:
                    raise
                # One bad cell costs no good one beside it.
                taken.refusals.append(error.refusal)
                continue
            if value is not None:
                value /= unit[1]
            beside = self.beside.get((site, row.text("time") or "", code))
            if beside is None and form.long and "uncertainty" in row.headings:
                own = number_of(row, "uncertainty")
                beside = None if own is None else own / unit[1]
            stored, rounded = (None, False) if value is None else scaled(value, MILLIONTHS)
            taken.rounded += rounded
            found.append(
                {
                    "place": site,
                    "name": site,
                    "city": None,
                    "time" if form.hourly else "date": when,
                    "species": code,
                    "value": stored,
                    "unit": unit[0],
                    "uncertainty": None if beside is None else scaled(beside, MILLIONTHS)[0],
                    "state": state,
                    "hours": self.wishes.hours if form.hourly else None,
                }
            )
        yield from found

    def _today(self) -> date:
        return self.now.astimezone(SHANGHAI).date()

    def _value(self, row: SheetRow, column: str) -> tuple[Decimal | None, str]:
        """The value and its state: value, below_detection, negative or missing."""
        text = (row.text(column) or "").strip()
        if not text or text.lower() == "nan":
            return None, "missing"
        if text.lower() in UNDETECTED:
            return None, "below_detection"
        if text[0] in "<＜":
            try:
                return Decimal(text[1:].strip()), "below_detection"
            except ArithmeticError:
                raise refuse(row, column, "not_a_number", f'"{text}" is not a number.') from None
        value = number_of(row, column, least=None)
        if value is None:
            return None, "missing"
        if value > self.highest:
            raise refuse(row, column, "absurd", f"{value} is above {self.highest}: a slip of unit?")
        return value, "negative" if value < 0 else "value" if value > 0 else "below_detection"

    def _moment(self, row: SheetRow) -> datetime:
        text = text_of(row, "time")
        match = re.fullmatch(
            r"(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?(?:[ T]+(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?)?", text
        )
        if match is None:
            raise refuse(row, "time", "not_a_time", f'"{text}" is not a time. Write 2025-02-03 14:00.')
        parts = [match[1], match[2], match[3]]
        order: str = "ymd" if len(match[1]) == 4 else self.wishes.dates
        if order == "ymd" and len(match[1]) != 4:
            raise refuse(
                row, "time", "not_a_time", f'"{text}" may be read in two ways: say whether mdy or dmy.'
            )
        year, month, day = (int(parts[order.index(letter)]) for letter in "ymd")
        hour = int(match[4] or 0)
        try:
            found = datetime(
                year, month, day, hour % 24, int(match[5] or 0), int(match[6] or 0), tzinfo=SHANGHAI
            )
        except ValueError:
            raise refuse(row, "time", "not_a_time", f'"{text}" is no time of the calendar.') from None
        if hour > 24 or (hour == 24 and (found.minute or found.second)):
            raise refuse(row, "time", "not_a_time", f'"{text}" is no time of the day.')
        return found + timedelta(days=1) if hour == 24 else found
