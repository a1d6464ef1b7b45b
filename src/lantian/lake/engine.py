"""The one place that talks to DuckDB: its settings, and the calls that differ between 1.5 and 2.0.

One database in memory serves the process; every thread has its own connection to it, so that relations made
in one thread can be joined. `LANTIAN_THREADS` and `LANTIAN_MEMORY` (such as `1GB`) limit what it may use;
what does not fit spills to the system's temporary folder. Sessions speak UTC. Nothing is ever downloaded.
"""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
import threading
from pathlib import Path

import duckdb
import pyarrow as pa

from lantian.errors import LantianError

_lock = threading.Lock()
_local = threading.local()
_databases: dict[int, duckdb.DuckDBPyConnection] = {}


def _settings() -> dict[str, str | bool | int | float | list[str]]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(Path(tempfile.gettempdir()) / f"lantian-duckdb-{os.getpid()}"),
        "autoinstall_known_extensions": "false",
    }
    for variable, setting in (("LANTIAN_THREADS", "threads"), ("LANTIAN_MEMORY", "memory_limit")):
        if value := os.environ.get(variable, "").strip():
            settings[setting] = value
    return settings


def _database() -> duckdb.DuckDBPyConnection:
    # Keyed by process: a fork must not go on with its parent's threads.
    with _lock:
        database = _databases.get(os.getpid())
        if database is None:
            try:
                database = duckdb.connect(config=_settings())
            except duckdb.Error as error:
                line = str(error).strip().splitlines()[0]
                raise LantianError(
                    f"DuckDB does not accept its settings: {line}",
                    remedy="Set LANTIAN_MEMORY like 2GB and LANTIAN_THREADS to a whole number.",
                ) from error
            _databases[os.getpid()] = database
        return database


def cursor() -> duckdb.DuckDBPyConnection:
    """A new connection of its own to the process's database; temporary tables made in it die with it."""
    connection = _database().cursor()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def connection() -> duckdb.DuckDBPyConnection:
    """This thread's connection. Relations made with it can be joined with each other."""
    kept: tuple[int, duckdb.DuckDBPyConnection] | None = getattr(_local, "kept", None)
    if kept is None or kept[0] != os.getpid():
        kept = (os.getpid(), cursor())
        _local.kept = kept
    return kept[1]


def arrow(relation: duckdb.DuckDBPyRelation) -> pa.Table:
    """All rows of a relation as an Arrow table (`.arrow()` is a table here and a reader there)."""
    return relation.to_arrow_table()


def query(sql: str, on: duckdb.DuckDBPyConnection | None = None) -> pa.Table:
    """The answer to a query as an Arrow table."""
    return arrow((on or connection()).sql(sql))


def relation(table: pa.Table, on: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyRelation:
    """An Arrow table as a relation of this thread's connection."""
    return (on or connection()).from_arrow(table)


def text(value: str) -> str:
    """A string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A column or table name as an SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


def files(paths: list[str]) -> str:
    """A list of file paths as an SQL literal in which `*`, `?` and `[` stand for themselves."""
    plain = (path.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]") for path in paths)
    return "[" + ", ".join(text(path) for path in plain) + "]"


@atexit.register
def _leave_quietly() -> None:
    """Close the database; keep DuckDB 2.0 from reporting thirty "leaked" type objects on the user's screen.

    They are constants that Narwhals' DuckDB modules hold in module tables until after DuckDB has counted.
    """
    _databases.clear()
    _local.__dict__.clear()
    if "narwhals._duckdb.utils" in sys.modules:
        for module, content in list(sys.modules.items()):
            if module.startswith(("narwhals._duckdb", "duckdb")):
                vars(content).clear()
