"""Files with one line for each hour and kind of value, and one column for each city or station.

The lines are judged first (time, repeated lines), then turned into one row for each place and hour.
Lines of running means, of the index and of anything else that is no hourly concentration are left
aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute

from lantian.ambient.intake import cells
from lantian.ambient.intake.headings import understand
from lantian.errors import LantianError
from lantian.lake import engine

if TYPE_CHECKING:
    from lantian.ambient.intake.take import Sheet


def lines(sheet: Sheet) -> str:
    """Make the tables `lines` (judged) and `columns`; returns the query for one row a place and hour."""
    places = _places(sheet)
    types = _types(sheet)
    columns = ", ".join(f"c{index}" for index in places)
    stamp, words = sheet.clock()
    sheet.con.register("types", types)
    sheet.con.execute(
        f"CREATE TEMP TABLE lines AS SELECT *, CASE {sheet.time_faults()} END AS status, "
        f"max(row) OVER (PARTITION BY stamp, column_name) AS winner FROM ("
        f"SELECT row, {stamp} AS stamp, {words} AS stamp_text, types.column_name, "
        f"hash(list_value({columns})) AS content FROM raw "
        f"JOIN types ON types.word = {sheet.cell('type')} WHERE types.column_name IS NOT NULL)"
    )
    sheet.con.execute(
        "UPDATE lines SET status = CASE WHEN lines.content = other.content THEN 'same' ELSE 'duplicate' END "
        "FROM lines AS other WHERE other.row = lines.winner AND lines.row <> lines.winner "
        "AND lines.status IS NULL"
    )
    good = engine.query("SELECT * FROM lines WHERE status IS NULL ORDER BY row", sheet.con)
    sheet.con.register("grouped", _grouped(sheet, places, good))
    place = "heading" if sheet.kind.name == "ambient_station_hour" else cells.city_name("heading")
    own = ", ".join(
        f"{cells.text(f't_{n}', pa.string())} AS t_{n}, row_{n}, heading AS label_{n}" for n in sheet.measured
    )
    return (
        f"SELECT row, {place} AS place, heading AS name, CAST(NULL AS VARCHAR) AS city, stamp, stamp_text, "
        "CAST(NULL AS DOUBLE) AS aqi, CAST(NULL AS VARCHAR) AS level, CAST(NULL AS TIMESTAMP) AS revised, "
        f"{own} FROM grouped"
    )


def _grouped(sheet: Sheet, places: dict[int, str], good: pa.Table) -> pa.Table:
    """One row a place and hour, with the words of each pollutant and the line they stand in.

    Built by taking the lines of a pollutant out of each place's column: DuckDB 2.0.0 fails on joins of what
    UNPIVOT gives.
    """
    table = sheet.source.table
    stamps = pa.compute.unique(good.column("stamp").combine_chunks())
    hours = {stamp: number for number, stamp in enumerate(stamps.to_pylist())}
    shown: list[str | None] = [None] * len(hours)
    rows = {name: np.zeros(len(hours), np.int64) for name in sheet.measured}
    for line in good.to_pylist():
        rows[line["column_name"]][hours[line["stamp"]]] = line["row"]
        shown[hours[line["stamp"]]] = line["stamp_text"]
    numbers = table.column("row").to_numpy()
    cells_of = [table.column(f"c{index}").cast(pa.string()).combine_chunks() for index in places]
    count = len(places)
    columns = {
        "heading": pa.array(np.repeat(list(places.values()), len(hours)), pa.string()),
        "stamp": pa.chunked_array([stamps] * count, stamps.type),
        "stamp_text": pa.chunked_array([pa.array(shown, pa.string())] * count, pa.string()),
        "row": pa.array(np.tile(np.maximum.reduce(list(rows.values())), count)),
    }
    for name, lines in rows.items():
        # A hour without a line of this pollutant takes nothing.
        at = pa.array(np.searchsorted(numbers, lines), mask=lines == 0)
        words = [column.take(at) for column in cells_of]
        columns[f"t_{name}"] = pa.chunked_array(words, pa.string())
        columns[f"row_{name}"] = pa.array(np.tile(lines, count))
    return pa.table(columns)


def _places(sheet: Sheet) -> dict[int, str]:
    used = {heading.index for heading in sheet.headings}
    found: dict[int, str] = {}
    for index, text in enumerate(sheet.source.texts):
        name = text.strip()
        if index in used or not name:
            continue
        if name in found.values():
            raise LantianError(f'two columns are called "{name}"', remedy="Remove one of them.")
        found[index] = name
    if not found:
        raise LantianError("no column holds a place", remedy="A column for each city or station is expected.")
    return found


def _types(sheet: Sheet) -> pa.Table:
    """The words of the type column and the column each stands for, null for what is left aside."""
    words = engine.query(f"SELECT DISTINCT {sheet.cell('type')} AS word FROM raw", sheet.con)
    known = [word for word in words.column("word").to_pylist() if word]
    meant = []
    for word in known:
        heading = understand([word])[0]
        meant.append(heading.role if heading.role in sheet.measured else None)
    if not any(meant):
        raise LantianError(
            f"no line is of a pollutant; types are {', '.join(sorted(known)[:12])}",
            remedy="Types are expected to be PM2.5, PM10, SO2, NO2, O3 and CO.",
        )
    return pa.table({"word": pa.array(known, pa.string()), "column_name": pa.array(meant, pa.string())})
