"""How points come of a value: steps, a line, so many a unit, the rank in the pool, pass or fail.

Every way answers (points, why): the exact points and the bound that applied, in words of both languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from lantian.assessment.checking import Group
from lantian.assessment.text import Text, equal, held, shown

HIGHER, LOWER = "higher", "lower"
WAYS = ("steps", "linear", "each", "rank_pool", "pass_fail")


@dataclass(frozen=True, slots=True)
class Place:
    """The rank of a value in its pool: 1 is best; equal values share the better rank."""

    rank: int
    of: int
    tied: int  # how many hold this rank


class Way(Protocol):
    """A way from a value to points."""

    def points(self, value: Fraction, most: Fraction, place: Place | None) -> tuple[Fraction, Text]:
        """The points of a value, at most `most`, and why."""

    def words(self, most: Fraction, unit: str) -> Text:
        """The whole rule as a sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a table: the bound it holds from (or up to), None for the last row; its points."""

    bound: Fraction | None
    points: Fraction


@dataclass(frozen=True, slots=True)
class Steps:
    """A table of bounds: the first row whose bound is met gives its points."""

    rows: tuple[Step, ...]
    direction: str

    def points(self, value: Fraction, most: Fraction, place: Place | None) -> tuple[Fraction, Text]:
        sign = "≥" if self.direction == HIGHER else "≤"
        for row in self.rows:
            if row.bound is None or (value >= row.bound if self.direction == HIGHER else value <= row.bound):
                break
        got = shown(row.points)
        if row.bound is None:
            return row.points, Text(
                f"{shown(value)}未达到以上各档：{got}分", f"{shown(value)} meets no bound: {got} points"
            )
        met = f"{shown(value)} {sign} {shown(row.bound)}"
        return row.points, Text(f"{met}：{got}分", f"{met}: {got} points")

    def words(self, most: Fraction, unit: str) -> Text:
        sign = "≥" if self.direction == HIGHER else "≤"
        zh = [f"{sign} {shown(r.bound)}{unit}得{shown(r.points)}分" for r in self.rows if r.bound is not None]
        en = [f"{sign} {shown(r.bound)}{unit}: {shown(r.points)}" for r in self.rows if r.bound is not None]
        rest = shown(self.rows[-1].points)
        return Text("；".join([*zh, f"其余得{rest}分"]), "; ".join([*en, f"else {rest}"]) + " points")


@dataclass(frozen=True, slots=True)
class Linear:
    """Points in proportion between two values: none at `start`, all at `end`, never outside."""

    start: Fraction
    end: Fraction

    def points(self, value: Fraction, most: Fraction, place: Place | None) -> tuple[Fraction, Text]:
        share = (value - self.start) / (self.end - self.start)
        if share <= 0:
            return Fraction(0), Text(
                f"{shown(value)}不优于零分值{shown(self.start)}：0分",
                f"{shown(value)} is no better than {shown(self.start)}, which gives 0 points",
            )
        if share >= 1:
            return most, Text(
                f"{shown(value)}达到满分值{shown(self.end)}：{shown(most)}分",
                f"{shown(value)} reaches {shown(self.end)}, which gives all {shown(most)} points",
            )
        way = f"({shown(value)} − {held(self.start)}) ÷ ({shown(self.end)} − {held(self.start)})"
        sum_ = f"{shown(most)} × {way}"
        got = equal(most * share)
        return most * share, Text(f"按比例：{sum_} {got}分", f"in proportion: {sum_} {got} points")

    def words(self, most: Fraction, unit: str) -> Text:
        start, end = f"{shown(self.start)}{unit}", f"{shown(self.end)}{unit}"
        return Text(
            f"从{start}（0分）到{end}（{shown(most)}分）按比例得分",
            f"in proportion from {start} (0 points) to {end} ({shown(most)} points)",
        )


@dataclass(frozen=True, slots=True)
class Each:
    """So many points for each `per` of the value, from `base`, never below `floor` nor above the most."""

    base: Fraction
    per: Fraction
    rate: Fraction
    floor: Fraction
    whole: bool  # only whole `per` count

    def points(self, value: Fraction, most: Fraction, place: Place | None) -> tuple[Fraction, Text]:
        times = value / self.per
        if self.whole:
            times = Fraction(times.numerator // times.denominator)
        raw = self.base + times * self.rate
        got = max(self.floor, min(most, raw))
        sum_ = f"{shown(times)} × {held(self.rate)} {equal(raw)}"
        if self.base:
            sum_ = f"{shown(self.base)} + {held(times)} × {held(self.rate)} {equal(raw)}"
        if self.per != 1:
            sum_ = f"{shown(value)} ÷ {shown(self.per)} → {shown(times)}; {sum_}"
        if got == raw:
            return got, Text(f"{sum_}分", f"{sum_} points")
        if raw < self.floor:
            return got, Text(f"{sum_}，不低于{shown(got)}分", f"{sum_}, but not below {shown(got)} points")
        return got, Text(f"{sum_}，不超过{shown(got)}分", f"{sum_}, but not above {shown(got)} points")

    def words(self, most: Fraction, unit: str) -> Text:
        per = f"{shown(self.per)}{unit}" if unit else shown(self.per)
        rate = shown(abs(self.rate))
        zh = f"基础{shown(self.base)}分，" if self.base else ""
        en = f"{shown(self.base)} points to begin with; " if self.base else ""
        down = self.rate < 0
        return Text(
            f"{zh}每{per}{'减' if down else '计'}{rate}分，"
            f"不低于{shown(self.floor)}分、不超过{shown(most)}分",
            f"{en}{rate} points {'less' if down else ''} for each {per}, not below {shown(self.floor)}, "
            f"not above {shown(most)}".replace("  ", " "),
        )


@dataclass(frozen=True, slots=True)
class RankPool:
    """Points by rank within the pool: a table of ranks, or in equal steps from first to last."""

    ranks: tuple[Step, ...] = ()  # bound: the last rank that still gets these points

    def points(self, value: Fraction, most: Fraction, place: Place | None) -> tuple[Fraction, Text]:
        if place is None:
            raise TypeError("points by rank need the place of the value in its pool")
        tie_zh = f"（{place.tied}个并列）" if place.tied > 1 else ""
        tie_en = f" ({place.tied} share it)" if place.tied > 1 else ""
        zh, en = f"第{place.rank}名，共{place.of}个{tie_zh}", f"rank {place.rank} of {place.of}{tie_en}"
        if self.ranks:
            row = next(r for r in self.ranks if r.bound is None or place.rank <= r.bound)
            got = shown(row.points)
            if row.bound is None:
                return row.points, Text(f"{zh}：其余名次{got}分", f"{en}: the other ranks get {got} points")
            return row.points, Text(
                f"{zh}：前{shown(row.bound)}名{got}分", f"{en}: up to rank {shown(row.bound)}, {got} points"
            )
        if place.of == 1:
            return most, Text(f"{zh}：{shown(most)}分", f"{en}: {shown(most)} points")
        got_exact = most * Fraction(place.of - place.rank, place.of - 1)
        sum_ = f"{shown(most)} × ({place.of} − {place.rank}) ÷ ({place.of} − 1) {equal(got_exact)}"
        return got_exact, Text(f"{zh}：{sum_}分", f"{en}: {sum_} points")

    def words(self, most: Fraction, unit: str) -> Text:
        if not self.ranks:
            return Text(
                f"按名次从第一名{shown(most)}分到末名0分等距得分",
                f"by rank in equal steps, from {shown(most)} points for the first to 0 for the last",
            )
        zh = [f"前{shown(r.bound)}名{shown(r.points)}分" for r in self.ranks if r.bound is not None]
        en = [f"up to rank {shown(r.bound)}: {shown(r.points)}" for r in self.ranks if r.bound is not None]
        rest = shown(self.ranks[-1].points)
        return Text("；".join([*zh, f"其余{rest}分"]), "; ".join([*en, f"others {rest}"]) + " points")


@dataclass(frozen=True, slots=True)
class PassFail:
    """All points where the bound is met, else none."""

    bound: Fraction
    direction: str

    def points(self, value: Fraction, most: Fraction, place: Place | None) -> tuple[Fraction, Text]:
        met = value >= self.bound if self.direction == HIGHER else value <= self.bound
        sign = (
            ("≥" if self.direction == HIGHER else "≤") if met else ("<" if self.direction == HIGHER else ">")
        )
        got = most if met else Fraction(0)
        said = f"{shown(value)} {sign} {shown(self.bound)}"
        return got, Text(f"{said}：{shown(got)}分", f"{said}: {shown(got)} points")

    def words(self, most: Fraction, unit: str) -> Text:
        sign = "≥" if self.direction == HIGHER else "≤"
        said = f"{sign} {shown(self.bound)}{unit}"
        return Text(f"{said}得{shown(most)}分，否则不得分", f"{said}: {shown(most)} points, else none")


def read_way(group: Group, most: Fraction, direction: str, *, starts_full: bool) -> Way:
    """The way of an item.

    Parameters
    ----------
    group
        the keys under `points`
    most
        the weight of the item, or the most a bonus or deduction can come to
    direction
        `higher` or `lower` is better (for a deduction: gives more points)
    starts_full
        an item that loses points for each unit begins with all of them

    Raises
    ------
    SchemeError
        the way is unknown, its table has a hole, a row no value can reach, or points beyond the weight
    """
    by = group.word("by", WAYS)
    if by == "steps":
        group.only({"by", "steps"})
        return Steps(_table(group, "steps", most, direction), direction)
    if by == "linear":
        group.only({"by", "from", "to"})
        start, end = group.number("from"), group.number("to")
        if start == end:
            raise group.error("'from' and 'to' are equal", "Write the value of no points and that of all.")
        if (end > start) != (direction == HIGHER):
            raise group.error(
                f"the line rises towards {shown(end)} while '{direction}' is the direction",
                "Exchange `from` (no points) and `to` (all points), or the direction.",
            )
        return Linear(start, end)
    if by == "each":
        group.only({"by", "base", "per", "points", "floor", "whole"})
        rate, per = group.number("points"), group.number("per", 1)
        if per <= 0 or rate == 0:
            raise group.error("'per' is not above 0 or 'points' is 0", "Write `per: 1, points: -2`.")
        if (rate > 0) != (direction == HIGHER):
            raise group.error(
                f"each unit gives {shown(rate)} points while '{direction}' is the direction",
                "Exchange the sign of `points`, or the direction.",
            )
        base = group.number("base", most if starts_full and rate < 0 else 0)
        return Each(base, per, rate, group.number("floor", 0), group.flag("whole", default=False))
    if by == "rank_pool":
        group.only({"by", "ranks"})
        return RankPool(_table(group, "ranks", most, LOWER) if group.has("ranks") else ())
    group.only({"by", "at_least", "at_most"})
    return PassFail(group.number("at_least" if direction == HIGHER else "at_most"), direction)


def _table(group: Group, key: str, most: Fraction, direction: str) -> tuple[Step, ...]:
    bound_key = "at_least" if direction == HIGHER else "at_most"
    rows = []
    for one in group.groups(key, "row"):
        one.only({bound_key, "points"})
        rows.append(Step(one.maybe(bound_key), one.number("points")))
    if not rows or rows[-1].bound is not None:
        raise group.error(
            f"the table '{key}' has no last row without a bound: some values would get nothing, silently",
            "End it with `- {points: 0}`.",
        )
    bounds = [row.bound for row in rows[:-1]]
    for before, after in pairwise(bounds):
        ordered = (
            before is not None
            and after is not None
            and (after < before if direction == HIGHER else after > before)
        )
        if not ordered:
            raise group.error(
                f"a row of '{key}' can never be reached",
                f"Order the rows by `{bound_key}`, the best first; only the last has no bound.",
            )
    if any(bound is None for bound in bounds):
        raise group.error(f"a row of '{key}' can never be reached", "Only the last row has no bound.")
    best = max(row.points for row in rows)
    if best != most or min(row.points for row in rows) < 0:
        raise group.error(
            f"the rows of '{key}' give up to {shown(best)} points where the weight is {shown(most)}",
            "Let the best row give the whole weight, and none less than 0.",
        )
    return tuple(rows)
