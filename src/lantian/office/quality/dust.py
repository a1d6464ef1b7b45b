"""Figures with and without the days taken out, and hours that look like dust, for a person to judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lantian.ambient import Period
from lantian.ambient.events.candidates import Candidate
from lantian.ambient.events.candidates import candidates as kernel_candidates
from lantian.office.monitoring import kernel
from lantian.office.monitoring.figures import Figure, RegionFigures, competition_ranks, is_unverified
from lantian.office.monitoring.indicators import INDICATORS, Indicator
from lantian.office.monitoring.kept import kept
from lantian.office.monitoring.places import CityNames
from lantian.office.quality import event_days, words
from lantian.office.rankings.ground import Ground, ground_of
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import PlaceEvaluation

SHOWN = ("pm2_5", "pm10", "o3_8h", "composite_index", "good_days", "good_days_ratio")
EVENT_DAYS = "event_days:"
MOST_DAYS = 92
"""Days that are searched for candidates at once."""


@dataclass(frozen=True)
class Pair:
    """One figure both ways."""

    indicator: Indicator
    whole: Figure
    without: Figure

    @property
    def name(self) -> str:
        """What it is called on a page."""
        return words.figure_name(self.indicator)

    @property
    def moved(self) -> bool:
        """Whether taking the days out changes it."""
        return self.whole.value != self.without.value


@dataclass(frozen=True)
class Both:
    """A region both ways. `days` from which something was taken out; ranks among its like in the province."""

    region: Region
    days: int
    pairs: tuple[Pair, ...]
    rank: int | None
    rank_without: int | None


def both(regions: Sequence[Region], period: Period) -> list[Both]:
    """Regions of one level from which the active lists take something in the period, both ways."""
    if not regions:
        return []
    regime = kernel.settled(kernel.regime_on(period.last), period.first)
    ground = ground_of(regions[0], period, regime)
    pool = list({region.code: region for region in ground.regions.values()}.values())
    listed = event_days.for_regions(period, pool)
    if listed is None:
        return []
    whole = {row.place: row for row in ground.evaluation(period, regime).rows}
    without = {row.place: row for row in ground.evaluation(period, regime, day_list=listed).rows}
    ranks = [_ranks(ground, rows) for rows in (whole, without)]
    found = []
    for region in regions:
        place = next((p for p in without if (own := ground.region(p)) and own.code == region.code), None)
        if place is None or place not in whole:
            continue
        days = next(
            (int(m.partition(":")[2]) for m in without[place].marks if m.startswith(EVENT_DAYS)), 0
        )  # fmt: skip
        if not days:
            continue
        sides = [_figures(region, period, regime, row) for row in (whole[place], without[place])]
        pairs = tuple(
            Pair(INDICATORS[key], sides[0].of(INDICATORS[key]), sides[1].of(INDICATORS[key])) for key in SHOWN
        )
        found.append(
            Both(region, days, pairs, ranks[0].get(region.code), ranks[1].get(region.code))
        )  # fmt: skip
    return found


def _ranks(ground: Ground, rows: Mapping[str, PlaceEvaluation]) -> dict[str, int]:
    values = {}
    for place, row in rows.items():
        region = ground.region(place)
        if region is not None:
            values[region.code] = row.composite_index
    return competition_ranks(values)


def _figures(region: Region, period: Period, regime: str, row: PlaceEvaluation) -> RegionFigures:
    """A kernel row as the figures of a region, so that it is shown as every other figure is."""
    return RegionFigures(
        region,
        period,
        regime,
        "stations",
        row.statistics,
        row.composite_index,
        None,
        row.good_days,
        row.heavy_days,
        row.days_used,
        row.days_in_period,
        tuple(row.marks),
    )


def unverified(rows: Sequence[Both]) -> bool:
    """Whether a rule behind any of these figures is not verified."""
    return any(is_unverified(pair.without.marks) for row in rows for pair in row.pairs)


def candidates(regions: Sequence[Region], period: Period) -> list[tuple[Region, Candidate]]:
    """Hours that look like dust in these cities, by city and time. Nothing is decided by it."""
    found = kept(
        "dust-candidates",
        kernel.data_version(),
        (kernel.rulebook().digest, repr(period)),
        lambda: kernel_candidates(kernel.lake(), period, rulebook=kernel.rulebook()),
    )
    names = CityNames()
    wanted = {region.code: region for region in regions}
    return [
        (wanted[region.code], one)
        for one in found
        if (region := names.find(one.place)) is not None and region.code in wanted
    ]
