"""The days of a month as they are kept: under which name, from which files, with which hours lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from lantian.ambient import derived
from lantian.ambient.hours import EPOCH
from lantian.ambient.origins import edges, number_of
from lantian.ambient.period import Period
from lantian.ambient.questions import Question
from lantian.ambient.rules import DayRules


@dataclass(frozen=True)
class Unit:
    """The days of one origin in one month, or the part of it under the same rules.

    `family` names everything but the data; `files` are the data files, `edges` where the held hours begin or
    end inside these days.
    """

    root: Path
    origin: str
    part: Period
    family: str
    files: tuple[str, ...]
    edges: tuple[str, ...]

    @property
    def month(self) -> str:
        """The folder of these days."""
        return f"{self.part.first:%Y-%m}"

    @property
    def name(self) -> str:
        """The name of exactly these days."""
        return f"{self.family}-{derived.digest(sorted(self.files), self.edges)}"

    def kept(self) -> pa.Table | None:
        """The days, where they were kept."""
        return derived.get(self.root, self.origin, self.month, self.name)

    def keep(self, days: pa.Table, lost: pa.Table | None) -> None:
        """Keep the days, and from what they were made; `lost` as `lost_table` gives it."""
        first, last = number_of(self.part.first), number_of(self.part.last)
        pairs = [] if lost is None else zip(lost["date"].to_pylist(), lost["lost"].to_pylist(), strict=True)
        made: derived.Made = {
            "files": sorted(self.files),
            "edges": list(self.edges),
            "lost": [[day, hours] for day, hours in pairs if first <= day <= last],
        }
        derived.put(self.root, self.origin, self.month, self.name, table=days, made=made)

    def earlier(self) -> Kept | None:
        """Days kept from some of the same files under the same rules: those of the most files."""
        mine = set(self.files)
        best: tuple[int, str, derived.Made] | None = None
        for name, made in derived.made_of(self.root, self.origin, self.month, self.family):
            known = made["files"]
            if set(known) <= mine and (best is None or len(known) > best[0]):
                best = (len(known), name, made)
        if best is None:
            return None
        days = derived.get(self.root, self.origin, self.month, best[1])
        if days is None:
            return None
        lost = {int(day): int(hours) for day, hours in best[2]["lost"]}
        return Kept(days, frozenset(best[2]["files"]), tuple(best[2]["edges"]), lost)


@dataclass(frozen=True)
class Kept:
    """Days of an earlier version: the table, its files, its edges, and lost hours by day number."""

    days: pa.Table
    files: Collection[str]
    edges: tuple[str, ...]
    lost: dict[int, int]


def unit_of(question: Question, origin: str, rules: DayRules, part: Period, files: list[str]) -> Unit:
    """The unit of some days, named by all that they depend on."""
    groups = None if question.groups is None else sorted(question.groups.items())
    family = derived.digest(question.engine, groups, str(part.first), str(part.last), rules.key)
    own_edges = edges(question, origin, part)
    return Unit(question.lake.root, origin, part, family, tuple(files), own_edges)


def day_of(number: int) -> date:
    """The day of a number of days since 1970."""
    return EPOCH + timedelta(days=number)
