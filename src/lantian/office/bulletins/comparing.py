"""What changed since a bulletin: every figure that moved, before and after, and why.

The kernel finds the causes (`lantian.ambient.changes`). Added here: the rank within the bulletin's own units,
the change on the year (which last year's data move too), and stations that count for another unit since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lantian.ambient import Period, change_rate
from lantian.ambient.changes import Cause, Change, Snapshot, changes
from lantian.ambient.changes.figures import AQI, INDEX, ORDER, RANK, Figures, figures_of
from lantian.ambient.provenance import touches
from lantian.ambient.sources import KINDS, ORIGINS
from lantian.office.bulletins import files, freezing
from lantian.office.bulletins.files import MAIN, PAST, RAW
from lantian.office.bulletins.models import Bulletin
from lantian.office.monitoring import kernel
from lantian.office.monitoring.figures import competition_ranks
from lantian.office.monitoring.kept import code_version, kept
from lantian.office.rankings import pools
from lantian.office.rankings.ground import Ground, ground_of_pool

if TYPE_CHECKING:
    from lantian.ambient.events import DayList

RATE = "change_rate"
REGISTER = "register"
FIGURES = (*ORDER[: ORDER.index(INDEX) + 1], RATE, RANK, "good_days", "heavy_days", "days_used", AQI)


@dataclass(frozen=True)
class Line:
    """One figure that moved. `figure` as in the kernel's `Change`, and `change_rate` of the index."""

    code: str
    place: str
    figure: str
    date: date | None
    before: str | None
    after: str | None
    causes: tuple[Cause, ...] = field(repr=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its causes, each once."""
        return tuple(dict.fromkeys(cause.kind for cause in self.causes))


@dataclass(frozen=True)
class Now:
    """What figures stand on now: list of event days, and stations of each unit."""

    day_list: DayList | None
    ground: Ground | None


def now_of(bulletin: Bulletin) -> Now:
    """The present list and ground of a bulletin's units; no ground where the pool is no longer there."""
    pool = pool_of(bulletin)
    if pool is None:
        return Now(None, None)
    day_list = freezing.listed_days(pool, bulletin.span)
    return Now(day_list, ground_of_pool(pool, bulletin.span, bulletin.regime))


def pool_of(bulletin: Bulletin) -> pools.OfficePool | None:
    """The units of a bulletin as the register has them now."""
    return pools.find(_Office(), bulletin.pool, bulletin.span.last)


@dataclass(frozen=True, slots=True)
class _Office:
    """Who looks a bulletin's units up again: the office itself. What is shown of them was decided when the
    bulletin was frozen, and by who may read it.
    """

    is_authenticated: bool = True
    is_active: bool = True
    is_superuser: bool = True


def is_untouched(bulletin: Bulletin, now: Now) -> bool:
    """Whether nothing that a bulletin stands on has changed; costs no computation of figures."""
    body = bulletin.body
    return (
        body["code"] == code_version()
        and body["rulebook"] == kernel.rulebook().digest
        and _list_digest(body["day_list"]) == (now.day_list.digest if now.day_list else "")
        and not _new_versions(bulletin)
        and not stations_moved(bulletin, now)
    )


def _new_versions(bulletin: Bulletin) -> list[int]:
    """Versions after the bulletin that may hold rows of its period or of the year before."""
    if kernel.data_version() == bulletin.data_version:
        return []
    lake, spans = kernel.lake(), (bulletin.span, bulletin.span.previous_year())
    level = files_level(bulletin)
    return [
        commit.version
        for kind in dict.fromkeys(KINDS[origin] for origin in ORIGINS[level])
        for commit in lake.commits(kind)
        if commit.version > bulletin.data_version and any(touches(commit, span) for span in spans)
    ]


def files_level(bulletin: Bulletin) -> str:
    """How the kernel was asked: by groups of stations, or by cities of a feed."""
    return "group" if bulletin.body["groups"] is not None else "city"


def stations_moved(bulletin: Bulletin, now: Now) -> dict[str, dict[str, list[str]]]:
    """Stations that count for a unit since (`added`) or no longer (`removed`), by code of the unit."""
    before = bulletin.body["groups"]
    after = now.ground.groups if now.ground is not None else before
    if before is None or after is None:
        return {}
    own = {row["place"] for row in bulletin.body["rows"]}
    found: dict[str, dict[str, list[str]]] = {}
    for station in sorted(before.keys() | after.keys()):
        was, has = before.get(station), after.get(station)
        if was != has:
            if was in own:
                found.setdefault(was, {"added": [], "removed": []})["removed"].append(station)
            if has in own:
                found.setdefault(has, {"added": [], "removed": []})["added"].append(station)
    return found


def moved(bulletin: Bulletin, side: str = MAIN) -> list[Line]:
    """Every figure of a bulletin that is another one now; nothing is computed when nothing has changed.

    Parameters
    ----------
    side
        `main`, or `raw`: the figures with all days, where a list of event days was active

    Raises
    ------
    LantianError
        a frozen file is gone
    """
    now = now_of(bulletin)
    if is_untouched(bulletin, now):
        return []
    side = side if side in bulletin.snapshots and side != PAST else MAIN
    key = (
        bulletin.hash,
        side,
        kernel.rulebook().digest,
        now.day_list.digest if now.day_list else "",
        sorted((now.ground.groups or {}).items()) if now.ground else "",
    )
    return kept("bulletin-changes", kernel.data_version(), key, lambda: _moved(bulletin, side, now))


def _moved(bulletin: Bulletin, side: str, now: Now) -> list[Line]:
    before = files.snapshot_of(bulletin, side)
    past = files.snapshot_of(bulletin, PAST)
    day_list = None if side == RAW else now.day_list
    after = Snapshot.of(kernel.lake(), rulebook=kernel.rulebook(), day_list=day_list)
    then = _Frozen.of(bulletin, side, before)
    spans = (bulletin.span, bulletin.span.previous_year())
    found = _found(before, after, spans[0], bulletin)
    if side == RAW:
        # The year before was frozen as the main figures have it; with all days it is computed anew.
        past = replace(past, day_list=None, bulletin=None)
    earlier = _found(past, after, spans[1], bulletin)
    registers = {code: Cause(REGISTER, "", told) for code, told in stations_moved(bulletin, now).items()}
    groups = now.ground.groups if registers and now.ground else bulletin.body["groups"]
    present = [_figures(after, span, bulletin, groups) for span in spans]
    return _Lines(bulletin, then, found, earlier, present[0], present[1], registers).all()


def _found(
    before: Snapshot, after: Snapshot, span: Period, bulletin: Bulletin
) -> dict[tuple[Any, ...], Change]:
    listed = changes(
        kernel.lake(), span, before=before, after=after, level=files_level(bulletin), regime=bulletin.regime,
        groups=bulletin.body["groups"],
    )  # fmt: skip
    return {(one.place, one.figure, one.date.isoformat() if one.date else None): one for one in listed}


def _figures(state: Snapshot, span: Period, bulletin: Bulletin, groups: Mapping[str, str] | None) -> Figures:
    return figures_of(
        kernel.lake(), span, level=files_level(bulletin), regime=bulletin.regime, groups=groups,
        version=state.version, book=state.rulebook, day_list=state.day_list,
    )  # fmt: skip


@dataclass(frozen=True)
class _Frozen:
    """The figures of the bulletin's own table that the kernel's snapshot does not hold: ranks and changes."""

    codes: dict[str, str]
    ranks: dict[str, int | None]
    rates: dict[str, str | None]
    printed: Mapping[tuple[str, str, str | None], str | None]

    @classmethod
    def of(cls, bulletin: Bulletin, side: str, snapshot: Snapshot) -> _Frozen:
        rows = [row for row in bulletin.body["rows"] if row["place"]]
        own = {row["place"]: (row.get(RAW) or row) if side == RAW else row for row in rows}
        return cls(
            {row["place"]: row["code"] for row in rows},
            {place: row["rank"] for place, row in own.items()},
            {place: row["index_change"] for place, row in own.items()},
            snapshot.bulletin.figures if snapshot.bulletin else {},
        )


@dataclass
class _Lines:
    bulletin: Bulletin
    then: _Frozen
    found: Mapping[tuple[Any, ...], Change]
    earlier: Mapping[tuple[Any, ...], Change]
    now: Figures
    year_before: Figures
    registers: Mapping[str, Cause]

    def all(self) -> list[Line]:
        lines = [*self._of_kernel(), *self._rates(), *self._ranks()]
        place_order = {place: at for at, place in enumerate(self.then.codes)}
        return sorted(
            lines, key=lambda one: (place_order[one.place], FIGURES.index(one.figure), str(one.date or ""))
        )

    def _of_kernel(self) -> Iterable[Line]:
        keys = self.then.printed.keys() | self.now.printed.keys()
        for key in keys:
            place, figure, _day = key
            if place not in self.then.codes or figure == RANK:
                continue
            before, after = self.then.printed.get(key), self.now.printed.get(key)
            if before == after:
                continue
            own = self.found.get(key)
            causes = list(own.causes) if own else []
            if own is None or own.after != after:
                causes += self._register(place)
            yield self._line(key, before, after, causes)

    def _rates(self) -> Iterable[Line]:
        """The change on the year moves with the index of either year."""
        for place in self.then.codes:
            key = (place, INDEX, None)
            now, past = self.now.printed.get(key), self.year_before.printed.get(key)
            after = None
            if now is not None and past is not None:
                rate = change_rate(
                    Decimal(past), Decimal(now), regime=self.bulletin.regime, rulebook=kernel.rulebook()
                )
                after = None if rate is None else str(rate)
            before = self.then.rates[place]
            if before == after:
                continue
            causes = [*self._causes(self.found, key), *self._causes(self.earlier, key)]
            yield self._line(
                (place, RATE, None), before, after, causes or self._register(place) or _unknown()
            )

    def _ranks(self) -> Iterable[Line]:
        """The rank among the bulletin's own units, from the printed indices."""
        indices = {place: self.now.printed.get((place, INDEX, None)) for place in self.then.codes}
        ranks = competition_ranks({p: None if one is None else Decimal(one) for p, one in indices.items()})
        for place in self.then.codes:
            before, after = self.then.ranks[place], ranks.get(place)
            if before == after:
                continue
            causes = list(self._causes(self.found, (place, INDEX, None)))
            passed = [
                other
                for other in self.then.codes
                if other != place
                and _stands(self.then.ranks[other], before) != _stands(ranks.get(other), after)
            ]
            others = Cause("others", "", {"places": passed})
            yield self._line(
                (place, RANK, None), _text(before), _text(after), [*causes, *([others] if passed else [])]
            )

    def _causes(self, found: Mapping[tuple[Any, ...], Change], key: tuple[Any, ...]) -> Iterable[Cause]:
        own = found.get(key)
        return own.causes if own else ()

    def _register(self, place: str) -> list[Cause]:
        own = self.registers.get(place)
        return [own] if own is not None else list(self.registers.values())[:1]

    def _line(
        self, key: tuple[str, str, str | None], before: str | None, after: str | None, causes: Iterable[Cause]
    ) -> Line:
        place, figure, day = key
        return Line(
            self.then.codes[place],
            place,
            figure,
            date.fromisoformat(day) if day else None,
            before,
            after,
            tuple({(one.kind, repr(sorted(one.detail.items(), key=str))): one for one in causes}.values()),
        )


def _unknown() -> list[Cause]:
    return [Cause("program", "", {"frozen_by": "", "recomputed": None})]


def _stands(one: int | None, other: int | None) -> int:
    pair = [(rank is None, rank or 0) for rank in (one, other)]
    return (pair[0] > pair[1]) - (pair[0] < pair[1])


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _list_digest(body: Mapping[str, Any] | None) -> str:
    if body is None:
        return ""
    from lantian.ambient.events import DayList

    return DayList.from_dict(body).digest
