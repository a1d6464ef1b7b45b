"""Writes about proposals: decided, carried out with proof, lifted; what was promised and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.consequences import supervising
from lantian.office.consequences.models import PROPOSAL, Proposal, ProposalFile, State
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.monitoring import kernel
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can

DECISIONS = frozenset({"impose", "impose_changed", "waive"})
NEEDS_AMOUNT = frozenset({"deduction", "load_cut"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is written with a decision; None and empty leave what was proposed."""

    amount: Decimal | None = None
    first: date | None = None
    last: date | None = None
    addressees: str = ""
    reply_by: date | None = None  # of a supervision: the day to reply to its order by


def decide(
    proposal: Proposal, name: str, actor: Any, reason: str = "", *, version: int | None = None,
    decision: Decision | None = None,
) -> None:  # fmt: skip
    """Impose as proposed (`impose`), impose something else (`impose_changed`), or waive (`waive`).

    A supervision that is imposed is a supervision order of dispatch at once, to be replied to by its day.

    Parameters
    ----------
    proposal
        one not decided yet
    name
        the move
    actor
        the request or person
    reason
        why; needed unless it is imposed as proposed
    version
        the version the actor saw
    decision
        whom it is imposed on; where it is changed also the amount and the days

    Raises
    ------
    LantianError
        the ground has fallen away and it is to be imposed; a deduction or cut without an amount; the days end
        before they begin; what `loops.move` refuses
    PermissionDenied
        the actor may not decide about it
    """
    if name not in DECISIONS:
        raise PermissionDenied
    wish = decision or Decision()
    person = getattr(actor, "user", actor)
    values: dict[str, Any] = {
        "decided_by": person, "decided_at": clock.now(), "decision_words": reason.strip(),
        "addressees": wish.addressees.strip(),
    }  # fmt: skip
    due = None
    if name != "waive":
        values |= _imposed(proposal, name, wish)
        days = kernel.rulebook().rule("consequences.parameters.carry_out_days", on=clock.today()).integer
        due = clock.now() + timedelta(days=days)

    def still_grounded(row: Proposal) -> None:
        if name != "waive" and row.ground_gone_on is not None and not reason.strip():
            raise LantianError(
                _("its ground has fallen away since it was raised"),
                where=str(row),
                remedy=_("Waive it, or say why it is imposed all the same."),
            )

    def also(row: Proposal) -> dict[str, Any]:
        still_grounded(row)
        if name == "waive" or row.kind != supervising.KIND:
            return {}
        return {"order": supervising.issue(row, actor, wish.reply_by).pk}

    move(proposal, name, actor, reason, version=version, values=values, due=due, also=also)


def _imposed(proposal: Proposal, name: str, wish: Decision) -> dict[str, Any]:
    changed = name == "impose_changed"
    amount = wish.amount if changed and wish.amount is not None else proposal.amount
    first = (wish.first if changed else None) or proposal.first_day
    last = wish.last if changed else proposal.last_day
    if proposal.kind in NEEDS_AMOUNT and amount is None:
        raise LantianError(
            _("no document states the amount"), where=str(proposal),
            remedy=_("Choose “Impose, but changed” and state the amount."),
        )  # fmt: skip
    if amount is not None and amount < 0:
        raise LantianError(_("the amount is negative"), remedy=_("Correct the number."))
    if proposal.unit_of_measure == "%" and amount is not None and amount > 100:
        raise LantianError(_("more than 100 %"), remedy=_("Correct the number."))
    if last is not None and last < first:
        raise LantianError(_("it ends before it begins"), remedy=_("Correct the days."))
    return {"decided_amount": amount, "decided_first": first, "decided_last": last}


def carry_out(
    proposal: Proposal, actor: Any, words: str, files: Iterable[Any], *, version: int | None = None
) -> None:
    """Report that it was carried out, with the files that prove it, or with its supervision order closed.

    Raises
    ------
    LantianError
        nothing proves it; a file is no evidence; what `loops.move` refuses
    """
    uploads = list(files)
    order = supervising.closed_order(proposal) if proposal.kind == supervising.KIND else None
    if not uploads and order is None:
        proof = proposal.said("proof")
        raise LantianError(
            _("nothing proves that it was carried out"), remedy=_("Needed: %(proof)s.") % {"proof": proof}
        )
    kept = _kept(uploads)
    person = getattr(actor, "user", actor)

    def keep_rows(row: Proposal) -> dict[str, Any]:
        ProposalFile.objects.bulk_create(
            ProposalFile(proposal=row, added_by=person, step="carry_out", **one.fields) for one in kept
        )
        return {"files": [one.sha256 for one in kept], **({"order": order.pk} if order else {})}

    move(
        proposal, "carry_out", actor, words, version=version, values={"carried_out_on": clock.today()},
        also=keep_rows,
    )  # fmt: skip


def finish(
    proposal: Proposal, name: str, actor: Any, reason: str = "", *, version: int | None = None
) -> None:
    """Lift or close it (`lift`), or note it as expired (`expire`)."""
    if name not in {"lift", "expire"}:
        raise PermissionDenied
    move(proposal, name, actor, reason, version=version)


def note(
    proposal: Proposal, actor: Any, *, commitments: str | None = None, follow_up: date | None = None,
    outcome: str | None = None, files: Iterable[Any] = (), version: int | None = None,
) -> None:  # fmt: skip
    """Keep what was promised in a talk and when it is followed up, or what came of a referral.

    Raises
    ------
    LantianError
        it was not imposed; the follow-up lies before the decision; somebody was faster
    PermissionDenied
        the actor neither decides about consequences nor runs dispatch
    """
    person = getattr(actor, "user", actor)
    if person is not None and not (
        can(person, Capability.DECIDE_CONSEQUENCE) or can(person, Capability.RUN_DISPATCH)
    ):
        raise PermissionDenied
    kept = _kept(list(files))
    wanted = {"commitments": commitments, "follow_up": follow_up, "outcome": outcome}
    with transaction.atomic():
        row = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if version is not None and version != row.version:
            raise LantianError(_("this was changed since you opened it"), remedy=_("Look at it again."))
        if row.state in {State.PROPOSED, State.WAIVED}:
            raise LantianError(_("it was not imposed"), where=str(row))
        if follow_up is not None and row.decided_at is not None and follow_up < row.decided_at.date():
            raise LantianError(_("the follow-up lies before the decision"), remedy=_("Correct the day."))
        changed = {
            key: value for key, value in wanted.items() if value is not None and value != getattr(row, key)
        }
        before = {key: getattr(row, key) for key in changed}
        for key, value in changed.items():
            setattr(row, key, value)
        row.version += 1
        row.save()
        ProposalFile.objects.bulk_create(
            ProposalFile(proposal=row, added_by=person, step="note", **one.fields) for one in kept
        )
        files_kept = {"files": [one.sha256 for one in kept]} if kept else {}
        record(actor, "note_consequence", row, before=before, after={**changed, **files_kept})
    proposal.refresh_from_db()


def _kept(uploads: list[Any]) -> list[Any]:
    if len(uploads) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    return [keep(file) for file in uploads]


NAMES = frozenset(step.name for step in PROPOSAL.moves)
