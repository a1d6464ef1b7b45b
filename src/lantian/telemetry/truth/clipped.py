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
from dataclasses import dataclass
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
Found = tuple["Edge", str, str]  # edge, factor, field


@dataclass(frozen=True, slots=True)
class Edge:
    """A break: how sure, where, the width of the bands compared, the periods start..end it was seen in."""

    decades: float
    value: float
    width: float
    start: int
    end: int


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How surely (decades of chance) the values break off at an edge."""
    found: list[Found] = []
    looked = 0
    for code in view.pollutants:
        over = view.marked("T", (code,))
        for field, top in _tops(view, code):
            values = view.good(code, field)
            if np.isfinite(values).sum() < view.periods(rule["least_hours"]):
                continue
            looked += 1
            ceiling = float("inf")
            if over.any() and field == "Avg":
                # The analyser itself says that its range ends here.
                ceiling = (1 - 2 * rule["band"]) * float(np.nanmin(np.append(view.raw(code)[over], np.inf)))
            found.append(
                (
                    edge_of(view, values, top, (rule["lowest"], ceiling), _grain(view, code, field)),
                    code,
                    field,
                )
            )
    if not looked:
        return unknown("no_limit" if not view.case.limits and not view.case.ranges else "no_values")
    edge, code, field = max(found, key=lambda one: one[0].decades)
    if edge.decades < rule["at"]:
        return Verdict(edge.decades, rule["at"], Said("nothing"))
    return _told(view, rule, edge, code, field)


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


def _grain(view: View, code: str, field: str) -> float:
    """The steps of the analyser in the unit of a field: what converts a coarse reading stays coarse."""
    raw = view.good(code)
    grain = resolution(raw)
    if field == "Avg":
        return grain
    with np.errstate(divide="ignore", invalid="ignore"):
        times = median(np.where(raw > 0, view.good(code, field) / raw, np.nan))
    return grain * times if np.isfinite(times) else 0.0


def edge_of(view: View, values: Floats, top: float, between: tuple[float, float], grain: float = 0.0) -> Edge:
    """The sharpest break below a top, in the whole case or in a part of it.

    Parameters
    ----------
    values
        of each period, NaN where not to be judged
    top, between
        edges are looked for up to the top, from a share of it on and below a ceiling
    grain
        steps of what the values are made of; bands are several of them wide
    """
    rule = view.rules.table("clipped")
    lowest, ceiling = between
    if rule["grains"] * grain > rule["widest"] * top:
        return Edge(0.0, top, grain, 0, view.n)  # too coarse to tell an edge from a step
    step = resolution(values)
    width = max(rule["band"] * top, rule["grains"] * grain)
    if step > 0:
        width = max(2, round(width / step)) * step
    edges = np.arange(top, lowest * top - 1e-9, -max(width / 4, step))
    edges = edges[edges < ceiling]
    best = Edge(0.0, top, width, 0, view.n)
    part = view.periods(24 * rule["part_days"])
    spans = [(0, view.n)]
    if view.n > 1.5 * part:
        spans += [(start, start + part) for start in range(0, view.n - part // 2, part // 2)]
    for start, end in spans:
        there = values[start:end]
        ordered = np.sort(there[np.isfinite(there)])
        decades, edge = _break(ordered, edges, (width, step), rule, view.periods(rule["memory_hours"]))
        decades -= 0.0 if start == 0 and end == view.n else log10(len(spans))
        if decades > best.decades:
            best = Edge(decades, edge, width, start, min(end, view.n))
    return best


def _break(
    ordered: Floats, edges: Floats, size: tuple[float, float], rule: Mapping[str, float], memory: int
) -> tuple[float, float]:
    """Decades and place of the sharpest break of sorted values.

    Values of neighbouring periods are not independent: `memory` of them count as one.
    """
    width, step = size
    # Just above the edge's own value, so that values held exactly at it are below.
    cuts = edges + max(step / 2, 1e-6)
    bounds = cuts[:, None] + width * np.array([-3, -2, -1, 0, 1])
    counts = np.diff(np.searchsorted(ordered, bounds.ravel()).reshape(bounds.shape), axis=1) / memory
    beyond = (len(ordered) - np.searchsorted(ordered, bounds[:, -1])) / memory
    below, above = counts[:, 2], counts[:, 3]
    asked = (below >= rule["least_below"]) & (above <= rule["sharp"] * below)
    best = (0.0, 0.0)
    for place in np.flatnonzero(asked):
        lower, low, under, over = (float(count) for count in counts[place])
        # The logarithm of the density bends on evenly, but never rises again above the edge.
        smooth = exp(3 * log(under + 0.5) - 3 * log(low + 0.5) + log(lower + 0.5))
        expected = max(min(smooth, under), (under + 0.5) * rule["fall"])
        # Values far above the edge speak against a cut there.
        decades = _poisson_low(over, expected) - 3.0 * float(beyond[place]) / max(expected, 1.0)
        if decades > best[0]:
            best = (decades, float(edges[place]))
    return best


def _poisson_low(count: float, expected: float) -> float:
    """−log10 of the probability of `count` or fewer where so many are expected."""
    total = sum(exp(k * log(expected) - expected - lgamma(k + 1)) for k in range(int(count) + 1))
    return max(0.0, -log10(max(total, 1e-300)))


def _told(view: View, rule: Mapping[str, float], found: Edge, code: str, field: str) -> Verdict:
    measure, edge, width = found.decades, found.value, found.width
    values = np.full(view.n, np.nan)
    values[found.start : found.end] = view.good(code, field)[found.start : found.end]
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
