"""Alarms: near hours are one, levels grow, normal hours close; order and repetition change nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.telemetry.judgement import Limit, due, judge, merge, merge_judgements, normal_of
from lantian.telemetry.validity import HourValue, Rules, days

BEGIN = datetime(2026, 10, 31, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = Rules()
LIMITS = [Limit("stack", "a21026", "ultra_low", Decimal(35))]


def hour(number: int, value: int | None, bound: int | None = None) -> HourValue:
    exact = None if value is None else Fraction(value)
    return HourValue(
        BEGIN + number * HOUR, "a21026", "valid" if exact is not None else "invalid", None, "N", "minutes",
        exact, exact, exact, None, None, None if bound is None else Fraction(bound), None, None, None, 60, 60,
        2, True,
    )  # fmt: skip


def judged(values, first: int = 0, limits=LIMITS):
    """Hours by a value each; None is an hour without one."""
    return judge([hour(first + n, value) for n, value in enumerate(values)], limits, RULES, outlet="stack")


def alarms(values, known=(), first: int = 0, **more):
    return merge_judgements([judged(values, first)], known, RULES, **more)


def spans(found):
    return [
        (int((a.since - BEGIN) / HOUR), int((a.until - BEGIN) / HOUR), a.count, a.level, a.state)
        for a in found
    ]


def test_three_normal_hours_between_are_one_alarm_and_four_are_two():
    assert spans(alarms([40, 10, 10, 10, 40])) == [(0, 5, 2, 1, "open")]
    assert spans(alarms([40, 10, 10, 10, 10, 40])) == [(0, 1, 1, 1, "closed"), (5, 6, 1, 1, "open")]


def test_an_alarm_is_closed_by_more_normal_hours_than_it_bears():
    assert spans(alarms([40, 10, 10, 10])) == [(0, 1, 1, 1, "open")]
    [one] = alarms([40, 10, 10, 10, 10, 10])
    assert (one.state, one.closed_at) == ("closed", BEGIN + 5 * HOUR)


def test_hours_without_a_value_neither_close_nor_part():
    assert spans(alarms([40, *[None] * 48, 40])) == [(0, 50, 2, 1, "open")]
    assert spans(alarms([40, *[None] * 72, 40])) == [(0, 74, 2, 1, "open")]
    assert spans(alarms([40, *[None] * 73, 40])) == [(0, 1, 1, 1, "closed"), (74, 75, 1, 1, "open")]


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ([40], 1), ([40, 40], 1), ([40, 40, 40], 3), ([40, 40, 10, 40, 40], 1), ([40, 53], 2), ([40] * 6, 3),
        ([53], 2), ([70], 3), ([52], 1), ([34], 0),
    ],
)  # fmt: skip
def test_levels_by_hours_in_a_row_or_by_ratio(values, level):
    [one] = alarms(values)
    assert one.level == level


def test_a_level_is_reached_when_its_period_ends():
    [one] = alarms([34, 40, 53, 70])
    assert one.reached == (
        (0, BEGIN + HOUR), (1, BEGIN + 2 * HOUR), (2, BEGIN + 3 * HOUR), (3, BEGIN + 4 * HOUR),
    )  # fmt: skip
    assert (one.peak.value, one.ratio, one.count) == (70, 2, 3)
    assert (one.since, one.until) == (BEGIN, BEGIN + 4 * HOUR)
    [one] = alarms([40, 40, 40])
    assert one.reached[-1] == (3, BEGIN + 3 * HOUR)


def test_a_near_hour_begins_an_alarm_and_ends_one_that_was_above():
    assert spans(alarms([34, 33])) == [(0, 2, 0, 0, "open")]
    assert spans(alarms([40, 34, 34, 34, 34, 34])) == [(0, 1, 1, 1, "closed"), (5, 6, 0, 0, "open")]


def test_above_the_range_is_an_alarm():
    [one] = merge_judgements([judge([hour(0, None, 80)], LIMITS, RULES, outlet="stack")], [], RULES)
    assert (one.level, one.count, one.exceeded[0].state) == (3, 1, "over_range")


def test_each_basis_has_its_alarm():
    both = [*LIMITS, Limit("stack", "a21026", "permit", Decimal(50))]
    found = merge_judgements([judged([60, 40], limits=both)], [], RULES)
    assert [(one.basis, one.count) for one in found] == [("permit", 1), ("ultra_low", 2)]


def test_daily_means():
    limits = [Limit("stack", "a21026", "standard", Decimal(20), averaging="day")]
    hours = [hour(n, value) for n, value in enumerate([30] * 24 + [30] * 24 + [10] * 48)]
    found = merge_judgements([judge(days(hours, RULES), limits, RULES, outlet="stack")], [], RULES)
    [one] = found
    assert (one.kind, one.count, one.level, one.state) == ("day", 2, 3, "closed")
    assert one.until - one.since == timedelta(days=2)


def test_an_open_alarm_goes_on_over_batches():
    first = alarms([10, 40, 10])
    both = alarms([10, 40, 10], known=first, first=3)
    assert spans(both) == [(1, 5, 2, 1, "open")]
    assert both == alarms([10, 40, 10, 10, 40, 10])


def test_a_value_corrected_since_leaves_its_alarm():
    known = alarms([40, 70, 40])
    window = (BEGIN + HOUR, BEGIN + 2 * HOUR)
    assert spans(alarms([10], known=known, first=1, rejudged=window)) == [(0, 3, 2, 1, "open")]
    assert alarms([10, 10, 10], known=known, rejudged=(BEGIN, BEGIN + 3 * HOUR)) == []


def test_time_limits_grow_with_silence():
    [one] = alarms([40])
    limit = due(one, BEGIN + 2 * HOUR, RULES)
    assert limit is not None
    assert (limit.by, limit.overdue, limit.raised) == (BEGIN + HOUR + timedelta(hours=72), False, 0)
    late = due(one, limit.by + timedelta(seconds=1), RULES)
    assert late is not None
    assert (late.overdue, late.raised) == (True, 1)
    assert due(one, BEGIN + 999 * HOUR, RULES).raised == 3
    assert due(alarms([34])[0], BEGIN, RULES) is None


VALUES = st.lists(st.sampled_from([10, 10, 34, 40, 70, None]), min_size=1, max_size=30)


@settings(max_examples=80, deadline=None)
@given(values=VALUES, order=st.randoms(use_true_random=False), doubled=st.booleans())
def test_order_and_repetition_change_nothing(values, order, doubled):
    one = judged(values)
    whole = merge(one.signals, [], RULES, normal=normal_of([one]))
    signals = list(one.signals) * (2 if doubled else 1)
    order.shuffle(signals)
    assert merge(signals, [], RULES, normal=normal_of([one])) == whole
    assert merge([], whole, RULES) == whole
    assert merge(signals, whole, RULES, normal=normal_of([one])) == whole
    known = list(whole)
    order.shuffle(known)
    assert merge(one.signals, known, RULES) == whole


@settings(max_examples=60, deadline=None)
@given(values=VALUES, cut=st.integers(0, 30))
def test_two_batches_in_time_make_what_one_makes(values, cut):
    known = alarms(values[:cut])
    assert alarms(values[cut:], known=known, first=len(values[:cut])) == alarms(values)


@settings(max_examples=60, deadline=None)
@given(values=VALUES)
def test_every_exceedance_is_in_exactly_one_alarm(values):
    found = alarms(values)
    times = [row.time for one in found for row in one.exceeded]
    assert sorted(times) == [BEGIN + n * HOUR for n, value in enumerate(values) if value in {40, 70}]
    assert len(times) == len(set(times))
    assert all(one.closed_at is None or one.closed_at >= one.until for one in found)
    assert sum(one.closed_at is None for one in found) <= 1


def test_outlets_do_not_mix():
    one, other = judged([40]), judge([hour(1, 40)], LIMITS, RULES, outlet="other")
    for order in permutations([one, other]):
        assert [a.outlet for a in merge_judgements(order, [], RULES)] == ["other", "stack"]
