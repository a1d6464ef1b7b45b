"""Engines that read Parquet files by themselves: Polars, and Spark. Versions are told apart by Narwhals."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
from collections.abc import Hashable, Sequence
from datetime import date, datetime
from functools import reduce
from typing import Any

import narwhals as nw
import pyarrow as pa

from lantian.errors import LantianError
from lantian.lake import reading
from lantian.lake.engines import POLARS, SPARK, Frame, Input, Program, Scan
from lantian.lake.kinds import Kind
from lantian.lake.reading import DAY, HOUR, HOUR_MICROSECONDS, Plan


class _Files:
    """Engines that read Parquet files by themselves; versions are told apart by Narwhals."""

    def _parquet(self, paths: Sequence[str]) -> Frame:
        raise NotImplementedError

    def _clocked(self, frame: Frame, kind: Kind) -> Frame:
        """The rows with `day`, and `hour` where there are hours."""
        raise NotImplementedError

    def lift(self, table: pa.Table) -> Frame:
        raise NotImplementedError

    def _collect(self, frame: Frame) -> pa.Table:
        raise NotImplementedError

    def run(self, key: Hashable, program: Program, *, small: bool = False, **inputs: Input) -> pa.Table:
        """See `Engine`."""
        frames = {
            name: self.scan(given.plan, given.columns) if isinstance(given, Scan) else self.lift(given)
            for name, given in inputs.items()
        }
        return self._collect(program(**frames))

    def scan(self, plan: Plan, columns: Sequence[str]) -> Frame:
        """See `Engine`."""
        kind = plan.kind
        parts = []
        stored = [column for column in columns if not reading.is_derived(kind, column)]
        names = list(dict.fromkeys([*stored, *kind.key]))
        if plan.alone:
            parts.append(self._wanted(self._parquet(plan.alone), plan).select(*names))
        if plan.meeting:
            versions = [
                self._wanted(self._parquet(paths), plan)
                .select(*names)
                .with_columns(version=nw.lit(version, dtype=nw.Int64))
                for version, paths in plan.meeting.items()
            ]
            every = nw.concat(versions, how="vertical")
            newest = every.with_columns(newest=nw.col("version").max().over(*kind.key))
            parts.append(newest.filter(nw.col("version") == nw.col("newest")).select(*names))
        if not parts:
            fields = [kind.schema.field(name) for name in names]
            parts.append(self.lift(pa.schema(fields).empty_table()))
        found = parts[0] if len(parts) == 1 else nw.concat(parts, how="vertical")
        return self._clocked(found, kind).select(*columns)

    def _wanted(self, frame: Frame, plan: Plan) -> Frame:
        limits = []
        if plan.range.first is not None:
            limits.append(nw.col(plan.kind.clock) >= _literal(plan.range.first))
        if plan.range.last is not None:
            limits.append(nw.col(plan.kind.clock) <= _literal(plan.range.last))
        if plan.places is not None:
            limits.append(nw.col("place").is_in(list(plan.places)))
        return reduce(lambda found, limit: found.filter(limit), limits, frame)


def _literal(moment: date | datetime) -> nw.Expr:
    return nw.lit(moment)


class Polars(_Files):
    """Polars' streaming engine, in this process."""

    name = POLARS
    cheap_runs = True

    def __init__(self) -> None:
        self._polars = _needed("polars", POLARS)

    def _parquet(self, paths: Sequence[str]) -> Frame:
        frame: Frame = nw.from_native(
            self._polars.scan_parquet(list(paths), hive_partitioning=False, glob=False)
        )
        return frame

    def _clocked(self, frame: Frame, kind: Kind) -> Frame:
        polars = self._polars
        if kind.clock == "date":
            clocks = [polars.col("date").cast(polars.Int32).alias(DAY)]
        else:
            began = polars.col("time").dt.epoch("us") // HOUR_MICROSECONDS + kind.shift
            clocks = [
                (began // 24).cast(polars.Int32).alias(DAY),
                (began % 24 + 1).cast(polars.Int8).alias(HOUR),
            ]
        clocked: Frame = nw.from_native(frame.to_native().with_columns(*clocks))
        return clocked

    def lift(self, table: pa.Table) -> Frame:
        """See `Engine`."""
        frame: Frame = nw.from_native(self._polars.from_arrow(table).lazy())
        return frame

    def _collect(self, frame: Frame) -> pa.Table:
        # Plain strings rather than views, which not every reader of Arrow knows.
        oldest = self._polars.CompatLevel.oldest()
        return frame.to_native().collect(engine="streaming").to_arrow(compat_level=oldest)


class Spark(_Files):
    """A Spark session: the active one, or one for the master `LANTIAN_SPARK` (`local[*]` by default)."""

    name = SPARK
    cheap_runs = False

    def __init__(self) -> None:
        sql = _needed("pyspark.sql", SPARK)
        session = sql.SparkSession.getActiveSession()
        if session is None:
            try:
                session = _session(sql.SparkSession.builder.appName("lantian"))
            except Exception as error:  # whatever Java says: the user needs its first line only
                line = str(error).strip().splitlines()[0]
                raise LantianError(
                    f"Spark does not start: {line}",
                    remedy="Spark needs Java 17 or later; LANTIAN_SPARK is the address of its master.",
                ) from error
        session.conf.set("spark.sql.session.timeZone", "UTC")
        self._session = session

    def _parquet(self, paths: Sequence[str]) -> Frame:
        # Hadoop takes these signs for patterns.
        plain = [re.sub(r"([\\{}\[\]*?,])", r"\\\1", path) for path in paths]
        frame: Frame = nw.from_native(self._session.read.parquet(*plain))
        return frame

    def _clocked(self, frame: Frame, kind: Kind) -> Frame:
        native = frame.to_native()
        if kind.clock == "date":
            native = native.selectExpr("*", f"unix_date(date) AS {DAY}")
        else:
            began = f"(unix_micros(time) DIV {HOUR_MICROSECONDS} + {kind.shift})"
            native = native.selectExpr(
                "*", f"CAST({began} DIV 24 AS INT) AS {DAY}", f"CAST({began} % 24 + 1 AS TINYINT) AS {HOUR}"
            )
        clocked: Frame = nw.from_native(native)
        return clocked

    def lift(self, table: pa.Table) -> Frame:
        """See `Engine`."""
        frame: Frame = nw.from_native(self._session.createDataFrame(table))
        return frame

    def _collect(self, frame: Frame) -> pa.Table:
        return frame.to_native().toArrow()


def _session(builder: Any) -> Any:
    """A session of our own. `spark-submit` and Spark Connect say themselves where the cluster is."""
    told = any(name in os.environ for name in ("PYSPARK_GATEWAY_PORT", "SPARK_REMOTE"))
    if not told:
        master = os.environ.get("LANTIAN_SPARK", "").strip() or "local[*]"
        builder = builder.master(master)
        if master.startswith("local"):
            builder = (
                builder.config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "8")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
            )
    session = builder.getOrCreate()
    with contextlib.suppress(Exception):  # a session of Spark Connect has no context to quieten
        session.sparkContext.setLogLevel("ERROR")
    return session


def _needed(module: str, extra: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise LantianError(
            f"the engine '{extra}' is not installed", remedy=f"pip install 'lantian[{extra}]'"
        ) from error
