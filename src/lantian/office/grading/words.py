"""The names of grades, dimensions and answers in the active language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lantian.office.grading.definition import CHOICE, FLAG, HIGHER, Grade, Indicator, all_grades
from lantian.office.grading.judging import LACKING
from lantian.office.monitoring.kernel import rulebook

DIMENSION_LABELS: dict[str, Any] = {
    "equipment": gettext_lazy("Equipment and energy"),
    "treatment": gettext_lazy("Treatment technology"),
    "emission": gettext_lazy("Emission limits"),
    "fugitive": gettext_lazy("Fugitive emission"),
    "monitoring": gettext_lazy("Monitoring and control"),
    "management": gettext_lazy("Environmental management"),
    "transport": gettext_lazy("Mode of transport"),
    "supervision": gettext_lazy("Supervision of transport"),
}


def language() -> str:
    """The active language."""
    return get_language() or "zh"


def grade_label(code: str) -> str:
    """A grade in words; empty stays empty, a code no scale has stands as it is."""
    found = all_grades(rulebook()).get(code) if code else None
    return found.label(language()) if found else code


def name_of(grade: Grade | None) -> str:
    """A grade in words; that none is reached, where there is none."""
    return grade.label(language()) if grade is not None else _("no grade of this industry")


def answer_label(indicator: Indicator, answer: str | None) -> str:
    """An answer in words."""
    if not answer:
        return _("not answered")
    if answer == LACKING:
        return _("there is no such thing")
    if indicator.kind == FLAG:
        return _("yes") if answer == "yes" else _("no")
    if indicator.kind == CHOICE:
        option = next((one for one in indicator.options if one[0] == answer), None)
        return answer if option is None else option[2 if language().startswith("en") else 1]
    return f"{answer} {unit(indicator)}".strip()


def asked_label(indicator: Indicator, asked: str | None) -> str:
    """What a grade asks, in words."""
    if asked is None:
        return "—"
    if indicator.kind == FLAG:
        return _("to be met") if asked == "yes" else "—"
    if indicator.kind == CHOICE:
        first = indicator.options[0][0] == asked
        label = answer_label(indicator, asked)
        return label if first else _("%(choice)s or better") % {"choice": label}
    return f"{'≥' if indicator.better == HIGHER else '≤'} {asked} {unit(indicator)}".strip()


def unit(indicator: Indicator) -> str:
    """The unit of a number."""
    return _("months") if indicator.unit == "months" else "" if indicator.unit == "1" else indicator.unit
