"""Time expressions: the conventions of the annotated plans, in other years, numbers and widths."""

from __future__ import annotations

import calendar
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.planning import read_plan
from lantian.planning.deadlines import find_deadlines
from lantian.planning.numbers import read_number

GOLD = Path(__file__).parent / "gold"
CHINESE_MONTHS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
FULL_WIDTH = str.maketrans("0123456789,()", "０１２３４５６７８９，（）")


def dates(text: str, year: int | None = 2024) -> list[str | None]:
    return [d.by for d in find_deadlines(text, year=year)]


def manners(text: str) -> list[tuple[str | None, str]]:
    return [
        (d.by, d.for_[1 : d.for_.index("]")] if d.for_.startswith("[") else "by")
        for d in find_deadlines(text, year=2024)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年底前建立统一的信息管理平台", ["2024-12-31"]),
        ("8月底前达到A级绩效水平", ["2024-08-31"]),
        ("2月底前报送", ["2024-02-29"]),
        ("到2025年，短流程炼钢产量占比达到3%", ["2025"]),
        ("到2025年底前实现全覆盖", ["2025-12-31"]),
        ("2025年年底前实现全覆盖", ["2025-12-31"]),
        ("2025年末达到60%", ["2025-12-31"]),
        ("2024年10月底前全面完成", ["2024-10-31"]),
        ("2025年10月31日前完成", ["2025-10-31"]),
        ("2025年1月底前建成岸电设施6套", ["2025-01-31"]),
        ("2024.6.30前完成", ["2024-06-30"]),
        ("2025-06-30前完成", ["2025-06-30"]),
        ("截至2024年12月底，完成80%", ["2024-12-31"]),
        ("2024年采暖季前完成改造", ["2024"]),
        ("采暖季前完成改造", ["2024"]),
        ("2024、2025年度市区均退出", ["2024", "2025"]),
        ("完成2024年、2025年约束性指标", ["2024", "2025"]),
        ("到2024年和2025年，分别达到40%、50%", ["2024", "2025"]),
        ("为2027年浓度达标奠定基础", ["2027"]),
        ("“十四五”末达到90%", ["2025"]),
        ("今年年底前完成", ["2024-12-31"]),
        ("明年6月底前完成", ["2025-06-30"]),
        ("年内建成投运", ["2024-12-31"]),
        ("2024年上半年完成编制，下半年组织实施", ["2024-06-30", "2024-12-31"]),
        ("力争2024年三季度末前完成", ["2024-09-30"]),
        ("9月中旬前完成", ["2024-09-20"]),
        ("分别于6月底、12月底前报送", ["2024-06-30", "2024-12-31"]),
        ("十二月底前完成", ["2024-12-31"]),
        ("二〇二五年底前完成", ["2025-12-31"]),
        ("12 月\n\n底 前，完成改造", ["2024-12-31"]),
        ("《某省2024年行动计划》要求12月底前完成", ["2024-12-31"]),
        ("以2020年为基准年，到2025年下降10%", ["2025"]),
        ("以公共领域为重点,2024年1月1日前投产的项目，6月底前完成", ["2024-06-30"]),
    ],
)
def test_dates_to_finish_by(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("未完成的从6月起停产整治", [("2024-06", "from")]),
        ("10月起，禁止进入", [("2024-10", "from")]),
        ("自2024年起，达到100%", [("2024", "from")]),
        ("自2025年7月1日起执行", [("2025-07-01", "from")]),
        ("10月1日起，实施2024—2025年秋冬季攻坚", [("2024-10-01", "from"), ("2025", "during")]),
        ("2024—2025年采暖季期间降低负荷", [("2025", "during")]),
        ("4—9月，严格执行要求", [("2024-09", "during")]),
        ("2024年5月至9月，开展专项检查", [("2024-09", "during")]),
        ("2024年5—9月攻坚管控期", [("2024-09", "during")]),
        ("2024年10月—2025年3月，开展攻坚", [("2025-03", "during")]),
        ("2024年5月1日至9月30日期间装卸油", [("2024-09-30", "during")]),
        ("秋冬季期间加密检查频次", [(None, "during")]),
        ("每月公布排名", [(None, "recurring")]),
        ("每季度检查，每半年通报", [(None, "recurring"), (None, "recurring")]),
        ("每年3月底前报送", [(None, "recurring")]),
        ("每年11月15日至次年3月15日错峰生产", [(None, "recurring")]),
        ("被置换产能关停后，新建项目方可投产", [(None, "event")]),
        ("进入秋冬防阶段后，仍未完成的", [(None, "event")]),
    ],
)
def test_manners_other_than_a_date(text: str, expected: list[tuple[str | None, str]]) -> None:
    assert manners(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "煤炭消费量较2020年实现负增长",
        "春节前后加强巡查管控",
        "铁路货运量比2020年增长10%",
        "与2023年相比下降5%",
        "在2020年基础上下降10%",
        "各市对“十三五”及2020年清洁取暖工作进行评估",
        "对2021—2023年21家企业进行抽查",
        "严格落实《产业结构调整指导目录》（2024年本）",
        "按照《产业结构调整指导目录（2024年本）》要求",
        "贯彻国发〔2023〕24号文件",
        "制定2024年清洁取暖改造计划，并报领导小组",
        "执行《某市2024年夏季臭氧污染管控工作方案》要求",
        "提高未来7—10天预报精准性",
        "降尘量高于9吨/月·平方公里的县区",
        "定期开展检测，适时修订，及时公布",
        "取消当年评先评优资格",
        "三年内达标，24小时内完成，7日内整改",
        "严格执行GB37822—2019标准",
    ],
)
def test_what_is_no_deadline(text: str) -> None:
    assert dates(text) == []


def test_a_year_holds_for_the_rest_of_its_sentence_only() -> None:
    assert dates("2025年6月底前完成排查，9月底前完成整治。12月底前报送") == [
        "2025-06-30",
        "2025-09-30",
        "2024-12-31",
    ]


def test_without_a_year_the_words_stay_and_the_date_is_unknown() -> None:
    assert dates("12月底前完成", year=None) == [None]
    assert dates("2026年底前完成", year=None) == ["2026-12-31"]


def test_what_is_due_is_said_with_the_expression() -> None:
    (deadline,) = find_deadlines("加快推进循环改造，9月底前完成。", year=2024)
    assert deadline.quote == "加快推进循环改造，9月底前完成"
    (deadline,) = find_deadlines("5月底前,市区工地的装载机全部更换；其他区域逐步淘汰", year=2024)
    assert deadline.quote == "5月底前,市区工地的装载机全部更换"


@given(
    year=st.integers(2020, 2060),
    month=st.integers(1, 12),
    chinese=st.booleans(),
    wide=st.booleans(),
    written=st.booleans(),
    offset=st.integers(0, 10_000),
    breaks=st.lists(st.integers(0, 25), max_size=6),
)
def test_any_month_of_any_year(
    *, year: int, month: int, chinese: bool, wide: bool, written: bool, offset: int, breaks: list[int]
) -> None:
    number = CHINESE_MONTHS[month - 1] if chinese else str(month)
    said = f"{year}年" if written else "各县"
    text = f"（{year}年本）》{said}{number}月底前,完成改造工作。"
    if wide:
        text = text.translate(FULL_WIDTH)
    for place in sorted(breaks, reverse=True):  # sources break lines anywhere
        text = text[:place] + "\n" + text[place:]
    (deadline,) = find_deadlines(text, year=year, offset=offset)
    assert deadline.by == f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"
    assert text[deadline.start - offset : deadline.end - offset] == deadline.quote


@given(
    st.text(
        alphabet="年月日底前起到至从每0123456789一二三十、，。；（）()《》 \n-—季度采暖末后", max_size=60
    ),
    st.integers(0, 99),
)
def test_any_text_is_read_and_quotes_stand_where_they_say(text: str, offset: int) -> None:
    for deadline in find_deadlines(text, year=2024, offset=offset):
        assert text[deadline.start - offset : deadline.end - offset] == deadline.quote
        assert deadline.quote


@given(st.integers(0, 9999))
def test_chinese_numerals(value: int) -> None:
    """An oracle written the other way round: numerals made from the number."""
    digits, words = "零一二三四五六七八九", ""
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            words += digits[digit] + unit
        elif words and value % place and not words.endswith("零"):
            words += "零"
    assert read_number(words or "零") == value
    if 10 <= value < 20:
        assert read_number(words.removeprefix("一")) == value


@pytest.mark.shared
@pytest.mark.parametrize("name", ["jinzhong-city-2024", "lingchuan-county-2024", "shanxi-province-2021"])
def test_plans_read_by_eye(name: str, shared: Path) -> None:
    gold = json.loads((GOLD / f"{name}.targets.json").read_text(encoding="utf-8"))
    plan = read_plan(shared / "seeds" / f"{name}.txt")
    read = sorted(d.by for t in plan.tasks for d in t.deadlines if d.by)
    wanted = sorted(by for d in gold["deadlines"] for by in d["by"])
    assert [r[: len(w)] for r, w in zip(read, wanted, strict=True)] == [
        w[: len(r)] for r, w in zip(read, wanted, strict=True)
    ]


@pytest.mark.shared
def test_a_plan_moved_by_seven_years_moves_its_dates(shared: Path, tmp_path: Path) -> None:
    text = (shared / "seeds" / "linfen-city-2024.txt").read_text(encoding="utf-8")
    moved = text
    for year in range(2027, 2019, -1):
        moved = moved.replace(str(year), str(year + 7))
    (tmp_path / "moved.txt").write_text(moved, encoding="utf-8")
    before = read_plan(shared / "seeds" / "linfen-city-2024.txt")
    after = read_plan(tmp_path / "moved.txt")

    def shift(by: str | None) -> str | None:
        return by and str(int(by[:4]) + 7) + by[4:]

    assert [[d.by for d in t.deadlines] for t in after.tasks] == [
        [shift(d.by) for d in t.deadlines] for t in before.tasks
    ]
