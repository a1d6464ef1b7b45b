"""Packets are stored once, kept whole, and versions of one value side by side."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import line_making as making
import pytest
from line_making import DAY, NOON, packet

from lantian.errors import LantianError
from lantian.telemetry.store import Arrival, Line, pack


def texts(line: Line, **wanted: object) -> list[str | None]:
    return line.values(**wanted)["text"].to_pylist()  # type: ignore[arg-type]


def test_a_packet_is_stored_once_and_its_digits_stay(line: Line) -> None:
    assert line.write([packet(), packet(), packet("A2")]) == ["stored", "duplicate", "stored"]
    assert line.write([packet()]) == ["duplicate"]
    row = line.values(places=["A1"]).to_pylist()[0]
    assert (row["place"], row["time"], row["cn"], row["st"]) == ("A1", NOON, "2061", "31")
    assert (row["factor"], row["field"], row["text"], row["value"]) == ("a21026", "Avg", "12.40", 12_400_000)
    assert row["mark"] == "N"
    assert (row["qn"], row["seq"], row["received_at"], row["quality"]) == ("20261122120000001", 1, NOON, None)


def test_what_was_stored_is_known_after_a_restart_and_after_compaction(tmp_path: Path) -> None:
    for _ in range(2):
        line = Line.open(tmp_path, create=True, limits=making.LIMITS)
        line.write([packet()])
        assert line.newest == 1
        line.close()
    line = Line.open(tmp_path, limits=making.LIMITS)
    assert line.compact(NOON + DAY).packets == 1
    assert line.write([packet(at=NOON + timedelta(minutes=5))]) == ["duplicate"]
    assert line.compact(NOON + 40 * DAY).packets == 0
    # Longer than the rule remembers: another version with the same values, and no other figure.
    assert line.write([packet(at=NOON + 40 * DAY)]) == ["stored"]
    assert texts(line) == ["12.40"]
    line.close()


def test_other_content_under_the_same_number_is_a_new_version(line: Line) -> None:
    assert line.write([packet(), packet(items={"a21026-Avg": "13.1"})]) == ["stored", "stored"]
    assert texts(line) == ["13.1"]
    assert texts(line, versions="all") == ["12.40", "13.1"]


def test_the_same_packet_with_another_password_or_flag_is_the_same(line: Line) -> None:
    other = packet().segment.replace(b"PW=123456", b"PW=654321").replace(b"Flag=5", b"Flag=4")
    assert line.write([packet(), dataclasses.replace(packet(), segment=other)]) == ["stored", "duplicate"]


@pytest.mark.parametrize(("later", "resent", "outcome"), [
    (timedelta(minutes=59), False, "duplicate"),
    (timedelta(minutes=61), False, "replayed"),
    (timedelta(minutes=61), True, "duplicate"),
    (timedelta(days=-1), False, "duplicate"),
])  # fmt: skip
def test_a_late_repetition_is_a_replay_and_is_shown(
    line: Line, later: timedelta, *, resent: bool, outcome: str
) -> None:
    line.write([packet()])
    assert line.write([packet(at=NOON + later, resent=resent)]) == [outcome]
    shown = [(refused.mn, refused.reason, refused.count) for refused in line.refusals()]
    assert shown == ([("A1", "replayed", 1)] if outcome == "replayed" else [])
    assert b"123456" not in b"".join(refused.excerpt for refused in line.refusals())
    assert texts(line, versions="all") == ["12.40"]


def test_a_packet_without_number_and_time_is_kept_each_time_it_comes(line: Line) -> None:
    arrivals = [packet(time=None, qn=None, at=NOON + timedelta(seconds=n)) for n in (0, 0, 1)]
    assert line.write(arrivals) == ["stored", "duplicate", "stored"]
    rows = line.values().to_pylist()
    assert [row["time"] for row in rows] == [NOON, NOON + timedelta(seconds=1)]
    assert {row["quality"] for row in rows} == {"no_data_time"}


@pytest.mark.parametrize(
    "time", [datetime(1970, 1, 1, tzinfo=UTC), NOON + 400 * DAY, datetime.max.replace(tzinfo=UTC)]
)
def test_a_time_that_is_none_is_when_it_came(line: Line, time: datetime) -> None:
    assert line.write([dataclasses.replace(packet(), time=time)]) == ["stored"]
    row = line.values().to_pylist()[0]
    assert (row["time"], row["quality"]) == (NOON, "absurd_data_time")
    assert line.compact(NOON + DAY).values == 1
    assert line.values().to_pylist() == [row]


def test_one_odd_packet_costs_no_other(line: Line) -> None:
    odd = [
        dataclasses.replace(packet("A2"), place="A\udc80\0", qn="\ud800", pno=10**30),
        dataclasses.replace(packet("A3"), segment=b"\xff\0CP=&&&&"),
    ]
    assert line.write([packet(), *odd, packet("A6")]) == ["stored"] * 4
    assert line.newest == 4
    assert line.values(places=["A1", "A6"]).num_rows == 2


def test_a_row_the_table_refuses_is_told_and_can_come_again(line: Line) -> None:
    with line.packets.file.writing() as connection:
        connection.execute(
            "CREATE TRIGGER no BEFORE INSERT ON packet WHEN NEW.place = 'B' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    assert line.write([packet(), packet("B"), packet("C")]) == ["stored", "refused", "stored"]
    assert [refused.reason for refused in line.refusals()] == ["refused"]
    with line.packets.file.writing() as connection:
        connection.execute("DROP TRIGGER no")
    assert line.write([packet("B"), packet("C")]) == ["stored", "duplicate"]
    assert sorted(line.values()["place"].to_pylist()) == ["A1", "B", "C"]


def test_content_that_cannot_be_read_is_kept_and_says_so(line: Line) -> None:
    broken = dataclasses.replace(packet("A2"), protocol="rows", segment=b"{")
    rows = [("d20105", "Rtd", "3.50", "N", None), ("", "meter", None, None, "value_missing")]
    told = dataclasses.replace(packet("A3"), protocol="rows", segment=pack(rows))
    assert line.write([broken, told]) == ["stored", "stored"]
    found = [
        (r["place"], r["factor"], r["field"], r["text"], r["quality"]) for r in line.values().to_pylist()
    ]
    assert found == [
        ("A2", "", "CP", None, "unreadable"),
        ("A3", "", "meter", None, "value_missing"),
        ("A3", "d20105", "Rtd", "3.50", None),
    ]


def test_nothing_is_stored_of_a_group_that_was_interrupted(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line.packets, "_note", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        line.write([packet()])
    monkeypatch.undo()
    assert line.newest == 0
    assert line.write([packet()]) == ["stored"]


def test_it_is_durable_when_write_returns(line: Line) -> None:
    with line.packets.file.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    line.write([packet()])
    other = sqlite3.connect(line.packets.file.path)
    assert other.execute("SELECT count(*) FROM packet").fetchone() == (1,)
    other.close()


def test_a_folder_without_a_line_says_so(tmp_path: Path) -> None:
    with pytest.raises(LantianError, match="no line here"):
        Line.open(tmp_path)
    with pytest.raises(LantianError, match="no such folder"):
        Line.open(tmp_path / "nothing")


def test_a_lost_hot_file_never_uses_a_number_again(tmp_path: Path) -> None:
    line = Line.open(tmp_path, create=True, limits=making.LIMITS)
    line.write(making.history())
    line.compact(NOON + DAY)
    before, newest = line.values(versions="all"), line.newest
    line.close()
    for file in (tmp_path / "lake" / "hot").glob("line.sqlite*"):
        file.unlink()
    line = Line.open(tmp_path, create=True, limits=making.LIMITS)
    assert line.values(versions="all").equals(before)
    line.write([packet("new")])
    assert line.newest == newest + 1
    assert "new" in line.values()["place"].to_pylist()
    line.close()


def test_an_arrival_names_its_protocol() -> None:
    assert Arrival("A", None, "", "", None, None, False, NOON, b"").protocol == "hj212"
