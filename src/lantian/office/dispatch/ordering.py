"""Supervision orders: issued, replied to, accepted or sent back, closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch import evidence, papers
from lantian.office.dispatch.models import (
    OrderReply,
    OrderSubject,
    ReplyFile,
    Round,
    SupervisionOrder,
)
from lantian.office.dispatch.opening import end_of
from lantian.office.dispatch.states import ORDER, answers_for
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.loops.moving import may
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.regions.models import Region


def issue_order(
    actor: Any,
    region: Region,
    *,
    title: str,
    text: str,
    reply_by: date,
    to_unit: Unit | None = None,
    to_region: Region | None = None,
    about: Iterable[models.Model] = (),
    round_: Round | None = None,
    issuer: str = "",
) -> SupervisionOrder:
    """Issue a supervision order; it gets its number and its paper at once.

    Parameters
    ----------
    region
        in whose name it is issued
    to_unit, to_region
        to whom: exactly one; inside the region, or a unit of no region
    about
        saved things of any app: tasks, reports, findings; kept by their words and address

    Raises
    ------
    LantianError
        title, text or addressee do not fit, or the day to reply by has passed
    PermissionDenied
        the actor does not run dispatch in this region
    """
    person = getattr(actor, "user", actor)
    if person is not None and not (can(person, Capability.RUN_DISPATCH) and answers_for(region.path, person)):
        raise PermissionDenied
    if not title.strip() or not text.strip():
        raise LantianError(_("an order says what it is about and what is asked"))
    if (to_unit is None) == (to_region is None):
        raise LantianError(_("an order goes to one unit or one region"))
    seat = to_region or (to_unit.region if to_unit else None)
    if seat is not None and not seat.path.startswith(region.path):
        raise LantianError(
            _("%(name)s lies outside %(region)s") % {"name": seat.label, "region": region.label}
        )
    if reply_by < clock.today():
        raise LantianError(_("the day to reply by has passed"), remedy=_("Give a day to come."))
    named = issuer.strip() or (person.unit.name if getattr(person, "unit", None) else region.name)
    with transaction.atomic():
        # Numbers of a region are given one after the other: its row is the lock.
        Region.objects.select_for_update().get(pk=region.pk)
        now = clock.now()
        year = timezone.localtime(now).year
        last = SupervisionOrder.objects.filter(region=region, year=year).aggregate(last=Max("number"))
        made = SupervisionOrder.objects.create(
            region=region, to_unit=to_unit, to_region=to_region, round=round_, year=year,
            number=(last["last"] or 0) + 1, title=title.strip()[:200], text=text.strip(),
            issuer=named[:120],
            reply_by=end_of(reply_by), state_due=end_of(reply_by), state_since=now, issued_by=person,
            issued_at=now,
        )  # fmt: skip
        OrderSubject.objects.bulk_create([_subject(made, thing) for thing in about])
        made.papers = papers.kept(papers.order_paper, made)
        made.save(update_fields=["papers"])
        after = {
            "state": made.state, "title": made.title, "to": made.addressee, "reply_by": made.reply_by,
            "papers": made.papers,
        }  # fmt: skip
        record(actor, "issue_order", made, after=after)
    return made


def reply(
    order: SupervisionOrder, actor: Any, text: str, *, version: int | None = None, files: Iterable[Any] = ()
) -> OrderReply:
    """Answer an order.

    Raises
    ------
    LantianError
        the words are missing, it waits for no reply, or a file is no evidence
    """
    if not text.strip():
        raise LantianError(_("a reply says what was done"), where=str(order))
    given, made = list(files), []
    if len(given) > evidence.MAX_FILES:
        raise LantianError(_("a reply takes %(number)d files at most") % {"number": evidence.MAX_FILES})

    def also(row: SupervisionOrder) -> dict[str, Any]:
        person, now = getattr(actor, "user", actor), clock.now()
        answer = OrderReply.objects.create(order=row, text=text.strip(), by=person, at=now)
        made.append(answer)
        kept = [evidence.keep(upload) for upload in given]
        for one in {k.sha256: k for k in kept}.values():
            ReplyFile.objects.create(reply=answer, added_by=person, added_at=now, **one.fields)
        if row.first_replied_at is None:
            row.first_replied_at = now
        return {"reply": answer.text, "files": {k.name: k.sha256 for k in kept}}

    move(order, "reply_order", actor, version=version, also=also)
    return made[0]


def accept_reply(
    order: SupervisionOrder, actor: Any, reason: str = "", *, version: int | None = None
) -> None:
    """Take the reply; the order waits to be closed."""
    move(order, "accept_reply", actor, reason, version=version)


def return_reply(
    order: SupervisionOrder, actor: Any, reason: str, *, reply_by: date, version: int | None = None
) -> None:
    """Send the reply back, with a new day to reply by.

    Raises
    ------
    LantianError
        the day has passed, or the reason is missing
    """
    if reply_by < clock.today():
        raise LantianError(_("the day to reply by has passed"), remedy=_("Give a day to come."))
    move(order, "return_reply", actor, reason, version=version, due=end_of(reply_by))


def close_order(order: SupervisionOrder, actor: Any, reason: str = "", *, version: int | None = None) -> None:
    """Close an order whose reply was accepted."""
    move(order, "close_order", actor, reason, version=version)


def withdraw_order(order: SupervisionOrder, actor: Any, reason: str, *, version: int | None = None) -> None:
    """Take an order back that should not have been issued."""
    move(order, "withdraw_order", actor, reason, version=version)


def raise_from_round(
    round_: Round, actor: Any, holders: Sequence[str], *, reply_by: date
) -> list[SupervisionOrder]:
    """One order to each of these units and regions about what they have late, missing or false in a round.

    Raises
    ------
    LantianError
        one of them has nothing of the kind, or got its order about this round already
    """
    from lantian.office.dispatch.table import marks, reports_of

    reports = [r for r in reports_of(round_) if r.holder in set(holders)]
    made = []
    with transaction.atomic():
        # Two people pressing the button at once would issue the same orders twice.
        Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
        with translation.override("zh-hans"):
            title = _("%(round)s: late or missing reports") % {"round": round_}
        for key in dict.fromkeys(holders):
            of_one = [r for r in reports if r.holder == key]
            behind = [r for r in of_one if {"late", "missing", "false"} & set(marks(r, round_))]
            if not behind:
                raise LantianError(_("nothing of it is late, missing or false"), where=key)
            unit, place = behind[0].unit, behind[0].region
            target = {"to_region": place} if place is not None else {"to_unit": unit}
            if SupervisionOrder.objects.filter(round=round_, **target).exclude(state="withdrawn").exists():
                raise LantianError(
                    _("%(name)s has an order about this round already") % {"name": behind[0].holder_label}
                )
            # What leaves the office is written in its language, whichever the dispatcher reads.
            with translation.override("zh-hans"):
                text = _demand(behind, round_)
            made.append(
                issue_order(
                    actor, round_.region, title=title, text=text, reply_by=reply_by, about=behind,
                    round_=round_, **target,
                )
            )  # fmt: skip
    return made


def may_reply(order: SupervisionOrder, person: Any) -> bool:
    """Whether this person can reply now."""
    step = ORDER.move("reply_order")
    return step.starts_from(order.state) and may(order, step, person)


def _demand(behind: Sequence[Any], round_: Round) -> str:
    missing = sum(1 for r in behind if r.is_missing)
    late = sum(1 for r in behind if r.late)
    false = sum(1 for r in behind if r.state == "found_false")
    return _(
        "In the dispatch round %(round)s you have %(missing)d reports not submitted, %(late)d submitted late "
        "and %(false)d found false. Report what is missing, say why it was late, and how it will not happen "
        "again."
    ) % {"round": round_, "missing": missing, "late": late, "false": false}


def _subject(order: SupervisionOrder, thing: models.Model) -> OrderSubject:
    with translation.override("zh-hans"):
        words = str(thing)[:300]
    url = thing.get_absolute_url() if hasattr(thing, "get_absolute_url") else ""
    return OrderSubject(
        order=order, thing_type=thing._meta.label_lower, thing_id=str(thing.pk), words=words, url=url
    )
