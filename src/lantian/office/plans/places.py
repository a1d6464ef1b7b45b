"""Whom and where the words of a plan mean: names of units and places against the region register. No
database here.

A plan writes for its own readers: `市生态环境局` is the bureau of the plan's city, `各县市区人民政府` every
county government below it, and in `霍州市、洪洞县人民政府` one suffix governs two names. What cannot be
known from the words and the register is said to be unresolved, and why; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

PROVINCE, CITY, COUNTY, TOWNSHIP, ZONE = "province", "city", "county", "township", "zone"

# Why a name is tied to neither a unit nor a region.
CLASS_OF_UNITS = "class"  # 各有关部门: a class whose members the words do not list
SOME_PLACES = "some"  # 有关县市区: some of the counties, the words do not say which
NO_SUCH_PLACE = "place"  # a place that is not in the register

_GOVERNMENT = re.compile(r"(人民政府|政府|管理委员会|管委会|办事处)$")
_COLLECTIVE = re.compile(
    r"^(?P<which>各有关|各相关|有关|相关|其他|其余|部分|各|全市各|全省各|全县各|全市|全省|全县)?"
    r"(?P<kind>设区的?市|设区城市|地级市|市县区?|县市区|县区市|市区县|区县市|县市|县区|区县|乡镇街道办?|镇乡街道办?|乡镇办?|"
    r"街道|开发区|经济开发区|市|县)$"
)
_LEVELS = {
    "设区市": (CITY,), "设区的市": (CITY,), "设区城市": (CITY,), "地级市": (CITY,), "市": (CITY,),
    "市县": (CITY, COUNTY), "市县区": (CITY, COUNTY),
    "开发区": (ZONE,), "经济开发区": (ZONE,),
}  # fmt: skip
_SOME = {"各有关", "各相关", "有关", "相关", "其他", "其余", "部分"}
_WHOLE = {"全市", "全省", "全县", "全区", "我市", "我省", "我县", "市区", "本市", "本省", "本县"}
_CLASS = re.compile(r"((有关|相关|各|直|其他)(责任)?(部门|单位)|成员单位|责任单位|主管部门)$")
_ENTERPRISE = re.compile(r"(公司|集团|企业|电厂|中心)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A region of the register: `path` is that of its subtree, `140000/141000/`."""

    pk: int
    name: str
    short: str
    level: str
    path: str


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a name in a bracket of responsibility means."""

    unit: str = ""  # the unit's full name; empty where no single unit is named
    kind: str = ""  # department, government, committee, enterprise
    seat: Place | None = None  # the region the unit belongs to
    places: tuple[Place, ...] = ()  # the regions that are bound by it
    collective: bool = False
    unresolved: str = ""


def fold(words: str) -> str:
    """The words without blanks, brackets and enumeration commas: 各县（市、区） → 各县市区."""
    return re.sub(r"[\s()（）、，,]", "", words)


class Atlas:
    """The region register as a plan of one region sees it.

    Parameters
    ----------
    places
        every region of the register
    home
        the region whose plan it is
    """

    def __init__(self, places: Iterable[Place], home: Place) -> None:
        self.places = tuple(places)
        self.home = home

    @cached_property
    def below(self) -> tuple[Place, ...]:
        """Regions strictly below the plan's own."""
        return tuple(p for p in self.places if p.path.startswith(self.home.path) and p.path != self.home.path)

    @cached_property
    def above(self) -> dict[str, Place]:
        """The plan's own region and those it lies in, by level."""
        return {p.level: p for p in self.places if self.home.path.startswith(p.path)}

    def of(self, pk: int) -> Place | None:
        """The region of a key."""
        return next((p for p in self.places if p.pk == pk), None)

    def named(self, words: str) -> Place | None:
        """The one region of this name, the plan's own and those below it before all others; None if none or
        several."""
        own = [self.home, *self.below]
        for pool in (own, self.places):
            for pick in (lambda p: p.name, lambda p: p.short):
                found = [p for p in pool if pick(p) == words]
                if len(found) == 1:
                    return found[0]
                if found:
                    return None
        return None

    def collective(self, words: str) -> tuple[tuple[Place, ...], str] | None:
        """The regions a collective name stands for, or why they are not known; None if the name is not
        collective."""
        match = _COLLECTIVE.match(fold(words))
        if match is None:
            return None
        kind = match["kind"]
        if kind in {"市", "县"} and not match["which"]:
            return None
        levels = _LEVELS.get(kind) or ((TOWNSHIP,) if re.search("[乡镇街]", kind) else (COUNTY,))
        if (match["which"] or "") in _SOME:
            return (), SOME_PLACES
        found = tuple(p for p in self.below if p.level in levels)
        return found, ("" if found else NO_SUCH_PLACE)

    def region(self, words: str) -> tuple[tuple[Place, ...], str]:
        """The regions that a place name of the plan means, or the reason why it is not known."""
        folded = fold(words)
        if folded in _WHOLE:
            return (self.home,), ""
        place = self.named(words.strip())
        if place is not None:
            return (place,), ""
        return self.collective(words) or ((), NO_SUCH_PLACE)

    def regions(self, names: Sequence[str]) -> tuple[list[Place], list[str]]:
        """The regions of several names, each once, and the names that are not known."""
        found: dict[int, Place] = {}
        unknown = []
        for words in names:
            places, why = self.region(words)
            found.update({p.pk: p for p in places})
            if why:
                unknown.append(words)
        return list(found.values()), unknown

    def party(self, written: str, task_places: Sequence[Place] = ()) -> Party:
        """Whom a name in a bracket of responsibility means.

        Parameters
        ----------
        written
            the name exactly as written
        task_places
            the regions that the task itself names: 有关县市区 means the counties among them
        """
        words = re.sub(r"\s", "", written).removesuffix("等")
        if _CLASS.search(words):
            return Party(collective=True, unresolved=CLASS_OF_UNITS)
        government = _GOVERNMENT.search(words)
        stem = words[: government.start()] if government else words
        collective = (
            self.collective(stem) if government or fold(stem) != stem or stem[:1] in "各有相" else None
        )
        if collective is not None:
            places, why = collective
            if why == SOME_PLACES:
                places = tuple(
                    p for p in task_places if p.level in {COUNTY, ZONE, TOWNSHIP} and p in self.below
                )
                why = "" if places else SOME_PLACES
            return Party(places=places, collective=True, unresolved=why)
        place = self.named(stem)
        if government:
            kind = "committee" if "管" in government[0] else "government"
            if place is None:
                return Party(unit=words, kind=kind, seat=self.home, unresolved=NO_SUCH_PLACE)
            suffix = "人民政府" if government[0] == "政府" else government[0]
            return Party(unit=place.name + suffix, kind=kind, seat=place, places=(place,))
        if place is not None and place.name == stem:
            return Party(unit=place.name + "人民政府", kind="government", seat=place, places=(place,))
        return self._office(words)

    def _office(self, words: str) -> Party:
        """A department, public body or enterprise: 市能源局 → 临汾市能源局, of 临汾市."""
        kind = "enterprise" if _ENTERPRISE.search(words) else "department"
        level = {"省": PROVINCE, "市": CITY, "县": COUNTY, "区": COUNTY}.get(words[:1])
        if words.startswith("市场"):
            level = None
        over = self.above.get(level) if level else None
        name = over.name + words[1:] if over else words
        # 市生态环境局陵川分局 is the city's bureau, seated in the county of the plan.
        branch = "分局" in words or words.endswith(self.home.short)
        seat = self.home if over is None or (branch and self.home.short in words) else over
        return Party(unit=name, kind=kind, seat=seat)
