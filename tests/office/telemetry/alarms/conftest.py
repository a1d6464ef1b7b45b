"""A works with its own people, an outlet on the line, its limits, and hours told as a logger tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lantian.office.frame import clock

DAY = date(2026, 3, 2)  # a Monday
LOCAL = timedelta(hours=8)
MN = "14100000000000000000AA01"
Numbers = Sequence[float | None]


def local(day: date, hour: int = 0) -> datetime:
    """An hour of a local day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - LOCAL + timedelta(hours=hour)


@pytest.fixture
def on() -> Callable[..., Any]:
    """`with on(3, 10):` ten o'clock of the fourth local day."""
    return lambda days, hour=9: clock.at(local(DAY + timedelta(days=days), hour))


@pytest.fixture
def keep(province: dict[str, Any]) -> Any:
    """`keep("outlets", enterprise=firm, number="DA001")`: a record as the office enters it."""
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    def make(code: str, **raw: Any) -> Any:
        example = {key: value for key, value in ledger(code).model.example.items() if key not in raw}
        # Before the first hour, unless the test says when.
        with clock.at(clock.now() if clock._set.get() else local(DAY)):
            read = Reader(ledger(code), None).read({**example, **raw})
            assert not read.faults, read.faults
            return actions.add(None, read, confirmed=True)

    return make


@pytest.fixture
def works(keep: Any, province: dict[str, Any]) -> Any:
    """`works("甲焦化", "141002")`: an enterprise with an account, a main outlet and a confirmed device."""
    from lantian.office.people.models import Unit

    numbers = iter(range(1, 100))

    def make(name: str = "甲铸造有限公司", code: str = "141002", mn: str = "") -> SimpleNamespace:
        number = next(numbers)
        firm = keep("enterprises", name=name, credit_code="", industry="铸造", region=province[code].name)
        firm.account = Unit.objects.create(name=name, region=province[code], kind="enterprise")
        firm.save()
        outlet = keep("outlets", enterprise=firm, number=f"DA{number:03d}", reference_o2="")
        device = keep(
            "line_devices", enterprise=firm, outlet=outlet, kind="烟气排放口",
            mn=mn or f"{MN[:-2]}{number:02d}", name=f"{name}数采仪", status="运行",
            measured="氮氧化物、废气流量",
        )  # fmt: skip
        type(device).objects.filter(pk=device.pk).update(on_line=True)  # as the office confirms it
        device.refresh_from_db()
        return SimpleNamespace(firm=firm, outlet=outlet, device=device, mn=device.mn)

    return make


@pytest.fixture
def plant(works: Any, limit: Any) -> SimpleNamespace:
    """A foundry whose outlet may emit 50 mg/m³ of nitrogen oxides each hour."""
    made = works()
    limit(made, "50")
    return made


@pytest.fixture
def limit(keep: Any) -> Any:
    """`limit(plant, "50", basis="国家标准")`: a limit of its outlet."""

    def make(plant: Any, value: str, **more: Any) -> Any:
        raw = {"basis": "超低排放", "averaging": "小时均值", "valid_from": "2025-01-01", **more}
        return keep(
            "outlet_limits", enterprise=plant.firm, outlet=plant.outlet, factor="氮氧化物", value=value, **raw
        )

    return make


@pytest.fixture
def tell(office_data: Any) -> Any:
    """`tell(plant, 0, [40, 60, None])`: hours from midnight of a day on; None is an hour not sent.

    `flow` [m³/s] goes with each; `letter` is the mark of each; told again they are later versions.
    """
    from lantian.office.telemetry import door
    from lantian.telemetry.store import Arrival

    told = iter(range(1, 10_000_000))

    def send(
        plant: Any, day: int, values: Numbers, *, hour: int = 0, flow: float = 10,
        letters: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        arrivals = []
        start = local(DAY + timedelta(days=day), hour)
        for place, value in enumerate(values):
            if value is None:
                continue
            time = start + timedelta(hours=place)
            stamp = (time + LOCAL).strftime("%Y%m%d%H%M%S")
            came = time + timedelta(hours=1, minutes=2)
            qn = (came + LOCAL).strftime("%Y%m%d%H%M%S") + f"{next(told) % 1000:03d}"
            letter = (letters or {}).get(place, "N")
            cp = (
                f"DataTime={stamp};a21002-Avg={value},a21002-ZsAvg={value},a21002-Flag={letter};"
                f"a00000-Avg={flow},a00000-Flag=N"
            )
            segment = f"QN={qn};ST=31;CN=2061;PW=123456;MN={plant.mn};Flag=4;CP=&&{cp}&&".encode()
            arrivals.append(Arrival(plant.mn, time, "31", "2061", qn, None, False, came, segment))
        outcomes = door.line().write(arrivals)
        assert set(outcomes) <= {"stored"}, outcomes

    return send


@pytest.fixture
def run() -> Any:
    """`run()`: `lantian office line` once."""
    from lantian.office.telemetry.daily import running

    return running.run


@pytest.fixture
def folk(person: Any, province: dict[str, Any]) -> SimpleNamespace:
    """The city's dispatcher, officers of two counties and of two units of one, an analyst."""
    from lantian.office.people.models import Unit

    def unit(name: str, code: str) -> Any:
        return Unit.objects.create(name=name, region=province[code])

    return SimpleNamespace(
        county=person("county", "141002", unit=unit("尧都分局", "141002")),
        second=person("second", "141002", unit=unit("尧都执法队", "141002")),
        other=person("other", "141024", unit=unit("洪洞分局", "141024")),
        city=person("city", "141000", role="dispatcher", unit=unit("临汾局", "141000")),
        analyst=person("analyst", "141000", role="analyst"),
    )


@pytest.fixture
def photo() -> Any:
    """A photo to send with a form."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return lambda: SimpleUploadedFile("site.jpg", b"\xff\xd8\xff\xe0 a photo of the site \xff\xd9")


@pytest.fixture
def office(request: pytest.FixtureRequest) -> SimpleNamespace:
    """People, clock, browsers and the daily run by name, for tests that need much of it."""
    names = ("folk", "signed_in", "on", "run", "photo")
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in names})
