"""Passes over the API: sent by gates (signed), read by people (signed in)."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.pagination import paginate

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.telemetry import door
from lantian.office.telemetry.gates import actions, signing
from lantian.office.telemetry.gates.models import GateKey, GatePass

router = Router(tags=["gates"])
MOST_BYTES = 2 * 1024 * 1024
"""Of a message: whoever has proved nothing yet is not listened to for longer."""


class PassOut(Schema):
    """A pass."""

    id: int
    gate: int
    number: str
    at: datetime
    direction: str
    plate: str
    colour: str
    stage: str
    new_energy: bool
    goods: str
    tonnes: Decimal | None
    faults: list[str]

    @staticmethod
    def resolve_gate(row: GatePass) -> int:
        return row.gate_id


def gate_key(request: HttpRequest) -> GateKey | None:
    """Who signed; a message that nobody signed is refused and shown among the refusals of the line.

    Raises
    ------
    LantianError
        the message is too long; nothing of it is read
    """
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isdecimal() or len(told) > 9 or int(told) > MOST_BYTES:
        raise LantianError(
            _("the message is longer than %(most)d bytes") % {"most": MOST_BYTES},
            remedy=_("Send fewer passes at once."),
        )
    try:
        return signing.signed_by(request)
    except signing.NotSignedError as error:
        name = request.headers.get(signing.KEY, "")[:24]
        peer = request.META.get("REMOTE_ADDR", "")
        # A name nobody gave out is anybody's to invent: it makes no row of its own, only the first is told.
        known = "" if str(error) == "unknown_key" else f"gate:{name}"
        excerpt = f"{name} ".encode("utf-8", "backslashreplace") + request.body[:200]
        door.line().refuse(known, peer, str(error), excerpt, clock.now())
        return None


@router.post("/telemetry/gates/passes", auth=gate_key, response={200: dict, 422: dict})
def send(request: HttpRequest) -> Any:
    """Take the passes of one message: a JSON list, at most 500. Each is answered by its outcome."""
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise LantianError(_("the body is no JSON"), remedy=_("Send a list of passes.")) from error
    if not isinstance(told, list):
        raise LantianError(_("the body is no list"), remedy=_("Send a list of passes."))
    outcomes = actions.take(request.auth, told)  # type: ignore[attr-defined]  # set by ninja
    return Status(
        200,
        {
            "taken": sum(o.outcome == "taken" for o in outcomes),
            "known": sum(o.outcome == "known" for o in outcomes),
            "refused": sum(o.outcome == "refused" for o in outcomes),
            "outcomes": [{"number": o.number, "outcome": o.outcome, "reason": o.reason} for o in outcomes],
        },
    )


@router.get("/telemetry/gates/passes", response=list[PassOut])
@paginate
def passes(request: HttpRequest, gate: int | None = None, plate: str = "", wrong: bool = False) -> Any:
    """The passes one may see, newest first."""
    found = GatePass.objects.visible_to(request.user)
    if gate is not None:
        found = found.filter(gate=gate)
    if plate:
        found = found.filter(plate__contains=plate.upper()[:16])
    return found.filter(allowed=False) if wrong else found
