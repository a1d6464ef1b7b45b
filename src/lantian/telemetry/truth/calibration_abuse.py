"""Calibration abuse: calibration or maintenance is marked just when the value nears its limit.

A calibration follows a calendar, so before it the value is anything. The screen counts the marked stretches
that begin right after values which are both near the limit and high for this outlet, and asks how surely
that is no chance, given how often such values stand at those hours of the day anyway (calibrations may
share the hour of the daily peak). Stretches that begin while the plant stands or starts do not count.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Bools, View, log10_tail, near, quantile, runs, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "calibration_abuse"
MARKS = ("C", "M")
Found = tuple[float, str, float, list[tuple[int, int]], int]


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How surely (decades of chance) marks follow high values."""
    found: list[Found] = []
    limited = [code for code in view.pollutants if view.case.limits.get(code)]
    if not limited:
        return unknown("no_limit")
    looked = 0
    for code in limited:
        values = np.where(view.normal(code) & ~view.stopped, view.raw(code, view.field_of(code)), np.nan)
        if np.isfinite(values).sum() < view.periods(rule["least_hours"]):
            continue
        looked += 1
        one = _of(view, code, values, rule)
        if one:
            found.append(one)
    if not looked:
        return unknown("no_values")
    if not found:
        return Verdict(0.0, rule["at"], Said("nothing"))
    measure, code, level, hits, of = max(found)
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    field = view.field_of(code)
    values = view.raw(code, field)
    limit = view.case.limits[code]
    rows = tuple(
        view.row(
            start, end, {code: _last(values, start), "limit": limit}, "why.marked_at_peak", what=factor(code)
        )
        for start, end in hits[:30]
    )
    shown = view.window(*hits[0], 36)
    panel = view.lines(
        shown, factor(code), unit(code), [(code, values)],
        bands=hits, bounds=[(limit, Said("labels.limit"))],
    )  # fmt: skip
    said = Said(
        "screens.calibration_abuse.found",
        {"what": factor(code), "hits": len(hits), "of": of, "level": f"{level:.4g}", "unit": unit(code)},
    )
    when = tuple(view.span(*hit) for hit in hits[:30])
    return Verdict(measure, rule["at"], said, when, rows, Picture(said, (panel,)))


def _of(view: View, code: str, values: Floats, rule: Mapping[str, float]) -> Found | None:
    """Decades, factor, level, the stretches that follow high values, and how many stretches there are."""
    marked = view.marked(MARKS, (code,))
    stretches = [
        (start, end)
        for start, end in runs(marked, gap=view.periods(rule["join_hours"]))
        if not view.stopped[max(0, start - 1)] and view.condition[start] not in ("St", "Sr", "F")
    ]
    planned = scheduled([start for start, _ in stretches], view.n, rule)
    stretches = [one for one, regular in zip(stretches, planned, strict=True) if not regular]
    limit = view.case.limits[code]
    level = max(rule["near"] * limit, quantile(values, rule["high_quantile"]))
    reach = view.periods(rule["before_hours"])
    starts, hits = [], []
    for start, end in stretches:
        before = values[max(0, start - reach) : start]
        before = before[np.isfinite(before)]
        if not len(before):
            continue
        starts.append(start)
        if before.max() >= level:
            hits.append((start, end))
    if len(hits) < rule["least_hits"]:
        return (0.0, code, level, hits, len(starts)) if starts else None
    chance = _usual(view, values, starts, level, reach)
    decades = log10_tail(len(hits), len(starts), min(max(chance, rule["least_chance"]), 0.95))
    return decades, code, level, hits, len(starts)


def scheduled(starts: list[int], count: int, rule: Mapping[str, float]) -> list[bool]:
    """Which of the starts follow a plan: checks each day at an hour, probes blown back every few hours.

    Lags at which far more pairs of starts stand than their number makes by chance are the plan; a start with a
    partner at such a lag on both sides (one where the record ends) is planned.
    """
    if len(starts) < rule["plan_least"]:
        return [False] * len(starts)
    begins = np.zeros(count, np.bool_)
    begins[starts] = True
    loose = near(begins, 1)
    day = max(1, int(rule["plan_periods"]))
    regular = np.zeros(len(starts), np.bool_)
    places = np.array(starts)
    for lag in range(3, min(day, count - 1) + 1):
        ahead, behind = places + lag, places - lag
        on_ahead = np.where(ahead < count, loose[np.minimum(ahead, count - 1)], True)
        on_behind = np.where(behind >= 0, loose[np.maximum(behind, 0)], True)
        both = on_ahead & on_behind & ~((ahead >= count) & (behind < 0))
        expected = len(starts) * float(loose.mean()) ** 2
        if both.sum() >= max(rule["plan_least"], rule["plan_times"] * expected):
            regular |= both
    return [bool(one) for one in regular]


def _usual(view: View, values: Floats, starts: list[int], level: float, reach: int) -> float:
    """How often such a value stands within reach of a moment of the same hours of the day."""
    with np.errstate(invalid="ignore"):
        high: Bools = values >= level
    there = np.isfinite(values)
    preceded = np.zeros(view.n, np.bool_)
    edge = np.concatenate(([0], np.cumsum(high)))
    places = np.arange(view.n)
    preceded = edge[places] > edge[np.maximum(places - reach, 0)]
    hours = np.zeros(24, np.bool_)
    hours[view.local[starts]] = True
    same = near(np.tile(hours, 3), 1)[24:48][view.local] & there
    shares = [float(preceded[chosen].mean()) for chosen in (same, there) if chosen.any()]
    return max(shares, default=1.0)


def _last(values: Floats, start: int) -> float:
    before = values[max(0, start - 6) : start]
    before = before[np.isfinite(before)]
    return float(before[-1]) if len(before) else float("nan")


SCREEN = Screen(CODE, judge)
