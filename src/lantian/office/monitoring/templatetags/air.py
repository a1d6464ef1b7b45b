"""Template tags of air figures: `{% load air %}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse

from lantian.office.monitoring import words
from lantian.office.monitoring.figures import Figure
from lantian.office.monitoring.indicators import indicator, shown_unit

register = template.Library()
MINUS = "\u2212"


@register.inclusion_tag("frame/_figure.html")
def air_figure(figure: Figure | None, bare: bool = False, public: bool = False) -> dict[str, Any]:
    """A figure one click from its explanation; `bare` leaves its unit to the head of the column.

    A public page leads to the public explanation, which anyone may read.
    """
    if figure is None:
        return {"value": None, "unit": "", "url": "", "verified": True, "note": words.why("no_data")}
    url = figure.url
    if public:
        url = reverse("portal:explain", args=[figure.region, figure.indicator, figure.period])
        url += f"?regime={figure.regime}"
    return {
        "value": figure.value,
        "unit": "" if bare else shown_unit(figure.unit),
        "url": url,
        # The mark stands once per table, in its note; at a single figure it stands beside the figure.
        "verified": bare or not figure.unverified,
        "note": words.why(figure.why),
    }


@register.filter
def signed(value: Decimal | int) -> str:
    """A difference with its sign: `+3.1`, `−2.0`, `0`."""
    if value == 0:
        return "0"
    return f"+{value}" if value > 0 else f"{MINUS}{-value}"


@register.filter
def spaced(unit: str) -> str:
    """A unit after a number: `%` closes up, words stand apart."""
    return unit if unit in {"", "%"} else f" {unit}"


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """`mapping[key]`, None without it."""
    return mapping.get(key)


@register.filter
def pollutants(keys: Sequence[str]) -> str:
    """Pollutants by symbol."""
    return words.pollutants(keys)


@register.filter
def why(code: str | None) -> str:
    """A reason in words."""
    return words.why(code)


@register.filter
def indicator_label(key: str) -> str:
    """An indicator's term in the active language."""
    found = indicator(key)
    return found.label if found else key
