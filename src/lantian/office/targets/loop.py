"""The loop of an allotment: pending, assigned, issued, acknowledged or objected to, revised, issued again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.loops import Loop, Move
from lantian.office.people.rules import Capability
from lantian.office.people.scope import is_enterprise, region_root


class State(models.TextChoices):
    """How far an allotment is."""

    PENDING = "pending", _("pending until assigned")
    ASSIGNED = "assigned", _("assigned, not issued yet")
    ISSUED = "issued", _("issued, not acknowledged yet")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    OBJECTED = "objected", _("objected to")
    REVISED = "revised", _("being revised")
    REISSUED = "reissued", _("issued again, not acknowledged yet")


IN_FORCE = frozenset({State.ISSUED, State.ACKNOWLEDGED, State.OBJECTED, State.REVISED, State.REISSUED})
READY = frozenset({State.ASSIGNED, State.REVISED})  # a letter can take it
TO_ANSWER = frozenset({State.ISSUED, State.REISSUED})


def divides(allotment: Any, person: Any) -> bool:
    """Whether the person answers for the region that divides: the child's own people do not."""
    root = region_root(person)
    return root is not None and allotment.division.region.path.startswith(root)


def receives(allotment: Any, person: Any) -> bool:
    """Whether the person is an officer of the child itself."""
    return person.region_id == allotment.region_id and not is_enterprise(person)


_C = Capability
ALLOTMENT = Loop(
    "allotment",
    states=State,
    start=State.PENDING,
    closed={State.ACKNOWLEDGED},
    moves=(
        Move("assign", (State.PENDING, State.ASSIGNED), State.ASSIGNED, _("Assign"),
             capability=_C.ISSUE_TARGETS, who=divides),
        Move("unassign", State.ASSIGNED, State.PENDING, _("Take back"), capability=_C.ISSUE_TARGETS,
             who=divides, reason=True),
        Move("issue_target", State.ASSIGNED, State.ISSUED, _("Issue by letter"), capability=_C.ISSUE_TARGETS,
             who=divides, limit=timedelta(days=10)),
        Move("acknowledge", (State.ISSUED, State.REISSUED), State.ACKNOWLEDGED, _("Acknowledge"),
             capability=_C.REPORT_TASK, who=receives, not_by=("issue_target", "reissue_target")),
        Move("object", (State.ISSUED, State.REISSUED), State.OBJECTED, _("Object"),
             capability=_C.REPORT_TASK, who=receives, reason=True,
             not_by=("issue_target", "reissue_target"), limit=timedelta(days=10)),
        Move("revise", (State.ISSUED, State.ACKNOWLEDGED, State.OBJECTED, State.REVISED, State.REISSUED),
             State.REVISED, _("Revise"), capability=_C.ISSUE_TARGETS, who=divides, reason=True,
             limit=timedelta(days=10)),
        Move("reissue_target", State.REVISED, State.REISSUED, _("Issue again"),
             capability=_C.ISSUE_TARGETS, who=divides, limit=timedelta(days=10)),
    ),
)  # fmt: skip
