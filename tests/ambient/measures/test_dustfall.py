"""Dustfall: what a notice prints comes out of its values; nothing invalid slips in; ranks have ties."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.ambient import Period
from lantian.ambient.measures import dustfall, dustfall_triggers, import_dustfall, weigh
from lantian.ambient.measures.record import ranks
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

Table = Callable[..., Path]
HEAD = "城市,县区,月份,降尘量,有效性"
FEBRUARY = Period.parse("2025-02")


def take(lake: Lake, table: Table, *rows: str, name: str = "table.csv") -> None:
    report = import_dustfall([table(HEAD, *rows, name=name)], lake, now=date(2026, 1, 1))
    assert report.rows_refused == 0, report.refusals


@pytest.mark.shared
def test_the_notice_of_changzhi_comes_out(lake: Lake, shared: Path) -> None:
    path = shared / "data" / "dustfall_and_roads" / "changzhi_dustfall_2021_10.csv"
    report = import_dustfall([path], lake)
    assert (report.rows_taken, report.rows_refused) == (13, 0)
    found = dustfall(lake, Period.parse("2021-10"))
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    city, units = rows[0], rows[1:]
    assert {unit.name: (str(unit.value), unit.rank) for unit in found.units} == {
        row["county"]: (row["dustfall_t_per_km2_month"], int(row["rank"])) for row in units
    }
    (mean,) = found.cities
    assert (mean.city, str(mean.value)) == ("长治市", city["dustfall_t_per_km2_month"])
    assert mean.reported == mean.value
    assert (mean.summary.lowest, mean.summary.highest) == (Decimal("1.0"), Decimal("2.1"))


@pytest.mark.shared
def test_ties_stand_in_the_order_of_the_notice(lake: Lake, shared: Path, table: Table) -> None:
    """Among equal values the notice puts the larger fall first; its changes give last year's values."""
    path = shared / "data" / "dustfall_and_roads" / "changzhi_dustfall_2021_10.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))[1:]
    past = {}
    for row in rows:
        value, change = Fraction(row["dustfall_t_per_km2_month"]), Fraction(row["yoy_pct"])
        past[row["county"]] = (value / (1 + change / 100) * 10).__round__() / Decimal(10)
    import_dustfall([path], lake)
    take(lake, table, *(f"长治市,{name},2020-10,{value}," for name, value in past.items()))
    found = dustfall(lake, Period.parse("2021-10"))
    assert [unit.name for unit in found.units] == [row["county"] for row in rows]
    changes = {unit.name: str(unit.change) for unit in found.units}
    assert changes == {row["county"]: row["yoy_pct"] for row in rows}


def test_the_sentences_of_the_provinces_notice_come_out(lake: Lake, table: Table) -> None:
    """2025-02: 117 counties, 1.5 to 14.0, 106 below 7.0 (90.6 %), one equal, 10 above (8.5 %)."""
    values = [Decimal("1.5"), *[Decimal("3.0")] * 104, Decimal("6.9"), Decimal("7.0")]
    values += [Decimal("7.1"), *[Decimal("8.5")] * 8, Decimal("14.0")]
    assert len(values) == 117
    rows = [f"甲市,县{n:03},2025-02,{value},有效" for n, value in enumerate(values)]
    take(lake, table, *rows, "甲市,县200,2025-02,3.3,无效", "甲市,县201,2025-02,,")
    summary = dustfall(lake, FEBRUARY).summary
    assert (summary.units, summary.below, summary.equal, summary.above) == (117, 106, 1, 10)
    assert (summary.below_share, summary.above_share) == (Decimal("90.6"), Decimal("8.5"))
    assert (summary.invalid, summary.missing, summary.equal_names) == (1, 1, ("县106",))
    assert summary.statement("en", "counties").endswith(
        "range 1.5 to 14.0; 106 below 7.0 (90.6 %), 1 equal (县106), 10 above (8.5 %);"
        " not counted: 1 invalid, 1 missing."
    )
    said = summary.statement("zh", "县（市、区）")
    assert said.startswith("117个县（市、区）降尘量均值为")
    assert "106个低于7.0（90.6%），1个等于7.0（县106），10个高于7.0（8.5%）" in said


def test_the_share_at_or_below_the_limit_is_that_of_2022(lake: Lake, table: Table) -> None:
    """2022-01: 116 counties, 96 at or below 7.0: 82.8 %."""
    values = [*["6.0"] * 90, *["7.0"] * 6, *["9.5"] * 20]
    take(lake, table, *(f"甲市,县{n:03},2022-01,{value}," for n, value in enumerate(values)))
    assert dustfall(lake, Period.parse("2022-01")).summary.within_share == Decimal("82.8")


def test_a_unit_without_last_year_stands_in_no_change_ranking(lake: Lake, table: Table) -> None:
    take(
        lake, table, "甲市,东区,2024-02,4.0,", "甲市,西区,2024-02,5.0,", "甲市,南县,2024-02,5.0,无效",
        "甲市,旧县,2024-02,3.0,", "甲市,东区,2025-02,5.0,", "甲市,西区,2025-02,4.0,",
        "甲市,南县,2025-02,4.5,", "甲市,新县,2025-02,1.0,",
    )  # fmt: skip
    units = {unit.name: unit for unit in dustfall(lake, FEBRUARY).units}
    assert {name: unit.change_rank for name, unit in units.items()} == {
        "西区": 1, "东区": 2, "南县": None, "新县": None, "旧县": None,
    }  # fmt: skip
    assert (units["西区"].change, units["东区"].change) == (Decimal("-20.0"), Decimal("25.0"))
    assert units["旧县"].marks == ("not_reported",)
    assert (units["旧县"].value, units["旧县"].rank) == (None, None)


def test_the_limit_follows_date_and_region(lake: Lake, table: Table, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "add:\n  ambient.dustfall.limits.乙市:\n"
        "    - {value: 5, unit: t/(km²·30d), document: d, clause: c, verified: true, from: 2022-01-01}\n",
        "utf-8",
    )
    book = load([own])
    months = ("2017-01", "2021-09", "2021-10", "2025-02")
    take(lake, table, *(f"{city},{city[0]}县,{month},6.0," for month in months for city in ("甲市", "乙市")))
    seen = {}
    for month in months:
        found = dustfall(lake, Period.parse(month), rulebook=book)
        seen[month] = {unit.city: (unit.limit, unit.verdict) for unit in found.units}
    assert seen["2017-01"] == {"甲市": (None, None), "乙市": (None, None)}
    assert seen["2021-09"] == {"甲市": (9, "below"), "乙市": (9, "below")}
    assert seen["2021-10"] == {"甲市": (7, "below"), "乙市": (7, "below")}
    assert seen["2025-02"] == {"甲市": (7, "below"), "乙市": (5, "above")}
    half = dustfall(lake, Period.parse("2021-H2"), rulebook=book)
    assert half.units[0].marks == ("limit_changes",)


def test_a_period_is_the_mean_of_its_valid_months(lake: Lake, table: Table) -> None:
    take(lake, table, "甲市,东区,2025-01,4.0,", "甲市,东区,2025-02,9.0,无效", "甲市,东区,2025-03,5.1,")
    (unit,) = dustfall(lake, Period.parse("2025-Q1")).units
    assert (unit.value, unit.exact) == (Decimal("4.6"), Fraction(91, 20))  # 4.55 to the even tenth
    assert (unit.months_used, unit.months_in_period, unit.invalid) == (2, 3, 1)
    with pytest.raises(LantianError, match="not whole months"):
        dustfall(lake, Period.parse("2025-01-01..2025-02-15"))


def test_campaigns_need_more_than_nine_tonnes_and_a_rule(lake: Lake, table: Table) -> None:
    take(
        lake, table, "甲市,东区,2021-06,9.0,", "甲市,西区,2021-06,9.1,", "甲市,南县,2021-06,12.0,",
        "甲市,北县,2021-06,30.0,无效", "乙市,山县,2021-06,3.0,", "甲市,东区,2020-06,20.0,",
    )  # fmt: skip
    triggers = dustfall_triggers(dustfall(lake, Period.parse("2021-06")))
    assert [(one.level, one.name, one.evidence["value"]) for one in triggers] == [
        ("county", "西区", Decimal("9.1")), ("county", "南县", Decimal("12.0")),
        ("city", "甲市", Decimal("12.0")),
    ]  # fmt: skip
    assert all(one.verified for one in triggers)
    assert dustfall_triggers(dustfall(lake, Period.parse("2020-06"))) == []


BAD = {
    "甲市,东区,2025-02,-1.0,": "negative",
    "甲市,东区,2025-02,一点五,": "not_a_number",
    "甲市,东区,2025-13,1.0,": "not_a_month",
    "甲市,东区,2026-02,1.0,": "future",
    "甲市,东区,,1.0,": "empty",
    "甲市,东区,2025-02,4500,": "absurd",
    "甲市,东区,2025-02,1.0,也许": "unknown_word",
    "甲市,外县,2025-02,1.0,": "unknown_place",
    ",,2025-02,1.0,": "no_place",
}


@pytest.mark.parametrize(("row", "code"), BAD.items(), ids=BAD.values())
def test_a_bad_row_is_refused_and_a_good_one_kept(lake: Lake, table: Table, row: str, code: str) -> None:
    path = table(HEAD, row, "甲市,西区,2025-02,2.5,")
    report = import_dustfall([path], lake, now=date(2026, 1, 1), known_places={"东区", "西区"}.__contains__)
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (2, 1, 1)
    (refusal,) = report.refusals
    assert (refusal.code, refusal.row) == (code, 2)
    assert report.path
    assert code in report.path.read_text("utf-8-sig")
    assert [str(unit.value) for unit in dustfall(lake, FEBRUARY).units] == ["2.5"]


@pytest.mark.parametrize(
    "unit", ["t/km²", "吨/平方公里·月", "t/(km²·30d)", "吨/(月·平方公里)", "g/(m2·30d)", "t/km²/月"]
)
def test_units_that_are_the_same(lake: Lake, table: Table, unit: str) -> None:
    path = table(f"县区,月份,降尘量（{unit}）", "东区,2025-02,2.5")
    assert import_dustfall([path], lake).rows_taken == 1


@pytest.mark.parametrize("unit", ["mg/(m²·d)", "kg/km²", "t/(km²·a)", "t/(hm²·30d)"])
def test_another_unit_is_refused(lake: Lake, table: Table, unit: str) -> None:
    report = import_dustfall([table(f"县区,月份,降尘量（{unit}）", "东区,2025-02,2.5")], lake)
    assert [refusal.code for refusal in report.refusals] == ["wrong_unit"]
    assert lake.version == 0


def test_twice_the_same_month(lake: Lake, table: Table) -> None:
    path = table(HEAD, "甲市,东区,2025-02,1.0,", "甲市,东区,2025-02,1.0,", "甲市,东区,2025-02,2.0,")
    report = import_dustfall([path], lake)
    assert (report.rows_read, report.rows_taken, report.rows_refused, report.duplicates) == (3, 1, 1, 1)
    assert report.refusals[0].code == "duplicate"
    again = import_dustfall([path], lake)
    assert (again.rows_taken, again.files[0].already, lake.version) == (0, 1, 1)
    take(lake, table, "甲市,东区,2025-02,3.0,", name="corrected.csv")
    assert [str(u.value) for u in dustfall(lake, FEBRUARY).units] == ["3.0"]
    assert [str(u.value) for u in dustfall(lake, FEBRUARY, as_of=1).units] == ["2.0"]


def test_a_place_that_became_known_is_taken_from_the_same_file(lake: Lake, table: Table) -> None:
    path = table(HEAD, "甲市,东区,2025-02,1.0,", "甲市,西区,2025-02,2.0,")
    first = import_dustfall([path], lake, known_places={"东区"}.__contains__)
    second = import_dustfall([path], lake, known_places={"东区", "西区"}.__contains__)
    assert (first.rows_taken, second.rows_taken, second.files[0].known) == (1, 1, 1)


def test_a_file_that_says_nothing_of_dustfall(lake: Lake, table: Table) -> None:
    report = import_dustfall([table("县区,月份,PM10", "东区,2025-02,2.5")], lake)
    assert "neither a column of dustfall nor of weighings" in report.files[0].refused
    assert not report.ok
    named = import_dustfall([table("县区,降尘量", "东区,2.5")], lake, month=date(2025, 2, 1))
    assert named.rows_taken == 1


def oracle(w1: str, w0: str, wc: str, opening: Fraction, days: str) -> Fraction:
    """HJ 1221 in words: grams on square centimetres in n days, as tonnes on square kilometres in 30."""
    tonnes = (Fraction(w1) - Fraction(w0) - Fraction(wc)) / 1_000_000
    square_kilometres = opening / 10_000_000_000
    return tonnes / square_kilometres * 30 / Fraction(days)


def test_a_weighing_is_the_formula() -> None:
    found = weigh("52.3215", "52.2418", wc="0.0021", area="176.7", days="29.8")
    assert found.dustfall == oracle("52.3215", "52.2418", "0.0021", Fraction("176.7"), "29.8")
    assert (found.valid, found.why, found.marks) == (True, None, ())
    round_one = weigh("52.3215", "52.2418", wc="0.0021", bore=15, days="29.8")
    assert abs(float(round_one.dustfall) - 0.0776 / (3.14159265 * 7.5**2 * 29.8) * 300_000) < 1e-5
    assert [rule.path for rule in found.rules if not rule.verified] == ["ambient.dustfall.weighing.formula"]


@pytest.mark.parametrize(("days", "valid"), [("28", True), ("32", True), ("27.9", False), ("32.1", False)])
def test_a_cylinder_stands_28_to_32_days(days: str, valid: bool) -> None:
    assert weigh("50.1", "50.0", area=100, days=days).valid is valid


@pytest.mark.parametrize(
    ("w1", "marks"), [("50.00299", ("below_detection",)), ("50.003", ("below_quantitation",)), ("50.012", ())]
)
def test_below_the_limits_of_the_method(w1: str, marks: tuple[str, ...]) -> None:
    assert weigh(w1, "50.0", area=100, days=30).marks == marks  # 1 mg on 100 cm² is 0.1 t/km²


def test_weighings_that_cannot_be() -> None:
    with pytest.raises(LantianError, match="weighs less"):
        weigh("50.0", "50.1", area=100, days=30)
    with pytest.raises(LantianError, match="opening is not known"):
        weigh("50.1", "50.0", days=30)
    with pytest.raises(LantianError, match="0 days"):
        weigh("50.1", "50.0", area=100, days=0)


def test_weighings_in_a_table(lake: Lake, table: Table) -> None:
    path = table(
        "县区,月份,W1(mg),W0(mg),Wc(mg),S,n",
        "东区,2025-02,50100,50000,0,100,30",
        "西区,2025-02,50100,50000,0,100,40",
        "南县,2025-02,50000,50100,0,100,30",
        "北县,2025-02,,,,100,30",
        "中区,2025-02,50100,50000,0,100,",
    )
    report = import_dustfall([path], lake)
    assert sorted((r.row, r.code) for r in report.refusals) == [(4, "no_weighing"), (6, "no_weighing")]
    units = {unit.name: unit for unit in dustfall(lake, FEBRUARY).units}
    assert (units["东区"].value, units["西区"].value, units["北县"].value) == (Decimal("10.0"), None, None)
    assert (units["西区"].invalid, units["西区"].marks, units["北县"].missing) == (1, ("sampling_days",), 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_a_rank_is_one_more_than_the_number_of_better_ones(values: list[int]) -> None:
    named = {str(n): value for n, value in enumerate(values)}
    assert ranks(named) == {key: 1 + sum(other < value for other in values) for key, value in named.items()}


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(values: list[int], random: object) -> None:
    import tempfile

    rows = [f"甲市,县{n},2025-02,{Decimal(value) / 1000},有效" for n, value in enumerate(values)]
    shuffled = rows[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    answers = []
    for order in (rows, shuffled):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.csv"
            path.write_text("\n".join([HEAD, *order]), "utf-8")
            lake = Lake.open(Path(folder) / "store", create=True)
            import_dustfall([path], lake)
            answers.append(dustfall(lake, FEBRUARY))
    assert answers[0] == answers[1]
    mean = Decimal(sum(values)) / len(values) / 1000
    assert answers[0].cities[0].value == mean.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    assert answers[0].as_dict()["units"][0]["rank"] == 1


def test_a_spreadsheet_with_a_title_is_read_as_it_stands(lake: Lake, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "2025年2月降尘.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("二月")
        page.write_row(0, 0, ["2025年2月各县（市、区）降尘量"])
        page.write_row(1, 0, ["设区市", "县（市、区）", "监测月份", "降尘量（吨/平方公里·月）", "备注"])
        page.write_row(2, 0, ["甲市", "东区", "2025年2月", 4.35, ""])
        page.write_row(3, 0, ["甲市", "西区", "2025年2月", 5, "缸外有积雪"])
    report = import_dustfall([path], lake)
    assert (report.rows_taken, report.rows_refused) == (2, 0)
    assert [(u.name, str(u.value)) for u in dustfall(lake, FEBRUARY).units] == [
        ("东区", "4.4"),
        ("西区", "5.0"),
    ]
