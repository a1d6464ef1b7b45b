"""The loops of grading: an application, an objection to a public notice, a grade, a proposal to lower one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.loops import Loop, Move
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise

LEVELS = ("province", "city", "county")  # the higher first


class ApplicationState(models.TextChoices):
    """Where an application for a grade stands."""

    DRAFT = "draft", pgettext_lazy("an application", "being filled in")
    DECLARED = "declared", pgettext_lazy("an application", "to be reviewed")
    SITE = "site", pgettext_lazy("an application", "to be checked on site")
    CHECKED = "checked", pgettext_lazy("an application", "to be put on public notice")
    NOTICE = "notice", pgettext_lazy("an application", "on public notice")
    GRANTED = "granted", pgettext_lazy("an application", "graded")
    REFUSED = "refused", pgettext_lazy("an application", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("an application", "withdrawn")


class ObjectionState(models.TextChoices):
    """What became of an objection to a public notice."""

    RAISED = "raised", pgettext_lazy("a notice", "objection to be looked into")
    UPHELD = "upheld", pgettext_lazy("a notice", "objection upheld")
    REJECTED = "rejected", pgettext_lazy("a notice", "objection not upheld")


class GradeState(models.TextChoices):
    """What became of a grade."""

    IN_FORCE = "in_force", pgettext_lazy("a grade", "in force")
    EXPIRED = "expired", pgettext_lazy("a grade", "expired")
    LOWERED = "lowered", pgettext_lazy("a grade", "lowered")
    REPLACED = "replaced", pgettext_lazy("a grade", "replaced by a later one")


class DowngradeState(models.TextChoices):
    """What became of a proposal to lower a grade."""

    PROPOSED = "proposed", pgettext_lazy("a downgrade", "to be decided")
    LOWERED = "lowered", pgettext_lazy("a downgrade", "grade lowered")
    DISMISSED = "dismissed", pgettext_lazy("a downgrade", "not lowered")


def declares_for(enterprise: Any, person: Any) -> bool:
    """Whether a person fills in for an enterprise: its own people, or an officer who keeps registers."""
    if is_enterprise(person):
        return bool(enterprise.account_id is not None and person.unit_id == enterprise.account_id)
    return can(person, Capability.KEEP_REGISTER)


def declares(application: Any, person: Any) -> bool:
    """The same for the enterprise of an application."""
    return declares_for(application.enterprise, person)


def in_office(_thing: Any, person: Any) -> bool:
    """Whether a person is of the office: the people of an enterprise judge nobody."""
    return not is_enterprise(person)


def level_of(person: Any) -> str:
    """The level a person answers for: `province`, `city`, `county` or lower; a superuser the highest."""
    if person.is_superuser:
        return LEVELS[0]
    return str(person.region.level) if person.region is not None and not is_enterprise(person) else ""


def is_at_least(person: Any, level: str) -> bool:
    """Whether a person's level is this one or above it."""
    own = level_of(person)
    return own in LEVELS and LEVELS.index(own) <= LEVELS.index(level)


def of_the_city(_thing: Any, person: Any) -> bool:
    """Whether a person answers for a city or the province."""
    return is_at_least(person, "city")


_S, _D = ApplicationState, DowngradeState

APPLICATION = Loop(
    "grade_application",
    states=ApplicationState,
    start=_S.DRAFT,
    closed={_S.GRANTED, _S.REFUSED, _S.WITHDRAWN},
    begun_by=("start_application",),
    moves=(
        Move("declare_grade", _S.DRAFT, _S.DECLARED, _("Declare"), who=declares),
        Move(
            "pass_review", _S.DECLARED, _S.SITE, _("Pass to the site check"),
            capability=Capability.VERIFY_REPORT, who=in_office, not_by=("start_application", "declare_grade"),
        ),
        Move(
            "send_back", _S.DECLARED, _S.DRAFT, _("Send back to be completed"), reason=True,
            capability=Capability.VERIFY_REPORT, who=in_office, not_by=("start_application", "declare_grade"),
        ),
        Move(
            "record_site_check", _S.SITE, _S.CHECKED, _("Record the site check"), reason=True,
            capability=Capability.VERIFY_REPORT, who=in_office, not_by=("start_application", "declare_grade"),
        ),
        Move(
            "put_on_notice", _S.CHECKED, _S.NOTICE, _("Put on public notice"),
            capability=Capability.DECIDE_CONSEQUENCE, who=of_the_city,
            not_by=("start_application", "declare_grade"),
        ),
        Move(
            "decide_grade", _S.NOTICE, _S.GRANTED, _("Decide the grade"), reason=True,
            capability=Capability.DECIDE_CONSEQUENCE, who=of_the_city,
            not_by=("start_application", "declare_grade", "pass_review", "record_site_check"),
        ),
        Move(
            "check_again", (_S.CHECKED, _S.NOTICE), _S.SITE, _("Check on site again"), reason=True,
            capability=Capability.DECIDE_CONSEQUENCE, who=of_the_city,
            not_by=("start_application", "declare_grade"),
        ),
        Move(
            "refuse_grade", (_S.DECLARED, _S.CHECKED, _S.NOTICE), _S.REFUSED, _("Refuse the application"),
            reason=True, capability=Capability.DECIDE_CONSEQUENCE, who=of_the_city,
            not_by=("start_application", "declare_grade"),
        ),
        Move(
            "withdraw_application", (_S.DRAFT, _S.DECLARED, _S.SITE, _S.CHECKED), _S.WITHDRAWN,
            _("Withdraw the application"), reason=True, who=declares,
        ),
    ),
)  # fmt: skip

NOTICE_OBJECTION = Loop(
    "grade_objection",
    states=ObjectionState,
    start=ObjectionState.RAISED,
    closed={ObjectionState.UPHELD, ObjectionState.REJECTED},
    moves=(
        Move(
            "uphold_objection", ObjectionState.RAISED, ObjectionState.UPHELD, _("Uphold the objection"),
            reason=True, capability=Capability.DECIDE_CONSEQUENCE, who=of_the_city,
        ),
        Move(
            "not_uphold_objection", ObjectionState.RAISED, ObjectionState.REJECTED,
            _("Do not uphold the objection"), reason=True, capability=Capability.DECIDE_CONSEQUENCE,
            who=of_the_city,
        ),
    ),
)  # fmt: skip

GRADE = Loop(
    "grade",
    states=GradeState,
    start=GradeState.IN_FORCE,
    closed={GradeState.EXPIRED, GradeState.LOWERED, GradeState.REPLACED},
    moves=(
        # Nobody's buttons: these follow from a day that has passed, or a decision taken elsewhere.
        Move("expire_grade", GradeState.IN_FORCE, GradeState.EXPIRED, _("Note as expired"), who=of_the_city),
        Move(
            "end_lowered", (GradeState.IN_FORCE, GradeState.EXPIRED), GradeState.LOWERED,
            _("End, lowered"), who=of_the_city,
        ),
        Move(
            "end_replaced", (GradeState.IN_FORCE, GradeState.EXPIRED), GradeState.REPLACED,
            _("End, replaced"), who=of_the_city,
        ),
    ),
)  # fmt: skip

DOWNGRADE = Loop(
    "downgrade",
    states=DowngradeState,
    start=_D.PROPOSED,
    closed={_D.LOWERED, _D.DISMISSED},
    begun_by=("propose_downgrade",),
    moves=(
        Move(
            "lower_grade", _D.PROPOSED, _D.LOWERED, _("Lower the grade"), reason=True,
            capability=Capability.DECIDE_CONSEQUENCE, who=of_the_city, not_by=("propose_downgrade",),
        ),
        Move(
            "dismiss_downgrade", _D.PROPOSED, _D.DISMISSED, _("Do not lower it"), reason=True,
            capability=Capability.DECIDE_CONSEQUENCE, who=of_the_city, not_by=("propose_downgrade",),
        ),
    ),
)  # fmt: skip
