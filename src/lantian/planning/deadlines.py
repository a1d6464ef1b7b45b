"""Deadlines: every time expression of a duty, the date it means, and what is due.

Conventions (docs/plan-reading.md): "X月底前" is the month's last day, "年底前" the year's, a bare year
stays a year, a
month after which something begins ("从6月起") is the month; a year left out is the document's, or the
last one
written in the same sentence. Baselines ("较2020年"), past years, titles and editions of documents are no
deadlines.
"""

from __future__ import annotations

from lantian.planning.fold import clause_end, clause_start, fold_text
from lantian.planning.model import Deadline
from lantian.planning.times import TimeMention, find_times

_PREFIX = {
    "by": "",
    "from": "[from] ",
    "during": "[during] ",
    "recurring": "[recurring] ",
    "event": "[event] ",
}
_LONGEST = 60  # characters of what is due that a list can still show
_SHORT = 5  # "9月底前完成": fewer characters than these say too little without the clause before


def find_deadlines(text: str, *, year: int | None, offset: int = 0) -> list[Deadline]:
    """The time expressions of `text`.

    Parameters: text, as in the document; year, the one dates without a year belong to; offset, added to
    positions.
    Returns deadlines in order, `text[start - offset:end - offset] == quote`; `by` is None for duties
    that recur, hang
    on an event, or fall into a season of no named year. Several years in one expression give one
    deadline each.
    """
    folded = fold_text(text)
    deadlines: list[Deadline] = []
    previous = 0
    for mention in find_times(folded.text, year=year):
        start, end = _words(folded.text, mention, previous)
        previous = mention.end
        first, last = folded.span(start, end)
        due = folded.text[start : mention.start] + folded.text[mention.end : end]
        what = _PREFIX[mention.manner] + due.strip(",;:、")[:_LONGEST]
        dates: tuple[str | None, ...] = mention.dates or (None,)
        deadlines += [Deadline(text[first:last], first + offset, last + offset, by, what) for by in dates]
    return deadlines


def _words(text: str, mention: TimeMention, previous: int) -> tuple[int, int]:
    """From the expression to the end of its clause; with the clause before when little follows it.

    `previous` is where the expression before ended: its words are not taken again.
    """
    end = clause_end(text, mention.end)
    if end == mention.end and end < len(text) and text[end] == ",":
        end = clause_end(text, end + 1)
    start = mention.start
    if end - mention.end < _SHORT:
        start = clause_start(text, mention.start)
        if mention.start - start < _SHORT and start and text[start - 1] == ",":
            start = clause_start(text, start - 1)
        if start < previous:  # another expression stands there; keep to this clause
            start = mention.start
    return start, min(end, start + _LONGEST + (mention.end - start))
