"""Road dust out of tables: samples by point, weighed or from sensors; and published lists of ranks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from lantian.ambient.intake.report import ImportReport
from lantian.ambient.measures.taking import (
    KnownPlaces,
    Row,
    Taken,
    day_of,
    known_or_refused,
    month_of,
    number_of,
    refuse,
    rows_of,
    scaled,
    take,
    text_of,
    today,
)
from lantian.errors import LantianError
from lantian.lake import THOUSANDTHS, Lake
from lantian.rulebook import Rulebook, load
from lantian.sheets import Field, SheetRow, read_sheet

SAMPLE, RANK = "road_dust_sample", "road_dust_rank"
METHODS = ("weighed", "sensor")
POINTS = tuple(f"point{n}" for n in range(1, 11))
CITY = Field("city", ("城市", "市", "所属城市"), required=False)
COUNTY = Field("county", ("县", "县区", "区县", "县市区", "辖区", "所属区县"), required=False)
ROAD = Field("road", ("道路", "道路名称", "路名", "road_segment", "路段名称"))
SECTION = Field("section", ("路段", "起止", "起止点"), required=False)
FIELDS = (
    CITY,
    COUNTY,
    ROAD,
    SECTION,
    Field("road_class", ("道路等级", "道路类别", "等级", "类别", "class"), required=False),
    Field("date", ("日期", "采样日期", "检测日期", "检查日期", "月份", "时间", "period", "month")),
    Field("method", ("方法", "采样方法", "检测方法"), required=False),
    Field("point", ("点位", "测点", "点号", "点"), required=False),
    Field(
        "value",
        ("积尘", "积尘量", "道路积尘", "积尘负荷", "克重", "结果", "检测结果", "浓度"),
        required=False,
    ),
    *(
        Field(name, tuple(f"{word}{n}" for word in ("点", "点位", "测点", "样点")), required=False)
        for n, name in enumerate(POINTS, start=1)
    ),
)
RANK_FIELDS = (
    CITY,
    COUNTY,
    ROAD,
    SECTION,
    Field("road_class", ("道路等级", "道路类别"), required=False),
    Field("list", ("榜单", "榜", "列表")),
    Field("rank", ("名次", "排名", "序号")),
    Field("month", ("月份", "时间", "期间", "period", "日期")),
)
WORDS = {
    "weighed": ("weighed", "称重", "以克论净", "克重", "称量"),
    "sensor": ("sensor", "走航", "出租车", "传感器"),
}
LISTS = {
    "worst": ("worst", "最差", "最脏", "黑榜", "后"),
    "cleanest": ("cleanest", "最好", "最净", "最洁净", "红榜", "前"),
}
UNITS = {
    "g/m2": "weighed",
    "克/平方米": "weighed",
    "ug/m3": "sensor",
    "μg/m3": "sensor",
    "微克/立方米": "sensor",
}
MEASURE = {"weighed": "g/m²", "sensor": "µg/m³"}


def import_road_dust(
    files: Iterable[str | Path],
    lake: Lake,
    *,
    method: str | None = None,
    city: str | None = None,
    known_places: KnownPlaces | None = None,
    report: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
    now: date | None = None,
    rulebook: Rulebook | None = None,
) -> ImportReport:
    """Take samples of road dust into a lake.

    Parameters
    ----------
    files
        tables with 道路 and 日期, a value a row (积尘 and 点位) or a column a point (点1, 点2 …); and, where
        known, 城市, 县区, 路段, 道路等级, 方法
    lake
        the store; kind `road_dust_sample`
    method
        `weighed` [g/m²] or `sensor` [µg/m³] of files that name neither method nor unit; default weighed
    city
        city of all rows, for files without a column for it
    known_places
        tells whether a county (or the city, where no county is given) is known
    report, progress, now, rulebook
        as for `import_dustfall`

    Returns
    -------
    ImportReport. Codes of refusals: empty, not_a_number, not_a_date, negative, absurd, wrong_unit, future,
    unknown_place, duplicate, unknown_word
    """
    if method not in (None, *METHODS):
        raise LantianError(f'"{method}" is not a method', remedy="Choose weighed or sensor.")
    door = _Door(method, city, known_places, now or today(), rulebook or load())
    return take(files, lake, door.samples, report=report, progress=progress)


def import_road_ranks(
    files: Iterable[str | Path],
    lake: Lake,
    *,
    city: str | None = None,
    known_places: KnownPlaces | None = None,
    report: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
    now: date | None = None,
) -> ImportReport:
    """Take published lists of the worst and the cleanest roads, which give ranks and no values.

    Parameters as for `import_road_dust`; columns 榜单 (worst, cleanest, 最差, 最净 …), 名次, 道路, 月份.
    """
    door = _Door(None, city, known_places, now or today(), load())
    return take(files, lake, door.ranks, report=report, progress=progress)


class _Door:
    def __init__(
        self,
        method: str | None,
        city: str | None,
        known_places: KnownPlaces | None,
        now: date,
        book: Rulebook,
    ) -> None:
        self.method, self.city, self.known_places, self.now, self.book = method, city, known_places, now, book

    def samples(self, path: Path) -> Taken:
        sheet = read_sheet(path, FIELDS)
        if "value" not in sheet.fields and not set(POINTS) & sheet.fields:
            raise LantianError("no column holds a result", remedy="Needed is 积尘, or 点1, 点2 ….")
        taken = Taken(SAMPLE, "road dust, samples", "a sample is of its day", self._digest(sheet.digest))
        rows_of(sheet, taken, lambda row: self._samples(row, taken))
        return taken

    def ranks(self, path: Path) -> Taken:
        sheet = read_sheet(path, RANK_FIELDS)
        taken = Taken(
            RANK, "road dust, published ranks", "a list is of its month", self._digest(sheet.digest)
        )
        rows_of(sheet, taken, self._rank)
        return taken

    def _digest(self, digest: str) -> str:
        return ":".join((digest, self.method or "", self.city or ""))

    def _road(self, row: SheetRow) -> Row:
        road = text_of(row, "road")
        city = _text(row, "city") or self.city
        county, section = _text(row, "county"), _text(row, "section")
        place = "/".join(part for part in (city, county, road, section) if part)
        if self.known_places is not None and (county or city):
            key = f"{city}/{county}" if city and county else (county or city or "")
            known_or_refused(
                row, "county" if county else "city", key, county or city or "", self.known_places
            )
        return {
            "place": place,
            "name": road,
            "city": city,
            "county": county,
            "section": section,
            "road_class": _text(row, "road_class"),
        }

    def _day(self, row: SheetRow) -> date:
        whole_month = re.fullmatch(r"\d{4}(\D?\d{2}|\D\d)月?", text_of(row, "date"))
        found = month_of(row, "date", self.now) if whole_month else day_of(row, "date")
        if found > self.now:
            raise refuse(row, "date", "future", f"{found} has not come.")
        return found

    def _samples(self, row: SheetRow, taken: Taken) -> Iterator[Row]:
        road, day = self._road(row), self._day(row)
        columns = [name for name in ("value", *POINTS) if name in row.headings and row.text(name) is not None]
        if not columns:
            raise refuse(row, "value", "empty", "the row holds no result.")
        for column in columns:
            method = self._method(row, column)
            value = number_of(row, column)
            assert value is not None  # noqa: S101 - empty cells are left out above
            highest = Decimal(self.book.rule("ambient.road_dust.highest", on=day).table[method])
            if value > highest:
                raise refuse(
                    row, column, "absurd", f"{value} {MEASURE[method]} is above {highest}: a slip of unit?"
                )
            stored, rounded = scaled(value, THOUSANDTHS)
            taken.rounded += rounded
            point = _text(row, "point") or "1" if column == "value" else column.removeprefix("point")
            yield {
                **road,
                "date": day,
                "method": method,
                "point": point,
                "loading": stored if method == "weighed" else None,
                "concentration": stored if method == "sensor" else None,
            }

    def _method(self, row: SheetRow, column: str) -> str:
        said = _text(row, "method")
        named = None
        if said is not None:
            named = next(
                (name for name, words in WORDS.items() if any(w in said.lower() for w in words)), None
            )
            if named is None:
                raise refuse(row, "method", "unknown_word", f'"{said}" is neither 称重 nor 走航.')
        match = re.search(r"[（(\[［](.*)[)）\]］]\s*$", row.headings[column])
        by_unit = None
        if match is not None:
            unit = match[1].strip().lower().replace("²", "2").replace("³", "3").replace("µ", "u")
            by_unit = UNITS.get(unit)
            if by_unit is None:
                raise refuse(row, column, "wrong_unit", f'"{match[1]}" is neither g/m² nor µg/m³.')
        if named and by_unit and named != by_unit:
            raise refuse(row, column, "wrong_unit", f"{MEASURE[by_unit]} is not the unit of this method.")
        return named or by_unit or self.method or "weighed"

    def _rank(self, row: SheetRow) -> Iterator[Row]:
        road = self._road(row)
        said = text_of(row, "list").lower()
        name = next((name for name, words in LISTS.items() if any(said.startswith(w) for w in words)), None)
        if name is None:
            raise refuse(row, "list", "unknown_word", f'"{said}" is neither 最差 nor 最净.')
        rank = number_of(row, "rank", least=Decimal(1))
        if rank is None or rank != rank.to_integral_value():
            raise refuse(row, "rank", "not_a_number", f'"{row.text("rank") or ""}" is not a rank.')
        yield {**road, "date": month_of(row, "month", self.now), "list": name, "rank": int(rank)}


def _text(row: SheetRow, column: str) -> str | None:
    return row.text(column) if column in row.headings else None
