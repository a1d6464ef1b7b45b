"""The loops of assessment: a run from draft to frozen and published, an objection from raised to answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.loops import Loop, Move
from lantian.office.people.rules import Capability
from lantian.office.people.scope import region_root

OBJECT_WITHIN = timedelta(days=7)  # ours: no plan says how long
ANSWER_WITHIN = timedelta(days=5)


class RunState(models.TextChoices):
    """How far a run is."""

    DRAFT = "draft", _("Draft results")
    OBJECTIONS = "objections", _("Open to objections")
    FROZEN = "frozen", _("Results frozen")
    PUBLISHED = "published", _("Results published")


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    RAISED = "raised", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Objection accepted")
    REJECTED = "rejected", _("Objection rejected")
    WITHDRAWN = "withdrawn", _("Objection withdrawn")


def answers_for(region: Any, person: Any) -> bool:
    """Whether this person answers for a region: its own people and those above it."""
    root = region_root(person)
    return root is not None and region is not None and str(region.path).startswith(root)


def assesses(run: Any, person: Any) -> bool:
    """Whether a run is this person's to move: who merely has a card in it has not."""
    return answers_for(run.region, person)


def answers_objection(objection: Any, person: Any) -> bool:
    """Whoever runs the assessment answers what is objected to in it."""
    return answers_for(objection.card.run.region, person)


def raised_it(objection: Any, person: Any) -> bool:
    """Only who raised an objection takes it back."""
    return objection.raised_by_id == person.pk


RUN = Loop(
    "assessment",
    states=RunState,
    start=RunState.DRAFT,
    closed={RunState.FROZEN, RunState.PUBLISHED},
    moves=(
        Move(
            "open_objections", RunState.DRAFT, RunState.OBJECTIONS, _("Open to objections"),
            capability=Capability.ASSESS, who=assesses, limit=OBJECT_WITHIN,
        ),
        Move(
            "back_to_draft", RunState.OBJECTIONS, RunState.DRAFT, _("Back to the draft"),
            capability=Capability.ASSESS, who=assesses, reason=True,
        ),
        Move(
            "freeze_results", RunState.OBJECTIONS, RunState.FROZEN, _("Freeze the results"),
            capability=Capability.ASSESS, who=assesses,
        ),
        Move(
            "publish_results", RunState.FROZEN, RunState.PUBLISHED, _("Publish the results"),
            capability=Capability.ASSESS, who=assesses,
        ),
    ),
)  # fmt: skip

OBJECTION = Loop(
    "objection",
    states=ObjectionState,
    start=ObjectionState.RAISED,
    closed={ObjectionState.ACCEPTED, ObjectionState.REJECTED, ObjectionState.WITHDRAWN},
    begun_by=("object",),
    moves=(
        Move(
            "accept_objection", ObjectionState.RAISED, ObjectionState.ACCEPTED, _("Accept the objection"),
            capability=Capability.ASSESS, who=answers_objection, reason=True, not_by=("object",),
        ),
        Move(
            "reject_objection", ObjectionState.RAISED, ObjectionState.REJECTED, _("Reject the objection"),
            capability=Capability.ASSESS, who=answers_objection, reason=True, not_by=("object",),
        ),
        Move(
            "withdraw_objection", ObjectionState.RAISED, ObjectionState.WITHDRAWN,
            _("Withdraw the objection"), who=raised_it,
        ),
    ),
)  # fmt: skip
