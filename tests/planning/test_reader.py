"""Our own plan, read whole; and the ways a plan may be built otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from planning_helpers import comparing

from lantian.planning import Plan
from lantian.planning.model import Inherited

Read = Callable[[str], Plan]
HEAD = "青川市2024年空气质量行动计划\n"


def units(plan: Plan, n: int = 0) -> list[tuple[str, str]]:
    return [(u.role, u.unit) for u in plan.tasks[n].responsible]


def test_own_plan_is_read_whole(own: str, read: Read) -> None:
    plan = read(own)
    assert plan.meta.title == "青川市空气质量改善行动计划"
    assert plan.meta.issuer == "青川市人民政府"
    assert plan.meta.doc_no == "青政发〔2024〕3号"
    assert plan.meta.issued_date == "2024-04-02"
    assert (plan.meta.region, plan.meta.level, plan.meta.year) == ("青川市", "city", 2024)
    assert plan.meta.parent_docs == ["国发〔2023〕24号"]
    assert comparing.sections(plan) == [
        (("一",), "工作目标"),
        (("一", "（一）"), "约束性指标"),
        (("一", "（二）"), ""),
        (("二",), "重点任务"),
        (("二", "（一）"), "优化产业结构"),
        (("二", "（二）"), "优化能源结构"),
        (("三",), "保障措施"),
        (("三", "（一）"), "加强组织领导"),
    ]
    assert [(t.number, t.title) for t in plan.tasks] == [
        ("1", "淘汰落后产能"),
        ("2", "治理重点行业"),
        ("2b", None),
        ("3", "推进清洁取暖"),
        ("4", "加强煤质监管"),
    ]
    assert plan.tasks[0].text == "加快淘汰100吨以下电炉(含合金钢50吨)。10月底前,完成3家企业退出。"
    assert plan.tasks[1].sub_paragraphs == 2
    assert units(plan, 0) == [("shared", "市工信局"), ("shared", "市生态环境局")]
    assert units(plan, 1) == [("lead", "市生态环境局"), ("shared", "市工信局"), ("shared", "市能源局")]
    assert units(plan, 2) == [("lead", "市生态环境局")]
    assert units(plan, 3) == [
        ("lead", "市能源局"),
        ("coop", "市财政局"),
        ("responsible", "东山县"),
        ("responsible", "西河县人民政府"),
    ]
    assert units(plan, 4) == [
        ("lead", "市市场监管局"),
        ("coop", "市能源局"),
        ("responsible", "各县(市、区)人民政府"),
    ]
    assert [d.by for d in plan.tasks[0].deadlines] == ["2024-10-31"]
    assert plan.other_deadlines[-1].by is None
    assert plan.notes == []
    comparing.assert_places(plan)


def test_without_arabic_numbers_each_bracket_is_a_task(read: Read) -> None:
    plan = read(
        HEAD + "一、重点任务\n"
        "（一）治理扬尘\n"
        "加强工地管理，落实措施。(市县政府和市住建局负责)关停露天矿。(市自然资源局负责)持续整治。(市县政府负责)\n"
        "定期通报结果。(市生态环境局负责)。\n"
        "这一段没有括号，不是任务。\n"
        "二、保障措施\n加强领导，6月底前制定方案。\n"
    )
    assert [(t.id, t.title, t.text) for t in plan.tasks] == [
        ("一（一）-1", None, "加强工地管理，落实措施。"),
        ("一（一）-2", None, "关停露天矿。"),
        ("一（一）-3", None, "持续整治。"),
        ("一（一）-4", None, "定期通报结果。"),
    ]
    assert units(plan) == [("shared", "市县政府"), ("shared", "市住建局")]
    assert units(plan, 1) == [("lead", "市自然资源局")]
    assert [d.by for d in plan.other_deadlines] == ["2024-06-30"]


def test_second_level_items_with_brackets_are_tasks_with_titles(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n（一）强化扬尘治理。加强管理。（市住建局负责）\n"
        "（二）压减燃煤。推进替代。（市能源局负责）\n"
    )
    assert [(t.number, t.clause_path, t.title, t.text) for t in plan.tasks] == [
        ("（一）", ["一", "（一）"], "强化扬尘治理", "加强管理。"),
        ("（二）", ["一", "（二）"], "压减燃煤", "推进替代。"),
    ]


def test_item_of_one_sentence_keeps_it_as_text(read: Read) -> None:
    plan = read(
        HEAD
        + "一、任务\n1.每月通报排名。（市生态环境局负责）\n2.严格问责\n对未完成的问责。（市纪委监委负责）\n"
    )
    assert [(t.title, t.text) for t in plan.tasks] == [
        (None, "每月通报排名。"),
        ("严格问责", "对未完成的问责。"),
    ]


def test_bracket_in_mid_sentence_closes_a_task_and_words_behind_the_last_stay(read: Read) -> None:
    plan = read(
        HEAD
        + "一、任务\n1.道路治理。加强清扫（市住建局负责），开展洒水（各乡镇人民政府负责），确保路面干净。\n"
    )
    assert [(t.number, t.text) for t in plan.tasks] == [("1", "加强清扫"), ("1b", "开展洒水，确保路面干净。")]


def test_full_stop_behind_the_bracket_ends_the_sentence(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n1.严格执法。打击偷排行为（市生态环境局负责）。\n"
        "2.加强宣传。做好宣传（市委宣传部负责）。\n"
    )
    assert [t.text for t in plan.tasks] == ["打击偷排行为。", "做好宣传。"]


def test_sub_items(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n1.加强宣传。\n（1）利用报纸。（市委宣传部负责）\n"
        "（2）利用电视。（市文旅局负责）\n"
        "2.综合治理。\n（1）开展排查。\n（2）实施整改。（市生态环境局负责）\n"
    )
    assert [(t.number, t.clause_path, t.title, t.text) for t in plan.tasks] == [
        ("1（1）", ["一", "1", "（1）"], None, "利用报纸。"),
        ("1（2）", ["一", "1", "（2）"], None, "利用电视。"),
        ("2", ["一", "2"], "综合治理", "（1）开展排查。（2）实施整改。"),
    ]
    assert (["一", "1"], "加强宣传") in [(s.path, s.heading) for s in plan.sections]


def test_lines_of_responsibility_without_brackets(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n1、淘汰落后产能。关停小炉。\n牵头单位：市工信局\n"
        "责任单位：市发改局、市生态环境局\n"
        "完成时限：2024年11月底\n2、治理散煤。推进替代。责任单位：各乡镇人民政府\n"
    )
    assert units(plan) == [("lead", "市工信局"), ("responsible", "市发改局"), ("responsible", "市生态环境局")]
    assert [(d.by, d.for_) for d in plan.tasks[0].deadlines] == [("2024-11-30", "淘汰落后产能")]
    assert plan.tasks[1].text == "推进替代。"
    assert units(plan, 1) == [("responsible", "各乡镇人民政府")]


def test_words_that_bind_a_unit_to_all_later_items(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n1.甲。做甲。（市工信局负责，各县人民政府负责落实。"
        "以下均需各县人民政府负责落实，不再列出）\n"
        "2.乙。做乙。（市能源局负责）\n3.丙。做丙。（市能源局、各县人民政府负责）\n"
    )
    assert units(plan) == [("lead", "市工信局"), ("responsible", "各县人民政府")]
    assert units(plan, 1) == [("lead", "市能源局")]
    assert [t.inherited for t in plan.tasks] == [[], [Inherited("各县人民政府", plan.tasks[0].id)], []]
    assert plan.notes == ["item 1 binds 各县人民政府 to all later items"]
    assert (plan.notes[0].code, plan.notes[0].params) == ("standing", {"item": "1", "unit": "各县人民政府"})
    assert [type(note) for note in plan.as_dict()["notes"]] == [str]  # YAML knows no other strings


def test_attachment_is_a_plan_of_its_own(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n1.甲。做甲，年底前完成。（市工信局负责）\n"
        "附件：青川市2023年行动清单\n"
        "附件\n青川市2023年行动清单\n一、任务\n1.乙。做乙，年底前完成。（市能源局负责）\n"
    )
    assert [(t.id, t.clause_path) for t in plan.tasks] == [
        ("一1", ["一", "1"]),
        ("附件一1", ["附件", "一", "1"]),
    ]
    assert [t.deadlines[0].by for t in plan.tasks] == ["2024-12-31", "2023-12-31"]
    assert plan.meta.title == "青川市2024年空气质量行动计划"


def test_a_passage_that_the_file_holds_twice_is_read_once(read: Read) -> None:
    body = "一、目标\n完成指标。\n二、任务\n1.甲。做甲。（市工信局负责）\n"
    plan = read(HEAD + body + "三、保障措施\n加强领导。\n一、目标\n完成指\n标。\n")
    assert [s.path for s in plan.sections] == [["一"], ["二"], ["三"]]
    assert len(plan.notes) == 1
    assert "repeats" in plan.notes[0]


def test_no_brackets_at_all(read: Read) -> None:
    plan = read(
        HEAD + "一、总体要求\n1.坚持减排。\n二、任务\n（一）产业\n1.淘汰产能。6月底前完成。\n"
        "（二）能源\n2.清洁取暖。\n"
        "三、保障措施\n（一）加强领导。要重视。\n"
    )
    assert [(t.number, t.title, t.text, t.responsible) for t in plan.tasks] == [
        ("1", "淘汰产能", "6月底前完成。", []),
        ("2", None, "清洁取暖。", []),
    ]
    assert plan.notes == [
        "no bracket of responsibility was found; numbered items were taken as tasks without units"
    ]
    assert len(plan.sections) >= 6


def test_no_brackets_and_no_arabic_numbers(read: Read) -> None:
    plan = read(
        HEAD + "一、总体要求\n坚持。\n二、任务\n（一）淘汰产能。6月底前完成。\n（二）推进改造。持续推进。\n"
    )
    assert [(t.number, t.title) for t in plan.tasks] == [("（一）", "淘汰产能"), ("（二）", "推进改造")]


def test_item_without_bracket_among_others_is_a_task_and_is_told(read: Read) -> None:
    plan = read(HEAD + "一、任务\n1.甲。做甲。（市工信局负责）\n2.乙。做乙。\n3.丙。做丙。（市能源局负责）\n")
    assert [t.number for t in plan.tasks] == ["1", "2", "3"]
    assert plan.notes == ["item 一2 has no bracket of responsibility"]


def test_bracket_that_cannot_be_read_is_told(read: Read) -> None:
    plan = read(HEAD + "一、任务\n1.甲。做甲。（由张三具体负责）\n2.乙。做乙。（市能源局负责）\n")
    assert any("could not be read" in note and "张三" in note for note in plan.notes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "只有一段话。",
        "一、",
        "（",
        "（（（（负责",
        "1.",
        "附件",
        "抄送：",
        "一、任务\n1.（市工信局负责）",
    ],
)
def test_scraps_do_no_harm(text: str, read: Read) -> None:
    from lantian.errors import LantianError

    try:
        plan = read(text)
    except LantianError as error:
        assert text == "", error
        return
    comparing.assert_places(plan)


def test_table_of_contents_is_not_the_plan(read: Read) -> None:
    contents = "目  录\n一、目标………………1\n二、任务………………2\n（一）产业………………2\n三、保障………………9\n"
    plan = read(
        HEAD
        + contents
        + "一、目标\n完成。\n二、任务\n（一）产业\n1.甲。做甲。（市工信局负责）\n三、保障\n加强。\n"
    )
    assert [s.path for s in plan.sections] == [["一"], ["二"], ["二", "（一）"], ["三"]]
    assert plan.notes == []


def test_numbers_as_ocr_misreads_them(read: Read) -> None:
    plan = read(
        HEAD + "—、任务\n（—）产业\n1.甲。做甲。（市工信局负责）\n（ニ）能源\n2.乙。做乙。（市能源局负责）\n"
    )
    assert [t.clause_path for t in plan.tasks] == [["一", "（一）", "1"], ["一", "（二）", "2"]]


def test_numbered_sentence_with_nothing_under_it_is_no_heading(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n（一）产业结构再发力。\n做甲。（市工信局负责）\n"
        "二、要求\n（一）加强领导。\n（二）严格考核。\n"
    )
    assert [(s.path[-1], s.heading) for s in plan.sections] == [
        ("一", "任务"),
        ("（一）", "产业结构再发力"),
        ("二", "要求"),
        ("（一）", ""),
        ("（二）", ""),
    ]


def test_sentence_outside_the_bracket_binds_a_unit_to_all_later_items(read: Read) -> None:
    plan = read(
        HEAD + "一、任务\n1.甲。做甲。（市工信局负责）以下各项均由各县人民政府落实，不再列出。\n"
        "2.乙。做乙。（市能源局负责）\n"
    )
    assert [t.inherited for t in plan.tasks] == [[], [Inherited("各县人民政府", plan.tasks[0].id)]]
    assert [n.code for n in plan.notes] == ["standing"]
