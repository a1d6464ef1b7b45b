"""The hours of one place as a series: values, sub-indices, AQI, each by the rules of its own date.

The real-time AQI changed in kind on 2026-03-01, from particles as 24-hour running means to six 1-hour means.
A series across that day comes as two segments that must never be joined by a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Any, Unpack

import narwhals as nw

from lantian.ambient.asking import Asked, book_of, question_of
from lantian.ambient.hour_records import RUNNING, VALUES, RealtimeRules, hour_record
from lantian.ambient.hours import CHINA, POLLUTANTS, Frame, local_hour
from lantian.ambient.period import Period
from lantian.ambient.questions import CITY_DAYS, CITY_OF_STATIONS, GROUP, KINDS, ORIGINS, Question
from lantian.ambient.records import HourRecord
from lantian.ambient.reviews import Review, reviews_of, verdict_on
from lantian.ambient.rules import HourRules, stretches
from lantian.lake import Lake, arrow
from lantian.rulebook import BY_DATE, Rule

HOUR = timedelta(hours=1)
LONGEST = 24
Rows = dict[datetime, dict[str, int | None]]
"""The hours of one station: values by item [thousandths], None where missing at the source."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Hours that may be drawn as one line: the same kind of real-time AQI.

    `regimes` they were judged under, `inputs` what each item of the AQI is (`hour`, `8h`, `24h`). `records`:
    every hour of the segment, oldest first, also those without any value; `why` of a record tells
    `lost_here` (the archive has that hour of nearly no place), `no_row` (others have it, this place has
    not), `no_data` (missing at the source), `voided` (declared invalid in a review) and
    `too_few_hours` (of a running mean).
    """

    first: datetime
    last: datetime
    regimes: tuple[str, ...]
    inputs: dict[str, str]
    records: list[HourRecord]


@dataclass(frozen=True, slots=True)
class HourSeries:
    """The hours of one place in a period. `marks`: `realtime_change:2026-03-01` for each break."""

    place: str
    level: str
    period: Period
    source: str
    data_version: int
    segments: list[Segment]
    marks: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def records(self) -> list[HourRecord]:
        """Every hour, whatever segment it is in: for tables, never for lines."""
        return [record for segment in self.segments for record in segment.records]


def series_of_hours(lake: Lake, place: str, period: Period, **asked: Unpack[Asked]) -> HourSeries:
    """The hours of one place, with the real-time AQI of each.

    Parameters
    ----------
    lake, period
        as for `evaluate`, and so are `level`, `regime`, `groups`, `as_of`, `rulebook`
    place
        a city, station or group, as the level says
    regime
        `by-date`: each hour by the rules of its day, a segment for each kind of AQI; a named regime judges
        every hour, in one segment

    Returns
    -------
    segments of whole hours from 01:00 of the first day to 24:00 of the last, within what the lake holds; no
    segment when the lake holds nothing of the place

    Raises
    ------
    LantianError
        no such level, regime or version; a day without regime

    Notes
    -----
    As `realtime`: HJ 633-2012, HJ 633-2026. A city is the mean of its stations' own values; the city-mean
    series answers where it has more than twice as many hours as the stations.
    """
    book = book_of(asked)
    regime = asked.get("regime", BY_DATE)
    question = question_of(lake, {**asked, "places": {place}})
    cut = stretches(book, period, regime)
    origin, stations = _chosen(question, place, period, cut[0].rules.excluded_names)
    first, last = _bounds(lake, period, origin, question.version)
    segments: list[Segment] = []
    kinds: list[object] = []
    used: dict[str, Rule] = {}
    lost = _lost(question, origin, period, cut[0].rules.hours) if stations else set()
    reviews = reviews_of(lake, KINDS[origin], as_of=question.version) if stations else []
    for stretch in cut if stations else ():
        at = datetime.combine(stretch.first, time(1), CHINA)
        rules = RealtimeRules.of(book, regime, at)
        used |= {rule.path: rule for rule in rules.aqi.rules}
        since, until = max(first, at), min(last, datetime.combine(stretch.last, time(), CHINA) + 24 * HOUR)
        if since > until:
            continue
        records = [
            _told(
                hour_record(row, origin, rules, row["at"].astimezone(UTC)), row, lost, reviews, list(stations)
            )
            for row in _rows(place, stations, rules, since, until)
        ]
        kind = (rules.aqi.averaging, rules.aqi.columns, rules.aqi.missing)
        name = stretch.rules.regime
        if segments and kinds[-1] == kind:
            before = segments[-1]
            segments[-1] = replace(
                before, last=until, regimes=tuple(dict.fromkeys((*before.regimes, name))),
                records=before.records + records,
            )  # fmt: skip
            continue
        kinds.append(kind)
        segments.append(Segment(since, until, (name,), dict(rules.aqi.averaging), records))
    return HourSeries(
        place=place,
        level=question.level,
        period=period,
        source=KINDS[origin],
        data_version=question.version,
        segments=segments,
        marks=tuple(f"realtime_change:{local_hour(later.first)[0]}" for later in segments[1:]),
        rules=tuple(used.values()),
    )


def _chosen(
    question: Question, place: str, period: Period, excluded: Sequence[str]
) -> tuple[str, dict[str, Rows]]:
    """The origin that answers for the place, and the hours of its members."""
    best: tuple[str, dict[str, Rows]] | None = None
    origins = [origin for origin in ORIGINS[question.level] if origin != CITY_DAYS]
    for origin in origins:
        if KINDS[origin] not in question.lake.kinds():
            continue
        members = _members(question, origin, place, excluded)
        found = _read(question, KINDS[origin], members, period) if members else {}
        if found and (best is None or _many(found) > 2 * _many(best[1])):
            best = (origin, found)
    return best or (origins[0], {})


def _many(found: Mapping[str, Rows]) -> int:
    """Hours of which some member has a value."""
    return len({
        at for rows in found.values() for at, values in rows.items() if set(values.values()) != {None}
    })  # fmt: skip


def _members(question: Question, origin: str, place: str, excluded: Sequence[str]) -> set[str]:
    """The keys whose rows count for the place."""
    if origin == GROUP:
        return {station for station, group in (question.groups or {}).items() if group == place}
    if origin != CITY_OF_STATIONS:
        return {place}
    return {
        known.place
        for known in question.lake.places(KINDS[origin], as_of=question.version)
        if known.city == place and not any(word in (known.name or "") for word in excluded)
    }


def _read(question: Question, kind: str, members: set[str], period: Period) -> dict[str, Rows]:
    """The hours of each member, from as far before the period as a running mean reaches."""
    rows = question.lake.read(
        kind, since=period.first - timedelta(days=1), until=period.last, places=members,
        as_of=question.version, columns=["place", "time", *POLLUTANTS],
    )  # fmt: skip
    found: dict[str, Rows] = {}
    for row in arrow(rows).to_pylist():
        values = {item: row[item] for item in POLLUTANTS}
        found.setdefault(row["place"], {})[row["time"].astimezone(CHINA)] = values
    return found


def _bounds(lake: Lake, period: Period, origin: str, version: int) -> tuple[datetime, datetime]:
    """The first and last hour (its end) to answer for: not beyond what the lake holds."""
    first = datetime.combine(period.first, time(1), CHINA)
    last = datetime.combine(period.last, time(), CHINA) + 24 * HOUR
    kind = KINDS[origin]
    span = lake.span(kind, as_of=version) if kind in lake.kinds() else None
    if span and isinstance(span[0], datetime) and isinstance(span[1], datetime):
        return max(first, span[0].astimezone(CHINA)), min(last, span[1].astimezone(CHINA))
    return first, last


def _lost(question: Question, origin: str, period: Period, rules: HourRules) -> set[datetime]:
    """Hours that (nearly) every place lacks, where enough places report to tell."""
    if rules.lost_min_hours is None or origin == CITY_DAYS:
        return set()
    every = question.lake.read(
        KINDS[origin],
        since=period.first,
        until=period.last,
        as_of=question.version,
        columns=["place", "time"],
    )
    frame: Frame = nw.from_native(every)
    counted = frame.group_by("time").agg(nw.len().alias("places")).collect(backend="pyarrow").to_arrow()
    places = {row["time"].astimezone(CHINA): row["places"] for row in counted.to_pylist()}
    fullest: dict[date, int] = {}
    for at, number in places.items():
        day = local_hour(at)[0]
        fullest[day] = max(fullest.get(day, 0), number)
    return {
        at
        for day, most in fullest.items()
        if most >= rules.lost_min_places
        for at in (datetime.combine(day, time(), CHINA) + hour * HOUR for hour in range(1, 25))
        if places.get(at, 0) * 100 <= most * rules.lost_max_share
    }


def _rows(
    place: str, stations: Mapping[str, Rows], rules: RealtimeRules, since: datetime, until: datetime
) -> Iterator[dict[str, Any]]:
    """A row of `hour_values` for every hour: sums over members, and how many members each is of."""
    begin = since - (LONGEST - 1) * HOUR
    hours = [begin + n * HOUR for n in range(int((until - begin) / HOUR) + 1)]
    running = [_running(rows, hours) for rows in stations.values()]
    for position in range(LONGEST - 1, len(hours)):
        at = hours[position]
        row: dict[str, Any] = {"key": place, "name": place, "at": at}
        row["there"] = any(at in rows for rows in stations.values())
        for value in VALUES:
            own = []
            for rows, sums in zip(stations.values(), running, strict=True):
                if value in RUNNING:
                    own.append(_window(sums, value, position, rules))
                elif (found := rows.get(at, {}).get(value)) is not None:
                    own.append(found * rules.scale)
            known = [number for number in own if number is not None]
            row[f"{value}_v"], row[f"{value}_m"] = sum(known), len(known)
        yield row


def _running(rows: Rows, hours: Sequence[datetime]) -> dict[str, tuple[list[int], list[int]]]:
    """Sums and counts up to each hour, per item that has a running mean."""
    found = {}
    for item in {item for item, _ in RUNNING.values()}:
        values = [rows.get(at, {}).get(item) for at in hours]
        sums = [0, *accumulate(value or 0 for value in values)]
        counts = [0, *accumulate(int(value is not None) for value in values)]
        found[item] = (sums, counts)
    return found


def _window(
    sums: Mapping[str, tuple[list[int], list[int]]], value: str, position: int, rules: RealtimeRules
) -> int | None:
    """A member's running mean [1/scale thousandths] that ends with an hour; None with too few hours."""
    item, length = RUNNING[value]
    totals, counts = sums[item]
    count = counts[position + 1] - counts[position + 1 - length]
    if count < rules.needed[length]:
        return None
    return (totals[position + 1] - totals[position + 1 - length]) * (rules.scale // count)


def _told(
    record: HourRecord,
    row: Mapping[str, Any],
    lost: set[datetime],
    reviews: Sequence[Review],
    members: list[str],
) -> HourRecord:
    """The record with the reason why a value is absent, where more is known than `no_data`."""
    whole = None if row["there"] else "lost_here" if row["at"] in lost else "no_row"
    why = dict(record.why)
    for item, code in record.why.items():
        if code == "no_data":
            why[item] = whole or code
            verdicts = [verdict_on(reviews, member, item, record.time) for member in members]
            if any(verdict is not None and verdict.verdict == "void" for verdict in verdicts):
                why[item] = "voided"
    return replace(record, why=why)
