"""Reference oxygen, its guard, the device's own conversion; corrections and out-of-control spans."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.telemetry.validity import (
    Check,
    Correction,
    ReferenceOxygen,
    Rules,
    checks_of,
    convert,
    hours,
    out_of_control,
)

DAY = {"since": date(2026, 11, 1), "until": date(2026, 11, 2)}
RULES = Rules().on(date(2026, 11, 1))


def made(sent, rules, oxygen: str | None, *, reference=6, converted: str | None = None, **options):
    sent.minutes(["40"] * 6)
    if converted is not None:
        sent.minutes([converted] * 6, field="ZsAvg")
    if oxygen is not None:
        sent.minutes([oxygen] * 6, factor="a19001")
    return hours(sent.table, "M", "a21026", rules, reference_o2=reference, interval=10, **DAY, **options)[0]


def test_conversion_by_hand(sent, rules):
    one = made(sent, rules, "11")
    assert one.converted_exact == 60  # 40 × (21 − 6) / (21 − 11)
    assert (one.converted_by, one.oxygen, one.remarks) == ("ours", 11, ())


@pytest.mark.parametrize(
    ("oxygen", "converted", "remarks"),
    [
        ("18.999", Fraction(40 * 15 * 1000, 2001), ()),
        ("19", 40, ("oxygen_high",)),
        ("20.9", 40, ("oxygen_high",)),
        ("21", 40, ("oxygen_high",)),
        ("25", 40, ("oxygen_high",)),
        (None, None, ("oxygen_missing",)),
    ],
)
def test_near_air_nothing_is_converted(sent, rules, oxygen, converted, remarks):
    one = made(sent, rules, oxygen)
    assert (one.exact, one.converted_exact, one.remarks) == (40, converted, remarks)
    assert one.judged is (converted is not None)


def test_without_reference_the_measured_value_stands(sent, rules):
    one = made(sent, rules, None, reference=None, converted="77")
    assert (one.converted_exact, one.remarks) == (40, ())


def test_reference_oxygen_has_dates(sent, rules):
    dated = [
        ReferenceOxygen(Decimal(6), valid_to=date(2026, 10, 31)),
        ReferenceOxygen(Decimal(16), valid_from=date(2026, 11, 1)),
    ]
    assert made(sent, rules, "11", reference=dated).converted_exact == 20


def test_the_devices_own_conversion_counts_and_is_compared(sent, rules):
    one = made(sent, rules, "11", converted="60.0")
    assert (one.converted_exact, one.converted_by, one.remarks) == (60, "device", ())


@pytest.mark.parametrize(
    ("converted", "remarked"),
    [("60.1", False), ("63.9", False), ("64.1", True), ("56.4", False), ("56.2", True), ("48.0", True)],
)
def test_a_conversion_that_rounding_does_not_explain_is_remarked(sent, rules, converted, remarked):
    # 40 was sent without decimals and so was 11: 39.5 × 15 / 10.5 = 56.4 to 40.5 × 15 / 9.5 = 63.9 fit.
    one = made(sent, rules, "11", converted=converted)
    assert ("conversion_differs" in one.remarks) is remarked


def test_the_guard_comes_before_the_devices_conversion(sent, rules):
    one = made(sent, rules, "20", converted="600")
    assert (one.converted_exact, one.converted_by, one.sent_converted) == (40, "ours", 600)


@given(measured=st.fractions(0, 5000), oxygen=st.fractions(-5, 40), reference=st.fractions(0, 20))
def test_the_guard_bounds_every_conversion(measured, oxygen, reference):
    found = convert(measured, oxygen, reference, RULES)
    assert found.exact is not None
    if oxygen >= 19:
        assert (found.exact, found.remark) == (measured, "oxygen_high")
    else:
        assert found.exact * (21 - oxygen) == measured * (21 - reference)
        assert found.exact <= measured * 21 / 2


def test_a_reference_that_is_none_is_told():
    with pytest.raises(LantianError, match="reference oxygen of 21"):
        convert(Fraction(1), Fraction(5), Fraction(21), RULES)


def test_flow_and_oxygen_are_never_converted(sent, rules):
    sent.minutes(["73.2"] * 6, factor="a00000").minutes(["8"] * 6, factor="a19001")
    flow = hours(sent.table, "M", "a00000", rules, reference_o2=6, **DAY)[0]
    assert (flow.converted_exact, flow.converted_by) == (flow.exact, None)


# --- corrections

HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 10, 31, 16, tzinfo=UTC)
IN_TIME = {"entered_at": BEGIN + timedelta(days=10, hours=1), "evidence_at": BEGIN + timedelta(days=30)}


def fix(value: str, hour: int = 0, **more) -> Correction:
    given = {**IN_TIME, **more}
    return Correction("a21026", BEGIN + hour * HOUR, Decimal(value), "Li", reason="manual", **given)


def test_a_correction_replaces_the_value_and_keeps_what_was_there(sent, rules):
    one = made(sent, rules, "11", converted="60", corrections=[fix("20")])
    assert (one.state, one.method, one.measured, one.exact) == ("valid", "corrected", 40, 20)
    assert (one.converted_exact, one.converted_by) == (30, "ours")
    assert one.correction is not None
    assert (one.correction.who, one.remarks) == ("Li", ("corrected",))


def test_a_correction_fills_an_hour_in_which_nothing_came(sent, rules):
    found = hours(sent.table, "M", "a21026", rules, corrections=[fix("20", 5)], **DAY)
    assert (found[5].state, found[5].value, found[5].arrived) == ("valid", Decimal("20.00"), False)
    assert found[4].state == "not_received"


@pytest.mark.parametrize(
    ("more", "as_of", "remark"),
    [
        ({"entered_at": BEGIN + timedelta(days=10, hours=1, seconds=1)}, None, "correction_late"),
        ({"evidence_at": None}, None, "correction_no_paper"),
        ({"evidence_at": None}, datetime(2026, 12, 10, 15, 59, tzinfo=UTC), None),
        ({"evidence_at": None}, datetime(2026, 12, 10, 16, tzinfo=UTC), "correction_no_paper"),
        ({"evidence_at": datetime(2026, 12, 10, 16, tzinfo=UTC)}, None, "correction_no_paper"),
    ],
)
def test_a_correction_outside_its_window_leaves_the_automatic_value(sent, rules, more, as_of, remark):
    one = made(sent, rules, "11", corrections=[fix("20", **more)], as_of=as_of)
    assert one.exact == (20 if remark is None else 40)
    assert remark is None or remark in one.remarks


def test_of_two_corrections_the_later_entered_counts(sent, rules):
    early = fix("20", entered_at=BEGIN + 2 * HOUR)
    late = fix("30", entered_at=BEGIN + 3 * HOUR)
    assert made(sent, rules, "11", corrections=[late, early]).exact == 30


# --- out of control


def check(day: float, drift: str | None, kind: str = "span", factor: str = "a21026", **more) -> Check:
    number = None if drift is None else Decimal(drift)
    return Check(factor, BEGIN + timedelta(days=day), kind, number, **more)


def spans(checks, rules, **more):
    found = out_of_control(checks, rules, **more)
    return [
        (m.kind, (m.start - BEGIN) / timedelta(days=1), (m.end - BEGIN) / timedelta(days=1)) for m in found
    ]


def test_out_of_control_reaches_from_the_last_good_check_to_the_next(rules):
    checks = [check(0, "1"), check(3, "-10.1"), check(4, "12"), check(5, "2"), check(6, "9.9")]
    assert spans(checks[::-1], rules) == [("out_of_control", 0, 5)]
    assert spans(checks[:3], rules) == []
    assert spans(checks[:3], rules, until=BEGIN + timedelta(days=8)) == [("out_of_control", 0, 8)]


@pytest.mark.parametrize(
    ("factor", "kind", "drift", "good"),
    [
        ("a21026", "zero", "5", True), ("a21026", "zero", "-5.1", False), ("a21026", "span", "10", True),
        ("a34013", "zero", "8", True), ("a34013", "span", "8.1", False),
        ("a21026", "verification", None, False),
    ],
)  # fmt: skip
def test_the_drift_that_passes(rules, factor, kind, drift, good):
    assert check(0, drift, kind, factor).good(rules.on(date(2026, 11, 1))) is good


def test_the_given_verdict_stands(rules):
    assert not check(0, "0", passed=False).good(rules.on(date(2026, 11, 1)))


def test_two_checks_at_one_instant_are_good_only_together(rules):
    checks = [check(0, "1"), check(2, "1"), check(2, "6", "zero"), check(4, "1"), check(4, "1", "zero")]
    assert spans(checks, rules) == [("out_of_control", 0, 4)]


def test_time_beyond_the_interval_of_checks_is_overdue(rules):
    assert spans([check(0, "1"), check(10, "1")], rules) == [("check_overdue", 7, 10)]
    assert spans([check(0, "1", factor="a34013"), check(10, "1", factor="a34013")], rules) == []


def test_hours_out_of_control_do_not_count(sent, rules):
    sent.days(2)
    marks = out_of_control([check(0, "1"), check(1, "30"), check(1.5, "1")], rules)
    found = hours(sent.table, "M", "a21026", rules, marks=marks)
    assert [one.why for one in found] == ["out_of_control"] * 36 + [None] * 12


def test_a_devices_own_checks(sent, rules):
    def one(minute: int, read: str, standard: str, result: str | None, factor: str = "a21026") -> None:
        fields = {"SampleRd": read, "StandardValue": standard, "ResultType": result}
        for name, text in fields.items():
            if text is not None:
                sent.value(minute, text, field=name, cn="2062", factor=factor, mark=None)

    one(0, "0.5", "0", "1")
    one(60, "100", "100", "0")
    one(120, "130", "100", None)
    one(180, "130", "100", None, "a21002")
    sent.value(0, "10")
    found = checks_of(sent.table, "M", {"a21026": Decimal(200)})
    assert [(c.kind, c.drift, c.passed, c.good(rules.on(date(2026, 11, 1)))) for c in found] == [
        ("zero", Decimal("0.25"), True, True), ("span", Decimal(0), False, False),
        ("span", Decimal(15), None, False),
    ]  # fmt: skip
    assert checks_of(sent.table, "nobody") == []


def test_a_bound_is_converted_like_a_value(sent, rules):
    sent.minutes(["100"] * 6, marks="NNNTTT").minutes(["11"] * 6, factor="a19001")
    one = hours(sent.table, "M", "a21026", rules, reference_o2=6, interval=10, **DAY)[0]
    assert (one.bound, one.bound_converted, one.exact) == (100, 150, None)


def test_the_loggers_own_conversion_is_compared_where_minutes_have_none(sent, rules):
    sent.minutes(["40"] * 12).minutes(["11"] * 12, factor="a19001")
    for number, converted in ((0, "60"), (1, "48")):
        sent.hour(number, "40").hour(number, converted, field="ZsAvg").hour(number, "11", factor="a19001")
    one, other, *_ = hours(sent.table, "M", "a21026", rules, reference_o2=6, **DAY)
    assert (one.converted_exact, one.converted_by, one.remarks) == (60, "ours", ())
    assert (other.converted_exact, other.remarks) == (60, ("conversion_differs",))
