"""Where a person should look for dust: hours that meet the hour criteria as recalled. Nothing is decided.

The days that count as dust come from the monitoring centre. What this finds is a candidate, not verified.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.ambient.events.lists import CONCENTRATION, DayEntry
from lantian.ambient.exact import half_even
from lantian.ambient.hours import CHINA, local_hour
from lantian.ambient.period import Period
from lantian.ambient.rules import THOUSANDTHS, DayRules
from lantian.ambient.sources import CITY_FEED, CITY_OF_STATIONS, KINDS, STATION, Question
from lantian.errors import LantianError
from lantian.lake import Lake, arrow
from lantian.rulebook import BY_DATE, Rule, Rulebook, load

PM10_JUMP, RATIO_FALL = "pm10_jump", "ratio_fall"
HOUR = timedelta(hours=1)
ROOM = 1.000001

Series = dict[datetime, tuple[Fraction | None, Fraction | None]]
"""PM10 and PM2.5 [µg/m³] by the end of the hour (UTC)."""
Sums = dict[datetime, list[int]]
"""Sum and number of PM10, then of PM2.5 [thousandths], by the end of the hour."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hours of one place that look like dust, from the end of the first to the end of the last hour (UTC).

    `criteria`: `pm10_jump`, `ratio_fall` or both, as met in the first hour. `before` mean PM10 of the hours
    before, `top` the largest hour [µg/m³], `open` when the data end or `longest_hours` pass before PM10 came
    back.
    """

    place: str
    first: datetime
    last: datetime
    hours: int
    criteria: tuple[str, ...]
    before: Decimal
    top: Decimal
    open: bool
    verified: bool = False

    @property
    def days(self) -> list[date]:
        """The local days the hours belong to."""
        first, last = local_hour(self.first)[0], local_hour(self.last)[0]
        return [first + timedelta(days=day) for day in range((last - first).days + 1)]

    @property
    def line(self) -> str:
        """`太原 2019-05-12 03:00 to 2019-05-12 19:00, 17 h: PM10 61 before, up to 402 (pm10_jump)`."""
        start, end = (moment.astimezone(CHINA) for moment in (self.first, self.last))
        said = ", ".join(self.criteria) + (", not over" if self.open else "")
        return (
            f"{self.place} {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, {self.hours} h: "
            f"PM10 {self.before} before, up to {self.top} ({said})"
        )


@dataclass(frozen=True)
class _Criteria:
    times: Fraction
    above: Fraction
    before: int
    least: int
    ratio: Fraction
    end: Fraction
    top_above: Fraction
    longest: int

    @classmethod
    def of(cls, rule: Rule) -> _Criteria:
        table = rule.table
        return cls(
            times=Fraction(table["pm10_times"]),
            above=Fraction(table["pm10_above"]),
            before=int(table["before_hours"]),
            least=int(table["before_least"]),
            ratio=Fraction(table["ratio_percent"]) / 100,
            end=1 + Fraction(table["end_within_percent"]) / 100,
            top_above=Fraction(table["top_above"]),
            longest=int(table["longest_hours"]),
        )


def candidates(
    lake: Lake,
    period: Period,
    *,
    level: str = "city",
    places: Collection[str] | None = None,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
) -> list[Candidate]:
    """Hours that meet the recalled dust criteria, for a person to look at; never a deduction.

    Parameters
    ----------
    lake, period, places, as_of
        as for `evaluate`
    level
        `city` (plain mean of its stations' hours, else the city feed) or `station`

    Returns
    -------
    by place and time; an hour belongs to one candidate

    Raises
    ------
    LantianError
        another level; no such version

    Notes
    -----
    环办监测〔2016〕120号 as recalled, `ambient.events.hours`, not verified: PM10 at least twice the mean of
    the 6 hours before and above 150, or PM2.5/PM10 at most half its mean of the 6 hours before; until PM10 is
    back within 10 % of the mean before it began. Hours whose PM10 never
    exceeds 150 are left out.
    """
    if level not in ("city", "station"):
        raise LantianError("candidates are looked for in cities or stations", remedy="Choose one of them.")
    book = rulebook or load()
    criteria = _Criteria.of(book.rule("ambient.events.hours", on=period.last))
    question = Question.of(lake, level, None, places, as_of)
    found: list[Candidate] = []
    for place, series in sorted(_hours(question, period, book).items()):
        found.extend(_of_place(place, series, criteria, period))
    return found


def proposed(found: Collection[Candidate], book: Rulebook | None = None) -> list[DayEntry]:
    """The candidates as rows of a day list to be struck out or confirmed by a person."""
    rules = book or load()
    items = rules.rule("ambient.events.default_items").texts
    entries: dict[tuple[str, date], list[Candidate]] = {}
    for one in found:
        for day in one.days:
            entries.setdefault((one.place, day), []).append(one)
    return [
        DayEntry(
            place, day, day, items, (CONCENTRATION,),
            reason="待复核：" + "；".join(_zh(one) for one in those),
        )
        for (place, day), those in sorted(entries.items())
    ]  # fmt: skip


def _zh(one: Candidate) -> str:
    start = one.first.astimezone(CHINA)
    return f"{start:%m-%d %H}时起{one.hours}小时，PM10由{one.before}升至{one.top}"


def _hours(question: Question, period: Period, book: Rulebook) -> dict[str, Series]:
    # A day before, so that the first hours have hours before them.
    since = period.first - timedelta(days=1)
    found: dict[str, Sums] = {}
    kinds = question.lake.kinds()
    if question.level == "station" or KINDS[CITY_OF_STATIONS] in kinds:
        rules = DayRules.of(book, regime=_regime(book, period), on=period.last)
        for row in _rows(question, KINDS[STATION], since, period.last):
            if question.level == "city":
                skip = row["city"] is None or any(
                    word in (row["name"] or "") for word in rules.excluded_names
                )
                if skip:
                    continue
            key = row["city"] if question.level == "city" else row["place"]
            if question.places is None or key in question.places:
                _add(found.setdefault(key, {}), row)
    means = {place: _means(sums) for place, sums in found.items()}
    if question.level == "city" and KINDS[CITY_FEED] in kinds:
        for row in _rows(question, KINDS[CITY_FEED], since, period.last):
            key = row["place"]
            if key not in found and (question.places is None or key in question.places):
                means.setdefault(key, {})[row["time"]] = (_plain(row["pm10"]), _plain(row["pm2_5"]))
    return means


def _regime(book: Rulebook, period: Period) -> str:
    """Names of points to leave out are the same in every regime; the first one serves days before it."""
    try:
        book.regime_on(period.last)
    except LantianError:
        return book.regimes()[0]
    return BY_DATE


def _rows(question: Question, kind: str, since: date, until: date) -> Iterator[dict[str, Any]]:
    relation = question.lake.read(
        kind, since=since, until=until, as_of=question.version,
        columns=["place", "name", "city", "time", "pm10", "pm2_5"],
    )  # fmt: skip
    yield from arrow(relation).to_pylist()


def _add(sums: Sums, row: Mapping[str, Any]) -> None:
    own = sums.setdefault(row["time"], [0, 0, 0, 0])
    for at, item in ((0, "pm10"), (2, "pm2_5")):
        if row[item] is not None:
            own[at] += row[item]
            own[at + 1] += 1


def _means(sums: Sums) -> Series:
    return {
        time: (
            Fraction(own[0], own[1] * THOUSANDTHS) if own[1] else None,
            Fraction(own[2], own[3] * THOUSANDTHS) if own[3] else None,
        )
        for time, own in sums.items()
    }


def _plain(thousandths: int | None) -> Fraction | None:
    return None if thousandths is None else Fraction(thousandths, THOUSANDTHS)


def _of_place(place: str, series: Series, criteria: _Criteria, period: Period) -> Iterator[Candidate]:
    times = sorted(time for time, (pm10, _) in series.items() if pm10 is not None)
    busy_until: datetime | None = None
    for time in times:
        if busy_until is not None and time <= busy_until:
            continue
        if not period.first <= local_hour(time)[0] <= period.last:
            continue
        met = _met(series, time, criteria)
        if met is None:
            continue
        names, before = met
        hours, over = _until(times, series, time, before * criteria.end, criteria.longest)
        busy_until = hours[-1]
        top = max(pm10 for hour in hours if (pm10 := series[hour][0]) is not None)
        if top <= criteria.top_above:
            continue
        yield Candidate(
            place, time, busy_until, len(hours), names, half_even(before, 0), half_even(top, 0), not over
        )


def _met(series: Series, time: datetime, criteria: _Criteria) -> tuple[tuple[str, ...], Fraction] | None:
    """The criteria an hour meets, and the mean PM10 of the hours before; None when it meets none."""
    window = [series.get(time - HOUR * back, (None, None)) for back in range(1, criteria.before + 1)]
    now, fine_now = series[time]
    pm10 = [coarse for coarse, _ in window if coarse is not None]
    if now is None or len(pm10) < criteria.least or not _near(now, fine_now, window, criteria):
        return None
    ratios = [fine / coarse for coarse, fine in window if coarse and fine is not None]
    before = sum(pm10, Fraction(0)) / len(pm10)
    names = []
    if now > criteria.above and now >= criteria.times * before:
        names.append(PM10_JUMP)
    if now and fine_now is not None and len(ratios) >= criteria.least:
        usual = sum(ratios, Fraction(0)) / len(ratios)
        if fine_now / now <= criteria.ratio * usual:
            names.append(RATIO_FALL)
    return (tuple(names), before) if names else None


def _near(
    now: Fraction,
    fine: Fraction | None,
    window: list[tuple[Fraction | None, Fraction | None]],
    criteria: _Criteria,
) -> bool:
    """Whether an hour may meet a criterion, in quick floats with room; the decision itself is exact."""
    if now > criteria.above:
        return True
    ratios = [float(low) / float(coarse) for coarse, low in window if coarse and low is not None]
    if not now or fine is None or len(ratios) < criteria.least:
        return False
    return float(fine) / float(now) <= float(criteria.ratio) * sum(ratios) / len(ratios) * ROOM


def _until(
    times: list[datetime], series: Series, start: datetime, back: Fraction, longest: int
) -> tuple[list[datetime], bool]:
    """The hours from `start` until PM10 is no more than `back`, and whether it came back at all."""
    hours = [start]
    for time in times[times.index(start) + 1 :]:
        pm10 = series[time][0]
        if pm10 is not None and pm10 <= back:
            return hours, True
        if time - start >= HOUR * longest:
            break
        hours.append(time)
    return hours, False
