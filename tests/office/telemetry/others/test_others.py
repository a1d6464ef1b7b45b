"""Pages of lines that are no stacks: what was sent is drawn, a vehicle's leads are told, scope holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from lantian.office.telemetry import door
from lantian.office.telemetry.others import curves
from lantian.office.telemetry.others.views import label_of
from lantian.telemetry.store import Arrival, Device, pack
from lantian.telemetry.vehicles import encode

pytestmark = pytest.mark.django_db
VIN = "LZZ5ELND8GA123456"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def device(keep: Any) -> Any:
    def make(kind: str, mn: str) -> Any:
        row = keep("line_devices", mn=mn, name=f"{mn}号", kind=kind, region="尧都区", generation="2017版",
                   status="运行", enterprise="临汾示例铸造有限公司（模拟）")  # fmt: skip
        type(row).objects.filter(pk=row.pk).update(on_line=True)
        return row

    return make


def send(mn: str, st: str, values: list[tuple[int, str, str, str]]) -> None:
    """(minute, factor, field, text) of 2011."""
    door.line().write([
        Arrival(mn, NOON + timedelta(minutes=minute), st, "2011", None, None, True,
                NOON + timedelta(minutes=minute), pack([(factor, field, text, "N", None)]), protocol="rows")
        for minute, factor, field, text in values
    ])  # fmt: skip


def asked(**params: str) -> curves.Asked:
    return curves.asked_of(params, NOON)


def test_curves_are_the_values_sent_of_the_local_day(device, province):
    row = device("扬尘监测点", "DUST0001")
    send(row.mn, "39", [(0, "a34002", "Rtd", "55"), (1, "a34002", "Rtd", "65.5"), (1, "a34001", "Rtd", "0.2"),
                        (60 * 13, "a34002", "Rtd", "99")])  # fmt: skip
    found = curves.curves(row, curves.table_of(row, asked()), asked())
    assert [(c.factor, [value for _, value in c.points]) for c in found] == [
        ("a34001", [Decimal("0.2")]), ("a34002", [55, Decimal("65.5")]),
    ]  # fmt: skip
    later = asked(day="2026-11-21")
    assert [c.last[1] for c in curves.curves(row, curves.table_of(row, later), later)] == [99]
    assert found[1].limit == 80
    assert not found[1].limit_verified


def test_many_points_are_told_as_means_of_equal_stretches(device, monkeypatch):
    monkeypatch.setattr(curves, "MOST_POINTS", 3)
    row = device("用电监控", "POWER001")
    send(row.mn, "44", [(i, "d20105", "Rtd", str(i)) for i in range(7)])
    (curve,) = curves.curves(row, curves.table_of(row, asked()), asked())
    assert (curve.count, curve.thinned, [value for _, value in curve.points]) == (7, 3, [1, 4, 6])
    assert curve.last[1] == 6


@pytest.mark.parametrize(
    "params", [{"day": "gestern"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"span": "x"}]
)
def test_an_odd_address_is_a_day_all_the_same(params):
    found = curves.asked_of(params, None)
    assert date(2000, 1, 1) <= found.first <= found.day
    assert found.instants[0] < found.instants[1]


def test_a_vehicle_shows_its_seconds_and_its_leads(device, person):
    row = device("车载终端", VIN)
    bad = {"nox_before": 800, "nox_after": 900, "scr_inlet_temperature": 300, "speed": 60}
    arrivals = []
    for second in range(0, 1300, 2):
        at = NOON + timedelta(seconds=second)
        raw = encode("live", VIN, at, second, [("engine", bad)])
        arrivals.append(
            Arrival(VIN, at, "vehicle", "02", str(second), None, False, at, raw, protocol="vehicle")
        )
    door.line().write(arrivals)
    (lead,) = [one for one in curves.leads(row, curves.table_of(row, asked()), asked())
               if one.code == "nox_not_reduced"]  # fmt: skip
    assert lead.figures["share"] == 1
    client = Client()
    client.force_login(person("in", "141002", role="dispatcher"))
    shown = client.get(f"/telemetry/stacks/{row.pk}/?day=2026-11-20")
    words = shown.content.decode()
    # The order of what is worth a picture, not of the alphabet.
    labels = [one["label"] for one in shown.context["curves"]]
    assert labels == ["车速", "催化器前氮氧化物", "催化器后氮氧化物", "催化器入口温度"]
    assert "900" in words
    # A week of seconds is no page: it is not offered, and asked for all the same it is a day.
    assert 'value="week"' not in words
    assert client.get(f"/telemetry/stacks/{row.pk}/?day=2026-11-20&span=week").context["asked"].span == "day"


def test_a_unit_is_the_devices_own_and_the_standards_nanograms_are_nobodys(device):
    row = device("扬尘监测点", "DUST0009")
    known = Device(row.mn, units={"a34002": "µg/m³"})
    assert label_of("a34002", "Rtd", known, row.kind)[1] == "µg/m³"
    assert label_of("a34004", "Rtd", known, row.kind)[1] == ""


def test_a_device_stays_in_its_county(device, scope_doors, person):
    row = device("用电监控", "POWER002")
    send(row.mn, "44", [(0, "d20105", "Rtd", "123.4")])
    scope_doors(
        thing=row, secret="123.4", inside=person("in", "141002"), outside=person("out", "141024"),
        pages=[f"/telemetry/stacks/{row.pk}/?day=2026-11-20"],
    )  # fmt: skip
