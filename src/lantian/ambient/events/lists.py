"""Lists of days to be taken out for dust and other exceptional events: official, dated, read from a table."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from lantian.ambient.rules import SIX
from lantian.errors import LantianError, Refusal
from lantian.rulebook import Rulebook, load
from lantian.sheets import Field, SheetRow, WrongCellError, read_sheet

CONCENTRATION, AQI = "concentration", "aqi"
SCOPES = (CONCENTRATION, AQI)
LONGEST = 31
"""Days of one row; a longer one is a slip in a date."""

FIELDS = (
    Field(
        "place",
        (
            "城市",
            "城市名称",
            "地区",
            "地市",
            "区县",
            "县区",
            "市县",
            "点位",
            "站点",
            "点位名称",
            "名称",
            "city",
        ),
    ),
    Field("date", ("日期", "剔除日期", "扣除日期", "扣沙日期", "监测日期", "日", "day"), required=False),
    Field(
        "first",
        ("起始日期", "开始日期", "起始时间", "开始时间", "起", "from", "since"),
        required=False,
    ),
    Field(
        "last",
        ("结束日期", "终止日期", "截止日期", "结束时间", "终止时间", "止", "to", "until"),
        required=False,
    ),
    Field(
        "items",
        (
            "剔除项目",
            "扣除项目",
            "剔除污染物",
            "扣除污染物",
            "剔除因子",
            "项目",
            "污染物",
            "因子",
            "pollutants",
        ),
        required=False,
    ),
    Field("scope", ("用于", "用途", "适用", "适用范围", "剔除范围", "扣除范围", "scopes"), required=False),
    Field("reason", ("原因", "剔除原因", "扣除原因", "事件", "事件类型", "说明", "备注"), required=False),
    Field("document", ("依据文件", "依据", "文号", "文件", "来源文件"), required=False),
)
HEADINGS = ("城市", "起始日期", "结束日期", "剔除项目", "用于", "依据文件", "原因")

ITEM_NAMES: Mapping[str, tuple[str, ...]] = {
    "pm10": ("pm10",), "可吸入颗粒物": ("pm10",),
    "pm2.5": ("pm2_5",), "pm2_5": ("pm2_5",), "pm25": ("pm2_5",), "细颗粒物": ("pm2_5",),
    "颗粒物": ("pm10", "pm2_5"), "pm": ("pm10", "pm2_5"),
    "so2": ("so2",), "二氧化硫": ("so2",), "no2": ("no2",), "二氧化氮": ("no2",),
    "co": ("co",), "一氧化碳": ("co",),
    "o3": ("o3_8h",), "o3_8h": ("o3_8h",), "o3-8h": ("o3_8h",), "臭氧": ("o3_8h",),
    "全部": SIX, "六项": SIX, "所有": SIX, "all": SIX,
}  # fmt: skip
SCOPE_NAMES: Mapping[str, tuple[str, ...]] = {
    "浓度": (CONCENTRATION,), "concentration": (CONCENTRATION,), "浓度评价": (CONCENTRATION,),
    "综合指数": (CONCENTRATION,), "aqi": (AQI,), "空气质量指数": (AQI,), "优良天数": (AQI,),
    "优良天": (AQI,), "优良率": (AQI,), "全部": SCOPES, "两者": SCOPES, "all": SCOPES, "both": SCOPES,
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉．。", "0123456789..")


@dataclass(frozen=True, slots=True, order=True)
class DayEntry:
    """Days of one place on which some items do not count, and for what: concentrations, the AQI, or both."""

    place: str
    first: date
    last: date
    items: tuple[str, ...]
    scopes: tuple[str, ...]
    reason: str = ""
    document: str = ""

    @property
    def days(self) -> list[date]:
        """Every day of the entry."""
        return [self.first + timedelta(days=day) for day in range((self.last - self.first).days + 1)]

    @property
    def label(self) -> str:
        """`太原 2023-03-22..2023-03-23 pm10 pm2_5 (concentration)`."""
        span = f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"
        return f"{self.place} {span} {' '.join(self.items)} ({', '.join(self.scopes)})"

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain values."""
        return {
            "place": self.place,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "items": list(self.items),
            "scopes": list(self.scopes),
            "reason": self.reason,
            "document": self.document,
        }


@dataclass(frozen=True)
class DayList:
    """Days to be taken out. `digest` names the content: the same digest excludes the same.

    `source` are the files' names, `refusals` the rows that could not be taken.
    """

    entries: tuple[DayEntry, ...]
    source: str = ""
    refusals: tuple[Refusal, ...] = field(default=(), compare=False)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the entries, whatever their order and the file's name."""
        body = json.dumps([entry.as_dict() for entry in sorted(self.entries)], ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()[:16]

    def within(self, first: date, last: date) -> DayList:
        """The entries that touch the days from `first` to `last`."""
        touching = tuple(entry for entry in self.entries if entry.first <= last and entry.last >= first)
        return DayList(touching, self.source)

    def as_dict(self) -> dict[str, Any]:
        """The list as plain values; `DayList.from_dict` reads it back."""
        entries = [entry.as_dict() for entry in sorted(self.entries)]
        return {"digest": self.digest, "source": self.source, "entries": entries}

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> DayList:
        """What `as_dict` wrote."""
        entries = tuple(
            DayEntry(
                row["place"],
                date.fromisoformat(row["first"]),
                date.fromisoformat(row["last"]),
                tuple(row["items"]),
                tuple(row["scopes"]),
                row["reason"],
                row["document"],
            )
            for row in body["entries"]
        )
        return cls(entries, str(body.get("source", "")))

    @classmethod
    def joined(cls, lists: Iterable[DayList]) -> DayList:
        """Several lists as one; None of them wins, all count."""
        every = list(lists)
        entries = tuple(dict.fromkeys(entry for one in every for entry in one.entries))
        refusals = tuple(refusal for one in every for refusal in one.refusals)
        return cls(entries, ", ".join(one.source for one in every if one.source), refusals)


def read_day_list(path: str | Path, *, rulebook: Rulebook | None = None) -> DayList:
    """Read a list of days to be taken out.

    Parameters
    ----------
    path
        CSV, .xlsx or .xls with 城市 and 日期 (or 起始日期 and 结束日期); where known 剔除项目, 用于
        (浓度, AQI), 依据文件 and 原因. Empty items and use are those of
        `ambient.events.default_items` and `.default_scopes`

    Returns
    -------
    the list; a row that cannot be read is in its `refusals` and costs no other

    Raises
    ------
    LantianError
        the file cannot be opened or has no such headings

    Notes
    -----
    环办监测〔2016〕120号: the days come from the monitoring centre. Concentrations and AQI are apart: of 211
    published city-days 46 lost PM and kept their AQI.
    """
    book = rulebook or load()
    path = Path(path)
    sheet = read_sheet(path, FIELDS)
    if not sheet.fields & {"date", "first"}:
        raise LantianError("the column 日期 is missing", where=path.name, remedy="Needed are 城市、日期.")
    defaults = (
        book.rule("ambient.events.default_items").texts,
        book.rule("ambient.events.default_scopes").texts,
    )
    entries: list[DayEntry] = []
    refusals: list[Refusal] = []
    for row in sheet.rows:
        try:
            entry = _entry(row, *defaults)
        except _WrongRowError as error:
            refusals.append(row.refusal(error.column, error.code, str(error)))
            continue
        if entry in entries:
            refusals.append(row.refusal("place", "duplicate", "the same entry stands above"))
        else:
            entries.append(entry)
    return DayList(tuple(entries), path.name, tuple(refusals))


def write_day_list(path: Path, entries: Sequence[DayEntry]) -> None:
    """Write entries as the CSV that `read_day_list` reads (UTF-8 with its mark, for spreadsheets)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for one in entries:
            scopes = "、".join({CONCENTRATION: "浓度", AQI: "AQI"}[scope] for scope in one.scopes)
            writer.writerow(
                [one.place, one.first, one.last, "、".join(one.items), scopes, one.document, one.reason]
            )


class _WrongRowError(WrongCellError):
    def __init__(self, column: str, code: str, reason: str) -> None:
        self.column = column
        super().__init__(code, reason)


def _entry(row: SheetRow, items: tuple[str, ...], scopes: tuple[str, ...]) -> DayEntry:
    place = row.text("place")
    if place is None:
        raise _WrongRowError("place", "no_place", "the place is missing")
    day, first, last = (_day(row, name) for name in ("date", "first", "last"))
    start = first or day
    if start is None:
        raise _WrongRowError("date", "no_date", "the day is missing. Write 2025-02-03.")
    end = last or (start if first else day) or start
    if end < start:
        raise _WrongRowError("last", "ends_before", f"it ends on {end}, before it begins on {start}")
    if (end - start).days >= LONGEST:
        raise _WrongRowError(
            "last", "too_long", f"{(end - start).days + 1} days are no event. Split it, or correct the day."
        )
    return DayEntry(
        place=place,
        first=start,
        last=end,
        items=_named(row, "items", ITEM_NAMES, "unknown_item", SIX) or items,
        scopes=_named(row, "scope", SCOPE_NAMES, "unknown_scope", SCOPES) or scopes,
        reason=row.text("reason") or "",
        document=row.text("document") or "",
    )


def _day(row: SheetRow, name: str) -> date | None:
    try:
        return row.date_of(name)
    except WrongCellError as error:
        raise _WrongRowError(name, error.code, str(error)) from None


def _named(
    row: SheetRow, column: str, names: Mapping[str, tuple[str, ...]], code: str, order: Sequence[str]
) -> tuple[str, ...]:
    text = row.text(column)
    if text is None:
        return ()
    found: set[str] = set()
    for word in re.split(r"[、,，;；/+＋和及与]|\s+", text.translate(_SUBSCRIPTS).lower()):
        if not word:
            continue
        if word not in names:
            known = "、".join(dict.fromkeys(names))
            raise _WrongRowError(column, code, f'"{word}" is not known here. Write one of {known}.')
        found.update(names[word])
    return tuple(name for name in order if name in found)
