"""Low variance: the channel goes on, but it no longer moves as its kind does.

A live reading shakes from period to period with analyser noise, gas and load. The screen takes the shake of
each running day (robust spread of the steps, as a share of the level) and compares it with the same channel
on its other days and with a bottom no live reading goes under. Honest temptations: values near the
detection limit, coarse decimals (their shake is not seen at all), base load. So a day counts only where its
decimals are fine enough, and a calm channel is measured by itself first.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import FLOW, O2
from lantian.telemetry.truth.picture import Line, Panel, Picture, numbers
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Ints, View, median, runs, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "low_variance"


def shakes(view: View, code: str, rule: Mapping[str, float]) -> tuple[Floats, Floats]:
    """The shake of each local day as a share of its level, and the level; NaN where a day cannot tell.

    Steps between neighbouring periods, spread of them without the zero steps of coarse decimals counted out:
    a day whose decimals are coarser than its shake tells nothing.
    """
    return shakes_by(view, view.good(code), view.day, view.periods(rule["day_hours"]), rule["coarse"])


def shakes_by(view: View, values: Floats, day: Ints, least: int, coarse: float) -> tuple[Floats, Floats]:
    """As `shakes`, of any values and days."""
    count = int(day[-1]) + 1 if len(day) else 0
    shake, level = np.full(count, np.nan), np.full(count, np.nan)
    steps = np.diff(values, prepend=np.nan)
    edges = np.searchsorted(day, np.arange(count + 1))
    unit_step = resolution(values)
    for number in range(count):
        part = slice(edges[number], edges[number + 1])
        mine, moved = values[part], steps[part]
        moved = moved[np.isfinite(moved)]
        if len(moved) < least:
            continue
        usual = median(mine)
        if usual <= 0 or unit_step > coarse * usual:
            continue
        # The middle half of the steps: jumps at load changes or spikes do not speak here.
        low, high = np.quantile(moved, (0.25, 0.75))
        shake[number] = max((high - low) / 1.349, 0.3 * unit_step) / usual
        level[number] = usual
    return shake, level


def resolution(values: Floats) -> float:
    """The step of the decimals a channel is told in: the smallest difference between values that differ."""
    there = np.unique(np.rint(values[np.isfinite(values)] * 1e4))
    return float(np.diff(there).min() / 1e4) if len(there) > 1 else 0.0


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How many times calmer than itself, or than any live channel, over how many days."""
    best: tuple[float, str, Floats, Floats] | None = None
    looked = 0
    for code in view.sent:
        if code == FLOW:
            continue
        shake, _ = shakes(view, code, rule)
        known = np.isfinite(shake)
        if known.sum() < rule["days"]:
            continue
        looked += 1
        bottom = rule["bottom_o2"] if code == O2 else rule["bottom"]
        usual = float(np.quantile(shake[known], rule["usual_quantile"]))
        with np.errstate(invalid="ignore", divide="ignore"):
            calm = np.maximum(
                np.where(usual / shake >= 1, usual / shake, 0) * rule["own_weight"], bottom / shake
            )
        calm[~known] = 0
        measure = _sustained(calm, int(rule["days"]))
        if best is None or measure > best[0]:
            best = (measure, code, shake, calm)
    if not looked or best is None:
        return unknown("no_shake")
    measure, code, shake, calm = best
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    days = np.flatnonzero(calm >= rule["at"])
    edges = np.searchsorted(view.day, np.arange(int(view.day[-1]) + 2))
    rows = tuple(
        view.row(
            int(edges[day]), int(edges[day + 1]),
            {"shake_percent": 100 * float(shake[day]), "usual_percent": 100 * float(np.nanmedian(shake))},
            "why.calm_day",
            what=factor(code),
        )
        for day in days[:31]
    )  # fmt: skip
    spans = [(int(edges[one]), int(edges[last])) for one, last in runs(calm >= rule["at"])]
    first = spans[0]
    shown = view.window(first[0], first[1], 36)
    said = Said(
        "screens.low_variance.found",
        {"what": factor(code), "days": len(days), "times": f"{measure:.1f}"},
    )
    noon = tuple(view.at(int(edges[day])) for day in range(len(shake)))

    panels = (
        view.lines(shown, factor(code), unit(code), [(code, view.raw(code))], bands=spans),
        Panel(
            Said("labels.shake"),
            "%",
            noon,
            (Line(Said("labels.shake"), numbers(100 * shake)),),
            bands=tuple(view.span(*span) for span in spans),
        ),
    )
    return Verdict(
        measure, rule["at"], said, tuple(view.span(*span) for span in spans), rows, Picture(said, panels)
    )


def _sustained(calm: Floats, days: int) -> float:
    """The calm that so many days reach."""
    ordered = np.sort(calm)[::-1]
    return float(ordered[days - 1]) if len(ordered) >= days else 0.0


SCREEN = Screen(CODE, judge)
