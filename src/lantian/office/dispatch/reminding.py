"""Reminders: what waits for a person, in the office and by e-mail.

A mail host that is away troubles no page: mail is sent by the daily job only, what could not be sent is in
the reminder log with its trouble, and the next run tries it again.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from lantian.office.dispatch.models import Reminder, Report, SupervisionOrder
from lantian.office.dispatch.states import OrderState, ReportState, RoundState
from lantian.office.frame import clock
from lantian.office.people.models import User
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise, region_root

MAX_TRIES = 5
KEEP_TRYING = 3  # days: a reminder of last week says nothing about today


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person: reports to write, reports to verify, orders to reply to."""

    report: int = 0
    verify: int = 0
    reply: int = 0
    late: int = 0  # of all of these, past their time

    @property
    def total(self) -> int:
        """How many things wait."""
        return self.report + self.verify + self.reply


def to_report(person: Any) -> QuerySet[Report]:
    """Reports that wait for this person's unit or region."""
    if not can(person, Capability.REPORT_TASK):
        return Report.objects.none()
    return Report.objects.filter(
        held_by(person), round__state=RoundState.OPEN, state__in=(ReportState.DRAFT, ReportState.RETURNED)
    )


def to_verify(person: Any) -> QuerySet[Report]:
    """Reports that wait for this person's verification, but for those of their own unit."""
    if not can(person, Capability.VERIFY_REPORT):
        return Report.objects.none()
    waiting = Report.objects.visible_to(person).filter(state=ReportState.SUBMITTED)
    as_lead = Q(lead=person.unit_id) & ~Q(unit=F("lead")) if person.unit_id else Q(pk__in=[])
    of_lead = Q(lead__isnull=True) | Q(unit=F("lead"))
    nobody = ~Q(lead__in=User.objects.filter(is_active=True, unit__isnull=False).values("unit"))
    root = region_root(person)
    runs = (
        Q(round__region__path__startswith=root) & (of_lead | nobody)
        if root is not None and can(person, Capability.RUN_DISPATCH)
        else Q(pk__in=[])
    )
    # Nobody verifies what they, or somebody of their unit, submitted.
    own = Q(submitted_by=person.pk)
    if person.unit_id:
        own |= Q(submitted_by__unit=person.unit_id)
    return waiting.filter(as_lead | runs).exclude(own)


def to_reply(person: Any) -> QuerySet[SupervisionOrder]:
    """Orders that wait for a reply of this person's unit or region."""
    if not can(person, Capability.REPORT_TASK):
        return SupervisionOrder.objects.none()
    mine = Q(to_unit=person.unit_id) if person.unit_id else Q(pk__in=[])
    if person.region is not None and not is_enterprise(person):
        mine |= Q(to_region__in=_above(person.region.path))
    return SupervisionOrder.objects.filter(mine, state__in=(OrderState.ISSUED, OrderState.RETURNED))


def waiting_for(person: Any) -> Waiting:
    """What waits for a person now, counted."""
    now = clock.now()
    counts, late = [], 0
    for rows in (to_report(person), to_verify(person), to_reply(person)):
        told = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(state_due__lt=now)))
        counts.append(told["all"])
        late += told["late"]
    return Waiting(*counts, late=late)


def remind() -> tuple[int, int]:
    """Write today's reminders and send what has not been sent yet; returns (sent, failed).

    Asked twice on a day, nobody is told twice. Never raises for a mail host that is away.
    """
    today = clock.today()
    for person in User.objects.filter(is_active=True).exclude(email="").select_related("region", "unit"):
        if Reminder.objects.filter(user=person, day=today).exists():
            continue
        waiting = waiting_for(person)
        if waiting.total:
            with transaction.atomic():
                Reminder.objects.get_or_create(
                    user=person,
                    day=today,
                    defaults={
                        "to_report": waiting.report, "to_verify": waiting.verify, "to_reply": waiting.reply,
                        "address": person.email, "made_at": clock.now(),
                    },
                )  # fmt: skip
    sent = failed = 0
    for reminder in _unsent():
        if _send(reminder):
            sent += 1
        else:
            failed += 1
    return sent, failed


def _unsent() -> list[Reminder]:
    """Those not sent yet, newest first; of several to one person only the newest is worth sending."""
    since = clock.today().toordinal() - KEEP_TRYING
    seen: set[int] = set()
    found = []
    for one in Reminder.objects.filter(sent_at=None, tries__lt=MAX_TRIES).select_related("user"):
        if one.day.toordinal() >= since and one.user_id not in seen:
            found.append(one)
        seen.add(one.user_id)
    return found


def _send(reminder: Reminder) -> bool:
    """Try once; what went wrong is written down."""
    reminder.tries += 1
    with override(settings.LANGUAGE_CODE):
        subject, body = _written(reminder)
    try:
        connection = get_connection(fail_silently=False)
        EmailMessage(
            subject, body, settings.DEFAULT_FROM_EMAIL, [reminder.address], connection=connection
        ).send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        reminder.trouble = f"{type(error).__name__}: {error}"[:300]
        reminder.save(update_fields=["tries", "trouble"])
        return False
    reminder.sent_at, reminder.trouble = clock.now(), ""
    reminder.save(update_fields=["tries", "trouble", "sent_at"])
    return True


def _written(reminder: Reminder) -> tuple[str, str]:
    total = reminder.to_report + reminder.to_verify + reminder.to_reply
    subject = _("Lantian: %(number)d things wait for you") % {"number": total}
    lines = [
        words % {"number": number}
        for words, number in (
            (_("%(number)d reports to submit"), reminder.to_report),
            (_("%(number)d reports to verify"), reminder.to_verify),
            (_("%(number)d supervision orders to reply to"), reminder.to_reply),
        )
        if number
    ]
    address = settings.OFFICE_ADDRESS
    if address:
        lines.append(f"{address}/dispatch/mine/")
    name = reminder.user.get_full_name()
    return subject, "\n".join([_("%(name)s:") % {"name": name}, "", *lines, ""])


def held_by(person: Any) -> Q:
    """The reports of a person's unit, or of their region and those above it."""
    mine = Q(unit=person.unit_id) if person.unit_id else Q(pk__in=[])
    if person.region is not None and not is_enterprise(person):
        mine |= Q(region__in=_above(person.region.path))
    return mine


def _above(path: str) -> Any:
    """The region of a path and those above it: a share of a city is its people's, wherever in it they sit."""
    from lantian.office.regions.models import Region

    parts = [part for part in path.split("/") if part]
    return Region.objects.filter(code__in=parts).values("pk")
