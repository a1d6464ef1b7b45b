"""The composite index: published tables, golden values, exactness."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import composite_index
from lantian.ambient.composite import ITEMS
from lantian.ambient.evaluation import ranked
from lantian.ambient.records import PlaceEvaluation
from lantian.errors import LantianError
from lantian.rulebook import load

GOLDEN = {"so2": 10, "no2": 28, "pm10": 66, "pm2_5": "35.1", "co": 1.3, "o3_8h": Decimal(178)}
LIMITS = {
    "gb3095-2012": (60, 40, 70, 35, 4, 160),
    "gb3095-2026-transition": (60, 40, 60, 30, 4, 160),
    "gb3095-2026": (20, 30, 50, 25, 4, 160),
}

# Statistics and index as published: 宝鸡 and three of its counties 2019-06, two 2018-02, 太原 2023, 天河
# 2020.
PUBLISHED = [
    ((6, 24, 43, 21, "0.7", 155), "3.06"),
    ((5, 12, 24, 13, "0.6", 142), "2.13"),
    ((10, 13, 31, 15, "0.7", 108), "2.22"),
    ((6, 14, 38, 20, "0.9", 164), "2.80"),
    ((18, 42, 135, 74, "1.7", 119), "6.55"),
    ((11, 17, 90, 46, "1.3", 121), "4.28"),
    ((11, 40, 78, 41, "1.5", 178), "4.95"),
    ((7, 37, 39, 21, "1.0", 152), "3.40"),
]


@pytest.mark.parametrize(
    ("regime", "method", "value"),
    [
        ("gb3095-2012", None, "4.2499"),
        ("gb3095-2026-transition", None, "4.5742"),
        ("gb3095-2026-transition", "weighted", "8.7267"),
    ],
)
def test_golden_values(regime: str, method: str | None, value: str) -> None:
    found = composite_index(**GOLDEN, regime=regime, method=method)
    assert round(found.value, 4) == Decimal(value)


@pytest.mark.parametrize(("statistics", "published"), PUBLISHED)
def test_published_indices_come_out_to_the_digit(statistics: tuple[int | str, ...], published: str) -> None:
    found = composite_index(**dict(zip(ITEMS, statistics, strict=True)))
    assert found.rounded == Decimal(published)
    assert sum(found.rounded_parts.values()) == found.rounded


@given(
    st.lists(st.decimals(0, 2000, places=2), min_size=6, max_size=6),
    st.sampled_from(sorted(LIMITS)),
)
def test_the_sum_is_exact(values: list[Decimal], regime: str) -> None:
    found = composite_index(**dict(zip(ITEMS, values, strict=True)), regime=regime)
    oracle = sum((Fraction(v) / limit for v, limit in zip(values, LIMITS[regime], strict=True)), Fraction(0))
    assert found.exact == oracle
    assert abs(Fraction(found.value) - oracle) <= abs(oracle) * Fraction(1, 10**27)
    assert abs(sum(found.parts.values()) - found.value) < Decimal("1e-20")
    assert abs(Fraction(found.rounded) - oracle) <= Fraction(3, 100)


def test_floats_strings_and_decimals_are_the_same_number() -> None:
    as_float = composite_index(so2=10.0, no2=28.0, pm10=66.0, pm2_5=35.1, co=1.3, o3_8h=178.0)
    as_text = composite_index(so2="10", no2="28", pm10="66", pm2_5="35.1", co="1.3", o3_8h="178")
    assert as_float.exact == as_text.exact == composite_index(**GOLDEN).exact == Fraction(35699, 8400)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("abc", "not a number"),
        (-1, "negative"),
        (float("nan"), "Leave a missing value out"),
        (None, "not a number"),
    ],
)
def test_what_is_no_concentration_is_told(value: object, message: str) -> None:
    with pytest.raises(LantianError, match=message) as caught:
        composite_index(**{**GOLDEN, "co": value})  # type: ignore[arg-type]  # the mistake is the test
    assert caught.value.line.startswith("co is")


def test_an_unknown_method_or_regime_is_told() -> None:
    with pytest.raises(LantianError, match=r"no rule 'ambient\.composite\.weights\.best'"):
        composite_index(**GOLDEN, method="best")
    with pytest.raises(LantianError, match="no regime 'gb'"):
        composite_index(**GOLDEN, regime="gb")


def test_doubtful_rules_are_marked_and_the_weighted_method_is_off() -> None:
    plain = composite_index(**GOLDEN)
    assert plain.method == "unweighted"
    assert not plain.verified
    weights = load().rule("ambient.composite.weights.weighted")
    assert not weights.verified
    assert weights.note.startswith("SINGLE")


def test_rounding_only_the_sum_is_a_rule_away(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.composite.decimals.single:\n"
        "    - {value: null, document: ours, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    assert composite_index(**GOLDEN).rounded == Decimal("4.24")
    assert composite_index(**GOLDEN, rulebook=load([own])).rounded == Decimal("4.25")


def placed(place: str, index: str | None) -> PlaceEvaluation:
    value = None if index is None else Decimal(index)
    return PlaceEvaluation(place, place, {}, value, None, {}, None, 0, 0, 0, 30, ())


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    rows = ranked(
        [placed("d", "4.00"), placed("b", "3.10"), placed("n", None), placed("a", "3.10"), placed("c", "3.0")]
    )
    assert [(row.place, row.rank) for row in rows] == [("c", 1), ("a", 2), ("b", 2), ("d", 4), ("n", None)]


@pytest.mark.shared
def test_every_complete_published_row(shared: Path) -> None:
    exact = seen = 0
    with (shared / "data/published_tables/six_statistics_and_composite.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            given_values = [row[k] for k in ("so2", "no2", "pm10", "pm2_5", "co_p95_mgm3", "o3_8h_p90")]
            if not all([*given_values, row["composite_index"]]):
                continue
            found = composite_index(**dict(zip(ITEMS, given_values, strict=True)))
            published = Decimal(row["composite_index"])
            assert abs(found.value - published) <= Decimal(row["rounding_bound"]), row["table_id"]
            seen += 1
            # The index of a province is a mean over its cities, not the index of its means.
            if not row["area"].endswith("省"):
                assert found.rounded == published, row["table_id"]
                exact += 1
    assert (seen, exact) == (47, 43)
