"""Pages of stations: the list, its export, one station."""

from __future__ import annotations

import csv
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame.views import page
from lantian.office.monitoring import charts, kernel, parts, series, words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.requests import period_of, regime_for
from lantian.office.monitoring.tables import day_rows, station_rows
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

PER_PAGE = 50
CSV_HEAD = ("code", "name", "kind", "in_operation", "region_code", "region", "city", "place")


@login_required
def stations(request: HttpRequest) -> HttpResponse:
    """The stations a person may see, searched by name and code, filtered by region and kind."""
    found = _filtered(request)
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    period = period_of(request) or series.last_full_month()
    regime = regime_for(request, period) if period else ""
    context = {
        "title": _("Stations"),
        "subtitle": _("%(count)d stations") % {"count": pages.paginator.count},
        "pages": pages,
        "rows": station_rows(list(pages.object_list), period, regime) if period else [],
        "stations": pages.object_list,
        "columns": [INDICATORS[key] for key in STATISTICS],
        "period": period,
        "periods": series.period_choices(),
        "regime": words.regime(regime),
        "regions": _regions_to_choose(request),
        "kinds": Station.Kind.choices,
    }
    return page(request, "monitoring/stations.html", context)


@login_required
def stations_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a CSV file (UTF-8 with BOM, which spreadsheets need to read Chinese)."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="stations.csv"'
    out = csv.writer(answer)
    out.writerow(CSV_HEAD)
    for station in _filtered(request):
        region = station.region
        city = region if region.level == "city" else region.parent
        cells = (
            station.code,
            station.name,
            station.kind,
            "yes" if station.active else "no",
            region.code,
            region.name,
            city.name if city else "",
            station.place,
        )
        out.writerow([_plain_text(cell) for cell in cells])
    return answer


def _plain_text(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _filtered(request: HttpRequest) -> QuerySet[Station]:
    found = Station.objects.visible_to(request.user).select_related("region", "region__parent")
    words_asked = request.GET.get("q", "").strip()[:80]
    if words_asked:
        found = found.filter(
            Q(name__icontains=words_asked)
            | Q(name_en__icontains=words_asked)
            | Q(code__icontains=words_asked)
            | Q(region__name__icontains=words_asked)
            | Q(region__name_en__icontains=words_asked)
        )
    code = request.GET.get("region", "")
    if code:
        found = found.filter(region__path__contains=f"{code}/")
    kind = request.GET.get("kind", "")
    if kind in Station.Kind.values:
        found = found.filter(kind=kind)
    return found


def _regions_to_choose(request: HttpRequest) -> list[Region]:
    """Cities and counties a person may see and that hold a station, in the order of the tree."""
    paths = (
        Station.objects.visible_to(request.user).order_by().values_list("region__path", flat=True).distinct()
    )
    codes = {code for path in paths for code in path.rstrip("/").split("/")}
    found = Region.objects.visible_to(request.user).filter(code__in=codes).exclude(level="province")
    return list(found.order_by("path"))


@login_required
def station(request: HttpRequest, code: str) -> HttpResponse:
    """One station: its last hours, thirty days, statistics and what its instruments delivered."""
    subject = get_visible_or_404(
        Station.objects.select_related("region", "region__parent"), request.user, code=code
    )
    return page(request, "monitoring/station.html", station_context(request, subject))


def station_context(request: HttpRequest, subject: Station) -> dict[str, object]:
    """Everything the page of a station shows."""
    hours = series.last_hours(subject, 24)
    last = hours[-1].end if hours else None
    context: dict[str, object] = {
        "title": subject.label,
        "station": subject,
        "crumbs": [
            (_("Stations"), reverse("monitoring:stations")),
            *(
                (region.label, reverse("regions:page", args=[region.code]))
                for region in _visible_above(request, subject)
            ),
        ],
        "hours": list(reversed(hours)),
        "last": last,
        "parts": parts.placed(subject.code),
        "columns": [(key, charts.line_label(key)) for key in series.HOUR_KEYS],
    }
    if last is None:
        return context
    # Whole days only: the hour that ends at 00:00 closes the day before.
    day = last.date() - timedelta(days=1)
    period = series.span(day - timedelta(days=29), day)
    regime = regime_for(request, period)
    records = series.day_records(subject, period, regime)
    title = _("Thirty days of %(station)s") % {"station": subject.label}
    month = series.last_hours(subject, 30 * 24)
    context |= {
        "period": period,
        "regime": words.regime(regime),
        "days": day_rows(subject.code, records, period, regime),
        "day_columns": [INDICATORS[key] for key in STATISTICS],
        "capture": [
            (charts.line_label(key), *series.capture(records, key, period.days)) for key in series.HOUR_KEYS
        ],
        "hours_chart": charts.hours(hours, series.HOUR_KEYS, _("The last 24 hours")),
        "month_chart": charts.hours(month, ("pm2_5", "pm10", "o3"), title),
        "month_title": title,
        "latest_everywhere": kernel.latest_hour(),
    }
    return context


def _visible_above(request: HttpRequest, subject: Station) -> list[Region]:
    regions = Region.objects.visible_to(request.user).filter(
        code__in=subject.region.path.rstrip("/").split("/")
    )
    return sorted(regions, key=lambda region: len(region.path))
