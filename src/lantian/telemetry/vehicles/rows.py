"""Frames as values of the line, and values of the line as seconds again."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from lantian.telemetry.values import MILLIONTHS
from lantian.telemetry.vehicles.checks import Second
from lantian.telemetry.vehicles.frame import BlockOf, VehicleFrame, decode

Content = tuple[str, str, str | None, str | None, str | None]
INSTANT = "Rtd"
_FIELD = re.compile(rf"{INSTANT}(?:\+(\d{{1,6}}))?")


def rows(segment: bytes) -> list[Content]:
    """The values of one frame: item, field, text, mark, quality.

    The field is `Rtd`; of a block that speaks of a later second than the frame, `Rtd+1`, `Rtd+2` … The mark
    is `unavailable` or `abnormal` where the vehicle said so. What has no known layout is one row `rest` in
    hexadecimal digits, so that nothing sent is lost. The card's number is the vehicle's password: that it was
    told is a row, the number itself stays in the packet.

    Raises
    ------
    LantianError
        the bytes are no frame
    """
    told = decode(segment)
    quality = ",".join(dict.fromkeys(fault.code for fault in told.faults)) or None
    found: list[Content] = []
    for block in told.blocks:
        field = _field(told, block)
        for reading in block.readings:
            text = reading.value
            word = f"{text.normalize():f}" if isinstance(text, Decimal) else text
            found.append((reading.name, field, word, reading.state or None, quality))
    if told.iccid:
        found.append(("iccid", INSTANT, "***", None, quality))
    if told.rest:
        found.append(("rest", "hex", told.rest.hex().upper(), None, quality))
    return found or [("", "Command", told.name or f"{told.command:02X}", None, quality)]


def _field(told: VehicleFrame, block: BlockOf) -> str:
    later = int((block.time - told.time).total_seconds()) if told.time else 0
    return f"{INSTANT}+{later}" if later else INSTANT


def history(table: pa.Table) -> list[Second]:
    """The seconds of one vehicle in a table of values (`telemetry.values.VALUES`), in order of time.

    Of an instant told twice (a supplement) the later arrival holds.
    """
    found: dict[datetime, dict[str, Decimal]] = defaultdict(dict)
    columns = ("time", "factor", "field", "value")
    for time, factor, field, value in zip(
        *(table.sort_by("seq")[c].to_pylist() for c in columns), strict=True
    ):
        seconds = _FIELD.fullmatch(field)
        if value is None or seconds is None:
            continue
        later = int(seconds[1] or 0)
        found[time + timedelta(seconds=later)][factor] = Decimal(value) / MILLIONTHS
    return [Second(time, found[time]) for time in sorted(found)]
