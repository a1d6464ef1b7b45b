"""`lantian telemetry simulate`: packets into a file, registers, and what it says when it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lantian.cli import run
from lantian.telemetry import hj212


def simulate(*words: str) -> int:
    return run(["telemetry", "simulate", *words])


def frames(path: Path) -> list[hj212.Frame]:
    framer = hj212.Framer()
    return framer.feed(path.read_bytes()) + framer.flush()


def test_packets_go_to_a_file_the_same_for_the_same_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again, other = (tmp_path / name for name in ("a.txt", "b.txt", "c.txt"))
    for path, seed in ((first, "5"), (again, "5"), (other, "6")):
        assert (
            simulate(
                "--devices", "3", "--sites", "dust=1", "--hours", "2", "--seed", seed, "--out", str(path)
            )
            == 0
        )
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
    found = frames(first)
    assert all(frame.kind == "packet" for frame in found)
    assert f"{len(found)} packets of 4 simulated loggers" in capsys.readouterr().err
    assert len({hj212.head(frame.segment).mn for frame in found}) == 4


def test_faults_are_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    words = "bad_crc=0.1,garbage=0.1,no_flag=0.1,clock_off=0.1,unknown_mn=0.1"
    assert simulate("--devices", "4", "--hours", "4", "--faults", words, "--out", str(path)) == 0
    found = frames(path)
    assert any(frame.kind == "junk" for frame in found)
    assert any(frame.crc == "bad" for frame in found)
    heads = [hj212.head(frame.segment) for frame in found if frame.kind == "packet"]
    assert len({head.mn for head in heads}) > 4
    assert any(head.flag is None for head in heads)


def test_the_loggers_are_told_and_registered(tmp_path: Path) -> None:
    from lantian.telemetry.store import Line

    listing, data = tmp_path / "loggers.jsonl", tmp_path / "data"
    assert (
        simulate("--devices", "6", "--forge", "frozen=0.5", "--list", str(listing), "--register", str(data))
        == 0
    )
    rows = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 6
    assert all(row["name"].startswith("模拟") for row in rows)
    assert any(row["forgery"] == "frozen" for row in rows)
    line = Line.open(data)
    try:
        devices = {device.mn: device for device in line.devices.all()}
    finally:
        line.close()
    assert devices.keys() == {row["mn"] for row in rows}
    for row in rows:
        assert devices[row["mn"]].accepts(row["password"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "nowhere to send to"),
        (["--port", "9", "--out", "x"], "Leave one out"),
        (["--port", "1", "--devices", "1"], "nobody answers"),
        (["--out", "x", "--faults", "often"], "no rate from 0 to 1"),
        (["--out", "x", "--forge", "frozen"], "no NAME=NUMBER"),
        (["--out", "x", "--forge", "magic=0.5"], "no forgery"),
        (["--out", "x", "--sites", "moon=1"], "no site"),
        (["--out", "x", "--devices", "0"], "nobody is to speak"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert simulate(*words) != 0
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
