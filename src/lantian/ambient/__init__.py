"""Ambient air: daily values, AQI, statistics, composite index, ranking, and the explanation of every figure.

>>> from lantian.ambient import composite_index
>>> composite_index(so2=10, no2=28, pm10=66, pm2_5=35, co="1.3", o3_8h=178).rounded
Decimal('4.24')

Names are imported when first used: asking for an index does not start a database.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.ambient.composite import CompositeIndex, composite_index
    from lantian.ambient.day_records import daily
    from lantian.ambient.evaluation import evaluate
    from lantian.ambient.events import DayEntry, DayList, read_day_list
    from lantian.ambient.explanation import Explanation, explain
    from lantian.ambient.hour_records import realtime
    from lantian.ambient.index import AirQuality, Level, aqi, iaqi, level_of
    from lantian.ambient.marks import describe
    from lantian.ambient.period import Period
    from lantian.ambient.records import DayRecord, Evaluation, HourRecord, PlaceEvaluation, Statistic

_HOMES = {
    "AirQuality": "index",
    "CompositeIndex": "composite",
    "DayEntry": "events",
    "DayList": "events",
    "DayRecord": "records",
    "Evaluation": "records",
    "Explanation": "explanation",
    "HourRecord": "records",
    "Level": "index",
    "Period": "period",
    "PlaceEvaluation": "records",
    "Statistic": "records",
    "aqi": "index",
    "composite_index": "composite",
    "daily": "day_records",
    "describe": "marks",
    "evaluate": "evaluation",
    "explain": "explanation",
    "iaqi": "index",
    "level_of": "index",
    "read_day_list": "events",
    "realtime": "hour_records",
}

__all__ = [
    "AirQuality",
    "CompositeIndex",
    "DayEntry",
    "DayList",
    "DayRecord",
    "Evaluation",
    "Explanation",
    "HourRecord",
    "Level",
    "Period",
    "PlaceEvaluation",
    "Statistic",
    "aqi",
    "composite_index",
    "daily",
    "describe",
    "evaluate",
    "explain",
    "iaqi",
    "level_of",
    "read_day_list",
    "realtime",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'lantian.ambient' has no attribute '{name}'")
    return getattr(importlib.import_module(f"lantian.ambient.{home}"), name)
