"""Official ranking lists out of the tables people keep of them: in full, or names of the best and worst."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from lantian.ambient.period import Period
from lantian.errors import LantianError, Refusal
from lantian.sheets import Field, Sheet, SheetRow, WrongCellError, read_sheet

VALUES = {
    "composite_index": ("综合指数", "环境空气质量综合指数", "空气质量综合指数", "指数", "index"),
    "so2": ("二氧化硫",),
    "no2": ("二氧化氮",),
    "pm10": ("可吸入颗粒物",),
    "pm2_5": ("PM2.5", "PM25", "细颗粒物"),
    "co": ("一氧化碳", "co_p95_mgm3", "CO-95per"),
    "o3_8h": ("臭氧", "O3", "O3-8h", "O3-8h-90per", "o3_8h_p90"),
}
FIELDS = (
    Field("period", ("时间", "时段", "月份", "年月", "统计时段"), required=False),
    Field("rank", ("名次", "排名", "位次", "published_rank"), required=False),
    Field(
        "name",
        (
            "县区",
            "县市区",
            "县",
            "区县",
            "乡镇",
            "单位",
            "名称",
            "地区",
            "area",
            "unit",
            "cities",
            "counties",
        ),
        required=False,
    ),
    Field("city", ("城市", "市", "所属市"), required=False),
    Field("change", ("同比", "同比变化", "变化率", "同比变化率", "composite_yoy_pct"), required=False),
    Field("list", ("榜单", "类别", "名单"), required=False),
    Field("best", ("best3", "best10", "best20", "前三", "前3位", "前10位", "前20位"), required=False),
    Field("worst", ("worst3", "worst10", "worst20", "后三", "后3位", "后10位", "后20位"), required=False),
    *(Field(name, headings, required=False) for name, headings in VALUES.items()),
)
PLACES = ("name", "city", "best", "worst")
SEPARATORS = re.compile(r"[|、，,;；]")
BEST, WORST = re.compile(r"best|top|前|较?好"), re.compile(r"worst|last|后|倒数|较?差")
MONTHS = re.compile(r"(\d{4})年(?:(\d{1,2})(?:[-—~至－]+(\d{1,2}))?月)?")


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One place of an official list.

    `rank` from the best and `from_worst`, where the list gives them: printed, or by the place's position in a
    list of the best or of the worst (`side`), the worst first. `values` and `change` [%] as printed.
    """

    name: str
    rank: int | None
    from_worst: int | None
    side: str
    printed: bool
    values: dict[str, Decimal]
    change: Decimal | None
    number: int


@dataclass(frozen=True)
class OfficialList:
    """An official list as read. `digest` names the content; `refusals` are the rows that were not taken."""

    name: str
    digest: str
    rows: tuple[OfficialRow, ...]
    refusals: tuple[Refusal, ...]

    def size(self, side: str) -> int:
        """How many places it lists on a side: `best`, `worst`, or `` for a full table."""
        return sum(row.side == side for row in self.rows)


def read_official(path: Path, *, period: Period | None = None) -> OfficialList:
    """Read an official ranking.

    Parameters
    ----------
    path
        CSV or spreadsheet with headings such as 名次, 城市, 综合指数, 同比; or names only, several in a cell
        parted by | or 、, with 榜单 saying `前20位` or `后20位`
    period
        of a file of several periods (时间: 2019年6月, 2019-06, 2019年1-6月) only this one

    Raises
    ------
    LantianError
        no places in it; several periods and none chosen; none of that period; neither ranks, values nor a
        list of best or worst
    """
    sheet = _sheet(path)
    wanted = _of_period(sheet.rows, period, path) if "period" in sheet.fields else list(sheet.rows)
    found = _Reading()
    for row in wanted:
        try:
            found.take(row)
        except WrongCellError as error:
            found.refusals.append(row.refusal("", error.code, str(error)))
    if not found.rows:
        why = found.refusals[0].line if found.refusals else "its cells are empty"
        raise LantianError(f"no place could be taken: {why}", where=path.name, remedy="Correct the list.")
    if all(row.rank is None and row.from_worst is None and not row.values for row in found.rows):
        raise LantianError(
            "the list gives neither ranks nor values, nor says whether it is of the best or the worst",
            where=path.name,
            remedy="Add a column 名次, 综合指数, or 榜单 with 前20位 or 后20位.",
        )
    return OfficialList(sheet.name, sheet.digest, tuple(found.rows), tuple(found.refusals))


def _sheet(path: Path) -> Sheet:
    """The table under the first row that has a column of places; a title above it may hold such words too."""
    for column in PLACES:
        try:
            return read_sheet(path, [replace(own, required=own.name == column) for own in FIELDS])
        except LantianError as error:
            if "column" not in error.what and "headings" not in error.what:
                raise
    raise LantianError(
        "the list has no column of places",
        where=path.name,
        remedy="Head it 城市 or 县区, or 前20位 and 后20位.",
    )


@dataclass
class _Reading:
    """Rows as they are taken; positions in lists of names go on from row to row."""

    rows: list[OfficialRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)

    def take(self, row: SheetRow) -> None:
        for side in ("best", "worst"):
            for name in _names(row.text(side)):
                self._add(row, name, side)
        text = row.text("name") or row.text("city")
        if text is None:
            return
        group = (row.text("city") or "") if row.text("name") else ""
        said = row.text("list") or ""
        side = "worst" if WORST.search(said) else "best" if BEST.search(said) else ""
        names = _names(text)
        rank = _whole(row, "rank") if len(names) == 1 else None
        values = {by: value for by in VALUES if (value := row.number_of(by)) is not None}
        for name in names:
            self._add(
                row, name if name.startswith(group) else group + name, side,
                rank=rank, values=values, change=row.number_of("change"),
            )  # fmt: skip

    def _add(
        self,
        row: SheetRow,
        name: str,
        side: str,
        *,
        rank: int | None = None,
        values: dict[str, Decimal] | None = None,
        change: Decimal | None = None,
    ) -> None:
        if any(other.name == name and other.side == side for other in self.rows):
            self.refusals.append(row.refusal("name", "duplicate", f"{name} stands in the list already"))
            return
        from_worst = None
        if rank is None and side:
            self.positions[side] = self.positions.get(side, 0) + 1
            if side == "best":
                rank = self.positions[side]
            else:
                from_worst = self.positions[side]
            printed = False
        else:
            printed = rank is not None
        self.rows.append(OfficialRow(name, rank, from_worst, side, printed, values or {}, change, row.number))


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in SEPARATORS.split(text or "") if name.strip()]


def _whole(row: SheetRow, name: str) -> int | None:
    """A rank: 12, 第12, 并列第12, 12位."""
    text = row.text(name)
    if text is None:
        return None
    match = re.fullmatch(r"(?:并列)?第?(\d+)[位名]?(?:[（(]并列[)）])?", text.replace(" ", ""))
    if not match or not int(match[1]):
        raise WrongCellError("not_a_rank", f'"{text}" is not a rank. Write 12.')
    return int(match[1])


def _of_period(rows: tuple[SheetRow, ...], period: Period | None, path: Path) -> list[SheetRow]:
    said = {row.text("period") or "" for row in rows}
    if period is None:
        if len(said) > 1:
            raise LantianError(
                f"the list is of several periods: {', '.join(sorted(said))}",
                where=path.name,
                remedy="Name one.",
            )
        return list(rows)
    chosen = [row for row in rows if (span := period_of(row.text("period") or "")) and _same(span, period)]
    if not chosen:
        raise LantianError(
            f"the list has nothing of {period.label}",
            where=path.name,
            remedy=f"It is of {', '.join(sorted(said))}.",
        )
    return chosen


def _same(one: Period, other: Period) -> bool:
    return (one.first, one.last) == (other.first, other.last)


def period_of(text: str) -> Period | None:
    """A period as bulletins write it: 2019年6月, 2019年1-6月, 2019年, 2019-06; None when it is none.

    >>> period_of("2019年1-6月").label
    '2019-01-01..2019-06-30'
    """
    bare = text.replace(" ", "").replace("份", "")
    match = MONTHS.fullmatch(bare)
    try:
        if not match:
            return Period.parse(bare)
        year, first, last = int(match[1]), match[2], match[3]
        if first is None:
            return Period.year(year)
        start, end = Period.month(year, int(first)), Period.month(year, int(last or first))
        return start if last is None else Period(start.first, end.last)
    except (LantianError, ValueError):
        return None
