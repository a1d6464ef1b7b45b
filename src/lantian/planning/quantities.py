"""Quantities of a task: every number with a unit, what it compares and what it is of."""

from __future__ import annotations

import re

from lantian.planning.fold import clause_end, clause_start, fold_text
from lantian.planning.measures import Measure, find_measures, find_stages
from lantian.planning.model import Quantity
from lantian.planning.times import find_times
from lantian.planning.vocabulary import vocabulary

_IMPLIED: tuple[tuple[re.Pattern[str], float, str | None], ...] = (
    (re.compile(r"全覆盖"), 100, "%"),
    (re.compile(r"(?:三|动态)?清零"), 0, None),
    (re.compile(r"六个百分(?:之)?百"), 100, "%"),
)
_AIMED = re.compile(r"实现|做到|达到|确保|完成")
_NEGATIVE = re.compile(r"负增长")
_SPEAKING = 12  # characters around a bare number that say what it is


def find_quantities(text: str, *, offset: int = 0) -> list[Quantity]:
    """The quantities of `text` in order.

    Parameters: text, as in the document; offset, added to positions. Returns quantities with
    `text[start - offset:end - offset] == quote`; a range gives its lower and its upper bound; `value` is
    None where
    only a direction is written (负增长).
    """
    folded = fold_text(text)
    found: list[tuple[int, int, float | None, str, str]] = []
    times = find_times(folded.text, year=None)
    for measure in find_measures(folded.text, times):
        start, end = _words(folded.text, measure)
        if measure.high is not None and measure.high > measure.value:
            found.append((start, end, measure.value, measure.unit, ">="))
            if not measure.rank:
                found.append((start, end, measure.high, measure.unit, "<="))
        else:
            found.append((start, end, measure.value, measure.unit, _comparator(measure, folded.text)))
    found += [
        (start, _noun_end(folded.text, end), float(number), "阶段(国标)", comparator)
        for start, end, number, comparator in find_stages(folded.text)
    ]
    for pattern, value, unit in _IMPLIED:
        for match in pattern.finditer(folded.text):
            start = clause_start(folded.text, match.start())
            if unit is None and not _AIMED.search(folded.text, start, match.start()):
                continue
            found.append((start, match.end(), value, unit or "", "="))
    for match in _NEGATIVE.finditer(folded.text):
        found.append((clause_start(folded.text, match.start()), match.end(), None, "", "decrease"))
    quantities = []
    for start, end, amount, unit_written, comparator in sorted(found, key=lambda f: (f[0], f[1])):
        first, last = folded.span(start, end)
        quantities.append(
            Quantity(
                quote=text[first:last],
                start=first + offset,
                end=last + offset,
                value=amount,
                unit=unit_written,
                comparator=comparator,
                what=_what(folded.text, start, end),
            )
        )
    return quantities


def _comparator(measure: Measure, text: str) -> str:
    if measure.rank == "bottom":
        return "<="
    if measure.comparator == "reach":
        mentions = vocabulary().mentions(text[clause_start(text, measure.begin) : measure.begin])
        return "<=" if mentions and mentions[-1].indicator.better == "less" else ">="
    if measure.comparator:
        return measure.comparator
    return ">=" if measure.family == "household" else "="


def _words(text: str, measure: Measure) -> tuple[int, int]:
    """A goal's number with its clause before it; a describing number with the noun it describes."""
    if measure.threshold:
        return measure.begin, _noun_end(text, measure.stop)
    start = clause_start(text, measure.begin)
    return max(start, measure.begin - 40), measure.stop


def _noun_end(text: str, position: int) -> int:
    end = clause_end(text, position, marks=",;。:!?、")
    return min(end, position + _SPEAKING)


def _what(text: str, start: int, end: int) -> str:
    """The words that say what is counted: the clause's, shortened."""
    words = text[start:end]
    return words if len(words) > 6 else text[clause_start(text, start) : _noun_end(text, end)][:40]
