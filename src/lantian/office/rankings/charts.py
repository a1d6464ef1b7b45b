"""What ECharts is told for rankings and evaluations: options as plain data. No numbers are made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from lantian.ambient.ranking import LinePoint
from lantian.office.monitoring.charts import GRID, INK, QUIET
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.rankings import words
from lantian.office.rankings.tables import Row

COLOURS = {
    "pm2_5": "#1a5c94",
    "pm10": "#b45309",
    "o3_8h": "#7c3aed",
    "no2": "#0f766e",
    "so2": "#be185d",
    "co": "#6b7280",
}
MOST = 40


def parts(rows: Sequence[Row], name: str) -> dict[str, Any] | None:
    """What each index is made of: a bar a place, its single indices side by side; None without any."""
    shown = [row for row in rows if row.parts][:MOST]
    if not shown:
        return None
    shown = list(reversed(shown))  # the axis of bars begins at the bottom
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"type": "scroll", "top": 0, "textStyle": {"color": INK}},
        "grid": {"top": 34, "left": 4, "right": 14, "bottom": 4, "containLabel": True},
        "xAxis": _values(),
        "yAxis": {
            "type": "category",
            "data": [row.label for row in shown],
            "axisLabel": {"color": INK, "fontSize": 11, "interval": 0},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": GRID}},
        },
        "series": [
            {
                "type": "bar",
                "stack": "index",
                "name": INDICATORS[item].short,
                "itemStyle": {"color": COLOURS[item], "borderColor": "#ffffff", "borderWidth": 1},
                "barMaxWidth": 18,
                "data": [plain(row.parts.get(item)) for row in shown],
            }
            for item in STATISTICS
        ],
    }


def height_of(rows: Sequence[Row]) -> int:
    """[px] for `parts`."""
    return 56 + 20 * min(MOST, sum(bool(row.parts) for row in rows))


def over_time(points: Sequence[LinePoint], labels: Sequence[str], names: tuple[str, str]) -> dict[str, Any]:
    """A place and the line it has to reach, month by month, to date."""
    own, line = names
    return {
        "aria": {"enabled": True, "label": {"description": f"{own}, {line}"}},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0, "textStyle": {"color": INK}},
        "grid": {"top": 40, "left": 4, "right": 14, "bottom": 4, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": list(labels),
            "axisLabel": {"color": QUIET, "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": GRID}},
        },
        "yAxis": {**_values(), "scale": True},
        "series": [
            _line(own, "#1a5c94", "solid", [plain(point.value) for point in points]),
            _line(line, "#b0271f", "dashed", [plain(point.line_value) for point in points]),
        ],
    }


def shares(found: Mapping[str, Decimal], name: str) -> dict[str, Any]:
    """Load shares, the largest on top."""
    items = list(reversed(found))
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "grid": {"top": 6, "left": 4, "right": 48, "bottom": 4, "containLabel": True},
        "xAxis": _values(),
        "yAxis": {
            "type": "category",
            "data": [INDICATORS[item].short for item in items],
            "axisLabel": {"color": INK},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": GRID}},
        },
        "series": [
            {
                "type": "bar",
                "name": _("Load share [%]"),
                "barMaxWidth": 22,
                "label": {"show": True, "position": "right", "color": INK},
                "data": [
                    {
                        "value": plain(found[item]),
                        "itemStyle": {"color": COLOURS[item]},
                        "label": {"formatter": f"{found[item]}%"},
                    }
                    for item in items
                ],
            }
        ],
    }


def trend(labels: Sequence[str], series: Mapping[str, Sequence[Decimal | None]], name: str) -> dict[str, Any]:
    """Values of periods: concentrations on the left, the index and CO on the right."""
    right = {"composite_index", "co"}
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"type": "scroll", "top": 0, "textStyle": {"color": INK}},
        "grid": {"top": 48, "left": 4, "right": 4, "bottom": 4, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": list(labels),
            "axisLabel": {"color": QUIET, "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": GRID}},
        },
        "yAxis": [
            {**_values(), "name": "µg/m³", "nameTextStyle": {"color": QUIET}},
            {
                **_values(),
                "name": _("index; CO mg/m³"),
                "nameTextStyle": {"color": QUIET, "align": "right"},
                "splitLine": {"show": False},
            },
        ],
        "series": [
            {
                **_line(
                    words.short(item),
                    COLOURS.get(item, "#111827"),
                    "solid" if item not in right else "dashed",
                    [plain(value) for value in values],
                ),
                "yAxisIndex": 1 if item in right else 0,
            }
            for item, values in series.items()
        ],
    }


def _line(name: str, colour: str, dash: str, data: list[float | None]) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "connectNulls": False,
        "symbolSize": 6,
        "lineStyle": {"width": 2, "type": dash, "color": colour},
        "itemStyle": {"color": colour},
        "data": data,
    }


def _values() -> dict[str, Any]:
    return {
        "type": "value",
        "axisLabel": {"color": QUIET},
        "splitLine": {"lineStyle": {"color": GRID}},
    }


def plain(value: Decimal | None) -> float | None:
    """A coordinate on a screen; the digits people read come from the table beside the chart."""
    return None if value is None else float(value)
