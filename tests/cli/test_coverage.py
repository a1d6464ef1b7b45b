"""`lantian coverage` and `lantian compare`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from lantian.cli import run
from lantian.cli.compare import compare
from lantian.cli.coverage import coverage

PROVINCE = """甲省清洁空气实施方案

一、重点任务

1.推进清洁取暖改造。因地制宜成片推进清洁取暖改造，确保群众温暖过冬。（省能源局负责）

2.稳步推进大气氨排放控制。推广氮肥机械深施和低蛋白日粮技术。（省农业农村厅负责）
"""
CITY = """乙市清洁空气行动计划

一、重点任务

1.实施清洁取暖工程。因地制宜成片推进清洁取暖改造，确保群众温暖过冬，完成12000户。（市能源局负责）
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A parent and a child plan."""
    paths = tmp_path / "province.txt", tmp_path / "city.txt"
    for path, text in zip(paths, (PROVINCE, CITY), strict=True):
        path.write_text(text, encoding="utf-8")
    return str(paths[0]), str(paths[1])


def test_on_the_screen(files: tuple[str, str]) -> None:
    done = CliRunner().invoke(coverage, list(files))
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert "1 taken, 1 none" in lines[1]
    assert any(line.startswith("taken") and "←  一1" in line for line in lines)
    assert any(line.startswith("none") and "大气氨" in line for line in lines)


def test_json_holds_the_evidence(files: tuple[str, str]) -> None:
    (one,) = json.loads(CliRunner().invoke(coverage, [*files, "--format", "json"]).stdout)
    assert one["counts"]["taken"] == 1
    assert "因地制宜成片推进清洁取暖改造,确保群众温暖过冬" in one["rows"][0]["links"][0]["words"]


def test_several_children_are_columns(files: tuple[str, str], tmp_path: Path) -> None:
    done = CliRunner().invoke(coverage, [files[0], files[1], files[1], "--format", "csv"])
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len(rows[0]) == 2 + 2 * 3
    assert [row[2] for row in rows[1:]] == ["taken", "none"]
    out = tmp_path / "coverage.xlsx"
    done = CliRunner().invoke(coverage, [*files, "--format", "xlsx", "--unit", "市气象局", "-o", str(out)])
    assert done.exit_code == 0, done.output
    book = CalamineWorkbook.from_path(str(out))
    assert book.sheet_names == ["clauses", "targets", "units"]
    assert ["乙市", "unit", "市气象局", 0.0, ""] in book.get_sheet_by_name("units").to_python()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["coverage", "{0}", "{0}"], 1, "as parent and as child"),
        (["coverage", "{0}"], 2, "CHILD"),
        (["coverage", "{0}", "{1}", "--format", "xlsx"], 2, "--output"),
        (["coverage", "{0}", "absent.txt"], 1, "absent.txt"),
        (["compare", "{0}", "{0}"], 1, "one file given twice"),
        (["compare", "{0}", "absent.txt"], 1, "absent.txt"),
    ],
)
def test_mistakes_get_one_line(
    files: tuple[str, str], capfd: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert run([a.format(*files) for a in arguments]) == code
    error = capfd.readouterr().err
    assert words in error and error.count("\n") == 1


def test_two_versions(files: tuple[str, str], tmp_path: Path) -> None:
    newer = tmp_path / "newer.txt"
    text = PROVINCE.replace("确保群众温暖过冬", "确保群众温暖过冬，对困难群众补贴到户到人")
    newer.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(compare, [files[0], str(newer)])
    assert done.exit_code == 0, done.output
    assert "1 kept, 1 changed" in done.stdout
    assert "+ 对困难群众补贴到户到人" in done.stdout
    out = tmp_path / "changes.json"
    assert run(["compare", files[0], str(newer), "--format", "json", "-o", str(out)]) == 0
    assert json.loads(out.read_text("utf-8"))["counts"]["changed"] == 1
