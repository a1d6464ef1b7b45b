"""What gas in a stack obeys, as arrays: standard state, reference oxygen, mass.

Floats: a simulator decides nothing.

Rule: HJ 212-2017 appendix D (formulas), 273 K and 101.325 kPa dry.
"""

from __future__ import annotations

import numpy as np

from lantian.telemetry.series import Floats

AIR_O2 = 21.0
"""[%] of the conversion; clean air reads about 20.9."""
NORMAL_KPA = 101.325
NORMAL_K = 273.0


def reference(measured: Floats, o2: Floats, reference_o2: float | None, guard: float) -> Floats:
    """The concentration at reference oxygen: C · (21 − O2ref) / (21 − O2); near air it stays as measured.

    Parameters
    ----------
    measured
        [mg/m³] dry
    o2
        [%] dry
    reference_o2
        [%]; None where the outlet does not convert
    guard
        [%] from this oxygen on the logger stops converting (they differ: 19 to 20)
    """
    if reference_o2 is None:
        return measured.copy()
    with np.errstate(invalid="ignore"):
        open_air = o2 >= guard
    below = np.where(open_air, 0.0, o2)
    return np.where(open_air, measured, measured * (AIR_O2 - reference_o2) / (AIR_O2 - below))


def unreferenced(converted: Floats, o2: Floats, reference_o2: float | None) -> Floats:
    """The concentration in the stack that converts to this one, diluted by the air that is in it."""
    if reference_o2 is None:
        return converted.copy()
    return converted * np.maximum(AIR_O2 - o2, 0.05) / (AIR_O2 - reference_o2)


def standard_flow(
    speed: Floats, area: float, ambient: float, *, temperature: Floats, pressure: Floats, moisture: Floats
) -> Floats:
    """Dry gas at standard state [m³/s] of gas at `speed` [m/s] through `area` [m²].

    Parameters
    ----------
    temperature
        [°C]
    pressure, ambient
        static pressure and air pressure [kPa]
    moisture
        [% of volume]
    """
    warm = NORMAL_K / (NORMAL_K + temperature)
    return speed * area * warm * (ambient + pressure) / NORMAL_KPA * (1 - moisture / 100)


def speed_of(
    flow: Floats, area: float, ambient: float, *, temperature: Floats, pressure: Floats, moisture: Floats
) -> Floats:
    """The speed [m/s] at which `flow` [dry standard m³/s] leaves; the inverse of `standard_flow`."""
    unit = standard_flow(
        np.ones_like(flow),
        area,
        ambient,
        temperature=temperature,
        pressure=pressure,
        moisture=moisture,
    )
    return flow / unit


def mass(concentration: Floats, flow: Floats, seconds: float) -> Floats:
    """Emitted mass [kg] of `concentration` [mg/m³, dry, not converted] over `seconds` of `flow` [m³/s]."""
    return concentration * flow * seconds * 1e-6


def coal_burnt(flow: Floats, o2: Floats, flue: float) -> Floats:
    """Coal [t/h] whose burning makes this gas: the flow without its excess air, by `flue` [m³/kg]."""
    return flow * 3600 * np.maximum(AIR_O2 - o2, 0) / AIR_O2 / flue / 1000
