"""`lantian plan read`, as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.cli import run
from lantian.cli.plan import plan
from lantian.planning import planfile

TEXT = "青川市2024年行动计划\n一、任务\n1.甲。年底前完成3家。（市工信局负责）\n2.乙。做乙。\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture
def folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the file, and the one we are in."""
    monkeypatch.chdir(file.parent)
    return file.parent


def test_json_on_the_screen(file: Path) -> None:
    done = CliRunner().invoke(plan, ["read", str(file)])
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert list(data)[:4] == ["meta", "sections", "targets", "tasks"]
    task = data["tasks"][0]
    assert {"title", "text", "responsible", "deadlines", "quantities", "regions"} <= set(task)
    (deadline,) = task["deadlines"]
    assert TEXT[deadline["start"] : deadline["end"]] == deadline["quote"]
    assert (deadline["by"], deadline["for"]) == ("2024-12-31", "完成3家")
    assert "市工信局" in done.stdout


def test_yaml_holds_the_same(file: Path) -> None:
    as_json = CliRunner().invoke(plan, ["read", str(file)])
    as_yaml = CliRunner().invoke(plan, ["read", str(file), "--format", "yaml"])
    read, loaded = json.loads(as_json.stdout), planfile.load(as_yaml.stdout).as_dict()
    for key in ("meta", "sections", "targets", "tasks", "other_deadlines", "consequences", "notes"):
        assert loaded[key] == read[key]


def test_output_file_and_summary(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "read.json"
    out.write_text("old")
    done = CliRunner().invoke(plan, ["read", str(file), "-o", str(out)])
    assert done.exit_code == 0
    assert done.stdout == ""
    assert len(json.loads(out.read_text("utf-8"))["tasks"]) == 2
    assert "2 tasks" in done.stderr
    assert "note: item 一2 has no bracket of responsibility" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plan.txt", "read.json"]


@pytest.mark.parametrize(
    ("arguments", "line", "code"),
    [
        (["no.txt"], "no.txt: there is no such file", 1),
        (["empty.txt"], "empty.txt: the file is empty", 1),
        (["plan.xyz"], "files of type '.xyz' cannot be read", 1),
        (["plan.txt", "-o", "missing/read.json"], "missing/read.json: cannot be written", 1),
        (["plan.txt", "--format", "xml"], "'xml' is not one of 'json', 'yaml'", 2),
        ([], "Missing argument 'FILE'", 2),
    ],
)
def test_mistakes_get_one_line(
    folder: Path, arguments: list[str], line: str, code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty.txt").touch()
    (folder / "plan.xyz").write_text("x")
    assert run(["plan", "read", *arguments]) == code
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert line in said.err


def test_a_failed_write_leaves_the_old_file(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "kept.json"
    out.write_text("old")
    assert run(["plan", "read", str(tmp_path / "no.txt"), "-o", str(out)]) == 1
    assert out.read_text() == "old"


def test_help_is_readable(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "read", "--help"]) == 0
    assert "docx" in capfd.readouterr().out
