"""Words of the line's codes in the language of the page: factors, states, reasons, marks, requests."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext_lazy

from lantian.office.telemetry.measured import kernel_rules
from lantian.telemetry.hj212 import codes
from lantian.telemetry.hj212 import units as sent_units
from lantian.telemetry.validity.scaling import kept_in

REQUESTS = {
    "queued": pgettext_lazy("a request to a site", "waiting"),
    "sent": pgettext_lazy("a request to a site", "sent"),
    "accepted": pgettext_lazy("a request to a site", "accepted by the site"),
    "refused": pgettext_lazy("a request to a site", "refused by the site"),
    "done": pgettext_lazy("a request to a site", "done"),
    "failed": pgettext_lazy("a request to a site", "failed"),
    "timed_out": pgettext_lazy("a request to a site", "no answer"),
}
DEVICE_STATES = {
    "unconfirmed": pgettext_lazy("a device", "to be confirmed"),
    "confirmed": pgettext_lazy("a device", "confirmed"),
    "blocked": pgettext_lazy("a device", "blocked"),
}
METHODS = {
    "minutes": pgettext_lazy("an hour", "from its minutes"),
    "logger": pgettext_lazy("an hour", "as the logger sent it"),
    "corrected": pgettext_lazy("an hour", "corrected by hand"),
}
TONES = {"valid": "good", "invalid": "warn", "stopped": "", "not_received": "bad", "lost_here": "bad",
         "missing_at_source": "warn"}  # fmt: skip


def is_chinese() -> bool:
    """Whether the page is Chinese."""
    return (get_language() or "zh").startswith("zh")


def word(code: str | None) -> str:
    """A state, reason, mark or letter of the kernel in words; "" for none."""
    return kernel_rules().word(code, "zh" if is_chinese() else "en") if code else ""


def said(text: Any) -> str:
    """The half of a bilingual entry of the rulebook (`{zh: …, en: …}`) that the page shows."""
    return str(text["zh" if is_chinese() else "en"])


def factor_label(code: str) -> str:
    """A factor by its name, with its symbol where one is usual; the code where it is unknown."""
    factor = codes.factor(code)
    if factor is None:
        return code
    if is_chinese():
        return factor.zh or code
    return factor.symbol or factor.en or code


def unit_of(code: str, device: Any = None) -> str:
    """The unit in which hours of a factor are kept, judged and shown (`validity.scaling`)."""
    from lantian.office.frame import clock

    units = device.units if device is not None else None
    return kept_in(code, "Avg", units, kernel_rules().on(clock.today()))[0]


def sent_unit_of(code: str, device: Any = None) -> str:
    """The unit in which a device sends a factor: its own where one is set, else the standard's."""
    return sent_units.unit_of(code, "Avg", device.units if device is not None else None).symbol


def mark_kinds() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The kinds of marks people may declare, by group: group code, its word, its kinds."""
    from lantian.office.frame import clock

    kinds = kernel_rules().on(clock.today()).kinds
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, kind in kinds.items():
        groups.setdefault(kind.group, []).append((code, kind.zh if is_chinese() else kind.en))
    return [(group, word(group), found) for group, found in groups.items()]


REFUSALS = {
    "crc": pgettext_lazy("a refused packet", "wrong CRC"),
    "wrong_password": pgettext_lazy("a refused packet", "wrong password"),
    "unknown_device": pgettext_lazy("a refused packet", "unknown number"),
    "no_device": pgettext_lazy("a refused packet", "without a number"),
    "blocked": pgettext_lazy("a refused packet", "device blocked"),
    "address": pgettext_lazy("a refused packet", "from another address"),
    "needs_tls": pgettext_lazy("a refused packet", "not over TLS"),
    "needs_sm4": pgettext_lazy("a refused packet", "not encrypted"),
    "no_key": pgettext_lazy("a refused packet", "encrypted, no key is known"),
    "other_system": pgettext_lazy("a refused packet", "kind of system not allowed"),
    "other_device": pgettext_lazy("a refused packet", "too many numbers on one connection"),
    "too_many_new": pgettext_lazy("a refused packet", "too many new numbers"),
    "guessing": pgettext_lazy("a refused packet", "passwords are being guessed"),
    "not_logged_in": pgettext_lazy("a refused packet", "not signed in"),
    "replayed": pgettext_lazy("a refused packet", "sent again long afterwards"),
    "refused": pgettext_lazy("a refused packet", "cannot be kept"),
    "junk": pgettext_lazy("a refused packet", "no packet at all"),
    "unfinished": pgettext_lazy("a refused packet", "cut off"),
    "too_many_connections": pgettext_lazy("a refused packet", "too many connections"),
    "too_many_of_address": pgettext_lazy("a refused packet", "too many connections of one address"),
    "forged": pgettext_lazy("a refused packet", "sent in another device's name"),
    "unknown_key": pgettext_lazy("a refused packet", "signed with an unknown key"),
    "revoked_key": pgettext_lazy("a refused packet", "signed with a withdrawn key"),
    "wrong_signature": pgettext_lazy("a refused packet", "wrong signature"),
    "wrong_time": pgettext_lazy("a refused packet", "signed at another time"),
}
COUNTERS = {
    "stored": pgettext_lazy("packets of a device", "stored"),
    "duplicate": pgettext_lazy("packets of a device", "sent twice"),
    "replayed": pgettext_lazy("packets of a device", "sent again long afterwards"),
    "refused": pgettext_lazy("packets of a device", "refused"),
    "clock_off": pgettext_lazy("packets of a device", "clock found off"),
    "limited": pgettext_lazy("packets of a device", "above the limit of packets"),
    "faulty": pgettext_lazy("packets of a device", "with faults"),
}
QUALITY = {
    "no_data_time": pgettext_lazy("a packet", "without a data time"),
    "absurd_data_time": pgettext_lazy("a packet", "impossible data time"),
    "unreadable": pgettext_lazy("a packet", "cannot be read"),
}


def refusal(code: str) -> str:
    """Why a packet was refused; the code of a reason that has no words."""
    return str(REFUSALS.get(code, code))


def counter(code: str) -> str:
    """What the line counts of a device."""
    return str(COUNTERS.get(code, code))


def quality(code: str) -> str:
    """What was odd about a packet: a word of the store, or a fault of the codec."""
    from lantian.telemetry.hj212 import faults

    if code in QUALITY:
        return str(QUALITY[code])
    kind = faults.kinds().get(code)
    if kind is None:
        return code
    return (kind.zh if is_chinese() else kind.en).replace("：{what}", "").replace(": {what}", "")
