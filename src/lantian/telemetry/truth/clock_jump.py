"""Clock jumps: the site's clock leaves the host's, so that values stand under hours they do not belong to.

The host knows when a message came. Its QN is the site's clock at the moment of sending: the gap between
them is the clock's error. A supplement after a broken line comes late with a fresh QN, and a queue emptied
at once comes in a burst: neither is a wrong clock. Without QN the delay behind the data time stands in,
bursts left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import Arrivals
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Bools, View, median, near, runs
from lantian.telemetry.truth.words import Said

CODE = "clock_jump"


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """The largest error of the site's clock that lasts, in minutes."""
    arrivals = view.case.arrivals
    if arrivals is None or not view.on_minutes:
        return unknown("no_arrivals")
    error = offsets(view, arrivals) / 60
    if np.isfinite(error).sum() < view.periods(rule["least_hours"]):
        return unknown("no_arrivals")
    found: list[tuple[float, int, int]] = []
    with np.errstate(invalid="ignore"):
        signs = (error >= rule["at"], error <= -rule["at"])
    there = np.isfinite(error)
    for sign in signs:
        for start, end in _through_gaps(sign, there):
            lasts = int(there[start:end].sum())
            if lasts >= view.periods(rule["lasts_hours"]):
                found.append((abs(median(error[start:end])), start, end))
    back = _set_back(view, arrivals, rule)
    measure = max((one[0] for one in [*found, *back]), default=median(np.abs(error)))
    strange = len(arrivals.off_grid)
    odd = strange if strange < rule["own_grid"] * max(1, int(there.sum())) else 0
    measure = max(measure, rule["at"] * odd / rule["off_grid"])
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    found.sort(key=lambda one: one[1])
    rows = tuple(
        view.row(
            start, end,
            {"clock_error_minutes": -median(error[start:end]), "before_minutes": -_before(error, start)},
            "why.clock",
        )
        for _, start, end in found[:20]
    )  # fmt: skip
    spans = [(start, end) for _, start, end in found]
    if back:
        told = tuple(
            view.row(a, b, {"messages": float(arrivals.versions[a:b].max())}, "why.told_twice")
            for _, a, b in back
        )
        rows, spans = (*rows, *told), sorted([*spans, *((a, b) for _, a, b in back)])
    if not spans:
        inside = [int((time - view.series.start) / view.step) for time in arrivals.off_grid]
        kept = sorted(place for place in inside if 0 <= place < view.n)
        spans = runs(near(np.isin(np.arange(view.n), kept), 0), gap=view.periods(3)) or [(0, view.n)]
        rows = tuple(view.row(a, b, {"off_grid": float(odd)}, "why.off_grid") for a, b in spans[:20])
    shown = view.window(*spans[0], 24)
    panel = view.lines(
        shown, Said("labels.clock_error"), "min", [(Said("labels.clock_error"), -error)], bands=spans
    )  # fmt: skip
    said = Said("screens.clock_jump.found", {"minutes": f"{measure:.0f}", "times": max(1, len(found))})
    when = tuple(view.span(start, end) for start, end in spans[:20])
    return Verdict(measure, rule["at"], said, when, rows, Picture(said, (panel,)))


def offsets(view: View, arrivals: Arrivals) -> Floats:
    """Host's clock − site's clock [s] at each period that came live; NaN elsewhere."""
    period = view.step.total_seconds()
    came = np.arange(view.n) * period + arrivals.delay
    there = np.flatnonzero(np.isfinite(came))
    burst = np.zeros(view.n, np.bool_)
    if len(there) > 1:
        order = there[np.argsort(came[there], kind="stable")]
        close = np.diff(came[order]) < 0.5 * period
        burst[order[1:][close]] = True
        burst[order[:-1][close]] = True
    error = np.where(np.isfinite(arrivals.qn_gap), arrivals.qn_gap, arrivals.delay - period)
    # A fresh QN tells the clock even within a burst; an old one, or a bare delay, does not.
    queued = burst & ~(np.abs(arrivals.qn_gap) < 0.5 * period)
    return np.where(queued, np.nan, error)


def _set_back(view: View, arrivals: Arrivals, rule: Mapping[str, float]) -> list[tuple[float, int, int]]:
    """Periods told twice with as many never told beside them: a clock set back, and put right later.

    A site asked for its history tells periods twice as well, but leaves none out.
    """
    least = view.periods(rule["lasts_hours"])
    reach = view.periods(rule["beside_hours"])
    silent = runs(arrivals.versions == 0)
    found = []
    for start, end in runs(arrivals.versions >= 2):
        beside = [b - a for a, b in silent if a < end + reach and b > start - reach]
        if end - start >= least and max(beside, default=0) >= least:
            found.append((60 * view.hours(min(end - start, max(beside))), start, end))
    return found


def _through_gaps(mask: Bools, there: Bools) -> list[tuple[int, int]]:
    """Runs of a mask over the periods that are there; silence does not end a run."""
    places = np.flatnonzero(there)
    return [(int(places[start]), int(places[end - 1]) + 1) for start, end in runs(mask[places])]


def _before(error: Floats, start: int) -> float:
    earlier = error[:start][np.isfinite(error[:start])]
    return float(np.median(earlier[-6:])) if len(earlier) else float("nan")


SCREEN = Screen(CODE, judge)
