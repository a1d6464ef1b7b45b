"""Official lists in the forms people keep them, and differences explained only by what holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from lantian.ambient.ranking import (
    Compared,
    Ranking,
    compare_official,
    period_of,
    pool,
    rank,
    read_official,
    rounding_bound,
)
from lantian.errors import LantianError

Make = Callable[..., Any]
SIX = {"so2": 14, "no2": 28, "pm10": 71, "pm2_5": 31, "co": "1.6", "o3_8h": 252}


def write(folder: Path, text: str) -> Path:
    file = folder / "official.csv"
    file.write_text(text, encoding="utf-8")
    return file


def compared(ranking: Ranking, file: Path, **more: Any) -> dict[str, Compared]:
    return {row.name: row for row in compare_official(ranking, read_official(file), **more)}


def codes(row: Compared) -> list[str]:
    return [explanation.code for explanation in row.explanations]


def test_a_full_table(tmp_path: Path) -> None:
    file = tmp_path / "6月.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    rows = [
        ["2019年6月168城市排名"],
        ["序号", "城市", "综合指数", "同比（%）", "名次"],
        [1, "临汾市", 4.81, "-3.5%", "第157"],
        [2, "太原市", 5.04, "—", "并列162"],
        [3, "大同市", 3.9, 1.2, "x"],
    ]
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    found = read_official(file)
    assert [(row.name, row.rank, row.change) for row in found.rows] == [
        ("临汾市", 157, Decimal("-3.5")), ("太原市", 162, None)
    ]  # fmt: skip
    assert found.rows[0].values == {"composite_index": Decimal("4.81")}
    assert [(refusal.row, refusal.code) for refusal in found.refusals] == [(5, "not_a_rank")]


def test_lists_of_names(tmp_path: Path) -> None:
    found = read_official(write(tmp_path, "榜单,城市\n前3位,运城|大同|朔州\n后3位,晋城、太原、阳泉\n"))
    assert [(row.name, row.rank, row.from_worst) for row in found.rows] == [
        ("运城", 1, None), ("大同", 2, None), ("朔州", 3, None),
        ("晋城", None, 1), ("太原", None, 2), ("阳泉", None, 3),
    ]  # fmt: skip
    columns = read_official(write(tmp_path, "时间,best3,worst3\n2019年7月,运城|大同,晋城\n"))
    assert [(row.name, row.side) for row in columns.rows] == [
        ("运城", "best"),
        ("大同", "best"),
        ("晋城", "worst"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [("城市\n临汾\n", "neither ranks nor values"), ("城市,综合指数\n临汾,x\n", "not a number"),
     ("名次\n1\n", "no column"),
     ("时间,城市,名次\n2019年6月,临汾,1\n2019年7月,临汾,2\n", "several periods")],
)  # fmt: skip
def test_what_is_no_ranking_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LantianError, match=message):
        read_official(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2019年7月", "2019-07-01", "2019-07-31"), ("2019年1-7月", "2019-01-01", "2019-07-31"),
     ("2020年", "2020-01-01", "2020-12-31"), ("2019-06", "2019-06-01", "2019-06-30"),
     ("2022年1—2月", "2022-01-01", "2022-02-28"), ("2019年6月份", "2019-06-01", "2019-06-30")],
)  # fmt: skip
def test_periods_as_bulletins_write_them(text: str, first: str, last: str) -> None:
    found = period_of(text)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_what_is_no_period() -> None:
    assert period_of("上月") is None and period_of("2019年13月") is None


def test_the_bound_is_that_of_the_decimals(made: Make) -> None:
    bound = rounding_bound(rank(made({"甲": SIX})))
    half = Fraction(1, 2)
    by_hand = (
        half / 60 + half / 40 + half / 70 + half / 35 + Fraction(1, 20) / 4 + half / 160 + Fraction(1, 200)
    )
    assert bound == by_hand
    assert float(bound) == pytest.approx(
        0.063, abs=0.0005
    )  # the curator of the published tables found the same
    assert rounding_bound(rank(made({"甲": SIX}), by="co")) == Fraction(1, 10)


def test_the_same_rounding_and_unexplained(made: Make, tmp_path: Path) -> None:
    found = made({"甲": {**SIX, "o3_8h": 200}, "乙": SIX, "丙": {**SIX, "o3_8h": 300}})
    ours = {row.name: row.value for row in rank(found).rows}
    shifted = {"甲": Decimal(0), "乙": Decimal("0.06"), "丙": Decimal("-0.07")}
    lines = [f"{at},{name},{ours[name] + by}\n" for at, (name, by) in enumerate(shifted.items(), start=1)]
    text = "名次,城市,综合指数\n" + "".join(lines)
    rows = compared(rank(found), write(tmp_path, text))
    assert codes(rows["甲"]) == ["same"] and rows["甲"].same
    assert codes(rows["乙"]) == ["rounding"]
    assert rows["乙"].explanations[0].numbers == {"difference": Decimal("-0.06"), "bound": Decimal("0.0629")}
    assert codes(rows["丙"]) == ["unexplained"]
    assert (rows["丙"].value_difference, rows["丙"].rank_difference) == (Decimal("0.07"), 0)


def test_marks_explain_only_places_that_bear_them(made: Make, tmp_path: Path) -> None:
    marks = ("source_city_feed", "lost_hours:4", "station_share:2")
    found = made({
        "甲": (SIX, {"marks": marks, "days_used": 28}),
        "乙": (SIX, {"marks": marks}),
        "丙": (SIX, {"marks": ("source_city_feed",)}),
        "丁": SIX,
    })  # fmt: skip
    text = "城市,综合指数\n甲,5.81\n乙,3.81\n丙,3.81\n丁,5.81\n"
    rows = compared(rank(found), write(tmp_path, text))
    assert codes(rows["甲"]) == ["days_missing", "lost_hours", "station_share", "source_city_feed"]
    assert rows["甲"].explanations[0].numbers == {"days": 2, "of": 30}
    assert rows["甲"].explanations[1].numbers == {"hours": "4"}
    # The feed's ozone is too low: it cannot explain an official index below ours.
    assert codes(rows["乙"]) == ["lost_hours", "station_share"]
    assert codes(rows["丙"]) == ["unexplained"]
    assert codes(rows["丁"]) == ["unexplained"]


def test_ties_pools_and_missing_members(made: Make, tmp_path: Path) -> None:
    shanxi = pool("山西", date(2019, 6, 30))
    ranking = rank(
        made({"大同": "3.00", "运城": "3.91", "朔州": "3.91", "太原": "5.04", "临汾": None}), shanxi
    )
    rows = compared(ranking, write(tmp_path, "城市,名次\n运城,2\n朔州,3\n太原,9\n临汾,11\n北京,12\n"))
    assert codes(rows["运城"]) == ["same"]
    assert codes(rows["朔州"])[0] == "tie" and rows["朔州"].explanations[0].numbers == {"tied": 2, "rank": 2}
    assert codes(rows["太原"]) == ["others_missing"]
    assert codes(rows["临汾"]) == ["no_data_here"]
    assert codes(rows["北京"]) == ["not_in_pool"]


def test_a_different_pool_moves_ranks_only_so_far(made: Make, tmp_path: Path) -> None:
    ranking = rank(made({f"城{at}": f"{3 + at}.00" for at in range(10)}))
    lines = "".join(f"{at + (3 if at > 4 else 1)},城{at},{3 + at}.00\n" for at in range(10))
    rows = compared(ranking, write(tmp_path, "名次,城市,综合指数\n" + lines))
    assert codes(rows["城4"]) == ["same"]
    assert codes(rows["城5"]) == ["different_pool"]
    assert rows["城5"].explanations[0].numbers == {"ours": 10, "theirs": 12}
    rows = compared(ranking, write(tmp_path, "名次,城市\n12,城9\n5,城1\n"))
    assert codes(rows["城1"]) == ["unexplained"]


def test_another_assumption_explains_only_where_it_gives_the_figure(made: Make, tmp_path: Path) -> None:
    ours = rank(made({"甲": SIX, "乙": SIX}))
    dust = rank(made({"甲": {**SIX, "pm10": 50}, "乙": {**SIX, "pm10": 60}}, data_version=2))
    expected = dust.row("甲")
    assert expected is not None
    rows = compared(
        ours, write(tmp_path, f"城市,综合指数\n甲,{expected.value}\n乙,4.00\n"),
        alternatives=[("dust_days", dust)],
    )  # fmt: skip
    assert codes(rows["甲"]) == ["dust_days"]
    assert rows["甲"].explanations[0].numbers == {"value": expected.value, "basis": "data version 2"}
    assert codes(rows["乙"]) == ["unexplained"]


def test_names_that_only_our_figures_put_there(made: Make, tmp_path: Path) -> None:
    ranking = rank(made({f"城{at}": f"{3 + at / 50:.2f}" for at in range(20)}))
    rows = compared(ranking, write(tmp_path, "榜单,城市\n后3位,城19、城18、城3\n"))
    assert codes(rows["城19"]) == ["same"]
    assert codes(rows["城3"]) == ["unexplained"]
    assert codes(rows["城17"]) == ["not_in_list", "rounding"]
    assert rows["城17"].theirs is None and rows["城17"].our_rank == 3
