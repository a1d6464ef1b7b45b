"""What the registers of energy, vehicles, dust and support feed, counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.ledgers.dust.catering import Catering, size_of
from lantian.office.ledgers.polygons import is_polygon
from lantian.office.regions.models import Region
from lantian.office.registers import figures, rules
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db


def wrong_with(code: str, raw: dict[str, str]) -> list[str]:
    """The fields that are refused or asked about."""
    read = Reader(ledger(code), None).read(raw)
    return [f"{fault.field}?" for fault in read.questions] or [fault.field for fault in read.faults]


def test_households(add: Any, figure: Any) -> None:
    add("heating_households")
    add("heating_households", house="0102", converted_on="2023-10-01")
    add("heating_households", house="0103", look_back="散煤复烧")
    add("heating_households", house="0104", status="已确户", converted_on="", paid_on="", look_back="")
    add(
        "heating_households", house="0105", status="无人居住或拆迁", converted_on="", paid_on="", look_back=""
    )
    # 0101 and 0103 in 2024; 0102 was another year's, 0104 is not done, nobody lives in 0105.
    assert figure("clean_heating_households") == 2
    assert figure("heating_converted_ratio") == Decimal("75.00")
    assert figure("heating_reburning") == 1
    assert figure("heating_subsidy_paid") == 3 * 6000


def test_villages(add: Any, figure: Any) -> None:
    add("heating_villages")
    add("heating_villages", village="示范村", households="100", converted="15", look_back="存在散煤复烧")
    add("heating_villages", village="山上村", households="80", converted="")  # half a figure counts in no sum
    assert figure("rural_heating_coverage") == Decimal("75.00")  # (300 + 15) of (320 + 100)
    assert figure("heating_villages_unstable") == 1


def test_coal(add: Any, figure: Any) -> None:
    add("coal_use")
    add("coal_use", kind="煤矸石", tonnes="9000")
    add("coal_use", purpose="原料用煤", tonnes="7000")
    add("coal_use", purpose="发电用煤", tonnes="5000", replaced="300", replaced_by="天然气")
    add("coal_use", year="2023", tonnes="1")
    assert figure("coal_consumption") == 125000  # without gangue and feedstock, without 2023
    assert figure("coal_replaced") == 300
    # Half a year is no year: no figure instead of a nought.
    assert figure("coal_consumption", last=date(2024, 6, 30)) is None
    assert figure("coal_consumption", date(2023, 1, 1), date(2024, 12, 31)) == 125001


def test_petroleum_coke_replaces_no_coal(sample: Any) -> None:
    assert wrong_with("coal_use", sample("coal_use", replaced="1", replaced_by="石油焦")) == ["replaced_by"]


def test_what_must_stay_at_zero(add: Any, figure: Any) -> None:
    add("coal_facilities")
    add("coal_facilities", name="二", status="复燃")
    add("coal_facilities", name="三", status="已取缔", cleared_on="2024-05-01")
    assert [figure(f"coal_facilities_{part}") for part in ("left", "back", "cleared")] == [2, 1, 1]
    add("coal_samples")
    add("coal_samples", number="2", sulphur="1.2", status="不合格待处置")
    add("coal_samples", number="3", sulphur="", status="已送检")
    assert figure("coal_samples_taken") == 3 and figure("coal_samples_passed") == 50


def test_too_much_sulphur_does_not_pass_unasked(sample: Any) -> None:
    assert wrong_with("coal_samples", sample("coal_samples", sulphur="1")) == []
    assert wrong_with("coal_samples", sample("coal_samples", sulphur="1.001")) == ["status?"]


def test_zones(add: Any, figure: Any, sample: Any) -> None:
    add("no_coal_zones")
    add("no_coal_zones", name="二", status="已公布", area="12")
    add("no_coal_zones", name="三", status="已公布", area="7", kind="高污染燃料禁燃区")
    assert figure("no_coal_zones") == 2 and figure("no_coal_area") == 12
    assert wrong_with("no_coal_zones", sample("no_coal_zones", boundary='{"type": "Polygon"}')) == [
        "boundary"
    ]
    assert wrong_with("low_emission_zones", sample("low_emission_zones", allowed="国一")) == ["allowed?"]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("东至滨河路", True),
        ("", True),
        ('{"type": "Polygon", "coordinates": [[[111, 36], [112, 36], [112, 37], [111, 36]]]}', True),
        ('{"type": "MultiPolygon", "coordinates": [[[[111, 36], [112, 36], [112, 37], [111, 36]]]]}', True),
        ('{"type": "Polygon", "coordinates": [[[111, 36], [112, 36], [112, 37], [111, 35]]]}', False),
        ('{"type": "Polygon", "coordinates": [[[111, 36], [112, 36], [111, 36]]]}', False),
        ('{"type": "Polygon", "coordinates": [[[36, 111], [36, 112], [37, 112], [36, 111]]]}', False),
        ('{"type": "Polygon", "coordinates": []}', False),
        ('{"type": "Polygon", "coordinates": 5}', False),
        ('{"type": "Point", "coordinates": [111, 36]}', False),
        ('{"type": "Polygon", ', False),
    ],
)
def test_a_boundary_is_words_or_a_polygon_that_can_be_drawn(text: str, fits: bool) -> None:
    assert is_polygon(text) is fits


def test_machines(add: Any, figure: Any) -> None:
    add("machines")
    add("machines", registration="", stage="国一")
    add("machines", registration="晋L00124", stage="新能源", fuel="电动")
    add("machines", registration="晋L00125", stage="国零", status="已淘汰", scrapped_on="2024-03-01")
    assert figure("machines_in_use") == 3
    assert figure("machines_coded_ratio") == Decimal("66.67")
    assert figure("machines_electric_ratio") == Decimal("33.33")
    assert (figure("old_machines_left"), figure("old_machines_cleared")) == (1, 1)
    add("machine_filings")
    add("machine_filings", site="二", status="已离场", exit_on="2024-05-01")
    assert (figure("machines_on_site"), figure("machine_filings")) == (1, 2)


def test_fleets_and_freight(add: Any, figure: Any, sample: Any) -> None:
    add("truck_fleets")
    add("truck_fleets", name="二", vehicles="30", new_energy="10", stage6="20", stage5="0")
    add("truck_fleets", name="三", vehicles="50", new_energy="0", stage6="0", status="已停运")
    assert figure("nev_share") == 60  # (80 + 10) of (120 + 30)
    assert wrong_with("truck_fleets", sample("truck_fleets", vehicles="119")) == ["vehicles"]
    add("freight")
    assert figure("clean_transport_ratio") == 85  # (600 + 100 + 150) of 1000 thousand tonnes
    assert figure("clean_transport_ratio_stage6") == 95
    assert (figure("rail_share"), figure("rail_freight")) == (90, 600000)
    assert figure("rail_share", date(2025, 1, 1), date(2025, 12, 31)) is None


def test_old_vehicles(add: Any, figure: Any, sample: Any) -> None:
    add("old_vehicles")
    add("old_vehicles", plate="晋L12346", stage="国四", status="已报废注销", scrapped_on="2024-08-15",
        paid_on="2024-10-10")  # fmt: skip
    add("old_vehicles", plate="晋L12347", stage="国五", fuel="稀薄燃烧燃气")
    assert (figure("old_vehicles_left"), figure("old_vehicles_cleared")) == (2, 1)
    assert figure("old_vehicle_subsidy") == 18000
    assert wrong_with("old_vehicles", sample("old_vehicles", plate="晋L12348", stage="国五")) == ["stage?"]


def test_gates_are_held_to_the_standard(add: Any, figure: Any) -> None:
    add("gate_systems")
    add("gate_systems", gate="2号门", upload_rate="94.9")
    add("gate_systems", gate="3号门", upload_rate="95", video_months="11")
    add("gate_systems", gate="4号门", upload_rate="95", status="未建", since="")
    assert (figure("gates_unfit"), figure("gates_connected_ratio")) == (2, 75)


def test_sidings_are_bound_from_a_million_and_a_half(add: Any, figure: Any) -> None:
    add("rail_sidings")
    add("rail_sidings", name="二", volume="150", status="已投运", running_on="2024-02-01")
    add("rail_sidings", name="三", volume="149.9", status="已投运", running_on="2023-02-01")
    assert (figure("rail_siding_ratio"), figure("rail_sidings_opened")) == (50, 1)


def test_fuel(add: Any, figure: Any, sample: Any) -> None:
    add("fuel_stations")
    add("fuel_stations", name="二", recovery="一次回收")
    add("fuel_stations", name="三", kind="黑加油站点", status="清理整治中")
    assert (figure("vapour_recovery_ratio"), figure("illegal_stations_left")) == (50, 1)
    bad = sample("fuel_stations", name="四", kind="黑加油站点", status="营业")
    assert wrong_with("fuel_stations", bad) == ["status"]
    add("fuel_samples")
    add("fuel_samples", number="2", result="350", status="不合格溯源中")
    add("fuel_samples", number="3", result="90", status="不合格已查处", traced_to="示例油品公司")
    add("fuel_samples", number="4", result="", limit="", measure="", status="已送检")
    assert figure("fuel_samples_taken") == 4
    assert (figure("fuel_samples_passed"), figure("fuel_traced_ratio")) == (Decimal("33.33"), 50)


def test_sites(add: Any, figure: Any) -> None:
    add("construction_sites")
    add("construction_sites", name="二", area="5000", wash="否", video="否")
    add("construction_sites", name="三", area="4999.9", video="", monitor="")
    add("construction_sites", name="四", status="竣工", fence="否")
    assert figure("sites_six_ratio") == Decimal("66.67")
    assert (figure("sites_video_ratio"), figure("sites_monitor_ratio")) == (50, 100)


def test_land_roads_and_yards(add: Any, figure: Any, sample: Any) -> None:
    add("bare_land", area="3000")
    add("bare_land", name="二", area="1000", status="已完成", done_on="2024-05-01")
    assert (figure("bare_land_treated_ratio"), figure("bare_land_left")) == (25, 1)
    done = sample("bare_land", name="三", mesh="1999", status="已完成", done_on="2024-05-01")
    assert wrong_with("bare_land", done) == ["mesh?"]
    add("broken_roads", length="3")
    add("broken_roads", section="二", length="1", status="已完成", done_on="2024-05-01")
    assert (figure("broken_roads_repaired_ratio"), figure("broken_roads_left")) == (25, 1)
    add("yards")
    add("yards", name="二", area="8000", enclosure="露天", illegal="是", treatment="清理取缔")
    assert (figure("yards_closed_ratio"), figure("illegal_yards_left")) == (50, 1)


def test_streets(add: Any, figure: Any) -> None:
    add("road_segments", area="30000", length="3", dust_load="8")
    add("road_segments", section="二", area="10000", length="1", sweeping="人工清扫", dust_load="8.001")
    add("road_segments", section="三", built_up="否", road_class="一般道路", dust_load="10", length="4")
    add("road_segments", section="四", status="施工封闭", dust_load="", weighed_on="", length="9")
    assert figure("mechanised_sweeping_ratio") == 75  # built-up, not closed: 30,000 of 40,000 m²
    assert figure("road_dust_fit_ratio") == Decimal("87.50")  # 3 + 4 of 8 km
    assert figure("roads_too_dusty") == 1


@pytest.mark.parametrize(
    ("heads", "size", "least"),
    [("0.9", "低于基准灶头", 0), ("1", "小型", 60), ("2.9", "小型", 60), ("3", "中型", 75),
     ("5.9", "中型", 75), ("6", "大型", 85), ("40", "大型", 85)],
)  # fmt: skip
def test_catering_has_the_size_and_the_efficiency_of_the_standard(heads: str, size: str, least: int) -> None:
    row = Catering(heads=Decimal(heads), efficiency=Decimal(least))
    assert size_of(row) == size and not Catering.weak.of(row)
    row.efficiency = Decimal(least) - Decimal("0.1")
    assert Catering.weak.of(row) is (least > 0)


def test_catering(add: Any, figure: Any) -> None:
    assert add("catering").due == date(2024, 7, 30)  # 90 days after 1 May
    add("catering", name="二", efficiency="74")
    add("catering", name="三", fume="2.001")
    add("catering", name="四", purifier="否", efficiency="", cleaned_on="", ledger_kept="", online="否")
    assert (figure("catering_purifier_ratio"), figure("catering_unfit"), figure("catering_online")) == (
        75,
        2,
        3,
    )


def test_odour_farms_mines(add: Any, figure: Any, sample: Any) -> None:
    add("odour_points", must_monitor="是")
    add("odour_points", name="二", must_monitor="是", monitored="否")
    assert (figure("odour_points_left"), figure("odour_monitored_ratio")) == (2, 50)
    add("farms", treated_air="是")
    add("farms", name="二", coal_heated="是")
    assert (figure("farms_treated_ratio"), figure("farms_coal")) == (50, 1)
    add("mines")
    add("mines", name="二", status="已关闭", closed_on="2024-02-01")
    assert (figure("mines_rectifying"), figure("mines_closed")) == (1, 1)
    assert wrong_with("mines", sample("mines", name="三", new_mine="是", transport="燃油车")) == [
        "transport?"
    ]


def test_straw_and_its_people(add: Any, figure: Any, sample: Any) -> None:
    add("straw_depots")
    add("straw_use")  # 26,000 + 8,000 + 2,000 + 400 + 600 of 40,000 t
    none = dict.fromkeys(("feed", "fuel", "base", "other_use"), "0")
    add("straw_use", crop="小麦", collectable="10000", yielded="12000", field="8000", **none)
    assert figure("straw_utilisation_ratio") == 90  # 45,000 of 50,000 t
    assert wrong_with("straw_use", sample("straw_use", crop="谷子", collectable="36999")) == ["collectable"]
    assert figure("straw_depot_capacity") == 5000
    person = add("grid_people")
    assert (person.name, person.phone, person.account) == ("赵六（模拟）", "13800000000", None)
    assert (figure("grid_people"), figure("grid_people_reachable")) == (1, 100)


def test_monitoring(add: Any, figure: Any) -> None:
    add("monitoring_sites")
    add("monitoring_sites", name="二", status="已建未联网", connected_on="")
    add("monitoring_sites", name="三", status="未建", connected_on="", since="")
    add("monitoring_sites", name="四", site_class="园区站", status="在建", connected_on="", since="")
    add("monitoring_sites", name="五", site_class="城市站")  # no township or park
    add("monitoring_sites", name="六", status="已撤销")
    assert (figure("station_coverage"), figure("stations_connected_ratio")) == (50, 25)
    add("cameras")
    add("cameras", number="2", status="离线")
    add("cameras", number="3", status="待安装", since="")
    assert (figure("cameras_online_ratio"), figure("cameras_offline")) == (50, 1)


def test_agencies_money_and_studies(add: Any, figure: Any, sample: Any) -> None:
    add("agencies")
    bad = sample("agencies", falsified="是", penalty="示罚〔2024〕1号")
    assert wrong_with("agencies", bad) == ["credit"]
    assert wrong_with("agencies", sample("agencies", credit_code="91141000MA0000001N")) == ["credit_code"]
    assert (figure("agencies_checked"), figure("agencies_falsified")) == (1, 0)
    add("instruments")
    add("instruments", number="2", status="待配备", bought_on="", calibrated_on="", due="")
    assert (figure("instruments_equipped_ratio"), figure("instruments_wanted")) == (50, 1)
    add("funding_projects")
    add("funding_projects", name="二", granted="400", spent="0")
    assert (figure("funds_spent_ratio"), figure("funds_granted")) == (50, 2400)
    add("subsidies")
    assert (figure("subsidies_paid"), figure("subsidies_paid_ratio")) == (320, Decimal("66.67"))
    add("studies")
    decided = {"status": "已决定", "conclusion": "见报告"}
    add("studies", name="二", taken="已采纳", document="示政办7号", finished_on="2024-06-30", **decided)
    add("studies", name="三", taken="未采纳", reason="成本过高", finished_on="2025-02-28", **decided)
    assert (figure("studies_finished"), figure("studies_taken_ratio")) == (1, 50)


def test_a_yearly_figure_lists_the_records_of_its_year(add: Any, signed_in: Any, person: Any) -> None:
    add("coal_use")
    add("coal_use", year="2023", tonnes="1")
    found = rules.feed_of("coal_consumption")
    assert found is not None
    region = Region.objects.get(code="141002")
    told = figures.answer(*found, Subject(region=region), Period(date(2024, 1, 1), date(2024, 12, 31)))
    assert (told.value, told.count, [line.value for line in told.lines]) == (120000, 1, [120000])
    assert "year_from=2024&year_to=2024" in told.url
    page = signed_in(person("wang", "141002")).get(told.url).content.decode()
    assert ">120000<" in page and ">2024<" in page and ">2023<" not in page
    half = figures.answer(*found, Subject(region=region), Period(date(2024, 1, 1), date(2024, 6, 30)))
    assert half.value is None and half.reason


def test_a_grid_person_has_an_account_of_their_own_region_only(add: Any, sample: Any, person: Any) -> None:
    here = person("zhao", "141002")
    person("far", "141024")
    assert add("grid_people", login="zhao").account == here
    for other in ("far", "nobody"):
        assert wrong_with("grid_people", sample("grid_people", grid="二", login=other)) == ["login"]


def test_a_figure_that_rests_on_an_unverified_rule_is_marked(add: Any) -> None:
    add("gate_systems")
    day = clock.today()
    for code, verified in (("gates_unfit", False), ("gates_connected", True)):
        found = rules.feed_of(code)
        assert found is not None
        told = figures.answer(*found, Subject(region=Region.objects.get(code="141002")), Period(day, day))
        assert told.value is not None and told.verified is verified
