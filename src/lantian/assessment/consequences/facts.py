"""What a rule may ask about the world, and in which form it is answered. Who keeps records answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

REGION, UNIT, TASK, FINDING = "region", "unit", "task", "finding"
KINDS = (REGION, UNIT, TASK, FINDING)


@dataclass(frozen=True, slots=True)
class Subject:
    """On whom or what a consequence falls.

    `key` is unique among subjects of its kind; `path` are the codes of its region and those above it,
    `140000/141000/141002/`; `level` is the level of a region or the kind of a unit.
    """

    kind: str
    key: str
    name: str
    path: str = ""
    level: str = ""

    def lies_in(self, code: str) -> bool:
        """Whether it lies in the region of this code, or is that region."""
        return code in self.path.split("/")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was looked at: its words, its part of the value, where it can be seen."""

    words: str
    value: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's value, or why there is none. `verified` is false when a rule behind it is; `among` is
    how many were ranked, where the value is a rank."""

    value: Decimal | None
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    verified: bool = True
    among: int | None = None


@dataclass(frozen=True, slots=True)
class TaskFact:
    """One dated duty that is not fulfilled: the words of its deadline and of its task, and its last day."""

    key: str
    words: str
    last_day: date
    tags: frozenset[str] = frozenset()
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FindingFact:
    """One problem found: kind, day, gravity, points, state, whether it repeats an earlier one."""

    key: str
    kind: str
    found_on: date
    state: str
    severity: str = ""
    points: Decimal = Decimal(0)
    repeated: bool = False
    words: str = ""
    url: str = ""


class FactSource(Protocol):
    """Answers what rules ask."""

    def figure(self, code: str, subject: Subject, first: date, last: date) -> Figure:
        """An indicator of a region or unit over whole days, first and last included."""

    def open_tasks(self, subject: Subject, on: date) -> Sequence[TaskFact]:
        """The dated duties of a region, unit or task that were not fulfilled on a day."""

    def findings(self, subject: Subject, first: date, last: date) -> Sequence[FindingFact]:
        """The problems found of a region or unit from `first` to `last`; of a finding, that one alone."""
