"""Capture rates and coverage: arithmetic, scope, colours, exports."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from lantian.ambient import Period
from lantian.office.monitoring.models import Station
from lantian.office.quality import actions, capturing, covering
from lantian.office.quality.rules import Wish
from lantian.office.regions.models import Region

JUNE = Period.parse("2025-06")


def test_rates_of_stations_and_regions(
    stations: Any, put: Any, analyst: Any, suspect: Any, person: Any
) -> None:
    put({"1001A": 30}, days=15)
    actions.decide(analyst, [suspect("1001A", first=1, hours=72)], Wish("void", "why"))
    rows = capturing.table(analyst, JUNE, "station")
    assert rows is not None
    told = {row.label: row for row in rows.rows}
    own = told["站1001A"]
    # 648 of 720 hours of one pollutant of six.
    assert own.items[0].value == Decimal("90.0") and own.items[0].level == "good"
    assert own.whole.value == Decimal("98.3") and own.voided == 72 and own.online.value == Decimal("100.0")
    cities = capturing.table(analyst, JUNE, "city")
    assert cities is not None and [row.capture.places for row in cities.rows] == [1, 2]
    county = capturing.table(person("y", "141002"), JUNE, "city")
    # A county shows what it sees of itself, not its city.
    assert county is not None and county.total is not None and county.total.capture.places == 1


def test_levels_are_those_of_the_rule(stations: Any, put: Any, analyst: Any) -> None:
    put({"1001A": 30, "1003A": 30, "1010A": 30}, days=30)
    table = capturing.table(analyst, JUNE, "station")
    assert table is not None and (table.lines.good, table.lines.watch) == (Decimal(90), Decimal(75))
    assert {row.whole.level for row in table.rows} == {"good"}


def test_capture_through_every_door(air: Any, signed_in: Any, person: Any) -> None:
    Station.objects.filter(code="1003A").update(name="洪洞三号站")
    inside, outside = signed_in(person("in", "141024")), signed_in(person("out", "141002"))
    doors = [
        "/quality/capture/?period=2025-06&by=station",
        "/quality/capture/export.xlsx?period=2025-06&by=station",
        "/api/quality/capture?period=2025-06&by=station",
    ]
    for door in doors:
        shown = [_text(one.get(door)) for one in (inside, outside)]
        assert ["洪洞三号站" in text for text in shown] == [True, False], door
    assert inside.get("/api/quality/capture?period=2025-06&by=moon").status_code == 422


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    if "spreadsheet" in answer["Content-Type"]:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        return "\n".join(str(cell) for row in rows for cell in row)
    return str(answer.content.decode())


@pytest.fixture
def townships(province: dict[str, Any], stations: Any) -> None:
    """Of 尧都 three townships, one with a station; of 洪洞 one township and one park with a station."""
    for code, name, level, above in (
        ("141002002", "南街街道", "township", "141002"),
        ("141002003", "金殿镇", "township", "141002"),
        ("141024001", "大槐树镇", "township", "141024"),
        ("141024901", "洪洞经济开发区", "zone", "141024"),
    ):
        province[code] = Region.objects.create(
            code=code, name=name, short=name, level=level, parent=province[above]
        )
    for code, region, active in (
        ("T1", "141002002", True),
        ("T2", "141024901", True),
        ("T3", "141002003", False),
    ):
        Station.objects.create(
            code=code, place=code, name=code, region=province[region], kind="township", active=active
        )  # fmt: skip


def test_coverage_counts_stations_in_operation(townships: None, analyst: Any) -> None:
    rows, total = covering.coverage(analyst)
    told = {row.region.code: row for row in rows}
    assert [place.name for place in told["141002"].without["township"]] == ["解放路街道", "金殿镇"]
    assert told["141002"].share("township") == Decimal("33.3")
    assert told["141024"].share("zone") == Decimal("100.0")
    assert total is not None and total.share("township") == Decimal("25.0")
    assert covering.coverage(analyst, "141024")[0][0].region.code == "141024"


def test_coverage_through_every_door(townships: None, signed_in: Any, person: Any) -> None:
    inside, outside = signed_in(person("in", "141024")), signed_in(person("out", "141002"))
    for door in ("/quality/coverage/", "/quality/coverage/export.xlsx", "/api/quality/coverage"):
        assert ["大槐树镇" in _text(one.get(door)) for one in (inside, outside)] == [True, False], door


def test_a_register_without_townships_says_so(stations: Any, signed_in: Any, person: Any) -> None:
    page = signed_in(person("far", "140105")).get("/quality/coverage/").content.decode()
    assert "lantian office load regions" in page
