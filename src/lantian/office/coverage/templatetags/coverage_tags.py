"""Filters of the coverage pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape

from lantian.office.coverage import words

register = template.Library()


@register.filter
def key(found: dict[Any, Any], name: Any) -> Any:
    """The value of a name, None where there is none."""
    return found.get(name)


@register.filter
def slugged(name: str) -> str:
    """A clause's key as the end of an address: blanks and slashes become hyphens."""
    return escape("".join("-" if c in " /#?&\"'<>" else c for c in name))


@register.filter
def why(code: str) -> str:
    """The reason in words."""
    return words.why(code)


@register.filter
def order_label(state: str) -> str:
    """What became of one order."""
    return str(words.ORDERS[state])


@register.filter
def share(ratio: float) -> str:
    """A share as a whole percentage."""
    return f"{ratio:.0%}"
