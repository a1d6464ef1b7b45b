"""Template tags of back-tests: `{% load outlook_tags %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def share(value: float, places: int) -> str:
    """A score with so many decimals."""
    return f"{value:.{places}f}"


@register.filter
def tenth(decile: Mapping[str, Any]) -> str:
    """A tenth of probabilities: `30–40%`."""
    low = round(100 * decile["from"])
    return f"{low}–{low + 10}%"
