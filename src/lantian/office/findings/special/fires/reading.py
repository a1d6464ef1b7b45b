"""Rows of a FIRMS file (NASA, MODIS or VIIRS) as pixels; each cell that cannot be read is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantian.errors import LantianError, Refusal
from lantian.sheets import Field, SheetRow, WrongCellError, read_sheet

MODIS, VIIRS = "MODIS", "VIIRS"
LOW, NOMINAL, HIGH = "low", "nominal", "high"
WORDS = {"l": LOW, "low": LOW, "n": NOMINAL, "nominal": NOMINAL, "h": HIGH, "high": HIGH}
FIELDS = (
    Field("latitude", ("latitude", "纬度")),
    Field("longitude", ("longitude", "经度")),
    Field("acq_date", ("acq_date", "日期")),
    Field("acq_time", ("acq_time", "时间")),
    Field("satellite", ("satellite", "卫星")),
    Field("confidence", ("confidence", "置信度")),
    Field("brightness", ("brightness", "bright_ti4"), required=False),
    Field("bright_ti4", ("bright_ti4",), required=False),
    Field("instrument", ("instrument",), required=False),
    Field("frp", ("frp",), required=False),
    Field("type", ("type",), required=False),
    Field("daynight", ("daynight",), required=False),
)
SIXTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Pixel:
    """One pixel as a file says it. `seen_at` is UTC; `local_day` the day in Asia/Shanghai."""

    row: int
    instrument: str
    satellite: str
    seen_at: datetime
    local_day: date
    lon: Decimal
    lat: Decimal
    confidence: str
    confidence_given: str
    brightness: Decimal | None
    frp: Decimal | None
    kind: int | None
    daynight: str

    @property
    def key(self) -> tuple[str, datetime, Decimal, Decimal]:
        """What makes it the same pixel in another file."""
        return self.satellite, self.seen_at, self.lon, self.lat


@dataclass(frozen=True, slots=True)
class Scene:
    """A file: its pixels, what was refused, how many rows it had."""

    rows: int
    pixels: list[Pixel]
    refusals: list[Refusal]


def read_scene(path: Path, name: str, scale: Mapping[str, Any]) -> Scene:
    """Read a FIRMS file.

    Parameters
    ----------
    path, name
        the file (.csv, .xlsx), and what it is called
    scale
        the lowest MODIS confidence [%] that is `nominal`, and `high`

    Raises
    ------
    LantianError
        the file is empty, cannot be opened or lacks a heading
    """
    sheet = read_sheet(path, FIELDS)
    instrument = VIIRS if "bright_ti4" in sheet.fields else MODIS
    pixels, refusals = [], []
    for row in sheet.rows:
        try:
            pixels.append(_pixel(row, instrument, scale))
        except _CellError as error:
            found = row.refusal(error.column, error.code, error.reason)
            refusals.append(Refusal(name, found.row, found.column, found.value, found.code, found.reason))
    if not sheet.rows:
        raise LantianError(_("the file holds headings and no row"), where=name)
    return Scene(len(sheet.rows), pixels, refusals)


class _CellError(ValueError):
    def __init__(self, column: str, code: str, reason: str) -> None:
        self.column, self.code, self.reason = column, code, reason
        super().__init__(reason)


def _pixel(row: SheetRow, otherwise: str, scale: Mapping[str, Any]) -> Pixel:
    instrument = (row.text("instrument") or otherwise).upper()
    seen = _moment(row)
    confidence, given = _confidence(row, scale)
    satellite = row.text("satellite")
    if satellite is None:
        raise _CellError("satellite", "empty", _("this cell is empty"))
    kind = _number(row, "type", 0, 3)
    return Pixel(
        row.number,
        instrument[:8],
        satellite[:12],
        seen,
        timezone.localtime(seen).date(),
        _degrees(row, "longitude", 180),
        _degrees(row, "latitude", 90),
        confidence,
        given,
        _number(row, "bright_ti4" if row.text("bright_ti4") else "brightness", 0, 5000),
        _number(row, "frp", 0, 999_999),
        None if kind is None else int(kind),
        (row.text("daynight") or "")[:1],
    )


def _moment(row: SheetRow) -> datetime:
    """acq_date and acq_time in UTC. The time is HHMM without leading zeros: 20 is 00:20."""
    try:
        day = row.date_of("acq_date")
    except WrongCellError as error:
        raise _CellError("acq_date", error.code, str(error)) from None
    if day is None:
        raise _CellError("acq_date", "empty", _("this cell is empty"))
    text = (row.text("acq_time") or "").replace(":", "")
    padded = text.zfill(4)
    if not text or not re.fullmatch(r"([01]\d|2[0-3])[0-5]\d", padded):
        raise _CellError("acq_time", "not_a_time", _("this is no time of a day in UTC: write 0520 for 05:20"))
    return datetime(day.year, day.month, day.day, int(padded[:2]), int(padded[2:]), tzinfo=UTC)


def _degrees(row: SheetRow, column: str, most: int) -> Decimal:
    number = _number(row, column, -most, most)
    if number is None:
        raise _CellError(column, "empty", _("this cell is empty"))
    return number.quantize(SIXTH)


def _confidence(row: SheetRow, scale: Mapping[str, Any]) -> tuple[str, str]:
    given = row.text("confidence")
    if given is None:
        raise _CellError("confidence", "empty", _("this cell is empty"))
    word = WORDS.get(given.lower())
    if word is not None:
        return word, given[:8]
    try:
        number = Decimal(given)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= 100:
        raise _CellError(
            "confidence",
            "not_a_confidence",
            _("confidence is a number from 0 to 100 (MODIS), or low, nominal, high (VIIRS)"),
        )
    return (HIGH if number >= scale["high"] else NOMINAL if number >= scale["nominal"] else LOW), given[:8]


def _number(row: SheetRow, column: str, least: int, most: int) -> Decimal | None:
    try:
        number = row.number_of(column)
    except WrongCellError as error:
        raise _CellError(column, error.code, _("this is not a number")) from None
    if number is not None and not least <= number <= most:
        raise _CellError(
            column,
            "out_of_range",
            _("this lies outside %(least)s to %(most)s") % {"least": least, "most": most},
        )
    return number
