"""The line of the demonstration: a dozen simulated stacks of its enterprises, some forged, one silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User
    from lantian.telemetry.simulator import Plant
    from lantian.telemetry.store import Arrival, Line
    from lantian.telemetry.truth.case import Case

LOCAL = timezone(timedelta(hours=8))
SEED = 26
DAYS, MINUTE_DAYS = 18, 2
SCREENED_DAYS = 10  # of minutes where data are forged: a screen has to see them
PDF = b"%PDF-1.4\n% simulated paper of the demonstration\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Stack:
    """One simulated stack: its industry and process, what is forged, what is odd about its line."""

    industry: str
    process: str
    forgery: str = ""
    quiet_hours: float = 0  # it was last heard so long ago
    strict: str = ""  # the grade's limit as a share of the process's


STACKS = (
    Stack("coking", "coke_oven", strict="0.62"),
    Stack("steel_long", "sinter"),
    Stack("power", "coal_power", forgery="frozen"),
    Stack("cement", "cement_kiln", forgery="clipped"),
    Stack("brick", "brick_kiln", forgery="perfect_o2"),
    Stack("lime", "lime_kiln", quiet_hours=30),
    Stack("foundry", "foundry", strict="0.7"),
    Stack("coating", "coating"),
    Stack("power", "coal_power", forgery="treatment_off"),
    Stack("coking", "coke_oven"),
    Stack("ceramics", "glass", quiet_hours=1),
    Stack("steel_long", "sinter", forgery="flow_without_power"),
)


def fill(people: Mapping[str, User], now: datetime) -> None:
    """Devices, outlets, what they sent in 18 days, refusals, declarations; then the figures of the days.

    Parameters
    ----------
    people
        accounts by sign-in name
    now
        the hour the simulation ends with; aware
    """
    from django.db import transaction

    from lantian.office.demo import alarms, lines
    from lantian.office.frame import clock
    from lantian.office.telemetry import door
    from lantian.office.telemetry.daily import running

    line = door.line()
    today = now.astimezone(LOCAL).date()
    start = datetime.combine(today - timedelta(days=DAYS), time(), LOCAL)
    made: list[tuple[Stack, Plant, Any]] = []
    entered = datetime.combine(today - timedelta(days=DAYS + 5), time(10, 0), LOCAL)
    with clock.at(entered), transaction.atomic():
        for number, (stack, firm) in enumerate(_firms(), 1):
            plant = _plant(stack, number)
            made.append((stack, plant, _register(people, plant, firm, stack, today)))
    stranger = _plant(STACKS[0], 77)
    _known(line, made, stranger, entered)
    for stack, plant, _device in made:
        _send(line, plant, stack, start, now)
    _send(line, stranger, STACKS[0], now - timedelta(days=1), now)
    _refused(line, made, now)
    lines.fill(people, now)
    line.compact(now)
    _declared(people, [device for _stack, _plant_, device in made], now)
    with clock.at(now):
        running.run(now=now)
    alarms.fill(people, now)


def _firms() -> Iterable[tuple[Stack, Any]]:
    """The enterprise of each stack: those of Linfen first, each once."""
    from lantian.office.ledgers.industry.enterprise import Enterprise

    rows: dict[str, list[Any]] = {}
    for row in Enterprise.objects.filter(withdrawn=False, status="running").select_related("region"):
        rows.setdefault(row.industry, []).append(row)
    for found in rows.values():
        found.sort(key=lambda row: (not row.region.code.startswith("1410"), row.pk), reverse=True)
    for stack in STACKS:
        if rows.get(stack.industry):
            yield stack, rows[stack.industry].pop()


def _plant(stack: Stack, number: int) -> Plant:
    from lantian.telemetry.simulator.forging import fits
    from lantian.telemetry.simulator.plants import plant_of

    # Of the plants of a process the first one that would gain by the forgery.
    for attempt in range(20):
        plant = plant_of(stack.process, number + 100 * attempt, SEED)
        if not stack.forgery or stack.forgery in fits(plant):
            return plant
    return plant


def _register(people: Mapping[str, User], plant: Plant, firm: Any, stack: Stack, today: date) -> Any:
    """Outlet, device and limits of a plant, as an office keeps them."""
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    def add(code: str, raw: dict[str, Any]) -> Any:
        return actions.add(
            people["analyst"], Reader(ledger(code), None).read(raw), confirmed=True, reason="模拟数据"
        )

    process = plant.process
    outlet = add(
        "outlets",
        {
            "enterprise": firm, "number": "DA101", "name": f"{process.zh}排放口（模拟）", "kind": "main",
            "height": "60", "limits": "ultra_low", "standard": "环大气〔2019〕35号",
            "pollutants": ["pm", "so2", "nox"], "online": True,
            "reference_o2": None if process.reference_o2 is None else str(process.reference_o2),
            "unit": firm.unit,
        },
    )  # fmt: skip
    device = add(
        "line_devices",
        {
            "mn": plant.mn, "name": f"{process.zh}数采仪（模拟）", "kind": "stack", "enterprise": firm,
            "outlet": outlet, "generation": f"g{plant.generation}", "maker": "模拟仪器厂",
            "model": "DL-9", "operator": "模拟运维公司", "installed": "2022-03-01", "accepted": "2022-06-01",
            "measured": [code for code in (*plant.pollutants, "a19001", "a00000") if _is_known(code)],
            "status": "working", "unit": firm.unit,
        },
    )  # fmt: skip
    first = date(today.year - 2, 1, 1).isoformat()
    for factor, value in process.limits.items():
        if not _is_limited(factor):
            continue
        limit = {"enterprise": firm, "outlet": outlet, "factor": factor, "averaging": "hour",
                 "valid_from": first, "document": "排污许可证（模拟）", "status": "in_force"}  # fmt: skip
        add("outlet_limits", {**limit, "basis": "permit", "value": f"{value:g}"})
        if stack.strict:
            lower = round(float(stack.strict) * value, 1)
            add("outlet_limits", {**limit, "basis": "grade", "value": f"{lower:g}"})
    return device


def _is_known(code: str) -> bool:
    from lantian.office.ledgers.industry.line_device import Measured

    return code in Measured.values


def _is_limited(code: str) -> bool:
    from lantian.office.ledgers.industry.outlet_limit import Factor

    return code in Factor.values


def _known(line: Line, made: list[tuple[Stack, Plant, Any]], stranger: Plant, at: datetime) -> None:
    """The registry of the line: all confirmed but the one that nobody registered."""
    from lantian.office.ledgers.industry.line_device import LineDevice
    from lantian.telemetry.store import Device

    devices = [
        Device(
            plant.mn, row.name, password=plant.password, generation=plant.generation, sm4_key=plant.sm4_key
        )
        for _stack, plant, row in made
    ]
    new = Device(
        stranger.mn, state="unconfirmed", password=stranger.password, generation=stranger.generation,
        sm4_key=stranger.sm4_key,
    )  # fmt: skip
    line.devices.put(*devices, new, at=at - timedelta(days=400))
    LineDevice.objects.filter(pk__in=[row.pk for _stack, _plant_, row in made]).update(on_line=True)


def _send(line: Line, plant: Plant, stack: Stack, start: datetime, now: datetime) -> None:
    """What a plant sent until it fell silent, written into the store as if it had come."""
    from lantian.telemetry.simulator import simulate
    from lantian.telemetry.simulator.messages import Menu, drafts
    from lantian.telemetry.simulator.sender import spoken
    from lantian.telemetry.store import Sighting

    until = now - timedelta(hours=stack.quiet_hours)
    begin = start.astimezone(LOCAL).replace(minute=0, second=0, microsecond=0)
    days = max(1, -(-int((now - begin).total_seconds()) // 86400))
    forged = {}
    if stack.forgery:
        forged = {"forgery": stack.forgery, "forged_from": begin + timedelta(days=days - SCREENED_DAYS + 3)}
    case = simulate(plant, begin, days, seed=SEED, **forged)
    latest = _latest(case, SCREENED_DAYS if stack.forgery else MINUTE_DAYS)
    since = latest.minutes.start
    quiet = Menu(power=False, condition=False, equipment=False, logs=False, heartbeat=None)
    # Minutes of the latest days, power of each hour: enough to look at, quick to build.
    told = [
        *drafts(latest, plant, replace(quiet, only=frozenset({"2051"}))),
        *drafts(case, plant, replace(quiet, logs=True, only=frozenset({"2061", "2031", "3020"}))),
        *(
            draft
            for draft in drafts(
                case, plant, replace(quiet, power=True, condition=True, only=frozenset({"2011"}))
            )
            if draft.at > since or (draft.st == "44" and draft.data_time[10:12] == "00")
        ),
    ]
    told = sorted((draft for draft in told if draft.at <= until), key=lambda draft: draft.at)
    arrivals: list[Arrival] = [_arrival(message) for message in spoken(told, plant)]
    arrivals = [arrival for arrival in arrivals if arrival.received_at <= until]
    last = arrivals[-1] if arrivals else None
    line.write(arrivals)
    if last is not None and arrivals:
        line.devices.saw(
            [
                Sighting(plant.mn, arrivals[0].received_at, peer="10.20.30.40"),
                Sighting(
                    plant.mn, last.received_at, last.time, connected=stack.quiet_hours < 1,
                    peer="10.20.30.40", counts={"stored": len(arrivals)},
                ),
            ]
        )  # fmt: skip


def _latest(case: Case, days: int) -> Case:
    """The same case with nothing but its last days' minutes."""
    first = max(0, len(case) - round(timedelta(days=days) / case.minutes.step))
    start = case.minutes.start + case.minutes.step * first
    minutes = replace(
        case.minutes, start=start,
        values={name: array[first:] for name, array in case.minutes.values.items()},
        marks={name: array[first:] for name, array in case.minutes.marks.items()},
    )  # fmt: skip
    came = case.arrivals
    if came is not None:
        came = replace(
            came, delay=came.delay[first:], qn_gap=came.qn_gap[first:], versions=came.versions[first:],
            off_grid=tuple(at for at in came.off_grid if at >= start),
        )  # fmt: skip
    return replace(case, minutes=minutes, arrivals=came)


def _arrival(message: Any) -> Arrival:
    from lantian.telemetry import hj212
    from lantian.telemetry.store import Arrival

    return Arrival(
        message.mn, hj212.instant(message.data_time) if message.data_time else None, message.st, message.cn,
        message.qn, None, False, message.at.astimezone(UTC), message.raw[6:-6],
    )  # fmt: skip


def _refused(line: Line, made: list[tuple[Stack, Plant, Any]], now: datetime) -> None:
    """Packets that were not taken in the last days."""
    _stack, plant, _device = made[0]
    text = b"##0087QN=20260801085857223;ST=31;CN=2011;PW=000000;MN=%b;Flag=5;CP=&&&&0000\r\n"
    for mn, peer, reason, hours in (
        (plant.mn, "203.0.113.7", "wrong_password", 5), (plant.mn, "203.0.113.7", "wrong_password", 4),
        (made[1][1].mn, "198.51.100.9", "replayed", 20), (made[2][1].mn, "198.51.100.20", "address", 31),
        ("88888880000001", "203.0.113.50", "unknown_device", 2),
        ("88888880000002", "203.0.113.50", "unknown_device", 50), ("", "192.0.2.99", "junk", 9),
    ):  # fmt: skip
        line.refuse(mn, peer, reason, text % mn.encode(), now - timedelta(hours=hours))


def _declared(people: Mapping[str, User], devices: list[Any], now: datetime) -> None:
    """Marks and a correction: one accepted, one refused, two to be reviewed."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.frame import clock
    from lantian.office.telemetry import declaring

    def said(device: Any, back: int, hours: int, **raw: str) -> Any:
        first = (now.astimezone(LOCAL) - timedelta(hours=back)).replace(minute=0, second=0, microsecond=0)
        last = first + timedelta(hours=hours - 1)
        with clock.at(last + timedelta(hours=3)):
            return declaring.declare(
                people["analyst"], device,
                {"first": f"{first:%Y-%m-%dT%H:%M}", "last": f"{last:%Y-%m-%dT%H:%M}", **raw},
                [SimpleUploadedFile("work-order.pdf", PDF)],
            )  # fmt: skip

    done = said(devices[0], 62, 4, kind="mark", mark="maintenance", reason="更换采样探头滤芯（模拟）")
    other = said(devices[1], 50, 3, kind="mark", mark="instrument_fault", reason="预处理单元故障（模拟）")
    said(devices[2], 30, 2, kind="mark", mark="calibration", reason="季度全程校准（模拟）")
    said(
        devices[6],
        26,
        1,
        kind="correction",
        factor="a34013",
        value="4.2",
        reason="光路污染后手工比对（模拟）",
    )
    with clock.at(now - timedelta(hours=20)):
        declaring.decide(done, people["linfen"], "accept_declaration")
        declaring.decide(other, people["linfen"], "refuse_declaration", "工单时间与申报时段不符（模拟）")
