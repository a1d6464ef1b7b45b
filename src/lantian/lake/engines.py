"""The engines that can read a lake and run the rules: DuckDB by default, Polars, and Spark for a cluster.

An engine turns the files of a plan into a lazy Narwhals frame, lifts small tables, and collects an answer.
The rules themselves are written once, over frames, and know no engine.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeAlias

import narwhals as nw
import pyarrow as pa

from lantian.errors import LantianError
from lantian.lake.reading import Plan

Frame = nw.LazyFrame[Any]

DUCKDB, POLARS, SPARK = "duckdb", "polars", "spark"
ENGINES = (DUCKDB, POLARS, SPARK)
_HOMES = {
    DUCKDB: ("on_duckdb", "DuckDB"),
    POLARS: ("on_files", "Polars"),
    SPARK: ("on_files", "Spark"),
}


@dataclass(frozen=True)
class Scan:
    """Rows of a lake as an input of a program: `Lake.scan`."""

    plan: Plan
    columns: tuple[str, ...]


Input: TypeAlias = Scan | Any
"""A scan, or an Arrow table."""
Program: TypeAlias = Callable[..., Frame]


class Engine(Protocol):
    """What an engine has to do. `cheap_runs`: many small queries cost little more than a large one."""

    name: str
    cheap_runs: bool

    def run(self, key: Hashable, program: Program, *, small: bool = False, **inputs: Input) -> pa.Table:
        """The answer of a program to its inputs; the order of rows is not promised.

        `program` gets a frame for each input, by name. `key` names the program: everything its expressions
        depend on but the inputs' rows, so that an engine need not build them twice. `small`: the inputs hold
        few rows, so that not to plan the program again matters more than to copy them.
        """

    def scan(self, plan: Plan, columns: Sequence[str]) -> Frame:
        """The wanted rows of a lake, each in its latest version, with these columns."""

    def lift(self, table: pa.Table) -> Frame:
        """An Arrow table as a lazy frame."""


@cache
def engine_of(name: str) -> Engine:
    """The engine of this name.

    Raises
    ------
    LantianError
        no such engine, or what it needs is not installed
    """
    if name not in _HOMES:
        raise LantianError(f"there is no engine '{name}'", remedy="Choose " + ", ".join(ENGINES) + ".")
    module, maker = _HOMES[name]
    found: Engine = getattr(importlib.import_module(f"lantian.lake.{module}"), maker)()
    return found
