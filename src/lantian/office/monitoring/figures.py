"""The one place where the office asks for a figure of a region. Pages, targets and the API all come here.

A city's figure is the mean over its own national stations, a county's over its stations (which kinds count
is in `rules.COUNTED`); where the office holds no station hours for a period, the national feed's city
means are used, and for all cities of a province alike, so that a ranking compares like with like. A
province's figure is the mean of its cities' figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.urls import reverse

from lantian.ambient import Period
from lantian.ambient.exact import half_even
from lantian.office.frame.together import once
from lantian.office.monitoring import province, sources
from lantian.office.monitoring.indicators import Indicator, indicator
from lantian.office.monitoring.places import station_groups
from lantian.office.monitoring.sources import NOTHING
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import PlaceEvaluation, Statistic


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a region: value and unit, the address of its explanation, and what must be said beside it.

    `value` is None when there is none, and `why` then says why (a code, see `words.WHY`). `unverified` is
    true when a rule behind the value is not yet checked against the document's own text.
    """

    value: Decimal | None
    unit: str
    url: str
    marks: tuple[str, ...] = ()
    unverified: bool = False
    why: str | None = None
    indicator: str = ""
    region: str = ""
    period: str = ""
    regime: str = ""
    days_used: int = 0


def public(figure: Figure) -> Figure:
    """The figure with the address of its public explanation, which anyone may read."""
    url = reverse("portal:explain", args=[figure.region, figure.indicator, figure.period])
    return replace(figure, url=f"{url}?regime={figure.regime}")


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """Every figure of one region in one period. `source`: stations, feed, cities (a province) or "" (no
    data).
    """

    region: Region
    period: Period
    regime: str
    source: str
    statistics: Mapping[str, Statistic] = field(default_factory=dict)
    composite_index: Decimal | None = None
    rank: int | None = None
    good_days: int | None = None
    heavy_days: int | None = None
    days_used: int = 0
    days_in_period: int = 0
    marks: tuple[str, ...] = ()

    @property
    def good_days_ratio(self) -> Decimal | None:
        """Share of good days among the days with a valid AQI [%], one decimal, half-even."""
        return share(self.good_days, self.days_used)

    @property
    def heavy_days_ratio(self) -> Decimal | None:
        """Share of heavy-pollution days among the days with a valid AQI [%], one decimal, half-even."""
        return share(self.heavy_days, self.days_used)

    def figure(self, name: str) -> Figure | None:
        """The figure of an indicator under any of its names; None where it is not one of ambient air."""
        wanted = indicator(name)
        return self.of(wanted) if wanted else None

    def of(self, wanted: Indicator) -> Figure:
        """The figure of an indicator."""
        return _figure(self, wanted)


def share(part: int | None, whole: int) -> Decimal | None:
    """`part` of `whole` [%] with one decimal, half-even from the exact fraction; None without a whole."""
    return half_even(Fraction(part * 100, whole), 1) if part is not None and whole else None


def explain_url(
    code: str, indicator_key: str, period: Period | str, regime: str, as_of: int | None = None
) -> str:
    """The address of a figure's explanation."""
    label = period if isinstance(period, str) else period.label
    query = f"?regime={regime}" + (f"&as_of={as_of}" if as_of else "")
    return reverse("monitoring:explain", args=[code, indicator_key, label]) + query


def evaluate_regions(
    regions: Sequence[Region], period: Period | str, regime: str = "by-date", as_of: int | None = None
) -> dict[str, RegionFigures]:
    """The figures of these regions, by code.

    Regions are evaluated together with all others of their level in their province, whatever page asks:
    the same question is then answered once and kept, and `rank` is always the rank within the province.

    Parameters
    ----------
    regions
        of any level, also mixed
    period
        `2019-06`, `2019`, `2019-01-01..2019-05-31` …
    regime
        a regime by name, or `by-date`
    as_of
        data version to compute from; None for the newest
    """
    span = period if isinstance(period, Period) else Period.parse(period)
    found: dict[str, RegionFigures] = {}
    for region in regions:
        if region.code not in found:
            if region.level == "province":
                parts = _of_level(region.path, "city", span, regime, as_of)
                found[region.code] = province.of_cities(region, span, regime, list(parts.values()))
            else:
                root = sources.ancestor_path(region, "province")
                found |= _of_level(root, region.level, span, regime, as_of)
    return {region.code: found[region.code] for region in regions if region.code in found}


def region_figures(
    region: Region, period: Period | str, regime: str = "by-date", as_of: int | None = None
) -> RegionFigures:
    """The figures of one region."""
    span = period if isinstance(period, Period) else Period.parse(period)
    return evaluate_regions([region], span, regime, as_of).get(region.code) or RegionFigures(
        region, span, regime, NOTHING
    )


def indicator_value(
    region: Region,
    indicator: str,
    period: Period | str,
    regime: str = "by-date",
    as_of: int | None = None,
) -> Figure | None:
    """The value of an indicator in a region and period, with the address of its explanation.

    Returns
    -------
    a Figure, with `value` None and `why` where it cannot be given; None where `indicator` is not one of
    ambient air (`pm25`, `composite_rank`, `good_days_ratio`, `heavy_pollution_days` and their like are)
    """
    return region_figures(region, period, regime, as_of).figure(indicator)


@dataclass(frozen=True, slots=True)
class Rank:
    """A place in a ranking: equal composite indices share it and the next is skipped. `of` regions were
    ranked.
    """

    rank: int | None
    of: int


def rank(region: Region, pool_level: str, period: Period | str, regime: str = "by-date") -> Rank:
    """The rank of a region by composite index among its like, 1 the cleanest.

    Parameters
    ----------
    region
        a city or county
    pool_level
        `province`: among all of its level in the province; `city`: among those of its city
    """
    root = sources.ancestor_path(region, pool_level)
    table = ranking(sources.pool(root, region.level), period, regime)
    ranked = [row for row in table if row.rank is not None]
    return Rank(next((row.rank for row in ranked if row.region.code == region.code), None), len(ranked))


@dataclass(frozen=True, slots=True)
class RankedRegion:
    """One line of a ranking; `rank` is within the regions asked for, None without a composite index."""

    rank: int | None
    region: Region
    figures: RegionFigures


def ranking(
    regions: Sequence[Region], period: Period | str, regime: str = "by-date", as_of: int | None = None
) -> list[RankedRegion]:
    """These regions by composite index, cleanest first; ties share a rank; without an index, last."""
    figures = evaluate_regions(regions, period, regime, as_of)
    places = competition_ranks({code: row.composite_index for code, row in figures.items()})
    rows = [RankedRegion(places.get(code), row.region, row) for code, row in figures.items()]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.region.code))


def competition_ranks(values: Mapping[str, Decimal | None]) -> dict[str, int]:
    """1, 2, 2, 4: equal values share a rank and the next is skipped; None is not ranked."""
    known = sorted(value for value in values.values() if value is not None)
    return {key: known.index(value) + 1 for key, value in values.items() if value is not None}


def is_unverified(marks: Sequence[str]) -> bool:
    """Whether a rule behind a figure is not yet checked against its document's own text."""
    return any("unverified" in mark for mark in marks)


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Change against the same period of the year before [%], one decimal; below 0 the air got cleaner."""
    if now is None or before is None or not before:
        return None
    return half_even((Fraction(now) - Fraction(before)) / Fraction(before) * 100, 1)


def children_to_rank(region: Region) -> list[Region]:
    """The regions a ranking on the page of `region` is about: cities of a province, counties of a city."""
    below = {"province": "city", "city": "county"}.get(region.level)
    return sources.pool(region.path, below) if below else []


def regions_to_rank(region: Region) -> tuple[list[Region], bool]:
    """The regions a ranking and a map on the page of `region` show, and whether they are its peers.

    A city none of whose counties has a station is shown among the cities of its province instead of above a
    list of empty lines: figures of cities are public.
    """
    below = children_to_rank(region)
    if region.level == "city" and not station_groups(below):
        return sources.pool_of(region), True
    return below, False


def _of_level(
    root: str, level: str, period: Period, regime: str, as_of: int | None
) -> dict[str, RegionFigures]:
    """The figures of all regions of a level under a path; asked once where many questions are asked
    together."""
    key = ("figures", root, level, period.first, period.last, period.kind, regime, as_of)
    return once(key, lambda: _evaluate_pool(sources.pool(root, level), period, regime, as_of))


def _evaluate_pool(
    pool: Sequence[Region], period: Period, regime: str, as_of: int | None
) -> dict[str, RegionFigures]:
    rows, source_of = sources.chosen(pool, period, regime, as_of)
    ranks = competition_ranks({code: row.composite_index for code, row in rows.items()})
    return {
        region.code: _region_figures(region, period, regime, source_of=source_of, rows=rows, ranks=ranks)
        for region in pool
    }


def _region_figures(
    region: Region,
    period: Period,
    regime: str,
    *,
    source_of: Mapping[str, str],
    rows: Mapping[str, PlaceEvaluation],
    ranks: Mapping[str, int],
) -> RegionFigures:
    row = rows.get(region.code)
    if row is None:
        return RegionFigures(region, period, regime, NOTHING, days_in_period=period.days)
    return RegionFigures(
        region,
        period,
        regime,
        source_of[region.code],
        row.statistics,
        row.composite_index,
        ranks.get(region.code),
        row.good_days,
        row.heavy_days,
        row.days_used,
        row.days_in_period,
        tuple(row.marks),
    )


def _figure(row: RegionFigures, wanted: Indicator) -> Figure:
    url = explain_url(row.region.code, wanted.key, row.period, row.regime)
    why: str | None = None
    if wanted.statistic:
        statistic = row.statistics.get(wanted.statistic)
        value = statistic.value if statistic else None
        why = statistic.why if statistic else None
    else:
        value = {
            "composite_index": row.composite_index,
            "composite_rank": _decimal(row.rank),
            "good_days": _decimal(row.good_days),
            "heavy_days": _decimal(row.heavy_days),
            "good_days_ratio": row.good_days_ratio,
            "heavy_days_ratio": row.heavy_days_ratio,
        }.get(wanted.key)
    if value is None and why is None:
        why = "no_data" if not row.days_used else "not_valid"
    return Figure(
        value,
        wanted.unit,
        url,
        row.marks,
        is_unverified(row.marks),
        why,
        wanted.key,
        row.region.code,
        row.period.label,
        row.regime,
        row.days_used,
    )


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
