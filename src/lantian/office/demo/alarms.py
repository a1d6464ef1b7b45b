"""Alarms of the demonstration: yearly totals beside the simulated mass, and what people did with alarms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User

# The yearly total as so many times what was emitted so far: spent, nearly spent, tight, enough.
TIMES = (Decimal("0.97"), Decimal("1.06"), Decimal("1.4"))
ENOUGH = (
    Decimal("3.1"),
    Decimal("4.6"),
    Decimal("6.2"),
    Decimal(9),
    Decimal("13.5"),
    Decimal("5.3"),
    Decimal("7.7"),
)


def fill(people: Mapping[str, User], now: datetime) -> None:
    """Totals of permits, their lines of dual control, and the first steps of alarms and leads.

    Parameters
    ----------
    people
        accounts by sign-in name
    now
        the hour the simulation ends with; aware
    """
    from django.db import transaction

    from lantian.office.frame import clock
    from lantian.office.telemetry.alarms import following, totals
    from lantian.office.telemetry.alarms.models import DualControl

    with clock.at(now), transaction.atomic():
        rows = DualControl.objects.filter(outlet=None, used__gt=0).select_related("enterprise")
        for number, row in enumerate(rows.order_by("enterprise", "factor")):
            times = ENOUGH[number % len(ENOUGH)] if number % 5 else TIMES[number // 5 % 3]
            _permit(people["analyst"], row, times)
        totals.refresh({})
        following.follow()
    _steps(people, now)


def _permit(person: Any, row: Any, times: Decimal) -> None:
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    tonnes = max(Decimal("0.01"), (row.used * times).quantize(Decimal("0.01")))
    raw = {
        "enterprise": row.enterprise, "factor": row.factor, "year": str(row.year), "tonnes": str(tonnes),
        "document": "排污许可证（模拟）",
    }  # fmt: skip
    read = Reader(ledger("permit_totals"), None).read(raw)
    actions.add(person, read, confirmed=True, reason="模拟数据")


def _steps(people: Mapping[str, User], now: datetime) -> None:
    """Some alarms acknowledged, asked about, handled, void; a lead under check."""
    from lantian.office.frame import clock
    from lantian.office.telemetry.alarms.models import Alarm, Lead
    from lantian.office.telemetry.alarms.recording import act, act_lead
    from lantian.office.telemetry.alarms.states import AlarmState

    officer = people["linfen"]
    rows = Alarm.objects.visible_to(officer).filter(state=AlarmState.NEW, kind="hour").order_by("since", "pk")
    with clock.at(now + timedelta(minutes=5)):
        for number, row in enumerate(rows[:60]):
            act(row, "acknowledge", officer)
            if number % 3 == 0:
                act(row, "ask_explanation", officer, "请说明超标原因和整改措施（模拟）")
            elif number % 3 == 1:
                act(row, "handle", officer, "现场核查，脱硝喷枪堵塞，已更换（模拟）")
                if number % 2:
                    act(row, "close_alarm", officer, "核实（模拟）")
            elif number % 9 == 2:
                act(row, "void_alarm", officer, "比对监测确认仪器漂移（模拟）")
        for lead in Lead.objects.visible_to(officer).order_by("pk")[:1]:
            act_lead(lead, "check_lead", officer)
