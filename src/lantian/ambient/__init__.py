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
    from lantian.ambient.attainment import Attainment, evaluate_attainment
    from lantian.ambient.comparison import Comparison, both_ways, change_rate, compare
    from lantian.ambient.composite import CompositeIndex, annex_c_2013_index, composite_index
    from lantian.ambient.contribution import best_parts, load_shares, loads, per_unit, what_if
    from lantian.ambient.day_records import daily
    from lantian.ambient.evaluation import evaluate
    from lantian.ambient.events import DayEntry, DayList, read_day_list
    from lantian.ambient.explanation import Explanation, explain
    from lantian.ambient.hour_records import realtime
    from lantian.ambient.hour_series import HourSeries, series_of_hours
    from lantian.ambient.index import AirQuality, Level, aqi, iaqi, level_of
    from lantian.ambient.index_methods import evaluate_indices
    from lantian.ambient.marks import describe
    from lantian.ambient.measures import (
        Trigger,
        dustfall,
        dustfall_triggers,
        import_dustfall,
        import_road_dust,
        import_road_ranks,
        import_species,
        mass_closure,
        ozone_potential,
        road_dust,
        road_ranks,
        road_triggers,
        species_means,
        weigh,
    )
    from lantian.ambient.multi_year import YearsEvaluation, years_mean
    from lantian.ambient.outlook import FanChart, Outlook, fan_chart, outlooks
    from lantian.ambient.period import Period, Years
    from lantian.ambient.ranking import (
        Pool,
        Ranking,
        compare_official,
        pool,
        rank,
        rank_change,
        read_official,
    )
    from lantian.ambient.records import DayRecord, Evaluation, HourRecord, PlaceEvaluation, Statistic
    from lantian.ambient.regional import Region, evaluate_regions, read_groups, read_regions
    from lantian.ambient.reviews import Review, apply_reviews, reviews_of
    from lantian.ambient.screens import ScreenReport, Suspicion, screen
    from lantian.ambient.trend import Trend, Trends, find_trends, spearman
    from lantian.ambient.whole_days import asked_period, last_whole_day

_HOMES = {
    "AirQuality": "index",
    "Attainment": "attainment",
    "Comparison": "comparison",
    "CompositeIndex": "composite",
    "DayEntry": "events",
    "DayList": "events",
    "DayRecord": "records",
    "Evaluation": "records",
    "Explanation": "explanation",
    "FanChart": "outlook",
    "HourRecord": "records",
    "HourSeries": "hour_series",
    "Level": "index",
    "Outlook": "outlook",
    "Period": "period",
    "PlaceEvaluation": "records",
    "Pool": "ranking",
    "Ranking": "ranking",
    "Region": "regional",
    "Review": "reviews",
    "ScreenReport": "screens",
    "Statistic": "records",
    "Suspicion": "screens",
    "Trend": "trend",
    "Trends": "trend",
    "Trigger": "measures",
    "Years": "period",
    "YearsEvaluation": "multi_year",
    "annex_c_2013_index": "composite",
    "apply_reviews": "reviews",
    "aqi": "index",
    "asked_period": "whole_days",
    "best_parts": "contribution",
    "both_ways": "comparison",
    "change_rate": "comparison",
    "compare": "comparison",
    "compare_official": "ranking",
    "composite_index": "composite",
    "daily": "day_records",
    "describe": "marks",
    "dustfall": "measures",
    "dustfall_triggers": "measures",
    "evaluate": "evaluation",
    "evaluate_attainment": "attainment",
    "evaluate_indices": "index_methods",
    "evaluate_regions": "regional",
    "explain": "explanation",
    "fan_chart": "outlook",
    "find_trends": "trend",
    "iaqi": "index",
    "import_dustfall": "measures",
    "import_road_dust": "measures",
    "import_road_ranks": "measures",
    "import_species": "measures",
    "last_whole_day": "whole_days",
    "level_of": "index",
    "load_shares": "contribution",
    "loads": "contribution",
    "mass_closure": "measures",
    "outlooks": "outlook",
    "ozone_potential": "measures",
    "per_unit": "contribution",
    "pool": "ranking",
    "rank": "ranking",
    "rank_change": "ranking",
    "read_day_list": "events",
    "read_groups": "regional",
    "read_official": "ranking",
    "read_regions": "regional",
    "realtime": "hour_records",
    "reviews_of": "reviews",
    "road_dust": "measures",
    "road_ranks": "measures",
    "road_triggers": "measures",
    "screen": "screens",
    "series_of_hours": "hour_series",
    "spearman": "trend",
    "species_means": "measures",
    "weigh": "measures",
    "what_if": "contribution",
    "years_mean": "multi_year",
}

__all__ = [
    "AirQuality",
    "Attainment",
    "Comparison",
    "CompositeIndex",
    "DayEntry",
    "DayList",
    "DayRecord",
    "Evaluation",
    "Explanation",
    "FanChart",
    "HourRecord",
    "HourSeries",
    "Level",
    "Outlook",
    "Period",
    "PlaceEvaluation",
    "Pool",
    "Ranking",
    "Region",
    "Review",
    "ScreenReport",
    "Statistic",
    "Suspicion",
    "Trend",
    "Trends",
    "Trigger",
    "Years",
    "YearsEvaluation",
    "annex_c_2013_index",
    "apply_reviews",
    "aqi",
    "asked_period",
    "best_parts",
    "both_ways",
    "change_rate",
    "compare",
    "compare_official",
    "composite_index",
    "daily",
    "describe",
    "dustfall",
    "dustfall_triggers",
    "evaluate",
    "evaluate_attainment",
    "evaluate_indices",
    "evaluate_regions",
    "explain",
    "fan_chart",
    "find_trends",
    "iaqi",
    "import_dustfall",
    "import_road_dust",
    "import_road_ranks",
    "import_species",
    "last_whole_day",
    "level_of",
    "load_shares",
    "loads",
    "mass_closure",
    "outlooks",
    "ozone_potential",
    "per_unit",
    "pool",
    "rank",
    "rank_change",
    "read_day_list",
    "read_groups",
    "read_official",
    "read_regions",
    "realtime",
    "reviews_of",
    "road_dust",
    "road_ranks",
    "road_triggers",
    "screen",
    "series_of_hours",
    "spearman",
    "species_means",
    "weigh",
    "what_if",
    "years_mean",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'lantian.ambient' has no attribute '{name}'")
    return getattr(importlib.import_module(f"lantian.ambient.{home}"), name)
