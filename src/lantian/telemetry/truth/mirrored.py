"""Mirrored: for days an outlet tells what another outlet measures, as it is or scaled.

Outlets of one plant share load, so their levels go together; their analysers do not share noise. The screen
compares the small steps between periods, window by window, and counts the hours in which they are the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats, Series
from lantian.telemetry.truth.copied_day import agreement
from lantian.telemetry.truth.low_variance import resolution
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Lines, View, runs, spread, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "mirrored"
Spans = list[tuple[int, int]]


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """Hours in which another outlet's small steps are this one's."""
    peers = [peer for peer in view.case.peers if peer.mn != view.case.mn and peer.step == view.step]
    if not peers:
        return unknown("no_peers")
    best: tuple[float, str, Series, Floats, Spans] | None = None
    for peer in peers:
        shift = round((peer.start - view.series.start) / view.step)
        for code in view.pollutants:
            other = _on(peer.of(f"{code}-Avg"), shift, view.n)
            spans = _alike(view, view.good(code), other, rule)
            if spans is None:
                continue
            hours = sum(view.hours(end - start) for start, end in spans)
            if best is None or hours > best[0]:
                best = (hours, code, peer, other, spans)
    if best is None:
        return unknown("no_overlap")
    measure, code, peer, other, spans = best
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    values = view.raw(code)
    rows = tuple(
        view.row(
            start, end, {code: float(values[start]), peer.mn: float(other[start])}, "why.mirrored", mn=peer.mn
        )
        for start, end in spans[:31]
    )
    shown = view.window(*max(spans, key=lambda span: span[1] - span[0]), 12)
    lines: Lines = [(code, values), (Said("labels.device", {"mn": peer.mn}), other)]
    panel = view.lines(shown, factor(code), unit(code), lines, bands=spans)
    said = Said("screens.mirrored.found", {"what": factor(code), "mn": peer.mn, "hours": f"{measure:.0f}"})
    when = tuple(view.span(*span) for span in spans[:31])
    return Verdict(measure, rule["at"], said, when, rows, Picture(said, (panel,)))


def _on(values: Floats, shift: int, count: int) -> Floats:
    found = np.full(count, np.nan)
    first, last = max(0, shift), min(count, shift + len(values))
    if last > first:
        found[first:last] = values[first - shift : last - shift]
    return found


def _alike(view: View, values: Floats, other: Floats, rule: Mapping[str, float]) -> Spans | None:
    """Stretches whose small steps are the same; None where too little is common to both."""
    steps, others = np.diff(values, prepend=np.nan), np.diff(other, prepend=np.nan)
    if (np.isfinite(steps) & np.isfinite(others)).sum() < view.periods(rule["least_hours"]):
        return None
    scales = spread(steps), spread(others)
    if not min(scales) > rule["lively"] * max(resolution(values), resolution(other)):
        return None
    small, smaller = (
        np.clip(array, -rule["small"] * scale, rule["small"] * scale)
        for array, scale in zip((steps, others), scales, strict=True)
    )
    width = view.periods(rule["part_hours"])
    stride = max(1, width // 6)
    with np.errstate(invalid="ignore"):
        same = np.flatnonzero(agreement(small, smaller, width, stride, rule) >= rule["agree"])
    covered = np.zeros(view.n, np.bool_)
    for place in same:
        covered[place * stride : place * stride + width] = True
    return runs(covered)


SCREEN = Screen(CODE, judge)
