"""Whether two names may mean the same firm. It proposes; a person decides.

A name is taken apart: the place before it (山西, 介休市), the firm's own words, its legal form
(有限责任公司), and a branch after it (…发供电分公司第三热电厂). Numbers must agree, 第三 and 三 and 3
being one. What is left is compared by pairs of characters (Dice 1945).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lantian.office.registers.declaring.fold import fold

SAME, BRANCH, NEAR = "same_words", "same_branch", "near"
LEAST = 0.8  # of pairs of characters in common, for the whole name
LEAST_BRANCH = 0.75  # of a branch's own name, where the firm above it is called otherwise
BRANCH_LENGTH = 6  # a shorter branch (朔州分公司) says nothing
PROVINCE = 2  # digits of a province's code
COMMON = 60  # a pair of characters that more names share leads nowhere
_FORMS = re.compile(
    r"股份有限公司|有限责任公司|有限公司|集团公司|实业公司|总公司|公司|\(集团\)|集团|股份|有限|\(模拟\)|[()\[\]·.,-]"
)
_NUMERALS = str.maketrans("一二三四五六七八九〇零", "12345678900")
_ORDINAL = re.compile(r"第(?=\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart. `core` are the firm's own words, `branch` those after its legal form.

    `place` is the code of the smallest city or county it begins with, without the zeros at its end.
    """

    core: str
    branch: str
    numbers: tuple[str, ...]
    place: str = ""

    @property
    def whole(self) -> str:
        """Both together."""
        return self.core + self.branch


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, from 0 to 1, and why: `same_words`, `same_branch` or `near`."""

    score: float
    why: str


def take_apart(name: str, places: Mapping[str, str] | None = None) -> Name:
    """The parts of a name.

    Parameters
    ----------
    name
        as published
    places
        names of regions in both lengths, 山西省 and 山西, with their codes; the longest that begins the
        name is left out, as often as one does
    """
    places = places or {}
    stood: list[str] = []
    text = _ORDINAL.sub("", fold(name).translate(_NUMERALS))
    shorter = text
    while True:
        found = max((place for place in places if text.startswith(place)), key=len, default="")
        if not found or len(text) - len(found) < 2:
            break
        stood.append(re.sub(r"(00)+$", "", places[found]))
        text = text[len(found) :]
    # 分公司 belongs to the branch: the firm ends at a legal form that is not one.
    at = max((match.end() for match in re.finditer(r"(?<!分)公司(?=.)", text)), default=0)
    core, branch = (text[:at], text[at:]) if at and at < len(text) else (text, "")
    core, branch = _FORMS.sub("", core), re.sub(r"[()\[\]·.,-]|\(模拟\)", "", branch)
    if not core:
        core = shorter
    smallest = max((code for code in stood if len(code) > PROVINCE), key=len, default="")
    return Name(core, branch, tuple(re.findall(r"\d+", core + branch)), smallest)


def likeness(one: Name, other: Name) -> Likeness:
    """How alike two names are.

    Other numbers make two firms: 第一热电厂 is not 第三热电厂; so do other places: every county has its
    污水处理厂.
    A branch of a firm is not the firm.
    """
    here, there = one.place, other.place
    if one.numbers != other.numbers or not (here.startswith(there) or there.startswith(here)):
        return Likeness(0.0, "")
    if bool(one.branch) == bool(other.branch):
        if one.whole == other.whole:
            return Likeness(1.0, SAME)
        score = dice(one.whole, other.whole)
        if score >= LEAST and (not one.branch or dice(one.branch, other.branch) >= LEAST):
            return Likeness(score, NEAR)
    if min(len(one.branch), len(other.branch)) >= BRANCH_LENGTH:
        score = dice(one.branch, other.branch)
        if score >= LEAST_BRANCH:
            return Likeness(score * LEAST, BRANCH)
    return Likeness(0.0, "")


def dice(one: str, other: str) -> float:
    """Twice the pairs of neighbouring characters in common over all of them."""
    if len(one) < 2 or len(other) < 2:
        return float(one == other)
    mine, theirs = Counter(_pairs(one)), Counter(_pairs(other))
    return 2 * sum((mine & theirs).values()) / (sum(mine.values()) + sum(theirs.values()))


def alike(
    names: Iterable[tuple[int, str]], places: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int, Likeness]]:
    """Pairs of keys whose names may mean the same firm, the most alike first.

    Only names that share a pair of characters few others have are compared, so that ten thousand firms are
    compared in seconds.
    """
    parts = {key: take_apart(name, places) for key, name in names}
    holders: dict[str, list[int]] = defaultdict(list)
    for key, name in parts.items():
        for pair in set(_pairs(name.whole)) or {name.whole}:
            holders[pair].append(key)
    candidates = {
        (one, other) if one < other else (other, one)
        for keys in holders.values()
        if len(keys) <= COMMON
        for at, one in enumerate(keys)
        for other in keys[at + 1 :]
    }
    found = [(one, other, likeness(parts[one], parts[other])) for one, other in candidates]
    yield from sorted((pair for pair in found if pair[2].score), key=lambda pair: (-pair[2].score, pair[:2]))


def _pairs(text: str) -> Iterator[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))
