"""Facts for the kernel: every figure through `lantian.office.indicators.ask`, its words in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import override

from lantian.assessment import Fact, Part, Text
from lantian.office import indicators
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject

ZH, EN = "zh-hans", "en"
PARTS = 50
"""Lines of an answer kept with a card; its page lists the rest."""


def fact_of(code: str, subject: Subject, period: Period) -> Fact:
    """An indicator's answer as a fact; the reason of a missing value in both languages."""
    with override(ZH):
        answer, title_zh = indicators.ask(code, subject, period), _title(code)
    reason = None
    with override(EN):
        title_en = _title(code)
        if answer.value is None:
            # Asked again for its words alone: an answer is in the language it was asked in.
            reason = Text(answer.reason, indicators.ask(code, subject, period).reason or answer.reason)
    known = indicators.known().get(code)
    return Fact(
        answer.value,
        reason,
        Text(title_zh, title_en),
        _sign(known.unit) if known else "",
        answer.url,
        answer.verified,
        answer.count,
        tuple(Part(line.words, line.value, line.url) for line in answer.lines[:PARTS]),
        among=answer.among,
    )


def facts_of(codes: Iterable[str], subject: Subject, period: Period) -> dict[str, Fact]:
    """The facts of a subject by indicator."""
    return {code: fact_of(code, subject, period) for code in codes}


def answered(period: Period) -> Period | None:
    """The part of a period that has passed; None before it begins."""
    today = clock.today()
    return None if period.first > today else Period(period.first, min(period.last, today))


def corrected(facts: Mapping[str, Fact], corrections: Mapping[str, tuple[Any, str]]) -> dict[str, Fact]:
    """Facts with the values that accepted objections put in their place: code → (value, words)."""
    found = dict(facts)
    for code, (value, words) in corrections.items():
        found[code] = replace(found[code], value=value, reason=None, correction=words)
    return found


def _title(code: str) -> str:
    known = indicators.known().get(code)
    return str(known.title) if known else code


def _sign(unit: str) -> str:
    """A unit that reads in both languages: a symbol, not a word."""
    return unit if unit in {"%", "g/m²"} or "/" in unit else ""
