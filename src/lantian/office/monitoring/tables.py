"""Rows of tables as pages and exports show them: rankings, stations, days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from lantian.ambient import Period
from lantian.office.monitoring import figures, kernel, rules, series, words
from lantian.office.monitoring.figures import Figure, RegionFigures
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS, Indicator
from lantian.office.monitoring.models import Station
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import DayRecord, PlaceEvaluation


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One region of a ranking. `change` compares the index with the year before [%]; below 0 is cleaner."""

    rank: int | None
    tied: bool
    region: Region
    index: Figure
    change: Decimal | None
    rank_before: int | None
    values: tuple[Figure, ...]
    good_days: Figure
    days_used: int
    days_in_period: int


def ranking_rows(regions: Sequence[Region], period: Period, regime: str) -> list[RankingRow]:
    """The ranking of these regions with everything a table shows; both years under the same regime."""
    table = figures.ranking(regions, period, regime)
    before = {row.region.code: row for row in figures.ranking(regions, period.previous_year(), regime)}
    shared = [row.rank for row in table if row.rank is not None]
    rows = []
    for row in table:
        past = before.get(row.region.code)
        rows.append(
            RankingRow(
                row.rank,
                row.rank is not None and shared.count(row.rank) > 1,
                row.region,
                figure(row.figures, "composite_index"),
                figures.change(row.figures.composite_index, past.figures.composite_index if past else None),
                past.rank if past else None,
                tuple(figure(row.figures, key) for key in STATISTICS),
                figure(row.figures, "good_days_ratio"),
                row.figures.days_used,
                row.figures.days_in_period,
            )
        )
    return rows


def figure(row: RegionFigures, key: str) -> Figure:
    """The figure of a known indicator."""
    return row.of(INDICATORS[key])


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station with its statistics of a period; `values` in the order of `STATISTICS`, None without data."""

    station: Station
    values: tuple[Figure, ...]
    index: Figure
    days_used: int


def station_rows(
    stations: Sequence[Station], period: Period, regime: str, as_of: int | None = None
) -> list[StationRow]:
    """Stations with their own statistics, evaluated as single points."""
    found: dict[str, PlaceEvaluation] = {}
    if stations and kernel.STATION_HOUR in kernel.lake().kinds():
        # All stations at once: the kernel keeps days only when it was asked for all of a level.
        answer = kernel.evaluation(period, level="station", regime=regime, as_of=as_of)
        found = {row.place: row for row in answer.rows}
    rows = []
    for station in stations:
        row = found.get(station.place)
        rows.append(
            StationRow(
                station,
                tuple(_station_figure(station, row, INDICATORS[key], period, regime) for key in STATISTICS),
                _station_figure(station, row, INDICATORS["composite_index"], period, regime),
                row.days_used if row else 0,
            )
        )
    return rows


def _station_figure(
    station: Station, row: PlaceEvaluation | None, indicator: Indicator, period: Period, regime: str
) -> Figure:
    value: Decimal | None = None
    why: str | None = "no_data"
    marks: tuple[str, ...] = ()
    if row is not None:
        marks = tuple(row.marks)
        if indicator.statistic:
            statistic = row.statistics.get(indicator.statistic)
            value, why = (statistic.value, statistic.why) if statistic else (None, "no_data")
        else:
            value, why = row.composite_index, None if row.composite_index is not None else "not_valid"
    return Figure(
        value,
        indicator.unit,
        figures.explain_url(station.code, indicator.key, period, regime),
        marks,
        figures.is_unverified(marks),
        why,
        indicator.key,
        station.code,
        period.label,
        regime,
        row.days_used if row else 0,
    )


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a place; `values` in the order of `STATISTICS`, `why` there is no AQI in words."""

    day: date
    aqi: int | None
    badge: words.Badge | None
    primary: tuple[str, ...]
    values: tuple[Figure, ...]
    why: str


def day_rows(code: str, records: Sequence[DayRecord], period: Period, regime: str) -> list[DayRow]:
    """The days of a period, newest first; a day without a record is there too, as missing."""
    by_day = {record.date: record for record in records}
    rows = []
    for back in range(period.days):
        day = period.last - timedelta(days=back)
        record = by_day.get(day)
        aqi = record.aqi if record else None
        reason = "" if aqi is not None else words.why(record.why.get("aqi") if record else "no_data")
        rows.append(
            DayRow(
                day,
                aqi,
                words.badge(series.level_of_index(aqi)),
                record.primary if record else (),
                tuple(_day_figure(code, record, key, day, regime) for key in STATISTICS),
                reason,
            )
        )
    return rows


def _day_figure(code: str, record: DayRecord | None, key: str, day: date, regime: str) -> Figure:
    label = day.isoformat()
    return Figure(
        record.values.get(key) if record else None,
        INDICATORS[key].unit,
        figures.explain_url(code, key, label, regime),
        why=(record.why.get(key) or "no_data") if record else "no_data",
        indicator=key,
        region=code,
        period=label,
        regime=regime,
        days_used=1 if record and record.values.get(key) is not None else 0,
    )


def counted_level(station: Station) -> str:
    """The highest level a station's values count on: city before county; "" for none."""
    return next(
        (level for level in ("city", "county", "township") if rules.counts_for(station.kind, level)), ""
    )
