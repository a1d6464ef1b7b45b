"""The distance of a region to a line of a ranking: who stands on it, what must fall, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from lantian.ambient import Period
from lantian.ambient.ranking import Line, LinePoint, distance, distance_over_time, reductions
from lantian.errors import LantianError
from lantian.office.monitoring import kernel
from lantian.office.monitoring.figures import Figure
from lantian.office.rankings import asking, dust, pools, tables, words
from lantian.office.rankings.asking import Ask
from lantian.office.rankings.ground import ground_of_pool
from lantian.office.rankings.pools import OfficePool
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient.ranking import Distance, Reductions

LAST, TOP = (1, 3, 5, 10, 20, 30), (1, 3, 5, 10, 20, 30)


@dataclass(frozen=True)
class Gap:
    """The answer of the panel. `holders` by name; `outside` how many of them the reader may not see."""

    ask: Ask
    line: Line
    region: Region
    distance: Distance | None
    figure: Figure | None
    reductions: Reductions | None
    holders: tuple[str, ...]
    outside: int
    ranked: int
    provisional: bool
    why: str


def lines(size: int) -> list[tuple[str, str]]:
    """Lines that a pool of this size has, as (code, words)."""
    found = [Line("last", number) for number in LAST if number < size]
    found += [Line("top", number) for number in TOP if number < size]
    return [(line.label, words.line(line)) for line in found]


def usual_line(size: int) -> Line:
    """The line first shown: out of the last 10 of a large pool, fewer of a small one."""
    return Line("last", 10 if size >= 60 else 3 if size >= 8 else 1)


def read_line(text: str, size: int) -> Line:
    """The line of the query, else the usual one."""
    try:
        line = Line.parse(text)
    except LantianError:
        return usual_line(size)
    return line if line.number < size else usual_line(size)


def choices(user: Any, region: Region, day: Any) -> list[pools.PoolChoice]:
    """The pools that a region is a member of, the nearest first."""
    own = pools.keys_of(region)
    every = {choice.key: choice for choice in pools.choices(user, day)}
    found = [every[key] for key in own if key in every]
    for choice in every.values():
        if choice.kind in {pools.RULE, pools.OWN}:
            pool = pools.find(user, choice.key, day)
            if pool and any(member.code == region.code for member in pool.regions.values()):
                found.append(choice)
    return found


def asked(request: HttpRequest, region: Region, period: Period) -> Ask | None:
    """The ranking in which the region is looked for."""
    from lantian.office.monitoring.requests import regime_for

    offered = choices(request.user, region, period.last)
    wanted = request.GET.get("pool", "")
    key = wanted if wanted in {choice.key for choice in offered} else offered[0].key if offered else ""
    pool = pools.find(request.user, key, period.last) if key else None
    if pool is None:
        return None
    by = request.GET.get("by", "")
    return Ask(
        pool=pool,
        period=period,
        by=by if by in asking.FIGURES else "composite_index",
        order=asking.VALUE,
        regime=regime_for(request, period),
        without=False,
        show="all",
        as_of=None,
        day_list=dust.day_list(pool, period),
    )


def gap(ask: Ask, region: Region, line: Line, user: Any) -> Gap:
    """How far the region stands from the line, the others as they are."""
    ground = ground_of_pool(ask.pool, ask.period, ask.regime)
    ranking = tables.ranked(ask, ground.evaluation(ask.period, ask.regime))
    ranked = sum(row.rank is not None for row in ranking.rows)
    name = _name_in(ask.pool, region)
    try:
        found = distance(ranking, name, line)
    except LantianError as error:
        return Gap(
            ask, line, region, None, None, None, (), 0, ranked, ranking.provisional, words.mistake(error)
        )
    own = tables.figures_of(ask, ground, found.place, region)
    figure = own.figure(ask.by) if own else None
    lowered = None
    if ask.by == "composite_index" and not found.met:
        lowered = reductions(ranking, found.place, found.needed, rulebook=kernel.rulebook())
    holders: list[str] = []
    outside = 0
    for row in ranking.rows:
        if row.value == found.line_value and row is not found.place:
            holder = ask.pool.region(row.member)
            if pools.is_shown(user, holder, ask.pool.level):
                holders.append(holder.label if holder else row.name)
            else:
                outside += 1
    return Gap(
        ask, line, region, found, figure, lowered, tuple(holders), outside, ranked, ranking.provisional, ""
    )


def over_time(ask: Ask, region: Region, line: Line) -> list[LinePoint]:
    """The gap to date after each month of the period."""
    ground = ground_of_pool(ask.pool, ask.period, ask.regime)
    return ground.ask(
        "distance-over-time",
        distance_over_time,
        ask.period,
        ask.named_regime,
        {"pool": ask.pool.kernel, "name": _name_in(ask.pool, region), "line": line, "by": ask.by},
    )


def _name_in(pool: OfficePool, region: Region) -> str:
    """How the pool calls a region: by code where it knows codes, else by its own name for it."""
    for at, own in pool.regions.items():
        if own.code == region.code:
            member = pool.kernel.members[at]
            return member.code or member.group + member.name
    return region.code
