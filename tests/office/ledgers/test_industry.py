"""Registers of industry, VOC and projects: what each refuses or asks, and what they feed, counted by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lantian.office.monitoring.kernel import rulebook
from lantian.office.registers import actions, rules
from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db
OURS = [one.code for one in ledgers() if one.group in {"industry", "voc", "projects"}]


@pytest.fixture
def ask(firm: Any) -> Any:
    """`ask("kilns", fuel="电")`: what the reader says of the firm's example with other values."""

    def read(code: str, **other: str) -> Any:
        raw = {"enterprise": firm, "region": "141002", **ledger(code).model.example, **other}
        return Reader(ledger(code), None).read(raw)

    return read


@pytest.fixture
def put(ask: Any) -> Any:
    """The same, kept; questions are confirmed."""
    return lambda code, **other: actions.add(None, ask(code, **other), confirmed=True)


def value(code: str) -> Decimal | None:
    found, feed = rules.feed_of(code)  # type: ignore[misc]
    return rules.value_of(feed, found.model.objects.filter(rules.counted_by(feed)))


REFUSED = [
    ("production_lines", {"capacity": "-1"}, "capacity"),
    ("production_lines", {"facility": "一号"}, "facility"),
    ("outlets", {"number": "1号"}, "number"),
    ("outlets", {"reference_o2": "21"}, "reference_o2"),
    ("outlets", {"pollutants": "灰"}, "pollutants"),
    ("treatment_facilities", {"defect": ""}, "defect"),
    ("treatment_facilities", {"efficiency": "101"}, "efficiency"),
    ("bypasses", {"status": "保留（监管）"}, "safety_reason"),
    ("bypasses", {"status": "保留（监管）", "safety_reason": "停电保护"}, "filed_on"),
    ("bypasses", {"removed_on": "2024-01-01"}, "removed_on"),
    ("boilers", {"closed_on": "2024-01-01"}, "closed_on"),
    ("kilns", {"status": "已清洁能源替代"}, "fuel"),
    ("kilns", {"substitute": "石油焦"}, "substitute"),
    ("gas_producers", {"diameter": "3200 mm"}, "diameter"),
    ("retiring_equipment", {"volume": ""}, "volume"),
    ("retiring_equipment", {"area": "90"}, "kind"),
    ("retiring_equipment", {"kind": "焦炉", "volume": ""}, "chamber"),
    ("coal_washing", {"new_capacity": "60", "swap_capacity": "60"}, "swap_capacity"),
    ("coal_washing", {"new_capacity": "60"}, "swap_capacity"),
    ("brick_kilns", {"plan": "退出", "status": "整治完成"}, "status"),
    ("brick_kilns", {"status": "整治完成", "done_on": "2024-08-01"}, "grade"),
    ("co_points", {"problem": ""}, "problem"),
    ("co_points", {"status": "已整改", "fixed_on": "2024-05-09"}, "fixed_on"),
    ("cleaner_audits", {"schemes_done": "4"}, "schemes_done"),
    ("model_enterprises", {"announced_on": "2024-05-01", "chosen_on": "2024-04-30"}, "chosen_on"),
    ("emergency_entries", {"yellow": "限产"}, "yellow"),
    ("emergency_entries", {"nox_orange": "13"}, "red"),
    ("emergency_entries", {"grade": "C级", "yellow": "停产", "orange": "限产"}, "red"),
    ("emergency_entries", {"grade": "C级", "yellow": "自主减排"}, "yellow"),
    ("voc_substitutions", {"voc_after": "9.6"}, "voc_after"),
    ("ldar_rounds", {"points_tested": "1201"}, "points_tested"),
    ("ldar_rounds", {"leaks": "1196"}, "leaks"),
    ("new_projects", {"project_code": "123"}, "project_code"),
    ("new_projects", {"status": "准予", "decided_on": "2025-01-01", "zoning": "否"}, "status"),
    ("new_projects", {"status": "准予", "decided_on": "2025-01-01", "zoning": ""}, "status"),
    ("new_projects", {"status": "准予", "decided_on": "2025-01-01", "two_high": "是"}, "status"),
    ("new_projects", {"status": "准予", "decided_on": "2025-01-01", "coal_use": "100"}, "status"),
    ("new_projects", {"status": "准予", "decided_on": "2025-01-01", "industry": "长流程联合钢铁",
                      "adds_capacity": "是"}, "status"),
    ("new_projects", {"status": "不予准入", "decided_on": "2025-01-01"}, "reason"),
    ("clusters", {"to_grow": "5"}, "firms"),
    ("parks", {"solved": "25"}, "solved"),
    ("parks", {"status": "已验收", "accepted_on": "2024-09-01"}, "status"),
    ("ultra_low_projects", {"status": "已评估监测", "assessed_on": "2024-09-01"}, "status"),
    ("deep_treatment", {"due": ""}, "due"),
    ("deep_treatment", {"started_on": "2024-05-01", "done_on": "2024-04-01"}, "done_on"),
]  # fmt: skip


def test_what_cannot_be_is_refused(ask: Any) -> None:
    for code, other, field in REFUSED:
        assert [fault.field for fault in ask(code, **other).faults] == [field], (code, other)


ASKED = [
    ("production_lines", {"output": "2.6"}, "output"),
    ("outlets", {"height": "2"}, "height"),
    ("gas_producers", {"built_on": "2024-01-01"}, "built_on"),
    ("storage_tanks", {"roof": "固定顶"}, "roof"),
    ("storage_tanks", {"pressure": "80"}, "roof"),
    ("shared_centres", {"throughput": "5001"}, "throughput"),
    ("retiring_equipment", {"volume": "90"}, "volume"),
]


def test_what_is_odd_is_asked_about(ask: Any) -> None:
    for code, other, field in ASKED:
        found = ask(code, **other)
        assert found.faults == [] and [one.field for one in found.questions] == [field], (code, other)


SIZES = [
    ({"volume": "1199.9"}, "规模"),
    ({"volume": "1200"}, ""),
    ({"kind": "转炉", "volume": "", "tonnage": "99"}, "规模"),
    ({"kind": "转炉", "volume": "", "tonnage": "100"}, ""),
    ({"kind": "电炉", "volume": "", "tonnage": "60"}, "规模"),
    ({"kind": "合金钢电炉", "volume": "", "tonnage": "60"}, ""),
    ({"kind": "焦炉", "volume": "", "chamber": "4.3"}, "规模"),
    ({"kind": "焦炉", "volume": "", "chamber": "5.5"}, ""),
    ({"kind": "步进式烧结机", "volume": "", "area": "90"}, "类型"),
    ({"kind": "带式烧结机", "volume": "", "area": "90"}, ""),
    ({"kind": "球团竖炉", "volume": ""}, "类型"),
]


def test_the_size_that_orders_equipment_out(ask: Any) -> None:
    for other, goes in SIZES:
        found = ask("retiring_equipment", **other)
        assert found.faults == []
        words = found.row.ledger.derived["ordered"].of(found.row)
        assert (goes in words) if goes else words == ""
        assert ("存疑" in words) is (goes == "规模")


PRODUCERS = [
    ({"kind": "固定床间歇式"}, "应淘汰"),
    ({"diameter": "3"}, "应淘汰（存疑）"),
    ({"diameter": "3.01"}, "应清洁能源替代"),
    ({"diameter": "3", "use": "原料类"}, ""),
]


def test_what_is_ordered_for_a_gas_producer(ask: Any) -> None:
    for other, verdict in PRODUCERS:
        row = ask("gas_producers", **other).row
        assert row.ledger.derived["ordered"].of(row) == verdict


ROOFS = [
    ({"pressure": "76.6"}, "压力罐（存疑）"),
    ({"pressure": "27.6", "volume": "75"}, "浮顶或收集处理（存疑）"),
    ({"pressure": "27.5", "volume": "75"}, ""),
    ({"pressure": "5.2", "volume": "150"}, "浮顶或收集处理（存疑）"),
    ({"pressure": "5.2", "volume": "150", "regime": "一般地区"}, ""),
    ({"pressure": "5.1", "volume": "5000"}, ""),
]


def test_the_roof_a_tank_needs(ask: Any) -> None:
    for other, roof in ROOFS:
        row = ask("storage_tanks", **other).row
        assert row.ledger.derived["required_roof"].of(row) == roof


def test_a_two_high_project_is_told_what_it_lacks(ask: Any) -> None:
    row = ask(
        "new_projects", two_high="是", plan="是", planning_eia="是", energy_review="是", coal_use="10"
    ).row
    assert (
        row.ledger.derived["failed"].of(row)
        == "产能置换、碳达峰目标、清洁运输、达到绩效A级水平、煤炭减量替代"
    )
    flags = ("plan", "planning_eia", "energy_review", "capacity_swap", "carbon_peak", "clean_transport",
             "grade_a", "coal_replaced")  # fmt: skip
    good = ask("new_projects", two_high="是", coal_use="10", status="准予", decided_on="2025-01-01",
               **dict.fromkeys(flags, "是"))  # fmt: skip
    assert good.faults == []


def test_an_ultra_low_project_is_filed_by_its_stages(ask: Any) -> None:
    parts = dict.fromkeys(("organised", "fugitive", "transport"), "已评估监测")
    days = {"assessed_on": "2024-09-01", "announced_on": "2024-09-10", "filed_on": "2024-09-15"}
    done = {**parts, **days, "status": "已备案", "clean_share": "80"}
    assert ask("ultra_low_projects", **done).faults == []
    for wrong, field in (({"clean_share": "79.99"}, "clean_share"), ({"filed_on": "2024-09-14"}, "filed_on"),
                         ({"assessed_on": "2024-09-11"}, "filed_on"), ({"transport": "改造完成"}, "status"),
                         ({"announced_on": ""}, "announced_on")):  # fmt: skip
        assert [one.field for one in ask("ultra_low_projects", **{**done, **wrong}).faults] == [field]


def test_boilers_by_size(put: Any) -> None:
    put("boilers", number="1", capacity="35")
    put("boilers", number="2", capacity="36", ultra_low="是")
    put("boilers", number="3", capacity="4", fuel="生物质", dedicated_burner="是", online="否")
    put("boilers", number="4", capacity="10", fuel="燃气", low_nox="是", online="否")
    put("boilers", number="5", capacity="20", fuel="燃气", low_nox="否", online="")
    put("boilers", number="6", capacity="15", status="已拆除", closed_on="2024-05-01", due="")
    model = ledger("boilers").model
    derived = ledger("boilers").derived

    def numbers(name: str) -> set[str]:
        return set(model.objects.filter(derived[name].follows.q).values_list("number", flat=True))

    assert numbers("must_connect") == {"1", "2", "4", "5", "6"}
    assert (numbers("to_clear"), numbers("to_replace")) == ({"1"}, {"3"})
    assert (value("coal_boilers_left"), value("small_coal_boilers_left")) == (2, 1)
    assert value("coal_boiler_tonnes_cleared") == 15
    assert value("gas_boilers_low_nox") == Decimal("50.00")
    assert value("boilers_connected") == Decimal("50.00")  # 1, 2 of 1, 2, 4, 5


def test_what_industry_feeds(put: Any) -> None:
    put("production_lines")
    put("production_lines", name="2号", facility="MF0002", meter="")
    put("bypasses")
    kept = {"status": "保留（监管）", "safety_reason": "停电", "filed_on": "2024-03-01", "due": ""}
    put("bypasses", number="2", connected="是", standby="是", camera="是", **kept)
    put("bypasses", number="3", connected="是", standby="否", camera="是", **kept)
    put("retiring_equipment", number="甲", status="已拆除", closed_on="2024-03-01", capacity="90", due="")
    put("retiring_equipment", number="乙", capacity="60")
    put("coal_washing", status="在产", capacity="120")
    put("coal_washing", name="二号", standard="未达标", capacity="60")
    put("emergency_entries", status="已入清单", nox_red="100.5")
    put("emergency_entries", line="2号线", status="已入清单", nox_red="20")
    put("emergency_entries", line="3号线", nox_red="900")
    assert (value("production_lines"), value("lines_metered")) == (2, Decimal("50.00"))
    assert (value("bypasses_left"), value("kept_bypasses_watched")) == (1, Decimal("50.00"))
    assert (value("retired_capacity"), value("retiring_left")) == (90, 1)
    assert (value("washing_capacity"), value("washing_standard_share")) == (180, Decimal("50.00"))
    assert value("emergency_nox") == Decimal("120.5")


def test_what_voc_and_projects_feed(put: Any) -> None:
    put("voc_materials", used="30")
    put("voc_materials", name="溶剂漆", base="溶剂型", content="600", share="60", used="10")
    put("voc_substitutions", status="已完成", done_on="2024-10-01")
    put("parks")
    put("parks", name="乙园", problems="6", solved="6", stations="0")
    put("clusters")
    put("deep_treatment", nox="12", status="已完成", done_on="2024-10-01", due="")
    put("deep_treatment", name="乙", nox="5")
    assert (value("voc_materials_used"), value("low_voc_share")) == (40, Decimal("75.00"))
    assert value("voc_cut_by_substitution") == Decimal("7.2")
    assert (value("park_problems_solved"), value("parks_with_stations")) == (
        Decimal("80.00"),
        Decimal("50.00"),
    )
    assert (value("clusters_left"), value("deep_treatment_nox"), value("deep_treatment_open")) == (1, 12, 1)


def test_low_content_and_exemption_follow_the_rules(ask: Any) -> None:
    row = ask("voc_materials", content="300", share="9.99").row
    assert row.ledger.derived["low"].of(row) == "低VOCs含量（存疑）" and row.ledger.derived["exempt"].of(row)
    row = ask("voc_materials", content="300.001", share="10").row
    assert row.ledger.derived["low"].of(row) == "高VOCs含量（存疑）" and not row.ledger.derived["exempt"].of(
        row
    )


def test_every_rule_a_register_names_is_in_the_rulebook() -> None:
    for code in OURS:
        for derived in ledger(code).derived.values():
            assert not derived.rule or rulebook().rule(derived.rule).document, code
