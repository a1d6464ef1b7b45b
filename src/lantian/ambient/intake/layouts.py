"""The layouts of files that are understood, each a declaration: headings, stamps, units.

The first layout of the table that fits the headings is taken, so the special ones stand before the
general ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from lantian.ambient.intake.headings import POLLUTANTS, Heading, plain, roles_of, understand
from lantian.errors import LantianError

Stamp = Literal["end", "start"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of files.

    `headings` are sets of plain headings, one of which must be there; `roles` are sets of meanings, one
    of which must be there; `without` are meanings that must not be there. `place` says from which
    columns the key of a place is made (first that is there). `stamp` says which end of its hour a stamp
    names, `why` how that is known and `sure` whether it is known at all. `units` are the units of
    columns whose heading states none.
    """

    name: str
    title: str
    kind: str
    place: tuple[str, ...]
    stamp: Stamp = "end"
    sure: bool = True
    why: str = ""
    headings: tuple[frozenset[str], ...] = ()
    roles: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()
    long: bool = False
    units: dict[str, str] = field(default_factory=dict)

    @property
    def daily(self) -> bool:
        """Whether its rows are days."""
        return self.kind.endswith("_day")

    def fits(self, plain_headings: set[str], roles: set[str], *, placed: bool) -> bool:
        """Whether headings are of this layout; `placed` when the place is given from outside."""
        if self.headings:
            return any(wanted <= plain_headings for wanted in self.headings)
        if self.without & roles or not roles & set(POLLUTANTS):
            return False
        given = roles | {"place"} if placed else roles
        return any(wanted <= given for wanted in self.roles)


def _sets(*texts: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(text.split()) for text in texts)


_FEED = "the network labels the mean of h-1 … h with h"
_UNSAID = "the file does not say; assumed as in the national feed"

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "cnemc-city-wide",
            "CNEMC hours of cities, one row a city and hour",
            "ambient_city_hour",
            ("city",),
            why=_FEED,
            headings=_sets("date hour 城市"),
        ),
        Layout(
            "cnemc-city-long",
            "CNEMC hours of cities, one column a city",
            "ambient_city_hour",
            ("column",),
            why=_FEED,
            headings=_sets("date hour type"),
            long=True,
        ),
        Layout(
            "cnemc-station-long",
            "CNEMC hours of stations, one column a station code",
            "ambient_station_hour",
            ("column",),
            why=_FEED,
            headings=_sets("date hour type"),
            long=True,
        ),
        Layout(
            "cnemc-station-feed",
            "CNEMC feed of stations, one row a station and hour",
            "ambient_station_hour",
            ("code",),
            why=_FEED,
            headings=_sets("timepoint stationcode", "time_point station_code"),
        ),
        Layout(
            "cnemc-station-scrape",
            "stations as shown by the network's public page, one row a station and hour",
            "ambient_station_hour",
            ("city/station",),
            why=_FEED,
            headings=_sets("city time watchpoint"),
        ),
        Layout(
            "beijing-uci",
            "Beijing Multi-Site Air-Quality Data of the UCI repository",
            "ambient_station_hour",
            ("station",),
            stamp="start",
            sure=False,
            why="the data set does not say; it runs from 00:00 to 23:00 of whole days, so starts are assumed",
            headings=_sets("year month day hour station wd wspm", "station time co_ugm3 dewp_c wd"),
            units={"co": "µg/m³"},
        ),
        Layout(
            "named-station-hours",
            "hours of stations with named columns",
            "ambient_station_hour",
            ("code", "city/station", "station", "place"),
            sure=False,
            why=_UNSAID,
            roles=_sets(
                "station time",
                "code time",
                "place city time",
                "station date hour",
                "code date hour",
                "place city date hour",
            ),
        ),
        Layout(
            "named-city-hours",
            "hours of cities with named columns",
            "ambient_city_hour",
            ("city", "place"),
            sure=False,
            why=_UNSAID,
            roles=_sets("city time", "place time", "city date hour", "place date hour"),
            without=frozenset({"station", "code"}),
        ),
        Layout(
            "named-city-days",
            "days of cities with named columns",
            "ambient_city_day",
            ("city", "place"),
            why="dates are local days; ozone of a day is its largest 8-hour mean",
            roles=_sets("city date", "place date"),
            without=frozenset({"station", "code", "hour", "time"}),
        ),
    )
}


def layout_of(name: str) -> Layout:
    """The layout of this name. Raises LantianError when there is none."""
    layout = LAYOUTS.get(name)
    if layout is None:
        raise LantianError(f'"{name}" is not a layout', remedy=f"Layouts are {', '.join(LAYOUTS)}.")
    return layout


def recognise(texts: list[str], named: Layout | None, *, placed: bool) -> tuple[Layout, list[Heading]] | None:
    """The layout of a row of headings and what each means; None when no layout fits.

    Parameters
    ----------
    texts
        the headings as written
    named
        the layout the user named; only that one is tried
    placed
        whether the place is given from outside
    """
    words = {plain(text) for text in texts}
    for layout in _candidates(named, texts):
        roles = roles_of(texts)
        if layout.fits(words, roles, placed=placed):
            return layout, understand(texts[:3] if layout.long else texts, layout.units)
    return None


def _candidates(named: Layout | None, texts: list[str]) -> Iterable[Layout]:
    if named is not None:
        return [named]
    # The two long layouts differ only in what their columns are: codes look like 1081A.
    station = len(texts) > 3 and all(_is_code(text) for text in texts[3:] if text.strip())
    skipped = "cnemc-city-long" if station else "cnemc-station-long"
    return [layout for layout in LAYOUTS.values() if layout.name != skipped]


def _is_code(text: str) -> bool:
    text = text.strip()
    return len(text) >= 4 and text[:-1].isdigit() and text[-1].isascii() and text[-1].isalnum()
