"""Codes of coverage and of versions in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.plans.terms import Binding, deadline_words, goal_words, indicator_label
from lantian.planning.coverage import Goal

WHY: dict[str, Any] = {
    "elsewhere": _("addressed to other places"),
    "own_level": _("laws and standards of the level above"),
    "doubtful": _("only doubtful matches were found"),
    "targets": _("judged by the targets it holds"),
    "kind": _("one asks for a level, the other for a change or a rank"),
    "unit": _("the units differ"),
    "baseline": _("the baseline years differ"),
    "pool": _("the fields of the ranking differ"),
    "in_text": _("the words stand in the plan, but no target was read there"),
}
RELATIONS: dict[str, Any] = {
    "same": pgettext_lazy("coverage", "the same"),
    "stronger": pgettext_lazy("coverage", "stronger"),
    "weaker": pgettext_lazy("coverage", "weaker"),
    "mixed": pgettext_lazy("coverage", "stronger in one, weaker in another"),
    "missing": pgettext_lazy("coverage", "missing"),
    "not_comparable": pgettext_lazy("coverage", "not comparable"),
    "not_applicable": pgettext_lazy("coverage", "not applicable"),
}
RESPECTS: dict[str, Any] = {
    "value": _("value"),
    "by": _("date"),
    "binding": _("how binding"),
    "region": _("area covered"),
}
ORDERS: dict[str, Any] = {
    "taken": pgettext_lazy("coverage", "taken up"),
    "look": pgettext_lazy("coverage", "to be looked at"),
    "open": pgettext_lazy("coverage", "open"),
    "elsewhere": pgettext_lazy("coverage", "for other places"),
}
STATES: dict[str, Any] = {
    "kept": pgettext_lazy("versions", "kept"),
    "changed": pgettext_lazy("versions", "changed"),
    "look": pgettext_lazy("versions", "perhaps the same"),
    "new": pgettext_lazy("versions", "new"),
    "gone": pgettext_lazy("versions", "gone"),
}
CHANGES: dict[str, Any] = {
    "tightened": pgettext_lazy("versions", "tightened"),
    "loosened": pgettext_lazy("versions", "loosened"),
    "mixed": pgettext_lazy("versions", "tighter in one, looser in another"),
    "same": pgettext_lazy("versions", "unchanged"),
    "not_comparable": pgettext_lazy("versions", "not comparable"),
    "new": pgettext_lazy("versions", "new"),
    "gone": pgettext_lazy("versions", "gone"),
}


def why(code: str) -> str:
    """A reason in the active language; "" for none."""
    return str(WHY[code]) if code else ""


def goal(one: Goal) -> str:
    """What a target asks, with its indicator and date: PM2.5 ≤ 44 µg/m³ by the end of 2025."""
    from decimal import Decimal

    value = None if one.value is None else Decimal(repr(one.value)).normalize()
    parts = [indicator_label(_code(one.indicator)), goal_words(one.comparator, value, one.unit or "")]
    if one.by:
        parts.append(deadline_words("by", one.by))
    return " ".join(parts)


def _code(indicator: str) -> str:
    return "pm2_5" if indicator == "pm25" else indicator


def respect(name: str, parent: str, child: str) -> str:
    """In what two targets differ: date 2025 → no date."""
    nothing = _text("none given")
    if name == "binding":
        labels = dict(Binding.choices)
        parent, child = (str(labels.get(words, words)) for words in (parent, child))
    return f"{RESPECTS[name]}: {parent or nothing} → {child or nothing}"
