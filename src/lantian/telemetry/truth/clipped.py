"""Clipped: values stop short at an edge just under the limit, or at the top of the range.

What the gas does has a tail. A plant that steers below its limit makes few values near it, and the few thin
out smoothly across it. Where values are cut (held at the limit, scaled back under it, replaced), their
density breaks off at an edge: many just below, none above. The screen puts an edge at every place between
`lowest` of the limit and the limit and compares what stands above with what a smooth tail through the bands
below it would put there (the logarithm of a smooth density bends evenly, so three bands tell the next).
Values marked T are the analyser's own word and no forgery.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, lgamma, log, log10

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import FLOW, O2
from lantian.telemetry.truth.low_variance import resolution
from lantian.telemetry.truth.picture import Line, Panel, Picture, numbers
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import View, median, runs, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "clipped"
_AIR = 21.0
Found = tuple[float, str, str, float, float]  # measure, factor, field, edge, width of a band


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How surely (decades of chance) the values break off at an edge."""
    found: list[Found] = []
    looked = 0
    for code in view.pollutants:
        for field, top in _tops(view, code):
            values = _values(view, code, field, top)
            there = values[np.isfinite(values)]
            if len(there) < view.periods(rule["least_hours"]):
                continue
            looked += 1
            measure, edge, width = edge_of(there, top, rule, view.periods(rule["memory_hours"]))
            found.append((measure, code, field, edge, width))
    if not looked:
        return unknown("no_limit" if not view.case.limits and not view.case.ranges else "no_values")
    measure, code, field, edge, width = max(found)
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    return _told(view, rule, (measure, code, field, edge, width))


def _tops(view: View, code: str) -> list[tuple[str, float]]:
    """Where somebody would hold a value: at the limit of what is judged, the range of what is measured."""
    tops = []
    limit = view.case.limits.get(code)
    if limit:
        tops.append((view.field_of(code), limit))
        reference = view.case.reference_o2
        if reference is not None and view.field_of(code) == "ZsAvg":
            # The output's range may be set so that its top converts to no exceedance.
            usual = median(view.good(O2))
            if usual < _AIR:
                tops.append(("Avg", 1.03 * limit * (_AIR - usual) / (_AIR - reference)))
    top = view.case.ranges.get(code)
    if top and code != FLOW:
        tops.append(("Avg", top))
    return tops


def _values(view: View, code: str, field: str, top: float) -> Floats:
    """Values to judge; what the analyser marks over its range stands above its edge, where it belongs."""
    values = view.good(code, field)
    over = view.marked("T", (code,)) & view.steady
    told = np.maximum(view.raw(code, field), 1.01 * top) if field == "Avg" else view.raw(code, field)
    return np.where(over, told, values)


def edge_of(there: Floats, top: float, rule: Mapping[str, float], memory: int) -> tuple[float, float, float]:
    """The sharpest break between `lowest` of a top and the top: decades, edge, width of a band.

    Values of neighbouring periods are not independent: `memory` of them count as one.
    """
    step = resolution(there)
    width = max(rule["band"] * top, 2 * step)
    ordered = np.sort(there)
    best = (0.0, top, width)
    edges = np.arange(top, rule["lowest"] * top - 1e-9, -max(width / 4, step if step > 0 else width / 4))
    for edge in edges:
        # Just above the edge's own value, so that values held exactly at it are below.
        cut = edge + max(step / 2, 1e-6)
        bounds = cut + width * np.array([-3, -2, -1, 0, 1])
        counts = np.diff(np.searchsorted(ordered, bounds, side="left")) / memory
        lower, low, below, above = (float(count) for count in counts)
        if below < rule["least_below"]:
            continue
        # Log-density extended evenly, but never rising again above the edge.
        smooth = exp(3 * log(below + 0.5) - 3 * log(low + 0.5) + log(lower + 0.5))
        steepest = (below + 0.5) * rule["fall"]
        expected = max(min(smooth, below), steepest)
        beyond = (len(ordered) - np.searchsorted(ordered, bounds[-1])) / memory
        decades = _poisson_low(above, expected) - _penalty(beyond, expected)
        if decades > best[0]:
            best = (decades, float(edge), width)
    return best


def _penalty(beyond: float, expected: float) -> float:
    """Values far above the edge speak against a cut there."""
    return 3.0 * beyond / max(expected, 1.0)


def _poisson_low(count: float, expected: float) -> float:
    """−log10 of the probability of `count` or fewer where so many are expected."""
    total = sum(exp(k * log(expected) - expected - lgamma(k + 1)) for k in range(int(count) + 1))
    return max(0.0, -log10(max(total, 1e-300)))


def _told(view: View, rule: Mapping[str, float], found: Found) -> Verdict:
    measure, code, field, edge, width = found
    values = view.good(code, field)
    limit = view.case.limits.get(code)
    held = (values > edge - width / 2) & (values <= edge + 1e-6)
    spans = runs(held, gap=view.periods(1))
    longest = sorted(spans, key=lambda span: span[0] - span[1])[:20]
    rows = tuple(
        view.row(start, end, {code: float(np.nanmax(values[start:end])), "edge": edge}, "why.at_edge")
        for start, end in sorted(longest)
    )
    bins = edge + width / 2 * np.arange(-16, 9) + 1e-6
    counts, _ = np.histogram(values[np.isfinite(values)], bins)
    names = [(edge, Said("labels.edge"))]
    if limit and abs(limit - edge) > width / 4:
        names.append((limit, Said("labels.limit")))
    histogram = Panel(
        Said("labels.count"),
        "",
        tuple(float(x) for x in bins[:-1] + width / 4),
        (Line(factor(code), numbers(counts.astype(float))),),
        kind="bars",
        x_label=Said("labels.value_of", {"what": factor(code), "unit": unit(code)}),
        x_bounds=tuple(names),
    )
    shown = view.window(*longest[0], 48) if longest else view.window(0, 1, 48)
    lines = view.lines(
        shown, factor(code), unit(code), [(code, view.raw(code, field))],
        bands=spans, bounds=[(value, name) for value, name in names],
    )  # fmt: skip
    said = Said(
        "screens.clipped.found",
        {"what": factor(code), "edge": f"{edge:.4g}", "unit": unit(code), "count": int(held.sum())},
    )
    when = tuple(view.span(*span) for span in sorted(longest))
    return Verdict(measure, rule["at"], said, when, rows, Picture(said, (histogram, lines)))


SCREEN = Screen(CODE, judge)
