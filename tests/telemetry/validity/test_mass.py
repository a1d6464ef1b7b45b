"""Mass by hand, and what stands in for hours that do not count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.telemetry.validity import HourValue, Rules, day_masses, masses
from lantian.telemetry.validity.mass import explain_mass, substitution_row

BEGIN = datetime(2026, 9, 30, 16, tzinfo=UTC)
RULES = Rules()
OCTOBER = date(2026, 10, 1)
FULL = {OCTOBER: Fraction(95, 100)}


def hour(
    number: int, value: int | None, state: str | None = None, factor: str = "a21026", **more
) -> HourValue:
    exact = None if value is None else Fraction(value)
    given = {
        "time": BEGIN + timedelta(hours=number), "factor": factor,
        "state": state or ("valid" if exact is not None else "invalid"), "why": None, "mark": "N",
        "method": "minutes", "measured": exact, "exact": exact, "converted_exact": exact,
        "converted_by": None, "oxygen": None, "bound": None, "sent": None, "sent_converted": None,
        "amount": None, "received": 60, "valid": 60, "decimals": 2, "arrived": True, **more,
    }  # fmt: skip
    return HourValue(**given)


def series(values, factor="a21026", **more):
    return [hour(n, value, factor=factor, **more) for n, value in enumerate(values)]


def flow(values):
    return series(values, "a00000")


def test_mass_by_hand():
    # The example of the line's own hour: 12.4 mg/m³ × 73.2 m³/s × 3600 s × 10⁻⁶ = 3.2677 kg.
    [one] = masses(
        [hour(0, None, "valid", exact=Fraction("12.4"))], [hour(0, None, exact=Fraction("73.2"))], RULES
    )
    assert one.raw == one.substituted == Fraction("12.4") * Fraction("73.2") * 3600 / 1_000_000
    assert (one.raw_kg, one.method) == (Decimal("3.268"), "measured")


def test_the_amount_sent_is_compared():
    def told(sent: str) -> tuple[str, ...]:
        given = [hour(0, 10, amount=Fraction(sent))]
        return masses(given, flow([100]), RULES)[0].remarks  # 3.6 kg

    assert told("3.6") == told("3.75") == told("3.45") == ()
    assert told("3.9") == told("0") == ("amount_differs",)


def test_a_flow_in_cubic_metres_an_hour():
    assert masses([hour(0, 10)], flow([360_000]), RULES, flow_per_hour=1)[0].raw == Fraction("3.6")


def test_a_declared_stop_emits_nothing_and_another_does_not_stop_it():
    found = masses(
        [hour(0, 10), hour(1, None, "stopped", declared=True), hour(2, None, "stopped")], flow([100] * 3),
        RULES, captures=FULL,
    )  # fmt: skip
    assert [(one.method, one.substituted) for one in found] == [
        ("measured", Fraction("3.6")), ("stopped", 0), ("max_180", Fraction("3.6")),
    ]  # fmt: skip
    assert found[1].raw is None


def test_without_flow_the_mean_of_the_last_valid_day_of_flow():
    streams = [10, *range(1, 25), None]
    found = masses(series([1] * 26), flow(streams), RULES, captures=FULL)
    mean = Fraction(sum(range(1, 25)), 24)
    assert (found[-1].method, found[-1].raw) == ("flow_mean", None)
    assert found[-1].substituted == mean * 3600 / 1_000_000


@pytest.mark.parametrize(
    ("rate", "length", "code"),
    [
        (Fraction(1), 1, "max_180"), (Fraction(90, 100), 24, "max_180"), (Fraction(90, 100), 25, "max_720"),
        (Fraction(899, 1000), 1, "max_2160"), (Fraction(75, 100), 500, "max_2160"),
        (Fraction(749, 1000), 1, None), (None, 1, None),
    ],
)  # fmt: skip
def test_the_row_of_the_table(rate, length, code):
    row = substitution_row(rate, length, RULES.on(OCTOBER))
    assert (row and row["code"]) == code


def gap(before: list[int], length: int, **more):
    """Hours before a gap, the gap, an hour after; masses in kg are hundredths of the concentrations."""
    given = series([*before, *[None] * length, 5])
    streams = flow([Fraction(1_000_000, 3600 * 100)] * len(given))
    return masses(given, streams, RULES, captures=FULL, **more)


def test_a_short_gap_takes_the_largest_of_180_valid_hours_before_the_calibration():
    before = [99] + [50] + [10] * 179 + [70] * 10
    after_calibration = gap(before, 3, calibrations=[BEGIN + timedelta(hours=181)])
    assert {(one.method, one.substituted) for one in after_calibration[191:194]} == {
        ("max_180", Fraction(1, 2))
    }
    assert after_calibration[191].looked_back == 180
    assert after_calibration[191].gap_hours == 3
    assert gap(before, 3)[191].substituted == Fraction(7, 10)
    assert gap(before, 3)[194].method == "measured"


def test_a_long_gap_takes_the_largest_of_720():
    found = gap([99] + [50] + [10] * 719, 25)
    assert {(one.method, one.substituted) for one in found[721:746]} == {("max_720", Fraction(1, 2))}


def test_a_stop_ends_a_gap():
    given = series([10] * 5 + [None] * 20)
    given += [hour(25, None, "stopped", declared=True)] + [hour(n, None) for n in range(26, 46)]
    found = masses(given, flow([100] * 46), RULES, captures=FULL)
    assert {one.method for one in found[5:25]} == {one.method for one in found[26:]} == {"max_180"}


def test_nothing_stands_in_without_history_or_below_75_percent():
    assert [one.method for one in masses(series([None, None]), flow([1, 1]), RULES, captures=FULL)] == [
        "none"
    ] * 2
    low = masses(series([10, None]), flow([1, 1]), RULES, captures={OCTOBER: Fraction(1, 2)})
    assert (low[1].method, low[1].substituted) == ("none", None)


def test_the_capture_rate_is_that_of_the_quarter_of_the_hours_given():
    # 8 of 10 valid: 80 %, the third row of the table.
    assert masses(series([10] * 8 + [None] * 2), flow([1] * 10), RULES)[8].method == "max_2160"


def test_above_the_range_never_less_than_the_bound():
    given = [hour(0, 10), hour(1, None, bound=Fraction(400))]
    found = masses(given, flow([100, 100]), RULES, captures=FULL)
    assert found[1].substituted == Fraction(400 * 100 * 3600, 1_000_000)


def test_days_keep_raw_substituted_and_methods_apart():
    given = series([10] * 20 + [None] * 4)
    [day] = day_masses(masses(given, flow([100] * 24), RULES, captures=FULL))
    assert (day.raw, day.substituted) == (Fraction("72"), Fraction("86.4"))
    assert (day.methods, day.running, day.unknown) == ({"measured": 20, "max_180": 4}, True, 0)
    [still] = day_masses(masses([hour(n, None, "stopped", declared=True) for n in range(24)], [], RULES))
    assert (still.running, still.substituted) == (False, 0)


def test_a_mass_explains_itself():
    given, streams = series([10, None]), flow([100, 100])
    one, other = masses(given, streams, RULES, captures=FULL)
    assert "10 × 100 × 3600 × 10⁻⁶" in "\n".join(explain_mass(one, given[0], streams[0], RULES).lines())
    told = explain_mass(other, given[1], streams[1], RULES)
    assert (told.value, told.used, told.verified) == ("3.600", 1, False)
    assert "max_180" in told.formula


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.integers(0, 900), st.none() | st.integers(0, 300),
            st.sampled_from(["", "", "", "stopped"]), st.none() | st.integers(0, 900),
        ),
        max_size=120,
    ),
    rate=st.none() | st.fractions(0, 1),
)  # fmt: skip
def test_substitution_never_lowers(rows, rate):
    given, streams = [], []
    for n, (value, stream, stop, bound) in enumerate(rows):
        if stop:
            given.append(hour(n, None, "stopped", declared=True))
        else:
            given.append(
                hour(n, value, bound=None if value is not None or bound is None else Fraction(bound))
            )
        streams.append(hour(n, stream, factor="a00000"))
    found = masses(given, streams, RULES, captures={OCTOBER: rate})
    for position, one in enumerate(found):
        if one.raw is not None:
            assert one.substituted == one.raw
        if one.method.startswith("max_"):
            seen = [other.raw for other in found[:position] if other.raw is not None]
            assert one.substituted >= max(seen[-1:], default=0)
            assert one.substituted in seen or one.substituted >= max(seen, default=0)
    total = sum((one.raw for one in found if one.raw is not None), Fraction(0))
    assert sum((one.substituted for one in found if one.substituted is not None), Fraction(0)) >= total
