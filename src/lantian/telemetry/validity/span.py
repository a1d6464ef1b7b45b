"""A run of hours of one device under one set of rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lantian.telemetry.validity.readings import SECOND, Ints, Readings, micros
from lantian.telemetry.validity.rules import HOUR, DayRules

_HOUR = 3600 * SECOND


@dataclass(frozen=True)
class Span:
    """Hours of one device under one set of rules."""

    readings: Readings
    start: datetime
    hours: int
    rules: DayRules
    outages: Sequence[tuple[datetime, datetime]]
    interval: int | None

    @property
    def first(self) -> int:
        """The start in microseconds."""
        return micros(self.start)

    @property
    def last(self) -> int:
        """The end in microseconds."""
        return self.first + self.hours * _HOUR

    @property
    def end(self) -> datetime:
        """The end."""
        return self.start + self.hours * HOUR

    def edges(self, times: Ints) -> Ints:
        """Where each hour begins among sorted stamps; one more than hours."""
        marks = self.first + np.arange(self.hours + 1, dtype=np.int64) * _HOUR
        return np.searchsorted(times, marks).astype(np.int64)
