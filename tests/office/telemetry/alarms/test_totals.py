"""The year's mass against its total, with numbers worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lantian.office import indicators
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.telemetry.alarms.models import Alarm, DualControl

from .conftest import local

pytestmark = pytest.mark.django_db
# 100 mg/m³ × 10 m³/s × 3600 s = 3.6 kg an hour, 86.4 kg a day.
DAY_T = Decimal("0.0864")


@pytest.fixture
def ten_days(plant: Any, tell: Any, keep: Any, on: Any, run: Any) -> Any:
    """Ten days of 100 mg/m³, with a yearly total of so many tonnes."""

    def make(total: str | None) -> DualControl:
        if total is not None:
            keep("permit_totals", enterprise=plant.firm, factor="氮氧化物", year="2026", tonnes=total)
        for day in range(10):
            tell(plant, day, [100.0] * 24)
        with on(10, 2):
            run()
        return DualControl.objects.get(outlet=None, factor="a21002")

    return make


def test_mass_share_pace_and_the_day_it_runs_out(ten_days: Any, plant: Any, on: Any) -> None:
    row = ten_days("1.728")  # twenty days of it
    assert (row.used, row.total, row.share) == (DAY_T * 10, Decimal("1.728"), Decimal("50.0"))
    assert (row.known_days, row.as_of, row.rate, row.trend) == (10, date(2026, 3, 11), DAY_T, None)
    assert row.runs_out == row.runs_out_first == row.runs_out_last == date(2026, 3, 21)
    with clock.at(local(date(2026, 1, 19))):
        assert not row.is_near  # 61 days; telemetry.alarms.total says 60
    with clock.at(local(date(2026, 1, 20))):
        assert row.is_near
    assert (row.hours_valid, row.hours_over, row.over_30, row.last_ratio) == (240, 240, 240, 2)
    outlet = DualControl.objects.get(outlet=plant.outlet)
    assert (outlet.used, outlet.total, outlet.why) == (row.used, None, "no_total")
    alarm = Alarm.objects.get(kind="total")
    assert (alarm.level, alarm.ratio, alarm.peak) == (3, Decimal("0.5"), row.used)  # ten days are left


@pytest.mark.slow
def test_a_settled_total_that_gets_worse_is_called_out_again(
    ten_days: Any, plant: Any, tell: Any, office: Any
) -> None:
    from lantian.office.telemetry.alarms.recording import act

    ten_days("2.6")  # thirty days of it: twenty are left
    row = Alarm.objects.get(kind="total")
    assert row.level == 2
    with office.on(10, 3):
        act(row, "void_alarm", office.folk.county, "停炉检修计划已报")
        office.run()
    assert Alarm.objects.filter(kind="total").count() == 1
    for day in range(10, 16):
        tell(plant, day, [100.0] * 24)
    with office.on(16, 2):
        office.run()
        office.run()
    again = Alarm.objects.filter(kind="total").order_by("-pk")[0]
    assert (again.follows, again.level, again.state) == (row, 3, "new")
    row.refresh_from_db()
    assert row.state == "void" and Alarm.objects.filter(kind="total").count() == 2


def test_a_total_that_lasts_is_no_alarm(ten_days: Any) -> None:
    row = ten_days("120")
    assert (row.share, row.runs_out, row.why) == (Decimal("0.7"), None, "not_this_year")
    assert not Alarm.objects.filter(kind="total").exists()


def test_what_is_spent_says_since_when(ten_days: Any) -> None:
    row = ten_days("0.5")
    assert (row.share, row.runs_out, row.why) == (Decimal("172.8"), date(2026, 3, 7), "ran_out")


def test_without_a_total_the_mass_is_told(ten_days: Any) -> None:
    row = ten_days(None)
    assert (row.used, row.total, row.share, row.why) == (DAY_T * 10, None, None, "no_total")


def test_indicators_tell_hours_and_shares(
    ten_days: Any, province: dict[str, Any], on: Any, works: Any
) -> None:
    ten_days("1.728")
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    with on(10, 3):
        ours, theirs = Subject(region=province["141002"]), Subject(region=province["141024"])
        told = {
            code: indicators.ask(code, ours, march)
            for code in (
                "exceedance_hours",
                "exceedance_share",
                "permit_total_share",
                "permit_total_exceeded",
            )
        }
        assert {code: answer.value for code, answer in told.items()} == {
            "exceedance_hours": 240, "exceedance_share": 100, "permit_total_share": Decimal("50.0"),
            "permit_total_exceeded": 0,
        }  # fmt: skip
        assert indicators.ask("exceedance_hours", theirs, march).value is None
        assert indicators.ask("permit_total_share", theirs, march).reason
