"""The register of indicators, and what one answers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

REGION, UNIT = "region", "unit"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a number is about: a region (with everything in it) or a unit. Exactly one is given."""

    region: Any = None
    unit: Any = None

    def __post_init__(self) -> None:
        if (self.region is None) == (self.unit is None):
            raise ValueError("a subject is a region or a unit")

    @property
    def kind(self) -> str:
        """`region` or `unit`."""
        return REGION if self.region is not None else UNIT

    @property
    def label(self) -> str:
        """Its name in the active language."""
        return str((self.region or self.unit).label)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing an answer is made of: its words in the active language, its part, where it can be seen."""

    words: str
    value: Decimal | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A value, or the reason why there is none: missing is never zero.

    `count` is how many things it was computed from; `among`, for a rank, how many were ranked; `verified` is
    false when a rule behind it was not checked against its document.
    """

    value: Decimal | None
    reason: str = ""  # in the active language, where value is None
    lines: tuple[Line, ...] = ()
    url: str = ""
    count: int | None = None
    verified: bool = True
    marks: tuple[str, ...] = ()
    among: int | None = None

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError("an answer without a value says why")


Compute = Callable[[Subject, Period], Answer]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number people are held to. `title` and `formula` are lazy translations."""

    code: str
    title: Any
    unit: str
    compute: Compute
    subjects: Collection[str] = frozenset({REGION})
    higher_is_better: bool | None = None
    formula: Any = ""  # how it is computed, in a sentence a county officer understands
    source: str = "report"  # evaluation, register or report


_known: dict[str, Indicator] = {}


def register(indicator: Indicator) -> None:
    """Add an indicator; the same code again replaces it."""
    if not set(indicator.subjects) <= {REGION, UNIT}:
        raise ValueError(f"indicator {indicator.code}: a subject is a region or a unit")
    _known[indicator.code] = indicator


def known() -> dict[str, Indicator]:
    """Every indicator by its code."""
    return dict(_known)


def ask(code: str, subject: Subject, period: Period) -> Answer:
    """An indicator's value for a region or unit over a period; never raises for what cannot be computed."""
    indicator = _known.get(code)
    if indicator is None:
        return Answer(None, str(_("No indicator is called %(code)s.") % {"code": code}))
    if subject.kind not in indicator.subjects:
        return Answer(None, str(_("This indicator is not kept for such a subject.")))
    return indicator.compute(subject, period)
