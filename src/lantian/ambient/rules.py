"""The rules of a day, looked up once for many rows, and the stretches of days they hold for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import date, timedelta
from math import lcm

from lantian.ambient.index import AqiRules
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.rulebook import BY_DATE, Rule, Rulebook

MEANS = ("so2", "no2", "pm10", "pm2_5", "co")
"""Pollutants whose daily value is the mean of the day's hours."""
DAY_ITEMS = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h", "o3_1h")
"""What a day has a value of; `o3_8h` is the largest 8-hour mean, `o3_1h` the largest hour."""
SIX = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")
UNITS = {item: "mg/m³" if item == "co" else "µg/m³" for item in (*DAY_ITEMS, "o3")}
THOUSANDTHS = 1000


@dataclass(frozen=True)
class HourRules:
    """What turns the hours of one place into its day.

    Counts of hours, the ozone windows, the limit that saves a short ozone day [thousandths of µg/m³; None
    when nothing saves it], and how far hours that the archive lost for (nearly) every place count as there
    (`lost_min_hours` None: not).
    """

    min_hours: int
    min_hours_8h: int
    first_end: int
    last_end: int
    min_windows: int
    saving_limit: int | None
    lost_min_hours: int | None
    lost_min_places: int
    lost_max_share: int

    @property
    def least_hours(self) -> int:
        """The smallest count of hours that can make a daily mean."""
        return self.min_hours if self.lost_min_hours is None else min(self.min_hours, self.lost_min_hours)

    @property
    def scale(self) -> int:
        """A number that every possible count of hours divides: each mean is a whole number of 1/scale."""
        return lcm(*range(self.least_hours, 25), *range(self.min_hours_8h, 9))

    @property
    def key(self) -> str:
        """A name of these rules for kept results."""
        return "-".join(str(part) for part in astuple(self))


@dataclass(frozen=True)
class DayRules:
    """Every rule that a day's values need, under one regime. `decimals`: places per item."""

    regime: str
    hours: HourRules
    decimals: dict[str, int]
    aqi: AqiRules
    station_share: tuple[int, int, int]
    excluded_names: tuple[str, ...]
    rules: tuple[Rule, ...] = field(compare=False)

    @property
    def key(self) -> str:
        """A name of everything here that a day's values depend on, for kept results and programs."""
        aqi = self.aqi
        judged = (aqi.columns, aqi.items, aqi.minimum, aqi.missing, aqi.missing_threshold, aqi.primary_above)
        limits = (aqi.good_max, aqi.heavy_above)
        return repr((self.hours.key, self.decimals, judged, limits, self.excluded_names))

    @classmethod
    def of(cls, book: Rulebook, *, regime: str, on: date) -> DayRules:
        used: list[Rule] = []

        def ask(path: str) -> Rule:
            rule = book.rule(f"ambient.{path}", on=on, regime=regime)
            used.append(rule)
            return rule

        saving: int | None = None
        if ask("validity.o3_8h.exceeding_counts").value is True:
            limit_path = ask("validity.o3_8h.limit").text.removeprefix("ambient.")
            saving = int(ask(limit_path).number * THOUSANDTHS)
        lost_rule = ask("validity.day.lost_here")
        lost = None if lost_rule.value is None else lost_rule.table
        hours = HourRules(
            min_hours=_between(ask("validity.day.min_hours"), 1, 24),
            min_hours_8h=_between(ask("validity.o3_8h.min_hours"), 1, 8),
            first_end=_between(ask("validity.o3_8h.first_window_end"), 8, 24),
            last_end=_between(ask("validity.o3_8h.last_window_end"), 8, 24),
            min_windows=_between(ask("validity.o3_8h.min_windows"), 1, 17),
            saving_limit=saving,
            lost_min_hours=None if lost is None else max(1, int(lost["min_hours"])),
            lost_min_places=0 if lost is None else int(lost["min_places"]),
            lost_max_share=0 if lost is None else int(lost["max_share"]),
        )
        share = ask("validity.city.station_share").table
        aqi = AqiRules.of(book, regime=regime, on=on)
        return cls(
            regime=regime if regime != BY_DATE else book.regime_on(on),
            hours=hours,
            decimals=_decimals(ask("statistics.decimals.daily")),
            aqi=aqi,
            station_share=(int(share["share"]), int(share["few"]), int(share["few_below"])),
            excluded_names=ask("validity.city.excluded_names").texts,
            rules=(*used, *aqi.rules),
        )


@dataclass(frozen=True)
class Stretch:
    """Days in a row, both ends included, under the same rules."""

    first: date
    last: date
    rules: DayRules


def stretches(book: Rulebook, period: Period, regime: str) -> list[Stretch]:
    """The period cut where its rules change; under one named regime that is hardly ever.

    Raises
    ------
    LantianError
        a day has no regime (before 2016 by date), or the regime does not exist
    """
    starts = [period.first, *book.changes("ambient.", period.first, period.last)]
    found: list[Stretch] = []
    for position, first in enumerate(starts):
        last = starts[position + 1] - timedelta(days=1) if position + 1 < len(starts) else period.last
        rules = DayRules.of(book, regime=regime, on=first)
        if found and found[-1].rules == rules:
            found[-1] = Stretch(found[-1].first, last, found[-1].rules)
        else:
            found.append(Stretch(first, last, rules))
    return found


def distinct(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules, each once, in their order."""
    return tuple({(rule.path, rule.origin): rule for rule in rules}.values())


def _between(rule: Rule, low: int, high: int) -> int:
    if not low <= rule.integer <= high:
        raise LantianError(
            f"'{rule.path}' is {rule.integer}; it can be {low} to {high}",
            where=rule.origin,
            remedy="Correct the value in that file.",
        )
    return rule.integer


def _decimals(rule: Rule) -> dict[str, int]:
    """Places per item; the lake holds thousandths, so no more than three can be asked for."""
    table = {str(item): int(places) for item, places in rule.table.items()}
    for item in DAY_ITEMS:
        if not 0 <= table.get(item, -1) <= 3:
            raise LantianError(
                f"'{rule.path}' gives {table.get(item, 'nothing')} for {item}; it can be 0 to 3 decimals",
                where=rule.origin,
                remedy="Correct the value in that file.",
            )
    return table
