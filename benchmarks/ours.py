"""Lantian's evaluation of a synthetic nation: a year, the next day, a corrected hour."""

from __future__ import annotations

import json
import sys
import time
from datetime import date

import nation

from lantian.ambient import Period, evaluate
from lantian.ambient.records import Evaluation
from lantian.lake import Lake


def year(root: str, first: int, last: int) -> None:
    """Hours to the ranked year, or years."""
    print(json.dumps(_indices(evaluate(Lake.open(root), _period(first, last)))))


def updates(root: str, first: int) -> None:
    """In a process that has evaluated the year: append a day, evaluate; correct an hour, evaluate."""
    lake = Lake.open(root)
    period = _period(first, first)
    evaluate(lake, period)
    taken: dict[str, list[float]] = {"day": [], "hour": []}
    for number in range(3):
        day = nation.day_of(date(first, 12, 29 + number), nation.stations_of(lake))
        taken["day"].append(_timed(lake, period, day))
        hour = nation.hour_of(lake, date(first, 3 + number, 10), 500 + number)
        taken["hour"].append(_timed(lake, period, hour))
    found = _indices(evaluate(lake, period))
    print(json.dumps({"one_day_s": taken["day"], "one_hour_s": taken["hour"], "indices": found}))


def _timed(lake: Lake, period: Period, rows: object) -> float:
    started = time.perf_counter()
    lake.append(nation.KIND, rows, source="update")
    evaluate(lake, period)
    return time.perf_counter() - started


def _period(first: int, last: int) -> Period:
    return Period.parse(str(first) if first == last else f"{first}-01-01..{last}-12-31")


def _indices(found: Evaluation) -> dict[str, str]:
    return {row.place: str(row.composite_index) for row in found.rows}


if __name__ == "__main__":
    if sys.argv[1] == "updates":
        updates(sys.argv[2], int(sys.argv[3]))
    else:
        year(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
