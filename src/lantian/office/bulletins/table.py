"""The table of a bulletin as pages, papers and the API show it, from what was frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from lantian.ambient.exact import half_even
from lantian.office.bulletins.models import Bulletin
from lantian.office.bulletins.texts import unit_name
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS

RAW = "raw"


@dataclass(frozen=True, slots=True)
class Line:
    """One unit. `statistics`, `changes` [%] and `why` not valid stand in the order of `STATISTICS`."""

    code: str
    name: str
    city: str
    rank: int | None
    rank_before: int | None
    tied: bool
    index: Decimal | None
    index_change: Decimal | None
    statistics: tuple[Decimal | None, ...]
    changes: tuple[Decimal | None, ...]
    why: tuple[str | None, ...]
    good_days: int | None
    heavy_days: int | None
    days_used: int
    days_in_period: int
    good_ratio: Decimal | None
    marks: tuple[str, ...]


def lines(bulletin: Bulletin, side: str = "main") -> list[Line]:
    """The table in the order of its ranking; `side` is `raw` for figures with all days."""
    rows = bulletin.body["rows"]
    if side == RAW:
        found = [_line(row, row[RAW]) for row in rows if row.get(RAW)]
        return sorted(found, key=lambda line: (line.rank is None, line.rank or 0))
    return [_line(row, row) for row in rows]


def has_raw(bulletin: Bulletin) -> bool:
    """Whether a list of event days was active, so that there are two results."""
    return bulletin.body["day_list"] is not None


def _line(row: Mapping[str, Any], own: Mapping[str, Any]) -> Line:
    statistics = [own["statistics"].get(key) or {} for key in STATISTICS]
    used, good = own["days_used"], own["good_days"]
    return Line(
        row["code"],
        unit_name(row),
        row["city"],
        own["rank"],
        own["rank_before"],
        (own["tied"] or 0) > 1,
        _number(own["index"]),
        _number(own["index_change"]),
        tuple(_number(one.get("value")) for one in statistics),
        tuple(_number(own["changes"][key]) for key in STATISTICS),
        tuple(one.get("why") for one in statistics),
        good,
        own["heavy_days"],
        used,
        own["days_in_period"],
        half_even(Fraction(good * 100, used), 1) if good is not None and used else None,
        tuple(own["marks"]),
    )


def head() -> list[str]:
    """The columns of the table in papers."""
    statistics = [f"{INDICATORS[key].short} [{INDICATORS[key].unit}]" for key in STATISTICS]
    return [
        _("Rank"),
        _("Unit"),
        _("Composite index"),
        _("Change [%]"),
        _("Rank a year before"),
        *statistics,
        _("Good days"),
        _("Share of good days [%]"),
        _("Heavy days"),
        _("Days used"),
    ]


def cells(line: Line) -> list[str | int | Decimal | None]:
    """One row in the order of `head`."""
    return [
        line.rank,
        f"{line.city}{line.name}" if line.city else line.name,
        line.index,
        line.index_change,
        line.rank_before,
        *line.statistics,
        line.good_days,
        line.good_ratio,
        line.heavy_days,
        line.days_used,
    ]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
