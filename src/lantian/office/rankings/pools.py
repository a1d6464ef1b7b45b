"""Who is ranked together: the register's cities and counties, the rulebook's pools, tables of the office.

Cities are public: whoever is signed in sees a ranking of cities whole. A ranking of counties or townships is
computed over the whole pool, so that a rank is the true one, but lists only what lies in one's own region.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.ambient.ranking import Member, Pool, pools, read_pools
from lantian.ambient.ranking import pool as kernel_pool
from lantian.errors import LantianError
from lantian.office.monitoring import kernel, sources
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.places import CityNames, station_groups
from lantian.office.people.scope import region_root
from lantian.office.rankings.models import PoolTable
from lantian.office.regions.models import Region

CITIES, COUNTIES, TOWNSHIPS, RULE, OWN = "cities", "counties", "townships", "rule", "own"
LEVELS = {CITIES: "city", COUNTIES: "county", TOWNSHIPS: "township"}
LEAST = 2


@dataclass(frozen=True, slots=True)
class PoolChoice:
    """A pool that can be chosen: `key` in addresses, `kind` for the heading it stands under."""

    key: str
    label: str
    kind: str


@dataclass(frozen=True)
class OfficePool:
    """A pool with the register's regions behind its members.

    `regions` maps a member's position to its region; a member without one has no data here. `field` are the
    regions to evaluate: more than the members where the same question then serves every page.
    """

    key: str
    label: str
    kernel: Pool
    regions: dict[int, Region] = field(repr=False)
    field: tuple[Region, ...] = field(repr=False)

    @property
    def level(self) -> str:
        return self.kernel.level

    def region(self, member: Member) -> Region | None:
        """The region of a member."""
        return next(
            (self.regions.get(at) for at, own in enumerate(self.kernel.members) if own is member), None
        )


def choices(user: Any, day: date) -> list[PoolChoice]:
    """The pools this person can choose: those that the office has data for, on a day."""
    return [*_of_register(user), *_of_rulebook(user, day), *_of_tables(user, day)]


def find(user: Any, key: str, day: date) -> OfficePool | None:
    """The pool of a key as it stands on a day; None where there is none this person can choose."""
    kind, _dash, rest = key.partition("-")
    if kind in LEVELS:
        return _register_pool(user, kind, rest)
    if kind == RULE:
        try:
            found = kernel_pool(rest, day, rulebook=kernel.rulebook())
        except LantianError:
            return None
        return _with_regions(key, found.label(get_language() or "zh"), found)
    if kind == OWN:
        return _own_pool(user, rest, day)
    return None


def default_key(region: Region | None) -> str:
    """The pool that a region is first looked for in: cities of its province, counties of its city."""
    if region is None:
        return ""
    codes = region.path.rstrip("/").split("/")
    if region.level in {"province", "city"} or len(codes) < 2:
        return f"{CITIES}-{codes[0]}"
    if region.level == "township":
        return f"{TOWNSHIPS}-{codes[2]}"
    return f"{COUNTIES}-{codes[1]}"


def keys_of(region: Region) -> list[str]:
    """The register's pools that a region is a member of, the nearest first."""
    codes = region.path.rstrip("/").split("/")
    if region.level == "city":
        return [f"{CITIES}-{codes[0]}"]
    if region.level in {"county", "zone"}:
        return [f"{COUNTIES}-{codes[1]}", f"{COUNTIES}-{codes[0]}"]
    return [f"{TOWNSHIPS}-{codes[2]}"] if region.level == "township" and len(codes) > 2 else []


def with_parents(regions: Sequence[Region]) -> list[Region]:
    """The same regions, those above them read in one go."""
    above = Region.objects.in_bulk({region.parent_id for region in regions if region.parent_id})
    for region in regions:
        region.parent = above.get(region.parent_id)
    return list(regions)


def is_shown(user: Any, region: Region | None, level: str) -> bool:
    """Whether a row of a ranking may be shown to this person: cities are public, the rest by scope."""
    if level == "city":
        return True
    root = region_root(user)
    if root is None:
        return False
    return root == "" or (region is not None and region.path.startswith(root))


def in_scope(user: Any, region: Region) -> bool:
    """Whether the pages of a region are open to this person."""
    root = region_root(user)
    return root is not None and region.path.startswith(root)


def _of_register(user: Any) -> Iterator[PoolChoice]:
    for province in _provinces(user):
        yield PoolChoice(f"{CITIES}-{province.code}", _label(province, CITIES), CITIES)
        counties = sources.pool(province.path, "county")
        measured = set(station_groups(counties).values())
        if len(measured) >= LEAST:
            yield PoolChoice(f"{COUNTIES}-{province.code}", _label(province, COUNTIES), COUNTIES)
        for city in _cities(user, province):
            if (
                sum(code in measured for code in (c.code for c in counties if c.path.startswith(city.path)))
                > 1
            ):
                yield PoolChoice(f"{COUNTIES}-{city.code}", _label(city, COUNTIES), COUNTIES)
        if Station.objects.counted("township").filter(region__path__startswith=province.path).exists():
            for county in _own(user, [c for c in counties if c.level == "county"]):
                if len(set(station_groups(sources.pool(county.path, "township")).values())) >= LEAST:
                    yield PoolChoice(f"{TOWNSHIPS}-{county.code}", _label(county, TOWNSHIPS), TOWNSHIPS)


def _of_rulebook(user: Any, day: date) -> Iterator[PoolChoice]:
    """Pools of the rulebook of which the feed, or the register's stations, hold at least half."""
    lake = kernel.lake()
    fed = {
        place.place
        for kind in (kernel.CITY_HOUR, kernel.CITY_DAY)
        if kind in lake.kinds()
        for place in lake.places(kind)
    }
    counties: set[str] = set()
    for province in _provinces(user):
        counties |= set(station_groups(sources.pool(province.path, "county")).values())
    for found in pools(day, rulebook=kernel.rulebook()):
        if found.level == "city":
            held = len(found.names().match((place, place) for place in fed).found) if fed else 0
            if found.key == "shanxi_cities":
                continue  # the register has the same eleven
        else:
            held = sum(member.code in counties for member in found.members)
            if found.complete:
                continue  # the register's own list of the same units
        if held >= LEAST and 2 * held >= len(found.members):
            yield PoolChoice(f"{RULE}-{found.key}", found.label(get_language() or "zh"), RULE)


def _of_tables(user: Any, day: date) -> Iterator[PoolChoice]:
    for table in PoolTable.objects.visible_to(user):
        for name, own in _read(table).items():
            if own.on(day):
                yield PoolChoice(f"{OWN}-{table.pk}-{name}", name, OWN)


def _read(table: PoolTable) -> dict[str, Any]:
    try:
        # The file lies under its hash: a pool named as the file bears the name it came with.
        found = read_pools(table.path).pools
    except LantianError:
        return {}
    stem = table.name.rpartition(".")[0]
    return {stem if name == table.path.stem else name: own for name, own in found.items()}


def names_of(table: PoolTable) -> list[tuple[str, str, int]]:
    """The pools of a table: key, name, how many units it has at any time."""
    return [
        (f"{OWN}-{table.pk}-{name}", name, len({stay.member for stay in own.stays}))
        for name, own in _read(table).items()
    ]


def _own_pool(user: Any, rest: str, day: date) -> OfficePool | None:
    number, _dash, name = rest.partition("-")
    table = PoolTable.objects.visible_to(user).filter(pk=int(number) if number.isdecimal() else 0).first()
    own = _read(table).get(name) if table else None
    members = own.on(day) if own else ()
    if table is None or own is None or not members:
        return None
    found = Pool(name, name, name, own.level, members, None, None, table.document or table.name, True, True)
    return _with_regions(f"{OWN}-{rest}", name, found)


def _register_pool(user: Any, kind: str, code: str) -> OfficePool | None:
    root = region_root(user)
    above = Region.objects.filter(code=code, valid_to__isnull=True).first()
    if above is None or root is None or not (above.path.startswith(root) or root.startswith(above.path)):
        return None
    regions = with_parents(sources.pool(above.path, LEVELS[kind]))
    if not regions:
        return None
    members = tuple(
        Member(
            region.name,
            region.code,
            region.parent.name if kind == COUNTIES and region.parent else "",
            (region.short,) if region.short else (),
        )
        for region in regions
    )
    label = _label(above, kind)
    pool = Pool(f"{kind}-{code}", label, label, LEVELS[kind], members, None, None, "", True, True)
    return OfficePool(
        pool.key, pool.zh, pool, dict(enumerate(regions)), tuple(with_parents(sources.pool_of(regions[0])))
    )


def _with_regions(key: str, label: str, found: Pool) -> OfficePool:
    by_code = {
        region.code: region
        for region in Region.objects.filter(
            code__in=[member.code for member in found.members if member.code], valid_to__isnull=True
        )
    }
    cities = CityNames() if found.level == "city" else None
    named = _by_name(found) if found.level != "city" else {}
    regions: dict[int, Region] = {}
    for at, member in enumerate(found.members):
        region = by_code.get(member.code)
        if region is None and cities is not None:
            region = next((r for name in (member.name, *member.aliases) if (r := cities.find(name))), None)
        if region is None:
            region = named.get(at)
        if region is not None:
            regions[at] = region
    with_parents(list(regions.values()))
    # The office's stations answer by code, the feed by name: a member found in the register has both.
    members = tuple(
        replace(member, code=regions[at].code) if at in regions else member
        for at, member in enumerate(found.members)
    )
    every = with_parents(_field(list(regions.values())))
    return OfficePool(key, label, replace(found, members=members), regions, tuple(every))


def _by_name(found: Pool) -> dict[int, Region]:
    """Regions of members without a code, by name where the register's name is one member's only."""
    levels = ("county", "zone") if found.level == "county" else (found.level,)
    known = list(Region.objects.filter(level__in=levels, valid_to__isnull=True).select_related("parent"))
    names = found.names()
    matched: dict[int, Region] = {}
    for region in known:
        over = region.parent.name if region.parent else ""
        at = names.find(region.code, over + region.name, region.name)
        if len(at) == 1:
            matched.setdefault(next(iter(at)), region)
    return matched


def _field(regions: Sequence[Region]) -> list[Region]:
    """The regions to evaluate for these: all of their level in their provinces, asked for together."""
    every: dict[str, Region] = {}
    for root in dict.fromkeys((sources.ancestor_path(r, "province"), r.level) for r in regions):
        every |= {region.code: region for region in sources.pool(*root)}
    return list(every.values())


def _provinces(user: Any) -> list[Region]:
    root = region_root(user)
    if root is None:
        return []
    found = Region.objects.filter(level="province", valid_to__isnull=True).order_by("code")
    return list(found.filter(code=root.split("/")[0]) if root else found)


def _cities(user: Any, province: Region) -> list[Region]:
    root = region_root(user) or ""
    cities = sources.pool(province.path, "city")
    return [city for city in cities if city.path.startswith(root) or root.startswith(city.path)]


def _own(user: Any, regions: Sequence[Region]) -> list[Region]:
    root = region_root(user) or ""
    return [region for region in regions if region.path.startswith(root) or root.startswith(region.path)]


def _label(above: Region, kind: str) -> str:
    words = {
        CITIES: _("Cities of %(region)s"),
        COUNTIES: _("Counties of %(region)s"),
        TOWNSHIPS: _("Townships of %(region)s"),
    }
    return words[kind] % {"region": above.label}
