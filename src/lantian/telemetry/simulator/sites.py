"""Lines that are no stacks: dust of building sites (ST 39), micro-stations of ambient air (ST 22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from lantian.errors import LantianError
from lantian.telemetry.hj212 import stamp
from lantian.telemetry.series import Floats
from lantian.telemetry.simulator.grid import Grid, stream
from lantian.telemetry.simulator.lines import printed
from lantian.telemetry.simulator.sender import Draft, Message, spoken

TSP, PM10, PM2_5, NOISE = "a34001", "a34002", "a34004", "LA"
NO2, SO2, CO, O3 = "a21004", "a21026", "a21005", "a05024"
AIR, WET, PRESSURE, WIND, FROM = "a01001", "a01002", "a01006", "a01007", "a01008"
KINDS: Mapping[str, str] = {"dust": "39", "ambient": "22"}
"""Kinds of site by name, with their ST. Noise as `LA` is field practice, not the tables of 2017."""
_DIGITS = {TSP: 3, PM10: 3, PM2_5: 3, CO: 3, NOISE: 1, AIR: 1, WET: 1, PRESSURE: 2, WIND: 1}


@dataclass(frozen=True, slots=True)
class Site:
    """One site and its logger.

    Parameters
    ----------
    kind
        `dust` or `ambient`
    milligrams
        whether particulates are sent in mg/m³ (most dust sites) or µg/m³
    minutes
        interval of 2051
    """

    mn: str
    name: str
    name_en: str
    kind: str
    generation: int
    password: str
    milligrams: bool
    minutes: int
    seed: int
    sm4_key: bytes | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def st(self) -> str:
        return KINDS[self.kind]

    @property
    def flag(self) -> int | None:
        return {2005: None, 2017: 5, 2025: 9}[self.generation]

    @property
    def pollutants(self) -> tuple[str, ...]:
        return (TSP, PM10, PM2_5) if self.kind == "dust" else (PM2_5, PM10, SO2, NO2, CO, O3)


def sites(kind: str, n: int, seed: int) -> list[Site]:
    """So many sites of a kind; the same for the same seed.

    Raises
    ------
    LantianError
        an unknown kind, or fewer than one
    """
    if kind not in KINDS:
        raise LantianError(f"no site '{kind}'", remedy=f"There are {', '.join(KINDS)}.")
    if n < 1:
        raise LantianError(f"{n} sites are none", remedy="Ask for one or more.")
    return [_site(kind, number, seed) for number in range(1, n + 1)]


def _site(kind: str, number: int, seed: int) -> Site:
    rng = stream(seed, "site", kind, number)
    milligrams = kind == "dust" and bool(rng.random() < 0.8)
    unit = "mg/m³" if milligrams else "µg/m³"
    zh, en = ("工地扬尘点", "dust site") if kind == "dust" else ("微型空气站", "micro-station")
    return Site(
        mn=f"5A{'39' if kind == 'dust' else '22'}{number:08X}{int(rng.integers(0, 2**48)):012X}",
        name=f"模拟{zh}{number}号",
        name_en=f"Simulated {en} {number}",
        kind=kind,
        generation=int(rng.choice([2017, 2017, 2025])),
        password=f"{int(rng.integers(0, 1_000_000)):06d}",
        milligrams=milligrams,
        minutes=int(rng.choice([1, 5])) if kind == "ambient" else int(rng.choice([1, 5, 15])),
        seed=seed,
        units={TSP: unit, PM10: unit, PM2_5: unit},
    )


def air(site: Site, grid: Grid, seed: int) -> dict[str, Floats]:
    """What a site's instruments read, by code: particulates in its unit, CO in mg/m³, gases in µg/m³."""
    rng = stream(seed, site.mn, "air")
    sun = np.sin((grid.clock - 8) / 24 * 2 * np.pi)
    out: dict[str, Floats] = {}
    out[AIR] = 9 - 14 * grid.season + 5 * sun + 2 * grid.wander(rng, 40) + 0.1 * grid.wander(rng, 0.5)
    out[WET] = np.clip(55 - 18 * sun + 14 * grid.wander(rng, 30), 12, 99)
    out[PRESSURE] = 91.5 + 0.5 * grid.wander(rng, 60)
    out[WIND] = np.abs(1.6 + 0.8 * sun + 1.1 * grid.wander(rng, 3) + 0.5 * rng.standard_normal(grid.n))
    out[FROM] = np.round((180 + 90 * grid.wander(rng, 8)) % 360)
    still = np.exp(-0.35 * (out[WIND] - 1.6))
    fine = 38 * (1 + 0.6 * grid.season) * still * np.exp(0.5 * grid.wander(rng, 20))
    if site.kind == "dust":
        work = ((grid.clock > 6.5) & (grid.clock < 19)) * (0.6 + 0.4 * rng.random(grid.n))
        gust = np.exp(np.clip(out[WIND] - 4, 0, 4) * 0.5)
        coarse = (70 + 260 * work * np.exp(0.6 * grid.wander(rng, 0.7))) * gust
        total = {PM2_5: fine + 0.08 * coarse, PM10: 1.4 * fine + 0.45 * coarse, TSP: 1.6 * fine + coarse}
        scale = 1e-3 if site.milligrams else 1.0
        out |= {code: values * scale for code, values in total.items()}
        out[NOISE] = np.clip(48 + 17 * work + 3 * rng.standard_normal(grid.n), 35, 105)
        return out
    rush = np.exp(-(((grid.clock - 8) / 2) ** 2)) + np.exp(-(((grid.clock - 19) / 3) ** 2))
    out[PM2_5] = fine
    out[PM10] = 1.7 * fine + 25 * np.exp(0.5 * grid.wander(rng, 10))
    out[NO2] = (22 + 26 * rush) * still * np.exp(0.3 * grid.wander(rng, 8))
    out[SO2] = 11 * (1 + 0.5 * grid.season) * np.exp(0.4 * grid.wander(rng, 12))
    out[CO] = (0.5 + 0.012 * fine) * np.exp(0.15 * grid.wander(rng, 6))
    out[O3] = np.clip((75 - 45 * grid.season) * (1 + 0.9 * sun) - 0.5 * out[NO2], 2, 300)
    return out


def site_drafts(site: Site, start: datetime, days: float, *, seed: int) -> list[Draft]:
    """What a site sends over days: minutes and hours, in order."""
    grid = Grid(start, days, timedelta(minutes=site.minutes))
    read = air(site, grid, seed)
    found = list(_drafts(site, grid.start, grid.step, read, "2051"))
    per_hour = 60 // site.minutes
    whole = grid.n // per_hour * per_hour
    hours = {code: values[:whole].reshape(-1, per_hour).mean(axis=1) for code, values in read.items()}
    found += _drafts(site, grid.start, timedelta(hours=1), hours, "2061")
    return sorted(found, key=lambda draft: draft.at)


def site_messages(site: Site, start: datetime, days: float, *, seed: int) -> Iterator[Message]:
    """The same as packets."""
    return spoken(site_drafts(site, start, days, seed=seed), site)


def _drafts(
    site: Site, start: datetime, step: timedelta, read: Mapping[str, Floats], cn: str
) -> Iterator[Draft]:
    digits = {code: _DIGITS.get(code, 0) for code in read}
    if not site.milligrams:
        digits |= dict.fromkeys((TSP, PM10, PM2_5), 0)
    texts = {code: printed(np.round(values, digits[code]), digits[code]) for code, values in read.items()}
    for index in range(len(next(iter(texts.values())))):
        begin = start + step * index
        at = begin + step + timedelta(seconds=2 if cn == "2051" else 4)
        groups = tuple(f"{code}-Avg={column[index]},{code}-Flag=N" for code, column in texts.items())
        yield Draft(at, at, cn, site.st, stamp(begin), groups)
