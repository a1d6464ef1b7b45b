"""The API of `plans`: plans, targets with their status, tasks; as far as the signed-in person may see
them."""

# No `from __future__ import annotations`: ninja's paginate resolves names of a view in its own module.

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import ModelSchema, Query, Router, Schema
from ninja.pagination import paginate

from lantian.office.frame import clock
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans import rules
from lantian.office.plans.exporting import plan_yaml
from lantian.office.plans.models import Deadline, Plan, ProgressReport, Quantity, Target, Task
from lantian.office.plans.reader_notes import said
from lantian.office.plans.task_search import filtered_tasks

router = Router(tags=["plans"])


class PlanOut(ModelSchema):
    """A plan; `region` is its region's code."""

    region: str

    class Meta:
        model = Plan
        fields = ("id", "title", "issuer", "doc_no", "issued_date", "level", "year", "status", "parent_docs")

    @staticmethod
    def resolve_region(plan: Plan) -> str:
        return plan.region.code


class ClauseOut(Schema):
    """A clause: path, heading and span in the document's text."""

    id: int
    path: str
    heading: str
    start: int
    end: int
    review: str


class PlanWithClauses(PlanOut):
    """A plan with its clause tree, in reading order, and what its reader wants known."""

    notes: list[str]
    clauses: list[ClauseOut]

    @staticmethod
    def resolve_notes(plan: Plan) -> list[str]:
        return said(plan.notes)

    @staticmethod
    def resolve_clauses(plan: Plan) -> list[Any]:
        return list(plan.clauses.all())


class StatusOut(Schema):
    """Where a target stands for one region, with the address that explains the figure."""

    region: str | None
    status: str
    reason: str
    words: str
    value: Decimal | None
    unit: str
    gap: Decimal | None
    first: date | None
    last: date | None
    explanation: str
    verified: bool | None


class TargetOut(ModelSchema):
    """A target with its exact words."""

    regions: list[str]
    clause: str

    class Meta:
        model = Target
        fields = (
            "id", "plan", "indicator", "comparator", "value", "unit", "baseline", "by", "last_day",
            "binding", "pool", "implied_value", "region_words", "unresolved", "quote", "start", "end",
            "review",
        )  # fmt: skip

    @staticmethod
    def resolve_regions(target: Target) -> list[str]:
        return [region.code for region in target.regions.all()]

    @staticmethod
    def resolve_clause(target: Target) -> str:
        return target.clause.path


class TaskOut(ModelSchema):
    """A task; `state` and `percent` are those that concern the asker's region."""

    state: str
    percent: int
    units: list[str]
    clause: str

    class Meta:
        model = Task
        fields = ("id", "plan", "number", "title", "text", "due", "recurring", "review")

    @staticmethod
    def resolve_state(task: Any) -> str:
        return task.own_state

    @staticmethod
    def resolve_percent(task: Any) -> int:
        return task.own_percent

    @staticmethod
    def resolve_units(task: Task) -> list[str]:
        return [assignment.written for assignment in task.assignments.all()]

    @staticmethod
    def resolve_clause(task: Task) -> str:
        return task.clause.path


class AssignmentOut(Schema):
    """A unit as written, its role, and whom it was found to mean; `regions` are those the asker may see.

    `inherited_from` is the task whose words bind the unit to all later ones, null for its own units.
    """

    written: str
    role: str
    unit: str | None
    regions: list[str]
    inherited_from: int | None


class DeadlineOut(ModelSchema):
    """A time expression with its words."""

    class Meta:
        model = Deadline
        fields = ("kind", "by", "last_day", "what", "quote", "start", "end", "met_on")


class QuantityOut(ModelSchema):
    """A number with its words."""

    class Meta:
        model = Quantity
        fields = ("value", "unit", "comparator", "what", "quote", "start", "end")


class ReportOut(ModelSchema):
    """A progress report; `region` is whose share it is, null for the whole task."""

    region: str | None

    class Meta:
        model = ProgressReport
        fields = ("state", "percent", "note", "reported_at")

    @staticmethod
    def resolve_region(report: ProgressReport) -> str | None:
        return report.region.code if report.region else None


class TaskWhole(TaskOut):
    """A task with everything that hangs on it."""

    assignments: list[AssignmentOut]
    deadlines: list[DeadlineOut]
    quantities: list[QuantityOut]
    reports: list[ReportOut]

    @staticmethod
    def resolve_assignments(task: Any) -> Any:
        return task.shown_assignments

    @staticmethod
    def resolve_deadlines(task: Task) -> Any:
        return list(task.deadlines.all())

    @staticmethod
    def resolve_quantities(task: Task) -> Any:
        return list(task.quantities.all())

    @staticmethod
    def resolve_reports(task: Any) -> Any:
        return task.shown_reports


@router.get("/plans", response=list[PlanOut], summary="Plans")
@paginate
def plans(request: HttpRequest, region: str = "", status: str = "") -> Any:
    found = Plan.objects.visible_to(request.user).select_related("region")
    if region:
        found = found.filter(region__code=region)
    if status:
        found = found.filter(status=status)
    return found


@router.get("/plans/{number}", response=PlanWithClauses, summary="One plan with its clauses")
def plan(request: HttpRequest, number: int) -> Plan:
    return get_visible_or_404(Plan.objects.select_related("region"), request.user, pk=number)


@router.get("/plans/{number}/plan.yaml", summary="One plan as a plan file")
def plan_file(request: HttpRequest, number: int) -> HttpResponse:
    found = get_visible_or_404(Plan.objects.select_related("region", "document"), request.user, pk=number)
    return HttpResponse(plan_yaml(found), content_type="application/yaml; charset=utf-8")


@router.get("/targets", response=list[TargetOut], summary="Targets")
@paginate
def targets(request: HttpRequest, plan: int | None = None, indicator: str = "") -> Any:
    found = Target.objects.visible_to(request.user).select_related("clause").prefetch_related("regions")
    if plan is not None:
        found = found.filter(plan=plan)
    if indicator:
        found = found.filter(indicator=indicator)
    return found


@router.get("/targets/{number}/status", response=list[StatusOut], summary="Where a target stands on a day")
def target_status(request: HttpRequest, number: int, on: date | None = None) -> list[StatusOut]:
    target = get_visible_or_404(
        Target.objects.select_related("plan__region").prefetch_related("regions"), request.user, pk=number
    )
    root = rules.region_root(request.user)
    rows = [
        row
        for row in rules.status_of(target, on or clock.today())
        if root is not None and (row.region or target.plan.region).path.startswith(root)
    ]
    return [
        StatusOut(
            region=row.region.code if row.region else None,
            status=row.status.code,
            reason=row.status.reason,
            words=row.status.words,
            value=row.status.reading.value if row.status.reading else None,
            unit=row.status.reading.unit if row.status.reading else "",
            gap=row.status.gap,
            first=row.status.first,
            last=row.status.last,
            explanation=row.status.reading.url if row.status.reading else "",
            verified=not row.status.reading.unverified if row.status.reading else None,
        )
        for row in rows
    ]


class TaskQuery(Schema):
    """Which tasks: words, state, due date, unit (its number or words of its name) and role, region, plan and
    clause, theme."""

    q: str = ""
    state: Literal["", "not_started", "in_progress", "done"] = ""
    due: Literal["", "overdue", "soon", "later", "undated"] = ""
    since: date | None = None
    until: date | None = None
    unit: str = ""
    role: Literal["", "lead", "coop", "shared", "responsible"] = ""
    region: str = ""
    plan: int | None = None
    part: int | None = None
    theme: str = ""


@router.get("/tasks", response=list[TaskOut], summary="Tasks, by words, state, due date, unit, region, plan")
@paginate
def tasks(request: HttpRequest, asked: Query[TaskQuery]) -> Any:
    return filtered_tasks(request.user, asked.dict())


@router.get("/tasks/{number}", response=TaskWhole, summary="One task with all that hangs on it")
def task(request: HttpRequest, number: int) -> Task:
    row: Any = get_visible_or_404(filtered_tasks(request.user, {}), request.user, pk=number)
    seen = rules.region_root(request.user)
    row.shown_assignments = [
        AssignmentOut(
            written=a.written,
            role=a.role,
            unit=a.unit.name if a.unit else None,
            regions=[r.code for r in a.regions.all() if seen is not None and r.path.startswith(seen)],
            inherited_from=a.source_id,
        )
        for a in row.assignments.select_related("unit").prefetch_related("regions")
    ]
    row.shown_reports = list(rules.reports_of(row, request.user))
    return row
