"""The expressions that turn cells of text into places, times and whole thousandths, for a whole file at once.

A cell is a value, missing, or refused: `STATES` names the ways. A value is parsed as a decimal and
rounded half-even (GB/T 8170) to thousandths of the published unit; no binary float decides a digit.
Where a float column of a Parquet file is read, its shortest decimal is what was published.
"""

from __future__ import annotations

import pyarrow as pa

from lantian.errors import LantianError
from lantian.lake import engine

VALUE, MISSING, NOT_A_NUMBER, NEGATIVE, ABSURD, SLIP, ZERO, CAP = range(8)
STATES = {
    NOT_A_NUMBER: "not_a_number",
    NEGATIVE: "negative",
    ABSURD: "absurd",
    SLIP: "unit_slip",
    ZERO: "zero_as_missing",
    CAP: "capped",
}
MISSING_MARKS = ("", "na", "n/a", "nan", "null", "none", "nil", "\\n")
DECIMALS = 20  # kept of a number before it is rounded

_BLANKS = " \t\r\n\u00a0\u3000\ufeff"
_DAY = r"\d{4}-\d{1,2}-\d{1,2}"
_STAMP = rf"^{_DAY}([T ]\d{{1,2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?)?$"
_ZONED = rf"^{_DAY}[T ]\d{{1,2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?(Z|[+-]\d{{2}}(:?\d{{2}})?)$"


def text(column: str, kind: pa.DataType) -> str:
    """A column as trimmed text, null where the cell is missing as such.

    Raises LantianError for a column of lists or records.
    """
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise LantianError(f"a column of type {kind} cannot hold single values")
    return f"trim(CAST({column} AS VARCHAR), {engine.text(_BLANKS)})"


def stamp(column: str, kind: pa.DataType) -> str:
    """A column as local time (timestamp without zone); null where it is not one."""
    if pa.types.is_timestamp(kind):
        if kind.tz is None:
            return f"CAST({column} AS TIMESTAMP)"
        return f"(CAST({column} AS TIMESTAMPTZ) AT TIME ZONE 'UTC') + INTERVAL 8 HOUR"
    if pa.types.is_date(kind):
        return f"CAST({column} AS TIMESTAMP)"
    plain = _plain_stamp(text(column, kind))
    return (
        f"CASE WHEN regexp_matches({plain}, '{_STAMP}') THEN TRY_CAST({plain} AS TIMESTAMP) "
        f"WHEN regexp_matches({plain}, '{_ZONED}') "
        f"THEN (TRY_CAST({plain} AS TIMESTAMPTZ) AT TIME ZONE 'UTC') + INTERVAL 8 HOUR END"
    )


def _plain_stamp(cell: str) -> str:
    """20190601, 2019/6/1, 2019.6.1 and 2019年6月1日 as 2019-6-1, whatever follows."""
    dashed = rf"regexp_replace({cell}, '^(\d{{4}})[年./](\d{{1,2}})[月./](\d{{1,2}})日?', '\1-\2-\3')"
    return rf"regexp_replace({dashed}, '^(\d{{4}})(\d{{2}})(\d{{2}})(\.0)?$', '\1-\2-\3')"


def date_and_hour(date: str, hour: str) -> str:
    """A local date and an hour 0 … 24 as local time; null where either is not one."""
    number = f"TRY_CAST({hour} AS DOUBLE)"
    return (
        f"CASE WHEN {number} BETWEEN 0 AND 24 AND {number} = floor({number}) "
        f"THEN {date} + to_hours(CAST({number} AS INTEGER)) END"
    )


def year_month_day(year: str, month: str, day: str) -> str:
    """Three columns as local midnight; null where they are no day."""
    return f"TRY_CAST(concat_ws('-', lpad({year}, 4, '0'), {month}, {day}) AS TIMESTAMP)"


def city_name(column: str) -> str:
    """A city by its short name: 太原市 is 太原, as the feed of cities writes it."""
    return f"CASE WHEN length({column}) > 2 AND {column} LIKE '%市' THEN left({column}, -1) ELSE {column} END"


def number(cell: str, whole: bool) -> str:
    """A cell as a number to compare with bounds (no digit is taken from it); null when it is none."""
    return cell if whole else f"TRY_CAST({cell} AS DOUBLE)"


def highest(bound: float, shift: int) -> float:
    """A bound [published unit] in the unit of the cells."""
    return bound * 1000 / float(10**shift)


def state(cell: str, number: str, highest: float, whole: bool) -> str:
    """What a cell is: one of the states, from its text and its number (null when it is none)."""
    sizes = f"WHEN {number} < 0 THEN {NEGATIVE} WHEN {number} > {highest!r} THEN {ABSURD} ELSE {VALUE} END"
    if whole:
        return f"CASE WHEN {cell} IS NULL THEN {MISSING} {sizes}"
    marks = ", ".join(engine.text(mark) for mark in MISSING_MARKS)
    return (
        # Most cells are plain numbers: only the others are compared with the marks of a missing value.
        f"CASE WHEN {number} IS NULL OR NOT isfinite({number}) OR contains({cell}, '_') THEN CASE "
        f"WHEN {cell} IS NULL OR lower({cell}) IN ({marks}) THEN {MISSING} ELSE {NOT_A_NUMBER} END {sizes}"
    )


def long_digits(cell: str, number: str, state: str, shift: int, whole: bool) -> str:
    """A number with digits beyond thousandths as an exact decimal in thousandths; else null."""
    if whole:
        return f"CAST(NULL AS DECIMAL(38, {DECIMALS}))"
    point, wide = f"instr({cell}, '.')", f"DECIMAL(30, {DECIMALS})"
    short = f"({point} = 0 OR length({cell}) - {point} <= {shift}) AND NOT contains(lower({cell}), 'e')"
    exact = (
        f"coalesce(TRY_CAST({cell} AS {wide}), CAST({number} AS {wide})) * CAST({10**shift} AS DECIMAL(7, 0))"
    )
    return f"CASE WHEN {state} = {VALUE} AND NOT ({short}) THEN {exact} END"


def short_digits(cell: str, shift: int) -> str:
    """A number without digits beyond thousandths, as whole thousandths."""
    return f"CAST(CAST({cell} AS DECIMAL(18, {shift})) * {10**shift} AS INTEGER)"


def half_even(decimal: str) -> str:
    """A decimal that is not negative, rounded to a whole number by GB/T 8170 (half to even)."""
    low = f"floor({decimal})"
    rest = f"({decimal} - {low})"
    up = f"{rest} > 0.5 OR ({rest} = 0.5 AND {low} % 2 = 1)"
    return f"CAST({low} AS INTEGER) + CASE WHEN {up} THEN 1 ELSE 0 END"
