"""Maps: every record is on it or said not to be, one by one or in groups."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.listing import points
from lantian.office.registers.listing.asking import ask
from lantian.office.registers.listing.points import draw

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[111, 36], [112, 36], [112, 37], [111, 37], [111, 36]]]}


@pytest.fixture
def placed(boilers: Any, province: dict[str, Any]) -> Any:
    """Forty copies of a boiler on a lattice of 141002; three more stand outside of its outline."""
    region = province["141002"]
    region.geometry = SQUARE
    region.save()
    model = type(boilers["late"])
    rows = []
    for n in range(43):
        row = model(
            region=region, enterprise=boilers["late"].enterprise, number=f"P{n}", fuel="coal", capacity=1,
            status="in_use", lon=111 + (n % 8) / 10 if n < 40 else 115, lat=36 + (n // 8) / 10,
        )  # fmt: skip
        row.fold_in()
        rows.append(row)
    model.objects.bulk_create(rows)
    return region


def drawing(user: Any, region: Any, query: str = "") -> Any:
    return draw(ask(ledger("boilers"), QueryDict(query), user), [region])


def test_every_record_is_drawn_or_said_not_to_be(placed: Any, person: Any) -> None:
    made = drawing(person("analyst", "140000"), placed)
    assert len(made.points) == 41 and made.outside == 3 and made.unplaced == 2 and made.placed == 44
    assert len(made.outlines) == 1 and all(0 <= point.x <= made.width for point in made.points)
    assert sum(point.tone == "late" for point in made.points) == 1


def test_many_are_grouped_and_no_one_is_lost(
    placed: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "MOST_POINTS", 10)
    user = person("analyst", "140000")
    made = drawing(user, placed)
    assert made.grouped and sum(point.number for point in made.points) == 41
    for point in made.points:
        inside = ask(ledger("boilers"), QueryDict(point.box), user)
        assert not inside.faults and inside.rows.count() >= point.number
    monkeypatch.setattr(points, "MOST_POINTS", 1000)
    assert len(drawing(user, placed, made.points[0].box).points) >= 1


def test_without_outlines_the_points_make_the_frame(placed: Any, person: Any) -> None:
    placed.geometry = None
    made = drawing(person("analyst", "140000"), placed)
    assert len(made.points) == 44 and made.outside == 0 and not made.outlines


def test_nothing_to_draw(province: Any, person: Any) -> None:
    made = drawing(person("analyst", "140000"), province["141002"])
    assert not made.points and made.placed == made.unplaced == 0


def test_a_city_opens_its_counties_and_a_county_its_list(placed: Any, person: Any, signed_in: Any) -> None:
    browser = signed_in(person("analyst", "140000"))
    html = browser.get("/registers/boilers/map/?fuel=coal").content.decode()
    assert 'href="?fuel=coal&amp;region=141000"' in html
    html = browser.get("/registers/boilers/map/?fuel=coal&region=141000").content.decode()
    assert 'href="/registers/boilers/?fuel=coal&amp;region=141002"' in html
    assert "?fuel=coal&amp;region=141000&amp;position=no" in html


def test_what_stands_nowhere_has_no_map(person: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger("boilers"), "placed", False)
    assert signed_in(person("a", "140000")).get("/registers/boilers/map/").status_code == 404
