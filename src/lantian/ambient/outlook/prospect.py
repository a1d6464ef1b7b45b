"""Everything that the outlooks of one period and one day share: read once, drawn once, asked often."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from lantian.ambient.outlook.anomaly import Anomalies, Calendar, anomalies_of
from lantian.ambient.outlook.arrays import Floats
from lantian.ambient.outlook.finals import FinalRules, finals
from lantian.ambient.outlook.history import History
from lantian.ambient.outlook.paths import Draws, draw, remainders
from lantian.ambient.outlook.settings import Settings
from lantian.ambient.period import Period
from lantian.ambient.rules import SIX


@dataclass
class Prospect:
    """Possible years of every place, as known at the end of `as_of_day`.

    `history` ends on the last known day; `clean` is the same without zeros and is what is resampled.
    """

    history: History
    clean: History
    period: Period
    as_of_day: date
    calendar: Calendar
    anomalies: Anomalies
    draws: Draws
    settings: Settings
    rules: FinalRules
    kept: dict[int, dict[str, Floats]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        history: History,
        period: Period,
        as_of_day: date,
        settings: Settings,
        rules: FinalRules,
        *,
        learn: History | None = None,
        paths: int,
        seed: int,
    ) -> Prospect:
        """Cut the history at the day and compare it with past years; nothing later is looked at.

        `learn`: the places from which is learned how years differ; None for those of `history`.
        """
        known = history.until(min(as_of_day, period.last))
        clean = known.without_zeros()
        lesson = clean if learn is None or learn is history else learn.until(known.last).without_zeros()
        calendar = Calendar.of(known, period, as_of_day, settings.years)
        return cls(
            known, clean, period, as_of_day, calendar, anomalies_of(clean, calendar, settings, lesson),
            draw(calendar, settings, paths, seed), settings, rules,
        )  # fmt: skip

    def computable(self, row: int) -> bool:
        """Whether a place has a past year to draw from, or nothing left to draw."""
        return self.calendar.remaining == 0 or bool(self.anomalies.usable[row].any())

    def known(self, row: int) -> Floats:
        """The days of the period that are over (rows of `History`, days), as evaluated."""
        return np.asarray(self.calendar.values(self.history, 0, [row])[0][:, : self.calendar.known])

    def past(self, row: int, back: int) -> Floats:
        """The days of the same period `back` years before, as `known`."""
        return np.asarray(self.calendar.values(self.clean, back, [row])[0])

    def figures(
        self, days: Floats, remainder: Floats | None = None, only: str | None = None
    ) -> dict[str, Floats]:
        """Published figures of given days (rows of `History`, days), with `remainder` after them, if any."""
        rest = np.empty((len(SIX), 1, 0)) if remainder is None else remainder
        return finals(days, rest, self.rules, only)

    def remainder(self, row: int) -> Floats:
        """Possible values (items, paths, remaining days) of a place in whole units."""
        if self.calendar.remaining == 0:
            return np.empty((len(SIX), self.draws.paths, 0))
        return remainders(
            self.clean, self.anomalies, row, calendar=self.calendar, draws=self.draws, settings=self.settings
        )

    def finals(self, row: int) -> dict[str, Floats]:
        """Published figures of each possible year of a place, kept."""
        if row not in self.kept:
            self.kept[row] = finals(self.known(row), self.remainder(row), self.rules)
        return self.kept[row]
