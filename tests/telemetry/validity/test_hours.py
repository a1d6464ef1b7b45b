"""Hours from minutes: 45 minutes, 75 percent normal, the logger's own hour, why an hour does not count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.telemetry.validity import Readings, Rules, hours, station_hours
from lantian.telemetry.values import VALUES, millionths

DAY = {"since": date(2026, 11, 1), "until": date(2026, 11, 2)}


def first(sent, rules, **options):
    return hours(sent.table, "M", "a21026", rules, **{**DAY, **options})[0]


@pytest.mark.parametrize(
    ("step", "enough", "short"), [(1, 45, 44), (2, 23, 22), (5, 9, 8), (10, 5, 4), (15, 3, 2), (20, 3, 2)]
)
def test_an_hour_needs_45_minutes_whatever_the_interval(sent, rules, step, enough, short):
    sent.minutes(["10.0"] * enough, step=step).minutes(["10.0"] * short, step=step, first=60)
    one, other, *_ = hours(sent.table, "M", "a21026", rules, interval=step, **DAY)
    assert (one.state, one.mark, one.raw, one.valid) == ("valid", "N", Decimal("10.00"), enough * step)
    assert (other.state, other.why, other.value, other.raw) == (
        "invalid", "too_few_minutes", None, Decimal("10.00"),
    )  # fmt: skip
    assert other.measured == 10


def test_an_interval_of_thirty_minutes_takes_both(sent, rules):
    sent.minutes(["8", "12", "9"], step=30)
    one, other, *_ = hours(sent.table, "M", "a21026", rules, interval=30, **DAY)
    assert (one.state, one.value) == ("valid", Decimal("10.00"))
    assert (other.state, other.received) == ("invalid", 30)


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ("N" * 45 + "D" * 15, ("valid", "N", None)),
        ("N" * 44 + "D" * 16, ("invalid", "D", "D")),
        ("N" * 38 + "C" * 12, ("invalid", "D", "C")),
        ("N" * 45 + "M" * 5, ("valid", "N", None)),
        ("N" * 20 + "M" * 10 + "C" * 30, ("invalid", "D", "C")),
        ("F" * 60, ("stopped", "F", "undeclared_stop")),
        ("F" * 30 + "N" * 30, ("stopped", "F", "undeclared_stop")),
        ("F" * 29 + "N" * 31, ("invalid", "D", "F")),
        ("B" * 60, ("invalid", "D", "B")),
        ("S" * 60, ("invalid", "D", "S")),
        ("?" * 60, ("invalid", "D", "unknown_letter")),
    ],
)
def test_letters_decide_by_75_percent(sent, rules, marks, told):
    sent.minutes(["7.5"] * len(marks), step=1, marks=marks)
    one = first(sent, rules, interval=1)
    assert (one.state, one.mark, one.why) == told


def test_only_normal_minutes_enter_the_mean_and_the_rest_is_told(sent, rules):
    sent.minutes(["10", "20", "30", "40", "50", "999"], marks="NNNNNM")
    one = first(sent, rules, interval=10)
    assert one.exact == 30
    assert one.reasons == {"M": 10}
    assert (one.received, one.valid) == (60, 50)


def test_a_missing_letter_is_normal_and_a_missing_number_is_not_used(sent, rules):
    sent.minutes(["10", "20", None, "30", "40", "50"])
    for row in sent.rows[:2]:
        row["mark"] = None
    one = first(sent, rules, interval=10)
    assert (one.exact, one.reasons) == (30, {"no_value": 10})


def test_above_the_range_is_no_mean_but_a_lower_bound(sent, rules):
    sent.minutes(["100", "100", "100", "200", "200", "200"], marks="NNNTTT")
    one = first(sent, rules, interval=10)
    assert (one.state, one.why, one.value) == ("invalid", "over_range", None)
    assert one.bound == 150
    assert one.reasons == {"over_range": 30}


def test_a_later_version_replaces_an_earlier_one_whatever_the_order(sent, rules):
    sent.minutes(["10"] * 6).value(0, "70", seq=100).value(10, "1", seq=-5)
    assert first(sent, rules, interval=10).exact == 20


def test_other_devices_commands_and_fields_stay_out(sent, rules):
    sent.minutes(["10"] * 6).value(0, "99", mn="OTHER", seq=99).value(0, "99", cn="2011", seq=99)
    sent.value(0, "99", field="Max", seq=99).value(0, "99", factor="a21002", seq=99)
    assert first(sent, rules, interval=10).exact == 10


def test_our_hour_is_compared_with_the_loggers_own(sent, rules):
    sent.minutes(["10"] * 12).hour(0, "10.05").hour(1, "12.3", field="Avg")
    one, other, *_ = hours(sent.table, "M", "a21026", rules, **DAY)
    assert (one.method, one.difference, one.remarks) == ("minutes", Decimal("-0.05"), ())
    assert (other.method, other.value, other.difference) == ("minutes", Decimal("10.00"), Decimal("-2.30"))
    assert other.remarks == ("hour_differs",)


def test_the_loggers_hour_stands_in_where_minutes_were_lost(sent, rules):
    sent.minutes(["10"] * 6, first=60).minutes(["10"] * 3).hour(0, "12.3")
    one = first(sent, rules)
    assert (one.state, one.method, one.value, one.remarks) == (
        "valid", "logger", Decimal("12.30"), ("minutes_missing",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "text", "told"),
    [
        ("N", "5", ("valid", None)), (None, "5", ("valid", None)), ("D", "5", ("invalid", "D")),
        ("F", "0", ("stopped", "undeclared_stop")), ("T", "200", ("invalid", "over_range")),
        ("N", None, ("missing_at_source", "no_value")), ("X", "5", ("invalid", "unknown_letter")),
    ],
)  # fmt: skip
def test_the_letter_of_the_loggers_hour_decides(sent, rules, mark, text, told):
    one = first(sent.hour(0, text, mark=mark), rules)
    assert (one.state, one.why, one.method) == (*told, "logger")


def test_four_kinds_of_nothing_are_kept_apart(sent, rules, start):
    sent.minutes(["10"] * 6).minutes(["6.5"] * 6, first=60, factor="a19001").minutes(["10"] * 3, first=120)
    found = hours(
        sent.table, "M", "a21026", rules, outages=[(start + timedelta(hours=4), start + timedelta(hours=5))],
        interval=10, **DAY,
    )  # fmt: skip
    assert [hour.state for hour in found[:6]] == [
        "valid", "missing_at_source", "invalid", "not_received", "lost_here", "not_received",
    ]  # fmt: skip
    assert len(found) == 24
    assert [hour.arrived for hour in found[:3]] == [True, False, False]


def test_the_interval_is_read_from_the_stamps_of_the_day(sent, rules):
    sent.days(1, step=20).minutes(["10"] * 288, step=5, first=1440)
    found = hours(sent.table, "M", "a21026", rules)
    assert len(found) == 48
    assert {hour.state for hour in found} == {"valid"}
    assert {hour.valid for hour in found} == {60}


def test_lost_minutes_do_not_make_the_others_count_for_more(sent, rules):
    sent.days(1, step=10)
    sent.rows = [
        row for row in sent.rows if row["time"].minute not in {10, 20, 40, 50} or row["time"].hour < 22
    ]
    found = hours(sent.table, "M", "a21026", rules)
    assert {hour.valid for hour in found if hour.time.hour >= 22} == {20}


def test_an_odd_interval_is_remarked(sent, rules):
    sent.minutes(["10"] * 100, step=7)
    assert "interval_unknown" in first(sent, rules).remarks


def test_huge_numbers_are_summed_exactly(sent, rules):
    sent.minutes(["9000000000000"] * 6)
    assert first(sent, rules, interval=10).exact == 9_000_000_000_000


def test_bounds_are_checked(sent, rules, start):
    assert hours(sent.table, "M", "a21026", rules) == []
    with pytest.raises(LantianError, match="sent nothing"):
        hours(sent.table, "M", "a21026", rules, since=date(2026, 1, 1))
    with pytest.raises(LantianError, match="not on the hour"):
        hours(sent.table, "M", "a21026", rules, since=start + timedelta(minutes=1), until=start)
    with pytest.raises(LantianError, match="time zone"):
        hours(sent.table, "M", "a21026", rules, since=start.replace(tzinfo=None), until=start)


def test_oxygen_made_once_gives_the_same_hours(sent, rules):
    sent.days(1).days(1, factor="a19001", value="8.0").days(1, factor="a21002", value="40")
    found = station_hours(sent.table, "M", ["a21026", "a21002", "a19001"], rules, reference_o2=6)
    for factor in found:
        assert found[factor] == hours(sent.table, "M", factor, rules, reference_o2=6)
    assert found["a19001"][0].converted_exact == 8


MARKS = "NNNNNNFMSDCTB"


@settings(max_examples=60, deadline=None)
@given(
    step=st.sampled_from([5, 10, 12, 15, 20]),
    rows=st.lists(
        st.tuples(
            st.integers(0, 47), st.integers(0, 2), st.sampled_from(MARKS), st.none() | st.integers(0, 5000)
        ),
        max_size=80,
    ),
)
def test_against_a_loop_of_fractions(step, rows):
    """Rows land on a grid of two hours, several versions each; an oracle counts them one by one."""
    begin = datetime.fromisoformat("2026-10-31T16:00:00+00:00")
    slots = 120 // step
    data, latest = [], {}
    for seq, (slot, version, mark, number) in enumerate(rows):
        text = None if number is None else f"{number / 100:.2f}"
        place = slot % slots
        data.append(
            {
                "place": "M", "time": begin + timedelta(minutes=place * step), "st": "31", "cn": "2051",
                "factor": "a21026", "field": "Avg", "text": text, "value": millionths(text), "mark": mark,
                "qn": None, "seq": seq + 1000 * version, "received_at": begin, "quality": None,
            }
        )  # fmt: skip
        key = seq + 1000 * version
        if place not in latest or key > latest[place][0]:
            latest[place] = (key, mark, number)
    table = pa.Table.from_pylist(data, schema=VALUES)
    found = hours(
        Readings.of(table, "M"),
        "M",
        "a21026",
        Rules(),
        interval=step,
        since=begin,
        until=begin + timedelta(hours=2),
    )
    for number, hour in enumerate(found):
        mine = [latest[p] for p in range(number * 60 // step, (number + 1) * 60 // step) if p in latest]
        used = [Fraction(n, 100) for _, mark, n in mine if mark == "N" and n is not None]
        stopped = sum(mark == "F" for _, mark, _ in mine) * step
        if len(mine) * step < 45:
            state = (
                "invalid" if mine else "not_received" if not latest or not _in(latest, number, step) else ""
            )
        elif len(used) * step >= 45 and 4 * len(used) >= 3 * len(mine):
            state = "valid"
        else:
            state = "stopped" if stopped >= 30 else "invalid"
        assert hour.state == state
        assert hour.measured == (sum(used, Fraction(0)) / len(used) if used else None)
        assert hour.exact == (hour.measured if state == "valid" else None)


def _in(latest: dict, number: int, step: int) -> bool:
    return any(number * 60 <= place * step < (number + 1) * 60 for place in latest)
