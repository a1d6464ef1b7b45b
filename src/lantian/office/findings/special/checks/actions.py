"""Writes about checks: one recorded with its score; failed items open one finding that names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.findings.actions import NewFinding, record_finding
from lantian.office.findings.models import Source
from lantian.office.findings.special.checks.declaring import (
    NO,
    NOT_HERE,
    NUMBER,
    YES,
    Item,
    Kind,
    Result,
    judge,
    kind_of,
)
from lantian.office.findings.special.checks.models import Check, CheckAnswer, CheckFile
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

MOST = Decimal(999_999_999)


@dataclass(frozen=True, slots=True)
class NewCheck:
    """What is told of a check. `answers` by item: yes, no, a number, "" where it does not apply; `photos` by
    item.
    """

    kind: str
    region: Region
    place: str
    checked_on: date
    answers: Mapping[str, Any]
    unit: Unit | None = None
    lon: Decimal | None = None
    lat: Decimal | None = None
    checker: str = ""
    remark: str = ""
    photos: Mapping[str, Iterable[Any]] = field(default_factory=dict)
    form_id: UUID | None = None


def record_check(actor: Any, new: NewCheck) -> Check:
    """Record a check with its score; when items fail, one finding names them all.

    The same form sent twice gives the same check.

    Raises
    ------
    LantianError
        an unknown kind or item, an answer that is none, nothing answered, a day in the future, no place
    PermissionDenied
        the person may not record findings, or not in this region
    """
    person = getattr(actor, "user", actor)
    if person is not None:
        root = region_root(person)
        if not can(person, Capability.RECORD_FINDING) or root is None or not new.region.path.startswith(root):
            raise PermissionDenied
    if new.form_id is not None and (first := Check.objects.filter(form_id=new.form_id).first()) is not None:
        if person is not None and first.recorded_by_id != person.pk:
            raise LantianError(_("this form was sent by somebody else"))
        return first
    if new.checked_on > clock.today():
        raise LantianError(_("the day of the check lies in the future"))
    if not new.place.strip():
        raise LantianError(_("say where it was checked"))
    kind = kind_of(new.kind, new.checked_on)
    answers = _answers(kind, new.answers)
    result = judge(kind, answers)
    if result.score is None:
        raise LantianError(_("no item was answered"))
    kept = [(code, keep(one)) for code, files in new.photos.items() for one in files]
    if len(kept) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    with transaction.atomic():
        check = Check.objects.create(
            kind=kind.code,
            region=new.region,
            place=new.place.strip()[:200],
            unit=new.unit,
            lon=new.lon,
            lat=new.lat,
            checked_on=new.checked_on,
            checker=new.checker.strip()[:80],
            remark=new.remark.strip(),
            score=result.score,
            passed=result.passed,
            recorded_by=person,
            form_id=new.form_id,
        )
        CheckAnswer.objects.bulk_create(_row(check, item, answers.get(item.code)) for item in kind.items)
        CheckFile.objects.bulk_create(
            CheckFile(done=check, item=code, added_by=person, **one.fields) for code, one in kept
        )
        if result.failed:
            check.finding = _open_finding(actor, check, kind, result, answers)
            check.save(update_fields=["finding"])
        record(
            actor,
            "record_check",
            check,
            after={
                "kind": kind.code,
                "score": result.score,
                "failed": [item.code for item in result.failed],
                "finding": check.finding_id,
            },
        )
    return check


def _answers(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are judged; numbers as exact numbers."""
    known = {item.code for item in kind.items}
    if unknown := sorted(set(given) - known):
        raise LantianError(_("the check has no item “%(item)s”") % {"item": unknown[0]})
    found: dict[str, Any] = {}
    for item in kind.items:
        said = given.get(item.code)
        if said is None or str(said).strip() == NOT_HERE:
            continue
        if item.kind == NUMBER:
            found[item.code] = _number(item, said)
        elif said in (YES, NO):
            found[item.code] = said
        else:
            raise LantianError(_("%(item)s: answer yes or no") % {"item": item.label})
    return found


def _number(item: Item, said: Any) -> Decimal:
    try:
        number = Decimal(str(said).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= MOST:
        raise LantianError(_("%(item)s: give a number from 0 on") % {"item": item.label})
    return number


def _row(check: Check, item: Item, answer: Any) -> CheckAnswer:
    number = answer if item.kind == NUMBER else None
    return CheckAnswer(
        done=check,
        item=item.code,
        label_zh=item.words["zh"],
        label_en=item.words["en"],
        answer="" if item.kind == NUMBER or answer is None else answer,
        number=number,
        unit_zh=item.unit_in("zh"),
        unit_en=item.unit_in("en"),
        weight=item.weight,
        limit=item.limit,
        fails=item.fails,
        failed=item.failed(answer),
    )


def _open_finding(actor: Any, check: Check, kind: Kind, result: Result, answers: Mapping[str, Any]) -> Any:
    # Kept in the office's first language, as everything people write is.
    with translation.override("zh-hans"):
        failed = "、".join(_told(item, answers[item.code]) for item in result.failed)
        words = _("%(kind)s: score %(score)s; failed: %(items)s") % {
            "kind": kind.label,
            "score": result.score,
            "items": failed,
        }
    return record_finding(
        actor,
        NewFinding(
            kind=kind.finding,
            region=check.region,
            place=check.place,
            words=words,
            unit=check.unit,
            found_on=check.checked_on,
            source=Source.INSPECTION,
            lon=check.lon,
            lat=check.lat,
            finder=check.checker,
            answers=("outside_region", "position_unknown"),
        ),
    )


def _told(item: Item, answer: Any) -> str:
    if item.kind != NUMBER:
        return item.label
    return f"{item.label} {answer.normalize():f} {item.unit_label}".strip()
