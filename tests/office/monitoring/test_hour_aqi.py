"""The hourly AQI of a region or station: broken where it changed in kind, never joined, scoped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

FEBRUARY_28 = datetime(2026, 2, 27, 16, tzinfo=UTC)  # 2026-02-28 00:00 in China
QUERY = "hours_days=3&hours_until=2026-03-02"


@pytest.fixture
def turn(stations: dict[str, Any], put: Callable[..., None], rows_of: Callable[..., Any]) -> dict[str, Any]:
    """Three days around 2026-03-01 at every station."""
    places = dict.fromkeys(stations, 40)
    put("ambient_station_hour", rows_of(places, days=3, start=FEBRUARY_28))
    return stations


def chart_of(page: str) -> Any:
    found = re.search(r'<script id="air-realtime" type="application/json">(.*?)</script>', page, re.S)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("door", ["/regions/141000/panels/realtime/", "/stations/1001A/realtime/"])
def test_the_series_is_broken_with_a_label(turn: Any, person: Any, signed_in: Any, door: str) -> None:
    browser = signed_in(person("a", "140000"))
    page = browser.get(f"{door}?{QUERY}").content.decode()
    assert "实时AQI的算法自该日起改变，前后小时值不可比：2026-03-01" in page
    chart = chart_of(page)
    assert [line["name"] for line in chart["series"]] == [
        "颗粒物取 24 小时滑动平均的 AQI", "各项取 1 小时平均的 AQI",
    ]  # fmt: skip
    before, after = (line["data"] for line in chart["series"])
    assert len(before) == 24 and len(after) == 72, "the second line begins where the first has ended"
    assert after[:24] == [None] * 24 and None not in after[24:]
    mark = chart["series"][1]["markLine"]
    assert mark["data"] == [{"xAxis": "03-01 01:00"}] and mark["label"]["formatter"] == "2026-03-01"
    assert not any(line["connectNulls"] for line in chart["series"])


def test_within_one_kind_there_is_one_line_and_the_way_to_the_change(
    turn: Any, person: Any, signed_in: Any
) -> None:
    page = signed_in(person("a", "140000")).get(
        "/regions/141000/panels/realtime/?hours_days=1&hours_until=2026-03-02"
    )
    assert len(chart_of(page.content.decode())["series"]) == 1
    assert "查看 2026-03-01 的口径变更" in page.content.decode()


def test_wrong_words_fall_back_and_nothing_is_an_error(turn: Any, person: Any, signed_in: Any) -> None:
    browser = signed_in(person("a", "140000"))
    for query in ("hours_days=x&hours_until=y", "hours_days=9999", "hours_until=1999-01-01"):
        assert browser.get(f"/regions/141000/panels/realtime/?{query}").status_code == 200


def test_it_is_closed_to_those_outside(turn: Any, person: Any, signed_in: Any, client: Any) -> None:
    browser = signed_in(person("a", "140100"))
    for door in ("/regions/141000/panels/realtime/", "/stations/1001A/realtime/"):
        assert browser.get(door).status_code == 404
        assert client.get(door).status_code == 302


def test_without_hours_it_says_so(province: Any, person: Any, signed_in: Any) -> None:
    page = signed_in(person("a", "140000")).get("/regions/141000/panels/realtime/")
    assert "lt-empty" in page.content.decode()
