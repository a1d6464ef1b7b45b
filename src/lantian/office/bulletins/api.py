"""The API of `bulletins`: lists, figures, what changed since; of one's own regions and of published ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema

from lantian.office.bulletins import comparing, table
from lantian.office.bulletins import words as cause_words
from lantian.office.bulletins.models import Bulletin
from lantian.office.bulletins.views import readable_or_404
from lantian.office.monitoring.indicators import STATISTICS
from lantian.office.people.scope import get_visible_or_404

router = Router(tags=["bulletins"])
MOST = 200


class BulletinOut(Schema):
    """A bulletin; `status` is draft, issued or superseded."""

    id: int
    title: str
    number: int | None
    year: int | None
    status: str
    region: str
    pool: str
    period: str
    regime: str
    data_version: int
    issued_at: datetime | None
    public: bool
    supersedes: int | None
    hash: str


class RowOut(Schema):
    """One unit of a bulletin; numbers as text, so that no digit is lost."""

    code: str
    name: str
    rank: int | None
    rank_before: int | None
    composite_index: str | None
    change: str | None
    statistics: dict[str, str | None]
    good_days: int | None
    heavy_days: int | None
    days_used: int
    days_in_period: int
    marks: list[str]


class WholeOut(BulletinOut):
    """A bulletin with its sentences and figures; `all_days` where a list takes days out of `rows`."""

    text: list[str]
    rows: list[RowOut]
    all_days: list[RowOut] | None


class CauseOut(Schema):
    """Why a figure moved: `kind` as `lantian changes` has it, and in words."""

    kind: str
    text: str


class ChangeOut(Schema):
    """A figure that moved since a bulletin."""

    code: str
    figure: str
    day: str | None
    before: str | None
    after: str | None
    causes: list[CauseOut]


@router.get("/bulletins", response=list[BulletinOut], summary="Bulletins one may read, newest first")
def bulletins(request: HttpRequest) -> list[dict[str, Any]]:
    own = Bulletin.objects.visible_to(request.user).values("pk")
    found = Bulletin.objects.filter(Q(pk__in=own) | Q(pk__in=Bulletin.objects.published().values("pk")))
    return [_bulletin(one) for one in found.select_related("region")[:MOST]]


@router.get("/bulletins/{pk}", response=WholeOut, summary="A bulletin with its figures, as frozen")
def bulletin(request: HttpRequest, pk: int) -> dict[str, Any]:
    found = readable_or_404(request, pk)
    raw = [_row(line) for line in table.lines(found, table.RAW)] if table.has_raw(found) else None
    return _bulletin(found) | {
        "text": found.text["lines"],
        "rows": [_row(line) for line in table.lines(found)],
        "all_days": raw,
    }


@router.get("/bulletins/{pk}/changes", response=list[ChangeOut], summary="Every figure that moved since")
def changes(request: HttpRequest, pk: int, days: str = "") -> list[dict[str, Any]]:
    found = get_visible_or_404(Bulletin, request.user, pk=pk)
    side = table.RAW if days == "all" and table.has_raw(found) else "main"
    names = {row["place"]: row["name"] for row in found.body["rows"]}
    return [
        {
            "code": line.code,
            "figure": line.figure,
            "day": line.date.isoformat() if line.date else None,
            "before": line.before,
            "after": line.after,
            "causes": [{"kind": one.kind, "text": cause_words.said(one, names)} for one in line.causes],
        }
        for line in comparing.moved(found, side)
    ]


def _bulletin(found: Bulletin) -> dict[str, Any]:
    return {
        "id": found.pk,
        "title": found.title,
        "number": found.number,
        "year": found.year,
        "status": str(found.status),
        "region": found.region.code,
        "pool": found.pool,
        "period": found.period,
        "regime": found.regime,
        "data_version": found.data_version,
        "issued_at": found.issued_at,
        "public": found.public,
        "supersedes": found.supersedes_id,
        "hash": found.hash,
    }


def _row(line: table.Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "name": line.name,
        "rank": line.rank,
        "rank_before": line.rank_before,
        "composite_index": _text(line.index),
        "change": _text(line.index_change),
        "statistics": dict(zip(STATISTICS, map(_text, line.statistics), strict=True)),
        "good_days": line.good_days,
        "heavy_days": line.heavy_days,
        "days_used": line.days_used,
        "days_in_period": line.days_in_period,
        "marks": list(line.marks),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
