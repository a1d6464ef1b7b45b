"""Dustfall of units and cities: statistics, limit, ranking, change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.exact import half_even
from lantian.ambient.measures.dustfall_records import (
    CityDustfall,
    Dustfall,
    UnitDustfall,
    change_of,
    summarise,
    verdict_of,
)
from lantian.ambient.measures.record import RegionRules, ranks
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.lake import THOUSANDTHS, Lake, arrow
from lantian.rulebook import Rule, Rulebook, load

KIND = "dustfall_month"


@dataclass(frozen=True, slots=True)
class _Month:
    date: date
    value: Fraction | None
    validity: str
    why: str | None


def dustfall(
    lake: Lake,
    period: Period,
    *,
    city: str | None = None,
    places: Collection[str] | None = None,
    as_of: int | None = None,
    rulebook: Rulebook | None = None,
) -> Dustfall:
    """Dustfall of each unit and city in a period of whole months, with ranking and change.

    Parameters
    ----------
    lake
        a store with `dustfall_month`
    period
        a month, quarter, half-year, year or whole months
    city
        only units of this city
    places
        only these units (`city/unit`)
    as_of
        the data at an earlier version

    A unit's value is the mean of its valid months, a city's the mean of its units' unrounded values
    (`ambient.dustfall.city_mean`); both are rounded once. The limit is that of the last day. A unit without
    a value in the same period of the year before stands in no change ranking.

    Raises
    ------
    LantianError
        a period that is not whole months
    """
    book = rulebook or load()
    _whole_months(period)
    now = _Reader(lake, book, as_of, city, places)
    months, names, reported = now.months(period)
    before, names_before, _ = now.months(period.previous_year())
    names = {**names_before, **names}
    units = [now.unit(period, (key, *names[key]), months.get(key), before.get(key, [])) for key in names]
    units = now.ranked(units)
    cities = now.cities(units, reported, period)
    version = lake.version if as_of is None else as_of
    return Dustfall(period, version, tuple(units), tuple(cities), tuple(now.used.values()))


def _whole_months(period: Period) -> None:
    months = period.months()
    if not months or sum(Period.month(*month).days for month in months) != period.days:
        raise LantianError(
            f"'{period}' is not whole months", remedy="Dustfall is known by months: write 2025-02 or 2025-Q1."
        )


class _Reader:
    """One question's rules and rows."""

    def __init__(
        self, lake: Lake, book: Rulebook, as_of: int | None, city: str | None, places: Collection[str] | None
    ) -> None:
        self.lake, self.book, self.as_of, self.city, self.places = lake, book, as_of, city, places
        self.limits = RegionRules(book, "ambient.dustfall.limits")
        self.used: dict[tuple[str, date | None], Rule] = {}

    def rule(self, path: str, on: date) -> Rule:
        return self._note(self.book.rule(f"ambient.dustfall.{path}", on=on))

    def _note(self, rule: Rule) -> Rule:
        self.used[rule.path, rule.valid_from] = rule
        return rule

    def limit(self, on: date, *regions: str | None) -> Decimal | None:
        """The limit of the first region that has one of its own on that day, else the common one."""
        for rule in self.limits.rules((*regions, "default"), on):
            return self._note(rule).number
        return None

    def months(
        self, period: Period
    ) -> tuple[dict[str, list[_Month]], dict[str, tuple[str, str | None]], dict[str, list[_Month]]]:
        """The months of each unit, the units' names and cities, and the cities' own published rows."""
        rows = arrow(
            self.lake.read(KIND, since=period.first, until=period.last, as_of=self.as_of)
        ).to_pylist()
        found: dict[str, list[_Month]] = {}
        names: dict[str, tuple[str, str | None]] = {}
        cities: dict[str, list[_Month]] = {}
        with_units = {row["city"] for row in rows if row["city"]}
        for row in sorted(rows, key=lambda row: (row["date"], row["place"])):
            value = None if row["dustfall"] is None else Fraction(row["dustfall"], THOUSANDTHS)
            month = _Month(row["date"], value, row["validity"], row["why"])
            key, its_city = row["place"], row["city"]
            if its_city is None and key in with_units:
                cities.setdefault(key, []).append(month)
            elif (self.city in (None, its_city)) and (self.places is None or key in self.places):
                found.setdefault(key, []).append(month)
                names[key] = (row["name"] or key, its_city)
        return found, names, cities

    def unit(
        self,
        period: Period,
        who: tuple[str, str, str | None],
        months: list[_Month] | None,
        before: list[_Month],
    ) -> UnitDustfall:
        key, name, city = who
        rows = months or []
        exact = _mean(rows)
        value = self.rounded(exact, period)
        last = self.rounded(_mean(before), period)
        limit = self.limit(period.last, key, name, city)
        marks = [] if months else ["not_reported"]
        if limit != self.limit(period.first, key, name, city):
            marks.append("limit_changes")
        marks += sorted({mark for month in rows for mark in _marks(month)})
        valid = [
            (month.value, month.date)
            for month in rows
            if month.validity == "valid" and month.value is not None
        ]
        top = max(valid, default=None)
        return UnitDustfall(
            place=key,
            name=name,
            city=city,
            value=value,
            exact=exact,
            months_used=len(valid),
            months_in_period=len(period.months()),
            invalid=sum(month.validity == "invalid" for month in rows),
            missing=sum(month.validity == "missing" for month in rows),
            limit=limit,
            verdict=verdict_of(value, limit),
            rank=None,
            last_year=last,
            change=self.change(value, last, period),
            change_rank=None,
            highest_month=None if top is None else (top[1], half_even(top[0], self._places("value", period))),
            marks=tuple(marks),
        )

    def _places(self, what: str, period: Period) -> int:
        return self.rule(f"decimals.{what}", period.last).integer

    def rounded(self, exact: Fraction | None, period: Period) -> Decimal | None:
        return None if exact is None else half_even(exact, self._places("value", period))

    def change(self, value: Decimal | None, last: Decimal | None, period: Period) -> Decimal | None:
        self.rule("change_from", period.last)
        return change_of(value, last, self._places("change", period))

    def ranked(self, units: list[UnitDustfall]) -> list[UnitDustfall]:
        by_value = ranks({unit.place: unit.value for unit in units if unit.value is not None})
        by_change = ranks({unit.place: unit.change for unit in units if unit.change is not None})
        placed = [
            replace(unit, rank=by_value.get(unit.place), change_rank=by_change.get(unit.place))
            for unit in units
        ]
        return sorted(placed, key=_order)

    def cities(
        self, units: list[UnitDustfall], reported: Mapping[str, list[_Month]], period: Period
    ) -> list[CityDustfall]:
        self.rule("city_mean", period.last)
        by_city: dict[str, list[UnitDustfall]] = {}
        for unit in units:
            if unit.city:
                by_city.setdefault(unit.city, []).append(unit)
        found = {city: self._city(city, own, reported.get(city, []), period) for city, own in by_city.items()}
        by_value = ranks({city: row.value for city, row in found.items() if row.value is not None})
        by_change = ranks({city: row.change for city, row in found.items() if row.change is not None})
        placed = [
            replace(row, rank=by_value.get(city), change_rank=by_change.get(city))
            for city, row in found.items()
        ]
        return sorted(placed, key=lambda row: (row.rank is None, row.rank or 0, row.city))

    def _city(
        self, city: str, units: list[UnitDustfall], reported: list[_Month], period: Period
    ) -> CityDustfall:
        used = [unit.exact for unit in units if unit.exact is not None]
        exact = sum(used, Fraction(0)) / len(used) if used else None
        value = self.rounded(exact, period)
        past = [unit.last_year for unit in units if unit.last_year is not None]
        # The year before counts the units it had; a city's change compares the two means as printed.
        last = self.rounded(Fraction(sum(past)) / len(past), period) if past else None
        limit = self.limit(period.last, city)
        return CityDustfall(
            city=city,
            value=value,
            exact=exact,
            units_used=len(used),
            limit=limit,
            verdict=verdict_of(value, limit),
            rank=None,
            last_year=last,
            change=self.change(value, last, period),
            change_rank=None,
            reported=self.rounded(_mean(reported), period),
            summary=summarise(units),
        )


def _order(unit: UnitDustfall) -> tuple[bool, int, bool, Decimal, str]:
    """Rank, then the larger fall, then the key, as the notices order ties."""
    return (unit.rank is None, unit.rank or 0, unit.change is None, unit.change or Decimal(0), unit.place)


def _mean(months: Iterable[_Month]) -> Fraction | None:
    values = [month.value for month in months if month.validity == "valid" and month.value is not None]
    return sum(values, Fraction(0)) / len(values) if values else None


def _marks(month: _Month) -> list[str]:
    known = ("below_detection", "below_quantitation", "sampling_days")
    return [part for part in (month.why or "").split("; ") if part in known]
