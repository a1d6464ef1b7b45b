"""What follows from alarms: levels nobody answered, problems, lower grades, lost lines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lantian.office.findings.models import Finding
from lantian.office.grading.models import Downgrade
from lantian.office.loops.audit import audit
from lantian.office.people.models import ActionLog
from lantian.office.telemetry.alarms import recording
from lantian.office.telemetry.alarms.models import Alarm

pytestmark = pytest.mark.django_db
CALM = [40.0] * 24


def hours(first: int, many: int, value: float = 60) -> list[float]:
    return [*CALM[:first], *[value] * many, *CALM[first + many :]]


@pytest.mark.slow
def test_what_nobody_acknowledges_rises(plant: Any, tell: Any, run: Any, on: Any, folk: Any) -> None:
    tell(plant, 0, hours(10, 1))
    with on(1):
        run()
    with on(4, 8):  # 72 hours for a notice, not over yet
        run()
    row = Alarm.objects.get(kind="hour")
    assert row.level == 1
    with on(4, 10):
        run()
        row.refresh_from_db()
        assert (row.level, row.raised, row.state) == (2, 1, "new")
        recording.act(row, "acknowledge", folk.county)
    with on(6):
        run(everything=True)
    row.refresh_from_db()
    assert (row.level, row.state) == (2, "acknowledged") and audit() == []


def test_a_serious_alarm_opens_a_problem_once(plant: Any, tell: Any, run: Any, on: Any) -> None:
    tell(plant, 0, hours(3, 6))
    with on(1):
        run()
        run(everything=True)
        row = Alarm.objects.get(kind="hour")
        found = Finding.objects.get()
        assert row.finding == found and list(found.alarms.all()) == [row]
        assert (found.kind, found.source, found.severity) == ("exceedance", "stack_alarm", "serious")
        assert (found.enterprise, found.register, found.record_id) == (plant.firm, "outlets", plant.outlet.pk)
        assert "60" in found.words and "50" in found.words
    tell(plant, 0, [41.0] * 6, hour=3)
    with on(1, 15):
        run()
    row.refresh_from_db()
    assert row.state == "withdrawn"
    said = ActionLog.objects.get(target_type="findings.finding", verb="alarm_gone")
    assert said.reason and audit() == []


@pytest.mark.slow
def test_three_alarms_propose_a_lower_grade_once(plant: Any, tell: Any, run: Any, on: Any) -> None:
    from lantian.office.grading import holding

    with on(0):
        holding.record_given(
            None, plant.firm, industry="foundry", grade="A", first=date(2026, 1, 1),
            last=date(2026, 12, 31), document="省公告",
        )  # fmt: skip
    for day in range(3):
        tell(plant, day, hours(3, 3))
        with on(day + 1):
            run()
        assert Downgrade.objects.count() == (1 if day == 2 else 0)
    with on(3, 12):
        run(everything=True)
    made = Downgrade.objects.get()
    assert (made.ground, made.proposed, made.held.enterprise) == ("exceedance", "B", plant.firm)
    assert made.evidence.count("限值 50 mg/m³") == 3


def test_a_grade_without_its_own_limit_brings_its_indicator(works: Any, tell: Any, run: Any, on: Any) -> None:
    from lantian.office.grading import holding
    from lantian.office.telemetry.alarms.limits import limits_of

    made = works("丙铸造有限公司")
    with on(0):
        holding.record_given(
            None, made.firm, industry="foundry", grade="A", first=date(2026, 1, 1),
            last=date(2026, 12, 31), document="省公告",
        )  # fmt: skip
        known = limits_of([made.outlet], date(2026, 3, 1), date(2026, 3, 2))[made.outlet.pk]
    nox = next(one for one in known if one.factor == "a21002")
    assert (nox.basis, nox.averaging, nox.verified) == ("grade", "hour", False)
    tell(made, 0, hours(3, 1, float(nox.value) * 3))
    with on(1):
        run()
    row = Alarm.objects.get(kind="hour")
    assert (row.basis, row.limit, row.verified, row.level) == ("grade", nox.value, False, 3)


def test_a_silent_line_is_called_out_and_comes_back(plant: Any, run: Any, on: Any) -> None:
    from lantian.office.frame import clock
    from lantian.office.telemetry import door
    from lantian.telemetry.store.devices import Device, Sighting

    door.line().devices.put(Device(mn=plant.mn, state="confirmed"))

    def heard(day: int, hour: int) -> None:
        with on(day, hour):
            door.line().devices.saw([Sighting(plant.mn, clock.now())])

    heard(0, 8)
    with on(0, 9):
        run()
        assert not Alarm.objects.exists()
    with on(0, 11):
        run()
        row = Alarm.objects.get()
        assert (row.kind, row.level, row.state) == ("line", 1, "new")
    with on(0, 20):
        run()
        run()
        row.refresh_from_db()
        assert row.level == 2
    heard(0, 21)
    with on(0, 22):
        run()
        row.refresh_from_db()
        assert row.state == "closed"  # up to this level it closes by itself
    with on(2, 1):
        run()
        assert [one.level for one in Alarm.objects.order_by("pk")] == [2, 3]
    heard(2, 2)
    with on(2, 3):
        run()
        before = ActionLog.objects.count()
        run()
        last = Alarm.objects.order_by("-pk")[0]
        assert last.state == "new" and ActionLog.objects.count() == before  # a person says why
    assert audit() == []
