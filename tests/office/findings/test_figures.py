"""The indicators of findings, worked by hand.

Six of May in 141002, and one of the city's other county:
  1  dust, minor (1 point), closed
  2  dust, ordinary (3), confirmed repeat of 1: 6 points, unit A, late
  3  fire spot, serious (5), assigned, unit A
  4  fire spot, ordinary (3), only reported
  5  bulk coal, ordinary, void: counts nowhere
  6  VOC, minor (1), of April
  7  dust, serious (5), in 141024
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from lantian.office.findings import actions
from lantian.office.findings.models import Finding
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject, ask
from lantian.office.people.models import Unit

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))
JUNE = datetime(2026, 6, 10, 4, tzinfo=UTC)


@pytest.fixture
def year(province: dict[str, Any]) -> dict[str, Any]:
    unit = Unit.objects.create(name="甲单位", region=province["141002"])

    def made(kind: str, day: date, severity: str, place: str, code: str = "141002", **more: Any) -> Finding:
        with clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)):
            return actions.record_finding(
                None,
                actions.NewFinding(
                    kind=kind, region=province[code], place=place, words="有问题", found_on=day,
                    severity=severity, **more,
                ),
            )  # fmt: skip

    one = made("dust", date(2026, 5, 2), "minor", "甲工地")
    two = made("dust", date(2026, 5, 9), "ordinary", "甲工地", unit=unit)
    three = made("fire_spot", date(2026, 5, 31), "serious", "甲村", unit=unit)
    made("fire_spot", date(2026, 5, 1), "ordinary", "乙村")
    five = made("bulk_coal", date(2026, 5, 5), "ordinary", "丙村")
    made("voc", date(2026, 4, 30), "minor", "乙厂")
    made("dust", date(2026, 5, 8), "serious", "丁工地", "141024")
    with clock.at(datetime(2026, 5, 12, 4, tzinfo=UTC)):
        actions.act(one, "assign_finding", None)
        actions.act(one, "rectify", None, "已覆盖")
        actions.act(one, "close_finding", None)
        actions.settle_repeat(two, None, True)
        actions.act(two, "assign_finding", None)
        actions.act(five, "void_finding", None, "查无此事")
    with clock.at(JUNE):
        actions.act(three, "assign_finding", None)
    return {**province, "unit": unit}


@pytest.mark.parametrize(
    ("code", "county", "city", "unit"),
    [
        ("findings_count", 4, 5, 2),
        (
            "findings_open_overdue",
            2,
            3,
            1,
        ),  # two (late since 19 May), four and seven never assigned; three not
        ("findings_rectified_ratio", "25.00", "20.00", "0.00"),
        ("findings_repeated", 1, 1, 1),
        ("fire_spots", 1, 1, 1),
        ("finding_points", 15, 20, 11),  # 1 + 6 + 5 + 3, and 5 more
    ],
)
def test_by_hand(year: dict[str, Any], code: str, county: Any, city: Any, unit: Any) -> None:
    with clock.at(JUNE):
        found = [
            ask(code, subject, MAY).value
            for subject in (
                Subject(region=year["141002"]),
                Subject(region=year["141000"]),
                Subject(unit=year["unit"]),
            )
        ]
    assert found == [Decimal(county), Decimal(city), Decimal(unit)]


def test_no_problem_has_no_ratio(year: dict[str, Any]) -> None:
    answer = ask("findings_rectified_ratio", Subject(region=year["140100"]), MAY)
    assert answer.value is None and answer.reason


def test_lines_add_up_and_points_are_marked(year: dict[str, Any]) -> None:
    answer = ask("finding_points", Subject(region=year["141000"]), MAY)
    assert sum(line.value for line in answer.lines) == answer.value
    assert not answer.verified  # ours: no plan gives numbers
    assert all(line.url.startswith("/findings/") for line in answer.lines)
