"""The content of a packet as rows of a table: a row a value."""

from __future__ import annotations

from lantian.telemetry.hj212 import sm4
from lantian.telemetry.hj212.framing import sealed
from lantian.telemetry.hj212.heads import Head
from lantian.telemetry.hj212.layouts import quick_rows
from lantian.telemetry.hj212.packets import Row
from lantian.telemetry.hj212.reading import missing, read

_NO_ROWS = frozenset(("DataTime",))
_OF_VALUES = frozenset(("value_missing", "value_not_number", "factor_repeated", "mark_unknown", "time_bad"))


def rows(segment: bytes, head: Head, *, key: bytes | None = None, printed: str = "") -> list[Row]:
    """The values of a packet, a row each.

    Parameters
    ----------
    segment
        the data segment, plain or encrypted
    head
        its head
    key, printed
        for an encrypted segment: the device's SM4 key, and the CRC as sent

    Returns
    -------
    list of (factor, field, text, mark, quality)
        `factor` as sent, empty for facts a command carries (RestartTime, SystemTime, PolId …; DataTime
        makes no row); `text` as sent, None where the site sent a sign for no value; `mark` the factor's
        Flag; a row with field Flag only where the factor has nothing else; `quality` codes of faults of
        this value, by commas. A segment that cannot be opened gives one row: factor "", field "CP",
        quality `cipher_no_key`.
    """
    if head.generation == 2025 and sealed(segment):
        plain = sm4.unseal(segment, key, printed) if key else None
        if plain is None:
            return [("", "CP", None, None, "cipher_wrong_key" if key else "cipher_no_key")]
        segment = plain
    prepared = quick_rows(segment, head.cp[0], head[2:5])
    return _carefully(segment) if prepared is None else prepared


def _carefully(segment: bytes) -> list[Row]:
    packet, faults = read(segment)
    odd: dict[str, str] = {}
    for fault in faults:
        if fault.code in _OF_VALUES:
            name = fault.what.partition("=")[0]
            odd[name] = f"{odd[name]},{fault.code}" if name in odd else fault.code
    found: list[Row] = [
        ("", name, None if missing(value) else value, None, odd.get(name))
        for name, value in packet.params.items()
        if name not in _NO_ROWS
    ]
    for code, sent, _ in packet.items:
        mark = sent.get("Flag")
        for name, value in sent.items():
            if name == "Flag" and len(sent) > 1:
                continue
            nothing = missing(value) and name != "Flag"
            found.append(
                (code, name, None if nothing else value, mark, odd.get(f"{code}-{name}") or odd.get(code))
            )
    return found
