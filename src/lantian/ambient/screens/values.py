"""Screens of single hours and of two pollutants of one place: range, spike, PM2.5 above PM10."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lantian.ambient.screens.case import Case, number
from lantian.ambient.screens.report import Suspicion
from lantian.ambient.screens.runs import runs
from lantian.ambient.screens.thresholds import ITEMS, PARTICLES

RANGE = "%(name)s reports %(item)s up to %(highest)g, which no neighbour confirms"
SPIKE = "%(name)s reports %(item)s %(value)g in a single hour, beside hours around %(usual)g"
ORDER = "%(name)s reports more PM2.5 than PM10 for %(hours)d hours, by a factor of %(ratio)g"


def out_of_range(case: Case) -> Iterator[Suspicion]:
    """Values far above what is usual that no neighbour confirms, or above what an instrument can report."""
    rules = case.thresholds
    levels, share = rules.per_item("range.levels"), rules.number("range.confirmed")
    for item in ITEMS:
        values = case.free(item)
        bound = rules.number(f"bounds.{item}")
        with np.errstate(invalid="ignore"):
            high = values > levels[item]
            if not high.any():
                continue
            said = case.reference(item).median
            mask = (values > bound) | (high & ~(said >= share * values))
        for run in runs(mask, gap=rules.hours("spike.window")):
            most = np.nanmax(np.where(mask, values, np.nan)[run.line, run.start : run.end + 1])
            words = {"name": case.grid.names[run.line], "item": item, "highest": number(most)}
            evidence = {
                "level": levels[item],
                "highest": words["highest"],
                "rows": case.rows(item, run, mask),
                "neighbours": case.neighbours.names(run.line),
            }
            case.claim([item], run, mask)
            yield case.suspect(
                "range", [item], run, (RANGE, words), evidence, mask=mask, certain=bool(most > bound)
            )
        case.forget(item)


def spikes(case: Case) -> Iterator[Suspicion]:
    """Single hours that leap up, or drop out, and come back, alone."""
    rules = case.thresholds
    factor, beside = rules.number("spike.factor"), rules.number("spike.beside")
    dip = rules.number("spike.dip_factor")
    floors = rules.per_item("spike.floors")
    for item in ITEMS:
        values = case.free(item)
        usual, low, high = case.context(item)
        said = case.reference(item)
        floor = floors[item]
        with np.errstate(invalid="ignore", divide="ignore"):
            up = (values >= factor * np.maximum(usual, floor)) & (high < beside * values)
            # One neighbour that leaps as well makes it an event.
            up &= ~(said.highest >= beside * values)
            down = (low >= floor) & (values <= low / dip) & (said.median >= floor)
        for mask, way in ((up, "up"), (down, "down")):
            for run in runs(mask):
                hour = run.start
                words = {
                    "name": case.grid.names[run.line],
                    "item": item,
                    "value": number(values[run.line, hour]),
                    "usual": number(usual[run.line, hour]),
                }
                evidence = {
                    "way": way,
                    "usual": words["usual"],
                    "lowest_beside": number(low[run.line, hour]),
                    "highest_beside": number(high[run.line, hour]),
                    "rows": case.rows(item, run, mask),
                }
                case.claim([item], run, mask)
                yield case.suspect("spike", [item], run, (SPIKE, words), evidence)
        case.forget(item)


def pm_order(case: Case) -> Iterator[Suspicion]:
    """PM2.5 above PM10, which holds it: beyond the monitors' error and for longer than chance."""
    rules = case.thresholds
    fine, coarse = case.free("pm2_5"), case.free("pm10")
    with np.errstate(invalid="ignore"):
        mask = fine > coarse + np.maximum(
            rules.number("pm_order.share") * coarse, rules.number("pm_order.margin")
        )
    for run in runs(mask, gap=rules.hours("pm_order.gap"), least=rules.hours("pm_order.hours")):
        hours = run.start + np.flatnonzero(mask[run.line, run.start : run.end + 1])
        with np.errstate(divide="ignore"):
            ratio = float(np.median(fine[run.line, hours] / np.maximum(coarse[run.line, hours], 1)))
        words = {
            "name": case.grid.names[run.line],
            "hours": run.hours,
            "ratio": number(float(f"{ratio:.3g}")),
        }
        evidence = {
            "ratio": number(ratio),
            "rows": [
                {
                    "time": case.grid.time(hour).isoformat(),
                    "pm2_5": number(fine[run.line, hour]),
                    "pm10": number(coarse[run.line, hour]),
                }
                for hour in hours[:5]
            ],
            "blame": _blame(case, run.line, hours),
        }
        yield case.suspect("pm_order", PARTICLES, run, (ORDER, words), evidence, mask=mask)


def _blame(case: Case, line: int, hours: np.ndarray) -> dict[str, float | None]:
    """How far each of the two is off the neighbours in those hours: the further one is likely at fault."""
    found = {}
    for item in PARTICLES:
        with np.errstate(all="ignore"):
            ratio = case.grid.values[item][line, hours] / case.reference(item).median[line, hours]
        found[item] = number(np.median(ratio[~np.isnan(ratio)])) if not np.isnan(ratio).all() else None
    return found
