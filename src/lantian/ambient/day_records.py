"""The days of each place: values, sub-indices, AQI, primary pollutants, what is missing and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lantian.ambient.choosing import Part, chosen_days
from lantian.ambient.evaluation import share_needed
from lantian.ambient.events.deduction import REASON, cities_of, deducted, is_excluded
from lantian.ambient.events.lists import DayList
from lantian.ambient.period import Period
from lantian.ambient.records import DayRecord
from lantian.ambient.rules import DAY_ITEMS, MEANS
from lantian.ambient.sources import CITY_DAYS, CITY_OF_STATIONS, KINDS, Question
from lantian.ambient.unmonitored import NOT_MONITORED, own_rules
from lantian.lake import Lake, engines
from lantian.rulebook import BY_DATE, Rulebook, load


def daily(
    lake: Lake,
    period: Period,
    *,
    level: str = "city",
    regime: str = BY_DATE,
    groups: Mapping[str, str] | None = None,
    places: Collection[str] | None = None,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
    day_list: DayList | None = None,
    engine: str = engines.DUCKDB,
) -> list[DayRecord]:
    """The days of each place, sorted by place and date; a day without any row has no record.

    Parameters
    ----------
    lake, period, level, regime, groups, places, as_of, day_list, engine
        as for `evaluate`; an item taken out has `why` `event_excluded`

    Raises
    ------
    LantianError
        no such level, regime, version or engine; a day without regime

    Notes
    -----
    GB 3095 table 4, HJ 663-2013 6.1.2, HJ 633. Under 2026, with an item missing, the AQI is published only
    above 100 (5.3): `aqi` is then None and `why["aqi"]` is `items_missing`.
    """
    book = rulebook or load()
    question = Question.of(lake, level, groups, places, as_of, engine=engine)
    chosen = chosen_days(question, period, regime, book)
    if day_list is not None:
        chosen = deducted(chosen, day_list, book, cities_of(question, book))
    fullest = _fullest(chosen.parts)
    found = [record for part in chosen.parts for record in _records(part, fullest)]
    return sorted(found, key=lambda record: (record.place, record.date))


def _fullest(parts: list[Part]) -> dict[str, int]:
    """Stations on the fullest day of each city."""
    most: dict[str, int] = {}
    for part in parts:
        if part.origin == CITY_OF_STATIONS:
            for key, rows in zip(part.table["key"].to_pylist(), part.table["rows"].to_pylist(), strict=True):
                most[key] = max(most.get(key, 0), rows)
    return most


def _records(part: Part, fullest: Mapping[str, int]) -> list[DayRecord]:
    names = [column for column in part.table.column_names if not column.endswith("_num")]
    # Sums of exact values are not shown here; leaving them out halves what is turned into Python objects.
    rows = part.table.select(names).to_pylist()
    return [_record(row, part, fullest.get(row["key"], 0)) for row in rows]


def _record(row: dict[str, Any], part: Part, stations: int) -> DayRecord:
    rules = part.stretch.rules
    values: dict[str, Decimal | None] = {}
    why: dict[str, str] = {}
    hours: dict[str, int] = {}
    for item in DAY_ITEMS:
        value = row[item]
        values[item] = None if value is None else Decimal(value).scaleb(-rules.decimals[item])
        if part.origin != CITY_DAYS:
            hours[item] = row[f"{item}_h"]
            if value is None:
                why[item] = "too_few_hours" if row[f"{item}_h"] else "no_data"
            elif (
                row["lent"] and item in MEANS and row[f"{item}_h"] < rules.hours.min_hours * row[f"{item}_m"]
            ):
                why[item] = "lost_hours"
        elif value is None:
            why[item] = "no_data"
        if stations and value is not None:
            needed = share_needed(stations, rules.station_share)
            if row[f"{item}_m"] * 100 < needed:
                why[item] = "station_share"
        if is_excluded(row, item):
            why[item] = REASON
    aqi = row["aqi"]
    own = own_rules(rules.aqi, row) if rules.aqi.not_monitored else rules.aqi
    why |= {item: NOT_MONITORED for item in rules.aqi.items if item not in own.items}
    if row["missing"]:
        why["aqi"] = "no_items" if row["missing"] == len(own.items) else "items_missing"
    elif aqi is None and row.get("aqi_excluded"):
        why["aqi"] = REASON
    return DayRecord(
        place=str(row["key"]),
        name=str(row["name"] or row["key"]),
        date=row["date"],
        values=values,
        iaqi={item: row[f"{item}_iaqi"] for item in rules.aqi.items},
        aqi=aqi,
        level=None if aqi is None else rules.aqi.level(aqi).level,
        primary=tuple(item for bit, item in enumerate(DAY_ITEMS) if row["primary"] >> bit & 1),
        hours=hours,
        why=why,
        source=KINDS[part.origin],
    )
