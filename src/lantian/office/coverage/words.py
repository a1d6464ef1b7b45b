"""Codes of coverage and of versions in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.plans.terms import Binding, deadline_words, goal_words, indicator_label
from lantian.planning.coverage import Goal
from lantian.planning.coverage.goals import Respect

WHY: dict[str, Any] = {
    "elsewhere": _("addressed to other places"),
    "own_level": _("laws and standards of the level above"),
    "doubtful": _("only doubtful matches were found"),
    "targets": _("judged by the targets it holds"),
    "kind": _("one asks for a level, the other for a change or a rank"),
    "unit": _("the units differ"),
    "baseline": _("the baseline years differ"),
    "pool": _("the fields of the ranking differ"),
    "total": _("an amount for several regions, of which this one carries a part"),
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
_BINDING = dict(Binding.choices)


def why(code: str) -> str:
    """A reason in the active language; "" for none."""
    return str(WHY[code]) if code else ""


def goal(one: Goal) -> str:
    """What a target asks, with its indicator and date: PM2.5 ≤ 44 µg/m³ by the end of 2025."""
    parts = [indicator_label(_code(one.indicator)), asks(one)]
    if one.by:
        parts.append(deadline_words("by", one.by))
    return " ".join(parts)


def asks(one: Goal) -> str:
    """What a target asks of its indicator: ≤ 44 µg/m³."""
    value = None if one.value is None else Decimal(repr(one.value)).normalize()
    return goal_words(one.comparator, value, one.unit or "")


def _code(indicator: str) -> str:
    return "pm2_5" if indicator == "pm25" else indicator


def differs(respects: Iterable[Respect], parent: Goal | None, child: Goal | None) -> list[str]:
    """In what two targets differ: value ≤ 44 µg/m³ → ≤ 45 µg/m³; date 2025 → none given."""
    lines = []
    for one in respects:
        if one.way == "same":
            continue
        if one.name == "value" and parent and child:
            old, new = asks(parent), asks(child)
        elif one.name == "binding":
            old, new = (str(_BINDING.get(code, code)) for code in (one.parent, one.child))
        else:
            old, new = one.parent, one.child
        lines.append(f"{RESPECTS[one.name]}: {old or _text('none given')} → {new or _text('none given')}")
    return lines
