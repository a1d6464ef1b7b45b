"""Possible remainders of a period: past days drawn in blocks and carried to this year's level."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from lantian.ambient.outlook.anomaly import Anomalies, Calendar
from lantian.ambient.outlook.arrays import Floats, Ints
from lantian.ambient.outlook.history import History
from lantian.ambient.outlook.settings import Settings
from lantian.ambient.rules import SIX


@dataclass(frozen=True)
class Draws:
    """What all places share: so that a rival's bad winter is the same winter as ours.

    `gumbel` (paths, blocks, years) picks the past year of each block, `shift` (paths, blocks) its days;
    `lasting` (paths, items) and `passing` (paths, months, items) are standard normal; `world` numbers the
    draw of parameters of each path; in it `stretch` (worlds, 2) multiplies the two variances and `lean`
    (worlds, items), standard normal, says to which side our expectation is wrong.
    """

    gumbel: Floats
    shift: Ints
    lasting: Floats
    passing: Floats
    world: Ints
    stretch: Floats
    lean: Floats
    seed: int

    @property
    def paths(self) -> int:
        return int(self.world.size)


def draw(calendar: Calendar, settings: Settings, paths: int, seed: int) -> Draws:
    """The draws of one question; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    years = calendar.columns.shape[0] - 1
    blocks = -(-calendar.period.days // settings.block)
    months = int(calendar.month.max()) + 1
    half = paths - paths // 2
    worlds = max(1, min(settings.worlds, half))
    # Each path has its mirror image in the same world, so that chance leans to neither side.
    world = (np.arange(paths) % half) % worlds
    # Weights of the years in each world: a bootstrap of years (Dirichlet), which says how much hangs on few.
    doubt = np.log(np.maximum(rng.standard_exponential((worlds, years)), 1e-9))
    gumbel = rng.gumbel(size=(paths, blocks, years)) + doubt[world][:, None, :]
    stretch = (settings.freedom - 2) / rng.chisquare(settings.freedom, (worlds, 2))
    return Draws(
        gumbel=gumbel,
        shift=rng.integers(-settings.shift, settings.shift + 1, (paths, blocks)),
        lasting=_loaded(rng, (paths,), settings),
        passing=_loaded(rng, (paths, months), settings),
        world=world,
        stretch=stretch,
        lean=_loaded(rng, (worlds,), settings),
        seed=seed,
    )


def _loaded(rng: np.random.Generator, shape: tuple[int, ...], settings: Settings) -> Floats:
    """Standard normals per item that share one factor by the items' loadings, each path with its mirror."""
    half = (-(-shape[0] // 2), *shape[1:])
    load = settings.item_common
    shared = rng.standard_normal((*half, 1))
    own = rng.standard_normal((*half, len(SIX)))
    one = load * shared + np.sqrt(1 - load**2) * own
    return np.concatenate([one, -one])[: shape[0]]


def factors(anomalies: Anomalies, row: int, place: str, *, draws: Draws, settings: Settings) -> Floats:
    """Log factors (paths, months, items) that carry past days to this year's level at one place."""
    rng = np.random.default_rng([draws.seed, zlib.crc32(place.encode())])
    months = draws.passing.shape[1]
    common = settings.place_common
    z_lasting = np.sqrt(common) * draws.lasting + np.sqrt(1 - common) * _loaded(rng, (draws.paths,), settings)
    z_passing = np.sqrt(common) * draws.passing + np.sqrt(1 - common) * _loaded(
        rng, (draws.paths, months), settings
    )
    lasting = anomalies.lasting * draws.stretch[draws.world, 0][:, None]
    passing = anomalies.passing * draws.stretch[draws.world, 1][:, None]
    years = max(1.0, float(anomalies.years[row]))
    k = anomalies.months[row]
    # As `Anomalies.carried`, with the variances of each world.
    learned = k * lasting / (k * lasting + passing)
    drift = anomalies.drift[row]
    seen = np.where(np.isfinite(anomalies.known[row]), anomalies.known[row] - drift, 0.0)
    centre = drift + learned * seen
    # What is expected is itself known from few years: that part of the lasting one is the same all over a
    # world, and moves the probability from world to world.
    lean = 1 / (1 + settings.prior_years + anomalies.evidence)
    z_lasting = np.sqrt(lean) * draws.lean[draws.world] + np.sqrt(1 - lean) * z_lasting
    spread = np.sqrt(lasting * (1 + 1 / years) * (1 - learned))
    monthly = passing[:, None, :] * anomalies.season * (settings.added_share + 1 / years)
    # Half the variance is taken off, so that what is added to a month does not raise its mean.
    return np.asarray((centre + spread * z_lasting)[:, None, :] + np.sqrt(monthly) * z_passing - monthly / 2)


def remainders(
    history: History,
    anomalies: Anomalies,
    row: int,
    *,
    calendar: Calendar,
    draws: Draws,
    settings: Settings,
) -> Floats:
    """Possible values (items, paths, remaining days) of one place, in whole units; NaN: a day without value.

    `history` holds nothing after the last known day, so nothing later can be drawn.
    """
    k, days = calendar.known, calendar.period.days
    block = np.arange(days) // settings.block
    weights = anomalies.weights[row]
    end = history.days
    columns = calendar.columns[1:]
    # A block of a year that does not have those days yet is taken from another year.
    there = np.array(
        [((columns >= 0) & (columns < end))[:, block == b].all(axis=1) for b in range(block[-1] + 1)]
    )
    with np.errstate(divide="ignore"):
        year = np.argmax(draws.gumbel + np.log(weights * (there + 1e-9)), axis=2)[:, block[k:]]
    at = columns[:, k:][year, np.arange(days - k)[None, :]] + draws.shift[:, block[k:]]
    # Where a shift leaves what is held, the other way round stays inside.
    outside = (at < 0) | (at >= end)
    at = np.where(outside, at - 2 * draws.shift[:, block[k:]], at)
    gone = (at < 0) | (at >= end)
    at = np.clip(at, 0, end - 1)
    lift = np.nan_to_num(anomalies.base[row] - anomalies.levels[row])
    carried = factors(anomalies, row, history.places[row], draws=draws, settings=settings)
    month = calendar.month[k:]
    found = np.empty((len(SIX), draws.paths, days - k))
    for j in range(len(SIX)):
        scale = np.exp(carried[:, :, j])[:, month]
        if np.any(lift[:, j]):
            scale *= np.exp(lift[:, j])[year]
        np.rint(np.where(gone, np.nan, history.values[row, j][at]) * scale, out=found[j])
    return found
