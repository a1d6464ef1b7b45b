"""Words of the line's codes in the language of the page: factors, states, reasons, marks, requests."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext_lazy

from lantian.office.telemetry.measured import kernel_rules
from lantian.telemetry.hj212 import codes

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
    """The unit of a factor: the device's own where one is set, else the standard's."""
    own = device.units.get(code) if device is not None else None
    factor = codes.factor(code)
    return str(own or (factor.unit if factor is not None else ""))


def mark_kinds() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The kinds of marks people may declare, by group: group code, its word, its kinds."""
    from lantian.office.frame import clock

    kinds = kernel_rules().on(clock.today()).kinds
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, kind in kinds.items():
        groups.setdefault(kind.group, []).append((code, kind.zh if is_chinese() else kind.en))
    return [(group, word(group), found) for group, found in groups.items()]
