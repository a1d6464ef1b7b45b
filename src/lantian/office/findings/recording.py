"""A problem is recorded, once, whoever found it and however often its form is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.findings import about, catalogue, rules
from lantian.office.findings.models import Finding, FindingFile, Severity, Source
from lantian.office.findings.placing import Position, place_of
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise, region_root
from lantian.office.regions.models import Region

FALSE_REPORT = "report_false"


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What is told when a problem is recorded.

    `place` may be empty where there is a position. `enterprise` is the one it concerns; without one, that
    of the record. `register` and `record_id` name the record it is about.
    `form_id` is made where the form is filled in: the same one again gives the same finding. `answers` are
    codes of questions (`placing.ANSWERS`) the person answered already.
    """

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
    position_by: str = ""
    finder: str = ""
    batch: str = ""
    files: Iterable[Any] = field(default_factory=tuple)
    enterprise: Any = None
    register: str = ""
    record_id: int | None = None
    form_id: UUID | None = None
    answers: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The finding; whether its form had been sent before, and in which fields it then said otherwise."""

    finding: Finding
    again: bool = False
    differs: tuple[str, ...] = ()


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
    UnansweredError
        a photo without a place, a position outside the region chosen: asked about (`placing.place_of`)
    LantianError
        an unknown kind, a day in the future or of long ago, half a position, one off the globe or outside the
        person's region, no words, no place, a form that somebody else sent
    PermissionDenied
        the actor may not record findings, or not in this region
    """
    return record_once(actor, new).finding


def record_once(actor: Any, new: NewFinding) -> Recorded:
    """The same, and whether the form had come before: then nothing is written."""
    person = getattr(actor, "user", actor)
    if person is not None and not (can(person, Capability.RECORD_FINDING) and _reaches(person, new)):
        raise PermissionDenied
    if new.form_id is not None and (first := _sent_before(new.form_id)) is not None:
        return _again(first, person, new)
    try:
        return Recorded(_keep_finding(actor, new))
    except IntegrityError:
        # Two sendings at once: the other one was faster.
        first = None if new.form_id is None else _sent_before(new.form_id)
        if first is None:
            raise
        return _again(first, person, new)


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
    owner = about.enterprise_of(person, new.register, new.record_id)
    if person is not None and is_enterprise(person):
        owner = owner or getattr(person.unit, "enterprise", None)
    files = list(new.files)
    if len(files) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    at = place_of(person, new.region, Position(new.lon, new.lat, new.position_by), files, new.answers)
    place = new.place.strip()
    if not place:
        if at.lon is None:
            raise LantianError(
                _("the place or the words are missing"), remedy=_("Say where it is and what was found.")
            )
        place = f"{new.region.name} {at.lon:.5f}, {at.lat:.5f}"
    kept = [keep(file) for file in files]
    finding = Finding(
        kind=new.kind, source=new.source, severity=new.severity, region=new.region, place=place[:200],
        lon=at.lon, lat=at.lat, position_by=at.by, unit=new.unit, task=new.task, words=new.words.strip(),
        found_on=new.found_on, found_by=person, finder=new.finder.strip(), batch=new.batch,
        enterprise=new.enterprise or owner, register=new.register, record_id=new.record_id,
        form_id=new.form_id, state_due=clock.now() + catalogue.limit("assign", clock.today()),
    )  # fmt: skip
    with transaction.atomic():
        finding.repeated_of = rules.earlier_like(finding)
        finding.save()
        FindingFile.objects.bulk_create(
            FindingFile(finding=finding, added_by=person, step="found", **one.fields) for one in kept
        )
        after = {
            "kind": finding.kind, "place": finding.place, "found_on": finding.found_on,
            "severity": finding.severity, "unit": finding.unit_id, "repeated_of": finding.repeated_of_id,
            "files": [one.sha256 for one in kept],
        }  # fmt: skip
        for name in ("position_by", "form_id", "enterprise_id", "register", "record_id"):
            if value := getattr(finding, name):
                after[name] = value
        if new.answers:
            after["answers"] = sorted(new.answers)
        record(actor, "record_finding", finding, after=after)
    return finding


def _sent_before(form_id: UUID) -> Finding | None:
    return Finding.objects.filter(form_id=form_id).first()


def _reaches(person: Any, new: NewFinding) -> bool:
    """Whether somebody may record this here: in their region; a firm's people only their own checks."""
    root = region_root(person)
    if root is not None:
        return bool(new.region.path.startswith(root))
    home = person.unit.region if is_enterprise(person) else None
    own = new.source == Source.SELF_CHECK and new.unit == person.unit
    return bool(own and home is not None and new.region.path.startswith(home.path))


def _again(first: Finding, person: Any, new: NewFinding) -> Recorded:
    """The finding a form made when it came first; named where the form now says something else."""
    if first.found_by_id != getattr(person, "pk", None):
        raise LantianError(
            _("a form with this number was sent by someone else"), remedy=_("Fill in a new form.")
        )
    told = {
        "kind": new.kind, "region_id": new.region.pk, "words": new.words.strip(), "found_on": new.found_on,
        "severity": new.severity,
    } | ({"place": new.place.strip()[:200]} if new.place.strip() else {})  # fmt: skip
    names = [name for name, value in told.items() if getattr(first, name) != value]
    return Recorded(first, True, tuple(str(Finding._meta.get_field(n).verbose_name) for n in names))


def _check(new: NewFinding) -> None:
    if new.kind not in catalogue.kinds(new.found_on):
        raise LantianError(
            _("“%(kind)s” is no kind of problem") % {"kind": new.kind}, remedy=_("Choose one of the list.")
        )
    if new.source not in Source.values or new.severity not in Severity.values:
        raise LantianError(_("an unknown source or severity"), remedy=_("Choose one of the list."))
    if not new.words.strip():
        raise LantianError(
            _("the place or the words are missing"), remedy=_("Say where it is and what was found.")
        )
    today = clock.today()
    if new.found_on > today:
        raise LantianError(_("the day it was found lies in the future"), remedy=_("Correct the day."))
    if new.found_on < today - catalogue.oldest():
        raise LantianError(
            _("the day it was found, %(day)s, lies too long ago") % {"day": new.found_on.isoformat()},
            remedy=_("Correct the day."),
        )
    if new.unit is not None:
        answers_for(new.unit, new.region)


def answers_for(unit: Unit, region: Region) -> None:
    """Refuse a unit that answers neither for a region, nor for one above or below it."""
    if unit.region is None:
        return
    ours, theirs = region.path, unit.region.path
    if not (ours.startswith(theirs) or theirs.startswith(ours)):
        raise LantianError(
            _("%(unit)s does not answer for %(region)s") % {"unit": unit.label, "region": region.label},
            remedy=_("Choose a unit of this region or of one above it."),
        )
