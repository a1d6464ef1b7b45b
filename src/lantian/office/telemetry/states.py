"""The loop of a declaration: what an enterprise says about its hours, and what the office makes of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.loops import Loop, Move
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise


class DeclarationState(models.TextChoices):
    """Where a declared mark or correction stands."""

    DECLARED = "declared", pgettext_lazy("a declaration", "to be reviewed")
    ACCEPTED = "accepted", pgettext_lazy("a declaration", "accepted")
    REFUSED = "refused", pgettext_lazy("a declaration", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("a declaration", "withdrawn")


def declares_for(device: Any, person: Any) -> bool:
    """Whether a person speaks for a device: its enterprise's people, or an officer who keeps registers."""
    if is_enterprise(person):
        owner = device.enterprise
        return bool(owner is not None and owner.account_id is not None and person.unit_id == owner.account_id)
    return can(person, Capability.KEEP_REGISTER)


def declares(declaration: Any, person: Any) -> bool:
    """The same for the device of a declaration."""
    return declares_for(declaration.device, person)


def reviews(_declaration: Any, person: Any) -> bool:
    """Whether a person of the office decides about declarations; the people of an enterprise never do."""
    return not is_enterprise(person) and (
        can(person, Capability.VERIFY_REPORT) or can(person, Capability.REVIEW_DATA)
    )


_S = DeclarationState
DECLARATION = Loop(
    "line_declaration",
    states=DeclarationState,
    start=_S.DECLARED,
    closed={_S.ACCEPTED, _S.REFUSED, _S.WITHDRAWN},
    begun_by=("declare_hours",),
    moves=(
        Move(
            "accept_declaration", _S.DECLARED, _S.ACCEPTED, _("Accept the declaration"), who=reviews,
            not_by=("declare_hours",),
        ),
        Move(
            "refuse_declaration", _S.DECLARED, _S.REFUSED, _("Refuse the declaration"), reason=True,
            who=reviews, not_by=("declare_hours",),
        ),
        Move(
            "withdraw_declaration", _S.DECLARED, _S.WITHDRAWN, _("Withdraw the declaration"), who=declares,
        ),
    ),
)  # fmt: skip
