"""The API of `findings`: a list by the same wish as the page, one finding with its files and steps."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.pagination import paginate

from lantian.errors import LantianError
from lantian.office.findings import recording, rules
from lantian.office.findings.models import Finding, Severity, Source
from lantian.office.findings.placing import UnansweredError
from lantian.office.findings.special.api import router as special_router
from lantian.office.frame import clock
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.people.actions import history_of
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

router = Router(tags=["findings"])
router.add_router("", special_router)
NO_FILES: Any = []


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
    assignee: int | None
    enterprise: int | None
    register_code: str
    record_id: int | None
    found_on: date
    due: datetime | None
    late: bool
    repeated_of: int | None
    repeat_confirmed: bool | None
    lon: Decimal | None
    lat: Decimal | None
    position_by: str
    form_id: UUID | None

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region.code)

    @staticmethod
    def resolve_unit(row: Any) -> int | None:
        return row.unit_id

    @staticmethod
    def resolve_assignee(row: Any) -> int | None:
        return row.assignee_id

    @staticmethod
    def resolve_enterprise(row: Any) -> int | None:
        return row.enterprise_id

    @staticmethod
    def resolve_register_code(row: Any) -> str:
        return str(row.register)

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


class FindingIn(Schema):
    """What is told of a problem: codes of the region and kind; `form_id` makes a second sending harmless."""

    kind: str
    region: str
    words: str
    place: str = ""
    found_on: date | None = None
    source: str = Source.PATROL.value
    severity: str = Severity.ORDINARY.value
    unit: int | None = None
    lon: Decimal | None = None
    lat: Decimal | None = None
    finder: str = ""
    enterprise: int | None = None
    register_code: str = ""
    record_id: int | None = None
    form_id: UUID | None = None
    answers: list[str] = Field(default_factory=list)


class RecordedOut(Schema):
    """The finding a form made, and whether it had been sent before; then, in which fields it differs now."""

    id: int
    again: bool
    differs: list[str]


class QuestionOut(Schema):
    """Something looks wrong: send the same again with `ask` among the `answers`, or corrected."""

    ask: str
    detail: str
    region: str


@router.get("/findings", response=list[FindingOut])
@paginate
def findings(request: HttpRequest) -> Any:
    """Findings by `q`, `kind`, `state`, `source`, `region`, `unit`, `since`, `until`, `late`, `repeated`,
    `mine`, `ours`, `register`, `record`.
    """
    return rules.findings_of(request.user, rules.wish_of(request.GET))


@router.post("/findings", response={201: RecordedOut, 200: RecordedOut, 409: QuestionOut})
def record_finding(
    request: HttpRequest,
    told: Form[FindingIn],
    files: File[list[UploadedFile]] = NO_FILES,
) -> Any:
    """Record a problem with its photos, by the checks of the form; sent as multipart/form-data.

    201 recorded, 200 this form was recorded before, 409 a question (a photo without a position, a position
    outside the region), 422 what is wrong, 403 not allowed, 404 a region or unit that is not yours.
    """
    if not can(request.user, Capability.RECORD_FINDING):
        raise PermissionDenied
    asked = told.dict()
    asked["register"] = asked.pop("register_code")
    asked["region"] = get_visible_or_404(Region, request.user, code=told.region)
    asked["unit"] = None if told.unit is None else get_visible_or_404(Unit, request.user, pk=told.unit)
    named = told.enterprise is not None
    asked["enterprise"] = get_visible_or_404(Enterprise, request.user, pk=told.enterprise) if named else None
    asked["found_on"] = told.found_on or clock.today()
    for name, most in (("place", 200), ("finder", 80), ("words", 4000)):
        if len(asked[name]) > most:
            raise LantianError(
                _("%(field)s is longer than %(most)s characters")
                % {"field": Finding._meta.get_field(name).verbose_name, "most": most}
            )
    try:
        done = recording.record_once(request, recording.NewFinding(**asked, files=files))
    except UnansweredError as error:
        there = error.region.code if error.region else ""
        return Status(409, {"ask": error.code, "detail": error.line, "region": there})
    row = {"id": done.finding.pk, "again": done.again, "differs": list(done.differs)}
    return Status(200 if done.again else 201, row)


@router.get("/findings/{pk}", response=FindingWhole)
def finding(request: HttpRequest, pk: int) -> Any:
    """One finding."""
    row = get_visible_or_404(Finding.objects.select_related("region"), request.user, pk=pk)
    row.steps = history_of(row, request.user).order_by("number")
    return row
