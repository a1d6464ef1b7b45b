"""Copied: a stretch of a channel that was there before, value for value or under a little added noise.

Two looks. Exact: a sequence of values that occurs twice, `exact_hours` long, of enough different values
that chance or coarse decimals do not make it. Under noise: the quick movement (steps between periods) of
the same part of two days agrees far better than days of this channel usually agree; a batch process that
runs by the clock agrees with itself every day and is measured against that. Stopped and marked periods do
not take part.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.low_variance import resolution
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Lines, View, spread, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "copied_day"
Found = tuple[float, str, int, int, int]  # measure, factor, start, end, start of the original


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """Hours that are a copy."""
    looked = 0
    found: list[Found] = []
    for code in view.sent:
        values = view.good(code)
        if np.isfinite(values).sum() < view.periods(rule["least_hours"]):
            continue
        looked += 1
        found += _exact(view, code, values, rule)
        found += _noisy(view, code, values, rule)
    if not looked:
        return unknown("no_values")
    if not found:
        return Verdict(0.0, rule["at"], Said("nothing"))
    found.sort(key=lambda one: -one[0])
    measure, code, start, end, source = found[0]
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    flagged = [one for one in found if one[0] >= rule["at"]][:20]
    rows = tuple(
        view.row(
            one[2], one[3],
            {one[1]: float(view.raw(one[1])[one[2]]), "original": float(view.raw(one[1])[one[4]])},
            "why.copied",
            what=factor(one[1]),
            since=_local(view, one[4]),
        )
        for one in sorted(flagged, key=lambda one: one[2])
    )  # fmt: skip
    margin = view.periods(6)
    shown = slice(max(0, start - margin), min(view.n, end + margin, start + view.periods(72)))
    shifted = np.full(view.n, np.nan)
    first = max(0, start - source)
    length = view.n - first
    if first:
        shifted[first:] = view.raw(code)[:length]
    lines: Lines = [
        (code, view.raw(code)),
        (Said("labels.original", {"since": _local(view, source)}), shifted),
    ]
    said = Said(
        "screens.copied_day.found",
        {"what": factor(code), "hours": f"{view.hours(end - start):.0f}", "since": _local(view, source)},
    )
    picture = Picture(said, (view.lines(shown, factor(code), unit(code), lines, bands=[(start, end)]),))
    when = tuple(dict.fromkeys(view.span(one[2], one[3]) for one in sorted(flagged, key=lambda one: one[2])))
    return Verdict(measure, rule["at"], said, when, rows, picture)


def _local(view: View, index: int) -> str:
    from lantian.telemetry.truth.rules import LOCAL

    return f"{view.at(index) + LOCAL:%Y-%m-%d %H:%M}"


def _exact(view: View, code: str, values: Floats, rule: Mapping[str, float]) -> list[Found]:
    """Sequences that occur twice, joined to their whole length."""
    width = view.periods(rule["exact_hours"])
    if view.n <= 2 * width:
        return []
    whole = np.rint(np.nan_to_num(values, nan=0.0) * 1e6).astype(np.int64).astype(np.uint64)
    valid = np.isfinite(values)
    # A polynomial hash of each window of `width` values, in arithmetic modulo 2^64, by doubling.
    mixed = (whole + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    code_of = np.zeros(view.n - width + 1, np.uint64)
    for offset in range(width):
        code_of = code_of * np.uint64(0x100000001B3) + mixed[offset : offset + len(code_of)]
    change = np.concatenate(([0], np.cumsum(np.append(0, np.diff(whole.astype(np.int64)) != 0))))
    full = np.concatenate(([0], np.cumsum(valid)))
    varied = (change[width:] - change[:-width])[: len(code_of)] >= rule["varied"] * width
    usable = ((full[width:] - full[:-width]) == width) & varied
    places = np.flatnonzero(usable)
    if len(places) < 2:
        return []
    order = places[np.argsort(code_of[places], kind="stable")]
    same = code_of[order][1:] == code_of[order][:-1]
    later, earlier = order[1:][same], order[:-1][same]
    apart = later - earlier >= width
    later, earlier = later[apart], earlier[apart]
    found: list[Found] = []
    for lag in np.unique(later - earlier):
        mine = np.sort(later[(later - earlier) == lag])
        breaks = np.flatnonzero(np.diff(mine) > 1)
        for first, last in zip(
            mine[np.append(0, breaks + 1)], mine[np.append(breaks, len(mine) - 1)], strict=True
        ):
            start, end = int(first), int(last) + width
            different = len(np.unique(whole[start:end]))
            hours = view.hours(end - start)
            if different >= rule["different"]:
                found.append((rule["exact_weight"] * hours, code, start, end, start - int(lag)))
    return found


def _noisy(view: View, code: str, values: Floats, rule: Mapping[str, float]) -> list[Found]:
    """Hours whose small steps agree with those of whole days before as they do nowhere else."""
    width = view.periods(rule["part_hours"])
    per_day = round(24 * view.per_hour)
    stride = max(1, width // 6)
    steps = np.diff(values, prepend=np.nan)
    scale = spread(steps)
    finest = resolution(values)
    if not scale > finest * rule["lively"]:
        return []
    # Large steps are the process, which has a rhythm; what a copy repeats as well is the small ones.
    small = np.clip(steps, -rule["small"] * scale, rule["small"] * scale)
    found = [
        (lag, agreement(small[lag:], small[:-lag], width, stride, rule))
        for lag in range(per_day, view.n - width, per_day)
    ]
    if len(found) < rule["days"]:
        return []
    every = np.concatenate([agree for _, agree in found])
    every = every[np.isfinite(every)]
    usual = float(np.quantile(every, 0.75)) if len(every) >= rule["pairs"] else 0.0
    bar = max(rule["agree"], 1 - (1 - usual) * rule["excess"])
    parts: list[Found] = []
    for lag, agree in found:
        with np.errstate(invalid="ignore"):
            hits = np.flatnonzero(agree >= bar)
        for place in hits:
            start = lag + int(place) * stride
            parts.append((view.hours(width), code, start, start + width, start - lag))
    return _joined(view, parts)


def agreement(now: Floats, then: Floats, width: int, stride: int, rule: Mapping[str, float]) -> Floats:
    """Correlation of windows of two series of steps; NaN where too little is there or moves."""
    every = now[np.isfinite(now)]
    both = np.isfinite(now) & np.isfinite(then)
    now, then = np.where(both, now, 0.0), np.where(both, then, 0.0)

    def total(values: Floats) -> Floats:
        edge = np.concatenate(([0.0], np.cumsum(values)))
        return (edge[width:] - edge[:-width])[::stride]

    if len(now) < width or not len(every):
        return np.empty(0)
    count, one, two = total(both.astype(np.float64)), total(now * now), total(then * then)
    with np.errstate(invalid="ignore", divide="ignore"):
        agree = total(now * then) / np.sqrt(one * two)
        alive = np.minimum(one, two) / count > rule["alive"] ** 2 * float((every**2).mean())
    return np.where((count >= rule["filled"] * width) & alive, agree, np.nan)


def _joined(view: View, parts: list[Found]) -> list[Found]:
    """Overlapping parts of one copy as one."""
    out: list[Found] = []
    for part in sorted(parts, key=lambda one: (one[2] - one[4], one[2])):
        if out:
            last = out[-1]
            if last[2] - last[4] == part[2] - part[4] and part[2] <= last[3]:
                end = max(last[3], part[3])
                out[-1] = (view.hours(end - last[2]), last[1], last[2], end, last[4])
                continue
        out.append(part)
    return out


SCREEN = Screen(CODE, judge)
