"""Title, issuer, number, date, region and level, from fronts of many kinds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lantian.planning import Plan
from lantian.planning.metadata import parents, place_in

BODY = "\n一、任务\n1.甲。做甲。（市工信局负责）\n"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("晋中市落实空气质量持续改善行动计划实施方案\n为贯彻落实《方案》（晋政发〔2024〕7号）精神，制定本方案。",
         ("晋中市落实空气质量持续改善行动计划实施方案", None, None, None, "晋中市", "city", 2024)),
        ("介休市人民政府办公室关于印发介休市大气污染防治2022年行动计划的通知\n介政办发[2022]5号\n"
         "各乡镇人民政府、街道办事处：\n《介休市大气污染防治2022年行动计划》已经市人民政府同意，现印发给你们。\n"
         "介休市人民政府办公室\n2022年3月8日\n"
         "介休市大气污染防治2022年行动计划",
         ("介休市大气污染防治2022年行动计划", "介休市人民政府办公室", "介政办发〔2022〕5号", "2022-03-08",
          "介休市", "county", 2022)),
        ("古县人民政府文件\n古政发（2023）12号\n关于印发\n古县空气质量改善\n实施方案的通知\n"
         "现将《古县空气质量改善实施方案》印发给你们。\n"
         "古县人民政府\n二〇二三年四月十二日\n古县空气质量改善\n实 施 方 案",
         ("古县空气质量改善实施方案", "古县人民政府", "古政发〔2023〕12号", "2023-04-12",
          "古县", "county", 2023)),
        ("杭州市萧山区清新空气行动方案（2023—2025年）\n为推进工作，制定本方案。",
         ("杭州市萧山区清新空气行动方案（2023—2025年）", None, None, None, "萧山区", "county", None)),
        ("北京市大气污染防治2021年行动计划",
         ("北京市大气污染防治2021年行动计划", None, None, None, "北京市", "province", 2021)),
        ("运城市空气质量再提升方案（试行）\n为落实《通知》（晋政发〔2022〕1号），制定本方案。",
         ("运城市空气质量再提升方案（试行）", None, None, None, "运城市", "city", 2022)),
    ],
)  # fmt: skip
def test_fronts(front: str, expected: tuple[object, ...], read: Callable[[str], Plan]) -> None:
    m = read(front + BODY).meta
    found = (m.title, m.issuer, m.doc_no, m.issued_date, m.region, m.level)
    assert found == expected[:6]
    assert m.year == expected[6]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("山西省空气质量巩固提升2021年行动计划", "山西省"),
        ("山西省晋中市大气污染防治方案", "晋中市"),
        ("晋中市榆次区空气质量方案", "榆次区"),
        ("山西省城市环境空气质量方案", "山西省"),
        ("太原市工业园区整治方案", "太原市"),
        ("祁县人民政府", "祁县"),
        ("通州区方案", "通州区"),
        ("内蒙古自治区方案", "内蒙古自治区"),
        ("城市空气质量方案", None),
        ("空气质量持续改善行动计划", None),
    ],
)
def test_places(text: str, place: str | None) -> None:
    assert place_in(text) == place


def test_parents() -> None:
    text = "为落实国务院《空气质量持续改善行动计划》（国发〔2023〕24号）和省政府《山西省落实<计划>》，制定。"
    assert parents(text) == ["国发〔2023〕24号", "省政府《山西省落实〈计划〉》"]


def test_what_a_web_page_says_about_the_document(read: Callable[[str], Plan]) -> None:
    front = (
        "索引号：000\t主题分类：环境\n发文机关：\t青川市人民政府\t成文日期：\t2024年03月08日\n"
        "发文字号：\t青政发〔2024〕7号\t发布日期：2024年3月20日\n青川市空气质量改善方案"
    )
    m = read(front + BODY).meta
    assert (m.issuer, m.doc_no, m.issued_date) == ("青川市人民政府", "青政发〔2024〕7号", "2024-03-08")
