"""The parts of a document: the body, and each attachment as a plan of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantian.planning.clean import CleanText
from lantian.planning.marks import fold
from lantian.planning.metadata import place_in
from lantian.planning.model import Meta, Table
from lantian.planning.model import Part as PlanPart
from lantian.planning.structure import Part

_LIST = re.compile(r"(?:清单|任务表|分工表|分解表|一览表|台账)(?:（.*）)?$")


def plan_parts(
    clean: CleanText,
    parts: Sequence[Part],
    meta: Meta,
    years: Mapping[str, int | None],
    lists: Sequence[Table],
    *,
    length: int,
) -> list[PlanPart]:
    """The body first, then the attachments in order; together they cover the document from end to end.

    Parameters: clean and parts, as taken apart; meta, of the whole document; years, of each part by its label
    ("" for the body); lists, tables that were read as task lists; length, characters of the document.
    An attachment has the meta of the plan it belongs to, with its own title, year and, where its title begins
    with a place, its own region.
    """
    starts = part_starts(clean, parts)
    found = []
    for part, start, end in zip(parts, starts, [*starts[1:], length], strict=True):
        own = meta
        if part.label:
            title = part.title or None
            region = place_in(title or "")
            level = meta.level if region in (None, meta.region) else _level(region or "")
            own = replace(
                meta, title=title, year=years[part.label], region=region or meta.region, level=level
            )
        tabled = any(start <= table[0][0][0] < end for table in lists)
        numbered = any(clause.mark for clause in part.clauses)
        kind = "task_list" if tabled and not numbered else "attachment" if part.label else "body"
        found.append(PlanPart(part.label, (own.title or ""), kind, start, max(start, end), own))
    return found


def part_starts(clean: CleanText, parts: Sequence[Part]) -> list[int]:
    """Where each part begins in the document; the body at 0."""
    return [0] + [_begin(clean, part) for part in parts[1:]]


def _begin(clean: CleanText, part: Part) -> int:
    """Where an attachment begins in the document: at its label, else at its first clause."""
    at = part.start if part.start >= 0 else (part.clauses[0].start if part.clauses else len(clean.text) - 1)
    return clean.origin(at, at + 1)[0]


def _level(region: str) -> str:
    if region.endswith(("省", "自治区", "特别行政区")):
        return "province"
    return "county" if fold(region)[-1] in "县旗区" and not region.endswith("地区") else "city"
