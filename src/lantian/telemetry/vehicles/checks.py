"""What on-board data say about a vehicle's after-treatment: leads with evidence, no verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lantian.rulebook import Rulebook, load
from lantian.telemetry.vehicles.frame import BlockOf

_LONGEST_STEP = timedelta(minutes=1)
"""Seconds further apart than this do not belong to one run: nobody saw what was between them."""


@dataclass(frozen=True, slots=True)
class Second:
    """One second of a vehicle: its instant (UTC) and the usable items of the engine block."""

    time: datetime
    values: Mapping[str, Decimal]

    def of(self, name: str) -> Decimal | None:
        """The value of an item; None where it was not available."""
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class VehicleLead:
    """Something that cannot be right: which check, from when to when, the figures, the rule's citation."""

    code: str
    since: datetime
    until: datetime
    figures: Mapping[str, Decimal]
    rule: str
    verified: bool


def seconds(blocks: Iterable[BlockOf]) -> list[Second]:
    """The engine blocks as seconds, in order of time, one an instant (the last one told)."""
    found: dict[datetime, Second] = {}
    for block in blocks:
        if block.name == "engine":
            numbers = {r.name: r.value for r in block.readings if isinstance(r.value, Decimal)}
            found[block.time] = Second(block.time, numbers)
    return [found[time] for time in sorted(found)]


def check(
    history: Sequence[Second], *, on: date | None = None, book: Rulebook | None = None
) -> list[VehicleLead]:
    """The leads in some seconds of one vehicle, in order of time.

    Parameters
    ----------
    history
        its seconds, sorted by time
    on, book
        the day and the rulebook of the thresholds `telemetry.vehicles.checks`

    Notes
    -----
    Asked are: NOx behind the catalyst above that before it; too little conversion while hot; reagent level
    unchanged over a distance; reagent used against fuel; packets lost while the vehicle moved.
    """
    book = book or load()
    found: list[VehicleLead] = []
    for code, ask in _CHECKS.items():
        rule = book.rule(f"telemetry.vehicles.checks.{code}", on=on)
        for since, until, figures in ask(history, rule.table):
            found.append(VehicleLead(code, since, until, figures, rule.citation, rule.verified))
    return sorted(found, key=lambda lead: (lead.since, lead.code))


Told = tuple[datetime, datetime, Mapping[str, Decimal]]


def _runs(history: Sequence[Second], holds: Callable[[Second], bool]) -> Iterable[list[Second]]:
    """Stretches of neighbouring seconds for which something holds."""
    run: list[Second] = []
    for second in history:
        if run and second.time - run[-1].time > _LONGEST_STEP:
            yield run
            run = []
        if holds(second):
            run.append(second)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _hot(second: Second, rule: Mapping[str, Any]) -> bool:
    inlet = second.of("scr_inlet_temperature")
    before = second.of("nox_before")
    return (
        inlet is not None
        and inlet > rule["warm_above"]
        and before is not None
        and before > rule["nox_above"]
        and second.of("nox_after") is not None
    )


def _not_reduced(history: Sequence[Second], rule: Mapping[str, Any]) -> Iterable[Told]:
    for run in _runs(history, lambda second: _hot(second, rule)):
        if run[-1].time - run[0].time < timedelta(minutes=int(rule["minutes"])):
            continue
        above = sum(1 for s in run if s.values["nox_after"] > s.values["nox_before"])
        share = Decimal(above) / len(run)
        if share >= Decimal(str(rule["share"])):
            yield run[0].time, run[-1].time, {"share": share, "seconds": Decimal(len(run))}


def _low_conversion(history: Sequence[Second], rule: Mapping[str, Any]) -> Iterable[Told]:
    for run in _runs(history, lambda second: _hot(second, rule)):
        if run[-1].time - run[0].time < timedelta(minutes=int(rule["minutes"])):
            continue
        before = sum((s.values["nox_before"] for s in run), Decimal())
        after = sum((s.values["nox_after"] for s in run), Decimal())
        conversion = 1 - after / before
        if conversion < Decimal(str(rule["conversion_below"])):
            yield run[0].time, run[-1].time, {"conversion": conversion, "seconds": Decimal(len(run))}


def _reagent_unused(history: Sequence[Second], rule: Mapping[str, Any]) -> Iterable[Told]:
    told = [s for s in history if s.of("reagent_level") is not None and s.of("mileage") is not None]
    first = 0
    for i, second in enumerate(told):
        if second.values["reagent_level"] != told[first].values["reagent_level"]:
            yield from _unused(told[first], told[i - 1], rule)
            first = i
    if told:
        yield from _unused(told[first], told[-1], rule)


def _unused(since: Second, until: Second, rule: Mapping[str, Any]) -> Iterable[Told]:
    distance = until.values["mileage"] - since.values["mileage"]
    if distance >= rule["kilometres"]:
        level = since.values["reagent_level"]
        yield since.time, until.time, {"kilometres": distance, "reagent_level": level}


def _reagent_share(history: Sequence[Second], rule: Mapping[str, Any]) -> Iterable[Told]:
    fuel = reagent = Decimal(0)
    for earlier, later in pairwise(history):
        step = later.time - earlier.time
        flow = earlier.of("fuel_flow")
        if step <= _LONGEST_STEP and flow is not None:
            fuel += flow * Decimal(int(step.total_seconds())) / 3600
        before, after = earlier.of("reagent_level"), later.of("reagent_level")
        # A rising level is a refill: what was used is the sum of all falls.
        if before is not None and after is not None and after < before:
            reagent += (before - after) / 100 * Decimal(str(rule["reagent_tank"]))
    if history and fuel >= rule["litres_of_fuel"] and any(s.of("reagent_level") is not None for s in history):
        share = reagent / fuel
        if share < Decimal(str(rule["least"])):
            figures = {"share": share, "fuel": fuel, "reagent": reagent}
            yield history[0].time, history[-1].time, figures


def _lost_while_moving(history: Sequence[Second], rule: Mapping[str, Any]) -> Iterable[Told]:
    for earlier, later in pairwise(history):
        before, after = earlier.of("mileage"), later.of("mileage")
        gap = later.time - earlier.time
        if before is None or after is None or gap < timedelta(minutes=int(rule["minutes"])):
            continue
        if after - before >= rule["kilometres"]:
            minutes = Decimal(int(gap.total_seconds())) / 60
            yield earlier.time, later.time, {"kilometres": after - before, "minutes": minutes}


_CHECKS: dict[str, Callable[[Sequence[Second], Mapping[str, Any]], Iterable[Told]]] = {
    "nox_not_reduced": _not_reduced,
    "low_conversion": _low_conversion,
    "reagent_unused": _reagent_unused,
    "reagent_share": _reagent_share,
    "lost_while_moving": _lost_while_moving,
}
