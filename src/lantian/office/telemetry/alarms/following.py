"""What follows from alarms: a problem found, a lower grade proposed, a higher level where nobody answers."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.grading.downgrading import propose_downgrade
from lantian.office.grading.models import Downgrade, Ground
from lantian.office.loops import move
from lantian.office.monitoring.kernel import rulebook
from lantian.office.telemetry.alarms import recording, steps
from lantian.office.telemetry.alarms.models import Alarm, AlarmKind, DualControl
from lantian.office.telemetry.alarms.states import WAITING, AlarmState

NOT_COUNTED = (AlarmState.VOID, AlarmState.WITHDRAWN)


def escalate_unanswered() -> int:
    """Raise by its step each new alarm nobody acknowledged within its time limit; how many.

    Rule: `telemetry.judgement.escalation`.
    """
    table = rulebook().rule("telemetry.judgement.escalation", on=clock.today()).table
    step, highest = int(table["step"]), int(table["highest"])
    late = Alarm.objects.filter(state=AlarmState.NEW, state_due__lt=clock.now(), level__lt=highest)
    done = 0
    for row in late.order_by("pk"):
        level = min(highest, row.level + step)
        with translation.override(settings.LANGUAGE_CODE):
            note = _("Nobody acknowledged it by %(due)s.") % {
                "due": recording.clock_words(row.state_due or row.since)
            }
        move(
            row, "escalate_alarm", None, note, due=steps.due(f"acknowledge_{level}"),
            values={"level": level, "raised": row.raised + level - row.level},
        )  # fmt: skip
        done += 1
    return done


def open_findings() -> int:
    """Record as problems the alarms of the kinds and the level the rule names; how many are new."""
    table: Any = steps.rule("finding").table
    rows = Alarm.objects.filter(
        state__in=WAITING, finding=None, level__gte=int(table["level"]), kind__in=list(table["kinds"])
    ).select_related("enterprise", "outlet", "region", "unit", "device")
    done = 0
    with translation.override(settings.LANGUAGE_CODE):
        for row in rows.order_by("pk"):
            recording.open_finding(None, row)
            done += 1
    return done


def propose_downgrades() -> int:
    """Propose to lower the grades of enterprises that exceed again and again, or have used up a total.

    Counted are alarms of hours and days of the rule's level that were neither void nor withdrawn, since the
    last such proposal; `grading.propose_downgrade` decides whether the grade is one that falls. How many.
    """
    table = steps.rule("repeated").table
    first = clock.now() - timedelta(days=int(table["days"]))
    rows = (
        Alarm.objects.filter(
            kind__in=[AlarmKind.HOUR, AlarmKind.DAY], level__gte=int(table["level"]), until__gte=first,
            enterprise__isnull=False,
        )
        .exclude(state__in=NOT_COUNTED)
        .select_related("enterprise", "outlet")
        .order_by("since", "pk")
    )  # fmt: skip
    by_enterprise: dict[Any, list[Alarm]] = defaultdict(list)
    for row in rows:
        by_enterprise[row.enterprise].append(row)
    done = 0
    with translation.override(settings.LANGUAGE_CODE):
        for enterprise, alarms in sorted(by_enterprise.items(), key=lambda pair: pair[0].pk):
            before = _proposed_until(enterprise)
            counted = [row for row in alarms if before is None or row.pk > before]
            if len(counted) >= int(table["alarms"]):
                done += _propose(enterprise, counted)
        spent = DualControl.objects.filter(used__gt=F("total"), outlet=None)
        for dual in spent.select_related("enterprise").order_by("pk"):
            done += _propose_total(dual)
    return done


def _proposed_until(enterprise: Any) -> int | None:
    """The newest alarm the last proposal of this kind rests on, by its key."""
    keys = Downgrade.objects.filter(key__startswith=f"alarms:{enterprise.pk}:").values_list("key", flat=True)
    return max((int(str(key).rpartition(":")[2]) for key in keys), default=None)


def _propose(enterprise: Any, alarms: list[Alarm]) -> int:
    last = alarms[-1]
    newest = max(row.pk for row in alarms)
    said = "\n".join(f"{number}. {recording.words_of(row)}" for number, row in enumerate(alarms[:10], 1))
    words = _("%(count)s alarms above the limit:") % {"count": len(alarms)}
    made = propose_downgrade(
        enterprise, Ground.EXCEEDANCE, f"{words}\n{said}", timezone.localdate(last.since),
        key=f"alarms:{enterprise.pk}:{newest}", link=last.get_absolute_url(),
    )  # fmt: skip
    return int(made is not None)


def _propose_total(dual: DualControl) -> int:
    on = dual.as_of or clock.today()
    words = _("%(factor)s: %(used)s t emitted until %(day)s, yearly total %(total)s t.") % {
        "factor": dual.factor_label, "used": dual.used_text, "day": on, "total": dual.total_text,
    }  # fmt: skip
    made = propose_downgrade(
        dual.enterprise, Ground.EXCEEDANCE, words, on,
        key=f"total:{dual.enterprise_id}:{dual.factor}:{dual.year}",
    )  # fmt: skip
    return int(made is not None)


def follow() -> dict[str, int]:
    """Everything that follows from the alarms as they stand: by name, how many."""
    return {
        "escalated": escalate_unanswered(),
        "findings": open_findings(),
        "downgrades": propose_downgrades(),
    }
