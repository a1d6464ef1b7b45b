"""The API of `quality`: suspicions, decisions, capture rates, coverage, event days; as far as one may see."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.errors import LantianError
from lantian.office.monitoring.api import span_of, text_of
from lantian.office.people.scope import get_visible_or_404
from lantian.office.quality import capturing, covering, queue
from lantian.office.quality.models import Decision, EventEntry, Suspicion

router = Router(tags=["quality"])


class SuspicionOut(Schema):
    """One suspicion; `since` and `until` are ends of hours, `text` is in the language of the asker."""

    id: int
    key: str
    kind: str
    code: str
    state: str
    place: str
    name: str
    region: str
    items: list[str]
    since: datetime
    until: datetime
    hours: int
    certain: bool
    text: str


class DecisionOut(Schema):
    """One decision: its reviews as the store holds them, why and by whom."""

    verdict: str
    reason: str
    actor: str
    made_at: datetime
    version: int
    changed: int
    reviews: list[dict[str, Any]]


class DetailOut(SuspicionOut):
    """A suspicion with its stretches and decisions."""

    stretches: list[list[str]]
    decisions: list[DecisionOut]


class EntryOut(Schema):
    """Days of one place that are taken out."""

    region: str
    place: str
    first: date
    last: date
    items: list[str]
    scopes: list[str]
    reason: str
    document: str
    withdrawn: bool
    withdrawn_reason: str


@router.get("/quality/suspicions", response=list[SuspicionOut], summary="Suspicions, as the queue filters")
@paginate
def suspicions(request: HttpRequest, state: str = "open") -> Any:
    found, asked = queue.filtered(request)
    rows = queue.in_state(found, asked["state"]).select_related("region__parent", "station")
    return [_out(line) for line in queue.lines(rows[:5000], request.user)]


@router.get("/quality/suspicions/{pk}", response=DetailOut, summary="One suspicion with its decisions")
def suspicion(request: HttpRequest, pk: int) -> dict[str, Any]:
    rows = Suspicion.objects.select_related("region__parent", "station")
    row = get_visible_or_404(rows, request.user, pk=pk)
    line = queue.line(row, queue.hidden_places([row], request.user))
    decisions = row.decisions.filter(state=Decision.State.APPLIED).select_related("made_by")
    return _out(line) | {
        "stretches": row.body["stretches"],
        "decisions": [
            {
                "verdict": one.verdict,
                "reason": one.reason,
                "actor": one.made_by.get_username() if one.made_by else "",
                "made_at": one.made_at,
                "version": one.version,
                "changed": one.changed,
                "reviews": one.reviews,
            }
            for one in decisions
        ],
    }


@router.get("/quality/capture", summary="Capture and online rates of a period, by city, county or station")
def capture(request: HttpRequest, period: str, by: str = "station", region: str = "") -> dict[str, Any]:
    if by not in capturing.BY:
        raise LantianError(f'"{by}" is not known', remedy=f"Choose one of {', '.join(capturing.BY)}.")
    table = capturing.table(request.user, span_of(period), by, region)
    rows = table.rows if table else []
    return {
        "period": period,
        "data_version": table.data_version if table else None,
        "rows": [
            {
                "name": row.label,
                "region": row.where,
                "stations": row.capture.places,
                "hours_expected": row.capture.expected,
                "hours_lost": row.capture.lost,
                "online_rate": text_of(row.online.value),
                "capture_rate": text_of(row.whole.value),
                "items": {
                    item: text_of(rate.value) for item, rate in zip(capturing.ITEMS, row.items, strict=True)
                },
                "voided": row.voided,
            }
            for row in rows
        ],
    }


@router.get("/quality/coverage", summary="Townships and parks with and without a station, by county")
def coverage(request: HttpRequest, region: str = "") -> list[dict[str, Any]]:
    rows, _total = covering.coverage(request.user, region)
    return [
        {
            "code": row.region.code,
            "name": row.region.label,
            **{
                level: {
                    "of": of,
                    "with_station": having,
                    "share": text_of(share),
                    "without": [{"code": one.code, "name": one.label} for one in without],
                }
                for level, having, of, share, without in row.cells
            },
        }
        for row in rows
    ]


@router.get("/dust-days", response=list[EntryOut], summary="Days that official lists take out")
@paginate
def dust_days(request: HttpRequest) -> Any:
    rows = EventEntry.objects.visible_to(request.user).select_related("region")
    return [
        {
            "region": row.region.code,
            "place": row.place,
            "first": row.first,
            "last": row.last,
            "items": list(row.pollutants),
            "scopes": list(row.uses),
            "reason": row.reason,
            "document": row.document,
            "withdrawn": row.withdrawn_at is not None,
            "withdrawn_reason": row.withdrawn_reason,
        }
        for row in rows
    ]


def _out(line: queue.Line) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.pk,
        "key": row.key,
        "kind": row.kind,
        "code": row.code,
        "state": row.state,
        "place": row.place,
        "name": line.name,
        "region": row.region.code,
        "items": list(row.pollutants),
        "since": row.since,
        "until": row.until,
        "hours": row.hours,
        "certain": row.certain,
        "text": line.text,
    }
