"""The tile map: each region's figure, coloured by the level its concentration would have as a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.ambient import Period, iaqi
from lantian.office.frame.tiles import Tile
from lantian.office.monitoring import figures, kernel, series, words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.regions.models import Region

NOW = "aqi"


@dataclass(frozen=True, slots=True)
class ColouredMap:
    """A map ready for `{% tiles %}`; `choices` are what it can be coloured by."""

    regions: Sequence[Region]
    tiles: dict[str, Tile]
    chosen: str
    label: str
    choices: list[tuple[str, str]]


def map_of(region: Region, chosen: str, period: Period, regime: str) -> ColouredMap:
    """The map of the regions a ranking shows, or of a county alone, coloured by `chosen`."""
    shown, are_peers = figures.regions_to_rank(region)
    return map_of_regions(shown or [region], chosen, period, regime, public=are_peers)


def map_of_regions(
    regions: Sequence[Region], chosen: str, period: Period, regime: str, *, public: bool = False
) -> ColouredMap:
    """A map of regions of one level, coloured by `chosen`.

    `chosen` is `aqi` (the newest hour) or one of the six statistics of `period`. Statistics take the
    colour of the level which the same concentration would have as a day; the scale has no colours of its
    own for longer means. A public map leads to the public pages of its cities.
    """
    choices = [(NOW, _("AQI now")), *((key, INDICATORS[key].short) for key in STATISTICS)]
    if chosen not in dict(choices):
        chosen = "pm2_5"
    tiles = _now(regions, public) if chosen == NOW else _statistic(regions, chosen, period, regime, public)
    label = dict(choices)[chosen] + ("" if chosen == NOW else f", {period.label}")
    return ColouredMap(regions, tiles, chosen, label, choices)


def _now(regions: Sequence[Region], public: bool) -> dict[str, Tile]:
    tiles = {}
    for code, hour in series.now_of(regions).items():
        badge = words.badge(series.level_of_index(hour.aqi))
        region = next(region for region in regions if region.code == code)
        if badge:
            tiles[code] = Tile(
                str(hour.aqi),
                badge.colour,
                f"{region.label}: AQI {hour.aqi}, {badge.word}",
                _url(region, public),
            )
    return tiles


def _statistic(
    regions: Sequence[Region], key: str, period: Period, regime: str, public: bool
) -> dict[str, Tile]:
    tiles = {}
    for code, row in figures.evaluate_regions(regions, period, regime).items():
        figure = row.figure(key)
        if figure is None or figure.value is None:
            continue
        averaging = "8h" if key == "o3_8h" else "day"
        index = iaqi(key, figure.value, averaging, regime=regime, on=period.last, rulebook=kernel.rulebook())
        badge = words.badge(series.level_of_index(index))
        title = f"{row.region.label}: {figure.value} {figure.unit}" + (f", {badge.word}" if badge else "")
        tiles[code] = Tile(
            str(figure.value), badge.colour if badge else "", title, _url(row.region, public, figure.url)
        )
    return tiles


def _url(region: Region, public: bool, own: str = "") -> str:
    if public:
        return reverse("portal:city", args=[region.code])
    return own or reverse("regions:page", args=[region.code])
