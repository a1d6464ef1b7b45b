"""The kinds of forgery, by name: what fits which plant, and the act itself.

Each kind draws its strength, onset (first six tenths of the history), length (days to weeks) and hours (all,
or nights only) anew: there is no constant to learn by heart. Sources are the numbered signatures of
the fact sheet `sources-and-measures` §1.6 (patents and enforcement news); strengths are ours, unverified.
"""

from __future__ import annotations

from datetime import datetime

from lantian.errors import LantianError
from lantian.telemetry.simulator.acts import Act
from lantian.telemetry.simulator.forged_beside import (
    CalibrationAbuse,
    ClockJump,
    FlowWithoutPower,
    MassBalance,
    TreatmentOff,
)
from lantian.telemetry.simulator.forged_values import (
    Clipped,
    CopiedDay,
    Dilution,
    Frozen,
    LowVariance,
    Mirrored,
    ParameterChange,
    PerfectO2,
)
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.work import Work
from lantian.telemetry.truth.case import FORGERIES

_KINDS: dict[str, type[Act]] = {
    act.kind: act
    for act in (
        Frozen,
        LowVariance,
        PerfectO2,
        Clipped,
        CopiedDay,
        ClockJump,
        CalibrationAbuse,
        FlowWithoutPower,
        TreatmentOff,
        MassBalance,
        ParameterChange,
        Mirrored,
        Dilution,
    )
}
KINDS = tuple(kind for kind in FORGERIES if kind in _KINDS)
"""Every kind that can be committed."""


def fits(plant: Plant) -> tuple[str, ...]:
    """The kinds that a plant could gain by.

    Oxygen is forged only where values are converted, mass where coal or trucks are weighed.
    """
    return tuple(kind for kind in KINDS if _KINDS[kind].fits(plant))


def check(plant: Plant, kind: str) -> None:
    """Raise when a kind is unknown or does not fit the plant."""
    if kind not in _KINDS:
        raise LantianError(f"no forgery '{kind}'", remedy=f"There are {', '.join(KINDS)}.")
    if not _KINDS[kind].fits(plant):
        raise LantianError(
            f"'{kind}' gains nothing at {plant.process.en}", remedy=f"Take one of {', '.join(fits(plant))}."
        )


def act(work: Work, kind: str, forged_from: datetime | None) -> Act:
    """The act, its times drawn."""
    return _KINDS[kind].begin(work, forged_from)
