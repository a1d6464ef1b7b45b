"""Which days an outlook stands on: those that the office's figures are made of, past years included.

All regions of a level in a province are read together, as `monitoring.figures` evaluates them: how much years
differ is learned from all of them, and a rank needs its rivals. Each year takes its days from stations or
from the feed of city means, as the figures do; so an office whose stations began lately has past years too.
No database is asked once a `Field` is made: the long work can be done in the background.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient import Period
from lantian.ambient.asking import Asked, days_asked
from lantian.ambient.choosing import Part
from lantian.ambient.outlook import outlook
from lantian.ambient.outlook.answers import answer
from lantian.ambient.outlook.ground import Ground, ground_of
from lantian.ambient.outlook.history import History, history_of, past_periods
from lantian.ambient.outlook.result import Outlook
from lantian.ambient.outlook.settings import Settings
from lantian.ambient.outlook.target import Target
from lantian.ambient.ranking import Member, Pool
from lantian.ambient.sources import CITY_OF_STATIONS
from lantian.office.monitoring import kernel, sources
from lantian.office.monitoring.kept import kept
from lantian.office.monitoring.places import feed_names, station_groups
from lantian.office.outlook.province import province_outlook
from lantian.office.regions.models import Region

Step = Callable[[str, int, int], None]
"""Told what is being done, how far, of how many."""
IN_MEMORY = 6


@dataclass(frozen=True)
class Field:
    """All regions of a level in a province, and what the lake calls them.

    `groups`: station to region code; `names`: name in a feed to region code; `members`: code to the Chinese
    name and the region above.
    """

    level: str
    root: str
    groups: Mapping[str, str]
    names: Mapping[str, str]
    members: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, region: Region) -> Field:
        """The field a region stands in; a province stands on its cities."""
        province = region.level == "province"
        regions = sources.pool(region.path, "city") if province else sources.pool_of(region)
        above = {each.pk: each.name for each in Region.objects.filter(pk__in={r.parent_id for r in regions})}
        return cls(
            regions[0].level if regions else region.level,
            sources.ancestor_path(region, "province"),
            station_groups(regions),
            feed_names(regions),
            {each.code: (each.name, above.get(each.parent_id, "")) for each in regions},
        )

    @property
    def digest(self) -> str:
        """Tells fields apart that hold other stations or regions."""
        text = repr(
            (
                self.level,
                self.root,
                sorted(self.groups.items()),
                sorted(self.names.items()),
                sorted(self.members),
            )
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def pool(self) -> Pool:
        """Its regions as a pool to be ranked."""
        members = tuple(Member(name, code, above) for code, (name, above) in self.members.items())
        return Pool(self.root, self.root, self.root, self.level, members, None, None, "", True, True)


@dataclass(frozen=True)
class Question:
    """A field, a period and the last day known, under one regime: what many outlooks share."""

    field: Field
    period: Period
    day: date
    regime: str

    @property
    def key(self) -> tuple[object, ...]:
        return (
            str(kernel.lake_path()),
            kernel.data_version(),
            kernel.rulebook().digest,
            self.field.digest,
            self.period.label,
            self.day,
            self.regime,
        )


@dataclass(frozen=True)
class Ask:
    """One outlook wanted: the region's code, the target, and among whom a rank counts.

    `province`: its name where the region is one. `fed`: a rank among cities of the national feed, this region
    by the name it has there; it is foretold from the feed and not from the field.
    """

    code: str
    target: Target
    pool: Pool | None = None
    province: str = ""
    fed: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        members = tuple(member.code or member.name for member in self.pool.members) if self.pool else None
        return (
            self.code,
            self.target.indicator,
            self.target.text,
            self.target.period.label,
            self.fed,
            members,
        )


def answers(question: Question, asks: Sequence[Ask], step: Step | None = None) -> list[Outlook]:
    """The outlooks asked for, in order; computed once for these data, rules and day."""
    tell = step or (lambda what, done, of: None)

    def compute() -> list[Outlook]:
        ground = grounds(question, tell)
        found = []
        for number, ask in enumerate(asks):
            tell("answers", number, len(asks))
            if ask.fed:
                found.append(_among_the_nation(question, ask))
            elif ask.province:
                found.append(province_outlook(ground, ask.target, ask.code, ask.province))
            else:
                found.append(replace(answer(ground, ask.target, ask.code, ask.pool), rules=()))
        return found

    arguments = (*question.key[2:], own_code(), [ask.key for ask in asks])
    return kept("outlook", kernel.data_version(), arguments, compute)


def _among_the_nation(question: Question, ask: Ask) -> Outlook:
    found = outlook(
        kernel.lake(),
        ask.target,
        ask.fed,
        as_of_day=question.day,
        pool=ask.pool,
        level="city",
        **_ruled(question),
    )
    return replace(found, place=ask.code, rules=())


@cache
def own_code() -> str:
    """A digest of this module: a kept outlook does not outlive a change of how days are chosen."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]


_histories: OrderedDict[tuple[object, ...], History] = OrderedDict()
_grounds: OrderedDict[tuple[object, ...], Ground] = OrderedDict()
_lock = threading.RLock()


def grounds(question: Question, step: Step | None = None) -> Ground:
    """The possible years of a field, drawn once and kept in memory."""
    with _lock:
        found = _grounds.get(question.key)
        if found is None:
            days = history(question, step)
            (step or (lambda what, done, of: None))("draw", 0, 0)
            found = ground_of(
                days,
                question.period,
                as_of_day=question.day,
                regime=question.regime,
                rulebook=kernel.rulebook(),
            )
            _grounds[question.key] = found
        _remember(_grounds, question.key)
        return found


def forget() -> None:
    """Drop what is kept in memory (tests)."""
    with _lock:
        _histories.clear()
        _grounds.clear()


def history(question: Question, step: Step | None = None) -> History:
    """The days of a field in the period up to the day, and of the years before it."""
    with _lock:
        found = _histories.get(question.key)
        if found is None:
            found = _read(question, step or (lambda what, done, of: None))
            _histories[question.key] = found
        _remember(_histories, question.key)
        return found


def _remember(
    kept_ones: OrderedDict[tuple[object, ...], object] | OrderedDict, key: tuple[object, ...]
) -> None:
    kept_ones.move_to_end(key)
    while len(kept_ones) > IN_MEMORY:
        kept_ones.popitem(last=False)


def _read(question: Question, step: Step) -> History:
    years = Settings.of(kernel.rulebook(), question.period.last).years
    starts = [past.first for past in past_periods(question.period, years)]
    spans = [
        Period(start, end - timedelta(days=1))
        for start, end in zip(reversed(starts), [*reversed(starts[:-1]), question.period.first], strict=True)
    ]
    known = question.period.within(question.period.first, question.day)
    parts: list[Part] = []
    spans += [known] if known else []
    for number, span in enumerate(spans):
        step("days", number, len(spans))
        parts.extend(_span(question, span))
    found = history_of(parts, starts[-1], min(question.day, question.period.last))
    return replace(found, names=tuple(question.field.members[code][0] for code in found.places))


def _span(question: Question, span: Period) -> list[Part]:
    """The days of one year, each region from one source; for cities all of them from the same."""
    by_stations, by_feed = _by_stations(question, span), _by_feed(question, span)
    if question.field.level == "city":
        covered = sum(map(_judged, by_stations))
        return by_stations if covered and covered >= sum(map(_judged, by_feed)) else by_feed
    own = {code for part in by_stations for code in part.table["key"].unique().to_pylist()}
    return [*(_only(part, own, keep=False) for part in by_feed), *by_stations]


def _by_stations(question: Question, span: Period) -> list[Part]:
    field = question.field
    if not field.groups or kernel.STATION_HOUR not in kernel.lake().kinds():
        return []
    asked: Asked = {"level": "group", "groups": field.groups, **_ruled(question)}
    return days_asked(kernel.lake(), span, asked).parts


def _by_feed(question: Question, span: Period) -> list[Part]:
    if not {kernel.CITY_HOUR, kernel.CITY_DAY} & set(kernel.lake().kinds()):
        return []
    asked: Asked = {"level": "city", **_ruled(question)}
    found = []
    for part in days_asked(kernel.lake(), span, asked).parts:
        if part.origin != CITY_OF_STATIONS:
            codes = [question.field.names.get(name) for name in part.table["key"].to_pylist()]
            at = part.table.schema.get_field_index("key")
            table = part.table.set_column(at, "key", pa.array(codes, pa.string()))
            found.append(replace(part, table=table.filter(pc.is_valid(table["key"]))))
    return found


def _ruled(question: Question) -> Asked:
    return {"regime": question.regime, "rulebook": kernel.rulebook()}


def _judged(part: Part) -> int:
    """Days with a valid AQI."""
    return part.table.num_rows - part.table["good"].null_count


def _only(part: Part, keys: set[str], *, keep: bool) -> Part:
    inside = pc.is_in(part.table["key"], pa.array(sorted(keys), pa.string()))
    return replace(part, table=part.table.filter(inside if keep else pc.invert(inside)))
