"""Screens between places: disagreement with neighbours, shifted hours, one series under two places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from lantian.ambient.screens.case import Case, number
from lantian.ambient.screens.grid import Floats, Ints
from lantian.ambient.screens.report import Suspicion
from lantian.ambient.screens.runs import Run, median, runs
from lantian.ambient.screens.thresholds import ITEMS

OFF = "%(name)s reports %(item)s %(ratio)g times what its neighbours say, for %(days)d days"
SAME = "%(name)s and %(other)s report the same values in %(hours)d of %(shared)d common hours"
NAMED = "%(name)s and %(other)s are two places under one name"
_SUFFIX = re.compile(r"(\([^()]*\)|\[[^\[\]]*\])+$")


def neighbour(case: Case) -> Iterator[Suspicion]:
    """Days off the neighbours, beyond the place's usual distance and the neighbours' own spread."""
    rules = case.thresholds
    offsets, steady = rules.per_item("neighbour.offset"), rules.per_item("neighbour.persistent")
    ratio, spreads = np.log(rules.number("neighbour.ratio")), rules.number("neighbour.spreads")
    least = rules.hours("neighbour.hours")
    for item in ITEMS:
        values = case.free(item)
        values[case.failed | ~case.alive[:, None]] = np.nan
        said = case.reference(item)
        with np.errstate(invalid="ignore"):
            off = np.log((values + offsets[item]) / (said.median + offsets[item]))
        day_off = _by_day(case, off, least)
        spread = _by_day(case, np.where(np.isnan(off), np.nan, said.spread).astype(np.float32), least)
        counted = (~np.isnan(day_off)).sum(axis=1)
        with np.errstate(all="ignore"):
            usual = np.where(counted >= 3, median(day_off), 0.0)
            bound = np.maximum(ratio, spreads * spread)
            apart = day_off - usual[:, None]
            strange = (np.abs(apart) > bound) & (np.abs(day_off) > bound)
            always = np.abs(usual) > np.log(steady[item])
            strange |= always[:, None] & ~np.isnan(day_off)
        for run in runs(strange, gap=1):
            days = np.flatnonzero(strange[run.line, run.start : run.end + 1]) + run.start
            span = _hours_of(case, run, values)
            if span is None:
                continue
            factor = float(np.exp(np.median(day_off[run.line, days])))
            words = {
                "name": case.grid.names[run.line],
                "item": item,
                "ratio": number(float(f"{factor:.2g}")),
                "days": len(days),
            }
            evidence = {
                "ratio": number(factor),
                "usual_ratio": number(float(np.exp(usual[run.line]))),
                "neighbours_spread": number(float(np.exp(median(spread[run.line, days])))),
                "persistent": bool(always[run.line]),
                "neighbours": case.neighbours.names(run.line),
                "rows": case.rows(item, span, ~np.isnan(off)),
            }
            case.claim([item], span)
            yield case.suspect("neighbour", [item], span, (OFF, words), evidence)
        case.forget(item)


def _first_day(case: Case) -> int:
    """The column of the first hour that begins a local day."""
    begun = (case.grid.first.hour + 7) % 24
    return (24 - begun) % 24


def _by_day(case: Case, values: Floats, least: int) -> Floats:
    """The median of each local day that has enough hours; the days cut by the window's edges are left out."""
    start = _first_day(case)
    days = max((values.shape[1] - start) // 24, 0)
    blocks = values[:, start : start + 24 * days].reshape(len(values), days, 24)
    found = median(blocks)
    found[(~np.isnan(blocks)).sum(axis=2) < least] = np.nan
    return found


def _hours_of(case: Case, days: Run, values: Floats) -> Run | None:
    start = _first_day(case) + 24 * days.start
    end = _first_day(case) + 24 * days.end + 23
    hours = np.flatnonzero(~np.isnan(values[days.line, start : end + 1]))
    if not len(hours):
        return None
    return Run(days.line, start + int(hours[0]), start + int(hours[-1]), len(hours))


# -- one series under two places


def duplicates(case: Case) -> Iterator[Suspicion]:
    """Places with the same rows, and living or dead places that share a name in a city."""
    grid, rules = case.grid, case.thresholds
    least, share = rules.hours("duplicate.hours"), rules.number("duplicate.share")
    items = np.sum([~np.isnan(values) for values in grid.values.values()], axis=0)
    full = (items >= rules.hours("frozen.station_items")) & case.alive[:, None] & ~case.failed
    pairs = _same_rows(case.codes, full)
    told = set()
    for (one, two), same in pairs.items():
        common = int((full[one] & full[two]).sum())
        if same < least or same < share * common:
            continue
        first, second = _lesser(case, one, two)
        told.add((first, second))
        hours = np.flatnonzero(full[one] & full[two])
        run = Run(first, int(hours[0]), int(hours[-1]), same)
        words = {"name": grid.names[first], "other": grid.names[second], "hours": same, "shared": common}
        evidence = {"basis": "series", "other": grid.places[second], "same": same, "common": common}
        yield case.suspect("duplicate_station", ITEMS, run, (SAME, words), evidence, certain=same >= 24)
    yield from _namesakes(case, told)


def _same_rows(codes: Ints, full: np.ndarray) -> dict[tuple[int, int], int]:
    """How many hours two places share with the same full row; of groups only those next to each other."""
    lines, hours = np.nonzero(full)
    own = codes[lines, hours]
    order = np.lexsort((lines, own, hours))
    lines, hours, own = lines[order], hours[order], own[order]
    found: dict[tuple[int, int], int] = {}
    for step in (1, 2, 3):
        same = (hours[step:] == hours[:-step]) & (own[step:] == own[:-step])
        left, right = lines[:-step][same], lines[step:][same]
        pairs, counts = np.unique(left * len(codes) + right, return_counts=True)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            key = divmod(pair, len(codes))
            found[key] = found.get(key, 0) + count
    return found


def base_name(name: str) -> str:
    """A station's name without what stands in brackets behind it: 上兰(对照点) is 上兰."""
    return _SUFFIX.sub("", unicodedata.normalize("NFKC", name).strip()).strip()


def _lesser(case: Case, one: int, two: int) -> tuple[int, int]:
    """The place to doubt first: the one that does not live, else the first by its key."""

    def rank(line: int) -> tuple[bool, str]:
        return bool(case.alive[line]), case.grid.places[line]

    return (one, two) if rank(one) <= rank(two) else (two, one)


def _namesakes(case: Case, told: set[tuple[int, int]]) -> Iterator[Suspicion]:
    grid = case.grid
    groups: dict[tuple[str, str], list[int]] = {}
    for line, name in enumerate(grid.names):
        if not case.kind.startswith("ambient_city"):
            groups.setdefault((grid.cities[line], base_name(name)), []).append(line)
    for (_, name), lines in groups.items():
        if len(lines) < 2 or not name:
            continue
        best = max(lines, key=lambda line: (bool(case.alive[line]), int(case.reports[line])))
        for line in lines:
            if line == best or (line, best) in told or (best, line) in told:
                continue
            hours = np.flatnonzero(grid.reported[line])
            if not len(hours):
                continue
            run = Run(line, int(hours[0]), int(hours[-1]), len(hours))
            words = {"name": grid.names[line], "other": grid.names[best]}
            evidence = {
                "basis": "name",
                "other": grid.places[best],
                "alive": bool(case.alive[line]),
                "other_alive": bool(case.alive[best]),
            }
            yield case.suspect("duplicate_station", ITEMS, run, (NAMED, words), evidence)
