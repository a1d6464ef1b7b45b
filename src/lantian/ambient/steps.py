"""One step of an explanation, and the small texts steps are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.ambient.exact import to_decimal
from lantian.ambient.marks import describe
from lantian.ambient.rules import distinct
from lantian.rulebook import Rule

LABELS = {
    "mean": "mean of the valid days",
    "percentile": "percentile of the valid days",
    "composite_index": "sum of the single indices",
    "single_index": "statistic over its limit",
    "count": "count of days",
    "day": "value of the day",
    "day_mean": "mean of the day",
    "day_max_8h": "largest 8-hour mean of the day",
    "aqi": "air quality index of the day",
    "iaqi": "sub-index",
    "member": "station's own value",
    "hours": "hours of the day",
    "ratio": "share of the days with an AQI",
    "load_share": "single index over the composite index",
    "change_rate": "change against the year before",
    "rank": "place in the order of the indices",
    "given": "as published",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not used: its day, hour or station, and the code of the reason (see `marks`)."""

    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was computed, how, to what, by which rules.

    `code` names the kind of step (a key of `LABELS`, for translation), `subject` what it is about (a date,
    an item, a station). `formula` is the arithmetic with its numbers; `rounding` what was rounded to what,
    empty when nothing was. `used` rows went in, `refused` did not. `data` are the numbers of the formula by
    name (text, whole numbers or lists of them; exact ones as `617/24`), the same in every language.
    """

    code: str
    subject: str
    formula: str
    value: str | None
    unit: str = ""
    rounding: str = ""
    rules: tuple[Rule, ...] = ()
    used: int = 0
    refused: tuple[Refused, ...] = ()
    children: tuple[Step, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the step is, in English."""
        return LABELS.get(self.code, self.code)

    @property
    def verified(self) -> bool:
        """Whether every rule of this step itself was read in its document."""
        return all(rule.verified for rule in self.rules)

    def about(self, subject: str) -> Step:
        """The same step under another subject."""
        return replace(self, subject=subject)

    def every_rule(self) -> tuple[Rule, ...]:
        """The rules of this step and of all below it, each once."""
        return distinct([*self.rules, *(rule for child in self.children for rule in child.every_rule())])

    def lines(self, depth: int = 0) -> Iterator[str]:
        """This step and those below as indented text."""
        indent = "  " * depth
        unit = f" {self.unit}" if self.unit else ""
        value = self.value if self.value is not None else "none"
        yield f"{indent}{self.subject} ({self.label}): {value}{unit}"
        if self.formula:
            yield f"{indent}  {self.formula}"
        if self.rounding:
            yield f"{indent}  rounded {self.rounding}"
        for rule in self.rules:
            mark = "" if rule.verified else " [not verified]"
            yield f"{indent}  rule {rule.citation}: {rule.path}{mark}"
        for refused in self.refused:
            yield f"{indent}  not used: {refused.subject}, {describe(refused.why)}"
        for child in self.children:
            yield from child.lines(depth + 1)

    def as_dict(self) -> dict[str, Any]:
        """The step and those below as plain values."""
        return {
            "code": self.code,
            "label": self.label,
            "subject": self.subject,
            "formula": self.formula,
            "value": self.value,
            "unit": self.unit,
            "rounding": self.rounding,
            "data": dict(self.data),
            "used": self.used,
            "refused": [{"subject": row.subject, "why": row.why} for row in self.refused],
            "rules": [
                {
                    "path": rule.path,
                    "document": rule.document,
                    "document_zh": rule.document_zh,
                    "clause": rule.clause,
                    "clause_zh": rule.clause_zh,
                    "verified": rule.verified,
                    "note": rule.note,
                    "note_zh": rule.note_zh,
                }
                for rule in self.rules
            ],
            "children": [child.as_dict() for child in self.children],
        }


def number(value: Fraction) -> str:
    """An exact number for people: all its digits when they end, else six places and a sign."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    decimal = to_decimal(value)
    if denominator == 1:
        return f"{decimal.normalize():f}"
    return f"{decimal:.6f}…"


def fraction(value: Fraction) -> str:
    """An exact number as data: `617/24`, `31` when it is whole."""
    return str(value)


def rounding(value: Fraction, rounded: Decimal) -> str:
    """`20.633333… to 21`, or nothing when the value has no more digits than it is given with."""
    return "" if value == Fraction(rounded) else f"{number(value)} to {rounded}"
