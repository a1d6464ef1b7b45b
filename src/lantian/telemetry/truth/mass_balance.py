"""Mass balance: less gas leaves the stack than the coal, the gate and the meters say went in.

Burning a kilogram of coal makes so many cubic metres of dry gas, whatever the boiler: the flow without its
excess air, (21 − O2)/21 of it, over the coal of the day. Where coal is not weighed, gas for each tonne
through the gate or each kWh of production has no norm of its own, but an outlet keeps its own ratio from
week to week. So coal is held against the rule's bottom and against itself, gate and power against
themselves only: a lasting fall of the ratio is gas that is no longer told. Days of stops, of few values and
of little work do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import exp

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import FLOW, O2, Daily
from lantian.telemetry.truth.picture import Line, Panel, Picture, numbers
from lantian.telemetry.truth.rules import LOCAL
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import Bools, View, median, quantile
from lantian.telemetry.truth.words import Said

CODE = "mass_balance"
_AIR = 21.0


@dataclass(frozen=True, slots=True)
class Ratio:
    """Gas of a day over its work, by local day; `fall` is the largest, from day `since` to before `until`."""

    name: str
    values: Floats
    fall: float
    since: int
    until: int
    usual: float


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """The share of the gas that is missing."""
    gas = daily_gas(view, rule)
    works = _works(view, rule)
    if not works:
        return unknown("no_balance")
    ratios = [_ratio(name, gas, work, view, rule) for name, work in works.items()]
    ratios = [ratio for ratio in ratios if np.isfinite(ratio.values).sum() >= rule["days"]]
    if not ratios:
        return unknown("few_days")
    worst = max(ratios, key=lambda ratio: ratio.fall)
    if worst.fall < rule["at"]:
        return Verdict(worst.fall, rule["at"], Said("nothing"))
    edges = np.searchsorted(view.day, np.arange(len(gas) + 1))
    first, last = int(edges[worst.since]), int(edges[worst.until])
    rows = tuple(
        view.row(
            int(edges[day]), int(edges[day + 1]),
            {"ratio": float(worst.values[day]), "usual": worst.usual, "gas_m3": float(gas[day])},
            f"why.balance_{worst.name}",
        )
        for day in np.flatnonzero(np.isfinite(worst.values))
        if worst.since <= day < worst.until
    )[:31]  # fmt: skip
    noon = tuple(view.at(int(edge)) for edge in edges[:-1])
    label = Said(f"labels.gas_per_{worst.name}")
    panel = Panel(
        label,
        "",
        noon,
        (Line(label, numbers(worst.values)),),
        bounds=((worst.usual, Said("labels.expected")),),
        bands=((view.at(first), view.at(last)),),
    )
    gas_panel = Panel(
        Said("labels.gas"), "10⁶ m³", noon, (Line(Said("labels.gas"), numbers(gas / 1e6)),), kind="bars"
    )
    said = Said(f"screens.mass_balance.{worst.name}", {"percent": f"{100 * worst.fall:.0f}"})
    when = (view.span(first, last),)
    return Verdict(worst.fall, rule["at"], said, when, rows, Picture(said, (panel, gas_panel)))


def daily_gas(view: View, rule: Mapping[str, float]) -> Floats:
    """Dry gas of each local day [m³] without its excess air; NaN on days of which too little is known."""
    flow, oxygen = view.raw(FLOW), view.raw(O2)
    known = np.isfinite(flow) & (view.normal(FLOW) | view.marked("F", (FLOW,)))
    made = np.where(known, flow, 0.0)
    if view.case.reference_o2 is not None or view.case.coal is not None:
        known &= np.isfinite(oxygen)
        made = made * np.clip(_AIR - np.nan_to_num(oxygen, nan=_AIR), 0, _AIR) / _AIR
    count = int(view.day[-1]) + 1 if view.n else 0
    total = np.bincount(view.day, made * 3600 / view.per_hour, minlength=count)
    told = np.bincount(view.day, known.astype(float), minlength=count) / (24 * view.per_hour)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(told >= rule["covered"], total / np.minimum(told, 1.0), np.nan)


def _works(view: View, rule: Mapping[str, float]) -> dict[str, Floats]:
    """What the plant took in or made by local day, as far as known."""
    found: dict[str, Floats] = {}
    case = view.case
    if case.coal is not None:
        found["coal"] = _on(view, case.coal)
    if case.gate is not None:
        week = int(rule["gate_days"])
        for name, daily in (("inward", case.gate.inward), ("outward", case.gate.outward)):
            tonnes = _on(view, daily)
            if np.nansum(tonnes) > 0:
                found[name] = _smooth(tonnes, week)
    if view.power is not None:
        kilowatts = view.power[0]
        known = np.isfinite(kilowatts)
        count = int(view.day[-1]) + 1 if view.n else 0
        energy = np.bincount(view.day, np.where(known, kilowatts, 0) / view.per_hour, minlength=count)
        told = np.bincount(view.day, known.astype(float), minlength=count) / (24 * view.per_hour)
        found["power"] = np.where(told >= rule["covered"], energy, np.nan)
    return found


def _on(view: View, daily: Daily) -> Floats:
    """Tonnes on the local days of the case."""
    count = int(view.day[-1]) + 1 if view.n else 0
    first = (view.series.start + LOCAL).date()
    found = np.full(count, np.nan)
    shift = (daily.first - first) // timedelta(days=1)
    for day in range(count):
        if 0 <= day - shift < len(daily.tonnes):
            found[day] = daily.tonnes[day - shift]
    return found


def _smooth(tonnes: Floats, days: int) -> Floats:
    """Means over so many days around: trucks do not come by the hour of the furnace."""
    out = np.full(len(tonnes), np.nan)
    half = days // 2
    for day in range(half, len(tonnes) - half):
        part = tonnes[day - half : day + half + 1]
        if np.isfinite(part).all():
            out[day] = float(part.mean())
    return out


def _ratio(name: str, gas: Floats, work: Floats, view: View, rule: Mapping[str, float]) -> Ratio:
    made = _smooth(gas, int(rule["gate_days"])) if name in ("inward", "outward") else gas
    full: Bools = np.asarray(work >= rule["busy_share"] * quantile(work, 0.9), np.bool_)
    if name == "coal":
        # Coal of a day of stops may be what was filled into a bunker; meters speak of the same minute.
        idle = np.bincount(view.day, view.standing) / (24 * view.per_hour)
        full &= idle <= median(idle) + rule["idle_share"]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(full & (made > 0), made / (work * (1000 if name != "power" else 1)), np.nan)
    fall, since, until, usual = _fall(values, rule, smooth=name in ("inward", "outward"))
    if name == "coal" and np.isfinite(values).any():
        bottom = rule["coal_bottom"]
        short = 1 - median(values) / bottom
        if short > fall:
            fall, since, until, usual = short, 0, len(values), bottom
    return Ratio(name, values, fall, since, until, usual)


def _fall(values: Floats, rule: Mapping[str, float], *, smooth: bool) -> tuple[float, int, int, float]:
    """The largest sure fall over a stretch of days against all others: share, first day, end, usual ratio."""
    days = np.flatnonzero(np.isfinite(values))
    least = int(rule["gate_days" if smooth else "side_days"])
    count = len(days)
    nothing = (0.0, 0, 0, float("nan"))
    if count < 2 * least:
        return nothing
    logs = np.log(values[days])
    # Means over a week share their days: they scatter from week to week and are as many as there are weeks.
    lag = int(rule["gate_days"]) if smooth else 1
    if count <= lag:
        return nothing
    changes = np.abs(logs[lag:] - logs[:-lag])
    scatter = max(1.4826 * float(np.median(changes)) / 2**0.5, rule["least_scatter"])
    worth = 1.0 / lag
    logs = np.maximum(logs, np.median(logs) - rule["deepest"])
    total = np.concatenate(([0.0], np.cumsum(logs)))
    start, end = np.triu_indices(count + 1, least)
    inside = end - start
    outside = count - inside
    fair = outside >= least
    start, end, inside, outside = start[fair], end[fair], inside[fair], outside[fair]
    within = (total[end] - total[start]) / inside
    drop = (total[-1] - total[end] + total[start]) / outside - within
    sure = drop / (scatter * np.sqrt(1 / (inside * worth) + 1 / (outside * worth)))
    best = int(np.argmax(sure))
    chosen = np.zeros(count, np.bool_)
    chosen[start[best] : end[best]] = True
    usual = float(np.median(logs[~chosen]))
    # One odd day makes no stretch: medians speak, and most days must stand apart.
    apart = float(np.quantile(logs[~chosen], 0.25) - np.quantile(logs[chosen], 0.75))
    fall = usual - float(np.median(logs[chosen]))
    if apart < rule["apart"] * fall:
        fall = apart
    share = (1 - exp(-max(fall, 0.0))) * float(np.clip(sure[best] / rule["sure"], 0, 1))
    return share, int(days[start[best]]), int(days[end[best] - 1]) + 1, exp(usual)


SCREEN = Screen(CODE, judge)
