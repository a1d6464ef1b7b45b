"""From packets to rows of values: each packet's segment, understood by its protocol, as `values.VALUES`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from lantian.telemetry.store.arrival import Protocol, joined
from lantian.telemetry.values import TIME, VALUES, millionths

Content = tuple[str, str, str | None, str | None, str | None]
"""Factor, field, text, mark, quality of one value."""
Keys = Callable[[str, int], bytes | None]
"""The SM4 key of a device at an instant in microseconds."""

UNREADABLE = "unreadable"
"""The packet's content could not be understood at all; the packet itself is kept."""

COLUMNS = "seq, place, time, st, cn, qn, received, protocol, quality, segment"
"""What `spread` needs of a packet, in this order."""


def pack(rows: Iterable[Content]) -> bytes:
    """Values that came in no packet (a meter's file, an interface) as a segment of the protocol `rows`."""
    return json.dumps([list(row) for row in rows], ensure_ascii=False, separators=(",", ":")).encode()


Decoder = Callable[[bytes, bytes | None], list[Content]]


def _hj212() -> Decoder:
    from lantian.telemetry import hj212

    return lambda segment, key: hj212.rows(segment, hj212.head(segment), key=key)


def _vehicle() -> Decoder:
    from lantian.telemetry.vehicles.rows import rows

    return lambda segment, key: rows(segment)


def _rows() -> Decoder:
    return lambda segment, key: [(row[0], row[1], row[2], row[3], row[4]) for row in json.loads(segment)]


PROTOCOLS: dict[str, Callable[[], Decoder]] = {"hj212": _hj212, "vehicle": _vehicle, "rows": _rows}


@cache
def decoder(protocol: Protocol | str) -> Decoder:
    """How segments of a protocol become values."""
    return PROTOCOLS[protocol]()


def content(protocol: Protocol | str, segment: bytes, key: bytes | None = None) -> list[Content]:
    """The values of one segment; one row without value, `unreadable`, where it cannot be understood."""
    read = decoder(protocol)
    try:
        return read(segment, key)
    except Exception:  # whatever a strange packet does to a decoder, the others are read
        return [("", "CP", None, None, UNREADABLE)]


def spread(
    packets: Iterable[tuple[Any, ...]],
    keys: Keys,
    *,
    factors: Collection[str] | None = None,
    fields: Collection[str] | None = None,
) -> pa.Table:
    """The values of some packets, in their order.

    Parameters
    ----------
    packets
        rows of `COLUMNS`
    keys
        gives the key of an encrypted packet
    factors, fields
        only these; None for all
    """
    out: list[list[Any]] = [[] for _ in VALUES]
    add = [column.append for column in out]
    # One position a column: appending a row is thirteen calls and no dictionary.
    place_, time_, st_, cn_, factor_, field_, text_, value_, mark_, qn_, seq_, received_, quality_ = add
    for seq, place, time, st, cn, qn, received, protocol, quality, segment in packets:
        found = content(protocol, segment, keys(place, received))
        known: set[tuple[str, str]] = set()
        for factor, field, text, mark, own in reversed(found):
            if (factors is not None and factor not in factors) or (
                fields is not None and field not in fields
            ):
                continue
            if (factor, field) in known:  # told twice in one packet: the last one holds
                continue
            known.add((factor, field))
            place_(place)
            time_(time)
            st_(st)
            cn_(cn)
            factor_(factor)
            field_(field)
            text_(text)
            value_(millionths(text))
            mark_(mark)
            qn_(qn)
            seq_(seq)
            received_(received)
            quality_((joined(quality, own) if own else quality) or None)
    arrays = [
        pa.array(column, pa.int64()).cast(TIME) if field.type == TIME else pa.array(column, field.type)
        for column, field in zip(out, VALUES, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=VALUES)


def canonical(table: pa.Table, mappings: Mapping[str, Mapping[str, str]]) -> pa.Table:
    """The same values with the standard's factor codes: a device's own mapping first, then the old codes."""
    from lantian.telemetry.hj212 import codes

    pairs = table.select(["place", "factor"]).group_by(["place", "factor"]).aggregate([]).to_pylist()
    told = {}
    for pair in pairs:
        code = codes.canonical(pair["factor"], mappings.get(pair["place"]) or None)
        if code != pair["factor"]:
            told[pair["place"], pair["factor"]] = code
    if not told:
        return table
    both = zip(table["place"].to_pylist(), table["factor"].to_pylist(), strict=True)
    mapped = pa.array([told.get(pair, pair[1]) for pair in both], pa.string())
    return table.set_column(table.schema.get_field_index("factor"), VALUES.field("factor"), mapped)
