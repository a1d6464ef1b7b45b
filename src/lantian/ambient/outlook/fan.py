"""The figure as it grows through the year: past years, this year, and the fan of what may come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Unpack

import numpy as np

from lantian.ambient.asking import Asked
from lantian.ambient.names import resolve
from lantian.ambient.outlook.answers import QUANTILES
from lantian.ambient.outlook.arrays import Floats
from lantian.ambient.outlook.ground import Ground, ground_of
from lantian.ambient.outlook.history import History, past_periods
from lantian.ambient.outlook.prospect import Prospect
from lantian.ambient.outlook.target import RANK, Target
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.lake import Lake

STEP = 7
PATHS = 600
Line = list[float | None]


@dataclass(frozen=True, slots=True)
class FanChart:
    """Lines over `days`, each the published figure of the period from its start to that day; None: no figure.

    `past`: label of a past year to its line. `known`: this year's, None after the last known day. `fan`: for
    the percents 2.5 … 97.5 the line of what may come, from the last known day on.
    """

    place: str
    indicator: str
    days: list[date]
    past: dict[str, Line]
    known: Line
    fan: dict[str, Line]

    def as_dict(self) -> dict[str, object]:
        """Plain values for a page's chart."""
        return {
            "place": self.place, "indicator": self.indicator, "days": [day.isoformat() for day in self.days],
            "past": self.past, "known": self.known, "fan": self.fan,
        }  # fmt: skip


def fan_chart(
    source: Lake | History,
    place: str,
    indicator: str,
    period: Period | str,
    *,
    as_of_day: date | None = None,
    **asked: Unpack[Asked],
) -> FanChart:
    """The data of a fan chart, a point a week, month ends and the last days included.

    Parameters
    ----------
    source, place, period, as_of_day, asked
        as for `outlook`
    indicator
        any of an outlook's but the rank

    Raises
    ------
    LantianError
        no such place or indicator
    """
    target = Target.parse(indicator, None, period)
    if indicator == RANK:
        raise LantianError("a rank has no course through the year", remedy="Ask for composite_index.")
    ground = ground_of(source, target.period, as_of_day=as_of_day, wanted=[place], **asked)
    history = ground.prospect.history
    return _lines(ground, resolve(place, dict(zip(history.places, history.names, strict=True))), indicator)


def _lines(ground: Ground, place: str, indicator: str) -> FanChart:
    prospect = ground.prospect
    row = prospect.history.places.index(place)
    k, days = prospect.calendar.known, prospect.period.days
    points = sorted({*range(STEP, days, STEP), days, *([k] if k else [])})
    known_days = prospect.known(row)
    known: Line = [
        _figure(prospect, known_days[:, :point], indicator) if point <= k else None for point in points
    ]
    fan: dict[str, Line] = {key: [None] * len(points) for key in QUANTILES}
    if prospect.calendar.remaining and prospect.computable(row):
        rest = prospect.remainder(row)[:, :PATHS]
        for at, point in enumerate(points):
            if point > k:
                figures = prospect.figures(known_days, rest[:, :, : point - k], indicator)[indicator]
                figures = figures[np.isfinite(figures)]
                for key, share in QUANTILES.items():
                    if figures.size:
                        fan[key][at] = float(np.quantile(figures, share, method="inverted_cdf"))
            elif point == k:
                for line in fan.values():
                    line[at] = known[at]
    past: dict[str, Line] = {}
    pasts = past_periods(prospect.period, prospect.anomalies.weights.shape[1])
    for back, span in enumerate(pasts, start=1):
        if prospect.anomalies.usable[row, back - 1]:
            whole = prospect.past(row, back)
            past[span.label] = [_figure(prospect, whole[:, :point], indicator) for point in points]
    first = prospect.period.first
    return FanChart(
        place, indicator, [first + timedelta(days=point - 1) for point in points], past, known, fan
    )


def _figure(prospect: Prospect, days: Floats, indicator: str) -> float | None:
    value = float(prospect.figures(days, only=indicator)[indicator][0])
    return value if np.isfinite(value) else None
