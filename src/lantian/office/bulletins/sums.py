"""Figures of a pool as a whole: the mean over its cities, days by primary pollutant, who attains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lantian import ambient
from lantian.ambient import Period
from lantian.ambient.exact import half_even
from lantian.office.monitoring import figures, province
from lantian.office.monitoring.figures import RegionFigures
from lantian.office.monitoring.indicators import STATISTICS
from lantian.office.rankings.ground import Ground
from lantian.office.rankings.pools import CITIES, OfficePool
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import Comparison, Evaluation
    from lantian.ambient.events import DayList

GRADE = 2
GOOD_AQI = 100


def means(region: Region, pool: OfficePool, compared: Comparison, ground: Ground) -> dict[str, Any] | None:
    """A province's figures from those of its cities, now against a year before; None for other pools."""
    if pool.key != f"{CITIES}-{region.code}":
        return None
    now, then = (
        _province(region, ground, found, period, compared.regime)
        for found, period in ((compared.now, compared.period), (compared.then, compared.against))
    )
    ratio, before = now.good_days_ratio, then.good_days_ratio
    heavy = now.heavy_days - then.heavy_days if then.days_used and now.heavy_days is not None else None
    return {
        "statistics": {key: _value(now, key) for key in STATISTICS},
        "changes": {key: _change(now, then, key) for key in STATISTICS},
        "index": _text(now.composite_index),
        "index_change": _text(figures.change(now.composite_index, then.composite_index)),
        "good_days_ratio": _text(ratio),
        "good_days_ratio_change": _text(ratio - before) if ratio is not None and before is not None else None,
        "heavy_days": now.heavy_days,
        "heavy_days_change": heavy,
        "marks": list(now.marks),
    }


def _province(
    region: Region, ground: Ground, found: Evaluation, period: Period, regime: str
) -> RegionFigures:
    rows = {row.place: row for row in found.rows}
    parts = []
    for place, city in ground.regions.items():
        row = rows.get(place)
        if row is None:
            continue
        parts.append(
            RegionFigures(
                city, period, regime, ground.source, row.statistics, row.composite_index, row.rank,
                row.good_days, row.heavy_days, row.days_used, row.days_in_period, tuple(row.marks),
            )
        )  # fmt: skip
    return province.of_cities(region, period, regime, parts)


def _value(found: RegionFigures, key: str) -> str | None:
    own = found.statistics.get(key)
    return _text(own.value) if own else None


def _change(now: RegionFigures, then: RegionFigures, key: str) -> str | None:
    sides = [found.statistics.get(key) for found in (now, then)]
    return _text(figures.change(*(own.value if own else None for own in sides)))


def days(
    ground: Ground, period: Period, regime: str, places: Collection[str], day_list: DayList | None
) -> dict[str, Any]:
    """Days of all units together: with an AQI, good, above 100; and the latter by primary pollutant [%]."""
    records = [
        record
        for record in ground.ask("daily", ambient.daily, period, regime, day_list=day_list)
        if record.place in places and record.aqi is not None
    ]
    above = [record for record in records if record.aqi > GOOD_AQI]
    primary = Counter(item for record in above for item in record.primary)
    share = {
        item: str(half_even(Fraction(100 * number, len(above)), 1)) for item, number in primary.most_common()
    }
    return {"used": len(records), "above": len(above), "primary": dict(primary), "primary_share": share}


def attainment(
    ground: Ground, period: Period, regime: str, places: Collection[str], day_list: DayList | None
) -> dict[str, Any]:
    """How many units attain grade 2 in all six items, as bulletins judge it; by item, how many do not."""
    found = ground.ask(
        "attainment", ambient.evaluate_attainment, period, regime, {"grade": GRADE, "variant": "bulletin"},
        day_list=day_list,
    )  # fmt: skip
    rows = [row for row in found.rows if row.place in places]
    above = Counter(item for row in rows for item in row.exceeding)
    return {
        "grade": GRADE,
        "judged": len(rows),
        "attained": sum(row.attained is True for row in rows),
        "undecided": sum(row.attained is None for row in rows),
        "above": dict(above.most_common()),
        "annual": "not_a_year" not in found.marks,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
