"""The look at a file as a whole, after its cells were read and before anything is taken.

What has no other explanation is refused: cells of a slipped unit, zeros and caps that stand for missing
values, rows of two stations under one name, a city none of whose stations lives; and the file itself when a
whole column is in another unit or every hour is stamped elsewhere than in the store. What is only doubtful
is taken and told. Thresholds are the rules `ambient.screens.*`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lantian.ambient.intake import cells
from lantian.ambient.intake.report import Finding
from lantian.ambient.intake.take import Sheet
from lantian.ambient.screens.thresholds import Thresholds
from lantian.errors import LantianError
from lantian.lake import THOUSANDTHS, Lake, engine

FEW = 3
ENOUGH = 12
SURE = ("pm2_5", "pm10", "o3", "o3_8h_max", "no2")
"""Items of which no air holds less than the `tiny` of the rulebook; SO2 and CO may come near it."""


class UnitSlipError(LantianError):
    """A column of the file is in another unit than its heading says."""

    code = "unit_slip_file"


def look(sheet: Sheet, lake: Lake) -> list[Finding]:
    """Judge the file, refuse what is certain, tell the rest.

    Raises
    ------
    UnitSlipError, TimeShiftError
        the whole file is at fault; nothing of it is taken
    """
    from lantian.ambient.intake import whole_series

    rules = Thresholds.of(sheet.book, sheet.wishes.now.date())
    found = list(_slips(sheet, rules))
    found += _zeros(sheet, rules)
    found += _fillers(sheet, rules)
    found += whole_series.look(sheet, lake, rules)
    _nothing_left(sheet)
    return found


def ask(sheet: Sheet, sql: str) -> list[dict[str, Any]]:
    """Rows of an answer."""
    rows: list[dict[str, Any]] = engine.query(sql, sheet.con).to_pylist()
    return rows


def day_of(sheet: Sheet) -> str:
    """What belongs together: the hours of a place and local day, or the days of a place."""
    return "place" if sheet.layout.daily else "place, CAST(clock + INTERVAL 7 HOUR AS DATE)"


def label(sheet: Sheet, item: str) -> str:
    """The heading of an item."""
    heading = sheet.heading_of(item)
    return heading.text.strip() if heading else item


def _refuse(sheet: Sheet, item: str, state: int, where: str) -> Finding | None:
    """Refuse the cells of an item that `where` tells; the finding counts them."""
    shown = f"regexp_replace(CAST(v_{item} / {10 ** sheet.shift_of(item)} AS VARCHAR), '\\.0$', '')"
    counted = ask(
        sheet,
        "SELECT count(*) AS n, min(row) AS first, max(row) AS last, "
        f"list_sort(list(DISTINCT place)) AS places FROM cells WHERE {where}",
    )[0]
    if not counted["n"]:
        return None
    sheet.con.execute(
        f"UPDATE cells SET bad_{item} = {shown}, s_{item} = {state}, r_{item} = false, v_{item} = NULL "
        f"WHERE {where}"
    )
    places = tuple(counted["places"])
    at = places[0] if len(places) == 1 else f"{len(places)} places"
    count, under = f"{counted['n']:,}", f"under {label(sheet, item)} of {at}"
    text = {
        cells.SLIP: f"{count} values {under} are of another unit",
        cells.ZERO: f"{count} zeros {under} stand for missing values",
        cells.CAP: f"{count} values {under} are a mark for missing values",
    }[state]
    rows = (counted["first"], counted["last"])
    return Finding(cells.STATES[state], text, rows, counted["n"], True, places[:20], (item,))


# -- units


def _slips(sheet: Sheet, rules: Thresholds) -> Iterator[Finding]:
    tiny = {item: value * THOUSANDTHS for item, value in rules.per_item("unit_slip.tiny").items()}
    names = [name for name in sheet.measured if sheet.heading_of(name) or sheet.layout.long]
    told = ask(
        sheet,
        "SELECT "
        + ", ".join(
            f"count(*) FILTER (v_{n} > 0) AS n_{n}, median(v_{n}) FILTER (v_{n} > 0) AS m_{n}, "
            f"count(*) FILTER (v_{n} > 0 AND v_{n} < {tiny[n]}) AS t_{n}, "
            f"count(*) FILTER (s_{n} = {cells.ABSURD}) AS a_{n}"
            for n in names
        )
        + " FROM cells WHERE status IS NULL OR status = 'nothing_left'",
    )[0]
    low = [n for n in names if told[f"n_{n}"] >= FEW and told[f"m_{n}"] < tiny[n]]
    sure = [n for n in low if n in SURE and (told[f"n_{n}"] >= ENOUGH or len(low) > 1)]
    if sure:
        usual = ", ".join(f"{label(sheet, n)} around {told[f'm_{n}'] / THOUSANDTHS:g}" for n in low)
        raise UnitSlipError(
            f"less than any air holds: {usual}. The values seem to be mg/m³ under headings of µg/m³",
            remedy=f"Write the unit into the headings, as {label(sheet, sure[0])}(mg/m³), then import again.",
        )
    for item in names:
        # Most of a column above what an instrument can report: what is left of it is in that unit, too.
        if told[f"a_{item}"] >= FEW and told[f"a_{item}"] > told[f"n_{item}"] > 0:
            one = _refuse(sheet, item, cells.SLIP, f"v_{item} > 0 AND status IS NULL")
        elif item in SURE and told[f"t_{item}"]:
            day = day_of(sheet)
            one = _refuse(
                sheet,
                item,
                cells.SLIP,
                f"status IS NULL AND v_{item} > 0 AND ({day}) IN (SELECT ({day}) FROM cells "
                f"WHERE status IS NULL AND v_{item} > 0 GROUP BY {day} "
                f"HAVING count(*) >= {2 * FEW} AND max(v_{item}) < {tiny[item]})",
            )
        else:
            one = _low(sheet, item, told) if item in low else None
        if one:
            yield one


def _low(sheet: Sheet, item: str, told: dict[str, Any]) -> Finding:
    usual = told[f"m_{item}"] / THOUSANDTHS
    rows = ask(sheet, f"SELECT min(row) AS a, max(row) AS b FROM cells WHERE v_{item} > 0")[0]
    text = f"values under {label(sheet, item)} are around {usual:g}: perhaps of another unit"
    return Finding("unit_slip", text, (rows["a"], rows["b"]), told[f"n_{item}"], False, (), (item,))


# -- zeros


def _zeros(sheet: Sheet, rules: Thresholds) -> Iterator[Finding]:
    names = sheet.measured
    zeros = " + ".join(f"coalesce(CAST(v_{n} = 0 AS INTEGER), 0)" for n in names)
    given = " + ".join(f"CAST(v_{n} IS NOT NULL AS INTEGER)" for n in names)
    where = f"status IS NULL AND ({zeros}) >= {rules.hours('zero.items')} AND ({zeros}) = ({given})"
    one = ask(sheet, f"SELECT count(*) AS n, min(row) AS a, max(row) AS b FROM cells WHERE {where}")[0]
    if one["n"]:
        sheet.con.execute(f"UPDATE cells SET status = 'zero_as_missing' WHERE {where}")
        text = f"{one['n']:,} rows hold nothing but zeros"
        yield Finding("zero_as_missing", text, (one["a"], one["b"]), one["n"], True)
    levels = rules.per_item("zero.levels")
    for item in names:
        if not ask(sheet, f"SELECT 1 FROM cells WHERE v_{item} = 0 AND status IS NULL LIMIT 1"):
            continue
        level = levels[item] * THOUSANDTHS * (1 if item in ("pm10", "pm2_5") else 2)
        refused = _refuse(
            sheet, item, cells.ZERO, _alone(item, f"v_{item} = 0", f"v_{item} > 0", f">= {level}")
        )
        if refused:
            yield refused
        left = ask(
            sheet,
            f"SELECT count(*) FILTER (v_{item} = 0) AS n, count(v_{item}) AS given, "
            f"min(row) FILTER (v_{item} = 0) AS a, max(row) FILTER (v_{item} = 0) AS b "
            "FROM cells WHERE status IS NULL",
        )[0]
        if left["n"] and left["n"] * 100 > left["given"]:
            share = 100 * left["n"] / left["given"]
            text = f"{share:.1f} % of the values under {label(sheet, item)} are exactly 0"
            yield Finding("zero_as_missing", text, (left["a"], left["b"]), left["n"], False, (), (item,))


def _alone(item: str, marked: str, others: str, beside: str) -> str:
    """Cells that are marked, between two others of the place within a day whose values both are so."""
    over = "OVER (PARTITION BY place ORDER BY clock ROWS BETWEEN"
    value = f"CASE WHEN {others} THEN v_{item} END"
    return (
        f"status IS NULL AND {marked} AND rowid IN (SELECT id FROM (SELECT rowid AS id, {marked} AS marked, "
        f"last_value({value} IGNORE NULLS) {over} 24 PRECEDING AND 1 PRECEDING) AS before, "
        f"first_value({value} IGNORE NULLS) {over} 1 FOLLOWING AND 24 FOLLOWING) AS after "
        f"FROM cells WHERE status IS NULL) WHERE marked AND before {beside} AND after {beside})"
    )


# -- caps


def _fillers(sheet: Sheet, rules: Thresholds) -> Iterator[Finding]:
    near, least = rules.number("capped.near"), rules.hours("capped.hours")
    fillers, caps = rules.table("capped.fillers"), rules.table("capped.caps")
    for item in sheet.measured:
        marks = sorted({round(float(mark) * THOUSANDTHS) for mark in fillers[item]})
        limits = sorted({round(float(cap) * THOUSANDTHS) for cap in caps.get(item, ())})
        listed = ", ".join(str(mark) for mark in sorted({*marks, *limits}))
        seen = ask(
            sheet, f"SELECT DISTINCT v_{item} AS v FROM cells WHERE status IS NULL AND v_{item} IN ({listed})"
        )
        values = {row["v"] for row in seen}
        for mark in marks:
            if mark in values:
                one = f"v_{item} = {mark}"
                refused = _refuse(
                    sheet, item, cells.CAP, _alone(item, one, f"v_{item} <> {mark}", f"< {near * mark}")
                )
                if refused:
                    yield refused
        for cap in limits:
            if cap in values:
                yield from _ceiling(sheet, item, cap, least)


def _ceiling(sheet: Sheet, item: str, cap: int, least: int) -> Iterator[Finding]:
    held = ask(
        sheet,
        f"SELECT place, count(*) FILTER (v_{item} = {cap}) AS n, min(row) FILTER (v_{item} = {cap}) AS a, "
        f"max(row) FILTER (v_{item} = {cap}) AS b FROM cells WHERE status IS NULL AND v_{item} IS NOT NULL "
        f"GROUP BY place HAVING count(*) FILTER (v_{item} = {cap}) >= {least} AND max(v_{item}) = {cap} "
        "ORDER BY place",
    )
    if held:
        places = tuple(row["place"] for row in held)
        count = sum(row["n"] for row in held)
        at = places[0] if len(places) == 1 else f"{len(places)} places"
        held_at = f"{cap / THOUSANDTHS:g}"
        text = f"{count:,} values under {label(sheet, item)} of {at} are {held_at}, none is higher: a cap"
        rows = (min(row["a"] for row in held), max(row["b"] for row in held))
        yield Finding("capped", text, rows, count, False, places[:20], (item,))


def _nothing_left(sheet: Sheet) -> None:
    """Rows of which every value was refused replace no good ones."""
    empty = " AND ".join(f"v_{n} IS NULL" for n in sheet.measured)
    refused = " OR ".join(f"s_{n} > {cells.MISSING}" for n in sheet.measured)
    sheet.con.execute(
        f"UPDATE cells SET status = 'nothing_left' WHERE status IS NULL AND {empty} AND ({refused})"
    )
