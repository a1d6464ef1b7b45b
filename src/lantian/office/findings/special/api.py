"""The API of the specialised openings, in the same scope as the pages. No answer names a complainant."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.office.findings.special.checks.models import Check
from lantian.office.findings.special.checks.views import checks_of
from lantian.office.findings.special.complaints.figures import complaints_of
from lantian.office.findings.special.complaints.models import Complaint
from lantian.office.findings.special.fires.models import FireSpot
from lantian.office.findings.special.fires.views import spots_of
from lantian.office.findings.special.roadside.models import RoadsideTest
from lantian.office.findings.special.roadside.views import listed, tests_of
from lantian.office.people.scope import get_visible_or_404

router = Router(tags=["findings"])


class InRegion(Schema):
    """Something that lies in a region."""

    id: int
    region: str

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region.code)


class FireOut(InRegion):
    """A fire spot."""

    lon: Decimal
    lat: Decimal
    first_seen: datetime
    last_seen: datetime
    local_day: date
    pixels_count: int
    satellites: str
    confidence: str
    frp: Decimal | None
    state: str
    removal: str
    finding_id: int | None
    opened_at: datetime
    arrived_at: datetime | None
    put_out_at: datetime | None
    response_minutes: int | None


class ComplaintOut(InRegion):
    """A complaint, without its complainant."""

    number: str
    channel: str
    kind: str
    place: str
    words: str
    received_at: datetime
    state: str
    outcome: str
    answer: str
    reward: Decimal | None
    paid_on: date | None
    satisfaction: int | None
    finding_id: int | None


class TestOut(InRegion):
    """A roadside test."""

    thing: str
    plate: str
    colour: str
    vin: str
    stage: str
    method: str
    value: Decimal | None
    normal: bool | None
    passed: bool
    why: dict[str, Any]
    place: str
    tested_on: date
    finding_id: int | None


class ListingOut(InRegion):
    """An entry of the black list."""

    plate: str
    colour: str
    vin: str
    method: str
    since: date
    failures: int
    until: date | None


class AnswerOut(Schema):
    """The answer to one item of a check."""

    item: str
    answer: str
    number: Decimal | None
    weight: Decimal
    limit: Decimal | None
    failed: bool | None


class CheckOut(InRegion):
    """A scored check."""

    kind: str
    place: str
    checked_on: date
    score: Decimal | None
    passed: bool | None
    finding_id: int | None


class CheckWhole(CheckOut):
    """A check with the answers its score is made of."""

    answers: list[AnswerOut]


@router.get("/fires", response=list[FireOut])
@paginate
def fires(request: HttpRequest) -> Any:
    """Fire spots by `since`, `until`, `region`, `state`, `late`; the last 30 days without."""
    return spots_of(request)[0]


@router.get("/fires/{int:pk}", response=FireOut)
def fire(request: HttpRequest, pk: int) -> Any:
    """One fire spot."""
    return get_visible_or_404(FireSpot.objects.select_related("region"), request.user, pk=pk)


@router.get("/complaints", response=list[ComplaintOut])
@paginate
def complaints(request: HttpRequest) -> Any:
    """Complaints by `q`, `kind`, `state`, `channel`, `region`, `late`."""
    return complaints_of(request.user, request.GET)


@router.get("/complaints/{int:pk}", response=ComplaintOut)
def complaint(request: HttpRequest, pk: int) -> Any:
    """One complaint."""
    return get_visible_or_404(Complaint.objects.select_related("region"), request.user, pk=pk)


@router.get("/roadside", response=list[TestOut])
@paginate
def roadside(request: HttpRequest) -> Any:
    """Roadside tests by `q` (plate or VIN), `method`, `failed`."""
    return tests_of(request)


@router.get("/roadside/black-list", response=list[ListingOut])
@paginate
def black_list(request: HttpRequest) -> Any:
    """The black list, by `q` (plate or VIN); `all` adds those that left it."""
    return listed(request)


@router.get("/roadside/{int:pk}", response=TestOut)
def roadside_test(request: HttpRequest, pk: int) -> Any:
    """One roadside test."""
    return get_visible_or_404(RoadsideTest.objects.select_related("region"), request.user, pk=pk)


@router.get("/checks", response=list[CheckOut])
@paginate
def checks(request: HttpRequest) -> Any:
    """Scored checks by `kind`, `failed`, `q` (place)."""
    return checks_of(request)


@router.get("/checks/{int:pk}", response=CheckWhole)
def check(request: HttpRequest, pk: int) -> Any:
    """One check with its answers."""
    rows = Check.objects.select_related("region").prefetch_related("answers")
    return get_visible_or_404(rows, request.user, pk=pk)
