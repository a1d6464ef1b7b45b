"""Marks: which stand, what they take out of means and out of judgement, until when they may be entered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from lantian.telemetry.validity import Mark, check_marks, electronic_marks, hours
from lantian.telemetry.validity.caps import capped
from lantian.telemetry.validity.marks import ELECTRONIC

HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 10, 31, 16, tzinfo=UTC)
NOVEMBER = {"since": date(2026, 11, 1), "until": date(2026, 11, 2)}


def mark(kind: str, first: float, last: float, **more) -> Mark:
    given = {
        "reason": "planned", "evidence": "order.pdf", "operator": "Li", "entered_at": BEGIN + first * HOUR,
        **more,
    }  # fmt: skip
    return Mark("M", kind, BEGIN + first * HOUR, BEGIN + last * HOUR, **given)


def test_a_mark_needs_all_its_parts(rules):
    bad = Mark("M", "holiday", BEGIN, BEGIN)
    assert check_marks([bad], rules)[0].refused == (
        "unknown_kind", "ends_before", "no_reason", "no_operator",
    )  # fmt: skip
    [stop] = check_marks([mark("stop", 0, 5, evidence="")], rules)
    assert (stop.counts, stop.refused) == (False, ("no_evidence",))
    [switch] = check_marks([mark("treatment_switch", 0, 5, evidence="")], rules)
    assert switch.counts


def test_of_two_that_overlap_in_a_group_the_one_entered_first_stands(rules):
    first = mark("stop", 0, 10, entered_at=BEGIN + HOUR)
    late = mark("fault", 5, 12, entered_at=BEGIN + 2 * HOUR)
    after = mark("start", 10, 12, entered_at=BEGIN + 3 * HOUR)
    treatment = mark("treatment_fault", 2, 4, entered_at=BEGIN + 4 * HOUR)
    other = Mark("N", "stop", BEGIN, BEGIN + HOUR, "x", "y", "z", BEGIN)
    for order in permutations([first, late, after, treatment, other]):
        verdicts = check_marks(order, rules)
        assert {v.mark.kind: v.refused for v in verdicts if v.mark.outlet == "M"} == {
            "stop": (), "fault": ("overlap",), "start": (), "treatment_fault": (),
        }  # fmt: skip
        assert [v.mark.start for v in verdicts] == sorted(v.mark.start for v in verdicts)


def test_marks_of_different_factors_do_not_overlap(rules):
    one = mark("calibration", 0, 2, factors=("a21026",))
    other = mark("maintenance", 1, 3, factors=("a21002",))
    both = mark("other", 1, 3, entered_at=BEGIN + 9 * HOUR)
    assert [v.counts for v in check_marks([one, other], rules)] == [True, True]
    assert [v.refused for v in check_marks([one, both], rules)] == [(), ("overlap",)]


def test_a_late_entry_is_visible_and_counts(rules):
    [verdict] = check_marks([mark("fault", 0, 5, entered_at=BEGIN + 25 * HOUR)], rules)
    assert (verdict.counts, verdict.remarks) == (True, ("late",))
    [prompt] = check_marks([mark("fault", 0, 5, entered_at=BEGIN + 24 * HOUR)], rules)
    assert prompt.remarks == ()


def hour(sent, rules, marks, number=0, **options):
    return hours(sent.table, "M", "a21026", rules, interval=10, marks=marks, **NOVEMBER, **options)[number]


def test_an_instrument_mark_takes_minutes_out_of_the_mean(sent, rules):
    sent.minutes(["10", "10", "10", "10", "10", "70"])
    assert hour(sent, rules, [mark("calibration", 50 / 60, 1)]).exact == 10
    long = hour(sent, rules, [mark("calibration", 0.5, 1)])
    assert (long.state, long.why, long.reasons) == ("invalid", "calibration", {"calibration": 30})
    assert hour(sent, rules, [mark("calibration", 0, 1, factors=("a21002",))]).exact == 20


def test_a_period_a_mark_touches_is_taken(sent, rules):
    sent.minutes(["10", "10", "10", "10", "10", "70"])
    assert hour(sent, rules, [mark("calibration", 59 / 60, 1.5)]).exact == 10


def test_the_loggers_hour_that_a_mark_covers_does_not_count(sent, rules):
    sent.hour(0, "10")
    assert hour(sent, rules, [mark("maintenance", 0, 0.25)]).state == "valid"
    covered = hour(sent, rules, [mark("maintenance", 0, 0.5)])
    assert (covered.state, covered.why, covered.raw) == ("invalid", "maintenance", 10)


def test_a_production_mark_leaves_the_mean_and_exempts_the_hour(sent, rules):
    sent.days(1)
    marked = hour(sent, rules, [mark("start", 0, 1)])
    assert (marked.state, marked.exact, marked.exempt, marked.judged) == ("valid", 10, ("start",), False)
    assert hour(sent, rules, [mark("start", 0, 0.25)]).judged  # 15 minutes leave 45
    assert not hour(sent, rules, [mark("start", 0, 16 / 60)]).judged
    for kind in ("normal", "on_grid", "treatment_fault", "treatment_switch", "treatment_repair"):
        assert hour(sent, rules, [mark(kind, 0, 1)]).judged


def test_a_declared_stop_is_a_stop_and_its_numbers_are_remarked(sent, rules):
    sent.days(1)
    stopped = hour(sent, rules, [mark("stop", 0, 1)])
    assert (stopped.state, stopped.declared, stopped.exact, stopped.mark) == ("stopped", True, None, "F")
    half = hour(sent, rules, [mark("stop", 0, 0.5)])
    assert half.state == "stopped"
    less = hour(sent, rules, [mark("stop", 0, 20 / 60)])
    assert (less.state, less.why) == ("invalid", "F")
    nothing = hour(sent, rules, [mark("stop", 30, 40)], number=23)
    assert nothing.state == "valid"


def test_a_stop_of_hours_in_which_nothing_came(sent, rules):
    found = hours(sent.table, "M", "a21026", rules, marks=[mark("stop", 0, 24)], **NOVEMBER)
    assert {(one.state, one.declared, one.arrived) for one in found} == {("stopped", True, False)}


def test_a_stop_entered_after_ten_days_counts_only_for_hours_still_within(sent, rules):
    entered = BEGIN + timedelta(days=10) + 5 * HOUR
    late = mark("stop", 0, 24, entered_at=entered, evidence_at=entered)
    found = hours(sent.table, "M", "a21026", rules, marks=[late], **NOVEMBER)
    # The hour that ended 10 days before the entry is the last in time: the fifth (04:00 to 05:00).
    assert [one.state for one in found[:6]] == ["not_received"] * 4 + ["stopped"] * 2
    assert found[3].remarks == ("mark_late",)
    assert found[4].remarks == ()


@pytest.mark.parametrize(
    ("handed", "as_of", "state"),
    [
        (datetime(2026, 12, 10, 15, 59, tzinfo=UTC), None, "stopped"),
        (datetime(2026, 12, 10, 16, 0, tzinfo=UTC), None, "not_received"),
        (None, datetime(2026, 12, 1, tzinfo=UTC), "stopped"),
        (None, datetime(2026, 12, 10, 16, tzinfo=UTC), "not_received"),
    ],
)
def test_the_papers_of_a_stop_come_by_the_tenth_of_the_next_month(rules, sent, handed, as_of, state):
    stop = mark("stop", 0, 24, evidence_at=handed)
    if handed is None:
        stop = mark("stop", 0, 24, evidence="", source="register")
        stop = Mark(
            "M", "stop", BEGIN, BEGIN + 24 * HOUR, "x", "a", "Li", BEGIN,
            evidence_at=as_of if state == "not_received" else None,
        )  # fmt: skip
    found = hours(sent.table, "M", "a21026", rules, marks=[stop], as_of=as_of, **NOVEMBER)
    assert found[0].state == state
    assert ("mark_no_paper" in found[0].remarks) == (state == "not_received")


def test_faults_beyond_the_yearly_cap_do_not_exempt(sent, rules):
    sent.days(4)
    first, second = mark("fault", 0, 50), mark("fault", 60, 80)
    found = hours(sent.table, "M", "a21026", rules, marks=[second, first])
    exempt = [number for number, one in enumerate(found) if one.exempt]
    assert exempt == [*range(50), *range(60, 70)]
    assert [n for n, one in enumerate(found) if one.remarks == ("cap_exceeded",)] == list(range(70, 80))


def test_the_cap_is_one_of_a_calendar_year(rules):
    turn = datetime(2026, 12, 31, 16, tzinfo=UTC)
    over = Mark("M", "fault", turn - 50 * HOUR, turn + 50 * HOUR)
    within, beyond = capped([over], rules.on(date(2026, 12, 1)))
    assert [(part.start, part.end) for part in within] == [
        (turn - 50 * HOUR, turn), (turn, turn + 50 * HOUR),
    ]  # fmt: skip
    assert beyond == []


def test_the_condition_signal_marks_from_one_state_to_the_next(sent, rules):
    for minute, text in (
        (0, "N"),
        (60, "Sr"),
        (180, "St"),
        (240, "St"),
        (300, "N"),
        (310, " N "),
        (320, "?"),
    ):
        sent.value(minute, text, factor="p99101", field="Rtd", cn="2011", mark=None, mn="C")
    marks = electronic_marks(sent.table, "C", rules, outlet="stack 1")
    assert [(one.kind, (one.start - BEGIN) / HOUR, (one.end - BEGIN) / HOUR) for one in marks] == [
        ("normal", 0, 1), ("stop", 1, 3), ("start", 3, 5), ("normal", 5, 310 / 60 + 24),
    ]  # fmt: skip
    assert {(one.outlet, one.source) for one in marks} == {("stack 1", ELECTRONIC)}
    assert electronic_marks(sent.table, "nobody", rules) == []


def test_electronic_stops_need_no_papers(sent, rules):
    sent.value(0, "Sr", factor="p99101", field="Rtd", cn="2011", mark=None)
    marks = electronic_marks(sent.table, "M", rules)
    found = hours(sent.table, "M", "a21026", rules, marks=marks, **NOVEMBER)
    assert {(one.state, one.declared) for one in found} == {("stopped", True)}
