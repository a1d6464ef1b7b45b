"""Packets as they came: the latest of a device, without passwords, with what is wrong with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lantian.lake import arrow
from lantian.office.telemetry import door, words
from lantian.telemetry import hj212
from lantian.telemetry.hj212.commands import COMMANDS
from lantian.telemetry.store import reading
from lantian.telemetry.store.arrival import moment
from lantian.telemetry.store.refusals import masked

MOST = 50
SHOWN = ("2011", "2051", "2061", "2031", "2041", "2021", "2081", "3020", "9015")


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: when it came, what it is, its words without password, what is odd about it."""

    seq: int
    received: datetime
    time: datetime
    cn: str
    command: str
    text: str
    faults: tuple[str, ...]


def latest(mn: str, day: date | None = None, cn: str = "") -> list[Packet]:
    """The latest packets of a device, at most fifty, newest first.

    Parameters
    ----------
    day
        only those that speak of this local day
    cn
        only this command
    """
    line = door.line()
    wanted = reading.Wanted.of([mn], day, day, cns=[cn] if cn else None, factors=None, fields=None)
    with line.packets.file.reading() as connection:
        hot = reading.hot_packets(connection, wanted, 0)
    rows = [(row[0], moment(row[6]), moment(row[2]), row[4], row[8], bytes(row[9]), row[7]) for row in hot]
    if len(rows) < MOST and reading.watermark(line.lake, reading.PACKET):
        known = {row[0] for row in rows}
        rows += [row for row in _compacted(line, mn, day, cn) if row[0] not in known]
    rows.sort(key=lambda row: row[0], reverse=True)
    return [_told(row) for row in rows[:MOST]]


def _compacted(line: Any, mn: str, day: date | None, cn: str) -> list[tuple[Any, ...]]:
    names = ["seq", "received_at", "time", "cn", "quality", "segment", "protocol"]
    rows = line.lake.read(reading.PACKET, since=day, until=day, places=[mn], columns=names)
    if cn:
        rows = rows.filter(f"cn = '{cn}'")
    table = arrow(rows.order("seq DESC").limit(MOST)).select(names)
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def _told(row: tuple[Any, ...]) -> Packet:
    seq, received, time, cn, quality, segment, protocol = row
    faults = tuple(words.quality(code) for code in (quality or "").split(",") if code)
    if protocol == "hj212":
        faults += tuple(fault for fault in _faults(segment) if fault not in faults)
    return Packet(seq, received, time, cn, command_label(cn), plain(masked(segment)), faults)


def _faults(segment: bytes) -> tuple[str, ...]:
    """What the codec finds in the segment; its frame was judged when it came."""
    raw = b"##%04d%b%04X\r\n" % (len(segment), segment, hj212.crc(segment))
    language = "zh" if words.is_chinese() else "en"
    found = hj212.decode(raw).faults
    return tuple(fault.say(language) for fault in found if fault.level != "note")


def command_label(cn: str) -> str:
    """What a command is called; the code where the table has none."""
    command = COMMANDS.get(cn)
    return cn if command is None else (command.zh if words.is_chinese() else command.en)


def plain(raw: bytes) -> str:
    """Bytes as words: what is no letter stands as its number."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
    return raw.decode("ascii", "backslashreplace")
