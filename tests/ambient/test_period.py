"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import Period
from lantian.errors import LantianError


@pytest.mark.parametrize(
    ("text", "first", "last", "kind", "days"),
    [
        ("2019-06", date(2019, 6, 1), date(2019, 6, 30), "month", 30),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "month", 29),
        ("2019", date(2019, 1, 1), date(2019, 12, 31), "year", 365),
        ("2019-Q2", date(2019, 4, 1), date(2019, 6, 30), "quarter", 91),
        ("2019-q4", date(2019, 10, 1), date(2019, 12, 31), "quarter", 92),
        ("2019-H1", date(2019, 1, 1), date(2019, 6, 30), "half-year", 181),
        ("2019-H2", date(2019, 7, 1), date(2019, 12, 31), "half-year", 184),
        ("2019-06-15", date(2019, 6, 15), date(2019, 6, 15), "day", 1),
        ("2019-YTD@2019-08-31", date(2019, 1, 1), date(2019, 8, 31), "year-to-date", 243),
        ("2019-ytd@2019-12-31", date(2019, 1, 1), date(2019, 12, 31), "year", 365),
        (" 2019-06-01..2019-06-15 ", date(2019, 6, 1), date(2019, 6, 15), "range", 15),
    ],
)
def test_reading(text: str, first: date, last: date, kind: str, days: int) -> None:
    period = Period.parse(text)
    assert (period.first, period.last, period.kind, period.days) == (first, last, kind, days)
    assert Period.parse(period.label) == period


@pytest.mark.parametrize(
    "text",
    ["", "2019-13", "2019-6", "2019-Q5", "2019-H3", "2019-02-30", "June 2019", "2019-06-01..x", "20190601"],
)
def test_a_bad_text_gets_the_forms(text: str) -> None:
    with pytest.raises(LantianError) as caught:
        Period.parse(text)
    assert "is not a period" in caught.value.what
    assert "2019-Q2" in caught.value.remedy


def test_a_year_to_date_reaches_as_far_as_there_is_something() -> None:
    assert Period.parse("2019-YTD", until=date(2019, 8, 31)).label == "2019-YTD@2019-08-31"
    assert Period.parse("2018-YTD", until=date(2019, 8, 31)) == Period.year(2018)
    with pytest.raises(LantianError, match=r"up to which day.*2019-YTD@2019-08-31"):
        Period.parse("2019-YTD")
    with pytest.raises(LantianError, match="2020 has no day up to 2019-08-31"):
        Period.parse("2020-YTD", until=date(2019, 8, 31))
    with pytest.raises(LantianError, match="is not a period"):
        Period.parse("2019-YTD@2019-08")
    with pytest.raises(LantianError, match="2020-12-31 is not in 2019"):
        Period.parse("2019-YTD@2020-12-31")


def test_an_end_before_the_start() -> None:
    with pytest.raises(LantianError, match="ends before it begins"):
        Period.parse("2019-06-15..2019-06-01")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2020-02", "2019-02"),
        ("2021-02", "2020-02"),
        ("2019", "2018"),
        ("2019-Q1", "2018-Q1"),
        ("2020-02-29", "2019-02-28"),
        ("2019-06-01..2019-06-15", "2018-06-01..2018-06-15"),
        ("2021-YTD@2021-02-28", "2020-YTD@2020-02-29"),
        ("2020-YTD@2020-02-29", "2019-YTD@2019-02-28"),
        ("2019-YTD@2019-08-15", "2018-YTD@2018-08-15"),
    ],
)
def test_the_same_period_last_year(text: str, before: str) -> None:
    assert Period.parse(text).previous_year() == Period.parse(before)


def test_whole_months_inside() -> None:
    assert Period.parse("2019-Q1").months() == [(2019, 1), (2019, 2), (2019, 3)]
    assert Period.parse("2018-12-02..2019-02-27").months() == [(2019, 1)]
    assert Period.parse("2019-06-01..2019-06-29").months() == []


@given(st.dates(date(1992, 1, 1), date(2200, 1, 1)), st.integers(0, 800))
def test_months_tile_what_they_say(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    period = Period(first, last)
    inside = [Period.month(*month) for month in period.months()]
    days = range(first.toordinal(), last.toordinal() + 1)
    whole = {
        (day.year, day.month)
        for day in map(date.fromordinal, days)
        if Period.month(day.year, day.month).first >= first and Period.month(day.year, day.month).last <= last
    }
    assert {(m.first.year, m.first.month) for m in inside} == whole
