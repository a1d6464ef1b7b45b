"""Load shares, largest index, what-if: every published share, and loops over fractions."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import annex_c_2013_index, composite_index, load_shares, loads, per_unit, what_if
from lantian.ambient.composite import ITEMS
from lantian.ambient.contribution import best_parts
from lantian.errors import LantianError
from lantian.rulebook import load

GOLDEN = {"so2": 10, "no2": 28, "pm10": 66, "pm2_5": "35.1", "co": "1.3", "o3_8h": 178}
YEAR = {"so2": 60, "no2": 40, "pm10": 70, "pm2_5": 35, "co": 4, "o3_8h": 160}
DAY = {"so2": 150, "no2": 80, "pm10": 150, "pm2_5": 75, "co": 4, "o3_8h": 160}


@pytest.mark.shared
def test_every_published_share(shared: Path) -> None:
    tables = shared / "data/published_tables"
    with (tables / "six_statistics_and_composite.csv").open(encoding="utf-8") as file:
        statistics = {row["table_id"]: row for row in csv.DictReader(file) if row["table_id"][:2] == "TY"}
    with (tables / "load_shares.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    assert len(published) == 30
    columns = ("so2", "no2", "pm10", "pm2_5", "co_p95_mgm3", "o3_8h_p90")
    for row in published:
        own = statistics[row["table_id"]]
        index = Decimal(own["composite_index"])
        given_values = dict(zip(ITEMS, (own[column] for column in columns), strict=True))
        # 2025-11 prints no PM2.5: its single index is what the others leave of the printed index.
        unknown = not given_values["pm2_5"]
        parts = dict(composite_index(**{**given_values, "pm2_5": given_values["pm2_5"] or 0}).rounded_parts)
        if unknown:
            parts["pm2_5"] = index - sum(parts.values())
        shares = load_shares(parts, index, regime="gb3095-2012")
        item = "o3_8h" if row["pollutant"] == "o3" else row["pollutant"]
        assert shares[item] == Decimal(row["load_share_pct"]), (row, shares)


def test_exact_shares_are_a_rule_away(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.composite.load_share.inputs:\n"
        "    - {value: exact, document: ours, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    taiyuan = composite_index(so2=12, no2=38, pm10=78, pm2_5=42, co="1.4", o3_8h=185)
    printed = {one.item: one.share for one in loads(taiyuan)}
    exact = {one.item: one.share for one in loads(taiyuan, rulebook=load([own]))}
    assert (printed["pm10"], exact["pm10"]) == (Decimal("22.3"), Decimal("22.4"))


def test_what_costs_most_and_its_excess() -> None:
    index = composite_index(**GOLDEN)
    best = composite_index(so2=5, no2=30, pm10=40, pm2_5=20, co="0.8", o3_8h=178)
    found = loads(index, best=best_parts([index, best]))
    assert [one.item for one in found] == ["o3_8h", "pm2_5", "pm10", "no2", "co", "so2"]
    assert found[0].part == index.maximum == Decimal("1.11")
    assert index.maximum_items == ("o3_8h",)
    by_item = {one.item: one for one in found}
    assert (by_item["o3_8h"].over_limit, by_item["pm10"].over_limit) == (Decimal("0.11"), 0)
    assert (by_item["o3_8h"].over_best, by_item["no2"].over_best) == (0, 0)
    assert by_item["pm2_5"].over_best == Decimal("1.00") - Decimal("0.57")
    assert loads(index)[0].over_best is None


def test_two_pollutants_may_be_the_largest_together() -> None:
    index = composite_index(so2=0, no2=40, pm10=70, pm2_5=10, co=0, o3_8h=0)
    assert index.maximum_items == ("no2", "pm10")


@pytest.mark.parametrize(
    ("parts", "index", "message"),
    [({"so2": 0}, None, "is 0"), ({"so2": "x"}, 1, "not a number"), ({"so2": 1}, 0, "is 0")],
)
def test_nothing_to_share(parts: dict[str, object], index: int | None, message: str) -> None:
    with pytest.raises(LantianError, match=message):
        load_shares(parts, index)  # type: ignore[arg-type]  # the mistake is the test


@given(
    st.lists(st.integers(1, 500), min_size=6, max_size=6),
    st.dictionaries(st.sampled_from(ITEMS), st.integers(-1, 20), min_size=1),
    st.sampled_from(["unweighted", "weighted"]),
)
def test_what_if_is_the_sum_of_what_each_pollutant_takes_off(
    values: list[int], changes: dict[str, int], method: str
) -> None:
    weights = {"pm2_5": 3, "o3_8h": 2, "no2": 2} if method == "weighted" else {}
    statistics = dict(zip(ITEMS, values, strict=True))
    fall = what_if(statistics, changes, method=method)
    oracle = sum(
        (Fraction(weights.get(item, 1) * change, YEAR[item]) for item, change in changes.items()), Fraction(0)
    )
    assert fall.exact == oracle
    alone = [what_if(statistics, {item: change}, method=method).exact for item, change in changes.items()]
    assert sum(alone, Fraction(0)) == oracle
    rounded = [
        sum(
            (Decimal(weights.get(i, 1) * v) / YEAR[i]).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
            for i, v in state.items()
        )
        for state in (statistics, {i: v + changes.get(i, 0) for i, v in statistics.items()})
    ]
    assert fall.published == rounded[1] - rounded[0]


def test_one_unit_of_each() -> None:
    falls = per_unit(GOLDEN)
    assert next(iter(falls)) == "pm2_5"
    assert {item: fall.exact for item, fall in falls.items()} == {
        "so2": Fraction(-1, 60), "no2": Fraction(-1, 40), "pm10": Fraction(-1, 70), "pm2_5": Fraction(-1, 35),
        "co": Fraction(-1, 40), "o3_8h": Fraction(-1, 160),
    }  # fmt: skip
    assert per_unit({**GOLDEN, "so2": "0.5"})["so2"].exact == Fraction(-1, 120)  # no further than to 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"pm2_5": -36}, "cannot fall"), ({"pm25": -1}, "no pollutant pm25"), ({"co": "x"}, "not a number")],
)
def test_an_impossible_change_is_told(changes: dict[str, object], message: str) -> None:
    with pytest.raises(LantianError, match=message):
        what_if(GOLDEN, changes)  # type: ignore[arg-type]  # the mistake is the test


def test_all_six_are_needed() -> None:
    with pytest.raises(LantianError, match="co is missing"):
        per_unit({item: value for item, value in GOLDEN.items() if item != "co"})


@given(
    st.lists(st.integers(0, 900), min_size=4, max_size=4),
    st.lists(st.integers(0, 900), min_size=6, max_size=6),
)
def test_annex_c_of_2013_takes_the_larger(means: list[int], percentiles: list[int]) -> None:
    found = annex_c_2013_index(
        dict(zip(("so2", "no2", "pm10", "pm2_5"), means, strict=True)),
        dict(zip(ITEMS, percentiles, strict=True)),
    )
    oracle = {item: Fraction(value, DAY[item]) for item, value in zip(ITEMS, percentiles, strict=True)}
    for item, value in zip(ITEMS, means, strict=False):
        oracle[item] = max(oracle[item], Fraction(value, YEAR[item]))
    assert found.exact == sum(oracle.values())
    assert {item: found.limits[item] in (YEAR[item], DAY[item]) for item in ITEMS} == dict.fromkeys(
        ITEMS, True
    )
    assert not found.verified
    assert found.method == "annex_c_2013"


def test_annex_c_of_2013_needs_every_statistic() -> None:
    with pytest.raises(LantianError, match="mean of so2 is missing"):
        annex_c_2013_index({}, dict.fromkeys(ITEMS, 1))


@pytest.mark.parametrize("change", ["-1e400", "1e999999999", "-1e-999999999"])
def test_a_change_no_concentration_has_is_one_line(change: str) -> None:
    with pytest.raises(LantianError, match="no concentration"):
        what_if(GOLDEN, {"pm2_5": change})
