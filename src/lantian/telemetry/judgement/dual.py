"""Dual control (双控): the concentration and the yearly mass of an outlet in one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantian.telemetry.judgement.exceedance import APPROACHING, Judgement
from lantian.telemetry.judgement.totals import RUNS_OUT, TotalState
from lantian.telemetry.validity.rules import Rules, amount

EXCEEDED, WITHIN, NO_LIMIT, NO_DATA, NO_TOTAL = "exceeded", "within", "no_limit", "no_data", "no_total"
CONCENTRATION = (NO_DATA, NO_LIMIT, WITHIN, APPROACHING, EXCEEDED)
MASS = (NO_DATA, NO_TOTAL, WITHIN, APPROACHING, EXCEEDED)


@dataclass(frozen=True, slots=True)
class DualRow:
    """One outlet: state of its concentrations, state of its masses, and both together.

    Attributes
    ----------
    concentration
        exceeded, approaching, within, no_limit or no_data: the worst of its factors
    mass
        exceeded, approaching, within, no_total or no_data: the worst of its totals
    verdict
        both, concentration_only, mass_only, warning (one is near), good, no_data
    factors
        the factors behind each state, worst first
    """

    outlet: str
    concentration: str
    mass: str
    verdict: str
    concentration_factors: tuple[str, ...]
    mass_factors: tuple[str, ...]
    exceeded_times: int


def concentration_state(judgement: Judgement) -> str:
    """The state of one factor against its limits."""
    if judgement.rows:
        return EXCEEDED
    judged = max((tally.judged for tally in judgement.tallies.values()), default=0)
    if not judged:
        return NO_LIMIT if judgement.unlimited else NO_DATA
    near = any(row.state == APPROACHING for row in judgement.others)
    return APPROACHING if near else WITHIN


def mass_state(state: TotalState, rules: Rules) -> str:
    """The state of one total: above it, near it (by share or because it runs out in time), within it."""
    if state.exceeded:
        return EXCEEDED
    if not state.days:
        return NO_DATA
    near = amount(rules.on(state.on).table("alarms.total")["share_2"])
    reached = state.share is not None and amount(state.share) >= near
    return APPROACHING if reached or state.forecast.state == RUNS_OUT else WITHIN


def dual_control(
    outlet: str, judgements: Iterable[Judgement], totals: Iterable[TotalState], rules: Rules | None = None
) -> DualRow:
    """The row of one outlet out of the judgements of its factors and the states of its totals."""
    rules = rules or Rules()
    given = list(judgements)
    by_factor = [(one.factor, concentration_state(one)) for one in given]
    by_total = [(one.total.factor, mass_state(one, rules)) for one in totals]
    one, names = _worst(by_factor, CONCENTRATION, NO_DATA)
    other, mass_names = _worst(by_total, MASS, NO_TOTAL)
    return DualRow(outlet, one, other, verdict(one, other), names, mass_names, sum(j.times for j in given))


def verdict(concentration: str, mass: str) -> str:
    """Both states together."""
    above = (concentration == EXCEEDED, mass == EXCEEDED)
    if any(above):
        return "both" if all(above) else "concentration_only" if above[0] else "mass_only"
    if APPROACHING in {concentration, mass}:
        return "warning"
    return "good" if WITHIN in {concentration, mass} else NO_DATA


def _worst(
    found: Sequence[tuple[str, str]], order: tuple[str, ...], empty: str
) -> tuple[str, tuple[str, ...]]:
    if not found:
        return empty, ()
    worst = max((state for _, state in found), key=order.index)
    return worst, tuple(dict.fromkeys(factor for factor, state in found if state == worst))
