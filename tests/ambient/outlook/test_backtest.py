"""The back-test: whole years, spread targets, scores by hand, and the page that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lantian.ambient import Period
from lantian.ambient.outlook.backtest import TRIED, Trial, backtest, bounds_of, full_years, month_ends
from lantian.ambient.outlook.scores import (
    Cases,
    beats_climatology,
    by_month,
    coverage,
    is_calibrated,
    reliability,
)
from lantian.cli import run
from lantian.errors import LantianError
from lantian.rulebook import load

from .conftest import SAMPLE, Made

R2012 = "gb3095-2012"
PAGE = Path(__file__).parents[3] / "docs/outlook.md"


def test_whole_years_begin_in_the_month_that_gives_most(made: Made) -> None:
    days = made(range(2021, 2025), 1)
    assert [year.label for year in full_years(days)] == ["2021", "2022", "2023", "2024"]
    march = replace(days, first=date(2013, 3, 1), values=days.values[:, :, :1461])
    years = full_years(march)
    assert [year.days for year in years] == [365, 365, 366, 365]
    assert years[2].label == "2015-03-01..2016-02-29"
    ends = month_ends(years[2])
    assert (len(ends), ends[0], ends[-1]) == (11, date(2015, 3, 31), date(2016, 1, 31))
    assert month_ends(Period.year(2024))[1] == date(2024, 2, 29)


def test_targets_are_spread_around_last_year() -> None:
    assert list(bounds_of("pm2_5", 50.0, 0)) == [(v, True) for v in (40, 42, 45, 48, 50, 52, 55)]
    assert next(bounds_of("co", 2.0, 1)) == (1.6, True)
    assert [value for value, _ in bounds_of("good_days", 200.0, 0)] == [180, 190, 200, 210, 220, 230]
    assert list(bounds_of("heavy_days", 4.0, 0)) == [(4.0, True), (9.0, True)]


def test_scores_by_hand() -> None:
    said = np.array([0.05, 0.15, 0.15, 0.95, 1.0, 0.5])
    came = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 0.0])
    zeros = np.zeros(6, int)
    cases = Cases(
        place=zeros, year=zeros, month=np.array([2, 2, 2, 3, 3, 3]), indicator=zeros, probability=said,
        climatology=np.full(6, 0.5), continued=np.full(6, 0.9), came=came,
    )  # fmt: skip
    two, three = by_month(cases)
    assert two.brier == pytest.approx((0.05**2 + 0.15**2 + 0.85**2) / 3)
    assert (two.climatology, two.skill) == (0.25, pytest.approx(1 - two.brier / 0.25))
    assert three.brier == pytest.approx((0.05**2 + 0.0 + 0.5**2) / 3)
    assert three.continued == pytest.approx((0.01 + 0.01 + 0.81) / 3)
    tenths = reliability(cases)
    assert [tenth.cases for tenth in tenths] == [1, 2, 0, 0, 0, 1, 0, 0, 0, 2]
    assert (tenths[1].said, tenths[1].came, tenths[1].off) == (0.15, 0.5, pytest.approx(0.35))
    assert beats_climatology(cases)
    assert is_calibrated(cases), "no tenth has enough cases to be held to"
    many = Cases(*(np.repeat(getattr(cases, name), 50) for name in Cases.__dataclass_fields__))
    assert not is_calibrated(many)
    assert not beats_climatology(replace(many, probability=1 - many.came))


def test_probabilities_use_only_what_was_known(made: Made) -> None:
    """Days after the last month end change what came, never what was said."""
    days = made(range(2021, 2024), 3)
    book = load()
    values = days.values.copy()
    december = days.column(date(2023, 12, 1))
    values[:, :6, december:] *= 3
    first = backtest(days, "as it was", regime=R2012, book=book, paths=60)
    other = backtest(replace(days, values=values), "another December", regime=R2012, book=book, paths=60)
    last = first.cases.year == 2
    assert first.cases.count == other.cases.count
    assert np.array_equal(first.cases.probability[last], other.cases.probability[last])
    assert np.array_equal(first.cases.probability[~last], other.cases.probability[~last])
    assert not np.array_equal(first.cases.came[last], other.cases.came[last])
    assert first.years == ("2022", "2023")
    assert set(first.cases.indicator) == set(range(len(TRIED)))
    half = first.of_places("first", [0])
    assert set(half.cases.place) == {0}
    assert half.cases.count * 3 == pytest.approx(first.cases.count, rel=0.1)
    with pytest.raises(LantianError, match="nothing to try"):
        backtest(made(range(2024, 2025), 1), "one year", regime=R2012, book=book)


def test_the_command_tells_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "air")
    assert run(["import", "ambient", str(SAMPLE), "--store", store]) == 0
    base = ["outlook", "--store", store, "--period", "2025"]
    for more, words in (
        ([], "--indicator are needed"),
        (["--indicator", "pm2_5", "--target", "<=3", "--target", "<=4"], "1 indicators and 2 targets"),
        (["--indicator", "pm9"], "no outlook for 'pm9'"),
        (["--indicator", "composite_rank", "--target", "best"], "not a line of a ranking"),
        (["--indicator", "composite_rank", "--pool", "nirgends"], "there is no pool"),
    ):
        capsys.readouterr()
        assert run([*base, *more]) != 0
        assert words in capsys.readouterr().err, more
    assert run(["outlook", "backtest"]) == 2
    assert run(["outlook", "backtest", "--data", str(tmp_path / "none.csv")]) == 1


def test_the_command_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "air")
    assert run(["import", "ambient", str(SAMPLE), "--store", store]) == 0
    capsys.readouterr()
    base = ["outlook", "--store", store, "--period", "2025", "--place", "临汾市"]
    assert run([*base, "--indicator", "pm2_5", "--target", "<=38"]) == 0
    told = capsys.readouterr().out
    page = PAGE.read_text(encoding="utf-8").split("```text\n")[1].split("  assumed: …")[0]
    assert told.startswith(page), "docs/outlook.md shows another answer"
    assert (
        run([*base, "--indicator", "composite_rank", "--target", "top-1", "--as-of-day", "2025-12-31"]) == 0
    )
    assert "rank by composite index" in capsys.readouterr().out
    assert run([*base, "--indicator", "heavy_days", "--target", "<=0", "--as-of-day", "2022-12-31"]) == 0
    assert "not computable: there is no past year" in capsys.readouterr().out
    assert run(["outlook", "backtest", "--store", store, "--format", "json"]) == 0
    assert '"better_than_climatology"' in capsys.readouterr().out


@pytest.mark.shared
@pytest.mark.slow
def test_the_page_shows_what_the_command_prints(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And it keeps the promise: from month 3 on better than climatology, each tenth within 0.1."""
    files = ("city_daily_aqistudy/daily_201312_201701.parquet",
             "beijing_multisite_hourly/beijing_9stations_201303_201702.parquet")  # fmt: skip
    data = [word for file in files for word in ("--data", str(shared / "data" / file))]
    wanted = ["outlook", "backtest", "--halves", *data, "--regime", R2012, "--format", "markdown"]
    assert run(wanted) == 0
    printed = capsys.readouterr().out.strip()
    text = PAGE.read_text(encoding="utf-8")
    shown = text.split("<!-- printed by the command above -->")[1].split("<!-- end -->")[0].strip()
    assert printed == shown
    assert printed.count("From month 3 on better than climatology in every month. Calibrated") == 4
    assert "NOT" not in printed


def test_coverage_of_intervals(made: Made) -> None:
    found: Trial = backtest(made(range(2021, 2024), 6), "made", regime=R2012, book=load(), paths=60)
    shares = coverage(found.covered)
    assert list(shares) == [50, 80, 95]
    assert shares[50] < shares[80] < shares[95]
    assert shares[80] > 0.6
