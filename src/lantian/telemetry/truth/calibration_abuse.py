"""Calibration abuse: calibration or maintenance is marked just when the value nears its limit.

A calibration follows a calendar, so before it the value is anything. The screen counts the marked stretches
that begin right after values which are both near the limit and high for this outlet, and asks how surely
that is no chance, given how often such values stand at those hours of the day anyway (calibrations may
share the hour of the daily peak). Stretches that begin while the plant stands or starts do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import erfc, log10, sqrt

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import (
    Bools,
    View,
    log10_tail,
    near,
    quantile,
    quantiles,
    runs,
    unit,
    windows,
)
from lantian.telemetry.truth.words import Said, factor

CODE = "calibration_abuse"
MARKS = ("C", "M")
Found = tuple[float, str, float, list[tuple[int, int]], int]


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How surely (decades of chance) marks follow high values."""
    limited = [code for code in view.pollutants if view.case.limits.get(code)]
    if not limited:
        return unknown("no_limit")
    shares = []
    for code in limited:
        open_to_it = view.normal(code) & ~view.stopped
        shares.append(
            np.where(open_to_it, view.raw(code, view.field_of(code)), np.nan) / view.case.limits[code]
        )
    worst = highest(np.array(shares))
    if np.isfinite(worst).sum() < view.periods(rule["least_hours"]):
        return unknown("no_values")
    # Marks of all pollutants follow the one nearest its limit, or each follows its own.
    found: list[Found] = []
    for code, own in zip(limited, shares, strict=True):
        stretches = _unplanned(view, code, rule)
        for values in (worst, own) if len(limited) > 1 else (own,):
            one = _of(view, code, values, stretches, rule)
            found += [one] if one else []
    if not found:
        return Verdict(0.0, rule["at"], Said("nothing"))
    measure, _, level, hits, of = max(found)
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    code = limited[_nearest(shares, hits, view.periods(rule["before_hours"]))]
    level *= view.case.limits[code]
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


def _nearest(shares: list[Floats], hits: list[tuple[int, int]], reach: int) -> int:
    """Which pollutant stood nearest its limit before the marks."""
    before = [[_last(share, start, reach) for start, _ in hits] for share in shares]
    return int(np.argmax([np.nan_to_num(np.array(one)).sum() for one in before]))


def _unplanned(view: View, code: str, rule: Mapping[str, float]) -> list[tuple[int, int]]:
    """Marked stretches begun in running that no plan of checks explains."""
    stretches = [
        (start, end)
        for start, end in runs(view.marked(MARKS, (code,)), gap=view.periods(rule["join_hours"]))
        if not view.stopped[max(0, start - 1)] and view.condition[start] not in ("St", "Sr", "F")
    ]
    planned = scheduled([start for start, _ in stretches], view.n, rule)
    lengths = [end - start for (start, end), plan in zip(stretches, planned, strict=True) if plan]
    # A check that takes far longer than this plan's checks is not that check.
    long = 2 * float(np.median(lengths)) + 2 if lengths else 0.0
    return [
        (start, end)
        for (start, end), plan in zip(stretches, planned, strict=True)
        if not plan or end - start > long
    ]


def _of(
    view: View, code: str, values: Floats, stretches: list[tuple[int, int]], rule: Mapping[str, float]
) -> Found | None:
    """Decades, factor, level, the stretches that follow high values, and how many stretches there are."""
    level = max(rule["near"], quantile(values, rule["high_quantile"]))
    reach = view.periods(rule["before_hours"])
    starts, begun, hits, before = [], [], [], []
    for start, end in stretches:
        part = values[max(0, start - reach) : start]
        part = part[np.isfinite(part)]
        if not len(part):
            continue
        starts.append(start)
        begun.append((start, end))
        before.append(float(part.mean()))
        if part.max() >= level:
            hits.append((start, end))
    if not starts:
        return None
    decades = 0.0
    if len(hits) >= rule["least_hits"]:
        chance = min(max(_usual(view, values, starts, level, reach), rule["least_chance"]), 0.95)
        decades = log10_tail(len(hits), len(starts), chance)
        if float(np.median(before)) >= rule["median_near"]:
            decades = max(decades, _by_rank(values, before, reach) - 0.3)  # two looks: one of them by chance
    high = [one for one, value in zip(begun, before, strict=True) if value >= rule["near"]]
    lasting = _too_long(view, code, high, rule)
    if rule["at"] * lasting / rule["long_hours"] > decades:
        return rule["at"] * lasting / rule["long_hours"], code, rule["near"], high, len(starts)
    return decades, code, level, hits, len(starts)


def _too_long(view: View, code: str, high: list[tuple[int, int]], rule: Mapping[str, float]) -> float:
    """Hours beyond what a check, or all maintenance but the longest, takes; of marks begun at high values."""
    marks = view.series.marks_of(code)
    checks, visits = [], []
    for start, end in high:
        hours = view.hours(end - start)
        if (marks[start:end] == "C").sum() * 2 >= end - start:
            checks.append(max(0.0, hours - rule["check_hours"]))
        else:
            visits.append(max(0.0, hours - rule["visit_hours"]))
    return sum(checks) + sum(sorted(visits)[:-1])


def highest(shares: Floats) -> Floats:
    """The highest along the first axis of what is there; NaN where nothing is."""
    filled = np.max(np.where(np.isfinite(shares), shares, -np.inf), axis=0)
    return np.where(np.isfinite(filled), filled, np.nan)


def _by_rank(values: Floats, before: list[float], reach: int) -> float:
    """Decades of chance that the values before marks stand so high among all (sum of ranks, normal tail)."""
    (means,) = quantiles(windows(values, reach, 1), 0.5)
    usual = np.sort(means[np.isfinite(means)])
    if not len(usual):
        return 0.0
    ranks = np.searchsorted(usual, before) / len(usual)
    high = float((ranks - 0.5).sum() / sqrt(len(ranks) / 12))
    return -log10(max(0.5 * erfc(high / sqrt(2)), 1e-300)) if high > 0 else 0.0


def scheduled(starts: list[int], count: int, rule: Mapping[str, float]) -> list[bool]:
    """Which of the starts follow a plan: checks each day at an hour, probes blown back every few hours.

    A lag at which so many starts have a partner that they fill a good share of the record is the plan; a
    start with a partner at such a lag is planned.
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
        beside = np.where(ahead < count, loose[np.minimum(ahead, count - 1)], False)
        beside |= np.where(behind >= 0, loose[np.maximum(behind, 0)], False)
        if beside.sum() >= max(rule["plan_least"], rule["plan_share"] * count / lag):
            regular |= beside
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


def _last(values: Floats, start: int, reach: int = 6) -> float:
    before = values[max(0, start - reach) : start]
    before = before[np.isfinite(before)]
    return float(before[-1]) if len(before) else float("nan")


SCREEN = Screen(CODE, judge)
