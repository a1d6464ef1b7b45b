"""One device over a period, with all that is known beside it: what every truth screen is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lantian.telemetry.series import Floats, Series, Words

SO2, NOX, DUST, O2, FLOW = "a21026", "a21002", "a34013", "a19001", "a00000"
"""Sulphur dioxide, nitrogen oxides, particulates [mg/m³], oxygen [%], dry flue-gas flow [m³/s]."""
SPEED, TEMPERATURE, PRESSURE, MOISTURE = "a01011", "a01012", "a01013", "a01014"
"""Gas speed [m/s], temperature [°C], static pressure [kPa], moisture [%]."""
POLLUTANTS = (SO2, NOX, DUST)
FORGERIES = (
    "frozen",
    "low_variance",
    "perfect_o2",
    "clipped",
    "copied_day",
    "clock_jump",
    "calibration_abuse",
    "flow_without_power",
    "treatment_off",
    "mass_balance",
    "parameter_change",
    "mirrored",
    "dilution",
)
"""Kinds of forgery that the simulator makes and the screens look for, by the screens' codes."""
MEANT = FORGERIES[:10]
"""Those that are meant to be found (issue 6)."""


@dataclass(frozen=True, slots=True)
class Power:
    """Electric power beside the outlet, on the grid of the minutes.

    Parameters
    ----------
    production
        kW of the equipment that makes the gas, shape (n,), NaN where no meter spoke
    treatment
        kW of the equipment that cleans it, shape (n,), NaN where no meter spoke
    """

    production: Floats
    treatment: Floats


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When the minute messages came, by the clock of the host. All of shape (n,), on the grid of the minutes.

    Parameters
    ----------
    delay
        received at − data time (the period's start, by the site's clock) [s]; NaN where nothing came. Of the
        first version of a period
    qn_gap
        received at − QN (the moment of sending by the site's clock) [s]; NaN where there was none. A late
        supplement of an honest site has a large delay and a small gap; a wrong clock shows in both
    versions
        how many messages claimed the period (0 nothing came, 2 and more: sent again or a clock set back)
    off_grid
        data times of messages that stand on no period of the grid, UTC
    """

    delay: Floats
    qn_gap: Floats
    versions: npt.NDArray[np.int64]
    off_grid: tuple[datetime, ...] = ()


class Change(NamedTuple):
    """A parameter of the site that changed its value (i13007 intercept, i13008 slope, i13001 range …)."""

    time: datetime
    """When the new value was first sent, UTC."""
    code: str
    """The parameter, with the pollutant it is of: `a21026-i13008`, or the bare code."""
    old: float
    new: float


@dataclass(frozen=True, slots=True)
class Daily:
    """Tonnes of each local day (Asia/Shanghai).

    Parameters
    ----------
    first
        the day of the first value
    tonnes
        shape (days,), NaN where nothing was weighed or told; a day without trucks is 0, not NaN
    """

    first: date
    tonnes: Floats


@dataclass(frozen=True, slots=True)
class Gate:
    """Tonnes through the plant's gate by day: raw material and fuel in, product out."""

    inward: Daily
    outward: Daily


@dataclass(frozen=True, slots=True)
class Case:
    """What a screen is given: one outlet's device, over days, true or simulated.

    Parameters
    ----------
    minutes
        2051 on a 10-minute grid (any that divides the hour): -Avg of SO2, NOx, dust, O2, flow, speed,
        temperature, pressure, moisture, and -ZsAvg of what is converted to reference oxygen; with marks
    hours
        2061, the same and -Cou; may start and end with `minutes`
    power
        power beside it; None where no meter stands
    condition
        the process's state a period: `St` starting, `N` running, `Sr` stopping, `F` stopped, "" none;
        shape (n,); None where nothing tells it
    arrivals
        when messages came; None where the case is not from the line
    parameters
        changes of the site's parameters, in order of time
    logged
        instants of log entries of the site (i11001, i21001) and of declared maintenance, UTC
    gate, coal
        tonnes by day; coal is what was burnt for this outlet. None where unknown
    limits
        [mg/m³] the outlet's limit by factor, of the converted value where the outlet converts
    ranges
        [unit of the value] top of the measuring range by factor, where known
    reference_o2
        [%] None where the outlet does not convert
    process
        `coal_boiler`, `gas_boiler`, `sinter`, `kiln`, `coke_oven` …; "" unknown
    peers
        minutes of other outlets over the same grid, for what compares devices
    """

    minutes: Series
    hours: Series
    power: Power | None = None
    condition: Words | None = None
    arrivals: Arrivals | None = None
    parameters: tuple[Change, ...] = ()
    logged: tuple[datetime, ...] = ()
    gate: Gate | None = None
    coal: Daily | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    ranges: Mapping[str, float] = field(default_factory=dict)
    reference_o2: float | None = None
    process: str = ""
    peers: tuple[Series, ...] = ()

    @property
    def mn(self) -> str:
        """The device."""
        return self.minutes.mn

    def __len__(self) -> int:
        return len(self.minutes)
