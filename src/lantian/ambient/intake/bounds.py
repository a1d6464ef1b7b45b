"""The largest concentration an instrument of the network can report; above it a number is no reading.

The highest hour published by the network in 2018-2020 was PM10 9,985 µg/m³ in a sand storm: limits that look
generous are not. A daily value has the same limit: it is a mean of hours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """The highest believable value of a pollutant [published unit] and why. `verified` as in the rulebook."""

    highest: int
    unit: str
    reason: str
    document: str
    verified: bool


_PARTICLES = "particle monitors of the network measure up to 10,000 µg/m³"
_GAS = "gas analysers measure up to 500 nmol/mol, dilution ranges up to 1,000 nmol/mol at 273 K"

BOUNDS: dict[str, Bound] = {
    "so2": Bound(2860, "µg/m³", _GAS, "HJ 654-2013", False),
    "no2": Bound(2054, "µg/m³", _GAS, "HJ 654-2013", False),
    "o3": Bound(2143, "µg/m³", _GAS, "HJ 654-2013", False),
    "co": Bound(
        63, "mg/m³", "carbon monoxide analysers measure up to 50 µmol/mol at 273 K", "HJ 654-2013", False
    ),
    "pm10": Bound(10_000, "µg/m³", _PARTICLES, "HJ 653-2013", False),
    "pm2_5": Bound(10_000, "µg/m³", _PARTICLES, "HJ 653-2013", False),
}
BOUNDS["o3_8h_max"] = BOUNDS["o3"]
