"""What ECharts is told of other measures: options as plain data. No numbers are made here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lantian.ambient.measures import MassClosure, OzonePotential, Road
from lantian.office.measures import words
from lantian.office.measures.dustfall_rows import UNIT, Row
from lantian.office.measures.figures import Month
from lantian.office.monitoring import kernel
from lantian.office.regions.models import in_english

INK, QUIET, GRID = "#1f2937", "#6b7280", "#e5e7eb"
BLUE, RED, AMBER, PALE = "#1a5c94", "#b3261e", "#b7791f", "#c3cfda"
COLOURS = {"below": BLUE, "equal": AMBER, "above": RED, None: QUIET}
PARTS = ("#b45309", "#1a5c94", "#0f766e", "#374151", "#a16207", "#7c3aed", "#9ca3af")
SHOWN_NAMES = 40
"""Bars more than these bear no names on their axis; the table beside has them."""
TOP = 12


def _base(name: str, unit: str) -> dict[str, Any]:
    return {
        "aria": {"enabled": True, "label": {"description": name}},
        "tooltip": {"trigger": "axis", "confine": True, "axisPointer": {"type": "shadow"}},
        "grid": {"top": 36, "left": 8, "right": 16, "bottom": 8, "containLabel": True},
        "yAxis": {
            "type": "value",
            "name": unit,
            "nameTextStyle": {"color": QUIET, "align": "left"},
            "axisLabel": {"color": QUIET},
            "splitLine": {"lineStyle": {"color": GRID}},
        },
    }


def _categories(labels: Sequence[str], **more: Any) -> dict[str, Any]:
    return {
        "type": "category",
        "data": list(labels),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": GRID}},
        "axisLabel": {"color": QUIET, **more},
    }


def ranking(rows: Sequence[Row], name: str) -> dict[str, Any]:
    """Every ranked unit as a bar, coloured by its verdict, with the common limit as a line."""
    ranked = [row for row in rows if row.value is not None]
    limits = {row.limit for row in ranked if row.limit is not None}
    series: dict[str, Any] = {
        "type": "bar",
        "name": _("Dustfall"),
        "barMaxWidth": 26,
        "data": [
            {"value": float(row.value), "itemStyle": {"color": COLOURS[row.verdict]}, "url": row.url}
            for row in ranked
            if row.value is not None
        ],
    }
    if len(limits) == 1:
        series["markLine"] = _line(float(limits.pop() or 0))
    axis = _categories([row.label for row in ranked], rotate=60, interval=0)
    if len(ranked) > SHOWN_NAMES:
        axis["axisLabel"]["show"] = False
    return {**_base(name, UNIT), "xAxis": axis, "series": [series]}


def _line(limit: float) -> dict[str, Any]:
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": RED, "type": "dashed"},
        "label": {"formatter": "{c}", "position": "insideEndTop", "color": RED},
        "data": [{"yAxis": limit}],
    }


def months(rows: Sequence[Month], name: str) -> dict[str, Any]:
    """The months of a unit: valid ones filled, invalid ones pale, the limit of each month as a line."""
    bars = []
    for row in rows:
        colour = PALE if row.validity != "valid" else RED if row.above else BLUE
        bars.append(
            {"value": None if row.value is None else float(row.value), "itemStyle": {"color": colour}}
        )
    limits = [None if row.limit is None else float(row.limit.number) for row in rows]
    return {
        **_base(name, UNIT),
        "xAxis": _categories([f"{row.first:%Y-%m}" for row in rows], hideOverlap=True),
        "series": [
            {"type": "bar", "name": _("Dustfall"), "barMaxWidth": 22, "data": bars},
            {
                "type": "line",
                "name": _("Limit"),
                "step": "middle",
                "symbol": "none",
                "lineStyle": {"color": RED, "type": "dashed", "width": 1.5},
                "itemStyle": {"color": RED},
                "data": limits,
            },
        ],
    }


def samples(road: Road, unit: str, name: str) -> dict[str, Any]:
    """The samples of a road, those before the period pale, with the limit of each."""
    found = [(sample, PALE) for sample in road.earlier] + [
        (sample, COLOURS[sample.verdict]) for sample in road.samples
    ]
    return {
        **_base(name, unit),
        "xAxis": _categories([sample.date.isoformat() for sample, _colour in found], hideOverlap=True),
        "series": [
            {
                "type": "bar",
                "name": _("Road dust"),
                "barMaxWidth": 22,
                "data": [
                    {"value": float(sample.value), "itemStyle": {"color": colour}} for sample, colour in found
                ],
            },
            {
                "type": "line",
                "name": _("Limit"),
                "symbol": "none",
                "lineStyle": {"color": RED, "type": "dashed", "width": 1.5},
                "itemStyle": {"color": RED},
                "data": [None if sample.limit is None else float(sample.limit) for sample, _colour in found],
            },
        ],
    }


def contributors(found: OzonePotential, name: str) -> dict[str, Any]:
    """The species that could make most ozone, largest on top."""
    rows = found.rows[:TOP]
    base = _base(name, "")
    value_axis = {**base.pop("yAxis"), "name": "µg/m³", "nameLocation": "end"}
    labels = [row.en if in_english() else row.zh for row in rows]
    return {
        **base,
        "grid": {"top": 8, "left": 8, "right": 56, "bottom": 8, "containLabel": True},
        "xAxis": value_axis,
        "yAxis": {**_categories(labels), "inverse": True},
        "series": [
            {
                "type": "bar",
                "name": _("Ozone formation potential"),
                "itemStyle": {"color": BLUE},
                "barMaxWidth": 20,
                "label": {"show": True, "position": "right", "color": INK, "formatter": "{c}"},
                "data": [float(row.potential) for row in rows if row.potential is not None],
            }
        ],
    }


def closure(found: MassClosure, name: str) -> dict[str, Any]:
    """The parts of the mass stacked, beside what was weighed."""
    base = _base(name, "µg/m³")
    stacked = [
        {
            "type": "bar",
            "stack": "mass",
            "name": words.said(words.COMPONENTS, part.name),
            "barMaxWidth": 90,
            "itemStyle": {"color": PARTS[at % len(PARTS)]},
            "data": [float(part.mean), None],
        }
        for at, part in enumerate(found.components)
    ]
    measured = {
        "type": "bar",
        "stack": "mass",
        "name": _("Weighed PM₂.₅"),
        "barMaxWidth": 90,
        "itemStyle": {"color": "#cbd5e1", "borderColor": INK, "borderWidth": 1},
        "label": {"show": True, "position": "top", "color": INK, "formatter": "{c}"},
        "data": [None, None if found.measured is None else float(found.measured)],
    }
    return {
        **base,
        "tooltip": {"trigger": "item", "confine": True},
        "legend": {"bottom": 0, "itemWidth": 14, "itemGap": 8, "textStyle": {"color": INK, "fontSize": 11}},
        "grid": {"top": 36, "left": 8, "right": 16, "bottom": 84, "containLabel": True},
        "xAxis": _categories([_("put together"), _("weighed")]),
        "series": [*stacked, measured],
    }


def closed_samples(found: MassClosure, name: str) -> dict[str, Any]:
    """Each sample: weighed and put together."""
    return {
        **_base(name, "µg/m³"),
        "legend": {"top": 0, "right": 0, "textStyle": {"color": INK}},
        "xAxis": _categories([moment(row.time) for row in found.rows], hideOverlap=True),
        "series": [
            {
                "type": "line",
                "name": label,
                "symbolSize": 5,
                "lineStyle": {"width": 2, "type": dash, "color": colour},
                "itemStyle": {"color": colour},
                "data": [float(getattr(row, field)) for row in found.rows],
            }
            for label, field, colour, dash in (
                (_("Weighed PM₂.₅"), "measured", INK, "solid"),
                (_("Put together"), "reconstructed", BLUE, "dashed"),
            )
        ],
    }


def moment(when: date | datetime) -> str:
    """A day, or the end of an hour in China."""
    if isinstance(when, datetime):
        return f"{when.astimezone(kernel.SHANGHAI):%Y-%m-%d %H:%M}"
    return when.isoformat()
