"""A person confirms or overrules what was computed about a parent clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.coverage import rules
from lantian.office.coverage.models import CoverageVerdict, Verdict
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.plans.models import Plan

DECISIONS = (Verdict.TAKEN, Verdict.PARTLY, Verdict.NONE, Verdict.NOT_APPLICABLE)


@transaction.atomic
def decide(
    parent: Plan,
    child: Plan,
    key: str,
    request_or_actor: Any,
    *,
    verdict: str,
    child_keys: Sequence[str] = (),
    reason: str = "",
) -> CoverageVerdict:
    """Say what a child plan does about one parent clause; it stands over every later computation.

    Parameters
    ----------
    parent, child
        readable for the person (`readable.pair_or_404`)
    key
        the parent clause, by the reader's key
    verdict
        taken, partly, none or not_applicable
    child_keys
        the child clauses that take it up: at least one for taken and partly, none for the others
    reason
        must be given where the person says otherwise than was computed

    Raises
    ------
    PermissionDenied
        the person may not review plans
    LantianError
        no such clause, no such verdict, a clause missing or one too many, no reason
    """
    user = getattr(request_or_actor, "user", request_or_actor)
    if not can(user, Capability.REVIEW_PLAN):
        raise PermissionDenied
    found = rules.covered(parent, child)
    row = next((row for row in found.rows if row.row.item.key == key), None)
    if row is None:
        raise LantianError(_("The parent plan has no such clause."), where=key)
    if verdict not in set(DECISIONS):
        raise LantianError(_("Choose what the plan does about the clause."), where=row.row.item.cited)
    items = {item.key for item in found.coverage.child.items}
    keys = list(dict.fromkeys(key for key in child_keys if key))
    if not set(keys) <= items:
        raise LantianError(_("The plan has no such clause."), where="、".join(sorted(set(keys) - items)))
    carried = verdict in {Verdict.TAKEN, Verdict.PARTLY}
    if carried and not keys:
        raise LantianError(_("Name the clause that takes it up."), where=row.row.item.cited)
    if not carried:
        keys = []
    if verdict != row.computed and not reason.strip():
        raise LantianError(
            _("Give the reason for saying otherwise than was computed."), where=row.row.item.cited
        )
    before = row.decided
    values = {
        "verdict": verdict,
        "child_keys": keys,
        "computed": row.computed.value,
        "reason": reason.strip()[:500],
        "decided_by": user,
        "decided_at": clock.now(),
    }
    made, _new = CoverageVerdict.objects.update_or_create(
        parent=parent, child=child, parent_key=key, defaults=values
    )
    record(
        request_or_actor,
        "decide_coverage",
        made,
        reason=made.reason,
        before={"verdict": before.verdict, "child_keys": before.child_keys} if before else None,
        after={"verdict": made.verdict, "child_keys": keys, "computed": made.computed},
    )
    return made


@transaction.atomic
def withdraw(made: CoverageVerdict, request_or_actor: Any) -> None:
    """Take a decision back: the computed verdict counts again; the log keeps both."""
    user = getattr(request_or_actor, "user", request_or_actor)
    if not can(user, Capability.REVIEW_PLAN):
        raise PermissionDenied
    record(
        request_or_actor,
        "withdraw",
        made,
        before={"verdict": made.verdict, "child_keys": made.child_keys, "reason": made.reason},
    )
    made.delete()
