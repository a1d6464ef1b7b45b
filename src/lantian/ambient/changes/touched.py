"""Which places and days each new version of the data really changed, and in what way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lantian.ambient.period import Period
from lantian.ambient.provenance import touches
from lantian.ambient.sources import KINDS, ORIGINS
from lantian.lake import Commit, Lake, arrow, engine, kind_of

LOCAL_HOURS = 7
"""Local day of an hour stamped at its end: UTC + 8 h for China, - 1 h for the stamp."""


@dataclass
class Rows:
    """Rows of one place and day that a version added, and rows whose values it changed."""

    new: int = 0
    changed: int = 0


@dataclass(frozen=True)
class Touch:
    """What one version did, by place of the level and day; `members` are the store's places behind it."""

    commit: Commit
    days: dict[str, dict[date, Rows]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)

    def of(self, place: str, day: date | None = None) -> Rows:
        """Rows of a place: of one day, or of all."""
        own = self.days.get(place, {})
        picked = own.values() if day is None else [own[day]] if day in own else []
        return Rows(sum(one.new for one in picked), sum(one.changed for one in picked))


def touched(
    lake: Lake, period: Period, after: int, upto: int, *, level: str, groups: Mapping[str, str] | None
) -> list[Touch]:
    """The versions after `after` up to `upto` that changed something of the period and still show.

    A value that was changed and changed back is no change: only days that differ between the two ends count.
    """
    kinds = dict.fromkeys(KINDS[origin] for origin in ORIGINS[level])
    found = []
    for kind in kinds:
        commits = [
            commit
            for commit in lake.commits(kind)
            if after < commit.version <= upto and touches(commit, period)
        ]
        if not commits:
            continue
        ends = {(row["place"], row["day"]) for row in _differences(lake, kind, period, after, upto)}
        for commit in commits:
            touch = Touch(commit)
            for row in _differences(lake, kind, period, commit.version - 1, commit.version):
                place = _place(row, kind, level, groups)
                if place is None or (row["place"], row["day"]) not in ends:
                    continue
                own = touch.days.setdefault(place, {}).setdefault(row["day"], Rows())
                own.new += row["new"]
                own.changed += row["changed"]
                touch.members.setdefault(place, set()).add(row["place"])
            if touch.days:
                found.append(touch)
    return sorted(found, key=lambda touch: touch.commit.version)


def _place(row: Mapping[str, Any], kind: str, level: str, groups: Mapping[str, str] | None) -> str | None:
    if level == "group":
        return (groups or {}).get(row["place"])
    if level == "city" and kind == KINDS["city_of_stations"]:
        return None if row["city"] is None else str(row["city"])
    return str(row["place"])


def _differences(lake: Lake, kind: str, period: Period, before: int, after: int) -> list[dict[str, Any]]:
    """Rows of the period that differ between two versions, counted by place and day."""
    declared = kind_of(kind)
    clock = declared.clock
    # A place that is called otherwise is none the less the same; one that counts for another city is not.
    values = [name for name in declared.names if name not in ("place", "name", clock)]
    now, was = (
        arrow(
            lake.read(
                kind, since=period.first, until=period.last, as_of=version, columns=["place", clock, *values]
            )
        )
        for version in (after, before)
    )
    local = f"CAST(timezone('UTC', n.{clock}) + INTERVAL {LOCAL_HOURS} HOUR AS DATE)"
    day = f"n.{clock}" if clock == "date" else local
    differs = " OR ".join(f"n.{engine.name(name)} IS DISTINCT FROM w.{engine.name(name)}" for name in values)
    con = engine.cursor()
    try:
        con.register("n", now)
        con.register("w", was)
        rows = con.execute(
            f"SELECT n.place, any_value(n.city) AS city, {day} AS day, "  # noqa: S608 - names of our own
            "count(*) FILTER (w.place IS NULL) AS new, count(*) FILTER (w.place IS NOT NULL) AS changed "
            f"FROM n LEFT JOIN w ON n.place = w.place AND n.{clock} = w.{clock} "
            f"WHERE w.place IS NULL OR {differs} GROUP BY 1, 3"
        ).fetchall()
    finally:
        con.close()
    return [dict(zip(("place", "city", "day", "new", "changed"), row, strict=True)) for row in rows]
