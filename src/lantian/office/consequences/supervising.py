"""A consequence of the kind supervision is a supervision order of dispatch: issued with the decision, and,
once it is closed, the proof that the consequence was carried out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.office.consequences import paper
from lantian.office.consequences.models import Proposal
from lantian.office.dispatch import ordering
from lantian.office.dispatch.models import OrderSubject, SupervisionOrder
from lantian.office.dispatch.states import OrderState
from lantian.office.frame import clock

KIND = "supervision"
DAYS_TO_REPLY = 7


def reply_day(proposal: Proposal) -> date:
    """The day to reply by that is offered: the last day of the consequence, or a week from today."""
    today = clock.today()
    last = proposal.last_held
    return last if last is not None and last >= today else today + timedelta(days=DAYS_TO_REPLY)


def orders_of(proposal: Proposal) -> QuerySet[SupervisionOrder]:
    """The supervision orders about a proposal, newest first."""
    about = OrderSubject.objects.filter(thing_type=proposal._meta.label_lower, thing_id=str(proposal.pk))
    return SupervisionOrder.objects.filter(pk__in=about.values("order")).select_related(
        "to_unit", "to_region"
    )


def closed_order(proposal: Proposal) -> SupervisionOrder | None:
    """The order about it that was replied to, accepted and closed: its proof."""
    return orders_of(proposal).filter(state=OrderState.CLOSED).first()


def issue(proposal: Proposal, actor: Any, reply_by: date | None) -> SupervisionOrder:
    """Issue the order of an imposed supervision, in the transaction that imposes it.

    Raises
    ------
    LantianError
        the day to reply by has passed, or the addressee lies outside the region of who imposes it
    PermissionDenied
        the actor does not run dispatch
    """
    person = getattr(actor, "user", actor)
    home = getattr(person, "region", None) or proposal.region
    # What leaves the office is written in its language, whichever the person reads.
    with translation.override("zh-hans"):
        title = f"{proposal.kind_label}：{proposal.title}"
        text = "\n".join(
            [
                paper.grounds(proposal),
                paper.consequence_words(proposal),
                *([proposal.decision_words] if proposal.decision_words else []),
                _("Proof to be sent in: %(proof)s.") % {"proof": proposal.said("proof")},
            ]
        )
    target = {"to_unit": proposal.unit} if proposal.unit else {"to_region": proposal.region}
    return ordering.issue_order(
        actor, home, title=title, text=text, reply_by=reply_by or reply_day(proposal), about=[proposal],
        **target,
    )  # fmt: skip
