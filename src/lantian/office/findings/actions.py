"""Writes about findings: recorded, moved on, a repeat confirmed. Each leaves its row in the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.findings import catalogue, rules
from lantian.office.findings.models import Finding, FindingFile, Severity, Source
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

FALSE_REPORT = "report_false"
MOVES_OF_STEP = {
    "assign_finding": "found",
    "rectify": "rectified",
    "close_finding": "checked",
    "reopen": "checked",
}


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What is told when a problem is recorded."""

    kind: str
    region: Region
    place: str
    words: str
    found_on: date
    source: str = Source.PATROL
    severity: str = Severity.ORDINARY
    unit: Unit | None = None
    task: Any = None
    lon: Decimal | None = None
    lat: Decimal | None = None
    finder: str = ""
    batch: str = ""
    files: Iterable[Any] = field(default_factory=tuple)


def record_finding(actor: Any, new: NewFinding) -> Finding:
    """Record a problem; a problem like it, found shortly before, is linked as a likely repeat.

    Parameters
    ----------
    actor
        the request or person; None for the command line and the office itself
    new
        what was found

    Raises
    ------
    LantianError
        an unknown kind, a day in the future, half a position, a position off the globe, no words, no place
    PermissionDenied
        the actor may not record findings, or not in this region
    """
    person = getattr(actor, "user", actor)
    if person is not None:
        root = region_root(person)
        if not can(person, Capability.RECORD_FINDING) or root is None or not new.region.path.startswith(root):
            raise PermissionDenied
    return _keep_finding(actor, new)


def keep_false_report(actor: Any, report: Any, reason: str) -> Finding:
    """Record that a report of a round was found false, in the transaction that finds it so.

    Who may find a report false may record this; nothing else is asked. The proof given with the verdict
    proves the finding too.

    Parameters
    ----------
    actor
        the request or person who found it; None for the command line
    report
        the `dispatch.Report`, locked
    reason
        why it is false
    """
    home = report.round.region
    seat = report.region or (report.unit.region if report.unit else None)
    region = seat if seat is not None and seat.path.startswith(home.path) else home
    finding = _keep_finding(
        actor,
        NewFinding(
            kind=FALSE_REPORT, source=Source.DISPATCH, region=region, unit=report.unit, task=report.task,
            place=str(report.task)[:200], words=reason, found_on=clock.today(),
        ),
    )  # fmt: skip
    FindingFile.objects.bulk_create(
        FindingFile(
            finding=finding, added_by=file.added_by, step="found",
            **{name: getattr(file, name) for name in ("name", "sha256", "size", "kind")},
        )
        for file in report.files.filter(side="verifier")
    )  # fmt: skip
    return finding


def _keep_finding(actor: Any, new: NewFinding) -> Finding:
    person = getattr(actor, "user", actor)
    _check(new)
    files = list(new.files)
    if len(files) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    kept = [keep(file) for file in files]
    finding = Finding(
        kind=new.kind, source=new.source, severity=new.severity, region=new.region, place=new.place.strip(),
        lon=new.lon, lat=new.lat, unit=new.unit, task=new.task, words=new.words.strip(),
        found_on=new.found_on, found_by=person, finder=new.finder.strip(), batch=new.batch,
        state_due=clock.now() + catalogue.limit("assign", clock.today()),
    )  # fmt: skip
    with transaction.atomic():
        finding.repeated_of = rules.earlier_like(finding)
        finding.save()
        FindingFile.objects.bulk_create(
            FindingFile(finding=finding, added_by=person, step="found", **one.fields) for one in kept
        )
        record(
            actor,
            "record_finding",
            finding,
            after={
                "kind": finding.kind, "place": finding.place, "found_on": finding.found_on,
                "severity": finding.severity, "unit": finding.unit_id, "repeated_of": finding.repeated_of_id,
                "files": [one.sha256 for one in kept],
            },
        )  # fmt: skip
    return finding


def act(
    finding: Finding,
    name: str,
    actor: Any,
    reason: str = "",
    *,
    version: int | None = None,
    unit: Unit | None = None,
    days: int | None = None,
    files: Iterable[Any] = (),
) -> None:
    """Move a finding on, with the files that prove it and the time limit of the rulebook.

    `unit` and `days` are for the assignment: who must rectify, within how many days instead of those of the
    rulebook. Raises what `loops.move` raises, and LantianError where a file is no evidence.
    """
    person = getattr(actor, "user", actor)
    uploads = list(files)
    if len(uploads) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    kept = [keep(file) for file in uploads]
    values: dict[str, Any] = {}
    today = clock.today()
    if name == "assign_finding":
        if unit is not None:
            values["unit"] = unit
        if days is not None and not 1 <= days <= 365:
            raise LantianError(_("a time limit lies between 1 and 365 days"), remedy=_("Correct the number."))
    elif name == "rectify":
        values["rectified_on"] = today
    elif name == "close_finding":
        values["closed_on"] = today
    elif name == "reopen":
        values |= {"closed_on": None, "rectified_on": None}

    def keep_rows(row: Finding) -> dict[str, Any]:
        FindingFile.objects.bulk_create(
            FindingFile(finding=row, added_by=person, step=MOVES_OF_STEP.get(name, name), **one.fields)
            for one in kept
        )
        return {"files": [one.sha256 for one in kept]} if kept else {}

    move(
        finding, name, actor, reason, version=version, values=values, due=_due(finding, name, days),
        also=keep_rows,
    )  # fmt: skip


def settle_repeat(finding: Finding, actor: Any, confirmed: bool, reason: str = "") -> None:
    """Say whether a finding is the same problem as the one it was linked to.

    Raises
    ------
    LantianError
        it is linked to none
    PermissionDenied
        the actor may not verify
    """
    person = getattr(actor, "user", actor)
    if person is not None and not can(person, Capability.VERIFY_REPORT):
        raise PermissionDenied
    with transaction.atomic():
        row = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if row.repeated_of_id is None:
            raise LantianError(_("this is linked to no earlier problem"))
        before = {"repeat_confirmed": row.repeat_confirmed}
        row.repeat_confirmed = confirmed
        row.save(update_fields=["repeat_confirmed"])
        record(
            actor, "confirm_repeat" if confirmed else "deny_repeat", row, reason=reason.strip(),
            before=before, after={"repeat_confirmed": confirmed},
        )  # fmt: skip
    finding.refresh_from_db()


def _due(finding: Finding, name: str, days: int | None) -> datetime | None:
    """When the next step is due, by the rulebook of the day."""
    if name not in {"assign_finding", "reopen", "rectify"}:
        return None
    if days is not None:
        return clock.now() + timedelta(days=days)
    step = "recheck" if name == "rectify" else finding.severity
    return clock.now() + catalogue.limit(step, clock.today())


def _check(new: NewFinding) -> None:
    if new.kind not in catalogue.kinds(new.found_on):
        raise LantianError(
            _("“%(kind)s” is no kind of problem") % {"kind": new.kind}, remedy=_("Choose one of the list.")
        )
    if new.source not in Source.values or new.severity not in Severity.values:
        raise LantianError(_("an unknown source or severity"), remedy=_("Choose one of the list."))
    if not new.words.strip() or not new.place.strip():
        raise LantianError(
            _("the place or the words are missing"), remedy=_("Say where it is and what was found.")
        )
    if new.found_on > clock.today():
        raise LantianError(_("the day it was found lies in the future"), remedy=_("Correct the day."))
    if (new.lon is None) != (new.lat is None):
        raise LantianError(_("half a position"), remedy=_("Give longitude and latitude, or neither."))
    if new.lon is not None and new.lat is not None and not (abs(new.lon) <= 180 and abs(new.lat) <= 90):
        raise LantianError(_("a position off the globe"), remedy=_("Give longitude and latitude in degrees."))
    if new.unit is not None and new.unit.region is not None:
        ours, theirs = new.region.path, new.unit.region.path
        if not (ours.startswith(theirs) or theirs.startswith(ours)):
            raise LantianError(
                _("%(unit)s does not answer for %(region)s")
                % {"unit": new.unit.label, "region": new.region.label},
                remedy=_("Choose a unit of this region or of one above it."),
            )
