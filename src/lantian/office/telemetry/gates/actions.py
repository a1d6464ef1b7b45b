"""Keys are made and withdrawn; passes are taken, each once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.bulk import insert_all
from lantian.office.findings.special.roadside.models import Colour, Stage
from lantian.office.frame import clock
from lantian.office.ledgers.vehicles.gate_system import GateSystem
from lantian.office.people.actions import record
from lantian.office.telemetry.gates import rules, signing
from lantian.office.telemetry.gates.models import Direction, GateKey, GatePass
from lantian.rulebook import load

CHINA = ZoneInfo("Asia/Shanghai")
FIELDS = {
    "number", "time", "direction", "plate", "colour", "vin", "stage", "new_energy", "goods", "tonnes",
    "photo",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one pass: `taken`, `known` (the same was taken before) or `refused`, and why."""

    number: str
    outcome: str
    reason: str = ""


@transaction.atomic
def make_key(request: HttpRequest, gate: GateSystem) -> tuple[GateKey, str]:
    """A new key for a gate, and its secret, which is told this once."""
    name = f"g{gate.pk}-{secrets.token_hex(4)}"
    secret, sealed = signing.new_secret(name)
    key = GateKey.objects.create(gate=gate, name=name, sealed=sealed, made_by=request.user)
    record(request, "make_gate_key", gate, after={"key": name})
    return key, secret


@transaction.atomic
def revoke_key(request: HttpRequest, key: GateKey, reason: str) -> None:
    """A key that signs no more. Raises LantianError without a reason."""
    if not reason.strip():
        raise LantianError(_("give a reason"), remedy=_("Say why the key is withdrawn."))
    row = GateKey.objects.select_for_update().get(pk=key.pk)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        record(request, "revoke_gate_key", row.gate, reason, before={"key": row.name})


def take(key: GateKey, passes: Sequence[Any]) -> list[Outcome]:
    """The passes of one message, each once; what cannot be taken is told and costs no other one.

    Parameters
    ----------
    key
        who signed
    passes
        as sent: mappings with `number`, `time` (ISO 8601; Beijing time where no zone is given), `direction`
        (in/out), `plate`, and if known `colour`, `vin`, `stage` (0 to 6), `new_energy`, `goods`, `tonnes` [t,
        net], `photo` (SHA-256)

    Returns
    -------
    one outcome a pass, in the same order. A pass of the same number and content is `known`; of the same
    number and other content it is `refused`, because a pass is history.

    Raises
    ------
    LantianError
        for more passes than one message may hold
    """
    most = load().rule("telemetry.gates.at_once").integer
    if len(passes) > most:
        raise LantianError(
            _("there are %(count)d passes in one message") % {"count": len(passes)},
            remedy=_("Send at most %(most)d at once.") % {"most": most},
        )
    read = [_read(told) for told in passes]
    black = rules.black_plates(row.plate for row, _n, _why in read if row is not None)
    numbers = {number for row, number, _why in read if row is not None}
    with transaction.atomic():
        # Two messages of one gate wait for each other here, so that a number is never taken twice.
        gate = GateSystem.objects.select_for_update().get(pk=key.gate_id)
        known = dict(GatePass.objects.filter(gate=gate, number__in=numbers).values_list("number", "digest"))
        fresh, outcomes = [], []
        for row, number, why in read:
            if row is None:
                outcomes.append(Outcome(number, "refused", why))
                continue
            if number in known:
                same = known[number] == row.digest
                outcomes.append(
                    Outcome(number, "known")
                    if same
                    else Outcome(number, "refused", _("another pass has this number"))
                )
                continue
            known[number] = row.digest
            row.gate = gate
            on = row.at.astimezone(CHINA).date()
            row.faults = rules.faults_of(row.stage, row.new_energy, row.plate, on, black)
            row.allowed = not row.faults
            fresh.append(row)
            outcomes.append(Outcome(number, "taken"))
        insert_all(fresh)
    return outcomes


def _read(told: Any) -> tuple[GatePass | None, str, str]:
    """A pass as a row, its number, or why it is none."""
    if not isinstance(told, dict):
        return None, "", _("a pass is a JSON object")
    # What is said to be nothing is as good as left out.
    told = {name: value for name, value in told.items() if value is not None}
    number = _writable(str(told.get("number", "")).strip()[:64])
    try:
        return _row(told, number), number, ""
    except LantianError as error:
        return None, number, error.line


def _row(told: dict[str, Any], number: str) -> GatePass:
    strange = sorted(set(told) - FIELDS)
    if strange:
        raise LantianError(_("unknown field"), where=_writable(strange[0][:40]))
    row = GatePass(
        number=number,
        at=_instant(told.get("time")),
        direction=_choice(told, "direction", Direction.values),
        plate=_word(told, "plate", 16).upper(),
        colour=_choice(told, "colour", ["", *Colour.values]),
        vin=_word(told, "vin", 20, least=0),
        stage=_choice({"stage": str(told.get("stage", Stage.UNKNOWN))}, "stage", Stage.values),
        new_energy=_yes_or_no(told, "new_energy"),
        goods=_word(told, "goods", 60, least=0),
        tonnes=_tonnes(told.get("tonnes")),
        photo=_word(told, "photo", 64, least=0),
        received_at=clock.now(),
    )
    _word(told, "number", 64)
    content = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    row.digest = hashlib.sha256(content.encode()).hexdigest()
    return row


def _writable(text: str) -> str:
    """What was sent, as an answer can say it: JSON may name halves of signs that no encoding writes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _word(told: dict[str, Any], name: str, most: int, *, least: int = 1) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or not least <= len(value.strip()) <= most or not value.isprintable():
        raise LantianError(_("give a text of at most %(most)d signs") % {"most": most}, where=name)
    return value.strip()


def _yes_or_no(told: dict[str, Any], name: str) -> bool:
    value = told.get(name, False)
    if not isinstance(value, bool):
        raise LantianError(_("write true or false"), where=name)
    return value


def _choice(told: dict[str, Any], name: str, values: Sequence[str]) -> str:
    value = told.get(name, "")
    if value not in values:
        raise LantianError(
            _("this is none of the choices"), where=name, remedy=" ".join(v for v in values if v)
        )
    return str(value)


def _instant(value: Any) -> datetime:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
        instant = found and (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise LantianError(_("give a time such as 2026-11-22T08:15:00+08:00"), where="time")
    now, book = clock.now(), load()
    if instant > now + timedelta(seconds=book.rule("telemetry.gates.signature_seconds").integer):
        raise LantianError(_("the time lies ahead of now"), where="time")
    if instant < now - timedelta(days=book.rule("telemetry.gates.oldest_days").integer):
        raise LantianError(_("the time is too long ago"), where="time")
    return instant


def _tonnes(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        tonnes = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        tonnes = Decimal("NaN")
    heaviest = load().rule("telemetry.gates.heaviest").integer
    if not tonnes.is_finite() or not 0 <= tonnes <= heaviest or tonnes != round(tonnes, 3):
        raise LantianError(
            _("give tonnes from 0 to %(most)d with at most three decimals") % {"most": heaviest},
            where="tonnes",
        )
    return tonnes
