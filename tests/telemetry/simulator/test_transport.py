"""Faults of transport are the faults they are called."""

from __future__ import annotations

from datetime import datetime

import pytest

from lantian.errors import LantianError
from lantian.telemetry import hj212
from lantian.telemetry.simulator.plants import Plant, province
from lantian.telemetry.simulator.sender import Draft, Sender
from lantian.telemetry.simulator.transport import FAULTS, Troubles, rates


@pytest.fixture(scope="module")
def plant() -> Plant:
    return next(p for p in province(20, 1) if p.generation == 2017)


@pytest.fixture
def draft(start: datetime) -> Draft:
    return Draft(start, start, "2061", "31", "20261101000000", ("a21026-Avg=12.4,a21026-Flag=N",))


@pytest.fixture
def raw(plant: Plant, draft: Draft) -> bytes:
    return next(iter(Sender(plant).send(draft))).raw


def frames(data: bytes) -> list[hj212.Frame]:
    framer = hj212.Framer()
    return framer.feed(data) + framer.flush()


@pytest.mark.parametrize(
    ("kind", "crc"), [("bad_crc", "bad"), ("modbus_crc", "modbus"), ("swapped_crc", "modbus_swapped")]
)
def test_checks_are_wrong_as_told(raw: bytes, kind: str, crc: str) -> None:
    troubles = Troubles({}, 1)
    told = {frames(b"".join(troubles.spoil(raw, kind).writes))[0].crc for _ in range(20)}
    assert crc in told
    assert "ok" not in told


def test_pieces_make_the_packet_again(raw: bytes) -> None:
    spoiled = Troubles({}, 2).spoil(raw, "split")
    assert len(spoiled.writes) > 1
    assert b"".join(spoiled.writes) == raw


def test_half_is_half_and_garbage_comes_before(raw: bytes) -> None:
    troubles = Troubles({}, 3)
    half = troubles.spoil(raw, "half").writes[0]
    assert raw.startswith(half)
    assert len(half) < len(raw) - 11
    garbage = troubles.spoil(raw, "garbage").writes
    assert garbage[-1] == raw
    assert len(garbage[0]) > 0
    assert troubles.spoil(raw, "duplicate").writes == (raw, raw)
    assert troubles.spoil(raw, "wrong_length").writes[0] != raw


def test_strangers_have_a_right_check_and_a_wrong_name(plant: Plant, raw: bytes) -> None:
    troubles = Troubles({}, 4)
    for _ in range(20):
        wrong = hj212.decode(troubles.stranger(raw, plant.password, "wrong_password")).packet
        assert wrong is not None
        assert wrong.mn == plant.mn
        assert wrong.pw != plant.password
        unknown = hj212.decode(troubles.stranger(raw, plant.password, "unknown_mn")).packet
        assert unknown is not None
        assert unknown.mn != plant.mn
        assert unknown.pw == plant.password


def test_a_wrong_clock_moves_number_and_data_time_together(draft: Draft) -> None:
    moved = Troubles({}, 5).misdate(draft, draft.site)
    off = moved.site - draft.site
    assert abs(off.total_seconds()) > 600
    told = hj212.instant(moved.data_time)
    before = hj212.instant(draft.data_time)
    assert told is not None
    assert before is not None
    assert abs((told - before - off).total_seconds()) <= 1


def test_rates_are_kept() -> None:
    troubles = Troubles({"split": 0.3, "half": 0.1}, 1)
    drawn = [troubles.draw() for _ in range(4000)]
    assert drawn.count("split") / 4000 == pytest.approx(0.3, abs=0.03)
    assert drawn.count("half") / 4000 == pytest.approx(0.1, abs=0.02)
    assert set(drawn) == {"", "split", "half"}
    assert Troubles({}, 1).draw() == ""


def test_rates_are_read_as_people_write_them() -> None:
    assert rates("") == {}
    assert sum(rates("0.14").values()) == pytest.approx(0.14)
    assert rates("0.14").keys() == FAULTS.keys()
    assert rates("split=0.1, half=0.02") == {"split": 0.1, "half": 0.02}


@pytest.mark.parametrize("words", ["2", "-1", "many", "split=x", "magic=0.1", "split=1.5"])
def test_nonsense_is_refused(words: str) -> None:
    with pytest.raises(LantianError):
        rates(words)


def test_rates_above_one_in_sum_are_refused() -> None:
    with pytest.raises(LantianError, match="more than one"):
        Troubles({"split": 0.7, "half": 0.7}, 1)
