"""A pool of the rulebook whose cities come from the national feed of city means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

FENWEI = {"610100": "西安", "610200": "铜川", "610300": "宝鸡", "610400": "咸阳", "610500": "渭南",
          "410300": "洛阳", "411200": "三门峡"}  # fmt: skip


@pytest.fixture
def feed(province: dict[str, Any], office_data: Any) -> None:
    """June 2025 of seven of the thirteen cities of the Fenwei plain, and of two that left it."""
    from lantian.lake import kind_of
    from lantian.office.monitoring import kernel
    from lantian.office.regions.models import Region

    for code, name in FENWEI.items():
        Region.objects.create(code=code, name=f"{name}市", short=name, name_en=f"City {code}", level="city")
    midnight = datetime(2025, 5, 31, 16, tzinfo=UTC)
    others = {"so2": 10_000, "no2": 20_000, "co": 1_000, "o3": 90_000, "pm10": 60_000}
    rows = [
        {"place": name, "name": name, "city": None, "time": midnight + timedelta(hours=hour), **others,
         "pm2_5": (20 + 3 * at) * 1000}
        for at, name in enumerate(("太原", "临汾", *FENWEI.values()))
        for hour in range(1, 30 * 24 + 1)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=kind_of("ambient_city_hour").schema)
    kernel.lake().append("ambient_city_hour", table, source="test")


def test_a_pool_of_the_rulebook_is_offered_where_half_of_it_is_held(
    feed: None, person: Any, signed_in: Any
) -> None:
    browser = signed_in(person("a", "140000"))
    keys = [pool["key"] for pool in browser.get("/api/rankings/pools").json()]
    assert "rule-fenwei" in keys and "rule-cities_168" not in keys
    found = browser.get("/api/rankings?pool=rule-fenwei&period=2025-06").json()
    assert (found["size"], found["ranked"], found["provisional"]) == (13, 7, True)
    assert [row["name"] for row in found["rows"][:3]] == ["太原市", "临汾市", "西安市"]
    assert "运城" in found["missing"] and "source_city_feed" in found["rows"][0]["marks"]
    assert found["rows"][2]["composite_index"]["url"].startswith("/air/610100/")
    page = browser.get("/rankings/?pool=rule-fenwei&period=2025-06").content.decode()
    assert "全国城市均值" in page or "城市均值" in page


def test_before_the_notice_the_pool_has_other_members(feed: None, person: Any) -> None:
    from datetime import date

    from lantian.office.rankings import pools

    user = person("a", "140000")
    old, new = (pools.find(user, "rule-fenwei", day) for day in (date(2023, 1, 1), date(2024, 1, 1)))
    assert old is not None and new is not None
    assert (old.kernel.size, new.kernel.size) == (11, 13)
