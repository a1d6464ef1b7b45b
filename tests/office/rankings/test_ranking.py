"""The ranking page: ranks, ties, who is missing, change under one regime, what a county may see, exports."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

JUNE = "period=2025-06"


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    path = Path(__file__).parent / "oracle.py"
    spec = importlib.util.spec_from_file_location("rankings_oracle", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table_of(user: Any, query: str) -> Any:
    """The table behind the page, as `user` gets it."""
    from django.test import RequestFactory

    from lantian.office.rankings import asking, tables

    request = RequestFactory().get(f"/rankings/?{query}")
    request.user = user
    ask = asking.asked(request)
    assert ask is not None
    return tables.table(ask, user)


@pytest.mark.parametrize("regime", ["gb3095-2012", "gb3095-2026-transition", "gb3095-2026"])
def test_cities_are_ranked_by_the_index_under_any_regime(
    air: Any, person: Any, oracle: ModuleType, regime: str
) -> None:
    found = table_of(person("a", "140000"), f"{JUNE}&regime={regime}")
    assert [(row.rank, row.end, row.code) for row in found.rows] == [(1, 2, "140100"), (2, 1, "141000")]
    # Linfen is the mean of its two national stations: (36 + 54) / 2.
    expected = [oracle.index(25, regime), oracle.index(Fraction(45), regime)]
    assert [row.index.value for row in found.rows] == expected
    assert not found.provisional and found.missing == () and found.hidden == 0


def test_the_change_compares_both_years_under_one_regime(air: Any, person: Any, oracle: ModuleType) -> None:
    regime = "gb3095-2026"
    found = table_of(person("a", "140000"), f"{JUNE}&regime={regime}")
    assert found.change_regime == regime
    now, then = oracle.index(45, regime), oracle.index(50, regime)
    expected = round(Fraction(now - then) / Fraction(then) * 1000)
    assert found.rows[1].change == Decimal(expected) / 10 and expected < 0
    by_change = table_of(person("b", "140000"), f"{JUNE}&regime={regime}&order=change")
    assert [row.code for row in by_change.rows] == ["141000", "140100"]
    assert by_change.rows[1].change > 0 and by_change.rows[1].end == 1


def test_equal_values_share_a_rank_and_the_page_says_so(
    air: Any, third_city: Callable[..., Any], person: Any, signed_in: Any
) -> None:
    third_city(25)
    user = person("a", "140000")
    found = table_of(user, JUNE)
    assert sorted((row.rank, row.tied) for row in found.rows) == [(1, 2), (1, 2), (3, 1)]
    page = signed_in(user).get(f"/rankings/?{JUNE}").content.decode()
    assert page.count("并列</span>") == 2


def test_who_has_no_value_is_named_and_the_ranks_are_provisional(
    air: Any, third_city: Callable[..., Any], person: Any, signed_in: Any
) -> None:
    third_city(None)
    user = person("a", "140000")
    found = table_of(user, JUNE)
    assert found.provisional and found.missing == ("大同市",)
    assert [(row.rank, row.lowest) for row in found.rows] == [(1, 2), (2, 3), (None, None)]
    page = signed_in(user).get(f"/rankings/?{JUNE}").content.decode()
    assert "暂定名次：3 个单位中 2 个参加排名" in page and "没有数值的单位：大同市" in page


@pytest.mark.parametrize(
    ("show", "codes"), [("best-10", ["140100", "141000"]), ("worst-10", ["141000", "140100"])]
)
def test_the_worst_come_first_in_a_list_of_the_worst(
    air: Any, person: Any, show: str, codes: list[str]
) -> None:
    found = table_of(person("a", "140000"), f"{JUNE}&show={show}")
    assert [row.code for row in found.rows] == codes


def test_by_good_days_more_is_better(air: Any, person: Any) -> None:
    found = table_of(person("a", "140000"), f"{JUNE}&by=good_days")
    assert {row.good for row in found.rows} == {Decimal(30)} and {row.rank for row in found.rows} == {1}


def test_a_county_sees_its_own_row_with_the_rank_among_all(air: Any, person: Any, signed_in: Any) -> None:
    user = person("county", "141002")
    found = table_of(user, f"pool=counties-140000&{JUNE}")
    assert [(row.code, row.rank) for row in found.rows] == [("141002", 2)]
    assert found.hidden == 2 and found.ranked == 3
    browser = signed_in(user)
    for door in ("/rankings/", "/rankings/export.csv", "/rankings/export.xlsx", "/api/rankings"):
        answer = browser.get(f"{door}?pool=counties-140000&{JUNE}")
        assert answer.status_code == 200
        if door.endswith("xlsx"):
            text = str(
                CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
            )
        else:
            text = answer.content.decode()
        assert "洪洞" not in text and "小店" not in text, door
        assert "尧都" in text, door


def test_cities_are_public_figures_and_lead_to_the_page_the_reader_may_open(
    air: Any, person: Any, signed_in: Any
) -> None:
    user = person("county", "141002")
    found = table_of(user, f"pool=cities-140000&{JUNE}")
    assert len(found.rows) == 2 and not any(row.open for row in found.rows)
    browser = signed_in(user)
    for row in found.rows:
        assert row.index.url.startswith("/air/"), "the public explanation"
        assert browser.get(row.index.url).status_code == 200


def test_a_pool_of_another_province_or_a_wrong_word_falls_back_and_is_said(
    air: Any, person: Any, signed_in: Any
) -> None:
    browser = signed_in(person("a", "141000"))
    page = browser.get("/rankings/?pool=counties-140100&period=2025-06").content.decode()
    assert "没有这个排名范围" in page and "小店" not in page
    page = browser.get("/rankings/?period=yesterday").content.decode()
    assert "不是时段" in page
    assert browser.get("/rankings/?period=2025-06&by=x&order=y&regime=z&show=w").status_code == 200
    assert "请写" in browser.get("/rankings/?first=2025-06-20&last=2025-06-01").content.decode()


def test_any_range_of_days(air: Any, person: Any) -> None:
    found = table_of(person("a", "140000"), "first=2025-06-03&last=2025-06-12")
    assert found.ask.period.days == 10 and {row.days_used for row in found.rows} == {10}


def test_exports_hold_what_the_page_shows(air: Any, person: Any, signed_in: Any) -> None:
    user = person("a", "140000")
    browser = signed_in(user)
    found = table_of(user, JUNE)
    answer = browser.get(f"/rankings/export.csv?{JUNE}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["名次", "倒数", "单位", "区划代码"]
    assert [row[4] for row in rows[1:]] == [str(row.index.value) for row in found.rows]
    answer = browser.get(f"/rankings/export.xlsx?{JUNE}")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert "评价标准：GB 3095-2012" in sheet[1][0]
    head = next(row for row in sheet if row[0] == "名次")
    assert [row[head.index("综合指数")] for row in sheet[sheet.index(head) + 1 :]] == [
        float(row.index.value) for row in found.rows
    ]
    assert browser.get(f"/rankings/export.pdf?{JUNE}").status_code == 404


def test_dust_days_are_taken_out_where_a_list_has_any(
    air: Any, person: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lantian.ambient.events import DayEntry, DayList
    from lantian.office.monitoring import kernel
    from lantian.office.rankings import dust

    monkeypatch.setattr(dust, "_providers", [])
    user = person("a", "140000")
    assert table_of(user, f"{JUNE}&days=without").ask.without is False
    page = signed_in(user).get(f"/rankings/?{JUNE}").content.decode()
    assert "沙尘等例外事件日" not in page
    days = tuple(date(2025, 6, day) for day in range(1, 16))
    entry = DayEntry("临汾市", days[0], days[-1], ("pm10", "pm2_5"), ("concentration", "aqi"))
    monkeypatch.setattr(
        dust, "_providers", [lambda period: DayList((entry,)).within(period.first, period.last)]
    )
    kernel.lake()
    found = table_of(user, f"{JUNE}&days=without")
    linfen = next(row for row in found.rows if row.code == "141000")
    assert any(mark.startswith("event_days") for mark in linfen.marks) and linfen.other_rank == 2
    counties = table_of(user, f"{JUNE}&days=without&pool=counties-141000")
    assert all(any(mark.startswith("event_days") for mark in row.marks) for row in counties.rows)
    page = signed_in(user).get(f"/rankings/?{JUNE}&days=without").content.decode()
    assert "未剔除时名次" in page


def test_without_data_or_region_the_page_says_so(province: Any, person: Any, signed_in: Any) -> None:
    for user in (person("a", "140000"), person("nobody", None)):
        page = signed_in(user).get("/rankings/")
        assert page.status_code == 200 and "暂时无可排名" in page.content.decode()


def test_the_anonymous_are_sent_to_sign_in(air: Any, client: Any) -> None:
    for door in (
        "/rankings/",
        "/rankings/official/",
        "/rankings/pools/",
        "/evaluation/",
        "/rankings/export.csv",
    ):
        assert client.get(door).status_code == 302
    for door in (
        "/api/rankings?pool=cities-140000&period=2025-06",
        "/api/rankings/pools",
        "/api/official-rankings",
    ):
        assert client.get(door).status_code == 401


def test_in_english_nothing_chinese_is_left(air: Any, person: Any, signed_in: Any) -> None:
    import re

    browser = signed_in(person("a", "140000"))
    browser.cookies["lantian_language"] = "en"
    page = browser.get(f"/rankings/?{JUNE}").content.decode()
    main = page[page.index('class="lt-page"') :]
    assert "Cities of Shanxi Province" in main
    assert not re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<script.*?</script>", "", main, flags=re.S))
