"""Capture and online rates of the stations a person may see, by city, county or station."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lantian.ambient import Period
from lantian.ambient.capture import Capture, CaptureReport, capture
from lantian.errors import LantianError
from lantian.office.monitoring import kernel
from lantian.office.monitoring.kept import kept
from lantian.office.monitoring.models import Station
from lantian.office.regions.models import Region

ITEMS = ("pm2_5", "pm10", "o3", "no2", "so2", "co")
BY = ("city", "county", "station")
LONGEST = 366
"""Days of one question."""


@dataclass(frozen=True)
class Lines:
    """From which rate [%] on it is good, and to be watched."""

    good: Decimal
    watch: Decimal


@dataclass(frozen=True)
class Rate:
    """A rate with the level of the rule it falls into: `good`, `watch`, `poor` or nothing."""

    value: Decimal | None
    level: str


@dataclass(frozen=True)
class Row:
    """Rates of a station or of all seen stations of a region."""

    label: str
    where: str
    url: str
    capture: Capture
    online: Rate
    whole: Rate
    items: tuple[Rate, ...]
    voided: int


@dataclass(frozen=True)
class Table:
    """Rows, their total, and what the rates are computed over."""

    rows: list[Row]
    total: Row | None
    data_version: int
    unverified: bool
    lines: Lines


def report(period: Period) -> CaptureReport | None:
    """The kernel's rates of every station in a period, kept; None where the store holds nothing of it."""
    if kernel.STATION_HOUR not in kernel.lake().kinds():
        return None

    def compute() -> CaptureReport | None:
        try:
            return capture(kernel.lake(), period, rulebook=kernel.rulebook())
        except LantianError:
            return None

    return kept("capture", kernel.data_version(), (kernel.rulebook().digest, repr(period)), compute)


def table(user: Any, period: Period, by: str, region: str = "") -> Table | None:
    """The rates a person may see; None where the store holds nothing of the period."""
    found = report(period)
    if found is None:
        return None
    levels = kernel.rulebook().rule("ambient.quality.capture.levels", on=period.last).table
    lines = Lines(Decimal(str(levels["good"])), Decimal(str(levels["watch"])))
    stations = Station.objects.visible_to(user).select_related("region__parent")
    if region:
        stations = stations.filter(region__path__contains=f"{region}/")
    known = {station.place: station for station in stations}
    mine = [(known[row.place], row) for row in found.places if row.place in known]
    rows = _stations(mine, lines) if by == "station" else _regions(mine, by, lines)
    total = _sum(capture for _station, capture in mine)
    return Table(
        rows,
        _row("", "", "", total, lines) if total else None,
        found.data_version,
        bool(found.unverified),
        lines,
    )


def _stations(mine: list[tuple[Station, Capture]], lines: Lines) -> list[Row]:
    rows = [
        _row(station.label, station.region.label, station.get_absolute_url(), found, lines)
        for station, found in mine
    ]
    return sorted(rows, key=lambda row: (row.whole.value is None, row.whole.value or 0, row.label))


def _regions(mine: list[tuple[Station, Capture]], by: str, lines: Lines) -> list[Row]:
    levels = {"city"} if by == "city" else {"county", "zone"}
    codes: dict[str, list[Capture]] = {}
    for station, found in mine:
        for code in reversed(station.region.path.rstrip("/").split("/")):
            codes.setdefault(code, []).append(found)
    regions = Region.objects.filter(code__in=codes, level__in=levels).select_related("parent")
    rows = []
    for region in regions.order_by("path"):
        total = _sum(codes[region.code])
        if total:
            above = region.parent.label if by == "county" and region.parent else ""
            rows.append(_row(region.label, above, f"?by=station&region={region.code}", total, lines))
    return rows


def _sum(parts: Iterable[Capture]) -> Capture | None:
    total: Capture | None = None
    for part in parts:
        if total is None:
            total = Capture("", "", "", places=0, lost_apart=part.lost_apart)
        total.add(part)
    return total


def _row(label: str, where: str, url: str, found: Capture, lines: Lines) -> Row:
    def rate(value: Decimal | None) -> Rate:
        if value is None:
            return Rate(None, "")
        return Rate(value, "good" if value >= lines.good else "watch" if value >= lines.watch else "poor")

    return Row(
        label,
        where,
        url,
        found,
        rate(found.online_rate),
        rate(found.capture_rate),
        tuple(rate(found.rate(item)) for item in ITEMS),
        sum(one.voided for one in found.items.values()),
    )
