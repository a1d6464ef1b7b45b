"""The real-time AQI hour by hour, broken where it changed in kind: lines before and after never join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian import ambient
from lantian.ambient import Period
from lantian.office.frame import panels as frame_panels
from lantian.office.monitoring import charts, kernel, sources, words
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.series import level_of_index
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import HourRecord, HourSeries

LENGTHS = (1, 3, 7)


@dataclass(frozen=True, slots=True)
class HourRow:
    """One hour of the table: its end in Asia/Shanghai, the AQI with its level, or why there is none."""

    label: str
    aqi: int | None
    badge: words.Badge | None
    primary: tuple[str, ...]
    why: str


def series_of(subject: Region | Station, period: Period) -> HourSeries | None:
    """The hours of a region or station, each by the rules of its own date; None for a province."""
    if isinstance(subject, Station):
        return _ask(period, subject.place, "station", None)
    if subject.level == "province":
        return None
    found = sources.basis(subject, period, kernel.regime_on(period.last))
    return _ask(period, found.place, found.level, found.groups)


def _ask(period: Period, place: str, level: str, groups: dict[str, str] | None) -> HourSeries:
    return kernel.ask(
        "series-of-hours", _hours, period, {"place": place}, level=level, regime="by-date", groups=groups
    )


def _hours(lake: Any, period: Period, *, place: str, **asked: Any) -> HourSeries:
    return ambient.series_of_hours(lake, place, period, **asked)


def kind_of(inputs: dict[str, str]) -> str:
    """What the AQI of a segment is made of, in words."""
    if inputs.get("pm2_5") == "24h":
        return _("AQI with particles as 24-hour running means")
    return _("AQI of 1-hour means")


def rows_of(found: HourSeries) -> list[HourRow]:
    """Every hour, newest first."""
    return [_row(record) for record in reversed(found.records)]


def _row(record: HourRecord) -> HourRow:
    end = record.time.astimezone(kernel.SHANGHAI)
    reason = "" if record.aqi is not None else words.why(_reason(record))
    return HourRow(
        f"{end:%m-%d %H}:00",
        record.aqi,
        words.badge(level_of_index(record.aqi)),
        tuple(record.primary),
        reason,
    )


def _reason(record: HourRecord) -> str:
    """Why an hour has no AQI: the AQI's own reason, else that of its pollutants."""
    return record.why.get("aqi") or next(iter(record.why.values()), "no_data")


def changes() -> list[date]:
    """The days within the data on which the rules of the AQI change."""
    first, last = kernel.first_day(), kernel.latest_day()
    if first is None or last is None:
        return []
    return list(kernel.rulebook().changes("ambient.aqi.", first, last))


def _period(request: HttpRequest) -> tuple[Period | None, int]:
    first, last = kernel.first_day(), kernel.latest_day()
    if first is None or last is None:
        return None, LENGTHS[1]
    asked = request.GET.get("hours_until", "")
    try:
        until = min(max(date.fromisoformat(asked), first), last) if asked else last
    except ValueError:
        until = last
    text = request.GET.get("hours_days", "")
    days = int(text) if text.isdecimal() and int(text) in LENGTHS else LENGTHS[1]
    return Period(max(until - timedelta(days=days - 1), first), until), days


def context_of(request: HttpRequest, subject: Region | Station) -> dict[str, Any] | None:
    """What the fragment shows; None without hours."""
    period, days = _period(request)
    found = series_of(subject, period) if period else None
    if period is None or found is None or not found.segments:
        return None
    title = _("Real-time AQI of %(place)s") % {"place": subject.label}
    parts = [(kind_of(segment.inputs), segment.records) for segment in found.segments]
    breaks = [words.why(mark) for mark in found.marks]
    return {
        "subject": subject,
        "period": period,
        "days": days,
        "lengths": LENGTHS,
        "title": title,
        "chart": charts.hour_aqi(parts, breaks, title),
        "rows": rows_of(found),
        "breaks": breaks,
        "kinds": [kind for kind, _records in parts],
        "changes": changes(),
    }


@login_required
def region_panel(request: HttpRequest, code: str) -> HttpResponse:
    """The panel of a region; a province shows a city of one's choice."""
    from lantian.office.monitoring.panels import city_of_choice  # which registers this panel

    region = frame_panels.region_of(request, code)
    cities, subject = city_of_choice(request, region)
    address = reverse("monitoring:panel-realtime", args=[code])
    return _fragment(request, subject, address, cities)


@login_required
def station_panel(request: HttpRequest, code: str) -> HttpResponse:
    """The same of one station."""
    subject = get_visible_or_404(Station.objects.select_related("region"), request.user, code=code)
    return _fragment(request, subject, reverse("monitoring:station-realtime", args=[code]), [])


def _fragment(
    request: HttpRequest, subject: Region | Station, address: str, cities: list[Region]
) -> HttpResponse:
    found = context_of(request, subject)
    if found is None:
        return render(request, "monitoring/panels/empty.html", {"region": subject})
    return render(request, "monitoring/panels/realtime.html", found | {"address": address, "cities": cities})
