"""Periods of evaluation: month, quarter, half-year, year, year to date, day or any span of whole local days.

And `Years`, calendar years in a row: what a three-year mean or a trend is made of.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from lantian.errors import LantianError

FORMS = "2019-06, 2019, 2019-Q2, 2019-H1, 2019-YTD@2019-08-31, 2019-06-15 or 2019-06-01..2019-06-15"
YEAR_FORMS = "2017..2019 or 3y-2019"
THREE = 3
MONTHS = {"quarter": 3, "half-year": 6}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole local days from `first` to `last`, both included.

    `kind` is year, half-year, quarter, month, year-to-date, day or range: the validity rules of a year ask
    more than those of a span.
    """

    first: date
    last: date
    kind: str = "range"

    @classmethod
    def parse(cls, text: str, *, until: date | None = None) -> Period:
        """Read `2019-06`, `2019`, `2019-Q2`, `2019-H1`, `2019-06-15`, `2019-06-01..2019-06-15` or
        `2019-YTD@2019-08-31`.

        Parameters
        ----------
        text
            `2019-YTD` alone is the year up to `until`
        until
            the last day there is something of (`whole_days.last_whole_day`); only a year to date uses it

        Raises
        ------
        LantianError
            another form, a day the calendar does not have, an end before the start, or a year to date
            without its last day
        """
        wanted = text.strip()
        try:
            if match := re.fullmatch(r"(\d{4})-[Yy][Tt][Dd](?:@(.+))?", wanted):
                return cls._to_date(int(match[1]), _day(match[2]) if match[2] else None, until)
            return cls._parse(wanted)
        except ValueError as error:
            if Years.like(wanted):
                raise LantianError(
                    f"'{wanted}' are years, not one period",
                    remedy="A mean over years is a mean of annual means: ask for the mean of years.",
                ) from error
            raise LantianError(f"'{wanted}' is not a period", remedy=f"Write it as {FORMS}.") from error

    @classmethod
    def _parse(cls, text: str) -> Period:
        if ".." in text:
            start, _, end = text.partition("..")
            first, last = _day(start.strip()), _day(end.strip())
            if last < first:
                raise LantianError(
                    f"the period '{text}' ends before it begins", remedy="Write the earlier day first."
                )
            return cls(first, last)
        if match := re.fullmatch(r"(\d{4})-[Qq]([1-4])", text):
            return cls._months(int(match[1]), 3 * int(match[2]) - 2, "quarter")
        if match := re.fullmatch(r"(\d{4})-[Hh]([12])", text):
            return cls._months(int(match[1]), 6 * int(match[2]) - 5, "half-year")
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            return cls.month(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"\d{4}", text):
            return cls.year(int(text))
        day = _day(text)
        return cls(day, day, "day")

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31), "year")

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(date(year, month, 1), _month_end(date(year, month, 1)), "month")

    @classmethod
    def to_date(cls, last: date) -> Period:
        """The year up to `last`; the whole year when that is its last day."""
        if (last.month, last.day) == (12, 31):
            return cls.year(last.year)
        return cls(date(last.year, 1, 1), last, "year-to-date")

    @classmethod
    def _to_date(cls, year: int, last: date | None, until: date | None) -> Period:
        if last is not None and last.year != year:
            raise LantianError(f"{last} is not in {year}", remedy=f"Write a day of {year}.")
        if last is None and until is None:
            raise LantianError(
                f"up to which day is {year} meant?", remedy=f"Write {year}-YTD@{year}-08-31, for example."
            )
        end = last or min(until or date.max, date(year, 12, 31))
        if end.year < year:
            raise LantianError(f"{year} has no day up to {end}", remedy="Choose an earlier year.")
        return cls.to_date(end)

    @classmethod
    def _months(cls, year: int, first_month: int, kind: str) -> Period:
        last = _month_end(date(year, first_month + MONTHS[kind] - 1, 1))
        return cls(date(year, first_month, 1), last, kind)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        """The text that `parse` reads back."""
        labels = {
            "year": f"{self.first.year}",
            "half-year": f"{self.first.year}-H{(self.first.month + 5) // 6}",
            "quarter": f"{self.first.year}-Q{(self.first.month + 2) // 3}",
            "month": f"{self.first:%Y-%m}",
            "day": self.first.isoformat(),
            "year-to-date": f"{self.first.year}-YTD@{self.last}",
        }
        return labels.get(self.kind, f"{self.first}..{self.last}")

    def __str__(self) -> str:
        return self.label

    def previous_year(self) -> Period:
        """The same period a year before (同比): 29 February becomes 28, a whole month stays whole."""
        first, last = _year_before(self.first), _year_before(self.last)
        if self.kind not in ("day", "range") and self.last == _month_end(self.last):
            last = _month_end(last)
        return Period(first, last, self.kind)

    def months(self) -> list[tuple[int, int]]:
        """(year, month) of every calendar month that lies wholly inside the period."""
        found = []
        day = self.first if self.first.day == 1 else _month_end(self.first) + timedelta(days=1)
        while (end := _month_end(day)) <= self.last:
            found.append((day.year, day.month))
            day = end + timedelta(days=1)
        return found

    def within(self, first: date, last: date) -> Period | None:
        """The days of this period that lie between `first` and `last`; None when there are none."""
        start, end = max(self.first, first), min(self.last, last)
        if start > end:
            return None
        return self if (start, end) == (self.first, self.last) else Period(start, end)


@dataclass(frozen=True, slots=True, order=True)
class Years:
    """Calendar years in a row, both ends included. No period: their mean is a mean of annual means."""

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> Years:
        """Read `2017..2019`, or `3y-2019` for the three years that end with 2019.

        Raises
        ------
        LantianError
            another form, or an end before the start
        """
        wanted = text.strip()
        if match := re.fullmatch(r"3[Yy]-(\d{4})", wanted):
            return cls(int(match[1]) - THREE + 1, int(match[1]))
        match = re.fullmatch(r"(\d{4})\.\.(\d{4})", wanted)
        if match is None or int(match[2]) < int(match[1]):
            raise LantianError(f"'{wanted}' are no years", remedy=f"Write {YEAR_FORMS}.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def like(cls, text: str) -> bool:
        """Whether a text has the form of years."""
        return re.fullmatch(r"\d{4}\.\.\d{4}|3[Yy]-\d{4}", text.strip()) is not None

    @property
    def label(self) -> str:
        """The text that `parse` reads back."""
        return f"{self.first}..{self.last}"

    def __str__(self) -> str:
        return self.label

    def periods(self) -> list[Period]:
        """Each year, oldest first."""
        return [Period.year(year) for year in range(self.first, self.last + 1)]


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
