"""Loading region files: three forms, refusals by row, nothing twice, nothing lost."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from lantian.errors import LantianError
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog
from lantian.office.regions.actions import CARRIED, RegionReport, load_regions
from lantian.office.regions.models import Region

pytestmark = pytest.mark.django_db

CARRIED_HEAD = "code,name,name_en,short,short_en,level,parent_code,tile_col,tile_row"
DIVISIONS_HEAD = "code,name,level,parent_code,note"


def load(tmp_path: Path, text: str | bytes, name: str = "regions.csv") -> RegionReport:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_regions([file])[0]


def counts(report: RegionReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.refusals)


def square(code: Any, *points: Any, kind: str = "Polygon") -> dict[str, Any]:
    ring = list(points or ((111, 36), (112, 36), (112, 37), (111, 36)))
    coordinates = [[ring]] if kind == "MultiPolygon" else [ring]
    return {"properties": {"adcode": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def test_the_carried_register(tmp_path: Path) -> None:
    report = load_regions([CARRIED])[0]
    assert counts(report) == (129, 0, 0, 0)
    levels = {level: Region.objects.filter(level=level).count() for level in ("province", "city", "county")}
    assert levels == {"province": 1, "city": 11, "county": 117}
    yaodu = Region.objects.get(code="141002")
    assert yaodu.path == "140000/141000/141002/"
    assert (yaodu.name, yaodu.short, yaodu.tile_col is None) == ("尧都区", "尧都", False)
    assert all(region.name_en and region.short_en for region in Region.objects.all())
    assert counts(load_regions([CARRIED])[0]) == (0, 0, 129, 0)


def test_no_two_regions_share_a_square() -> None:
    load_regions([CARRIED])
    for parent in Region.objects.filter(level__in=("province", "city")):
        squares = list(parent.children.values_list("tile_col", "tile_row"))
        assert len(squares) == len(set(squares)), parent.name


def test_divisions_in_any_order_with_townships_and_zones(tmp_path: Path) -> None:
    text = f"""{DIVISIONS_HEAD}
141002001,解放路街道,township,141002,
141002,尧都区,county,141000,
140171,山西转型综合改革示范区,county,140100,functional_zone
141000,临汾市,city,140000,
140100,太原市,city,140000,
140000,山西省,province,,
"""
    assert counts(load(tmp_path, text)) == (6, 0, 0, 0)
    assert Region.objects.get(code="141002001").path == "140000/141000/141002/141002001/"
    assert Region.objects.get(code="140171").level == "zone"
    assert counts(load(tmp_path, text)) == (0, 0, 6, 0)


def test_a_file_without_a_column_does_not_empty_it(tmp_path: Path, province: dict[str, Any]) -> None:
    report = load(tmp_path, f"{DIVISIONS_HEAD}\n141002,尧都新区,county,141000,\n")
    assert counts(report) == (0, 1, 0, 0)
    region = Region.objects.get(code="141002")
    assert (region.name, region.name_en, region.short, region.tile_col) == (
        "尧都新区",
        "Yaodu District",
        "尧都",
        1,
    )
    assert json.loads(ActionLog.objects.get().after)["changes"] == {
        "141002": {"name": ["尧都区", "尧都新区"]}
    }


def test_a_region_that_moves_takes_its_subtree_along(tmp_path: Path, province: dict[str, Any]) -> None:
    load(tmp_path, f"{DIVISIONS_HEAD}\n141002,尧都区,county,140100,\n")
    assert Region.objects.get(code="141002001").path == "140000/140100/141002/141002001/"
    assert Region.objects.filter(path__startswith="140000/141000/").count() == 2


def test_bad_rows_are_named_and_good_ones_kept(tmp_path: Path, office_data: Path) -> None:
    text = f"""{CARRIED_HEAD}
140000,山西省,Shanxi,山西,Shanxi,province,,,
14,短,,,,city,140000,,
140100,,,,,city,140000,,
140200,大同市,,,,kingdom,140000,,
140300,阳泉市,,,,city,150000,,
140400,长治市,,,,city,,,
140500,晋城市,,,,city,140000,x,1
140600,朔州市,,,,city,140000,-1,1
140700,{"晋" * 61},,,,city,140000,,
140800,运城市,,,,city,140000,2,3
140800,运城市又,,,,city,140000,2,3
140801,反了,,,,province,140800,,

140900,忻州市,,,,city,140000,,
"""
    report = load(tmp_path, text)
    assert counts(report) == (3, 0, 0, 10)
    assert set(Region.objects.values_list("code", flat=True)) == {"140000", "140800", "140900"}
    assert [(refusal.row, refusal.code) for refusal in report.refusals] == [
        (3, "bad_code"),
        (4, "empty"),
        (5, "unknown_level"),
        (6, "unknown_place"),
        (7, "no_parent"),
        (8, "not_a_number"),
        (9, "not_a_number"),
        (10, "too_long"),
        (12, "duplicate"),
        (13, "wrong_parent"),
    ]
    assert report.read == report.taken + len(report.refusals)
    assert report.report is not None and report.report.parent == office_data / "reports"
    with report.report.open(encoding="utf-8", newline="") as source:
        listed = list(csv.DictReader(source))
    assert [int(row["row"]) for row in listed] == [refusal.row for refusal in report.refusals]
    assert listed[3]["reason"].startswith("150000")
    assert "10 refused" in report.line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    report = load(tmp_path, f"{DIVISIONS_HEAD}\n140000,山西省,province,,\n".encode(encoding))
    assert counts(report) == (1, 0, 0, 0)
    assert Region.objects.get().name == "山西省"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        (b"a,b\n1,2\n", "no column code, name, level, parent_code"),
        (b"\xff\xfe\x00\x01", "not text"),
        (b'{"type": "FeatureCollection"', "the JSON is broken"),
        (b'{"type": "Feature"}', "no list of features"),
        (b'{"features": 3}', "no list of features"),
    ],
)
def test_files_of_no_use(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(LantianError, match=message) as caught:
        load(tmp_path, content)
    assert "regions.csv" in caught.value.line
    assert Region.objects.count() == ActionLog.objects.count() == 0


def test_outlines_are_added_by_code(tmp_path: Path, province: dict[str, Any]) -> None:
    text = collection(
        square(141002),
        square("141024", kind="MultiPolygon"),
        square("999999"),
        square(""),
        square(141000, (111, 36), (112, "x"), (112, 37), (111, 36)),
        square(140100, (111, 36), (112, 36)),
        square(140105, (111, 36), (112, 36), (112, 97), (111, 36)),
        {"properties": {"adcode": 140000}, "geometry": None},
        square(141002),
        None,
    )
    report = load(tmp_path, text, "outlines.geojson")
    assert counts(report) == (0, 2, 0, 8)
    assert report.outlines == 2
    assert Region.objects.get(code="141002").geometry["type"] == "Polygon"
    codes = [refusal.code for refusal in report.refusals]
    assert sorted(codes) == ["bad_geometry"] * 4 + ["duplicate"] + ["empty"] * 2 + ["unknown_place"]
    assert counts(load(tmp_path, collection(square(141002)), "again.geojson")) == (0, 0, 1, 0)


def test_an_outline_that_crosses_itself_is_taken(tmp_path: Path, province: dict[str, Any]) -> None:
    bow_tie = square(141002, (111, 36), (112, 37), (112, 36), (111, 37), (111, 36))
    assert counts(load(tmp_path, collection(bow_tie), "bow.geojson")) == (0, 1, 0, 0)


def test_every_load_that_changes_something_is_in_the_log(tmp_path: Path, person: Any) -> None:
    file = tmp_path / "regions.csv"
    file.write_text(f"{DIVISIONS_HEAD}\n141003,新区,county,141000,\n", encoding="utf-8")
    load_regions([file], person("wang", "140000", role="administrator"))
    load_regions([file])
    row = ActionLog.objects.get()
    assert (row.verb, row.actor_name) == ("load", "wang")
    assert json.loads(row.after)["changes"] == {"141003": "added"}
    assert verify_chain() == []


@pytest.mark.shared
def test_the_real_files(shared: Path) -> None:
    folder = shared / "data" / "admin_shanxi"
    files = [folder / name for name in ("divisions.csv", "shanxi_cities.geojson", "shanxi_counties.geojson")]
    load_regions([CARRIED])
    divisions, cities, counties = load_regions(files)
    assert counts(divisions) == (1485 - 129, 0, 129, 0)
    assert counts(cities) == (0, 11, 0, 0)
    assert counts(counties) == (0, 117, 0, 0), "two of them are invalid polygons, and can be drawn"
    assert Region.objects.filter(level="zone").count() == 4
    assert Region.objects.filter(level="township").count() == 1352
    assert [counts(report)[:2] for report in load_regions(files)] == [(0, 0)] * 3
