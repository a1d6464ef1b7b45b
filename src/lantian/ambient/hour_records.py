"""The newest hour of each place: concentrations, running means and the real-time AQI of the regime.

Before 2026 particles count by their running 24-hour mean and ozone also by its running 8-hour mean; since
2026 six 1-hour means. The two series are not comparable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

import narwhals as nw
import pyarrow as pa

from lantian.ambient.exact import half_even
from lantian.ambient.hours import POLLUTANTS, Frame
from lantian.ambient.index import AqiRules
from lantian.ambient.origins import keyed, members_of
from lantian.ambient.questions import CITY_DAYS, GROUP, KINDS, ORIGINS, Question
from lantian.ambient.records import HourRecord
from lantian.ambient.rules import THOUSANDTHS, DayRules
from lantian.ambient.unmonitored import NOT_MONITORED
from lantian.errors import LantianError
from lantian.lake import Lake, engines
from lantian.rulebook import BY_DATE, Rulebook, load

RUNNING = {"o3_8h": ("o3", 8), "so2_24h": ("so2", 24), "pm10_24h": ("pm10", 24), "pm2_5_24h": ("pm2_5", 24)}
VALUES = (*POLLUTANTS, *RUNNING)


@dataclass(frozen=True)
class RealtimeRules:
    """The rules of an hour: the index, and how many hours a running mean needs, by its length."""

    aqi: AqiRules
    needed: dict[int, int]
    excluded_names: tuple[str, ...]

    @property
    def scale(self) -> int:
        """A number that every allowed count of hours divides."""
        return lcm(*range(self.needed[8], 9), *range(self.needed[24], 25))

    @classmethod
    def of(cls, book: Rulebook, regime: str, at: datetime) -> RealtimeRules:
        on = (at + timedelta(hours=7)).date()
        day = DayRules.of(book, regime=regime, on=on)
        whole = book.rule("ambient.validity.running_24h.min_hours", on=on, regime=regime).integer
        return cls(
            aqi=AqiRules.of(book, regime=regime, on=on, averaging="realtime"),
            needed={8: day.hours.min_hours_8h, 24: whole},
            excluded_names=day.excluded_names,
        )


def realtime(
    lake: Lake,
    *,
    level: str = "city",
    groups: Mapping[str, str] | None = None,
    at: datetime | None = None,
    regime: str = BY_DATE,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
) -> list[HourRecord]:
    """The hour ending `at` of every place that reported in the 24 hours before, sorted by place.

    Parameters
    ----------
    lake, level, groups, as_of
        as for `evaluate`
    at
        end of the hour, with a time zone; None is the newest hour the lake holds of that level
    regime
        whose real-time rules; `by-date`: those of that hour's day

    Returns
    -------
    one record a place; values None where that hour has none; nothing when the lake is empty

    Raises
    ------
    LantianError
        no such level, regime or version; `at` without time zone

    Notes
    -----
    HJ 633-2012 (24-hour and 8-hour running means), HJ 633-2026 (six 1-hour means, particles by the daily
    breakpoints). A running mean needs 20 of 24, or 6 of 8 hours.
    """
    if at is not None and at.tzinfo is None:
        raise LantianError(f"the hour {at} has no time zone", remedy="Give an aware datetime.")
    question = Question.of(lake, level, groups, None, as_of)
    origins = [origin for origin in ORIGINS[level] if origin != CITY_DAYS]
    moment = at or _newest(question, origins)
    if moment is None:
        return []
    book = rulebook or load()
    if regime != BY_DATE:
        book.regime_span(regime)
    rules = RealtimeRules.of(book, regime, moment)
    found: dict[str, HourRecord] = {}
    for origin in origins:
        for row in _hours(question, origin, rules, moment).to_pylist():
            record = hour_record(row, origin, rules, moment)
            kept = found.get(record.place)
            if kept is None or (_empty(kept) and not _empty(record)):
                found[record.place] = record
    return [found[place] for place in sorted(found)]


def _newest(question: Question, origins: list[str]) -> datetime | None:
    moments = []
    for kind in {KINDS[origin] for origin in origins}:
        span = question.lake.span(kind, as_of=question.version)
        if span and isinstance(span[1], datetime):
            moments.append(span[1])
    return max(moments, default=None)


def _empty(record: HourRecord) -> bool:
    return all(record.values[item] is None for item in POLLUTANTS)


def _hours(question: Question, origin: str, rules: RealtimeRules, at: datetime) -> pa.Table:
    places = list(question.groups or {}) if origin == GROUP else None
    rows = question.lake.read(
        KINDS[origin], since=at - timedelta(hours=23), until=at, places=places, as_of=question.version
    )
    return (
        hour_values(nw.from_native(rows), question, origin, rules, at).collect(backend="pyarrow").to_arrow()
    )


def hour_values(hours: Frame, question: Question, origin: str, rules: RealtimeRules, at: datetime) -> Frame:
    """Per key: `name`, and per value the sum over members `{value}_v` [1/scale thousandths], their count."""
    now = nw.col("time") == at
    recent = nw.col("time") > at - timedelta(hours=8)
    picked = hours.with_columns(
        *(nw.when(now).then(nw.col(item)).otherwise(None).alias(f"{item}_now") for item in POLLUTANTS),
        nw.when(recent).then(nw.col("o3")).otherwise(None).alias("o3_recent"),
    )
    sources = {"o3_8h": "o3_recent", "so2_24h": "so2", "pm10_24h": "pm10", "pm2_5_24h": "pm2_5"}
    own = picked.group_by("place").agg(
        nw.col("name").max(),
        nw.col("city").max(),
        *(nw.col(f"{item}_now").max().cast(nw.Int64).alias(f"{item}_s") for item in POLLUTANTS),
        *(
            nw.col(column).cast(nw.Int64).sum().cast(nw.Int64).alias(f"{v}_s")
            for v, column in sources.items()
        ),
        *(nw.col(column).count().cast(nw.Int64).alias(f"{v}_n") for v, column in sources.items()),
    )
    means = own.with_columns(
        *((nw.col(f"{item}_s") * rules.scale).alias(f"{item}_v") for item in POLLUTANTS),
        *(_running(value, rules.needed[length], rules.scale) for value, (_, length) in RUNNING.items()),
    )
    members = engines.engine_of(engines.DUCKDB).lift(members_of(question)) if origin == GROUP else None
    counted = keyed(means, origin, rules.excluded_names, members)
    if question.places is not None:
        counted = counted.filter(nw.col("key").is_in(sorted(question.places)))
    grouped = counted.group_by("key")
    return grouped.agg(
        nw.col("name").max(),
        *(nw.col(f"{value}_v").sum().cast(nw.Int64).alias(f"{value}_v") for value in VALUES),
        *(nw.col(f"{value}_v").count().cast(nw.Int64).alias(f"{value}_m") for value in VALUES),
    )


def _running(value: str, needed: int, scale: int) -> nw.Expr:
    count = nw.col(f"{value}_n")
    enough = count >= needed
    divisor = nw.when(enough).then(count).otherwise(1)
    mean = nw.col(f"{value}_s") * (nw.lit(scale, dtype=nw.Int64) // divisor)
    return nw.when(enough).then(mean).otherwise(None).cast(nw.Int64).alias(f"{value}_v")


def hour_record(row: dict[str, Any], origin: str, rules: RealtimeRules, at: datetime) -> HourRecord:
    """The hour of one place from a row of `hour_values`."""
    exact: dict[str, Fraction | None] = {
        value: Fraction(row[f"{value}_v"], rules.scale * THOUSANDTHS * row[f"{value}_m"])
        if row[f"{value}_m"]
        else None
        for value in VALUES
    }
    decimals = {value: rules.aqi.columns[RUNNING.get(value, (value, 0))[0]].decimals for value in VALUES}
    values: dict[str, Decimal | None] = {
        value: None if mean is None else half_even(mean, decimals[value]) for value, mean in exact.items()
    }
    iaqi = {item: _sub_index(item, rules, values) for item in rules.aqi.items}
    own = rules.aqi.for_place(str(row["key"]), str(row["name"] or ""))
    judged = own.judge(iaqi)
    why = {
        value: "no_data" if value in POLLUTANTS else "too_few_hours"
        for value in VALUES
        if values[value] is None
    }
    why |= {item: NOT_MONITORED for item in rules.aqi.items if item not in own.items and item in why}
    if judged.why:
        why["aqi"] = judged.why
    return HourRecord(
        place=str(row["key"]),
        name=str(row["name"] or row["key"]),
        time=at,
        values=values,
        iaqi=iaqi,
        aqi=judged.aqi,
        level=judged.level.level if judged.level else None,
        primary=judged.primary,
        why=why,
        source=KINDS[origin],
    )


def _sub_index(item: str, rules: RealtimeRules, values: Mapping[str, Decimal | None]) -> int | None:
    window = rules.aqi.averaging[item]
    value = values[f"{item}_24h" if window == "24h" else item]
    if value is None:
        return None
    column = rules.aqi.columns[item]
    found = column.iaqi(int(value.scaleb(column.decimals)))
    if found is None and item == "so2" and values["so2_24h"] is not None:
        # HJ 633-2012: above 800 the 1-hour sub-index is not computed, the 24-hour one is reported.
        day = rules.aqi.day_so2
        return day.iaqi(int(values["so2_24h"].scaleb(day.decimals)))
    if found is None and item == "o3_8h":
        # Likewise the 8-hour one; the 1-hour one answers.
        return _sub_index("o3", rules, values)
    return found
