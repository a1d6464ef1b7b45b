"""`lantian import ambient` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lantian.cli import run
from lantian.lake import Lake, arrow

HEAD = "city,time,pm2_5\n"


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    """A file with a good row and a bad one."""
    path = tmp_path / "hours.csv"
    path.write_text(HEAD + '太原,2019-06-01 01:00,35\n太原,2019-06-01 02:00,"1,3"\n', "utf-8")
    return path


def test_counts_reasons_and_the_report_are_printed(
    hours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "air"
    assert run(["import", "ambient", str(hours), "--store", str(store)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith(
        "hours.csv: named-city-hours, ambient_city_hour; a stamp is the end"
    )
    assert "  1 of 2 rows taken, 1 refused; 1 values refused" in out
    assert 'hours.csv row 3, column pm2_5: "1,3" is not a number. Write 1.3.' in out
    (report,) = (store / "reports").iterdir()
    assert f"All that was refused is listed in {report}" in out
    assert "The store is at version 1" in out
    assert err == ""
    assert arrow(Lake.open(store).read("ambient_city_hour"))["pm2_5"].to_pylist() == [35000]
    assert run(["import", "ambient", str(hours), "--store", str(store)]) == 0
    assert "the same content is version 1 already: nothing was added" in capsys.readouterr().out


def test_json_for_machines(hours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["import", "ambient", str(hours), "--store", str(tmp_path / "air"), "--format", "json"]
    assert run(arguments) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["rows_read"], said["rows_taken"], said["rows_refused"], said["version"]) == (2, 1, 1, 1)
    assert said["files"][0]["layout"] == "named-city-hours"
    assert said["refusals"][0]["row"] == 3
    assert Path(said["report"]).is_file()


def test_a_file_of_no_use_ends_with_one_line_and_the_others_are_taken(
    hours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert run(["import", "ambient", str(empty), str(hours), "--store", str(tmp_path / "air")]) == 1
    out, err = capsys.readouterr()
    assert err == "lantian: empty.csv: the file is empty. Nothing was taken from it.\n"
    assert "2 files: 1 rows taken" in out


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["gone.csv", "--store", "air"], 1, "lantian: gone.csv: there is no such file"),
        (
            ["hours.csv", "--store", "air", "--layout", "x"],
            1,
            'lantian: "x" is not a layout. Layouts are cnemc',
        ),
        (["hours.csv"], 2, "lantian: Missing option '--store'"),
        (["--store", "air"], 2, "lantian: Missing argument 'FILES...'"),
        (["hours.csv", "--store", "hours.csv"], 1, "hours.csv: this is a file, not a folder"),
        (["hours.csv", "--store", "."], 1, "this folder is not a store and not empty"),
    ],
)
@pytest.mark.usefixtures("hours")
def test_mistakes_get_one_line_and_leave_nothing_behind(
    *,
    arguments: list[str],
    code: int,
    line: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["import", "ambient", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert line in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["hours.csv"]


def test_stamp_place_and_report_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "days.csv"
    path.write_text("time,pm2_5\n2019-06-01 23:00,35\nx,1\n")
    arguments = ["import", "ambient", str(path), "--store", str(tmp_path / "air"), "--place", "太原"]
    arguments += ["--stamp", "start", "--report", str(tmp_path / "r.csv")]
    assert run(arguments) == 0
    assert "start of its hour (as given)" in capsys.readouterr().out
    (row,) = arrow(Lake.open(tmp_path / "air").read("ambient_city_hour")).to_pylist()
    assert (row["place"], row["time"].isoformat()) == ("太原", "2019-06-01T16:00:00+00:00")
    assert "not_a_time" in (tmp_path / "r.csv").read_text("utf-8-sig")
