"""Regions of cities: 2+36, 汾渭平原, a province, the 339 cities. Their figures are means of the cities'.

Who belongs to a region depends on the date and comes from the one who asks; dated pools are in
`lantian.ambient.ranking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Unpack

from lantian.ambient.asking import Asked, book_of, named_regime
from lantian.ambient.evaluation import evaluate
from lantian.ambient.exact import half_even
from lantian.ambient.figures import FIGURES, INDEX, printed, unrounded
from lantian.ambient.period import Period
from lantian.ambient.records import PlaceEvaluation
from lantian.ambient.rules import distinct
from lantian.errors import LantianError, Refusal
from lantian.lake import Lake
from lantian.rulebook import Rule
from lantian.sheets import Field, SheetRow, read_sheet

TREE = "ambient.attainment.region"


@dataclass(frozen=True, slots=True)
class Region:
    """The figures of one region.

    `figures`: so2 no2 pm10 pm2_5 co o3_8h [µg/m³; CO mg/m³] and composite_index, None where no city has it;
    `cities` how many cities each is the mean of. `good_days`, `heavy_days` mean days a city; `good_ratio`,
    `heavy_ratio` [%]. `missing`: members without any figure; `short`: members with too few days for some
    statistic.
    """

    region: str
    members: tuple[str, ...]
    figures: dict[str, Decimal | None]
    cities: dict[str, int]
    good_days: Decimal | None
    heavy_days: Decimal | None
    good_ratio: Decimal | None
    heavy_ratio: Decimal | None
    missing: tuple[str, ...]
    short: tuple[str, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """`members_missing:2`, `few_days`."""
        found = [f"members_missing:{len(self.missing)}"] if self.missing else []
        return (*found, *(("few_days",) if self.short else ()))


@dataclass(frozen=True, slots=True)
class RegionalEvaluation:
    """Every region of a period, in the order they were asked."""

    period: Period
    regime: str
    data_version: int
    source: str
    rows: list[Region]
    rules: tuple[Rule, ...] = field(repr=False)


def evaluate_regions(
    lake: Lake, period: Period, regions: Mapping[str, Iterable[str]], **asked: Unpack[Asked]
) -> RegionalEvaluation:
    """The mean of cities' figures, per region.

    Parameters
    ----------
    lake, period
        as for `evaluate`, and so are `level`, `regime`, `groups`, `as_of`, `rulebook`, `day_list`, `engine`
    regions
        places of each region, by the region's name; a place may be in several

    Returns
    -------
    a member that the lake has nothing of is named in `missing` and left out of the mean

    Raises
    ------
    LantianError
        a region without members; else as `evaluate`

    Notes
    -----
    No text says how a region's figure is rounded (`ambient.attainment.region.inputs`, not verified): the mean
    of the published figures, rounded once, half to even; the index is the mean of indices, not that of means.
    """
    members = {region: tuple(dict.fromkeys(places)) for region, places in regions.items()}
    empty = [region for region, places in members.items() if not places]
    if empty:
        raise LantianError(f"no places belong to {', '.join(empty)}", remedy="Name its places.")
    book = book_of(asked)
    wanted = {place for places in members.values() for place in places}
    options: Asked = {**asked, "places": wanted}
    found = evaluate(lake, period, **options)
    regime = named_regime(period, asked)
    inputs = book.rule(f"{TREE}.inputs", on=period.last, regime=regime)
    decimals = book.rule("ambient.statistics.decimals.statistics", on=period.last, regime=regime)
    index = book.rule("ambient.composite.decimals.index", on=period.last, regime=regime)
    share = book.rule("ambient.statistics.decimals.evaluation", on=period.last, regime=regime)
    places = {**{str(k): int(v) for k, v in decimals.table.items()}, INDEX: index.integer}
    ratio = int(share.table["attainment_rate"])
    by_place = {row.place: row for row in found.rows}
    rows = [
        _region(region, names, by_place, places, ratio, published=inputs.text == "published")
        for region, names in members.items()
    ]
    return RegionalEvaluation(
        period=period,
        regime=found.regime,
        data_version=found.data_version,
        source=found.source,
        rows=rows,
        rules=distinct([*found.rules, inputs, decimals, index, share]),
    )


def read_groups(path: Path) -> tuple[dict[str, str], list[Refusal]]:
    """Who belongs where, from a table with a column place (站点, 城市 …) and one group (分组, 区县, 区域 …).

    Returns
    -------
    group by member, for the level `group`; and the rows that could not be taken: without a member or a group,
    or a member that another row has put elsewhere

    Raises
    ------
    LantianError
        as `lantian.sheets.read_sheet`; no row could be taken
    """
    found: dict[str, str] = {}
    pairs, refused = _pairs(path)
    for row, place, group in pairs:
        if found.setdefault(place, group) != group:
            refused.append(row.refusal("group", "two_groups", f"{place} is already in {found[place]}."))
    return found, sorted(refused, key=lambda refusal: refusal.row or 0)


def read_regions(path: Path) -> tuple[dict[str, tuple[str, ...]], list[Refusal]]:
    """Members by region, from the same table; a member may belong to several regions."""
    found: dict[str, list[str]] = {}
    pairs, refused = _pairs(path)
    for _, place, region in pairs:
        found.setdefault(region, []).append(place)
    return {region: tuple(dict.fromkeys(places)) for region, places in found.items()}, refused


GROUP_FIELDS = (
    Field(
        "place", ("station", "member", "city", "code", "站点", "站点编码", "监测点", "点位", "城市", "成员")
    ),
    Field("group", ("region", "county", "township", "park", "zone", "分组", "区县", "乡镇", "园区", "区域")),
)


def _pairs(path: Path) -> tuple[list[tuple[SheetRow, str, str]], list[Refusal]]:
    found: list[tuple[SheetRow, str, str]] = []
    refused: list[Refusal] = []
    for row in read_sheet(path, GROUP_FIELDS).rows:
        place, group = row.text("place"), row.text("group")
        if place is None or group is None:
            empty = "place" if place is None else "group"
            refused.append(row.refusal(empty, "empty", "The cell is empty."))
        else:
            found.append((row, place, group))
    if not found:
        raise LantianError("no row names a place and its group", where=path.name, remedy="Fill both columns.")
    return found, refused


def _region(
    region: str,
    names: tuple[str, ...],
    by_place: Mapping[str, PlaceEvaluation],
    places: Mapping[str, int],
    ratio: int,
    *,
    published: bool,
) -> Region:
    rows = [by_place[name] for name in names if name in by_place]
    there = [row for row in rows if any(own.value is not None for own in row.statistics.values())]
    figures: dict[str, Decimal | None] = {}
    cities: dict[str, int] = {}
    for figure in FIGURES:
        values = [
            Fraction(value)
            for row in there
            if (value := (printed if published else unrounded)(row, figure)) is not None
        ]
        mean = _mean(values)
        figures[figure] = None if mean is None else half_even(mean, places[figure])
        cities[figure] = len(values)
    counted = [row for row in there if row.days_used]
    good = _mean([Fraction(row.good_days, row.days_used) for row in counted])
    heavy = _mean([Fraction(row.heavy_days, row.days_used) for row in counted])
    good_days = _mean([Fraction(row.good_days) for row in counted])
    heavy_days = _mean([Fraction(row.heavy_days) for row in counted])
    present = {row.place for row in there}
    return Region(
        region=region,
        members=names,
        figures=figures,
        cities=cities,
        good_days=None if good_days is None else half_even(good_days, 1),
        heavy_days=None if heavy_days is None else half_even(heavy_days, 1),
        good_ratio=None if good is None else half_even(100 * good, ratio),
        heavy_ratio=None if heavy is None else half_even(100 * heavy, ratio),
        missing=tuple(name for name in names if name not in present),
        short=tuple(row.place for row in there if "few_days" in row.marks),
    )


def _mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None
