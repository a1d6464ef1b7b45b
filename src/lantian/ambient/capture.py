"""Capture rate (数据获取率) and online rate (联网率) of stations: how much of what was expected is there.

Missing at the source, lost by this archive and voided by a review are counted apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np

from lantian.ambient.period import Period
from lantian.ambient.reviewed_rows import imported_rows
from lantian.ambient.reviews import Review, reviews_of
from lantian.ambient.screens.grid import Bools, Grid, read_grid, windows
from lantian.ambient.screens.screening import KINDS, known_before, span_of
from lantian.ambient.screens.thresholds import ITEMS, Thresholds
from lantian.ambient.sources import version_of
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import Rulebook, load

HOUR = timedelta(hours=1)


@dataclass
class ItemCapture:
    """One pollutant of one place: valid hours, hours that a review has voided, days with enough hours."""

    present: int = 0
    voided: int = 0
    days_valid: int = 0


@dataclass
class Capture:
    """One place, one city (`place` is its name) or everything (`place` is empty).

    `expected` are the hours of the span (times the places), `lost` those of them the archive lacks for nearly
    every place, `online` those with any value, voided ones included. Rates [%] have one decimal and are
    None where nothing was expected.
    """

    place: str
    name: str
    city: str
    places: int = 1
    expected: int = 0
    lost: int = 0
    online: int = 0
    days: int = 0
    lost_apart: bool = True
    items: dict[str, ItemCapture] = field(default_factory=lambda: {item: ItemCapture() for item in ITEMS})

    @property
    def due(self) -> int:
        """Hours a rate is computed over."""
        return self.expected - self.lost if self.lost_apart else self.expected

    def rate(self, item: str) -> Decimal | None:
        """Capture rate of one pollutant [%]."""
        return _rate(self.items[item].present, self.due)

    @property
    def capture_rate(self) -> Decimal | None:
        """Capture rate over the six pollutants [%]."""
        return _rate(sum(item.present for item in self.items.values()), self.due * len(self.items))

    @property
    def online_rate(self) -> Decimal | None:
        """Share of the hours with any value [%]."""
        return _rate(self.online, self.due)

    def add(self, other: Capture) -> None:
        """Count another place in."""
        self.places += other.places
        for name in ("expected", "lost", "online", "days"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for item, own in self.items.items():
            theirs = other.items[item]
            own.present += theirs.present
            own.voided += theirs.voided
            own.days_valid += theirs.days_valid

    def as_dict(self) -> dict[str, Any]:
        """The row for a machine; rates as text with their decimal."""
        return {
            "place": self.place,
            "name": self.name,
            "city": self.city,
            "places": self.places,
            "hours_expected": self.expected,
            "hours_lost": self.lost,
            "hours_online": self.online,
            "online_rate": _text(self.online_rate),
            "capture_rate": _text(self.capture_rate),
            "days": self.days,
            "items": {
                item: {
                    "present": one.present,
                    "voided": one.voided,
                    "days_valid": one.days_valid,
                    "capture_rate": _text(self.rate(item)),
                }
                for item, one in self.items.items()
            },
        }


@dataclass(frozen=True)
class CaptureReport:
    """Capture of every place, of every city, and in total, over `since` to `until` (stamps, UTC)."""

    kind: str
    period: Period
    since: datetime
    until: datetime
    data_version: int
    places: list[Capture]
    cities: list[Capture]
    total: Capture
    unverified: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report for a machine."""
        return {
            "kind": self.kind,
            "period": self.period.label,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "data_version": self.data_version,
            "unverified": list(self.unverified),
            "total": self.total.as_dict(),
            "cities": [row.as_dict() for row in self.cities],
            "places": [row.as_dict() for row in self.places],
        }


def capture(
    lake: Lake,
    period: Period,
    kind: str = "ambient_station_hour",
    *,
    places: Collection[str] | None = None,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
) -> CaptureReport:
    """How many of the hours of a period are there, for every place and pollutant.

    Parameters
    ----------
    lake
        the store
    period
        whole local days; hours before the first and after the last that the store holds are not expected
    kind
        `ambient_station_hour` or `ambient_city_hour`
    places
        only these; None for all that report in the period or did in the month before
    as_of
        the lake as it was: a version number or an aware instant
    rulebook
        None is the packaged one

    Raises
    ------
    LantianError
        a kind without hours, an unknown version, a period without data

    Notes
    -----
    Days need `ambient.validity.day.min_hours` (GB 3095 table 4). That hours lost by the archive are left out
    of the hours expected is a rule of ours (`ambient.screens.capture.lost_here`, not verified).
    """
    if kind not in KINDS:
        raise LantianError(f'"{kind}" has no hours', remedy=f"Kinds with hours are {', '.join(KINDS)}.")
    version = version_of(lake, as_of)
    first, last = span_of(lake, kind, period.first, period.last, version)
    rules = Thresholds.of(rulebook, period.last)
    apart = rules.rule("capture.lost_here").text == "apart"
    book = rulebook or load()
    enough = book.rule("ambient.validity.day.min_hours", on=period.last).integer
    lost_rule = book.rule("ambient.validity.day.lost_here", on=period.last).value
    known = known_before(lake, kind, first, version)
    reviews = reviews_of(lake, kind, version)
    found: dict[str, Capture] = {}
    for start, end in _days(first, last):
        grid = read_grid(lake, kind, start, end, places=None, as_of=version, known=known)
        voided = _voided(lake, kind, grid, reviews, version)
        _count(found, grid, voided, enough=enough, lost=_lost(grid, lost_rule), apart=apart)
    chosen = [row for place, row in sorted(found.items()) if places is None or place in set(places)]
    cities: dict[str, Capture] = {}
    total = Capture("", "", "", places=0, lost_apart=apart)
    for row in chosen:
        total.add(row)
        if row.city:
            cities.setdefault(
                row.city, Capture(row.city, row.city, row.city, places=0, lost_apart=apart)
            ).add(row)
    unverified = (*rules.unverified, "ambient.validity.day.lost_here")
    return CaptureReport(
        kind,
        period,
        first,
        last,
        version,
        chosen,
        [cities[city] for city in sorted(cities)],
        total,
        unverified,
    )


def _days(first: datetime, last: datetime) -> Iterable[tuple[datetime, datetime]]:
    """Windows of whole local days that do not overlap."""
    begin = first
    for _, end in windows(first, last):
        # A local day ends with the stamp 16:00 UTC.
        cut = end.replace(hour=16)
        cut = last if end == last else cut if cut <= end else cut - timedelta(days=1)
        if cut >= begin:
            yield begin, cut
            begin = cut + HOUR


def _lost(grid: Grid, rule: Any) -> Bools:
    """Hours that (nearly) every place lacks, where enough places report to tell."""
    rows = grid.reported.sum(axis=0)
    fullest = int(rows.max(initial=0))
    if not rule or fullest < int(rule["min_places"]):
        return np.zeros(grid.hours, np.bool_)
    return np.asarray(rows * 100 <= fullest * int(rule["max_share"]))


def _count(
    found: dict[str, Capture],
    grid: Grid,
    voided: dict[str, Bools],
    *,
    enough: int,
    lost: Bools,
    apart: bool,
) -> None:
    day = (np.arange(grid.hours) + (grid.first.astimezone(UTC).hour + 7) % 24) // 24
    starts = np.flatnonzero(np.r_[True, day[1:] != day[:-1]])
    present = {item: ~np.isnan(values) for item, values in grid.values.items()}
    online = np.logical_or.reduce([present[item] | voided[item] for item in ITEMS])
    valid = {item: (np.add.reduceat(present[item], starts, axis=1) >= enough).sum(axis=1) for item in ITEMS}
    for line, place in enumerate(grid.places):
        row = found.setdefault(place, Capture(place, grid.names[line], grid.cities[line], lost_apart=apart))
        row.name, row.city = grid.names[line], grid.cities[line]
        row.expected += grid.hours
        row.lost += int((lost & ~grid.reported[line]).sum())
        row.online += int(online[line].sum())
        row.days += len(starts)
        for item, one in row.items.items():
            one.present += int(present[item][line].sum())
            one.voided += int(voided[item][line].sum())
            one.days_valid += int(valid[item][line])


def _voided(lake: Lake, kind: str, grid: Grid, reviews: list[Review], version: int) -> dict[str, Bools]:
    """Hours of each item that came with a value and whose last review voids them."""
    found = {item: np.zeros(grid.reported.shape, np.bool_) for item in ITEMS}
    end = grid.time(grid.hours - 1)
    met = [r for r in reviews if r.since <= end and r.until >= grid.first]
    lines = {place: line for line, place in enumerate(grid.places)}
    touched = sorted({r.place for r in met if r.verdict == "void" and r.place in lines})
    if not touched:
        return found
    for review in met:
        if review.place in lines:
            start = max(int((review.since - grid.first) / HOUR), 0)
            hours = slice(start, int((review.until - grid.first) / HOUR) + 1)
            for item in review.items:
                found[item][lines[review.place], hours] = review.verdict == "void"
    came = {item: np.zeros(grid.reported.shape, np.bool_) for item in ITEMS}
    for place, rows in imported_rows(lake, kind, touched, grid.first, end, version=version).items():
        for time, row in rows.items():
            for item in ITEMS:
                came[item][lines[place], int((time - grid.first) / HOUR)] = row[item] is not None
    return {item: found[item] & came[item] for item in ITEMS}


def _rate(part: int, whole: int) -> Decimal | None:
    if whole <= 0:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def _text(rate: Decimal | None) -> str | None:
    return None if rate is None else str(rate)
