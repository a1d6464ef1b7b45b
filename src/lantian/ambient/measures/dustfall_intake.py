"""Dustfall months out of the tables offices keep: values, or the weighings they come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from lantian.ambient.exact import to_decimal
from lantian.ambient.intake.report import ImportReport
from lantian.ambient.measures.taking import (
    KnownPlaces,
    Row,
    Taken,
    known_or_refused,
    month_of,
    number_of,
    refuse,
    rows_of,
    scaled,
    take,
    today,
)
from lantian.ambient.measures.weighing import weigh
from lantian.errors import LantianError
from lantian.lake import THOUSANDTHS, Lake
from lantian.rulebook import Rulebook, load
from lantian.sheets import Field, SheetRow, read_sheet

KIND = "dustfall_month"
FIELDS = (
    Field("city", ("城市", "市", "所属城市", "所属市", "设区市", "地市"), required=False),
    Field(
        "unit",
        (
            "县",
            "县区",
            "区县",
            "县市区",
            "县名",
            "county",
            "监测单位",
            "单位名称",
            "点位",
            "点位名称",
            "place",
        ),
        required=False,
    ),
    Field(
        "month", ("月份", "监测月份", "监测时间", "时间", "期间", "年月", "period", "日期"), required=False
    ),
    Field("dustfall", ("降尘量", "降尘", "降尘量监测值", "dustfall_t_per_km2_month"), required=False),
    Field("measure", ("计量单位", "量纲"), required=False),
    Field("validity", ("有效性", "是否有效", "数据有效性", "valid"), required=False),
    Field("note", ("备注", "说明", "remark"), required=False),
    Field("w1", ("W1", "总重"), required=False),
    Field("w0", ("W0", "空重", "蒸发皿重"), required=False),
    Field("wc", ("Wc", "空白"), required=False),
    Field("area", ("S", "缸口面积", "面积"), required=False),
    Field("bore", ("缸口内径", "内径", "bore"), required=False),
    Field("days", ("n", "采样天数", "采样时间", "天数", "days"), required=False),
)
WEIGHTS = ("w1", "w0", "wc")
# 1 g/m² is 1 t/km²; a month is 30 days in every one of them.
UNITS = {f"{mass}/{area}" for mass, area in (("t", "km2"), ("g", "m2"))} | {
    f"{mass}/{form.format(area=area, month=month)}"
    for mass, area in (("t", "km2"), ("g", "m2"))
    for month in ("30d", "月", "month")
    for form in ("{area}·{month}", "{area}/{month}", "{month}·{area}")
}
GRAMS = {"g": 1, "克": 1, "mg": 1000, "毫克": 1000}
WORDS = {
    "valid": ("", "有效", "是", "y", "yes", "valid", "1", "true"),
    "invalid": ("无效", "否", "n", "no", "invalid", "0", "false"),
    "missing": ("缺测", "missing"),
}
VALID = {word: state for state, words in WORDS.items() for word in words}


def import_dustfall(
    files: Iterable[str | Path],
    lake: Lake,
    *,
    month: date | None = None,
    known_places: KnownPlaces | None = None,
    report: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
    now: date | None = None,
    rulebook: Rulebook | None = None,
) -> ImportReport:
    """Take dustfall months into a lake.

    Parameters
    ----------
    files
        tables (.csv, .xlsx, .xls) with 县区 (and 城市), 月份, and 降尘量 [t/(km²·30d)], or the weighings W1,
        W0, Wc [g], S [cm²] or 内径 [cm], n [d]; 有效性 and 备注 where there are. A row of a city without a
        unit is the city's published value, kept beside the one computed from its units
    lake
        the store; kind `dustfall_month`
    month
        month of all rows, for a table without a column for it
    known_places
        tells whether a unit is known, asked with `city/unit` and with the unit's name; others are refused
    report, progress
        as for `lantian.ambient.intake.import_ambient`
    now
        the present day, after which no month has begun
    rulebook
        the rules

    Returns
    -------
    ImportReport. Codes of refusals: empty, not_a_number, not_a_month, negative, absurd, wrong_unit, future,
    unknown_place, duplicate, unknown_word, no_weighing

    Raises
    ------
    LantianError
        for a file that is not there, before anything is taken
    """
    door = _Door(month, known_places, now or today(), rulebook or load())
    return take(files, lake, door.read, report=report, progress=progress)


class _Door:
    def __init__(
        self, month: date | None, known_places: KnownPlaces | None, now: date, book: Rulebook
    ) -> None:
        self.month, self.known_places, self.now, self.book = month, known_places, now, book

    def read(self, path: Path) -> Taken:
        fields = [
            Field(f.name, f.headings, required=f.name == "month" and self.month is None) for f in FIELDS
        ]
        sheet = read_sheet(path, fields)
        weighed = {"w1", "w0", "days"} <= sheet.fields and bool({"area", "bore"} & sheet.fields)
        if "dustfall" not in sheet.fields and not weighed:
            raise LantianError(
                "there is neither a column of dustfall nor of weighings",
                remedy="Needed is 降尘量, or W1, W0, n and S or 内径.",
            )
        if not {"unit", "city"} & sheet.fields:
            raise LantianError("no column names the unit", remedy="Needed is 县区 or 城市.")
        said = "weighings of HJ 1221" if "dustfall" not in sheet.fields else "values"
        taken = Taken(KIND, f"dustfall, {said}", "a value is that of its calendar month", sheet.digest)
        if self.month is not None:
            taken.digest += f":{self.month:%Y-%m}"
        rows_of(sheet, taken, lambda row: self._row(row, taken))
        return taken

    def _row(self, row: SheetRow, taken: Taken) -> Iterator[Row]:
        city, unit = row.text("city"), row.text("unit")
        name = unit or city
        if name is None:
            raise refuse(row, "unit", "no_place", "the row names no place.")
        place = f"{city}/{unit}" if city and unit and city != unit else name
        month = month_of(row, "month", self.now) if "month" in row.headings else self.month
        if month is None or month > self.now:
            raise refuse(row, "month", "future", f"{month} has not begun.")
        known_or_refused(row, "unit" if unit else "city", place, name, self.known_places)
        said = (row.text("validity") or "").lower()
        validity = VALID.get(said)
        if validity is None:
            raise refuse(row, "validity", "unknown_word", f'"{said}" is neither 有效, 无效 nor 缺测.')
        why = row.text("note")
        value, days = self._value(row, month)
        if value is None:
            validity = "missing" if validity == "valid" else validity
        elif isinstance(value, tuple):
            value, faults = value
            if faults:
                validity = "invalid" if "sampling_days" in faults else validity
                why = "; ".join([*faults, *([why] if why else [])])
        stored = None
        if value is not None:
            highest = self.book.rule("ambient.dustfall.highest", on=month)
            if value > highest.number:
                raise refuse(
                    row, "dustfall" if "dustfall" in row.headings else "w1", "absurd",
                    f"{value} {highest.unit} is above {highest.number}: a slip of unit?",
                )  # fmt: skip
            stored, rounded = scaled(value, THOUSANDTHS)
            taken.rounded += rounded
        yield {
            "place": place,
            "name": name,
            "city": city if unit and city != unit else None,
            "date": month,
            "dustfall": stored,
            "validity": validity,
            "why": why,
            "sampling_days": None if days is None else scaled(days, THOUSANDTHS)[0],
        }

    def _value(
        self, row: SheetRow, month: date
    ) -> tuple[Decimal | tuple[Decimal, tuple[str, ...]] | None, Decimal | None]:
        days = number_of(row, "days") if "days" in row.headings else None
        if "dustfall" in row.headings:
            _check_unit(row)
            found = number_of(row, "dustfall")
            if found is not None or "w1" not in row.headings:
                return found, days
        w1, w0 = number_of(row, "w1"), number_of(row, "w0")
        if w1 is None and w0 is None:
            return None, days
        blank = number_of(row, "wc") if "wc" in row.headings else Decimal(0)
        area = number_of(row, "area") if "area" in row.headings else None
        bore = number_of(row, "bore") if "bore" in row.headings else None
        if w1 is None or w0 is None or days is None or blank is None:
            raise refuse(row, "w1", "no_weighing", "W1, W0, Wc and n are all needed.")
        grams = [
            Fraction(one) / _grams(row, name) for name, one in zip(WEIGHTS, (w1, w0, blank), strict=True)
        ]
        try:
            found_by = weigh(
                grams[0], grams[1], wc=grams[2], area=area, bore=None if area else bore, days=days,
                on=month, rulebook=self.book,
            )  # fmt: skip
        except LantianError as error:
            raise refuse(row, "w1", "no_weighing", f"{error.what}. {error.remedy}") from None
        faults = (*((found_by.why,) if found_by.why else ()), *found_by.marks)
        return (to_decimal(found_by.dustfall), faults), days


def _plain_unit(text: str) -> str:
    plain = text.replace("平方公里", "km2").replace("平方千米", "km2").replace("吨", "t")
    plain = re.sub(r"[\s()（）]", "", plain.replace("²", "2").replace("^2", "2"))
    plain = re.sub(r"[.•・*×⋅]", "·", plain)
    plain = plain.replace("km2每月", "km2·月")
    return plain.lower()


def _check_unit(row: SheetRow) -> None:
    """Refuse a row whose column or cell names a unit other than t/(km²·month)."""
    named = row.text("measure") if "measure" in row.headings else None
    if named is None:
        match = re.search(r"[（(\[［](.*)[)）\]］]\s*$", row.headings["dustfall"])
        named = match[1] if match else None
    if named is not None and _plain_unit(named) not in UNITS:
        column = "measure" if "measure" in row.headings else "dustfall"
        raise refuse(row, column, "wrong_unit", f'"{named}" is not t/(km²·30d). Convert the values first.')


def _grams(row: SheetRow, name: str) -> int:
    """How many of the heading's unit make a gram."""
    heading = row.headings.get(name, "")
    match = re.search(r"[（(\[［](.*?)[)）\]］]", heading)
    if match is None:
        return 1
    found = GRAMS.get(match[1].strip().lower())
    if found is None:
        raise refuse(row, name, "wrong_unit", f'"{match[1]}" is neither g nor mg.')
    return found
