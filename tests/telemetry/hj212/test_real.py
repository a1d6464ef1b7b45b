"""Real packets and a receiver's real logs: classified as labelled, every byte accounted for."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import pytest

from lantian.telemetry.hj212 import decode, decode_frame
from lantian.telemetry.hj212.notation import frames, from_json, to_json

pytestmark = pytest.mark.shared
FOLDER = "data/hj212_packets"


def test_33_packets_are_classified_as_labelled(shared: Path) -> None:
    with (shared / FOLDER / "packets.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == 33
    kinds: Counter[str] = Counter()
    for row in listed:
        decoded = decode(row["packet"].encode() + b"\r\n")
        codes = {fault.code for fault in decoded.faults}
        kinds[decoded.crc] += 1
        assert (decoded.crc == "ok") == (row["crc_ok"] == "True"), row["packet"]
        assert ("length_wrong" not in codes) == (row["len_ok"] == "True"), row["packet"]
        packet = decoded.packet
        assert packet is not None
        assert (packet.st, packet.cn, packet.mn, packet.qn or "") == (
            row["st"],
            row["cn"],
            row["mn"],
            row["qn"],
        )
        assert packet.items or packet.params
    assert kinds == {"ok": 23, "modbus_swapped": 3, "bad": 7}


@pytest.mark.parametrize(
    ("name", "packets", "crcs"),
    [
        ("rx_log_debug_2020.log.gz", 50, {"ok", "modbus_swapped"}),
        ("rx_log_release_2020.log", 3, {"ok", "modbus_swapped"}),
    ],
)
def test_a_receivers_log_is_told_to_the_last_byte(
    shared: Path, name: str, packets: int, crcs: set[str]
) -> None:
    data = (shared / FOLDER / name).read_bytes()
    data = gzip.decompress(data) if name.endswith(".gz") else data
    found = list(frames(io.BytesIO(data)))
    assert b"".join(frame.raw for frame in found) == data
    sent = [frame for frame in found if frame.kind == "packet"]
    assert len(sent) == packets == data.count(b"##")
    assert {frame.crc for frame in sent} == crcs
    for frame in sent:
        packet = decode_frame(frame).packet
        assert packet is not None
        assert packet.items
    # The other traffic is there as junk, none of it lost: Modbus TCP as hexadecimal lines.
    junk = b"".join(frame.raw for frame in found if frame.kind == "junk")
    assert len(junk) == len(data) - sum(len(frame.raw) for frame in sent)
    assert junk.count(b"00000006010400") > 300
    assert b"".join(from_json(to_json(frame)) for frame in found) == data
