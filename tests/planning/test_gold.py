"""Real plans against hand annotations, by the scorer that scores every reader.

`../shared/data/plan_gold` holds two plans annotated with targets and deadlines. `gold/` here holds tasks,
units and meta of three more under the same conventions: drafted by the reader, compared with the documents
line by line by eye, and counted once more below by a few lines that know nothing of the reader.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lantian.planning import read_plan

OWN = Path(__file__).parent / "gold"


def figures(shared: Path, gold: Path, read: Path) -> tuple[dict[str, float], str]:
    """F1 of each figure, and all the scorer printed."""
    command = [sys.executable, str(shared / "checks" / "score_plan.py"), str(gold), str(read)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    found = re.findall(r"^(\w+) +precision .* F1 ([\d.]+)$", done.stdout, re.MULTILINE)
    return {name: float(value) for name, value in found}, done.stdout


def reading(shared: Path, seed: str, folder: Path) -> Path:
    path = folder / f"{seed}.json"
    plan = read_plan(shared / "seeds" / f"{seed}.txt")
    path.write_text(json.dumps(plan.as_dict(), ensure_ascii=False), "utf-8")
    return path


@pytest.mark.shared
@pytest.mark.parametrize("seed", ["shanxi-province-2024", "linfen-city-2024"])
def test_shared_gold(shared: Path, tmp_path: Path, seed: str) -> None:
    gold = shared / "data" / "plan_gold" / f"{seed}.json"
    scores, printed = figures(shared, gold, reading(shared, seed, tmp_path))
    assert scores["tasks"] >= 0.99, printed
    assert scores["units"] >= 0.98, printed
    assert scores["meta"] >= 0.99, printed
    assert scores["deadlines"] >= 0.95, printed
    assert scores["targets"] >= 0.90, printed


@pytest.mark.shared
@pytest.mark.parametrize("seed", ["jinzhong-city-2024", "lingchuan-county-2024", "shanxi-province-2021"])
def test_own_gold(shared: Path, tmp_path: Path, seed: str) -> None:
    scores, printed = figures(shared, OWN / f"{seed}.json", reading(shared, seed, tmp_path))
    assert scores["tasks"] >= 0.99, printed
    assert scores["units"] >= 0.98, printed
    assert scores["meta"] >= 0.99, printed


@pytest.mark.shared
@pytest.mark.parametrize("seed", ["shanxi-province-2024", "linfen-city-2024"])
def test_sections_and_clause_paths(shared: Path, seed: str) -> None:
    gold = json.loads((shared / "data" / "plan_gold" / f"{seed}.json").read_text("utf-8"))
    plan = read_plan(shared / "seeds" / f"{seed}.txt")
    assert [(s.path, s.heading) for s in plan.sections] == [
        (s["path"], s["heading"]) for s in gold["sections"]
    ]
    assert [t.number for t in plan.tasks] == [t["number"] for t in gold["tasks"]]
    assert [t.clause_path for t in plan.tasks] == [t["clause_path"] for t in gold["tasks"]]
    squeezed = ["".join(t["title"].split()) if t["title"] else None for t in gold["tasks"]]
    assert [t.title for t in plan.tasks] == squeezed
    assert [t.sub_paragraphs for t in plan.tasks] == [t["sub_paragraphs"] for t in gold["tasks"]]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("seed", "bracket"),
    [
        ("jinzhong-city-2024", r"（((?:[^（）]|（[^（）]*）)*落实)）"),
        ("lingchuan-county-2024", r"〔((?!20)[^〔〕]*)〕"),
        ("shanxi-province-2021", r"\(([^()]*负责)\)"),
    ],
)
def test_units_counted_without_the_reader(shared: Path, seed: str, bracket: str) -> None:
    text = "".join((shared / "seeds" / f"{seed}.txt").read_text("utf-8").split())
    found = re.findall(bracket, text)
    plan = read_plan(shared / "seeds" / f"{seed}.txt")
    assert len(plan.tasks) == len(found)
    names: list[str] = []
    for words in found:
        whole = words.replace("县（区、市）", "县区市").replace("责任单位：", "")
        whole = re.sub(r"等(?:有关|相关)?(?:部门|单位)?(?=按|负责)", "", whole)
        whole = re.sub(r"按职责分工(?:分别)?负责|负责|牵头|配合|落实", "、", whole)
        whole = whole.replace("市县政府和", "市县政府、").replace("及", "、")
        names += [name for name in re.split(r"[、，,]", whole) if name]
    read = [u.unit.replace("县（区、市）", "县区市") for t in plan.tasks for u in t.responsible]
    assert sorted(read) == sorted(names)
