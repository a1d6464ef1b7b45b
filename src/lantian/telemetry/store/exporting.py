"""Everything that is stored, a row a value, as lines: bounded memory, one state of the line, any size."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from lantian.lake import arrow
from lantian.lake.reading import Moment
from lantian.telemetry.store import reading
from lantian.telemetry.store.arrival import moment
from lantian.telemetry.store.packets import DAY, LOCAL
from lantian.telemetry.store.reading import VALUE, Wanted

if TYPE_CHECKING:
    from lantian.telemetry.store.line import Line

Form = Literal["jsonl", "csv"]
HEADINGS = (
    "mn", "cn", "data_time", "factor", "field", "value", "mark", "qn", "received_at", "version",
)  # fmt: skip
LUMP = 200_000
"""Values held at a time."""
PER_PACKET = 30
"""Values of a packet, for that purpose."""
LINES = 5_000
"""Lines given at once."""

# The wide forms too: a spreadsheet in Chinese runs them as well.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_SHANGHAI = timezone(timedelta(hours=8))
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NUMBER = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?")


def export(
    line: Line,
    *,
    mn: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    form: Form = "jsonl",
) -> Iterator[str]:
    """What is stored, all versions, as text to be written one after the other.

    Parameters
    ----------
    mn
        only this device
    since, until
        as for `Line.values`
    form
        `jsonl`: a JSON object a line. `csv`: with a line of headings; a text that a spreadsheet would run as
        a formula gets an apostrophe before it, a number does not

    Each value is in it once, by device, time, command, factor, field and version; what arrives meanwhile is
    not.
    """
    wanted = Wanted.of(
        None if mn is None else (mn,), since, until, cns=None, factors=None, fields=None, through=line.newest
    )
    write = _json_lines if form == "jsonl" else _csv_lines
    if form == "csv":
        yield ",".join(HEADINGS) + "\n"
    for part in _lumps(line, wanted):
        table = reading.in_order(line.read(part))
        versions = _versions(table)
        for start in range(0, table.num_rows, LINES):
            yield write(table.slice(start, LINES), versions[start : start + LINES])


def _lumps(line: Line, wanted: Wanted) -> Iterator[Wanted]:
    """The same question in pieces of about `LUMP` values, by device; large devices by days."""
    sizes = _sizes(line, wanted)
    places: list[str] = []
    size = 0
    for place, days in sizes:
        whole = sum(days.values())
        if places and size + whole > LUMP:
            yield replace(wanted, places=tuple(places))
            places, size = [], 0
        if whole > LUMP:
            yield from _by_days(replace(wanted, places=(place,)), days)
            continue
        places.append(place)
        size += whole
    if places:
        yield replace(wanted, places=tuple(places))


def _by_days(wanted: Wanted, days: dict[int, int]) -> Iterator[Wanted]:
    ordered = sorted(days)
    first = ordered[0]
    size = 0
    for day, following in zip(ordered, [*ordered[1:], None], strict=True):
        size += days[day]
        if following is None or size + days[following] > LUMP:
            began, ended = first * DAY - LOCAL, (day + 1) * DAY - LOCAL - 1
            yield replace(
                wanted,
                first=began if wanted.first is None else max(began, wanted.first),
                last=ended if wanted.last is None else min(ended, wanted.last),
            )
            first, size = following or 0, 0


def _sizes(line: Line, wanted: Wanted) -> list[tuple[str, dict[int, int]]]:
    """About how many values there are of each device and local day, by device."""
    found: dict[str, dict[int, int]] = {}
    with line.packets.file.reading() as connection:
        version = line.lake.version
        after = reading.watermark(line.lake, VALUE, version)
        for place, stamp in reading.hot_packets(connection, wanted, after, "place, time"):
            days = found.setdefault(place, {})
            day = (stamp + LOCAL) // DAY
            days[day] = days.get(day, 0) + PER_PACKET
    if after:
        rows = line.lake.read(
            VALUE,
            since=None if wanted.first is None else moment(wanted.first),
            until=None if wanted.last is None else moment(wanted.last),
            places=wanted.places,
            as_of=version,
            columns=["place", "day"],
        )
        for row in arrow(rows.aggregate("place, day, count(*) AS size", "place, day")).to_pylist():
            days = found.setdefault(row["place"], {})
            days[row["day"]] = days.get(row["day"], 0) + row["size"]
    return sorted(found.items())


def _versions(table: pa.Table) -> list[int]:
    """Which version of its value each row is; rows are in order."""
    if table.num_rows == 0:
        return []
    same = None
    for name in reading.KNOWN_BY:
        column = table[name].combine_chunks()
        equal = pc.equal(column[1:], column[:-1])
        same = equal if same is None else pc.and_(same, equal)
    versions, version = [1], 1
    for again in same.to_pylist():  # type: ignore[union-attr] # there are columns
        version = version + 1 if again else 1
        versions.append(version)
    return versions


@lru_cache(maxsize=100_000)
def _stamp(micros: int) -> str:
    return moment(micros).astimezone(_SHANGHAI).isoformat()


@lru_cache(maxsize=100_000)
def _word(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


def number(text: str) -> str | None:
    """A number as sent as one that JSON takes, no digit of its value changed; None when it is no number."""
    words = text.strip()
    if _JSON_NUMBER.fullmatch(words):
        return words
    found = _NUMBER.fullmatch(words)
    if found is None or not (found[2] or found[3] or "0" in words):
        return None
    return ("-" if found[1] == "-" else "") + (found[2] or "0") + (f".{found[3]}" if found[3] else "")


@lru_cache(maxsize=100_000)
def _value(factor: str, text: str | None) -> str:
    if text is None:
        return "null"
    # A fact that a command carries (an InfoId of 000123) may be a name made of digits.
    told = number(text) if factor else (text if _JSON_NUMBER.fullmatch(text) else None)
    return _word(text) if told is None else told


def _rows(table: pa.Table, versions: list[int]) -> Iterator[tuple[Any, ...]]:
    columns = [table[name].to_pylist() for name in ("place", "cn", "factor", "field", "text", "mark", "qn")]
    stamps = [table[name].cast(pa.int64()).to_pylist() for name in ("time", "received_at")]
    return zip(*columns, *stamps, versions, strict=True)


def _json_lines(table: pa.Table, versions: list[int]) -> str:
    word: Callable[[str | None], str] = _word
    return "".join(
        f'{{"mn":{word(mn)},"cn":{word(cn)},"data_time":"{_stamp(time)}","factor":{word(factor)},'
        f'"field":{word(field)},"value":{_value(factor, text)},"mark":{word(mark)},"qn":{word(qn)},'
        f'"received_at":"{_stamp(received)}","version":{version}}}\n'
        for mn, cn, factor, field, text, mark, qn, time, received, version in _rows(table, versions)
    )


def _csv_lines(table: pa.Table, versions: list[int]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(
        (
            _cell(mn),
            _cell(cn),
            _stamp(time),
            _cell(factor),
            _cell(field),
            _cell(text),
            _cell(mark),
            _cell(qn),
            _stamp(received),
            version,
        )
        for mn, cn, factor, field, text, mark, qn, time, received, version in _rows(table, versions)
    )
    return out.getvalue()


@lru_cache(maxsize=100_000)
def _cell(text: str | None) -> str | None:
    return f"'{text}" if text and text[0] in _STARTS and number(text) is None else text
