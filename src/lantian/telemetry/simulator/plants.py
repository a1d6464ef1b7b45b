"""The plants of a simulated province: what they burn, what their stacks look like, which logger they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from lantian.errors import LantianError
from lantian.telemetry.simulator.grid import stream
from lantian.telemetry.truth.case import DUST, FLOW, MOISTURE, NOX, O2, PRESSURE, SO2, SPEED, TEMPERATURE

NMHC = "a24088"
FLUE = (O2, FLOW, SPEED, TEMPERATURE, PRESSURE, MOISTURE)
"""What every outlet measures beside its pollutants."""
GENERATIONS = (2005, 2017, 2025)
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of outlet: the ranges its plants are drawn from; processes.yaml tells the fields."""

    code: str
    zh: str
    en: str
    share: float
    hours: str
    permit: str
    limits: Mapping[str, float]
    zs: Mapping[str, Range]
    scatter: Mapping[str, float]
    ranges: Mapping[str, tuple[float, ...]]
    noise: float
    o2: Range
    o2_slope: Range
    o2_noise: Range
    area: Range
    velocity: Range
    temperature: Range
    moisture: Range
    draught: Range
    production: Range
    treatment: Range
    flue: Range
    coal: float
    product: Range
    inward: float
    outward: float
    warm_up: float
    reference_o2: float | None = None
    stop_days: float = 60.0
    stop_hours: Range = (6.0, 60.0)


@cache
def processes() -> Mapping[str, Process]:
    """Every kind of outlet that is simulated, by code."""
    text = (Path(__file__).parent / "processes.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {
        code: Process(code=code, **{k: _frozen(v) for k, v in row.items()}) for code, row in found.items()
    }


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _frozen(held) for key, held in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Habits:
    """How this outlet's instruments and people behave.

    Parameters
    ----------
    calibration_hour, calibration_minutes
        when the daily zero and span check begins (local) and how long it takes
    holds
        during a check the last value is sent; otherwise the gas of the check is seen
    blow_back_hours
        a blow-back of the sampling line this often; 0 never
    guard
        [%] from this oxygen on the logger does not convert
    drift
        share of the range the zero and span wander within a day
    tight
        factors whose treatment is run at a set point: close to it, day and night
    link
        how often the line is lost, times a month
    clock
        [s/day] how fast the logger's clock goes wrong
    fixes
        the host corrects the clock every so many days
    coarse
        [share of the range] steps in which the gas analysers of old give their values; 0 for none seen
    """

    calibration_hour: float
    calibration_minutes: float
    holds: bool
    blow_back_hours: float
    guard: float
    drift: float
    tight: frozenset[str]
    link: float
    clock: float
    fixes: float
    coarse: float


@dataclass(frozen=True, slots=True)
class Plant:
    """One outlet of a simulated plant and its logger.

    Parameters
    ----------
    mn
        the logger's name on the line
    name, name_en
        say that it is simulated
    outlet
        its number in the permit, such as DA001
    generation
        of the protocol its logger speaks: 2005, 2017, 2025
    password, sm4_key, encrypted
        of its logger; a 2025 logger may encrypt
    ranges
        tops of the analysers' ranges by factor
    digits
        decimals the logger sends by factor
    zs
        [mg/m³] usual converted level by pollutant
    ambient
        [kPa] air pressure of the place
    """

    mn: str
    name: str
    name_en: str
    process: Process
    outlet: str
    generation: int
    password: str
    sm4_key: bytes | None
    encrypted: bool
    ranges: Mapping[str, float]
    digits: Mapping[str, int]
    zs: Mapping[str, float]
    o2: float
    o2_slope: float
    o2_noise: float
    area: float
    velocity: float
    temperature: float
    moisture: float
    draught: float
    ambient: float
    production: float
    treatment: float
    flue: float
    product: float
    habits: Habits
    has_power: bool = True
    has_condition: bool = True
    seed: int = 0
    st: str = field(default="31")

    @property
    def pollutants(self) -> tuple[str, ...]:
        """Factors with a limit, in the order they are sent."""
        return tuple(self.process.limits)

    @property
    def factors(self) -> tuple[str, ...]:
        """Everything the logger sends, in order."""
        return (*self.pollutants, *FLUE)

    @property
    def flag(self) -> int | None:
        """The protocol's Flag of a packet that wants an answer; loggers of 2005 send none."""
        return {2005: None, 2017: 5, 2025: 9}[self.generation]

    def neighbour(self) -> Plant:
        """Another outlet of the same plant: same kind, own stack, own weather of values."""
        return replace(
            _plant(self.process, self.seed, 1, "neighbour " + self.mn),
            name=self.name,
            name_en=self.name_en,
            outlet="DA002",
        )


def province(n: int, seed: int) -> list[Plant]:
    """So many outlets, a believable mix; the same for the same seed, and the first ones do not depend on n.

    Raises
    ------
    LantianError
        fewer than one is asked for
    """
    if n < 1:
        raise LantianError(f"{n} devices are none", remedy="Ask for one or more.")
    kinds = list(processes().values())
    weights = np.array([kind.share for kind in kinds])
    return [
        _plant(
            kinds[int(stream(seed, "kind", number).choice(len(kinds), p=weights / weights.sum()))],
            seed,
            number,
        )
        for number in range(1, n + 1)
    ]


def plant_of(process: str, number: int, seed: int) -> Plant:
    """One outlet of a kind that is named."""
    found = processes().get(process)
    if found is None:
        raise LantianError(
            f"no process '{process}' is simulated", remedy=f"There are {', '.join(processes())}."
        )
    return _plant(found, seed, number)


def _plant(kind: Process, seed: int, number: int, word: str = "plant") -> Plant:
    rng = stream(seed, word, number, kind.code)

    def between(bounds: Range) -> float:
        return float(rng.uniform(*bounds))

    generation = int(rng.choice(GENERATIONS, p=(0.15, 0.5, 0.35)))
    encrypted = generation == 2025 and bool(rng.random() < 0.5)
    # A plant keeps its limit nearly always: the more its values scatter, the lower it has to run.
    zs = {
        f: min(between(bounds), kind.limits[f] * float(np.exp(-2.2 * kind.scatter[f])))
        for f, bounds in kind.zs.items()
    }
    tight = frozenset(f for f in zs if f in (NOX, SO2) and kind.zs[f][1] > 5 and rng.random() < 0.3)
    zs |= {factor: kind.limits[factor] * float(rng.uniform(0.76, 0.9)) for factor in tight}
    return Plant(
        mn=_mn(rng, generation, number),
        name=f"模拟{kind.zh}{number}号",
        name_en=f"Simulated {kind.en} {number}",
        process=kind,
        outlet="DA001",
        generation=generation,
        password=f"{int(rng.integers(0, 1_000_000)):06d}",
        sm4_key=rng.bytes(16) if encrypted else None,
        encrypted=encrypted,
        ranges={f: float(rng.choice(tops)) for f, tops in kind.ranges.items()} | {O2: 25.0},
        digits=_digits(rng),
        zs=zs,
        o2=between(kind.o2),
        o2_slope=between(kind.o2_slope),
        o2_noise=between(kind.o2_noise) * float(rng.uniform(0.8, 1.2)),
        area=round(between(kind.area), 2),
        velocity=between(kind.velocity),
        temperature=between(kind.temperature),
        moisture=between(kind.moisture),
        draught=between(kind.draught),
        ambient=float(rng.uniform(86.0, 98.0)),
        production=between(kind.production),
        treatment=between(kind.treatment),
        flue=between(kind.flue) if kind.coal else 0.0,
        product=between(kind.product),
        habits=_habits(rng, tight),
        seed=seed,
    )


def _habits(rng: np.random.Generator, tight: frozenset[str]) -> Habits:
    return Habits(
        calibration_hour=float(rng.choice([0.5, 2, 3, 5, 9, 10, 14])) + float(rng.integers(0, 4)) / 4,
        calibration_minutes=float(rng.choice([10, 15, 20, 30])),
        holds=bool(rng.random() < 0.5),
        blow_back_hours=float(rng.choice([0, 0, 4, 6, 8, 12])),
        guard=float(rng.choice([19.0, 19.5, 20.0])),
        drift=float(rng.uniform(0.001, 0.006)),
        tight=tight,
        link=float(rng.uniform(0.3, 3.0)),
        clock=float(rng.normal(0, 1.2)),
        fixes=float(rng.choice([1, 1, 7, 7, 30])),
        coarse=float(stream(int(rng.integers(2**32)), "coarse").choice([0, 0, 0, 0, 0, 0, 0.002, 0.005])),
    )


def _digits(rng: np.random.Generator) -> dict[str, int]:
    """Decimals as loggers are set: most send two, some the type of the code table, some three."""
    gas = int(rng.choice([1, 2, 2, 3]))
    return {
        SO2: gas,
        NOX: gas,
        DUST: max(gas, int(rng.choice([1, 2, 3]))),
        NMHC: gas,
        O2: int(rng.choice([1, 2, 2, 3])),
        FLOW: int(rng.choice([1, 2, 3])),
        SPEED: 2,
        TEMPERATURE: int(rng.choice([1, 2])),
        PRESSURE: 3,
        MOISTURE: int(rng.choice([1, 2])),
    }


def _mn(rng: np.random.Generator, generation: int, number: int) -> str:
    """A logger's name in the form of its generation; `5A` (S) at the head marks what is simulated."""
    if generation == 2005:
        return f"SIM{number:05d}{int(rng.integers(0, 10**6)):06d}"
    return f"5A00{number:08X}{int(rng.integers(0, 2**48)):012X}"
