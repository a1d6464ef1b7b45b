"""Works with their own people, a stack on the line, and hours and minutes told as a logger tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lantian.office.frame import clock

DAY = date(2026, 3, 2)
LOCAL = timedelta(hours=8)
PHOTO = b"\xff\xd8\xff\xe0 a work order \xff\xd9"


def local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """An hour of a local day, UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - LOCAL
    return start + timedelta(hours=hour, minutes=minute)


@pytest.fixture
def on() -> Callable[..., Any]:
    """`with on(1, 10):` ten o'clock of the second local day."""
    return lambda days=1, hour=9: clock.at(local(DAY + timedelta(days=days), hour))


@pytest.fixture
def keep(province: dict[str, Any]) -> Any:
    """`keep("outlets", enterprise=firm, number="DA001")`: a record as the office enters it."""
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    def make(code: str, **raw: Any) -> Any:
        example = {key: value for key, value in ledger(code).model.example.items() if key not in raw}
        with clock.at(local(DAY)):
            read = Reader(ledger(code), None).read({**example, **raw})
            assert not read.faults, read.faults
            return actions.add(None, read, confirmed=True)

    return make


@pytest.fixture
def works(keep: Any, province: dict[str, Any]) -> Any:
    """`works("甲铸造", "141002")`: an enterprise with an account, an outlet with a limit, a known device."""
    from lantian.office.people.models import Unit
    from lantian.office.telemetry import door
    from lantian.telemetry.store import Device

    numbers = iter(range(1, 100))

    def make(name: str = "甲铸造有限公司", code: str = "141002", state: str = "confirmed") -> SimpleNamespace:
        number = next(numbers)
        firm = keep("enterprises", name=name, credit_code="", industry="铸造", region=province[code].name)
        firm.account = Unit.objects.create(name=name, region=province[code], kind="enterprise")
        firm.save()
        outlet = keep("outlets", enterprise=firm, number=f"DA{number:03d}", reference_o2="")
        device = keep(
            "line_devices", enterprise=firm, outlet=outlet, kind="烟气排放口", mn=f"SECRETMN{number:04d}",
            name=f"{name}数采仪", status="运行", measured="氮氧化物、废气流量",
        )  # fmt: skip
        keep(
            "outlet_limits", enterprise=firm, outlet=outlet, factor="氮氧化物", value="50",
            basis="超低排放", averaging="小时均值", valid_from="2025-01-01",
        )  # fmt: skip
        door.line().devices.put(Device(device.mn, name, state=state, password="123456"))  # type: ignore[arg-type]
        type(device).objects.filter(pk=device.pk).update(on_line=state == "confirmed")
        device.refresh_from_db()
        return SimpleNamespace(firm=firm, outlet=outlet, device=device, mn=device.mn)

    return make


@pytest.fixture
def plant(works: Any) -> SimpleNamespace:
    """A foundry of 141002."""
    made: SimpleNamespace = works()
    return made


@pytest.fixture
def tell(office_data: Any) -> Any:
    """`tell(plant, 0, [40, 60, None])`: hours from midnight of a day on; None is an hour not sent."""
    from lantian.office.telemetry import door
    from lantian.telemetry.store import Arrival, Sighting

    told = iter(range(1, 10_000_000))

    def send(plant: Any, day: int, values: Any, *, cn: str = "2061", step: int = 60) -> None:
        arrivals = []
        for place, value in enumerate(values):
            if value is None:
                continue
            time = local(DAY + timedelta(days=day)) + timedelta(minutes=step * place)
            came = time + timedelta(minutes=step, seconds=30)
            stamp = (time + LOCAL).strftime("%Y%m%d%H%M%S")
            qn = (came + LOCAL).strftime("%Y%m%d%H%M%S") + f"{next(told) % 1000:03d}"
            cp = f"DataTime={stamp};a21002-Avg={value},a21002-ZsAvg={value},a21002-Flag=N;"
            cp += "a00000-Avg=10,a00000-Flag=N"
            segment = f"QN={qn};ST=31;CN={cn};PW=123456;MN={plant.mn};Flag=4;CP=&&{cp}&&".encode()
            arrivals.append(Arrival(plant.mn, time, "31", cn, qn, None, False, came, segment))
        assert set(door.line().write(arrivals)) == {"stored"}
        last = arrivals[-1]
        door.line().devices.saw([Sighting(plant.mn, last.received_at, last.time)])

    return send


@pytest.fixture
def run() -> Any:
    """`run()`: `lantian office line` once."""
    from lantian.office.telemetry.daily import running

    return running.run


@pytest.fixture
def folk(person: Any, plant: Any, province: dict[str, Any]) -> SimpleNamespace:
    """The plant's own people, officers of two counties, the city's dispatcher and the province's analyst."""
    from lantian.office.people.models import Unit

    def unit(name: str, code: str) -> Any:
        return Unit.objects.create(name=name, region=province[code])

    return SimpleNamespace(
        own=person("own", None, unit=plant.firm.account),
        county=person("county", "141002", unit=unit("尧都分局", "141002")),
        other=person("other", "141024", unit=unit("洪洞分局", "141024")),
        city=person("city", "141000", role="dispatcher", unit=unit("临汾局", "141000")),
        taiyuan=person("taiyuan", "140100", role="dispatcher", unit=unit("太原局", "140100")),
        analyst=person("analyst", "140000", role="analyst", unit=unit("省厅", "140000")),
    )


@pytest.fixture
def photo() -> Any:
    """A paper to send with a form."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return lambda: SimpleUploadedFile("order.jpg", PHOTO)


@pytest.fixture
def declared(plant: Any, tell: Any, on: Any, folk: Any, photo: Any) -> Any:
    """`declared()`: the plant's own people mark two hours of its first day as maintenance."""
    from lantian.office.telemetry import declaring

    def make(**more: Any) -> Any:
        raw = {"kind": "mark", "mark": "maintenance", "first": "2026-03-02T02:00", "last": "2026-03-02T03:00",
               "reason": "更换滤芯", **more}  # fmt: skip
        with on():
            return declaring.declare(folk.own, plant.device, raw, [photo()])

    return make


@pytest.fixture
def office(request: pytest.FixtureRequest) -> SimpleNamespace:
    """People, clock, browsers and the run by name, for tests that need much of it."""
    names = ("folk", "signed_in", "on", "run", "photo", "tell")
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in names})
