"""What changed since a bulletin: each cause by a world of its own, in words of both languages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from lantian.ambient.changes import causes
from lantian.ambient.events import DayEntry, DayList
from lantian.ambient.reviews import VERDICTS, Review, apply_reviews
from lantian.office.bulletins import actions, comparing, words
from lantian.office.bulletins.comparing import Line
from lantian.office.bulletins.models import Bulletin, Status
from lantian.office.monitoring import kernel
from lantian.office.monitoring.models import Station
from lantian.office.rankings import dust

HAN = re.compile(r"[\u4e00-\u9fff]")
FIRST = datetime(2025, 5, 31, 16, tzinfo=UTC)
BOTH = re.compile(r"\b(AQI|GB|HJ|PM|SO|NO|CO|test|again|csv|ambient|composite|decimals|index|pm2_5)\b")


def line(lines: list[Line], code: str, figure: str, day: str = "") -> Line:
    return next(one for one in lines if (one.code, one.figure, str(one.date or "")) == (code, figure, day))


def said(lines: list[Line], language: str) -> list[str]:
    with translation.override(language):
        return [words.said(cause, {"141000": "A", "140100": "B"}) for one in lines for cause in one.causes]


def checked(lines: list[Line]) -> None:
    """Every cause reads in both languages, nothing of the other language in it."""
    assert lines and all(one.causes for one in lines)
    for text in said(lines, "zh-hans"):
        left = re.sub(r"[a-z_0-9]+(\.[a-z_0-9]+)+|AQI", "", BOTH.sub("", text))
        assert HAN.search(text) and not re.findall(r"[A-Za-z]{3,}", left), text
    for text in said(lines, "en"):
        assert not HAN.search(re.sub(r"站\w+|设备故障|张三|沙尘|某文件|〔|〕|环办|号", "", text)), text


def test_nothing_is_computed_when_nothing_changed(issued: Bulletin, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: Any, **_more: Any) -> None:
        pytest.fail("figures were computed")

    monkeypatch.setattr(comparing, "_moved", never)
    monkeypatch.setattr(comparing, "figures_of", never)
    monkeypatch.setattr(comparing, "changes", never)
    assert comparing.moved(issued) == []


def test_data_of_another_month_change_nothing_and_cost_nothing(
    issued: Bulletin, put: Callable[..., None], rows_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(kernel.STATION_HOUR, rows_of({"1001A": 99}, days=2, start=datetime(2025, 8, 1, 16, tzinfo=UTC)))
    monkeypatch.setattr(comparing, "_moved", lambda *_args: pytest.fail("figures were computed"))
    assert kernel.data_version() > issued.data_version
    assert comparing.moved(issued) == []


def test_a_corrected_day_moves_statistic_index_and_aqi(
    issued: Bulletin, put: Callable[..., None], rows_of: Callable[..., Any]
) -> None:
    """Linfen's 1003A from 50 to 140 on one of 30 days: (30 + 41 + 50) / 3 + 90 / 3 / 30 = 41.33."""
    put(kernel.STATION_HOUR, rows_of({"1003A": 140}, days=1, start=FIRST), source="again.csv")
    lines = comparing.moved(issued)
    pm2_5 = line(lines, "141000", "pm2_5")
    assert pm2_5.before in ("40.3", "40") and pm2_5.after in ("41.3", "41")
    assert pm2_5.kinds == ("correction",)
    assert line(lines, "141000", "composite_index").kinds == ("correction",)
    assert line(lines, "141000", "aqi", "2025-06-01").before != "50"
    assert {one.code for one in lines} == {"141000"}, "ranks are as before"
    assert "again.csv" in said([pm2_5], "en")[0] and "24" in said([pm2_5], "zh-hans")[0]
    checked(lines)


def test_a_review_is_named_with_its_reason(issued: Bulletin) -> None:
    review = Review(
        place="1003A", items=("pm2_5",), since=FIRST + timedelta(hours=1), until=FIRST + timedelta(days=10),
        verdict="void", reason="设备故障", actor="张三",
    )  # fmt: skip
    apply_reviews(kernel.lake(), kernel.STATION_HOUR, [review])
    lines = comparing.moved(issued)
    assert {"review"} == {kind for one in lines for kind in one.kinds}
    text = said([one for one in lines if one.code == "141000"], "zh-hans")[0]
    assert "设备故障" in text and "张三" in text and "站1003A" in text and "判为无效" in text
    checked(lines)


def test_a_rule_of_the_office_is_told_by_its_document(issued: Bulletin, office_data: Path) -> None:
    path = "ambient.statistics.decimals.statistics"
    (office_data / "rules").mkdir()
    (office_data / "rules" / "own.yaml").write_text(
        f"replace:\n  {path}:\n"
        "    - {value: {so2: 0, no2: 0, o3_8h: 0, pm10: 0, pm2_5: 2, co: 1}, unit: decimals,\n"
        "       document: test, clause: '1', verified: true}\n",
        "utf-8",
    )
    kernel._rules.cache_clear()
    try:
        lines = comparing.moved(issued)
    finally:
        kernel._rules.cache_clear()
    assert {"rule"} <= {kind for one in lines for kind in one.kinds}
    assert "ambient.statistics.decimals.statistics" in said([line(lines, "141000", "pm2_5")], "en")[0]


def test_a_list_of_event_days_moves_figures(issued: Bulletin, monkeypatch: pytest.MonkeyPatch) -> None:
    day = issued.span.first
    entry = DayEntry("太原市", day, day, ("pm2_5", "pm10"), ("concentration", "aqi"), "沙尘", "某文件")
    monkeypatch.setattr(dust, "_providers", [lambda _period: DayList((entry,), "list")])
    lines = comparing.moved(issued)
    assert {one.code for one in lines} == {"140100"}
    assert {"day_list"} == {kind for one in lines for kind in one.kinds}
    checked(lines)


def test_both_results_are_frozen_where_a_list_is_active(
    analyst: Any, monkeypatch: pytest.MonkeyPatch, put: Any, rows_of: Any, signed_in: Any
) -> None:
    from lantian.ambient import Period
    from lantian.office.bulletins import table

    put(kernel.STATION_HOUR, rows_of({"1010A": 400}, days=1, start=FIRST))
    day = Period.parse("2025-06").first
    entry = DayEntry("太原市", day, day, ("pm2_5", "pm10"), ("concentration",), "沙尘", "某文件")
    monkeypatch.setattr(dust, "_providers", [lambda _period: DayList((entry,), "list")])
    made = actions.make_draft(analyst, "cities-140000", Period.parse("2025-06"))
    issued = actions.issue(analyst, made, public=True)
    assert set(issued.snapshots) == {"main", "past", "raw"}
    without, whole = (
        next(one for one in table.lines(issued, side) if one.code == "140100").statistics[3]
        for side in ("main", "raw")
    )
    # One day of 400 among thirty of 20: 32.67; without it 20.
    assert without is not None and whole is not None and without == 20 and 32 < whole <= 33
    assert comparing.moved(issued) == [] == comparing.moved(issued, "raw")
    put(kernel.STATION_HOUR, rows_of({"1010A": 20}, days=1, start=FIRST))
    # The list takes the day out of concentrations only: its AQI counts, its values do not.
    assert {one.figure for one in comparing.moved(issued)} == {"aqi", "good_days", "heavy_days"}
    assert line(comparing.moved(issued, "raw"), "140100", "pm2_5").after in ("20.0", "20")
    page = signed_in(analyst).get(f"{issued.get_absolute_url()}?days=all").content.decode()
    assert "未剔除" in page and str(whole) in page


def test_ranks_that_change_name_the_other(
    issued: Bulletin, put: Callable[..., None], rows_of: Callable[..., Any]
) -> None:
    put(kernel.STATION_HOUR, rows_of({"1010A": 130}, days=30, start=FIRST))
    lines = comparing.moved(issued)
    own = line(lines, "140100", "composite_rank")
    assert (own.before, own.after) == ("1", "2")
    others = line(lines, "141000", "composite_rank")
    assert others.kinds == ("others",) and "B" in said([others], "en")[0]
    checked(lines)


def test_a_station_that_no_longer_counts(issued: Bulletin) -> None:
    station = Station.objects.get(code="1003A")
    station.kind = Station.Kind.COUNTY
    station.save()
    lines = comparing.moved(issued)
    pm2_5 = line(lines, "141000", "pm2_5")
    # (30 + 41) / 2 = 35.5
    assert pm2_5.kinds == ("register",) and pm2_5.after in ("35.5", "36", "35")
    assert "站1003A" in said([pm2_5], "zh-hans")[0]
    checked(lines)


def test_last_years_data_move_the_change_on_the_year(
    issued: Bulletin, put: Callable[..., None], rows_of: Callable[..., Any]
) -> None:
    start = datetime(2024, 5, 31, 16, tzinfo=UTC)
    put(kernel.STATION_HOUR, rows_of({"1010A": 40, "1001A": 30}, days=30, start=start))
    lines = comparing.moved(issued)
    assert {one.figure for one in lines} == {"change_rate"}
    assert line(lines, "140100", "change_rate").kinds == ("new_data",)
    checked(lines)


def test_the_page_the_panel_and_the_excel(
    issued: Bulletin, analyst: Any, signed_in: Any, put: Any, rows_of: Any
) -> None:
    browser = signed_in(analyst)
    at = f"/bulletins/{issued.pk}/changes/"
    assert "均无变动" in browser.get(at).content.decode()
    put(kernel.STATION_HOUR, rows_of({"1003A": 140}, days=1, start=FIRST))
    page = browser.get(at).content.decode()
    assert "发布更正通报" in page and "数据更正" in page and "临汾市" in page
    addresses = re.findall(r'href="(/bulletins/\d+/explain/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert browser.get(address.replace("&amp;", "&")).status_code == 200, address
    assert "没有符合条件" in browser.get(f"{at}?unit=140100").content.decode()
    some = browser.get(f"{at}?figures=aqi&kind=correction").content.decode()
    assert "2025-06-01" in some and "PM₂.₅" not in re.sub(r"<select.*?</select>", "", some, flags=re.S)
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"{at}export.xlsx").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert any("临汾市" in row for row in rows)
    panel = browser.get("/regions/140000/panels/bulletin-changes/").content.decode()
    assert at in panel and "临汾市" in panel
    told = browser.get(f"/api/bulletins/{issued.pk}/changes").json()
    assert {one["code"] for one in told} == {"141000"}
    assert "尚无通报" in browser.get("/regions/141000/panels/bulletin-changes/").content.decode()


def test_a_corrected_bulletin_takes_the_place(
    issued: Bulletin, analyst: Any, signed_in: Any, put: Any, rows_of: Any
) -> None:
    put(kernel.STATION_HOUR, rows_of({"1003A": 140}, days=1, start=FIRST))
    browser = signed_in(analyst)
    first = browser.post(f"/bulletins/{issued.pk}/correct/")["Location"]
    assert browser.post(f"/bulletins/{issued.pk}/correct/")["Location"] == first, "one draft is enough"
    browser.post(f"{first}issue/", {"public": "on"})
    old = Bulletin.objects.get(pk=issued.pk)
    new = Bulletin.objects.exclude(pk=issued.pk).get()
    assert (old.status, new.status, new.number, new.supersedes) == (
        Status.SUPERSEDED, Status.ISSUED, 2, old,
    )  # fmt: skip
    assert old.hash == issued.hash == old.digest()
    assert "更正" in new.label and comparing.moved(new) == []
    page = browser.get(old.get_absolute_url()).content.decode()
    assert new.get_absolute_url() in page
    assert browser.post(f"/bulletins/{old.pk}/correct/", follow=True).status_code == 200
    assert Bulletin.objects.count() == 2


def test_every_code_has_its_words() -> None:
    assert {*causes.KINDS, comparing.REGISTER} == set(words.KINDS)
    assert set(VERDICTS) == set(words.VERDICTS)
    for code in (*words.KINDS, *comparing.FIGURES):
        with translation.override("zh-hans"):
            text = words.kind(code) if code in words.KINDS else words.figure(code)
            assert HAN.search(text) or re.fullmatch(r"(SO₂|NO₂|PM\S+|CO|O₃\S*|AQI)", text), code
        with translation.override("en"):
            text = words.kind(code) if code in words.KINDS else words.figure(code)
            assert "_" not in text and not HAN.search(text), code


def test_event_days_between_the_two_years_are_none_of_its_own(
    analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lantian.ambient import Period

    june = Period.parse("2025-06")
    spring = Period.parse("2025-04-10")
    entry = DayEntry("太原市", spring.first, spring.last, ("pm10",), ("concentration",))
    monkeypatch.setattr(dust, "_providers", [lambda _period: DayList((entry,), "list")])
    made = actions.make_draft(analyst, "cities-140000", june)
    assert made.body["day_list"] is None and set(made.snapshots) == {"main", "past"}
