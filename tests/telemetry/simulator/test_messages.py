"""Packets of a case pass the strict decoder and say what the case says."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from lantian.telemetry import hj212
from lantian.telemetry.series import series_of
from lantian.telemetry.simulator import province, simulate
from lantian.telemetry.simulator.messages import Menu, messages, packets
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.sender import LARGEST, Draft, Sender
from lantian.telemetry.simulator.sites import site_messages, sites
from lantian.telemetry.simulator.tables import table
from lantian.telemetry.truth.case import FLOW, NOX, O2
from lantian.telemetry.values import VALUES

MENU = Menu(realtime=timedelta(minutes=10))


@pytest.fixture(scope="module")
def plants() -> list[Plant]:
    """Some of each generation, encrypted ones among them."""
    found = province(40, 12)
    return [*[p for p in found if p.generation == 2005][:2], *[p for p in found if p.generation == 2017][:2],
            *[p for p in found if p.encrypted][:2]]  # fmt: skip


def test_every_packet_passes_the_strict_decoder(plants: list[Plant], start: datetime) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for plant in plants:
        case = simulate(plant, start, 1, seed=2)
        for message in messages(case, plant, MENU):
            decoded = hj212.decode(message.raw, strict=True, key=plant.sm4_key)
            assert decoded.packet is not None, (message.raw, [f.words for f in decoded.faults])
            packet = decoded.packet
            assert (packet.mn, packet.cn, packet.st) == (plant.mn, message.cn, message.st)
            assert (packet.qn, packet.pw) == (message.qn, plant.password)
            assert packet.generation == plant.generation
            assert len(message.raw) <= LARGEST + 12
            seen[message.st, message.cn] += 1
    assert set(seen) >= {("31", "2011"), ("31", "2051"), ("31", "2061"), ("31", "2031"), ("31", "2041"),
                         ("31", "2021"), ("44", "2011"), ("45", "2011"), ("31", "9015")}  # fmt: skip


def test_packets_leave_in_order_and_no_number_is_given_twice(plants: list[Plant], start: datetime) -> None:
    for plant in plants[:4]:
        sent = list(messages(simulate(plant, start, 2, seed=3), plant))
        repeats = len(sent) - len({m.raw for m in sent})
        assert len({m.qn for m in sent}) == len(sent) - repeats
        times = [m.at for m in sent]
        assert sum(b < a - timedelta(seconds=11) for a, b in pairwise(times)) == 0


def test_what_is_encrypted_cannot_be_read_without_the_key(plants: list[Plant], start: datetime) -> None:
    plant = next(p for p in plants if p.encrypted)
    raw = next(packets(simulate(plant, start, 1, seed=1), plant))
    assert b"DataTime" not in raw
    assert hj212.decode(raw, key=plant.sm4_key).packet is not None


def test_long_packets_go_in_parts_that_repeat_the_data_time(power: Plant, start: datetime) -> None:
    groups = tuple(f"a2{n:04d}-Avg={n}.5,a2{n:04d}-Flag=N" for n in range(90))
    draft = Draft(start, start, "2061", "31", "20261101000000", groups)
    parts = list(Sender(power).send(draft))
    assert len(parts) > 2
    numbers = []
    told: list[str] = []
    for part in parts:
        packet = hj212.decode(part.raw, key=power.sm4_key).packet
        assert packet is not None
        assert packet.pnum == len(parts)
        assert packet.data_time == "20261101000000"
        assert len(part.raw) <= LARGEST + 12
        numbers.append(packet.pno)
        told += [item.code for item in packet.items]
    assert numbers == list(range(1, len(parts) + 1))
    assert told == [f"a2{n:04d}" for n in range(90)]


def test_supplements_of_2025_say_so(start: datetime) -> None:
    resent = late = 0
    for plant in [p for p in province(60, 3) if p.generation == 2025][:4]:
        case = simulate(plant, start, 12, seed=1)
        assert case.arrivals is not None
        late += int((case.arrivals.delay - case.arrivals.qn_gap > 1500).sum())
        resent += sum(b";RF=1;" in raw for raw in packets(case, plant, Menu(power=False)))
    assert late > 0
    assert resent >= late


def test_the_table_is_what_the_packets_say(plants: list[Plant], start: datetime) -> None:
    for plant in plants[::2]:
        case = simulate(plant, start, 1, seed=5)
        rows = table(case, plant)
        assert rows.schema == VALUES
        told = {
            (r["st"], r["cn"], hj212.stamp(r["time"]), r["factor"], r["field"], r["text"], r["mark"])
            for r in rows.to_pylist()
        }
        said = set()
        for message in messages(case, plant, Menu(heartbeat=None)):
            decoded = hj212.decode(message.raw, key=plant.sm4_key)
            head = hj212.head(decoded.segment)
            for factor, field, text, mark, _ in hj212.rows(decoded.segment, head):
                said.add((message.st, message.cn, head.data_time, factor, field, text, mark))
        assert said == told


def test_the_table_gives_the_series_back(sinter: Plant, start: datetime) -> None:
    case = simulate(sinter, start, 4, seed=6)
    rows = table(case, sinter)
    end = start + timedelta(days=4)
    back = series_of(rows, sinter.mn, "2051", start=start, end=end, step=timedelta(minutes=10))
    for factor in (NOX, O2, FLOW):
        assert np.allclose(back.of(f"{factor}-Avg"), case.minutes.of(f"{factor}-Avg"), equal_nan=True)
        assert np.array_equal(back.marks_of(factor), case.minutes.marks_of(factor))
    hours = series_of(rows, sinter.mn, "2061", start=start, end=end, step=timedelta(hours=1))
    assert np.allclose(hours.of(f"{NOX}-Cou"), case.hours.of(f"{NOX}-Cou"), equal_nan=True)
    assert rows["seq"].to_pylist() == list(range(1, len(rows) + 1))
    received = rows["received_at"].to_pylist()
    assert received == sorted(received)


@pytest.mark.parametrize("kind", ["dust", "ambient"])
def test_sites_pass_the_strict_decoder(kind: str, start: datetime) -> None:
    for site in sites(kind, 3, 1):
        sent = list(site_messages(site, start, 0.25, seed=1))
        assert {m.cn for m in sent} == {"2051", "2061"}
        for message in sent[:: max(1, len(sent) // 25)]:
            packet = hj212.decode(message.raw, strict=True).packet
            assert packet is not None
            assert packet.st == {"dust": "39", "ambient": "22"}[kind]
            fine, coarse = packet.item("a34004"), packet.item("a34002")
            assert fine is not None
            assert coarse is not None
            assert 0 < float(fine.fields["Avg"]) < float(coarse.fields["Avg"])
