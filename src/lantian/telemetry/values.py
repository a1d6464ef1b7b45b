"""Values of the line as a table: the one form in which the rooms of telemetry hand series to each other."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pyarrow as pa

MILLIONTHS = 1_000_000
"""Stored integers per unit as sent."""
_MOST = 2**63 - 1

TIME = pa.timestamp("us", tz="UTC")
VALUES = pa.schema(
    [
        pa.field("place", pa.string(), nullable=False),  # the device: its MN, or the VIN of a vehicle
        pa.field("time", TIME, nullable=False),  # as sent: an instant, or the start of the period
        pa.field("st", pa.string(), nullable=False),  # kind of system: 31 flue gas, 44 power, 45 condition …
        pa.field("cn", pa.string(), nullable=False),  # what was sent: 2011, 2051, 2061, 2031 …
        pa.field("factor", pa.string(), nullable=False),  # code as sent: a21026, 02, d20105, SB1
        pa.field("field", pa.string(), nullable=False),  # Rtd, Avg, Min, Max, Cou, ZsAvg …, Flag alone
        pa.field("text", pa.string(), nullable=True),  # the value as sent, every digit; null where none
        pa.field("value", pa.int64(), nullable=True),  # the same in millionths; null where it is no number
        pa.field("mark", pa.string(), nullable=True),  # the factor's Flag: N F M S D C T B …
        pa.field("qn", pa.string(), nullable=True),  # the request number of its packet, as sent
        pa.field("seq", pa.int64(), nullable=False),  # order of arrival; a later one is a later version
        pa.field("received_at", TIME, nullable=False),
        pa.field("quality", pa.string(), nullable=True),  # codes of what was odd in the packet, by commas
    ]
)
"""Columns of a table of values. One row of a packet's content; no two rows share place, time, cn, factor,
field and seq."""


def millionths(text: str | None) -> int | None:
    """The whole millionths of a number as sent; null when it is no number, or one that does not fit exactly.

    Parameters
    ----------
    text
        such as `12.40`; surrounding blanks are allowed, exponents, NaN and signs alone are not numbers
    """
    if text is None:
        return None
    words = text.strip()
    if not words or not words.isascii() or words.strip("+-.0123456789"):
        return None
    try:
        scaled = Decimal(words) * MILLIONTHS
    except InvalidOperation:
        return None
    if scaled != scaled.to_integral_value() or abs(scaled) > _MOST:
        return None
    return int(scaled)
