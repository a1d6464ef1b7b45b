"""What a line of docs/published.md is, and how a figure printed elsewhere is judged beside ours."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

EXACT, WITHIN, OUTSIDE, NOT_COVERED = "exact", "within", "outside", "not covered"
VERDICTS = {
    EXACT: "reproduced exactly",
    WITHIN: "within its bound",
    OUTSIDE: "outside, with the reason",
    NOT_COVERED: "not covered by our data",
}
Row = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One published figure: where it stands, what was printed, what Lantian gives, and the verdict."""

    row: str
    figure: str
    published: str
    ours: str
    difference: str
    bound: str
    verdict: str
    reason: str
    source: str


def rows(folder: Path, name: str) -> list[Row]:
    """The rows of one table of ../shared/data/published_tables."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def judged(
    row: str,
    figure: str,
    published: str,
    ours: Decimal | None,
    bound: Decimal,
    *,
    source: str,
    reason: str = "",
    note: str = "",
) -> Line:
    """A number beside a number: exact when the printed digits are the same, else by the bound.

    `reason` is told where they differ, `note` always.
    """
    if ours is None:
        return Line(row, figure, published, "—", "", "", NOT_COVERED, reason, source)
    difference = ours - Decimal(published)
    if difference == 0:
        verdict, reason = EXACT, note
    elif abs(difference) <= bound:
        verdict = WITHIN
    else:
        verdict = OUTSIDE
        if not reason:
            raise ValueError(f"{row}, {figure}: {published} against {ours} without a reason")
    return Line(
        row,
        figure,
        published,
        str(ours),
        f"{difference:+}",
        f"{bound.normalize():f}",
        verdict,
        reason,
        source,
    )


def told(row: str, figure: str, published: str, ours: str, *, verdict: str, note: str, source: str) -> Line:
    """A figure that is no measured number: a rank, an order, a share of counted days."""
    return Line(row, figure, published, ours, "", "", verdict, note, source)


def not_covered(row: str, figure: str, published: str, reason: str, source: str) -> Line:
    """A figure that nothing at hand can give again."""
    return Line(row, figure, published, "—", "", "", NOT_COVERED, reason, source)


def half_unit(printed: str) -> Decimal:
    """Half a unit of the last printed digit."""
    return Decimal(1).scaleb(Decimal(printed).as_tuple().exponent) / 2  # type: ignore[arg-type]
