"""Pools of the user's own: a table of units with the days each belongs to a pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from lantian.ambient.ranking.names import Member
from lantian.errors import LantianError, Refusal
from lantian.sheets import Field, SheetRow, WrongCellError, read_sheet

FIELDS = (
    Field(
        "unit", ("单位", "名称", "城市", "县区", "县市区", "县", "乡镇", "name", "city", "county", "place")
    ),
    Field("pool", ("名单", "排名范围", "pool", "上级代码", "parent_code"), required=False),
    Field("code", ("代码", "编码", "区划代码"), required=False),
    Field("group", ("所属市", "所属城市", "所属", "上级"), required=False),
    Field("aliases", ("别名", "又名", "alias"), required=False),
    Field("from", ("起", "开始", "开始日期", "起始日期", "自", "since"), required=False),
    Field("to", ("止", "结束", "结束日期", "终止日期", "至", "until"), required=False),
    Field("level", ("级别", "层级"), required=False),
)
LEVELS = {
    "城市": "city",
    "市": "city",
    "县": "county",
    "区县": "county",
    "县区": "county",
    "乡镇": "township",
}


@dataclass(frozen=True, slots=True)
class Stay:
    """A unit in a pool from `first` to `last`, both included, None where open."""

    member: Member
    first: date | None
    last: date | None

    def covers(self, day: date) -> bool:
        return (self.first or date.min) <= day <= (self.last or date.max)


@dataclass
class PoolFile:
    """One pool of a file: who stayed in it when."""

    level: str = "city"
    stays: list[Stay] = field(default_factory=list)

    def on(self, day: date) -> tuple[Member, ...]:
        """Its members on a day, in the order of the file."""
        return tuple(stay.member for stay in self.stays if stay.covers(day))

    def span_around(self, day: date) -> tuple[date | None, date | None]:
        """The first and last day with the same members as `day`."""
        turns = {stay.first for stay in self.stays if stay.first}
        turns |= {stay.last + timedelta(days=1) for stay in self.stays if stay.last}
        before = [turn for turn in turns if turn <= day]
        after = [turn for turn in turns if turn > day]
        return max(before, default=None), min(after) - timedelta(days=1) if after else None


@dataclass(frozen=True)
class PoolsRead:
    """The pools of a file, by name, and the rows that were not taken."""

    pools: dict[str, PoolFile]
    refusals: tuple[Refusal, ...]

    def pool(self, name: str) -> PoolFile | None:
        """The pool of that name; a file without a column of pools holds one, named as the file."""
        return self.pools.get(name)


def read_pools(path: Path) -> PoolsRead:
    """Read a table of pools, CSV or spreadsheet.

    One row a unit: 单位 (required); 名单 (the pool; without this column the file is one pool, named as the
    file); 代码; 所属市; 别名 (several with |); 起 and 止 (days, both included); 级别 (city, county,
    township).
    A list of divisions (code, name, parent_code) gives one pool for each code that has places below it.

    Raises
    ------
    LantianError
        the file cannot be read, has no column of units, or no row could be taken
    """
    sheet = read_sheet(path, FIELDS)
    found: dict[str, PoolFile] = {}
    refusals: list[Refusal] = []
    named = {code: name for row in sheet.rows if (code := row.text("code")) and (name := row.text("unit"))}
    for row in sheet.rows:
        key = row.text("pool") or ("" if "pool" in sheet.fields else path.stem)
        try:
            stay = _stay(row, named.get(key, ""))
        except WrongCellError as error:
            refusals.append(row.refusal("", error.code, str(error)))
            continue
        if not key:
            continue  # a province heads its list of divisions and is in no pool itself
        own = found.setdefault(key, PoolFile())
        if level := row.text("level"):
            own.level = LEVELS.get(level, level)
        if any(_same(stay, other) for other in own.stays):
            refusals.append(row.refusal("unit", "duplicate", f"{stay.member.name} stands in {key} already"))
            continue
        own.stays.append(stay)
    if not found:
        raise LantianError(
            "no unit could be taken" + (f" ({refusals[0].line})" if refusals else ""),
            where=path.name,
            remedy="Write one unit a row under the heading 单位.",
        )
    return PoolsRead(found, tuple(refusals))


def _stay(row: SheetRow, parent: str) -> Stay:
    name = row.text("unit")
    if name is None:
        raise WrongCellError("empty", "the row names no unit")
    first, last = row.date_of("from"), row.date_of("to")
    if first and last and last < first:
        raise WrongCellError("ends_before_it_begins", f"{name} leaves on {last}, before it comes on {first}")
    aliases = tuple(part.strip() for part in (row.text("aliases") or "").split("|") if part.strip())
    return Stay(Member(name, row.text("code") or "", row.text("group") or parent, aliases), first, last)


def _same(one: Stay, other: Stay) -> bool:
    alike = (one.member.name, one.member.code, one.member.group) == (
        other.member.name, other.member.code, other.member.group,
    )  # fmt: skip
    first = max(one.first or date.min, other.first or date.min)
    return alike and first <= min(one.last or date.max, other.last or date.max)
