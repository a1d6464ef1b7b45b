"""The rows behind a picture of a suspicion: the place and its neighbours around the range."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lantian.ambient.reviews import places_of
from lantian.ambient.screens.report import Suspicion
from lantian.lake import Lake, arrow

MOST = 31 * 24
"""Hours a picture shows at most; of a longer range the first ones."""
NEIGHBOURS = 4


def chart_data(
    lake: Lake,
    suspicion: Suspicion,
    *,
    around: timedelta = timedelta(days=2),
    as_of: int | datetime | None = None,
) -> dict[str, Any]:
    """The series of a place and of its neighbours around a suspicion.

    Parameters
    ----------
    lake
        the store
    suspicion
        what to show
    around
        how much before and after its range
    as_of
        the lake as it was: a version number or an aware instant

    Returns
    -------
    `times` (stamps, UTC ISO), `items`, `range` (first and last suspect stamp), `stretches`, and `series`: a
    list of `place`, `name`, `role` (`suspect` or `neighbour`) and `values` (item to list along `times`,
    published units, null where missing)
    """
    first = suspicion.since - around
    last = min(suspicion.until + around, first + timedelta(hours=MOST - 1))
    suspects = places_of(suspicion)
    others = [suspicion.evidence["other"]] if "other" in suspicion.evidence else []
    others += list(suspicion.evidence.get("neighbours", ()))
    neighbours = [place for place in dict.fromkeys(others) if place not in suspects][:NEIGHBOURS]
    items = list(suspicion.items)
    shown = [*suspects, *neighbours]
    table = arrow(
        lake.read(
            suspicion.kind, since=first, until=last, places=shown, as_of=as_of,
            columns=["place", "name", "time", *items],
        )
    )  # fmt: skip
    count = int((last - first) / timedelta(hours=1)) + 1
    series: dict[str, dict[str, Any]] = {
        place: {
            "place": place,
            "name": place,
            "role": "suspect" if place in suspects else "neighbour",
            "values": {item: [None] * count for item in items},
        }
        for place in shown
    }
    for row in table.to_pylist():
        one = series[row["place"]]
        one["name"] = row["name"] or row["place"]
        at = int((row["time"] - first) / timedelta(hours=1))
        for item in items:
            if row[item] is not None:
                one["values"][item][at] = row[item] / 1000
    return {
        "times": [(first + timedelta(hours=hour)).isoformat() for hour in range(count)],
        "items": items,
        "range": [suspicion.since.isoformat(), suspicion.until.isoformat()],
        "stretches": [[since.isoformat(), until.isoformat()] for since, until in suspicion.stretches],
        "series": list(series.values()),
    }
