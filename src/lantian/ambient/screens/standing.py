"""Screens of what stands still: stations that stopped, rows and values that repeat, cities that fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from lantian.ambient.screens.case import Case, number
from lantian.ambient.screens.grid import Bools, Ints
from lantian.ambient.screens.report import Suspicion
from lantian.ambient.screens.runs import Run, repeats, runs
from lantian.ambient.screens.thresholds import ITEMS

SILENT = "%(name)s has reported no value since %(since)s (%(hours)d hours in which others reported)"
STUCK = "%(name)s repeats one row from %(since)s to the end (%(hours)d reports)"
SAID = "%(name)s says by its name that it does not run, and reports values"
STATION_FROZEN = "%(name)s repeats one row %(hours)d times while its neighbours move"
FEED_FROZEN = "%(share)d of %(places)d places repeat the row of the hour before: the feed stood still"
ITEM_FROZEN = (
    "%(name)s reports %(item)s %(value)g for %(hours)d reports while its neighbours move by %(moved)g"
)
CITY_FAILED = "none of the %(stations)d stations of %(city)s lives for %(hours)d hours"


def stopped(case: Case) -> Iterator[Suspicion]:
    """Stations that say nothing, or the same row, up to the last hour."""
    grid, rules = case.grid, case.thresholds
    silent_hours, repeated = rules.hours("stopped.silent"), rules.hours("stopped.repeats")
    present = grid.any_value
    open_hours = grid.open_hours
    ends = np.flatnonzero(open_hours)
    if not len(ends):
        return
    last_hour = int(ends[-1])
    lengths, starts = _last_repeats(case, present)
    for line in range(grid.count):
        reports = np.flatnonzero(present[line])
        rows = np.flatnonzero(grid.reported[line])
        # One that never says anything is silent since its first row.
        begin = int(reports[-1]) + 1 if len(reports) else int(rows[0]) if len(rows) else 0
        quiet = int(open_hours[begin:].sum())
        whole = len(reports) == 0
        if quiet >= silent_hours or (whole and quiet >= min(silent_hours, len(ends)) and quiet >= 24):
            run = Run(line, begin, last_hour, quiet)
            yield _stopped(case, run, "silent", SILENT, whole=whole)
            case.failed[line, begin:] = True
            continue
        length, start = int(lengths[line]), int(starts[line])
        whole = not case.alive[line]
        if length >= repeated or (whole and length >= 24):
            begin = int(reports[0]) if whole else start
            run = Run(line, begin, last_hour, len(reports) if whole else length)
            yield _stopped(case, run, "repeats", STUCK, whole=whole)
            case.failed[line, begin:] = True
            case.claim(ITEMS, run)
        elif any(word in grid.names[line] for word in rules.rule("stopped.words").value):
            run = Run(line, int(reports[0]), int(reports[-1]), len(reports))
            yield case.suspect("stopped", ITEMS, run, (SAID, {"name": grid.names[line]}), {"basis": "name"})


def _last_repeats(case: Case, present: Bools) -> tuple[Ints, Ints]:
    """For each line the length and first hour of the run of equal rows that ends with its last report."""
    found = repeats(case.codes, present, gap=case.grid.hours)
    lengths, starts = np.zeros(case.grid.count, np.int64), np.zeros(case.grid.count, np.int64)
    # Runs come in order: of each line the last one stays.
    lengths[found.line], starts[found.line] = found.length, found.start
    return lengths, starts


def _stopped(case: Case, run: Run, basis: str, template: str, *, whole: bool) -> Suspicion:
    grid = case.grid
    reports = np.flatnonzero(grid.any_value[run.line])
    row = {}
    if basis == "repeats":
        row = {item: number(grid.values[item][run.line, reports[-1]]) for item in ITEMS}
    named = [word for word in case.thresholds.rule("stopped.words").value if word in grid.names[run.line]]
    evidence = {
        "basis": basis,
        "whole_window": whole,
        "reports": len(reports),
        "distinct_rows": int(case.distinct[run.line]),
        "rows_without_value": int((grid.reported[run.line] & ~grid.any_value[run.line]).sum()),
        "row": row,
        "name_says": named,
        "neighbours": case.neighbours.names(run.line),
    }
    words = {
        "name": grid.names[run.line],
        "since": grid.time(run.start).isoformat(timespec="minutes"),
        "hours": run.hours,
    }
    return case.suspect("stopped", ITEMS, run, (template, words), evidence, certain=True)


def frozen_station(case: Case) -> Iterator[Suspicion]:
    """Whole rows that repeat; where most places repeat at once it is the feed that stood still."""
    grid, rules = case.grid, case.thresholds
    gap = rules.hours("frozen.gap")
    items = np.sum([~np.isnan(values) for values in grid.values.values()], axis=0)
    full = (items >= rules.hours("frozen.station_items")) & case.alive[:, None] & ~case.failed
    again = _again(case, full, gap)
    judged = np.maximum(full.sum(axis=0), 1)
    stood = (again.sum(axis=0) / judged >= rules.number("frozen.feed_share")) & (judged >= 5)
    for run in runs(stood[None, :]):
        still = again[:, run.start]
        words: dict[str, object] = {"share": int(still.sum()), "places": int(judged[run.start])}
        feed = Run(-1, run.start, run.end, run.hours)
        stations = [grid.places[line] for line in np.flatnonzero(still)]
        yield case.suspect(
            "frozen",
            ITEMS,
            feed,
            (FEED_FROZEN, words),
            {"basis": "feed", **words, "stations": stations},
            certain=True,
        )
    again &= ~stood
    found = repeats(case.codes, full & ~stood, gap=gap)
    for at in np.flatnonzero(found.length >= rules.hours("frozen.station_hours")):
        run = Run(int(found.line[at]), int(found.start[at]), int(found.end[at]), int(found.length[at]))
        row = {item: number(grid.values[item][run.line, run.start]) for item in ITEMS}
        words = {"name": grid.names[run.line], "hours": run.hours}
        evidence = {"basis": "station", "row": row, "neighbours": case.neighbours.names(run.line)}
        case.claim(ITEMS, run)
        case.failed[run.line, run.start : run.end + 1] = True
        yield case.suspect("frozen", ITEMS, run, (STATION_FROZEN, words), evidence, certain=True)


def _again(case: Case, full: Bools, gap: int) -> Bools:
    """Reports that equal the report before."""
    lines, hours = np.nonzero(full)
    codes = case.codes[lines, hours]
    found = np.zeros(full.shape, np.bool_)
    if len(lines) > 1:
        same = (lines[1:] == lines[:-1]) & (codes[1:] == codes[:-1]) & (hours[1:] - hours[:-1] <= gap)
        found[lines[1:][same], hours[1:][same]] = True
    return found


def frozen_items(case: Case) -> Iterator[Suspicion]:
    """One item that repeats for longer than chance explains at its level, while neighbours move."""
    grid, rules = case.grid, case.thresholds
    least, moved = rules.per_item("frozen.hours"), rules.per_item("frozen.moved")
    for item in ITEMS:
        values = case.free(item)
        present = ~np.isnan(values) & case.alive[:, None] & ~case.failed
        cells = np.nan_to_num(values * 1000, nan=-1).round().astype(np.int64)
        found = repeats(cells, present, gap=rules.hours("frozen.gap"))
        if not len(found.length):
            continue
        level = cells[found.line, found.start]
        needed = np.maximum(_by_chance(level, found.length, rules.number("frozen.chance")), least[item])
        suspects = np.flatnonzero((found.length >= needed) & (level > 0))
        if not len(suspects):
            continue
        median = case.reference(item).median
        for at in suspects:
            run = Run(int(found.line[at]), int(found.start[at]), int(found.end[at]), int(found.length[at]))
            said = median[run.line, run.start : run.end + 1]
            said = said[~np.isnan(said)]
            shift = float(said.max() - said.min()) if len(said) >= run.hours / 2 else 0.0
            if shift < moved[item]:
                continue
            words = {
                "name": grid.names[run.line],
                "item": item,
                "value": number(values[run.line, run.start]),
                "hours": run.hours,
                "moved": number(shift),
            }
            evidence = {
                "basis": "item",
                "value": words["value"],
                "chance_hours": int(needed[at]),
                "neighbours_low": number(said.min()),
                "neighbours_high": number(said.max()),
                "neighbours": case.neighbours.names(run.line),
            }
            case.claim([item], run)
            yield case.suspect("frozen", [item], run, (ITEM_FROZEN, words), evidence)


def _by_chance(level: np.ndarray, length: np.ndarray, chance: float) -> np.ndarray:
    """The length a run needs so that fewer than `chance` runs of its level reach it in the whole window.

    How often a value repeats is taken from the network itself, level by level: 3 µg/m³ follows on
    3 µg/m³ far more often than 103 on 103.
    """
    bins = np.digitize(level, _EDGES)
    ordered = np.argsort(bins, kind="stable")
    found = np.zeros(len(level))
    edges = np.searchsorted(bins[ordered], np.arange(len(_EDGES) + 2))
    for low, high in pairwise(edges):
        if low == high:
            continue
        part = ordered[low:high]
        own = length[part]
        # The longest hundredth is left out: faults must not vouch for themselves.
        usual = np.minimum(own, np.quantile(own, 0.99))
        again = max(float(np.mean(usual)) - 1, 0.01) / max(float(np.mean(usual)), 1.01)
        found[part] = 1 + np.log(chance / len(own)) / np.log(again)
    return np.ceil(found)


_EDGES = np.unique(np.round(np.geomspace(100, 10_000_000, 60)))


def all_failed(case: Case) -> Iterator[Suspicion]:
    """Cities none of whose stations has a living hour for long, while other cities report."""
    grid = case.grid
    lives = grid.any_value & ~case.failed
    open_hours = grid.open_hours
    cities: dict[str, list[int]] = {}
    for line, city in enumerate(grid.cities):
        if city:
            cities.setdefault(city, []).append(line)
    if len(cities) < 2:
        return
    names = list(cities)
    dark = np.array([~lives[cities[city]].any(axis=0) for city in names])
    most_live = dark.mean(axis=0) <= 0.5
    mask = dark & open_hours & most_live
    for run in runs(mask, gap=grid.hours, least=1):
        yield from _dark(case, names[run.line], cities[names[run.line]], mask[run.line], dark[run.line])


def _dark(case: Case, city: str, lines: list[int], mask: Bools, dark: Bools) -> Iterator[Suspicion]:
    grid = case.grid
    # Hours that cannot be judged do not end a failure; a living hour of any station does.
    for stretch in runs(dark[None, :]):
        hours = int(mask[stretch.start : stretch.end + 1].sum())
        if hours < case.thresholds.hours("all_failed.hours"):
            continue
        judged = stretch.start + np.flatnonzero(mask[stretch.start : stretch.end + 1])
        run = Run(-1, int(judged[0]), int(judged[-1]), hours)
        words = {"stations": len(lines), "city": city, "hours": hours}
        evidence = {"stations": [grid.places[line] for line in lines]}
        found = case.suspect("all_failed", ITEMS, run, (CITY_FAILED, words), evidence, certain=True)
        yield replace(found, place=city, name=city, city=city)
