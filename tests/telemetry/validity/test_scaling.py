"""Values leave the unit of the device once, on their way to hours; the text stays as sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from lantian.telemetry.validity import Rules, hours
from lantian.telemetry.validity.scaling import kept_in, scaled
from lantian.telemetry.values import VALUES, millionths

RULES = Rules()
DAY = RULES.on(date(2026, 3, 2))
BEGIN = datetime(2026, 3, 1, 16, tzinfo=UTC)


def sent(mn: str, factor: str, text: str, field: str = "Avg", hour: int = 0) -> dict[str, object]:
    time = BEGIN + timedelta(hours=hour)
    return {
        "place": mn, "time": time, "st": "31", "cn": "2061", "factor": factor, "field": field, "text": text,
        "value": millionths(text), "mark": "N", "qn": None, "seq": hour, "received_at": time, "quality": None,
    }  # fmt: skip


def test_each_device_is_read_in_its_own_unit():
    rows = [
        sent("A", "a34004", "35000"),
        sent("B", "a34004", "35"),
        sent("A", "a21002", "50"),
        sent("A", "a34004", "900", "Cou"),
        sent("C", "a34004", "0.035"),
        sent("A", "a00000", "7200"),
    ]
    units = {"A": {"a34004": "ng/m³", "a00000": "m³/h"}, "B": {"a34004": "µg/m³"}, "C": {"a21002": "ppm"}}
    table = scaled(pa.Table.from_pylist(rows, schema=VALUES), units, DAY)
    assert table["value"].to_pylist() == [35_000, 35_000, 50_000_000, 900_000_000, 35_000, 2_000_000]
    assert table["text"].to_pylist() == ["35000", "35", "50", "900", "0.035", "7200"]


def test_hours_of_fine_particles_sent_in_nanograms_are_in_milligrams():
    rows = [sent("A", "a34004", "35000.4", hour=hour) for hour in range(2)]
    table = scaled(pa.Table.from_pylist(rows, schema=VALUES), {"A": {"a34004": "ng/m³"}}, DAY)
    found = hours(table, "A", "a34004", RULES, since=BEGIN, until=BEGIN + timedelta(hours=2))
    assert [float(hour.exact) for hour in found] == [0.035, 0.035]


@pytest.mark.parametrize(
    ("code", "units", "unit"),
    [
        ("a34004", {"a34004": "ng/m³"}, "mg/m³"),
        ("a34004", None, "mg/m³"),
        ("a21026", {"a21026": "ppm"}, "ppm"),
        ("a00000", {"a00000": "m³/h"}, "m³/s"),
        ("a01012", None, "°C"),
        ("a19001", None, "%"),
    ],
)
def test_hours_say_in_which_unit_they_are(code, units, unit):
    assert kept_in(code, "Avg", units, DAY)[0] == unit
