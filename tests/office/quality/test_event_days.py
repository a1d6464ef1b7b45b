"""Event days: kept with their file, refused by row, withdrawn with a reason, both results shown."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.people.actions import verify_chain
from lantian.office.quality import dust, event_days
from lantian.office.quality.models import EventEntry, EventList
from lantian.office.regions.models import Region

JUNE = Period.parse("2025-06")
HEAD = "城市,起始日期,结束日期,剔除项目,用于,依据文件,原因\n"
ROWS = (
    "临汾市,2025-06-01,2025-06-03,PM10、PM2.5,浓度,监测函1号,沙尘\n"
    "太原,2025-06-02,,PM10,浓度和AQI,监测函1号,沙尘\n"
)


@pytest.fixture
def keep(analyst: Any, province: Any) -> Any:
    def make(rows: str = ROWS, who: Any = None, region: str = "140000") -> EventList:
        return event_days.keep(
            who or analyst, province[region], "list.csv", (HEAD + rows).encode(), "监测函〔2025〕1号"
        )

    return make


def test_a_list_is_kept_with_file_and_entries(keep: Any) -> None:
    kept = keep()
    assert kept.path.read_bytes() == (HEAD + ROWS).encode() and kept.refusals == []
    linfen, taiyuan = kept.entries.order_by("-region__code")
    assert (linfen.region.code, linfen.days) == ("141000", "2025-06-01..2025-06-03")
    assert (taiyuan.pollutants, taiyuan.uses) == (("pm10",), ("concentration", "aqi"))
    with pytest.raises(LantianError):
        keep()
    assert EventList.objects.count() == 1


def test_rows_are_refused_one_by_one(keep: Any, person: Any) -> None:
    kept = keep("临汾,2025-06-09,,PM10,,,\n北京,2025-06-09,,PM10,,,\n临汾,nonsense,,,,,\n")
    assert kept.entries.count() == 1
    assert {told["code"] for told in kept.refusals} == {"unknown_place", "not_a_date"}
    lin = person("lin", "141000", role="analyst")
    own = keep(ROWS, lin, "141000")
    assert [entry.region.code for entry in own.entries.all()] == ["141000"]
    assert [told["code"] for told in own.refusals] == ["outside"]
    with pytest.raises(LantianError):
        keep("太原,2025-06-09,,,,,\n", lin, "141000")
    with pytest.raises(PermissionDenied):
        keep("临汾,2025-06-11,,,,,\n", person("officer", "141002"))


def test_withdrawing_needs_a_reason_and_takes_effect(keep: Any, analyst: Any) -> None:
    kept = keep()
    with pytest.raises(LantianError):
        event_days.withdraw(analyst, kept.entries.all(), " ")
    listed = event_days.active(JUNE)
    assert listed is not None and {entry.place for entry in listed.entries} == {"临汾", "太原"}
    assert event_days.withdraw(analyst, kept.entries.all(), "superseded by letter 2") == 2
    assert event_days.active(JUNE) is None and EventEntry.objects.count() == 2 and verify_chain() == []
    with pytest.raises(LantianError):
        event_days.withdraw(analyst, kept.entries.all(), "again")
    keep()  # what was withdrawn may come again


def test_both_results(stations: Any, put: Any, keep: Any, province: Any) -> None:
    put({"1001A": 30, "1003A": 50, "1010A": 20})
    put({"1001A": 230, "1003A": 250}, days=3)
    keep()
    cities = list(Region.objects.filter(level="city").order_by("code"))
    taiyuan, linfen = dust.both(cities, JUNE)
    told = {pair.indicator.key: pair for pair in linfen.pairs}
    assert linfen.days == 3 and taiyuan.days == 1
    # (3 x 240 + 27 x 40) / 30 against 40
    assert (told["pm2_5"].whole.value, told["pm2_5"].without.value) == (Decimal(60), Decimal(40))
    assert told["pm2_5"].moved and (linfen.rank, linfen.rank_without) == (2, 2)
    # Only the concentrations lose these days: the days stay polluted ones.
    assert told["good_days"].whole.value == told["good_days"].without.value
    (county,) = dust.both([province["141024"]], JUNE)
    assert county.days == 3
    assert dust.both(cities, Period.parse("2025-05")) == []


def test_doors_of_lists_and_entries(air: Any, keep: Any, scope_doors: Any, person: Any) -> None:
    kept = keep(ROWS.replace("监测函1号", "太原专用函", 2))
    taiyuan, linfen = person("tai", "140100"), person("lin", "141000")
    entry = EventEntry.objects.get(region__code="141000")
    EventEntry.objects.filter(pk=entry.pk).update(reason="临汾沙尘过程")
    scope_doors(
        thing=entry,
        secret="临汾沙尘过程",
        inside=linfen,
        outside=taiyuan,
        lists=["/dust-days/", f"/dust-days/lists/{kept.pk}/", "/api/dust-days"],
    )
    scope_doors(
        thing=kept,
        secret="监测函",
        inside=linfen,
        outside=person("out", "140105"),
        pages=[f"/dust-days/lists/{kept.pk}/"],
    )


def test_only_whose_list_it_is_gets_the_file(keep: Any, signed_in: Any, person: Any, analyst: Any) -> None:
    kept = keep()
    door = f"/dust-days/lists/{kept.pk}/file/"
    assert signed_in(person("lin", "141000")).get(door).status_code == 404
    assert b"".join(signed_in(analyst).get(door).streaming_content) == (HEAD + ROWS).encode()


def test_pages(air: Any, signed_in: Any, analyst: Any, person: Any) -> None:
    chief = signed_in(analyst)
    wrong = chief.post("/dust-days/", {"file": _file("list.pdf", b"%PDF")}, follow=True)
    assert "CSV" in wrong.content.decode() and not EventList.objects.exists()
    unread = chief.post("/dust-days/", {"file": _file("list.csv", b"a,b\n1,2\n")}, follow=True)
    assert "无法作为扣除日清单读取" in unread.content.decode()
    file = _file("list.csv", (HEAD + ROWS + "北京,2025-06-09,,,,,\n").encode())
    answer = chief.post("/dust-days/", {"file": file, "document": "监测函〔2025〕1号"}, follow=True)
    page = answer.content.decode()
    assert "收入 2 条" in page and "“北京”：区划表中没有这个市县" in page
    kept = EventList.objects.get()
    effect = chief.get("/dust-days/effect/?period=2025-06").content.decode()
    assert "扣除后" in effect and "临汾" in effect
    panel = chief.get("/regions/141000/panels/dust-days/?period=2025-06").content.decode()
    assert "扣除后" in panel
    county = signed_in(person("in", "141002"))
    assert "尧都" in county.get("/dust-days/effect/?period=2025-06").content.decode()
    assert county.get("/regions/141024/panels/dust-days/").status_code == 404
    assert county.post("/dust-days/", {"file": file}).status_code == 403
    for door in ("/dust-days/export.xlsx", "/dust-days/effect/export.xlsx?period=2025-06"):
        assert chief.get(door).status_code == 200
    entry = kept.entries.first()
    assert county.post(f"/dust-days/entries/{entry.pk}/withdraw/", {"reason": "x"}).status_code == 403
    page = chief.post(f"/dust-days/entries/{entry.pk}/withdraw/", {"reason": "重复"}, follow=True)
    assert "重复" in page.content.decode() and EventEntry.objects.active().count() == 1
    chief.post(f"/dust-days/lists/{kept.pk}/withdraw/", {"reason": "作废"})
    assert not EventEntry.objects.active().exists()


def test_candidates_are_only_shown(stations: Any, put: Any, signed_in: Any, analyst: Any) -> None:
    put({"1001A": 30, "1003A": 50, "1010A": 20})
    put({"1001A": 60, "1003A": 60}, days=1, start=datetime(2025, 6, 4, 16, tzinfo=UTC), pm10=600)
    chief = signed_in(analyst)
    page = chief.get("/dust-days/candidates/?period=2025-06").content.decode()
    assert "2025-06-05 01:00" in page and "600" in page
    assert not EventEntry.objects.exists()
    listed = b"".join(chief.get("/dust-days/candidates/export.csv?period=2025-06").streaming_content)
    assert "临汾,2025-06-05" in listed.decode("utf-8-sig")
    rankings = chief.get("/rankings/?period=2025-06").content.decode()
    assert 'name="days"' not in rankings


def _file(name: str, content: bytes) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return file
