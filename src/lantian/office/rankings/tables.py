"""A ranking as pages, exports and the API show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lantian import ambient
from lantian.ambient.ranking import Member, Ranking, RankRow, rank, rank_change
from lantian.office.monitoring import figures, kernel
from lantian.office.monitoring.figures import Figure, RegionFigures
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.rankings import asking, pools
from lantian.office.rankings.asking import Ask
from lantian.office.rankings.ground import Ground, ground_of_pool
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import Evaluation
    from lantian.ambient.ranking import ChangeRanking, ChangeRow


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of a ranking. `rank` and `end` count from the best and from the worst; `lowest` is how far
    down the true rank may lie while others have no data. `change` [%] of the figure ranked by; `other_rank`
    the rank with all days where dust days are taken out. `open`: whether the region's page is the reader's.
    """

    label: str
    city: str
    code: str
    rank: int | None
    end: int | None
    tied: int
    lowest: int | None
    value: Figure
    index: Figure
    statistics: tuple[Figure, ...]
    good_days: Figure
    good: Decimal | None
    days_used: int
    days_in_period: int
    change: Decimal | None
    left_out: bool
    other_rank: int | None
    parts: Mapping[str, Decimal]
    marks: tuple[str, ...]
    why: str | None
    open: bool


@dataclass(frozen=True)
class Table:
    """A ranking with everything a page says around it.

    `hidden`: units outside the reader's region, ranked but not listed. `missing`: those without a value;
    `unknown`: units nobody can name.
    """

    ask: Ask
    source: str
    regime: str
    change_regime: str
    data_version: int
    size: int
    ranked: int
    rows: tuple[Row, ...]
    listed: int
    hidden: int
    missing: tuple[str, ...]
    unknown: int
    ambiguous: tuple[str, ...]
    provisional: bool
    left_out: tuple[str, ...]
    document: str
    document_verified: bool
    unverified: int
    ranking: Ranking = field(repr=False)

    @property
    def ties(self) -> bool:
        return any(row.tied > 1 for row in self.rows)


def table(ask: Ask, user: Any) -> Table:
    """Rank the pool as asked, every row that this person may see in its place."""
    ground = ground_of_pool(ask.pool, ask.period, ask.regime)
    found = ground.evaluation(ask.period, ask.regime, day_list=ask.excluded, as_of=ask.as_of)
    ranking = ranked(ask, found)
    changes = _changes(ask, ground)
    others: dict[str, int | None] = {}
    if ask.without:
        whole = ranked(ask, ground.evaluation(ask.period, ask.regime, as_of=ask.as_of))
        others = {row.place: row.rank for row in whole.rows if row.place}
    maker = _Maker(ask, user, ground, changes, others)
    every = [maker.row(row) for row in ranking.rows]
    if ask.order == asking.CHANGE:
        every = maker.by_change(every)
    visible = [row for row, shown in every if shown]
    if len({row.city for row in visible}) == 1:
        visible = [replace(row, city="") for row in visible]  # one city's counties need not say so
    rows = _shown(visible, ask.show)
    return Table(
        ask=ask,
        source=ground.source,
        regime=ranking.regime,
        change_regime=changes.regime,
        data_version=ranking.data_version,
        size=ranking.pool.size,
        ranked=sum(row.rank is not None for row in ranking.rows),
        rows=tuple(rows),
        listed=len(visible),
        hidden=len(every) - len(visible),
        missing=tuple(row.label for row in visible if row.rank is None and not row.left_out),
        unknown=ranking.unknown,
        ambiguous=ranking.ambiguous,
        provisional=ranking.provisional,
        left_out=tuple(row.label for row in visible if row.left_out),
        document=ranking.pool.document if ask.pool.kernel.rule or ask.pool.key.startswith(pools.OWN) else "",
        document_verified=ranking.pool.verified,
        unverified=len({rule.path for rule in ranking.unverified}),
        ranking=ranking,
    )


def ranked(ask: Ask, found: Evaluation, by: str = "") -> Ranking:
    """The kernel's ranking of the pool."""
    return rank(found, ask.pool.kernel, by=by or ask.by, rulebook=kernel.rulebook())


def _changes(ask: Ask, ground: Ground) -> ChangeRanking:
    by = ask.by if ask.by in asking.FIGURES else "composite_index"
    compared = ground.ask(
        "compare", ambient.compare, ask.period, ask.named_regime, day_list=ask.excluded, as_of=ask.as_of
    )
    return rank_change(compared, ask.pool.kernel, by=by, rulebook=kernel.rulebook())


@dataclass
class _Maker:
    ask: Ask
    user: Any
    ground: Ground
    changes: ChangeRanking
    others: Mapping[str, int | None]
    by_member: dict[Member, ChangeRow] = field(init=False)
    positions: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.by_member = {row.member: row for row in self.changes.rows}
        self.positions = {id(member): at for at, member in enumerate(self.ask.pool.kernel.members)}

    def row(self, own: RankRow) -> tuple[Row, bool]:
        """One row, and whether this person may see it."""
        region = self.ground.region(own.place) or self.ask.pool.regions.get(self.positions[id(own.member)])
        shown = pools.is_shown(self.user, region, self.ask.pool.level)
        change = self.by_member.get(own.member)
        row = figures_of(self.ask, self.ground, own, region)
        open_page = region is not None and pools.in_scope(self.user, region)
        return (
            Row(
                label=region.label if region else own.name,
                city=_city(region, own),
                code=region.code if region else "",
                rank=own.rank,
                end=own.from_worst,
                tied=own.tied,
                lowest=own.lowest if own.lowest != own.rank else None,
                value=self.linked(row, self.ask.by, region),
                index=self.linked(row, "composite_index", region),
                statistics=tuple(self.linked(row, key, region) for key in STATISTICS),
                good_days=self.linked(row, "good_days_ratio", region),
                good=row.of(INDICATORS["good_days"]).value if row else None,
                days_used=row.days_used if row else 0,
                days_in_period=row.days_in_period if row else self.ask.period.days,
                change=change.change if change else None,
                left_out=False,
                other_rank=self.others.get(own.place or ""),
                parts=own.evaluation.parts if own.evaluation else {},
                marks=own.marks,
                why=own.why,
                open=open_page,
            ),
            shown,
        )

    def linked(self, row: RegionFigures | None, key: str, region: Region | None) -> Figure:
        """A figure with the address of the explanation that this person may open."""
        if row is None:
            return Figure(None, INDICATORS[key].unit, "", why="no_data", indicator=key)
        found = row.of(INDICATORS[key])
        if region is not None and not pools.in_scope(self.user, region):
            return figures.public(found) if region.level == "city" else replace(found, url="")
        return found

    def by_change(self, every: list[tuple[Row, bool]]) -> list[tuple[Row, bool]]:
        """The same rows in the order of the change, with its ranks; those that attain are not worsening."""
        by_code = {self._key(row.member): row for row in self.changes.rows}
        found = []
        for row, shown in every:
            own = by_code[row.code or row.label]
            ranks = {"rank": own.rank, "end": own.from_worst, "tied": own.tied, "left_out": own.left_out}
            found.append((replace(row, lowest=None, **ranks), shown))
        return sorted(found, key=lambda pair: (pair[0].rank is None, pair[0].rank or 0))

    def _key(self, member: Member) -> str:
        region = self.ask.pool.regions.get(self.positions[id(member)])
        return region.code if region else member.name


def figures_of(ask: Ask, ground: Ground, own: RankRow, region: Region | None) -> RegionFigures | None:
    """The figures of a ranked place in the office's own shape; None without data."""
    found = own.evaluation
    if found is None or region is None:
        return None
    return RegionFigures(
        region,
        ask.period,
        ask.regime,
        ground.source,
        found.statistics,
        found.composite_index,
        own.rank,
        found.good_days,
        found.heavy_days,
        found.days_used,
        found.days_in_period,
        tuple(found.marks),
    )


def _city(region: Region | None, own: RankRow) -> str:
    if region is not None and region.level != "city" and region.parent is not None:
        return region.parent.short_label
    return own.member.group if region is None else ""


def _shown(rows: list[Row], show: str) -> list[Row]:
    """All, the best or the worst of them; more where places tie at the edge, the worst first."""
    side, _dash, number = show.partition("-")
    if side == "best":
        return [row for row in rows if row.rank is not None and row.rank <= int(number)]
    if side == "worst":
        found = [row for row in rows if row.end is not None and row.end <= int(number)]
        return sorted(found, key=lambda row: row.end or 0)
    return rows
