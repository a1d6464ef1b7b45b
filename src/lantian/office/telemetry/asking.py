"""Requests to a site: its history, its clock, its intervals; put into the outbox, sent by the server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.people.actions import record
from lantian.office.telemetry import access, door
from lantian.telemetry.validity.rules import CHINA

HISTORY = ("2061", "2051", "2031")
COMMANDS = {
    "2061": gettext_lazy("history of hours"),
    "2051": gettext_lazy("history of minutes"),
    "2031": gettext_lazy("history of days"),
    "1011": gettext_lazy("time of the site"),
    "1012": gettext_lazy("set the time of the site"),
}
MOST_DAYS = 31


def label_of(cn: str) -> str:
    """What a request asks for; its code where it is none of ours."""
    return str(COMMANDS.get(cn, cn))


def ask(actor: Any, device: LineDevice, cn: str, raw: Mapping[str, str]) -> Any:
    """Put a request into the outbox.

    Parameters
    ----------
    cn
        one of `COMMANDS`
    raw
        for a history `since` and `until`, local (`2026-11-22T08:00`), both included

    Raises
    ------
    LantianError
        it cannot be asked for, or the same waits already
    PermissionDenied
        the person does not keep the line here
    """
    person = getattr(actor, "user", actor)
    if person is not None and not access.may_ask(person, device):
        raise PermissionDenied
    if cn not in COMMANDS:
        raise LantianError(_("choose what to ask the site for"))
    heard = door.device(device.mn)
    if heard is None or heard.state != "confirmed":
        raise LantianError(_("only a confirmed device is asked"), where=device.mn)
    params: dict[str, str] = {}
    if cn in HISTORY:
        since, until = _moment(raw.get("since")), _moment(raw.get("until"))
        if until < since or until - since > timedelta(days=MOST_DAYS):
            raise LantianError(
                _("the period ends before it begins, or is longer than %(days)s days") % {"days": MOST_DAYS}
            )
        params = {"BeginTime": f"{since:%Y%m%d%H%M%S}", "EndTime": f"{until:%Y%m%d%H%M%S}"}
    elif cn == "1012":
        params = {"SystemTime": f"{clock.now().astimezone(CHINA):%Y%m%d%H%M%S}"}
    requests = door.line().requests
    if any(one.cn == cn and dict(one.params) == params for one in requests.open(mn=device.mn)):
        raise LantianError(_("the same request waits already"))
    with transaction.atomic():
        record(actor, "ask_site", device, after={"cn": cn, **params})
        return requests.ask(
            device.mn, cn, params, asked_by=person.get_username() if person else "lantian", at=clock.now()
        )


def _moment(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(text or "").strip())
    except ValueError:
        raise LantianError(_("give the first and the last moment")) from None
    if found.tzinfo is not None or not 2000 <= found.year <= 2100:
        raise LantianError(_("give the first and the last moment"))
    return found
