"""The loops of dispatch: a round, a report, a supervision order; who may move them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.loops import Loop, Move
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root

VERIFY_WITHIN = timedelta(days=5)  # ours: no plan says how long the lead may take
AGAIN_WITHIN = timedelta(days=3)  # what was sent back when its round was due already


class RoundState(models.TextChoices):
    """A round takes reports until it is closed."""

    OPEN = "open", _("Taking reports")
    CLOSED = "closed", _("Round closed")


class ReportState(models.TextChoices):
    """How far a report is."""

    DRAFT = "draft", _("To be reported")
    SUBMITTED = "submitted", _("Waiting for verification")
    RETURNED = "returned", _("Sent back")
    VERIFIED = "verified", _("Verified")
    FALSE = "found_false", _("Found false")


class OrderState(models.TextChoices):
    """How far a supervision order is."""

    ISSUED = "issued", _("Waiting for a reply")
    REPLIED = "replied", _("Replied")
    RETURNED = "returned", _("Reply not accepted")
    ACCEPTED = "accepted", _("Reply accepted")
    CLOSED = "closed", _("Order closed")
    WITHDRAWN = "withdrawn", _("Order withdrawn")


def answers_for(region_path: str, person: Any) -> bool:
    """Whether this person answers for a region: its own people and those above."""
    root = region_root(person)
    return root is not None and region_path.startswith(root)


def runs(thing: Any, person: Any) -> bool:
    """Whether this person runs dispatch in the region of a round or an order."""
    return can(person, Capability.RUN_DISPATCH) and answers_for(thing.region.path, person)


def is_reporter(report: Any, person: Any) -> bool:
    """The people of the unit, or of the region whose share it is; a dispatcher may enter it for them."""
    if report.unit_id is not None and report.unit_id == person.unit_id:
        return True
    root = region_root(person)
    if report.region is not None and root and root.startswith(report.region.path):
        return True
    return runs(report.round, person)


def is_verifier(report: Any, person: Any) -> bool:
    """The task's lead for what others report; for the lead's own report, and where the lead has nobody in
    the office, a dispatcher of the round's region. Nobody for their own report: see `not_by`."""
    if report.lead_id is not None and report.lead_id != report.unit_id:
        if report.lead_id == person.unit_id:
            return True
        if report.lead.users.filter(is_active=True).exists():
            return bool(person.is_superuser)
    return runs(report.round, person)


def is_addressee(order: Any, person: Any) -> bool:
    """The people of the unit, or of the region, that the order went to."""
    if order.to_unit_id is not None and order.to_unit_id == person.unit_id:
        return True
    if order.to_region_id is None:
        return False
    root = region_root(person)
    return bool(root) and str(root).startswith(order.to_region.path)


ROUND = Loop(
    "round",
    states=RoundState,
    start=RoundState.OPEN,
    closed={RoundState.CLOSED},
    moves=(
        Move("close_round", RoundState.OPEN, RoundState.CLOSED, _("Close the round"), who=runs),
        Move("reopen_round", RoundState.CLOSED, RoundState.OPEN, _("Open it again"), who=runs, reason=True),
    ),
)

REPORT = Loop(
    "report",
    states=ReportState,
    start=ReportState.DRAFT,
    closed={ReportState.VERIFIED, ReportState.FALSE},
    moves=(
        Move(
            "submit_report", (ReportState.DRAFT, ReportState.RETURNED), ReportState.SUBMITTED,
            _("Submit the report"), capability=Capability.REPORT_TASK, who=is_reporter, limit=VERIFY_WITHIN,
        ),
        Move(
            "verify_report", ReportState.SUBMITTED, ReportState.VERIFIED, _("Verify"),
            capability=Capability.VERIFY_REPORT, who=is_verifier, not_by=("submit_report",),
        ),
        Move(
            "return_report", ReportState.SUBMITTED, ReportState.RETURNED, _("Send back"), reason=True,
            capability=Capability.VERIFY_REPORT, who=is_verifier, not_by=("submit_report",),
        ),
        Move(
            "find_report_false", (ReportState.SUBMITTED, ReportState.VERIFIED), ReportState.FALSE,
            _("Find false"), reason=True, capability=Capability.VERIFY_REPORT, who=is_verifier,
            not_by=("submit_report",),
        ),
    ),
)  # fmt: skip

ORDER = Loop(
    "order",
    states=OrderState,
    start=OrderState.ISSUED,
    closed={OrderState.CLOSED, OrderState.WITHDRAWN},
    moves=(
        Move(
            "reply_order", (OrderState.ISSUED, OrderState.RETURNED), OrderState.REPLIED,
            _("Send the reply"), capability=Capability.REPORT_TASK, who=is_addressee,
        ),
        Move(
            "accept_reply", OrderState.REPLIED, OrderState.ACCEPTED, _("Accept the reply"), who=runs,
            not_by=("reply_order",),
        ),
        Move(
            "return_reply", OrderState.REPLIED, OrderState.RETURNED, _("Send the reply back"), who=runs,
            reason=True, not_by=("reply_order",),
        ),
        Move("close_order", OrderState.ACCEPTED, OrderState.CLOSED, _("Close the order"), who=runs),
        Move(
            "withdraw_order", (OrderState.ISSUED, OrderState.REPLIED, OrderState.RETURNED),
            OrderState.WITHDRAWN, _("Withdraw the order"), who=runs, reason=True,
        ),
    ),
)  # fmt: skip
