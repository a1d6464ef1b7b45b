"""Fire spots: placed, grouped, known heat set aside, reached, put out; the same file twice adds nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.findings.models import Finding, State
from lantian.office.findings.special.fires import heat, opening
from lantian.office.findings.special.fires.figures import fire_response_minutes, fire_spots, middle
from lantian.office.findings.special.fires.grouping import groups, metres
from lantian.office.findings.special.fires.importing import take_fires
from lantian.office.findings.special.fires.models import FirePixel, FireSpot, HeatSource, SpotState
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.loops.audit import audit
from lantian.office.people.models import ActionLog, Unit

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
MODIS = (
    "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,bright_t31,frp,"
    "daynight"
)
VIIRS = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,"
    "bright_ti5,frp,daynight,type"
)


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def ground(province: dict[str, Any]) -> dict[str, Any]:
    """Two counties side by side, 141002 west of 111.5 and 141024 east of it."""
    for code, shape in (
        ("141002", square(111.0, 36.0, 111.5, 36.5)),
        ("141024", square(111.5, 36.0, 112.0, 36.5)),
    ):
        province[code].geometry = shape
        province[code].save()
    return province


@pytest.fixture
def take(tmp_path: Path, ground: Any) -> Callable[..., Any]:
    """`take([(lat, lon, "2026-05-20", "0312", "T", 60, 5.0)], actor=…)` as a MODIS file."""

    def run(
        rows: list[tuple[Any, ...]], actor: Any = None, name: str = "modis.csv", at: datetime = NOON
    ) -> Any:
        lines = [MODIS]
        for lat, lon, day, time, satellite, confidence, frp in rows:
            cells = (lat, lon, 320.1, 1, 1, day, time, satellite, confidence, "6.1NRT", 290, frp, "D")
            lines.append(",".join(map(str, cells)))
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        with clock.at(at):
            return take_fires(actor, path, name)

    return run


HERE = (36.2, 111.2, "2026-05-20", "0312", "T", 60, 5.0)


def moved(row: tuple[Any, ...], **more: Any) -> tuple[Any, ...]:
    names = ("lat", "lon", "day", "time", "satellite", "confidence", "frp")
    return tuple(more.get(name, value) for name, value in zip(names, row, strict=True))


def test_one_fire_of_several_pixels_is_one_spot(take: Any) -> None:
    near = moved(HERE, lat=36.205, frp=9.5)  # 556 m north
    chained = moved(HERE, lat=36.213, time="0500")  # 890 m from `near`, 1.4 km from the first
    far = moved(HERE, lat=36.25)
    result = take([HERE, near, chained, far])
    assert (result.rows, result.taken, result.spots, result.opened) == (4, 4, 2, 2)
    first = FireSpot.objects.get(pixels_count=3)
    assert (first.lat, first.frp) == (Decimal("36.205000"), Decimal("9.50"))
    assert first.region.code == "141002"
    assert Finding.objects.filter(kind="fire_spot", source="satellite").count() == 2


def test_time_is_utc_padded_and_the_day_is_local(take: Any) -> None:
    take([moved(HERE, day="2026-05-19", time="1630"), moved(HERE, lat=36.4, day="2026-05-19", time="20")])
    evening, night = FireSpot.objects.order_by("lat")
    assert evening.first_seen == datetime(2026, 5, 19, 16, 30, tzinfo=UTC)
    assert evening.local_day == date(2026, 5, 20), "00:30 in Shanxi is the next day"
    assert night.first_seen == datetime(2026, 5, 19, 0, 20, tzinfo=UTC)


def test_the_same_file_twice_adds_nothing(take: Any) -> None:
    rows = [HERE, moved(HERE, lat=36.3)]
    take(rows)
    before = (FireSpot.objects.count(), FirePixel.objects.count(), Finding.objects.count())
    again = take([*rows, rows[0]])
    assert (again.taken, again.known, again.spots, again.joined) == (0, 3, 0, 0)
    assert (FireSpot.objects.count(), FirePixel.objects.count(), Finding.objects.count()) == before


def test_another_pass_joins_the_spot_and_a_later_day_is_another_fire(take: Any) -> None:
    take([HERE])
    joined = take([moved(HERE, satellite="A", time="0530", lat=36.203)])
    assert (joined.spots, joined.joined) == (0, 1)
    spot = FireSpot.objects.get()
    assert spot.satellites == "A T" and spot.pixels_count == 2
    later = take([moved(HERE, day="2026-05-22")], at=NOON + timedelta(days=2))
    assert later.spots == 1


def test_heat_after_it_was_put_out_is_a_new_fire(take: Any, person: Any) -> None:
    officer = person("wang", "141002")
    take([HERE])
    spot = FireSpot.objects.get()
    with clock.at(NOON + timedelta(minutes=20)):
        opening.step(officer, spot, "arrive_fire")
        opening.step(officer, spot, "confirm_fire")
    with clock.at(NOON + timedelta(minutes=50)):
        opening.step(officer, spot, "put_out_fire", "已扑灭")
    again = take([moved(HERE, time="1500")], at=NOON + timedelta(hours=12))
    assert again.spots == 1
    newest = FireSpot.objects.order_by("-pk").first()
    assert newest.finding.repeated_of_id == spot.finding_id


def test_bad_rows_are_named_and_the_rest_is_taken(take: Any) -> None:
    result = take(
        [
            HERE,
            moved(HERE, lat=36.3, time="2560"),
            moved(HERE, lat="north"),
            moved(HERE, lat=36.4, confidence=140),
            moved(HERE, lon=200.0),
            moved(HERE, day="2026-13-01"),
            moved(HERE, lat=30.0),
        ]
    )
    assert (result.taken, result.outside, len(result.refusals)) == (1, 1, 5)
    named = [(refusal.row, refusal.column) for refusal in result.refusals]
    assert named == [
        (3, "acq_time"),
        (4, "latitude"),
        (5, "confidence"),
        (6, "longitude"),
        (7, "acq_date"),
    ]


def test_viirs_words_and_static_type(tmp_path: Path, ground: Any) -> None:
    path = tmp_path / "viirs.csv"
    rows = (
        "36.2,111.2,340,0.4,0.4,2026-05-20,312,N,VIIRS,n,2,290,4,D,0",
        "36.3,111.7,340,0.4,0.4,2026-05-20,312,N,VIIRS,h,2,290,8,D,2",
        "36.4,111.7,340,0.4,0.4,2026-05-20,312,N,VIIRS,low,2,290,8,D,0",
    )
    path.write_text("\n".join([VIIRS, *rows]), encoding="utf-8")
    with clock.at(NOON):
        result = take_fires(None, path, path.name)
    assert result.removed == {"type": 1} and result.opened == 2
    assert sorted(FireSpot.objects.values_list("confidence", flat=True)) == ["high", "low", "nominal"]
    kept = FireSpot.objects.get(state=SpotState.HEAT)
    assert kept.finding is None and kept.get_removal_display() == "文件标为固定热源"


def test_ten_days_of_heat_in_a_year_are_industry(take: Any) -> None:
    days = [NOON - timedelta(days=20 * number) for number in range(10)]
    rows = [moved(HERE, day=day.date().isoformat(), lat=36.2 + 0.001 * (n % 3)) for n, day in enumerate(days)]
    nine = take(rows[1:])
    assert nine.opened == 9 and not nine.removed
    tenth = take(rows[:1])
    assert tenth.removed == {"repeated": 10}
    assert set(FireSpot.objects.values_list("state", flat=True)) == {"heat"}
    assert set(Finding.objects.values_list("state", flat=True)) == {State.VOID}
    assert set(FireSpot.objects.values_list("heat_days", flat=True)) == {10}
    assert not audit()


def test_a_whole_year_in_one_file_opens_nothing_for_industry(take: Any) -> None:
    days = [NOON - timedelta(days=30 * number) for number in range(12)]
    result = take([moved(HERE, day=day.date().isoformat()) for day in days])
    assert result.opened == 0 and result.removed == {"repeated": 12} and not Finding.objects.exists()


def test_a_known_source_is_no_fire_and_its_withdrawal_opens_it(take: Any, ground: Any, person: Any) -> None:
    with clock.at(NOON):
        source = heat.register_source(
            None,
            name="某焦化厂",
            region=ground["141002"],
            lon=Decimal("111.2"),
            lat=Decimal("36.2"),
            radius=800,
            why="焦炉",
        )
    assert take([HERE]).removed == {"register": 1}
    spot = FireSpot.objects.get()
    assert (spot.state, spot.source) == ("heat", source)
    with clock.at(NOON + timedelta(hours=1)):
        assert heat.withdraw_source(None, source, "已关停") == 1
    spot.refresh_from_db()
    assert spot.state == "seen" and spot.finding is not None and spot.removal == ""


def test_a_person_marks_heat_and_it_can_be_undone(take: Any, person: Any) -> None:
    officer = person("wang", "141002")
    take([HERE])
    spot = FireSpot.objects.get()
    with clock.at(NOON + timedelta(minutes=9)):
        opening.step(officer, spot, "mark_heat", "砖窑余热")
    assert spot.state == "heat" and spot.removal == "person" and spot.finding.state == State.VOID
    assert HeatSource.objects.get(active=True) == spot.source
    with clock.at(NOON + timedelta(minutes=20)):
        opening.step(officer, spot, "restore_fire", "认定有误")
    spot.refresh_from_db()
    assert spot.state == "seen" and spot.finding.state != State.VOID
    assert not HeatSource.objects.filter(active=True).exists()
    assert not audit()


def test_response_time_and_the_indicators(take: Any, ground: Any, person: Any) -> None:
    officer = person("wang", "141002")
    take([HERE, moved(HERE, lat=36.3), moved(HERE, lat=36.4), moved(HERE, lat=36.45)])
    spots = list(FireSpot.objects.order_by("lat"))
    for number, spot in enumerate(spots[:3]):
        with clock.at(NOON + timedelta(minutes=10 * (number + 1), seconds=30)):
            opening.step(officer, spot, "arrive_fire")
            opening.step(officer, spot, "deny_fire" if number == 2 else "confirm_fire", "是炊烟")
    assert [spot.response_minutes for spot in spots[:3]] == [10, 20, 30]
    may = Period(date(2026, 5, 1), date(2026, 5, 31))
    county, other = Subject(region=ground["141002"]), Subject(region=ground["141024"])
    assert fire_spots(county, may).value == 2, "true fires only: not the false alarm, not the one nobody saw"
    assert fire_spots(other, may).value == 0
    assert fire_response_minutes(county, may).value == Decimal("20.5")
    assert fire_response_minutes(other, may).value is None and fire_response_minutes(other, may).reason
    assert spots[2].finding.state == State.VOID


def test_whoever_answers_there_is_sent(take: Any, ground: Any, person: Any) -> None:
    county = Unit.objects.create(name="洪洞县人民政府", region=ground["141024"], kind="government")
    township = person("cun", "141002001")
    take([HERE, moved(HERE, lon=111.7)])
    west, east = FireSpot.objects.order_by("lon")
    assert east.finding.unit == county and east.finding.state == State.ASSIGNED
    assert west.finding.state == State.OPEN, "no one answers for the county itself"
    ground["141002001"].geometry = square(111.1, 36.1, 111.3, 36.3)
    ground["141002001"].save()
    take([moved(HERE, lat=36.15)])
    placed = FireSpot.objects.get(region__code="141002001")
    assert placed.finding.assignee == township


def test_the_nearest_grid_person_in_service_is_sent(take: Any, ground: Any, person: Any) -> None:
    from lantian.office.ledgers.dust.grid_person import GridPerson, GridState

    watcher = person("wangge", "141002001")
    for name, lon, status in (
        ("远处网格员", "111.40", GridState.SERVING),
        ("近处网格员", "111.21", GridState.SERVING),
        ("离岗网格员", "111.20", GridState.AWAY),
    ):
        GridPerson.objects.create(
            region=ground["141002001"],
            name=name,
            grid=name,
            level="village",
            phone="13800000000",
            status=status,
            lon=Decimal(lon),
            lat=Decimal("36.2"),
            account=watcher if name == "近处网格员" else None,
            key_text=name,
        )
    take([HERE])
    spot = FireSpot.objects.get()
    assert spot.grid == "近处网格员 13800000000" and spot.holder_label == spot.grid
    assert spot.region.code == "141002001", "no township has an outline: the grid person's own names it"
    assert (spot.finding.assignee, spot.finding.state) == (watcher, State.ASSIGNED)
    with clock.at(NOON + timedelta(minutes=4)):
        opening.step(watcher, spot, "arrive_fire")
    assert spot.response_minutes == 4


def test_a_county_takes_its_own_rows_only(take: Any, person: Any) -> None:
    officer = person("wang", "141002")
    result = take([HERE, moved(HERE, lon=111.7)], actor=officer)
    assert (result.taken, result.outside) == (1, 1)
    with pytest.raises(PermissionDenied):
        take([HERE], actor=person("li", "141002", role="analyst"))


def test_without_outlines_it_says_what_to_do(province: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(MODIS + "\n36.2,111.2,320,1,1,2026-05-20,0312,T,60,6,290,5,D", encoding="utf-8")
    with pytest.raises(LantianError, match="边界"):
        take_fires(None, path, "a.csv")
    assert not FireSpot.objects.exists()


def test_groups_agree_with_a_plain_search() -> None:
    """Single linkage, tried against every pair."""
    from random import Random
    from types import SimpleNamespace

    random = Random(5)  # noqa: S311 - points of a test
    points = [
        SimpleNamespace(
            lon=Decimal(f"{111 + random.random() * 0.3:.5f}"),
            lat=Decimal(f"{36 + random.random() * 0.3:.5f}"),
            seen_at=NOON + timedelta(hours=random.randrange(80)),
        )
        for _number in range(160)
    ]
    at = [(float(p.lon), float(p.lat)) for p in points]
    label = list(range(len(points)))
    changed = True
    while changed:
        changed = False
        for a in range(len(points)):
            for b in range(a):
                near = metres(at[a], at[b]) <= 2500
                close = abs(points[a].seen_at - points[b].seen_at) <= timedelta(hours=24)
                if near and close and label[a] != label[b]:
                    label[a] = label[b] = min(label[a], label[b])
                    changed = True
    expected = {frozenset(i for i, x in enumerate(label) if x == value) for value in label}
    assert {frozenset(group) for group in groups(points, 2500, timedelta(hours=24))} == expected
    assert 1 < len(expected) < len(points)


def test_median_is_exact() -> None:
    assert middle([Decimal("10.0"), Decimal("11.5")]) == Decimal("10.8")  # 10.75 to the even tenth
    assert middle([]) is None


def test_every_step_leaves_its_row(take: Any, person: Any) -> None:
    officer = person("wang", "141002")
    take([HERE])
    spot = FireSpot.objects.get()
    with clock.at(NOON + timedelta(minutes=5)):
        opening.step(officer, spot, "arrive_fire")
    verbs = list(ActionLog.objects.filter(target_type="findings.firespot").values_list("verb", flat=True))
    assert set(verbs) == {"open_fire", "arrive_fire"}
    assert ActionLog.objects.filter(verb="load_fires").count() == 1


@pytest.mark.shared
def test_the_real_file_in_shanxi(shared: Path, province: dict[str, Any], capsys: Any) -> None:
    """1,807 rows of China and its neighbours against the outlines of Shanxi."""
    from lantian.office.regions.actions import CARRIED, load_regions

    for region in province.values():
        region.geometry = None
    load_regions([CARRIED])
    folder = shared / "data" / "admin_shanxi"
    load_regions([folder / "shanxi_counties.geojson"])
    path = next((shared / "data" / "fire_firms").glob("*.csv"))
    with clock.at(datetime(2022, 2, 27, 12, tzinfo=UTC)):
        result = take_fires(None, path, path.name)
        again = take_fires(None, path, path.name)
    by_county = Counter(FirePixel.objects.values_list("region__code", flat=True))
    with capsys.disabled():
        print(f"\n{result.line}\n{dict(by_county)}")  # the report quotes it
    assert result.rows == 1807 and not result.refusals
    assert result.taken + result.outside + result.known == 1807
    assert again.taken == again.spots == again.joined == 0
    # An independent count, ring by ring, with the winding number instead of even-odd.
    features = json.loads((folder / "shanxi_counties.geojson").read_text(encoding="utf-8"))["features"]
    inside = sum(
        any(_winds(feature["geometry"], float(p.lon), float(p.lat)) for feature in features)
        for p in FirePixel.objects.all()
    )
    assert inside == result.taken


def _winds(geometry: dict[str, Any], x: float, y: float) -> bool:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        turns = 0
        ring = polygon[0]
        for (x1, y1), (x2, y2) in pairwise(ring):
            side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            if y1 <= y < y2 and side > 0:
                turns += 1
            elif y2 <= y < y1 and side < 0:
                turns -= 1
        if turns:
            return True
    return False


def test_scope_and_pages(take: Any, person: Any, scope_doors: Any, signed_in: Any) -> None:
    inside, outside = person("in", "141002"), person("out", "141024")
    take([HERE], actor=inside, name="sekret.csv")
    spot = FireSpot.objects.get()
    days = "since=2026-05-01&until=2026-05-31"
    with clock.at(NOON):
        scope_doors(
            thing=spot,
            secret="111.200000",
            inside=inside,
            outside=outside,
            pages=[f"/fires/{spot.pk}/", f"/api/fires/{spot.pk}"],
            lists=["/fires/", f"/fires/?{days}", "/api/fires"],
        )
        scope_doors(
            thing=spot.pixels.get().file,
            secret="sekret.csv",
            inside=inside,
            outside=outside,
            lists=["/fires/"],
        )
        heat.register_source(
            inside, name="某砖瓦窑", region=spot.region, lon=Decimal("111.3"), lat=Decimal("36.3"), why="窑"
        )
        scope_doors(
            thing=HeatSource.objects.get(),
            secret="某砖瓦窑",
            inside=inside,
            outside=outside,
            lists=["/fires/sources/"],
        )
        assert not FirePixel.objects.visible_to(outside).exists()
        with pytest.raises(PermissionDenied):
            heat.withdraw_source(outside, HeatSource.objects.get(), "x")
        browser = signed_in(inside)
        page = browser.get(f"/fires/{spot.pk}/").content.decode()
        assert "我已到场" in page and "2026-05-20 11:12" in page
        step = browser.post(f"/fires/{spot.pk}/do/arrive_fire/", {"version": spot.version})
        assert step.status_code == 302
        late = browser.post(f"/fires/{spot.pk}/do/mark_heat/", {"version": spot.version, "reason": "窑"})
        assert late.status_code == 422, "somebody was faster"
        assert signed_in(outside).post(f"/fires/{spot.pk}/do/confirm_fire/").status_code == 404
        assert browser.get("/fires/export.xlsx").status_code == 200


def test_the_upload_page(ground: Any, person: Any, signed_in: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = signed_in(person("in", "141002"))
    rest = "111.2,320,1,1,2026-05-20,0312,T,60,6,290,5,D"
    content = f"{MODIS}\n36.2,{rest}\nx,{rest}"
    with clock.at(NOON):
        upload = SimpleUploadedFile("fires.csv", content.encode())
        page = browser.post("/fires/take/", {"file": upload}).content.decode()
    assert "共2行：采用1，区外0，此前已有0，拒收1。" in page and "latitude" in page
    assert browser.post("/fires/take/", {}).status_code == 422
