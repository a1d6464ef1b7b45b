"""Words of codes: factors, bases of limits, screens, reasons why a total has no forecast."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.office.ledgers.industry.outlet_limit import Basis, Factor

# Why nothing is said about the day a yearly total runs out.
WHY: dict[str, Any] = {
    "no_total": _("No yearly total is entered."),
    "no_mass": _("No mass is known: no flow, or no valid hour."),
    "too_few_days": _("Too few days are known for a forecast."),
    "not_this_year": _("At this pace it does not run out this year."),
    "ran_out": _("It has run out."),
}


def factor(code: str) -> str:
    """A factor in the active language; a code nobody named stands as it is."""
    return str(Factor(code).label) if code in Factor.values else code


def basis(code: str) -> str:
    """The basis of a limit in the active language."""
    return str(Basis(code).label) if code in Basis.values else code


def language() -> str:
    """`zh` or `en`."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def screen(code: str) -> str:
    """A truth screen in the active language; a code nobody named stands as it is."""
    from lantian.telemetry.truth.words import Said

    try:
        return Said(f"screens.{code}.name").text(language())
    except KeyError:
        return code


def why(code: str) -> str:
    """Why there is no forecast, in the active language."""
    return str(WHY.get(code, code))
