"""Air quality index of single values: sub-indices (IAQI), AQI, primary pollutants, levels and colours.

The rules read here (`AqiRules`) are also what the engine's expressions are made from, so that one value and
a nation of values are judged by the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lantian.ambient.exact import Number, exact, half_even, up
from lantian.ambient.names import bare
from lantian.errors import LantianError
from lantian.rulebook import BY_DATE, Rule, Rulebook, load

TREE = "ambient.aqi"
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")

_Ask = Callable[[str], Rule]
DAILY_COLUMNS = {
    "so2": "so2.day",
    "no2": "no2.day",
    "pm10": "pm10.day",
    "pm2_5": "pm2_5.day",
    "co": "co.day",
    "o3_8h": "o3.8h",
    "o3_1h": "o3.hour",
}
HOURLY_COLUMNS = {
    "so2": "so2.hour",
    "no2": "no2.hour",
    "pm10": "pm10.day",
    "pm2_5": "pm2_5.day",
    "co": "co.hour",
    "o3": "o3.hour",
    "o3_8h": "o3.8h",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the breakpoint table.

    `cells` are (lower concentration, upper concentration, lower IAQI, upper IAQI) in ascending order,
    concentrations in whole units of 10^-`decimals`. Above the last cell: `above` is an IAQI, or None when
    another averaging time has to answer (`instead`).
    """

    name: str
    cells: tuple[tuple[int, int, int, int], ...]
    decimals: int
    above: int | None
    instead: str

    def iaqi(self, scaled: int) -> int | None:
        """IAQI of a concentration in units of 10^-`decimals`, rounded up."""
        for low, high, i_low, i_high in self.cells:
            if scaled <= high:
                return up(Fraction((i_high - i_low) * (scaled - low), high - low)) + i_low
        return self.above


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the index: 1 优 … 6 严重污染. `upto` is its largest AQI, None for the last."""

    level: int
    upto: int | None
    zh: str
    en: str
    colour_zh: str
    hex: str
    rgb: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class AirQuality:
    """An AQI and what it comes from. `aqi` is None when it may not be published; `why` says so."""

    aqi: int | None
    iaqi: dict[str, int | None]
    primary: tuple[str, ...]
    level: Level | None
    why: str


@dataclass(frozen=True)
class AqiRules:
    """The rules of the index on one day under one regime, looked up once for many values."""

    columns: dict[str, Column]
    day_so2: Column
    items: tuple[str, ...]
    averaging: dict[str, str]
    minimum: int
    missing: str
    missing_threshold: int
    primary_above: int
    good_max: int
    heavy_above: int
    levels: tuple[Level, ...]
    not_monitored: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, book: Rulebook, *, regime: str, on: date | None, averaging: str = "daily") -> AqiRules:
        used: list[Rule] = []

        def ask(path: str) -> Rule:
            rule = book.rule(f"{TREE}.{path}", on=on, regime=regime)
            used.append(rule)
            return rule

        inputs = ask(f"inputs.{averaging}")
        if averaging == "daily":
            windows = dict.fromkeys(inputs.texts, "day")
            names = DAILY_COLUMNS
        else:
            windows = {item: str(window) for item, window in inputs.table.items()}
            names = HOURLY_COLUMNS
        decimals = ask("rounding.inputs").table
        steps = [int(step) for step in ask("steps").numbers if step is not None]
        top = ask("above.table")
        columns = {}
        for item in names:
            columns[item] = _column(names[item], int(decimals[item]), steps, top.integer, ask)
        day_so2 = _column(DAILY_COLUMNS["so2"], int(decimals["so2"]), steps, top.integer, ask)
        return cls(
            columns=columns,
            day_so2=day_so2,
            items=tuple(windows),
            averaging=windows,
            minimum=ask("minimum").integer,
            missing=ask("missing").text,
            missing_threshold=ask("missing_threshold").integer,
            primary_above=ask("primary_above").integer,
            good_max=ask("good_day_max").integer,
            heavy_above=ask("heavy_day_above").integer,
            levels=tuple(_level(row) for row in ask("levels").rows),
            not_monitored=_not_monitored(ask("not_monitored")),
            rules=tuple(used),
        )

    def level(self, aqi: int) -> Level:
        """The level of an AQI."""
        return next(level for level in self.levels if level.upto is None or aqi <= level.upto)

    def for_place(self, key: str, name: str = "") -> AqiRules:
        """The rules without the items that are not monitored at this place by design (HJ 633-2026, 5.3)."""
        gone = self.not_monitored.get(bare(key), ()) or self.not_monitored.get(bare(name), ())
        return replace(self, items=tuple(i for i in self.items if i not in gone)) if gone else self

    def judge(self, iaqi: Mapping[str, int | None]) -> AirQuality:
        """AQI, primary pollutants and level from the sub-indices of `items`; None is a missing one."""
        counted = {item: iaqi.get(item) for item in self.items}
        present = [value for value in counted.values() if value is not None]
        if not present:
            return AirQuality(None, counted, (), None, "no_items")
        highest = max(present)
        value = max(highest, self.minimum)
        why = "" if len(present) == len(self.items) else "items_missing"
        if why and self.missing == "publish_above" and value <= self.missing_threshold:
            return AirQuality(None, counted, (), None, why)
        primary = tuple(
            item for item, own in counted.items() if own == highest and value > self.primary_above
        )
        return AirQuality(value, counted, primary, self.level(value), why)


def iaqi(
    pollutant: str,
    value: Number,
    averaging: str,
    regime: str = "gb3095-2012",
    *,
    on: date | None = None,
    rulebook: Rulebook | None = None,
) -> int | None:
    """The sub-index of one concentration, rounded up (进位取整).

    Parameters
    ----------
    pollutant
        so2, no2, co, o3, pm10, pm2_5
    value
        concentration [µg/m³; CO mg/m³]; rounded to the index's decimals first
    averaging
        `day`, `hour`, or `8h` for o3

    Returns
    -------
    the IAQI; None where the edition reports another averaging time instead (2012: SO2 1 h and O3 8 h above
    800)

    Raises
    ------
    LantianError
        the table has no such column; the value is no concentration

    Notes
    -----
    HJ 633-2012 table 1; HJ 633-2026 table 3, 4.2. Above the last row: 500, not verified.
    """
    rules = AqiRules.of(rulebook or load(), regime=regime, on=on)
    name = "o3.8h" if pollutant in ("o3_8h", "o3_8h_max") else f"{pollutant}.{averaging}"
    every = {**_hourly(rulebook, regime, on), **{column.name: column for column in rules.columns.values()}}
    column = every.get(name)
    if column is None:
        raise LantianError(
            f"the index has no column for {pollutant} over '{averaging}'",
            remedy="Columns are " + ", ".join(sorted(every)) + ".",
        )
    return column.iaqi(_scaled(value, pollutant, column.decimals))


def aqi(
    *,
    so2: Number | None = None,
    no2: Number | None = None,
    pm10: Number | None = None,
    pm2_5: Number | None = None,
    co: Number | None = None,
    o3_8h: Number | None = None,
    o3: Number | None = None,
    averaging: str = "daily",
    regime: str = "gb3095-2012",
    on: date | None = None,
    rulebook: Rulebook | None = None,
) -> AirQuality:
    """The AQI of one place and day, or hour.

    Parameters
    ----------
    so2, no2, pm10, pm2_5, co
        daily means, or for `realtime` the means its edition asks for (2012: PM 24-hour running, gases 1 h)
        [µg/m³; CO mg/m³]; None is missing
    o3_8h, o3
        largest 8-hour mean of the day, or the 8-hour running mean; 1-hour mean, or largest of the day [µg/m³]
    averaging
        `daily` or `realtime`
    regime
        gb3095-2012, gb3095-2026-transition, gb3095-2026, or by-date with `on`

    Notes
    -----
    HJ 633-2012 4; HJ 633-2026 4.2, 4.3, 5.3. With an item missing the 2026 edition publishes only above 100.
    """
    if averaging not in ("daily", "realtime"):
        raise LantianError(f"'{averaging}' is no averaging of the index", remedy="Choose daily or realtime.")
    rules = AqiRules.of(rulebook or load(), regime=regime, on=on, averaging=averaging)
    hour_name = "o3_1h" if averaging == "daily" else "o3"
    given = {"so2": so2, "no2": no2, "pm10": pm10, "pm2_5": pm2_5, "co": co, "o3_8h": o3_8h, hour_name: o3}
    found: dict[str, int | None] = {}
    for item, value in given.items():
        column = rules.columns[item]
        found[item] = None if value is None else column.iaqi(_scaled(value, item, column.decimals))
        other = given.get(hour_name)
        if value is not None and found[item] is None and item == "o3_8h" and other is not None:
            instead = rules.columns[hour_name]
            found[item] = instead.iaqi(_scaled(other, hour_name, instead.decimals))
    return rules.judge(found)


def level_of(
    aqi: int, *, regime: str = BY_DATE, on: date | None = None, rulebook: Rulebook | None = None
) -> Level:
    """The level and colour of an AQI (HJ 633-2012 table 2, the same in 2026)."""
    return AqiRules.of(rulebook or load(), regime=regime, on=on).level(aqi)


def _not_monitored(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Items of the index by bare name of the place; ozone stands for each of its averaging times."""
    found = {}
    for place, items in rule.table.items():
        strangers = [str(item) for item in items if item not in POLLUTANTS]
        if strangers:
            raise LantianError(
                f"'{rule.path}' names '{strangers[0]}' for {place}",
                where=rule.origin,
                remedy="Items are " + ", ".join(POLLUTANTS) + ".",
            )
        ozone = ("o3_8h", "o3_1h") if "o3" in items else ()
        found[bare(str(place))] = (*(str(item) for item in items), *ozone)
    return found


def _hourly(rulebook: Rulebook | None, regime: str, on: date | None) -> dict[str, Column]:
    rules = AqiRules.of(rulebook or load(), regime=regime, on=on, averaging="realtime")
    return {column.name: column for column in rules.columns.values()}


def _scaled(value: Number, name: str, decimals: int) -> int:
    return int(half_even(exact(value, name=name), decimals).scaleb(decimals))


def _column(name: str, decimals: int, steps: list[int], top: int, ask: _Ask) -> Column:
    points = [
        (int(point * 10**decimals), step)
        for point, step in zip(ask(f"breakpoints.{name}").numbers, steps, strict=True)
        if point is not None
    ]
    cells = tuple((low, high, i_low, i_high) for (low, i_low), (high, i_high) in pairwise(points))
    above: int | None = top
    instead = ""
    if points[-1][1] < steps[-1]:
        rule = ask(f"above.{name.replace('.', '_')}")
        if isinstance(rule.value, str):
            above, instead = None, rule.value
        else:
            above = rule.integer
    return Column(name, cells, decimals, above, instead)


def _level(row: Mapping[str, Any]) -> Level:
    upto = row["max"]
    red, green, blue = row["rgb"]
    return Level(
        level=int(str(row["level"])),
        upto=None if upto is None else int(upto),
        zh=str(row["zh"]),
        en=str(row["en"]),
        colour_zh=str(row["colour_zh"]),
        hex=str(row["hex"]),
        rgb=(int(red), int(green), int(blue)),
    )
