"""A suspicion as a picture and as rows: the place, its neighbours, and the hours that are suspect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lantian.ambient.reviews import places_of
from lantian.ambient.screens import Suspicion as Found
from lantian.ambient.screens import chart_data
from lantian.office.monitoring import charts, kernel
from lantian.office.monitoring.models import Station
from lantian.office.quality import words
from lantian.office.quality.models import Decision, Suspicion

SUSPECT, BESIDE, SHADE = "#b0271f", ("#1a5c94", "#0f766e", "#7c3aed", "#b45309"), "rgba(176, 39, 31, 0.10)"
STATIONS = 6
"""Suspect stations a picture shows at most, where a whole city or feed is meant."""
ROWS = 72


@dataclass(frozen=True)
class Hour:
    """One suspect hour of the place: its stamp, its label, the value of each pollutant as delivered."""

    stamp: str
    label: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawn:
    """One station in the charts: its values by pollutant, its colour, and whether it is the suspect one."""

    name: str
    values: dict[str, list[float | None]]
    colour: str
    own: bool


@dataclass(frozen=True)
class Picture:
    """Charts by pollutant (code, name, option), who is drawn, suspect hours, and what was left out."""

    charts: list[tuple[str, str, dict[str, Any]]]
    drawn: list[Drawn]
    hours: list[Hour]
    more_hours: int
    unseen: int


def picture(row: Suspicion, user: Any) -> Picture:
    """The evidence as far as the reader may see it; as it was before the first decision about it."""
    found = _with_neighbours(Found.from_dict(row.body), row, user)
    first = row.decisions.filter(state=Decision.State.APPLIED).order_by("version").first()
    data = chart_data(kernel.lake(), found, as_of=first.version - 1 if first else None)
    own = set(places_of(found))
    names = {
        station.place: station.label
        for station in Station.objects.visible_to(user).filter(place__in=[s["place"] for s in data["series"]])
    }
    shown = [s for s in data["series"] if s["place"] in names or (s["place"] in own and row.station is None)]
    unseen = len(data["series"]) - len(shown)
    suspects = [s for s in shown if s["role"] == "suspect"][:STATIONS]
    others = [s for s in shown if s["role"] != "suspect"]
    times = [datetime.fromisoformat(time) for time in data["times"]]
    drawn = [Drawn(names.get(one["place"], one["name"]), one["values"], SUSPECT, True) for one in suspects]
    drawn += [
        Drawn(names.get(one["place"], one["name"]), one["values"], colour, False)
        for one, colour in zip(others, BESIDE, strict=False)
    ]
    options = [
        (item, words.item_label(item), _option(item, times, drawn, found)) for item in data["items"]
    ]  # fmt: skip
    hours = _hours(found, times, suspects) if len(own) == 1 and suspects else []
    return Picture(options, drawn, hours[:ROWS], max(0, len(hours) - ROWS), unseen)


def _with_neighbours(found: Found, row: Suspicion, user: Any) -> Found:
    """A suspicion whose screen names no neighbours is drawn beside others of its county, then of its city."""
    if row.station is None or found.evidence.get("neighbours") or "other" in found.evidence:
        return found
    city = "/".join(row.region.path.split("/")[:2]) + "/"
    near = Station.objects.visible_to(user).filter(region__path__startswith=city, active=True)
    others = near.exclude(pk=row.station.pk).values_list("place", "region__path")
    ordered = sorted(others, key=lambda other: (not other[1].startswith(row.region.path), other))
    return replace(found, evidence={**found.evidence, "neighbours": [place for place, _path in ordered[:4]]})


def _option(item: str, times: list[datetime], drawn: list[Drawn], found: Found) -> dict[str, Any]:
    labels = [f"{time.astimezone(kernel.SHANGHAI):%m-%d %H}:00" for time in times]
    series = [_line(one, item) for one in drawn]
    at = dict(zip(times, labels, strict=True))
    areas = [
        [{"xAxis": at.get(since, labels[0])}, {"xAxis": at.get(until, labels[-1])}]
        for since, until in found.stretches
        if since <= times[-1] and until >= times[0]
    ][:60]
    if series and areas:
        series[0]["markArea"] = {"silent": True, "itemStyle": {"color": SHADE}, "data": areas}
        # A stretch of one hour has no width of its own.
        series[0]["markLine"] = {
            "silent": True,
            "symbol": "none",
            "label": {"show": False},
            "lineStyle": {"color": SUSPECT, "type": "dotted", "width": 1},
            "data": [{"xAxis": area[0]["xAxis"]} for area in areas if area[0] == area[1]],
        }
    unit = "mg/m³" if item == "co" else "µg/m³"
    described = _("%(item)s around the suspect hours") % {"item": words.item_label(item)}
    return {
        "aria": {"enabled": True, "label": {"description": described}},
        "tooltip": {"trigger": "axis", "confine": True},
        # The legend stands in the page's own HTML, once for all charts, where it wraps.
        "legend": {"show": False},
        "grid": {"top": 30, "left": 46, "right": 14, "bottom": 28},
        "xAxis": {
            "type": "category",
            "boundaryGap": False,
            "data": labels,
            "axisLabel": {"color": charts.QUIET, "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": charts.GRID}},
        },
        "yAxis": {
            "type": "value",
            "name": f"{words.item_label(item)} {unit}",
            "nameTextStyle": {"color": charts.QUIET, "align": "left"},
            "axisLabel": {"color": charts.QUIET},
            "splitLine": {"lineStyle": {"color": charts.GRID}},
        },
        "series": series,
    }  # fmt: skip


def _line(drawn: Drawn, item: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": drawn.name,
        "data": drawn.values[item],
        "symbol": "circle" if drawn.own else "none",
        "symbolSize": 4,
        "showSymbol": drawn.own,
        "connectNulls": False,
        "lineStyle": {
            "width": 2 if drawn.own else 1,
            "color": drawn.colour,
            "type": "solid" if drawn.own else "dashed",
        },
        "itemStyle": {"color": drawn.colour},
        "z": 3 if drawn.own else 2,
    }


def _hours(found: Found, times: list[datetime], suspects: list[dict[str, Any]]) -> list[Hour]:
    """The suspect hours one by one, with the values the place delivered."""
    values = suspects[0]["values"]
    hours = []
    for at, time in enumerate(times):
        if any(since <= time <= until for since, until in found.stretches):
            told = tuple((item, _text(values[item][at])) for item in found.items)
            hours.append(Hour(time.isoformat(), words.local(time), told))
    return hours


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
