"""From the lake to the days of one origin's places, in the engine that was asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import narwhals as nw
import pyarrow as pa

from lantian.ambient.days import DAY_SCHEMA, place_days
from lantian.ambient.hours import (
    EPOCH,
    POLLUTANTS,
    Frame,
    given_days,
    hours_of,
    local_hour,
    lost_hours,
    own_days,
)
from lantian.ambient.period import Period
from lantian.ambient.questions import CITY_DAYS, CITY_OF_STATIONS, GROUP, KINDS, Question
from lantian.ambient.rules import DayRules
from lantian.lake.engines import Input, engine_of
from lantian.lake.reading import DAY, HOUR, days_and_hours

HOUR_COLUMNS = ("place", "name", "city", DAY, HOUR, *POLLUTANTS)
BARE_COLUMNS = ("place", DAY, HOUR, *POLLUTANTS)
DAY_COLUMNS = ("place", "name", "city", DAY, "so2", "no2", "co", "o3_8h_max", "pm10", "pm2_5")
LABELS = pa.schema([("place", pa.string()), ("name", pa.string()), ("city", pa.string())])
LOST = pa.schema([("date", pa.int32()), ("lost", pa.int32())])


def own_table(
    question: Question,
    origin: str,
    rules: DayRules,
    span: Period,
    *,
    lost: pa.Table | None,
    members: Collection[str] | None = None,
    small: bool = False,
) -> pa.Table:
    """`own_days` of the origin's places, whatever they count for.

    Parameters
    ----------
    span
        first and last day
    lost
        `lost_table` of these days; None where the rules know no lost hours
    members
        only these places
    small
        only a few days of a few places
    """
    places: Collection[str] | None = members
    if places is None and origin == GROUP:
        groups, wanted = question.groups or {}, question.places
        places = [place for place, group in groups.items() if wanted is None or group in wanted]
    elif places is None and origin == CITY_OF_STATIONS and question.places is not None:
        every = question.lake.labels(KINDS[origin], as_of=question.version)
        places = {place for place, _, city in every if city in question.places}
    elif places is None:
        places = question.places
    kind, version, rules_of_hours = KINDS[origin], question.version, rules.hours
    labels = None if origin == CITY_DAYS else _labels(question, kind, span)
    columns = DAY_COLUMNS if origin == CITY_DAYS else HOUR_COLUMNS if labels is None else BARE_COLUMNS
    inputs: dict[str, Input] = {
        "hours": question.lake.scan(
            kind, since=span.first, until=span.last, places=places, as_of=version, columns=columns
        )
    }
    if lost is not None:
        inputs |= _hours_lost(lost)
    if labels is not None:
        inputs["labels"] = labels

    def own(hours: Frame, lost: Frame | None = None, labels: Frame | None = None) -> Frame:
        if origin == CITY_DAYS:
            return given_days(hours, rules_of_hours)
        return own_days(hours, rules_of_hours, lost, labels)

    key = ("own", origin == CITY_DAYS, rules_of_hours)
    return engine_of(question.engine).run(key, own, small=small, **inputs)


def _hours_lost(lost: pa.Table) -> dict[str, Input]:
    """`day` and `hour` of each lost hour, as an input of the program; none when no hour was lost."""
    days = zip(lost["date"].to_pylist(), lost["lost"].to_pylist(), strict=True)
    found = [(day, hour) for day, bits in days for hour in hours_of(bits)]
    if not found:
        return {}
    columns = zip(*found, strict=True)
    return {"lost": pa.table([pa.array(column, pa.int32()) for column in columns], ["day", "hour"])}


def _labels(question: Question, kind: str, span: Period) -> pa.Table | None:
    """Name and city of each place, where no place had two of them in these days; None else."""
    found = question.lake.labels(kind, as_of=question.version, since=span.first, until=span.last)
    if len({place for place, _, _ in found}) < len(found):
        return None
    columns = zip(LABELS.names, zip(*sorted(found, key=lambda label: label[0]), strict=True), strict=True)
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns}) if found else None


def days_table(
    question: Question, origin: str, rules: DayRules, own: pa.Table, *, small: bool = False
) -> pa.Table:
    """`place_days` of `own_table`, in the form in which days are kept, with dates."""
    excluded = rules.excluded_names
    key = ("days", origin, rules.key)

    def counted(own: Frame, members: Frame | None = None) -> Frame:
        return place_days(keyed(own, origin, excluded, members), rules)

    inputs = {"own": own}
    if origin == GROUP:
        inputs["members"] = members_of(question)
    table = engine_of(question.engine).run(key, counted, small=small, **inputs)
    date = table.column_names.index("date")
    dated = table.set_column(date, "date", table["date"].cast(pa.int32()).cast(pa.date32()))
    return dated.select(DAY_SCHEMA.names).cast(DAY_SCHEMA)


def members_of(question: Question) -> pa.Table:
    """`place` and the `key` of its group."""
    pairs = sorted((question.groups or {}).items())
    return pa.table(
        {
            "place": pa.array([place for place, _ in pairs], pa.string()),
            "key": pa.array([group for _, group in pairs], pa.string()),
        }
    )


def keyed(own: Frame, origin: str, excluded_names: tuple[str, ...], members: Frame | None = None) -> Frame:
    """Rows under the `key` of the place they count for; those that count for none go.

    `members`: `members_of`, for groups.
    """
    if origin == CITY_OF_STATIONS:
        frame = own.filter(~nw.col("city").is_null())
        for word in excluded_names:
            frame = frame.filter(~nw.col("name").fill_null("").str.contains(word, literal=True))
        return frame.with_columns(key=nw.col("city"), name=nw.col("city"))
    if members is not None:
        return own.join(members, on="place", how="inner").with_columns(name=nw.col("key"))
    return own.with_columns(key=nw.col("place"))


def lost_table(question: Question, origin: str, rules: DayRules, span: Period) -> pa.Table | None:
    """`lost_hours` of each day, always told from every place of the kind; None: it is not asked."""
    if rules.hours.lost_min_hours is None or origin == CITY_DAYS:
        return None
    run = engine_of(question.engine).run
    scan = question.lake.scan(
        KINDS[origin], since=span.first, until=span.last, as_of=question.version, columns=["time"]
    )
    # Counted by the stamp as it is stored, which takes a sixth of the time of counting by day and hour.
    counts = run(
        ("counts",),
        lambda hours: hours.group_by("time").agg(nw.len().cast(nw.Int64).alias("places")),
        hours=scan,
    )
    day, hour = days_and_hours(counts["time"].cast(pa.timestamp("us", "UTC")))
    hourly = pa.table({"day": day, "hour": hour, "places": counts["places"]})
    held, hour_rules = hours_held(question, origin), rules.hours
    ends = None if held is None else (local_hour(held[0]), local_hour(held[1]))
    found = run(
        ("lost", hour_rules, ends),
        lambda hours: lost_hours(hours, hour_rules, held),
        small=True,
        hours=hourly,
    )
    return found.select(LOST.names).cast(LOST)


def hours_held(question: Question, origin: str) -> tuple[datetime, datetime] | None:
    """The first and last hour the lake holds of this origin's kind; None where it holds days."""
    held = None if origin == CITY_DAYS else question.lake.span(KINDS[origin], as_of=question.version)
    if held is None or not (isinstance(held[0], datetime) and isinstance(held[1], datetime)):
        return None
    return held[0], held[1]


def edges(question: Question, origin: str, part: Period) -> tuple[str, ...]:
    """Where the held hours begin or end inside these days: what counts as lost there depends on it."""
    held = hours_held(question, origin) or ()
    return tuple(str(edge) for edge in held if part.first <= local_hour(edge)[0] <= part.last)


def number_of(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days
