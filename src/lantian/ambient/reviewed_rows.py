"""The rows of a lake after reviews: what was imported, with every decision applied in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds

from lantian.errors import LantianError
from lantian.lake import Lake, arrow, kind_of

if TYPE_CHECKING:
    from lantian.ambient.reviews import Review

HOUR = timedelta(hours=1)
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
BATCH = 64
"""Places whose rows are held in memory at once."""

Row = dict[str, Any]


@dataclass
class Rows:
    """Rows to append; `differ` of them are not what the lake holds now."""

    table: pa.Table
    differ: int


def changed_rows(lake: Lake, kind: str, reviews: Sequence[Review], *, touched: Sequence[Review]) -> Rows:
    """The rows that the touched ranges must hold and do not.

    Parameters
    ----------
    reviews
        all decisions, in order
    touched
        those whose ranges are looked at

    Returns
    -------
    Rows; where nothing differs one row as it stands, because a version holds at least one

    Raises
    ------
    LantianError
        a place of which the lake holds nothing
    """
    declared = kind_of(kind)
    ranges: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for review in touched:
        ranges[review.place].append((review.since, review.until))
    by_place: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        by_place[review.place].append(review)
    places = sorted(ranges)
    tables: list[pa.Table] = []
    labels = _labels(lake, kind, places)
    for start in range(0, len(places), BATCH):
        part = places[start : start + BATCH]
        since = min(first for place in part for first, _ in ranges[place])
        until = max(last for place in part for _, last in ranges[place])
        imported = imported_rows(lake, kind, part, since, until)
        table = arrow(lake.read(kind, places=part, since=since, until=until))
        held = {(row["place"], row["time"]): row for row in table.to_pylist()}
        changed: list[Row] = []
        for place in part:
            wanted = _decided(imported.get(place, {}), by_place[place], labels[place])
            changed += [
                row
                for time, row in wanted.items()
                if any(first <= time <= last for first, last in ranges[place])
                and held.get((place, time)) != row
            ]
        if changed:
            tables.append(pa.Table.from_pylist(changed, schema=declared.schema))
    differ = sum(table.num_rows for table in tables)
    if not tables:
        return Rows(arrow(lake.read(kind, places=places[:1]).limit(1)), 0)
    return Rows(pa.concat_tables(tables), differ)


def _labels(lake: Lake, kind: str, places: Sequence[str]) -> dict[str, Row]:
    """Key, name and city of each place."""
    rows = lake.read(kind, places=places, columns=["place", "name", "city"]).distinct()
    found = {row["place"]: row for row in arrow(rows).to_pylist()}
    strangers = sorted(set(places) - set(found))
    if strangers:
        raise LantianError(
            f'"{strangers[0]}" is not a place of {kind}',
            remedy="Write the key of the place as the store has it.",
        )
    return found


def imported_rows(
    lake: Lake,
    kind: str,
    places: Collection[str],
    since: datetime,
    until: datetime,
    *,
    version: int | None = None,
) -> dict[str, dict[datetime, Row]]:
    """What was imported of some places and hours, the latest version of each, no review applied."""
    found: dict[str, dict[datetime, Row]] = defaultdict(dict)
    time = ds.field("time")
    wanted = ds.field("place").isin(sorted(places))
    wanted &= (time >= pa.scalar(since, pa.timestamp("us", "UTC"))) & (
        time <= pa.scalar(until, pa.timestamp("us", "UTC"))
    )
    for commit in lake.commits(kind):
        if "reviews" in commit.details or (version is not None and commit.version > version):
            continue
        paths = [
            str(lake.root / file.path)
            for file in commit.files
            if datetime.fromisoformat(file.first) <= until and datetime.fromisoformat(file.last) >= since
        ]
        if paths:
            table = ds.dataset(paths, schema=kind_of(kind).schema).to_table(filter=wanted)
            for row in table.to_pylist():
                found[row["place"]][row["time"].astimezone(UTC)] = row
    return found


def _decided(imported: Mapping[datetime, Row], reviews: Sequence[Review], label: Row) -> dict[datetime, Row]:
    """The rows of one place after all its reviews, in order of time."""
    from lantian.ambient.reviews import corrected

    rows = {time: dict(row) for time, row in imported.items()}
    for review in reviews:
        if review.verdict == "correct":
            _make_missing(rows, review, label)
        for time, row in rows.items():
            if not review.since <= time <= review.until:
                continue
            source = imported.get(time, {})
            for item in review.items:
                if review.verdict == "void":
                    row[item] = None
                elif review.verdict == "accept":
                    row[item] = source.get(item)
                else:
                    row[item] = corrected(review.values[item], source.get(item), review.place)
    return dict(sorted(rows.items()))


def _make_missing(rows: dict[datetime, Row], review: Review, label: Row) -> None:
    """Rows for hours nobody imported, where a correction gives their values."""
    if all(review.values[item].strip().startswith("*") for item in review.items):
        return
    time = review.since
    while time <= review.until:
        if time not in rows:
            rows[time] = {**label, "time": time, **dict.fromkeys(ITEMS)}
        time += HOUR
