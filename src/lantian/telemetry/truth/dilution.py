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
from lantian.telemetry.truth.view import View, median, spread, unit
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
    air = np.array([median(part) for part in view.good(O2)[: count * block].reshape(count, block)])
    best = (0.0, 0, 0.0, 0.0)
    side = int(rule["side_blocks"])
    for split in range(side, count - side + 1):
        falls = _fall(logs, split, side)
        if falls is None:
            continue
        drop, worst_sure = falls
        common = float(np.median(drop))
        apart = float(np.max(drop) - np.min(drop))
        rise = _lift(air, split, side)
        carried = _lift(load, split, side)
        if common <= 0 or apart > rule["apart"] or worst_sure < rule["sure"] or carried < -rule["load"]:
            continue
        sign = rise >= rule["o2_rise"] or carried >= rule["flow_rise"]
        share = (1 - exp(-common)) * (1.0 if sign else rule["unsigned"])
        if share > best[0]:
            best = (share, split, rise, common)
    measure, split, rise, common = best
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
    said = Said(
        "screens.dilution.found", {"percent": f"{100 * (1 - exp(-common)):.0f}", "rise": f"{rise:.1f}"}
    )
    return Verdict(measure, rule["at"], said, (view.span(start, end),), rows, Picture(said, panels))


def _blocks(values: Floats, block: int, count: int) -> Floats:
    parts = values[: count * block].reshape(count, block)
    found = np.array([median(part) for part in parts])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(found > 0, np.log(np.where(found > 0, found, 1.0)), np.nan)


def _fall(logs: Floats, split: int, side: int) -> tuple[Floats, float] | None:
    """How far each pollutant falls at a block, and how sure the least sure of them is."""
    before, after = logs[:, split - side : split], logs[:, split : split + side]
    if np.isfinite(before).sum(axis=1).min() < side // 2 or np.isfinite(after).sum(axis=1).min() < side // 2:
        return None
    drop = np.nanmedian(before, axis=1) - np.nanmedian(after, axis=1)
    scatter = np.array([max(spread(one), spread(two), 0.02) for one, two in zip(before, after, strict=True)])
    return drop, float((drop / scatter * (side / 2) ** 0.5).min())


def _lift(values: Floats, split: int, side: int) -> float:
    found = median(values[split : split + side]) - median(values[split - side : split])
    return found if np.isfinite(found) else 0.0


SCREEN = Screen(CODE, judge)
