"""From a table to the Parquet files of one commit: checked, sorted, split by local month."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lantian.errors import LantianError
from lantian.lake import engine
from lantian.lake.kinds import LOCAL, Column, Kind
from lantian.lake.log import DataFile, flush_folder

LABELS = ("place", "name", "city")
UTC_OFFSET = timedelta(hours=LOCAL)
FIRST_DAY = date(1992, 1, 1)


def checked(kind: Kind, table: pa.Table) -> pa.Table:
    """The table in the stored schema of its kind.

    Raises LantianError for a missing or unknown column, a null key, NaN, a fraction, a number that
    does not fit, a time without zone or not on the hour.
    """
    unknown = [name for name in table.column_names if name not in kind.names]
    if unknown:
        raise LantianError(
            f"{kind.name} has no column {', '.join(unknown)}",
            remedy=f"Its columns are {', '.join(kind.names)}.",
        )
    if table.num_rows == 0:
        raise LantianError(f"there are no rows to append to {kind.name}")
    return pa.table([_column(kind, column, table) for column in kind.columns], schema=kind.schema)


def _column(kind: Kind, column: Column, table: pa.Table) -> pa.ChunkedArray:
    where = f"{kind.name}, column {column.name}"
    if column.name not in table.column_names:
        if column.name in ("name", "city"):
            return pa.chunked_array([pa.nulls(table.num_rows, column.type)])
        raise LantianError(
            "the column is missing", where=where, remedy="Give it, with null where nothing is known."
        )
    values = table.column(column.name)
    if pa.types.is_floating(values.type):
        if pc.any(pc.is_nan(values)).as_py():
            raise LantianError("NaN is not a value of the archive", where=where, remedy="Use null.")
        if not pc.all(pc.equal(values, pc.floor(values))).as_py() and values.null_count < len(values):
            raise LantianError(
                "a fraction cannot be stored", where=where, remedy="Scale to whole thousandths first."
            )
    zoned = pa.types.is_timestamp(values.type) and values.type.tz is not None
    if pa.types.is_timestamp(column.type) and not zoned:
        raise LantianError("times need a zone", where=where, remedy="Give timestamps in UTC.")
    try:
        values = values.cast(column.type)
    except pa.ArrowInvalid as error:
        line = str(error).splitlines()[0]
        raise LantianError(f"does not fit {column.type}: {line}", where=where) from error
    if not column.nullable and values.null_count:
        raise LantianError(
            f"{values.null_count} rows have none", where=where, remedy="Every row needs its key."
        )
    if column.name == kind.clock and len(values):
        _check_clock(kind, values, where)
    return values


def _check_clock(kind: Kind, values: pa.ChunkedArray, where: str) -> None:
    if kind.clock == "time" and not kind.instants:
        stamps = values.cast(pa.int64())
        hour = 3_600_000_000
        whole = pc.equal(pc.multiply(pc.divide(stamps, hour), hour), stamps)
        if not pc.all(whole).as_py():
            raise LantianError("a time is not on the hour", where=where, remedy="Give the end of each hour.")
    first = pc.min(values).as_py()
    day = first.date() if isinstance(first, datetime) else first
    if day < FIRST_DAY:
        raise LantianError(f"{first} is before 1992", where=where, remedy="The lake begins with 1992.")


def partitions(kind: Kind, table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each local month, sorted by place and clock. Raises LantianError for a repeated key."""
    clock = f"(time AT TIME ZONE 'UTC') + INTERVAL {kind.shift} HOUR" if kind.clock == "time" else "date"
    con = engine.cursor()
    con.register("incoming", table)
    ordered = engine.query(
        f"SELECT {', '.join(kind.names)}, CAST(date_trunc('month', {clock}) AS DATE) AS period "
        f"FROM incoming ORDER BY period, {', '.join(kind.sort or kind.key)}",
        con,
    )
    con.close()
    _refuse_twins(kind, ordered)
    # Sorted by period, so each period is one slice: found by its count.
    counts = pc.value_counts(ordered.column("period").combine_chunks())
    start = 0
    for entry in counts.to_pylist():
        part = ordered.slice(start, entry["counts"]).select(list(kind.names)).cast(kind.schema)
        yield entry["values"].strftime("%Y-%m"), part
        start += entry["counts"]


def _refuse_twins(kind: Kind, ordered: pa.Table) -> None:
    if ordered.num_rows < 2:
        return
    key = [ordered.column(name) for name in kind.key]
    same = reduce(pc.and_, (pc.equal(column[1:], column[:-1]) for column in key))
    if pc.any(same).as_py():
        at = pc.index(same, True).as_py()
        raise LantianError(
            f"two rows of one append have the key {', '.join(str(column[at].as_py()) for column in key)}",
            where=kind.name,
            remedy="Decide which one holds, then append again.",
        )


def write_partition(root: Path, kind: Kind, period: str, rows: pa.Table) -> DataFile:
    """Write one Parquet file, durably, under its final name; no commit names it yet."""
    folder = root / "data" / f"kind={kind.name}" / f"period={period}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.parquet"
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with draft.open("xb") as file:
            if kind.private:
                draft.chmod(0o600)
            pq.write_table(rows, file, compression="zstd", row_group_size=kind.group)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    flush_folder(folder)
    clock = rows.column(kind.clock)
    return DataFile(
        path=path.relative_to(root).as_posix(),
        period=period,
        rows=rows.num_rows,
        size=path.stat().st_size,
        first=pc.min(clock).as_py().isoformat(),
        last=pc.max(clock).as_py().isoformat(),
        places=_write_set(root, sorted(pc.unique(rows.column("place")).to_pylist())),
        labels=_write_set(root, labels_of(rows)),
    )


def labels_of(rows: pa.Table) -> list[list[str | None]]:
    """The distinct place, name and city of some rows, sorted."""
    found = rows.select(LABELS).group_by(list(LABELS)).aggregate([]).to_pylist()
    labels = [[row[name] for name in LABELS] for row in found]
    return sorted(labels, key=lambda label: [part or "" for part in label])


def _write_set(root: Path, content: list[Any]) -> str:
    """Keep a set of places once, named by its content; most files of a feed share one. Returns the name."""
    body = json.dumps(content, ensure_ascii=False).encode()
    digest = hashlib.sha256(body).hexdigest()[:32]
    path = root / "places" / f"{digest}.json"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        draft = path.with_name(f".{uuid.uuid4().hex}.tmp")
        with draft.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        flush_folder(path.parent)
    return digest
