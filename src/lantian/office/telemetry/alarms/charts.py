"""What ECharts is told of an alarm's hours and of a lead's picture: options as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.telemetry import stack
from lantian.office.telemetry.alarms import words
from lantian.office.telemetry.alarms.models import Alarm, AlarmKind, Lead

INK, QUIET, VALUE, RAW, LIMIT, POWER, BESIDE = (
    "#1f2937", "#6b7280", "#1a5c94", "#9ca3af", "#b42318", "#b45309", "#0f766e",
)  # fmt: skip
BAND = "rgba(107, 114, 128, 0.14)"
SUSPECT = "rgba(180, 69, 9, 0.14)"
BEFORE, MOST = timedelta(days=1), 31
KILOWATT = "kW"  # power is read from zero: what stands near zero is switched off


def of_alarm(alarm: Alarm) -> dict[str, Any] | None:
    """The hours around an alarm: at reference oxygen and as measured, its limits, marks, power beside.

    None for what has no hours: a yearly total, a lost line, a device without a record.
    """
    if alarm.device is None or not alarm.factor or alarm.kind not in (AlarmKind.HOUR, AlarmKind.DAY):
        return None
    first = timezone.localdate(alarm.since - BEFORE)
    last = min(timezone.localdate(alarm.until + BEFORE), clock.today(), first + timedelta(days=MOST))
    asked = stack.Asked("week", last, first, last, (alarm.factor,), alarm.factor)
    found = stack.stack_of(alarm.device, asked)
    hours = found.one.hours.get(alarm.factor, [])
    if not hours or all(hour.measured is None for hour in hours):
        return None
    times = [timezone.localtime(moment).strftime("%m-%d %H:%M") for moment in found.times]
    series: list[dict[str, Any]] = [
        {
            "name": _("at reference oxygen"), "type": "line", "showSymbol": True, "symbolSize": 5,
            "itemStyle": {"color": VALUE}, "lineStyle": {"color": VALUE, "width": 2},
            "data": [_point(hour) for hour in hours],
            "markArea": {
                "silent": True, "itemStyle": {"color": BAND}, "data": _bands(found, alarm.factor, times),
            },
            "markLine": {"symbol": "none", "silent": True, "data": _limits(found, alarm.factor)},
        },
        {
            "name": _("as measured"), "type": "line", "showSymbol": False,
            "lineStyle": {"color": RAW, "width": 1}, "itemStyle": {"color": RAW},
            "data": [_float(hour.raw) for hour in hours],
        },
    ]  # fmt: skip
    axes: list[dict[str, Any]] = [{"type": "value", "name": "mg/m³", "scale": False}]
    for name, label, colour in (
        ("production", _("power of production"), POWER), ("treatment", _("power of treatment"), BESIDE),
    ):  # fmt: skip
        if name in found.power:
            series.append({"name": label, "type": "line", "yAxisIndex": 1, "showSymbol": False,
                           "lineStyle": {"color": colour, "width": 1, "type": "dashed"},
                           "itemStyle": {"color": colour}, "data": found.power[name]})  # fmt: skip
    if found.power:
        axes.append({"type": "value", "name": "kW", "splitLine": {"show": False}})
    return {
        "aria": {"enabled": True, "label": {"description": f"{alarm}"}},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0, "type": "scroll", "textStyle": {"color": INK}},
        "grid": {"left": 46, "right": 46 if found.power else 16, "top": 44, "bottom": 52},
        "xAxis": {"type": "category", "data": times, "axisLabel": {"color": QUIET, "hideOverlap": True}},
        "yAxis": axes,
        "dataZoom": [{"type": "inside"}, {"type": "slider", "height": 18, "bottom": 6}],
        "series": series,
    }


def _point(hour: Any) -> Any:
    """A full point where the hour is judged, a hollow one where it does not count."""
    if hour.judged:
        return _float(hour.converted)
    value = _float(hour.raw)
    if value is None:
        return None
    return {"value": value, "symbol": "emptyCircle", "itemStyle": {"color": QUIET}}


def _bands(found: stack.Stack, factor: str, times: list[str]) -> list[list[dict[str, Any]]]:
    return [
        [{"xAxis": times[band.start], "name": ""}, {"xAxis": times[min(band.end, len(times)) - 1]}]
        for band in found.bands.get(factor, [])
        if band.start < len(times)
    ]


def _limits(found: stack.Stack, factor: str) -> list[dict[str, Any]]:
    return [
        {
            "yAxis": float(limit.value), "lineStyle": {"color": LIMIT, "type": "dashed"},
            "label": {"formatter": f"{limit.label} {words.number(limit.value)}", "position": "insideStartTop",
                      "color": LIMIT, "backgroundColor": "#ffffffcc", "padding": [1, 4]},
        }
        for limit in found.limits
        if limit.factor == factor
    ]  # fmt: skip


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram of a lead's picture: its heading, the option of ECharts, the id of its script element."""

    heading: str
    option: dict[str, Any]
    id: str


def of_lead(lead: Lead) -> list[Panel]:
    """The picture kept with a lead in the active language, a chart a panel."""
    picture = (lead.picture or {}).get(words.language())
    if not picture:
        return []
    found = []
    for panel in picture["panels"]:
        left, right = "（）" if words.language() == "zh" else (" (", ")")
        heading = f"{panel['label']}{left}{panel['unit']}{right}" if panel["unit"] else panel["label"]
        found.append(Panel(heading, _option(panel, heading), f"al-lead-{len(found)}"))
    return found


def _option(panel: dict[str, Any], heading: str) -> dict[str, Any]:
    timed = bool(panel["x"]) and isinstance(panel["x"][0], str)
    axis = [_clock(x) if timed else x for x in panel["x"]]
    colours = {"value": VALUE, "beside": POWER, "quiet": RAW}
    kind = "bar" if panel["kind"] == "bars" else "line"
    series: list[dict[str, Any]] = [
        {
            "name": line["name"], "type": kind, "showSymbol": False, "data": line["values"],
            "itemStyle": {"color": colours.get(line["role"], VALUE)},
            "lineStyle": {"color": colours.get(line["role"], VALUE), "width": 1.5},
        }
        for line in panel["lines"]
    ]  # fmt: skip
    if series:
        series[0]["markLine"] = {
            "symbol": "none", "silent": True,
            "data": [
                {"yAxis": bound["value"], "lineStyle": {"color": LIMIT, "type": "dashed"},
                 "label": {"formatter": bound["name"], "position": "insideStartTop", "color": LIMIT,
                           "backgroundColor": "#ffffffcc", "padding": [1, 4]}}
                for bound in panel["bounds"]
            ] + [
                {"xAxis": _near(panel["x"], bound["value"]), "lineStyle": {"color": LIMIT, "type": "dashed"},
                 "label": {"formatter": bound["name"], "color": LIMIT}}
                for bound in panel["x_bounds"] if panel["x"]
            ],
        }  # fmt: skip
        series[0]["markArea"] = {
            "silent": True, "itemStyle": {"color": SUSPECT},
            "data": [
                [{"xAxis": _near(panel["x"], since)}, {"xAxis": _near(panel["x"], until)}]
                for since, until in panel["bands"]
                if panel["x"]
            ],
        }  # fmt: skip
    return {
        "aria": {"enabled": True, "label": {"description": heading}},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0, "type": "scroll"},
        "grid": {"left": 56, "right": 16, "top": 40, "bottom": 52},
        "xAxis": {"type": "category", "data": axis, "name": panel.get("x_label") or "",
                  "nameLocation": "middle", "nameGap": 26, "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "value", "name": panel["unit"],
                  "scale": kind == "line" and panel["unit"] != KILOWATT},
        "dataZoom": [{"type": "inside"}],
        "series": series,
    }  # fmt: skip


def _near(axis: list[Any], value: Any) -> int:
    """The place on a category axis nearest to a value."""
    if not axis:
        return 0
    if isinstance(axis[0], str):
        stamps = [datetime.fromisoformat(x).timestamp() for x in axis]
        wanted = datetime.fromisoformat(str(value)).timestamp()
    else:
        stamps, wanted = [float(x) for x in axis], float(value)
    return min(range(len(stamps)), key=lambda place: abs(stamps[place] - wanted))


def _clock(text: str) -> str:
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%m-%d %H:%M")
