"""Power beside the stack: gas without production, stops that draw power, production without treatment.

Each load is compared with its own usual level in running, so a small meter and a large one are alike. What
lasts less than `hours` is switching, a batch or a meter's hiccup. Fans run on after a stop and the chimney
draws: gas that is air (oxygen) or a small flow is no running plant.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import FLOW, O2
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Row, Screen, Verdict, unknown
from lantian.telemetry.truth.view import Bools, View, median, quantile, runs, unit
from lantian.telemetry.truth.words import Said, factor

Stretch = tuple[int, int, str]
Meters = list[tuple[Said, Floats]]


def without_power(view: View, rule: Mapping[str, float]) -> Verdict:
    """Hours of running gas without production power, or of a declared stop that draws it."""
    power = view.power
    if power is None or not _speaks(view, power[0], rule):
        return unknown("no_power")
    production = power[0]
    full = _usual(production, rule)
    if not full > 0:
        return unknown("no_power")
    with np.errstate(invalid="ignore"):
        off = production < rule["off_share"] * full
        on = production >= rule["on_share"] * full
    gas = _gas(view, rule)
    settle = view.periods(rule["settle_hours"])
    found: list[Stretch] = [
        (a, b, "why.gas_without_power") for a, b in _lasting(view, gas & off, rule, settle)
    ]
    told = view.marked("F", (*view.pollutants, O2, FLOW)) | (view.condition == "F")
    found += [(a, b, "why.stop_with_power") for a, b in _lasting(view, told & on, rule, settle)]
    meters: Meters = [(Said("labels.production"), production)]
    return _told(view, rule, "flow_without_power", found, (meters, FLOW))


def treatment_off(view: View, rule: Mapping[str, float]) -> Verdict:
    """Hours of production power and normal data while the equipment that cleans draws nothing."""
    power = view.power
    if power is None or not _speaks(view, power[0], rule) or not _speaks(view, power[1], rule):
        return unknown("no_power")
    production, treatment = power
    full, usual = _usual(production, rule), _usual(treatment, rule)
    if not full > 0:
        return unknown("no_power")
    with np.errstate(invalid="ignore", divide="ignore"):
        on = production >= rule["on_share"] * full
        share = treatment / production
        normal = median(np.where(on & (treatment > rule["off_share"] * usual), share, np.nan))
        # Off against its own level and against what belongs to this load: part load is no stop.
        idle = (treatment < rule["off_share"] * usual) & ~(share > rule["share_of_usual"] * normal)
        if not usual > rule["never_share"] * full:
            idle = on & (treatment <= rule["never_share"] * full)
    working = on & idle & ~np.isin(view.condition, ("St", "Sr", "F")) & ~_maintained(view)
    settle = view.periods(rule["settle_hours"])
    found: list[Stretch] = [(a, b, "why.treatment_off") for a, b in _lasting(view, working, rule, settle)]
    meters: Meters = [(Said("labels.production"), production), (Said("labels.treatment"), treatment)]
    beside = next(iter(view.pollutants), FLOW)
    return _told(view, rule, "treatment_off", found, (meters, beside))


def _speaks(view: View, meter: Floats, rule: Mapping[str, float]) -> bool:
    return bool(np.isfinite(meter).sum() >= view.periods(rule["least_hours"]))


def _usual(meter: Floats, rule: Mapping[str, float]) -> float:
    return quantile(meter, rule["usual_quantile"])


def _maintained(view: View) -> Bools:
    """Periods in which every pollutant is marked: nobody claims these data."""
    every = np.ones(view.n, np.bool_)
    for code in view.pollutants:
        every &= ~view.normal(code)
    return every


def _gas(view: View, rule: Mapping[str, float]) -> Bools:
    """Periods whose data say that the plant runs: unmarked, usual flow, and oxygen of a fire."""
    flow = view.raw(FLOW)
    reference = view.case.reference_o2
    with np.errstate(invalid="ignore"):
        runs_on = (flow >= rule["flow_share"] * quantile(flow, 0.75)) & view.normal(FLOW)
        if reference is not None:
            # Half way between what is usual and air: a purge after the fire passes it within minutes.
            usual = quantile(view.raw(O2)[~view.stopped], 0.5)
            runs_on &= view.raw(O2) < (usual + 21.0) / 2
    return runs_on & ~view.stopped & ~np.isin(view.condition, ("St", "Sr", "F")) & ~_maintained(view)


def _lasting(view: View, mask: Bools, rule: Mapping[str, float], settle: int) -> list[tuple[int, int]]:
    """Stretches that last, without the periods in which a switch takes effect."""
    least = view.periods(rule["hours"]) + settle
    gap = view.periods(rule["gap_hours"])
    return [(start, end) for start, end in runs(mask, gap=gap) if mask[start:end].sum() >= least]


def _told(
    view: View, rule: Mapping[str, float], code: str, found: list[Stretch], shown_with: tuple[Meters, str]
) -> Verdict:
    lines, beside = shown_with
    hours = sum(view.hours(end - start) for start, end, _ in found)
    if hours < rule["at"]:
        return Verdict(hours, rule["at"], Said("nothing"))
    found.sort()
    flow, oxygen = view.raw(FLOW), view.raw(O2)
    rows: list[Row] = []
    for start, end, why in found[:30]:
        values = {name.key.rpartition(".")[2] + "_kw": median(array[start:end]) for name, array in lines}
        values |= {FLOW: median(flow[start:end]), O2: median(oxygen[start:end])}
        rows.append(view.row(start, end, values, why))
    spans = [(start, end) for start, end, _ in found]
    shown = view.window(*max(spans, key=lambda span: span[1] - span[0]), 24)
    panels = (
        *(view.lines(shown, name, "kW", [(name, array)], bands=spans) for name, array in lines),
        view.lines(shown, factor(beside), unit(beside), [(beside, view.raw(beside))], bands=spans),
    )
    said = Said(f"screens.{code}.found", {"hours": f"{hours:.1f}", "times": len(found)})
    when = tuple(view.span(*span) for span in spans[:30])
    return Verdict(hours, rule["at"], said, when, tuple(rows), Picture(said, panels))


FLOW_WITHOUT_POWER = Screen("flow_without_power", without_power)
TREATMENT_OFF = Screen("treatment_off", treatment_off)
