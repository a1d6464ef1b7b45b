"""Hours and days against dated limits on several bases; rounding decides, marks exempt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.rulebook import load
from lantian.telemetry.judgement import (
    Limit,
    explain_exceedance,
    judge,
    limits_on,
    share_within,
    source_limits,
)
from lantian.telemetry.validity import HourValue, Rules, days

BEGIN = datetime(2026, 10, 31, 16, tzinfo=UTC)
ON = date(2026, 11, 1)
RULES = Rules()


def hour(number: int, value: str | int | None, *, exempt=(), bound: int | None = None) -> HourValue:
    exact = None if value is None else Fraction(value)
    return HourValue(
        BEGIN + timedelta(hours=number), "a21026", "valid" if exact is not None else "invalid", None, "N",
        "minutes", exact, exact, exact, None, None, None if bound is None else Fraction(bound), None, None,
        None, 60, 60, 2, True, exempt=exempt,
    )  # fmt: skip


def limit(value: str, basis: str = "ultra_low", **more) -> Limit:
    return Limit("stack", "a21026", basis, Decimal(value), **more)


def verdict(value: str, limits: list[Limit]) -> list[str]:
    found = judge([hour(0, value)], limits, RULES, outlet="stack")
    return [row.state for row in (*found.rows, *found.others)]


@pytest.mark.parametrize(
    ("value", "bound", "state"),
    [
        ("35.5", "35", ["exceeded"]), ("34.5", "34", ["approaching"]),
        ("35.4999", "35", ["approaching"]), ("35.51", "35", ["exceeded"]), ("36.5", "36", ["approaching"]),
        ("36.5", "35.000", ["exceeded"]), ("7.54", "7.5", ["approaching"]), ("7.56", "7.5", ["exceeded"]),
        ("31.4", "35", []), ("31.49", "35", []), ("31.51", "35", ["approaching"]),
        ("32", "35", ["approaching"]),
    ],
)  # fmt: skip
def test_a_value_is_rounded_half_even_to_the_decimals_of_the_limit(value, bound, state):
    assert verdict(value, [limit(bound)]) == state


def test_the_limit_may_say_its_decimals():
    assert verdict("35.4", [limit("35", decimals=1)]) == ["exceeded"]
    assert verdict("35.04", [limit("35", decimals=1)]) == ["approaching"]


def test_a_rule_may_ask_for_more_decimals(tmp_path: Path):
    own = tmp_path / "ours.yaml"
    own.write_text(
        "replace:\n  telemetry.judgement.extra_decimals:\n"
        "    - {value: 6, unit: '1', document: ours, clause: '1', verified: true}\n"
    )
    strict = Rules(load([own]))
    assert judge([hour(0, "35.0001")], [limit("35")], strict).times == 1
    assert judge([hour(0, "35.0001")], [limit("35")], RULES).times == 0


def test_every_basis_is_judged_and_the_strictest_told():
    limits = [limit("100", "standard"), limit("50", "permit"), limit("35")]
    found = judge([hour(0, 60), hour(1, 40), hour(2, 20)], limits, RULES, outlet="stack")
    assert [(row.basis, row.time.hour, row.strictest, row.ratio) for row in found.rows] == [
        ("ultra_low", 16, True, Decimal("1.714")), ("permit", 16, False, Decimal("1.200")),
        ("ultra_low", 17, True, Decimal("1.143")),
    ]  # fmt: skip
    assert found.times == 2
    assert {basis: (t.judged, t.exceeded, t.strictest) for basis, t in found.tallies.items()} == {
        "permit": (3, 1, 0), "standard": (3, 0, 0), "ultra_low": (3, 2, 2),
    }  # fmt: skip
    assert found.rows[0].over == Decimal("0.714")


def test_the_limit_of_the_hour_holds():
    limits = [
        limit("100", valid_to=date(2026, 11, 1)), limit("10", valid_from=date(2026, 11, 2)),
        limit("1", "permit", valid_from=date(2027, 1, 1)),
    ]  # fmt: skip
    found = judge([hour(23, 50), hour(24, 50)], limits, RULES)
    assert [(row.day, row.limit.value) for row in found.rows] == [(date(2026, 11, 2), 10)]
    assert judge([hour(0, 50)], limits[1:], RULES).unlimited == 1


def test_of_two_limits_of_a_basis_the_stricter_holds():
    assert [one.value for one in limits_on([limit("50"), limit("35")], "a21026", "hour", ON)] == [35]


def test_exempt_hours_are_listed_and_not_counted():
    found = judge(
        [hour(0, 90, exempt=("start",)), hour(1, 10, exempt=("start",)), hour(2, 90)], [limit("35")], RULES
    )
    assert (found.times, len(found.rows)) == (1, 1)
    assert [(row.state, row.marks) for row in found.others] == [("exempt", ("start",))]
    tally = found.tallies["ultra_low"]
    assert (tally.judged, tally.exceeded, tally.exempt) == (1, 1, 1)


def test_above_the_range_alarms_and_does_not_count():
    found = judge([hour(0, None, bound=80), hour(1, None, bound=20), hour(2, None)], [limit("35")], RULES)
    assert (found.times, [row.state for row in found.others]) == (0, ["over_range"])
    assert found.tallies["ultra_low"].judged == 0
    assert found.not_judged == 1


def test_units_of_limits():
    assert verdict("0.5", [limit("400", unit="µg/m³")]) == ["exceeded"]
    with pytest.raises(LantianError, match="ppm"):
        verdict("1", [limit("1", unit="ppm")])


def test_days_are_judged_by_daily_limits():
    hours = [hour(n, 30) for n in range(24)] + [hour(24 + n, 10) for n in range(24)]
    both = [limit("20", averaging="day"), limit("35")]
    found = judge(days(hours, RULES), both, RULES, outlet="stack")
    assert [(row.averaging, row.day, row.value) for row in found.rows] == [("day", ON, 30)]
    assert judge(hours, both, RULES).times == 0


def test_the_share_within_ultra_low():
    values = [hour(n, 40 if n < 5 else 10) for n in range(100)]
    found = share_within(judge(values, [limit("35")], RULES), RULES, on=ON)
    assert (found.within, found.judged, found.share, found.met) == (95, 100, Decimal("95.0"), True)
    worse = share_within(judge([*values, hour(100, 40)], [limit("35")], RULES), RULES, on=ON)
    assert worse.met is False
    nothing = share_within(judge([hour(0, None)], [limit("35")], RULES), RULES, on=ON)
    assert (nothing.share, nothing.met) == (None, None)


def test_an_exceedance_explains_itself():
    [row] = judge([hour(0, "35.77")], [limit("35", document="环大气〔2019〕35号")], RULES).rows
    step = explain_exceedance(row, RULES)
    assert step.formula == "35.77 → 36 > 35 (ultra_low, 环大气〔2019〕35号)"
    assert (step.rounding, step.value, step.verified) == ("35.77 to 36", "exceeded", False)


def test_nothing_given_is_nothing_judged():
    found = judge([], [limit("35")], RULES)
    assert (found.rows, found.others, found.tallies) == ((), (), {})


@given(st.integers(0, 10**9), st.decimals(1, 500, places=2), st.integers(0, 3))
def test_against_the_half_even_of_decimal(millionths, value, decimals):
    one = Fraction(millionths, 10**6)
    found = judge([hour(0, str(one))], [limit(str(value), decimals=decimals)], RULES)
    shown = Decimal(millionths).scaleb(-6).quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_EVEN")
    assert bool(found.rows) is (shown > value)


# --- what the rulebook knows


def test_sources_of_the_rulebook_make_limits():
    known = {(one.basis, one.code): one for one in source_limits(RULES, ON)}
    coal = known["ultra_low", "coal_power"]
    assert (coal.reference_o2, coal.values) == (6, {"a34013": 10, "a21026": 35, "a21002": 50})
    assert coal.rule.verified
    made = coal.limits("stack 1", valid_from=ON)
    assert {(one.factor, one.value, one.unit, one.verified) for one in made} == {
        ("a34013", 10, "mg/m³", True), ("a21026", 35, "mg/m³", True), ("a21002", 50, "mg/m³", True),
    }  # fmt: skip
    assert not known["ultra_low", "coke_oven"].rule.verified
    assert ("local", "coal_boiler") not in {
        (one.basis, one.code) for one in source_limits(RULES, date(2018, 1, 1))
    }
