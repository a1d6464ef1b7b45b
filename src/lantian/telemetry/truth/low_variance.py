"""Low variance: the channel goes on, but it no longer moves as its kind does.

A live reading shakes from period to period with analyser noise, gas and load. The screen takes the shake of
windows of hours (the smaller nine tenths of the steps, as a share of the level) and compares it with the
same channel at other times and with a bottom that no live reading goes under. Honest temptations: values
near the detection limit and coarse decimals, whose shake is not seen at all and which do not count; base
load, which is calm but no calmer than its own calm times; a single quiet window, which is luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import FLOW, O2
from lantian.telemetry.truth.picture import Line, Panel, Picture, numbers
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import View, quantiles, runs, unit, windows
from lantian.telemetry.truth.words import Said, factor

CODE = "low_variance"


@dataclass(frozen=True, slots=True)
class Shakes:
    """The shake of windows of one channel.

    `steps` in the unit of the value, `share` of the level; NaN where a window holds too little or its
    decimals are too coarse. Window i covers periods i·stride .. i·stride + width.
    """

    width: int
    stride: int
    steps: Floats
    share: Floats
    level: Floats

    def periods(self, mask: np.ndarray, count: int) -> list[tuple[int, int]]:
        """Stretches of periods covered by chosen windows."""
        covered = np.zeros(count, np.bool_)
        for place in np.flatnonzero(mask):
            covered[place * self.stride : place * self.stride + self.width] = True
        return runs(covered)


def shakes(view: View, values: Floats, rule: Mapping[str, float]) -> Shakes:
    """The shake of windows of `window_hours`, every half of it."""
    width = view.periods(rule["window_hours"])
    stride = max(1, width // 2)
    least = max(4, round(rule["filled"] * width))
    moved = np.abs(windows(np.diff(values, prepend=np.nan), width, stride))
    (most,) = quantiles(moved, 0.9, least=least)
    # The mean of the smaller nine tenths: jumps of load do not speak, coarse decimals still do.
    kept = np.where(moved <= most[:, None], moved, np.nan)
    there = np.isfinite(kept).sum(axis=1)
    mean = np.where(there > 0, np.nansum(kept, axis=1) / np.maximum(there, 1), np.nan)
    (level,) = quantiles(windows(values, width, stride), 0.5, least=least)
    finest = resolution(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        coarse = ~(finest <= rule["coarse"] * level)
        steps = np.where(coarse, np.nan, np.maximum(mean, rule["finest"] * finest))
        return Shakes(width, stride, steps, steps / level, level)


def resolution(values: Floats) -> float:
    """The step of the decimals a channel is told in: the smallest difference between values that differ."""
    there = np.unique(np.rint(values[np.isfinite(values)] * 1e4))
    return float(np.diff(there).min() / 1e4) if len(there) > 1 else 0.0


def reached(measures: Floats, count: float) -> float:
    """The measure that so many windows reach."""
    known = np.sort(measures[np.isfinite(measures)])[::-1]
    return float(known[int(count) - 1]) if len(known) >= count else 0.0


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How many times calmer than itself, or than any live channel, in several windows."""
    best: tuple[float, str, Shakes, Floats] | None = None
    for code in view.sent:
        if code == FLOW:
            continue
        found = shakes(view, view.good(code), rule)
        known = np.isfinite(found.share)
        if known.sum() < rule["least_windows"]:
            continue
        bottom = rule["bottom_o2"] if code == O2 else rule["bottom"]
        usual = float(np.quantile(found.share[known], rule["usual_quantile"]))
        with np.errstate(invalid="ignore", divide="ignore"):
            calm = np.maximum(usual / found.share, rule["at"] * bottom / found.share)
        measure = reached(calm, rule["windows"])
        if best is None or measure > best[0]:
            best = (measure, code, found, calm)
    if best is None:
        return unknown("no_shake")
    measure, code, found, calm = best
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    with np.errstate(invalid="ignore"):
        suspect = calm >= rule["at"]
    spans = found.periods(suspect, view.n)
    usual = float(np.nanquantile(found.share, rule["usual_quantile"]))
    rows = []
    for start, end in spans[:31]:
        part = found.share[
            start // found.stride : max(start // found.stride + 1, (end - found.width) // found.stride + 1)
        ]
        values = {"shake_percent": 100 * float(np.nanmedian(part)), "usual_percent": 100 * usual}
        rows.append(view.row(start, end, values, "why.calm", what=factor(code)))
    hours = sum(view.hours(end - start) for start, end in spans)
    words = {"what": factor(code), "hours": f"{hours:.0f}", "times": f"{measure:.1f}"}
    said = Said("screens.low_variance.found", words)
    shown = view.window(*max(spans, key=lambda span: span[1] - span[0]), 36)
    panels = (
        view.lines(shown, factor(code), unit(code), [(code, view.raw(code))], bands=spans),
        shake_panel(view, found, spans),
    )
    when = tuple(view.span(*span) for span in spans[:31])
    return Verdict(measure, rule["at"], said, when, tuple(rows), Picture(said, panels))


def shake_panel(view: View, found: Shakes, spans: list[tuple[int, int]]) -> Panel:
    """The shake over the whole case."""
    middle = tuple(view.at(i * found.stride + found.width // 2) for i in range(len(found.share)))
    return Panel(
        Said("labels.shake"),
        "%",
        middle,
        (Line(Said("labels.shake"), numbers(100 * found.share)),),
        bands=tuple(view.span(*span) for span in spans),
    )


SCREEN = Screen(CODE, judge)
