"""Forgeries beside the values: clocks, marks, power, flow."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from lantian.telemetry.simulator.acts import Act, spells
from lantian.telemetry.simulator.instruments import flow_again
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.work import Bools, Forged
from lantian.telemetry.truth.case import FLOW, O2, SPEED


class ClockJump(Act):
    """The logger's clock is set, so that bad hours overwrite others or never existed, and set right later."""

    kind = "clock_jump"
    source = "9 clock anomalies"
    nightly = 0.0

    def tempt(self) -> None:
        self.worsen(self.work.plant.pollutants, float(self.rng.uniform(0.05, 0.3)))

    def cheat(self) -> Forged:
        work, grid = self.work, self.work.grid
        touched = np.zeros(grid.n, dtype=np.bool_)
        places = np.flatnonzero(self.active)
        words = []
        last = -1
        for _ in range(int(self.rng.integers(1, 7))):
            jump = self.rng.choice([-1, 1]) * np.exp(self.rng.uniform(np.log(0.2), np.log(9)))
            length = float(np.exp(self.rng.uniform(np.log(1.5), np.log(30))))
            begin = int(self.rng.choice(places)) if len(places) else 0
            steps = round(grid.steps(jump))
            steps = steps or int(np.sign(jump))
            end = begin + max(round(grid.steps(length)), abs(steps) + 1)
            if begin - abs(steps) <= last or end + abs(steps) >= grid.n:
                continue
            last = end + abs(steps)
            off = float(self.rng.uniform(0.1, 0.9)) if self.rng.random() < 0.3 else 0.0
            touched |= self._shift(begin, end, steps, off)
            words.append(f"{(steps + off) * grid.hours_per_step:+.2f} h for {length:.1f} h")
        if not words and grid.n > 8:  # a short history: one step back at its middle
            touched |= self._shift(grid.n // 2, grid.n // 2 + 3, -2, 0.0)
            words.append("back and forth")
        return self.forged(touched, work.plant.factors, "; ".join(words))

    def _shift(self, begin: int, end: int, steps: int, off: float) -> Bools:
        """Messages of [begin, end) carry times `steps + off` periods later (negative: earlier)."""
        work, grid = self.work, self.work.grid
        clock = work.clockwork
        width = grid.step.total_seconds()
        touched = np.zeros(grid.n, dtype=np.bool_)
        touched[min(begin, begin + steps) : max(end, end + steps)] = True
        moved = np.arange(begin, end)
        claims = clock.versions.copy()
        claims[moved] -= np.minimum(claims[moved], 1)
        ahead = clock.ahead.copy()
        if off:
            times = [work.instant(int(i)) + grid.step * (steps + off) for i in moved]
            clock.off_grid.extend(t - timedelta(microseconds=t.microsecond) for t in times)
        else:
            landed = moved + steps
            # What lands on a period that was told before is a second version, and the one that is believed;
            # what lands on one that is told again later is the first.
            later_told = landed >= end
            for held in (*work.measured.values(), *work.spread.values(), *work.marks.values()):
                fresh = held[moved].copy()
                held[landed[~later_told]] = fresh[~later_told]
            claims[landed] += 1
            ahead[landed] = clock.ahead[moved] + steps * width
            if steps < 0:  # the first version of a period told before was honest
                told = landed[landed < begin]
                ahead[told] = clock.ahead[told]
        clock.versions = claims
        clock.ahead = ahead
        return touched


class CalibrationAbuse(Act):
    """Whenever the value nears the limit the instrument is being calibrated or repaired."""

    kind = "calibration_abuse"
    source = "15 calibration during peaks"
    days = (3, 30)

    def tempt(self) -> None:
        self.worsen(self.work.plant.pollutants, float(self.rng.uniform(0.06, 0.3)))

    def cheat(self) -> Forged:
        work = self.work
        near = float(self.rng.uniform(0.88, 1.02))
        letter = str(self.rng.choice(["C", "C", "M"]))
        high = np.zeros(work.grid.n, dtype=np.bool_)
        for factor, limit in work.plant.process.limits.items():
            with np.errstate(invalid="ignore"):
                high |= self.converted(factor) > near * limit
        high &= self.active
        stays = max(1, round(work.grid.steps(self.rng.uniform(0.2, 1.2))))
        mask = np.zeros_like(high)
        for begin, end in spells(high):
            mask[max(begin - 1, 0) : end + stays] = True
        mask &= self.active
        held = self.rng.random() < 0.5
        touched = np.zeros_like(mask)
        for factor in (*work.plant.pollutants, O2):
            mine = mask & (work.marks[factor] != "D") & (work.marks[factor] != "B")
            work.marks[factor][mine] = letter
            touched |= mine
            for begin, end in spells(mine):
                values = work.measured[factor]
                before = values[begin - 1] if begin else values[begin]
                low = 20.9 if factor == O2 else 0.01 * work.plant.ranges[factor]
                values[begin:end] = before if held else low * (1 + 0.02 * self.rng.random(end - begin))
            work.spread[factor][mine] = 0.0
        factors = (*work.plant.pollutants, O2)
        return self.forged(touched, factors, f"marked {letter} from {near:.0%} of the limit on")


class FlowWithoutPower(Act):
    """The meters of the production are by-passed: it is said to stand while the stack still tells its gas."""

    kind = "flow_without_power"
    source = "8 power mismatch"

    def cheat(self) -> Forged:
        mask = self.bouts((5, 90), (0.3, 1.0))
        left = float(np.exp(self.rng.uniform(np.log(0.004), np.log(0.08))))
        power = self.work.stack.production
        full = float(np.median(power[self.work.running]))
        rest = full * left * (1 + 0.03 * self.rng.standard_normal(len(power)))
        power[mask] = np.minimum(power, np.abs(rest))[mask]
        factors = ["production"]
        if self.rng.random() < 0.4:
            factors.append("treatment")
            self.work.stack.treatment[mask] *= left
        return self.forged(mask, factors, f"{left:.1%} of the power left")


class TreatmentOff(Act):
    """Pumps and fans of the treatment are switched off while the plant runs; the values told stay fine."""

    kind = "treatment_off"
    source = "8 power mismatch, fans of treatment off"

    def cheat(self) -> Forged:
        mask = self.bouts((4, 90), (0.25, 1.0))
        left = float(np.exp(self.rng.uniform(np.log(0.01), np.log(0.3))))
        power = self.work.stack.treatment
        level = left * float(np.median(power[self.work.running]))
        power[mask] = np.abs(level * (1 + 0.04 * self.rng.standard_normal(len(power))))[mask]
        return self.forged(mask, ("treatment",), f"{left:.1%} of the power left")


class MassBalance(Act):
    """The flow is told too low, so that the yearly mass is: coal and trucks know better."""

    kind = "mass_balance"
    source = "7 load and flow physics; stack against gate and coal"
    days = (8, 40)
    nightly = 0.0

    @classmethod
    def fits(cls, plant: Plant) -> bool:
        return bool(plant.flue or plant.process.inward)

    def cheat(self) -> Forged:
        work = self.work
        left = float(self.rng.uniform(0.4, 0.78))
        ramp = work.grid.relax(np.where(self.mask, left, 1.0), float(self.rng.choice([0.2, 6, 24])))
        ramp = np.where(self.mask, ramp, 1.0)
        work.measured[SPEED] = work.measured[SPEED] * ramp
        flow_again(work)
        return self.forged(self.mask, (SPEED, FLOW), f"flow times {left:.2f}")
