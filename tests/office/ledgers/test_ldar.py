"""Leaks and their days, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lantian.office.ledgers.deciding import months_after
from lantian.office.registers import actions, rules
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db
POINT = {"tag": "V-1", "device": "粗苯回收", "component": "阀门", "medium": "轻液", "regime": "重点地区",
         "voc_share": "98", "reachable": "是"}  # fmt: skip
READING = {"round": "2024-1", "tested_on": "2024-03-12", "instrument": "FID-01", "calibrated": "是",
           "background": "3", "reading": "2100", "tester": "李四"}  # fmt: skip


@pytest.fixture
def ask(firm: Any) -> Any:
    """`ask("ldar_tests", …)`: what the reader says of a row of the firm; nothing is kept."""

    def read(code: str, **raw: Any) -> Any:
        return Reader(ledger(code), None).read({"enterprise": firm, **raw})

    return read


@pytest.fixture
def put(ask: Any) -> Any:
    """The same, kept."""
    return lambda code, **raw: actions.add(None, ask(code, **raw), confirmed=True)


@pytest.fixture
def point(put: Any) -> Any:
    return put("ldar_components", **POINT)


# medium, standard → the limit as the fact sheet has it (5.2)
LIMITS = [
    ("气体", "一般地区", 5000), ("气体", "重点地区", 2000), ("气体", "石化标准", 2000),
    ("轻液", "一般地区", 5000), ("轻液", "重点地区", 2000), ("轻液", "石化标准", 2000),
    ("重液", "一般地区", 2000), ("重液", "重点地区", 500), ("重液", "石化标准", 500),
]  # fmt: skip


def test_a_point_leaks_above_its_limit_and_not_at_it(put: Any, ask: Any) -> None:
    for number, (medium, regime, limit) in enumerate(LIMITS):
        tag = f"P-{number}"
        put("ldar_components", **{**POINT, "tag": tag, "medium": medium, "regime": regime})
        for above, leaks in ((0, False), (Decimal("0.1"), True)):
            raw = {**READING, "component": tag, "background": "10", "reading": str(limit + 10 + above)}
            row = ask("ldar_tests", **raw).row
            assert (row.net, row.leaks) == (limit + above, leaks)


def test_a_drip_is_a_leak_whatever_the_reading(ask: Any, point: Any) -> None:
    raw = {**READING, "component": "V-1", "reading": "5", "drip": "是"}
    assert ask("ldar_tests", **raw).row.leaks is True


def test_a_reading_below_its_background_is_asked_about_and_never_negative(ask: Any, point: Any) -> None:
    found = ask("ldar_tests", **{**READING, "component": "V-1", "reading": "1"})
    assert [one.field for one in found.questions] == ["reading"]
    assert found.row.net == 0 and found.row.leaks is False


def test_a_verdict_that_does_not_follow_is_refused(ask: Any, point: Any) -> None:
    found = ask("ldar_tests", component="V-1", leaks="否", **READING)
    assert [(one.field, one.code) for one in found.faults] == [("leaks", "computed")]
    assert ask("ldar_tests", component="V-1", leaks="是", **READING).good


def test_the_same_tag_of_another_enterprise_is_never_taken(put: Any, ask: Any, keep: Any, point: Any) -> None:
    other = keep("enterprises", name="洪洞示例家具厂（模拟）", industry="家具", region="洪洞县")
    theirs = put("ldar_components", enterprise=other, **POINT)
    found = ask("ldar_tests", component="V-1", **READING)
    assert found.good and found.row.component == point
    wrong = ask("ldar_tests", component=theirs, **READING)
    assert [(one.field, one.code) for one in wrong.faults] == [("component", "not_theirs")]
    gone = ask("ldar_tests", component="V-2", **READING)
    assert [(one.field, one.code) for one in gone.faults] == [("component", "unknown")]


@pytest.mark.parametrize(
    ("more", "due", "in_time"),
    [
        ({}, date(2024, 3, 4), None),  # 28 Feb + 5 days of a leap year
        ({"first_try_on": "2024-03-01", "status": "已首次维修"}, date(2024, 3, 14), None),
        ({"status": "延迟修复", "delay_reason": "须停车", "delay_filed_on": "2024-03-14",
          "planned_stop": "2024-09-30"}, date(2024, 9, 30), None),
        # Filed a day too late: the fifteen days stand.
        ({"status": "延迟修复", "delay_reason": "须停车", "delay_filed_on": "2024-03-15",
          "planned_stop": "2024-09-30"}, date(2024, 3, 14), None),
        ({"status": "已修复", "repaired_on": "2024-03-14", "recheck": "2000"}, date(2024, 3, 14), True),
        ({"status": "已修复", "repaired_on": "2024-03-15", "recheck": "10"}, date(2024, 3, 14), False),
    ],
)  # fmt: skip
def test_the_days_of_a_repair(
    ask: Any, point: Any, more: dict[str, str], due: date, in_time: bool | None
) -> None:
    found = ask("ldar_repairs", component="V-1", found_on="2024-02-28", reading="2100", **more)
    assert found.faults == []
    assert (found.row.due, found.row.in_time) == (due, in_time)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"first_try_on": "2024-02-27"}, "found_on"),
        ({"status": "已修复", "repaired_on": "2024-03-01", "recheck": "2000.1"}, "recheck"),
        ({"status": "已修复", "repaired_on": "2024-03-01"}, "recheck"),
        (
            {"status": "延迟修复", "delay_filed_on": "2024-03-01", "planned_stop": "2024-09-30"},
            "delay_reason",
        ),
    ],
)
def test_a_repair_that_cannot_be_is_refused(ask: Any, point: Any, more: dict[str, str], field: str) -> None:
    raw = {"component": "V-1", "found_on": "2024-02-28", "reading": "2100", **more}
    assert [one.field for one in ask("ldar_repairs", **raw).faults] == [field]


@pytest.mark.parametrize(
    ("scope", "regime", "previous", "due"),
    [
        ("动密封点", "石化标准", "2023-11-30", date(2024, 2, 29)),
        ("动密封点", "一般地区", "2023-08-31", date(2024, 2, 29)),
        ("静密封点", "石化标准", "2023-08-31", date(2024, 2, 29)),
        ("静密封点", "重点地区", "2024-02-29", date(2025, 2, 28)),
        ("动密封点", "重点地区", "2023-12-31", date(2024, 6, 30)),
    ],
)
def test_a_round_is_due_months_after_the_last(
    put: Any, scope: str, regime: str, previous: str, due: date
) -> None:
    row = put("ldar_rounds", number="2024-1", scope=scope, regime=regime,
               previous_on=previous, points_due="1200")  # fmt: skip
    row.refresh_from_db()
    assert row.due == due


def test_moving_points_and_who_is_bound_follow_the_rules(put: Any) -> None:
    for tag, kind in (("1", "泵"), ("2", "法兰"), ("3", "阀门"), ("4", "连接件")):
        put("ldar_components", **{**POINT, "tag": tag, "component": kind})
    points = ledger("ldar_components")
    moving = points.model.objects.filter(points.derived["moving"].follows.q)
    assert set(moving.values_list("tag", flat=True)) == {"1", "3"}
    for number, due in (("1", "999"), ("2", "1000")):
        row = put("ldar_rounds", number=number, scope="动密封点", regime="石化标准", points_due=due)
        assert row.ledger.derived["bound"].of(row) is (due == "1000")


def test_months_after_stays_within_its_month() -> None:
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2023, 12, 15), 12) == date(2024, 12, 15)
    assert months_after(date(2024, 10, 31), 3) == date(2025, 1, 31)


def test_what_ldar_feeds(put: Any, point: Any) -> None:
    def value(code: str) -> Decimal | None:
        found, feed = rules.feed_of(code)  # type: ignore[misc]
        return rules.value_of(feed, found.model.objects.filter(rules.counted_by(feed)))

    put("ldar_components", **{**POINT, "tag": "V-2", "reachable": "否"})
    put("ldar_tests", component="V-1", **READING)
    put("ldar_tests", component="V-2", **{**READING, "reading": "40"})
    repair = {"component": "V-1", "reading": "2100", "status": "已修复", "recheck": "20"}
    put("ldar_repairs", found_on="2024-01-01", repaired_on="2024-01-10", **repair)
    put("ldar_repairs", found_on="2024-02-01", repaired_on="2024-02-17", **repair)
    put("ldar_repairs", found_on="2024-03-01", component="V-2", reading="2500")
    assert (value("ldar_points"), value("ldar_points_reachable")) == (2, Decimal("50.00"))
    assert (value("ldar_tests"), value("ldar_leaks")) == (2, 1)
    assert (value("ldar_repairs_open"), value("ldar_repaired_in_time")) == (1, Decimal("50.00"))


def test_a_repair_is_late_the_day_after_its_fifteenth(put: Any, point: Any) -> None:
    row = put("ldar_repairs", component="V-1", found_on="2024-03-01", reading="2100")
    assert row.is_late and row.due == date(2024, 3, 6)
    assert ledger("ldar_repairs").model.objects.filter(rules.late(ledger("ldar_repairs"))).get() == row
    assert [one for one in actions.told(row) if one == "due"] == ["due"]
