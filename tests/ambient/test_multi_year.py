"""Means over years: of annual means, each year's validity beside it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from lantian.ambient import Period, Years, years_mean
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

from .day_stores import day_lake, year_days


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root: Path = tmp_path_factory.mktemp("years") / "air"
    days = [("甲", day, {"pm2_5": 30 + (n % 3 == 0)}) for n, day in enumerate(year_days(2017))]
    days += [("甲", day, {"pm2_5": 40}) for day in year_days(2018)[:200]]
    days += [("甲", day, {"pm2_5": 50}) for day in year_days(2019)]
    days += [("乙", day, {}) for day in year_days(2019)]
    return day_lake(root, days)


def rule_file(folder: Path, name: str, value: str) -> Path:
    path = folder / f"{value}.yaml"
    path.write_text(
        f"replace:\n  ambient.attainment.years.{name}:\n"
        f"    - {{value: {value}, document: ours, clause: '1', verified: true}}\n",
        encoding="utf-8",
    )
    return path


def test_every_year_counts_the_same_however_many_days_it_has(lake: Lake) -> None:
    found = years_mean(lake, Years.parse("3y-2019"))
    assert (found.years, found.regime) == (Years(2017, 2019), "gb3095-2012")
    own = next(row for row in found.rows if row.place == "甲").means["pm2_5"]
    oracle = (Fraction(30 * 365 + 122, 365) + 40 + 50) / 3
    assert (own.unrounded, own.value) == (oracle, 40)
    assert not own.valid
    assert own.why == {2018: "too_few_days"}
    assert {year: statistic and statistic.valid for year, statistic in own.years.items()} == {
        2017: True, 2018: False, 2019: True,
    }  # fmt: skip
    assert {rule.path for rule in found.rules if not rule.verified} >= {
        "ambient.attainment.years.inputs", "ambient.attainment.years.valid",
    }  # fmt: skip


def test_a_year_without_any_day_leaves_the_mean_open(lake: Lake) -> None:
    own = next(row for row in years_mean(lake, Years(2017, 2019)).rows if row.place == "乙").means["pm2_5"]
    assert (own.value, own.unrounded, own.valid) == (None, None, False)
    assert set(own.why) == {2017, 2018}


def test_one_valid_year_may_be_enough(lake: Lake, tmp_path: Path) -> None:
    book = load([rule_file(tmp_path, "valid", "any")])
    own = years_mean(lake, Years(2017, 2019), places=["甲"], rulebook=book).rows[0].means["pm2_5"]
    assert own.valid


def test_printed_years_may_be_what_counts(lake: Lake, tmp_path: Path) -> None:
    book = load([rule_file(tmp_path, "inputs", "published")])
    own = years_mean(lake, Years(2017, 2019), places=["甲"], rulebook=book).rows[0].means["pm2_5"]
    assert own.unrounded == Fraction(30 + 40 + 50, 3)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("3y-2025", 2023, 2025), ("3Y-2025", 2023, 2025), (" 2016..2025 ", 2016, 2025)],
)
def test_reading_years(text: str, first: int, last: int) -> None:
    years = Years.parse(text)
    assert (years.first, years.last) == (first, last)
    assert Years.parse(years.label) == years
    assert years.periods()[0] == Period.year(first)
    assert len(years.periods()) == last - first + 1
    assert Years.like(text)


@pytest.mark.parametrize("text", ["2025", "2025..2023", "5y-2025", "2025-01..2025-02", ""])
def test_no_years(text: str) -> None:
    with pytest.raises(LantianError, match="no years"):
        Years.parse(text)


def test_a_period_says_that_years_are_none() -> None:
    with pytest.raises(LantianError, match="mean of annual means"):
        Period.parse("2023..2025")
