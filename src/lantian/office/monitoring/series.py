"""Series of one region or station for charts and tables: days of a year, hours of a day. Numbers are the
kernel's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.ambient.exact import half_even
from lantian.ambient.reviews import reviews_of, verdict_on
from lantian.lake import arrow
from lantian.office.monitoring import figures, kernel, sources, words
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.places import feed_names, station_groups
from lantian.office.monitoring.words import Badge
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import DayRecord, HourRecord

HOUR_KEYS = ("pm2_5", "pm10", "o3", "no2", "so2", "co")


@dataclass(frozen=True, slots=True)
class DayPoint:
    """One day on a calendar: the pollutant's value and the level of its sub-index."""

    day: date
    value: Decimal | None
    level: int | None
    badge: Badge | None
    tip: str


@dataclass(frozen=True, slots=True)
class HourPoint:
    """One hour: `end` in Asia/Shanghai, values in published units by pollutant, AQI where it can be given.

    `voided` are the pollutants whose value was delivered and declared invalid in a review.
    """

    end: datetime
    label: str
    values: Mapping[str, Decimal | None]
    aqi: int | None = None
    badge: Badge | None = None
    primary: tuple[str, ...] = ()
    voided: frozenset[str] = frozenset()


def day_records(
    subject: Region | Station, period: Period, regime: str = "by-date", as_of: int | None = None
) -> list[DayRecord]:
    """The days of a region or station in a period; empty for a province, which has no air of its own."""
    if isinstance(subject, Station):
        return kernel.days(period, level="station", regime=regime, places=(subject.place,), as_of=as_of)
    if subject.level == "province":
        return []
    found = sources.basis(subject, period, regime, as_of)
    return kernel.days(
        period, level=found.level, regime=regime, groups=found.groups, places=(found.place,), as_of=as_of
    )


def level_of_index(index: int | None) -> int | None:
    """Level 1 … 6 of an AQI or a sub-index, by the rulebook's table."""
    if index is None:
        return None
    for row in words.level_rows():
        if row["max"] is None or index <= row["max"]:
            return int(row["level"])
    return None


def calendar(records: Sequence[DayRecord], key: str, unit: str) -> list[DayPoint]:
    """Days as points of a calendar: level by the sub-index of `key`, or by the AQI where `key` is `aqi`."""
    points = []
    last = kernel.latest_day()
    for record in records:
        if last is not None and record.date > last:
            continue  # the running day: its figures are not final and would be read as such
        index = record.aqi if key == "aqi" else record.iaqi.get(key)
        value = Decimal(index) if key == "aqi" and index is not None else record.values.get(key)
        level = level_of_index(index)
        badge = words.badge(level)
        text = f"{value} {unit}".strip() if value is not None else words.why(record.why.get(key) or "no_data")
        tip = f"{record.date.isoformat()}: {text}" + (f", {badge.level} {badge.word}" if badge else "")
        points.append(DayPoint(record.date, value, level, badge, tip))
    return points


def capture(records: Sequence[DayRecord], key: str, days: int) -> tuple[int, Decimal | None]:
    """Hours with a value of `key`, and their share of all hours of `days` days [%]."""
    hours = sum(record.hours.get("o3_1h" if key == "o3" else key, 0) for record in records)
    return hours, figures.share(hours, days * 24)


def last_days(count: int) -> Period | None:
    """The newest `count` whole days held; None without data."""
    last = kernel.latest_day()
    if last is None:
        return None
    return Period(last - timedelta(days=count - 1), last)


def year_to_date() -> Period | None:
    """From 1 January to the newest whole day held, of that day's year; None without data."""
    last = kernel.latest_day()
    return Period(date(last.year, 1, 1), last) if last else None


def span(first: date, last: date) -> Period:
    """Whole days from `first` to `last`."""
    return Period(first, last)


def last_full_month() -> Period | None:
    """The newest month that is held to its last day; the newest month begun when none is full."""
    last, first = kernel.latest_day(), kernel.first_day()
    if last is None or first is None:
        return None
    if (last + timedelta(days=1)).day == 1:
        return Period.parse(f"{last:%Y-%m}")
    before = last.replace(day=1) - timedelta(days=1)
    return Period.parse(f"{before:%Y-%m}" if before >= first else f"{last:%Y-%m}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A period in a chooser."""

    value: str
    label: str


def period_choices(months: int = 24) -> list[Choice]:
    """Periods to choose from: the year to date, the months held (newest first, at most `months`), years."""
    last, first = kernel.latest_day(), kernel.first_day()
    if last is None or first is None:
        return []
    to_date = year_to_date()
    choices = [Choice(to_date.label, _("%(year)d to date") % {"year": last.year})] if to_date else []
    year, month = last.year, last.month
    while (year, month) >= (first.year, first.month) and len(choices) <= months:
        choices.append(Choice(f"{year}-{month:02d}", f"{year}-{month:02d}"))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    choices += [Choice(str(year), str(year)) for year in range(last.year, first.year - 1, -1)]
    return choices


def last_hours(subject: Region | Station, count: int, until: datetime | None = None) -> list[HourPoint]:
    """The newest `count` hours of a region or station, oldest first; hours that were not held are gaps.

    A region's hour is the plain mean of its stations' hours (HJ 663, hourly means of a city), each
    pollutant over the stations that have it; where the hours come as city means they stand as they are.
    """
    if isinstance(subject, Station):
        return _with_voided(subject.place, _hours(kernel.STATION_HOUR, (subject.place,), count, until))
    if subject.level == "province":
        return []
    places = tuple(sorted(station_groups([subject])))
    by_stations = _hours(kernel.STATION_HOUR, places, count, until) if places else []
    by_feed = _hours(kernel.CITY_HOUR, tuple(feed_names([subject])), count, until)
    return max(
        (by_stations, by_feed),
        key=lambda points: points[-1].end if points else datetime.min.replace(tzinfo=UTC),
    )


def _with_voided(place: str, points: list[HourPoint]) -> list[HourPoint]:
    """The hours of a station, told which of their missing values a review declared invalid."""
    reviews = [review for review in reviews_of(kernel.lake(), kernel.STATION_HOUR) if review.place == place]
    if not points or not any(review.until >= points[0].end for review in reviews):
        return points

    def voided(point: HourPoint, key: str) -> bool:
        review = verdict_on(reviews, place, key, point.end) if point.values[key] is None else None
        return review is not None and review.verdict == "void"

    return [
        replace(point, voided=frozenset(key for key in HOUR_KEYS if voided(point, key))) for point in points
    ]


def end_of_day(day: date) -> datetime:
    """The end of a local day's last hour, as stored (UTC)."""
    return datetime.combine(day + timedelta(days=1), time(), kernel.SHANGHAI).astimezone(UTC)


def now_of(regions: Sequence[Region]) -> dict[str, HourRecord]:
    """The newest hour of each of these regions (of one level), by code, with its AQI; those without are left
    out.
    """
    groups = station_groups(regions)
    kinds = kernel.lake().kinds()
    found: dict[str, HourRecord] = {}
    if groups and kernel.STATION_HOUR in kinds:
        found |= {hour.place: hour for hour in kernel.realtime(level="group", groups=groups)}
    if kernel.CITY_HOUR in kinds:
        names = feed_names(regions)
        # The feed has a newest hour of its own, not that of the stations.
        newest = kernel.lake().span(kernel.CITY_HOUR)
        for hour in kernel.realtime(level="city", at=newest[1] if newest else None):
            code = names.get(hour.place)
            if code and (code not in found or found[code].time < hour.time):
                found[code] = hour
    return found


def now_at(region: Region) -> HourPoint | None:
    """The newest hour of a region with its AQI; None for a province or without hours."""
    hour = now_of([region]).get(region.code) if region.level != "province" else None
    if hour is None:
        return None
    end = hour.time.astimezone(kernel.SHANGHAI)
    badge = words.badge(level_of_index(hour.aqi))
    return HourPoint(end, f"{end:%m-%d} {end:%H}:00", hour.values, hour.aqi, badge, tuple(hour.primary))


def _hours(kind: str, places: tuple[str, ...], count: int, until: datetime | None) -> list[HourPoint]:
    if kind not in kernel.lake().kinds():
        return []
    end = until or _newest(kind, places)
    if end is None:
        return []
    return kernel.kept(
        "hours",
        kernel.data_version(),
        (kind, places, count, end),
        lambda: _read_hours(kind, places, count, end),
    )


def _newest(kind: str, places: tuple[str, ...]) -> datetime | None:
    """End of the newest hour of these places, looked for in the last month of the kind, then in all of it."""
    span = kernel.lake().span(kind)
    if not span:
        return None
    for since in (span[1] - timedelta(days=31), None):
        rows = kernel.lake().read(kind, since=since, places=places, columns=["time"])
        found = arrow(rows.aggregate("max(time) AS newest")).to_pylist()[0]["newest"]
        if found is not None:
            return found
    return None


def _read_hours(kind: str, places: tuple[str, ...], count: int, end: datetime) -> list[HourPoint]:
    first = end - timedelta(hours=count - 1)
    rows = kernel.lake().read(
        kind,
        since=first,
        until=end,
        places=places,
        columns=["time", "so2", "no2", "co", "o3", "pm10", "pm2_5"],
    )
    by_time: dict[datetime, list[dict[str, int | None]]] = {}
    for row in arrow(rows).to_pylist():
        by_time.setdefault(row.pop("time"), []).append(row)
    points = []
    for step in range(count):
        moment = first + timedelta(hours=step)
        local = moment.astimezone(kernel.SHANGHAI)
        values = {key: _mean([row[key] for row in by_time.get(moment, [])], key) for key in HOUR_KEYS}
        points.append(HourPoint(local, f"{local:%m-%d} {local:%H}:00", values))
    return points


def _mean(values: Sequence[int | None], key: str) -> Decimal | None:
    """The mean of stored values (thousandths) as published: whole µg/m³, CO mg/m³ to one decimal."""
    known = [value for value in values if value is not None]
    return half_even(Fraction(sum(known), 1000 * len(known)), 1 if key == "co" else 0) if known else None
