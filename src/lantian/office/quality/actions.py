"""Decisions about hours: the store, the record and the log in one go.

The store of observations is no part of the database's transaction. So the intent is written first, then the
store (which takes all reviews or none), then record and log in one transaction. What was cut short in
between is finished from the intent when the store has it, and dropped when it has not.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.ambient.reviews import Review, apply_reviews
from lantian.ambient.screens import Suspicion as Found
from lantian.errors import LantianError
from lantian.lake import Commit
from lantian.office.monitoring import kernel
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.quality import locking, rules
from lantian.office.quality.models import Decision, Suspicion
from lantian.office.quality.rules import Wish

VERBS = {"accept": "accept_hours", "void": "void_hours", "correct": "correct_hours"}
SOURCE = "decision of the office "
MOST = 500
"""Suspicions of one decision."""


def decide(actor: Any, suspicions: Sequence[Suspicion], wish: Wish) -> list[Decision]:
    """Decide about suspicions, all alike: one new version of the observations, figures follow at once.

    A decision about hours that were decided before lays itself over the earlier one; accepting brings the
    delivered values back.

    Parameters
    ----------
    actor
        the request of the person who decides, or that person
    suspicions
        what it is about, as far as the person sees it
    wish
        verdict, reason, and where they differ from the suspicion's own: items, hours, values

    Returns
    -------
    the decisions, one a suspicion

    Raises
    ------
    PermissionDenied
        this person may not review data
    LantianError
        the wish is wrong, or the store cannot be written; then nothing is kept
    """
    person = getattr(actor, "user", actor)
    if not can(person, Capability.REVIEW_DATA):
        raise PermissionDenied
    if not suspicions:
        raise LantianError(_("nothing was chosen"), remedy=_("Tick the suspicions this is about."))
    if len(suspicions) > MOST:
        raise LantianError(_("too many at once"), remedy=_("Choose fewer."))
    if wish.verdict == "correct" and len(suspicions) > 1:
        raise LantianError(_("only one suspicion at a time can be corrected"))
    if len({suspicion.kind for suspicion in suspicions}) > 1:
        raise LantianError(_("stations and city feeds are decided apart"))
    name = person.get_username()
    with locking.alone(locking.DECIDING):
        _finish()
        batch = uuid.uuid4()
        told = [rules.reviews(Found.from_dict(one.body), wish, name) for one in suspicions]
        with transaction.atomic():
            made = [
                Decision.objects.create(
                    suspicion=suspicion,
                    batch=batch,
                    verdict=wish.verdict,
                    reviews=[review.as_dict() for review in reviews],
                    reason=wish.reason.strip(),
                    made_by=person,
                )
                for suspicion, reviews in zip(suspicions, told, strict=True)
            ]
        try:
            commit = apply_reviews(
                kernel.lake(),
                suspicions[0].kind,
                [review for reviews in told for review in reviews],
                source=f"{SOURCE}{batch}",
            )
        except BaseException:
            # Dropped, unless the store took it before it failed.
            _finish()
            raise
        _close(made, commit, actor)
    return made


def finish_what_was_cut_short() -> None:
    """Close decisions that the store has and the record has not, and drop those that never reached it."""
    if not Decision.objects.filter(state=Decision.State.PENDING).exists():
        return
    try:
        with locking.alone(locking.DECIDING, wait=False):
            _finish()
    except locking.BusyError:
        return  # whoever decides now closes it


def _finish() -> None:
    pending = Decision.objects.filter(state=Decision.State.PENDING).select_related("suspicion", "made_by")
    batches: dict[uuid.UUID, list[Decision]] = {}
    for decision in pending:
        batches.setdefault(decision.batch, []).append(decision)
    if not batches:
        return
    written = {commit.source: commit for commit in kernel.lake().commits()}
    for batch, decisions in batches.items():
        commit = written.get(f"{SOURCE}{batch}")
        if commit is None:
            with transaction.atomic():
                Decision.objects.filter(batch=batch).delete()
        else:
            _close(decisions, commit, decisions[0].made_by)


def _close(decisions: Sequence[Decision], commit: Commit, actor: Any) -> None:
    with transaction.atomic():
        for decision in decisions:
            suspicion = Suspicion.objects.select_for_update().get(pk=decision.suspicion_id)
            decision.state = Decision.State.APPLIED
            decision.version = commit.version
            decision.changed = int(commit.details.get("changed", 0))
            decision.save(update_fields=["state", "version", "changed"])
            before = suspicion.state
            if rules.settles(Found.from_dict(suspicion.body), _all_reviews(suspicion)):
                suspicion.state = rules.STATE_AFTER[decision.verdict]
                suspicion.save(update_fields=["state"])
            record(
                actor,
                VERBS[decision.verdict],
                suspicion,
                decision.reason,
                before={"state": before},
                after={
                    "state": suspicion.state,
                    "version": commit.version,
                    "reviews": decision.reviews,
                },
            )


def _all_reviews(suspicion: Suspicion) -> list[Review]:
    applied = suspicion.decisions.filter(state=Decision.State.APPLIED).order_by("pk")
    return [Review.from_dict(body) for decision in applied for body in decision.reviews]
