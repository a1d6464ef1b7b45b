"""The outlook of a province: the mean of its cities' figures in each possible year.

A province has no air of its own. Its figure is the mean over its cities (`monitoring.province`), and in each
possible year all cities share the same winds, so that good and bad luck do not cancel as if cities were
independent.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np

from lantian.ambient.exact import half_even
from lantian.ambient.outlook.answers import QUANTILES, unit_of
from lantian.ambient.outlook.arrays import Floats
from lantian.ambient.outlook.chance import chance
from lantian.ambient.outlook.finals import rounded
from lantian.ambient.outlook.ground import Ground
from lantian.ambient.outlook.history import past_periods
from lantian.ambient.outlook.needs import mean_bound
from lantian.ambient.outlook.result import Needs, Outlook, PastYear
from lantian.ambient.outlook.target import Target
from lantian.ambient.rules import SIX

FORETOLD = (*SIX, "good_days_ratio", "heavy_days_ratio")
"""What a province can be foretold: means of its cities' figures. Its index and its city-days are not."""


def province_outlook(ground: Ground, target: Target, code: str, name: str) -> Outlook:
    """The outlook of a target for the mean of all cities of the ground."""
    prospect = ground.prospect
    rows = [row for row in range(len(prospect.history.places)) if prospect.computable(row)]
    why = None if target.indicator in FORETOLD else "province_figure"
    if why is None and (not rows or len(rows) < len(prospect.history.places)):
        why = "no_past_year"
    probability = interval = settled = None
    final: dict[str, Decimal] = {}
    needs = Needs()
    if why is None:
        places = prospect.rules.decimals(target.indicator)
        cities = np.stack([prospect.finals(row)[target.indicator] for row in rows])
        figures = rounded(cities.mean(axis=0), places)
        usable = np.isfinite(figures)
        if usable.mean() < 0.5:
            why = "no_figure"
        else:
            ordered = np.quantile(figures[usable], list(QUANTILES.values()), method="inverted_cdf")
            final = {key: Decimal(f"{v:.{places}f}") for key, v in zip(QUANTILES, ordered, strict=True)}
            if target.value is not None:
                met = target.met_by(figures)
                settled = None if prospect.calendar.remaining else bool(met[0])
                probability, interval = chance(
                    met, usable, prospect.draws.world, settled, prospect.draws.seed
                )
                needs = _needs(ground, target, rows)
    return Outlook(
        place=code,
        name=name,
        target=target,
        as_of_day=prospect.as_of_day,
        regime=ground.regime,
        data_version=ground.version,
        unit=unit_of(target.indicator),
        to_date=None,
        days_known=prospect.calendar.known,
        days_remaining=prospect.calendar.remaining,
        probability=probability,
        probability_interval=interval,
        decided=settled,
        final=final,
        needs=needs,
        past_years=() if why else _past_years(ground, target.indicator, rows),
        assumptions=()
        if why
        else (
            "own_method", "mean_of_cities", f"one_regime:{ground.regime}", "as_published", "dust_kept",
            f"paths:{prospect.draws.paths}",
        ),
        marks=(),
        why=why,
    )  # fmt: skip


def _needs(ground: Ground, target: Target, rows: list[int]) -> Needs:
    """The mean that the remaining days of all cities must hold together."""
    prospect, item = ground.prospect, target.indicator
    remaining = prospect.calendar.remaining
    if not remaining or item not in prospect.rules.period.means:
        return Needs()
    at = SIX.index(item)
    edge, _reaches = mean_bound(target, prospect.rules.period.decimals[item])
    unit = 10 ** prospect.rules.day_decimals[item]
    total = Fraction(0)
    for row in rows:
        known = prospect.known(row)[at]
        n = int(np.isfinite(known).sum())
        total += edge * (n + remaining) - Fraction(int(np.nansum(known)), unit)
    past: list[float] = []
    for row in rows:
        days = _mean_remaining(ground, row, at)
        if days is not None:
            past.append(days)
    usual = half_even(Fraction(float(np.mean(past))), 1) if len(past) == len(rows) else None
    mean = total / remaining / len(rows)
    scaled = mean * 10
    whole = scaled.numerator // scaled.denominator
    return Needs(mean=Decimal(whole).scaleb(-1), past_mean=usual)


def _mean_remaining(ground: Ground, row: int, at: int) -> float | None:
    """What the remaining days held in the past years of one city, newer years weighing more."""
    prospect = ground.prospect
    weights = prospect.anomalies.weights[row]
    unit = 10 ** prospect.rules.day_decimals[SIX[at]]
    total = weight = 0.0
    for back in range(1, weights.size + 1):
        if weights[back - 1]:
            days: Floats = prospect.past(row, back)[at, prospect.calendar.known :]
            if np.isfinite(days).any():
                total += weights[back - 1] * float(np.nanmean(days))
                weight += weights[back - 1]
    return total / weight / unit if weight else None


def _past_years(ground: Ground, key: str, rows: list[int]) -> tuple[PastYear, ...]:
    """The same mean in past years that every city has, newest first."""
    prospect = ground.prospect
    places = prospect.rules.decimals(key)
    found = []
    pasts = past_periods(prospect.period, prospect.anomalies.weights.shape[1])
    for back, past in enumerate(pasts, start=1):
        if all(prospect.anomalies.usable[row, back - 1] for row in rows):
            shown: list[Decimal | None] = []
            for known in (prospect.calendar.known, None):
                figures = [
                    float(prospect.figures(prospect.past(row, back)[:, :known])[key][0]) for row in rows
                ]
                value = float(rounded(np.array([np.mean(figures)]), places)[0])
                shown.append(Decimal(f"{value:.{places}f}") if np.isfinite(value) else None)
            found.append(PastYear(past.label, *shown))
    return tuple(found)
