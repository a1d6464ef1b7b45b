"""What is due and where targets stand, over records, with the air replaced by given readings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.django_db


class Air:
    """A region whose every figure is the same reading."""

    def __init__(self, value: str, pool: int | None = None) -> None:
        self.reading = (value, pool)

    def span(self) -> tuple[date, date]:
        return date(2024, 1, 1), date(2026, 6, 30)

    def value(self, indicator: str, first: date, last: date, regime_day: date) -> Any:
        from lantian.office.plans.status import Reading

        return Reading(Decimal(self.reading[0]), "µg/m³", "/explain/", pool=self.reading[1])


def test_due_by_buckets(city_plan: Any, province: dict[str, Any]) -> None:
    from lantian.office.plans.rules import tasks_due

    due = tasks_due(province["141000"], date(2024, 10, 15))
    assert due.counts == {"overdue": 0, "soon": 1, "later": 1, "undated": 2}
    assert [t.number for t in due.soon] == ["1"]
    assert [t.number for t in due.later] == ["2"]
    assert [(t.number, t.recurring) for t in due.undated] == [("3", True), ("4", False)]
    late = tasks_due(province["141000"], date(2024, 11, 1), limit=0)
    assert (late.counts["overdue"], late.overdue, late.total) == (1, [], 4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(-800, 800))
def test_every_open_task_is_in_exactly_one_bucket(
    city_plan: Any, province: dict[str, Any], days: int
) -> None:
    from lantian.office.plans.rules import SOON, tasks_due

    on = date(2024, 10, 31) + timedelta(days=days)
    due = tasks_due(province["141000"], on)
    lists = [due.overdue, due.soon, due.later, due.undated]
    assert sorted(t.pk for rows in lists for t in rows) == sorted(
        city_plan.tasks.values_list("pk", flat=True)
    )
    assert [len(rows) for rows in lists] == list(due.counts.values())
    assert all(t.due < on for t in due.overdue)
    assert all(on <= t.due <= on + SOON for t in due.soon)
    assert all(t.due > on + SOON for t in due.later)


def test_what_binds_a_county_and_how_far_it_is_there(city_plan: Any, province: dict[str, Any]) -> None:
    from lantian.office.plans.actions import report_progress
    from lantian.office.plans.rules import tasks_due, tasks_for

    task = city_plan.tasks.get(number="1")
    on = date(2024, 10, 15)
    assert [t.number for t in tasks_for(province["141002"])] == ["1"]
    assert [t.number for t in tasks_for(province["141024"])] == ["1", "2"]
    report_progress(task, None, state="done", region=province["141002"])
    assert tasks_due(province["141002"], on).total == 0
    assert tasks_due(province["141024"], on).counts["soon"] == 1
    assert tasks_due(province["141000"], on).counts["soon"] == 1
    report_progress(task, None, state="done")
    assert tasks_due(province["141000"], on).counts["soon"] == 0


def test_status_of_each_target_of_a_region(city_plan: Any, province: dict[str, Any]) -> None:
    from lantian.office.plans.rules import counts_by_standing, status_of, targets_of

    def airs(region: Any) -> Air:
        return Air("46")

    pm = targets_of(province["141000"]).get(indicator="pm2_5")
    (running,) = status_of(pm, date(2025, 6, 30), airs)
    assert (running.status.code, running.gap, running.region) == ("at_risk", "+2 µg/m³", province["141000"])
    (over,) = status_of(pm, date(2026, 1, 1), airs)
    assert (over.status.code, over.whole_year) == ("missed", 2025)
    heating = targets_of(province["141000"]).get(indicator="clean_heating_households")
    rows = status_of(heating, date(2025, 6, 30), airs)
    assert {r.region.code for r in rows if r.region} == {"141002", "141024"}
    assert counts_by_standing(rows)["not_computable"] == 2
    assert {r.status.reason for r in rows} == {"no_reports"}  # a task of the same clause counts households


def test_a_place_not_in_the_register_is_said_and_not_dropped(
    city_plan: Any, province: dict[str, Any]
) -> None:
    from lantian.office.plans.rules import status_of

    target = city_plan.targets.get(indicator="pm2_5")
    target.regions.clear()
    target.unresolved = ["沿汾6县(市、区)"]
    target.save()
    (row,) = status_of(target, date(2025, 6, 30))
    assert (row.region, row.status.reason) == (None, "region_unknown")
    assert "沿汾6县" in row.status.words


def test_rejected_targets_stand_nowhere(city_plan: Any, province: dict[str, Any]) -> None:
    from lantian.office.plans.actions import reject
    from lantian.office.plans.rules import targets_of

    before = targets_of(province["141000"]).count()
    reject(city_plan.targets.first(), None, "x")
    assert targets_of(province["141000"]).count() == before - 1


def test_a_rank_target_without_its_pool_reads_it_from_the_words(city_plan: Any) -> None:
    from lantian.office.plans.rules import goal_of

    target = city_plan.targets.first()
    target.indicator, target.pool, target.quote = "composite_rank", "", "退出168城市后10位"
    assert goal_of(target).pool == "退出168城市后10位"


def test_the_air_of_an_empty_office_is_no_data(city_plan: Any, province: dict[str, Any]) -> None:
    from lantian.office.plans.rules import status_of

    (row,) = status_of(city_plan.targets.get(indicator="pm2_5"), date(2025, 6, 30))
    assert row.status.reason == "no_data"
