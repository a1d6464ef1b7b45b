"""Fragments on pages of others: reviews of a station, a region with and without dust days."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.ambient.reviews import Review, reviews_of
from lantian.office.frame import panels
from lantian.office.monitoring import kernel, series
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.requests import period_of
from lantian.office.monitoring.words import period as period_words
from lantian.office.people.scope import get_visible_or_404
from lantian.office.quality import dust, queue, words
from lantian.office.quality.models import Suspicion

SHOWN = 12


@login_required
def station_part(request: HttpRequest, code: str) -> HttpResponse:
    """What screens suspect of a station and what was decided about its hours, newest first."""
    station = get_visible_or_404(Station.objects.select_related("region"), request.user, code=code)
    rows = Suspicion.objects.visible_to(request.user).filter(place=station.place)
    rows = rows.exclude(state="gone").select_related("region__parent", "station")
    told = reversed([r for r in reviews_of(kernel.lake(), kernel.STATION_HOUR) if r.place == station.place])
    reviews = [_told(review) for review in told]
    context = {
        "station": station,
        "lines": queue.lines(rows[:SHOWN], request.user),
        "more": max(0, rows.count() - SHOWN),
        "reviews": reviews[:SHOWN],
        "more_reviews": max(0, len(reviews) - SHOWN),
    }
    return render(request, "quality/parts/station.html", context)


def _told(review: Review) -> dict[str, Any]:
    return {
        "verdict": str(words.VERDICTS.get(review.verdict, review.verdict)),
        "items": words.item_labels(review.items),
        "since": words.local(review.since),
        "until": words.local(review.until),
        "values": [
            f"{words.item_label(item)} {text.replace('*', '×')}" for item, text in review.values.items()
        ],
        "reason": review.reason,
        "actor": review.actor,
        "decided": words.local(review.decided) if review.decided else "",
        "version": review.version,
    }


@login_required
def dust_panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's figures of the period with every day, and without the days of the lists."""
    region = panels.region_of(request, code)
    period = period_of(request) or series.last_full_month()
    rows = []
    if period is not None and region.level not in {"province", "township"}:
        rows = dust.both([region], period)
    context = {
        "region": region,
        "period": period,
        "period_words": period_words(period) if period else "",
        "rows": rows,
        "unverified": dust.unverified(rows),
    }
    return render(request, "quality/parts/dust_panel.html", context)
