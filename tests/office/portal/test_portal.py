"""What the public sees: cities and nothing below, in two languages, with time, standard and data version."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from lantian.office.frame.demo import mark_as_demonstration

OLD = "regime=gb3095-2012"


def text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8-sig")


def test_anyone_sees_todays_air_with_level_advice_and_time(air: Any, client: Any) -> None:
    page = text(client.get("/"))
    assert "太原" in page and "临汾" in page
    assert "2025-07-01 00:00" in page, "the end of the newest hour"
    # 2025-06-30 24:00 under HJ 633-2012: the 24-hour mean of PM2.5, 40 in Linfen: 50/40 x 5 + 50, up.
    assert "<b>57</b>" in page and "极少数异常敏感人群应减少户外活动" in page
    assert "GB 3095-2012" in page and "数据版本 1" in page
    assert "模拟数据" not in page


def test_the_portal_says_simulated_when_it_is(air: Any, client: Any, office_data: Path) -> None:
    mark_as_demonstration(office_data, seed=1)
    for address in ("/", "/air/141000/", "/air/141000/pm2_5/2025-06/"):
        assert "模拟数据" in text(client.get(address)), address
    client.cookies["lantian_language"] = "en"
    assert "SIMULATED" in text(client.get("/"))
    rows = list(csv.DictReader(io.StringIO(text(client.get("/open-data/city-days.csv?period=2025-06")))))
    assert {row["simulated"] for row in rows} == {"yes"}
    assert json.loads(text(client.get("/open-data/city-days.json?period=2025-06")))["simulated"] is True


def test_the_ranking_leads_to_public_explanations(air: Any, client: Any) -> None:
    page = text(client.get(f"/?period=2025-06&{OLD}"))
    table = page[page.index('id="ranking"') :]
    assert table.index("太原") < table.index("临汾")
    assert f'href="/air/141000/pm2_5/2025-06/?{OLD}"' in table
    assert "/explain/" not in page, "nothing of the desk"
    told = text(client.get(f"/air/141000/pm2_5/2025-06/?{OLD}"))
    assert "40" in told and "06-30" in told and "hx-get" not in told
    day = text(client.get(f"/air/141000/pm2_5/2025-06-03/?{OLD}"))
    assert "2025-06-03" in day and "40" in day
    for page in (told, day):
        assert "1001A" not in page and "24:00" not in page and "/api/explain" not in page, (
            "cities, nothing below"
        )


@pytest.mark.parametrize(
    "address",
    [
        "/air/141002/",
        "/air/141002/pm2_5/2025-06/",
        "/air/999/",
        "/air/141000/coal/2025-06/",
        "/air/141000/pm2_5/x/",
    ],
)
def test_below_the_cities_nothing_is_public(address: str, air: Any, client: Any) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/stations/", "/explain/141000/pm2_5/2025-06/", "/regions/141000/panels/ranking/", "/board/"]
)
def test_the_desk_asks_for_a_sign_in(address: str, air: Any, client: Any) -> None:
    answer = client.get(address)
    assert answer.status_code == 302 and answer.url.startswith("/sign-in/")


def test_open_data_as_csv(air: Any, client: Any) -> None:
    answer = client.get(f"/open-data/city-days.csv?period=2025-06&{OLD}")
    assert answer["Content-Disposition"] == 'attachment; filename="city-days-2025-06.csv"'
    rows = list(csv.DictReader(io.StringIO(text(answer))))
    assert len(rows) == 60 and {row["code"] for row in rows} == {"140100", "141000"}
    first = next(row for row in rows if row["code"] == "141000")
    assert (first["date"], first["pm2_5"], first["co"], first["o3_8h_max"], first["aqi"], first["level"]) == (
        "2025-06-01", "40", "1.0", "100", "57", "2",
    )  # fmt: skip
    assert first["primary_pollutant"] == "pm2_5" and first["regime"] == "gb3095-2012"
    assert "simulated" not in first


def test_open_data_as_json(air: Any, client: Any) -> None:
    body = json.loads(text(client.get(f"/open-data/city-days.json?{OLD}")))
    assert (body["period"], body["regime"], body["data_version"], body["simulated"]) == (
        "2025-06", "gb3095-2012", 1, False,
    )  # fmt: skip
    assert body["units"]["co"] == "mg/m³" and len(body["days"]) == 60


@pytest.mark.parametrize("period", ["soon", "2010-01-01..2020-01-01"])
def test_a_download_of_nonsense_gets_one_line(period: str, air: Any, client: Any) -> None:
    answer = client.get(f"/open-data/city-days.csv?period={period}")
    assert answer.status_code == 422 and text(answer).count("\n") == 0 and text(answer)


def test_a_missing_value_is_empty_and_null_never_zero(
    stations: Any, put: Any, rows_of: Any, client: Any
) -> None:
    put("ambient_station_hour", [{**row, "co": None} for row in rows_of({"1010A": 20}, days=2)])
    row = next(
        csv.DictReader(io.StringIO(text(client.get(f"/open-data/city-days.csv?period=2025-06&{OLD}"))))
    )
    assert row["co"] == "" and row["pm2_5"] == "20"
    body = json.loads(text(client.get(f"/open-data/city-days.json?period=2025-06&{OLD}")))
    assert body["days"][0]["co"] is None


def test_an_empty_office_says_so(province: Any, client: Any) -> None:
    assert "还没有空气质量数据" in text(client.get("/"))
    assert "还没有空气质量数据" in text(client.get("/air/141000/"))
    assert client.get("/open-data/city-days.csv").status_code == 422


def test_the_public_api(air: Any, client: Any) -> None:
    assert [row["code"] for row in client.get("/api/public/cities").json()] == ["140100", "141000"]
    assert [row["aqi"] for row in client.get("/api/public/realtime").json()] == [55, 57]
    ranking = client.get(f"/api/public/ranking?period=2025-06&{OLD}").json()
    assert [(row["code"], row["rank"]) for row in ranking] == [("140100", 1), ("141000", 2)]
    assert ranking[0]["composite_index"]["url"].startswith("/air/140100/composite_index/")
    assert len(client.get("/api/public/days?code=141000&period=2025-06").json()) == 30
    assert client.get("/api/public/days?code=141002&period=2025-06").status_code == 404


def test_the_pages_are_english_by_switch(air: Any, client: Any) -> None:
    client.cookies["lantian_language"] = "en"
    page = text(client.get("/"))
    assert "Today&#x27;s air" in page and "Linfen" in page and "Ranking by composite index" in page
