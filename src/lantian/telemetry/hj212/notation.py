"""Packets as JSON objects and as text for a reader; and the objects back into packets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from lantian.errors import LantianError
from lantian.telemetry.hj212 import codes, commands, fields, units
from lantian.telemetry.hj212.decoding import decode_frame
from lantian.telemetry.hj212.encoding import encode
from lantian.telemetry.hj212.faults import Fault
from lantian.telemetry.hj212.framing import Frame, Framer
from lantian.telemetry.hj212.packets import Decoded, Item, Packet

_CHUNK = 1 << 16
HEAD = ("qn", "st", "cn", "pw", "mn", "flag", "pnum", "pno", "resent")


def frames(stream: BinaryIO) -> Iterator[Frame]:
    """Every packet of a file and everything between them, in order, byte for byte.

    Parameters
    ----------
    stream
        packets one after another, with line ends or none between them, or a captured log with other lines
        among them
    """
    framer = Framer()
    waiting: Frame | None = None
    while True:
        data = stream.read(_CHUNK)
        for frame in framer.feed(data) if data else framer.flush():
            if waiting is not None and waiting.kind == "junk" == frame.kind and len(waiting.raw) < _CHUNK:
                raw = waiting.raw + frame.raw
                waiting = waiting._replace(raw=raw, faults=(waiting.faults[0]._replace(length=len(raw)),))
                continue
            if waiting is not None:
                yield waiting
            waiting = frame
        if not data:
            break
    if waiting is not None:
        yield waiting


def to_json(frame: Frame, decoded: Decoded | None = None, *, key: bytes | None = None) -> dict[str, Any]:
    """A frame as an object of JSON lines.

    Parameters
    ----------
    frame
        packet or junk
    decoded
        of the frame; made when not given
    key
        SM4 key, for encrypted packets

    Returns
    -------
    dict
        `kind`; `offset` and `length` in the stream; for packets `crc`, `generation`, the fields before CP,
        `params`, `items`, `faults`; `raw` (hexadecimal) where the fields alone would not give the same
        bytes back
    """
    found: dict[str, Any] = {"kind": frame.kind, "offset": frame.offset, "length": len(frame.raw)}
    if frame.kind != "packet":
        found["faults"] = [_fault(fault) for fault in frame.faults]
        text = frame.raw.decode("utf-8", "replace")
        if text.isprintable() or text.strip().isprintable():
            found["text"] = text
        found["raw"] = frame.raw.hex()
        return found
    decoded = decoded or decode_frame(frame, key=key)
    packet = decoded.packet
    found["crc"] = decoded.crc
    found["faults"] = [_fault(fault) for fault in decoded.faults]
    if packet is not None:
        found["generation"] = packet.generation
        found.update({name: getattr(packet, name) for name in HEAD})
        found["params"] = dict(packet.params)
        found["items"] = [{"code": item.code, "fields": dict(item.fields)} for item in packet.items]
        if frame.crc == "sealed" and decoded.crc == "ok":
            found["encrypted"] = True
    if packet is None or "encrypted" in found or _again(packet) != frame.raw:
        found["raw"] = frame.raw.hex()
    return found


def _again(packet: Packet) -> bytes:
    try:
        return encode(packet)
    except LantianError:
        return b""


def _fault(fault: Fault) -> dict[str, Any]:
    return {"code": fault.code, "offset": fault.offset, "length": fault.length, "words": fault.words}


def from_json(entry: Mapping[str, Any], *, where: str = "", key: bytes | None = None) -> bytes:
    """The bytes an object stands for.

    Parameters
    ----------
    entry
        as `to_json` gives it. `raw`, where it is there, is taken as it is; take it out to make the packet
        anew from its fields
    where
        the line, for messages
    key
        SM4 key, for objects with `encrypted`

    Raises
    ------
    LantianError
        a field that is missing or of the wrong kind, or a text that cannot stand in a packet
    """
    if "raw" in entry:
        try:
            return bytes.fromhex(entry["raw"])
        except (TypeError, ValueError) as error:
            raise LantianError("`raw` is not hexadecimal.", where=where) from error
    if entry.get("kind", "packet") != "packet":
        raise LantianError("junk without `raw`.", where=where, remedy="Leave the line out.")
    if entry.get("encrypted") and key is None:
        raise LantianError("an encrypted packet needs a key.", where=where, remedy="Give --key.")
    try:
        return encode(_packet(entry), key=key if entry.get("encrypted") else None)
    except LantianError as error:
        raise LantianError(error.what, where=where, remedy=error.remedy) from error


def _packet(entry: Mapping[str, Any]) -> Packet:
    params = _texts(entry.get("params", {}), "params")
    items = []
    listed = entry.get("items", [])
    if not isinstance(listed, list):
        raise LantianError("items is not a list.")
    for number, item in enumerate(listed):
        where = f"items[{number}]"
        if not isinstance(item, dict) or not isinstance(item.get("code"), str):
            raise LantianError(f"{where} has no code.")
        items.append(Item(item["code"], _texts(item.get("fields"), f"{where}.fields")))
    return Packet(
        0,
        _text(entry, "qn", None),
        _text(entry, "st", "") or "",
        _text(entry, "cn", "") or "",
        _text(entry, "pw", "") or "",
        _text(entry, "mn", "") or "",
        _number(entry, "flag"),
        _number(entry, "pnum"),
        _number(entry, "pno"),
        bool(entry.get("resent", False)),
        params,
        tuple(items),
    )


def _texts(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise LantianError(f"{name} is not an object of texts.", remedy='Write numbers as sent: "12.40".')
    return dict(value)


def _text(entry: Mapping[str, Any], name: str, default: str | None) -> str | None:
    value = entry.get(name, default)
    if value is not None and not isinstance(value, str):
        raise LantianError(f"{name} is not a text.", remedy=f'Write "{value}".')
    return value


def _number(entry: Mapping[str, Any], name: str) -> int | None:
    value = entry.get(name)
    if value is not None and (
        not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 9999
    ):
        raise LantianError(f"{name} is not a whole number from 0 to 9999.")
    return value


_WORDS = {
    "packet": ("报文", "packet"),
    "junk": ("非报文内容", "no packet"),
    "bytes": ("字节", "bytes"),
    "at": ("偏移", "at"),
    "crc": ("校验", "CRC"),
    "ok": ("正确", "right"),
    "modbus": ("Modbus CRC", "Modbus"),
    "modbus_swapped": ("Modbus CRC（字节颠倒）", "Modbus, bytes swapped"),
    "bad": ("不符", "wrong"),
    "sealed": ("密文，未验", "encrypted, unknown"),
    "device": ("设备", "device"),
    "part": ("分包", "part"),
    "resent": ("补传", "sent again"),
    "answer": ("须应答", "wants an answer"),
    "fault": ("问题", "fault"),
}


def to_text(frame: Frame, language: str, decoded: Decoded | None = None, *, key: bytes | None = None) -> str:
    """A frame for a reader: names and units in place of codes, faults below.

    Parameters
    ----------
    language
        `zh` or `en`
    frame, decoded, key
        as in `to_json`
    """
    say = {name: words[language != "zh"] for name, words in _WORDS.items()}
    if frame.kind != "packet":
        shown = frame.raw[:64].decode("utf-8", "replace")
        shown = shown.strip() if shown.strip().isprintable() else frame.raw[:32].hex(" ").upper()
        more = " …" if len(frame.raw) > 64 else ""
        return f"{say['at']} {frame.offset}  {say['junk']}  {len(frame.raw)} {say['bytes']}  {shown}{more}"
    decoded = decoded or decode_frame(frame, key=key)
    size = f"{len(frame.raw)} {say['bytes']}"
    lines = [f"{say['at']} {frame.offset}  {say['packet']}  {size}  {say['crc']} {say[decoded.crc]}"]
    if decoded.packet is not None:
        lines += _packet_lines(decoded.packet, language, say)
    for fault in decoded.faults:
        lines.append(f"  {say['fault']} {fault.offset}+{fault.length}  {fault.code}  {fault.say(language)}")
    return "\n".join(lines)


def _packet_lines(packet: Packet, language: str, say: Mapping[str, str]) -> Iterator[str]:
    at = 0 if language == "zh" else 1
    command = commands.COMMANDS.get(packet.cn)
    system = commands.systems().get(packet.st)
    generation = f"HJ{'/T' if packet.generation == 2005 else ''} 212-{packet.generation}"
    named = (command.zh if language == "zh" else command.en) if command else "?"
    words = [generation, f"ST {packet.st} {system[at] if system else '?'}", f"CN {packet.cn} {named}"]
    words.append(f"{say['device']} {packet.mn}")
    words += [f"QN {packet.qn}"] if packet.qn else []
    words += [f"{say['part']} {packet.pno}/{packet.pnum}"] if packet.pnum is not None else []
    words += [say["resent"]] if packet.resent else []
    words += [say["answer"]] if packet.flag is not None and packet.flag & 1 else []
    yield "  " + "  ".join(words)
    for name, value in packet.params.items():
        known = fields.PARAMS.get(name)
        meaning = commands.answer_words(name, value, language)
        yield f"  {_named(known, language) or name} {value}{f' {meaning}' if meaning else ''}"
    for item in packet.items:
        factor = codes.factor(item.code)
        title = (factor.zh if language == "zh" else factor.en) if factor else "?"
        shown = []
        for name, value in item.fields.items():
            field = _named(fields.FIELDS.get(name), language) or name
            if name == "Flag":
                mark = fields.MARKS.get(value)
                shown.append(f"{field} {value}{f' {mark[at]}' if mark else ''}")
                continue
            unit = units.unit_of(item.code, name, st=packet.st).symbol
            shown.append(f"{field} {value}{f' {unit}' if unit else ''}")
        yield f"  {item.code} {title}: " + ("，" if language == "zh" else ", ").join(shown)


def _named(field: fields.Field | None, language: str) -> str:
    return "" if field is None else field.zh if language == "zh" else field.en
