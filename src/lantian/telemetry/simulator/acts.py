"""What all forgers share: when they do it, for how long, how far the truth is from what they want to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.simulator import physics
from lantian.telemetry.simulator.grid import stream
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.work import Bools, Forged, Work
from lantian.telemetry.truth.case import O2


@dataclass(slots=True)
class Act:
    """One forgery of one outlet. `tempt` changes the truth before it is measured, `cheat` what is told."""

    work: Work
    rng: np.random.Generator
    mask: Bools
    twin: Work | None = None

    kind: ClassVar[str] = ""
    source: ClassVar[str] = ""
    days: ClassVar[tuple[float, float]] = (1.5, 30)
    nightly: ClassVar[float] = 0.35

    @classmethod
    def fits(cls, plant: Plant) -> bool:
        """Whether a plant of this kind could gain by it."""
        return True

    def tempt(self) -> None:
        """Make the truth worth hiding; most forgers only hide what is there already."""

    def cheat(self) -> Forged:
        """Change what the instruments read."""
        raise NotImplementedError

    def forged(self, mask: Bools, factors: Sequence[str], words: str) -> Forged:
        return Forged(self.kind, mask, tuple(factors), words)

    @classmethod
    def begin(cls, work: Work, forged_from: datetime | None) -> Act:
        """The act with its times drawn; its luck is its own, so that the honest rest stays as it was."""
        rng = stream(work.seed, work.plant.mn, "forgery", cls.kind)
        return cls(work, rng, cls._when(work, rng, forged_from))

    @classmethod
    def _when(cls, work: Work, rng: np.random.Generator, forged_from: datetime | None) -> Bools:
        """From an onset in the first six tenths for days to weeks; a third of the forgers only by night."""
        grid, running = work.grid, work.running
        latest = 0.6 * grid.n
        if forged_from is None:
            onset = int(rng.uniform(0, latest))
        else:
            onset = min(max(work.index(forged_from), 0), grid.n - 1)
        low, high = cls.days
        length = grid.steps(24 * float(np.exp(rng.uniform(np.log(low), np.log(high)))))
        mask = np.zeros(grid.n, dtype=np.bool_)
        mask[onset : onset + max(int(length), 1)] = True
        if forged_from is None:
            # Long enough to gain by it: it goes on until the plant has run for a day and a half.
            wanted = min(grid.steps(36), 0.3 * grid.n)
            while (mask & running).sum() < wanted and not (mask[0] and mask[-1]):
                held = np.flatnonzero(mask)
                mask[held[-1] : held[-1] + 145] = True
                if mask[-1]:
                    mask[max(held[0] - 144, 0) : held[0]] = True
        if rng.random() < cls.nightly and (mask & running).sum() > grid.steps(72):
            begin, hours = rng.uniform(17, 24), rng.uniform(6, 14)
            by_night = mask & ((grid.clock - begin) % 24 < hours)
            if (by_night & running).sum() >= grid.steps(30):
                mask = by_night
        return mask

    @property
    def active(self) -> Bools:
        """Periods of the act in which the plant runs."""
        return self.mask & self.work.running

    def some_pollutants(self, always_all: float = 0.5) -> tuple[str, ...]:
        """All pollutants, or a few of them."""
        every = self.work.plant.pollutants
        if self.rng.random() < always_all or len(every) == 1:
            return every
        count = int(self.rng.integers(1, len(every)))
        chosen = set(self.rng.choice(every, count, replace=False))
        return tuple(factor for factor in every if factor in chosen)

    def worsen(self, factors: Sequence[str], share: float, lead: float = 0.0) -> None:
        """Let the treatment fail so far that `share` of the act's periods would be over the limit.

        It may have failed `lead` hours before anybody did something about it.
        """
        work = self.work
        active = self.active
        if lead and active.any():
            first = int(np.flatnonzero(active)[0])
            active[max(first - round(work.grid.steps(lead)), 0) : first] = True
            active &= work.running
        if not active.any():
            return
        for factor in factors:
            zs = work.stack.zs[factor]
            limit = work.plant.process.limits[factor]
            usual = float(np.quantile(zs[active], 1 - share))
            if usual <= 0.02 * limit:  # a gas boiler's sulphur: nothing to fail
                continue
            times = np.where(active, max(limit / usual, 1.0), 1.0)
            scatter = 1 + 0.1 * work.grid.wander(self.rng, 1.5) * active
            work.stack.zs[factor] = zs * work.grid.relax(times, 0.5) * np.maximum(scatter, 0.3)
            self.refill(factor)

    def refill(self, factor: str) -> None:
        """The gas in the stack after its converted level was changed."""
        work = self.work
        work.stack.gas[factor] = physics.unreferenced(
            work.stack.zs[factor], work.stack.gas[O2], work.plant.process.reference_o2
        )

    def converted(self, factor: str) -> Floats:
        """What the logger would make of what is measured now."""
        work = self.work
        return physics.reference(
            work.measured[factor],
            work.measured[O2],
            work.plant.process.reference_o2,
            work.plant.habits.guard,
        )

    def bouts(self, hours: tuple[float, float], share: tuple[float, float]) -> Bools:
        """Spells within the act's running time, each some hours long, a share of it in all."""
        active = self.active
        out = np.zeros_like(active)
        places = np.flatnonzero(active)
        if not len(places):
            return out
        wanted = self.rng.uniform(*share) * len(places)
        for _ in range(400):
            at = int(self.rng.choice(places))
            length = float(np.exp(self.rng.uniform(*np.log(hours))))
            out[at : at + max(1, round(self.work.grid.steps(length)))] = True
            out &= active
            if out.sum() >= wanted:
                break
        return out


def spells(mask: Bools) -> list[tuple[int, int]]:
    """Begin and end of each unbroken run of a mask."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
