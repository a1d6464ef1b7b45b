"""Frozen: the same value period after period while the plant runs.

Honest temptations: gas at or below the detection limit (a gas boiler has no SO2), dust told to one decimal,
a value held for a blow-back or a calibration, a plant that stands. So a run counts by what it would take
for chance to make it at that channel's own rate of repeats, and only above the detection limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log10

import numpy as np

from lantian.telemetry.truth.case import FLOW, O2
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Row, Screen, Verdict, unknown
from lantian.telemetry.truth.view import View, quantile, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "frozen"
Found = tuple[float, str, int, int]  # hours, factor, first period, end
_SAME = 5e-7  # half a stored millionth


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """The longest run of one value, in hours, as far as chance does not explain it."""
    found: list[Found] = []
    looked = 0
    for code in view.sent:
        if np.isfinite(view.good(code)).sum() < view.periods(rule["least_hours"]):
            continue
        looked += 1
        floor = rule["detection_share"] * _range(view, code) if code not in (O2, FLOW) else 0.0
        found += _runs(view, code, max(floor, rule["detection"]), rule)
    if not looked:
        return unknown("no_values")
    if not found:
        return Verdict(0.0, rule["at"], Said("nothing"))
    found.sort(reverse=True)
    flagged = [run for run in found if run[0] >= rule["at"]] or found[:1]
    measure, code, start, end = found[0]
    rows = tuple(
        view.row(one, last, {name: float(view.raw(name)[one])}, "why.frozen", what=factor(name))
        for _, name, one, last in flagged[:20]
    )
    shown = view.window(start, end)
    beside = next((name for name in (O2, FLOW, *view.sent) if name != code and name in view.sent), None)
    panels = [view.lines(shown, factor(code), unit(code), [(code, view.raw(code))], bands=[(start, end)])]
    if beside:
        panels.append(
            view.lines(
                shown, factor(beside), unit(beside), [(beside, view.raw(beside))], bands=[(start, end)]
            )
        )
    words = {"what": factor(code), "value": f"{view.raw(code)[start]:g}", "hours": f"{measure:.1f}"}
    said = Said("screens.frozen.found", words)
    when = tuple(view.span(one, last) for _, _, one, last in flagged[:20])
    return Verdict(measure, rule["at"], said, when, _sorted(rows), Picture(said, tuple(panels)))


def _range(view: View, code: str) -> float:
    """The top of the analyser's range, or twice the limit, or twice what is usual."""
    known = view.case.ranges.get(code)
    if known:
        return known
    limit = view.case.limits.get(code)
    return 2 * limit if limit else 2 * quantile(view.good(code), 0.95)


def _runs(view: View, code: str, floor: float, rule: Mapping[str, float]) -> list[Found]:
    """Runs of equal values: hours as far as chance does not explain them, factor, first period, end."""
    values = view.good(code)
    there = np.flatnonzero(np.isfinite(values))
    now = values[there]
    same = np.abs(np.diff(now)) < _SAME
    close = np.diff(there) <= view.periods(rule["gap_hours"])
    breaks = np.flatnonzero(~(same & close))
    starts = np.append(0, breaks + 1)
    ends = np.append(breaks, len(now) - 1)
    lengths = ends - starts + 1
    long = lengths >= max(3, view.periods(rule["at"] / 2))
    # How often a value repeats by itself, where nothing stands for long: the chance of a run of any length.
    short = ~long
    repeats = float((lengths[short] - 1).sum())
    chance = min((repeats + 1) / (float(lengths[short].sum()) + 2), 0.9)
    chance = max(chance, 0.02)
    out = []
    for first, last, length in zip(starts[long], ends[long], lengths[long], strict=True):
        if abs(now[first]) <= floor:
            continue
        surprise = -(length - 1) * log10(chance) - log10(len(now))
        hours = view.hours(length)
        out.append(
            (
                hours * min(1.0, max(0.0, surprise) / rule["surprise"]),
                code,
                int(there[first]),
                int(there[last]) + 1,
            )
        )
    return out


def _sorted(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.time))


SCREEN = Screen(CODE, judge)
