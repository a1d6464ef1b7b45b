"""Filters of the plans' pages."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from lantian.planning.doubts import DOUBTS

register = template.Library()


@register.filter
def doubt(code: str) -> str:
    """A doubt of the reader in the active language; a code no one knows any more, as it was kept."""
    words = DOUBTS.get(code)
    return words["en" if (get_language() or "zh").startswith("en") else "zh"] if words else code
