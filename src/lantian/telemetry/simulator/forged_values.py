"""Forgeries of the values themselves: what the analysers are said to have read."""

from __future__ import annotations

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.simulator import physics
from lantian.telemetry.simulator.acts import Act, spells
from lantian.telemetry.simulator.instruments import flow_again
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.work import Bools, Forged
from lantian.telemetry.truth.case import FLOW, O2, SPEED, TEMPERATURE, Change


class Frozen(Act):
    """A value stands still for hours: the analyser's signal is held or a source of current stands in for it.

    Some let the last digit move once in a while.
    """

    kind = "frozen"
    source = "1 constant value"

    def cheat(self) -> Forged:
        factors = list(self.some_pollutants())
        if self.rng.random() < 0.3:
            factors.append(O2)
        mask = self.bouts((7, 80), (0.35, 1.0))
        restless = float(self.rng.choice([0, 0, 0.01, 0.03]))
        for factor in factors:
            values = self.work.measured[factor]
            digit = 10.0 ** -self.work.plant.digits[factor]
            limit = self.work.plant.process.limits.get(factor, np.inf)
            for begin, end in spells(mask):
                chosen = values[begin] if np.isfinite(values[begin]) else np.nanmedian(values)
                if self.rng.random() < 0.4:  # a value that pleases instead of the last one
                    chosen = min(float(np.nanmedian(values)), 0.8 * limit) * self.rng.uniform(0.6, 1.0)
                moved = (self.rng.random(end - begin) < restless) * self.rng.choice([-1, 1], end - begin)
                values[begin:end] = chosen + digit * moved
            self.work.spread[factor][mask] = 0.0
        return self.forged(mask, factors, f"held, {restless:.0%} of the values a digit beside")


class LowVariance(Act):
    """The signal is damped towards a level that pleases: it still moves, much less than it should."""

    kind = "low_variance"
    source = "2 small fluctuation"

    def cheat(self) -> Forged:
        factors = list(self.some_pollutants(0.7))
        if self.rng.random() < 0.3:
            factors.append(O2)
        keep = float(np.exp(self.rng.uniform(np.log(0.02), np.log(0.15))))
        mask = self.active
        for factor in factors:
            values = self.work.measured[factor]
            limit = self.work.plant.process.limits.get(factor, np.inf)
            known = np.where(np.isfinite(values), values, np.nanmedian(values))
            slow = self.work.grid.relax(known, 24)
            slow = slow * min(1.0, self.rng.uniform(0.6, 0.9) * limit / max(float(np.median(slow)), 1e-9))
            level = float(np.median(slow[mask])) if mask.any() else 0.0
            values[mask] = (level + keep * (known - level) + 0.3 * keep * (slow - level))[mask]
            self.work.spread[factor][mask] *= keep
        return self.forged(mask, factors, f"scatter times {keep:.3f}")


class PerfectO2(Act):
    """Oxygen is told, not measured: flat and low, or whatever makes the converted value come out right."""

    kind = "perfect_o2"
    source = "5 oxygen manipulation"

    @classmethod
    def fits(cls, plant: Plant) -> bool:
        return plant.process.reference_o2 is not None

    def tempt(self) -> None:
        self.worsen(self.work.plant.pollutants[-2:], float(self.rng.uniform(0.1, 0.6)))

    def cheat(self) -> Forged:
        work, mask = self.work, self.active
        reference = work.plant.process.reference_o2
        read = work.measured[O2]
        known = np.where(np.isfinite(read), read, work.plant.o2)
        if self.rng.random() < 0.5 and reference is not None:
            # The oxygen at which the worst pollutant converts to a little under its limit.
            aim = self.rng.uniform(0.72, 0.95)
            ratio = np.max(
                [
                    np.nan_to_num(work.measured[f]) / (aim * limit)
                    for f, limit in work.plant.process.limits.items()
                ],
                axis=0,
            )
            needed = physics.AIR_O2 - ratio * (physics.AIR_O2 - reference)
            told = np.clip(needed, 0.5, known) + 0.02 * self.rng.standard_normal(work.grid.n)
            words = f"oxygen as needed for {aim:.0%} of the limit"
            touched = mask & (told < known - 0.02)
        else:
            keep = float(np.exp(self.rng.uniform(np.log(0.01), np.log(0.12))))
            level = float(np.median(known[mask]) if mask.any() else work.plant.o2) * self.rng.uniform(
                0.7, 0.97
            )
            told = level + keep * (known - float(np.median(known)))
            words = f"oxygen flat at {level:.2f}, scatter times {keep:.3f}"
            touched = mask
        read[touched] = told[touched]
        work.spread[O2][touched] *= 0.05
        return self.forged(touched, (O2,), words)


class Clipped(Act):
    """What is over the limit comes out just under it."""

    kind = "clipped"
    source = "4 clipping at limit or range"

    factors: tuple[str, ...]

    def tempt(self) -> None:
        plant = self.work.plant
        able = [
            f
            for f in plant.pollutants
            if float(np.median(self.work.stack.zs[f][self.work.running])) > 0.05 * plant.process.limits[f]
        ]
        chosen = [f for f in self.some_pollutants() if f in able] or able[-1:]
        self.factors = tuple(chosen)
        self.worsen(chosen, float(np.exp(self.rng.uniform(np.log(0.12), np.log(0.7)))))

    def cheat(self) -> Forged:
        work = self.work
        cap = float(self.rng.uniform(0.9, 0.995))
        width = float(np.exp(self.rng.uniform(np.log(0.001), np.log(0.02))))
        touched = np.zeros(work.grid.n, dtype=np.bool_)
        by_range = self.rng.random() < 0.25
        for factor in self.factors:
            limit = work.plant.process.limits[factor]
            jitter = width * limit * np.abs(self.rng.standard_normal(work.grid.n))
            if by_range:  # the range of the output was set so that its top is no exceedance
                o2 = np.array([np.nanmedian(work.measured[O2][self.active])])
                top = physics.unreferenced(np.array([cap * limit]), o2, work.plant.process.reference_o2)[0]
                with np.errstate(invalid="ignore"):
                    over = self.active & (work.measured[factor] > top)
                work.measured[factor][over] = (top - jitter * 0.2)[over]
            else:
                with np.errstate(invalid="ignore"):
                    over = self.active & (self.converted(factor) > cap * limit)
                told = physics.unreferenced(
                    cap * limit - jitter, work.measured[O2], work.plant.process.reference_o2
                )
                work.measured[factor][over] = told[over]
            work.marks[factor][over & (work.marks[factor] == "T")] = "N"
            work.spread[factor][over] *= 0.1
            touched |= over
        words = f"cut at {cap:.1%} of the limit, within {width:.2%}" + (", by the range" if by_range else "")
        return self.forged(touched, self.factors, words)


class CopiedDay(Act):
    """A good day is played again: the same hours of one day, or those of a few days ago, a little scaled."""

    kind = "copied_day"
    source = "3 periodic fluctuation, repeated sequences"
    days = (2.5, 20)
    nightly = 0.2

    def cheat(self) -> Forged:
        work, grid = self.work, self.work.grid
        day = round(grid.steps(24))
        lag = int(self.rng.choice([1, 1, 1, 2, 3, 7])) * day
        while lag > day and np.flatnonzero(self.mask)[0] < lag:
            lag -= day
        factors = list(self.some_pollutants(0.8))
        if self.rng.random() < 0.6:
            factors.append(O2)
        scale = 1.0 if self.rng.random() < 0.6 else float(self.rng.uniform(0.97, 1.03))
        jitter = float(self.rng.choice([0, 0, 0.002]))
        places = np.flatnonzero(self.active)
        places = places[places >= lag]
        touched = np.zeros(grid.n, dtype=np.bool_)
        for at in places:  # in order: a copy of a copy is the same day again
            if work.running[at - lag]:
                touched[at] = True
                for factor in factors:
                    work.measured[factor][at] = work.measured[factor][at - lag] * scale ** (factor != O2)
                    work.spread[factor][at] = work.spread[factor][at - lag]
                    work.marks[factor][at] = work.marks[factor][at - lag]
            if scale != 1.0 and (at - places[0]) % (day * 3) == 0:
                scale = 1 / scale
        if jitter:
            for factor in factors:
                noise = 1 + jitter * self.rng.standard_normal(grid.n)
                work.measured[factor][touched] *= noise[touched]
        return self.forged(touched, factors, f"played again after {lag // day} days, times {scale:.3f}")


class ParameterChange(Act):
    """Slope or intercept of the analyser is set so that it reads low; half of them leave it in the log."""

    kind = "parameter_change"
    source = "6 parameter change"
    days = (4, 40)
    nightly = 0.0

    def tempt(self) -> None:
        lead = float(np.exp(self.rng.uniform(np.log(3), np.log(96))))
        self.worsen(self.work.plant.pollutants, float(self.rng.uniform(0.1, 0.4)), lead)

    def cheat(self) -> Forged:
        work = self.work
        factors = self.some_pollutants()
        mask = self.mask
        told = self.rng.random() < 0.6
        first = work.instant(int(np.flatnonzero(mask)[0]))
        words = []
        for factor in factors:
            slope = float(np.round(self.rng.uniform(0.45, 0.85), 2))
            cut = float(np.round(self.rng.choice([0, 0, 0.01, 0.03]) * work.plant.ranges[factor], 2))
            values = work.measured[factor]
            values[mask] = np.maximum(values[mask] * slope - cut, 0)
            with np.errstate(invalid="ignore"):
                free = mask & (work.marks[factor] == "T") & (values < work.plant.ranges[factor] * slope - cut)
            work.marks[factor][free] = "N"
            if told:
                work.parameters.append(Change(first, f"{factor}-i13008", 1.0, slope))
                if cut:
                    work.parameters.append(Change(first, f"{factor}-i13007", 0.0, -cut))
            words.append(f"{factor} times {slope}, less {cut}")
        return self.forged(mask, factors, "; ".join(words) + ("" if told else "; not in the log"))


class Mirrored(Act):
    """One outlet sends what the outlet beside it measures."""

    kind = "mirrored"
    source = "12 mirrored channels"
    days = (3, 40)

    def cheat(self) -> Forged:
        work, mask = self.work, self.active
        factors = [*work.plant.pollutants, *([O2] if self.rng.random() < 0.6 else [])]
        if self.twin is None:
            return self.forged(np.zeros_like(mask), (), "no outlet beside it")
        scale = 1.0 if self.rng.random() < 0.5 else float(self.rng.uniform(0.85, 1.15))
        for factor in factors:
            digits = self.twin.plant.digits[factor]
            shown = np.round(self.twin.measured[factor], digits) * (1.0 if factor == O2 else scale)
            work.measured[factor][mask] = shown[mask]
            work.marks[factor][mask] = self.twin.marks[factor][mask]
            work.spread[factor][mask] = self.twin.spread[factor][mask]
        return self.forged(mask, factors, f"times {scale:.3f}")


class Dilution(Act):
    """Air is let into duct or sampling line: everything falls by one ratio, oxygen goes towards air."""

    kind = "dilution"
    source = "16 dilution"

    def tempt(self) -> None:
        lead = float(np.exp(self.rng.uniform(np.log(3), np.log(96))))
        self.worsen(self.work.plant.pollutants, float(self.rng.uniform(0.1, 0.4)), lead)

    def cheat(self) -> Forged:
        work, mask = self.work, self.active
        left = float(self.rng.uniform(0.45, 0.82))
        ratio = np.where(mask, left, 1.0)
        ratio = work.grid.relax(ratio, 0.3) * (1 + 0.01 * work.grid.wander(self.rng, 2) * mask)
        in_duct = self.rng.random() < 0.5
        for factor in work.plant.pollutants:
            work.measured[factor] *= _only(mask, ratio)
        ratio = _only(mask, ratio)
        work.measured[O2] = 20.9 - (20.9 - work.measured[O2]) * ratio
        factors = [*work.plant.pollutants, O2]
        if in_duct:
            work.measured[TEMPERATURE] = 15 + (work.measured[TEMPERATURE] - 15) * ratio
            work.measured[SPEED] = work.measured[SPEED] / ratio
            flow_again(work)
            factors += [TEMPERATURE, SPEED, FLOW]
        where = "duct" if in_duct else "sampling line"
        return self.forged(mask, factors, f"{1 - left:.0%} air in the {where}")


def _only(mask: Bools, ratio: Floats) -> Floats:
    return np.where(mask, ratio, 1.0)
