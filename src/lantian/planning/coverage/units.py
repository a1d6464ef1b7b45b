"""Whom a child plan gives nothing to do: its units and regions without a task, the parent's units it answers
nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lantian.planning.coverage.addressed import Scope
from lantian.planning.coverage.texts import Text, folded

_COLLECTIVE = re.compile(r"各|有关|相关|其他|成员单位|按职责")
_EVERY_BELOW = re.compile(r"^(?:各|全市各|全省各|全县各)(?!有关|相关|部门|单位)")
_LEVEL = re.compile(r"^(?:国家|省|市|县|区|州)|^中国")
_TAIL = re.compile(
    r"(?:委员会|委|厅|局|管理局|分局|办公室|办|人民政府|集团有限公司|有限公司|分行|总队|支队)$"
)
_NAMED = re.compile(
    r"(?:^|[,。;:、(和及由])((?:市|县|区|省)[\u4e00-\u9fff]{2,12}?(?:局|委|厅|办|支队|总队))"
    r"(?=[,。;:、)和及要的负按指牵])"
)
_SAME = (
    ("规划和自然资源", "自然资源"), ("工信", "工业和信息化"), ("交通", "交通运输"), ("审批", "审批服务"),
    ("住建", "住房和城乡建设"), ("发改", "发展改革"), ("应急", "应急管理"), ("营商环境", "审批服务"),
    ("市场监管", "市场监督管理"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit, and how many tasks of the plan name it."""

    unit: str
    tasks: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A region of the child: tasks that name it or its government, and those that reach it by 各县… only."""

    place: str
    named: int
    collective: int


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A unit of the parent and the child's unit of the same work; `child` is empty where there is none."""

    parent: str
    tasks: int
    child: str


def unit_rows(child: Text, known: Iterable[str] = ()) -> list[UnitRow]:
    """Units of the child and their tasks, those without one first.

    Units are those given, those in the responsibilities, and those the text names (市…局) outside them.
    """
    counts = dict.fromkeys((folded(u) for u in known), 0)
    counts |= dict.fromkeys((u for u in _NAMED.findall(child.whole)), 0)
    for item in child.items:
        for unit in dict.fromkeys(folded(u) for u in item.units):
            if not _COLLECTIVE.search(unit):
                counts[unit] = counts.get(unit, 0) + 1
    stems = {stem(u) for u, n in counts.items() if n}
    rows = [UnitRow(u, n) for u, n in counts.items() if n or stem(u) not in stems]
    return sorted(rows, key=lambda row: (row.tasks, row.unit))


def place_rows(child: Text, places: Iterable[str]) -> list[PlaceRow]:
    """Regions of the child, each with the tasks that name it and those that reach it in a body."""
    tasks = [item for item in child.items if item.units]
    every = sum(1 for item in tasks if any(_EVERY_BELOW.match(folded(u)) for u in item.units))
    rows = []
    for place in places:
        short = place[:-1] if len(place) > 2 else place
        named = sum(
            1
            for item in tasks
            if any(short in folded(u) for u in item.units)
            or place in item.places
            or place in folded(item.heading + item.text)
        )
        rows.append(PlaceRow(place, named, every))
    return sorted(rows, key=lambda row: (row.named, row.collective, row.place))


def counterparts(parent: Text, child: Text, scope: Scope) -> list[Counterpart]:
    """The parent's responsible units and who answers for the same work in the child; none first.

    A unit bound by name that lies elsewhere (太原海关) counts as the parent's like all others.
    """
    theirs: dict[str, str] = {}
    for item in child.items:
        for unit in item.units:
            theirs.setdefault(stem(unit), folded(unit))
    counts: dict[str, int] = {}
    for item in parent.items:
        for unit in dict.fromkeys(folded(u) for u in item.units):
            counts[unit] = counts.get(unit, 0) + 1
    # 洪洞县、襄汾县人民政府 is written as two names, the first without its suffix: a place is no unit to
    # answer for.
    places = {*scope.others, *scope.within}
    rows = [Counterpart(u, n, _answer(u, theirs, scope)) for u, n in counts.items() if u not in places]
    return sorted(rows, key=lambda row: (bool(row.child), -row.tasks, row.parent))


def _answer(unit: str, theirs: dict[str, str], scope: Scope) -> str:
    if unit == scope.region or re.search(r"人民政府$|政府$", unit):
        return scope.region or unit  # 各市人民政府 is the child itself
    if _COLLECTIVE.search(unit):
        return unit
    mine = stem(unit)
    if mine in theirs:
        return theirs[mine]
    found = [
        written
        for other, written in theirs.items()
        if len(mine) >= 2 and (mine in other or (len(other) >= 3 and other in mine))
    ]
    return found[0] if found else ""


def stem(unit: str) -> str:
    """The work a unit's name says, without its level and its kind: 省发展改革委 and 市发展改革委 are
    发展改革."""
    words = _LEVEL.sub("", folded(unit))
    for _ in range(2):
        words = _TAIL.sub("", words)
    for short, whole in _SAME:
        if words in {short, whole, short + "管理"}:
            return whole
    return words
