"""From possible years to the answer about one target at one place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lantian.ambient.names import find
from lantian.ambient.outlook.arrays import Flags, Floats
from lantian.ambient.outlook.chance import chance, decided
from lantian.ambient.outlook.ground import Ground
from lantian.ambient.outlook.history import past_periods
from lantian.ambient.outlook.needs import needs_of
from lantian.ambient.outlook.result import Needs, Outlook, PastYear
from lantian.ambient.outlook.target import EXIT_LAST, RANK, Target
from lantian.ambient.ranking.names import Member, Names
from lantian.ambient.ranking.pools import Pool
from lantian.ambient.records import PlaceEvaluation
from lantian.ambient.rules import SIX, UNITS

QUANTILES = {"2.5": 0.025, "10": 0.1, "25": 0.25, "50": 0.5, "75": 0.75, "90": 0.9, "97.5": 0.975}
Rivals = Pool | Collection[str]


@dataclass(frozen=True)
class _Case:
    """What the paths say about one target: figures, and whether each attains."""

    figures: Floats
    met: Flags
    settled: bool | None
    needs: Needs
    to_date: Decimal | None
    more: tuple[str, ...] = ()


def answer(ground: Ground, target: Target, asked_for: str, pool: Rivals | None) -> Outlook:
    """The outlook of one target at one place."""
    prospect = ground.prospect
    history = prospect.history
    place = find(asked_for, dict(zip(history.places, history.names, strict=True)))
    if place is None:
        return _told(ground, target, asked_for, None, "no_data")
    row = history.places.index(place)
    if not prospect.computable(row):
        return _told(ground, target, place, None, "no_past_year")
    if target.indicator == RANK:
        found = _rank(ground, target, row, pool or ())
        return _told(ground, target, place, *((None, found) if isinstance(found, str) else (found, None)))
    figures = prospect.finals(row)[target.indicator]
    if np.isfinite(figures).mean() < 0.5:
        return _told(ground, target, place, None, "no_figure")
    judged = target.value is not None
    case = _Case(
        figures=figures,
        met=target.met_by(figures) if judged else np.zeros(figures.shape, bool),
        settled=decided(prospect, row, target) if judged else None,
        needs=needs_of(prospect, row, target),
        to_date=_to_date(ground, row, target.indicator),
    )
    return _told(ground, target, place, case, None)


def _rank(ground: Ground, target: Target, row: int, pool: Rivals) -> _Case | str:
    """The rank among all rivals, each of whose possible years shares the draws of ours."""
    prospect = ground.prospect
    history = prospect.history
    members, matched = match_pool(pool, history.places, history.names)
    if row not in matched:
        return "not_in_pool"
    index = {at: prospect.finals(at)["composite_index"] for at in sorted(matched) if prospect.computable(at)}
    rows = [at for at in index if np.isfinite(index[at]).mean() >= 0.5]
    if row not in rows or len(rows) < 2:
        return "no_figure"
    own = index[row]
    rivals = np.stack([index[at] for at in rows if at != row])
    better = np.sum(rivals < own - 1e-6, axis=0)
    worse = np.sum(rivals > own + 1e-6, axis=0)
    ranks = np.where(np.isfinite(own), 1.0 + better, np.nan)
    ordered = np.sort(rivals, axis=0)
    met, line = np.zeros(own.shape, bool), None
    step = 10.0 ** -prospect.rules.decimals("composite_index")
    if target.value is not None:
        n = int(target.value)
        leaving = target.comparator == EXIT_LAST
        # As `ranking.line`: to leave the last N ranks, N others must be strictly worse.
        met = worse >= n if leaving else target.met_by(ranks)
        if 1 <= n <= len(ordered):
            line = float(np.nanmedian(ordered[-n] - step if leaving else ordered[n - 1]))
    places = prospect.rules.decimals("composite_index")
    missing = members - len(rows)
    return _Case(
        figures=ranks,
        met=met,
        settled=None if prospect.calendar.remaining or target.value is None else bool(met[0]),
        needs=Needs(index_line=None if line is None else Decimal(f"{line:.{places}f}")),
        to_date=_rank_to_date(ground, row, rows),
        more=(f"rivals:{len(rows)}", *([f"rivals_missing:{missing}"] if missing else [])),
    )


def match_pool(pool: Rivals, places: Sequence[str], names: Sequence[str]) -> tuple[int, set[int]]:
    """How many the pool ranks, and the rows of the places that are in it."""
    if isinstance(pool, Pool):
        level, members, size = pool.level, pool.members, pool.size
    else:
        members = tuple(Member(name) for name in pool)
        level, size = "city", len(members)
    matched = Names(level, members).match(zip(places, names, strict=True))
    return size, set(matched.found.values())


def _told(ground: Ground, target: Target, place: str, case: _Case | None, why: str | None) -> Outlook:
    prospect = ground.prospect
    history = prospect.history
    row = history.places.index(place) if place in history.places else None
    own = ground.evaluation.place(place) if ground.evaluation else None
    probability = interval = settled = None
    final: dict[str, Decimal] = {}
    if case:
        usable = np.isfinite(case.figures)
        places = 0 if target.indicator == RANK else prospect.rules.decimals(target.indicator)
        ordered = np.quantile(case.figures[usable], list(QUANTILES.values()), method="inverted_cdf")
        final = {key: Decimal(f"{value:.{places}f}") for key, value in zip(QUANTILES, ordered, strict=True)}
        if target.value is not None:
            settled = case.settled
            probability, interval = chance(
                case.met, usable, prospect.draws.world, settled, prospect.draws.seed
            )
        to_date = case.to_date
    else:
        to_date = None if row is None or target.indicator == RANK else _to_date(ground, row, target.indicator)
    return Outlook(
        place=place,
        name=history.names[row] if row is not None else place,
        target=target,
        as_of_day=prospect.as_of_day,
        regime=ground.regime,
        data_version=ground.version,
        unit=unit_of(target.indicator),
        to_date=to_date,
        days_known=prospect.calendar.known,
        days_remaining=prospect.calendar.remaining,
        probability=probability,
        probability_interval=interval,
        decided=settled,
        final=final,
        needs=case.needs if case else Needs(),
        past_years=() if row is None or why else _past_years(ground, row, target.indicator),
        assumptions=(*_assumptions(ground, row, target), *case.more) if case and row is not None else (),
        marks=own.marks if own else (),
        why=why,
        rules=ground.rules,
    )


def unit_of(indicator: str) -> str:
    """Unit of an indicator's figures."""
    if indicator in SIX:
        return UNITS[indicator]
    if indicator.endswith("_ratio"):
        return "%"
    return "d" if indicator.endswith("_days") else ""


def _to_date(ground: Ground, row: int, indicator: str) -> Decimal | None:
    """The figure of the days known, as evaluated."""
    prospect = ground.prospect
    if ground.evaluation is None:
        value = float(prospect.figures(prospect.known(row), only=indicator)[indicator][0])
        return Decimal(f"{value:.{prospect.rules.decimals(indicator)}f}") if np.isfinite(value) else None
    own = ground.evaluation.place(prospect.history.places[row])
    return None if own is None else _evaluated(own, indicator, prospect.rules.ratio_decimals)


def _evaluated(own: PlaceEvaluation, indicator: str, ratio_decimals: int) -> Decimal | None:
    if indicator in SIX:
        return own.statistics[indicator].value
    if indicator == "composite_index":
        return own.composite_index
    if not own.days_used:
        return None
    count = own.good_days if indicator.startswith("good") else own.heavy_days
    if not indicator.endswith("_ratio"):
        return Decimal(count)
    return (Decimal(100 * count) / own.days_used).quantize(Decimal(1).scaleb(-ratio_decimals))


def _rank_to_date(ground: Ground, row: int, rows: Sequence[int]) -> Decimal | None:
    found = {at: _to_date(ground, at, "composite_index") for at in rows}
    index = found[row]
    if index is None:
        return None
    return Decimal(1 + sum(other is not None and other < index for other in found.values()))


def _past_years(ground: Ground, row: int, indicator: str) -> tuple[PastYear, ...]:
    """The figure of each past year that is drawn from, up to the same day and in the end; newest first."""
    prospect = ground.prospect
    if indicator == RANK:
        return ()
    found = []
    pasts = past_periods(prospect.period, prospect.anomalies.weights.shape[1])
    places = prospect.rules.decimals(indicator)
    for back, past in enumerate(pasts, start=1):
        if prospect.anomalies.usable[row, back - 1]:
            days = prospect.past(row, back)
            values = []
            for part in (days[:, : prospect.calendar.known], days):
                figure = float(prospect.figures(part, only=indicator)[indicator][0])
                here = np.isfinite(figure) and np.isfinite(part[: len(SIX)]).any()
                # A past year that is not over yet has no final figure.
                here &= part is not days or past.last <= prospect.history.last
                values.append(Decimal(f"{figure:.{places}f}") if here else None)
            found.append(PastYear(past.label, *values))
    return tuple(found)


def _assumptions(ground: Ground, row: int, target: Target) -> tuple[str, ...]:
    prospect = ground.prospect
    codes = [
        "own_method",
        f"one_regime:{ground.regime}",
        "as_published",
        "dust_out" if ground.deducted else "dust_kept",
    ]
    if prospect.calendar.remaining == 0:
        return tuple(codes)
    pasts = past_periods(prospect.period, prospect.anomalies.weights.shape[1])
    years = [past.label for past, used in zip(pasts, prospect.anomalies.usable[row], strict=True) if used]
    codes.append(f"past_years:{' '.join(reversed(years))}")
    if len(years) == 1:
        codes.append("one_past_year")
    evidence = prospect.anomalies.evidence
    codes.append(f"learned_from:{evidence}" if evidence else "prior_only")
    carried = prospect.anomalies.carried(row)
    items = [target.indicator] if target.indicator in SIX else list(SIX)
    codes.append("carried:" + ", ".join(f"{item} {carried[SIX.index(item)]:.0%}" for item in items))
    if target.value is not None:
        codes.append("every_day")
    if prospect.clean.dropped:
        codes.append(f"zeros_left_out:{prospect.clean.dropped}")
    if "+" in prospect.history.origins[row]:
        codes.append(f"mixed_sources:{prospect.history.origins[row]}")
    codes.append(f"paths:{prospect.draws.paths}")
    return tuple(codes)
