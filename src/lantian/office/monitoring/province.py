"""The figures of a province: the plain mean of its cities' figures, and the index of those means.

The notices of the ministry give a nation's and a province's concentration as the mean over its cities
(also of the percentiles of CO and O3), and its share of good days as the mean of the cities' shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from lantian.ambient import Period, composite_index
from lantian.ambient.exact import half_even
from lantian.office.monitoring.indicators import STATISTICS
from lantian.office.monitoring.sources import CITIES, NOTHING
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import Statistic
    from lantian.office.monitoring.figures import RegionFigures

METHOD = "mean of the cities"


def of_cities(region: Region, period: Period, regime: str, cities: Sequence[RegionFigures]) -> RegionFigures:
    """The figures of a province from those of its cities; a city without a value is left out and marked."""
    from lantian.office.monitoring.figures import RegionFigures

    present = [city for city in cities if city.source]
    if not present:
        return RegionFigures(region, period, regime, NOTHING, days_in_period=period.days)
    statistics = {key: mean_statistic([city.statistics.get(key) for city in present]) for key in STATISTICS}
    values = {key: value for key in STATISTICS if (value := statistics[key].value) is not None}
    index: Decimal | None = None
    if len(values) == len(STATISTICS):
        # From the means as printed, as `ambient.composite.inputs` of the rulebook has it for single places.
        index = composite_index(**values, regime=regime, on=period.last).rounded
    marks = tuple(dict.fromkeys(mark for city in present for mark in city.marks))
    if len(present) < len(cities):
        marks += ("cities_missing",)
    good, heavy, used = (
        [getattr(city, name) or 0 for city in present] for name in ("good_days", "heavy_days", "days_used")
    )
    return RegionFigures(
        region,
        period,
        regime,
        CITIES,
        statistics,
        index,
        None,
        # City-days: a province's share of good days is that of all its city-days when every city has every
        # day.
        sum(good),
        sum(heavy),
        sum(used),
        period.days * len(cities),
        marks,
    )


def mean_statistic(parts: Sequence[Statistic | None]) -> Statistic:
    """The mean of the cities' values, with their decimals; not valid when a city's is not."""
    from lantian.ambient import Statistic

    known = [part for part in parts if part is not None and part.value is not None]
    sample = next((part for part in parts if part is not None), None)
    unit = sample.unit if sample else ""
    if not known:
        return Statistic(
            value=None, unrounded=None, unit=unit, method=METHOD, days_used=0, valid=False, why="no_data"
        )
    exact = [part.unrounded if part.unrounded is not None else Fraction(part.value) for part in known]
    mean = sum(exact, Fraction(0)) / len(exact)
    return Statistic(
        value=half_even(mean, max(decimals_of(part.value) for part in known)),
        unrounded=mean,
        unit=unit,
        method=METHOD,
        days_used=min(part.days_used for part in known),
        valid=len(known) == len(parts) and all(part.valid for part in known),
        why=None if len(known) == len(parts) else "cities_missing",
    )


def decimals_of(value: Decimal) -> int:
    """How many decimals a printed value has."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
