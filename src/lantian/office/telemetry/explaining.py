"""The kernel's steps behind an hour in the language of the page."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.telemetry import measured, words
from lantian.telemetry.validity.explain import explain_hour
from lantian.telemetry.validity.records import HourValue
from lantian.telemetry.validity.steps import Step

# What the kernel calls its steps (`validity.steps.LABELS`), for the catalogue.
LABELS = {
    "hour": gettext_lazy("mean of the valid minutes"),
    "hour_sent": gettext_lazy("hour as the logger sent it"),
    "corrected": gettext_lazy("corrected by hand"),
    "minutes": gettext_lazy("minutes of the hour"),
    "conversion": gettext_lazy("conversion to reference oxygen"),
    "oxygen": gettext_lazy("oxygen of the hour"),
    "mass": gettext_lazy("concentration times flow"),
    "flow": gettext_lazy("flow of the hour"),
    "substitution": gettext_lazy("what stands in for an hour that does not count"),
    "transmission": gettext_lazy("share of the due hours that came"),
    "validity": gettext_lazy("share of the received hours that are valid"),
    "effective": gettext_lazy("transmission effective rate"),
    "capture": gettext_lazy("capture rate of valid data"),
}
FORMULAS = {
    "as the logger sent it": gettext_lazy("as the logger sent it"),
    "corrected by hand": gettext_lazy("corrected by hand"),
    "nothing came": gettext_lazy("nothing came"),
    "no usable minute": gettext_lazy("no usable minute"),
    "no reference oxygen: the measured value": gettext_lazy("no reference oxygen: the measured value"),
}
_MEAN = re.compile(r"mean of the valid minutes, (\d+) min of (\d+) received\Z")
_EACH = re.compile(r"(\d+) min each\Z")
_OURS = re.compile(r"ours − sent (.+)\Z")
_SENT = re.compile(r"(.+): sent by the device\Z")
_WHY = re.compile(r"([a-z_]+): (\w+)\Z")
_SUBJECT = re.compile(r"([a-z]\d{5}) (\d{4}-\d\d-\d\d.*)\Z")
_COUNTED = {
    "due": gettext_lazy("hours due"), "received": gettext_lazy("hours received"),
    "valid": gettext_lazy("hours valid"), "stopped": gettext_lazy("hours stopped"),
    "invalid": gettext_lazy("hours not valid"),
}  # fmt: skip


def steps_of(
    one: measured.Measured, hour: HourValue, *, as_of: datetime | None = None
) -> list[dict[str, Any]]:
    """What stands behind an hour, as `telemetry/_step.html` shows it: the same digits as the hour."""
    step = explain_hour(
        one.readings, one.device.mn, hour.factor, hour.time, one.rules, marks=one.marks,
        corrections=one.corrections, reference_o2=measured.reference_of(one.device),
        as_of=as_of or clock.now(),
    )  # fmt: skip
    return [told(step)]


def told(step: Step) -> dict[str, Any]:
    """A step and those below in words."""
    language = get_language() or "zh"
    return {
        "subject": _subject(step.subject),
        "label": str(LABELS.get(step.code, step.label)),
        "value": step.value,
        "unit": step.unit,
        "formula": _formula(step.formula),
        "rounding": step.rounding.replace(" to ", " → "),
        "refused": [(row.subject, words.word(row.why)) for row in step.refused],
        "rules": [
            {
                "citation": rule.in_language(language).citation, "path": rule.path,
                "verified": rule.verified,
            }
            for rule in step.rules
        ],
        "children": [told(child) for child in step.children],
    }  # fmt: skip


def _subject(text: str) -> str:
    if found := _EACH.match(text):
        return _("every %(minutes)s min") % {"minutes": found[1]}
    if found := _SUBJECT.match(text):
        return f"{words.factor_label(found[1])} {found[2]}"
    return str(LABELS.get(text, text))


def _formula(text: str) -> str:
    return "；".join(_piece(piece) for piece in text.split("; ")) if text else ""


def _piece(text: str) -> str:
    if text in FORMULAS:
        return str(FORMULAS[text])
    if found := _MEAN.match(text):
        return _("%(valid)s min used of %(received)s min received") % {
            "valid": found[1], "received": found[2],
        }  # fmt: skip
    if found := _OURS.match(text):
        return _("ours less the logger's: %(difference)s") % {"difference": found[1]}
    if found := _SENT.match(text):
        return _("%(value)s as the device sent it") % {"value": found[1]}
    if found := _WHY.match(text):
        return f"{words.word(found[1])}：{words.word(found[2])}"
    return re.sub(r"[a-z]+", lambda word: str(_COUNTED.get(word[0], word[0])), text)
