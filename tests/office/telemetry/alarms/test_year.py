"""A year of hours through the daily judgement, month by month, against numbers worked by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lantian.office import indicators
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.loops.audit import audit
from lantian.office.telemetry.alarms.models import Alarm, DualControl

from .conftest import DAY, local

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
MONDAY = 0


@pytest.mark.slow
@pytest.mark.django_db
def test_a_year_of_mondays(works: Any, limit: Any, keep: Any, tell: Any, office: Any) -> None:
    """40 mg/m³ all year, 60 from ten to twelve on each of the 52 Mondays, at 10 m³/s."""
    with clock.at(local(FIRST - timedelta(days=3))):
        plant = works()
        limit(plant, "50")
        keep("permit_totals", enterprise=plant.firm, factor="氮氧化物", year="2025", tonnes="20")
    day = FIRST
    while day <= LAST:
        values = [40.0] * 24
        if day.weekday() == MONDAY:
            values[10:12] = [60.0, 60.0]
        tell(plant, (day - DAY).days, values)
        day += timedelta(days=1)
        if day.day == 1:
            with clock.at(local(day, 2)):
                office.run()
    rows = Alarm.objects.filter(kind="hour")
    assert rows.count() == 52 and {(row.count, row.peak, row.ratio) for row in rows} == {
        (2, Decimal(60), Decimal("1.2"))
    }
    assert {(row.since + timedelta(hours=8)).weekday() for row in rows} == {MONDAY}
    # Nobody acknowledged any: each run raises those of the months before by a level; the third is a problem.
    assert Counter(row.level for row in rows) == {3: 43, 2: 4, 1: 5}
    assert {row.level for row in rows if row.finding_id is not None} == {3}
    # 8760 h × 1.44 kg + 104 h × 0.72 kg = 12,689.28 kg of 20 t.
    total = DualControl.objects.get(outlet=None, factor="a21002", year=2025)
    assert (total.used, total.share) == (Decimal("12.6893"), Decimal("63.4"))
    assert (total.hours_valid, total.hours_over, total.known_days) == (8760, 104, 365)
    with clock.at(local(date(2026, 1, 1), 3)):
        whole = Period(FIRST, LAST)
        here = Subject(region=plant.firm.region.parent)
        assert indicators.ask("exceedance_hours", here, whole).value == 104
        assert indicators.ask("exceedance_share", here, whole).value == Decimal("1.19")
        march = Period(date(2025, 3, 1), date(2025, 3, 31))
        assert indicators.ask("exceedance_hours", here, march).value == 10
    assert audit() == []
