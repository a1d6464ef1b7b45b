"""Screens of numbers that are no measurements: slipped units, zeros and caps in place of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lantian.ambient.screens.case import Case, number
from lantian.ambient.screens.grid import Bools, Floats
from lantian.ambient.screens.report import Suspicion
from lantian.ambient.screens.runs import Run, median, runs
from lantian.ambient.screens.thresholds import ITEMS

SLIP = "%(name)s reports %(item)s at about %(ratio)g of what %(against)s say, for %(hours)d hours: mg for µg?"
TINY = "%(name)s reports %(item)s around %(usual)g, less than any air holds: mg for µg?"
ZERO = "%(name)s reports %(item)s 0 for %(hours)d hours, beside hours around %(usual)g"
ZERO_ROWS = "%(name)s reports 0 for every pollutant in %(hours)d hours"
CEILING = "%(name)s reports %(item)s %(cap)g for %(hours)d hours and never more: a limit of its software"
FILLER = (
    "%(name)s reports %(item)s %(cap)g for %(hours)d hours, beside hours around %(usual)g: a mark for missing"
)


def unit_slip(case: Case) -> Iterator[Suspicion]:
    """Hours a thousand times too small or too large."""
    grid, rules = case.grid, case.thresholds
    decades, within = rules.number("unit_slip.decades"), rules.number("unit_slip.within")
    least = rules.hours("unit_slip.hours")
    tiny, level = rules.per_item("unit_slip.tiny"), rules.per_item("neighbour.offset")
    for item in ITEMS:
        values = case.free(item)
        with np.errstate(all="ignore"):
            usual = median(np.where(values > 0, values, np.float32(np.nan)))
            # Without neighbours the place's own level speaks, where the slip is the lesser part of it.
            said = case.reference(item).median
            said = np.where(np.isnan(said), usual[:, None], said)
            ratio = np.log10(values / said)
            # A thousandth is no concentration at all; a thousandfold of next to nothing may be one.
            far = (np.abs(ratio + decades) <= within) & (values < tiny[item])
            far |= (np.abs(ratio - decades) <= within) & (said >= level[item])
            low = (usual > 0) & (usual < tiny[item]) & ((values > 0).sum(axis=1) >= 24)
        for run in runs(far & (values > 0), gap=rules.hours("frozen.gap"), least=least):
            low[run.line] = False
            yield _slip(case, item, run, far)
        for line in np.flatnonzero(low):
            mask = values > 0
            hours = np.flatnonzero(mask[line])
            run = Run(int(line), int(hours[0]), int(hours[-1]), len(hours))
            words = {"name": grid.names[line], "item": item, "usual": number(usual[line])}
            shown = case.rows(item, run, mask)
            evidence: dict[str, Any] = {"basis": "level", "usual": words["usual"], "rows": shown}
            case.claim([item], run, mask)
            yield case.suspect("unit_slip", [item], run, (TINY, words), evidence, mask=mask)
        case.forget(item)


def _slip(case: Case, item: str, run: Run, mask: Bools) -> Suspicion:
    grid = case.grid
    hours = run.start + np.flatnonzero(mask[run.line, run.start : run.end + 1])
    values = grid.values[item][run.line, hours]
    said = case.reference(item).median[run.line, hours]
    against, basis = "its neighbours", "neighbours"
    with np.errstate(all="ignore"):
        ratio = float(median(values / said)) if not np.isnan(said).all() else float("nan")
        if np.isnan(ratio):
            against, basis = "its other hours", "own"
            ratio = float(np.median(values) / median(grid.values[item][run.line]))
    words = {
        "name": grid.names[run.line],
        "item": item,
        "ratio": number(float(f"{ratio:.2g}")),
        "against": against,
        "hours": run.hours,
    }
    evidence = {"basis": basis, "ratio": number(ratio), "rows": case.rows(item, run, mask)}
    case.claim([item], run, mask)
    return case.suspect("unit_slip", [item], run, (SLIP, words), evidence, mask=mask, certain=True)


def zeros(case: Case) -> Iterator[Suspicion]:
    """Zeros beside hours that are far from zero, and rows of nothing but zeros."""
    grid, rules = case.grid, case.thresholds
    levels = rules.per_item("zero.levels")
    nought = {item: grid.values[item] == 0 for item in ITEMS}
    given = np.sum([~np.isnan(grid.values[item]) for item in ITEMS], axis=0)
    rows = np.sum(list(nought.values()), axis=0)
    whole = (rows >= rules.hours("zero.items")) & (rows == given)
    for run in runs(whole, gap=rules.hours("frozen.gap")):
        words = {"name": grid.names[run.line], "hours": run.hours}
        evidence: dict[str, Any] = {"basis": "row", "neighbours": case.neighbours.names(run.line)}
        case.claim(ITEMS, run, whole)
        yield case.suspect(
            "zero_as_missing", ITEMS, run, (ZERO_ROWS, words), evidence, mask=whole, certain=True
        )
    for item in ITEMS:
        lines = np.flatnonzero((nought[item] & ~case.claimed[item]).any(axis=1))
        if not len(lines):
            continue
        values = case.free(item)
        # Zeros come in rows: only what is not zero tells the level around them.
        beside = _nearest(np.where(nought[item], np.float32(np.nan), values), rules.hours("zero.window"))
        said = case.reference(item).median
        with np.errstate(invalid="ignore"):
            doubtful = nought[item] & ~case.claimed[item]
            doubtful &= (beside >= levels[item]) & ~(said < levels[item] / 2) | (said >= 2 * levels[item])
        for run in runs(doubtful, gap=rules.hours("frozen.gap")):
            hours = run.start + np.flatnonzero(doubtful[run.line, run.start : run.end + 1])
            around = np.where(np.isnan(beside), said, beside)[run.line, hours]
            words = {
                "name": grid.names[run.line],
                "item": item,
                "hours": run.hours,
                "usual": number(float(median(around))),
            }
            evidence = {"basis": "item", "rows": case.rows(item, run, doubtful)}
            case.claim([item], run, doubtful)
            yield case.suspect("zero_as_missing", [item], run, (ZERO, words), evidence, mask=doubtful)
        case.forget(item)


def _nearest(values: Floats, window: int) -> Floats:
    """The smaller of the nearest values before and after within the window; NaN where one is missing."""
    before, after = np.full_like(values, np.nan), np.full_like(values, np.nan)
    for offset in range(window, 0, -1):
        earlier, later = values[:, :-offset], values[:, offset:]
        before[:, offset:] = np.where(np.isnan(earlier), before[:, offset:], earlier)
        after[:, :-offset] = np.where(np.isnan(later), after[:, :-offset], later)
    return np.asarray(np.minimum(before, after), np.float32)


def capped(case: Case) -> Iterator[Suspicion]:
    """Values at a limit of software, and limits that stand for a missing value."""
    grid, rules = case.grid, case.thresholds
    near, least = rules.number("capped.near"), rules.hours("capped.hours")
    caps, fillers = rules.table("capped.caps"), rules.table("capped.fillers")
    for item in ITEMS:
        values = case.free(item)
        unknown = _recurring(case, item, values)
        for cap in sorted({float(value) for value in (*caps[item], *fillers[item])} | unknown):
            at = values == np.float32(cap)
            if not at.any():
                continue
            around = case.context(item)[0]
            said = case.reference(item).median
            with np.errstate(invalid="ignore"):
                alone = at & (around < near * cap) & ~(said > near * cap)
            if cap in unknown | {float(value) for value in fillers[item]}:
                for run in runs(alone, gap=grid.hours):
                    yield _capped(case, item, run, cap, alone, filler=True)
            held = at & ~alone
            lines = np.flatnonzero(held.any(axis=1))
            with np.errstate(invalid="ignore"):
                over = (values[lines] > cap).any(axis=1)
            held[lines[over]] = False
            for run in runs(held, gap=grid.hours, least=least):
                yield _capped(case, item, run, cap, held, filler=False)
        case.forget(item)


def _recurring(case: Case, item: str, values: Floats) -> set[float]:
    """High values that come again and again while those beside them do not: caps nobody has listed."""
    rules = case.thresholds
    least, level = rules.hours("capped.recurring"), rules.per_item("range.levels")[item]
    with np.errstate(invalid="ignore"):
        high = values[values >= level / 2]
    found, counts = np.unique(high, return_counts=True)
    caps = set()
    for at in np.flatnonzero(counts >= least):
        beside = (np.abs(found / found[at] - 1) < 0.1) & (found != found[at])
        if counts[at] >= least * max(int(counts[beside].max(initial=0)), 1):
            caps.add(float(found[at]))
    return caps


def _capped(case: Case, item: str, run: Run, cap: float, mask: Bools, *, filler: bool) -> Suspicion:
    words = {"name": case.grid.names[run.line], "item": item, "cap": number(cap), "hours": run.hours}
    if filler:
        hours = run.start + np.flatnonzero(mask[run.line, run.start : run.end + 1])
        words["usual"] = number(float(median(case.context(item)[0][run.line, hours])))
    basis = "filler" if filler else "ceiling"
    evidence = {"basis": basis, "cap": number(cap), "rows": case.rows(item, run, mask)}
    case.claim([item], run, mask)
    told = (FILLER if filler else CEILING, words)
    return case.suspect("capped", [item], run, told, evidence, mask=mask, certain=filler)
