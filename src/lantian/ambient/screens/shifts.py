"""The screen of shifted hours: changes from hour to hour that agree with the neighbours' at another hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from lantian.ambient.screens.case import Case, number
from lantian.ambient.screens.grid import Floats, Ints
from lantian.ambient.screens.report import Suspicion
from lantian.ambient.screens.runs import Run, runs

SHIFTED = (
    "%(name)s goes with its neighbours %(lag)+d hours later "
    "(correlation %(best).2f, as stamped %(stamped).2f)"
)
OZONE = "ozone of %(places)d places peaks at %(peak).1f o'clock: the hours seem to be stamped in another zone"
COMPARED = ("o3", "no2", "pm10", "pm2_5", "co")


def time_shift(case: Case) -> Iterator[Suspicion]:
    """Places stamped elsewhere than their neighbours, and feeds whose ozone peaks at night."""
    rules = case.thresholds
    changes = _changes(case)
    whole = np.array([0, case.grid.hours])
    told: set[int] = set()
    # The whole window can tell an hour's shift; a fault that began within it needs a wider margin.
    for one in _shifts(case, changes, whole, rules.number("time_shift.margin")):
        told.add(case.grid.places.index(one.place))
        yield one
    blocks = round(case.grid.hours / rules.hours("time_shift.block"))
    if blocks > 1:
        edges = np.linspace(0, case.grid.hours, blocks + 1).astype(np.int64)
        for one in _shifts(case, changes, edges, rules.number("time_shift.block_margin")):
            if case.grid.places.index(one.place) not in told:
                yield one
    yield from _ozone(case)


def _shifts(
    case: Case, changes: tuple[list[Floats], list[Floats]], edges: Ints, margin: float
) -> Iterator[Suspicion]:
    """Places that agree with their neighbours at another hour, block by block."""
    rules = case.thresholds
    furthest, least = rules.hours("time_shift.furthest"), rules.hours("time_shift.least")
    lags = list(range(-furthest, furthest + 1))
    answers = [_agreement(*changes, lag, edges=edges, least=least) for lag in lags]
    found = np.stack([agreement for agreement, _ in answers])
    # With fewer common hours chance does more.
    hours = np.maximum(answers[furthest][1], 1)
    needed = margin * np.sqrt(np.maximum(np.diff(edges) / hours, 1))
    filled = np.where(np.isnan(found), -1, found)
    best = filled.argmax(axis=0)
    highest = np.take_along_axis(filled, best[None], axis=0)[0]
    stamped = filled[furthest]
    clear = (best != furthest) & (highest >= rules.number("time_shift.correlation"))
    clear &= (highest - stamped >= needed) & (stamped > -1)
    shifted = np.where(clear, np.asarray(lags)[best], 0)
    for lag in np.unique(shifted[clear]) if clear.any() else ():
        for part in runs(shifted == lag):
            yield from _shifted(case, part, int(lag), edges=edges, highest=highest, stamped=stamped)


def _changes(case: Case) -> tuple[list[Floats], list[Floats]]:
    """Changes from hour to hour of each item, of the place and of its neighbours, all of one size."""
    own: list[Floats] = []
    said: list[Floats] = []
    for item in COMPARED:
        values = case.free(item)
        values[case.failed | ~case.alive[:, None]] = np.nan
        offset = case.thresholds.per_item("neighbour.offset")[item]
        for source, into in ((values, own), (case.reference(item).median, said)):
            logs = np.log(source + offset)
            change = np.full_like(logs, np.nan)
            change[:, 1:] = logs[:, 1:] - logs[:, :-1]
            there = ~np.isnan(change)
            n = np.maximum(there.sum(axis=1, keepdims=True), 1)
            size = np.sqrt(np.where(there, change**2, 0).sum(axis=1, keepdims=True) / n)
            into.append(np.clip(change / np.maximum(size, 1e-6), -3, 3).astype(np.float32))
    return own, said


def _agreement(
    own: list[Floats], said: list[Floats], lag: int, *, edges: Ints, least: int
) -> tuple[Floats, Floats]:
    """Correlation of each place with its neighbours `lag` hours later, by block, and the common hours.

    NaN where these are too few.
    """
    blocks = (len(own[0]), len(edges) - 1)
    products, squares_own, squares_said, count = (np.zeros(blocks, np.float32) for _ in range(4))
    for mine, theirs in zip(own, said, strict=True):
        moved = np.full_like(theirs, np.nan)
        if lag > 0:
            moved[:, :-lag] = theirs[:, lag:]
        elif lag < 0:
            moved[:, -lag:] = theirs[:, :lag]
        else:
            moved = theirs
        both = ~(np.isnan(mine) | np.isnan(moved))
        a, b = np.where(both, mine, 0), np.where(both, moved, 0)
        sums = [
            np.add.reduceat(x, edges[:-1], axis=1) for x in (a * b, a * a, b * b, both.astype(np.float32))
        ]
        products, squares_own = products + sums[0], squares_own + sums[1]
        squares_said, count = squares_said + sums[2], np.maximum(count, sums[3])
    with np.errstate(all="ignore"):
        found = products / np.sqrt(squares_own * squares_said)
    found[count < least] = np.nan
    return np.asarray(found, np.float32), np.asarray(count, np.float32)


def _shifted(
    case: Case, part: Run, lag: int, *, edges: Ints, highest: Floats, stamped: Floats
) -> Iterator[Suspicion]:
    start, end = int(edges[part.start]), int(edges[part.end + 1]) - 1
    hours = np.flatnonzero(case.grid.any_value[part.line, start : end + 1])
    if not len(hours):
        return
    run = Run(part.line, start + int(hours[0]), start + int(hours[-1]), len(hours))
    blocks = slice(part.start, part.end + 1)
    words = {
        "name": case.grid.names[part.line],
        "lag": lag,
        "best": number(float(highest[part.line, blocks].mean())),
        "stamped": number(float(stamped[part.line, blocks].mean())),
    }
    evidence = {"basis": "neighbours", **words, "neighbours": case.neighbours.names(part.line)}
    yield case.suspect("time_shift", COMPARED, run, (SHIFTED, words), evidence)


def _ozone(case: Case) -> Iterator[Suspicion]:
    """The clock of ozone: over most places it peaks in the afternoon, wherever the weather comes from."""
    rules = case.thresholds
    values = case.free("o3")
    hour_of_day = (np.arange(case.grid.hours) + (case.grid.first + timedelta(hours=8)).hour) % 24
    daily = np.full((case.grid.count, 24), np.nan)
    for hour in range(24):
        cells = values[:, hour_of_day == hour]
        n = (~np.isnan(cells)).sum(axis=1)
        with np.errstate(invalid="ignore"):
            daily[:, hour] = np.where(n >= 3, np.nansum(cells, axis=1) / np.maximum(n, 1), np.nan)
    daily = daily[~np.isnan(daily).any(axis=1) & case.alive]
    if not len(daily):
        return
    wave = (daily * np.exp(2j * np.pi * np.arange(24) / 24)).mean(axis=1)
    swing = 2 * np.abs(wave) / np.maximum(daily.mean(axis=1), 1)
    clear = swing >= rules.number("time_shift.ozone_swing")
    if clear.sum() * 2 < len(daily) or not clear.any():
        return
    peak = float(np.angle(np.exp(1j * np.angle(wave[clear])).mean()) / (2 * np.pi) * 24) % 24
    away = abs((peak - rules.number("time_shift.ozone_peak") + 12) % 24 - 12)
    if away < rules.number("time_shift.ozone_off"):
        return
    words = {"places": int(clear.sum()), "peak": number(peak)}
    evidence = {"basis": "ozone", **words, "expected": rules.number("time_shift.ozone_peak")}
    run = Run(-1, 0, case.grid.hours - 1, int(case.grid.open_hours.sum()))
    yield case.suspect("time_shift", ("o3",), run, (OZONE, words), evidence)
