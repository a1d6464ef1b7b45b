"""Dilution: from one moment on, all pollutants fall by the same share, and oxygen or flow rises.

Air let in before the probe lowers every pollutant alike and lifts oxygen; the conversion takes it back
where the outlet converts, unless oxygen is held. A better treatment lowers one pollutant, a lower load flow
as well. The screen looks for a step at which all pollutants fall together by one share while the load does
not.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import FLOW, O2
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import View, median, quantiles, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "dilution"


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """The common fall of all pollutants at one moment, as a share."""
    codes = [
        code
        for code in view.pollutants
        if median(view.good(code)) > rule["detection_share"] * view.case.limits.get(code, 0) > 0
    ]
    if len(codes) < rule["pollutants"]:
        return unknown("few_pollutants")
    block = view.periods(rule["block_hours"])
    count = view.n // block
    if count < 2 * rule["side_blocks"]:
        return unknown("no_values")
    logs = np.array([_blocks(view.good(code), block, count) for code in codes])
    load = _blocks(view.raw(FLOW), block, count)
    (air,) = quantiles(view.good(O2)[: count * block].reshape(count, block), 0.5)
    side = int(rule["side_blocks"])
    before, scatter_before = _sides(logs, side)
    drop = before[:, : count - 2 * side + 1] - before[:, side:]
    scatter = np.maximum(
        np.maximum(scatter_before[:, : count - 2 * side + 1], scatter_before[:, side:]), 0.02
    )
    both = np.isfinite(drop).all(axis=0)
    rises = _lift(air, side)
    carried = _lift(load, side)
    with np.errstate(invalid="ignore"):
        common = np.median(drop, axis=0)
        fits = both & (common > 0) & (np.ptp(drop, axis=0) <= rule["apart"])
        fits &= ((drop / scatter) * (side / 2) ** 0.5).min(axis=0) >= rule["sure"]
        fits &= carried >= -rule["load"]
        signed = (rises >= rule["o2_rise"]) | (carried >= rule["flow_rise"])
        share = np.where(fits, (1 - np.exp(-common)) * np.where(signed, 1.0, rule["unsigned"]), 0.0)
    place = int(np.argmax(share))
    measure, split, rise, fall = float(share[place]), place + side, float(rises[place]), float(common[place])
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    start = split * block
    end = min(view.n, start + side * block)
    values = {code: exp(float(np.nanmedian(logs[i, split : split + side]))) for i, code in enumerate(codes)}
    rows = (view.row(start, end, values | {"o2_rise": rise}, "why.dilution"),)
    shown = view.window(start, start + 1, 48)
    band = [(start, end)]
    panels = (
        *(
            view.lines(shown, factor(code), unit(code), [(code, view.raw(code))], bands=band)
            for code in codes
        ),
        view.lines(shown, factor(O2), "%", [(O2, view.raw(O2))], bands=band),
    )
    said = Said("screens.dilution.found", {"percent": f"{100 * (1 - exp(-fall)):.0f}", "rise": f"{rise:.1f}"})
    return Verdict(measure, rule["at"], said, (view.span(start, end),), rows, Picture(said, panels))


def _blocks(values: Floats, block: int, count: int) -> Floats:
    """Logarithms of the medians of blocks; NaN where nothing is there, or nothing above zero."""
    (found,) = quantiles(values[: count * block].reshape(count, block), 0.5)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(found > 0, np.log(np.where(found > 0, found, 1.0)), np.nan)


def _sides(logs: Floats, side: int) -> tuple[Floats, Floats]:
    """Median and robust spread of each stretch of `side` blocks, by pollutant."""
    parts = np.lib.stride_tricks.sliding_window_view(logs, side, axis=1)
    low, middle, high = quantiles(parts, 0.25, 0.5, 0.75, least=side // 2)
    return middle, (high - low) / 1.349


def _lift(values: Floats, side: int) -> Floats:
    """How much the median rises from the stretch before to the stretch after; 0 where unknown."""
    middle = _sides(values[None, :], side)[0][0]
    lift = middle[side:] - middle[: len(middle) - side]
    return np.where(np.isfinite(lift), lift, 0.0)


SCREEN = Screen(CODE, judge)
