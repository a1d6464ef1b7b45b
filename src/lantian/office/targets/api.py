"""The API of `targets`: the board of a region, divisions, letters; as far as the signed-in person may see
them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from ninja import Router, Schema

from lantian.office.frame import clock
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans.terms import number_text
from lantian.office.regions.models import Region
from lantian.office.targets import board, rules
from lantian.office.targets.models import Allotment, Division, Letter, LetterLine

router = Router(tags=["targets"])
MOST = 500


class GoalOut(Schema):
    """One goal that binds a region; numbers as text. `origin` is the plan or letter it comes from."""

    region: str | None
    indicator: str
    label: str
    comparator: str
    limit: str | None
    unit: str
    by: str
    status: str
    pending: bool
    source: str
    reason: str
    value: str | None
    value_unit: str
    gap: str | None
    stated: str
    explanation: str
    origin: str
    allotment: int | None
    stricter: bool
    conflicts: list[str]


class AllotmentOut(Schema):
    """One part; `value` as far as the person may know it."""

    id: int
    region: str
    state: str
    value: str | None
    in_force: str | None
    basis: str
    letter: int | None
    answer: str
    version: int


class DivisionOut(Schema):
    """A goal divided by a region; `check` in words, for the dividing region's people."""

    id: int
    region: str
    indicator: str
    label: str
    comparator: str
    value: str | None
    unit: str
    by: str
    method: str
    rule: str
    check: str
    not_reached_by: str | None
    allotments: list[AllotmentOut]


class LetterRowOut(Schema):
    """One row of a letter."""

    region: str
    label: str
    asks: str
    before: str
    allotment: int
    state: str


class LetterOut(Schema):
    """A target letter; `rows` as far as the person may see them."""

    id: int
    reference: str
    title: str
    region: str
    issued_at: datetime
    answer_by: date
    hash: str
    rows: list[LetterRowOut]


@router.get("/regions/{code}/goals", response=list[GoalOut], summary="Every goal that binds a region")
def goals(
    request: HttpRequest, code: str, on: date | None = None, below: bool = False
) -> list[dict[str, Any]]:
    region = get_visible_or_404(Region, request.user, code=code)
    day = min(on or clock.today(), clock.today())
    return [_goal(row) for row in board.rows_of(region, request.user, day, below=below)]


@router.get("/divisions", response=list[DivisionOut], summary="Divisions of targets")
def divisions(request: HttpRequest) -> list[dict[str, Any]]:
    found = _divisions(request).visible_to(request.user)[:MOST]
    return [_division(request, one) for one in found]


@router.get("/divisions/{pk}", response=DivisionOut, summary="One division with its parts")
def division(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _division(request, get_visible_or_404(_divisions(request), request.user, pk=pk))


@router.get("/target-letters", response=list[LetterOut], summary="Target letters, newest first")
def letters(request: HttpRequest) -> list[dict[str, Any]]:
    found = _letters(request).visible_to(request.user)[:MOST]
    return [_letter(request, one) for one in found]


@router.get("/target-letters/{pk}", response=LetterOut, summary="One target letter")
def letter(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _letter(request, get_visible_or_404(_letters(request), request.user, pk=pk))


def _goal(row: board.Row) -> dict[str, Any]:
    reading = row.status.reading
    return {
        "region": row.region.code if row.region else None,
        "indicator": row.goal.indicator,
        "label": row.label,
        "comparator": row.goal.comparator,
        "limit": None if row.is_pending else _text(row.goal.value),
        "unit": row.goal.unit,
        "by": row.by,
        "status": str(row.status.code),
        "pending": row.is_pending,
        "source": row.source,
        "reason": row.status.words,
        "value": _text(reading.value) if reading else None,
        "value_unit": reading.unit if reading else "",
        "gap": _text(row.status.gap),
        "stated": row.stated,
        "explanation": reading.url if reading else "",
        "origin": row.origin,
        "allotment": row.allotment.pk if row.allotment else None,
        "stricter": row.strictest,
        "conflicts": row.conflicts,
    }


def _divisions(request: HttpRequest) -> Any:
    """Divisions with those of their parts that the person sees, as `seen`."""
    rows = Allotment.objects.visible_to(request.user).select_related("region", "division__region")
    return Division.objects.select_related("region").prefetch_related(
        Prefetch("allotments", queryset=rows, to_attr="seen")
    )


def _letters(request: HttpRequest) -> Any:
    """Letters with those of their rows that the person sees, as `seen`."""
    rows = LetterLine.objects.visible_to(request.user).select_related("region", "allotment__division__region")
    return Letter.objects.select_related("region").prefetch_related(
        Prefetch("lines", queryset=rows, to_attr="seen")
    )


def _division(request: HttpRequest, found: Any) -> dict[str, Any]:
    whole = rules.sees_draft(request.user, found)
    parts = found.seen
    checked = rules.check(found, parts) if whole else None
    missing = checked.missing if checked and checked.missing is not None else None
    return {
        "id": found.pk,
        "region": found.region.code,
        "indicator": found.indicator,
        "label": found.label,
        "comparator": found.comparator,
        "value": _text(found.value) if whole else None,
        "unit": found.unit,
        "by": found.by,
        "method": found.method if whole else "",
        "rule": rules.held_of(found).rule,
        "check": rules.check_words(found, checked) if checked else "",
        "not_reached_by": str(missing) if checked and checked.fails else None,
        "allotments": [
            {
                "id": row.pk,
                "region": row.region.code,
                "state": rules.shown_code(request.user, row),
                "value": _text(rules.shown_value(request.user, row)),
                "in_force": _text(row.issued_value),
                "basis": row.basis if whole or row.binds else "",
                "letter": row.letter_id,
                "answer": row.answer,
                "version": row.version,
            }
            for row in parts
        ],
    }


def _letter(request: HttpRequest, found: Any) -> dict[str, Any]:
    return {
        "id": found.pk,
        "reference": found.reference,
        "title": found.title,
        "region": found.region.code,
        "issued_at": found.issued_at,
        "answer_by": found.answer_by,
        "hash": found.hash,
        "rows": [
            {
                "region": line.region.code,
                "label": line.allotment.division.label,
                "asks": line.asks,
                "before": line.asked_before,
                "allotment": line.allotment_id,
                "state": rules.shown_code(request.user, line.allotment),
            }
            for line in found.seen
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else number_text(value)
