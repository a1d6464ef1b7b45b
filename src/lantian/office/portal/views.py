"""The public pages: today's air, the ranking, a city, how a figure was computed, open data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.office.frame.demo import demonstration
from lantian.office.monitoring import charts, explaining, exporting, figures, kernel, series, words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.monitoring.mapping import map_of_regions
from lantian.office.monitoring.panels import days_elapsed, level_counts
from lantian.office.monitoring.requests import period_of, regime_for, year_of
from lantian.office.monitoring.tables import day_rows, ranking_rows
from lantian.office.portal.days import HEAD, city_days
from lantian.office.portal.now import cities_now
from lantian.office.portal.rules import public_cities, public_region_or_404

LONGEST_DOWNLOAD = 366


def home(request: HttpRequest) -> HttpResponse:
    """Today's air of every city, the ranking of the last full month and of the year so far, the map, open
    data.
    """
    cities = public_cities()
    month, year = series.last_full_month(), series.year_to_date()
    context = {
        "title": _("Today's air"),
        "now": cities_now(cities),
        "legend": words.badges(),
        "latest": kernel.latest_hour(),
    }
    if month and year and cities:
        shown = year if request.GET.get("ranking") == "year" else period_of(request) or month
        regime = regime_for(request, shown)
        context |= {
            "period": shown,
            "month": month,
            "year": year,
            "rows": ranking_rows(cities, shown, regime),
            "columns": [INDICATORS[key] for key in STATISTICS],
            "regime": words.regime(regime),
            "map": map_of_regions(cities, request.GET.get("colour", "aqi"), shown, regime, public=True),
            "periods": series.period_choices(36),
            "version": kernel.data_version(),
            "first": kernel.first_day(),
            "last": kernel.latest_day(),
        }
    return render(request, "portal/home.html", context)


def city(request: HttpRequest, code: str) -> HttpResponse:
    """One city: now, the year so far, the calendar, thirty days."""
    region = public_region_or_404(code)
    year, period = year_of(request), series.last_days(30)
    context: dict[str, object] = {"title": region.label, "region": region}
    if year is not None and period is not None and region.level == "city":
        whole = Period.parse(str(year))
        regime = regime_for(request, whole)
        points = series.calendar(series.day_records(region, whole, regime), "aqi", "")
        title = _("AQI of %(region)s in %(year)d") % {"region": region.label, "year": year}
        to_date = series.year_to_date() or whole
        row = figures.region_figures(region, to_date, regime_for(request, to_date))
        hours = series.last_hours(region, 24)
        context |= {
            "now": series.now_at(region),
            "cards": [
                row.figure(key) for key in ("pm2_5", "composite_index", "good_days_ratio", "heavy_days")
            ],
            "to_date": to_date,
            "year": year,
            "title_calendar": title,
            "wide": charts.calendar(points, year, title),
            "narrow": charts.month_rows(points, title),
            "counts": level_counts(points),
            "missing": days_elapsed(year, kernel.latest_day()) - sum(1 for point in points if point.level),
            "days": day_rows(
                region.code, series.day_records(region, period, regime), period, regime_for(request, period)
            ),
            "day_columns": [INDICATORS[key] for key in STATISTICS],
            "period": period,
            "regime": words.regime(regime),
            "hours": hours,
            "chart": charts.hours(hours, series.HOUR_KEYS, _("The last 24 hours")) if hours else None,
        }
    return render(request, "portal/city.html", context)


def explain(request: HttpRequest, code: str, indicator: str, period: str) -> HttpResponse:
    """How a public figure was computed, down to the days."""
    question = explaining.ask(request, public_region_or_404(code), indicator, period)
    return render(request, "portal/explain.html", explaining.answer(question, public=True))


def explain_page(request: HttpRequest, code: str, indicator: str, period: str) -> HttpResponse:
    """The same as one page to print."""
    question = explaining.ask(request, public_region_or_404(code), indicator, period)
    return HttpResponse(exporting.as_page(question, public=True))


def days_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The daily values of the cities in a period as CSV (UTF-8 with BOM)."""
    period, wrong = _download_period(request)
    if period is None:
        return HttpResponse(wrong, status=422, content_type="text/plain; charset=utf-8")
    regime = regime_for(request, period)
    answer = StreamingHttpResponse(_csv_lines(period, regime), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="city-days-{_file_label(period)}.csv"'
    return answer


def days_json(request: HttpRequest) -> HttpResponse:
    """The same values as JSON, with regime, data version and whether they are simulated."""
    period, wrong = _download_period(request)
    if period is None:
        return HttpResponse(wrong, status=422, content_type="text/plain; charset=utf-8")
    regime = regime_for(request, period)
    body = {
        "period": period.label,
        "regime": regime,
        "data_version": kernel.data_version(),
        "simulated": demonstration() is not None,
        "units": {key: INDICATORS[key].unit for key in STATISTICS},
        "days": list(city_days(public_cities(), period, regime)),
    }
    answer = HttpResponse(
        json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="city-days-{_file_label(period)}.json"'
    return answer


def _download_period(request: HttpRequest) -> tuple[Period | None, str]:
    """The period to download and what is wrong with it; the last full month when none is named."""
    asked = request.GET.get("period", "").strip()
    period = period_of(request) if asked else series.last_full_month()
    if period is None and asked:
        return None, _("This is not a period. Write 2019-06 or 2019-06-01..2019-06-30.")
    if period is None:
        return None, _("There is no air data yet.")
    if period.days > LONGEST_DOWNLOAD:
        return None, _("A download holds at most a year.")
    return period, ""


def _csv_lines(period: Period, regime: str) -> Iterator[str]:
    buffer = io.StringIO()
    out = csv.writer(buffer)
    buffer.write("\ufeff")
    simulated = demonstration() is not None
    # A file outlives its page: simulated values say so in every row.
    out.writerow([*HEAD, "regime", *(["simulated"] if simulated else [])])
    yield _emptied(buffer)
    for row in city_days(public_cities(), period, regime):
        out.writerow(
            [*("" if row[key] is None else row[key] for key in HEAD), regime, *(["yes"] if simulated else [])]
        )
        yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _file_label(period: Period) -> str:
    return period.label.replace("..", "_")
