"""Forgeries of the simulator, sent to the store and screened through the office, become leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from lantian.office.telemetry.alarms import screening
from lantian.office.telemetry.alarms.models import Lead

from .conftest import DAY, local

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAYS = 30


def weighed(keep: Any, plant: Any, case: Any) -> None:
    """The case's trucks through a gate of the plant."""
    from lantian.office.telemetry.gates.models import Direction, GatePass

    gate = keep("gate_systems", enterprise=plant.firm)
    rows = []
    for direction, daily in ((Direction.IN, case.gate.inward), (Direction.OUT, case.gate.outward)):
        for day, tonnes in enumerate(daily.tonnes.tolist()):
            at = local(daily.first + timedelta(days=day), 9)
            rows += [
                GatePass(
                    gate=gate, number=f"{direction}{day}-{n}", at=at, direction=direction, plate="晋L12345",
                    tonnes=Decimal(str(round(tonnes / 20, 3))),
                )
                for n in range(20)
            ]  # fmt: skip
    GatePass.objects.bulk_create(rows)


@pytest.fixture
def office(works: Any, limit: Any, keep: Any, on: Any) -> SimpleNamespace:
    return SimpleNamespace(works=works, limit=limit, keep=keep, on=on)


@pytest.mark.parametrize(
    ("kind", "process", "beside"),
    [
        ("mass_balance", "sinter", "power"),
        ("mass_balance", "coal_power", "gate"),
        ("mirrored", "sinter", "peer"),
        ("treatment_off", "sinter", "power"),
        ("flow_without_power", "sinter", "power"),
    ],
)
def test_what_is_forged_becomes_a_lead(kind: str, process: str, beside: str, office: SimpleNamespace) -> None:
    from lantian.office.telemetry import door
    from lantian.telemetry import hj212
    from lantian.telemetry.simulator import simulate
    from lantian.telemetry.simulator.messages import Menu, messages
    from lantian.telemetry.simulator.plants import plant_of
    from lantian.telemetry.store import Arrival, Device

    def send(case: Any, source: Any) -> None:
        menu = Menu(equipment=False, heartbeat=None)
        found = [
            Arrival(
                one.mn, hj212.instant(one.data_time) if one.data_time else None, one.st, one.cn, one.qn, None,
                False, one.at.astimezone(UTC), one.raw[6:-6],
            )
            for one in messages(case, source, menu)
        ]  # fmt: skip
        door.line().write(found)

    def plain(plant: Any) -> Any:
        return replace(plant, encrypted=False, sm4_key=None)

    source = replace(plain(plant_of(process, 3, 11)), has_power=beside == "power")
    case = simulate(source, local(DAY), DAYS, seed=7, forgery=kind, forged_from=local(DAY, 24 * 14))
    plant = office.works(mn=source.mn)
    office.limit(plant, f"{source.process.limits['a21002']:g}")
    if beside == "gate":
        weighed(office.keep, plant, case)
    if beside == "peer":
        twin = office.works("乙铸造有限公司", mn=source.neighbour().mn)
        type(twin.device).objects.filter(pk=twin.device.pk).update(enterprise=plant.firm)
        send(replace(case, minutes=case.peers[0], power=None, condition=None), plain(source.neighbour()))
    door.line().devices.put(Device(source.mn, generation=source.generation))
    send(case, source)
    last: date = DAY + timedelta(days=DAYS - 1)
    with office.on(DAYS):
        screening.screen(plant.device, last)
    lead = Lead.objects.get(screen=kind)
    assert lead.score >= Decimal("0.5") and lead.first >= DAY
