"""`lantian explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lantian.cli import run

SAMPLES = Path(__file__).parents[2] / "docs/samples"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("explain") / "air"
    assert run(["import", "ambient", str(SAMPLES / "hours.csv"), "--store", str(folder)]) == 0
    return str(folder)


def ask(store: str, *words: str) -> int:
    return run(["explain", "--store", store, *words])


def test_text_ends_with_the_digits_of_evaluate(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["evaluate", "--store", store, "--period", "2025-06", "--place", "临汾", "--format", "json"]) == 0
    )
    (row,) = json.loads(capsys.readouterr().out)
    assert ask(store, "--place", "临汾市", "--period", "2025-06") == 0
    out = capsys.readouterr().out
    assert out.splitlines()[2] == f"{row['composite_index']:.2f}"
    assert "GB 3095" in out
    assert (
        ask(store, "--place", "临汾", "--period", "2025-06", "--indicator", "pm2_5", "--language", "en") == 0
    )
    assert f"{row['pm2_5']} µg/m³" in capsys.readouterr().out


def test_one_page_in_a_file(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert ask(store, "--place", "晋中", "--period", "2025-06", "--format", "html", "--out", str(page)) == 0
    assert capsys.readouterr().out == ""
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert "晋中" in text
    assert "http" not in text


def test_saved_and_replayed(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "saved.json"
    words = ["--place", "临汾", "--period", "2025-06", "--format", "json", "--out", str(saved)]
    assert ask(store, *words, "--day-list", str(SAMPLES / "dust-days.csv")) == 0
    body = json.loads(saved.read_text("utf-8"))
    assert body["rows"]
    assert body["day_list"]["entries"]
    assert ask(store, "--replay", str(saved)) == 0
    assert "as saved" in capsys.readouterr().out
    body["value"] = "9.99"
    saved.write_text(json.dumps(body), "utf-8")
    assert ask(store, "--replay", str(saved)) == 1
    assert "saved 9.99" in capsys.readouterr().out


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_any_engine(store: str, capsys: pytest.CaptureFixture[str], engine: str) -> None:
    pytest.importorskip(engine)
    assert ask(store, "--place", "临汾", "--period", "2025-06", "--engine", engine) == 0
    assert capsys.readouterr().out.splitlines()[2] == "3.13"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--place", "林汾", "--period", "2025-06"], "Near it are"),
        (["--place", "临汾"], "place and period are needed"),
        (["--place", "临汾", "--period", "2025-06", "--indicator", "joy"], "cannot be explained"),
        (["--place", "临汾", "--period", "2024-06"], "Check the period"),
        (["--place", "临汾", "--period", "2025-06", "--indicator", "aqi"], "one day"),
    ],
)
def test_mistakes_get_one_line(
    store: str, capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    assert ask(store, *words) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert line in err
    assert err.count("\n") == 1


def test_a_saved_file_that_is_none(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.json"
    for text in ("{", "[]", "{}"):
        file.write_text(text, "utf-8")
        assert ask(store, "--replay", str(file)) == 1
        assert capsys.readouterr().err.count("\n") == 1
