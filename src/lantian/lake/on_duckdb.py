"""DuckDB, the default engine: SQL in this process, spilling to disk where memory is short.

To build the SQL of a program and to plan it takes longer than many an answer. So a program is built once,
with its inputs as views; and for small inputs it is planned once, with its inputs as tables filled anew.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import duckdb
import narwhals as nw
import pyarrow as pa

from lantian.lake import engine, reading
from lantian.lake.engines import DUCKDB, Frame, Input, Program, Scan
from lantian.lake.reading import Plan

REMEMBERED = 256
"""Programs whose SQL is kept."""
PLANNED = 12
"""Programs kept planned in each thread, with the tables of their inputs."""
FILLED = 500
"""How often these tables are filled before they are made anew: rows that were deleted take room."""

_numbers = itertools.count(1)
_listener: ContextVar[list[str] | None] = ContextVar("lantian_sql", default=None)


@contextlib.contextmanager
def sql_shown() -> Iterator[list[str]]:
    """Collects the SQL that DuckDB is given for rules inside the block; `lantian_…` are its inputs."""
    heard: list[str] = []
    token = _listener.set(heard)
    try:
        yield heard
    finally:
        _listener.reset(token)


@dataclass
class _Planned:
    """A planned program of one connection: its name, its tables by input, its SQL, how often it was run."""

    name: str
    tables: dict[str, str]
    text: str
    runs: int = 0


class _Thread(threading.local):
    """What one thread keeps for its connection."""

    def __init__(self) -> None:
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.planned: OrderedDict[Hashable, _Planned] = OrderedDict()


class DuckDB:
    """See `lantian.lake.engines.Engine`."""

    name = DUCKDB
    cheap_runs = True

    def __init__(self) -> None:
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._thread = _Thread()

    def run(self, key: Hashable, program: Program, *, small: bool = False, **inputs: Input) -> pa.Table:
        """See `Engine`."""
        whole = (key, *sorted(inputs))
        return self._small(whole, program, inputs) if small else self._large(whole, program, inputs)

    def scan(self, plan: Plan, columns: Sequence[str]) -> Frame:
        """See `Engine`."""
        frame: Frame = nw.from_native(engine.connection().sql(reading.select(plan, columns)))
        return frame

    def lift(self, table: pa.Table) -> Frame:
        """See `Engine`."""
        frame: Frame = nw.from_native(engine.relation(table))
        return frame

    def _large(self, key: Hashable, program: Program, inputs: Mapping[str, Input]) -> pa.Table:
        connection = engine.connection()
        views = {name: f"lantian_{name}" for name in inputs}
        for name, given in inputs.items():
            if isinstance(given, Scan):
                select = reading.select(given.plan, given.columns)
                connection.execute(f"CREATE OR REPLACE TEMP VIEW {views[name]} AS {select}")
            else:
                connection.execute(f"DROP VIEW IF EXISTS {views[name]}")
                connection.register(views[name], given)
        try:
            text = self._texts.get(key)
            if text is None:
                text = self._texts[key] = _text(connection, program, views)
                while len(self._texts) > REMEMBERED:
                    self._texts.popitem(last=False)
            _tell(text)
            return engine.query(text)
        finally:
            for name, given in inputs.items():
                if not isinstance(given, Scan):
                    connection.unregister(views[name])

    def _small(self, key: Hashable, program: Program, inputs: Mapping[str, Input]) -> pa.Table:
        connection, own = engine.connection(), self._thread
        if own.connection is not connection:
            own.connection, own.planned = connection, OrderedDict()
        planned = own.planned.pop(key, None)
        if planned is not None and planned.runs >= FILLED:
            _dropped(connection, planned)
            planned = None
        if planned is None:
            number = next(_numbers)
            tables = {name: f"lantian_{name}_{number}" for name in inputs}
            for name, given in inputs.items():
                _fill(connection, f"CREATE TEMP TABLE {tables[name]} AS", given)
            text = _text(connection, program, tables)
            connection.execute(f"PREPARE lantian_{number} AS {text}")
            planned = _Planned(f"lantian_{number}", tables, text)
        else:
            for name, given in inputs.items():
                connection.execute(f"DELETE FROM {planned.tables[name]}")
                _fill(connection, f"INSERT INTO {planned.tables[name]} BY NAME", given)
        planned.runs += 1
        own.planned[key] = planned
        while len(own.planned) > PLANNED:
            _dropped(connection, own.planned.popitem(last=False)[1])
        _tell(planned.text)
        return engine.query(f"EXECUTE {planned.name}", connection)


def _text(connection: duckdb.DuckDBPyConnection, program: Program, sources: Mapping[str, str]) -> str:
    """The SQL of a program whose inputs have these names."""
    frames = {name: nw.from_native(connection.sql(f"FROM {source}")) for name, source in sources.items()}
    return str(program(**frames).to_native().sql_query())


def _fill(connection: duckdb.DuckDBPyConnection, statement: str, given: Input) -> None:
    if isinstance(given, Scan):
        connection.execute(f"{statement} {reading.select(given.plan, given.columns)}")
        return
    connection.register("lantian_given", given)
    try:
        connection.execute(f"{statement} FROM lantian_given")
    finally:
        connection.unregister("lantian_given")


def _dropped(connection: duckdb.DuckDBPyConnection, planned: _Planned) -> None:
    connection.execute(f"DEALLOCATE {planned.name}")
    for table in planned.tables.values():
        connection.execute(f"DROP TABLE {table}")


def _tell(text: str) -> None:
    heard = _listener.get()
    if heard is not None:
        heard.append(text)
