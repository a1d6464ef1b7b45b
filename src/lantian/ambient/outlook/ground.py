"""What the outlooks of one period, day and version of the data stand on: read once, drawn once, kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Unpack

import numpy as np

from lantian.ambient.asking import Asked, book_of, named_regime, under
from lantian.ambient.evaluation import evaluate
from lantian.ambient.names import find
from lantian.ambient.outlook.finals import FinalRules
from lantian.ambient.outlook.history import History, read_history
from lantian.ambient.outlook.prospect import Prospect
from lantian.ambient.outlook.settings import Settings
from lantian.ambient.period import Period
from lantian.ambient.records import Evaluation
from lantian.ambient.rules import SIX
from lantian.ambient.sources import version_of
from lantian.ambient.whole_days import last_whole_day
from lantian.lake import Lake
from lantian.rulebook import Rule

PATHS = 2000
SEED = 20260301
KEPT = 6
LEARN_FROM = 400
"""Of more places than that only those asked for are drawn, and every n-th is learned from."""


@dataclass(frozen=True)
class Ground:
    """Possible years of places, and the evaluation of the days known (None where days were given).

    `wanted`: the names asked for when only their places were drawn; None when all were.
    """

    prospect: Prospect
    evaluation: Evaluation | None
    version: int | None
    regime: str
    deducted: bool
    rules: tuple[Rule, ...]
    wanted: frozenset[str] | None


_kept: OrderedDict[tuple[object, ...], Ground] = OrderedDict()
# One drawing at a time is enough: the second asker finds it kept.
_lock = threading.Lock()


def ground_of(
    source: Lake | History,
    period: Period,
    *,
    as_of_day: date | None = None,
    wanted: Collection[str] | None = None,
    paths: int = PATHS,
    seed: int = SEED,
    **asked: Unpack[Asked],
) -> Ground:
    """Read, compare and draw, or find it kept.

    `wanted`: the places there have to be; None for all. `asked["places"]` is not looked at: how much years
    differ is learned from every place.
    """
    one = under(asked, named_regime(period, asked))
    if isinstance(source, History):
        return _made(
            source, None, period, as_of_day, one, version=None, wanted=wanted, paths=paths, seed=seed
        )
    version = version_of(source, asked.get("as_of"))
    one["as_of"], one["places"] = version, None
    groups, day_list = asked.get("groups"), asked.get("day_list")
    key = (
        _identity(source, version), period, as_of_day, one.get("level"), one["regime"], paths, seed,
        book_of(asked).digest, day_list and day_list.digest,
        None if groups is None else tuple(sorted(groups.items())),
    )  # fmt: skip
    with _lock:
        found = _kept.get(key)
        if found is None or not _holds(found, wanted):
            found = _read(
                source, period, as_of_day, one, version=version, wanted=wanted, paths=paths, seed=seed
            )
            _kept[key] = found
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _holds(ground: Ground, wanted: Collection[str] | None) -> bool:
    return ground.wanted is None or (wanted is not None and ground.wanted >= set(wanted))


def _identity(lake: Lake, version: int) -> tuple[object, ...]:
    """What the data are: a store made anew in the same folder is another one, whatever its versions."""
    newest = lake.commits()[version - 1] if version else None
    return (str(lake.root), version, newest and (newest.time, newest.files[:1]))


def _read(
    lake: Lake,
    period: Period,
    as_of_day: date | None,
    asked: Asked,
    *,
    version: int,
    wanted: Collection[str] | None,
    paths: int,
    seed: int,
) -> Ground:
    years = Settings.of(book_of(asked), period.last).years
    whole = last_whole_day(lake, level=asked.get("level", "city"), as_of=version)
    last = min(as_of_day or period.last, whole or period.last, period.last)
    history = read_history(lake, period, last, years, asked)
    known = period.within(period.first, last) if last >= period.first else None
    evaluation = None if known is None else evaluate(lake, known, **asked)
    return _made(
        history, evaluation, period, last, asked, version=version, wanted=wanted, paths=paths, seed=seed
    )


def _made(
    history: History,
    evaluation: Evaluation | None,
    period: Period,
    as_of_day: date | None,
    asked: Asked,
    *,
    version: int | None,
    wanted: Collection[str] | None,
    paths: int,
    seed: int,
) -> Ground:
    book, regime = book_of(asked), asked["regime"]
    settings = Settings.of(book, period.last)
    rules = FinalRules.of(book, regime, period.last, history.decimals)
    lesson, drawn, only = history, history, None
    if len(history.places) > LEARN_FROM:
        lesson = history.only(history.places[:: -(-len(history.places) // LEARN_FROM)])
        if wanted is not None:
            names = dict(zip(history.places, history.names, strict=True))
            only = frozenset(wanted)
            drawn = history.only(sorted({find(name, names) or name for name in only}))
    last = min(as_of_day or period.last, period.last, _last_day(history, period))
    prospect = Prospect.of(drawn, period, last, settings, rules, learn=lesson, paths=paths, seed=seed)
    used = (*rules.period.rules, *settings.rules)
    return Ground(prospect, evaluation, version, regime, asked.get("day_list") is not None, used, only)


def _last_day(history: History, period: Period) -> date:
    """The last day with a value anywhere; the day before the period begins when there is none in it."""
    before = period.first - timedelta(days=1)
    some = np.flatnonzero(np.isfinite(history.values[:, : len(SIX)]).any(axis=(0, 1)))
    return max(before, history.first + timedelta(days=int(some[-1]))) if some.size else before
