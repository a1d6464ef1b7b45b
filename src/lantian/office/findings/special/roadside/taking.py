"""Roadside tests out of a spreadsheet or JSON: good rows are taken, each wrong one is told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError, Refusal
from lantian.office.findings.special.roadside.actions import NewTest, plain, record_test
from lantian.office.findings.special.roadside.models import Colour, Method, RoadsideTest, Stage, Thing
from lantian.office.findings.taking import Taken
from lantian.office.people.rules import Capability, can
from lantian.office.regions.models import Region
from lantian.sheets import Field, SheetRow, WrongCellError, read_sheet

FIELDS = (
    Field("tested_on", ("检测日期", "检查日期", "日期", "date")),
    Field("plate", ("车牌号", "车牌号码", "号牌号码", "环保登记号码", "plate")),
    Field("colour", ("车牌颜色", "号牌颜色", "colour")),
    Field("method", ("检测方法", "检测项目", "method")),
    Field("region", ("区县", "行政区", "region")),
    Field("place", ("检查地点", "地点", "place")),
    Field("thing", ("类别", "检测对象", "thing"), required=False),
    Field("vin", ("车辆识别代号", "VIN码", "VIN", "vin"), required=False),
    Field("stage", ("排放阶段", "排放标准", "stage"), required=False),
    Field("limit_class", ("限值类别", "class"), required=False),
    Field("power", ("功率", "额定功率", "power"), required=False),
    Field("value", ("检测结果", "检测值", "光吸收系数", "value"), required=False),
    Field("normal", ("是否正常", "检查结论", "normal"), required=False),
    Field("team", ("检查队伍", "检查单位", "team"), required=False),
    Field("remark", ("备注", "remark"), required=False),
)
MOST_ROWS = 5000
YES = {"是", "正常", "合格", "yes", "true", "1"}
NO = {"否", "不正常", "异常", "不合格", "no", "false", "0"}
# What people write beside the words of the list.
USUAL = {
    "stage": {"国一": "1", "国二": "2", "国三": "3", "国四": "4", "国五": "5", "国六": "6"},
    "method": {"不透光烟度": "smoke", "烟度": "smoke", "自由加速": "smoke", "尿素": "urea", "obd": "obd"},
    "colour": {"黄牌": "yellow", "蓝牌": "blue", "绿牌": "green", "黄绿牌": "yellow_green", "无": "none"},
    "thing": {"机械": "machine", "车辆": "vehicle"},
}


@dataclass(frozen=True, slots=True)
class _Word:
    choices: Any
    known: dict[str, str]

    def read(self, row: SheetRow, column: str, otherwise: str | None = None) -> str:
        text = row.text(column)
        if text is None and otherwise is not None:
            return otherwise
        found = self.known.get((text or "").lower())
        if found is None:
            raise _CellError(
                column, "unknown_word", _("“%(word)s” is not one of the list") % {"word": text or ""}
            )
        return found


class _CellError(ValueError):
    def __init__(self, column: str, code: str, reason: str) -> None:
        self.column, self.code = column, code
        super().__init__(reason)


def take_tests(actor: Any, path: Path, name: str) -> Taken:
    """Record the tests of a CSV, spreadsheet, or JSON list of objects with the same field names.

    Returns
    -------
    counts and refused rows; a test recorded before (same day, plate, colour, method and result) is counted,
    not recorded again

    Raises
    ------
    LantianError
        the file is no table or JSON list, lacks a heading, or has more than 5,000 rows
    PermissionDenied
        the person may not record findings
    """
    person = getattr(actor, "user", actor)
    if person is not None and not can(person, Capability.RECORD_FINDING):
        raise PermissionDenied
    rows = _json_rows(path, name) if path.suffix.lower() == ".json" else read_sheet(path, FIELDS).rows
    if len(rows) > MOST_ROWS:
        raise LantianError(
            _("the table has more than %(most)s rows") % {"most": MOST_ROWS},
            where=name,
            remedy=_("Send it in parts."),
        )
    reader = _Reader(person)
    refusals: list[Refusal] = []
    added = already = 0
    with transaction.atomic():
        # In the order of days: a pass takes off what an earlier failure put on.
        for row in sorted(rows, key=_day_of):
            try:
                new = reader.read(row, name)
                if _known(new):
                    already += 1
                    continue
                with transaction.atomic():
                    record_test(actor, new)
                added += 1
            except _CellError as error:
                column = row.headings.get(error.column, error.column)
                refusals.append(
                    Refusal(name, row.number, column, row.cells.get(error.column, ""), error.code, str(error))
                )
            except LantianError as error:
                refusals.append(Refusal(name, row.number, "", "", "refused", error.line))
    return Taken(name, added, already, sorted(refusals, key=lambda one: one.row))


class _Reader:
    """Reads rows against the lists and regions known to a person."""

    def __init__(self, person: Any) -> None:
        self.regions: dict[str, list[Region]] = {}
        for region in Region.objects.all() if person is None else Region.objects.visible_to(person):
            for word in {region.code, region.name, region.short} - {""}:
                self.regions.setdefault(word, []).append(region)
        self.words = {
            "colour": _words(Colour, USUAL["colour"]),
            "method": _words(Method, USUAL["method"]),
            "stage": _words(Stage, USUAL["stage"]),
            "thing": _words(Thing, USUAL["thing"]),
        }

    def read(self, row: SheetRow, batch: str) -> NewTest:
        """One row as a test."""
        found = self.regions.get(row.text("region") or "", [])
        if len(found) != 1:
            reason = (
                _("several have this name: write the code or the full name")
                if found
                else _("this region is not in the register, or not yours")
            )
            raise _CellError("region", "ambiguous" if found else "unknown_place", reason)
        for needed in ("plate", "place", "tested_on"):
            if row.text(needed) is None:
                raise _CellError(needed, "missing", _("this cell is empty"))
        numbers = {}
        for column in ("value", "power"):
            try:
                numbers[column] = row.number_of(column)
            except WrongCellError as error:
                raise _CellError(column, error.code, _("this is not a number")) from None
        try:
            day = row.date_of("tested_on")
        except WrongCellError as error:
            raise _CellError("tested_on", error.code, str(error)) from None
        return NewTest(
            plate=row.text("plate") or "",
            vin=row.text("vin") or "",
            region=found[0],
            tested_on=day or date.min,
            colour=self.words["colour"].read(row, "colour"),
            method=self.words["method"].read(row, "method"),
            stage=self.words["stage"].read(row, "stage", Stage.UNKNOWN),
            thing=self.words["thing"].read(row, "thing", Thing.VEHICLE),
            limit_class=row.text("limit_class") or "",
            normal=_yes(row),
            place=row.text("place") or "",
            team=row.text("team") or "",
            remark=row.text("remark") or "",
            batch=batch,
            **numbers,
        )


def _yes(row: SheetRow) -> bool | None:
    text = (row.text("normal") or "").lower()
    if not text:
        return None
    if text not in YES | NO:
        raise _CellError("normal", "unknown_word", _("“%(word)s” is not one of the list") % {"word": text})
    return text in YES


def _words(choices: Any, usual: dict[str, str]) -> _Word:
    found = {str(value).lower(): value for value in choices.values} | {k.lower(): v for k, v in usual.items()}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.update({str(label).lower(): value for value, label in choices.choices})
    return _Word(choices, found)


def _known(new: NewTest) -> bool:
    return RoadsideTest.objects.filter(
        tested_on=new.tested_on,
        plate=plain(new.plate),
        colour=new.colour,
        method=new.method,
        value=new.value,
        normal=new.normal,
    ).exists()


def _day_of(row: SheetRow) -> tuple[str, int]:
    try:
        day = row.date_of("tested_on")
    except WrongCellError:
        day = None
    return (day.isoformat() if day else "", row.number)


def _json_rows(path: Path, name: str) -> list[SheetRow]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise LantianError(_("this is not JSON in UTF-8: %(why)s") % {"why": error}, where=name) from None
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise LantianError(_("a list of objects is needed"), where=name)
    names = [f.name for f in FIELDS]
    return [SheetRow(name, n, _cells(one, names), {f: f for f in names}) for n, one in enumerate(content, 1)]


def _cells(given: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    def text(value: Any) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    return {name: text(given.get(name)) for name in names}
