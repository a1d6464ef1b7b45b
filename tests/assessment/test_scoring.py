"""Score cards: hand-worked points, an independent oracle, what is not computable, ranks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.assessment import (
    Fact,
    SchemeError,
    build_scheme,
    canonical,
    from_facts,
    score,
    score_pool,
    seal,
    simulate,
)
from lantian.assessment.text import Text
from lantian.errors import LantianError

T = {"zh": "甲", "en": "A"}


def item(
    code: str, weight: Any, points: dict[str, Any], direction: str = "higher", missing: str = "share"
) -> Any:
    """An item whose indicator is called like its code."""
    return {
        "code": code, "title": T, "indicator": code, "weight": weight, "direction": direction,
        "points": points, "missing": missing,
    }  # fmt: skip


def off(code: str, most: Any, points: dict[str, Any], direction: str = "higher") -> Any:
    """A bonus or deduction."""
    return {
        "code": code, "title": T, "indicator": code, "most": most, "direction": direction, "points": points,
        "missing": "zero",
    }  # fmt: skip


def scheme(*items: Any, **more: Any) -> Any:
    """A scheme of these items."""
    words = Text("来源", "source")
    value = {"title": T, "subject": "region", "period": "year", "items": list(items), **more}
    return build_scheme(value, path="ours", origin="test", citation=words, note=words, verified=True)


def facts(**values: Any) -> Any:
    """What a subject answers: a number, or None for not computable."""
    none = Text("没有数据", "no data")
    return from_facts(
        {key: Fact(None, none) if v is None else Fact(Decimal(str(v))) for key, v in values.items()}
    )


LINE = {"by": "linear", "from": Decimal(60), "to": Decimal(100)}
STEPS = {
    "by": "steps",
    "steps": [{"at_least": 90, "points": 100}, {"at_least": 80, "points": 60}, {"points": 0}],
}


@pytest.mark.parametrize(
    ("points", "direction", "value", "expected"),
    [
        (LINE, "higher", "92.5", "81.25"),
        (LINE, "higher", "60", "0"),
        (LINE, "higher", "13", "0"),
        (LINE, "higher", "130", "100"),
        ({"by": "linear", "from": 5, "to": -10}, "lower", "-8.3", "88.67"),  # 100 × 13.3 / 15 = 88.666…
        (STEPS, "higher", "90", "100"),
        (STEPS, "higher", "89.99", "60"),
        ({"by": "steps", "steps": [{"at_least": 90, "points": 100}, {"points": 7}]}, "higher", "-3", "7"),
        ({"by": "each", "points": -15}, "lower", "4", "40"),
        ({"by": "each", "points": -15}, "lower", "9", "0"),
        ({"by": "each", "points": -15, "floor": 10}, "lower", "9", "10"),
        ({"by": "each", "per": 2, "points": 5, "base": 1, "whole": True}, "higher", "7.9", "16"),
        ({"by": "pass_fail", "at_most": 7}, "lower", "7", "100"),
        ({"by": "pass_fail", "at_most": 7}, "lower", "7.01", "0"),
    ],
)  # fmt: skip
def test_points_worked_by_hand(points: Any, direction: str, value: str, expected: str) -> None:
    card = score(scheme(item("a", 100, points, direction)), "x", facts(a=value))
    assert card.total == Decimal(expected).quantize(Decimal("0.01"))
    assert value.replace("-", "−") in card.lines[0].why.zh and card.lines[0].why.en


def test_every_point_says_the_bound_that_applied_in_both_languages() -> None:
    held = scheme(item("a", 20, {"by": "linear", "from": 0, "to": -10}, "lower"), item("b", 80, LINE))
    card = score(held, "x", facts(a="-8.3", b=100))
    assert card.lines[0].why.zh == "按比例：20 × (−8.3 − 0) ÷ (−10 − 0) = 16.6分"
    assert card.lines[0].why.en == "in proportion: 20 × (−8.3 − 0) ÷ (−10 − 0) = 16.6 points"
    assert card.lines[1].why.zh == "100达到满分值100：80分"
    assert card.sum_words.zh == "各项96.6 = 96.60"


def test_one_rounding_at_the_total_half_to_even() -> None:
    """Three thirds of a point each: the rounded parts would sum to 0.99."""
    items = [item(code, 1, {"by": "linear", "from": 0, "to": 3}) for code in "abc"]
    card = score(scheme(*items, total=3), "x", facts(a=1, b=1, c=1))
    assert [line.shown for line in card.lines] == [Decimal("0.33")] * 3
    assert card.exact == 1 and card.total == Decimal("1.00")
    half = scheme(item("a", 100, {"by": "linear", "from": 0, "to": 100}))
    assert score(half, "x", facts(a="0.125")).total == Decimal("0.12")
    assert score(half, "x", facts(a="0.135")).total == Decimal("0.14")


def test_a_weight_is_shared_out_where_the_scheme_says_so() -> None:
    card = score(
        scheme(item("a", 40, LINE), item("b", 20, LINE), item("c", 40, LINE)), "x", facts(a=80, b=None, c=100)
    )
    assert [line.state for line in card.lines] == ["scored", "shared", "scored"]
    assert [line.effective for line in card.lines] == [50, 0, 50]
    assert card.total == Decimal("75.00"), "20 and 40 of 80, of 100"
    assert "没有数据" in card.lines[1].why.zh and "分摊后20 × 100 ÷ 80 = 25分" in card.lines[0].why.zh
    assert card.complete


def test_not_computable_is_zero_only_where_the_scheme_says_so_and_says_why() -> None:
    card = score(scheme(item("a", 40, LINE), item("b", 60, LINE, missing="zero")), "x", facts(a=100, b=None))
    assert card.total == 40 and card.complete
    assert card.lines[1].why.en == "not computable, 0 points by the scheme: no data"


def test_what_is_open_leaves_the_card_without_rank() -> None:
    held = scheme(item("a", 40, LINE), item("b", 60, LINE, missing="open"))
    cards = score_pool(held, {"x": facts(a=100, b=None), "y": facts(a=80, b=70)})
    assert [(card.subject, card.rank, card.of) for card in cards] == [("y", 1, 1), ("x", None, 1)]
    assert cards[1].total == 40 and cards[1].open_points == 60 and not cards[1].complete
    assert cards[1].grade is None


def test_nothing_computable_is_no_total() -> None:
    card = score(scheme(item("a", 100, LINE)), "x", facts(a=None))
    assert card.total is None and card.exact is None and "没有一项" in card.sum_words.zh


def test_a_fact_nobody_has_is_not_a_zero() -> None:
    card = score(scheme(item("a", 50, LINE), item("b", 50, LINE)), "x", facts(a=100))
    assert card.lines[1].state == "shared" and card.total == 100


def test_bonuses_and_deductions_are_capped_each_and_together() -> None:
    each = {"by": "each", "points": 3}
    held = scheme(
        item("a", 100, LINE), bonuses=[off("b", 5, {"by": "each", "points": -1, "base": -10}, "lower")],
        deductions=[off("d", 9, each), off("e", 9, each)], deduction_cap=10,
    )  # fmt: skip
    card = score(held, "x", facts(a=90, b="-12.5", d=5, e=2))
    assert [line.points for line in card.lines] == [75, Fraction(5, 2), 9, 6]
    assert card.total == Decimal("67.50")
    assert card.sum_words.en == "items 75 + bonus 2.5 − deductions 10 (15, at most 10) = 67.50"
    assert score(held, "x", facts(a=0, b=0, d=5, e=2)).total == 0, "never below zero"


def test_a_veto_caps_the_total_and_an_unknown_one_leaves_it_open() -> None:
    veto = {
        "code": "v", "title": T, "indicator": "missed", "when": {"sign": ">=", "value": 1},
        "effect": T, "most": 59,
        "missing": "open",
    }  # fmt: skip
    held = scheme(
        item("a", 100, LINE),
        vetoes=[veto],
        grades=[{"at_least": 60, "title": T}, {"at_least": 0, "title": "F"}],
    )
    card = score(held, "x", facts(a=100, missed=1))
    assert card.total == 59 and card.vetoed and card.grade == Text("F", "F")
    assert "1 >= 1：适用" in card.vetoes[0].why.zh
    assert score(held, "x", facts(a=100, missed=0)).total == 100
    lenient = scheme(item("a", 100, LINE), vetoes=[{**veto, "missing": "passes"}])
    passed = score(lenient, "x", facts(a=100, missed=None))
    assert passed.complete and not passed.vetoed and "按办法不适用" in passed.vetoes[0].why.zh
    unknown = score(held, "x", facts(a=100, missed=None))
    assert unknown.vetoes[0].applies is None and not unknown.complete and unknown.total == 100


def test_a_rank_among_others_than_the_scheme_speaks_of_is_no_answer() -> None:
    veto = {
        "code": "v", "title": T, "indicator": "rank", "when": {"sign": ">=", "value": 108, "among": 117},
        "effect": T, "missing": "open",
    }  # fmt: skip
    asks = {"a": Fact(Decimal(100)), "rank": Fact(Decimal(110), among=117)}
    assert score(scheme(item("a", 100, LINE), vetoes=[veto]), "x", from_facts(asks)).vetoed
    asks["rank"] = Fact(Decimal(10), among=11)
    left = score(scheme(item("a", 100, LINE), vetoes=[veto]), "x", from_facts(asks))
    assert left.vetoes[0].applies is None and not left.complete and "11" in left.vetoes[0].why.en
    other = scheme(item("a", 100, LINE), vetoes=[{**veto, "other_pool": "passes"}])
    passed = score(other, "x", from_facts(asks))
    assert passed.vetoes[0].applies is False and passed.complete
    assert score(other, "x", from_facts({"a": Fact(Decimal(100))})).vetoes[0].applies is None


def test_points_by_rank_with_ties() -> None:
    held = scheme(item("a", 100, {"by": "rank_pool"}, "lower"))
    asks = {key: facts(a=value) for key, value in {"p": 4, "q": 5, "r": 5, "s": 9, "t": None}.items()}
    cards = {card.subject: card for card in score_pool(held, asks)}
    assert {key: cards[key].total for key in "pqrs"} == {
        "p": Decimal("100.00"), "q": Decimal("66.67"), "r": Decimal("66.67"), "s": Decimal("0.00"),
    }  # fmt: skip
    assert cards["t"].total is None, "who has no value is not last: there is nothing to rank"
    assert "第2名，共4个（2个并列）" in cards["q"].lines[0].why.zh
    assert [cards[key].rank for key in "pqrs"] == [1, 2, 2, 4]
    with pytest.raises(LantianError, match="no pool was given"):
        score(held, "p", asks["p"])


def test_ranks_by_a_table() -> None:
    ranks = [{"at_most": 1, "points": 100}, {"at_most": 3, "points": 50}, {"points": 10}]
    held = scheme(item("a", 100, {"by": "rank_pool", "ranks": ranks}))
    cards = score_pool(held, {key: facts(a=value) for key, value in {"p": 9, "q": 8, "r": 7, "s": 6}.items()})
    assert [card.total for card in cards] == [100, 50, 50, 10]


values = st.dictionaries(
    st.sampled_from("pqrstuvw"),
    st.tuples(*[st.none() | st.decimals(-50, 150, places=1) for _ in range(3)]),
    min_size=1,
)


@given(values)
def test_the_oracle_agrees(given_values: dict[str, tuple[Decimal | None, ...]]) -> None:
    """The same cards by plain fractions, written another way."""
    steps = [{"at_least": 50, "points": 30}, {"at_least": 0, "points": 10}, {"points": 0}]
    held = scheme(
        item("a", 50, LINE), item("b", 30, {"by": "steps", "steps": steps}),
        item("c", 20, {"by": "rank_pool"}, "lower", "zero"),
    )  # fmt: skip
    asks = {key: facts(**dict(zip("abc", row, strict=True))) for key, row in given_values.items()}
    cards = {card.subject: card for card in score_pool(held, asks)}
    ranked_c = sorted(row[2] for row in given_values.values() if row[2] is not None)
    expected: dict[str, Decimal] = {}
    for key, (a, b, c) in given_values.items():
        got, weight = Fraction(0), 20
        if a is not None:
            got += 50 * min(Fraction(1), max(Fraction(0), (Fraction(a) - 60) / 40))
            weight += 50
        if b is not None:
            got += 30 if b >= 50 else 10 if b >= 0 else 0
            weight += 30
        own = Fraction(0)
        if c is not None:
            n = len(ranked_c)
            own = Fraction(20) if n == 1 else Fraction(20 * (n - 1 - ranked_c.index(c)), n - 1)
        total = (got + own) * 100 / weight
        expected[key] = Decimal(round(total * 100)).scaleb(-2)
        assert cards[key].exact == total
        assert cards[key].total == expected[key]
    for key, card in cards.items():
        assert card.rank == 1 + sum(1 for other in expected.values() if other > expected[key])


def test_a_card_has_one_text_and_one_seal() -> None:
    held = scheme(item("a", 100, LINE))
    one, two = score(held, "x", facts(a="92.5")), score(held, "x", facts(a="92.5"))
    assert canonical(one.as_dict()) == canonical(two.as_dict())
    assert seal(one.as_dict()) != seal(score(held, "x", facts(a="92.6")).as_dict())
    kept = Fact(Decimal("1.50"), None, Text("甲", "A"), "%", "/x/", verified=False, count=3)
    assert Fact.of(kept.as_dict()) == kept
    with pytest.raises(TypeError, match="float"):
        seal({"a": 1.5})


def test_had_another_scheme_held() -> None:
    asks = {"x": facts(a=100, b=60), "y": facts(a=80, b=100)}
    real = scheme(item("a", 80, LINE), item("b", 20, LINE))
    other = scheme(item("a", 20, LINE), item("b", 80, LINE))
    found = simulate(real, other, asks)
    assert [(d.subject, d.real.total, d.other.total, d.change, d.moved) for d in found] == [
        ("y", Decimal("60.00"), Decimal("90.00"), Decimal("30.00"), 1),
        ("x", Decimal("80.00"), Decimal("20.00"), Decimal("-60.00"), -1),
    ]


def test_floats_do_not_come_in() -> None:
    with pytest.raises((SchemeError, LantianError)):
        scheme(item("a", 100.0, LINE))


def test_too_little_to_go_by_is_no_total() -> None:
    """One item of 10 must not speak for 100."""
    items = [item("a", 10, LINE), item("b", 90, LINE)]
    assert score(scheme(*items), "x", facts(a=100, b=None)).total == 100
    card = score(scheme(*items, least=30), "x", facts(a=100, b=None))
    assert card.total is None and card.sum_words.zh == "可计算的只有10分，不足30分，无总分"
    assert score(scheme(*items, least=90), "x", facts(a=None, b=100)).total == 100
