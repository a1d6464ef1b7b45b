"""The figures of a bulletin, frozen: everything its page and papers show, and the kernel's snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lantian import __version__, ambient
from lantian.ambient import Period
from lantian.ambient.changes import Snapshot
from lantian.ambient.ranking import rank
from lantian.errors import LantianError
from lantian.office.bulletins import sums
from lantian.office.bulletins.files import MAIN, PAST, RAW
from lantian.office.monitoring import kernel
from lantian.office.monitoring.indicators import STATISTICS
from lantian.office.monitoring.kept import code_version
from lantian.office.rankings import dust
from lantian.office.rankings.ground import Ground, ground_of_pool
from lantian.office.rankings.pools import OfficePool
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import Comparison, PlaceEvaluation
    from lantian.ambient.events import DayList
    from lantian.ambient.ranking import Ranking, RankRow

FORMAT = 1
TRIES = 3


@dataclass(frozen=True)
class Frozen:
    """What a bulletin keeps: `body` as plain values without its words, and snapshots by name."""

    body: dict[str, Any]
    snapshots: dict[str, Snapshot] = field(repr=False)


def freeze(pool: OfficePool, region: Region, period: Period, regime: str) -> Frozen:
    """The figures of a pool as they are now.

    Parameters
    ----------
    pool
        whose figures
    region
        to which the bulletin belongs
    period, regime
        a named regime: both years are computed under it

    Raises
    ------
    LantianError
        nothing of the pool has a figure, or data keep coming in while it is computed
    """
    for _try in range(TRIES):
        version = kernel.data_version()
        found = _freeze(pool, region, period, regime, version)
        if kernel.data_version() == version:
            return found
    raise LantianError(_("new data came in while the figures were frozen"), remedy=_("Freeze them again."))


def listed_days(pool: OfficePool, period: Period) -> DayList | None:
    """The event days that are active for a bulletin: of its period and of the year before, not between."""
    from lantian.ambient.events import DayList

    past = period.previous_year()
    found = dust.day_list(pool, Period(past.first, period.last))
    if found is None:
        return None
    touching = (found.within(span.first, span.last).entries for span in (past, period))
    entries = tuple(dict.fromkeys(entry for listed in touching for entry in listed))
    return DayList(entries, found.source) if entries else None


def _freeze(pool: OfficePool, region: Region, period: Period, regime: str, version: int) -> Frozen:
    ground = ground_of_pool(pool, period, regime)
    day_list = listed_days(pool, period)
    sides = {MAIN: _Side.of(pool, ground, period, regime, day_list)}
    if day_list is not None:
        sides[RAW] = _Side.of(pool, ground, period, regime, None)
    main = sides[MAIN]
    if not any(row.evaluation for row in main.ranking.rows):
        raise LantianError(
            _("there is nothing of these units in %(period)s") % {"period": period.label},
            remedy=_("Choose another period."),
        )
    places = {row.place for row in main.ranking.rows if row.place}
    body: dict[str, Any] = {
        "format": FORMAT,
        "lantian": __version__,
        "code": code_version(),
        "pool": {"key": pool.key, "label": pool.kernel.label("zh"), "size": pool.kernel.size},
        "region": {"code": region.code, "name": region.name, "name_en": region.name_en},
        "period": period.label,
        "against": main.compared.against.label,
        "regime": regime,
        "level": pool.level,
        "source": ground.source,
        "groups": None if ground.groups is None else dict(ground.groups),
        "data_version": version,
        "rulebook": kernel.rulebook().digest,
        "rules_unverified": len({rule.path for rule in main.compared.rules if not rule.verified}),
        "day_list": day_list.as_dict() if day_list is not None else None,
        "rows": [main.row(row, sides.get(RAW)) for row in main.ranking.rows],
        "mean": sums.means(region, pool, main.compared, ground),
        "days": sums.days(ground, period, regime, places, day_list),
        "attainment": sums.attainment(ground, period, regime, places, day_list),
    }
    return Frozen(body, snapshots(ground, period, regime, version, day_list))


def snapshots(
    ground: Ground, period: Period, regime: str, version: int, day_list: DayList | None
) -> dict[str, Snapshot]:
    """The kernel's snapshots: of the period, of the year before, and with all days where a list is active."""
    book = kernel.rulebook()

    def taken(span: Period, days: DayList | None) -> Snapshot:
        plain = Snapshot.of(kernel.lake(), as_of=version, rulebook=book, day_list=days)
        return plain.frozen(kernel.lake(), span, level=ground.level, regime=regime, groups=ground.groups)

    found = {MAIN: taken(period, day_list), PAST: taken(period.previous_year(), day_list)}
    if day_list is not None:
        found[RAW] = taken(period, None)
    return found


@dataclass(frozen=True)
class _Side:
    """The figures with one treatment of event days: now and a year before, both ranked in the pool."""

    ground: Ground
    compared: Comparison
    ranking: Ranking
    earlier: Mapping[str, int | None]

    @classmethod
    def of(
        cls, pool: OfficePool, ground: Ground, period: Period, regime: str, day_list: DayList | None
    ) -> _Side:
        compared = ground.ask("compare", ambient.compare, period, regime, day_list=day_list)
        now, then = (
            rank(found, pool.kernel, by="composite_index", rulebook=kernel.rulebook())
            for found in (compared.now, compared.then)
        )
        earlier = {row.place: row.rank for row in then.rows if row.place}
        return cls(ground, compared, now, earlier)

    def row(self, row: RankRow, raw: _Side | None) -> dict[str, Any]:
        """One unit as plain values, with its figures of all days beside where a list takes days out."""
        region = self.ground.region(row.place)
        name = row.name
        told: dict[str, Any] = {
            "code": region.code if region else "",
            "place": row.place or "",
            "name": region.name if region else name,
            "name_en": (region.name_en if region else "") or name,
            "city": _city(region),
            **self.figures(row),
        }
        if raw is not None:
            other = next((one for one in raw.ranking.rows if one.member == row.member), None)
            told["raw"] = raw.figures(other) if other else None
        return told

    def figures(self, row: RankRow) -> dict[str, Any]:
        """The figures of a ranked unit as plain values; text for numbers, so that no digit is lost."""
        found = row.evaluation
        change = self.compared.place(row.place) if row.place else None
        return {
            "rank": row.rank,
            "tied": row.tied,
            "rank_before": self.earlier.get(row.place) if row.place else None,
            "index": _text(row.value),
            "index_change": _text(change.changes["composite_index"].rate) if change else None,
            "statistics": _statistics(found),
            "changes": {key: _text(change.changes[key].rate) if change else None for key in STATISTICS},
            "good_days": found.good_days if found else None,
            "heavy_days": found.heavy_days if found else None,
            "days_used": found.days_used if found else 0,
            "days_in_period": found.days_in_period if found else 0,
            "good_days_change": change.good_days if change else None,
            "heavy_days_change": change.heavy_days if change else None,
            "parts": {key: _text(part) for key, part in found.parts.items()} if found else {},
            "marks": list(row.marks),
            "why": row.why,
        }


def _statistics(found: PlaceEvaluation | None) -> dict[str, dict[str, Any]]:
    if found is None:
        return {}
    return {
        key: {"value": _text(own.value), "valid": own.valid, "why": own.why}
        for key, own in found.statistics.items()
        if key in STATISTICS
    }


def _city(region: Region | None) -> str:
    if region is None or region.level == "city" or region.parent is None:
        return ""
    return str(region.parent.short or region.parent.name)


def _text(value: Decimal | int | None) -> str | None:
    return None if value is None else str(value)
