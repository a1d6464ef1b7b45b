"""The question: will this target be attained?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Unpack

from lantian.ambient.asking import Asked
from lantian.ambient.outlook.answers import Rivals, answer
from lantian.ambient.outlook.ground import PATHS, SEED, ground_of
from lantian.ambient.outlook.history import History
from lantian.ambient.outlook.result import Outlook
from lantian.ambient.outlook.target import RANK, Target
from lantian.ambient.ranking.pools import Pool
from lantian.errors import LantianError
from lantian.lake import Lake

LARGE = 60
"""Places of a pool from which on fewer years are drawn, so that a rank takes seconds."""
PATHS_OF_LARGE = 800


def outlook(
    source: Lake | History,
    target: Target,
    place: str,
    *,
    as_of_day: date | None = None,
    pool: Rivals | None = None,
    paths: int | None = None,
    seed: int = SEED,
    **asked: Unpack[Asked],
) -> Outlook:
    """Whether a place will attain a target: value to date, what the remaining days must bring, probability.

    Parameters
    ----------
    source
        the lake, or days already read
    target
        `Target.parse("pm2_5", "<=35", "2025")`; without a value the final figure is foretold, nothing judged
    place
        its key or name: 临汾市 is 临汾
    as_of_day
        the last day that is known; None, or one the store does not reach: the last whole day there is.
        Nothing after it is looked at
    pool
        for `composite_rank`: the places ranked
    paths, seed
        how many possible years are drawn (None: 2000, or 800 in a pool of more than 60), and the seed: the
        same question has the same answer
    asked
        level, regime, groups, as_of, rulebook, day_list, as for `evaluate`. All years are judged under one
        regime: the one asked for, by date that of the period's last day

    Raises
    ------
    LantianError
        no such level, regime or version; a rank without a pool

    Notes
    -----
    A method of our own, described and scored in docs/outlook.md; it is no rule of any standard.
    """
    one: Asked = {**asked, "places": [place]}
    return outlooks(source, [target], as_of_day=as_of_day, pool=pool, paths=paths, seed=seed, **one)[0]


def outlooks(
    source: Lake | History,
    targets: Sequence[Target],
    *,
    as_of_day: date | None = None,
    pool: Rivals | None = None,
    paths: int | None = None,
    seed: int = SEED,
    **asked: Unpack[Asked],
) -> list[Outlook]:
    """The outlooks of many targets at many `places` (None: all there are), targets first; see `outlook`.

    Possible years are drawn once for all targets of a period, and kept for the next question.
    """
    if pool is None and any(target.indicator == RANK for target in targets):
        raise LantianError("a rank needs the pool it is taken in", remedy="Give the ranked places as `pool`.")
    places = asked.pop("places", None)
    wanted = None if places is None or pool is not None else places
    drawn = paths or (PATHS if pool is None or _size(pool) <= LARGE else PATHS_OF_LARGE)
    found: list[Outlook] = []
    for target in targets:
        ground = ground_of(
            source, target.period, as_of_day=as_of_day, wanted=wanted, paths=drawn, seed=seed, **asked
        )
        every = places if places is not None else ground.prospect.history.places
        found.extend(answer(ground, target, place, pool) for place in every)
    return found


def _size(pool: Rivals) -> int:
    return pool.size if isinstance(pool, Pool) else len(pool)
