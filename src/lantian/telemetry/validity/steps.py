"""One step of an explanation: what was computed, from which rows, by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.rulebook import Rule
from lantian.telemetry.validity.exact import text

LABELS = {
    "hour": "mean of the valid minutes",
    "hour_sent": "hour as the logger sent it",
    "corrected": "corrected by hand",
    "minutes": "minutes of the hour",
    "conversion": "conversion to reference oxygen",
    "oxygen": "oxygen of the hour",
    "day": "mean of the valid hours",
    "month": "mean of the valid days",
    "transmission": "share of the due hours that came",
    "validity": "share of the received hours that are valid",
    "effective": "transmission effective rate",
    "capture": "capture rate of valid data",
    "mass": "concentration times flow",
    "flow": "flow of the hour",
    "substitution": "what stands in for an hour that does not count",
    "exceedance": "comparison with the limit",
    "share": "share of hours within the limit",
    "total": "sum of the year to date",
    "forecast": "when the total is used up",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not used: which, and the code of the reason (`telemetry.marks.words`, or a letter)."""

    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation, the same shape as a step of `ambient`.

    `code` is a key of `LABELS`, `subject` what it is about, `formula` the arithmetic with its numbers,
    `rounding` what was rounded to what, `used` how many rows went in, `refused` those that did not, `data`
    the numbers by name (exact ones as `617/24`).
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
        """Whether every rule of this step and of those below was read in its document."""
        return all(rule.verified for rule in self.every_rule())

    def every_rule(self) -> tuple[Rule, ...]:
        """The rules of this step and of all below it, each once."""
        found: dict[tuple[str, str], Rule] = {}
        for rule in self.rules:
            found.setdefault((rule.path, rule.origin), rule)
        for child in self.children:
            for rule in child.every_rule():
                found.setdefault((rule.path, rule.origin), rule)
        return tuple(found.values())

    def lines(self, depth: int = 0) -> Iterator[str]:
        """This step and those below as indented text."""
        indent = "  " * depth
        unit = f" {self.unit}" if self.unit else ""
        value = "none" if self.value is None else self.value
        yield f"{indent}{self.subject} ({self.label}): {value}{unit}"
        if self.formula:
            yield f"{indent}  {self.formula}"
        if self.rounding:
            yield f"{indent}  rounded {self.rounding}"
        for rule in self.rules:
            mark = "" if rule.verified else " [not verified]"
            yield f"{indent}  rule {rule.citation}: {rule.path}{mark}"
        for refused in self.refused:
            yield f"{indent}  not used: {refused.subject}, {refused.why}"
        for child in self.children:
            yield from child.lines(depth + 1)

    def as_dict(self) -> dict[str, Any]:
        """The step and those below as plain values."""
        return {
            "code": self.code, "label": self.label, "subject": self.subject, "formula": self.formula,
            "value": self.value, "unit": self.unit, "rounding": self.rounding, "data": dict(self.data),
            "used": self.used,
            "refused": [{"subject": row.subject, "why": row.why} for row in self.refused],
            "rules": [
                {
                    "path": rule.path, "document": rule.document, "document_zh": rule.document_zh,
                    "clause": rule.clause, "clause_zh": rule.clause_zh, "verified": rule.verified,
                    "note": rule.note, "note_zh": rule.note_zh,
                }
                for rule in self.rules
            ],
            "children": [child.as_dict() for child in self.children],
        }  # fmt: skip


def rounding(value: Fraction, shown: Decimal) -> str:
    """`20.633333… to 20.6`, or nothing where nothing was rounded."""
    return "" if value == Fraction(shown) else f"{text(value)} to {shown}"
