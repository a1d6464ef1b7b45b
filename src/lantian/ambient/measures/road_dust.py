"""Road dust: each road's mean against its limit, ranking, the league of counties, published lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.ambient.exact import half_even
from lantian.ambient.measures.record import Record, RegionRules, ranks, unverified
from lantian.ambient.measures.road_intake import MEASURE, METHODS, RANK, SAMPLE
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.lake import THOUSANDTHS, Lake, arrow
from lantian.rulebook import Rule, Rulebook, load

ANY = "*"


@dataclass(frozen=True, slots=True)
class RoadSample(Record):
    """One road on one day: the mean of its points, rounded once, against the limit of that day."""

    date: date
    value: Decimal
    exact: Fraction
    points: int
    limit: Decimal | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Road(Record):
    """One road in a period.

    `value` is the mean of its days, each the mean of its points [g/m² or µg/m³]; `ratio` value over limit;
    `samples` its days, oldest first; `earlier` those before the period, for triggers. `marks`: `no_limit`,
    `few_points`.
    """

    place: str
    name: str
    city: str | None
    county: str | None
    section: str | None
    road_class: str | None
    value: Decimal
    exact: Fraction
    limit: Decimal | None
    verdict: str | None
    ratio: Decimal | None
    rank: int
    samples: tuple[RoadSample, ...]
    earlier: tuple[RoadSample, ...] = field(repr=False)
    limit_rule: Rule | None = field(repr=False)
    marks: tuple[str, ...] = ()

    @property
    def exceeding(self) -> int:
        """Days of the period above the limit."""
        return sum(sample.verdict == "above" for sample in self.samples)


@dataclass(frozen=True, slots=True)
class County(Record):
    """A county's roads: their mean, how many keep their limit, the mean of value over limit, the rank."""

    county: str
    city: str | None
    roads: int
    value: Decimal
    with_limit: int
    within: int
    within_share: Decimal | None
    ratio: Decimal | None
    exact_ratio: Fraction | None
    rank: int


@dataclass(frozen=True, slots=True)
class RoadDust(Record):
    """Road dust of a period by one method: roads and counties, cleanest first."""

    period: Period
    method: str
    unit: str
    data_version: int
    roads: tuple[Road, ...]
    counties: tuple[County, ...]
    rules: tuple[Rule, ...] = field(repr=False)

    @property
    def unverified(self) -> tuple[Rule, ...]:
        """The rules behind these figures that were not read in their document."""
        return unverified(self.rules)

    def best(self, count: int) -> tuple[Road, ...]:
        """The cleanest `count` roads; more when the last ones tie."""
        return tuple(road for road in self.roads if road.rank <= count)

    def worst(self, count: int) -> tuple[Road, ...]:
        """The dustiest `count` roads, dustiest first; more when the last ones tie."""
        if count <= 0 or not self.roads:
            return ()
        line = sorted((road.value for road in self.roads), reverse=True)[:count][-1]
        return tuple(road for road in reversed(self.roads) if road.value >= line)


@dataclass(frozen=True, slots=True)
class RankedRoad(Record):
    """A road on a published list, which gives its rank and no value."""

    month: date
    list: str
    rank: int
    place: str
    name: str
    city: str | None


def road_dust(
    lake: Lake,
    period: Period,
    *,
    method: str = "weighed",
    city: str | None = None,
    county: str | None = None,
    as_of: int | None = None,
    rulebook: Rulebook | None = None,
) -> RoadDust:
    """Each road's dust in a period against the limit of its place and class, ranked, with counties.

    Parameters
    ----------
    lake
        a store with `road_dust_sample`
    period
        any span of days
    method
        `weighed` [g/m²] or `sensor` [µg/m³]; the two are never mixed, and only weighed dust has limits
    city, county
        only these roads

    The limit of a road is that of its county, else of its city, for its class
    (`ambient.road_dust.limits.<place>`); a place without one has no limit and its roads bear `no_limit`.
    """
    if method not in METHODS:
        raise LantianError(f'"{method}" is not a method', remedy="Choose weighed or sensor.")
    book = rulebook or load()
    reader = _Reader(book, method)
    rows = arrow(lake.read(SAMPLE, until=period.last, as_of=as_of)).to_pylist()
    by_road: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["method"] == method and city in (None, row["city"]) and county in (None, row["county"]):
            by_road.setdefault(row["place"], []).append(row)
    roads = [road for own in by_road.values() if (road := reader.road(own, period))]
    place = ranks({road.place: road.value for road in roads})
    roads = sorted(
        (replace(road, rank=place[road.place]) for road in roads), key=lambda r: (r.rank, r.exact, r.place)
    )
    version = lake.version if as_of is None else as_of
    return RoadDust(
        period, method, MEASURE[method], version, tuple(roads), tuple(reader.counties(roads, period)),
        tuple(reader.used.values()),
    )  # fmt: skip


def road_ranks(
    lake: Lake, period: Period, *, city: str | None = None, which: str | None = None, as_of: int | None = None
) -> list[RankedRoad]:
    """The published lists of a period, by month, list and rank; `which` is worst or cleanest."""
    rows = arrow(lake.read(RANK, since=period.first, until=period.last, as_of=as_of)).to_pylist()
    found = [
        RankedRoad(row["date"], row["list"], row["rank"], row["place"], row["name"] or "", row["city"])
        for row in rows
        if city in (None, row["city"]) and which in (None, row["list"])
    ]
    return sorted(found, key=lambda road: (road.month, road.list, road.rank, road.place))


class _Reader:
    """One question's rules."""

    def __init__(self, book: Rulebook, method: str) -> None:
        self.book, self.method = book, method
        self.limits = RegionRules(book, "ambient.road_dust.limits")
        self.used: dict[tuple[str, date | None], Rule] = {}

    def rule(self, path: str, on: date) -> Rule:
        found = self.book.rule(f"ambient.road_dust.{path}", on=on)
        self.used[found.path, found.valid_from] = found
        return found

    def limit(self, row: dict[str, Any], on: date) -> tuple[Decimal, Rule] | None:
        """The limit of a road's class in its county, else in its city."""
        if self.method != "weighed":
            return None
        for rule in self.limits.rules((row["county"], row["city"]), on):
            classes = {_class(key): value for key, value in rule.table.items()}
            value = classes.get(_class(row["road_class"] or ""), classes.get(ANY))
            if value is not None:
                self.used[rule.path, rule.valid_from] = rule
                return Decimal(value), rule
        return None

    def road(self, rows: list[dict[str, Any]], period: Period) -> Road | None:
        by_day: dict[date, list[dict[str, Any]]] = {}
        for row in rows:
            by_day.setdefault(row["date"], []).append(row)
        samples = [self._sample(by_day[day]) for day in sorted(by_day)]
        inside = tuple(sample for sample in samples if sample.date >= period.first)
        if not inside:
            return None
        newest = max(rows, key=lambda row: row["date"])
        exact = sum((sample.exact for sample in inside), Fraction(0)) / len(inside)
        value = half_even(exact, self.rule("decimals", period.last).integer)
        limit = self.limit(newest, period.last)
        marks: tuple[str, ...] = () if limit or self.method != "weighed" else ("no_limit",)
        if self.method == "weighed":
            least = self.rule("points", period.last).integer
            if any(sample.points < least for sample in inside):
                marks += ("few_points",)
        return Road(
            place=newest["place"],
            name=newest["name"],
            city=newest["city"],
            county=newest["county"],
            section=newest["section"],
            road_class=newest["road_class"],
            value=value,
            exact=exact,
            limit=limit[0] if limit else None,
            verdict=_verdict(value, limit),
            ratio=half_even(Fraction(value) / Fraction(limit[0]), 2) if limit else None,
            rank=0,
            samples=inside,
            earlier=tuple(sample for sample in samples if sample.date < period.first),
            limit_rule=limit[1] if limit else None,
            marks=marks,
        )

    def _sample(self, rows: list[dict[str, Any]]) -> RoadSample:
        column = "loading" if self.method == "weighed" else "concentration"
        values = [Fraction(row[column], THOUSANDTHS) for row in rows]
        exact = sum(values, Fraction(0)) / len(values)
        day = rows[0]["date"]
        value = half_even(exact, self.rule("decimals", day).integer)
        limit = self.limit(rows[0], day)
        return RoadSample(day, value, exact, len(values), limit[0] if limit else None, _verdict(value, limit))

    def counties(self, roads: Iterable[Road], period: Period) -> list[County]:
        places = self.rule("decimals", period.last).integer
        by_county: dict[tuple[str | None, str], list[Road]] = {}
        for road in roads:
            if road.county:
                by_county.setdefault((road.city, road.county), []).append(road)
        found: dict[str, County] = {}
        for (city, county), own in by_county.items():
            limited = [road for road in own if road.limit]
            ratio = None
            if limited:
                parts = [Fraction(road.value) / Fraction(road.limit or 1) for road in limited]
                ratio = sum(parts, Fraction(0)) / len(parts)
            within = sum(road.verdict != "above" for road in limited)
            found[f"{city}/{county}"] = County(
                county=county,
                city=city,
                roads=len(own),
                value=half_even(sum((road.exact for road in own), Fraction(0)) / len(own), places),
                with_limit=len(limited),
                within=within,
                within_share=half_even(Fraction(within * 100, len(limited)), 1) if limited else None,
                ratio=None if ratio is None else half_even(ratio, 2),
                exact_ratio=ratio,
                rank=0,
            )
        place = ranks({key: row.value for key, row in found.items()})
        placed = [replace(row, rank=place[key]) for key, row in found.items()]
        return sorted(placed, key=lambda row: (row.rank, row.city or "", row.county))


def _class(name: str) -> str:
    """A class as compared: 一类道路 is 一类, 主干道 is 主干."""
    return name.strip().removesuffix("路").removesuffix("道")


def _verdict(value: Decimal, limit: tuple[Decimal, Rule] | None) -> str | None:
    if limit is None:
        return None
    return "equal" if value == limit[0] else "above" if value > limit[0] else "below"
