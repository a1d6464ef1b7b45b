"""Paragraphs out of broken lines, marks of numbering, page marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_helpers import comparing

from lantian.errors import LantianError
from lantian.planning import parse_plan
from lantian.planning.clean import clean
from lantian.planning.documents.numbering import chinese, written
from lantian.planning.marks import find_blanks, fold, mark_of, numeral
from lantian.planning.structure import heading_of


@pytest.mark.parametrize(
    ("words", "rank", "number"),
    [
        ("一、总体要求", 1, "一"),
        ("十二、附则", 1, "十二"),
        ("（三）能源", 2, "（三）"),
        ("〔十〕能源", 2, "（十）"),
        ("12.提高比例", 3, "12"),
        ("12、提高比例", 3, "12"),
        ("1.2024年，浓度下降", 3, "1"),
        ("（1）排查", 4, "（1）"),
        ("3）排查", 4, "（3）"),
        ("③整改", 5, "③"),
        ("第二章任务", 0, "第二章"),
    ],
)
def test_marks(words: str, rank: int, number: str) -> None:
    mark = mark_of(words)
    assert mark is not None
    assert (mark.rank, mark.number) == (rank, number)


@pytest.mark.parametrize(
    "words", ["1200立方米", "2.5倍", "2024年", "一是治理", "（含一）", "5家企业", "第一阶段", "百分之一"]
)
def test_what_is_no_mark(words: str) -> None:
    assert mark_of(words) is None


@given(st.integers(1, 99))
def test_chinese_numbers_come_back(n: int) -> None:
    assert numeral(chinese(n)) == n


def test_numbers_of_word_lists() -> None:
    styles = ["chineseCounting", "decimal", "decimalEnclosedCircle", "upperLetter", "decimalZero"]
    assert [written(12, s) for s in styles] == ["十二", "12", "⑫", "L", "12"]
    assert [chinese(n) for n in (10, 20, 21, 100, 105, 110, 999)] == [
        "十",
        "二十",
        "二十一",
        "一百",
        "一百〇五",
        "一百一十",
        "九百九十九",
    ]


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("加强考核。向各县分解。", "加强考核"),
        ("加强餐饮油烟、恶臭异味治理。", "加强餐饮油烟、恶臭异味治理"),
        ("总体要求", "总体要求"),
        ("以消除重污染为核心，实施攻坚行动", "以消除重污染为核心，实施攻坚行动"),
        ("完成省下达的指标；", ""),
        ("2024年，浓度持续下降。", ""),
        ("完成2024、2025年度任务，达到80%以上。继续。", ""),
        ("严控项目：严格落实。", "严控项目"),
        ("推进“两高。项目”治理", ""),
    ],
)
def test_headings(words: str, heading: str) -> None:
    assert words[: heading_of(words)[0]] == heading


@pytest.mark.parametrize(
    "mark", ["—11—", "- 3 -", "－ 12 －", "第 5 页", "第5页 共20页", "3/20", "— 7 —", "· 4 ·"]
)
def test_page_marks_do_not_split(mark: str) -> None:
    text = f"1.治理。加强企业治\n{mark}\n\n理。"
    found = clean(text, find_blanks(text))
    assert found.text == "1.治理。加强企业治理。\n"


def test_lone_numbers_are_page_numbers_only_where_they_count() -> None:
    text = "完成\n11\n个城市的任务。"
    assert find_blanks(text) == ()
    paged = "甲，\n1\n乙，\n2\n丙，\n3\n丁。"
    assert [paged[s:e] for s, e in find_blanks(paged)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        (
            "1.治理。推进小型\n\n锅炉整合。（甲局；\n\n责任单位：乙县)\n2.继续。",
            ["1.治理。推进小型锅炉整合。（甲局；责任单位：乙县)", "2.继续。"],
        ),
        (
            "（一）加强领导\n各县作为责任主体，要负总责，明确目标。",
            ["（一）加强领导", "各县作为责任主体，要负总责，明确目标。"],
        ),
        ("- (一)完成任务；\n- (二)退出后10位；", ["(一)完成任务；", "(二)退出后10位；"]),
        ("高 VOCs 含量，PM 2.5 的 20\n24 年", ["高VOCs含量，PM 2.5的2024年"]),
        ("# 标题\n**加强**治理。", ["标题", "加强治理。"]),
        ("抄送：市委。\n附件", ["抄送：市委。", "附件"]),
    ],
)
def test_paragraphs(text: str, paragraphs: list[str]) -> None:
    found = clean(text)
    assert [found.text[s:e] for s, e in found.paragraphs] == paragraphs


ALPHABET = st.sampled_from(
    list("一二三四五、（）()〔〕【】1234567890.．。；：，,;:\n\n \t　—-*#《》“”AaＶ②\ufeff")
    + list("负责牵头配合落实单位局厅委政府等年月底前附件抄送")
)
WORDS = st.sampled_from(
    [
        "（市生态环境局负责）",
        "一、任务\n",
        "（一）产业",
        "\n1.",
        "责任单位：",
        "2024年6月底前",
        "各县（市、区）人民政府",
        "—3—",
        "\n\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(ALPHABET, WORDS), max_size=80).map("".join))
def test_any_text_is_read_without_a_crash_and_places_hold(text: str) -> None:
    try:
        plan = parse_plan("a.txt", text.encode())
    except LantianError:
        assert not text.strip(" \t\r\n\ufeff") or not text.strip()
        return
    comparing.assert_places(plan)
    plan.as_dict()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_clean_text_leads_back_to_the_document(text: str) -> None:
    text = text.replace("\r", "\n")
    found = clean(text, find_blanks(text))
    assert len(found.offsets) == len(found.text)
    assert list(found.offsets) == sorted(found.offsets)
    for i, char in enumerate(found.text):
        if not char.isspace():
            assert text[found.offsets[i]] == char
    assert len(fold(text)) == len(text)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.docx", "a.pdf", "a.html"]))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes, name: str) -> None:
    try:
        parse_plan(name, data)
    except LantianError as error:
        assert "\n" not in error.line


@pytest.mark.parametrize(
    "unit",
    [
        "（",
        "（甲局",
        "、",
        "1.\n",
        "（一）\n",
        "负责",
        "各县、",
        "一、任务\n1.甲。（乙局负责）\n",
        "2024年",
        "\n",
        "　",
    ],
)
def test_long_and_odd_texts_end(unit: str) -> None:
    text = unit * (4_000 // len(unit)) + "完"
    comparing.assert_places(parse_plan("a.txt", text.encode()))
