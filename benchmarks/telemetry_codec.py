"""HJ 212 packets to items: ours beside plain parsers, on the same packets, results compared first.

`python benchmarks/telemetry_codec.py` prints a table; its last line is JSON, which telemetry.py reads.

A search found no Python parser of HJ 212 on PyPI: the peers are two plain ones, `peer_hj212_plain.py`.
A task ends with the CRC checked and every name, value and mark told apart; "and rows" hands each value out as
(factor, field, text, mark), which is what the line stores; "and dictionaries" makes a dictionary a factor.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import peer_hj212_plain as plain

from lantian.telemetry.hj212 import Item, checksum, decode, encode, head, rows

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("LANTIAN_SHARED", ROOT.parent / "shared"))
sys.path.insert(0, str(ROOT))
DEVICES, HOURS, ROUNDS = 50, 24, 40


def hourly() -> list[bytes]:
    """Hourly packets of about 600 bytes: a flue-gas hour with values, devices and hours of its own."""
    from tests.telemetry.hj212.vectors import raw

    chance = random.Random(212)  # noqa: S311  values, not secrets
    packet = decode(raw("flue_gas_hour")).packet
    if packet is None:
        raise SystemExit("the vector does not read")
    made = []
    for hour in range(HOURS):
        for device in range(DEVICES):
            items = [
                Item(item.code, {name: _varied(text, chance) for name, text in item.fields.items()})
                for item in packet.items
            ]
            made.append(
                encode(
                    packet._replace(
                        qn=f"20261122{hour:02d}{chance.randrange(10**7):07d}",
                        mn=f"010000A8900016F0001{device:05X}",
                        params={"DataTime": f"20261122{hour:02d}0000"},
                        items=tuple(items),
                    )
                )
            )
    return made


def _varied(text: str, chance: random.Random) -> str:
    if not text[0].isdigit():
        return text if chance.random() < 0.97 else chance.choice("FMDCT")
    places = len(text.partition(".")[2])
    return f"{float(text) * chance.uniform(0.5, 1.6):.{places}f}"


def real() -> list[bytes]:
    """The vectors, and the real packets whose length and CRC are right."""
    from tests.telemetry.hj212.vectors import VECTORS, raw

    found = [raw(name) for name in VECTORS]
    path = SHARED / "data/hj212_packets/packets.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            found += [
                row["packet"].encode() + b"\r\n"
                for row in csv.DictReader(file)
                if row["crc_ok"] == row["len_ok"] == "True"
            ]
    return found


def compare(packets: list[bytes]) -> None:
    """Both decoders say the same of every packet, or the run ends."""
    for raw in packets:
        theirs = plain.by_table(raw)
        ours = decode(raw).packet
        if ours is None:
            raise SystemExit(f"not read: {raw!r}")
        params = {name: re.sub(r"(?<=^\d{14})\d{3}$", "", value) for name, value in theirs["params"].items()}
        same = (
            (ours.qn or "", ours.st, ours.cn, ours.pw, ours.mn)
            == (theirs.get("QN", ""), theirs["ST"], theirs["CN"], theirs["PW"], theirs["MN"])
            and dict(ours.params) == params
            and {item.code: dict(item.fields) for item in ours.items} == theirs["items"]
            and plain.by_bits(raw) == theirs
        )
        if not same:
            raise SystemExit(f"different: {raw!r}\n{ours}\n{theirs}")


def plain_rows(raw: bytes) -> list[tuple[str, str, str, str | None]]:
    """A plain packet's values, a row each."""
    return [
        (code, name, value, fields.get("Flag"))
        for code, fields in plain.by_table(raw)["items"].items()
        for name, value in fields.items()
        if name != "Flag"
    ]


def our_rows(raw: bytes) -> list[Any]:
    """Ours: CRC checked, head read, the values as the line stores them."""
    segment = raw[6:-6]
    if raw[-6:-2].upper() != checksum.printed(segment):
        raise ValueError("crc")
    return rows(segment, head(segment))


def _dictionaries(raw: bytes) -> list[Any]:
    """Ours, with every item asked for."""
    packet = decode(raw).packet
    return [] if packet is None else list(packet.items)


def taken(tasks: dict[str, Callable[[bytes], Any]], packets: list[bytes], rounds: int) -> dict[str, float]:
    """Microseconds a packet: the best of so many rounds, the tasks in turn, on the same machine."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, task in tasks.items():
            started = time.perf_counter()
            for raw in packets:
                task(raw)
            best[name] = min(best[name], (time.perf_counter() - started) / len(packets) * 1e6)
    return best


def measure() -> dict[str, Any]:
    """Compare, then time.

    Returns
    -------
    dict
        `codec_ratio` (hourly packets, ours against the fastest plain one), and the table `rows`:
        (packets, task, µs a packet, times ours)
    """
    table: list[tuple[str, str, float, float]] = []
    ratio = 0.0
    for title, packets in (("hourly, 600 bytes", hourly()), ("real and vectors", real())):
        compare(packets)
        for _ in range(8):
            for raw in packets[:200]:
                decode(raw), our_rows(raw)
        few = packets[:100]
        times = taken(
            {"ours": decode, "ours, and dictionaries": _dictionaries, "plain, CRC by table": plain.by_table},
            packets,
            ROUNDS if len(packets) > 200 else 99,
        )
        times |= taken({"plain, CRC by bits": plain.by_bits}, few, 3)
        for name, value in times.items():
            table.append((title, name, value, value / times["ours"]))
        spread = taken({"ours, and rows": our_rows, "plain, and rows": plain_rows}, packets, ROUNDS)
        for name, value in spread.items():
            table.append((title, name, value, value / spread["ours, and rows"]))
        if not ratio:
            ratio = min(value for name, value in times.items() if not name.startswith("ours")) / times["ours"]
    return {"codec_ratio": round(ratio, 2), "rows": table}


def show(found: dict[str, Any]) -> None:
    """The table, for a reader."""
    print(f"{'packets':<20}{'decoder':<25}{'µs a packet':>12}{'of ours':>10}")
    for title, name, value, times in found["rows"]:
        print(f"{title:<20}{name:<25}{value:>12.2f}{times:>9.1f}×")
    print(f"codec_ratio {found['codec_ratio']}")


if __name__ == "__main__":
    measured = measure()
    show(measured)
    print(json.dumps({"codec_ratio": measured["codec_ratio"]}))
