"""Names of units and places against a small register: a province, two cities, counties with awkward names."""

from __future__ import annotations

import pytest

from lantian.office.plans.places import Atlas, Place, fold

PROVINCE = Place(1, "山西省", "山西", "province", "140000/")
CITY = Place(2, "临汾市", "临汾", "city", "140000/141000/")
OTHER_CITY = Place(3, "晋城市", "晋城", "city", "140000/140500/")
YAODU = Place(4, "尧都区", "尧都", "county", "140000/141000/141002/")
HONGTONG = Place(5, "洪洞县", "洪洞", "county", "140000/141000/141024/")
HUOZHOU = Place(6, "霍州市", "霍州", "county", "140000/141000/141082/")
URBAN_JC = Place(7, "城区", "城区", "county", "140000/140500/140502/")
LINGCHUAN = Place(8, "陵川县", "陵川", "county", "140000/140500/140524/")
ZONE = Place(9, "临汾经济开发区", "临汾经开区", "zone", "140000/141000/LFJKQ/")
TOWN = Place(10, "崇文镇", "崇文", "township", "140000/140500/140524/140524100/")
URBAN_YQ = Place(11, "城区", "城区", "county", "140000/140300/140302/")
ALL = [PROVINCE, CITY, OTHER_CITY, YAODU, HONGTONG, HUOZHOU, URBAN_JC, LINGCHUAN, ZONE, TOWN, URBAN_YQ]

LINFEN = Atlas(ALL, CITY)
SHANXI = Atlas(ALL, PROVINCE)
COUNTY = Atlas(ALL, LINGCHUAN)


def names(places: tuple[Place, ...]) -> list[str]:
    return [p.name for p in places]


@pytest.mark.parametrize(
    "written",
    [
        "各县市区人民政府",
        "各县（市、区）人民政府",
        "各县(市、区)政府",
        "各县（区、市）人民政府",
        "县市区人民政府",
        "各县 (市、区) 人民政府",
    ],
)
def test_a_collective_name_binds_every_county_of_the_city(written: str) -> None:
    party = LINFEN.party(written)
    assert names(party.places) == ["尧都区", "洪洞县", "霍州市"]
    assert (party.collective, party.unit, party.unresolved) == (True, "", "")


def test_cities_and_counties_of_a_province() -> None:
    assert names(SHANXI.party("各市人民政府").places) == ["临汾市", "晋城市"]
    assert names(SHANXI.party("市县政府").places) == [
        "临汾市", "晋城市", "尧都区", "洪洞县", "霍州市", "城区", "陵川县", "城区",
    ]  # fmt: skip
    assert names(COUNTY.party("各乡镇政府").places) == ["崇文镇"]


def test_some_counties_are_those_the_task_names_and_else_left_open() -> None:
    assert names(LINFEN.party("有关县市区人民政府", [HONGTONG, CITY]).places) == ["洪洞县"]
    open_one = LINFEN.party("有关县市区人民政府")
    assert (open_one.places, open_one.unresolved, open_one.collective) == ((), "some", True)


@pytest.mark.parametrize(
    ("atlas", "written", "unit", "kind", "where"),
    [
        (LINFEN, "市生态环境局", "临汾市生态环境局", "department", (CITY, [])),
        (LINFEN, "市场监管局", "市场监管局", "department", (CITY, [])),
        (LINFEN, "市市场监管局", "临汾市市场监管局", "department", (CITY, [])),
        (LINFEN, "临汾经济开发区管委会", "临汾经济开发区管委会", "committee", (ZONE, ["临汾经济开发区"])),
        (LINFEN, "尧都区人民政府", "尧都区人民政府", "government", (YAODU, ["尧都区"])),
        (LINFEN, "霍州市", "霍州市人民政府", "government", (HUOZHOU, ["霍州市"])),
        (LINFEN, "临汾海关", "临汾海关", "department", (CITY, [])),
        (LINFEN, "市投资集团", "临汾市投资集团", "enterprise", (CITY, [])),
        (SHANXI, "省生态环境厅", "山西省生态环境厅", "department", (PROVINCE, [])),
        (SHANXI, "省生态\n\n环境厅", "山西省生态环境厅", "department", (PROVINCE, [])),
        (SHANXI, "中国铁路太原局集团有限公司", "中国铁路太原局集团有限公司", "enterprise", (PROVINCE, [])),
        (COUNTY, "市生态环境局陵川分局", "晋城市生态环境局陵川分局", "department", (LINGCHUAN, [])),
        (COUNTY, "县交通局", "陵川县交通局", "department", (LINGCHUAN, [])),
    ],
)
def test_a_named_unit_gets_its_full_name_and_seat(
    atlas: Atlas, written: str, unit: str, kind: str, where: tuple[Place, list[str]]
) -> None:
    party = atlas.party(written)
    assert (party.unit, party.kind) == (unit, kind)
    assert (party.seat, names(party.places)) == where
    assert not party.collective
    assert not party.unresolved


@pytest.mark.parametrize(
    "written", ["各有关部门", "有关单位", "市清洁取暖工作领导小组成员单位", "市直有关部门"]
)
def test_a_class_of_units_is_no_unit(written: str) -> None:
    party = LINFEN.party(written)
    assert (party.unit, party.places, party.unresolved) == ("", (), "class")


def test_a_committee_of_an_unknown_zone_is_a_unit_whose_place_is_unresolved() -> None:
    party = LINFEN.party("侯马经济开发区管委会")
    assert (party.unit, party.kind, party.unresolved) == ("侯马经济开发区管委会", "committee", "place")


def test_places_of_targets() -> None:
    found, unknown = LINFEN.regions(["市区", "洪洞", "沿汾6县(市、区)", "临汾市"])
    assert ([p.name for p in found], unknown) == (["临汾市", "洪洞县"], ["沿汾6县(市、区)"])
    assert [p.name for p in SHANXI.regions(["各设区城市"])[0]] == ["临汾市", "晋城市"]
    assert SHANXI.regions(["其他设区城市"]) == ([], ["其他设区城市"])


def test_a_name_borne_twice_is_not_guessed_but_the_plans_own_region_decides() -> None:
    assert SHANXI.named("城区") is None
    assert Atlas(ALL, OTHER_CITY).named("城区") == URBAN_JC


def test_fold() -> None:
    assert fold("各县（市、 区）") == "各县市区"
