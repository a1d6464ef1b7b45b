"""The distance to a line month by month, each from the beginning of the period to that month's end."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Unpack

from lantian.ambient.asking import Asked, book_of, named_regime, under
from lantian.ambient.evaluation import evaluate
from lantian.ambient.period import Period
from lantian.ambient.ranking.line import Line, distance
from lantian.ambient.ranking.order import rank
from lantian.ambient.ranking.pools import Pool
from lantian.lake import Lake


@dataclass(frozen=True, slots=True)
class LinePoint:
    """Where a place stood to a line after the days of `period`; `gap` above zero: so much too high.

    The figures are None while the place, or too many others, have no value yet; `why` says so.
    """

    period: Period
    value: Decimal | None
    rank: int | None
    from_worst: int | None
    line_value: Decimal | None
    gap: Decimal | None
    holders: tuple[str, ...]
    missing: int
    why: str | None


def distance_over_time(
    lake: Lake,
    period: Period,
    pool: Pool,
    name: str,
    line: Line,
    *,
    by: str = "composite_index",
    **asked: Unpack[Asked],
) -> list[LinePoint]:
    """The distance of a place to a line, to date: after each month of a period; options as for `evaluate`.

    All points follow one regime, that of the period's last day unless one is named.

    Raises
    ------
    LantianError
        as `distance`, but for values that are not there yet
    """
    book = book_of(asked)
    asked = under(asked, named_regime(period, asked))
    points = []
    for span in _to_date(period):
        found = evaluate(lake, span, **asked)
        ranking = rank(found, pool, by=by, rulebook=book)
        row = ranking.row(name)
        missing = len(ranking.missing)
        if row is not None and row.value is None:
            points.append(LinePoint(span, None, None, None, None, None, (), missing, row.why))
        elif len(pool.members) - missing <= line.number < len(pool.members) and row is not None:
            value = row.value
            points.append(
                LinePoint(span, value, row.rank, row.from_worst, None, None, (), missing, "others_missing")
            )
        else:
            to = distance(ranking, name, line)
            points.append(
                LinePoint(
                    span, to.place.value, to.place.rank, to.place.from_worst, to.line_value, to.gap,
                    to.holders, missing, None,
                )
            )  # fmt: skip
    return points


def _to_date(period: Period) -> list[Period]:
    """The period up to the end of each of its months, the last as it is."""
    spans: list[Period] = []
    day = period.first
    while True:
        end = date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
        if end >= period.last:
            return [*spans, period]
        spans.append(Period(period.first, end, "month" if period.first.day == 1 and not spans else "range"))
        day = end + timedelta(days=1)
