"""Pages and panels: who may see them, what they show, what a wrong address gets."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from lantian.office.monitoring.models import Station

JUNE = "2025-06"
PANELS = ("summary", "ranking", "map", "calendar", "hours")


@pytest.fixture
def linfen(signed_in: Any, person: Any) -> Any:
    return signed_in(person("linfen", "141000", role="dispatcher"))


@pytest.fixture
def province_user(signed_in: Any, person: Any) -> Any:
    return signed_in(person("chief", "140000", role="analyst"))


def test_a_station_is_seen_through_no_door_from_outside(air: Any, scope_doors: Any, person: Any) -> None:
    Station.objects.filter(code="1001A").update(name="尧都一号站")
    scope_doors(
        thing=Station.objects.get(code="1001A"),
        secret="尧都一号站",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[
            "/stations/1001A/",
            "/explain/1001A/pm2_5/2025-06/",
            "/explain/1001A/pm2_5/2025-06/2025-06-02/hours/",
        ],
        lists=["/stations/", "/stations/?q=1001A", "/stations/export.csv", "/api/stations"],
    )


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_of_another_region_does_not_exist(panel: str, air: Any, signed_in: Any, person: Any) -> None:
    outsider = signed_in(person("out", "141024"))
    assert outsider.get(f"/regions/141002/panels/{panel}/").status_code == 404
    assert outsider.get(f"/regions/141000/panels/{panel}/").status_code == 404


@pytest.mark.parametrize("code", ["140000", "141000", "141024"])
def test_every_panel_answers_on_every_level(code: str, air: Any, province_user: Any) -> None:
    for panel in PANELS:
        answer = province_user.get(f"/regions/{code}/panels/{panel}/?period={JUNE}&regime=gb3095-2012")
        assert answer.status_code == 200, panel
        assert b"<html" not in answer.content


def test_panels_of_an_office_without_air_say_so(province: Any, province_user: Any) -> None:
    for panel in PANELS:
        answer = province_user.get(f"/regions/140000/panels/{panel}/")
        assert "lantian office load ambient" in answer.content.decode()


def test_the_ranking_shows_the_figures_with_their_explanations(air: Any, linfen: Any) -> None:
    page = linfen.get(f"/regions/141000/panels/ranking/?period={JUNE}&regime=gb3095-2012").content.decode()
    assert page.index("尧都") < page.index("洪洞")
    assert f'href="/explain/141024/pm2_5/{JUNE}/?regime=gb3095-2012"' in page
    assert ">70</a>" in page and ">36</a>" in page


def test_a_city_without_stations_below_is_shown_among_its_peers(
    province: Any, put: Any, rows_of: Any, linfen: Any
) -> None:
    put("ambient_city_hour", rows_of({"临汾": 40, "太原": 20}))
    for panel in ("ranking", "map"):
        page = linfen.get(f"/regions/141000/panels/{panel}/?period={JUNE}").content.decode()
        assert 'href="/air/140100/' in page, panel
        assert "洪洞" not in page
    ranking = linfen.get(f"/regions/141000/panels/ranking/?period={JUNE}").content.decode()
    assert ranking.index("太原") < ranking.index("临汾")
    assert ranking.count('class="air-own"') == 1
    # What leads there is public: another city's own page stays out of scope.
    assert linfen.get("/air/140100/").status_code == 200
    assert linfen.get("/regions/140100/").status_code == 404


def test_the_summary_compares_both_years_under_one_standard(
    air: Any, put: Any, rows_of: Any, linfen: Any
) -> None:
    page = linfen.get(f"/regions/141000/panels/summary/?period={JUNE}&regime=gb3095-2026").content.decode()
    assert "GB 3095-2026（浓度限值）" in page and "两年均按同一标准计算" in page
    assert page.count("regime=gb3095-2026") == page.count("regime=gb3095")


@pytest.mark.parametrize(
    ("indicator", "shown"),
    [
        ("pm2_5", "40"),
        ("composite_index", ""),
        ("good_days", "30"),
        ("good_days_ratio", "100.0"),
        ("composite_rank", "2"),
    ],
)
def test_an_explanation_ends_with_the_figure_it_explains(
    indicator: str, shown: str, air: Any, linfen: Any
) -> None:
    page = linfen.get(f"/explain/141000/{indicator}/{JUNE}/?regime=gb3095-2012").content.decode()
    assert shown in page
    assert "数据版本" in page and "GB 3095-2012" in page


def test_an_explanation_goes_down_to_the_hours(air: Any, linfen: Any) -> None:
    page = linfen.get(f"/explain/141000/pm2_5/{JUNE}/?regime=gb3095-2012").content.decode()
    assert "1001A" in page and "06-30" in page
    assert "/explain/141000/pm2_5/2025-06/2025-06-03/hours/?regime=gb3095-2012" in page
    part = linfen.get(f"/explain/141000/pm2_5/{JUNE}/2025-06-03/hours/?regime=gb3095-2012").content.decode()
    assert "<html" not in part and "24:00 30" in part and "24:00 50" in part and "24:00 90" not in part


def rule_texts(page: str) -> list[str]:
    """What an explanation says of its rules, without what is set as code (paths and values)."""
    lists = re.findall(r'<ul class="air-rules">(.*?)</ul>', page, re.S)
    plain = re.sub(r"<code>.*?</code>", "", " ".join(lists), flags=re.S)
    return [html.unescape(re.sub(r"<[^>]+>", " ", item)).strip() for item in plain.split("</li>")]


@pytest.mark.parametrize("address", ["/explain", "/air"])
@pytest.mark.parametrize("regime", ["gb3095-2012", "gb3095-2026-transition"])
def test_no_rule_is_cited_in_english_on_a_chinese_page(
    address: str, regime: str, air: Any, linfen: Any
) -> None:
    page = linfen.get(f"{address}/141000/composite_index/{JUNE}/?regime={regime}").content.decode()
    said = rule_texts(page)
    assert len(said) > 20 and any("存疑" in text for text in said)
    assert "已公布的数据表，2018—2025年共47行" in page
    codes = re.compile(r"GB/T|GB|HJ|PM|BaP|Pb|TSP|AQI|NA|SO2|NO2|CO|O3")
    assert [text for text in said if re.search(r"[A-Za-z]{2,}", codes.sub("", text))] == []
    assert "<code>exact</code>" in page and "`" not in " ".join(said)


def test_the_api_gives_the_words_of_a_rule_in_both_languages(air: Any, linfen: Any) -> None:
    told = linfen.get(f"/api/explain?code=141000&indicator=pm2_5&period={JUNE}&regime=gb3095-2012").json()
    rule = next(
        rule for rule in told["steps"]["rules"] if rule["path"] == "ambient.statistics.decimals.statistics"
    )
    assert (rule["clause"], rule["clause_zh"]) == ("as printed", "公布数值")
    assert rule["note"].startswith("SINGLE") and rule["note_zh"].startswith("单一来源")


def test_a_province_is_explained_by_its_cities(air: Any, province_user: Any) -> None:
    page = province_user.get(f"/explain/140000/pm2_5/{JUNE}/?regime=gb3095-2012").content.decode()
    assert "Σ / 2 = 30.000000 → 30" in page
    assert f"/explain/140100/pm2_5/{JUNE}/" in page


@pytest.mark.parametrize(
    "address",
    [
        "/explain/141000/coal/2025-06/",
        "/explain/141000/pm2_5/yesterday/",
        "/explain/141000/pm2_5/2025-13/",
        "/explain/141000/pm2_5/0001/",
        "/explain/141000/pm2_5/2025-06/?regime=gb1",
        "/explain/999999/pm2_5/2025-06/",
        "/explain/140100/pm2_5/2025-06/",
        "/explain/141000/pm2_5/2025-06/2025-06/hours/",
        "/stations/none/",
    ],
)
def test_an_address_of_nothing_is_404(address: str, air: Any, linfen: Any) -> None:
    assert linfen.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["period=soon", "period=9999", "year=zwei", "regime=x", "page=99", "as_of=77", "colour=blue", "city=1"],
)
def test_a_query_of_nonsense_falls_back(query: str, air: Any, linfen: Any) -> None:
    for panel in ("ranking", "map", "calendar"):
        assert linfen.get(f"/regions/141000/panels/{panel}/?{query}").status_code == 200
    assert linfen.get(f"/stations/?{query}").status_code == 200
    assert linfen.get(f"/explain/141000/pm2_5/2025-06/?{query.replace('regime=x', '')}").status_code == 200


def test_a_year_before_any_standard_is_judged_by_the_oldest(air: Any, linfen: Any) -> None:
    page = linfen.get("/explain/141000/pm2_5/2010-06/")
    assert page.status_code == 200 and "GB 3095-2012" in page.content.decode()
    for address in (
        "/regions/141000/panels/ranking/?period=2010-06&regime=by-date",
        "/stations/?period=2010",
    ):
        assert linfen.get(address).status_code == 200


def test_the_list_is_searched_and_filtered_and_exported_alike(air: Any, province_user: Any) -> None:
    def codes(query: str) -> set[str]:
        text = province_user.get(f"/stations/export.csv?{query}").content.decode("utf-8-sig")
        return {row["code"] for row in csv.DictReader(io.StringIO(text))}

    assert codes("") == set(air)
    assert codes("region=141000") == set(air) - {"1010A"}
    assert codes("kind=background") == {"1009A"}
    assert codes("q=1003") == {"1003A"} and codes("q=洪洞") == {"1003A", "2001C"}
    page = province_user.get("/stations/?region=141024").content.decode()
    assert "1003A" in page and "1001A" not in page


def test_a_name_is_no_formula_in_the_export(air: Any, province_user: Any) -> None:
    Station.objects.filter(code="1001A").update(name='=HYPERLINK("x")')
    text = province_user.get("/stations/export.csv?q=1001A").content.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["name"] == '\'=HYPERLINK("x")'


def test_a_station_without_hours_says_so(stations: Any, province_user: Any) -> None:
    answer = province_user.get("/stations/1001A/")
    assert answer.status_code == 200 and "没有该站的小时数据" in answer.content.decode()


def test_a_station_page_shows_days_capture_and_links(air: Any, province_user: Any) -> None:
    page = province_user.get("/stations/1009A/").content.decode()
    assert "100.0%" in page and "720 小时" in page
    assert "/explain/1009A/pm2_5/2025-06-30/" in page
    assert "不参与区域评价" in page


def test_the_pages_speak_english_by_switch(air: Any, linfen: Any) -> None:
    linfen.cookies["lantian_language"] = "en"
    page = linfen.get(f"/explain/141000/pm2_5/{JUNE}/?regime=gb3095-2012").content.decode()
    assert (
        "How this figure was computed" in page and "Linfen City" in page and "Fine particulate matter" in page
    )
    assert "GB 3095-2012, table 4" in page and "UNSURE" in page and "存疑" not in page


def test_a_day_behind_a_figure_is_told_from_what_the_figure_was_computed_from(
    stations: Any, put: Any, rows_of: Any, linfen: Any
) -> None:
    # The first hour ends at 00:00: it is the only one of the day before, which therefore has no value.
    hour_before = datetime(2025, 5, 31, 15, tzinfo=UTC)  # 23:00 in Asia/Shanghai
    put("ambient_station_hour", rows_of({"1001A": 30, "1002A": 41}, days=3, start=hour_before))
    put("ambient_city_hour", rows_of({"临汾": 36}, days=2, start=hour_before))
    period = "2025-05-31..2025-06-03"
    page = linfen.get(f"/explain/141000/pm2_5/{period}/2025-05-31/hours/?regime=gb3095-2012").content.decode()
    assert "air-step" in page and "1001A" in page and "1002A" in page
