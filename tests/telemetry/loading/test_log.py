"""Logs and files of packets: what is good is in the line once, when the log says it came."""

from __future__ import annotations

import gzip
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.cli import cli
from lantian.telemetry.hj212 import crc
from lantian.telemetry.loading import Loaded, load_log
from lantian.telemetry.store import Device, Line

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MN = "88888880000001"


@pytest.fixture
def line(tmp_path: Path):
    found = Line.open(tmp_path / "office", create=True)
    found.devices.put(Device(MN, password="123456"))
    yield found
    found.close()


def packet(value: str = "1.5", *, mn: str = MN, pw: str = "123456", head: str = "", cn: str = "2011",
           st: str = "31", cp: str | None = None) -> bytes:  # fmt: skip
    told = f"DataTime=20261122081500;a21026-Rtd={value},a21026-Flag=N" if cp is None else cp
    segment = f"{head}ST={st};CN={cn};PW={pw};MN={mn};Flag=4;CP=&&{told}&&".encode()
    return b"##%04d%s%04X\r\n" % (len(segment), segment, crc(segment))


def load(line: Line, data: bytes, **asked) -> Loaded:
    return load_log(io.BytesIO(data), line, **{"name": "a.log", "now": NOW} | asked)


def came(line: Line) -> set[datetime]:
    return set(line.values()["received_at"].to_pylist())


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (b"[2026-11-22 08:16:03]\r\n", datetime(2026, 11, 22, 0, 16, 3, tzinfo=UTC)),
        (b"2026/11/22 08:16:03,250 INFO rx ", datetime(2026, 11, 22, 0, 16, 3, 250_000, tzinfo=UTC)),
        (b"2026-11-22T00:16:03Z ", datetime(2026, 11, 22, 0, 16, 3, tzinfo=UTC)),
        (b"2026-11-22T02:16:03+0200 ", datetime(2026, 11, 22, 0, 16, 3, tzinfo=UTC)),
        (b"2026-11-22 08:16:03\n[2026-13-45 99:00:00] ", datetime(2026, 11, 22, 0, 16, 3, tzinfo=UTC)),
        (b"2026-11-22 08:16:03 x\n" + b"0000FF\n" * 20_000, datetime(2026, 11, 22, 0, 16, 3, tzinfo=UTC)),
        (b"no time at all\n", NOW),
    ],
)
def test_a_packet_came_when_the_newest_stamp_above_it_says(line, stamp, at):
    assert load(line, stamp + packet()).taken == 1
    assert came(line) == {at}


def test_the_same_file_again_adds_nothing_even_after_years_and_from_parquet(line):
    data = b"[2020-01-05 10:00:00]\n" + packet() + packet() + b"[2020-01-05 12:00:00]\n" + packet("2")
    first = load(line, data)
    assert (first.taken, first.known) == (2, 1)
    # Compaction forgets what came long ago; only Parquet still knows it.
    line.compact(NOW)
    with line.packets.file.reading() as connection:
        assert connection.execute("SELECT count(*) FROM seen").fetchone() == (0,)
    again = load(line, data)
    assert (again.taken, again.known) == (0, 3)
    assert load(line, data + packet("3")).taken == 1
    # Read again is not replayed: nothing is held against the device.
    assert line.refusals() == []


def test_a_file_without_stamps_is_no_live_packet_and_no_replay_the_next_day(line):
    load(line, packet())
    again = load(line, packet(), now=NOW + timedelta(days=1))
    assert (again.taken, again.known) == (0, 1)
    assert line.refusals() == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (packet()[:-6] + b"0000\r\n", "crc"),
        (packet(mn="4201003"), "unknown_device"),
        (packet(pw="654321"), "wrong_password"),
        (packet(st="22"), "other_system"),
        (b"[2027-01-01 00:00:00]" + packet(), "future"),
        (packet(cp="a21026-Rtd=1.5"), "no_time"),
    ],
)
def test_what_is_refused_is_listed_with_its_line_and_costs_no_good_one(line, data, code):
    line.devices.put(Device(MN, password="123456", st=frozenset({"31"})))
    loaded = load(line, b"begin\nof a log\n" + data + b"[2026-11-22 08:20:00]\n" + packet("7"))
    assert [(one.code, one.row) for one in loaded.refusals] == [(code, 3)]
    assert loaded.taken == 1
    assert [row["text"] for row in line.values(fields=["Rtd"]).to_pylist()] == ["7"]


def test_a_blocked_device_stays_blocked_and_one_without_password_is_opened_by_none(line):
    line.devices.block(MN)
    line.devices.put(Device("bare"))
    loaded = load(line, packet() + packet(mn="bare", pw=""), enrol=True)
    assert [one.code for one in loaded.refusals] == ["blocked", "wrong_password"]
    assert loaded.taken == 0


def test_enrol_takes_in_unconfirmed_and_its_password_holds_from_then_on(line):
    data = b"[2026-11-22 08:16:03]\n" + packet(mn="4201003") + packet(mn="4201003", pw="other")
    loaded = load(line, data, enrol=True)
    assert (loaded.taken, [one.code for one in loaded.refusals]) == (1, ["wrong_password"])
    device = line.devices.get("4201003")
    assert (device.state, device.counters["stored"]) == ("unconfirmed", 1)
    assert device.last_data_time == datetime(2026, 11, 22, 0, 15, tzinfo=UTC)


def test_answers_heartbeats_and_the_hosts_side_are_passed_over(line):
    data = packet(cn="9014", cp="") + packet(cn="9015", cp="") + packet(st="91", cn="9014", cp="QnRtn=1")
    loaded = load(line, data + packet())
    assert (loaded.passed, loaded.taken, loaded.refusals) == (3, 1, [])


def test_the_command_reads_gzip_and_reports(tmp_path, line):
    path = tmp_path / "rx.log.gz"
    path.write_bytes(gzip.compress(b"[2026-11-22 08:16:03]\n" + packet() + packet(mn="nobody")))
    report = tmp_path / "refused.csv"
    asked = ["telemetry", "load", "log", "--data", str(tmp_path / "office")]
    told = CliRunner().invoke(cli, [*asked, str(path), "--report", str(report)])
    assert told.exit_code == 0, told.output
    assert "1 taken, 0 known before, 1 refused" in told.output
    assert "unknown_device" in report.read_text(encoding="utf-8-sig")
    missing = CliRunner().invoke(cli, [*asked[:-1], str(tmp_path / "new"), "none.log"])
    assert missing.exit_code != 0
    assert not (tmp_path / "new").exists()


@pytest.mark.shared
def test_a_receivers_real_logs_give_each_packet_once(shared, tmp_path):
    line = Line.open(tmp_path / "other", create=True)
    folder = shared / "data/hj212_packets"
    debug = gzip.decompress((folder / "rx_log_debug_2020.log.gz").read_bytes())
    release = (folder / "rx_log_release_2020.log").read_bytes()
    # By hand: the newest stamp before each distinct packet's first showing.
    expected: dict[bytes, str] = {}
    for data in (debug, release):
        for match in re.finditer(rb"##\d{4}([^\r\n]*)", data):
            stamp = re.findall(rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\]", data[: match.start()])[-1]
            expected.setdefault(match[1], stamp.decode())
    loaded = [load(line, data, enrol=True) for data in (debug, release)]
    assert [one.refusals for one in loaded] == [[], []]
    assert sum(one.taken for one in loaded) == len(expected) == 6
    assert sum(one.taken + one.known for one in loaded) == 53
    local = {f"{at + timedelta(hours=8):%Y-%m-%d %H:%M:%S}" for at in came(line)}
    assert local == set(expected.values())
    line.close()
