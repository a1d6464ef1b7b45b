"""What one device sent in a period, factor by factor; and of a vehicle, what cannot be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice, LineKind
from lantian.office.monitoring.kernel import rulebook
from lantian.office.telemetry import door
from lantian.telemetry import vehicles
from lantian.telemetry.validity.rules import CHINA
from lantian.telemetry.values import MILLIONTHS

FIELDS = ("Rtd", "Avg", "Cou")
"""What is drawn of a factor: the instant, else the mean, else the amount."""
MOST_POINTS, MOST_FACTORS = 1500, 12
SPANS = {"day": 1, "week": 7}
VEHICLE_SPANS = ("day",)
"""A vehicle sends every second: a week of it is no page."""
Point = tuple[datetime, Decimal]


@dataclass(frozen=True, slots=True)
class Asked:
    """Last local day and length of what is shown."""

    day: date
    span: str

    @property
    def first(self) -> date:
        """First local day."""
        return self.day - timedelta(days=SPANS[self.span] - 1)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """From its first instant to its last, both included."""
        start = datetime.combine(self.first, time(), CHINA)
        end = datetime.combine(self.day + timedelta(days=1), time(), CHINA) - timedelta(microseconds=1)
        return start.astimezone(UTC), end.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Curve:
    """A factor in a period: its points (UTC), the newest, and a value to compare with.

    `thinned` is how many points were made one, each as the mean of its stretch; 1 where none were.
    """

    factor: str
    field: str
    points: list[Point]
    last: Point
    count: int
    thinned: int
    limit: Decimal | None = None
    limit_unit: str = ""
    limit_verified: bool = True


def spans_of(device: LineDevice) -> tuple[str, ...]:
    """The lengths that are offered of a device."""
    return VEHICLE_SPANS if device.kind == LineKind.VEHICLE else tuple(SPANS)


def asked_of(
    params: Mapping[str, str], newest: datetime | None, spans: Collection[str] = tuple(SPANS)
) -> Asked:
    """Read an address; without a day, the day of the newest value."""
    default = newest.astimezone(CHINA).date() if newest else clock.today()
    try:
        day = date.fromisoformat(params.get("day", ""))
    except ValueError:
        day = default
    day = min(max(day, date(2000, 1, 1)), clock.today())
    return Asked(day, params["span"] if params.get("span") in spans else "day")


def table_of(device: LineDevice, asked: Asked) -> pa.Table:
    """What the device sent in the period."""
    since, until = asked.instants
    return door.values([device.mn], since, until)


def curves(device: LineDevice, table: pa.Table, asked: Asked) -> list[Curve]:
    """The factors of a period, at most twelve: of a vehicle those worth a picture, else by their codes."""
    # Of a vehicle in the order of `SHOWN`, not of the alphabet.
    points = _vehicle(table) if device.kind == LineKind.VEHICLE else dict(sorted(_sent(table).items()))
    found = []
    for (factor, name), told in list(points.items())[:MOST_FACTORS]:
        told.sort()
        step = -(-len(told) // MOST_POINTS)
        thin = told if step == 1 else [_mean(told[i : i + step]) for i in range(0, len(told), step)]
        found.append(Curve(factor, name, thin, told[-1], len(told), step, *_limit(device, factor, asked.day)))
    return found


def leads(device: LineDevice, table: pa.Table, asked: Asked) -> list[vehicles.VehicleLead]:
    """Of a vehicle: what its seconds say about its after-treatment."""
    if device.kind != LineKind.VEHICLE:
        return []
    return vehicles.check(vehicles.history(table), on=asked.day, book=rulebook())


def _sent(table: pa.Table) -> dict[tuple[str, str], list[Point]]:
    """The points of each factor in the first of `FIELDS` that it has."""
    points: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    columns = (table[name].to_pylist() for name in ("factor", "field", "time", "value"))
    for factor, name, at, value in zip(*columns, strict=True):
        if value is not None and name in FIELDS:
            points[factor][name].append((at, Decimal(value) / MILLIONTHS))
    found = {}
    for factor, fields in points.items():
        name = next(one for one in FIELDS if one in fields)
        found[factor, name] = fields[name]
    return found


SHOWN = ("speed", "nox_before", "nox_after", "scr_inlet_temperature", "reagent_level", "fuel_level",
         "engine_speed", "dpf_pressure")  # fmt: skip
"""Items of a vehicle worth a picture."""


def _vehicle(table: pa.Table) -> dict[tuple[str, str], list[Point]]:
    seconds = vehicles.history(table)
    found = {}
    for number, name in enumerate(SHOWN):
        told = [(second.time, second.values[name]) for second in seconds if name in second.values]
        if told:
            found[name, str(number)] = told
    return found


def _mean(points: list[Point]) -> Point:
    return points[0][0], sum((value for _, value in points), Decimal()) / len(points)


def _limit(device: LineDevice, factor: str, on: date) -> tuple[Decimal | None, str, bool]:
    path = f"telemetry.sites.dust.{factor}"
    if device.kind != LineKind.DUST or path not in rulebook().paths():
        return None, "", True
    rule = rulebook().rule(path, on=on)
    return rule.number, rule.unit, rule.verified


def option(curve: Curve, label: str, unit: str) -> dict[str, Any]:
    """What ECharts draws of one factor."""
    data = [
        [at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"), float(round(value, 3))]
        for at, value in curve.points
    ]
    series: dict[str, Any] = {
        "type": "line", "name": label, "data": data, "showSymbol": len(data) < 60, "symbolSize": 4,
        "lineStyle": {"width": 1.5, "color": "#1a5c94"}, "itemStyle": {"color": "#1a5c94"},
    }  # fmt: skip
    # Only where both are said in the same unit may they be compared.
    if curve.limit is not None and curve.limit_unit == unit:
        series["markLine"] = {
            "symbol": "none", "silent": True, "data": [{"yAxis": float(curve.limit)}],
            "lineStyle": {"color": "#b0271f", "type": "dashed"},
            "label": {"position": "insideEndTop", "color": "#b0271f"},
        }  # fmt: skip
    return {
        "aria": {"enabled": True, "label": {"description": f"{label} {unit}".strip()}},
        "tooltip": {"trigger": "axis", "confine": True},
        "grid": {"left": 52, "right": 14, "top": 16, "bottom": 26},
        # Midnight bears its date; a bare number of a day would be read as an hour.
        "xAxis": {
            "type": "time",
            "axisLabel": {
                "color": "#6b7280",
                "hideOverlap": True,
                "formatter": {"month": "{MM}-{dd}", "day": "{MM}-{dd}", "hour": "{HH}:{mm}"},
            },
        },
        "yAxis": {"type": "value", "scale": True, "splitNumber": 3, "axisLabel": {"color": "#6b7280"}},
        "series": [series],
    }
