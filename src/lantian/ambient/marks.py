"""Marks: what a reader must know beside a figure, as short stable codes.

A code may carry a value after a colon (`station_share:3`). The office translates codes; the command line
prints `describe`.
"""

from __future__ import annotations

MEANINGS = {
    "source_stations": "mean of the city's stations",
    "source_city_feed": "from the city-mean feed: its ozone is lower than the mean of station maxima",
    "source_city_days": "from daily values as given by the source; hours not known",
    "regime_change": "the rules change in the period; each day has its own, the statistics the last",
    "few_days": "has a statistic with too few valid days",
    "no_index": "no composite index: a statistic is missing",
    "station_share": "days on which too few of the city's stations were valid",
    "lost_hours": "days short of hours, counted because the archive lost them for nearly every place",
    "event_days": "days from which dust or another event was taken out by an official list",
    "event_excluded": "taken out as dust or another event by an official list",
    "unverified_rules": "rules used that were not verified in their document",
    "no_days": "no valid day",
    "too_few_days": "fewer valid days than the period needs",
    "too_few_days_in_month": "fewer valid days than that month needs",
    "too_few_hours": "too few valid hours",
    "no_data": "nothing reported",
    "no_row": "not in the archive, though other places are",
    "voided": "declared invalid in a review",
    "lost_here": "lost by the archive for nearly every place",
    "items_missing": "an item of the index is missing",
    "no_items": "no item of the index is valid",
    "not_a_year": "annual limits held against a period that is not a year",
    "index_method": "the composite index is not that of the city ranking but of this method",
    "period_empty": "nothing of the period",
    "against_empty": "nothing of the period compared with",
    "members_missing": "members of the region without any figure",
    "realtime_change": "the real-time AQI is of another kind from this day on; the hours do not compare",
    "no_value": "a period has no value",
    "too_few_periods": "fewer periods than a trend needs",
    "no_critical_value": "more periods than the table of critical values has",
    "ties": "equal values: the trend is judged with and without correction for them",
    "not_reported": "reported a year before and not now",
    "limit_changes": "the limit changes in the period; the last one is taken",
    "below_detection": "below the detection limit of the method",
    "below_quantitation": "below the limit of quantitation of the method",
    "sampling_days": "the cylinder stood too short or too long",
    "no_limit": "no limit is known for this place and class",
    "few_points": "sampled at fewer points than the rule asks",
}


def describe(mark: str) -> str:
    """A mark in words.

    >>> describe("station_share:3")
    "days on which too few of the city's stations were valid: 3"
    """
    code, _, value = mark.partition(":")
    meaning = MEANINGS.get(code, code)
    return f"{meaning}: {value}" if value else meaning
