"""Days, months, rates: counted by hand, kept between 0 and 1, nothing divided by nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.rulebook import load
from lantian.telemetry.validity import HourValue, Rules, capture, days, month, quarter_of, rates_of
from lantian.telemetry.validity.rates import count
from lantian.telemetry.validity.records import STATES

BEGIN = datetime(2026, 10, 31, 16, tzinfo=UTC)
ON = date(2026, 11, 1)
RULES = Rules()


def hour(number: int, state: str = "valid", value: int | Fraction = 10, **more) -> HourValue:
    exact = Fraction(value) if state == "valid" else None
    given = {
        "time": BEGIN + timedelta(hours=number), "factor": "a21026", "state": state, "why": None, "mark": "N",
        "method": "minutes", "measured": exact, "exact": exact, "converted_exact": exact,
        "converted_by": None, "oxygen": None, "bound": None, "sent": None, "sent_converted": None,
        "amount": None, "received": 60, "valid": 60, "decimals": 2, "arrived": state in {"valid", "invalid"},
        **more,
    }  # fmt: skip
    return HourValue(**given)


def test_a_day_needs_twenty_hours():
    twenty = [hour(n, value=n) for n in range(20)] + [hour(n, "invalid") for n in range(20, 24)]
    [day] = days(twenty, RULES)
    assert (day.date, day.state, day.value, day.judged) == (ON, "valid", Decimal("9.50"), True)
    assert day.hours == {"valid": 20, "invalid": 4}
    [short] = days([*twenty[1:], hour(0, "not_received")], RULES)
    assert (short.state, short.why, short.exact, short.converted) == ("invalid", "too_few_hours", None, None)


def test_the_local_day_begins_at_midnight_in_china():
    found = days([hour(n) for n in range(-2, 26)], RULES)
    assert [(day.date, sum(day.hours.values())) for day in found] == [
        (date(2026, 10, 31), 2), (date(2026, 11, 1), 24), (date(2026, 11, 2), 2),
    ]  # fmt: skip


def test_every_day_of_the_year_has_24_hours():
    found = days([hour(n) for n in range(24 * 400)], RULES)
    assert {sum(day.hours.values()) for day in found} == {24}


def test_a_day_of_exempt_hours_has_a_mean_and_is_not_judged():
    [day] = days([hour(n, exempt=("start",) if n < 5 else ()) for n in range(24)], RULES)
    assert (day.state, day.judged_hours, day.judged) == ("valid", 19, False)


def test_hours_without_oxygen_make_no_converted_day():
    [day] = days([hour(n, converted_exact=None if n < 5 else Fraction(9)) for n in range(24)], RULES)
    assert (day.value, day.converted, day.judged) == (Decimal("10.00"), None, False)


@pytest.mark.parametrize(
    ("first", "valid", "state"),
    [
        (date(2026, 11, 1), 25, "valid"), (date(2026, 11, 1), 24, "invalid"),
        (date(2026, 2, 1), 23, "valid"), (date(2026, 2, 1), 22, "invalid"),
    ],
)  # fmt: skip
def test_a_month_needs_25_days_and_february_23(first, valid, state):
    shift = int(
        (datetime(first.year, first.month, 1, tzinfo=UTC) - timedelta(hours=8) - BEGIN) / timedelta(hours=1)
    )
    found = days([hour(shift + n, "valid" if n < valid * 24 else "invalid") for n in range(28 * 24)], RULES)
    one = month(found, RULES)
    assert one is not None
    assert (one.first, one.state) == (first, state)
    assert one.value == (Decimal("10.00") if state == "valid" else None)
    assert month([], RULES) is None


def test_rates_by_hand():
    hours = (
        [hour(n) for n in range(500)]
        + [hour(n, "invalid", why="D") for n in range(500, 560)]
        + [hour(n, "stopped", why="stop", declared=True) for n in range(560, 660)]
        + [hour(n, "stopped", why="undeclared_stop", arrived=True) for n in range(660, 680)]
        + [hour(n, "not_received") for n in range(680, 700)]
        + [hour(n, "missing_at_source") for n in range(700, 710)]
        + [hour(n, "lost_here") for n in range(710, 720)]
    )
    found = rates_of(hours, RULES, on=ON)
    counts = found.counts
    assert (counts.due, counts.stopped, counts.undeclared) == (720, 100, 20)
    assert (counts.received, counts.valid, counts.invalid) == (580, 500, 120)
    assert found.transmission.exact == Fraction(580, 620)
    assert found.validity.exact == Fraction(500, 580)
    assert (found.effective.exact, found.effective.shown) == (Fraction(500, 620), Decimal("80.6"))
    assert (found.capture.exact, found.capture.met) == (Fraction(500, 620), True)
    assert found.effective.met is True
    assert counts.states == {
        "valid": 500, "invalid": 60, "stopped": 120, "missing_at_source": 10, "not_received": 20,
        "lost_here": 10,
    }  # fmt: skip
    assert counts.reasons["D"] == 60


def test_a_rate_names_its_hours_its_formula_and_its_rules():
    step = rates_of([hour(0), hour(1, "invalid")], RULES, on=ON).effective.step
    lines = "\n".join(step.lines())
    assert "(received 2) / (due 2 − stopped 0)" in lines
    assert "(valid 1) / (received 2)" in lines
    assert "telemetry.validity.transmission.formula [not verified]" in lines
    assert not step.verified
    assert step.as_dict()["children"][1]["value"] == "50.0"


def test_a_month_of_stops_alone_has_no_rate():
    found = rates_of([hour(n, "stopped", declared=True) for n in range(720)], RULES, on=ON)
    assert {rate.exact for rate in (found.transmission, found.validity, found.effective, found.capture)} == {
        None
    }
    assert found.effective.met is None
    assert days([hour(n, "stopped", declared=True) for n in range(24)], RULES)[0].state == "stopped"
    assert month(days([hour(n, "stopped") for n in range(720)], RULES), RULES).state == "stopped"


def test_a_month_without_anything_received_is_zero():
    found = rates_of([hour(n, "not_received") for n in range(720)], RULES, on=ON)
    assert (found.transmission.exact, found.validity.exact, found.effective.exact) == (0, None, 0)


def test_a_filled_hour_counts_as_received_by_the_rule(tmp_path: Path):
    hours = [hour(0), hour(1, method="corrected", arrived=False), hour(2, "not_received")]
    assert rates_of(hours, RULES, on=ON).transmission.exact == Fraction(2, 3)
    own = tmp_path / "ours.yaml"
    own.write_text(
        "replace:\n  telemetry.validity.transmission.filled_counts:\n"
        "    - {value: false, document: ours, clause: '1', verified: true}\n"
    )
    strict = Rules(load([own]))
    assert rates_of(hours, strict, on=ON).transmission.exact == Fraction(1, 3)
    assert count(hours, strict.on(ON)).filled == 1


def test_a_formula_is_the_offices(tmp_path: Path):
    own = tmp_path / "ours.yaml"
    own.write_text(
        "replace:\n  telemetry.validity.capture.formula:\n"
        "    - {value: {above: {plus: [valid], minus: []}, below: {plus: [due], minus: []}},"
        " document: ours, clause: '1', verified: true}\n"
    )
    hours = [hour(0), hour(1, "stopped", declared=True)]
    assert capture(hours, RULES, on=ON).exact == 1
    assert capture(hours, Rules(load([own])), on=ON).exact == Fraction(1, 2)
    own.write_text(own.read_text().replace("plus: [due]", "plus: [days]"))
    with pytest.raises(LantianError, match="'days'"):
        capture(hours, Rules(load([own])), on=ON)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 5, 9), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarters(day, first, last):
    assert quarter_of(day) == (first, last)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(STATES), st.booleans(), st.booleans(), st.sampled_from(["minutes", "corrected"])
        ),
        max_size=60,
    )
)
def test_rates_lie_between_0_and_1(rows):
    """A valid hour has arrived or was filled by hand: everything else is free."""
    hours = [
        hour(
            n, state, declared=declared, method=method,
            arrived=arrived or (state == "valid" and method != "corrected"),
        )
        for n, (state, declared, arrived, method) in enumerate(rows)
    ]  # fmt: skip
    found = rates_of(hours, RULES, on=ON)
    counts = found.counts
    for rate in (found.transmission, found.validity, found.effective, found.capture):
        assert rate.exact is None or 0 <= rate.exact <= 1
    assert counts.valid <= counts.received <= counts.due - counts.stopped
    assert counts.valid + counts.invalid + counts.stopped == counts.due == sum(counts.states.values())
