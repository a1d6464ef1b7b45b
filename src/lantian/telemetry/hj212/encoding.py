"""Values into packets: uploads, answers, requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from lantian.errors import LantianError
from lantian.telemetry.hj212 import checksum, sm4
from lantian.telemetry.hj212.heads import Head, generation
from lantian.telemetry.hj212.packets import Item, Packet, instant, stamp
from lantian.telemetry.hj212.rules import rules

_FORBIDDEN = frozenset("\r\n;,=&")
LONGEST = 9999


def encode(packet: Packet, *, key: bytes | None = None) -> bytes:
    """A packet as bytes, head, length, CRC and tail.

    Parameters
    ----------
    packet
        as `decode` gives it
    key
        SM4 key (16 bytes); the content of CP is encrypted with it

    Raises
    ------
    LantianError
        a text that would break the packet, or more than 9999 bytes
    """
    return frame(segment_of(packet), key=key)


def frame(segment: bytes, *, key: bytes | None = None) -> bytes:
    """A data segment with head, length, CRC and tail; the CRC is of the plain segment.

    Parameters
    ----------
    segment
        from `QN=` to the closing `&&`
    key
        SM4 key; the content of CP is encrypted with it
    """
    if len(segment) > LONGEST:
        raise LantianError(
            f"a data segment of {len(segment)} bytes does not fit a packet.",
            remedy="Split it (parts of at most 1024 bytes).",
        )
    sent = sm4.seal(segment, key) if key else segment
    return b"##%04d%b%b\r\n" % (len(segment), sent, checksum.printed(segment))


def segment_of(packet: Packet) -> bytes:
    """The data segment of a packet: the bytes its CRC is made of."""
    parts: list[str] = []
    if packet.qn is not None:
        parts.append(f"QN={_plain(packet.qn)}")
    for name, value in (("ST", packet.st), ("CN", packet.cn), ("PW", packet.pw), ("MN", packet.mn)):
        parts.append(f"{name}={_plain(value)}")
    for number_name, number in (("Flag", packet.flag), ("PNUM", packet.pnum), ("PNO", packet.pno)):
        if number is not None:
            parts.append(f"{number_name}={number}")
    if packet.resent:
        parts.append(f"{rules().resent_field}=1")
    parts.append(f"CP=&&{_content(packet.params, packet.items)}&&")
    return ";".join(parts).encode()


def _content(params: Mapping[str, str], items: Iterable[Item]) -> str:
    groups = [f"{_plain(name)}={_value(value)}" for name, value in params.items()]
    for item in items:
        code = _plain(item.code)
        groups.append(
            ",".join(f"{code}-{_plain(name)}={_value(value)}" for name, value in item.fields.items())
        )
    return ";".join(groups)


def _plain(text: str) -> str:
    if not _FORBIDDEN.isdisjoint(text):
        raise LantianError(f"{text!r} cannot stand in a packet: it holds a separator.")
    return text


def _value(text: str) -> str:
    if text.startswith("//") and text.endswith("//") and len(text) >= 4:
        if "//" in text[2:-2] or "\r" in text or "\n" in text or "&&" in text:
            raise LantianError(f"{text!r} cannot stand in a packet: // ends a text.")
        return text
    return _plain(text)


def answer(head: Head, cn: str = "9014", params: Mapping[str, str] | None = None) -> bytes:
    """The packet that answers one: same QN, same generation, ST=91, nothing asked back.

    Parameters
    ----------
    head
        of the packet to answer
    cn
        9014 for data, 9013 for notices, 9011 and 9012 for requests
    params
        QnRtn or ExeRtn

    Rule: HJ 212-2017, 6.2 and table 5 (interaction packets carry ST=91).
    """
    flag = (head.flag or 0) >> 2 << 2
    return build(
        qn=head.qn,
        st="91",
        cn=cn,
        pw=head.pw,
        mn=head.mn,
        flag=None if head.flag is None else flag,
        params=params,
    )


def request(
    mn: str,
    pw: str,
    st: str,
    cn: str,
    params: Mapping[str, str] | None = None,
    *,
    qn: str | None = None,
    flag: int | None = 5,
) -> bytes:
    """A request of the host to a site.

    Parameters
    ----------
    mn, pw, st
        whom to ask, and for which system
    cn
        such as 2061 (history of hours)
    params
        such as BeginTime and EndTime, in order
    qn
        17 digits (`packets.stamp(now, 17)`); the site's answers repeat it
    flag
        5 for 2017, 9 for 2025; None for 2005 without Flag
    """
    return build(qn=qn, st=st, cn=cn, pw=pw, mn=mn, flag=flag, params=params)


def build(
    *,
    qn: str | None,
    st: str,
    cn: str,
    pw: str,
    mn: str,
    flag: int | None,
    params: Mapping[str, str] | None = None,
    items: Iterable[Item] = (),
) -> bytes:
    """A packet out of its parts; the generation follows from Flag."""
    packet = Packet(generation(flag), qn, st, cn, pw, mn, flag, params=dict(params or {}), items=tuple(items))
    return encode(packet)


def heartbeat(mn: str, pw: str, st: str, qn: str, *, flag: int = 9) -> bytes:
    """A heartbeat of a 2025 site; its ST, Flag and empty content are an assumption.

    Parameters
    ----------
    mn, pw, st
        of the site
    qn
        17 digits
    flag
        9 asks for the answer
    """
    return build(qn=qn, st=st, cn=rules().heartbeat, pw=pw, mn=mn, flag=flag)


def rounded(value: Decimal, decimals: int) -> str:
    """A value as a site sends it.

    Parameters
    ----------
    value
        exact
    decimals
        how many to send

    Rule: HJ 212-2025 (half-even, second-hand), `telemetry.hj212.rounding`.
    """
    way = ROUND_HALF_EVEN if rules().rounding == "half_even" else ROUND_HALF_UP
    return format(value.quantize(Decimal(1).scaleb(-decimals), rounding=way), "f")


def split(packet: Packet, most: int | None = None) -> list[Packet]:
    """A packet as parts none of which is longer than the standard allows; itself where it is short enough.

    Parameters
    ----------
    packet
        with factors; each part holds whole ones and repeats the parameters
    most
        bytes of a segment; without it the standard's

    Each part has a QN of its own, a millisecond later, and says in Flag that it is one.

    Rule: HJ 212-2017, appendix C.49.
    """
    bound = most or rules().most
    if len(segment_of(packet)) <= bound:
        return [packet]
    flag = (packet.flag or 4) | 2
    groups: list[list[Item]] = [[]]
    for item in packet.items:
        tried = packet._replace(items=(*groups[-1], item), flag=flag, pnum=9999, pno=9999)
        if groups[-1] and len(segment_of(tried)) > bound:
            groups.append([])
        groups[-1].append(item)
    first = instant(packet.qn)
    parts = []
    for number, group in enumerate(groups):
        qn = packet.qn if first is None else stamp(first + timedelta(milliseconds=number), 17)
        parts.append(packet._replace(items=tuple(group), flag=flag, pnum=len(groups), pno=number + 1, qn=qn))
    if any(len(segment_of(part)) > bound for part in parts):
        raise LantianError(f"a factor of {packet.mn} alone is longer than {bound} bytes.")
    return parts
