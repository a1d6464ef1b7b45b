"""Packets of real loggers: stored whole, and each value that can be read comes out with its digits."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from line_making import DAY, NOON

from lantian.telemetry import hj212
from lantian.telemetry.store import Arrival, Line, export

pytestmark = pytest.mark.shared


def arrivals(folder: Path) -> list[Arrival]:
    with (folder / "packets.csv").open(encoding="utf-8", newline="") as file:
        sent = [row["packet"].encode() + b"\r\n" for row in csv.DictReader(file)]
    sent.append((folder / "rx_log_release_2020.log").read_bytes())
    found = []
    for stream in sent:
        for frame in hj212.Framer().feed(stream):
            if frame.kind != "packet":
                continue
            head = hj212.head(frame.segment)
            time = hj212.instant(head.data_time) if head.data_time else None
            found.append(
                Arrival(head.mn, time, head.st, head.cn, head.qn, head.pno, head.resent, NOON, frame.segment)
            )
    return found


def test_real_packets_come_out_as_they_went_in(line: Line, shared: Path) -> None:
    packets = arrivals(shared / "data" / "hj212_packets")
    assert len(packets) > 30
    outcomes = line.write(packets)
    assert set(outcomes) <= {"stored", "duplicate"}
    assert line.write(packets) == ["duplicate"] * len(packets)
    kept = [packet for packet, outcome in zip(packets, outcomes, strict=True) if outcome == "stored"]
    values = line.values(versions="all")
    assert line.newest == len(kept)
    by_packet: dict[int, dict[tuple[str, str], str | None]] = {}
    for row in values.to_pylist():
        by_packet.setdefault(row["seq"], {})[row["factor"], row["field"]] = row["text"]
    read = 0
    for seq, packet in enumerate(kept, 1):
        for code, field, text, _, _ in hj212.rows(packet.segment, hj212.head(packet.segment)):
            assert by_packet[seq][code, field] == text
            read += text is not None
    assert read > 300
    before = "".join(export(line))
    assert all(json.loads(text)["version"] >= 1 for text in before.splitlines())
    assert line.compact(NOON + DAY).packets == len(kept)
    assert "".join(export(line)) == before
    assert line.values(versions="all").equals(values)
