"""The evaluation of a region, one function a section of its page. Every digit is the kernel's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lantian import ambient
from lantian.ambient import Period, contribution
from lantian.ambient.composite import ITEMS, CompositeRules
from lantian.ambient.contribution import best_parts, loads, per_unit
from lantian.ambient.figures import printed, unrounded
from lantian.ambient.index_methods import evaluate_indices
from lantian.ambient.period import Years
from lantian.ambient.ranking import standings
from lantian.ambient.trend import spearman
from lantian.errors import LantianError
from lantian.office.monitoring import kernel, sources
from lantian.office.monitoring.figures import Figure, RegionFigures, explain_url
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.rankings import pools, words
from lantian.office.rankings.ground import Ground, ground_of
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import PlaceEvaluation
    from lantian.ambient.attainment import Attainment, PlaceAttainment
    from lantian.ambient.comparison import Comparison, PlaceChange
    from lantian.ambient.contribution import Fall, Load
    from lantian.ambient.multi_year import PlaceYears, YearsEvaluation
    from lantian.ambient.trend import Trend

FIGURES = (*STATISTICS, "composite_index")
LEAST, MOST = 5, 20
THREE = 3
FALL = re.compile(r"\d{1,5}(\.\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is evaluated: a region in a period under a regime."""

    region: Region
    period: Period
    regime: str

    @property
    def named_regime(self) -> str:
        """The one regime a comparison follows."""
        return kernel.regime_on(self.period.last) if self.regime == "by-date" else self.regime

    def ground(self) -> Ground:
        return ground_of(self.region, self.period, self.regime)

    def figure(
        self, key: str, row: PlaceEvaluation, regime: str = "", period: Period | None = None
    ) -> Figure:
        """A figure of this region one click from its explanation."""
        return RegionFigures(
            self.region,
            period or self.period,
            regime or self.regime,
            "",
            row.statistics,
            row.composite_index,
            None,
            row.good_days,
            row.heavy_days,
            row.days_used,
            row.days_in_period,
            tuple(row.marks),
        ).of(INDICATORS[key])


def attainment(
    subject: Subject, grade: int, variant: str
) -> tuple[Attainment, dict[str, PlaceAttainment]] | None:
    """Whether each region of the subject's level in the province attains, by code; None without data."""
    return _asked(subject.region, subject.period, subject.regime, grade, variant)


def of_cities(
    province: Region, period: Period, regime: str, grade: int, variant: str
) -> list[tuple[Region, PlaceAttainment | None]]:
    """The cities of a province, each with its attainment."""
    cities = sources.pool(province.path, "city")
    if not cities:
        return []
    found = _asked(cities[0], period, regime, grade, variant)
    rows = found[1] if found else {}
    return [(city, rows.get(city.code)) for city in cities]


def _asked(
    region: Region, period: Period, regime: str, grade: int, variant: str
) -> tuple[Attainment, dict[str, PlaceAttainment]] | None:
    ground = ground_of(region, period, regime)
    if not ground.regions:
        return None
    found = ground.ask(
        "attainment",
        ambient.evaluate_attainment,
        period,
        regime,
        {"grade": grade, "variant": variant},
    )
    rows = {own.code: row for row in found.rows if (own := ground.region(row.place))}
    return (found, rows) if rows else None


def change(subject: Subject) -> tuple[Comparison, PlaceChange] | None:
    """The region now and a year before, both under one regime; None without data on both sides."""
    ground = subject.ground()
    found = ground.ask("compare", ambient.compare, subject.period, subject.named_regime)
    row = next(
        (row for row in found.rows if (own := ground.region(row.place)) and own.code == subject.region.code),
        None,
    )
    return (found, row) if row is not None else None


@dataclass(frozen=True, slots=True)
class UnderRegime:
    """The region under one regime: its row, limits of the index, rank in its province; `in_force`: by date or
    one in force in the period."""

    name: str
    row: PlaceEvaluation
    limits: Mapping[str, Decimal]
    rank: int | None
    ranked: int
    attained: bool | None
    exceeding: tuple[str, ...]
    in_force: bool


def regimes(subject: Subject) -> list[UnderRegime]:
    """The same data under every regime and by date: what if the other limits held."""
    ground = subject.ground()
    days = (subject.period.first, subject.period.last)
    book = kernel.rulebook()
    turns = [days[0], *book.changes("regimes.", *days), days[1]]
    held = {kernel.regime_on(day) for day in turns}
    found = []
    for name in (*kernel.regimes(), "by-date"):
        try:
            evaluation = ground.evaluation(subject.period, name)
            judged = _asked(subject.region, subject.period, name, 2, "bulletin")
        except LantianError:
            continue  # by date there is no regime on a day before any was in force
        own = _row(ground, evaluation.rows, subject.region)
        if own is None:
            continue
        named = evaluation.regime
        limits = CompositeRules.of(book, regime=named, on=subject.period.last).limits
        values = {
            row.place: row.composite_index for row in evaluation.rows if row.composite_index is not None
        }
        place = standings(values).get(own.place)
        verdict = judged[1].get(subject.region.code) if judged else None
        found.append(
            UnderRegime(
                name,
                own,
                limits,
                place.rank if place else None,
                len(values),
                verdict.attained if verdict else None,
                verdict.exceeding if verdict else (),
                name == "by-date" or name in held,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Shares:
    """What the index is made of, and what one unit less of each pollutant gives."""

    row: PlaceEvaluation
    regime: str
    loads: list[Load]
    falls: dict[str, Fall]
    best: Mapping[str, Decimal]
    holders: Mapping[str, Region | None]


def shares(subject: Subject, user: Any) -> Shares | None:
    """Load shares, the best single index of each pollutant among the region's like in the province (held by
    `holders`, None where the reader may not see it), and the fall by one unit; None without an index."""
    ground = subject.ground()
    evaluation, indices = ground.ask("indices", evaluate_indices, subject.period, subject.regime)
    own = _row(ground, evaluation.rows, subject.region)
    if own is None or own.place not in indices:
        return None
    book, day = kernel.rulebook(), subject.period.last
    index = indices[own.place]
    peers = {place: found for place, found in indices.items() if ground.region(place) is not None}
    best = best_parts(peers.values())
    holders = {}
    for item in ITEMS:
        place = min(place for place, found in peers.items() if found.rounded_parts[item] == best[item])
        region = ground.region(place)
        holders[item] = region if region is not None and pools.is_shown(user, region, region.level) else None
    return Shares(
        own,
        index.regime,
        loads(index, best=best, on=day, rulebook=book),
        per_unit(statistics_of(own), regime=index.regime, on=day, rulebook=book),
        best,
        holders,
    )


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The index after falls: both indices, the ranks in the province before and after, or what is wrong."""

    fall: Fall | None
    rank: int | None
    rank_after: int | None
    ranked: int
    problem: str = ""


def what_if(subject: Subject, falls: Mapping[str, str]) -> WhatIf | None:
    """The index of the region if its statistics fall by so much [µg/m³; CO mg/m³], the others staying."""
    ground = subject.ground()
    evaluation = ground.evaluation(subject.period, subject.regime)
    own = _row(ground, evaluation.rows, subject.region)
    if own is None or own.composite_index is None:
        return None
    changes = {item: f"-{text}" for item, text in falls.items() if text}
    wrong = next((text for text in falls.values() if text and not FALL.fullmatch(text)), "")
    values = {row.place: row.composite_index for row in evaluation.rows if row.composite_index is not None}
    rank = standings(values)[own.place].rank
    if wrong:
        problem = _("“%(text)s” is no fall; write a number such as 3 or 0.1.") % {"text": wrong}
        return WhatIf(None, rank, None, len(values), problem)
    try:
        fall = contribution.what_if(
            statistics_of(own),
            changes,
            regime=evaluation.regime,
            on=subject.period.last,
            rulebook=kernel.rulebook(),
        )
    except LantianError as error:
        return WhatIf(None, rank, None, len(values), words.mistake(error))
    after = standings({**values, own.place: fall.after.rounded})[own.place].rank
    return WhatIf(fall, rank, after, len(values))


@dataclass(frozen=True)
class RegionTrend:
    """Trends over periods under one `regime`: per figure the `values` as published and the `trends`.

    `sources`: what each period comes from, as `figures.RegionFigures.source`; `short`: too few days in one.
    """

    periods: Sequence[Period]
    regime: str
    values: Mapping[str, list[Decimal | None]]
    trends: Mapping[str, Trend]
    sources: tuple[str, ...]
    short: bool

    @property
    def mixed(self) -> bool:
        """Whether the periods do not all come from one source."""
        return len(set(self.sources) - {""}) > 1


TREND_KINDS = ("years", "same-month", "months")


def trend(subject: Subject, kind: str) -> RegionTrend | None:
    """Spearman's trend over the whole years held, the same month of each year, or the last months.

    Each period is evaluated from what the office holds of it, stations or feed: older years are often known
    from the feed only.
    """
    periods = trend_periods(subject.period, kind)
    if not periods:
        return None
    book, last = kernel.rulebook(), periods[-1].last
    regime = kernel.regime_on(last) if subject.regime == "by-date" else subject.regime
    rows, origins = [], []
    for period in periods:
        found, source_of = sources.chosen(sources.pool_of(subject.region), period, regime)
        rows.append(found.get(subject.region.code))
        origins.append(source_of.get(subject.region.code, ""))
    if rows[-1] is None:
        return None
    published = book.rule("ambient.trend.inputs", on=last, regime=regime).text == "published"
    values = {key: [printed(row, key) for row in rows] for key in FIGURES}
    ranked: dict[str, Sequence[Any]] = {
        key: values[key] if published else [unrounded(row, key) for row in rows] for key in FIGURES
    }
    return RegionTrend(
        periods,
        regime,
        values,
        {key: spearman(ranked[key], regime=regime, rulebook=book) for key in FIGURES},
        tuple(origins),
        any(row is not None and "few_days" in row.marks for row in rows),
    )


def first_day() -> date | None:
    """The oldest day held, also of daily values as a source gives them."""
    first, lake = kernel.first_day(), kernel.lake()
    span = lake.span(kernel.CITY_DAY) if kernel.CITY_DAY in lake.kinds() else None
    if not span or span[0] is None:
        return first
    day = span[0].date() if isinstance(span[0], datetime) else span[0]
    return day if first is None else min(first, day)


def trend_periods(period: Period, kind: str) -> list[Period]:
    """Whole periods held, oldest first, at most 20; empty without data."""
    first, last = first_day(), kernel.latest_day()
    if first is None or last is None:
        return []
    if kind == "years":
        spans = [Period.year(year) for year in range(first.year, last.year + 1)]
    elif kind == "same-month":
        month = period.last.month
        spans = [Period.month(year, month) for year in range(first.year, last.year + 1)]
    else:
        spans = [Period.month(*_month(last, back)) for back in range(MOST, -1, -1)]
    return [span for span in spans if span.first >= first and span.last <= last][-MOST:]


def _month(day: date, back: int) -> tuple[int, int]:
    months = day.year * 12 + day.month - 1 - back
    return months // 12, months % 12 + 1


def three_years(subject: Subject) -> tuple[YearsEvaluation, PlaceYears | None, Years] | None:
    """The three-year mean that ends with the subject's year; None while no year is held."""
    if kernel.first_day() is None:
        return None
    year = subject.period.last.year
    years = Years(year - THREE + 1, year)
    regime = kernel.regime_on(date(year, 12, 31)) if subject.regime == "by-date" else subject.regime
    ground = ground_of(subject.region, Period.year(year), regime)
    found = ground.ask("years-mean", ambient.years_mean, years, regime)
    row = next(
        (row for row in found.rows if (own := ground.region(row.place)) and own.code == subject.region.code),
        None,
    )
    return found, row, years


def statistics_of(row: PlaceEvaluation) -> dict[str, Decimal]:
    """The six statistics as published, of a row that has an index."""
    return {item: value for item in ITEMS if (value := row.statistics[item].value) is not None}


def explained(region: Region, key: str, period: Period, regime: str) -> str:
    """The address of a figure's explanation."""
    return explain_url(region.code, key, period, regime)


def _row(ground: Ground, rows: Sequence[PlaceEvaluation], region: Region) -> PlaceEvaluation | None:
    return next((row for row in rows if (own := ground.region(row.place)) and own.code == region.code), None)
