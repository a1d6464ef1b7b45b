"""What goes wrong with instruments, on purpose: every defect is declared, so a check can be tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.office.demo.air import POLLUTANTS
from lantian.office.demo.province import Station
from lantian.office.demo.weather import SEED, Calendar, Floats

LONG_OUTAGE = "141028"  # 吉县: too many lost days for a figure of the year
DAY = 24


@dataclass(frozen=True, slots=True)
class Defect:
    """One planned defect. `first`, `last`: stamps (UTC, end of hour). No station: the whole province."""

    kind: str  # gap, outage, lost_hour, closed, frozen, spike, inverted, unit_slip
    station: str
    pollutant: str  # "" where all are meant
    first: np.datetime64
    last: np.datetime64
    note: str


@dataclass(slots=True)
class Spoiled:
    """Measurements with their defects. `rows` says which rows exist; NaN is a value missing at the source."""

    air: dict[str, Floats]
    rows: NDArray[np.bool_]
    defects: list[Defect]


def spoil(days: Calendar, places: Sequence[Station], air: dict[str, Floats], over: int) -> Spoiled:
    """Put the defects into `air` (changed in place), among the first `over` hours.

    Single hours missing at the source are scattered over all stations and counted, not listed, in `defects`.
    """
    work = _Workshop(days, places, air, over)
    work.single_gaps()
    work.outages()
    work.frozen()
    work.inverted()
    work.unit_slip()
    work.spikes()
    work.lost_hour()
    work.closed()
    return Spoiled(air, work.rows, work.defects)


class _Workshop:
    def __init__(self, days: Calendar, places: Sequence[Station], air: dict[str, Floats], over: int) -> None:
        self.days, self.places, self.air, self.over = days, places, air, over
        self.rows = np.ones((days.ends.size, len(places)), dtype=bool)
        self.defects: list[Defect] = []
        self.taken: set[int] = set()

    def declare(
        self, kind: str, column: int | None, pollutant: str, *, at: int, hours: int, note: str
    ) -> None:
        ends = self.days.ends
        last = min(at + hours, self.over) - 1
        station = "" if column is None else self.places[column].code
        self.defects.append(Defect(kind, station, pollutant, ends[at], ends[last], note))

    def at(self, share: float) -> int:
        """The first hour of the local day at `share` of the span."""
        return int(self.over * share) // DAY * DAY

    def pick(self) -> int:
        """A station that carries no other planned defect yet, a county's only one while there are such."""
        free = [i for i, p in enumerate(self.places) if not p.closed and p.county != LONG_OUTAGE]
        alone = [i for i in free if not self.places[i].urban] or free
        chosen = [i for i in alone if i not in self.taken] or alone
        column = chosen[len(self.taken) * 37 % len(chosen)]
        self.taken.add(column)
        return column

    def single_gaps(self) -> None:
        for column, place in enumerate(self.places):
            draw = np.random.Generator(np.random.SFC64([SEED, 6, place.number]))
            lost = draw.random((len(POLLUTANTS), self.days.ends.size), dtype=np.float32)
            for values, chance in zip(self.air.values(), lost, strict=True):
                values[chance < 0.006, column] = np.nan
            # Every second week an instrument is checked at 10:00: that hour has no value.
            check = (self.days.hour == 10) & (self.days.day_of_year % 14 == place.number % 14)
            name = POLLUTANTS[place.number % len(POLLUTANTS)]
            self.air[name][check, column] = np.nan
        lost_values = sum(int(np.isnan(values[: self.over]).sum()) for values in self.air.values())
        self.declare(
            "gap", None, "", at=0, hours=self.over, note=f"{lost_values} single values missing at the source"
        )

    def outages(self) -> None:
        for nth in range(max(1, len(self.places) // 12)):
            column, hours = self.pick(), (2 + nth % 5) * DAY
            at = self.at(0.05 + 0.9 * (nth * 0.37 % 1.0)) + 9
            hours = min(hours, self.over - at)
            if hours <= 0:
                continue
            for values in self.air.values():
                values[at : at + hours, column] = np.nan
            self.declare(
                "outage", column, "", at=at, hours=hours, note="station without power: rows without values"
            )
        for column, place in enumerate(self.places):
            if place.county == LONG_OUTAGE and self.over > 200 * DAY:
                at = self.over - 110 * DAY
                for values in self.air.values():
                    values[at : at + 52 * DAY, column] = np.nan
                self.declare(
                    "outage",
                    column,
                    "",
                    at=at,
                    hours=52 * DAY,
                    note="flooded station house: 52 days without values",
                )

    def frozen(self) -> None:
        column, at, hours = self.pick(), self.at(0.62) + 5, 66
        values = self.air["pm10"]
        held = values[at, column] if not np.isnan(values[at, column]) else np.float32(71)
        values[at : at + hours, column] = held
        self.declare("frozen", column, "pm10", at=at, hours=hours, note=f"one reading, {held:g}, repeated")

    def inverted(self) -> None:
        column, at, hours = self.pick(), self.at(0.45), 40
        self.air["pm2_5"][at : at + hours, column] = np.rint(self.air["pm10"][at : at + hours, column] * 1.15)
        self.declare(
            "inverted", column, "pm2_5", at=at, hours=hours, note="PM2.5 above PM10: a leaking sampling head"
        )

    def unit_slip(self) -> None:
        column, at, hours = self.pick(), self.at(0.3), 5 * DAY
        values = self.air["no2"]
        values[at : at + hours, column] = np.rint(values[at : at + hours, column] / np.float32(1.88))
        self.declare(
            "unit_slip",
            column,
            "no2",
            at=at,
            hours=hours,
            note="sent in ppb where µg/m³ is due (1 ppb = 1.88 µg/m³)",
        )

    def spikes(self) -> None:
        draw = np.random.default_rng([SEED, 7])
        for nth in range(max(2, len(self.places) // 15)):
            column = self.pick()
            at = int((0.03 + 0.94 * draw.random()) * self.over)
            name, value = (("pm2_5", 612.0), ("pm10", 985.0), ("so2", 480.0))[nth % 3]
            self.air[name][at, column] = value
            self.declare("spike", column, name, at=at, hours=1, note=f"a single hour of {value:g}")

    def lost_hour(self) -> None:
        at = self.at(0.71) + 14
        self.rows[at] = False
        self.declare(
            "lost_hour", None, "", at=at, hours=1, note="the hour never arrived here: no rows at all"
        )

    def closed(self) -> None:
        for column, place in enumerate(self.places):
            if place.closed:
                at = self.at(0.66)
                self.rows[at:, column] = False
                self.declare("closed", column, "", at=at, hours=self.over - at, note="station taken down")
