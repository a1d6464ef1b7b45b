"""Facts a score rests on: what an indicator said of a subject, or why it said nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lantian.assessment.text import Text

UNTITLED = Text("", "")
NOT_ASKED = Text("没有此项数据", "there is no such figure")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a fact is made of: its words, its part, where it can be seen."""

    words: str
    value: Decimal | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """An indicator's value for one subject and period, or the reason why there is none."""

    value: Decimal | None
    reason: Text | None = None
    title: Text = UNTITLED
    unit: str = ""
    url: str = ""
    verified: bool = True
    count: int | None = None
    parts: tuple[Part, ...] = ()
    correction: str = ""  # the words of a decision that put this value in the place of the computed one
    among: int | None = None  # of a rank: how many were ranked

    def __post_init__(self) -> None:
        if self.value is None and self.reason is None:
            raise ValueError("a fact without a value says why")

    def as_dict(self) -> dict[str, Any]:
        """For canonical JSON; `Fact.of` reads it back."""
        return {
            "value": self.value,
            "reason": self.reason.as_dict() if self.reason else None,
            "title": self.title.as_dict(),
            "unit": self.unit,
            "url": self.url,
            "verified": self.verified,
            "count": self.count,
            "parts": [{"words": p.words, "value": p.value, "url": p.url} for p in self.parts],
            "correction": self.correction,
            **({} if self.among is None else {"among": self.among}),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Fact:
        """A fact out of what `as_dict` kept."""
        return cls(
            value=_decimal(kept["value"]),
            reason=Text.of(kept["reason"]) if kept["reason"] else None,
            title=Text.of(kept["title"]),
            unit=kept["unit"],
            url=kept["url"],
            verified=kept["verified"],
            count=kept["count"],
            parts=tuple(Part(p["words"], _decimal(p["value"]), p["url"]) for p in kept["parts"]),
            correction=kept["correction"],
            among=kept.get("among"),
        )


Ask = Callable[[str], Fact]
"""What a subject's facts are asked through: the code of an indicator in, its fact out."""


def from_facts(facts: Mapping[str, Fact]) -> Ask:
    """Ask a table of facts; what is not in it has no value and says so."""
    return lambda code: facts.get(code) or Fact(None, NOT_ASKED)


def _decimal(kept: Any) -> Decimal | None:
    return None if kept is None else Decimal(str(kept))
