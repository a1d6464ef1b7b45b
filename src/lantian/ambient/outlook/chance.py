"""How likely, how sure of that, and whether it is settled already."""

from __future__ import annotations

import numpy as np

from lantian.ambient.outlook.arrays import Flags, Ints
from lantian.ambient.outlook.prospect import Prospect
from lantian.ambient.outlook.target import Target
from lantian.ambient.rules import SIX

DOUBT = 0.9
"""Share of the interval of a probability."""
DRAWN = 4000


def decided(prospect: Prospect, row: int, target: Target) -> bool | None:
    """The answer, where even the cleanest and the dirtiest remaining days come to the same; else None."""
    remaining = prospect.calendar.remaining
    known = prospect.known(row)
    name = target.indicator
    if not remaining:
        figures = prospect.figures(known, only=name)[name]
        return bool(target.met_by(figures)[0]) if np.isfinite(figures).all() else None
    extremes = np.stack([np.zeros((len(SIX), remaining)), np.full((len(SIX), remaining), 1e9)], axis=1)
    # Days without any value leave the figure as it stands: a third extreme.
    every = np.concatenate(
        [prospect.figures(known, extremes, name)[name], prospect.figures(known, only=name)[name]]
    )
    if not np.isfinite(every).all():
        return None
    met = target.met_by(every)
    return bool(met[0]) if met.all() or not met.any() else None


def chance(
    met: Flags, usable: Flags, world: Ints, settled: bool | None, seed: int
) -> tuple[float, tuple[float, float]]:
    """The probability and its 90 % interval.

    Parameters
    ----------
    met, usable
        of each path, whether it attains, whether it gives a figure
    world
        the draw of parameters each path belongs to
    settled
        the answer, when nothing can change it

    Returns
    -------
    the share of usable paths that attain, never quite 0 or 1 while a day can change it; and how far it moves
    between draws of the parameters and by the number of paths (a beta distribution of the same spread)
    """
    if settled is not None:
        sure = float(settled)
        return sure, (sure, sure)
    n = int(usable.sum())
    p = float(np.clip((met & usable).sum() / n, 0.5 / n, 1 - 0.5 / n))
    spread = _spread(met & usable, world) + p * (1 - p) / n
    strength = max(p * (1 - p) / spread - 1, 0.5)
    sample = np.random.default_rng(seed).beta(p * strength, (1 - p) * strength, DRAWN)
    low, high = np.quantile(sample, [(1 - DOUBT) / 2, (1 + DOUBT) / 2])
    return p, (min(float(low), p), max(float(high), p))


def _spread(met: Flags, world: Ints) -> float:
    """Variance of the probability between worlds, without what the finite number of paths adds to it.

    A path and its mirror image (half the paths further on) are one drawing: their mean is what varies freely.
    """
    half = met.size // 2
    pairs = (met[:half].astype(float) + met[met.size - half :]) / 2
    of = world[:half]
    sizes = np.maximum(np.bincount(of).astype(float), 1)
    means = np.bincount(of, pairs) / sizes
    within = np.bincount(of, (pairs - means[of]) ** 2) / np.maximum(sizes - 1, 1)
    return max(float(np.var(means)) - float(np.mean(within / sizes)), 0.0)
