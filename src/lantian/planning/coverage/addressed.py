"""Whom a parent's words bind: the child's region, places elsewhere, or only the level that wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lantian.planning.coverage.features import data
from lantian.planning.coverage.texts import Goal, Item, Text

_PROPER = re.compile(
    r"^(?!各|其他|其它|重点|全|本|城|市区|县城|设区|有关|相关|建成|禁|鼓励|位于|关停|修订)"
    r"[\u4e00-\u9fff]{1,7}[市县区州旗]$"
)
_GENERIC = re.compile(
    r"(?:示范区|园区|地区|城区|城乡|..城市|县市|市县|规划区|建成区|控制区|开发区|高新区|都市区|中心区|分区"
    r"|主产区|老区|联控县|联控区)$|县市区|和|、"
)
MINE, EVERYBODY, ELSEWHERE, UNSURE, NOBODY = "mine", "everybody", "elsewhere", "unsure", ""


@dataclass(frozen=True)
class Scope:
    """The child's place among the parent's regions.

    Attributes
    ----------
    region
        the child's region (临汾市)
    within
        regions inside it (洪洞县 …)
    others
        other regions of the parent (太原市 …)
    above
        the parent's region and what lies above (山西省)
    """

    region: str
    within: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    above: tuple[str, ...] = ()

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        """Every name that says something, longest first, with what it says."""
        listed: dict[str, Any] = data("areas")
        mine = {self.region, *self.within}
        stems = {_stem(name) for name in mine}
        names: dict[str, str] = {}
        for other in self.others:
            if other not in mine and _stem(other) not in stems:
                names[_stem(other)] = names[other] = ELSEWHERE
        for area, members in listed["areas"].items():
            inside = any(member in mine or member in self.above_and_mine for member in members)
            known = inside or any(member in self.others for member in members)
            names[area] = MINE if inside else ELSEWHERE if known else UNSURE
        names |= dict.fromkeys(listed["unsure"], UNSURE)
        names |= dict.fromkeys([n for n in (*mine, *stems) if n], MINE)
        return sorted(names.items(), key=lambda pair: -len(pair[0]))

    @cached_property
    def above_and_mine(self) -> frozenset[str]:
        """The child's region and the regions it lies in."""
        return frozenset({self.region, *self.above})

    def of_words(self, text: str) -> str:
        """Whom words bind: mine, everybody, elsewhere, unsure, or nobody in particular ("")."""
        listed = data("areas")
        found: set[str] = set()
        rest = text
        for name, whom in self._names:
            pattern = rf"{re.escape(name)}(?!{'|'.join(listed['not_places'])})"
            if re.search(pattern, rest):
                found.add(whom)
                rest = re.sub(pattern, "·", rest)
        if MINE in found:
            return MINE
        if re.search("|".join(listed["everybody"]), rest):
            return EVERYBODY
        for whom in (ELSEWHERE, UNSURE):
            if whom in found:
                return whom
        return NOBODY

    def of_item(self, item: Item) -> str:
        """Whom a clause binds by its heading, else by the heading it stands under; "" when neither says."""
        return self.of_words(item.heading) or self.of_words(item.above)

    def of_goal(self, goal: Goal, siblings: Iterable[Goal]) -> str:
        """Whom a target binds, by the places it names.

        `siblings` are the targets beside it: "other cities" binds the child unless one of them names the
        child.
        """
        places = goal.places or (self.region,)
        if any(
            p in self.above_and_mine or _stem(p) == _stem(self.region) or p in self.within for p in places
        ):
            return MINE
        if any(p.startswith(("其他", "其它", "其余")) for p in places):
            beside = [s for s in siblings if s is not goal]
            if any(self.region in s.places for s in beside):
                return ELSEWHERE
            return UNSURE if any(self._one_by_one(s) == UNSURE for s in beside) else MINE
        return self._one_by_one(goal)

    def names_child(self, places: Iterable[str]) -> bool:
        """Whether places name the child's region or one in it."""
        stem = _stem(self.region)
        return any(p == self.region or _stem(p) == stem or p in self.within for p in places)

    def _one_by_one(self, goal: Goal) -> str:
        places = goal.places
        whom = {self.of_words(p) for p in places}
        if MINE in whom or EVERYBODY in whom:
            return MINE
        if whom == {ELSEWHERE}:
            return ELSEWHERE
        if UNSURE in whom:
            return UNSURE
        if all(re.search(r"建成区|县城|城市|城区|农村|市$", p) and p not in self.others for p in places):
            return MINE  # a kind of place every region has
        return UNSURE


def own_level(item: Item) -> bool:
    """Whether a clause is work that only the level that writes it can do: its laws and standards."""
    return any(re.search(form, item.heading) for form in data("areas")["own_level"])


def scope_of(parent: Text, child: Text) -> Scope:
    """The scope two plans tell by themselves: places named in the child are its own, those only in the parent
    are others. An office gives the register's instead."""
    mine = _proper(child, child.region)
    there = _proper(parent, parent.region)
    stems = {_stem(n) for n in mine if len(n) > 2}
    mine = {n for n in mine if len(n) > 2 or n not in stems}  # 霍州 beside 霍州市
    within = tuple(sorted(n for n in mine if n not in there or n[-1] in "县区"))
    others = tuple(sorted(n for n in there if n != child.region and n not in within))
    return Scope(child.region, within, others, (parent.region,))


def _proper(text: Text, own: str) -> set[str]:
    names = [p for item in text.items for p in item.places] + [p for goal in text.goals for p in goal.places]
    return {n for n in names if n != own and len(n) > 1 and _PROPER.match(n) and not _GENERIC.search(n)}


def _stem(name: str) -> str:
    """临汾市 as 临汾, 山西省 as 山西; names of two characters stay whole."""
    return name[:-1] if len(name) > 2 and name[-1] in "省市县区州" else name
