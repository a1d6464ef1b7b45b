"""Words beside an answer: where an indicator comes from, its unit, its marks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.indicators.air import TO_DATE

SOURCES: dict[str, Any] = {
    "evaluation": gettext_lazy("evaluation of the air"),
    "register": gettext_lazy("a register"),
    "report": gettext_lazy("records of the office"),
}
SUBJECTS: dict[str, Any] = {"region": gettext_lazy("region"), "unit": gettext_lazy("unit of a plan")}


def source(code: str) -> str:
    """Where an indicator's values come from."""
    return str(SOURCES.get(code, code))


def subjects(codes: Any) -> str:
    """For whom an indicator is kept."""
    return ", ".join(str(SUBJECTS[code]) for code in SUBJECTS if code in codes)


def unit(code: str) -> str:
    """A unit in the active language."""
    from lantian.office.monitoring.indicators import shown_unit

    return _("pp") if code == "pp" else _("places (of a rank)") if code == "place" else shown_unit(code)


def marks(codes: Any) -> list[str]:
    """What must be known beside a value."""
    from lantian.office.monitoring import words

    return [
        _("the period is still running: the days so far") if c == TO_DATE else words.why(c) for c in codes
    ]
