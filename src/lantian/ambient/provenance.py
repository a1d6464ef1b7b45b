"""What lies behind a figure in the store: the versions it was read from, and the rows themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.choosing import Chosen
from lantian.ambient.hours import CHINA, POLLUTANTS, local_hour
from lantian.ambient.period import Period
from lantian.ambient.sources import CITY_DAYS, CITY_OF_STATIONS, GROUP, KINDS, Question
from lantian.lake import Commit, Lake, arrow

DAY_VALUES = tuple("o3_8h_max" if item == "o3" else item for item in POLLUTANTS)


@dataclass(frozen=True, slots=True)
class Behind:
    """One version of the store that holds rows of the period: what was taken, from which file.

    `refused` are rows of that file that were not taken; `reviews` what people decided with that version.
    """

    version: int
    time: datetime
    kind: str
    source: str
    rows: int
    refused: int
    note: str
    reviews: tuple[Mapping[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "version": self.version,
            "time": self.time.isoformat(),
            "kind": self.kind,
            "source": self.source,
            "rows": self.rows,
            "refused": self.refused,
            "note": self.note,
            "reviews": [dict(review) for review in self.reviews],
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one place as the store holds them.

    `times`: local ends of hours `2019-06-01T24`, or days; `values`: thousandths of the published unit by
    item, None where missing at the source. An hour that is not listed is not in the store.
    """

    place: str
    name: str
    kind: str
    times: tuple[str, ...]
    values: Mapping[str, tuple[int | None, ...]]

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        values = {item: list(own) for item, own in self.values.items()}
        return {
            "place": self.place,
            "name": self.name,
            "kind": self.kind,
            "times": list(self.times),
            "thousandths": values,
        }


def behind(lake: Lake, kinds: Sequence[str], period: Period, version: int) -> tuple[Behind, ...]:
    """The versions up to `version` that hold something of the period, oldest first."""
    return tuple(
        of_commit(commit)
        for kind in kinds
        for commit in lake.commits(kind)
        if commit.version <= version and touches(commit, period)
    )


def of_commit(commit: Commit) -> Behind:
    """A commit as people are told of it."""
    return Behind(
        version=commit.version,
        time=commit.time,
        kind=commit.kind,
        source=commit.source,
        rows=commit.rows,
        refused=int(commit.details.get("rows_refused", 0) or 0),
        note=commit.note,
        reviews=tuple(dict(review) for review in commit.details.get("reviews", ()) or ()),
    )


def touches(commit: Commit, period: Period) -> bool:
    """Whether a commit may hold rows of the period's days."""
    return any(_day(file.first) <= period.last and _day(file.last) >= period.first for file in commit.files)


def _day(clock: str) -> date:
    if len(clock) == len("2019-06-01"):
        return date.fromisoformat(clock)
    moment = datetime.fromisoformat(clock)
    return local_hour(moment if moment.tzinfo else moment.replace(tzinfo=CHINA))[0]


def members(question: Question, chosen: Chosen, place: str, period: Period) -> dict[str, list[str]]:
    """The places of the store whose rows make this place, by kind."""
    found: dict[str, list[str]] = {}
    for part in chosen.parts:
        kind = KINDS[part.origin]
        if part.origin == GROUP:
            own = [station for station, group in (question.groups or {}).items() if group == place]
        elif part.origin == CITY_OF_STATIONS:
            words = part.stretch.rules.excluded_names
            own = _stations(question, kind, place, period, words)
        else:
            own = [place]
        found[kind] = sorted({*found.get(kind, ()), *own})
    return found


def _stations(question: Question, kind: str, city: str, period: Period, excluded: Sequence[str]) -> list[str]:
    rows = question.lake.read(
        kind, since=period.first, until=period.last, as_of=question.version, columns=["place", "name", "city"]
    )
    table: pa.Table = arrow(rows.distinct())
    table = table.filter(pc.equal(table["city"], city))
    return [
        row["place"] for row in table.to_pylist() if not any(word in (row["name"] or "") for word in excluded)
    ]


def rows_behind(question: Question, chosen: Chosen, place: str, period: Period) -> tuple[Rows, ...]:
    """Every row of the period that stands behind the days of a place."""
    found: list[Rows] = []
    for kind, places in members(question, chosen, place, period).items():
        daily = kind == KINDS[CITY_DAYS]
        clock, items = ("date", DAY_VALUES) if daily else ("time", POLLUTANTS)
        table = arrow(
            question.lake.read(
                kind, since=period.first, until=period.last, places=places, as_of=question.version,
                columns=["place", "name", clock, *items],
            )
        ).sort_by([("place", "ascending"), (clock, "ascending")])  # fmt: skip
        for own in places:
            part = table.filter(pc.equal(table["place"], own))
            if not part.num_rows:
                continue
            found.append(
                Rows(
                    place=own,
                    name=part["name"][-1].as_py() or own,
                    kind=kind,
                    times=tuple(_shown(moment) for moment in part[clock].to_pylist()),
                    values={item: tuple(part[item].to_pylist()) for item in items},
                )
            )
    return tuple(found)


def _shown(moment: date | datetime) -> str:
    if isinstance(moment, datetime):
        day, hour = local_hour(moment)
        return f"{day}T{hour:02}"
    return moment.isoformat()
