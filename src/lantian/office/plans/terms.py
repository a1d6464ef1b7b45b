"""The words of plans: every code that is stored, with the term a page shows for it. One table each.

Indicators and roles take their terms from `lantian.glossary`, so that code, page and document agree.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.glossary import Term, terms


class PlanStatus(models.TextChoices):
    """A plan's life: its reading is a draft until a person accepts it."""

    DRAFT = "draft", _("Reading not accepted")
    ACCEPTED = "accepted", _("Reading accepted")


class Review(models.TextChoices):
    """What a person said about one thing the reader took from the document."""

    UNREVIEWED = "unreviewed", _("Not reviewed")
    ACCEPTED = "accepted", _("Accepted")
    CORRECTED = "corrected", _("Corrected")
    REJECTED = "rejected", _("Rejected")


class State(models.TextChoices):
    """How far a task is."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")


class Role(models.TextChoices):
    """What a unit is to a task, as the bracket of responsibility says it."""

    LEAD = "lead", _("Lead")
    COOP = "coop", _("Cooperates")
    SHARED = "shared", _("Shares by duty")
    RESPONSIBLE = "responsible", _("Responsible")


class Binding(models.TextChoices):
    """How hard a target is."""

    CONSTRAINT = "constraint", _("Binding")
    ASPIRATION = "aspiration", _("Aspiration")
    UNSPECIFIED = "unspecified", _("Not specified")


class DeadlineKind(models.TextChoices):
    """What a time expression means for the duty it stands in."""

    BY = "by", _("by")
    FROM = "from", _("from")
    DURING = "during", _("during")
    RECURRING = "recurring", _("recurring")
    EVENT = "event", _("upon an event")


class Standing(models.TextChoices):
    """Where a target stands on a day."""

    ACHIEVED = "achieved", _("Achieved")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    MISSED = "missed", _("Missed")
    NOT_COMPUTABLE = "not_computable", _("Not computable")


class Comparator(models.TextChoices):
    """How a value is held against its target."""

    AT_LEAST = ">=", _("at least")
    AT_MOST = "<=", _("at most")
    MORE = ">", _("more than")
    LESS = "<", _("less than")
    EQUAL = "=", _("equal to")
    INCREASE = "increase", _("rises by")
    DECREASE = "decrease", _("falls by")
    IMPROVE = "improve", _("improves")
    EXIT_BOTTOM = "exit_bottom", _("leaves the last")


# What a reader may write for an indicator, and the code name of the field.
INDICATOR_ALIASES = {
    "pm25": "pm2_5",
    "pm2.5": "pm2_5",
    "o3_8h": "o3",
    "o3_8h_max": "o3",
    "rank": "composite_rank",
    "good_day_ratio": "good_days_ratio",
    "heavy_day_ratio": "heavy_days_ratio",
    "heavy_pollution_days": "heavy_days",
}


def indicator_code(written: str) -> str:
    """The field's code name of an indicator; `other:…` stays as the reader wrote it."""
    return INDICATOR_ALIASES.get(written.strip().lower(), written.strip())


def indicator_label(code: str) -> str:
    """The term of an indicator in the active language; what follows `other:` is the document's own words."""
    if code.startswith("other:"):
        return code.removeprefix("other:")
    entry: Term | None = terms().get(code)
    if entry is None:
        return code
    label = entry.label(get_language() or "zh")
    return f"{label} ({entry.symbol})" if entry.symbol else label


# A target in words: with its value, and where it names none.
_GOALS: dict[str, tuple[Any, Any]] = {
    ">=": (_("≥ %(value)s"), _("not less")),
    "<=": (_("≤ %(value)s"), _("not more")),
    ">": (_("> %(value)s"), _("more")),
    "<": (_("< %(value)s"), _("less")),
    "=": (_("= %(value)s"), _("as ordered")),
    "increase": (_("rises by %(value)s"), _("rises")),
    "decrease": (_("falls by %(value)s"), _("falls")),
    "improve": (_("improves by %(value)s"), _("improves")),
    "exit_bottom": (_("leaves the last %(value)s"), _("leaves the last places")),
}

_UNIT_SYMBOLS = {
    "微克/立方米": "µg/m³",
    "毫克/立方米": "mg/m³",
    "μg/m³": "µg/m³",
    "ug/m3": "µg/m³",
}


def unit_symbol(unit: str) -> str:
    """The symbol of a unit of measure written out; other units stay as the document writes them."""
    return _UNIT_SYMBOLS.get(unit.strip(), unit.strip())


def number_text(value: Decimal | None) -> str:
    """A number without trailing zeros: 44, 75.5, 28242."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def goal_words(comparator: str, value: Decimal | None, unit: str) -> str:
    """What a target asks of its indicator, in the active language: ≤ 44 µg/m³."""
    with_value, without = _GOALS[comparator]
    if value is None:
        return str(without)
    symbol = unit_symbol(unit)
    tight = symbol in {"", "%"} or "\u4e00" <= symbol[:1] <= "\u9fff"
    return str(with_value) % {"value": number_text(value) + ("" if tight else " ") + symbol}
