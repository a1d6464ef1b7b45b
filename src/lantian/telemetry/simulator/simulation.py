"""`simulate`: one outlet over days, honest or forged from a moment on."""

from __future__ import annotations

from datetime import datetime, timedelta

from lantian.errors import LantianError
from lantian.telemetry.series import Series
from lantian.telemetry.simulator import arrivals, forging, instruments, reporting, stack
from lantian.telemetry.simulator.grid import Grid
from lantian.telemetry.simulator.operation import RUNNING, operate
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.work import Forged, Work
from lantian.telemetry.truth.case import Case

STEP = timedelta(minutes=10)
_TRIES = 25


def simulate(
    plant: Plant,
    start: datetime,
    days: float,
    *,
    step: timedelta = STEP,
    seed: int = 0,
    forgery: str | None = None,
    forged_from: datetime | None = None,
) -> Case:
    """What one outlet sends over days, as the truth screens' case; the same for the same arguments.

    Parameters
    ----------
    start
        aware, on a full hour; local midnight makes whole days of gate and coal
    days
        length, 24 hours each
    step
        length of a period of 2051; divides the hour
    forgery
        a kind of `case.FORGERIES` that fits the plant (`forging.fits`)
    forged_from
        when it begins; without it somewhere in the first six tenths

    Raises
    ------
    LantianError
        a start off the hour or naive, a step that does not divide the hour, a forgery that does not fit
    """
    return simulate_forged(
        plant, start, days, step=step, seed=seed, forgery=forgery, forged_from=forged_from
    )[0]


def simulate_forged(
    plant: Plant,
    start: datetime,
    days: float,
    *,
    step: timedelta = STEP,
    seed: int = 0,
    forgery: str | None = None,
    forged_from: datetime | None = None,
) -> tuple[Case, Forged | None]:
    """The same case with what was forged in it, for those who score screens."""
    grid = _grid(start, days, step)
    if forgery is None:
        return reporting.report(_work(plant, grid, seed)), None
    forging.check(plant, forgery)
    # Nobody forges a plant that stands still: another run of luck is drawn until it works for a while.
    for number in range(_TRIES):
        luck = seed + 7919 * number
        work = _begin(plant, grid, luck)
        if (work.run.state == RUNNING).mean() > 0.3:
            break
    act = forging.act(work, forgery, forged_from)
    act.tempt()
    instruments.measure(work)
    peers: tuple[Series, ...] = ()
    if forgery == "mirrored":
        beside = _work(plant.neighbour(), grid, luck)
        act.twin = beside
        peers = (reporting.minutes_of(beside),)
    forged = act.cheat()
    return reporting.report(work, peers), forged


def _grid(start: datetime, days: float, step: timedelta) -> Grid:
    if start.tzinfo is None:
        raise LantianError(f"{start} has no time zone", remedy="Give an aware instant.")
    if start.minute or start.second or start.microsecond:
        raise LantianError(f"{start} is not a full hour", remedy="Begin on a full hour.")
    if step <= timedelta(0) or timedelta(hours=1) % step:
        raise LantianError(f"{step} does not divide the hour", remedy="Take 1, 5, 10, 15 … minutes.")
    if days * 24 < 1:
        raise LantianError(f"{days} days hold no hour", remedy="Ask for an hour or more.")
    return Grid(start, days, step)


def _begin(plant: Plant, grid: Grid, seed: int) -> Work:
    run = operate(plant, grid, seed)
    return Work(
        plant=plant,
        grid=grid,
        seed=seed,
        run=run,
        stack=stack.fill(plant, grid, run, seed),
        clockwork=arrivals.arrive(plant, grid, seed),
    )


def _work(plant: Plant, grid: Grid, seed: int) -> Work:
    work = _begin(plant, grid, seed)
    instruments.measure(work)
    return work
