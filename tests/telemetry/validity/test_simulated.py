"""Simulated plants, faults and late versions among their rows, against a loop over the rows; dated rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.rulebook import load
from lantian.telemetry.simulator import province, simulate
from lantian.telemetry.simulator.tables import table
from lantian.telemetry.validity import Readings, Rules, hours, station_hours

BEGIN = datetime(2026, 10, 31, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)


def by_a_loop(rows: list[dict], factor: str, hour: datetime, interval: int) -> tuple[str, Fraction | None]:
    """State and mean of an hour made of minutes, by the words of HJ 212-2017 alone."""
    latest: dict[tuple[datetime, str], dict] = {}
    for row in sorted(rows, key=lambda one: one["seq"]):
        if row["cn"] == "2051" and row["factor"] == factor and hour <= row["time"] < hour + HOUR:
            latest[row["time"], row["field"]] = row
    stamps = {time for time, _ in latest}
    normal, stopped = [], 0
    for time in stamps:
        letter = max((latest[key] for key in latest if key[0] == time), key=lambda one: one["seq"])["mark"]
        mean = latest.get((time, "Avg"))
        stopped += letter == "F"
        if letter in {"N", None} and mean is not None and mean["value"] is not None:
            normal.append(Fraction(mean["value"], 1_000_000))
    if len(stamps) * interval < 45:
        return "short", None
    if len(normal) * interval >= 45 and len(normal) * 4 >= len(stamps) * 3:
        return "valid", sum(normal, Fraction(0)) / len(normal)
    return ("stopped" if stopped * interval >= 30 else "invalid"), None


@pytest.mark.parametrize("number", [1, 4, 6])
def test_hours_of_simulated_plants_against_a_loop(number, rules):
    plant = province(8, seed=3)[number]
    case = simulate(plant, BEGIN, 4, seed=number)
    sent = table(case, plant)
    readings = Readings.of(sent, plant.mn)
    interval = round(case.minutes.step / timedelta(minutes=1))
    grouped = defaultdict(list)
    for row in sent.to_pylist():
        grouped[row["factor"], row["time"].replace(minute=0, second=0, microsecond=0)].append(row)
    factors = [factor for factor in readings.factors("2051") if factor in {"a21026", "a34013", "a19001"}]
    found = station_hours(readings, plant.mn, factors, rules, since=BEGIN, until=BEGIN + 96 * HOUR)
    compared = Counter()
    for factor in factors:
        for hour in found[factor]:
            state, mean = by_a_loop(grouped[factor, hour.time], factor, hour.time, interval)
            compared[state] += 1
            if state != "short":
                assert (hour.state, hour.exact, hour.method) == (state, mean, "minutes")
    assert compared["valid"] > 50 * len(factors)


def test_a_rule_that_changes_within_the_month_holds_from_its_day(sent, tmp_path: Path):
    own = tmp_path / "ours.yaml"
    own.write_text(
        "replace:\n  telemetry.validity.hour.min_minutes:\n"
        "    - {value: 30, unit: min, document: ours, clause: '1', verified: true, from: 2026-11-02}\n"
    )
    for hour in range(72):
        sent.minutes(["10"] * 3, first=60 * hour)
    found = hours(sent.table, "M", "a21026", Rules(load([own])), interval=10)
    assert [one.state for one in found] == ["invalid"] * 24 + ["valid"] * 48
    whole = hours(
        sent.table,
        "M",
        "a21026",
        Rules(load([own])),
        interval=10,
        since=BEGIN + 20 * HOUR,
        until=BEGIN + 30 * HOUR,
    )
    assert whole == found[20:30]


def test_the_rules_of_a_day_are_those_between_two_changes(tmp_path: Path):
    own = tmp_path / "ours.yaml"
    own.write_text(
        "replace:\n  telemetry.validity.oxygen.guard:\n"
        "    - {value: 20, unit: '%', document: ours, clause: '1', verified: true,"
        " from: 2026-11-02, to: 2026-11-09}\n"
    )
    rules = Rules(load([own]))
    day = date(2026, 11, 1)
    assert [rules.on(day + timedelta(days=n)).number("validity.oxygen.guard") for n in (0, 1, 8, 9)] == [
        19,
        20,
        20,
        19,
    ]
    assert rules.on(day) is not rules.on(day + timedelta(days=1))
    assert rules.on(day + timedelta(days=1)) is rules.on(day + timedelta(days=8))
    assert rules.spans(day, day + timedelta(days=20))[:2] == [
        (day, day), (date(2026, 11, 2), date(2026, 11, 9)),
    ]  # fmt: skip
