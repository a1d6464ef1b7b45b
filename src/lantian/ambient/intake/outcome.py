"""What became of one file: its good rows as a table, what was refused with reasons, the counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lantian.ambient.intake.cells import STATES
from lantian.ambient.intake.take import Sheet
from lantian.errors import Refusal
from lantian.lake import engine


@dataclass(frozen=True)
class Counts:
    """Rows: read = taken + refused + duplicates. `zeros` and `rounded` are cells of taken rows."""

    rows_read: int
    rows_taken: int
    rows_refused: int
    duplicates: int
    rows_empty: int
    cells_refused: int
    rounded: int
    zeros: int
    codes: dict[str, int]


def counts(sheet: Sheet) -> Counts:
    """Count what is in the tables of a sheet."""
    names = sheet.measured
    empty = " AND ".join(f"v_{n} IS NULL" for n in names)
    cells = " + ".join(f"CAST(s_{n} > 1 AS INTEGER)" for n in names)
    rounded = " + ".join(f"CAST(r_{n} AS INTEGER)" for n in names)
    zeros = " + ".join(f"CAST(coalesce(v_{n} = 0, false) AS INTEGER)" for n in names)
    one = engine.query(
        "SELECT count(*) AS rows, count(*) FILTER (status IS NULL) AS taken, "
        f"count(*) FILTER (status IS NULL AND {empty}) AS empty, "
        f"coalesce(sum({cells}) FILTER (status IS NULL OR status = 'nothing_left'), 0)::BIGINT AS cells, "
        f"coalesce(sum({rounded}) FILTER (status IS NULL), 0)::BIGINT AS rounded, "
        f"coalesce(sum({zeros}) FILTER (status IS NULL), 0)::BIGINT AS zeros FROM cells",
        sheet.con,
    ).to_pylist()[0]
    codes = _codes(sheet, "cells")
    misfits = len(sheet.source.misfits)
    if sheet.layout.long:
        for code, count in _codes(sheet, "lines").items():
            codes[code] = codes.get(code, 0) + count
    if misfits:
        codes["cells_per_row"] = misfits
    same = codes.pop("same", 0)
    refused = sum(codes.values())
    return Counts(
        rows_read=one["taken"] + refused + same,
        rows_taken=one["taken"],
        rows_refused=refused,
        duplicates=same,
        rows_empty=one["empty"],
        cells_refused=one["cells"],
        rounded=one["rounded"],
        zeros=one["zeros"],
        codes=codes,
    )


def _codes(sheet: Sheet, table: str) -> dict[str, int]:
    sql = (
        f"SELECT status, count(*) AS n FROM {table} WHERE status IS NOT NULL GROUP BY status ORDER BY status"
    )
    return {row["status"]: row["n"] for row in engine.query(sql, sheet.con).to_pylist()}


def good_rows(sheet: Sheet) -> pa.Table:
    """The rows to take, in the columns of the kind."""
    clock = "clock AS date" if sheet.layout.daily else "clock AT TIME ZONE 'UTC' AS time"
    values = ", ".join(f"v_{n} AS {n}" for n in sheet.measured)
    sql = f"SELECT place, name, city, {clock}, {values} FROM cells WHERE status IS NULL"
    return engine.query(sql, sheet.con)


def refusals(sheet: Sheet) -> Iterator[Refusal]:
    """Everything that was not taken, by row, with the reason in words."""
    found = _misfits(sheet) + _rows(sheet) + _cells(sheet)
    yield from sorted(found, key=lambda refusal: refusal.row)


def _misfits(sheet: Sheet) -> list[Refusal]:
    wide = len(sheet.source.texts)
    return [
        Refusal(
            sheet.source.name,
            misfit.row,
            "",
            misfit.text[:200],
            "cells_per_row",
            f"the row has {misfit.cells} cells under {wide} headings",
        )
        for misfit in sheet.source.misfits
    ]


def _rows(sheet: Sheet) -> list[Refusal]:
    # Of a national file one region may be wanted: each place that is not known is said once, with its rows.
    sql = (
        "SELECT row, place, stamp_text, status, winner, 1 AS times FROM cells "
        "WHERE status IS NOT NULL AND status NOT IN ('same', 'unknown_place') "
        "UNION ALL SELECT min(row), place, NULL, 'unknown_place', NULL, count(*) FROM cells "
        "WHERE status = 'unknown_place' GROUP BY place"
    )
    if sheet.layout.long:
        sql += (
            " UNION ALL SELECT row, column_name, stamp_text, status, winner, 1 FROM lines "
            "WHERE status IS NOT NULL AND status <> 'same'"
        )
    return [_row(sheet, row) for row in engine.query(sql, sheet.con).to_pylist()]


def _row(sheet: Sheet, row: dict[str, Any]) -> Refusal:
    code, stamp, place = row["status"], row["stamp_text"] or "", row["place"] or ""
    rows = f" ({row['times']:,} rows)" if row["times"] > 1 else ""
    label = sheet.clock_label()
    reasons = {
        "not_a_time": (label, stamp, f'"{stamp}" is not a time. Write 2019-06-01 05:00.'),
        "not_on_the_hour": (label, stamp, f'"{stamp}" is not on the hour. Give whole hours.'),
        "not_on_the_day": (label, stamp, f'"{stamp}" is not a day. Hours need a column called time.'),
        "too_old": (label, stamp, f'"{stamp}" is before 1992; there was no network then.'),
        "future": (label, stamp, f'"{stamp}" lies in the future.'),
        "no_place": ("", "", "the row names no place."),
        "unknown_place": ("", place, f'"{place}" is not a place of the region list{rows}.'),
        "zero_as_missing": ("", place, "every value of the row is 0: a mark for missing values."),
        "duplicate_station": (
            label,
            stamp,
            f"two stations are called {place}: their rows contradict each other. Give each its code.",
        ),
        "all_failed": ("", place, "no station of this city lives: all repeat one row or report nothing."),
        "nothing_left": ("", place, "every value of the row was refused."),
        "superseded": (
            label,
            stamp,
            f"row {row['winner']} was captured later for {place} at the same time; that one was taken.",
        ),
        "duplicate": (
            label,
            stamp,
            f"row {row['winner']} gives other values for {place} at the same time; the later row was taken.",
        ),
    }
    column, value, reason = reasons[code]
    return Refusal(sheet.source.name, row["row"], column, value, code, reason)


def _cells(sheet: Sheet) -> list[Refusal]:
    found = []
    for name in sheet.measured:
        own = f"row_{name} AS row, label_{name} AS label" if sheet.layout.long else "row, NULL AS label"
        sql = (
            f"SELECT {own}, bad_{name} AS value, s_{name} AS state FROM cells "
            f"WHERE s_{name} > 1 AND (status IS NULL OR status = 'nothing_left')"
        )
        heading = sheet.heading_of(name)
        label = heading.text.strip() if heading else name
        for row in engine.query(sql, sheet.con).to_pylist():
            code = STATES[row["state"]]
            reason = _why(sheet, name, row["value"], code)
            column = row["label"] or label
            found.append(Refusal(sheet.source.name, row["row"], column, row["value"], code, reason))
    return found


ALONE = {
    "zero_as_missing": "stands between hours far above it: it is no reading. Leave the cell empty instead.",
    "capped": "stands alone among hours far below it: a mark for a missing value. Leave the cell empty.",
}


def _why(sheet: Sheet, name: str, value: str, code: str) -> str:
    if code == "negative":
        return f'"{value}" is negative.'
    if code == "not_a_number":
        comma = re.fullmatch(r"\d+,\d+", value)
        hint = (
            f"Write {value.replace(',', '.')}." if comma else "Leave the cell empty when there is no value."
        )
        return f'"{value}" is not a number. {hint}'
    if code in ALONE:
        return f'"{value}" {ALONE[code]}'
    bound, shift = sheet.bounds[name], sheet.shift_of(name)
    if code == "unit_slip":
        other = "µg/m³" if shift == (3 if bound.unit == "mg/m³" else 6) else "mg/m³"
        return f'"{value}" seems to be in {other}. Write the unit in the heading.'
    milligrams = shift == (3 if bound.unit == "mg/m³" else 6)
    unit = "mg/m³" if milligrams else "µg/m³"
    said = f'"{value}" {unit} is above {bound.highest:,g} {bound.unit}: {bound.reason}.'
    if name == "co" and milligrams:
        return f"{said} Perhaps it is in µg/m³: then call the column co_ugm3."
    return said
