"""Damaged plans never break the reader: cut anywhere, lines shuffled, repeated and lost, marks scattered.

Whatever is read stands where it says it stands, parts cover the document, and every doubt has its words.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_helpers.comparing import assert_places

from lantian.errors import LantianError
from lantian.planning import Plan, parse_plan
from lantian.planning.doubts import DOUBTS

GOLD = Path(__file__).parent / "gold"
TEXTS = [path.read_text("utf-8") for path in sorted(GOLD.glob("unseen-*.txt"))]
SCRAPS = (
    "（）〔〕【】()|\t\n。，；：、\u3000 一二三四十（一）1.附件序号责任单位负责牵头"
    "未完成的从6月起停产2024年底前%35PM2.5"
)


def read(text: str) -> Plan | None:
    try:
        return parse_plan("plan.txt", text.encode())
    except LantianError:
        return None


def assert_whole(plan: Plan) -> None:
    assert_places(plan)
    text = plan.document.text
    assert [p.start for p in plan.parts] == sorted(p.start for p in plan.parts)
    assert (plan.parts[0].start, plan.parts[-1].end) == (0, len(text))
    assert sum(len(plan.tasks_of(part)) for part in plan.parts) == len(plan.tasks)
    for found in plan.consequences:
        assert text[found.start : found.end] == found.quote != ""
        assert found.if_ and found.then
        assert found.task_id is None or any(t.id == found.task_id for t in plan.tasks)
    for found in [*plan.sections, *plan.targets, *plan.tasks, *plan.consequences, *plan.other_deadlines]:
        assert set(found.doubts) <= set(DOUBTS)
    plan.as_dict()


@settings(deadline=None, max_examples=40)
@given(which=st.integers(0, len(TEXTS) - 1), start=st.integers(0, 4000), length=st.integers(1, 1500))
def test_cut_anywhere(which: int, start: int, length: int) -> None:
    text = TEXTS[which]
    start %= len(text)
    if plan := read(text[start : start + length]):
        assert_whole(plan)


@settings(deadline=None, max_examples=30)
@given(which=st.integers(0, len(TEXTS) - 1), throw=st.integers(0, 10**6))
def test_lines_shuffled_and_lost(which: int, throw: int) -> None:
    dice = random.Random(throw)  # noqa: S311 - not for secrets, for a test that fails the same way twice
    lines = TEXTS[which].split("\n")
    dice.shuffle(lines)
    if plan := read("\n".join(dice.sample(lines, k=dice.randint(1, len(lines))))):
        assert_whole(plan)


@settings(deadline=None, max_examples=60)
@given(words=st.lists(st.sampled_from(sorted(set(SCRAPS))), max_size=200))
def test_scattered_marks(words: list[str]) -> None:
    if plan := read("青川市2024年任务清单\n" + "".join(words)):
        assert_whole(plan)


@settings(deadline=None, max_examples=25)
@given(which=st.integers(0, len(TEXTS) - 1), throw=st.integers(0, 10**6))
def test_marks_put_into_a_plan(which: int, throw: int) -> None:
    dice = random.Random(throw)  # noqa: S311 - as above
    words = list(TEXTS[which][:1500])
    for _ in range(60):
        words.insert(dice.randrange(len(words)), dice.choice(SCRAPS))
    if plan := read("".join(words)):
        assert_whole(plan)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("throw", range(12))
def test_seeds_cut_and_shuffled(shared: Path, throw: int) -> None:
    dice = random.Random(throw)  # noqa: S311 - as above
    for path in sorted((shared / "seeds").glob("*.txt")):
        text = path.read_text("utf-8")
        start = dice.randrange(len(text))
        lines = text.split("\n")
        dice.shuffle(lines)
        for damaged in (text[start:], text[:start], "\n".join(lines)):
            if plan := read(damaged):
                assert_whole(plan)
