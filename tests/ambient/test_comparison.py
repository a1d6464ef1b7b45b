"""Comparisons under one named regime; the mixed year three ways; published changes."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from lantian.ambient import Period, both_ways, change_rate, compare, evaluate
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

from .day_stores import day_store

OLD, TRANSITION, FINAL = "gb3095-2012", "gb3095-2026-transition", "gb3095-2026"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root: Path = tmp_path_factory.mktemp("change") / "air"
    return day_store(
        root,
        {
            ("甲", 2024): {"pm2_5": 80, "pm10": 100},
            ("甲", 2025): {"pm2_5": 66, "pm10": 100},
            ("甲", 2026): {"pm2_5": 60, "pm10": 110},
            ("乙", 2025): {"pm2_5": 40},
            ("丙", 2026): {"pm2_5": 30, "so2": 0},
        },
    )


def test_both_sides_under_the_rules_of_the_later_one(lake: Lake) -> None:
    found = compare(lake, Period.parse("2026-03"))
    assert (found.against, found.regime) == (Period.parse("2025-03"), TRANSITION)
    assert found.now.regime == found.then.regime == TRANSITION
    own = found.place("甲")
    assert own is not None
    # 66 µg/m³ is good under the old breakpoints (75) and not under the new ones (60).
    assert (own.then and own.then.good_days, own.now and own.now.good_days, own.good_days) == (0, 31, 31)
    assert own.good_ratio == Decimal("100.0")
    change = own.changes["pm2_5"]
    assert (change.then, change.now, change.difference, change.rate) == (
        Decimal("66.0"), Decimal("60.0"), Decimal("-6.0"), Decimal("-9.1"),
    )  # fmt: skip
    assert own.changes["co"].rate == 0
    assert own.changes["composite_index"].rate is not None


def test_a_named_regime_holds_for_both(lake: Lake) -> None:
    found = compare(lake, Period.parse("2026-03"), regime=OLD)
    own = found.place("甲")
    assert own is not None
    assert (found.regime, own.good_days) == (OLD, 0)
    assert own.changes["pm2_5"].then == 66


def test_the_later_period_may_be_the_one_compared_with(lake: Lake) -> None:
    found = compare(lake, Period.parse("2025-03"), Period.parse("2026-04"))
    assert (found.regime, found.period, found.against) == (
        TRANSITION, Period.parse("2025-03"), Period.parse("2026-04"),
    )  # fmt: skip


def test_places_of_one_side_only_are_there_without_changes(lake: Lake) -> None:
    found = compare(lake, Period.parse("2026-03"))
    gone, new = found.place("乙"), found.place("丙")
    assert gone is not None and new is not None
    assert gone.changes["pm2_5"].now is None and gone.changes["pm2_5"].then == 40
    # The lake knows 丙 only from 2026: a year before it has no value, not a zero.
    assert new.changes["pm2_5"].then is None and new.changes["pm2_5"].rate is None


def test_nothing_on_a_side_is_marked(lake: Lake) -> None:
    found = compare(lake, Period.parse("2024-03"), regime=OLD)
    assert found.marks == ("against_empty",)
    assert [row.then for row in found.rows] == [None] * len(found.rows)


def test_no_rate_from_zero(lake: Lake) -> None:
    found = compare(lake, Period.parse("2026-04"), Period.parse("2026-03"), places=["丙"])
    assert found.rows[0].changes["so2"].difference == 0
    assert found.rows[0].changes["so2"].rate is None
    assert change_rate(0, 5, regime=OLD) is None


def test_before_any_regime_a_name_is_needed(lake: Lake) -> None:
    with pytest.raises(LantianError, match="Name the regime"):
        compare(lake, Period.parse("2015-03"))


def test_the_mixed_year_three_ways(lake: Lake) -> None:
    found = both_ways(lake, Period.parse("2026"), places=["甲"])
    assert list(found) == [OLD, TRANSITION, "by-date"]
    good = {name: evaluation.rows[0].good_days for name, evaluation in found.items()}
    assert good == {OLD: 365, TRANSITION: 365, "by-date": 365}
    assert found[OLD].regime == OLD
    assert found["by-date"].regime == TRANSITION
    assert found[OLD].rows[0].composite_index != found[TRANSITION].rows[0].composite_index
    assert found["by-date"].rows[0].composite_index == found[TRANSITION].rows[0].composite_index


def test_days_of_the_mixed_year_fall_apart(tmp_path: Path) -> None:
    lake = day_store(tmp_path / "air", {("甲", 2026): {"pm2_5": 70}})
    good = {
        name: evaluation.rows[0].good_days
        for name, evaluation in both_ways(lake, Period.parse("2026")).items()
    }
    assert good == {OLD: 365, TRANSITION: 0, "by-date": 59}
    assert list(both_ways(lake, Period.parse("2026-04"))) == [TRANSITION, "by-date"]


def test_any_regime_on_any_data(lake: Lake) -> None:
    """What if the limits of 2031 had held in 2025."""
    now, then = (
        evaluate(lake, Period.parse("2025"), regime=regime, places=["乙"]) for regime in (OLD, FINAL)
    )
    assert now.rows[0].composite_index is not None and then.rows[0].composite_index is not None
    # 40/35 against 40/25, 50/70 against 50/50, 10/60 against 10/20, 20/40 against 20/30.
    assert now.rows[0].parts["pm2_5"] == Decimal("1.14")
    assert then.rows[0].parts == {
        "so2": Decimal("0.50"), "no2": Decimal("0.67"), "pm10": Decimal("1.00"), "pm2_5": Decimal("1.60"),
        "co": Decimal("0.25"), "o3_8h": Decimal("0.62"),
    }  # fmt: skip


def test_exact_inputs_are_a_rule_away(lake: Lake, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.attainment.change.inputs:\n"
        "    - {value: exact, document: ours, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    found = compare(lake, Period.parse("2025"), rulebook=load([own]), places=["甲"])
    row = found.rows[0]
    assert row.now is not None and row.then is not None
    assert row.now.composite_exact is not None and row.then.composite_exact is not None
    exact = 100 * (row.now.composite_exact - row.then.composite_exact) / row.then.composite_exact
    assert row.changes["composite_index"].rate == Decimal(round(exact * 10)).scaleb(-1)


@pytest.mark.shared
def test_published_changes_come_from_published_indices(shared: Path) -> None:
    with (shared / "data/published_tables/six_statistics_and_composite.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    index = {(row["area"], row["period_start"], row["period_end"]): row for row in rows}
    seen = {}
    for (area, start, end), row in index.items():
        before = index.get((area, f"{int(start[:4]) - 1}{start[4:]}", f"{int(end[:4]) - 1}{end[4:]}"))
        if before and row["composite_yoy_pct"]:
            rate = change_rate(before["composite_index"], row["composite_index"], regime=OLD)
            assert rate == Decimal(row["composite_yoy_pct"]), row["table_id"]
            seen[row["table_id"]] = rate
    assert seen == {"SX-2023": Decimal("-0.2"), "FX-2021": Decimal("-4.4")}
