"""From the lake to the days of places: which kind answers for which level, read once, kept by month."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient import derived
from lantian.ambient.days import place_days
from lantian.ambient.hours import Frame, given_days, local_hour, lost_hours, own_days
from lantian.ambient.period import Period
from lantian.ambient.rules import DayRules, Stretch
from lantian.errors import LantianError
from lantian.lake import Lake, engine

LEVELS = ("city", "station", "group")

STATION = "station"
CITY_OF_STATIONS = "city_of_stations"
CITY_FEED = "city_feed"
CITY_DAYS = "city_days"
GROUP = "group"

KINDS = {
    STATION: "ambient_station_hour",
    CITY_OF_STATIONS: "ambient_station_hour",
    CITY_FEED: "ambient_city_hour",
    CITY_DAYS: "ambient_city_day",
    GROUP: "ambient_station_hour",
}
ORIGINS = {
    "station": (STATION,),
    "city": (CITY_OF_STATIONS, CITY_FEED, CITY_DAYS),
    "group": (GROUP,),
}


@dataclass(frozen=True)
class Question:
    """What is asked of a lake: level, members of groups, places, at which version of the data.

    `version` fixes the data for every read of one answer, whatever is appended meanwhile.
    """

    lake: Lake
    level: str
    version: int
    groups: Mapping[str, str] | None = None
    places: frozenset[str] | None = None

    @classmethod
    def of(
        cls,
        lake: Lake,
        level: str,
        groups: Mapping[str, str] | None,
        places: Collection[str] | None,
        as_of: int | datetime | None,
    ) -> Question:
        """Check what was asked.

        Raises
        ------
        LantianError
            unknown level or version; a group level without groups
        """
        if level not in LEVELS:
            raise LantianError(f"there is no level '{level}'", remedy="Choose " + ", ".join(LEVELS) + ".")
        if (level == "group") != (groups is not None):
            raise LantianError(
                "`groups` (station to group) goes with the level 'group', and only with it",
                remedy="Give both or neither.",
            )
        chosen = None if places is None else frozenset(places)
        return cls(lake, level, version_of(lake, as_of), groups, chosen)


def version_of(lake: Lake, as_of: int | datetime | None) -> int:
    """The number of the version that was the newest at `as_of`; None is now."""
    if as_of is None:
        return lake.version
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise LantianError(f"as of {as_of}: no time zone", remedy="Give an aware datetime.")
        return max((commit.version for commit in lake.commits() if commit.time <= as_of), default=0)
    if not 0 <= as_of <= lake.version:
        raise LantianError(f"there is no version {as_of}", remedy=f"The newest version is {lake.version}.")
    return as_of


@dataclass(frozen=True)
class Days:
    """The days of one stretch: `place_days` as an Arrow table, and the rules they were made with."""

    stretch: Stretch
    table: pa.Table


def days_of(question: Question, origin: str, period: Period, cut: list[Stretch]) -> list[Days]:
    """The days of every place of one origin, a table a stretch, sorted by key and date.

    `cut` covers every month that the period touches, whole, so that months can be kept.
    """
    found: list[Days] = []
    for stretch in cut:
        units = list(_units(question, origin, period, stretch))
        tables = [table for _, _, table in units if table is not None]
        for run in _runs([(first, last) for first, last, table in units if table is None]):
            tables.extend(_compute(question, origin, stretch.rules, run))
        if not tables:
            continue
        table = pa.concat_tables(tables)
        inside = pc.and_(
            pc.greater_equal(table["date"], pa.scalar(period.first)),
            pc.less_equal(table["date"], pa.scalar(period.last)),
        )
        if question.places is not None:
            keys = pa.array(sorted(question.places), pa.string())
            inside = pc.and_(inside, pc.is_in(table["key"], keys))
        table = table.filter(inside)
        if table.num_rows:
            found.append(Days(stretch, table.sort_by([("key", "ascending"), ("date", "ascending")])))
    return found


def whole_months(period: Period) -> Period:
    """The period widened to the whole months it touches."""
    first = Period.month(period.first.year, period.first.month)
    last = Period.month(period.last.year, period.last.month)
    return Period(first.first, last.last)


def _units(
    question: Question, origin: str, period: Period, stretch: Stretch
) -> Iterator[tuple[date, date, pa.Table | None]]:
    """Parts of the stretch, a month each, of which the lake holds something: with the kept days, or None."""
    span = period.within(stretch.first, stretch.last)
    if span is None:
        return
    files = _files(question, origin)
    for year, month in whole_months(span).months():
        whole = Period.month(year, month)
        if whole.label in files:
            part = whole.within(stretch.first, stretch.last) or whole
            edges = _edges(question, origin, part)
            name = _name(question, stretch.rules, files[whole.label], part, edges)
            yield part.first, part.last, derived.get(question.lake.root, origin, whole.label, name)


def _files(question: Question, origin: str) -> dict[str, list[str]]:
    """The data files behind each month."""
    files: dict[str, list[str]] = {}
    for commit in question.lake.commits(KINDS[origin]):
        if commit.version <= question.version:
            for file in commit.files:
                files.setdefault(file.period, []).append(file.path)
    return files


def _name(question: Question, rules: DayRules, files: list[str], part: Period, edges: tuple[str, ...]) -> str:
    groups = None if question.groups is None else sorted(question.groups.items())
    aqi = rules.aqi
    judged = (
        repr(aqi.columns),
        aqi.items,
        aqi.minimum,
        aqi.missing,
        aqi.missing_threshold,
        aqi.primary_above,
    )
    limits = (aqi.good_max, aqi.heavy_above)
    return derived.digest(
        files,
        groups,
        str(part.first),
        str(part.last),
        edges,
        rules.hours.key,
        rules.decimals,
        judged,
        limits,
        rules.excluded_names,
    )


def _runs(units: list[tuple[date, date]]) -> list[list[tuple[date, date]]]:
    """Parts that follow each other without a gap, together: one query each."""
    runs: list[list[tuple[date, date]]] = []
    for first, last in units:
        if runs and (first - runs[-1][-1][1]).days == 1:
            runs[-1].append((first, last))
        else:
            runs.append([(first, last)])
    return runs


def _compute(
    question: Question, origin: str, rules: DayRules, run: list[tuple[date, date]]
) -> Iterator[pa.Table]:
    own = _own_days(question, origin, rules, run[0][0], run[-1][1])
    table = place_days(own, rules).collect(backend="pyarrow").to_arrow()
    if question.places is not None:
        yield table  # of some places only: right for this question, not to be kept
        return
    files = _files(question, origin)
    for first, last in run:
        inside = pc.and_(
            pc.greater_equal(table["date"], pa.scalar(first)), pc.less_equal(table["date"], pa.scalar(last))
        )
        part = table.filter(inside)
        month = f"{first:%Y-%m}"
        part_of_month = Period(first, last)
        name = _name(question, rules, files[month], part_of_month, _edges(question, origin, part_of_month))
        derived.put(question.lake.root, origin, month, name, part)
        yield part


def _own_days(question: Question, origin: str, rules: DayRules, first: date, last: date) -> Frame:
    places: Collection[str] | None = None
    if origin == GROUP:
        groups = question.groups or {}
        wanted = question.places
        places = [place for place, group in groups.items() if wanted is None or group in wanted]
    elif origin != CITY_OF_STATIONS:
        places = question.places
    rows = question.lake.read(KINDS[origin], since=first, until=last, places=places, as_of=question.version)
    frame: Frame = nw.from_native(rows)
    if origin == CITY_DAYS:
        own = given_days(frame, rules.hours)
    else:
        own = own_days(frame, rules.hours, _lost(question, origin, rules, first, last))
    return keyed(own, question, origin, rules.excluded_names)


def keyed(own: Frame, question: Question, origin: str, excluded_names: tuple[str, ...]) -> Frame:
    """Rows under the `key` of the place they count for; those that count for none go."""
    if origin == CITY_OF_STATIONS:
        return _city_points(own, question, excluded_names).with_columns(
            key=nw.col("city"), name=nw.col("city")
        )
    if origin == GROUP:
        pairs = sorted((question.groups or {}).items())
        members = pa.table(
            {
                "place": pa.array([place for place, _ in pairs], pa.string()),
                "key": pa.array([group for _, group in pairs], pa.string()),
            }
        )
        named = own.join(nw.from_native(engine.relation(members)), on="place", how="inner")
        return named.with_columns(name=nw.col("key"))
    return own.with_columns(key=nw.col("place"))


def _lost(question: Question, origin: str, rules: DayRules, first: date, last: date) -> Frame | None:
    """Hours the archive lost, always told from every place of the kind, whichever places are asked for."""
    if rules.hours.lost_min_hours is None:
        return None
    every = question.lake.read(
        KINDS[origin], since=first, until=last, as_of=question.version, columns=["place", "time"]
    )
    frame: Frame = nw.from_native(every)
    table = (
        lost_hours(frame, rules.hours, _hours_held(question, origin)).collect(backend="pyarrow").to_arrow()
    )
    lifted: Frame = nw.from_native(engine.relation(table))
    return lifted


def _hours_held(question: Question, origin: str) -> tuple[datetime, datetime] | None:
    """The first and last hour the lake holds of this origin's kind; None where it holds days."""
    held = None if origin == CITY_DAYS else question.lake.span(KINDS[origin], as_of=question.version)
    if held is None or not (isinstance(held[0], datetime) and isinstance(held[1], datetime)):
        return None
    return held[0], held[1]


def _edges(question: Question, origin: str, part: Period) -> tuple[str, ...]:
    """Where the held hours begin or end inside these days: what counts as lost there depends on it."""
    held = _hours_held(question, origin) or ()
    return tuple(str(edge) for edge in held if part.first <= local_hour(edge)[0] <= part.last)


def _city_points(frame: Frame, question: Question, excluded_names: tuple[str, ...]) -> Frame:
    """Rows of stations that count for their city."""
    frame = frame.filter(~nw.col("city").is_null())
    for word in excluded_names:
        frame = frame.filter(~nw.col("name").fill_null("").str.contains(word, literal=True))
    if question.places is not None:
        frame = frame.filter(nw.col("city").is_in(sorted(question.places)))
    return frame
