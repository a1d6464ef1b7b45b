"""What ECharts is told: options as plain data, handed to the page as JSON. No numbers are made here."""

from __future__ import annotations

import calendar as months_of
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, pgettext

from lantian.office.monitoring import kernel, words
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.monitoring.series import DayPoint, HourPoint

if TYPE_CHECKING:
    from lantian.ambient import HourRecord

INK, QUIET, GRID = "#1f2937", "#6b7280", "#e5e7eb"
EMPTY = "#eef0f2"
LINES = {
    "pm2_5": "#1a5c94",
    "pm10": "#b45309",
    "o3": "#7c3aed",
    "no2": "#0f766e",
    "so2": "#be185d",
    "co": "#4b5563",
}
DASHES = {"pm2_5": "solid", "pm10": "dashed", "o3": "dotted", "no2": "dashed", "so2": "dotted", "co": "solid"}


def level_pieces() -> list[dict[str, Any]]:
    """The legend of levels: each colour with its number and word, so that colour is not alone."""
    return [
        {"value": badge.level, "label": f"{badge.level} {badge.word}", "color": badge.colour}
        for badge in words.badges()
    ]


def _levels(dimension: int) -> dict[str, Any]:
    # The legend stands in the page's own HTML, where it wraps on a narrow screen.
    return {"type": "piecewise", "dimension": dimension, "pieces": level_pieces(), "show": False}


def calendar(points: Sequence[DayPoint], year: int, name: str) -> dict[str, Any]:
    """A year of days, a column a week, coloured by level of the pollutant's sub-index; polluted days show it
    too.
    """
    english = (get_language() or "zh").startswith("en")
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"confine": True, "formatter": "{b}"},
        "visualMap": _levels(1),
        "calendar": {
            "range": str(year),
            "top": 28,
            "left": 42,
            "right": 8,
            "cellSize": ["auto", 17],
            "splitLine": {"lineStyle": {"color": QUIET, "width": 1}},
            "itemStyle": {"color": EMPTY, "borderColor": "#ffffff", "borderWidth": 2},
            "yearLabel": {"show": False},
            "dayLabel": {"firstDay": 1, "nameMap": "EN" if english else "ZH", "color": QUIET},
            "monthLabel": {"nameMap": "EN" if english else "ZH", "color": QUIET},
        },
        "series": [
            {
                "type": "heatmap",
                "coordinateSystem": "calendar",
                "name": name,
                "data": [
                    _cell([point.day.isoformat(), point.level], point) for point in points if point.level
                ],
            }
        ],
    }


def month_rows(points: Sequence[DayPoint], name: str) -> dict[str, Any]:
    """The same year for a narrow screen: a row a month, a column a day."""
    labels = [_month_label(month) for month in range(1, 13)]
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"confine": True, "formatter": "{b}"},
        "grid": {"top": 4, "left": 34, "right": 4, "bottom": 24},
        "xAxis": {
            "type": "category",
            "data": [str(day) for day in range(1, 32)],
            "axisLabel": {"interval": 4, "color": QUIET},
            "axisTick": {"show": False},
            "axisLine": {"show": False},
        },
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": labels,
            "axisLabel": {"interval": 0, "color": QUIET},
            "axisTick": {"show": False},
            "axisLine": {"show": False},
        },
        "visualMap": _levels(2),
        "series": [
            {
                "type": "heatmap",
                "name": name,
                "itemStyle": {"borderColor": "#ffffff", "borderWidth": 1},
                "data": [
                    _cell([point.day.day - 1, point.day.month - 1, point.level], point)
                    for point in points
                    if point.level
                ],
            }
        ],
    }


def hours(points: Sequence[HourPoint], keys: Sequence[str], name: str) -> dict[str, Any]:
    """Hourly concentrations as lines, each pollutant with its own colour and dash; a gap where there is no
    value.
    """
    series = [
        {
            "type": "line",
            "name": line_label(key),
            "symbol": "none",
            "connectNulls": False,
            "yAxisIndex": 1 if key == "co" else 0,
            "lineStyle": {"width": 2, "type": DASHES[key], "color": LINES[key]},
            "itemStyle": {"color": LINES[key]},
            "data": [_plain(point.values.get(key)) for point in points],
        }
        for key in keys
    ]
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"type": "scroll", "top": 0, "textStyle": {"color": INK}, "itemWidth": 26},
        "grid": {"top": 56, "left": 40, "right": 40 if "co" in keys else 12, "bottom": 28},
        "xAxis": {
            "type": "category",
            "boundaryGap": False,
            "data": [point.label for point in points],
            "axisLabel": {"color": QUIET, "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": GRID}},
        },
        "yAxis": [
            {
                "type": "value",
                "name": "µg/m³",
                "nameTextStyle": {"color": QUIET},
                "axisLabel": {"color": QUIET},
                "splitLine": {"lineStyle": {"color": GRID}},
            },
            {
                "type": "value",
                "name": "mg/m³",
                "show": "co" in keys,
                "nameTextStyle": {"color": QUIET},
                "axisLabel": {"color": QUIET},
                "splitLine": {"show": False},
            },
        ],
        "series": series,
    }


def hour_aqi(
    parts: Sequence[tuple[str, Sequence[HourRecord]]], breaks: Sequence[str], name: str
) -> dict[str, Any]:
    """Hours of AQI: a line a segment, named by what the AQI is made of; a marked gap between two of them."""
    colours, dashes = ("#1a5c94", "#b45309", "#0f766e"), ("solid", "dashed", "dotted")
    labels: list[str] = []
    series: list[dict[str, Any]] = []
    for at, (kind, records) in enumerate(parts):
        before = len(labels)
        ends = [record.time.astimezone(kernel.SHANGHAI) for record in records]
        labels += [f"{end:%m-%d} {end:%H}:00" for end in ends]
        line = {
            "type": "line",
            "name": kind,
            "symbol": "none",
            "connectNulls": False,
            "lineStyle": {"width": 2, "type": dashes[at % 3], "color": colours[at % 3]},
            "itemStyle": {"color": colours[at % 3]},
            "data": [None] * before + [record.aqi for record in records],
        }
        if at:
            line["markLine"] = {
                "symbol": "none",
                "silent": True,
                "lineStyle": {"color": "#b0271f", "type": "solid", "width": 2},
                "label": {"formatter": f"{ends[0]:%Y-%m-%d}", "color": "#b0271f", "position": "end"},
                "data": [{"xAxis": labels[before]}],
            }
        series.append(line)
    return {
        "aria": {"enabled": True, "label": {"description": ". ".join([name, *breaks])}},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0, "textStyle": {"color": INK}, "itemWidth": 26},
        "grid": {"top": 66, "left": 40, "right": 12, "bottom": 28},
        "xAxis": {
            "type": "category",
            "boundaryGap": False,
            "data": labels,
            "axisLabel": {"color": QUIET, "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": GRID}},
        },
        "yAxis": {
            "type": "value",
            "name": "AQI",
            "nameTextStyle": {"color": QUIET},
            "axisLabel": {"color": QUIET},
            "splitLine": {"lineStyle": {"color": GRID}},
        },
        "series": series,
    }


def _month_label(month: int) -> str:
    if (get_language() or "zh").startswith("en"):
        return months_of.month_abbr[month]
    return pgettext("month on an axis", "%d") % month


def _cell(value: list[Any], point: DayPoint) -> dict[str, Any]:
    cell: dict[str, Any] = {"value": value, "name": point.tip}
    if point.level and point.level >= 3 and point.badge:
        cell["label"] = {"show": True, "formatter": str(point.level), "fontSize": 9, "color": point.badge.ink}
    return cell


def line_label(key: str) -> str:
    """What a line or column of hours is called: the symbol; ozone is the hour's own mean there."""
    return "O₃" if key == "o3" else INDICATORS[key].short


def _plain(value: Any) -> float | None:
    # A coordinate on a screen; the digits people read come from the table beside the chart.
    return None if value is None else float(value)
