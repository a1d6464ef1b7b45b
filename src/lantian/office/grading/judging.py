"""The lowest indicator decides: which grade answers reach, and what they lack for a better one.

Rule: 短板原则, 环办大气〔2026〕2号; before it 环办大气函〔2020〕340号 (all indicators of a grade).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lantian.errors import LantianError
from lantian.office.grading.definition import CHOICE, FLAG, NUMBER, Definition, Grade, Indicator

LACKING = "na"  # the thing is not there at all, where an indicator allows it
MOST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Judged:
    """One indicator's answer, and the best grade it would allow on its own; None: not even the worst."""

    indicator: Indicator
    answer: str | None
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The grade answers reach (None where the set has no floor and nothing is reached), and why."""

    definition: Definition
    grade: Grade | None
    rows: tuple[Judged, ...]

    @property
    def holding(self) -> tuple[Judged, ...]:
        """The indicators that hold the grade down: those that fall short of the next better grade."""
        better = self.better
        return self.lacking(better) if better is not None else ()

    @property
    def better(self) -> Grade | None:
        """The next better grade that is computed; None where there is none."""
        grades = [grade for grade in self.definition.grades if not grade.picked]
        above = [grade for grade in grades if self.grade is None or grade.rank < self.grade.rank]
        return above[-1] if above else None

    def lacking(self, grade: Grade) -> tuple[Judged, ...]:
        """What is still lacking to reach a grade."""
        return tuple(
            row
            for row in self.rows
            if (asked := row.indicator.asked(grade)) is not None
            and not reaches(row.indicator, row.answer, asked)
        )

    def steps(self) -> list[tuple[Grade, tuple[Judged, ...]]]:
        """Every better grade with what is lacking for it, the nearest first."""
        better = [
            grade
            for grade in reversed(self.definition.grades)
            if not grade.picked and (self.grade is None or grade.rank < self.grade.rank)
        ]
        return [(grade, self.lacking(grade)) for grade in better]


def judge(definition: Definition, answers: Mapping[str, str]) -> Judgement:
    """The best grade all of whose indicators are met.

    Parameters
    ----------
    definition
        the industry's grades and indicators
    answers
        code → what `read_answer` gave; one that is missing is not met by anything that asks
    """
    computed = [grade for grade in definition.grades if not grade.picked]
    rows = []
    for indicator in definition.indicators:
        answer = answers.get(indicator.code) or None
        rows.append(Judged(indicator, answer, _best(indicator, answer, computed)))
    for grade in computed:
        if all(row.grade is not None and row.grade.rank <= grade.rank for row in rows):
            return Judgement(definition, grade, tuple(rows))
    return Judgement(definition, None, tuple(rows))


def reaches(indicator: Indicator, answer: str | None, asked: str) -> bool:
    """Whether an answer is enough; what is not there at all cannot fall short where that is allowed."""
    if answer == LACKING:
        return indicator.may_lack
    return indicator.meets(answer, asked)


def read_answer(indicator: Indicator, text: str) -> str:
    """An answer as it is kept; empty stays empty.

    Raises
    ------
    LantianError
        it is no number, negative, a share above 100, or none of the options
    """
    said = text.strip()
    if not said:
        return ""
    if said == LACKING:
        if not indicator.may_lack:
            raise _wrong(indicator, said)
        return said
    if indicator.kind == NUMBER:
        try:
            number = Decimal(said)
        except InvalidOperation as error:
            raise _wrong(indicator, said) from error
        if not number.is_finite() or number < 0 or number > (100 if indicator.unit == "%" else MOST):
            raise _wrong(indicator, said)
        return f"{number:f}"
    if indicator.kind == FLAG and said in {"yes", "no"}:
        return said
    if indicator.kind == CHOICE and said in [code for code, _zh, _en in indicator.options]:
        return said
    raise _wrong(indicator, said)


def _best(indicator: Indicator, answer: str | None, computed: list[Grade]) -> Grade | None:
    for grade in computed:
        asked = indicator.asked(grade)
        if asked is None or reaches(indicator, answer, asked):
            return grade
    return None


def _wrong(indicator: Indicator, said: str) -> LantianError:
    from django.utils.translation import get_language
    from django.utils.translation import gettext as _

    return LantianError(
        _("“%(said)s” is no answer to this indicator") % {"said": said[:40]},
        where=indicator.title(get_language() or "zh"),
        remedy=_("Give a number from 0, shares up to 100, or one of the choices."),
    )
