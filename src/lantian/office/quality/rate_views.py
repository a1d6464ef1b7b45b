"""Pages of capture rates and of coverage."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.office.frame.tiles import Tile
from lantian.office.frame.views import page
from lantian.office.monitoring import series
from lantian.office.monitoring.words import period as period_words
from lantian.office.quality import capturing, covering, queue, words
from lantian.office.quality.views import tabs
from lantian.office.rankings import export, periods
from lantian.office.regions.models import Region

COLOURS = {"good": "#cfe9d8", "watch": "#fbe7b5", "poor": "#f6c6c2"}
"""Pale, with the rate written on them: colour is not alone."""


@login_required
def capture(request: HttpRequest) -> HttpResponse:
    """Capture and online rates by city, county or station."""
    period, by, problem = _asked(request)
    region = request.GET.get("region", "")
    table = capturing.table(request.user, period, by, region) if period else None
    context: dict[str, Any] = {
        "title": _("Capture rate"),
        "subtitle": _("How many of the hours expected are there, and valid"),
        "tabs": tabs("capture"),
        "period": period,
        "period_words": period_words(period) if period else "",
        "period_groups": periods.groups(),
        "problem": problem,
        "by": by,
        "bys": [("city", _("city")), ("county", _("county")), ("station", _("station"))],
        "regions": queue.regions_to_choose(request.user),
        "table": table,
        "columns": [words.item_label(item) for item in capturing.ITEMS],
    }
    return page(request, "quality/capture.html", context)


@login_required
def capture_xlsx(request: HttpRequest) -> HttpResponse:
    """The same table as an Excel workbook."""
    period, by, _problem = _asked(request)
    table = capturing.table(request.user, period, by, request.GET.get("region", "")) if period else None
    heads = [
        _("Place"), _("Region"), _("Stations"), _("Hours expected"), _("Lost by the archive"),
        _("Online rate [%]"), _("Capture rate [%]"),
        *(f"{words.item_label(item)} [%]" for item in capturing.ITEMS), _("Values declared invalid"),
    ]  # fmt: skip
    rows = [
        (row.label, row.where, row.capture.places, row.capture.expected, row.capture.lost, row.online.value,
         row.whole.value, *(rate.value for rate in row.items), row.voided)
        for row in (table.rows if table else [])
    ]  # fmt: skip
    notes = [_("Capture rate"), period_words(period) if period else ""]
    return export.as_xlsx("capture", heads, rows, notes)


def _asked(request: HttpRequest) -> tuple[Period | None, str, str]:
    period, problem = periods.asked_period(request, series.last_full_month())
    if period is not None and period.days > capturing.LONGEST:
        period, problem = series.last_full_month(), _("Choose at most a year; the last month is shown.")
    by = request.GET.get("by", "")
    if by not in capturing.BY:
        by = "city" if len(queue.regions_to_choose(request.user)) > 1 else "station"
    return period, by, problem


@login_required
def coverage(request: HttpRequest) -> HttpResponse:
    """Townships and parks with and without a station, by county."""
    code = request.GET.get("region", "")
    rows, total = covering.coverage(request.user, code)
    labels = {"township": _("Townships"), "zone": _("Parks and zones")}
    context = {
        "title": _("Coverage"),
        "subtitle": _("Townships and parks with a station in operation"),
        "tabs": tabs("coverage"),
        "rows": rows,
        "total": total,
        "labels": labels,
        "regions": queue.regions_to_choose(request.user),
        "tiles": _tiles(rows),
    }
    return page(request, "quality/coverage.html", context)


@login_required
def coverage_xlsx(request: HttpRequest) -> HttpResponse:
    """Every township and park, with or without a station, as an Excel workbook."""
    rows, _total = covering.coverage(request.user, request.GET.get("region", ""))
    heads = (_("County"), _("Place"), _("Kind"), _("Code"), _("Station in operation"))
    cells = [
        (row.region.label, place.label, str(place.get_level_display()), place.code,
         _("no") if place in row.without[level] else _("yes"))
        for row in rows for level in covering.LEVELS for place in row.of[level]
    ]  # fmt: skip
    return export.as_xlsx("coverage", heads, cells, [_("Townships and parks with a station in operation")])


def _tiles(rows: list[covering.Covered]) -> tuple[list[Region], dict[str, Tile]] | None:
    """A tile a county, coloured by the share of townships with a station; for one city's counties."""
    if len({row.region.path.split("/")[1] for row in rows}) != 1:
        return None
    regions = [row.region for row in rows if row.region.tile_col is not None]
    tiles = {}
    for row in rows:
        rate = row.share("township")
        if rate is None:
            continue
        level = "good" if rate >= 90 else "watch" if rate >= 50 else "poor"
        title = _("%(county)s: %(share)s%% of the townships have a station") % {
            "county": row.region.label,
            "share": rate,
        }
        tiles[row.region.code] = Tile(f"{rate}%", COLOURS[level], title, f"#c{row.region.code}")
    return (regions, tiles) if regions and tiles else None
