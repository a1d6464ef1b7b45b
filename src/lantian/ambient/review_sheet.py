"""Reviews out of a table that people keep: one row a decision, CSV or spreadsheet."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lantian.ambient.reviews import Review, checked
from lantian.ambient.screens.thresholds import ITEMS
from lantian.errors import LantianError, Refusal
from lantian.lake import Lake
from lantian.sheets import Field, SheetRow, WrongCellError, read_sheet

CHINA = ZoneInfo("Asia/Shanghai")
FIELDS = (
    Field("place", ("站点", "点位", "点位编码", "站点编码", "地点", "城市")),
    Field("items", ("项目", "指标", "污染物"), required=False),
    Field("since", ("开始时间", "起始时间", "开始", "时间")),
    Field("until", ("结束时间", "截止时间", "结束"), required=False),
    Field("verdict", ("结论", "审核结论", "处理")),
    Field("value", ("修正值", "订正值", "值"), required=False),
    Field("code", ("代码", "问题代码"), required=False),
    Field("reason", ("理由", "原因", "说明"), required=False),
    Field("actor", ("审核人", "经办人"), required=False),
)
VERDICTS = {
    "accept": "accept", "有效": "accept", "认可": "accept", "void": "void", "无效": "void", "剔除": "void",
    "correct": "correct", "修正": "correct", "订正": "correct",
}  # fmt: skip
NAMES = {
    "pm25": "pm2_5", "pm2.5": "pm2_5", "o3": "o3", "so2": "so2", "no2": "no2", "co": "co", "pm10": "pm10",
    "pm2_5": "pm2_5", "臭氧": "o3", "二氧化硫": "so2", "二氧化氮": "no2", "一氧化碳": "co",
    "可吸入颗粒物": "pm10", "细颗粒物": "pm2_5",
}  # fmt: skip
EVERY = frozenset({"全部", "所有", "all", "*"})
TIME = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})日?[T ]+(\d{1,2})(?::00(?::00)?|时)?")


def read_reviews(path: Path, lake: Lake, kind: str) -> tuple[list[Review], list[Refusal]]:
    """Read a table of decisions.

    Parameters
    ----------
    path
        .csv, .xlsx or .xls with 站点 (the place's key in the store), 开始时间 and 结论 (有效, 无效 or
        修正); 项目, 结束时间, 修正值, 代码, 理由, 审核人 where needed. Times are ends of hours in China
    lake
        the store: a place it does not know is refused
    kind
        the kind that is reviewed

    Returns
    -------
    The decisions in order, and a refusal for each row that cannot be read

    Raises
    ------
    LantianError
        the file cannot be read or lacks a required column
    """
    sheet = read_sheet(path, FIELDS)
    known = {place.place for place in lake.places(kind)}
    found, refused = [], []
    for row in sheet.rows:
        try:
            review = checked(kind, _review(row))
        except WrongCellError as error:
            refused.append(row.refusal(_column(error), error.code, str(error)))
            continue
        except LantianError as error:
            refused.append(row.refusal("", "wrong_review", f"{error.what}. {error.remedy}"))
            continue
        if review.place not in known:
            refused.append(row.refusal("place", "unknown_place", f'"{review.place}" is not in the store.'))
            continue
        found.append(review)
    return found, refused


def _column(error: WrongCellError) -> str:
    return {"not_a_time": "since", "not_a_verdict": "verdict", "not_an_item": "items"}.get(error.code, "")


def _review(row: SheetRow) -> Review:
    said = row.text("verdict") or ""
    verdict = VERDICTS.get(said.lower())
    if verdict is None:
        raise WrongCellError("not_a_verdict", f'"{said}" is no verdict. Write 有效, 无效 or 修正.')
    since = _time(row, "since")
    if since is None:
        raise WrongCellError("not_a_time", "the row has no time. Write 2025-02-03 05:00.")
    items = _items(row.text("items"))
    value = row.text("value")
    return Review(
        row.text("place") or "",
        items,
        since,
        _time(row, "until") or since,
        verdict,
        dict.fromkeys(items, value) if value else {},
        row.text("code") or "",
        row.text("reason") or "",
        row.text("actor") or "",
    )


def _items(text: str | None) -> tuple[str, ...]:
    if text is None or text.lower() in EVERY:
        return ITEMS
    found = []
    for word in re.split(r"[、,，;；\s]+", text):
        item = NAMES.get(word.lower())
        if item is None:
            raise WrongCellError("not_an_item", f'"{word}" is not measured. Write PM2.5、O3 or 全部.')
        found.append(item)
    return tuple(found)


def _time(row: SheetRow, name: str) -> datetime | None:
    text = row.text(name)
    if text is None:
        return None
    match = TIME.fullmatch(text.strip())
    wrong = WrongCellError("not_a_time", f'"{text}" is not an hour. Write 2025-02-03 05:00.')
    if match is None:
        raise wrong
    year, month, day, hour = (int(part) for part in match.groups())
    try:
        # 24:00 is the end of the day's last hour.
        return datetime(year, month, day, tzinfo=CHINA) + timedelta(hours=_hour(hour))
    except ValueError:
        raise wrong from None


def _hour(hour: int) -> int:
    if hour > 24:
        raise ValueError(hour)
    return hour
