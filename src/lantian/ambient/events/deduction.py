"""The days of places without what a list of exceptional events takes out of them.

Only days on the list are touched. An item taken out of the concentrations has no value that day, with its own
reason; the AQI is judged anew from the remaining items only where the list says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.choosing import Chosen, Part
from lantian.ambient.events.lists import AQI, CONCENTRATION, DayEntry, DayList
from lantian.ambient.names import bare
from lantian.ambient.period import Period
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.records import Evaluation, PlaceEvaluation, Statistic
from lantian.ambient.rules import DAY_ITEMS, SIX, distinct
from lantian.ambient.sources import CITY_OF_STATIONS, KINDS, Question
from lantian.ambient.unmonitored import own_rules
from lantian.rulebook import Rule, Rulebook

REASON = "event_excluded"
COLUMNS = ("excluded", "aqi_excluded")
"""Bits in the order of `DAY_ITEMS`: items without a concentration, items out of the AQI."""
RULES = ("validity", "aqi", "inherited")


@dataclass
class _Out:
    """What one place loses on one day."""

    concentration: set[str] = field(default_factory=set)
    aqi: set[str] = field(default_factory=set)
    entries: list[DayEntry] = field(default_factory=list)


def deducted(
    chosen: Chosen, day_list: DayList | None, book: Rulebook, cities: Mapping[str, str] | None = None
) -> Chosen:
    """The chosen days without what the list takes out.

    Parameters
    ----------
    chosen
        days of places, as `chosen_days` gives them
    day_list
        None takes nothing out
    cities
        city of each key, where keys are stations or groups; see `cities_of`

    Returns
    -------
    days whose tables have two more columns, `excluded` and `aqi_excluded` (bits in the order of `DAY_ITEMS`);
    excluded items are null, sums and counts behind them stay as they were

    Notes
    -----
    环办监测〔2016〕120号; `ambient.events.aqi` (not verified) says how the AQI is judged.
    """
    if day_list is None:
        return chosen
    least, missing_too = _aqi_rule(book)
    wanted = _by_place(day_list, chosen)
    parts = []
    for part in chosen.parts:
        outs = _outs(part.table, wanted, cities or {})
        parts.append(replace(part, table=_without(part, outs, least, missing_too)))
    return Chosen(parts, chosen.cut)


def cities_of(question: Question, book: Rulebook) -> dict[str, str]:
    """The city of each station or group, so that a city's list holds for them; empty at the level `city`."""
    if question.level == "city" or book.rule("ambient.events.inherited").value is not True:
        return {}
    kind = KINDS[CITY_OF_STATIONS]
    if kind not in question.lake.kinds():
        return {}
    own = _own_cities(question, kind)
    if question.groups is None:
        return own
    found: dict[str, set[str]] = {}
    for station, group in question.groups.items():
        if station in own:
            found.setdefault(group, set()).add(own[station])
    return {group: next(iter(names)) for group, names in found.items() if len(names) == 1}


def _own_cities(question: Question, kind: str) -> dict[str, str]:
    """The city that each station came with; the last one where it came with several."""
    came: dict[str, set[str]] = {}
    # Told from the log: reading every row takes a fifth of a second for each state that is compared.
    for place, _name, city in question.lake.labels(kind, as_of=question.version):
        if city is not None:
            came.setdefault(place, set()).add(city)
    if all(len(cities) == 1 for cities in came.values()):
        return {place: next(iter(cities)) for place, cities in came.items()}
    known = question.lake.places(kind, as_of=question.version)
    return {own.place: own.city for own in known if own.city is not None}


def _aqi_rule(book: Rulebook) -> tuple[int, bool]:
    table = book.rule("ambient.events.aqi").table
    return max(1, int(table["least_items"])), bool(table["excluded_is_missing"])


def _by_place(day_list: DayList, chosen: Chosen) -> dict[str, dict[date, _Out]]:
    first, last = chosen.cut[0].first, chosen.cut[-1].last
    found: dict[str, dict[date, _Out]] = {}
    for entry in day_list.within(first, last).entries:
        items = {*entry.items, *({"o3_1h"} if "o3_8h" in entry.items else ())}
        for day in entry.days:
            if first <= day <= last:
                out = found.setdefault(bare(entry.place), {}).setdefault(day, _Out())
                out.entries.append(entry)
                if CONCENTRATION in entry.scopes:
                    out.concentration |= items
                if AQI in entry.scopes:
                    out.aqi |= items
    return found


def _outs(
    table: pa.Table, wanted: Mapping[str, Mapping[date, _Out]], cities: Mapping[str, str]
) -> dict[int, _Out]:
    """What each row loses, by its position."""
    names = dict(zip(table["key"].to_pylist(), table["name"].to_pylist(), strict=True))
    own: dict[str, Mapping[date, _Out]] = {}
    for key, name in names.items():
        called = (key, name or key, cities.get(key, ""))
        days = next((wanted[bare(said)] for said in called if said and bare(said) in wanted), None)
        if days:
            own[key] = days
    if not own:
        return {}
    days = pa.array(sorted({day for found in own.values() for day in found}), pa.date32())
    near = pc.and_(pc.is_in(table["key"], pa.array(sorted(own), pa.string())), pc.is_in(table["date"], days))
    found: dict[int, _Out] = {}
    for position in pc.indices_nonzero(near).to_pylist():
        out = own[table["key"][position].as_py()].get(table["date"][position].as_py())
        if out is not None:
            found[position] = out
    return found


def _without(part: Part, outs: Mapping[int, _Out], least: int, missing_too: bool) -> pa.Table:
    table = part.table
    for column in COLUMNS:
        if column not in table.column_names:
            table = table.append_column(column, pa.array([0] * table.num_rows, pa.int32()))
    if not outs:
        return table
    positions = sorted(outs)
    rows = table.take(positions).to_pylist()
    changed = [
        _row(row, outs[position], part, least, missing_too)
        for position, row in zip(positions, rows, strict=True)
    ]
    keep = pa.array([position not in outs for position in range(table.num_rows)])
    whole = pa.concat_tables([table.filter(keep), pa.Table.from_pylist(changed, schema=table.schema)])
    return whole.sort_by([("key", "ascending"), ("date", "ascending")])


def _row(row: dict[str, Any], out: _Out, part: Part, least: int, missing_too: bool) -> dict[str, Any]:
    aqi = own_rules(part.stretch.rules.aqi, row)
    new = dict(row)
    # What was not there cannot be taken out: its own reason stays.
    gone = {item for item in out.concentration if row[item] is not None}
    for item in gone:
        new[item] = None
    new["excluded"] = row["excluded"] | bits(gone)
    dropped = {item for item in out.aqi if item in aqi.items and row[f"{item}_iaqi"] is not None}
    if not dropped:
        return new
    for item in dropped:
        new[f"{item}_iaqi"] = None
    new["aqi_excluded"] = row["aqi_excluded"] | bits(dropped)
    left = {item: new[f"{item}_iaqi"] for item in aqi.items}
    present = [value for value in left.values() if value is not None]
    asked = [item for item in aqi.items if missing_too or item not in dropped]
    missing = sum(left[item] is None for item in asked)
    judged = replace(aqi, items=tuple(asked)).judge(left) if len(present) >= least else None
    value = judged.aqi if judged else None
    primary = judged.primary if judged else ()
    return new | {
        "missing": missing,
        "aqi": value,
        "primary": bits(primary),
        "good": None if value is None else int(value <= aqi.good_max),
        "heavy": None if value is None else int(value > aqi.heavy_above),
    }


def bits(items: set[str] | tuple[str, ...]) -> int:
    """Items as bits in the order of `DAY_ITEMS`."""
    return sum(1 << DAY_ITEMS.index(item) for item in items)


def is_excluded(row: Mapping[str, Any], item: str, column: str = "excluded") -> bool:
    """Whether a day's row lost this item; rows that met no list have no such column."""
    return bool((row.get(column) or 0) >> DAY_ITEMS.index(item) & 1)


@dataclass
class _Lost:
    """What one place lost in the period: days touched, and days per item and month with those counted."""

    events: int = 0
    days: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIX, 0))
    months: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)


def marked(found: Evaluation, chosen: Chosen, period: Period, book: Rulebook) -> Evaluation:
    """The evaluation with the mark `event_days:N`, the rules used, and completeness as the rule has it.

    Parameters
    ----------
    found
        the evaluation of `chosen`, the days after `deducted`
    """
    lost = _losses(chosen)
    if not lost:
        return found
    used = tuple(book.rule(f"ambient.events.{name}", on=period.last) for name in RULES)
    every = distinct([*found.rules, *used])
    rules = PeriodRules.of(book, found.regime, period.last)
    rows = []
    for row in found.rows:
        own = lost.get(row.place)
        if own is None:
            rows.append(row)
            continue
        statistics = row.statistics
        if used[0].value is True:
            statistics = {item: _complete(row.statistics[item], item, own, rules, period) for item in SIX}
        rows.append(replace(row, statistics=statistics, marks=_marks(row, statistics, own.events, every)))
    return replace(found, rows=rows, rules=every)


def _losses(chosen: Chosen) -> dict[str, _Lost]:
    lost: dict[str, _Lost] = {}
    for part in chosen.parts:
        table = part.table
        if "excluded" not in table.column_names:
            continue
        some = pc.greater(pc.bit_wise_or(table["excluded"], table["aqi_excluded"]), 0)
        keys = sorted(set(table["key"].filter(some).to_pylist()))
        if not keys:
            continue
        near = table.filter(pc.is_in(table["key"], pa.array(keys, pa.string())))
        for row in near.select(["key", "date", *COLUMNS, *SIX]).to_pylist():
            own = lost.setdefault(row["key"], _Lost())
            own.events += bool(row["excluded"] or row["aqi_excluded"])
            month = own.months.setdefault((row["date"].year, row["date"].month), dict.fromkeys(SIX, 0))
            for item in SIX:
                counted = row[item] is not None or is_excluded(row, item)
                own.days[item] += counted
                month[item] += counted
    return lost


def _complete(own: Statistic, item: str, lost: _Lost, rules: PeriodRules, period: Period) -> Statistic:
    """The statistic judged with the days taken out counted as there; without any other day it stays empty."""
    if own.value is None:
        return own
    why = rules.shortage(lost.days[item], item, period, lost.months)
    return replace(own, valid=why is None, why=why)


def _marks(
    row: PlaceEvaluation, statistics: Mapping[str, Statistic], events: int, rules: tuple[Rule, ...]
) -> tuple[str, ...]:
    doubtful = sum(not rule.verified for rule in rules)
    kept = [mark for mark in row.marks if mark != "few_days" and not mark.startswith("unverified_rules")]
    if any(not statistic.valid for statistic in statistics.values()):
        kept.append("few_days")
    return (f"event_days:{events}", *kept, *((f"unverified_rules:{doubtful}",) if doubtful else ()))
