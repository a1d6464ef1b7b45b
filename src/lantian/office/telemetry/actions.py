"""Writes about devices: confirmed, blocked, given a password, limits, units; each leaves its row in the log.

The registry of the line is another store than the office's tables. It is written last, inside the
transaction: where it refuses, nothing was done and nothing is logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.people.actions import record
from lantian.office.registers import actions as register_actions
from lantian.office.registers.reader import Reader
from lantian.office.telemetry import access, door
from lantian.telemetry.store import Device

CODE = re.compile(r"[0-9A-Za-z_]{1,12}")
MOST_PASSWORD = 32
GENERATIONS = {"g2005": 2005, "g2017": 2017, "g2025": 2025}


def confirm(actor: Any, row: LineDevice, reason: str = "") -> None:
    """Take a device as known: what it sends is believed to come from it.

    Raises
    ------
    LantianError
        the line does not know this number and no password was set for it
    PermissionDenied
        the person does not keep the line here
    """
    heard = door.device(row.mn)
    if heard is None:
        raise LantianError(
            _("no device of this number has sent anything, and it has no password"),
            where=row.mn, remedy=_("Set a password for it first."),
        )  # fmt: skip
    _turn(actor, row, heard, ("confirmed", "confirm_device", reason))


def block(actor: Any, row: LineDevice, reason: str) -> None:
    """Take nothing more from a device; needs a reason. Raises as `confirm`."""
    if not reason.strip():
        raise LantianError(_("this needs a reason"), remedy=_("Say in a few words why."))
    heard = door.device(row.mn)
    if heard is None:
        raise LantianError(_("the line does not know this number"), where=row.mn)
    _turn(actor, row, heard, ("blocked", "block_device", reason))


def _turn(actor: Any, row: LineDevice, heard: Device, how: tuple[Any, str, str]) -> None:
    state, verb, reason = how
    _may(actor, row)
    # A number may be known to the line before its record is: then only the record is left to confirm.
    if heard.state == state and bool(row.on_line) is (state == "confirmed"):
        raise LantianError(_("this is so already: somebody was faster"), where=row.mn)
    with transaction.atomic():
        stored = LineDevice.objects.select_for_update(of=("self",)).select_related("region").get(pk=row.pk)
        stored.on_line = state == "confirmed"
        if stored.on_line and stored.status == "building":
            stored.status = "working"
        stored.version, stored.changed_at = stored.version + 1, clock.now()
        stored.save(update_fields=["on_line", "status", "version", "changed_at"])
        record(actor, verb, stored, reason.strip(), before={"line": heard.state}, after={"line": state})
        named = replace(heard, state=state, name=row.name or heard.name)
        door.line().devices.put(named)
    row.refresh_from_db()


def set_password(actor: Any, row: LineDevice, password: str) -> None:
    """Give a device the password it must send. It is written to the registry alone: no page, no log shows it.

    A number the line does not know yet is entered, unconfirmed, so that its first packet is taken.
    """
    _may(actor, row)
    if not password or len(password) > MOST_PASSWORD or not password.isascii() or not password.isprintable():
        raise LantianError(
            _("a password has 1 to %(most)s plain signs") % {"most": MOST_PASSWORD},
            remedy=_("Use letters and digits, as the logger does."),
        )
    if set(password) & set(";,=&#"):
        raise LantianError(_("a password holds none of ; , = & #"))
    heard = door.device(row.mn)
    new = heard or Device(
        mn=row.mn, name=row.name, state="unconfirmed", generation=GENERATIONS.get(row.generation)
    )
    with transaction.atomic():
        record(actor, "set_device_password", row, after={"password": "***", "known": heard is not None})
        door.line().devices.put(replace(new, password=password))


def set_terms(actor: Any, row: LineDevice, raw: Mapping[str, str]) -> list[str]:
    """Set what a device may send: `per_minute`, `addresses`, `st`, `mapping`, `units`, `need_tls`,
    `need_sm4`; a name that is not in `raw` stays.

    Parameters
    ----------
    raw
        words as typed: addresses and kinds of system by commas or blanks, `mapping` and `units` a line each,
        `02 = a21026`, `a21026 = ppm`

    Returns
    -------
    the names that changed

    Raises
    ------
    LantianError
        a value is wrong; nothing is written then
    """
    _may(actor, row)
    heard = door.device(row.mn)
    if heard is None:
        raise LantianError(
            _("the line does not know this number"), where=row.mn,
            remedy=_("Set a password for it first."),
        )  # fmt: skip
    new: dict[str, Any] = {}
    if "per_minute" in raw:
        new["per_minute"] = _count(raw["per_minute"])
    if "addresses" in raw:
        new["addresses"] = tuple(_words(raw["addresses"]))
    if "st" in raw:
        new["st"] = frozenset(_codes(raw["st"], 2))
    if "mapping" in raw:
        new["mapping"] = _pairs(raw["mapping"], both=True)
    if "units" in raw:
        new["units"] = _pairs(raw["units"], both=False)
    for name in ("need_tls", "need_sm4"):
        if name in raw:
            new[name] = raw[name] in ("1", "on", "yes")
    changed = [name for name, value in new.items() if value != getattr(heard, name)]
    if not changed:
        return []
    with transaction.atomic():
        record(
            actor, "set_device_terms", row,
            before={name: _plain(getattr(heard, name)) for name in changed},
            after={name: _plain(new[name]) for name in changed},
        )  # fmt: skip
        door.line().devices.put(replace(heard, **new))
    return changed


def take(actor: Any, mn: str, raw: Mapping[str, Any]) -> LineDevice:
    """Enter the record of a device that sent before anybody registered it, and confirm it.

    Parameters
    ----------
    mn
        a number the line knows
    raw
        what `Reader.read` takes of a record of the register: name, kind, enterprise, outlet, region …

    Raises
    ------
    LantianError
        the record is wrong or there already, or the line does not know the number
    PermissionDenied
        the person may not, or not there
    """
    person = getattr(actor, "user", actor)
    if person is not None and not access.receives(person):
        raise PermissionDenied
    heard = door.device(mn)
    if heard is None:
        raise LantianError(_("the line does not know this number"), where=mn)
    told = {name: value for name, value in raw.items() if value not in ("", None)}
    read = Reader(LineDevice.ledger, person).read({**told, "mn": mn, "status": "working"})
    with transaction.atomic():
        row: LineDevice = register_actions.add(actor, read, confirmed=True)
        confirm(actor, row)
    return row


def _may(actor: Any, row: LineDevice) -> None:
    person = getattr(actor, "user", actor)
    if person is not None and not access.keeps(person, row):
        raise PermissionDenied


def _count(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 100_000:
        raise LantianError(_("packets a minute: a whole number from 1 to 100000, or nothing"))
    return int(text)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in re.split(r"[\s,，;；、]+", text) if word))[:50]


def _codes(text: str, length: int) -> list[str]:
    words = _words(text)
    for word in words:
        if len(word) != length or not word.isascii() or not word.isalnum():
            raise LantianError(_("“%(word)s” is no kind of system such as 31") % {"word": word[:20]})
    return words


def _pairs(text: str, *, both: bool) -> dict[str, str]:
    """Lines of `code = code`, or `code = unit`."""
    found: dict[str, str] = {}
    for number, line in enumerate(filter(None, (line.strip() for line in text.splitlines())), 1):
        code, sign, value = (part.strip() for part in line.partition("="))
        good = bool(sign and CODE.fullmatch(code) and value and len(value) <= 20)
        if not good or (both and not CODE.fullmatch(value)) or code in found or number > 100:
            raise LantianError(
                _("line %(number)s cannot be read: %(line)s") % {"number": number, "line": line[:40]},
                remedy=_("Write one pair a line, each code once, such as 02 = a21026."),
            )
        found[code] = value
    return found


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset | tuple) else value
