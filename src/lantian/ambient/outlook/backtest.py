"""The outlook tried on the past: probabilities issued at month ends with what was known then, and scored."""

from __future__ import annotations

import calendar as calendars
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import erf, sqrt

import numpy as np

from lantian.ambient.outlook.arrays import Floats
from lantian.ambient.outlook.finals import FinalRules
from lantian.ambient.outlook.ground import SEED
from lantian.ambient.outlook.history import History
from lantian.ambient.outlook.prospect import Prospect
from lantian.ambient.outlook.scores import LEVELS, Cases, Covered
from lantian.ambient.outlook.settings import Settings
from lantian.ambient.period import Period
from lantian.ambient.rules import SIX
from lantian.errors import LantianError
from lantian.rulebook import Rulebook

TRIED = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h", "composite_index", "good_days", "heavy_days")
CHANGES = (-0.20, -0.15, -0.10, -0.05, 0.0, 0.05, 0.10)
"""Targets for concentrations and the index, beside the year before."""
GOOD_DAYS = (-20, -10, 0, 10, 20, 30)
HEAVY_DAYS = (-10, -5, 0, 5)
PATHS = 400
ENOUGH_DAYS = 0.9
"""Share of its days a year must have for its final figure to be taken as what came."""
CLOSE = 1e-6

Figures = dict[str, float]


@dataclass(frozen=True)
class Trial:
    """The cases of one data set. `places` named, `years` in which probabilities were issued."""

    name: str
    places: tuple[str, ...]
    years: tuple[str, ...]
    cases: Cases
    covered: Covered

    def of_places(self, name: str, rows: list[int]) -> Trial:
        """The cases of some places, by their numbers."""
        places = tuple(self.places[row] for row in rows)
        cases, covered = np.isin(self.cases.place, rows), np.isin(self.covered.place, rows)
        return Trial(name, places, self.years, self.cases.only(cases), self.covered.only(covered))


@dataclass(frozen=True)
class _Case:
    place: int
    year: int
    month: int
    indicator: int
    probability: float
    came: float
    value: float
    less: bool
    centre: float
    continued: float
    final: float
    step: float


def full_years(history: History) -> list[Period]:
    """The whole years of a history, from the month that gives the most of them; January when equal."""
    best: list[Period] = []
    for month in range(1, 13):
        found = []
        for year in range(history.first.year, history.last.year + 1):
            first = date(year, month, 1)
            last = (first + timedelta(days=366)).replace(day=1) - timedelta(days=1)
            if first >= history.first and last <= history.last:
                found.append(Period.year(year) if month == 1 else Period(first, last))
        if len(found) > len(best):
            best = found
    return best


def month_ends(period: Period) -> list[date]:
    """The last days of the period's months but the last."""
    found: list[date] = []
    day = period.first
    while (end := day.replace(day=calendars.monthrange(day.year, day.month)[1])) < period.last:
        found.append(end)
        day = end + timedelta(days=1)
    return found


def bounds_of(indicator: str, before: float, decimals: int) -> Iterator[tuple[float, bool]]:
    """Targets (value, whether less is better) of an indicator, spread around last year's figure."""
    if indicator == "good_days":
        yield from ((before + step, False) for step in GOOD_DAYS)
    elif indicator == "heavy_days":
        yield from ((before + step, True) for step in HEAVY_DAYS if before + step >= 0)
    else:
        seen = {round(before * (1 + change), decimals) for change in CHANGES}
        yield from ((value, True) for value in sorted(seen))


def backtest(
    history: History,
    name: str,
    *,
    regime: str,
    book: Rulebook,
    settings: Settings | None = None,
    paths: int = PATHS,
    seed: int = SEED,
    progress: Callable[[str], None] | None = None,
) -> Trial:
    """Issue and score probabilities for every place, year with a past year, month end, indicator and target.

    Parameters
    ----------
    history
        the days; zeros are taken as missing, also in what came
    regime
        under which every year is judged
    settings
        others than the rulebook's, to try them

    Raises
    ------
    LantianError
        there are no two whole years, or no place has them
    """
    whole = history.without_zeros()
    years = full_years(whole)
    figures = [_figures(whole, year, regime, book) for year in years]
    cases: list[_Case] = []
    covered: list[tuple[int, int, int, int, bool]] = []
    for number, year in list(enumerate(years))[1:]:
        rules = FinalRules.of(book, regime, year.last, whole.decimals)
        own = settings or Settings.of(book, year.last)
        for month, day in enumerate(month_ends(year), start=1):
            if progress:
                progress(f"{name}, {year.label}: known to {day}")
            prospect = Prospect.of(whole, year, day, own, rules, paths=paths, seed=seed)
            for place in range(len(whole.places)):
                past = [found for z in reversed(range(number)) if (found := figures[z][place])]
                came = figures[number][place]
                if came is None or not past or not prospect.anomalies.usable[place].any():
                    continue
                issued = prospect.finals(place)
                continued = _continued(prospect, place)
                for at, indicator in enumerate(TRIED):
                    out = issued[indicator][np.isfinite(issued[indicator])]
                    if out.size < paths / 2 or not np.isfinite([past[0][indicator], came[indicator]]).all():
                        continue
                    final, decimals = came[indicator], rules.decimals(indicator)
                    for level in LEVELS:
                        low, high = np.quantile(out, [0.5 - level / 200, 0.5 + level / 200])
                        covered.append((place, month, at, level, bool(low - CLOSE <= final <= high + CLOSE)))
                    centre = _centre(indicator, [each[indicator] for each in past])
                    after = _centre(indicator, continued[indicator].tolist())
                    for value, less in bounds_of(indicator, past[0][indicator], decimals):
                        met = _meets(np.append(out, final), value, less=less)
                        cases.append(
                            _Case(place, number, month, at, float(met[:-1].mean()), float(met[-1]), value,
                                  less, centre, after, final, 10.0**-decimals)
                        )  # fmt: skip
    if not cases:
        raise LantianError(
            f"there is nothing to try on in {name}", remedy="Give days of at least two whole years."
        )
    inside = np.array(covered)
    return Trial(
        name,
        whole.places,
        tuple(year.label for year in years[1:]),
        _scored(cases),
        Covered(inside[:, 0], inside[:, 1], inside[:, 2], inside[:, 3], inside[:, 4].astype(float)),
    )


def _meets(figures: Floats, value: float, *, less: bool) -> Floats:
    return np.asarray(figures <= value + CLOSE if less else figures >= value - CLOSE).astype(float)


def _figures(history: History, year: Period, regime: str, book: Rulebook) -> list[Figures | None]:
    """The final figures of a year per place; None with too few days."""
    settings = Settings.of(book, year.last)
    rules = FinalRules.of(book, regime, year.last, history.decimals)
    prospect = Prospect.of(history, year, year.last, settings, rules, paths=1, seed=0)
    found: list[Figures | None] = []
    for place in range(len(history.places)):
        days = int(np.isfinite(prospect.known(place)).sum(axis=1).max(initial=0))
        figures = {key: float(value[0]) for key, value in prospect.finals(place).items()}
        found.append(figures if days >= ENOUGH_DAYS * year.days else None)
    return found


def _logarithmic(indicator: str) -> bool:
    return not indicator.endswith("_days")


def _centre(indicator: str, past: list[float]) -> float:
    return float(np.mean(np.log(np.maximum(past, 1e-3)) if _logarithmic(indicator) else past))


def _continued(prospect: Prospect, place: int) -> dict[str, Floats]:
    """The days known, continued by the days of each past year as they were: its figures."""
    k = prospect.calendar.known
    used = np.flatnonzero(prospect.anomalies.usable[place]) + 1
    rest = np.stack([prospect.past(place, int(back))[: len(SIX), k:] for back in used], axis=1)
    return prospect.figures(prospect.known(place), rest)


def _scored(cases: list[_Case]) -> Cases:
    """The cases as columns, each beside its two references.

    Climatology knows past years alone: normal around their mean (of logarithms, but for counts of days).
    The other continues the days known by those of past years, normal around the mean of the figures.
    Their spreads, per indicator and of the second also per month, are the root mean squares of the very
    errors they make in this trial: they are told in hindsight what the outlook has to learn.
    """
    indicator = np.array([case.indicator for case in cases])
    month = np.array([case.month for case in cases])
    climatology, continued = np.empty(len(cases)), np.empty(len(cases))
    for at, name in enumerate(TRIED):
        own = np.flatnonzero(indicator == at)
        if own.size:
            climatology[own] = _normal(name, [cases[row] for row in own], "centre")
        for number in np.unique(month[own]):
            part = own[month[own] == number]
            continued[part] = _normal(name, [cases[row] for row in part], "continued")
    return Cases(
        place=np.array([case.place for case in cases]),
        year=np.array([case.year for case in cases]),
        month=month,
        indicator=indicator,
        probability=np.array([case.probability for case in cases]),
        climatology=climatology,
        continued=continued,
        came=np.array([case.came for case in cases]),
    )


def _normal(indicator: str, cases: list[_Case], around: str) -> Floats:
    """Probabilities of a normal distribution around one field of the cases, with the spread of its errors."""
    less = np.array([case.less for case in cases])
    centre = np.array([getattr(case, around) for case in cases])
    final = np.array([case.final for case in cases])
    half = np.array([case.step for case in cases]) / 2
    edge = np.array([case.value for case in cases]) + np.where(less, half, -half)
    if _logarithmic(indicator):
        edge, final = np.log(np.maximum(edge, 1e-3)), np.log(np.maximum(final, 1e-3))
    spread = max(float(np.sqrt(np.mean((final - centre) ** 2))), 1e-9)
    below = np.array([0.5 * (1 + erf(z / sqrt(2))) for z in (edge - centre) / spread])
    return np.where(less, below, 1 - below)
