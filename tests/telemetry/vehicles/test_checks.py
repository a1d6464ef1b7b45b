"""Leads of on-board data: each check finds what was made for it, and an honest drive gives none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lantian.telemetry.vehicles import Second, check

START = datetime(2026, 11, 22, tzinfo=UTC)


def drive(count: int = 3600, *, step: int = 1, **changes) -> list[Second]:
    """An honest hour: hot, 90 % conversion, reagent 5 % of the fuel, 60 km/h."""
    honest = {
        "speed": lambda i: 60, "nox_before": lambda i: 800, "nox_after": lambda i: 80,
        "scr_inlet_temperature": lambda i: 300, "fuel_flow": lambda i: 60,
        "reagent_level": lambda i: 80 - i / 700,
        "mileage": lambda i: i * step / 60,
    }  # fmt: skip
    honest.update(changes)
    return [
        Second(
            START + timedelta(seconds=i * step),
            {name: Decimal(str(round(f(i), 4))) for name, f in honest.items() if f(i) is not None},
        )
        for i in range(count)
    ]


def codes(history: list[Second]) -> set[str]:
    return {lead.code for lead in check(history)}


def test_an_honest_drive_gives_no_lead():
    assert codes(drive()) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nox_after": lambda i: 900}, "nox_not_reduced"),
        ({"nox_after": lambda i: 600}, "low_conversion"),
        ({"reagent_level": lambda i: 80, "mileage": lambda i: i / 6}, "reagent_unused"),
        ({"reagent_level": lambda i: 80 - i / 3600}, "reagent_share"),
    ],
)
def test_each_check_finds_what_was_made_for_it(changes, code):
    assert code in codes(drive(**changes))


def test_a_cold_catalyst_is_no_lead():
    assert codes(drive(nox_after=lambda i: 900, scr_inlet_temperature=lambda i: 150)) == set()


def test_a_refill_counts_as_no_use_and_a_level_that_falls_counts():
    refilled = drive(reagent_level=lambda i: 20 - i / 700 if i < 1800 else 90 - i / 700)
    assert codes(refilled) == set()


def test_packets_lost_on_the_way_are_told_with_distance_and_minutes():
    history = drive()
    gone = [s for s in history if not START + timedelta(minutes=20) <= s.time < START + timedelta(minutes=40)]
    (lead,) = check(gone)
    assert lead.code == "lost_while_moving"
    assert lead.figures["minutes"] == Decimal(1201) / 60
    assert lead.figures["kilometres"] == Decimal("20.0167")
    assert not lead.verified


def test_standing_still_without_packets_is_no_lead():
    history = drive(mileage=lambda i: 100)
    assert codes(history[:600] + history[2400:]) == set()


def test_what_was_not_available_is_not_judged():
    assert codes(drive(nox_after=lambda i: None, reagent_level=lambda i: None)) == set()
