"""One frame of on-board data as typed values, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from lantian.errors import LantianError
from lantian.telemetry.vehicles.framing import HEAD, START, VIN_LENGTH, checksum
from lantian.telemetry.vehicles.layout import Block, Item, Layout, layout

CHINA = timezone(timedelta(hours=8))
ICCID = 20
Value = Decimal | str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a frame: a stable code, where [byte of the frame], and the words."""

    code: str
    offset: int
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One item of a block: its value, or why there is none (`unavailable`, `abnormal`)."""

    name: str
    value: Value
    unit: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class BlockOf:
    """One block: its code and name, the instant it speaks of (UTC), its readings."""

    code: int
    name: str
    time: datetime
    readings: tuple[Reading, ...]

    def of(self, name: str) -> Value:
        """The value of an item; None when it is not there or not usable."""
        return next((reading.value for reading in self.readings if reading.name == name), None)


@dataclass(frozen=True, slots=True)
class VehicleFrame:
    """One frame: who (VIN), what (command), when (UTC), and what it says.

    `rest` holds bytes whose layout is not known, as sent; `faults` name what could not be read.
    """

    command: int
    name: str
    vin: str
    software: int
    encryption: int
    time: datetime | None
    serial: int | None
    blocks: tuple[BlockOf, ...] = ()
    iccid: str = ""
    rest: bytes = b""
    faults: tuple[Fault, ...] = ()

    @property
    def supplement(self) -> bool:
        """Whether it was sent later than it was measured."""
        return self.name == "supplement"


def decode(raw: bytes, *, rules: Layout | None = None) -> VehicleFrame:
    """A frame as values; what cannot be read stays in `rest` and is named in `faults`.

    Parameters
    ----------
    raw
        one frame, from `##` to the checksum
    rules
        the layout; None for the newest of the rulebook (GB 17691-2018 annex Q, HJ 1239.3-2021)

    Raises
    ------
    LantianError
        when the bytes are no frame at all: too short, no `##`, another length than they say
    """
    rules = rules or layout()
    if len(raw) <= HEAD or raw[:2] != START:
        raise LantianError(
            "these bytes are no frame of on-board data",
            where="byte 0",
            remedy="A frame begins with ## and has 25 bytes or more.",
        )
    length = int.from_bytes(raw[22:24], "big")
    if len(raw) != HEAD + length + 1:
        raise LantianError(
            f"the frame says {length} bytes of data and has {len(raw) - HEAD - 1}",
            where="byte 22",
            remedy="Give one whole frame.",
        )
    faults: list[Fault] = []
    if checksum(raw[2:-1]) != raw[-1]:
        faults.append(Fault("checksum", len(raw) - 1, "the checksum does not fit"))
    vin = raw[3 : 3 + VIN_LENGTH].decode("ascii", "replace").strip("\0 ")
    if len(vin) != VIN_LENGTH or not (vin.isascii() and vin.isalnum()):
        faults.append(Fault("vin", 3, "the vehicle's number is not 17 letters and digits"))
    command, software, encryption = raw[2], raw[20], raw[21]
    name = rules.commands.get(command, "")
    if not name:
        faults.append(Fault("unknown_command", 2, f"command {command:02X} is not known"))
    time, serial, blocks, iccid, rest = _content(raw[HEAD:-1], name, encryption, rules, faults)
    return VehicleFrame(
        command, name, vin, software, encryption, time, serial, blocks, iccid, rest, tuple(faults)
    )


def _content(
    data: bytes, name: str, encryption: int, rules: Layout, faults: list[Fault]
) -> tuple[datetime | None, int | None, tuple[BlockOf, ...], str, bytes]:
    if encryption != rules.plain:
        faults.append(Fault("encrypted", 21, "the data unit is encrypted; it is kept as sent"))
        return None, None, (), "", data
    time = _time(data[:6])
    if time is None:
        faults.append(Fault("time", HEAD, "the time is none"))
    if len(data) < 8:
        return time, None, (), "", data[6:]
    serial, body = int.from_bytes(data[6:8], "big"), data[8:]
    if name == "login":
        return time, serial, (), body[:ICCID].decode("ascii", "replace").strip("\0 "), body[ICCID:]
    if name in ("live", "supplement") and time is not None:
        blocks, rest = _blocks(body, time, rules, faults)
        return time, serial, blocks, "", rest
    return time, serial, (), "", body


def _time(raw: bytes) -> datetime | None:
    """Six bytes of Beijing time: year less 2000, month, day, hour, minute, second."""
    if len(raw) < 6:
        return None
    year, month, day, hour, minute, second = raw
    try:
        local = datetime(2000 + year, month, day, hour, minute, second, tzinfo=CHINA)
    except ValueError:
        return None
    return local.astimezone(UTC)


def _blocks(
    body: bytes, time: datetime, rules: Layout, faults: list[Fault]
) -> tuple[tuple[BlockOf, ...], bytes]:
    found: list[BlockOf] = []
    seen: dict[int, int] = {}
    at = 0
    while at < len(body):
        code = body[at]
        block = rules.blocks.get(code)
        where = HEAD + 8 + at
        if block is None or not block.items:
            faults.append(
                Fault("unknown_block", where, f"block {code:02X} has no known layout; kept as sent")
            )
            break
        readings, length = _readings(block, body[at + 1 :], rules)
        if length < 0:
            faults.append(Fault("short_block", where, f"block {code:02X} ends too early; kept as sent"))
            break
        nth = seen.get(code, 0)
        seen[code] = nth + 1
        found.append(
            BlockOf(code, block.name, time + timedelta(seconds=nth * rules.second_of_block), readings)
        )
        at += 1 + length
    return tuple(found), body[at:]


def _readings(block: Block, body: bytes, rules: Layout) -> tuple[tuple[Reading, ...], int]:
    """The readings of a block and its length; a length below 0 when the bytes end before it does."""
    readings: list[Reading] = []
    at = 0
    for item in block.items:
        if item.form == "list":
            end = at + 1 + (body[at] * item.bytes if at < len(body) else 0)
            parts = [body[i : i + item.bytes].hex().upper() for i in range(at + 1, end, item.bytes)]
            readings.append(Reading(item.name, " ".join(parts)))
        else:
            end = at + item.bytes
            readings.append(_reading(item, body[at:end]))
        if end > len(body):
            return (), -1
        at = end
    return _placed(tuple(readings), rules), at


def _reading(item: Item, raw: bytes) -> Reading:
    number = int.from_bytes(raw, "big")
    plain: dict[str, Value] = {
        "text": raw.decode("ascii", "replace").strip("\0 "),
        "hex": raw.hex().upper(),
        "position": Decimal(number),
        "bits": f"{number:0{8 * item.bytes}b}",
    }
    if item.form in plain:
        return Reading(item.name, plain[item.form])
    if number == item.absent:
        return Reading(item.name, None, item.unit, "unavailable")
    if number >= item.abnormal:
        return Reading(item.name, None, item.unit, "abnormal")
    return Reading(item.name, number * item.scale + item.add, item.unit)


def _placed(readings: tuple[Reading, ...], rules: Layout) -> tuple[Reading, ...]:
    """Longitude and latitude with their signs; none where the receiver had no position."""
    state = next((r.value for r in readings if r.name == "position_state"), None)
    if not isinstance(state, Decimal):
        return readings
    bits = int(state)
    signs = {"longitude": rules.position["west"], "latitude": rules.position["south"]}

    def placed(reading: Reading) -> Reading:
        if reading.name not in signs or not isinstance(reading.value, Decimal):
            return reading
        if bits & rules.position["invalid"]:
            return Reading(reading.name, None, reading.unit, "unavailable")
        sign = -1 if bits & signs[reading.name] else 1
        return Reading(reading.name, sign * reading.value, reading.unit)

    return tuple(placed(reading) for reading in readings)


def encode(
    command: str,
    vin: str,
    time: datetime,
    serial: int,
    blocks: Iterable[tuple[str, Mapping[str, Decimal | int | str | None]]] = (),
    *,
    iccid: str = "",
    software: int = 1,
    rules: Layout | None = None,
) -> bytes:
    """A frame out of values.

    Parameters
    ----------
    command
        `login`, `live`, `supplement`, `logout`, `time`
    vin
        17 letters and digits
    time
        aware instant; sent as Beijing time, whole seconds
    serial
        running number of the frame, 0 to 65535
    blocks
        name of a block and its items; an item left out is sent as not available
    iccid
        of a login

    Raises
    ------
    LantianError
        for an unknown command or block, a VIN of another length, a value that does not fit
    """
    rules = rules or layout()
    if command not in rules.codes:
        raise LantianError(f'"{command}" is no command', remedy=f"Commands are {', '.join(rules.codes)}.")
    if len(vin) != VIN_LENGTH or not vin.isascii():
        raise LantianError(f'"{vin}" is no vehicle number', remedy="Give 17 letters and digits.")
    local = time.astimezone(CHINA)
    clock = bytes((local.year - 2000, local.month, local.day, local.hour, local.minute, local.second))
    data = clock + serial.to_bytes(2, "big")
    if command == "login":
        data += iccid.encode("ascii").ljust(ICCID, b"\0")[:ICCID]
    by_name = {block.name: (code, block) for code, block in rules.blocks.items()}
    for name, values in blocks:
        if name not in by_name or not by_name[name][1].items:
            raise LantianError(f'"{name}" is no block with a known layout')
        code, block = by_name[name]
        data += bytes((code,)) + b"".join(_bytes(item, values, rules) for item in block.items)
    head = bytes((rules.codes[command],)) + vin.encode("ascii") + bytes((software, rules.plain))
    body = head + len(data).to_bytes(2, "big") + data
    return START + body + bytes((checksum(body),))


def _bytes(item: Item, values: Mapping[str, Decimal | int | str | None], rules: Layout) -> bytes:
    value = values.get(item.name)
    words = str(value or "")
    if item.form == "text":
        return words.encode("ascii").ljust(item.bytes, b"\0")[: item.bytes]
    if item.form == "hex":
        return bytes.fromhex(words).ljust(item.bytes, b"\0")[: item.bytes]
    if item.form == "list":
        codes = [bytes.fromhex(code) for code in words.split()]
        return bytes((len(codes),)) + b"".join(codes)
    return _raw(item, values, rules).to_bytes(item.bytes, "big")


def _raw(item: Item, values: Mapping[str, Decimal | int | str | None], rules: Layout) -> int:
    value = values.get(item.name)
    if item.form == "position":
        bits = 0 if values.get("longitude") is not None else rules.position["invalid"]
        bits |= rules.position["west"] if Decimal(values.get("longitude") or 0) < 0 else 0
        bits |= rules.position["south"] if Decimal(values.get("latitude") or 0) < 0 else 0
        return bits
    if value is None:
        return item.absent
    if item.form == "bits":
        return int(str(value), 2)
    number = Decimal(value)
    if item.name in ("longitude", "latitude"):
        number = abs(number)
    raw = int(((number - item.add) / item.scale).to_integral_value())
    if not 0 <= raw < item.abnormal:
        raise LantianError(f"{item.name} of {value} {item.unit} does not fit its {item.bytes} bytes")
    return raw
