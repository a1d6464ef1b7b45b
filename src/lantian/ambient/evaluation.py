"""Evaluation of a period: the six statistics, composite index, rank, good and heavy days of every place."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.choosing import MARKS, Chosen, Part, chosen_days, known_cities
from lantian.ambient.composite import ITEMS
from lantian.ambient.events.deduction import cities_of, deducted, marked
from lantian.ambient.events.lists import DayList
from lantian.ambient.exact import half_even
from lantian.ambient.hours import Frame
from lantian.ambient.per_place import SMALL, of_each
from lantian.ambient.period import Period
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.records import Evaluation, PlaceEvaluation, Statistic
from lantian.ambient.rules import SIX, UNITS, distinct
from lantian.ambient.sources import CITY_OF_STATIONS, Question
from lantian.ambient.statistics import month_counts, period_statistics
from lantian.lake import Lake, engines
from lantian.rulebook import BY_DATE, Rule, Rulebook, load

Row = dict[str, object]

_kept: OrderedDict[tuple[object, ...], Evaluation] = OrderedDict()
_kept_lock = threading.Lock()
KEPT = 64
_rows: OrderedDict[tuple[object, ...], PlaceEvaluation] = OrderedDict()
KEPT_ROWS = 10_000


def lift(table: pa.Table) -> Frame:
    """An Arrow table as a lazy frame of the default engine."""
    return engines.engine_of(engines.DUCKDB).lift(table)


def evaluate(
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
) -> Evaluation:
    """The six statistics, composite index, rank, good and heavy days of every place in a period.

    Parameters
    ----------
    lake
        where the hours are
    period
        `Period.parse("2019-06")` and the like
    level
        `city` (mean of its stations, else the city-mean feed, else given days), `station`, or `group`
    regime
        gb3095-2012, gb3095-2026-transition, gb3095-2026; `by-date`: each day under its own, limits and
        statistics under that of the period's last day
    groups
        for the level `group`: station to group, for example to a county's code
    places
        only these places; the ranking is then among them. None for all
    as_of
        the data as they were: a version number or an aware instant
    day_list
        official dust and event days to take out (`read_day_list`); their places bear `event_days:N`
    engine
        `duckdb`, `polars` or `spark`: what runs the rules; the digits are the same

    Returns
    -------
    ranked rows; none when the lake holds nothing of the period

    Raises
    ------
    LantianError
        no such level, regime, version or engine; a day without regime

    Notes
    -----
    HJ 663-2013 and 2026; 环办〔2014〕64号. A statistic of too few days is given and marked, as bulletins do.
    """
    book = rulebook or load()
    question = Question.of(lake, level, groups, places, as_of, engine=engine)
    key = (
        _identity(lake, question.version), level, period, regime, book.digest, question.places,
        None if groups is None else tuple(sorted(groups.items())), day_list and day_list.digest,
        engine,
    )  # fmt: skip
    with _kept_lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    chosen = chosen_days(question, period, regime, book)
    if day_list is not None:
        chosen = deducted(chosen, day_list, book, cities_of(question, book))
    found = evaluation_of(
        chosen, period, book, level=level, regime=regime,
        data_version=question.version, known=known_cities(question) if level == "city" else (),
        engine=engine,
    )  # fmt: skip
    if day_list is not None:
        found = marked(found, chosen, period, book)
    with _kept_lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _identity(lake: Lake, version: int) -> tuple[object, ...]:
    """What the data are: a store made anew in the same folder is another one, whatever its versions."""
    newest = lake.commits()[version - 1] if version else None
    return (str(lake.root), version, newest and (newest.time, newest.files[:1]))


def evaluation_of(
    chosen: Chosen,
    period: Period,
    book: Rulebook,
    *,
    level: str,
    regime: str,
    data_version: int,
    known: Collection[str] = (),
    engine: str = engines.DUCKDB,
) -> Evaluation:
    """The evaluation of days already read.

    `known` places without a day get a row that says so; `engine` counts and orders.
    """
    rules = PeriodRules.of(book, regime, period.last)
    used = distinct([*rules.rules, *(rule for stretch in chosen.cut for rule in stretch.rules.rules)])
    marks = _common_marks(chosen, used)
    rows: list[PlaceEvaluation] = []
    for origin in dict.fromkeys(part.origin for part in chosen.parts):
        parts = [part for part in chosen.parts if part.origin == origin]
        days, places = _joined(parts)
        short = _share_days(parts) if origin == CITY_OF_STATIONS else {}
        months = _month_table(days, engine)
        found = _statistics(days, rules, engine)
        for row in found.to_pylist():
            own = [MARKS[origin]] if origin in MARKS else []
            if short.get(row["key"]):
                own.append(f"station_share:{short[row['key']]}")
            if row["lent"]:
                own.append(f"lost_hours:{row['lent']}")
            counts = months.get(row["key"], {})
            same = (
                book.digest, regime, period, tuple(places.items()), tuple(row.items()), (*own, *marks),
                frozenset((month, *items.values()) for month, items in counts.items()),
            )  # fmt: skip
            rows.append(
                _remembered(
                    same,
                    partial(_place, row, rules, period, places=places, months=counts, marks=(*own, *marks)),
                )
            )
    if rows:
        there = {row.place for row in rows}
        nowhere = dict.fromkeys(SIX, 0)
        silent = ("no_data", *marks)
        rows.extend(
            _place({"key": place, "name": place}, rules, period, places=nowhere, months={}, marks=silent)
            for place in sorted(set(known) - there)
        )
    return Evaluation(
        period=period,
        level=level,
        regime=rules.regime,
        data_version=data_version,
        source=chosen.kinds,
        rows=ranked(rows),
        rules=used,
    )


def _remembered(key: tuple[object, ...], make: Callable[[], PlaceEvaluation]) -> PlaceEvaluation:
    """The row of a place; of the same counts and sums it was made before."""
    with _kept_lock:
        found = _rows.get(key)
    if found is None:
        found = make()
        with _kept_lock:
            _rows[key] = found
            while len(_rows) > KEPT_ROWS:
                _rows.popitem(last=False)
    return found


def ranked(rows: list[PlaceEvaluation]) -> list[PlaceEvaluation]:
    """Rows in the order of their published index; equal indices share a rank, the next ranks are skipped."""
    indices = sorted(row.composite_index for row in rows if row.composite_index is not None)
    first = {index: position for position, index in reversed(list(enumerate(indices, start=1)))}
    placed = [
        replace(row, rank=None if row.composite_index is None else first[row.composite_index]) for row in rows
    ]
    return sorted(placed, key=lambda row: (row.rank is None, row.rank or 0, row.place))


def _place(
    row: Row,
    rules: PeriodRules,
    period: Period,
    *,
    places: dict[str, int],
    months: dict[tuple[int, int], dict[str, int]],
    marks: tuple[str, ...],
) -> PlaceEvaluation:
    statistics = {}
    for item in SIX:
        unrounded = _unrounded(row, item, places[item], rules)
        n = _whole(row, f"{item}_n")
        why = rules.shortage(n, item, period, months)
        statistics[item] = Statistic(
            value=None if unrounded is None else half_even(unrounded, rules.decimals[item]),
            unrounded=unrounded,
            unit=UNITS[item],
            method="mean" if item in rules.means else f"percentile {rules.percents[item]}",
            days_used=n,
            valid=why is None,
            why=why,
        )
    exact = rules.composite.inputs == "exact"
    inputs = {item: own.unrounded if exact else own.value for item, own in statistics.items()}
    values = {item: Fraction(value) for item, value in inputs.items() if value is not None}
    index = rules.composite.index(values) if len(values) == len(ITEMS) else None
    own_marks = list(marks)
    if any(not statistic.valid for statistic in statistics.values()):
        own_marks.append("few_days")
    if index is None:
        own_marks.append("no_index")
    return PlaceEvaluation(
        place=str(row["key"]),
        name=str(row["name"] or row["key"]),
        statistics=statistics,
        composite_index=index.rounded if index else None,
        composite_exact=index.exact if index else None,
        parts=index.rounded_parts if index else {},
        rank=None,
        good_days=_whole(row, "good"),
        heavy_days=_whole(row, "heavy"),
        days_used=_whole(row, "days_used"),
        days_in_period=period.days,
        marks=tuple(own_marks),
    )


def _unrounded(row: Row, item: str, places: int, rules: PeriodRules) -> Fraction | None:
    n = _whole(row, f"{item}_n")
    if n == 0:
        return None
    if item in rules.means:
        return Fraction(_whole(row, f"{item}_sum"), n * 10**places)
    low, rest = _whole(row, f"{item}_low"), _whole(row, f"{item}_rest")
    high = _whole(row, f"{item}_high") if rest else low
    return Fraction(100 * low + (high - low) * rest, 100 * 10**places)


def _joined(parts: list[Part]) -> tuple[pa.Table, dict[str, int]]:
    """The days of one origin as one table, every item in the finest decimals any stretch uses."""
    places = {item: max(part.stretch.rules.decimals[item] for part in parts) for item in SIX}
    tables = []
    for part in parts:
        table = part.table
        for item in SIX:
            finer = 10 ** (places[item] - part.stretch.rules.decimals[item])
            if finer > 1:
                column = table.column_names.index(item)
                table = table.set_column(column, item, pc.multiply(table[item], pa.scalar(finer, pa.int32())))
        tables.append(table)
    return pa.concat_tables(tables), places


def _statistics(days: pa.Table, rules: PeriodRules, engine: str) -> pa.Table:
    """`period_statistics` of days, without the columns it does not ask for."""
    percents, means = dict(rules.percents), tuple(rules.means)
    wanted = ["key", "date", "name", "aqi", "good", "heavy", "lent", *dict.fromkeys([*means, *percents])]
    key = ("statistics", tuple(percents.items()), means)
    run = engines.engine_of(engine).run
    return of_each(
        (engine, key),
        days.select(wanted),
        lambda own: run(
            key,
            lambda days: period_statistics(days, percents, means),
            small=own.num_rows <= SMALL,
            days=own,
        ),
    )


def _month_table(days: pa.Table, engine: str) -> dict[str, dict[tuple[int, int], dict[str, int]]]:
    found: dict[str, dict[tuple[int, int], dict[str, int]]] = {}
    run = engines.engine_of(engine).run
    counted = of_each(
        (engine, "months"),
        days.select(["key", "date", *SIX]),
        lambda own: run(
            ("months",), lambda days: month_counts(days, SIX), small=own.num_rows <= SMALL, days=own
        ),
    )
    for row in counted.to_pylist():
        counts = {item: int(row[item]) for item in SIX}
        found.setdefault(row["key"], {})[int(row["year"]), int(row["month"])] = counts
    return found


def _share_days(parts: list[Part]) -> dict[str, int]:
    """Days of each city on which some item had too few of the city's stations valid.

    A city's stations are as many as reported on its fullest day of the period.
    """
    rows = pa.concat_tables([part.table.select(["key", "rows"]) for part in parts])
    grouped = rows.group_by("key").aggregate([("rows", "max")])
    fullest = dict(zip(grouped["key"].to_pylist(), grouped["rows_max"].to_pylist(), strict=True))
    short: dict[str, int] = {}
    for part in parts:
        share = part.stretch.rules.station_share
        table = part.table
        # The fewest members of any item decide; how many are needed is asked once for each city.
        fewest = pc.min_element_wise(*(table[f"{item}_m"] for item in SIX))
        codes = pc.dictionary_encode(table["key"]).combine_chunks()
        needed = pa.array([share_needed(fullest[key], share) for key in codes.dictionary.to_pylist()])
        lacking = pc.less(pc.multiply(fewest.cast(pa.int64()), 100), needed.take(codes.indices))
        counts = pc.value_counts(table["key"].filter(lacking))
        for entry in counts.to_pylist():
            short[entry["values"]] = short.get(entry["values"], 0) + entry["counts"]
    return short


def share_needed(stations: int, share: tuple[int, int, int]) -> int:
    """Hundredths of stations that have to be valid, of a city with that many."""
    full, few, few_below = share
    return stations * (few if stations < few_below else full)


def _common_marks(chosen: Chosen, used: tuple[Rule, ...]) -> tuple[str, ...]:
    marks = [
        f"regime_change:{later.first}"
        for earlier, later in pairwise(chosen.cut)
        if earlier.rules.regime != later.rules.regime
    ]
    unverified = sum(not rule.verified for rule in used)
    if unverified:
        marks.append(f"unverified_rules:{unverified}")
    return tuple(marks)


def _whole(row: Row, column: str) -> int:
    value = row.get(column)
    return int(value) if isinstance(value, int | Decimal) else 0
