"""Who speaks in a live run: so many loggers, each with what it has to say, some of them forgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from lantian.errors import LantianError
from lantian.telemetry.simulator import forging
from lantian.telemetry.simulator.grid import stream
from lantian.telemetry.simulator.messages import FULL, Menu, drafts
from lantian.telemetry.simulator.plants import Plant, province
from lantian.telemetry.simulator.sender import Draft, Speaker
from lantian.telemetry.simulator.simulation import simulate
from lantian.telemetry.simulator.sites import Site, site_drafts, sites

_DISTINCT = 120
"""Histories that are simulated; of more loggers, several say the same under names of their own."""
_PACKETS_AN_HOUR = 13.0
"""Of an outlet at 10-minute periods: 6 minutes, 6 of power, an hour, now and then a state."""


@dataclass(frozen=True, slots=True)
class Role:
    """One logger of the run.

    Parameters
    ----------
    speaker
        a plant's outlet or a site
    drafts
        what it says, in order of time
    forgery
        the kind it commits; "" for the honest
    """

    speaker: Plant | Site
    drafts: Sequence[Draft]
    forgery: str = ""

    @property
    def pair(self) -> tuple[Speaker, Sequence[Draft]]:
        """As `live.run_devices` wants it."""
        return self.speaker, self.drafts


def cast(
    devices: int,
    *,
    seed: int,
    hours: float,
    start: datetime | None = None,
    forge: Mapping[str, float] | None = None,
    beside: Mapping[str, int] | None = None,
    menu: Menu = FULL,
    step: timedelta = timedelta(minutes=10),
    sealed: bool = True,
) -> list[Role]:
    """So many outlets and sites with `hours` of history each.

    Parameters
    ----------
    devices
        outlets of plants
    seed
        the same loggers and values for the same seed
    hours
        of history
    start
        of it, on a full hour; without it the history ends with the last full hour
    forge
        share of outlets by kind of forgery
    beside
        how many sites by kind: dust, ambient
    menu
        what is sent beside minutes, hours and days
    sealed
        whether loggers of 2025 may encrypt: the host must be given their keys then

    Raises
    ------
    LantianError
        unknown kinds, shares above one in sum
    """
    shares = dict(forge or {})
    if sum(shares.values()) > 1 + 1e-9:
        raise LantianError("the shares of forgers add up to more than one", remedy="Lower them.")
    begun = start or _last_hour() - timedelta(hours=round(hours))
    days = max(hours, 1.0) / 24
    plants = province(devices, seed) if devices else []
    if not sealed:
        plants = [replace(plant, sm4_key=None, encrypted=False) for plant in plants]
    models: list[tuple[Plant, list[Draft], str]] = []
    for number, plant in enumerate(plants[:_DISTINCT]):
        kind = _kind(plant, number, seed, shares)
        case = simulate(plant, begun, days, step=step, seed=seed, forgery=kind or None)
        models.append((plant, drafts(case, plant, menu), kind))
    found = [Role(plant, said, kind) for plant, said, kind in models]
    for number, plant in enumerate(plants[_DISTINCT:]):
        model, said, kind = models[number % len(models)]
        twin = replace(
            model,
            mn=_renamed(plant.mn, model),
            name=plant.name,
            name_en=plant.name_en,
            password=plant.password,
        )
        found.append(Role(twin, said, kind))
    for site_kind, count in (beside or {}).items():
        for site in sites(site_kind, count, seed):
            said = site_drafts(site, begun, days, seed=seed)
            found.append(Role(site, [d for d in said if not menu.only or d.cn in menu.only]))
    if not found:
        raise LantianError("nobody is to speak", remedy="Give --devices or --sites.")
    return found


def hours_for(rate: float, seconds: float, devices: int) -> float:
    """Hours of history that so many packets a second take over so many seconds."""
    return min(max(4.0, rate * seconds / max(devices, 1) / _PACKETS_AN_HOUR + 2), 24 * 60.0)


def _last_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def _renamed(mn: str, model: Plant) -> str:
    """The name of a twin in the form of its model's generation."""
    if model.generation == 2005 or len(mn) == 24:
        return mn
    number = "".join(filter(str.isdigit, mn))
    return f"5A01{number:0>20}"


def _kind(plant: Plant, number: int, seed: int, shares: Mapping[str, float]) -> str:
    """The forgery of an outlet, "" for none; a kind that does not fit it is left out."""
    luck = float(stream(seed, "who forges", number).random())
    for kind, share in shares.items():
        if kind not in forging.KINDS:
            raise LantianError(f"no forgery '{kind}'", remedy=f"There are {', '.join(forging.KINDS)}.")
        luck -= share
        if luck < 0:
            return kind if kind in forging.fits(plant) else ""
    return ""
