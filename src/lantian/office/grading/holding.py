"""Writes about grades themselves: given from a day on, entered from a document, noted as expired."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.grading import steps, words
from lantian.office.grading.definition import Definition, all_grades, definition
from lantian.office.grading.models import Application, Held
from lantian.office.grading.states import GradeState, is_at_least
from lantian.office.loops import move
from lantian.office.monitoring.kernel import rulebook
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can


def definition_for(enterprise: Any, industry: str, on: date) -> Definition:
    """What an enterprise is graded by in an industry on a day; what its city and county ask included."""
    codes = enterprise.region.path.rstrip("/").split("/")
    return definition(rulebook(), industry, codes, on)


def record_given(
    actor: Any, enterprise: Any, *, industry: str, grade: str, first: date, last: date, document: str
) -> Held:
    """Enter a grade that was published before or elsewhere, with the document that gives it."""
    person = getattr(actor, "user", actor)
    if person is not None and not (
        can(person, Capability.DECIDE_CONSEQUENCE) and is_at_least(person, "city")
    ):
        raise PermissionDenied
    taken = definition_for(enterprise, industry, first)
    if taken.grade(grade) is None:
        raise LantianError(_("this industry has no such grade"))
    may_decide(person, grade)
    if not document.strip():
        raise LantianError(_("the document that gives the grade is missing"), remedy=_("Name it."))
    if last < first:
        raise LantianError(_("the last day lies before the first"), remedy=_("Correct the days."))
    with transaction.atomic():
        type(enterprise)._default_manager.select_for_update(of=("self",)).get(pk=enterprise.pk)
        return give(
            actor, enterprise, industry=industry, grade=grade, scale=taken.scale, first=first, last=last,
            document=document,
        )  # fmt: skip


def give(
    actor: Any, enterprise: Any, *, industry: str, grade: str, scale: str, first: date, last: date,
    document: str, application: Application | None = None,
) -> Held:  # fmt: skip
    """A grade from a day on; the one held until then in the same industry ends."""
    others = Held.objects.filter(
        enterprise=enterprise, industry=industry, valid_to__gte=first, valid_from__lte=last
    )
    for other in others.exclude(ended_on__lte=first).order_by("pk"):
        if other.valid_from >= first or other.state not in {GradeState.IN_FORCE, GradeState.EXPIRED}:
            raise LantianError(
                _("another grade of this industry holds from %(day)s") % {"day": other.valid_from},
                remedy=_("Let this one begin later, or leave it."),
            )
        move(other, "end_replaced", None, values={"ended_on": first})
    held = Held.objects.create(
        enterprise=enterprise, industry=industry, grade=grade, scale=scale, valid_from=first, valid_to=last,
        document=document.strip()[:120], application=application, state_since=clock.now(),
    )  # fmt: skip
    record(
        actor, "give_grade", held,
        after={"grade": grade, "valid_from": first, "valid_to": last, "document": held.document},
    )  # fmt: skip
    return held


def may_decide(person: Any, grade: str) -> None:
    """Refuse who may not decide about this grade, and say who does."""
    level = steps.decides(grade)
    if person is not None and not is_at_least(person, level):
        name = _("the province") if level == "province" else _("the city")
        raise LantianError(
            _("%(grade)s is decided by %(level)s") % {"grade": words.grade_label(grade), "level": name},
            remedy=_("Hand it on, or decide a grade that is yours to decide."),
        )


def expire(on: date | None = None) -> int:
    """Note every grade past its last day as expired; returns how many. Meant to run once a day."""
    day = on or clock.today()
    past = Held.objects.filter(state=GradeState.IN_FORCE, valid_to__lt=day).order_by("pk")
    number = 0
    for held in past:
        move(held, "expire_grade", None)
        number += 1
    return number


def rank_of(code: str) -> int:
    """The rank of a grade; the smaller the better."""
    return all_grades(rulebook())[code].rank
