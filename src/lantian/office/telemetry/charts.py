"""What ECharts is told about a stack: one time axis, a row a factor, power below. It makes no numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.office.telemetry import door, words
from lantian.office.telemetry.measured import local
from lantian.office.telemetry.stack import Band, Stack
from lantian.telemetry.validity.records import HourValue
from lantian.telemetry.validity.rules import local_day

INK, QUIET, GRID = "#1f2937", "#6b7280", "#e5e7eb"
RAW, CONVERTED, LIMITS = "#7f93a8", "#1a5c94", ("#b0271f", "#7c3aed", "#a16207", "#0e7490")
POWER = {"production": "#0f766e", "treatment": "#b45309"}
BANDS = {
    "stopped": "rgba(107,114,128,.22)", "calibration": "rgba(37,99,235,.16)",
    "maintenance": "rgba(217,119,6,.18)", "fault": "rgba(190,24,93,.16)",
    "missing": "rgba(176,39,31,.10)", "exempt": "rgba(124,58,237,.12)",
}  # fmt: skip
TOP, ROW, GAP = 30, 150, 34


def band_word(kind: str) -> str:
    """What a band means."""
    return {
        "stopped": pgettext("a band of hours", "stopped"),
        "calibration": pgettext("a band of hours", "calibration, out of control"),
        "maintenance": pgettext("a band of hours", "maintenance"),
        "fault": pgettext("a band of hours", "fault or not valid"),
        "missing": pgettext("a band of hours", "nothing came"),
        "exempt": pgettext("a band of hours", "marked, not judged"),
    }[kind]


def limit_colour(number: int) -> str:
    """The colour of a factor's limit by its place among them."""
    return LIMITS[number % len(LIMITS)]


def lines_legend(stack: Stack) -> list[tuple[str, str]]:
    """What the lines are: word and colour; the limits are told with their values beside it."""
    found = [(_("Measured"), RAW), (_("Converted"), CONVERTED)]
    names = {"production": _("power of production"), "treatment": _("power of treatment")}
    return found + [(names[name], POWER[name]) for name in stack.power]


def limits_legend(stack: Stack) -> list[tuple[str, list[tuple[str, str, Decimal]]]]:
    """By factor its limits: colour of the line, whose limit it is, value [mg/m³]."""
    found = []
    for factor in stack.factors:
        own = [one for one in stack.limits if one.factor == factor]
        if own:
            told = [(limit_colour(number), one.label, one.value) for number, one in enumerate(own)]
            found.append((words.factor_label(factor), told))
    return found


def stack_height(stack: Stack) -> int:
    """How high the picture is [px]."""
    rows = len(stack.factors) + bool(stack.power)
    return TOP + max(1, rows) * (ROW + GAP) + 8


def stack_option(stack: Stack) -> dict[str, Any]:
    """The hours of each factor, raw and converted, with limits and bands; power on the same time axis."""
    labels = [local(time).strftime("%m-%d %H:%M") for time in stack.times]
    grids, x_axes, y_axes, series = [], [], [], []
    rows = [*stack.factors, *(["power"] if stack.power else [])]
    for place, name in enumerate(rows):
        last = place == len(rows) - 1
        grids.append({"left": 52, "right": 14, "top": TOP + place * (ROW + GAP), "height": ROW})
        x_axes.append(
            {
                "type": "category", "gridIndex": place, "data": labels, "boundaryGap": False,
                "axisLabel": {"color": QUIET, "hideOverlap": True, "show": last},
                "axisTick": {"show": last}, "axisLine": {"lineStyle": {"color": GRID}},
            }
        )  # fmt: skip
        y_axes.append(
            {
                "type": "value", "gridIndex": place, "min": 0, "splitNumber": 3,
                "name": _row_name(name, stack), "nameLocation": "end",
                "nameTextStyle": {"color": INK, "align": "left", "padding": [0, 0, 0, -40]},
                "axisLabel": {"color": QUIET}, "splitLine": {"lineStyle": {"color": GRID}},
            }
        )  # fmt: skip
        series += _power(stack, place) if name == "power" else _factor(stack, name, place)
    return {
        "aria": {"enabled": True, "label": {"description": _("Hours of the stack")}},
        "tooltip": {"trigger": "axis", "confine": True},
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "grid": grids,
        "xAxis": x_axes,
        "yAxis": y_axes,
        "series": series,
    }


def _row_name(name: str, stack: Stack) -> str:
    if name == "power":
        return f"{_('Power')} [kW]"
    unit = words.unit_of(name, door.device(stack.one.device.mn))
    return f"{words.factor_label(name)} [{unit}]" if unit else words.factor_label(name)


def _line(name: str, place: int, colour: str, data: Sequence[Any], **style: Any) -> dict[str, Any]:
    return {
        "type": "line", "name": name, "xAxisIndex": place, "yAxisIndex": place, "symbol": "circle",
        "symbolSize": 3, "showSymbol": len(data) <= 200, "connectNulls": False,
        "lineStyle": {"width": 1.6, "color": colour, **style}, "itemStyle": {"color": colour},
        "data": list(data),
    }  # fmt: skip


def _factor(stack: Stack, factor: str, place: int) -> list[dict[str, Any]]:
    hours = stack.one.hours[factor]
    label = words.factor_label(factor)
    found = [
        _line(f"{label} {_('Measured')}", place, RAW, [_point(stack, hour, hour.raw) for hour in hours],
              type="dashed", width=1.2)
    ]  # fmt: skip
    if any(hour.converted is not None and hour.converted != hour.value for hour in hours):
        points = [_point(stack, hour, hour.converted) for hour in hours]
        found.append(_line(f"{label} {_('Converted')}", place, CONVERTED, points))
    bands = stack.bands.get(factor, ())
    found[-1]["markArea"] = {"silent": True, "data": [_area(band, len(hours)) for band in bands]}
    days = [local_day(time) for time in stack.times]
    for number, limit in enumerate(one for one in stack.limits if one.factor == factor):
        held = [_number(limit.value) if limit.holds(day) else None for day in days]
        name = f"{label} {pgettext('evidence', 'limit')} {limit.label}"
        found.append(
            {
                **_line(name, place, limit_colour(number), held, width=1.4, type="solid"),
                "step": "end", "showSymbol": False, "silent": True,
            }
        )  # fmt: skip
    return found


def _area(band: Band, count: int) -> list[dict[str, Any]]:
    # From the start of its first hour to the start of the one after it; ECharts knows whole places only.
    end = min(band.end, count - 1)
    start = min(band.start, max(0, end - 1))
    return [{"xAxis": start, "itemStyle": {"color": BANDS[band.kind]}}, {"xAxis": end}]


def _power(stack: Stack, place: int) -> list[dict[str, Any]]:
    names = {"production": _("power of production"), "treatment": _("power of treatment")}
    return [_line(names[name], place, POWER[name], data) for name, data in stack.power.items()]


def _point(stack: Stack, hour: HourValue, value: Decimal | None) -> Any:
    if value is None:
        return None
    return {"value": _number(value), "url": hour_url(stack.one.device, hour)}


def hour_url(device: Any, hour: HourValue) -> str:
    """Where an hour is explained."""
    return reverse("telemetry:hour", args=[device.pk, hour.factor, local(hour.time).strftime("%Y%m%d%H")])


def _number(value: Decimal) -> float:
    return float(value)


def minutes_option(points: Sequence[tuple[str, float | None, bool]], name: str, unit: str) -> dict[str, Any]:
    """The minutes of one hour: (time, value, whether it counts)."""
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"trigger": "axis", "confine": True},
        "grid": {"top": 28, "left": 48, "right": 12, "bottom": 26},
        "xAxis": {"type": "category", "data": [label for label, _value, _good in points],
                  "axisLabel": {"color": QUIET, "hideOverlap": True}},
        "yAxis": {"type": "value", "name": unit, "scale": True, "axisLabel": {"color": QUIET},
                  "splitLine": {"lineStyle": {"color": GRID}}},
        "series": [
            {
                "type": "line", "name": name, "lineStyle": {"color": CONVERTED}, "connectNulls": False,
                "data": [
                    {"value": value, "itemStyle": {"color": CONVERTED if good else "#b0271f"}}
                    for _label, value, good in points
                ],
            }
        ],
    }  # fmt: skip
