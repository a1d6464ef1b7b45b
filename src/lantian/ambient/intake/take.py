"""From the cells of one file to rows of a kind: what is taken, what is refused.

A cell that is no number, negative or above what an instrument can report is refused alone: the cell
becomes null and the rest of its row is taken. A row is refused when its time or place cannot be used,
when a later row of the file gives other values for the same place and time, or when all it held was
refused. A row that holds nothing is taken as it is: the source says that the values are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from lantian.ambient.intake import cells, long
from lantian.ambient.intake.bounds import bound_of
from lantian.ambient.intake.headings import Heading
from lantian.ambient.intake.layouts import Layout, Stamp
from lantian.ambient.intake.source import Source
from lantian.errors import LantianError
from lantian.lake import Kind, engine, kind_of
from lantian.lake.writing import UTC_OFFSET
from lantian.rulebook import Rulebook, load

FIRST = datetime(1992, 1, 2)  # noqa: DTZ001 - local time, as the cells are
Frame = tuple[Layout, list[Heading]]


@dataclass(frozen=True)
class Wishes:
    """What the caller decides: now, stamp convention, place of a file without one, known places, rules."""

    now: datetime
    stamp: Stamp | None = None
    place: str | None = None
    known_places: Callable[[str], bool] | None = None
    rulebook: Rulebook | None = None


class Sheet:
    """One file in DuckDB: temporary tables of a connection of its own, gone when it is closed."""

    def __init__(self, source: Source[Frame], wishes: Wishes) -> None:
        self.source = source
        self.layout, self.headings = source.found
        self.wishes = wishes
        self.kind: Kind = kind_of(self.layout.kind)
        self.measured = [column.name for column in self.kind.measured]
        self.book = wishes.rulebook or load()
        self.bounds = {name: bound_of(self.book, name, wishes.now.date()) for name in self.measured}
        self.roles = {heading.role: heading for heading in self.headings if heading.role}
        schema = source.table.schema
        # Columns of whole numbers need no reading of text: a third of the time of a large file.
        self.whole = {
            name
            for name in self.measured
            if (heading := self.heading_of(name)) is not None
            and not self.layout.long
            and pa.types.is_integer(schema.field(f"c{heading.index}").type)
        }
        self.stamp: Stamp = wishes.stamp or self.layout.stamp
        self.con: duckdb.DuckDBPyConnection = engine.cursor()
        self.con.register("raw", source.table)

    def close(self) -> None:
        """Forget the tables."""
        self.con.close()

    # -- columns of the file

    def heading_of(self, column: str) -> Heading | None:
        """The heading that fills a column. A plain "O3" of daily values is the 8-hour maximum."""
        if column == "o3_8h_max":
            return self.roles.get("o3_8h") or self.roles.get("o3")
        return self.roles.get(column)

    def shift_of(self, column: str) -> int:
        """The power of ten from a cell of this column to thousandths."""
        heading = self.heading_of(column)
        return heading.shift if heading else 3

    def cell(self, role: str) -> str:
        """The text of a column by its meaning; NULL when the file has none."""
        heading = self.roles.get(role)
        if heading is None:
            return "CAST(NULL AS VARCHAR)"
        column = f"c{heading.index}"
        return cells.text(column, self.source.table.schema.field(column).type)

    def _stamp(self, role: str) -> str:
        column = f"c{self.roles[role].index}"
        return cells.stamp(column, self.source.table.schema.field(column).type)

    def clock(self) -> tuple[str, str]:
        """Local time as written, and the text of it."""
        if "time" in self.roles:
            return self._stamp("time"), self.cell("time")
        if "date" in self.roles:
            date, words = self._stamp("date"), self.cell("date")
        else:
            parts = (self.cell("year"), self.cell("month"), self.cell("day"))
            date, words = cells.year_month_day(*parts), f"concat_ws('-', {', '.join(parts)})"
        if "hour" not in self.roles:
            return date, words
        hour = self.cell("hour")
        return cells.date_and_hour(date, hour), f"concat_ws(' ', {words}, {hour})"

    def clock_label(self) -> str:
        """The heading a refused time is reported under."""
        parts = [self.roles[role].text.strip() for role in ("time", "date", "hour") if role in self.roles]
        return " ".join(parts)

    def _place(self) -> str:
        city, station = cells.city_name(self.cell("city")), self.cell("station")
        keys = {
            "code": ("code", self.cell("code")),
            "place": ("place", self.cell("place")),
            "city": ("city", city),
            "station": ("station", station),
        }
        if self.wishes.place is not None:
            own = next((self.roles[role] for role, _ in keys.values() if role in self.roles), None)
            if own is not None:
                raise LantianError(
                    f'column "{own.text.strip()}" names the places already',
                    remedy="Leave --place away; it is for files without such a column.",
                )
            return engine.text(self.wishes.place)
        for rule in self.layout.place:
            if rule == "city/station":
                if {"city", "station"} <= set(self.roles):
                    return f"CASE WHEN {city} <> '' AND {station} <> '' THEN {city} || '/' || {station} END"
            elif keys[rule][0] in self.roles:
                return keys[rule][1]
        raise LantianError("no column names the place", remedy="Give the place with --place.")

    # -- the tables

    def fill(self) -> None:
        """Make the table `cells`: one row for each place and time of the file, judged."""
        words = self.long_frame() if self.layout.long else self.wide_frame()
        names = self.measured
        shifts = {name: self.shift_of(name) for name in names}
        numbers = ", ".join(f"{cells.number(f't_{n}', n in self.whole)} AS d_{n}" for n in names)
        highest = {n: cells.highest(self.bounds[n].highest, shifts[n]) for n in names}
        states = ", ".join(
            f"{cells.state(f't_{n}', f'd_{n}', highest[n], n in self.whole)} AS s_{n}" for n in names
        )
        exact = ", ".join(
            f"{cells.long_digits(f't_{n}', f'd_{n}', f's_{n}', shifts[n], n in self.whole)} AS x_{n}"
            for n in names
        )
        values = ", ".join(
            f"CASE WHEN s_{n} <> {cells.VALUE} THEN NULL WHEN x_{n} IS NOT NULL "
            f"THEN {cells.half_even(f'x_{n}')} ELSE {cells.short_digits(f't_{n}', shifts[n])} END AS v_{n}, "
            f"CASE WHEN s_{n} > {cells.MISSING} THEN CAST(t_{n} AS VARCHAR) END AS bad_{n}, "
            f"coalesce(x_{n} <> floor(x_{n}), false) AS r_{n}"
            for n in names
        )
        none_left = " AND ".join(f"s_{n} <> 0" for n in names)
        some_bad = " OR ".join(f"s_{n} > 1" for n in names)
        self.con.execute(
            f"CREATE TEMP TABLE cells AS SELECT * EXCLUDE (stamp), CASE {self.time_faults()} "
            "WHEN coalesce(place, '') = '' THEN 'no_place' "
            f"WHEN ({none_left}) AND ({some_bad}) THEN 'nothing_left' END AS status, "
            f"CAST(NULL AS BIGINT) AS winner FROM ("
            f"SELECT row, {self._rows_of(names)} place, name, city, stamp, stamp_text, aqi, level, revised, "
            f"{self._shown_clock()} AS clock, {', '.join(f's_{n}' for n in names)}, {values} FROM ("
            f"SELECT *, {exact} FROM (SELECT *, {states} FROM (SELECT *, {numbers} FROM ({words})))))"
        )
        self._refuse_unknown_places()
        self._settle_twins()

    def _rows_of(self, names: list[str]) -> str:
        return "".join(f"row_{n}, label_{n}, " for n in names) if self.layout.long else ""

    def _shown_clock(self) -> str:
        if self.layout.daily:
            return "CAST(stamp AS DATE)"
        return f"stamp - INTERVAL {8 if self.stamp == 'end' else 7} HOUR"

    def time_faults(self) -> str:
        """What may be wrong with a stamp, as branches of a CASE."""
        now = (self.wishes.now.astimezone(UTC) + UTC_OFFSET).replace(tzinfo=None)
        latest = now - timedelta(hours=1) if self.stamp == "start" and not self.layout.daily else now
        step = "day" if self.layout.daily else "hour"
        return (
            "WHEN stamp IS NULL THEN 'not_a_time' "
            f"WHEN date_trunc('{step}', stamp) <> stamp THEN 'not_on_the_{step}' "
            f"WHEN stamp < TIMESTAMP '{FIRST}' THEN 'too_old' "
            f"WHEN stamp > TIMESTAMP '{latest}' THEN 'future' "
        )

    def wide_frame(self) -> str:
        """The query for one row of words a row of the file."""
        stamp, words = self.clock()
        columns = []
        for name in self.measured:
            heading = self.heading_of(name)
            column = f"c{heading.index}" if heading else ""
            kind = self.source.table.schema.field(column).type if heading else None
            shown = "CAST(NULL AS VARCHAR)"
            if heading:
                shown = f"CAST({column} AS BIGINT)" if name in self.whole else cells.text(column, kind)
            columns.append(f"{shown} AS t_{name}")
        city = "NULL" if self.kind.name.startswith("ambient_city") else cells.city_name(self.cell("city"))
        shown_name = next((r for r in ("name", "station", "city", "place", "code") if r in self.roles), "")
        if self.kind.name.startswith("ambient_city"):
            shown_name = next((r for r in ("name", "city", "place") if r in self.roles), "")
        name = self.cell(shown_name) if self.wishes.place is None else engine.text(self.wishes.place)
        revised = self._stamp("revised") if "revised" in self.roles else "CAST(NULL AS TIMESTAMP)"
        present = " OR ".join(f"c{i} <> ''" for i in range(len(self.source.texts)))
        lines = f" WHERE {present}" if self.source.encoding != "parquet" else ""
        return (
            f"SELECT row, {self._place()} AS place, {name} AS name, CAST({city} AS VARCHAR) AS city, "
            f"{stamp} AS stamp, {words} AS stamp_text, TRY_CAST({self.cell('aqi')} AS DOUBLE) AS aqi, "
            f"{self.cell('level')} AS level, {revised} AS revised, {', '.join(columns)} FROM raw{lines}"
        )

    def long_frame(self) -> str:
        """The query for one row of words a place and hour of a file with a column for each place."""
        return long.lines(self)

    def _refuse_unknown_places(self) -> None:
        known = self.wishes.known_places
        if known is None:
            return
        sql = "SELECT DISTINCT place, city FROM cells WHERE status IS NULL OR status = 'nothing_left'"
        asked = engine.query(sql, self.con).to_pylist()
        # A station is known by its own key or by its city: a national file names stations nobody has listed.
        ours = {row["place"] for row in asked if known(row["place"]) or (row["city"] and known(row["city"]))}
        unknown = sorted({row["place"] for row in asked} - ours)
        if unknown:
            self.con.register("unknown", pa.table({"place": pa.array(unknown, pa.string())}))
            self.con.execute(
                "UPDATE cells SET status = 'unknown_place' FROM unknown WHERE cells.place = unknown.place "
                "AND (status IS NULL OR status = 'nothing_left')"
            )

    def _settle_twins(self) -> None:
        """Of rows for the same place and time the last one is taken; others are the same, or refused.

        Where the file says when each row was captured, the latest capture is the last one: the others are
        earlier states of the same hour, not other stations.
        """
        self.con.execute(
            "CREATE TEMP TABLE last AS SELECT place, clock, "
            "last(row ORDER BY revised NULLS FIRST, row) AS winner FROM cells "
            "WHERE status IS NULL GROUP BY place, clock HAVING count(*) > 1"
        )
        same = " AND ".join(f"a.v_{n} IS NOT DISTINCT FROM b.v_{n}" for n in self.measured)
        self.con.execute(
            f"CREATE TEMP TABLE twins AS SELECT a.row, last.winner, {same} AS same, "
            "coalesce(a.revised <> b.revised, false) AS earlier FROM last "
            "JOIN cells a ON a.place = last.place AND a.clock = last.clock AND a.row <> last.winner "
            "AND a.status IS NULL JOIN cells b ON b.row = last.winner"
        )
        self.con.execute(
            "UPDATE cells SET status = CASE WHEN same THEN 'same' WHEN earlier THEN 'superseded' "
            "ELSE 'duplicate' END, "
            "winner = twins.winner FROM twins WHERE cells.row = twins.row"
        )
