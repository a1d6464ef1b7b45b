"""Too-perfect oxygen: oxygen that stands too still, or that moves just as the conversion needs it.

Converting to reference oxygen divides by (21 − O2), so who holds oxygen holds the result. Three signs, the
strongest counts: days on which oxygen hardly moves, against itself and against what any live cell does;
days on which the converted value shakes far less than the measured one, because oxygen follows the
pollutant; and converted values that stay still just where the measured ones are highest. Honest
temptations: air that leaks in dilutes pollutants and oxygen together, but then every pollutant alike, and
each keeps its analyser's own noise.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import O2
from lantian.telemetry.truth.low_variance import shakes_by
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Lines, View, runs, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "perfect_o2"
_AIR = 21.0


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How many times stiller, or better matched, than a live oxygen cell, over several days."""
    oxygen = view.good(O2)
    least = view.periods(rule["day_hours"])
    if np.isfinite(oxygen).sum() < rule["days"] * least:
        return unknown("no_oxygen")
    still = _still(view, oxygen, least, rule)
    matched, which = _matched(view, least, rule)
    days = max(1, int(rule["days"]))
    calm, obeys = _reached(still, days), _reached(matched, days)
    measure = max(calm, obeys)
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    by_day = still if calm >= obeys else matched
    suspect = by_day >= rule["at"]
    edges = np.searchsorted(view.day, np.arange(len(by_day) + 1))
    spans = [(int(edges[one]), int(edges[last])) for one, last in runs(suspect)]
    why = "why.still_o2" if calm >= obeys else "why.matched_o2"
    rows = tuple(
        view.row(
            int(edges[day]), int(edges[day + 1]),
            {"o2_spread": _spread(oxygen[edges[day] : edges[day + 1]]), "times": float(by_day[day])},
            why,
        )
        for day in np.flatnonzero(suspect)[:31]
    )  # fmt: skip
    shown = view.window(*spans[0], 36)
    panels = [view.lines(shown, factor(O2), "%", [(O2, view.raw(O2))], bands=spans)]
    code = which or next(iter(view.pollutants), None)
    if code:
        limit = view.case.limits.get(code)
        bounds = [(limit, Said("labels.limit"))] if limit else []
        lines: Lines = [
            (Said("labels.converted"), view.raw(code, "ZsAvg")),
            (Said("labels.measured"), view.raw(code)),
        ]
        panels.append(view.lines(shown, factor(code), unit(code), lines, bands=spans, bounds=bounds))
    found = "still" if calm >= obeys else "matched"
    said = Said(
        f"screens.perfect_o2.{found}",
        {"days": int(suspect.sum()), "times": f"{measure:.1f}", "what": factor(code) if code else ""},
    )
    when = tuple(view.span(*span) for span in spans)
    return Verdict(measure, rule["at"], said, when, rows, Picture(said, tuple(panels)))


def _spread(values: Floats) -> float:
    """Robust spread of a day: the middle half, as a standard deviation."""
    there = values[np.isfinite(values)]
    if not len(there):
        return float("nan")
    low, high = np.quantile(there, (0.25, 0.75))
    return float((high - low) / 1.349)


def _still(view: View, oxygen: Floats, least: int, rule: Mapping[str, float]) -> Floats:
    """By day: how many times less oxygen moves (within the day and from period to period) than it should."""
    # Steps are taken as a share of the level there; here in % of oxygen.
    shake, level = shakes_by(view, oxygen, view.day, least, coarse=1.0)
    steps = shake * level
    count = len(shake)
    edges = np.searchsorted(view.day, np.arange(count + 1))
    moves = np.array([_spread(oxygen[edges[day] : edges[day + 1]]) for day in range(count)])
    found = np.zeros(count)
    known = np.isfinite(steps)
    if not known.any():
        return found
    usual = float(np.quantile(steps[known], rule["usual_quantile"]))
    with np.errstate(divide="ignore", invalid="ignore"):
        against_self = rule["own_weight"] * usual / steps
        against_cell = rule["still_steps"] / steps
        against_spread = rule["still_spread"] / moves
    found[known] = np.maximum(against_self, np.maximum(against_cell, against_spread))[known]
    return np.minimum(found, 1e3)


def _matched(view: View, least: int, rule: Mapping[str, float]) -> tuple[Floats, str | None]:
    """By day: how many times less a converted value shakes than the measured one, and which pollutant's."""
    count = int(view.day[-1]) + 1
    best, which = np.zeros(count), None
    reference = view.case.reference_o2
    if reference is None:
        return best, None
    for code in view.pollutants:
        measured = view.good(code)
        converted = view.good(code, "ZsAvg")
        if not np.isfinite(converted).any():
            converted = measured * (_AIR - reference) / np.maximum(_AIR - view.good(O2), 0.5)
        raw_shake, _ = shakes_by(view, measured, view.day, least, rule["coarse"])
        shake, _ = shakes_by(view, converted, view.day, least, rule["coarse"])
        with np.errstate(divide="ignore", invalid="ignore"):
            times = rule["match_weight"] * raw_shake / np.maximum(shake, rule["match_bottom"])
        times[~np.isfinite(times)] = 0
        if which is None or _reached(times, int(rule["days"])) > _reached(best, int(rule["days"])):
            best, which = times, code
    return best, which


def _reached(by_day: Floats, days: int) -> float:
    ordered = np.sort(by_day)[::-1]
    return float(ordered[days - 1]) if len(ordered) >= days else 0.0


SCREEN = Screen(CODE, judge)
