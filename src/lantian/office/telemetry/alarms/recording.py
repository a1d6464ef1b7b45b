"""What people do with alarms and leads: acknowledge, ask, explain, close, void, open a problem."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.findings.models import Finding, Severity, Source
from lantian.office.findings.recording import NewFinding, record_once
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise
from lantian.office.telemetry.alarms import steps
from lantian.office.telemetry.alarms.models import Alarm, AlarmFile, AlarmKind, Lead, LeadFile, Level
from lantian.office.telemetry.alarms.states import SETTLED, AlarmState

LONGEST = 2000
MOST_AT_ONCE = 200
DUE_AFTER = {"ask_explanation": "ask", "explain": "explain", "handle": "handle"}
KIND_OF_FINDING = {AlarmKind.LINE: "monitoring"}
SEVERITY = {Level.NOTICE: Severity.MINOR, Level.WARNING: Severity.ORDINARY, Level.SERIOUS: Severity.SERIOUS}


@dataclass(frozen=True, slots=True)
class Many:
    """What became of alarms acknowledged together: how many, and the first that could not be, with why."""

    done: int
    refused: tuple[str, ...] = ()


def act(
    alarm: Alarm, name: str, actor: Any, reason: str = "", *, version: int | None = None,
    files: Iterable[Any] = (),
) -> None:  # fmt: skip
    """Move an alarm on.

    Parameters
    ----------
    name
        a move of the loop a person may do: acknowledge, ask_explanation, explain, handle, close_alarm,
        void_alarm
    reason
        the question, the explanation, what was done, or why it is void
    files
        what proves it

    Raises
    ------
    what `loops.move` raises, and LantianError where a file is no evidence or the words are too long
    """
    person = getattr(actor, "user", actor)
    if len(reason) > LONGEST:
        raise LantianError(
            _("more than %(most)s characters") % {"most": LONGEST}, remedy=_("Say it in fewer words.")
        )
    kept = _kept(files)
    values: dict[str, Any] = {}
    if name == "ask_explanation":
        values["question"] = reason.strip()
    elif name == "explain":
        values["explanation"] = reason.strip()

    def keep_rows(row: Alarm) -> dict[str, Any]:
        AlarmFile.objects.bulk_create(
            AlarmFile(alarm=row, added_by=person, step=name, **one.fields) for one in kept
        )
        return {"files": [one.sha256 for one in kept]} if kept else {}

    move(alarm, name, actor, reason, version=version, values=values, due=_due(alarm, name), also=keep_rows)


def acknowledge_all(actor: Any, alarms: Iterable[Alarm]) -> Many:
    """Acknowledge many alarms, each by itself: one that somebody else took costs the others nothing.

    Raises
    ------
    LantianError
        more than 200 at once
    """
    rows = list(alarms)
    if len(rows) > MOST_AT_ONCE:
        raise LantianError(
            _("more than %(most)s alarms at once") % {"most": MOST_AT_ONCE}, remedy=_("Choose fewer.")
        )
    done, refused = 0, []
    for alarm in rows:
        try:
            act(alarm, "acknowledge", actor)
            done += 1
        except LantianError as error:
            refused.append(error.line)
    return Many(done, tuple(refused))


def open_finding(actor: Any, alarm: Alarm) -> Finding:
    """Record the alarm as a problem found, once; both know each other.

    Parameters
    ----------
    actor
        the request or person; None for the daily step, which does so with escalated alarms

    Raises
    ------
    LantianError
        the alarm is void or withdrawn
    PermissionDenied
        the actor may not handle alarms or record problems
    """
    person = getattr(actor, "user", actor)
    if person is not None and (is_enterprise(person) or not can(person, Capability.HANDLE_ALARM)):
        raise PermissionDenied
    if alarm.state in (AlarmState.VOID, AlarmState.WITHDRAWN):
        raise LantianError(
            _("this alarm is %(state)s: no problem follows from it") % {"state": alarm.state_label}
        )
    with transaction.atomic():
        locked = Alarm.objects.select_for_update(of=("self",)).get(pk=alarm.pk)
        if locked.finding_id is not None:
            alarm.finding = locked.finding
            return locked.finding
        told = NewFinding(
            kind=KIND_OF_FINDING.get(AlarmKind(alarm.kind), "exceedance"),
            source=Source.STACK_ALARM,
            severity=SEVERITY[Level(alarm.level)],
            region=alarm.region,
            unit=alarm.unit,
            place=_place(alarm),
            words=words_of(alarm),
            found_on=clock.today(),
            form_id=uuid.uuid5(uuid.NAMESPACE_URL, f"alarm:{alarm.key}"),
            **_about(alarm),
        )
        found = record_once(actor, told).finding
        locked.finding = found
        locked.save(update_fields=["finding"])
        record(actor, "open_finding", locked, after={"finding": found.pk})
    alarm.finding = found
    return found


def act_lead(
    lead: Lead, name: str, actor: Any, reason: str = "", *, version: int | None = None,
    files: Iterable[Any] = (),
) -> None:  # fmt: skip
    """Move a lead on; one that is confirmed opens a problem in the same transaction.

    Raises
    ------
    what `loops.move` raises, and LantianError where a file is no evidence or the words are too long
    """
    person = getattr(actor, "user", actor)
    if len(reason) > LONGEST:
        raise LantianError(
            _("more than %(most)s characters") % {"most": LONGEST}, remedy=_("Say it in fewer words.")
        )
    kept = _kept(files)

    def follow(row: Lead) -> dict[str, Any]:
        LeadFile.objects.bulk_create(
            LeadFile(lead=row, added_by=person, step=name, **one.fields) for one in kept
        )
        after: dict[str, Any] = {"files": [one.sha256 for one in kept]} if kept else {}
        if name == "confirm_lead":
            row.finding = record_once(actor, _finding_of(row, reason)).finding
            after["finding"] = row.finding.pk
        return after

    move(lead, name, actor, reason, version=version, also=follow)


def words_of(alarm: Alarm) -> str:
    """What an alarm says, in a sentence: for the problem it opens and the proposal it grounds."""
    parts = [str(alarm.kind_label)]
    if alarm.factor:
        parts.append(alarm.factor_label)
    if alarm.limit is not None and alarm.peak is not None and alarm.kind != AlarmKind.TOTAL:
        parts.append(
            _("up to %(peak)s mg/m³, limit %(limit)s mg/m³ (%(basis)s), %(count)s in all")
            % {
                "peak": plain(alarm.peak), "limit": plain(alarm.limit), "basis": alarm.basis_label,
                "count": alarm.count,
            }
        )  # fmt: skip
    first, last = clock_words(alarm.since), clock_words(alarm.until)
    parts.append(_("%(first)s to %(last)s") % {"first": first, "last": last})
    return "；".join(parts)


def plain(value: Any) -> str:
    """A number without the zeros its column adds."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def clock_words(moment: datetime) -> str:
    """A moment in the office's time zone."""
    from django.utils import timezone

    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _due(alarm: Alarm, name: str) -> datetime | None:
    if name == "acknowledge":
        return steps.due("handle")
    return steps.due(DUE_AFTER[name]) if name in DUE_AFTER else None


def _place(row: Alarm | Lead) -> str:
    outlet = f" {row.outlet.number}" if row.outlet is not None else ""
    return f"{row.where}{outlet}"[:200]


def _about(row: Alarm | Lead) -> dict[str, Any]:
    """Which record the problem is about: the outlet where there is one, else the device."""
    told: dict[str, Any] = {"enterprise": row.enterprise}
    if row.outlet_id is not None:
        return {**told, "register": "outlets", "record_id": row.outlet_id}
    if row.device_id is not None:
        return {**told, "register": "line_devices", "record_id": row.device_id}
    return told


def _finding_of(lead: Lead, reason: str) -> NewFinding:
    return NewFinding(
        kind="false_data",
        source=Source.DATA_CHECK,
        severity=Severity.SERIOUS,
        region=lead.region,
        unit=lead.unit,
        place=_place(lead),
        words=f"{lead.screen_label}（{lead.first} — {lead.last}）：{reason.strip()}",
        found_on=clock.today(),
        form_id=uuid.uuid5(uuid.NAMESPACE_URL, f"lead:{lead.key}"),
        **_about(lead),
    )


def _kept(files: Iterable[Any]) -> list[Any]:
    uploads = list(files)
    if len(uploads) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    return [keep(file) for file in uploads]


def is_settled(alarm: Alarm) -> bool:
    """Whether a person closed it or declared it void."""
    return alarm.state in SETTLED
