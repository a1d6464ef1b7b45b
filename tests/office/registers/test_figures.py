"""Feeds: what a register counts for indicators and targets, held against counts by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lantian.office import indicators
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.plans.status import Goal, Status
from lantian.office.plans.terms import Standing
from lantian.office.registers import rules
from lantian.office.registers.rules import feed_of, tally
from lantian.office.targets.standing import Elsewhere

pytestmark = pytest.mark.django_db
CODE = "91141000701234567E"


@pytest.fixture
def boilers(keep: Any) -> None:
    """Two coal boilers left, two cleared this year (10 and 20 t/h), one before; one of three gas ones."""
    year = clock.today().year
    common = {"enterprise": CODE, "filter": "布袋"}
    for number, fuel, size, status, day, low in (
        ("1", "燃煤", "4", "在用", "", ""),
        ("2", "燃煤", "6", "停用", "", ""),
        ("3", "燃煤", "10", "已拆除", f"{year}-01-01", ""),
        ("4", "燃煤", "20", "已清洁能源替代", f"{year}-01-01", ""),
        ("5", "燃煤", "30", "已拆除", f"{year - 1}-12-31", ""),
        ("6", "燃气", "2", "在用", "", "是"),
        ("7", "燃气", "2", "在用", "", "否"),
        ("8", "燃气", "2", "在用", "", ""),
    ):
        keep(
            "boilers",
            number=number,
            fuel=fuel,
            capacity=size,
            status=status,
            closed_on=day,
            low_nox=low,
            **common,
        )


def this_year() -> Period:
    return Period(date(clock.today().year, 1, 1), clock.today())


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("coal_boilers_left", Decimal(2)),
        ("coal_boilers_cleared", Decimal(2)),
        ("coal_boiler_tonnes_cleared", Decimal(30)),
        ("gas_boilers_low_nox", Decimal("33.33")),
    ],
)
def test_a_feed_is_the_number_counted_by_hand(
    boilers: None, province: dict[str, Any], code: str, value: Decimal
) -> None:
    for region in ("141002", "141000", "140000"):
        assert indicators.ask(code, Subject(region=province[region]), this_year()).value == value
    ledger, feed = feed_of(code)
    whole = tally(ledger, feed, this_year().first, this_year().last)
    assert whole.of("140000/141000/") == (8, value)
    assert whole.of("140000/140100/") == (0, None)


def test_an_empty_register_is_not_a_zero(boilers: None, province: dict[str, Any]) -> None:
    answer = indicators.ask("coal_boilers_left", Subject(region=province["141024"]), this_year())
    assert answer.value is None and answer.reason


def test_what_stands_today_is_not_told_of_a_day_gone_by(boilers: None, province: dict[str, Any]) -> None:
    past = Period(date(2020, 1, 1), date(2020, 12, 31))
    assert indicators.ask("coal_boilers_left", Subject(region=province["141002"]), past).value is None
    assert indicators.ask("coal_boilers_cleared", Subject(region=province["141002"]), past).value == 0


def test_the_list_behind_a_figure_holds_what_was_counted(boilers: None, province: dict[str, Any]) -> None:
    answer = indicators.ask("coal_boilers_cleared", Subject(region=province["141000"]), this_year())
    assert answer.count == 2 and len(answer.lines) == 2
    ledger, feed = feed_of("coal_boilers_cleared")
    rows = ledger.model.objects.filter(withdrawn=False)
    counted = rows.filter(rules.counted_by(feed, this_year().first, this_year().last))
    assert {str(row) for row in counted} == {line.words for line in answer.lines} == {"3", "4"}


def goal(unit: str, value: str, code: str = "coal_boilers_cleared") -> Goal:
    return Goal(code, ">=", Decimal(value), unit, last_day=date(clock.today().year, 12, 31))


@pytest.mark.parametrize(
    ("asked", "standing", "shown"),
    [
        (goal("台", "2"), Standing.ACHIEVED, Decimal(2)),
        (goal("台", "500"), Standing.AT_RISK, Decimal(2)),
        (goal("万台", "0.0002"), Standing.ACHIEVED, Decimal("0.0002")),
        (goal("t/h", "30", "coal_boiler_tonnes_cleared"), Standing.ACHIEVED, Decimal(30)),
    ],
)
def test_progress_in_a_register_counts_towards_a_target(
    boilers: None, province: dict[str, Any], asked: Goal, standing: str, shown: Decimal
) -> None:
    unknown = Status(Standing.NOT_COMPUTABLE, "register")
    status = Elsewhere([]).status_of(asked, province["141000"], clock.today(), unknown)
    assert (status.code, status.source) == (standing, "register")
    assert status.reading is not None and status.reading.value == shown


def test_a_target_in_another_unit_is_not_held_by_the_register(
    boilers: None, province: dict[str, Any]
) -> None:
    unknown = Status(Standing.NOT_COMPUTABLE, "register")
    status = Elsewhere([]).status_of(goal("%", "2"), province["141000"], clock.today(), unknown)
    assert status.source != "register" or status.code == Standing.NOT_COMPUTABLE


def test_an_empty_register_is_named_by_the_target(province: dict[str, Any]) -> None:
    unknown = Status(Standing.NOT_COMPUTABLE, "register")
    asked = goal("%", "80", "clean_transport_ratio")
    status = Elsewhere([]).status_of(asked, province["141000"], clock.today(), unknown)
    assert (status.code, status.reason) == (Standing.NOT_COMPUTABLE, "register_empty") and status.words
    fall = Goal("coal_consumption", "decrease", Decimal(10), "%", "2020", date(clock.today().year, 12, 31))
    assert (
        Elsewhere([]).status_of(fall, province["141000"], clock.today(), unknown).reason == "register_change"
    )
