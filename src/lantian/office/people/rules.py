"""What each role may do: one table.

What a person may see is another question, answered in `people.scope`; a capability counts inside it only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of an office."""

    ADMINISTRATOR = "administrator", _("Administrator")
    ANALYST = "analyst", _("Analyst")
    DISPATCHER = "dispatcher", _("Dispatcher")
    COUNTY_OFFICER = "county_officer", _("County officer")
    COMPLAINT_KEEPER = "complaint_keeper", _("Complaint keeper")
    DISCIPLINE = "discipline", _("Discipline inspector")


class Capability(models.TextChoices):
    """What can be done in the office."""

    VIEW = "view", _("see what lies in one's region or unit")
    REVIEW_PLAN = "review_plan", _("accept, correct and reject what was read from a plan")
    LOAD_DATA = "load_data", _("load plans and observations")
    ASSIGN_TASK = "assign_task", _("assign tasks and move their deadlines")
    REPORT_TASK = "report_task", _("report progress on a task")
    REVIEW_DATA = "review_data", _("decide about doubtful hours and days to be taken out")
    ISSUE_BULLETIN = "issue_bulletin", _("freeze and issue bulletins")
    RUN_DISPATCH = "run_dispatch", _("open and close dispatch rounds, send supervision orders")
    VERIFY_REPORT = "verify_report", _("verify or send back what others reported")
    ISSUE_TARGETS = "issue_targets", _("divide targets among regions and issue them")
    RECORD_FINDING = "record_finding", _("record problems found and have them rectified")
    KEEP_REGISTER = "keep_register", _("add to registers and change what they hold")
    KEEP_LINE = "keep_line", _("confirm and block devices on the line, set what they may send")
    DECIDE_CONSEQUENCE = "decide_consequence", _("decide about proposed consequences")
    HANDLE_COMPLAINT = "handle_complaint", _("take complaints in, look into them and answer them")
    HANDLE_ALARM = "handle_alarm", _("handle alarms of online monitoring")
    CHECK_LEADS = "check_leads", _("see and check leads of forged data")
    ASSESS = "assess", _("run assessments and freeze their results")
    MANAGE_PEOPLE = "manage_people", _("add people and units")


_C = Capability
CAPABILITIES: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(Capability),
    Role.ANALYST: frozenset(
        {
            _C.VIEW,
            _C.REVIEW_PLAN,
            _C.LOAD_DATA,
            _C.ISSUE_BULLETIN,
            _C.REVIEW_DATA,
            _C.ASSESS,
            _C.KEEP_REGISTER,
            _C.KEEP_LINE,
        }
    ),
    Role.DISPATCHER: frozenset(
        {
            _C.VIEW,
            _C.REVIEW_PLAN,
            _C.ASSIGN_TASK,
            _C.REPORT_TASK,
            _C.RUN_DISPATCH,
            _C.VERIFY_REPORT,
            _C.ISSUE_TARGETS,
            _C.RECORD_FINDING,
            _C.KEEP_REGISTER,
            _C.KEEP_LINE,
            _C.DECIDE_CONSEQUENCE,
            _C.HANDLE_COMPLAINT,
            _C.HANDLE_ALARM,
            _C.CHECK_LEADS,
        }
    ),
    Role.COUNTY_OFFICER: frozenset(
        {
            _C.VIEW,
            _C.REPORT_TASK,
            _C.VERIFY_REPORT,
            _C.RECORD_FINDING,
            _C.KEEP_REGISTER,
            _C.HANDLE_COMPLAINT,
            _C.HANDLE_ALARM,
            _C.CHECK_LEADS,
        }
    ),
    Role.COMPLAINT_KEEPER: frozenset({_C.VIEW, _C.RECORD_FINDING, _C.HANDLE_COMPLAINT}),
    Role.DISCIPLINE: frozenset({_C.VIEW}),
}

# Who may open the name of a complainant. No capability, because a superuser holds every one of them.
READERS_OF_REPORTERS = frozenset({Role.COMPLAINT_KEEPER, Role.DISCIPLINE})


def can(user: Any, capability: str) -> bool:
    """Whether this person may do this, somewhere in what they see."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return bool(user.is_superuser) or capability in CAPABILITIES.get(user.role, frozenset())


def may_read_reporter(user: Any) -> bool:
    """Whether this person may open the name of a complainant: two roles, and never a superuser, whatever role
    the account carries.
    """
    signed_in = getattr(user, "is_authenticated", False) and user.is_active
    return bool(signed_in and not user.is_superuser and user.role in READERS_OF_REPORTERS)


def require(capability: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view for signed-in people with this capability; others get 403 and a page that says so."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not can(request.user, capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate
