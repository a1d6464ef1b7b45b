"""The API says what the pages say, to whom the pages say it."""

from __future__ import annotations

from typing import Any

import pytest

REGIME = "regime=gb3095-2012"


@pytest.fixture
def linfen(signed_in: Any, person: Any) -> Any:
    return signed_in(person("linfen", "141000", role="dispatcher"))


def test_figures_by_api(air: Any, linfen: Any) -> None:
    ranking = linfen.get(f"/api/ranking?region=141000&period=2025-06&{REGIME}").json()
    assert [(row["code"], row["rank"]) for row in ranking] == [("141002", 1), ("141024", 2)]
    assert ranking[1]["statistics"]["pm2_5"]["value"] == "70"
    days = linfen.get(f"/api/days?code=141000&period=2025-06&{REGIME}").json()
    assert (
        len(days) == 30 and days[0]["values"]["pm2_5"] == "40" and days[0]["aqi"] == 57
    )  # 50/40 x (40 - 35) + 50, up
    now = linfen.get("/api/realtime?region=141000").json()
    assert [row["code"] for row in now] == ["141002", "141024"]
    told = linfen.get(f"/api/explain?code=141000&indicator=pm2_5&period=2025-06&{REGIME}").json()
    assert told["figure"]["value"] == "40" and told["steps"]["value"] == "40" and told["data_version"] == 1


@pytest.mark.parametrize(
    "address",
    [
        "/api/ranking?region=140000&period=2025-06",
        "/api/days?code=140100&period=2025-06",
        "/api/days?code=1010A&period=2025-06",
        "/api/realtime?region=140100",
        "/api/explain?code=140105&indicator=pm2_5&period=2025-06",
    ],
)
def test_another_region_does_not_exist_in_the_api(address: str, air: Any, linfen: Any, client: Any) -> None:
    assert linfen.get(address).status_code == 404
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("query", ["period=soon", "period=2010-01-01..2020-01-01", "period=2025-06&regime=x"])
def test_a_wrong_question_gets_one_line(query: str, air: Any, linfen: Any) -> None:
    answer = linfen.get(f"/api/days?code=141000&{query}")
    assert answer.status_code == 422 and answer.json()["detail"]
