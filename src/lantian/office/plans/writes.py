"""What every write on a plan asks and does alike: who may, the row locked, the signature, a fitting value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.rules import can
from lantian.office.plans.dates import last_day
from lantian.office.plans.models import Plan

DATES = {"by", "from_month"}


def every(model: Any) -> Any:
    """The rows of a model, rejected ones too."""
    return getattr(model, "everything", model.objects)


def plan_of(row: Any) -> Plan:
    """The plan a thing belongs to."""
    return row.task.plan if hasattr(row, "task") and not hasattr(row, "plan_id") else row.plan


def locked(obj: Any, actor: Any, capability: str) -> Any:
    """The row of a thing, locked, if the actor may write on its plan."""
    row = every(type(obj)).select_for_update().get(pk=obj.pk)
    allowed(plan_of(row), actor, capability)
    return row


def allowed(plan: Plan, actor: Any, capability: str) -> None:
    """A plan is reviewed by those who answer for its region, not by everyone it binds."""
    person = getattr(actor, "user", actor)
    if person is None:
        return
    if not can(person, capability) or not Plan.objects.visible_to(person).filter(pk=plan.pk).exists():
        raise PermissionDenied


def sign(row: Any, actor: Any, state: str, reason: str) -> None:
    """Who said what about it, when and why."""
    row.review, row.review_reason = state, reason.strip()[:500]
    row.reviewed_by, row.reviewed_at = getattr(actor, "user", actor), clock.now()


def cleaned(row: Any, name: str, value: Any) -> Any:
    """The value as its field keeps it, or an error that names the field."""
    field = row._meta.get_field(name)
    label = str(field.verbose_name)
    if isinstance(value, str):
        value = value.strip()
    if field.null and value in {"", None}:
        return None
    try:
        if field.get_internal_type() == "DecimalField":
            value = Decimal(str(value))
        cleaned = field.clean("" if value is None else value, row)
    except InvalidOperation as error:
        raise LantianError(
            _('%(field)s: "%(value)s" is not a number') % {"field": label, "value": value}
        ) from error
    except ValidationError as error:
        raise LantianError(f"{label}: {' '.join(error.messages)}") from error
    if name in DATES and cleaned and last_day(cleaned) is None:
        raise LantianError(
            _('%(field)s: "%(value)s" is not a date') % {"field": label, "value": cleaned},
            remedy=_("Write 2025, 2025-10 or 2025-10-31."),
        )
    return cleaned


def plain(value: Any) -> Any:
    """The value as JSON keeps it."""
    return str(value) if isinstance(value, Decimal | date) else value
