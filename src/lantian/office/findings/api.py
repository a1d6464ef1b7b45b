"""The API of `findings`: a list by the same wish as the page, one finding with its files and steps."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.office.findings import rules
from lantian.office.findings.models import Finding
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404

router = Router(tags=["findings"])


class FindingOut(Schema):
    """A finding."""

    id: int
    kind: str
    kind_label: str
    state: str
    severity: str
    source: str
    region: str
    place: str
    words: str
    unit: int | None
    found_on: date
    due: datetime | None
    late: bool
    repeated_of: int | None
    repeat_confirmed: bool | None
    lon: Decimal | None
    lat: Decimal | None

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region.code)

    @staticmethod
    def resolve_unit(row: Any) -> int | None:
        return row.unit_id

    @staticmethod
    def resolve_due(row: Any) -> datetime | None:
        return row.state_due

    @staticmethod
    def resolve_late(row: Any) -> bool:
        return bool(row.is_late)

    @staticmethod
    def resolve_repeated_of(row: Any) -> int | None:
        return row.repeated_of_id


class StepOut(Schema):
    """A row of the action log about a finding."""

    number: int
    at: datetime
    actor_name: str
    verb: str
    reason: str


class FileOut(Schema):
    """A file that proves something."""

    id: int
    name: str
    step: str
    sha256: str
    size: int


class FindingWhole(FindingOut):
    """A finding with its files and steps."""

    files: list[FileOut]
    steps: list[StepOut]


@router.get("/findings", response=list[FindingOut])
@paginate
def findings(request: HttpRequest) -> Any:
    """Findings by `q`, `kind`, `state`, `source`, `region`, `unit`, `since`, `until`, `late`, `repeated`."""
    return rules.findings_of(request.user, rules.wish_of(request.GET))


@router.get("/findings/{pk}", response=FindingWhole)
def finding(request: HttpRequest, pk: int) -> Any:
    """One finding."""
    row = get_visible_or_404(Finding.objects.select_related("region"), request.user, pk=pk)
    row.steps = history_of(row, request.user).order_by("number")
    return row
