"""What is said about hours: marks and corrections declared within the window, proved, reviewed, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, Kept, keep
from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.scope import is_enterprise, region_root
from lantian.office.telemetry import access, measured
from lantian.office.telemetry.models import Declaration, DeclarationFile, DeclarationKind
from lantian.office.telemetry.states import DeclarationState, declares_for
from lantian.telemetry.validity.corrections import entry_deadline
from lantian.telemetry.validity.marks import Mark, check_marks
from lantian.telemetry.validity.rules import CHINA, HOUR

MOST_HOURS = 24 * 31
NAMES = ("accept_declaration", "refuse_declaration", "withdraw_declaration")


def may(person: Any, device: LineDevice) -> bool:
    """Whether a person may declare hours of a device: its enterprise's people once the office confirmed it,
    or an officer of its region who keeps registers."""
    if not access.reads(person, device) or not declares_for(device, person):
        return False
    if is_enterprise(person):
        return True
    root = region_root(person)
    return root is not None and device.region.path.startswith(root)


def window_days() -> int:
    """Days after an hour in which something may be said about it, by the rule of today."""
    return int(measured.kernel_rules().on(clock.today()).rule("validity.correction.days").number)


def declare(actor: Any, device: LineDevice, raw: Mapping[str, str], files: Iterable[Any] = ()) -> Declaration:
    """Declare a mark or a correction.

    Parameters
    ----------
    actor
        the request or person
    device
        whose hours
    raw
        `kind` (mark, correction), `first` and `last` (local hours, `2026-11-22T08:00`; the last hour is
        included), `factor` (empty for the whole device; a correction needs one), `mark`, `value`,
        `converted`, `reason`
    files
        what proves it

    Raises
    ------
    LantianError
        something is wrong, the window is over, or another mark of the same group covers the hours
    PermissionDenied
        the person may not speak for the device
    """
    person = getattr(actor, "user", actor)
    if person is not None and not may(person, device):
        raise PermissionDenied
    row = _read(device, raw)
    row.declared_by, row.declared_at, row.state_since = person, clock.now(), clock.now()
    _in_window(row)
    files = list(files)
    if len(files) > MAX_FILES:
        raise LantianError(_("at most %(most)s files") % {"most": MAX_FILES})
    kept = [keep(one) for one in files]
    with transaction.atomic():
        LineDevice.objects.select_for_update(of=("self",)).get(pk=device.pk)
        if row.kind == DeclarationKind.MARK:
            _fits(row, bool(kept))
        row.save()
        _attach(row, kept, person)
        record(actor, "declare_hours", row, row.reason, after=_told(row, kept))
    return row


def decide(row: Declaration, actor: Any, name: str, reason: str = "", *, version: int | None = None) -> None:
    """Accept, refuse or withdraw a declaration. What it says counts once it is accepted.

    Raises
    ------
    LantianError
        it is decided already, somebody was faster, or the reason is missing
    PermissionDenied
        the person may not
    """
    if name not in NAMES:
        raise PermissionDenied
    move(row, name, actor, reason, version=version)


def add_files(row: Declaration, actor: Any, files: Iterable[Any]) -> int:
    """Hand in papers afterwards, while it is not decided against. Returns how many."""
    person = getattr(actor, "user", actor)
    if person is not None and not declares_for(row.device, person):
        raise PermissionDenied
    kept = [keep(one) for one in list(files)[:MAX_FILES]]
    if not kept:
        raise LantianError(_("no file was chosen"))
    with transaction.atomic():
        stored = Declaration.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if stored.state not in (DeclarationState.DECLARED, DeclarationState.ACCEPTED):
            raise LantianError(_("it is closed already"), where=str(row))
        if stored.files.count() + len(kept) > MAX_FILES:
            raise LantianError(_("at most %(most)s files") % {"most": MAX_FILES})
        _attach(stored, kept, person)
        record(actor, "prove_declaration", stored, after={"files": [one.sha256 for one in kept]})
    return len(kept)


def _read(device: LineDevice, raw: Mapping[str, str]) -> Declaration:
    kind = str(raw.get("kind", ""))
    if kind not in DeclarationKind.values:
        raise LantianError(_("say whether it is a mark or a correction"))
    first, last = _hour(raw.get("first"), _("First hour")), _hour(raw.get("last"), _("Last hour"))
    if last < first:
        raise LantianError(_("the last hour lies before the first"))
    if last - first >= timedelta(hours=MOST_HOURS):
        raise LantianError(_("at most %(days)s days at once") % {"days": MOST_HOURS // 24})
    reason = str(raw.get("reason", "")).strip()
    if not reason:
        raise LantianError(_("this needs a reason"), remedy=_("Say in a few words why."))
    factor = str(raw.get("factor", "")).strip()
    if factor and not (len(factor) <= 8 and factor.isascii() and factor.isalnum()):
        raise LantianError(_("“%(text)s” is no code of a factor") % {"text": factor[:20]})
    row = Declaration(device=device, kind=kind, first=first, last=last, factor=factor, reason=reason[:2000])
    if kind == DeclarationKind.MARK:
        row.mark = str(raw.get("mark", ""))
        if row.mark not in measured.kernel_rules().on(clock.today()).kinds:
            raise LantianError(_("choose a mark"))
        return row
    if not factor:
        raise LantianError(_("a correction speaks of one factor"), remedy=_("Choose the factor."))
    row.value = _number(raw.get("value"), _("Value"))
    row.converted = _number(raw.get("converted"), _("Converted value"))
    if row.value is None:
        raise LantianError(_("a correction needs its value"))
    return row


def _hour(text: Any, label: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(text or "").strip())
    except ValueError:
        raise LantianError(_("%(field)s: no day and hour") % {"field": label}) from None
    if found.tzinfo is not None or not 2000 <= found.year <= 2100:
        raise LantianError(_("%(field)s: no day and hour") % {"field": label})
    return found.replace(minute=0, second=0, microsecond=0, tzinfo=CHINA).astimezone(UTC)


def _number(text: Any, label: str) -> Decimal | None:
    words = str(text or "").strip()
    if not words:
        return None
    try:
        value = Decimal(words)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < 10**9 or value != round(value, 6):
        raise LantianError(_("%(field)s: no number from 0 on with at most six decimals") % {"field": label})
    return value


def _in_window(row: Declaration) -> None:
    """Every hour is over, and none is older than the rule allows."""
    now = clock.now()
    if row.last + HOUR > now:
        raise LantianError(_("the last hour is not over yet"))
    rules = measured.kernel_rules().on(measured.local(row.first).date())
    if now > entry_deadline(row.first, rules):
        raise LantianError(
            _("the first hour is more than %(days)s days ago: what the line marked by itself stands")
            % {"days": rules.rule("validity.correction.days").integer},
            remedy=_("Declare later hours only."),
        )


def _fits(row: Declaration, proved: bool) -> None:
    """Whether the kernel would let the mark count beside those that stand or wait."""
    others = Declaration.objects.filter(
        device=row.device, kind=DeclarationKind.MARK, first__lte=row.last, last__gte=row.first,
        state__in=(DeclarationState.DECLARED, DeclarationState.ACCEPTED),
    )  # fmt: skip
    marks = [_mark(other, True) for other in others]
    own = _mark(row, proved)
    rules = measured.kernel_rules()
    verdict = next(one for one in check_marks([*marks, own], rules) if one.mark is own)
    if verdict.refused:
        from lantian.office.telemetry.words import word

        raise LantianError(
            "、".join(word(code) for code in verdict.refused),
            where=str(row.device), remedy=_("Correct the hours or the mark, or add what proves it."),
        )  # fmt: skip


def _mark(row: Declaration, proved: bool) -> Mark:
    return Mark(
        row.device.mn, row.mark, row.first.astimezone(UTC), row.last.astimezone(UTC) + HOUR,
        reason=row.reason, evidence="file" if proved else "", operator="person",
        entered_at=row.declared_at, factors=(row.factor,) if row.factor else (), key=str(row.pk or "new"),
    )  # fmt: skip


def _attach(row: Declaration, kept: Iterable[Kept], person: Any) -> None:
    for one in kept:
        DeclarationFile.objects.create(declaration=row, added_by=person, added_at=clock.now(), **one.fields)


def _told(row: Declaration, kept: Iterable[Kept]) -> dict[str, Any]:
    return {
        "kind": row.kind, "factor": row.factor, "first": row.first, "last": row.last, "mark": row.mark,
        "value": row.value, "converted": row.converted, "files": [one.sha256 for one in kept],
    }  # fmt: skip
