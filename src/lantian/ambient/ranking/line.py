"""Distance to a line of a ranking: out of the last ten, into the first thirty, and what it bears."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from lantian.ambient.ranking.order import Ranking, RankRow
from lantian.errors import LantianError

FORMS = "exit-last-10 (退出后10位) or top-30 (前30)"
LAST = re.compile(r"(?:exit-last-|退出(?:全国)?(?:后|倒数)前?第?)(\d+)[位名]?")
TOP = re.compile(r"(?:top-|(?:进入)?(?:全国)?前)(\d+)[位名]?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line between ranks: `last` 10 is left by leaving the last ten ranks, `top` 30 reached by rank 30.

    >>> Line.parse("退出后10位"), Line.parse("top-30").label
    (Line(kind='last', number=10), 'top-30')
    """

    kind: str
    number: int

    @classmethod
    def parse(cls, text: str) -> Line:
        """Read `exit-last-10`, 退出后10位, `top-30` or 前30.

        Raises
        ------
        LantianError
            another form, or a number of none
        """
        for kind, form in (("last", LAST), ("top", TOP)):
            match = form.fullmatch(text.strip())
            if match and int(match[1]):
                return cls(kind, int(match[1]))
        raise LantianError(f"'{text}' is not a line of a ranking", remedy=f"Write it as {FORMS}.")

    @property
    def label(self) -> str:
        """The text that `parse` reads back."""
        return f"exit-last-{self.number}" if self.kind == "last" else f"top-{self.number}"


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a place stands from a line.

    `holders` stand on the line with the value `line_value`: the place must be strictly better than them to
    leave the last ranks, or no worse than them to be in the first. `needed` is the largest value that does;
    `gap` = value - needed: above zero what must fall, zero or below met, and then `spare` says how much it
    may rise and still be. All in the published steps of the figure.
    """

    line: Line
    place: RankRow
    met: bool
    holders: tuple[str, ...]
    line_value: Decimal
    needed: Decimal
    gap: Decimal
    spare: Decimal


def distance(ranking: Ranking, name: str, line: Line) -> Distance:
    """How far the member `name` of a ranking stands from a line, if the others stay as they are.

    Raises
    ------
    LantianError
        not in the pool, without a value, the best is the largest, or the pool is not larger than the line
    """
    if ranking.order != "ascending":
        raise LantianError(
            f"the distance is counted where less is better, and {ranking.by} is not such",
            remedy="Rank by the composite index or a concentration.",
        )
    row = ranking.row(name)
    if row is None:
        raise LantianError(f"'{name}' is not in the pool '{ranking.pool.key}'", remedy="Check its name.")
    if row.value is None:
        raise LantianError(
            f"'{name}' has no {ranking.by} in {ranking.period.label}", remedy="Import its data first."
        )
    others = [
        (other.value, other.name) for other in ranking.rows if other is not row and other.value is not None
    ]
    if len(others) < line.number:
        raise LantianError(
            f"{len(others) + 1} places with a value have no line '{line.label}'",
            remedy="Take a smaller number or a larger pool.",
        )
    values = sorted(value for value, _ in others)
    step = Decimal(1).scaleb(min(_exponent(value) for value in (*values, row.value)))
    # To leave the last N ranks, N others must be strictly worse; to be in the first N, at most N - 1 better.
    line_value = values[-line.number] if line.kind == "last" else values[line.number - 1]
    needed = line_value - step if line.kind == "last" else line_value
    gap = row.value - needed
    return Distance(
        line=line,
        place=row,
        met=gap <= 0,
        holders=tuple(name for value, name in others if value == line_value),
        line_value=line_value,
        needed=needed,
        gap=gap,
        spare=max(-gap, Decimal(0) * step),
    )


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
