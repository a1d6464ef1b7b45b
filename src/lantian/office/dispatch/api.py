"""The API of `dispatch`: rounds, reports, bulletins and supervision orders, as far as one may see them."""

# No `from __future__ import annotations`: ninja's paginate resolves names of a view in its own module.

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.office.dispatch import reminding, table
from lantian.office.dispatch.models import Report, Round, RoundBulletin, SupervisionOrder
from lantian.office.people.scope import get_visible_or_404

router = Router(tags=["dispatch"])


class RoundOut(Schema):
    """A round; `region` is its region's code."""

    id: int
    name: str
    period: str
    kind: str
    region: str
    state: str
    opens: date
    due: datetime

    @staticmethod
    def resolve_region(row: Round) -> str:
        return str(row.region.code)


class RoundDetail(RoundOut):
    """A round with the counts of the reports one sees."""

    counts: dict[str, int]


class QuantityOut(Schema):
    """A quantity of the task: what is asked and done, with its unit."""

    quote: str
    unit: str
    asked: Decimal | None
    done: Decimal | None


class ReportOut(Schema):
    """A report; `holder` is the unit's name or the region's code."""

    id: int
    round: int
    task: int
    holder: str
    state: str
    progress: str
    percent: int | None
    late: bool
    returns: int
    unchanged: bool
    submitted_at: datetime | None

    @staticmethod
    def resolve_round(row: Report) -> int:
        return int(row.round_id)

    @staticmethod
    def resolve_task(row: Report) -> int:
        return int(row.task_id)

    @staticmethod
    def resolve_holder(row: Report) -> str:
        return str(row.region.code if row.region else row.unit.name if row.unit else "")


class FileOut(Schema):
    """A file of evidence."""

    name: str
    sha256: str
    size: int
    kind: str
    side: str


class ReportDetail(ReportOut):
    """A report with its words, quantities and evidence."""

    text: str
    quantities: list[QuantityOut]
    files: list[FileOut]

    @staticmethod
    def resolve_quantities(row: Report) -> list[dict[str, Any]]:
        return [
            {"quote": q.quantity.line, "unit": q.quantity.unit, "asked": q.quantity.value, "done": q.done}
            for q in row.quantities.select_related("quantity")
        ]

    @staticmethod
    def resolve_files(row: Report) -> list[Any]:
        return list(row.files.all())


class OrderOut(Schema):
    """A supervision order."""

    id: int
    number: int
    year: int
    title: str
    to: str
    state: str
    reply_by: datetime
    issued_at: datetime
    first_replied_at: datetime | None

    @staticmethod
    def resolve_to(row: SupervisionOrder) -> str:
        return row.addressee


class OrderDetail(OrderOut):
    """An order with its words and replies."""

    text: str
    replies: list[str]

    @staticmethod
    def resolve_replies(row: SupervisionOrder) -> list[str]:
        return [reply.text for reply in row.replies.all()]


class BulletinOut(Schema):
    """The bulletin of a round, as issued."""

    id: int
    round: int
    number: int
    year: int
    issuer: str
    issued_at: datetime
    hash: str
    body: dict[str, Any]

    @staticmethod
    def resolve_round(row: RoundBulletin) -> int:
        return int(row.round_id)


class WaitingOut(Schema):
    """What waits for the signed-in person."""

    report: int
    verify: int
    reply: int
    late: int


@router.get("/dispatch/waiting", response=WaitingOut, url_name="waiting")
def waiting(request: HttpRequest) -> Any:
    """How many reports and orders wait for the person who asks."""
    return reminding.waiting_for(request.user)


@router.get("/dispatch/rounds", response=list[RoundOut], url_name="rounds")
@paginate
def rounds(request: HttpRequest, state: Literal["open", "closed"] | None = None) -> Any:
    """Rounds, newest first."""
    found = Round.objects.visible_to(request.user).select_related("region")
    return found.filter(state=state) if state else found


@router.get("/dispatch/rounds/{number}", response=RoundDetail, url_name="round")
def round_(request: HttpRequest, number: int) -> Any:
    """One round with its counts."""
    found = get_visible_or_404(Round.objects.select_related("region"), request.user, pk=number)
    units, regions = table.rows_of(found, table.reports_of(found, request.user))
    found.counts = table.total_of([*units, *regions])
    return found


@router.get("/dispatch/rounds/{number}/reports", response=list[ReportOut], url_name="round-reports")
@paginate
def reports(request: HttpRequest, number: int) -> Any:
    """The reports of a round."""
    found = get_visible_or_404(Round, request.user, pk=number)
    return table.reports_of(found, request.user)


@router.get("/dispatch/reports/{number}", response=ReportDetail, url_name="report")
def report(request: HttpRequest, number: int) -> Any:
    """One report."""
    return get_visible_or_404(
        Report.objects.select_related("round", "task", "unit", "region"), request.user, pk=number
    )


@router.get("/dispatch/bulletins/{number}", response=BulletinOut, url_name="round-bulletin")
def bulletin(request: HttpRequest, number: int) -> Any:
    """One bulletin of a round."""
    return get_visible_or_404(RoundBulletin, request.user, pk=number)


@router.get("/orders", response=list[OrderOut], url_name="orders")
@paginate
def orders(request: HttpRequest) -> Any:
    """Supervision orders, newest first."""
    return SupervisionOrder.objects.visible_to(request.user).select_related("to_unit", "to_region")


@router.get("/orders/{number}", response=OrderDetail, url_name="order")
def order(request: HttpRequest, number: int) -> Any:
    """One supervision order."""
    rows = SupervisionOrder.objects.select_related("to_unit", "to_region")
    return get_visible_or_404(rows, request.user, pk=number)
