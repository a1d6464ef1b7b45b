"""Kinds of findings, what they count, how long each step may take: the rulebook's words, asked by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language

from lantian.assessment.consequences import Title, vocabulary
from lantian.office.frame import clock
from lantian.office.monitoring.kernel import rulebook
from lantian.rulebook import Rule, Rulebook

BRANCH = "consequences.findings"


@dataclass(frozen=True, slots=True)
class Points:
    """What findings count by severity, how often a confirmed repeat counts, and whether that was checked."""

    of: Mapping[str, Decimal]
    repeated_times: Decimal
    verified: bool

    def for_one(self, severity: str, repeated: bool) -> Decimal:
        """The points of one finding."""
        own = self.of.get(severity, Decimal(0))
        return own * self.repeated_times if repeated else own


def kinds(on: date | None = None) -> dict[str, Title]:
    """The kinds of findings on a day, by code, in the order declared."""
    return dict(_kinds(rulebook(), on or clock.today()))


# Read once a day asked about: a page of a list names forty.
@lru_cache(maxsize=512)
def _kinds(book: Rulebook, on: date) -> Mapping[str, Title]:
    return vocabulary(book, on).findings


def kind_label(code: str) -> str:
    """A kind's name in the active language; a code no longer declared stands as it is."""
    title = _kinds(rulebook(), clock.today()).get(code)
    return title.in_language(get_language() or "zh") if title else code


def kind_choices() -> list[tuple[str, str]]:
    """Kinds for a form."""
    language = get_language() or "zh"
    return [(code, title.in_language(language)) for code, title in kinds().items()]


def points(on: date) -> Points:
    """What findings of a day count."""
    rule = _rule("points", on)
    numbers = {key: Decimal(value) for key, value in rule.table.items()}
    times = numbers.pop("repeated_times", Decimal(1))
    return Points(numbers, times, rule.verified)


def limit(step: str, on: date) -> timedelta:
    """How long a step may take: `assign`, `recheck`, or a severity for the rectification."""
    return timedelta(days=int(_rule("limits", on).table[step]))


def repeat_span(on: date) -> tuple[int, int]:
    """Within how many days, and metres, the same kind of problem counts as found again."""
    table = _rule("repeat", on).table
    return int(table["days"]), int(table["metres"])


def quick_kinds() -> list[tuple[str, str]]:
    """The kinds a telephone shows first, as large buttons."""
    first = _rule("quick_kinds", clock.today()).texts
    known = dict(kind_choices())
    return [(code, known[code]) for code in first if code in known]


def metres(which: str) -> int:
    """When a position is asked about [m]: `outside` an outline, `apart` from where its photo was taken."""
    return int(_rule("position", clock.today()).table[which])


def oldest() -> timedelta:
    """How long ago a problem may have been found that is recorded today."""
    return timedelta(days=int(_rule("oldest", clock.today()).value))


def _rule(name: str, on: date) -> Rule:
    return rulebook().rule(f"{BRANCH}.{name}", on=on)
