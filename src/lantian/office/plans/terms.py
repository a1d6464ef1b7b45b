"""The words of plans: every code that is stored, with the term a page shows for it. One table each.

Indicators and roles take their terms from `lantian.glossary`, so that code, page and document agree.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.glossary import Term, terms


class PlanStatus(models.TextChoices):
    """A plan's life: its reading is a draft until a person accepts it."""

    DRAFT = "draft", _("Reading not accepted")
    ACCEPTED = "accepted", _("Reading accepted")
    SUPERSEDED = "superseded", _("Replaced by a newer version")


class Review(models.TextChoices):
    """What a person said about one thing the reader took from the document."""

    UNREVIEWED = "unreviewed", _("Not reviewed")
    ACCEPTED = "accepted", _("Accepted")
    CORRECTED = "corrected", _("Corrected")
    REJECTED = "rejected", _("Rejected")


class Origin(models.TextChoices):
    """Where a thing of a plan comes from."""

    READ = "read", _("Read from the document")
    ADDED = "added", _("Added in review")


class NameHow(models.TextChoices):
    """How a name in a plan came to its unit."""

    MADE = "made", _("New: the register did not know it")
    NONE = "none", _("No unit found")
    PERSON = "person", _("Decided by a person")


class State(models.TextChoices):
    """How far a task is."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")


class Role(models.TextChoices):
    """What a unit is to a task, as the bracket of responsibility says it."""

    LEAD = "lead", pgettext_lazy("role of a unit", "Lead")
    COOP = "coop", pgettext_lazy("role of a unit", "Cooperates")
    SHARED = "shared", pgettext_lazy("role of a unit", "Shares by duty")
    RESPONSIBLE = "responsible", pgettext_lazy("role of a unit", "Responsible")


class Binding(models.TextChoices):
    """How hard a target is."""

    CONSTRAINT = "constraint", _("Binding")
    ASPIRATION = "aspiration", _("Aspiration")
    UNSPECIFIED = "unspecified", _("Not specified")


class DeadlineKind(models.TextChoices):
    """What a time expression means for the duty it stands in."""

    BY = "by", pgettext_lazy("deadline", "by")
    FROM = "from", pgettext_lazy("deadline", "from")
    DURING = "during", pgettext_lazy("deadline", "during")
    RECURRING = "recurring", _("recurring")
    EVENT = "event", _("upon an event")


class ConsequenceKind(models.TextChoices):
    """What a plan says will follow, as the reader names it."""

    HALT = "halt", _("production halted")
    STOP_WORK = "stop_work", _("work stopped")
    LOAD_CUT = "load_cut", _("load cut")
    DEDUCT = "deduct", _("points or funds deducted")
    ACCOUNTABILITY = "accountability", _("held to account")
    NO_HONOURS = "no_honours", _("no honours")
    TALK = "talk", _("summoned to a talk")
    OTHER = "other", _("other consequence")


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
    label = label[:1].upper() + label[1:]
    return f"{label} ({entry.symbol})" if entry.symbol else label


def indicator_choices() -> list[tuple[str, str]]:
    """The indicators of the glossary, code and term, for a form that proposes them."""
    groups = {"pollutants", "evaluation", "indicators"}
    return [(code, indicator_label(code)) for code, entry in terms().items() if entry.group in groups]


# A target in words: with its value, and where it names none.
_GOALS: dict[str, tuple[Any, Any]] = {
    ">=": (_("≥ %(value)s"), _("as required")),
    "<=": (_("≤ %(value)s"), _("within what is required")),
    ">": (_("> %(value)s"), _("as required")),
    "<": (_("< %(value)s"), _("within what is required")),
    "=": (_("= %(value)s"), _("as ordered")),
    "increase": (_("rises by %(value)s"), _("rises")),
    "decrease": (_("falls by %(value)s"), _("falls")),
    "improve": (_("improves by %(value)s"), _("improves")),
    "exit_bottom": (_("leaves the last %(value)s"), _("leaves the last places")),
}

_WHEN: dict[str, Any] = {
    "by": _("by %(date)s"),
    "from": _("from %(date)s"),
    "during": _("during %(date)s"),
}
# A year or a month alone means its last day.
_BY_THE_END = {4: _("by the end of the year %(date)s"), 7: _("by the end of %(date)s")}


def deadline_words(kind: str, by: str) -> str:
    """A time expression in the active language: by 2024-09-30, 2024-09-30 前; recurring; upon an event."""
    if kind == DeadlineKind.BY and len(by) in _BY_THE_END:
        return str(_BY_THE_END[len(by)]) % {"date": by}
    if by and kind in _WHEN:
        return str(_WHEN[kind]) % {"date": by}
    return str(DeadlineKind(kind).label) + (f" {by}" if by else "")


# Units of measure as plans write them: the symbol, and the word an English page shows where there is none.
_UNIT_SYMBOLS = {
    "微克/立方米": "µg/m³", "μg/m³": "µg/m³", "ug/m3": "µg/m³", "毫克/立方米": "mg/m³", "立方米": "m³",
    "亿立方米": "10⁸ m³", "吨": "t", "万吨": "10⁴ t", "蒸吨/小时": "t/h", "蒸吨": "t/h", "千瓦": "kW",
    "万千瓦": "10 MW", "公里": "km", "米": "m", "平方米": "m²", "平方公里": "km²", "％": "%",
    "克/平方米": "g/m²", "万平方米": "10⁴ m²", "毫米": "mm", "厘米": "cm",
}  # fmt: skip
_UNIT_WORDS = {
    "位": "places", "名": "places", "户": "households", "万户": "× 10,000 households", "家": "enterprises",
    "个": "", "天": "days", "辆": "vehicles", "台": "sets", "座": "sites", "轮": "rounds", "次": "times",
    "人": "people", "条": "lines", "项": "items", "个百分点": "percentage points", "亩": "mu", "处": "places",
    "万亩": "× 10,000 mu", "公顷": "ha", "万辆": "× 10,000 vehicles", "套": "sets", "艘": "ships",
    "起": "cases", "个月": "months", "年": "years", "小时": "hours", "分钟": "minutes", "元": "yuan",
    "万元": "× 10,000 yuan", "亿元": "× 100 million yuan", "吨标准煤": "t of standard coal",
    "万吨标准煤": "× 10,000 t of standard coal",
    "阶段(国标)": "(stage of the national standard)", "目": "mesh", "级": "(grade)",
    "吨/月·平方公里": "t/(km²·month)", "吨/月平方公里": "t/(km²·month)", "吨/(月·平方公里)": "t/(km²·month)",
    "吨/平方公里·月": "t/(km²·month)", "吨/(平方公里·月)": "t/(km²·month)",
}  # fmt: skip


def unit_symbol(unit: str) -> str:
    """A unit of measure as a page shows it: its symbol, or in English its word; else as the document writes
    it."""
    unit = unit.strip()
    if unit == "d":  # days as the glossary writes them
        return _UNIT_WORDS["天"] if (get_language() or "zh").startswith("en") else "天"
    if unit in _UNIT_SYMBOLS:
        return _UNIT_SYMBOLS[unit]
    return _UNIT_WORDS.get(unit, unit) if (get_language() or "zh").startswith("en") else unit


def number_text(value: Decimal | None) -> str:
    """A number without trailing zeros: 44, 75.5, 28242."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal, unit: str) -> str:
    """A number with its unit: 44 µg/m³, 12000户, 30%, 2000 × 10⁴ m²."""
    symbol = unit_symbol(unit)
    tight = symbol in {"", "%"} or "\u4e00" <= symbol[:1] <= "\u9fff"
    space = "" if tight else " × " if symbol.startswith("10") else " "
    return number_text(value) + space + symbol


def one_line(words: str) -> str:
    """Words of a document without the line breaks of its pages; Latin words keep a space between them."""
    return (
        re.sub(r"(?<=[A-Za-z])\s*\n\s*(?=[A-Za-z])", " ", words).replace("\n", "") if "\n" in words else words
    )


def goal_words(comparator: str, value: Decimal | None, unit: str) -> str:
    """What a target asks of its indicator, in the active language: ≤ 44 µg/m³."""
    with_value, without = _GOALS[comparator]
    if value is None:
        return str(without)
    return str(with_value) % {"value": amount(value, unit)}
