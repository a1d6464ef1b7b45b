"""The loops of alarms and of leads: their states, their moves, who may do them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.loops import Loop, Move
from lantian.office.people.rules import Capability
from lantian.office.people.scope import is_enterprise


class AlarmState(models.TextChoices):
    """Where an alarm stands."""

    NEW = "new", pgettext_lazy("an alarm", "new")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("an alarm", "acknowledged")
    ASKED = "asked", pgettext_lazy("an alarm", "explanation asked for")
    EXPLAINED = "explained", pgettext_lazy("an alarm", "explained by the enterprise")
    HANDLED = "handled", pgettext_lazy("an alarm", "handled, to be closed")
    CLOSED = "closed", pgettext_lazy("an alarm", "closed")
    VOID = "void", pgettext_lazy("an alarm", "void")
    WITHDRAWN = "withdrawn", pgettext_lazy("an alarm", "withdrawn after new data")


class LeadState(models.TextChoices):
    """Where a lead stands."""

    NEW = "new", pgettext_lazy("a lead", "new")
    CHECKING = "checking", pgettext_lazy("a lead", "under check")
    CONFIRMED = "confirmed", pgettext_lazy("a lead", "confirmed")
    DISMISSED = "dismissed", pgettext_lazy("a lead", "dismissed")
    WITHDRAWN = "withdrawn", pgettext_lazy("a lead", "withdrawn after new data")


def in_office(_thing: Any, person: Any) -> bool:
    """Whether a person is of the office: the people of an enterprise judge nobody."""
    return not is_enterprise(person)


def is_of_its_enterprise(alarm: Any, person: Any) -> bool:
    """Whether a person belongs to the enterprise the alarm is about."""
    account = alarm.enterprise.account_id if alarm.enterprise is not None else None
    return account is not None and person.unit_id == account


def nobody(_thing: Any, _person: Any) -> bool:
    """Whether a person may: no. The office itself does it, when data changed."""
    return False


_S = AlarmState
_HANDLE = Capability.HANDLE_ALARM
WAITING = (_S.NEW, _S.ACKNOWLEDGED, _S.ASKED, _S.EXPLAINED, _S.HANDLED)
SETTLED = (_S.CLOSED, _S.VOID)

ALARM = Loop(
    "alarm",
    states=AlarmState,
    start=_S.NEW,
    closed={_S.CLOSED, _S.VOID, _S.WITHDRAWN},
    moves=(
        Move("acknowledge", _S.NEW, _S.ACKNOWLEDGED, _("Acknowledge"), capability=_HANDLE, who=in_office),
        Move(
            "ask_explanation", (_S.NEW, _S.ACKNOWLEDGED, _S.EXPLAINED), _S.ASKED,
            _("Ask the enterprise to explain"), capability=_HANDLE, who=in_office, reason=True,
        ),
        Move(
            "explain", (_S.NEW, _S.ACKNOWLEDGED, _S.ASKED), _S.EXPLAINED, _("Explain"),
            who=is_of_its_enterprise, reason=True,
        ),
        Move(
            "handle", (_S.ACKNOWLEDGED, _S.ASKED, _S.EXPLAINED), _S.HANDLED, _("Note what was done"),
            capability=_HANDLE, who=in_office, reason=True,
        ),
        Move(
            "close_alarm", (_S.EXPLAINED, _S.HANDLED), _S.CLOSED, _("Close"), capability=_HANDLE,
            who=in_office, not_by=("explain",),
        ),
        Move(
            "void_alarm", WAITING, _S.VOID, _("Declare void"), capability=_HANDLE, who=in_office,
            reason=True, not_by=("explain",),
        ),
        Move("escalate_alarm", WAITING, _S.NEW, _("Raise the level"), who=nobody, reason=True),
        Move("line_back", WAITING, _S.CLOSED, _("The line is back"), who=nobody, reason=True),
        Move("withdraw_alarm", (*WAITING, _S.CLOSED), _S.WITHDRAWN, _("Withdraw"), who=nobody, reason=True),
        Move("alarm_back", _S.WITHDRAWN, _S.NEW, _("Raise again"), who=nobody, reason=True),
    ),
)  # fmt: skip

_L = LeadState
_CHECK = Capability.CHECK_LEADS
LEAD = Loop(
    "lead",
    states=LeadState,
    start=_L.NEW,
    closed={_L.CONFIRMED, _L.DISMISSED, _L.WITHDRAWN},
    moves=(
        Move("check_lead", _L.NEW, _L.CHECKING, _("Begin to check"), capability=_CHECK, who=in_office),
        Move(
            "confirm_lead", _L.CHECKING, _L.CONFIRMED, _("Confirm and record a problem"), capability=_CHECK,
            who=in_office, reason=True,
        ),
        Move(
            "dismiss_lead", (_L.NEW, _L.CHECKING), _L.DISMISSED, _("Dismiss"), capability=_CHECK,
            who=in_office, reason=True,
        ),
        Move("withdraw_lead", (_L.NEW, _L.CHECKING), _L.WITHDRAWN, _("Withdraw"), who=nobody, reason=True),
        Move("lead_back", _L.WITHDRAWN, _L.NEW, _("Raise again"), who=nobody, reason=True),
    ),
)  # fmt: skip
