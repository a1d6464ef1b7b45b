"""Mirrored: two outlets whose quick movements, or whose very decimals, are the same.

Outlets of one plant share load, so their levels go together; their analysers do not share noise. The screen
compares the steps between periods, and how often both tell the same number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats, Series
from lantian.telemetry.truth.low_variance import resolution
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Lines, View, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "mirrored"


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How closely another outlet's channel repeats this one's, from 0 to 1."""
    peers = [peer for peer in view.case.peers if peer.mn != view.case.mn]
    if not peers:
        return unknown("no_peers")
    best: tuple[float, str, Series, Floats] | None = None
    for peer in peers:
        shift = round((peer.start - view.series.start) / view.step)
        if peer.step != view.step:
            continue
        for code in view.pollutants:
            values = view.good(code)
            other = _on(peer.of(f"{code}-Avg"), shift, view.n)
            found = _alike(values, other, rule, view.periods(rule["least_hours"]))
            if found is not None and (best is None or found > best[0]):
                best = (found, code, peer, other)
    if best is None:
        return unknown("no_overlap")
    measure, code, peer, other = best
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    values = view.good(code)
    both = np.flatnonzero(np.isfinite(values) & np.isfinite(other))
    start, end = int(both[0]), int(both[-1]) + 1
    rows = tuple(
        view.row(
            int(i), int(i) + 1, {code: float(values[i]), peer.mn: float(other[i])}, "why.mirrored", mn=peer.mn
        )
        for i in both[:12]
    )
    shown = view.window(start, min(end, start + view.periods(48)), 0)
    lines: Lines = [(code, values), (Said("labels.device", {"mn": peer.mn}), other)]
    panel = view.lines(shown, factor(code), unit(code), lines)
    said = Said(
        "screens.mirrored.found", {"what": factor(code), "mn": peer.mn, "share": f"{100 * measure:.1f}"}
    )
    return Verdict(measure, rule["at"], said, (view.span(start, end),), rows, Picture(said, (panel,)))


def _on(values: Floats, shift: int, count: int) -> Floats:
    found = np.full(count, np.nan)
    first, last = max(0, shift), min(count, shift + len(values))
    if last > first:
        found[first:last] = values[first - shift : last - shift]
    return found


def _alike(values: Floats, other: Floats, rule: Mapping[str, float], least: int) -> float | None:
    steps, others = np.diff(values), np.diff(other)
    both = np.isfinite(steps) & np.isfinite(others)
    if both.sum() < least:
        return None
    one, two = steps[both], others[both]
    unit_step = max(resolution(values), resolution(other))
    if min(one.std(), two.std()) <= rule["lively"] * unit_step:
        return None
    together = float(np.corrcoef(one, two)[0, 1])
    same = float((np.abs(values - other)[np.isfinite(values) & np.isfinite(other)] < 5e-7).mean())
    return max(0.0, together, same)


SCREEN = Screen(CODE, judge)
