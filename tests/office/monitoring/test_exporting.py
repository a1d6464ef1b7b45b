"""Explanations taken along: a page to print, JSON that replays, computed again; nothing private in public."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lantian.ambient.replay import replay
from lantian.office.monitoring import exporting, kernel

JUNE, REGIME = "2025-06", "?regime=gb3095-2012"
MORE = ("load_share_pm2_5", "change_rate", "days_used", "pm2_5_percentile", "good_days_ratio")


@pytest.fixture
def linfen(person: Any, signed_in: Any, air: Any) -> Any:
    return signed_in(person("lf", "141000", role="dispatcher"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_is_in_the_language_of_the_person(linfen: Any, language: str) -> None:
    linfen.cookies["lantian_language"] = language
    page = linfen.get(f"/explain/141000/pm2_5/{JUNE}/page.html{REGIME}").content.decode()
    assert page.startswith("<!doctype html>") and "<script" not in page
    assert ("临汾市" if language == "zh-hans" else "Linfen City") in page
    assert ("修约" if language == "zh-hans" else "to round") in page


def test_the_json_replays_to_the_same_digits(linfen: Any) -> None:
    answer = linfen.get(f"/explain/141000/composite_index/{JUNE}/data.json{REGIME}")
    saved = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment") and saved["rows"]
    assert replay(kernel.lake(), saved).same
    saved["step"]["value"] = "9.99"
    assert not replay(kernel.lake(), saved).same


def test_computing_again_says_whether_it_is_the_same(linfen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/explain/141000/pm2_5/{JUNE}/again/{REGIME}"
    assert "结果一致" in linfen.get(address).content.decode()

    def otherwise(lake: Any, saved: Any) -> Any:
        return replay(lake, {**saved, "value": "99"})

    monkeypatch.setattr(exporting, "replay", otherwise)
    page = linfen.get(address).content.decode()
    assert "结果一致" not in page and "99" in page and "1处不同" in page


@pytest.mark.parametrize("key", MORE)
def test_more_figures_are_explained(linfen: Any, key: str) -> None:
    page = linfen.get(f"/explain/141000/{key}/{JUNE}/{REGIME}").content.decode()
    assert "page.html" in page and "None" not in page and key not in page.split("<h2>")[1].split("</h2>")[0]
    assert linfen.get(f"/explain/141000/{key}/{JUNE}/page.html{REGIME}").status_code == 200
    told = linfen.get(f"/api/explain?code=141000&indicator={key}&period={JUNE}&regime=gb3095-2012")
    assert told.status_code == 200


def test_the_index_leads_to_its_shares(linfen: Any) -> None:
    page = linfen.get(f"/explain/141000/composite_index/{JUNE}/{REGIME}").content.decode()
    assert f"/explain/141000/load_share_pm2_5/{JUNE}/{REGIME}" in page
    assert f"/explain/141000/change_rate/{JUNE}/{REGIME}" in page


def test_a_rank_names_places_and_not_codes(linfen: Any) -> None:
    page = linfen.get(f"/explain/141000/composite_rank/{JUNE}/page.html{REGIME}").content.decode()
    assert "太原市" in page and "140100" not in page


def test_the_public_page_stops_at_the_days(client: Any, air: Any) -> None:
    at = f"/air/141000/pm2_5/2025-06-03/page.html{REGIME}"
    page = client.get(at).content.decode()
    assert "2025-06-03" in page and "1001A" not in page
    assert client.get(f"/air/141024/pm2_5/{JUNE}/page.html").status_code == 404
    assert "page.html" in client.get(f"/air/141000/pm2_5/{JUNE}/{REGIME}").content.decode()


@pytest.mark.parametrize("door", ["page.html", "data.json", "again/"])
def test_the_doors_are_those_of_the_explanation(
    client: Any, linfen: Any, signed_in: Any, person: Any, door: str
) -> None:
    address = f"/explain/141024/pm2_5/{JUNE}/{door}"
    assert linfen.get(address).status_code == 200
    assert signed_in(person("ty", "140100")).get(address).status_code == 404
    assert client.get(address).status_code == 302
    assert linfen.get(f"/explain/141024/pm2_5/2011-01/{door}").status_code == 404
    assert linfen.get(f"/explain/141024/coal/{JUNE}/{door}").status_code == 404


def test_simulated_figures_say_so_wherever_the_file_goes(linfen: Any, office_data: Any) -> None:
    address = f"/explain/141000/pm2_5/{JUNE}/page.html{REGIME}"
    assert "模拟数据" not in linfen.get(address).content.decode()
    (office_data / "demo.json").write_text("{}", "utf-8")
    assert "模拟数据" in linfen.get(address).content.decode()
    assert json.loads(linfen.get(address.replace("page.html", "data.json")).content)["simulated"] is True
