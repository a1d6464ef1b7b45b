"""The API of `assessment`: assessments, score cards, transfers; as far as one may see them.

Numbers are text with the places they are printed with, null where there is none.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.errors import LantianError
from lantian.office.assessment.models import Card, Run, said
from lantian.office.people.scope import get_visible_or_404

router = Router(tags=["assessment"])


class RunOut(Schema):
    """An assessment; `state` is draft, objections, frozen or published."""

    id: int
    title: str
    scheme: str
    region: str
    first: date
    last: date
    state: str
    hash: str


class LineOut(Schema):
    """A line of a card; `state` is scored, shared, zero or open."""

    code: str
    kind: str
    title: str
    indicator: str
    value: str | None
    weight: str
    points: str | None
    state: str
    why: str
    verified: bool


class CardOut(Schema):
    """A score card; rank and total are null while it is not complete, or nothing could be computed."""

    id: int
    run: int
    subject: str
    name: str
    total: str | None
    rank: int | None
    of: int | None
    grade: str
    vetoed: bool
    verified: bool
    lines: list[LineOut]


class AmountOut(Schema):
    """One amount of a transfer; null where it is not computable, and why."""

    part: str
    amount: str | None
    why: str


class TransferOut(Schema):
    """What a region pays and gets."""

    region: str
    paid: str
    got: str
    net: str
    amounts: list[AmountOut]


class StatementOut(Schema):
    """The transfers of a month; `complete` is false where the scheme is not known whole."""

    scheme: str
    month: str
    unit: str
    complete: bool
    rows: list[TransferOut]


@router.get("/assessments", response=list[RunOut], summary="Assessments one sees")
@paginate
def runs(request: HttpRequest) -> list[dict[str, Any]]:
    found = Run.objects.visible_to(request.user).select_related("region").defer("content")
    return [_run(one) for one in found]


@router.get(
    "/assessments/{pk}/cards", response=list[CardOut], summary="The score cards of an assessment one may open"
)
def cards(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    run = get_visible_or_404(Run, request.user, pk=pk)
    found = Card.objects.visible_to(request.user).filter(run=run)
    return [_card(one) for one in found.select_related("region", "unit")]


@router.get("/score-cards/{pk}", response=CardOut, summary="One score card, each point with its reason")
def card(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _card(get_visible_or_404(Card.objects.select_related("region", "unit"), request.user, pk=pk))


@router.get(
    "/transfers", response=StatementOut, summary="Rewards and compensation of a month, one's own rows"
)
def transfers(request: HttpRequest, period: str = "", scheme: str = "") -> dict[str, Any]:
    from lantian.office.assessment.scheme_views import _transfers

    told = _transfers(request)
    found = told["found"]
    if found is None or told["problem"]:
        raise LantianError(told["problem"] or "no scheme of transfers fits")
    return {
        "scheme": found.statement.scheme.path,
        "month": found.statement.month,
        "unit": said(found.statement.scheme.unit),
        "complete": found.statement.complete,
        "rows": [
            {
                "region": row.region.code,
                "paid": str(row.transfer.paid),
                "got": str(row.transfer.got),
                "net": str(row.transfer.net),
                "amounts": [
                    {
                        "part": one.part.code,
                        "amount": None if one.amount is None else str(one.amount),
                        "why": said(one.why),
                    }
                    for one in row.transfer.amounts
                ],
            }
            for row in found.rows
        ],
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk,
        "title": str(run),
        "scheme": run.scheme_path,
        "region": run.region.code,
        "first": run.first,
        "last": run.last,
        "state": run.state,
        "hash": run.hash,
    }


def _card(card: Card) -> dict[str, Any]:
    data = card.data
    return {
        "id": card.pk,
        "run": card.run_id,
        "subject": card.key,
        "name": card.label,
        "total": data["total"],
        "rank": card.rank,
        "of": data["of"],
        "grade": card.grade,
        "vetoed": data["vetoed"],
        "verified": data["verified"],
        "lines": [
            {
                "code": one["code"],
                "kind": one["kind"],
                "title": said(one["title"]),
                "indicator": one["indicator"],
                "value": one["fact"]["value"],
                "weight": one["weight"],
                "points": one["shown"],
                "state": one["state"],
                "why": said(one["why"]),
                "verified": one["verified"],
            }
            for one in data["lines"]
        ],
    }
