"""Too-perfect oxygen: oxygen that stands too still, or that moves just as the conversion needs it.

Converting to reference oxygen divides by (21 − O2), so who holds oxygen holds the result. Three signs, the
strongest counts. Still: oxygen moves far less than at other times, or than a live cell does. Matched: the
converted value shakes far less than the measured one. Pinned: however high the measured values go,
converted ones stop at one edge, and oxygen is lower there than elsewhere. Honest temptations: air that
leaks in dilutes pollutants and oxygen together and makes converted values calmer, but each keeps its
analyser's noise; a plant at base load has calm oxygen, but it is calm always.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import O2
from lantian.telemetry.truth.clipped import edge_of
from lantian.telemetry.truth.low_variance import reached, shakes
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Lines, View, median, runs, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "perfect_o2"
_AIR = 21.0
Spans = list[tuple[int, int]]
Found = tuple[float, str, str | None, Spans]  # measure, sign, pollutant, stretches


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How many times stiller, or better matched, than a live oxygen cell."""
    oxygen = view.good(O2)
    if np.isfinite(oxygen).sum() < view.periods(rule["least_hours"]):
        return unknown("no_oxygen")
    found = [_still(view, oxygen, rule)]
    if view.case.reference_o2 is not None:
        found += [_matched(view, rule), _pinned(view, oxygen, rule)]
    measure, sign, code, spans = max(found, key=lambda one: one[0])
    if measure < rule["at"] or not spans:
        return Verdict(min(measure, rule["at"] * 0.99), rule["at"], Said("nothing"))
    rows = tuple(
        view.row(start, end, _figures(view, oxygen, code, start, end), f"why.{sign}_o2")
        for start, end in spans[:31]
    )
    shown = view.window(*max(spans, key=lambda span: span[1] - span[0]), 36)
    panels = [view.lines(shown, factor(O2), "%", [(O2, view.raw(O2))], bands=spans)]
    code = code or next(iter(view.pollutants), None)
    if code:
        limit = view.case.limits.get(code)
        bounds = [(limit, Said("labels.limit"))] if limit else []
        lines: Lines = [
            (Said("labels.converted"), converted(view, code)),
            (Said("labels.measured"), view.raw(code)),
        ]
        panels.append(view.lines(shown, factor(code), unit(code), lines, bands=spans, bounds=bounds))
    hours = sum(view.hours(end - start) for start, end in spans)
    words = {"hours": f"{hours:.0f}", "times": f"{measure:.1f}", "what": factor(code) if code else ""}
    said = Said(f"screens.perfect_o2.{sign}", words)
    when = tuple(view.span(*span) for span in spans[:31])
    return Verdict(measure, rule["at"], said, when, rows, Picture(said, tuple(panels)))


def converted(view: View, code: str) -> Floats:
    """The converted value as sent, or made from what was sent where the device sends none."""
    sent = view.raw(code, "ZsAvg")
    reference = view.case.reference_o2
    if np.isfinite(sent).any() or reference is None:
        return sent
    return view.raw(code) * (_AIR - reference) / np.maximum(_AIR - view.raw(O2), 0.5)


def _figures(view: View, oxygen: Floats, code: str | None, start: int, end: int) -> dict[str, float]:
    part = oxygen[start:end]
    there = part[np.isfinite(part)]
    low, high = np.quantile(there, (0.25, 0.75)) if len(there) else (np.nan, np.nan)
    found = {"o2_low_quarter": float(low), "o2_high_quarter": float(high), "o2_usual": median(oxygen)}
    if code:
        found |= {
            code: median(view.raw(code)[start:end]),
            "converted": median(converted(view, code)[start:end]),
        }
    return found


def _still(view: View, oxygen: Floats, rule: Mapping[str, float]) -> Found:
    """Steps against those of other times and of a live cell."""
    found = shakes(view, oxygen, rule)
    known = np.isfinite(found.steps)
    if known.sum() < rule["least_windows"]:
        return 0.0, "still", None, []
    usual = float(np.quantile(found.steps[known], rule["usual_quantile"]))
    with np.errstate(invalid="ignore", divide="ignore"):
        times = np.maximum(usual, rule["at"] * rule["still_steps"]) / found.steps
        suspect = times >= rule["at"]
    return reached(times, rule["windows"]), "still", None, found.periods(suspect, view.n)


def _matched(view: View, rule: Mapping[str, float]) -> Found:
    """Shake of measured values over that of converted ones, per pollutant."""
    best: Found = (0.0, "matched", None, [])
    for code in view.pollutants:
        measured = shakes(view, view.good(code), rule)
        value = np.where(view.normal(code) & view.steady, converted(view, code), np.nan)
        after = shakes(view, value, rule)
        with np.errstate(invalid="ignore", divide="ignore"):
            times = rule["match_weight"] * measured.share / np.maximum(after.share, rule["match_bottom"])
            suspect = times >= rule["at"]
        measure = reached(times, rule["windows"])
        if measure > best[0]:
            best = (measure, "matched", code, after.periods(suspect, view.n))
    return best


def _pinned(view: View, oxygen: Floats, rule: Mapping[str, float]) -> Found:
    """An edge of the converted values (as shares of their limits, the highest of them) made by low oxygen."""
    shares = []
    codes = [code for code in view.pollutants if view.case.limits.get(code)]
    for code in codes:
        value = np.where(view.normal(code) & view.steady, converted(view, code), np.nan)
        shares.append(value / view.case.limits[code])
    nothing: Found = (0.0, "pinned", None, [])
    if not shares:
        return nothing
    stack = np.array(shares)
    worst = np.max(np.where(np.isfinite(stack), stack, -1.0), axis=0)
    worst[worst < 0] = np.nan
    if np.isfinite(worst).sum() < view.periods(rule["least_hours"]):
        return nothing
    edge = edge_of(view, worst, 1.0, (rule["pin_lowest"], float("inf")))
    within = np.zeros(view.n, np.bool_)
    within[edge.start : edge.end] = True
    with np.errstate(invalid="ignore"):
        held = within & (np.abs(worst - edge.value) <= edge.width / 2)
    if not held.any():
        return nothing
    lower = median(oxygen[within & ~held]) - median(oxygen[held])
    if lower < rule["pin_lower"]:
        return nothing
    code = codes[
        int(np.nanargmax(np.nanmedian(np.where(np.isfinite(stack[:, held]), stack[:, held], 0), axis=1)))
    ]
    return rule["at"] * edge.decades / rule["pin_decades"], "pinned", code, runs(held, gap=view.periods(1))


SCREEN = Screen(CODE, judge)
