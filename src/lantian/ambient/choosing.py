"""Which source answers for a place, and the days of every place of a level."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.period import Period
from lantian.ambient.rules import DAY_ITEMS, Stretch, stretches
from lantian.ambient.sources import (
    CITY_DAYS,
    CITY_FEED,
    CITY_OF_STATIONS,
    KINDS,
    ORIGINS,
    Question,
    days_of,
    whole_months,
)
from lantian.ambient.unmonitored import judged
from lantian.rulebook import BY_DATE, Rulebook

MARKS = {
    CITY_OF_STATIONS: "source_stations",
    CITY_FEED: "source_city_feed",
    CITY_DAYS: "source_city_days",
}


@dataclass(frozen=True)
class Part:
    """Days of one stretch from one origin (`place_days`), without places that another origin answers for."""

    origin: str
    stretch: Stretch
    table: pa.Table


@dataclass(frozen=True)
class Chosen:
    """The days of every place of a level in a period, each place from one origin.

    `cut` are the stretches of the period; `last` the one the period's statistics follow.
    """

    parts: list[Part]
    cut: list[Stretch]

    @property
    def last(self) -> Stretch:
        return self.cut[-1]

    @property
    def kinds(self) -> str:
        """The kinds read, for people: `ambient_station_hour, ambient_city_hour`."""
        return ", ".join(dict.fromkeys(KINDS[part.origin] for part in self.parts))


def chosen_days(question: Question, period: Period, regime: str, book: Rulebook) -> Chosen:
    """Read the days and settle which origin answers for each place.

    A city is the mean of its stations; the city-mean feed answers for a city without valid station days, or
    whose stations give fewer than half as many days as the feed; days given as such answer for the rest.
    """
    if regime == BY_DATE:
        book.regime_on(period.first)
    else:
        book.regime_span(regime)
    months = stretches(book, whole_months(period), regime)
    parts: list[Part] = []
    taken: dict[str, int] = {}
    for origin in reversed(ORIGINS[question.level]):
        days = days_of(question, origin, period, months)
        counts = _valid_days([item.table for item in days])
        # From the least wanted origin to the most wanted one: each takes what it covers well enough.
        gained = {key for key, number in counts.items() if number and number * 2 >= taken.get(key, 0)}
        unknown = {key for key in counts if key not in taken}
        wins = gained | unknown
        parts = [smaller for part in parts if (smaller := _only(part, wins, keep=False))]
        parts.extend(
            smaller
            for item in days
            if (smaller := _only(_judged(Part(origin, item.stretch, item.table)), wins, keep=True))
        )
        taken.update({key: counts[key] for key in wins})
    return Chosen(parts, stretches(book, period, regime))


def _judged(part: Part) -> Part:
    """The part, the index of places that monitor fewer items judged by these."""
    return Part(part.origin, part.stretch, judged(part.table, part.stretch.rules.aqi))


def known_cities(question: Question) -> set[str]:
    """Every city the lake has ever held something of, among the places asked for."""
    found: set[str] = set()
    for kind in dict.fromkeys(KINDS[origin] for origin in ORIGINS["city"]):
        if kind in question.lake.kinds():
            stations = kind == KINDS[CITY_OF_STATIONS]
            for place, _, city in question.lake.labels(kind, as_of=question.version):
                found.add((city or "") if stations else place)
    found.discard("")
    return found if question.places is None else found & question.places


def _valid_days(tables: list[pa.Table]) -> dict[str, int]:
    """Days with at least one valid value, per key; keys without any are there with 0."""
    counts: dict[str, int] = {}
    for table in tables:
        some = pc.greater(table[f"{DAY_ITEMS[0]}_m"], 0)
        for item in DAY_ITEMS[1:]:
            some = pc.or_(some, pc.greater(table[f"{item}_m"], 0))
        grouped = pa.table({"key": table["key"], "some": some.cast(pa.int32())}).group_by("key")
        for row in grouped.aggregate([("some", "sum")]).to_pylist():
            counts[row["key"]] = counts.get(row["key"], 0) + row["some_sum"]
    return counts


def _only(part: Part, keys: set[str], *, keep: bool) -> Part | None:
    inside = pc.is_in(part.table["key"], pa.array(sorted(keys), pa.string()))
    table = part.table.filter(inside if keep else pc.invert(inside))
    return Part(part.origin, part.stretch, table) if table.num_rows else None
