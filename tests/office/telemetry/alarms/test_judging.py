"""Hours against limits: alarms merged, raised a level, judged anew by what comes late, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lantian.office.loops.audit import audit
from lantian.office.people.models import ActionLog
from lantian.office.telemetry.alarms.models import Alarm
from lantian.office.telemetry.alarms.recording import act

pytestmark = pytest.mark.django_db
CALM = [40.0] * 24


def hours(**above: float) -> list[float | None]:
    """A day of 40 mg/m³ with other values at some hours: `hours(h10=60)`."""
    found: list[float | None] = list(CALM)
    for name, value in above.items():
        found[int(name[1:])] = value
    return found


def only() -> Alarm:
    return Alarm.objects.get(kind="hour")


def test_hours_above_the_limit_become_one_alarm(plant: Any, tell: Any, run: Any, on: Any) -> None:
    tell(plant, 0, hours(h10=60, h11=55.4, h13=52))
    with on(1):
        run()
    row = only()
    assert (row.since.hour + 8) % 24 == 10 and row.until - row.since == timedelta(hours=4)
    assert (row.count, row.peak, row.ratio, row.level) == (3, Decimal(60), Decimal("1.2"), 1)
    assert (row.limit, row.basis, row.factor, row.state) == (50, "ultra_low", "a21002", "new")
    assert [one["value"] for one in row.hours] == ["60", "55", "52"]
    assert (row.enterprise, row.outlet, row.region.code) == (plant.firm, plant.outlet, "141002")
    assert audit() == []


def test_what_is_rounded_to_the_limit_is_not_above_it(plant: Any, tell: Any, run: Any, on: Any) -> None:
    tell(plant, 0, hours(h3=50.4, h5=50.5, h7=50))
    with on(1):
        run()
    assert not Alarm.objects.exists()


def test_judging_again_changes_nothing(plant: Any, tell: Any, run: Any, on: Any) -> None:
    tell(plant, 0, hours(h10=60, h11=70))
    with on(1):
        run()
        before = list(Alarm.objects.values()), ActionLog.objects.count()
        run()
        run(everything=True)
    assert (list(Alarm.objects.values()), ActionLog.objects.count()) == before


def test_far_apart_hours_are_two_alarms(plant: Any, tell: Any, run: Any, on: Any) -> None:
    tell(plant, 0, hours(h2=60, h12=60))
    with on(1):
        run()
    assert Alarm.objects.count() == 2


def test_it_grows_over_midnight_and_rises_a_level(plant: Any, tell: Any, run: Any, on: Any) -> None:
    tell(plant, 0, hours(h22=60, h23=60))
    with on(1, 1):
        run()
    assert only().level == 1
    tell(plant, 1, [60, 60, 60, 60, *CALM[4:]])
    with on(2):
        run()
    row = only()
    assert (row.count, row.level, row.state) == (6, 3, "new")
    moves = ActionLog.objects.filter(target_type="telemetry.alarm").order_by("number")
    assert [one.verb for one in moves][:3] == ["raise_alarm", "judge_alarm", "escalate_alarm"]
    assert row.state_due is not None and audit() == []


def test_a_late_supplement_joins_two_alarms(plant: Any, tell: Any, run: Any, on: Any) -> None:
    day = hours(h8=60, h14=60)
    for hour in range(9, 14):
        day[hour] = None
    tell(plant, 0, [40, *day[1:]])
    tell(plant, 0, [40, 40, 40, 40], hour=9)  # calm hours: two alarms
    with on(1):
        run()
    first, second = Alarm.objects.order_by("since")
    tell(plant, 0, [70, 70, 70, 70, 70], hour=9)  # the truth came late
    with on(1, 12):
        run()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.count, first.level) == ("new", 7, 3)
    assert second.state == "withdrawn" and second.since == first.since + timedelta(hours=6)
    note = ActionLog.objects.filter(target_id=str(second.pk), verb="withdraw_alarm").get()
    assert "合并" in note.reason or note.reason
    assert audit() == []


def test_a_correction_withdraws_and_a_second_one_brings_it_back(
    plant: Any, tell: Any, run: Any, on: Any
) -> None:
    tell(plant, 0, hours(h10=60))
    with on(1):
        run()
    tell(plant, 0, [45], hour=10)
    with on(1, 12):
        run()
    assert only().state == "withdrawn"
    tell(plant, 0, [65], hour=10)
    with on(1, 15):
        run()
    row = only()
    assert (row.state, row.peak) == ("new", 65) and audit() == []


def test_hours_that_are_not_valid_raise_nothing(plant: Any, tell: Any, run: Any, on: Any) -> None:
    tell(plant, 0, hours(h10=90, h11=90), letters={10: "C", 11: "M"})
    with on(1):
        run()
    assert not Alarm.objects.filter(kind="hour").exists()


def test_what_was_settled_stays_and_what_goes_on_is_new(
    plant: Any, tell: Any, run: Any, on: Any, folk: Any
) -> None:
    tell(plant, 0, hours(h22=60, h23=60))
    with on(1, 1):
        run()
        act(only(), "void_alarm", folk.county, "现场比对，仪器漂移")
    tell(plant, 1, [60, 60, *CALM[2:]])
    with on(2):
        run()
    first, second = Alarm.objects.filter(kind="hour").order_by("pk")
    assert (first.state, first.count) == ("void", 2)
    assert (second.state, second.count, second.follows) == ("new", 2, first)
    with on(2, 12):
        run(everything=True)
    assert Alarm.objects.filter(kind="hour").count() == 2 and audit() == []


def test_two_bases_make_one_alarm_that_speaks_of_the_weightier(
    plant: Any, limit: Any, tell: Any, run: Any, on: Any
) -> None:
    limit(plant, "100", basis="国家标准", document="GB 39726-2020")
    tell(plant, 0, hours(h9=60, h10=120, h11=60))
    with on(1):
        run()
    row = only()
    assert (row.basis, row.limit, row.peak, row.count) == ("standard", 100, 120, 3)
    assert row.hours[1]["bases"] == {"standard": "100", "ultra_low": "50"}
    assert row.level == 3  # 120 is 2.4 times the ultra-low limit


def test_daily_means_have_their_own_limit(plant: Any, limit: Any, tell: Any, run: Any, on: Any) -> None:
    limit(plant, "42", averaging="日均值")
    tell(plant, 0, [45.0] * 24)
    with on(1):
        run()
    row = Alarm.objects.get()
    assert (row.kind, row.count, row.peak, row.level) == ("day", 1, 45, 2)


def test_another_limit_judges_the_past_anew(plant: Any, keep: Any, tell: Any, run: Any, on: Any) -> None:
    import copy

    from lantian.office.ledgers.industry.outlet_limit import OutletLimit
    from lantian.office.registers import actions
    from lantian.office.registers.reader import Reader

    tell(plant, 0, hours(h10=60))
    with on(1):
        run()
    row = OutletLimit.objects.get()
    with on(1, 12):
        read = Reader(row.ledger, None).read({"value": "80"}, copy.copy(row))
        actions.change(None, read, version=row.version, confirmed=True)
        run()
    assert only().state == "withdrawn"
    assert plant.device.days.get(day="2026-03-02").exceeding == 0


def test_an_outlet_without_a_limit_is_not_judged(works: Any, tell: Any, run: Any, on: Any) -> None:
    other = works("乙铸造有限公司")
    tell(other, 0, hours(h10=600))
    with on(1):
        run()
    assert not Alarm.objects.exists()
