"""The register, the page of a region, the API: in both languages, and through no door from outside."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from lantian.office.people.actions import record
from lantian.office.regions.models import Region


@pytest.fixture
def no_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page alone, without what other apps hang on it."""
    monkeypatch.setattr("lantian.office.frame.panels._panels", {})


def test_a_county_stays_with_those_who_answer_for_it(
    scope_doors: Any, province: dict[str, Any], person: Any
) -> None:
    scope_doors(
        thing=province["141024"],
        secret="洪洞",
        inside=person("in", "141024"),
        outside=person("out", "141002"),
        pages=[
            "/regions/141024/",
            "/regions/141024/history/",
            "/board/?region=141024",
            "/api/regions/141024",
        ],
        lists=["/regions/", "/regions/?q=洪洞", "/regions/?q=1410", "/api/regions", "/api/regions?q=洪洞"],
    )


def test_units_in_the_api_are_scoped(scope_doors: Any, province: dict[str, Any], person: Any) -> None:
    from lantian.office.people.models import Unit

    unit = Unit.objects.create(name="洪洞分局", region=province["141024"])
    scope_doors(
        thing=unit,
        secret="洪洞分局",
        inside=person("in", "141000"),
        outside=person("out", "141002"),
        pages=[f"/api/units/{unit.pk}"],
        lists=["/api/units", "/api/units?q=洪洞"],
    )


def test_the_tree(province: dict[str, Any], person: Any, signed_in: Any) -> None:
    page = signed_in(person("wang", "140000")).get("/regions/").content.decode()
    for name in ("山西省", "太原市", "临汾市", "小店区", "尧都区", "洪洞县"):
        assert name in page
    assert "解放路街道" not in page, "townships are found by search"


@pytest.mark.parametrize(
    ("asked", "found"),
    [("尧都", "141002"), ("yaodu", "141002"), ("141002001", "141002001"), ("解放路", "141002001")],
)
def test_search(province: dict[str, Any], person: Any, signed_in: Any, asked: str, found: str) -> None:
    browser = signed_in(person("wang", "141000"))
    page = browser.get("/regions/", {"q": asked}, headers={"HX-Request": "true"}).content.decode()
    assert f"/regions/{found}/" in page
    assert "<html" not in page, "htmx gets the tree alone"
    assert "没有名为“nowhere”的区域" in browser.get("/regions/", {"q": "nowhere"}).content.decode()


def test_a_search_is_text_and_nothing_more(province: dict[str, Any], person: Any, signed_in: Any) -> None:
    page = signed_in(person("wang", "141000")).get("/regions/", {"q": "<script>%'"})
    assert page.status_code == 200
    assert "<script>%" not in page.content.decode()


def test_the_page_of_a_region(no_panels: None, province: dict[str, Any], person: Any, signed_in: Any) -> None:
    page = signed_in(person("wang", "141000")).get("/regions/141000/").content.decode()
    assert "临汾市" in page and "地级" in page
    assert 'data-code="141002"' in page and 'data-code="141024"' in page, "the tile map"
    assert '<a href="/regions/140000/">' not in page, "what is above one's own region is named, not linked"
    assert "山西省" in page


def test_english(province: dict[str, Any], person: Any, signed_in: Any) -> None:
    browser = signed_in(person("wang", "141000"))
    assert browser.post("/language/", {"language": "en", "next": "/regions/141000/"}).status_code == 302
    page = browser.get("/regions/141000/").content.decode()
    assert "Linfen City" in page and "Yaodu District" in page
    assert "临汾" not in page and "尧都" not in page


def test_history_shows_what_was_changed(province: dict[str, Any], person: Any, signed_in: Any) -> None:
    wang = person("wang", "141000", role="administrator")
    with transaction.atomic():
        record(
            wang,
            "change",
            province["141002"],
            reason="更名",
            before={"name": "旧名"},
            after={"name": "尧都区"},
        )
    page = signed_in(wang).get("/regions/141002/history/").content.decode()
    for words in ("wang", "修改", "更名", "旧名", "名称"):
        assert words in page


def test_outlines_replace_the_tiles_when_all_have_one(
    no_panels: None, province: dict[str, Any], person: Any, signed_in: Any
) -> None:
    ring = [[111, 36], [112, 36], [112, 37], [111, 36]]
    browser = signed_in(person("wang", "141000"))
    Region.objects.filter(code="141002").update(geometry={"type": "Polygon", "coordinates": [ring]})
    assert 'class="lt-tiles"' in browser.get("/regions/141000/").content.decode()
    Region.objects.filter(code="141024").update(geometry={"type": "Polygon", "coordinates": [ring]})
    page = browser.get("/regions/141000/").content.decode()
    assert 'class="lt-map"' in page and 'class="lt-tiles"' not in page


def test_the_api(province: dict[str, Any], person: Any, signed_in: Any) -> None:
    api = signed_in(person("wang", "141000"))
    body = api.get("/api/regions", {"level": "county", "parent": "141000"}).json()
    assert body["count"] == 2
    assert body["items"][0] == {
        "code": "141002",
        "name": "尧都区",
        "name_en": "Yaodu District",
        "short": "尧都",
        "short_en": "Yaodu",
        "level": "county",
        "tile_col": 1,
        "tile_row": 1,
        "parent": "141000",
    }
    assert api.get("/api/regions/141002").json()["geometry"] is None
    assert api.get("/api/me").json()["region"] == "141000"
    assert api.get("/api/regions/141999").json() == {"detail": "Not Found"}


def test_paths_follow_the_parent(province: dict[str, Any]) -> None:
    region = province["141002"]
    region.parent = province["140100"]
    region.save(update_fields=["parent"])
    assert Region.objects.get(code="141002").path == "140000/140100/141002/"
    assert Region.objects.get(code="141002001").path == "140000/140100/141002/141002001/"
    assert [over.code for over in Region.objects.get(code="141002001").ancestors()] == [
        "140000",
        "140100",
        "141002",
    ]
    assert set(province["140100"].subtree().values_list("code", flat=True)) == {
        "140100",
        "140105",
        "141002",
        "141002001",
    }
