"""Which member of a pool a place is: 临汾 or 临汾市, 运城市芮城县, a code; never a guess between two 城区."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

ENDINGS = {
    "city": ("地区", "市", "盟"),
    "county": ("县", "区", "市", "旗"),
    "township": ("街道办事处", "街道办", "街道", "办", "镇", "乡"),
}
"""What a name of each level may be said without, the longest first."""
PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,7}?(?:省|自治区)(?=.)")


@dataclass(frozen=True, slots=True)
class Member:
    """One place of a pool. `group` is the city of a county, or the part of the pool it is listed in."""

    name: str
    code: str = ""
    group: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matched:
    """Places laid on members: `found` maps a member's position to a place's.

    `outside`: places of no member. `ambiguous`: places whose name several members bear, or a second place of
    a member that is there already; they are not ranked, and said.
    """

    found: dict[int, int]
    outside: tuple[str, ...]
    ambiguous: tuple[str, ...]


def short(name: str, level: str) -> str:
    """A name without its ending, where two characters or more remain: 临汾市 is 临汾, 祁县 stays.

    >>> short("临汾市", "city"), short("祁县", "county"), short("朝阳区", "city")
    ('临汾', '祁县', '朝阳区')
    """
    for ending in ENDINGS.get(level, ()):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


@dataclass
class Names:
    """The names of a pool's members, to look places up."""

    level: str
    members: Sequence[Member]
    _full: dict[str, set[int]] = field(default_factory=dict)
    _short: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for position, member in enumerate(self.members):
            groups = {"", member.group, short(member.group, "city")}
            for name in (member.name, *member.aliases):
                for group in groups:
                    self._full.setdefault(plain(group + name), set()).add(position)
                    self._short.setdefault(plain(group + short(name, self.level)), set()).add(position)
            if member.code:
                self._full.setdefault(member.code, set()).add(position)

    def find(self, *texts: str) -> set[int]:
        """Positions of the members that the first understood of `texts` may mean; empty when none is.

        Full names go before shortened ones, so that 大同市 is not lost to a 大同县.
        """
        for text in texts:
            wanted = plain(text)
            for form in dict.fromkeys((wanted, PROVINCE.sub("", wanted))):
                for known, key in (
                    (self._full, form),
                    (self._short, form),
                    (self._short, short(form, self.level)),
                ):
                    if key in known:
                        return known[key]
        return set()

    def match(self, places: Iterable[tuple[str, str]]) -> Matched:
        """Lay (place, name) pairs on the members."""
        found: dict[int, int] = {}
        outside: list[str] = []
        ambiguous: list[str] = []
        for position, (place, name) in enumerate(places):
            members = self.find(place, name)
            if not members:
                outside.append(place)
            elif len(members) > 1 or next(iter(members)) in found:
                ambiguous.append(place)
            else:
                found[next(iter(members))] = position
        return Matched(found, tuple(outside), tuple(ambiguous))


def plain(name: str) -> str:
    """A name as compared: without spaces and the marks of footnotes."""
    return re.sub(r"[\s\u3000*＊]", "", name)
