"""The month of a device, from rows to figures, and that every code a figure uses has words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

import lantian.telemetry
from lantian.telemetry.judgement import Limit, YearlyTotal, month_report
from lantian.telemetry.validity import Correction, Mark, Readings, Rules, explain_hour
from lantian.telemetry.values import VALUES, millionths

BEGIN = datetime(2026, 10, 31, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = Rules()
NOVEMBER = date(2026, 11, 1)


def table(
    hours: dict[int, tuple[str, str]], factors=("a21026", "a19001", "a00000"), **fixed: str
) -> pa.Table:
    """Logger's hours by number: value and letter of SO₂; oxygen 11 and flow 100 beside."""
    rows = []
    for number, (text, mark) in hours.items():
        for factor in factors:
            said = (
                text
                if factor == "a21026"
                else fixed.get(factor, {"a19001": "11", "a00000": "100"}.get(factor, "5"))
            )
            rows.append(
                {
                    "place": "M", "time": BEGIN + number * HOUR, "st": "31", "cn": "2061", "factor": factor,
                    "field": "Avg", "text": said, "value": millionths(said),
                    "mark": mark if factor == "a21026" else "N", "qn": None, "seq": number,
                    "received_at": BEGIN, "quality": None,
                }
            )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=VALUES)


def test_a_month_by_hand():
    # 720 hours: 600 valid at 20 mg/m³ (30 converted) but one of 40 (60), 24 with D, 24 that never came, 72
    # declared stopped.
    sent = dict.fromkeys(range(600), ("20", "N")) | dict.fromkeys(range(600, 624), ("1", "D"))
    sent[100] = ("40", "N")
    stop = Mark(
        "M", "stop", BEGIN + 648 * HOUR, BEGIN + 720 * HOUR, "repair", "order", "Li", BEGIN + 648 * HOUR
    )
    found = month_report(
        table(sent), "M", ["a21026"], date(2026, 11, 17), RULES, outlet="stack", reference_o2=6, marks=[stop],
        limits=[Limit("stack", "a21026", "ultra_low", Decimal(35))],
        totals=[YearlyTotal("stack", "a21026", Decimal(10), date(2026, 1, 1), date(2026, 12, 31))],
    )  # fmt: skip
    one = found.factors["a21026"]
    counts = one.rates.counts
    assert (counts.due, counts.received, counts.valid, counts.stopped) == (720, 624, 600, 72)
    assert counts.reasons == {"stop": 72, "D": 24, "not_received": 24}
    assert one.rates.transmission.exact == Fraction(624, 648)
    assert one.rates.effective.exact == Fraction(600, 648) == found.effective_exact
    assert (one.capture.exact, one.capture_from) == (Fraction(600, 648), NOVEMBER)
    assert (one.exceeded_hours, one.exceeded_days) == (1, 0)
    assert one.hour_judgement.rows[0].value == 60
    assert one.share.share == Decimal("99.8")
    # 599 × 20 + 40 mg/m³, × 100 m³/s × 3600 × 10⁻⁶ kg; 48 hours without a value in a row, 92.6 % capture:
    # the largest of the last 720.
    assert one.raw_mass == (599 * 20 + 40) * Fraction(36, 100)
    assert one.substituted == {"max_720": 48, "stopped": 72}
    assert one.substituted_mass == one.raw_mass + 48 * 40 * Fraction(36, 100)
    assert one.total is not None
    assert one.total.emitted == one.substituted_mass
    assert (one.month.state, one.month.days) == ("valid", {"valid": 25, "invalid": 2, "stopped": 3})
    assert (found.first, found.last, found.complete) == (NOVEMBER, date(2026, 11, 30), True)
    assert [verdict.counts for verdict in found.marks] == [True]


def test_a_month_that_is_not_over():
    sent = dict.fromkeys(range(100), ("20", "N"))
    now = BEGIN + timedelta(hours=100, minutes=30)
    found = month_report(table(sent), "M", ["a21026"], NOVEMBER, RULES, as_of=now)
    one = found.factors["a21026"]
    assert (one.rates.counts.due, one.rates.effective.exact, found.complete) == (100, 1, False)


def test_a_month_with_stops_only():
    stop = Mark("M", "stop", BEGIN, BEGIN + 720 * HOUR, "season", "order", "Li", BEGIN)
    found = month_report(table({}), "M", ["a21026"], NOVEMBER, RULES, marks=[stop])
    one = found.factors["a21026"]
    assert (one.rates.counts.due, one.rates.counts.stopped) == (720, 720)
    assert (found.effective, one.capture.exact, one.rates.transmission.exact) == (None, None, None)
    assert one.month.state == "stopped"
    assert (one.raw_mass, one.substituted_mass, one.exceeded_hours) == (None, None, 0)


def test_the_quarter_and_the_look_back_reach_before_the_month():
    sent = dict.fromkeys(range(-48, 0), ("50", "N")) | dict.fromkeys(range(700), ("20", "N"))
    found = month_report(table(sent), "M", ["a21026"], NOVEMBER, RULES)
    one = found.factors["a21026"]
    assert one.capture_from == date(2026, 10, 30)
    assert one.capture.exact == Fraction(748, 768)
    assert one.rates.counts.due == 720
    assert {m.substituted for m in one.masses[700:]} == {Fraction(20 * 36, 100)}  # 180 valid hours back


def test_corrections_are_listed_with_who_and_when_and_whether_they_count():
    sent = dict.fromkeys(range(720), ("20", "N"))
    good = Correction("a21026", BEGIN, Decimal(12), "Li", BEGIN + HOUR, "slip", evidence_at=BEGIN + HOUR)
    late = Correction("a21026", BEGIN + HOUR, Decimal(1), "Li", BEGIN + timedelta(days=12), "slip")
    other = Correction("a21002", BEGIN, Decimal(1), "Li", BEGIN + HOUR, "slip")
    found = month_report(table(sent), "M", ["a21026"], NOVEMBER, RULES, corrections=[late, good, other])
    told = found.factors["a21026"].corrections
    assert [(t.correction.value, t.before, t.refused) for t in told] == [
        (12, Decimal("20.00"), None), (1, Decimal("20.00"), "correction_late"),
    ]  # fmt: skip
    assert found.factors["a21026"].rates.counts.corrected == 1
    assert found.factors["a21026"].remarks == {"corrected": 1, "correction_late": 1}


def test_every_hour_explains_itself_with_the_digits_of_the_report():
    rows = []
    for minute, (text, mark) in enumerate([("20", "N")] * 5 + [("90", "M")]):
        for factor, said in (("a21026", text), ("a19001", "11")):
            rows.append(
                {
                    "place": "M", "time": BEGIN + timedelta(minutes=10 * minute), "st": "31", "cn": "2051",
                    "factor": factor, "field": "Avg", "text": said, "value": millionths(said),
                    "mark": mark if factor == "a21026" else "N", "qn": None, "seq": minute,
                    "received_at": BEGIN, "quality": None,
                }
            )  # fmt: skip
    readings = Readings.of(pa.Table.from_pylist(rows, schema=VALUES), "M")
    step = explain_hour(readings, "M", "a21026", BEGIN, RULES, reference_o2=6, interval=10)
    lines = "\n".join(step.lines())
    assert (step.value, step.unit) == ("30.00", "mg/m³")
    assert "20 × (21 − 6) / (21 − 11) = 30" in lines
    assert "not used: 00:50, M" in lines
    assert "100 / 5" in lines
    assert "HJ 212-2017, appendix D.2.3: telemetry.validity.oxygen.air" in lines
    assert "telemetry.validity.oxygen.guard [not verified]" in lines
    assert not step.verified


def test_every_code_has_words_in_both_languages():
    """Codes of states, reasons, remarks, methods and verdicts found in the records of the two rooms."""
    codes = {
        "valid", "invalid", "stopped", "missing_at_source", "not_received", "lost_here", "too_few_minutes",
        "too_few_normal", "no_value", "unknown_letter", "out_of_control", "check_overdue", "undeclared_stop",
        "oxygen_high", "oxygen_missing", "conversion_differs", "hour_differs", "minutes_missing",
        "number_while_stopped", "interval_unknown", "corrected", "correction_late", "correction_no_paper",
        "mark_late", "mark_no_paper", "cap_exceeded", "over_range", "overlap", "unknown_kind", "ends_before",
        "no_reason", "no_evidence", "no_operator", "late", "too_few_hours", "too_few_days", "measured",
        "flow_mean",
        "max_180", "max_720", "max_2160", "none", "bound", "amount_differs", "minutes", "logger", "exceeded",
        "approaching", "exempt", "within", "no_limit", "no_data", "no_total", "runs_out", "enough", "idle",
        "used_up", "unknown", "both", "concentration_only", "mass_only", "warning", "good", "hour", "day",
        "stop",
        "calibration", "N", "F", "T", "device", "ours", "hand",
    }  # fmt: skip
    for code in sorted(codes):
        chinese, english = RULES.word(code, "zh-hans"), RULES.word(code, "en")
        assert re.search(r"[\u4e00-\u9fff]", chinese), code
        assert re.fullmatch(r"[\x20-\x7e]+", english), code
        assert chinese != code
    assert RULES.word("nothing_like_it") == "nothing_like_it"


@pytest.mark.parametrize("room", ["validity", "judgement"])
def test_no_number_of_a_document_stands_in_the_code(room):
    """45 minutes, 75 percent, 20 hours, ten days … come from the rulebook."""
    folder = Path(lantian.telemetry.__file__).parent / room
    for file in folder.glob("*.py"):
        code = re.sub(r'"""(?:.|\n)*?"""|#.*', "", file.read_text("utf-8"))
        code = re.sub(r'f?"[^"\n]*"', '""', code)
        assert not re.findall(r"(?<![\w.])(?:45|75|20|180|720|2160|95|90|19)(?![\w.])", code), file.name


def test_a_device_that_began_within_the_month_owes_from_that_day():
    sent = dict.fromkeys(range(480, 720), ("20", "N"))
    late = month_report(table(sent), "M", ["a21026"], NOVEMBER, RULES, since=date(2026, 11, 21))
    assert late.factors["a21026"].rates.counts.due == 240
    assert late.effective == Decimal("100.0")
    whole = month_report(table(sent), "M", ["a21026"], NOVEMBER, RULES)
    assert whole.factors["a21026"].rates.counts.due == 720
