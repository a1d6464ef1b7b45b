"""What the pages show, and to whom."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

FEBRUARY = "period=2025-02"


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def chief(signed_in: Any, analyst: Any) -> Any:
    return signed_in(analyst)


@pytest.fixture
def linfen(signed_in: Any, person: Any) -> Any:
    return signed_in(person("linfen", "141000", role="dispatcher"))


@pytest.fixture
def officer(signed_in: Any, person: Any) -> Any:
    return signed_in(person("officer", "141024"))


def test_the_ranking_the_notice_and_the_verdicts(dust: Any, chief: Any) -> None:
    page = text_of(chief.get(f"/measures/dustfall/?{FEBRUARY}"))
    assert "3个县（市、区）降尘量均值为6.9吨/(平方千米·30天)，同比下降13.8%，范围为4.0～9.6" in page
    assert "1个低于7.0（33.3%），1个等于7.0（洪洞县），1个高于7.0（33.3%）" in page
    table = page[page.index("县（市、区）排名") :]
    assert table.index("小店区") < table.index("洪洞县") < table.index("尧都区")
    assert "−50.0%" in table and "+20.0%" in table
    assert "低于限值" in table and "等于限值" in table and "高于限值" in table
    # 尧都区 is above the campaign's 9 and pulls its city along.
    assert "2025-02 降尘量为 9.6 t/(km²·30d)，高于 9。" in page and "所在市一并开展" in page


def test_ties_and_invalid_units_stand_apart(load: Any, texts: dict[str, str], chief: Any) -> None:
    load("dustfall", texts["dustfall"].replace("2025-02,4.0", "2025-02,7.0"))
    page = chief.get(f"/measures/dustfall/?{FEBRUARY}").content.decode()
    assert page.count("ms-tie") == 2
    january = text_of(chief.get("/measures/dustfall/?period=2025-01"))
    apart = january[january.index("未参加排名") :]
    assert "洪洞县" in apart and "数据无效：1 个月" in apart


def test_a_unit_is_reckoned_from_its_months(dust: Any, chief: Any) -> None:
    page = text_of(chief.get("/measures/dustfall/141002/?period=2025-01-01..2025-02-28"))
    assert "(6 + 9.6) / 2 = 7.8 → 7.8" in page
    city = text_of(chief.get(f"/measures/dustfall/141000/?{FEBRUARY}"))
    assert "(7 + 9.6) / 2 = 8.3 → 8.3" in city
    months = text_of(chief.get("/measures/dustfall/141024/?period=2025-01"))
    assert "缸被打翻" in months and "数据无效" in months


def test_a_county_sees_its_own_months_and_the_printed_rows_of_its_city(dust: Any, officer: Any) -> None:
    answer = officer.get(f"/measures/dustfall/?{FEBRUARY}")
    page = text_of(answer)
    assert "洪洞县" in page and "尧都区" in page and "9.6" in page
    assert "小店区" not in page, "another city's rows are not its context"
    body = answer.content.decode()
    assert "/measures/dustfall/141024/" in body and "/measures/dustfall/141002/" not in body
    assert "所在市一并开展" not in page, "campaigns of others are theirs"
    assert officer.get("/measures/dustfall/141024/").status_code == 200
    for code in ("141002", "141000", "140105", "999999", "141002001"):
        assert officer.get(f"/measures/dustfall/{code}/").status_code == 404, code
    assert officer.get("/measures/dustfall/?region=141002").status_code == 404
    assert officer.get("/measures/dustfall/export.xlsx?region=140000").status_code == 404
    january = text_of(officer.get("/measures/dustfall/?period=2025-01"))
    assert "缸被打翻" not in january.split("未参加排名")[0]


def test_invalid_units_of_others_are_not_listed(
    load: Any, texts: dict[str, str], officer: Any, signed_in: Any, person: Any
) -> None:
    load("dustfall", texts["dustfall"])
    neighbour = signed_in(person("yaodu", "141002"))
    page = text_of(neighbour.get("/measures/dustfall/?period=2025-01"))
    assert "未参加排名 " not in page and "缸被打翻" not in page
    assert "未参加排名" in text_of(officer.get("/measures/dustfall/?period=2025-01"))


def test_a_city_sees_the_printed_ranking_of_cities(dust: Any, linfen: Any) -> None:
    answer = linfen.get(f"/measures/dustfall/?{FEBRUARY}")
    page = text_of(answer)
    assert "太原市" in page and "小店区" not in page
    assert "/measures/dustfall/140100/" not in answer.content.decode()


@pytest.mark.parametrize("query", ["period=2025-02-03..2025-02-09", "period=2025-02-03"])
def test_days_are_no_period_of_dustfall(query: str, dust: Any, chief: Any) -> None:
    page = text_of(chief.get(f"/measures/dustfall/?{query}"))
    assert "降尘量按整月统计" in page and "9.6" in page


@pytest.mark.parametrize("path", ["dustfall/", "road-dust/", "species/", "dustfall/141024/", "uploads/"])
def test_an_office_without_data_says_so(path: str, province: Any, chief: Any) -> None:
    page = text_of(chief.get(f"/measures/{path}"))
    assert re.search("尚未|没有", page)


@pytest.mark.parametrize(
    "query", ["period=soon", "period=9999-99", "page=77", "method=x", "region=", "period=1066"]
)
def test_nonsense_falls_back(query: str, dust: Any, roads: Any, species: Any, chief: Any) -> None:
    for path in ("dustfall/", "road-dust/", "species/", "dustfall/141024/", "road-dust/export.xlsx"):
        assert chief.get(f"/measures/{path}?{query}").status_code == 200, path
    for path in ("species/?site=x", "species/?site=99", "road-dust/road/?place=x"):
        assert chief.get(f"/measures/{path}").status_code == 404, path


def test_an_export_of_nothing_leads_to_the_page_that_says_so(province: Any, chief: Any) -> None:
    for path in ("dustfall/export.xlsx", "road-dust/export.xlsx", "species/export.xlsx", "road-dust/road/"):
        page = chief.get(f"/measures/{path}", follow=True)
        assert page.redirect_chain and re.search("尚未|没有", text_of(page)), path


def test_roads_limits_and_campaigns(roads: Any, chief: Any) -> None:
    page = text_of(chief.get(f"/measures/road-dust/?{FEBRUARY}"))
    ranked = page[page.index("道路排名") :]
    assert ranked.index("长风街") < ranked.index("大槐树路") < ranked.index("鼓楼北街")
    assert "9.5" in ranked and "高于限值" in ranked and "无限值" in ranked and "采样点数少于规定" in ranked
    assert "主干道 8" in page and "our notice" in page
    assert "最近 2 次采样中有 2 次超过限值" in page
    assert "最近 2 期最差榜中 2 期上榜（2025-01、2025-02）" in page
    assert "最差道路" in page and "已公布的榜单" in page


def test_a_road_is_reckoned_from_its_samples(roads: Any, chief: Any) -> None:
    page = text_of(
        chief.get("/measures/road-dust/road/", {"place": "临汾市/尧都区/鼓楼北街", "period": "2025-02"})
    )
    assert "9.5" in page and "10.0" in page and "2025-02-12" in page and "高于限值 (8)" in page


def test_roads_of_others_are_seen_through_no_door(roads: Any, officer: Any) -> None:
    page = text_of(officer.get(f"/measures/road-dust/?{FEBRUARY}"))
    assert "大槐树路" in page and "长风街" not in page
    # The list of the own city is public; what is behind it is not.
    before, lists = page.split("已公布的榜单")
    assert "鼓楼北街" not in before and "鼓楼北街" in lists
    door = {"place": "临汾市/尧都区/鼓楼北街", "period": "2025-02"}
    assert officer.get("/measures/road-dust/road/", door).status_code == 404
    assert officer.get("/measures/road-dust/?region=141000").status_code == 404


def test_species_potential_mass_and_ions(species: Any, chief: Any, site: Any) -> None:
    july = text_of(chief.get(f"/measures/species/?site={site.pk}&period=2025-07"))
    assert "臭氧生成潜势" in july and "甲苯" in july and "没有 MIR 的组分" in july and "二氯甲烷" in july
    assert "卤代烃" in july and "质量重构" not in july
    winter = text_of(chief.get(f"/measures/species/?site={site.pk}&period=2025-01"))
    assert "3 个样品中采用 2 个" in winter and "没有称重 PM₂.₅" in winter
    assert "90.000" in winter and "离子平衡" in winter and "从未监测" in winter


def test_pages_speak_english_by_switch(dust: Any, roads: Any, species: Any, chief: Any) -> None:
    chief.cookies["lantian_language"] = "en"
    page = text_of(chief.get(f"/measures/dustfall/?{FEBRUARY}"))
    assert "3 counties: mean 6.9 t/(km²·30d) (-13.8 %)" in page and "1 equal (Hongtong County)" in page
    assert "Yaodu District had 9.6" in page and "above the limit" in page
    roads_page = text_of(chief.get(f"/measures/road-dust/?{FEBRUARY}"))
    assert "On 2 of the last 2 lists of the dirtiest roads (2025-01, 2025-02)." in roads_page
    assert "Ozone formation potential" in text_of(chief.get("/measures/species/?period=2025-07"))


@pytest.mark.parametrize(
    ("code", "shown"),
    [("140000", "3个县"), ("141000", "8.3"), ("141024", "7.0"), ("141002001", "尚无降尘数据")],
)
def test_the_panel_of_a_region(code: str, shown: str, dust: Any, chief: Any, officer: Any) -> None:
    answer = chief.get(f"/regions/{code}/panels/dustfall/")
    assert b"<html" not in answer.content
    assert shown in text_of(answer)
    assert officer.get(f"/regions/{code}/panels/dustfall/").status_code == (200 if code == "141024" else 404)


def test_whoever_belongs_to_no_region_sees_no_value(dust: Any, signed_in: Any, person: Any) -> None:
    nobody = signed_in(person("nobody"))
    for path in ("dustfall/", "road-dust/", "species/"):
        page = text_of(nobody.get(f"/measures/{path}?{FEBRUARY}"))
        assert "9.6" not in page and "洪洞县" not in page


def test_the_anonymous_sign_in_first(dust: Any, client: Any) -> None:
    for path in (
        "dustfall/",
        "dustfall/141024/",
        "dustfall/export.xlsx",
        "road-dust/",
        "species/",
        "uploads/",
    ):
        assert client.get(f"/measures/{path}").status_code == 302, path
