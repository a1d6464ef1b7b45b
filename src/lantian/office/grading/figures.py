"""The indicators of grading: enterprises graded A, B and leading, graded D, raised and lowered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from lantian.office.frame import clock
from lantian.office.grading import words
from lantian.office.grading.rules import counted, held_in, moved, standings
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.ledgers.industry.enterprise import Enterprise

MOST_LINES = 100


def address(subject: Subject, on: date) -> str:
    """The list of grades of a region on a day."""
    query = {"region": subject.region.code, "on": on.isoformat()}
    return f"{reverse('grading:list')}?{urlencode(query)}"


def _last(period: Period) -> date:
    return min(period.last, clock.today())


def _named(keys: Iterable[int]) -> dict[int, Any]:
    return Enterprise.objects.in_bulk(list(keys)[:MOST_LINES])


def _counted(which: str, subject: Subject, period: Period) -> Answer:
    on = _last(period)
    codes, verified = counted(which, on)
    found = {key: one for key, one in standings(held_in(subject.region), on).items() if one.code in codes}
    names = _named(found)
    lines = tuple(
        Line(f"{names[key].name} · {one.label}", Decimal(1), names[key].get_absolute_url())
        for key, one in found.items()
        if key in names
    )
    sure = verified and all(one.verified for one in found.values())
    return Answer(Decimal(len(found)), lines=lines, url=address(subject, on), count=len(found), verified=sure)


def grade_ab_count(subject: Subject, period: Period) -> Answer:
    """Enterprises graded A, B (B− included) or leading on the last day of the period."""
    return _counted("ab", subject, period)


def grade_d_count(subject: Subject, period: Period) -> Answer:
    """Enterprises graded D on the last day of the period."""
    return _counted("d", subject, period)


def _moved(better: bool, subject: Subject, period: Period) -> Answer:
    on = _last(period)
    if on < period.first:
        return Answer(Decimal(0), url=address(subject, on), count=0)
    found = [
        (key, before, after)
        for key, before, after in moved(held_in(subject.region), period.first, on)
        if (after.rank < before.rank) is better
    ]
    names = _named(key for key, _before, _after in found)
    lines = tuple(
        Line(
            f"{names[key].name} · {words.grade_label(before.code)} → {words.grade_label(after.code)}",
            Decimal(1), names[key].get_absolute_url(),
        )
        for key, before, after in found
        if key in names
    )  # fmt: skip
    sure = all(one.verified for _key, *pair in found for one in pair)
    return Answer(Decimal(len(found)), lines=lines, url=address(subject, on), count=len(found), verified=sure)


def grades_raised(subject: Subject, period: Period) -> Answer:
    """Enterprises whose grade is better on the last day than on the day before the first."""
    return _moved(True, subject, period)


def grades_lowered(subject: Subject, period: Period) -> Answer:
    """Enterprises whose grade is worse on the last day than on the day before the first."""
    return _moved(False, subject, period)


def register_all() -> None:
    """Make the indicators known."""
    for code, title, compute, better, formula in (
        ("grade_ab_count", gettext_lazy("Enterprises graded A, B or leading"), grade_ab_count, True,
         gettext_lazy("Enterprises whose grade on the last day counts as A, B or leading by the rulebook; in "
                      "several industries the lowest counts.")),
        ("grade_d_count", gettext_lazy("Enterprises graded D"), grade_d_count, False,
         gettext_lazy("Enterprises whose grade on the last day is D.")),
        ("grades_raised", gettext_lazy("Grades raised"), grades_raised, True,
         gettext_lazy("Enterprises graded before the period whose grade is better on its last day.")),
        ("grades_lowered", gettext_lazy("Grades lowered"), grades_lowered, False,
         gettext_lazy("Enterprises graded before the period whose grade is worse on its last day.")),
    ):  # fmt: skip
        register(Indicator(code, title, "1", compute, frozenset({"region"}), better, formula, "register"))
