"""Transfers: hand-worked amounts, an independent oracle in fractions, sums to the last cent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.assessment import Fact, Text
from lantian.assessment.transfers import (
    TransferScheme,
    Values,
    read_transfer_scheme,
    transfer_schemes,
    transfers,
)
from lantian.rulebook import load

SHANXI = next(s for s in transfer_schemes(load()) if s.path.endswith("shanxi_2019"))
NONE = Text("没有数据", "no data")
POLLUTANTS = ("pm2_5", "pm10", "so2")


def fact(value: Any) -> Fact:
    """A value, or None for not computable."""
    return Fact(None, NONE) if value is None else Fact(Decimal(str(value)))


def region(**now_and_before: Any) -> dict[str, Values]:
    """`pm2_5=(42, 40)`: this year's month and last year's."""
    return {key: Values(fact(now), fact(before)) for key, (now, before) in now_and_before.items()}


def scheme(parts: list[dict[str, Any]], tmp_path: Any, **more: Any) -> TransferScheme:
    """A scheme of these parts, through a rule file as an office writes it."""
    import yaml

    value = {"title": "x", "period": "month", "level": "city", "unit": "y", "parts": parts, **more}
    rule = {"value": value, "unit": "1", "document": "ours", "clause": "c", "verified": True}
    file = tmp_path / "ours.yaml"
    file.write_text(
        yaml.safe_dump({"add": {"assessment.transfers.ours": [rule]}}, allow_unicode=True), encoding="utf-8"
    )
    return read_transfer_scheme(load([file]).rule("assessment.transfers.ours"))


def gap(**more: Any) -> dict[str, Any]:
    """PM2.5 against last year, 10 a unit up to 5, 20 beyond."""
    return {
        "code": "p", "title": "x", "indicator": "pm2_5", "kind": "gap", "direction": "lower",
        "base": "last_year", "tiers": [{"up_to": 5, "per_unit": 10}, {"per_unit": 20}],
        "application": "whole", "better": "rate", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("application", "now", "amount", "words"),
    [
        ("whole", 45, "-50.00", "扣 5 × 10 = 50"),
        ("whole", "45.1", "-102.00", "扣 5.1 × 20 = 102"),
        ("whole", 47, "-140.00", "扣 7 × 20 = 140"),
        ("marginal", 45, "-50.00", "扣 5 × 10 = 50"),
        ("marginal", 47, "-90.00", "扣 5 × 10 + 2 × 20 = 90"),
        ("whole", 38, "20.00", "奖 2 × 10 = 20"),
        ("marginal", 33, "90.00", "奖 5 × 10 + 2 × 20 = 90"),
        ("whole", 40, "0.00", "持平"),
    ],
)
def test_the_gap_to_last_year(application: str, now: Any, amount: str, words: str, tmp_path: Any) -> None:
    held = scheme([gap(application=application)], tmp_path)
    row = transfers(held, "2021-10", {"x": region(pm2_5=(now, 40))}).rows[0]
    assert row.net == Decimal(amount)
    assert words in row.amounts[0].why.zh and "上年同月40" in row.amounts[0].why.zh


def test_percent_caps_and_sides(tmp_path: Any) -> None:
    held = scheme([gap(in_percent=True, cap=70, better="nothing")], tmp_path, cap=60)
    rows = transfers(held, "m", {"x": region(pm2_5=(44, 40)), "y": region(pm2_5=(30, 40))}).rows
    assert rows[0].amounts[0].amount == -70, "10 % × 20 = 200, at most 70"
    assert rows[0].net == -60 and rows[0].capped is not None and rows[1].net == 0
    lenient = scheme([gap(worse=False)], tmp_path)
    assert transfers(lenient, "m", {"x": region(pm2_5=(44, 40))}).rows[0].net == 0
    higher = scheme([gap(direction="higher")], tmp_path)
    assert transfers(higher, "m", {"x": region(pm2_5=(44, 40))}).rows[0].net == 40
    percent = scheme([gap(in_percent=True)], tmp_path)
    assert transfers(percent, "m", {"x": region(pm2_5=(44, 0))}).rows[0].amounts[0].amount is None


def test_places_and_bounds(tmp_path: Any) -> None:
    place = {
        "code": "r", "title": "x", "indicator": "score", "kind": "rank", "direction": "higher",
        "first": [100, 80], "last": [100, 50, 30],
    }  # fmt: skip
    held = scheme([place], tmp_path)
    scores = {
        key: region(score=(value, None))
        for key, value in zip("abcdefg", (9, 8, 7, 6, 5, 4, None), strict=True)
    }
    rows = {row.subject: row for row in transfers(held, "m", scores).rows}
    assert [rows[key].net for key in "abcdef"] == [100, 80, 0, -30, -50, -100]
    assert rows["g"].amounts[0].amount is None and "no data" in rows["g"].amounts[0].why.en
    tied = {key: region(score=(value, None)) for key, value in zip("abcdef", (9, 9, 7, 6, 4, 4), strict=True)}
    assert [row.net for row in transfers(held, "m", tied).rows] == [90, 90, 0, -30, -75, -75]
    bound = {
        "code": "t", "title": "x", "indicator": "good_days_ratio", "kind": "threshold", "direction": "higher",
        "at_least": 80, "amount": 200,
    }  # fmt: skip
    found = transfers(scheme([bound], tmp_path), "2020", {
        "a": region(good_days_ratio=(80, None)), "b": region(good_days_ratio=("79.9", None)),
    })  # fmt: skip
    assert [row.net for row in found.rows] == [200, 0] and found.got == 200


def test_shanxi_without_the_steps_of_its_index() -> None:
    """SO2 of 30 or less is let off; the index is not computable, and the whole is marked."""
    found = transfers(SHANXI, "2021-10", {
        "甲": region(pm2_5=(46, 40), pm10=(90, 80), so2=(30, 20)),
        "乙": region(pm2_5=(34, 40), pm10=(80, 90), so2=(31, 29)),
    })  # fmt: skip
    assert not found.complete and len(found.not_known) == 4
    rows = {row.subject: {a.part.code: a for a in row.amounts} for row in found.rows}
    assert rows["甲"]["index_mean"].amount is None
    assert rows["甲"]["index_mean"].why.zh == "不能计算：综合指数的分档未获得"
    assert rows["甲"]["pm2_5_last_year"].amount == -120  # 6 µg, all at 20
    assert rows["甲"]["pm2_5_mean"].amount == -120  # mean 40
    assert rows["甲"]["so2_last_year"].amount == 0 and "免扣" in rows["甲"]["so2_last_year"].why.zh
    assert rows["乙"]["so2_last_year"].amount == -20
    assert rows["乙"]["pm2_5_last_year"].amount == 120, "the only one better shares what the other paid"
    assert found.net == -sum(rest for _, rest in found.left), "what is paid is got, or is left over"


def test_a_region_without_last_year_is_not_given_a_zero() -> None:
    found = transfers(SHANXI, "m", {
        "甲": region(pm2_5=(46, None), pm10=(90, 80), so2=(10, 20)),
        "乙": region(pm2_5=(34, 40), pm10=(80, 90), so2=(10, 9)),
    })  # fmt: skip
    amounts = {a.part.code: a for a in found.rows[0].amounts}
    assert (
        amounts["pm2_5_last_year"].amount is None and "上年同月没有数据" in amounts["pm2_5_last_year"].why.zh
    )
    assert amounts["pm2_5_mean"].amount is not None


number = st.none() | st.integers(1, 200)
table = st.dictionaries(
    st.sampled_from("甲乙丙丁戊己庚辛壬癸子"), st.tuples(*[number] * 6), min_size=1, max_size=11
)


@given(table)
def test_the_oracle_agrees_and_not_a_cent_is_lost(rows: dict[str, tuple[int | None, ...]]) -> None:
    """Shanxi by plain fractions, written another way: by column instead of by row."""
    given_values = {
        key: region(**{p: (row[2 * n], row[2 * n + 1]) for n, p in enumerate(POLLUTANTS)})
        for key, row in rows.items()
    }
    found = transfers(SHANXI, "m", given_values)
    got = {row.subject: {a.part.code: a for a in row.amounts} for row in found.rows}
    left = Fraction(0)
    for n, pollutant in enumerate(POLLUTANTS):
        now = {key: row[2 * n] for key, row in rows.items() if row[2 * n] is not None}
        mean = Fraction(sum(now.values()), len(now)) if now else None
        for base_name in ("last_year", "mean"):
            gaps = {}
            for key, value in now.items():
                base = rows[key][2 * n + 1] if base_name == "last_year" else mean
                if base is not None:
                    gaps[key] = value - Fraction(base)
            pays = {
                key: Decimal(round(g * (10 if g <= 5 else 20) * 100)) / 100
                for key, g in gaps.items()
                if g > 0 and not (pollutant == "so2" and now[key] <= 30)
            }
            pool, better = Fraction(sum(pays.values())), {key: -g for key, g in gaps.items() if g < 0}
            code = f"{pollutant}_{base_name}"
            for key in rows:
                amount = got[key][code].amount
                if key not in gaps:
                    assert amount is None
                elif key in better:
                    share = pool * better[key] / sum(better.values())
                    assert amount is not None and abs(Fraction(amount) - share) < Fraction(1, 100)
                else:
                    assert amount == -pays.get(key, 0)
            shared = sum((Fraction(got[key][code].amount or 0) for key in better), Fraction(0))
            assert shared == (pool if better else 0), "shares sum to the pool, to the cent"
            left += 0 if better else pool
    assert found.net == -left and sum(rest for _, rest in found.left) == left
    assert found.got - found.paid == found.net == sum(row.net for row in found.rows)


def test_taiyuan_2021_10_as_far_as_the_facts_go() -> None:
    """Published: 10.25 + 6.34 + 17.29 − 13 = 20.88 (10 000 yuan), PM2.5 −20 µg, PM10 −40 µg.

    The province's values of that month are not at hand, so the shares cannot be computed again. What the
    published numbers do show: they add up, and they are no fixed rates: 20 µg at the deducting rates would be
    400 (whole gap) or 350 (by tier), far from 6.34, and PM10 got more than twice PM2.5 for twice the fall.
    """
    assert Decimal("10.25") + Decimal("6.34") + Decimal("17.29") - 13 == Decimal("20.88")
    part = next(part for part in SHANXI.parts if part.code == "pm2_5_last_year")
    assert part.better == "pool"
    paid = (
        transfers(SHANXI, "2021-10", {"x": region(pm2_5=(60, 40), pm10=(1, 1), so2=(1, 1))}).rows[0].amounts
    )
    assert next(a.amount for a in paid if a.part.code == "pm2_5_last_year") == -400
