"""What ECharts is told of a fan and of a back-test: plain data, no figure is made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from lantian.ambient.outlook.fan import FanChart
from lantian.ambient.outlook.target import Target
from lantian.office.monitoring.charts import GRID, INK, QUIET
from lantian.office.monitoring.indicators import Indicator, shown_unit
from lantian.office.outlook import words

BLUE, TARGET = "#1a5c94", "#b0271f"
PAST = ("#7c8a99", "#9aa7b3", "#b4bfc9", "#c8d1d9", "#d8dfe5")
DASHES = ("solid", "dashed", "dotted", "dashed", "dotted")
BANDS = (("2.5", "97.5", 0.14), ("10", "90", 0.22), ("25", "75", 0.34))
LEAST_DAYS = 28
"""Days from which on the course is drawn: a mean of a few days says little and would set the scale."""


def fan(chart: FanChart, of: Indicator, target: Target | None, title: str) -> dict[str, Any]:
    """Past years' courses in grey, this year's in blue, what may come as bands around its middle."""
    start = next((at for at, day in enumerate(chart.days) if (day - chart.days[0]).days >= LEAST_DAYS), 0)
    days = [day.isoformat() for day in chart.days[start:]]
    series: list[dict[str, Any]] = []
    for number, (low, _high, _shade) in enumerate(BANDS):
        if any(value is not None for value in chart.fan.get(low, ())):
            series += _band(chart, number, start)
    for number, (label, line) in enumerate(sorted(chart.past.items(), reverse=True)):
        at = min(number, len(PAST) - 1)
        series.append(_line(label, line[start:], PAST[at], 1.2, DASHES[at]))
    series.append(_line(_("this year"), chart.known[start:], BLUE, 2.6, "solid"))
    if any(value is not None for value in chart.fan.get("50", ())):
        series.append(_line(_("expected middle"), chart.fan["50"][start:], BLUE, 1.6, "dashed"))
    if target is not None and target.value is not None:
        series[-1]["markLine"] = {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"color": TARGET, "width": 1.6, "type": "solid"},
            "label": {"formatter": words.target(target), "position": "insideStartTop", "color": TARGET},
            "data": [{"yAxis": float(target.value)}],
        }
    values = [
        v
        for line in (chart.known, *chart.past.values(), *chart.fan.values())
        for v in line[start:]
        if v is not None
    ]
    if target is not None and target.value is not None:
        values.append(float(target.value))
    counts = of.unit in {"d", "%"} or of.key.endswith("_days")
    return {
        "aria": {"enabled": True, "label": {"description": title}},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {
            "type": "scroll", "top": 0, "textStyle": {"color": INK}, "itemWidth": 22,
            "data": [own["name"] for own in series if "stack" not in own],
        },
        "grid": {"top": 46, "left": 46, "right": 14, "bottom": 28},
        "xAxis": {
            "type": "category", "boundaryGap": False, "data": days,
            "axisLabel": {"color": QUIET, "hideOverlap": True}, "axisLine": {"lineStyle": {"color": GRID}},
        },
        "yAxis": {
            "type": "value", "name": shown_unit(of.unit), "nameTextStyle": {"color": QUIET},
            "scale": not counts, "axisLabel": {"color": QUIET}, "splitLine": {"lineStyle": {"color": GRID}},
            **({} if counts or not values else {"min": _floor(min(values)), "max": _ceiling(max(values))}),
        },
        "series": series,
    }  # fmt: skip


def _band(chart: FanChart, number: int, start: int) -> list[dict[str, Any]]:
    """An area between two quantiles: a hidden line, and the difference stacked upon it."""
    low, high, shade = BANDS[number]
    bottom, top = chart.fan[low][start:], chart.fan[high][start:]
    width = [None if a is None or b is None else round(b - a, 6) for a, b in zip(bottom, top, strict=True)]
    common = {
        "type": "line", "symbol": "none", "stack": f"band{number}", "silent": True,
        "lineStyle": {"opacity": 0},
        "tooltip": {"show": False}, "emphasis": {"disabled": True}, "stackStrategy": "all",
    }  # fmt: skip
    return [
        {**common, "name": f"{low}%", "data": bottom},
        {**common, "name": f"{low}–{high}%", "data": width, "areaStyle": {"color": BLUE, "opacity": shade}},
    ]


def _line(name: str, values: Sequence[float | None], colour: str, width: float, dash: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "symbol": "none",
        "connectNulls": False,
        "lineStyle": {"width": width, "type": dash, "color": colour},
        "itemStyle": {"color": colour},
        "data": list(values),
    }


def _floor(value: float) -> float:
    step = _step(value)
    return max(0.0, round((value // step) * step, 6))


def _ceiling(value: float) -> float:
    step = _step(value)
    return round((value // step + 1) * step, 6)


def _step(value: float) -> float:
    for step in (0.1, 0.5, 1.0, 5.0, 10.0):
        if value < step * 20:
            return step
    return 50.0


def reliability(deciles: Sequence[dict[str, Any]], title: str) -> dict[str, Any]:
    """What was said against what came: on the diagonal, the method kept its word."""
    points = [
        {"value": [round(100 * d["said"], 2), round(100 * d["came"], 2)], "symbolSize": _size(d["cases"])}
        for d in deciles
        if d["cases"]
    ]
    axis = {
        "type": "value", "min": 0, "max": 100, "axisLabel": {"color": QUIET, "formatter": "{value}%"},
        "splitLine": {"lineStyle": {"color": GRID}},
    }  # fmt: skip
    return {
        "aria": {"enabled": True, "label": {"description": title}},
        "tooltip": {"confine": True},
        "grid": {"top": 24, "left": 48, "right": 18, "bottom": 40},
        "xAxis": {**axis, "name": _("said"), "nameLocation": "middle", "nameGap": 26},
        "yAxis": {**axis, "name": _("came")},
        "series": [
            {
                "type": "line", "data": [[0, 0], [100, 100]], "symbol": "none", "silent": True,
                "lineStyle": {"color": QUIET, "type": "dashed", "width": 1},
            },
            {"type": "line", "data": points, "symbol": "circle", "itemStyle": {"color": BLUE},
             "lineStyle": {"color": BLUE, "width": 1.5}},
        ],
    }  # fmt: skip


def _size(cases: int) -> float:
    return min(18.0, 5.0 + cases**0.25)
