"""Doubts: every code is raised where it must be, and a plain plan raises none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lantian.planning import Plan, parse_plan, read_plan
from lantian.planning.doubting import contradictions, is_group
from lantian.planning.doubts import DOUBTS
from lantian.planning.model import Deadline

Read = Callable[[str], Plan]
TITLE = "青川市2024年空气质量行动计划\n"


def everything(plan: Plan) -> Iterator[Any]:
    yield from [*plan.sections, *plan.targets, *plan.tasks, *plan.consequences, *plan.other_deadlines]
    for task in plan.tasks:
        yield from [*task.responsible, *task.deadlines, *task.quantities]


def raised(plan: Plan) -> set[str]:
    return {code for found in everything(plan) for code in found.doubts}


def test_a_plain_plan_raises_none(own: str, read: Read) -> None:
    assert raised(read(own)) == {"value_implied"}  # 全覆盖


def test_every_code_has_its_words_in_both_languages() -> None:
    assert all(set(words) == {"zh", "en"} and all(words.values()) for words in DOUBTS.values())


SAME = "1.甲。6月底前完成炉窑治理改造。9月底前，完成炉窑治理改造。（市工信局负责）\n"
EARLY = (
    "青川市人民政府\n关于印发方案的通知\n青政发〔2024〕3号\n各县：\n现印发。\n青川市人民政府\n2024年5月27日\n"
    "青川市2024年空气质量行动计划\n一、任务\n1.甲。4月底前完成排查。（市工信局负责）\n"
)
CASES = {
    "two dates for the same thing": (TITLE + "一、任务\n" + SAME, "contradicting_deadlines"),
    "a date before the plan": (EARLY, "contradicting_deadlines"),
    "a plan for several years": (
        "青政发〔2024〕3号\n青川市空气质量行动计划（2024—2026年）\n一、任务\n1.甲。6月底前完成排查。（市工信局负责）\n",
        "guessed_year",
    ),
    "a month of no year": (
        "青川市空气质量行动计划（2024—2026年）\n一、任务\n1.甲。6月底前完成排查。（市工信局负责）\n",
        "year_unknown",
    ),
    "an unread bracket": (
        TITLE + "一、任务\n1.甲。做甲。（由张三具体负责）\n2.乙。做乙。（市能源局负责）\n",
        "unread_bracket_near",
    ),
    "a name that is no unit's": (
        TITLE + "一、任务\n1.甲。做甲。（市工信局、张三丰牵头）\n",
        "unit_form_unknown",
    ),
    "全覆盖": (TITLE + "一、目标\n监测站点实现全覆盖。\n", "value_implied"),
    "a fall from nothing": (TITLE + "一、目标\n全市煤炭消费总量下降5%。\n", "no_baseline"),
    "a group of places": (
        TITLE + "一、任务\n1.甲。沿河6县（市、区）实现散煤清零。（市能源局负责）\n",
        "place_group",
    ),
    "another province": (
        "江东省2024年空气质量行动计划\n一、任务\n1.甲。与海西省交界地区，海西省共同整治。（海西省人民政府负责）\n",
        "outside_region",
    ),
    "no bracket": (TITLE + "一、任务\n1.甲。做甲。\n2.乙。做乙。（市能源局负责）\n", "no_units"),
    "a lost heading": (TITLE + "一、目标\n改善。\n二、任务\n做。\n四、保障\n加强。\n", "number_gap"),
    "a broken sentence": (
        TITLE + "一、任务\n　　1.甲。持续推进重点行业治理，到2025年，全市短流程炼钢产\n\n"
        "　　量占比达到5%以上。（市工信局负责）\n"
        "　　2.乙。做乙。（市能源局负责）\n　　3.丙。做丙。（市能源局负责）\n",
        "broken_over_paragraph",
    ),
    "columns of spaces": (
        TITLE + "序号   任务      责任单位     完成时限\n"
        "1      治理扬尘  市住建局     6月底前\n2      治理散煤  市能源局     9月底前\n",
        "table_as_text",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_doubted(case: str, read: Read) -> None:
    text, code = CASES[case]
    assert code in raised(read(text))


def test_no_code_is_without_a_case() -> None:
    assert {code for _, code in CASES.values()} == set(DOUBTS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            TITLE + "一、任务\n1.甲。6月底前完成6家，9月底前完成9家。（市工信局负责）\n",
            "contradicting_deadlines",
        ),
        (
            TITLE + "一、任务\n1.甲。年底前达到60%以上，2025年达到80%以上。（市工信局负责）\n",
            "contradicting_deadlines",
        ),
        (
            "青川市空气质量行动计划（2024—2026年）\n一、任务\n1.甲。2025年6月底前完成排查，9月底前完成整治。（市工信局负责）\n",
            "guessed_year",
        ),
        (TITLE + "一、目标\n全市煤炭消费总量较2020年下降5%。\n", "no_baseline"),
        (TITLE + "一、任务\n1.甲。沿河县（东山县、西河县）清零。（市能源局负责）\n", "place_group"),
        (TITLE + "一、任务\n1.甲。治理电炉（含合金钢50吨）。（市工信局负责）\n", "unread_bracket_near"),
    ],
)
def test_it_is_not_doubted(text: str, code: str, read: Read) -> None:
    assert code not in raised(read(text))


def test_both_of_two_contradicting_dates_are_marked(read: Read) -> None:
    dates = read(TITLE + "一、任务\n" + SAME).tasks[0].deadlines
    assert [(d.by, d.doubts) for d in dates] == [
        ("2024-06-30", ["contradicting_deadlines"]),
        ("2024-09-30", ["contradicting_deadlines"]),
    ]


def test_a_date_behind_the_time_limit_of_its_row(read: Read) -> None:
    head = "青川市2024年任务清单\n序号\t任务\t措施\t责任单位\t完成时限\n"
    row = "1\t治理扬尘\t{}月底前完成排查整治工作。\t市住建局\t9月底前\n"
    late, early = (read(head + row.format(month)).tasks[0].deadlines for month in (11, 6))
    assert [d.doubts for d in late] == [["contradicting_deadlines"]] * 2
    assert [d.doubts for d in early] == [[], []]


def test_a_start_contradicts_no_end() -> None:
    end = Deadline("", 0, 1, "2024-06-30", "炉窑治理改造")
    start = Deadline("", 5, 6, "2024-09", "[from] 炉窑治理改造")
    assert contradictions([end, start]) == []
    assert contradictions([end, Deadline("", 5, 6, "2024-06", "炉窑治理改造")]) == []  # the same day


@pytest.mark.parametrize("place", ["沿汾6县（市、区）", "联防联控县", "重点区域", "汾河谷地", "其他设区城市"])
def test_groups(place: str) -> None:
    assert is_group(place)


@pytest.mark.parametrize("place", ["洪洞县", "临汾经济开发区", "市区", "太原市"])
def test_places(place: str) -> None:
    assert not is_group(place)


def test_a_broken_sentence_is_read_whole(read: Read) -> None:
    plan = read(CASES["a broken sentence"][0])
    assert [(t.indicator, t.value, t.by) for t in plan.targets] == [("short_process_steel_share", 5, "2025")]
    assert plan.targets[0].doubts == ["broken_over_paragraph"]
    assert [t.doubts for t in plan.tasks] == [["broken_over_paragraph"], [], []]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("seed", "words"),
    [("lingchuan-county-2024", "2024年4月底前"), ("linfen-city-2024", "3月底前")],
)
def test_real_dates_before_the_plan_was_issued(shared: Path, seed: str, words: str) -> None:
    plan = read_plan(shared / "seeds" / f"{seed}.txt")
    found = [d for t in plan.tasks for d in t.deadlines if d.doubts]
    assert [(d.doubts, words in d.quote) for d in found] == [(["contradicting_deadlines"], True)]


def test_doubts_are_told_in_the_file(read: Read) -> None:
    shown = parse_plan("plan.txt", (TITLE + "一、任务\n" + SAME).encode()).as_dict()
    assert shown["tasks"][0]["deadlines"][0]["doubts"] == ["contradicting_deadlines"]
    assert shown["tasks"][0]["responsible"][0]["doubts"] == []
