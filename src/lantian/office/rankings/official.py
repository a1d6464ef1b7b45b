"""An official list beside ours: every difference with the explanations that were checked and hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lantian.ambient import Period
from lantian.ambient.ranking import Compared, OfficialList, Ranking, compare_official, read_official
from lantian.office.monitoring import figures, kernel
from lantian.office.monitoring.figures import Figure
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.rankings import asking, dust, pools, tables, words
from lantian.office.rankings.asking import Ask
from lantian.office.rankings.ground import Ground, ground_of_pool
from lantian.office.rankings.models import OfficialRanking

SETTLED = {"same", "rounding", "tie", "dust_days", "not_in_pool", "no_data_here"}


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One place in both lists. `worst`: its ranks are counted from the end."""

    label: str
    worst: bool
    their_rank: int | None
    our_rank: int | None
    rank_difference: int | None
    their_value: Decimal | None
    ours: Figure
    value_difference: Decimal | None
    codes: tuple[str, ...]
    words: str
    change: Decimal | None

    @property
    def state(self) -> str:
        """`fine`, `explained` or `open`."""
        if set(self.codes) <= words.FINE:
            return "fine"
        return "open" if words.OPEN & set(self.codes) else "explained"


@dataclass(frozen=True)
class Beside:
    """A list laid beside our ranking; `hidden` rows lie outside the reader's region."""

    record: OfficialRanking
    ask: Ask
    theirs: OfficialList
    rows: tuple[OfficialRow, ...]
    hidden: int
    counts: dict[str, int]
    regime: str
    data_version: int
    source: str
    provisional: bool
    ranking: Ranking = field(repr=False)


def beside(record: OfficialRanking, user: Any, regime: str = "") -> Beside | None:
    """Lay a kept list beside our ranking; None where its pool is not there (any more) for this person.

    Raises
    ------
    LantianError
        the file is gone or cannot be read any more
    """
    period = Period.parse(record.period)
    pool = pools.find(user, record.pool, period.last)
    if pool is None:
        return None
    theirs = read_official(record.path, period=period)
    named = regime or kernel.regime_on(period.last)
    ask = Ask(pool, period, record.by, asking.VALUE, named, False, "all", None, dust.day_list(pool, period))
    ground = ground_of_pool(pool, period, named)
    ours = tables.ranked(ask, ground.evaluation(period, named))
    found = compare_official(ours, theirs, alternatives=_dust(ask, ground), rulebook=kernel.rulebook())
    if any(_open(row) for row in found):
        found = compare_official(
            ours,
            theirs,
            alternatives=[*_dust(ask, ground), *_others(ask, ground)],
            rulebook=kernel.rulebook(),
        )
    rows: list[OfficialRow] = []
    hidden = 0
    for row in found:
        member = row.ours.member if row.ours else None
        region = pool.region(member) if member else None
        if member is not None and not pools.is_shown(user, region, pool.level):
            hidden += 1
            continue
        rows.append(_row(row, record.by, ask, ground, user))
    return Beside(
        record=record,
        ask=ask,
        theirs=theirs,
        rows=tuple(rows),
        hidden=hidden,
        counts=dict(Counter(code for row in rows for code in row.codes)),
        regime=ours.regime,
        data_version=ours.data_version,
        source=ground.source,
        provisional=ours.provisional,
        ranking=ours,
    )


def _dust(ask: Ask, ground: Ground) -> list[tuple[str, Ranking]]:
    if ask.day_list is None:
        return []
    found = ground.evaluation(ask.period, ask.regime, day_list=ask.day_list)
    return [("dust_days", tables.ranked(ask, found))]


def _others(ask: Ask, ground: Ground) -> list[tuple[str, Ranking]]:
    """Our ranking under the other regimes, and before hours were reviewed."""
    found = [
        ("regime", tables.ranked(ask, ground.evaluation(ask.period, name)))
        for name in kernel.regimes()
        if name != ask.regime
    ]
    reviewed = [commit.version for commit in kernel.lake().commits() if commit.details.get("reviews")]
    if reviewed and min(reviewed) > 1:
        before = ground.evaluation(ask.period, ask.regime, as_of=min(reviewed) - 1)
        found.append(("reviewed_data", tables.ranked(ask, before)))
    return found


def _open(row: Compared) -> bool:
    return not SETTLED & {explanation.code for explanation in row.explanations}


def _row(row: Compared, by: str, ask: Ask, ground: Ground, user: Any) -> OfficialRow:
    region = ask.pool.region(row.ours.member) if row.ours else None
    figure = Figure(None, INDICATORS[by].unit, "", why="no_data", indicator=by)
    if row.ours is not None and region is not None:
        own = tables.figures_of(ask, ground, row.ours, region)
        if own is not None:
            figure = own.of(INDICATORS[by])
            if not pools.in_scope(user, region):
                figure = figures.public(figure)
    theirs = row.theirs
    return OfficialRow(
        label=region.label if region else row.name,
        worst=bool(theirs and theirs.from_worst is not None),
        their_rank=row.their_rank,
        our_rank=row.our_rank,
        rank_difference=row.rank_difference,
        their_value=theirs.values.get(by) if theirs else None,
        ours=figure,
        value_difference=row.value_difference,
        codes=tuple(explanation.code for explanation in row.explanations),
        words=words.joined(row.explanations),
        change=theirs.change if theirs else None,
    )
