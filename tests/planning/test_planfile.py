"""The plan file: what is written is read back; every fault has its line; the file is the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.planning import model, planfile, read_plan

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n:#-'\"[]{}，。12 "), max_size=30
)
NAME = WORDS.filter(lambda s: s != "")
OPTIONAL = st.none() | NAME
NUMBER = st.none() | st.integers(0, 10**9).map(float) | st.sampled_from([0.5, 75.25, 0.001])
DAY = st.none() | st.sampled_from(["2025", "2025-02", "2024-02-29"])
YEAR = st.none() | st.integers(2013, 2035)
SPAN = st.tuples(st.integers(1, 99), st.integers(0, 50)).map(lambda p: (p[0], p[0] + p[1]))
KEPT_PATH = st.lists(st.sampled_from(["三", "（一）", "12", "附件1"]), min_size=1, max_size=4)
DOUBTS = st.lists(st.sampled_from(["guessed_year", "no_units"]), max_size=2)


@st.composite
def deadlines(draw: Any) -> model.Deadline:
    kind = draw(st.sampled_from(["", "[from]", "[during]", "[recurring]", "[event]"]))
    what = draw(WORDS).strip()
    if not kind and planfile.KIND_MARK.match(what):
        what = ""
    return model.Deadline(draw(WORDS), *draw(SPAN), draw(DAY), f"{kind} {what}".strip(), draw(DOUBTS))


@st.composite
def plans(draw: Any) -> model.Plan:
    ids = draw(st.lists(st.sampled_from([f"T{n}" for n in range(9)]), unique=True, max_size=4))
    tasks = [
        model.Task(
            key, draw(WORDS), draw(KEPT_PATH), draw(OPTIONAL), draw(NAME), *draw(SPAN),
            responsible=[
                model.Unit(draw(NAME), role, *draw(SPAN), doubts=draw(DOUBTS))
                for role in draw(st.lists(st.sampled_from(planfile.ROLES), max_size=3))
            ],
            deadlines=draw(st.lists(deadlines(), max_size=2)),
            quantities=[
                model.Quantity(draw(WORDS), *draw(SPAN), draw(NUMBER), draw(WORDS), comparator, draw(WORDS))
                for comparator in draw(st.lists(st.sampled_from(planfile.COMPARATORS), max_size=2))
            ],
            regions=draw(st.lists(NAME, max_size=2)), sub_paragraphs=draw(st.integers(0, 9)),
            inherited=[model.Inherited(draw(NAME), source) for source in ids[:1]], doubts=draw(DOUBTS),
        )
        for key in ids
    ]  # fmt: skip
    targets = [
        model.Target(
            draw(WORDS), *draw(SPAN), f"G{n}", draw(KEPT_PATH), draw(st.lists(NAME, max_size=2)), draw(NAME),
            draw(st.sampled_from(planfile.COMPARATORS)), draw(NUMBER), draw(OPTIONAL), draw(OPTIONAL),
            draw(DAY), draw(st.sampled_from(planfile.BINDINGS)), draw(OPTIONAL), draw(st.booleans()),
            draw(DOUBTS),
        )
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    consequences = [
        model.Consequence(
            draw(WORDS), *draw(SPAN), f"C{n}", ids[0] if ids else None, draw(KEPT_PATH), draw(WORDS),
            draw(WORDS), draw(st.sampled_from(planfile.CONSEQUENCES)), draw(NUMBER), draw(OPTIONAL),
            draw(DAY), draw(OPTIONAL), draw(DOUBTS),
        )
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    return model.Plan(
        model.Document(draw(NAME), "txt", "", draw(WORDS)),
        model.Meta(title=draw(OPTIONAL), region=draw(OPTIONAL), year=draw(YEAR)),
        [model.Section(draw(KEPT_PATH), draw(WORDS), *draw(SPAN)) for _ in range(draw(st.integers(0, 3)))],
        targets, tasks, draw(st.lists(deadlines(), max_size=2)), [], consequences,
    )  # fmt: skip


@given(plans())
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_back(plan: model.Plan) -> None:
    text = planfile.dump(plan)
    again = planfile.load(text)
    assert again.as_dict() == plan.as_dict()
    assert planfile.dump(again) == text
    assert yaml.safe_load(text)["lantian_plan"] == 1  # any reader of YAML reads it


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(plans())
def test_what_is_written_is_read_back_often(plan: model.Plan) -> None:
    test_what_is_written_is_read_back.hypothesis.inner_test(plan)


@pytest.mark.shared
@pytest.mark.parametrize(
    "seed", ["linfen-city-2024", "lingchuan-county-2024", "shanxi-province-2021", "shanxi-province-2024"]
)
def test_real_plans_go_round(shared: Path, seed: str) -> None:
    plan = read_plan(shared / "seeds" / f"{seed}.txt")
    again = planfile.load(planfile.dump(plan))
    for key in ("meta", "sections", "targets", "tasks", "other_deadlines", "consequences", "notes"):
        assert again.as_dict()[key] == plan.as_dict()[key]


GOOD = """lantian_plan: 1
meta:
  title: 清洁空气计划
clauses:
- path: 一
  heading: 目标
targets:
- id: G1
  clause: 一
  indicator: pm25
  comparator: '<='
  value: 44
  by: 2025
tasks:
- id: T1
  clause: 一
  text: 清理散煤
  units:
  - name: 市能源局
    role: lead
  deadlines:
  - by: 2024-09
"""


def test_a_file_written_by_hand() -> None:
    plan = planfile.load("\ufeff" + GOOD)
    assert (plan.targets[0].value, plan.targets[0].by, plan.targets[0].binding) == (
        44.0,
        "2025",
        "unspecified",
    )
    assert plan.tasks[0].deadlines[0].by == "2024-09"
    assert plan.document.text == ""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("  heading: 目标", "  headin: 目标", 6, 'did you mean "heading"'),
        ("  value: 44", "  value: forty", 12, '"forty" is not a number'),
        ("  value: 44", "  value: [44]", 12, "not a list"),
        ("  value: 44", "  value: .nan", 12, "not a number"),
        ("  by: 2025\n", "  by: 2025-13\n", 13, "is not a date"),
        ("comparator: '<='", "comparator: ~=", 11, "is none of: >="),
        ("    role: lead", "    role: boss", 20, "lead, coop, shared, responsible"),
        ("  title: 清洁空气计划", "  title: [a]", 3, "should be words"),
        ("tasks:\n- id: T1", "tasks:\n- id: T1\n  text: x\n- id: T1", 17, "stands already in line 15"),
        ("  clause: 一\n  text", "  clause: 一\n  id: T2\n  text", 17, "stands here twice"),
        ("- id: G1\n  ", "- G1\n- ", 8, "should be keys and values"),
        ("  text: 清理散煤\n", "", 15, 'the key "text" is missing'),
        ("lantian_plan: 1", "lantian_plan: 2", 1, '"2" is none of: 1'),
        ("  - by: 2024-09", "  - by: 2024-09\n    at: [9, 3]", 23, "first, last + 1"),
        ("  units:", "  inherited:\n  - {name: 市能源局, from: T9}\n  units:", 19, 'no task has the id "T9"'),
        ("  text: 清理散煤", "  text: [清理", 18, "not YAML"),
        ("meta:\n", "meta: &m\n", None, None),
        ("  heading: 目标", "  heading: *m", 6, "refers to another place"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line(old: str, new: str, line: int | None, said: str | None) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    if line is None:
        planfile.load(text)
        return
    with pytest.raises(planfile.PlanFileError) as error:
        planfile.load(text, "p.yaml")
    assert f"p.yaml line {line}" in error.value.line or said == "not YAML"
    assert "\n" not in error.value.line
    assert said is not None
    assert said in error.value.line


def test_every_fault_is_told() -> None:
    text = (
        GOOD.replace("value: 44", "value: x")
        .replace("role: lead", "role: x")
        .replace("by: 2024-09", "bye: 1")
    )
    with pytest.raises(planfile.PlanFileError, match="and 2 more faults") as error:
        planfile.load(text)
    assert len(error.value.faults) == 3


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"[" * 5000, b"- 1", b"a: \x00", b"a: &x [*x]", b"- &a 1\n- *a"]
)
def test_no_plan_file_is_one_line(data: bytes) -> None:
    with pytest.raises(planfile.PlanFileError) as error:
        planfile.load(data, "p.yaml")
    assert error.value.line.startswith("p.yaml line ")
    assert "\n" not in error.value.line
