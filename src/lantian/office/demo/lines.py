"""Lines of the demonstration that are no stacks: gates, a vehicle, a dust site, a micro-station, a meter."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User
    from lantian.telemetry.store import Line

LOCAL = timezone(timedelta(hours=8))
SEED = 212
VIN, CARD = "LZZ5ELND0MN000001", "89860322480000000001"
GOODS = (("铁精粉", "in"), ("焦炭", "in"), ("石灰石", "in"), ("钢材", "out"), ("水渣", "out"))
HOURS = 24
Rows = list[tuple[str, str, str, str | None, str | None]]


def fill(people: Mapping[str, User], now: datetime) -> None:
    """Registers and what these lines sent until now; to be followed by a run of `lantian office line`.

    Parameters
    ----------
    people
        accounts by sign-in name
    now
        the hour the simulation ends with; aware
    """
    from django.db import transaction

    from lantian.office.frame import clock
    from lantian.office.telemetry import door

    line, rng = door.line(), random.Random(SEED)  # noqa: S311 - nothing secret
    firm = _firm()
    if firm is None:
        return
    today = now.astimezone(LOCAL).date()
    with clock.at(datetime.combine(today - timedelta(days=40), time(10), LOCAL)), transaction.atomic():
        gates = _gates(people, firm, today)
        devices = _devices(people, firm)
    with transaction.atomic():
        for number, gate in enumerate(gates):
            _passes(gate, now, rng, late=number == 1)
    _sites(line, devices, now, rng)
    _vehicle(line, now)
    _heard(line, devices, now)


def _firm() -> Any:
    """An enterprise of Linfen with heavy transport."""
    from lantian.office.ledgers.industry.enterprise import Enterprise

    rows = Enterprise.objects.filter(withdrawn=False, status="running").select_related("region", "unit")
    found = sorted(rows.defer("region__geometry"), key=lambda row: (
        not row.region.code.startswith("1410"), row.industry not in ("steel_long", "coking"), row.pk
    ))  # fmt: skip
    return found[0] if found else None


def _add(people: Mapping[str, User], code: str, raw: dict[str, Any]) -> Any:
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    return actions.add(
        people["analyst"], Reader(ledger(code), None).read(raw), confirmed=True, reason="模拟数据"
    )


def _gates(people: Mapping[str, User], firm: Any, today: date) -> list[Any]:
    from lantian.office.telemetry.gates import signing
    from lantian.office.telemetry.gates.models import GateKey

    made = []
    for name in ("东物流门（模拟）", "西物流门（模拟）"):
        gate = _add(people, "gate_systems", {
            "enterprise": firm, "gate": name, "lanes": "2", "video_months": "12", "ledger_months": "24",
            "upload_rate": "98.6", "shows_stage": True, "ledgers": True, "since": f"{today.year - 1}-06-01",
            "operator": "模拟门禁公司", "status": "running", "unit": firm.unit,
        })  # fmt: skip
        key = f"g{gate.pk}-demo"
        _secret, sealed = signing.new_secret(key)
        GateKey.objects.create(gate=gate, name=key, sealed=sealed, made_by=people["analyst"])
        made.append(gate)
    return made


def _passes(gate: Any, now: datetime, rng: random.Random, *, late: bool) -> None:
    """A day of trucks; some below the stage allowed. The second gate fell silent a day and a half ago."""
    from lantian.office.bulk import insert_all
    from lantian.office.telemetry.gates import rules
    from lantian.office.telemetry.gates.models import GatePass

    end = now - timedelta(hours=36) if late else now
    rows = []
    for number in range(96):
        at = end - timedelta(minutes=15 * (96 - number) - rng.randrange(12))
        goods, way = rng.choice(GOODS)
        electric = rng.random() < 0.18
        stage = rng.choices(("6", "5", "4", "unknown"), (70, 24, 4, 2))[0]
        plate = f"晋L{'D' if electric else ''}{rng.randrange(10_000, 99_999)}"
        faults = rules.faults_of(stage, electric, plate, at.astimezone(LOCAL).date(), ())
        rows.append(
            GatePass(
                gate=gate, number=f"{at:%Y%m%d}-{number:04d}", at=at.astimezone(UTC), direction=way,
                plate=plate, colour="green" if electric else "yellow", stage=stage, new_energy=electric,
                goods=goods, tonnes=Decimal(rng.randrange(24_000, 34_000)) / 1000, digest=f"{number:064x}",
                faults=faults, allowed=not faults, received_at=at.astimezone(UTC),
            )
        )  # fmt: skip
    insert_all(rows)


def _devices(people: Mapping[str, User], firm: Any) -> dict[str, Any]:
    """The records of the register, by what they are."""
    from lantian.office.ledgers.industry.line_device import LineDevice

    made = {}
    air = ["a34002", "a34004"]
    for what, mn, name, generation, measured in (
        ("dust", "14100000DUST000001", "滨河路工地扬尘（模拟）", "g2017", [*air, "a34001"]),
        ("micro", "14100000MICRO00001", "滨河路微型站（模拟）", "g2017", [*air, "a21026"]),
        ("power", "14100000POWER00001", "生产总表（模拟）", "g2017", ["power"]),
        ("vehicle", VIN, "重型柴油车（模拟）", "vehicle", ["a21002"]),
    ):
        raw: dict[str, Any] = {
            "mn": mn, "name": name, "kind": what, "generation": generation, "measured": measured,
            "operator": "模拟运维公司", "installed": "2024-03-01", "status": "working",
            "region": firm.region, "unit": firm.unit,
        }  # fmt: skip
        if what == "power":
            raw |= _without_stack(firm)
        made[what] = _add(people, "line_devices", raw)
    LineDevice.objects.filter(pk__in=[row.pk for row in made.values()]).update(on_line=True)
    return made


def _without_stack(firm: Any) -> dict[str, Any]:
    """An enterprise whose power is told by this meter alone: those with a stack have their own."""
    from lantian.office.ledgers.industry.enterprise import Enterprise
    from lantian.office.ledgers.industry.line_device import LineDevice

    taken = LineDevice.objects.filter(kind="stack").values("enterprise")
    rows = Enterprise.objects.filter(withdrawn=False, status="running", region__code__startswith="1410")
    found = rows.exclude(pk__in=taken).select_related("region", "unit").defer("region__geometry")
    other = found.order_by("pk").first() or firm
    return {"enterprise": other, "region": other.region, "unit": other.unit}


def _sites(line: Line, devices: Mapping[str, Any], now: datetime, rng: random.Random) -> None:
    """A day of five-minute values of dust site, micro-station and meter."""
    from lantian.telemetry.store import Arrival
    from lantian.telemetry.store.spreading import pack

    end = now.replace(minute=0, second=0, microsecond=0)
    arrivals = []
    for step in range(HOURS * 12):
        at = end - timedelta(minutes=5 * (HOURS * 12 - 1 - step))
        hour = at.astimezone(LOCAL).hour
        busy = 1.6 if 8 <= hour < 18 else 0.8
        told = (
            ("dust", "39", _dust(busy, rng)), ("micro", "22", _air(hour, rng)),
            ("power", "44", [("d20105", "Rtd", f"{2400 * busy + rng.gauss(0, 60):.1f}", "N", None)]),
        )  # fmt: skip
        for what, st, rows in told:
            arrivals.append(
                Arrival(devices[what].mn, at, st, "2011", None, None, False, at, pack(rows), protocol="rows")
            )
    line.write(arrivals)


def _dust(busy: float, rng: random.Random) -> Rows:
    pm10 = 45 * busy + rng.gauss(0, 6) + (40 if rng.random() < 0.03 else 0)
    return [
        ("a34002", "Rtd", f"{pm10:.0f}", "N", None),
        ("a34004", "Rtd", f"{pm10 * 0.42:.0f}", "N", None),
        ("a34001", "Rtd", f"{pm10 * 2.1:.0f}", "N", None),
    ]


def _air(hour: int, rng: random.Random) -> Rows:
    level = 30 + 10 * (hour in (7, 8, 19, 20, 21)) + rng.gauss(0, 3)
    return [
        ("a34004", "Rtd", f"{level:.0f}", "N", None),
        ("a34002", "Rtd", f"{level * 1.7:.0f}", "N", None),
        ("a21026", "Rtd", f"{8 + rng.gauss(0, 1):.0f}", "N", None),
        ("a21004", "Rtd", f"{28 + rng.gauss(0, 4):.0f}", "N", None),
    ]


def _vehicle(line: Line, now: datetime) -> None:
    """An hour on the road, a block each three seconds; reagent is not used: a lead."""
    from lantian.telemetry.store import Arrival
    from lantian.telemetry.vehicles import decode, encode

    begin = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    rng, arrivals, speed, driven = random.Random(SEED), [], 60.0, 0.0  # noqa: S311 - nothing secret
    for second in range(0, 3600, 3):
        at = begin + timedelta(seconds=second)
        wanted = 0 if second % 1500 < 90 else 74 if second % 900 < 600 else 52
        speed = max(0.0, speed + max(-6.0, min(3.0, (wanted - speed) / 8)) + rng.gauss(0, 0.6))
        driven += speed * 3 / 3600
        load = 0.4 + speed / 140 + rng.gauss(0, 0.02)
        nox = round(180 + 620 * load + rng.gauss(0, 12))
        raw = encode("live", VIN, at, second % 65_536, [("engine", {
            "speed": Decimal(round(speed)), "engine_speed": Decimal(round(700 + 900 * load)),
            "nox_before": Decimal(nox), "nox_after": Decimal(round(nox * 0.91 + rng.gauss(0, 6))),
            "scr_inlet_temperature": Decimal(round(270 + 70 * load)), "reagent_level": Decimal(64),
            "fuel_level": Decimal(52 - second // 1200), "fuel_flow": Decimal(round(6 + 30 * load)),
            "mileage": Decimal(182_400 + int(driven)),
        })])  # fmt: skip
        told = decode(raw)
        arrivals.append(
            Arrival(VIN, told.time, "vehicle", f"{told.command:02X}", str(told.serial), None, False,
                    at.astimezone(UTC), raw, protocol="vehicle")
        )  # fmt: skip
    line.write(arrivals)


def _heard(line: Line, devices: Mapping[str, Any], now: datetime) -> None:
    from lantian.telemetry.store import Device, Sighting

    air = dict.fromkeys(("a34001", "a34002", "a34004", "a21026", "a21004"), "µg/m³")

    def known(row: Any) -> Device:
        vehicle = row.mn == VIN
        return Device(row.mn, row.name, password=CARD if vehicle else "123456",
                      st=frozenset({"vehicle"} if vehicle else ()),
                      units=air if row.kind in ("dust", "micro") else {})  # fmt: skip

    line.devices.put(*(known(row) for row in devices.values()), at=now - timedelta(days=40))
    counts: Iterable[tuple[str, int]] = ((row.mn, 1200 if row.mn == VIN else 288) for row in devices.values())
    line.devices.saw(
        Sighting(mn, now, data_time=now, connected=mn != VIN, counts={"stored": count})
        for mn, count in counts
    )
