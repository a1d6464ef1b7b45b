"""Distance to a line against trying every value; reductions against the formula of the fact sheet."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.ambient.ranking import Line, distance, rank, reductions
from lantian.errors import LantianError
from lantian.rulebook import load

Make = Callable[..., Any]
LIMITS = {"so2": 60, "no2": 40, "pm10": 70, "pm2_5": 35, "co": 4, "o3_8h": 160}
CITY = {"so2": 14, "no2": 28, "pm10": 71, "pm2_5": 31, "co": "1.6", "o3_8h": 252}
CLEAN = {"so2": 3, "no2": 10, "pm10": 17, "pm2_5": 9, "co": "0.5", "o3_8h": 89}
STEP = Decimal("0.01")


@pytest.mark.parametrize(
    ("text", "line"),
    [("exit-last-10", Line("last", 10)), ("退出后10位", Line("last", 10)),
     ("退出全国后20位", Line("last", 20)),
     ("退出倒数前10名", Line("last", 10)), ("top-30", Line("top", 30)), ("前30", Line("top", 30)),
     ("进入前30位", Line("top", 30))],
)  # fmt: skip
def test_a_line_is_read_as_plans_write_it(text: str, line: Line) -> None:
    assert Line.parse(text) == line
    assert Line.parse(line.label) == line


@pytest.mark.parametrize("text", ["last-10", "top-0", "后10", ""])
def test_what_is_no_line_is_told(text: str) -> None:
    with pytest.raises(LantianError, match="exit-last-10"):
        Line.parse(text)


def inside(line: Line, value: int, others: list[int]) -> bool:
    """Whether a place with `value` is beyond the line, by counting ranks."""
    if line.kind == "last":
        return 1 + sum(other > value for other in others) > line.number
    return 1 + sum(other < value for other in others) <= line.number


@given(
    st.lists(st.integers(300, 330), min_size=6, max_size=25),
    st.sampled_from(["last", "top"]),
    st.integers(1, 5),
)
def test_the_distance_by_trying_every_value(made: Make, whole: list[int], kind: str, number: int) -> None:
    line = Line(kind, number)
    ranking = rank(made({f"城{at}": str(Decimal(value).scaleb(-2)) for at, value in enumerate(whole)}))
    to = distance(ranking, "城0", line)
    mine, others = whole[0], whole[1:]
    largest = max(value for value in range(290, 340) if inside(line, value, others))
    assert to.needed == Decimal(largest).scaleb(-2)
    assert to.met == inside(line, mine, others)
    assert to.gap == Decimal(mine - largest).scaleb(-2)
    assert to.spare == Decimal(max(0, largest - mine)).scaleb(-2)
    assert to.holders and all(row.value == to.line_value for row in ranking.rows if row.name in to.holders)


def test_a_tie_with_the_line_is_not_out_of_the_last(made: Make) -> None:
    places = {f"城{at}": f"4.{at:02}" for at in range(10, 40)}
    places["甲"] = "4.30"
    to = distance(rank(made(places)), "甲", Line("last", 10))
    assert (to.holders, to.line_value, to.needed, to.gap) == (
        ("城30",),
        Decimal("4.30"),
        Decimal("4.29"),
        STEP,
    )
    assert not to.met
    top = distance(rank(made(places)), "甲", Line("top", 21))
    assert top.met and top.spare == 0


def test_no_line_where_there_is_none(made: Make) -> None:
    ranking = rank(made({"甲": "4.00", "乙": "5.00", "丙": None}))
    for name, line in (("甲", Line("last", 5)), ("丁", Line("last", 1)), ("丙", Line("last", 1))):
        with pytest.raises(LantianError):
            distance(ranking, name, line)
    with pytest.raises(LantianError, match="less is better"):
        distance(rank(made({"甲": "4.00", "乙": "5.00"}), by="good_days"), "甲", Line("top", 1))


def index(values: dict[str, Fraction]) -> Decimal:
    """Each single index to two decimals, half-even, and their sum: as published."""
    parts = [Decimal(round(values[item] * 100 / limit)) for item, limit in LIMITS.items()]
    return sum(parts, Decimal(0)).scaleb(-2)


six = st.fixed_dictionaries(
    {item: st.integers(1, 20 if item == "co" else 300) for item in LIMITS}
)  # CO in tenths


@settings(deadline=None, max_examples=40)
@given(six, st.integers(1, 200))
def test_reductions_by_trying_every_step(made: Make, given_: dict[str, int], fall: int) -> None:
    exact = {item: Fraction(value, 10 if item == "co" else 1) for item, value in given_.items()}
    shown = {item: str(Decimal(value) / (10 if item == "co" else 1)) for item, value in given_.items()}
    ranking = rank(made({"甲": shown, "乙": CLEAN}))
    row = ranking.row("甲")
    assert row is not None and row.value == index(exact)
    target = row.value - Decimal(fall).scaleb(-2)
    found = reductions(ranking, row, target)
    for own in found.alone:
        step = Fraction(1, 10) if own.item == "co" else Fraction(1)
        tries = [k for k in range(given_[own.item] + 1)
                 if index({**exact, own.item: exact[own.item] - k * step}) <= target]  # fmt: skip
        assert (own.by is None) == (not tries)
        if tries:
            assert own.by is not None and own.percent is not None
            assert Fraction(own.by) == tries[0] * step
            assert abs(Fraction(own.percent) - 100 * tries[0] * step / exact[own.item]) <= Fraction(1, 20)
            floor = min(exact[own.item], Fraction(str(CLEAN[own.item])))
            assert (own.verdict == "feasible") == (exact[own.item] - tries[0] * step >= floor)
        else:
            assert own.verdict == "not_enough"
    cheap = [own.percent for own in found.alone if own.verdict == "feasible" and own.percent is not None]
    assert (found.cheapest is None) == (not cheap)
    if cheap:
        assert found.alone[0].item == found.cheapest and found.alone[0].percent == min(cheap)
    # Together: the smallest tenth of a per cent, each statistic published before the index is summed.
    for tenths in range(1001):
        kept = {item: value * (1000 - tenths) / 1000 for item, value in exact.items()}
        printed = {item: Fraction(round(value * 10), 10) if item == "co" else Fraction(round(value))
                   for item, value in kept.items()}  # fmt: skip
        if index(printed) <= target:
            assert found.together == Decimal(tenths).scaleb(-1)
            break
    else:
        assert found.together is None


def test_the_cheapest_pollutant_of_linfen_2019_06(made: Make) -> None:
    ranking = rank(made({"临汾": CITY, "海口": CLEAN}))
    row = ranking.row("临汾")
    assert row is not None and str(row.value) == "4.81"
    found = reductions(ranking, row, Decimal("4.55"))
    ozone = found.alone[0]
    assert (found.cheapest, ozone.by, ozone.needed, str(ozone.percent)) == ("o3_8h", 40, 212, "15.9")
    assert {own.item: own.verdict for own in found.alone}["so2"] == "not_enough"
    assert str(found.together) == "5.4"
    assert found.alone[0].floor_at == ("海口",)


def test_a_rule_file_takes_the_floor_away(made: Make, tmp_path: Path) -> None:
    ranking = rank(made({"甲": CITY, "乙": {**CITY, "so2": 13, "o3_8h": 250}}))
    row = ranking.row("甲")
    assert row is not None and row.value is not None
    target = row.value - Decimal("0.20")
    assert {own.verdict for own in reductions(ranking, row, target).alone} == {"below_floor"}
    own_rules = tmp_path / "floor.yaml"
    own_rules.write_text(
        "replace:\n  ranking.rules.distance.floor:\n"
        "    - {value: zero, document: test, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    free = reductions(ranking, row, target, rulebook=load([own_rules]))
    assert {own.verdict for own in free.alone} == {"feasible"} and free.cheapest == "o3_8h"
