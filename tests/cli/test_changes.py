"""`lantian changes`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lantian.cli import run

SAMPLES = Path(__file__).parents[2] / "docs/samples"


@pytest.fixture
def store(tmp_path: Path) -> str:
    folder = tmp_path / "air"
    assert run(["import", "ambient", str(SAMPLES / "hours.csv"), "--store", str(folder)]) == 0
    return str(folder)


def test_frozen_then_corrected(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frozen = str(tmp_path / "june.json")
    assert run(["changes", "--store", store, "--period", "2025-06", "--freeze", frozen]) == 0
    capsys.readouterr()
    assert run(["changes", "--store", store, "--since", frozen]) == 0
    assert capsys.readouterr().out.startswith("2025-06: 0 figures moved")
    later = tmp_path / "later.csv"
    head, *lines = (SAMPLES / "hours.csv").read_text("utf-8").splitlines()
    of_day = [line.split(",") for line in lines if line.startswith("临汾,2025-06-10 ")]
    changed = [",".join([*cells[:-1], "200"]) for cells in of_day]
    later.write_text("\n".join([head, *changed]) + "\n", "utf-8")
    assert run(["import", "ambient", str(later), "--store", store]) == 0
    capsys.readouterr()
    assert run(["changes", "--store", store, "--since", frozen, "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    moved = {(one["place"], one["figure"], one["date"]): one for one in body["changes"]}
    aqi = moved["临汾", "aqi", "2025-06-10"]
    assert [cause["kind"] for cause in aqi["causes"]] == ["correction"]
    assert aqi["causes"][0]["source"] == "later.csv"
    assert ("临汾", "pm2_5", None) in moved
    assert run(["changes", "--store", store, "--period", "2025-06", "--since-version", "1", "--no-days"]) == 0
    out = capsys.readouterr().out
    assert "correction: data version 2, later.csv" in out
    assert "aqi" not in out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--period", "2025-06"], "exactly one"),
        (["--since-version", "1"], "period is missing"),
        (["--period", "2025-06", "--since-version", "9"], "no version 9"),
        (["--period", "2025-06", "--since-version", "1", "--freeze", "x.json"], "exactly one"),
    ],
)
def test_mistakes_get_one_line(
    store: str, capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    capsys.readouterr()
    assert run(["changes", "--store", store, *words]) == 1
    err = capsys.readouterr().err
    assert line in err
    assert err.count("\n") == 1
