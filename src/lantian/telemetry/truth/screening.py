"""All screens, and a device asked by all of them at once."""

from __future__ import annotations

from lantian.rulebook import Rulebook
from lantian.telemetry.truth import (
    averaging,
    calibration_abuse,
    clipped,
    clock_jump,
    copied_day,
    dilution,
    electric,
    frozen,
    gaps,
    last_digits,
    low_variance,
    mass_balance,
    mirrored,
    parameter_change,
    perfect_o2,
)
from lantian.telemetry.truth.case import Case
from lantian.telemetry.truth.rules import Rules
from lantian.telemetry.truth.score import Score, Screen
from lantian.telemetry.truth.view import View

_SCREENS = (
    frozen.SCREEN,
    low_variance.SCREEN,
    perfect_o2.SCREEN,
    clipped.SCREEN,
    copied_day.SCREEN,
    clock_jump.SCREEN,
    calibration_abuse.SCREEN,
    electric.FLOW_WITHOUT_POWER,
    electric.TREATMENT_OFF,
    mass_balance.SCREEN,
    parameter_change.SCREEN,
    mirrored.SCREEN,
    dilution.SCREEN,
    averaging.SCREEN,
    last_digits.SCREEN,
    gaps.SCREEN,
)


def screens() -> list[Screen]:
    """Every screen, those of the forgeries meant to be found first."""
    return list(_SCREENS)


def screen_all(case: Case, *, book: Rulebook | None = None) -> list[Score]:
    """The answers of all screens about a case, in the order of `screens()`.

    Parameters
    ----------
    case
        a device over days
    book
        a rulebook with thresholds of one's own; None: the packaged one
    """
    view = View(case, Rules.of(case, book))
    return [screen.score(view) for screen in _SCREENS]
