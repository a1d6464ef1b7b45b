"""`lantian dust-days`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lantian.cli import run

SAMPLES = Path(__file__).parents[2] / "docs/samples"
LIST = str(SAMPLES / "dust-days.csv")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample hours, with a storm over 临汾 on 12 June."""
    folder = tmp_path_factory.mktemp("dust")
    head, *lines = (SAMPLES / "hours.csv").read_text("utf-8").splitlines()
    stormy = []
    for line in lines:
        cells = line.split(",")
        if line.startswith("临汾,2025-06-12 ") and int(cells[1][11:13]) >= 10:
            cells[-2] = "900"
        stormy.append(",".join(cells))
    file = folder / "hours.csv"
    file.write_text("\n".join([head, *stormy]) + "\n", "utf-8")
    assert run(["import", "ambient", str(file), "--store", str(folder / "air")]) == 0
    return str(folder / "air")


def test_read_shows_entries_and_names_wrong_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text("城市,日期,剔除项目\n太原,2025-06-12,PM10\n太原,昨天,PM10\n", "utf-8")
    assert run(["dust-days", "read", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "太原 2025-06-12 pm10 (concentration)" in out
    assert "list.csv row 3" in err
    file.write_text("城市,日期\n太原,昨天\n", "utf-8")
    assert run(["dust-days", "read", str(file)]) == 1


def test_both_results_side_by_side(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["dust-days", "compare", "--store", store, "--period", "2025-06", "--day-list", LIST]
    assert run([*words, "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    row = next(row for row in body["places"] if row["place"] == "临汾")
    assert row["event_days"] == 2
    assert int(row["whole"]["pm10"]) > int(row["without"]["pm10"])
    assert row["whole"]["heavy_days"] == row["without"]["heavy_days"] == "1"
    assert run(words) == 0
    assert "  *" in capsys.readouterr().out


def test_a_proposal_is_a_list_for_a_person(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "proposed.csv"
    assert run(["dust-days", "propose", "--store", store, "--period", "2025-06", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "临汾 2025-06-12 10:00" in said.out
    assert "a person decides" in said.err
    assert run(["dust-days", "read", str(out)]) == 0
    assert "临汾 2025-06-12 pm10 pm2_5 (concentration): 待复核" in capsys.readouterr().out
