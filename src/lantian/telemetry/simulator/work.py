"""What is passed from stage to stage while one outlet is simulated."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from lantian.telemetry.series import Floats, Words
from lantian.telemetry.simulator.grid import Grid
from lantian.telemetry.simulator.operation import RUNNING, Operation
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.stack import Stack
from lantian.telemetry.truth.case import Change

Bools = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Clockwork:
    """When the messages of each period were sent and came; all of shape (n,).

    Parameters
    ----------
    lag
        [s] from the end of a period to its sending, by the site's clock; hours for a supplement
    net
        [s] on the way
    ahead
        [s] the site's clock before the true one
    versions
        how many messages claim the period; 0 never came
    off_grid
        data times of messages on no period
    """

    lag: Floats
    net: Floats
    ahead: Floats
    versions: npt.NDArray[np.int64]
    off_grid: list[datetime] = field(default_factory=list)


@dataclass(slots=True)
class Work:
    """One outlet under way: truth, what the instruments made of it, what the forger did.

    Parameters
    ----------
    measured
        by factor, before rounding, shape (n,); NaN where the logger had nothing
    marks
        by factor, one letter a period
    spread
        by factor: half width of minimum to maximum within a period, in units of the value
    condition
        letters of the process as the plant tells them
    """

    plant: Plant
    grid: Grid
    seed: int
    run: Operation
    stack: Stack
    clockwork: Clockwork
    measured: dict[str, Floats] = field(default_factory=dict)
    marks: dict[str, Words] = field(default_factory=dict)
    spread: dict[str, Floats] = field(default_factory=dict)
    condition: Words = field(default_factory=lambda: np.array([], dtype="<U2"))
    parameters: list[Change] = field(default_factory=list)
    logged: list[datetime] = field(default_factory=list)

    @property
    def running(self) -> Bools:
        """Periods in which the process runs as it should."""
        found: Bools = self.run.state == RUNNING
        return found

    def instant(self, index: int) -> datetime:
        """Start of a period."""
        return self.grid.start + self.grid.step * int(index)

    def index(self, at: datetime) -> int:
        """The period that holds an instant."""
        return int((at - self.grid.start) / self.grid.step)


@dataclass(frozen=True, slots=True)
class Forged:
    """What was forged: the answer to which a screen's is compared.

    Parameters
    ----------
    kind
        one of `case.FORGERIES`
    mask
        periods touched, shape (n,)
    factors
        what was touched
    words
        how, with its strength
    """

    kind: str
    mask: Bools
    factors: tuple[str, ...]
    words: str
