"""Files with one line for each hour and kind of value, and one column for each city or station.

The lines are judged first (time, repeated lines), then turned into one row for each place and hour.
Lines of running means, of the index and of anything else that is no hourly concentration are left
aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

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
    names = pa.table({"label": [f"c{i}" for i in places], "heading": list(places.values())})
    sheet.con.register("columns", names)
    tall = (
        f"UNPIVOT (SELECT raw.row, stamp, stamp_text, column_name, {_as_text(sheet, list(places))} FROM raw "
        f"JOIN lines ON lines.row = raw.row WHERE status IS NULL) ON {columns} INTO NAME label VALUE word"
    )
    own = ", ".join(
        f"max(word) FILTER (column_name = '{n}') AS t_{n}, max(row) FILTER (column_name = '{n}') AS row_{n}, "
        f"any_value(heading) AS label_{n}"
        for n in sheet.measured
    )
    place = "heading" if sheet.kind.name == "ambient_station_hour" else cells.city_name("heading")
    return (
        f"SELECT *, {place} AS place, heading AS name, CAST(NULL AS VARCHAR) AS city, "
        f"CAST(NULL AS DOUBLE) AS aqi, CAST(NULL AS VARCHAR) AS level FROM ("
        f"SELECT heading, stamp, any_value(stamp_text) AS stamp_text, max(row) AS row, {own} "
        f"FROM ({tall}) JOIN columns USING (label) GROUP BY heading, stamp)"
    )


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


def _as_text(sheet: Sheet, places: list[int]) -> str:
    schema = sheet.source.table.schema
    return ", ".join(f"{cells.text(f'raw.c{i}', schema.field(f'c{i}').type)} AS c{i}" for i in places)
