"""The rulebook's words for the specialised openings, asked by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language

from lantian.office.frame import clock
from lantian.office.monitoring.kernel import rulebook
from lantian.rulebook import Rule

BRANCH = "office"


def rule(name: str, on: date | None = None) -> Rule:
    """The rule `office.<name>` on a day; today without one."""
    return rulebook().rule(f"{BRANCH}.{name}", on=on or clock.today())


def in_language(words: Any) -> str:
    """`{zh: …, en: …}` in the active language; a plain text stays as it is."""
    if not isinstance(words, Mapping):
        return str(words)
    return str(words["en" if (get_language() or "zh").startswith("en") else "zh"])


def cited(found: Rule) -> dict[str, Any]:
    """What a page shows of a rule: value, unit, its document and clause in the active language, and whether
    they were checked.
    """
    words = found.in_language(get_language() or "zh")
    return {
        "value": found.value,
        "unit": found.unit,
        "citation": words.citation,
        "note": words.note,
        "verified": found.verified,
    }
