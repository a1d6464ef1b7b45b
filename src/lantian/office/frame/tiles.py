"""The map: squares on a schematic grid, or outlines where a GeoJSON was loaded.

No boundary file is needed: every city and county has its own square (`Region.tile_col`, `tile_row`), placed
so that neighbours stay near each other. When every region of a map has a geometry, the outlines are drawn
instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 640.0
GREY = "#e4e9ee"
INKS = ("#12263a", "#ffffff")


@dataclass(frozen=True, slots=True)
class Tile:
    """What a region shows on a map.

    Parameters
    ----------
    text
        the figure, "" without one
    colour
        `#rrggbb`, from the rulebook for AQI levels; "" for no data
    title
        said on hover and read to the blind: name, figure, unit, level
    url
        where a click goes; the region's page when empty
    """

    text: str = ""
    colour: str = ""
    title: str = ""
    url: str = ""

    @property
    def ink(self) -> str:
        """Dark or white, whichever reads better on the colour."""
        return ink_on(self.colour or GREY)


@dataclass(frozen=True, slots=True)
class Cell:
    """A region on the map with its tile and its place: grid cell, or outline and where its name stands."""

    region: Any
    tile: Tile
    col: int = 0
    row: int = 0
    outline: str = ""
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Map:
    """Cells of a map and its size, `outlined` when they are outlines."""

    cells: Sequence[Cell]
    outlined: bool
    width: float
    height: float


def lay_out(regions: Iterable[Any], values: Mapping[str, Tile] | None = None) -> Map:
    """Place regions on a map.

    Parameters
    ----------
    regions
        `Region` rows; those with neither tile nor geometry are left out
    values
        region code → what it shows
    """
    values = values or {}
    rows = list(regions)
    if rows and all(row.geometry for row in rows):
        return _outlined(rows, values)
    placed = [row for row in rows if row.tile_col is not None and row.tile_row is not None]
    if not placed:
        return Map([], False, 0, 0)
    left, top = min(row.tile_col for row in placed), min(row.tile_row for row in placed)
    cells = [
        Cell(row, values.get(row.code, Tile()), row.tile_col - left + 1, row.tile_row - top + 1)
        for row in placed
    ]
    return Map(cells, False, max(cell.col for cell in cells), max(cell.row for cell in cells))


def _outlined(rows: list[Any], values: Mapping[str, Tile]) -> Map:
    points = [point for row in rows for ring in rings(row.geometry) for point in ring]
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, 1e-6)

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - west) * squeeze * scale, (north - point[1]) * scale

    cells = []
    for row in rows:
        drawn = [[at(point) for point in ring] for ring in rings(row.geometry)]
        largest = max(drawn, key=lambda ring: abs(_area(ring)))
        xs, ys = [x for x, _ in largest], [y for _, y in largest]
        outline = "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in drawn if len(ring) > 2
        )
        centre = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        cells.append(
            Cell(
                row,
                values.get(row.code, Tile()),
                outline=outline,
                x=round(centre[0], 1),
                y=round(centre[1], 1),
            )
        )
    return Map(cells, True, WIDTH, round((north - south) * scale, 1))


def rings(geometry: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    """Every ring of a Polygon or MultiPolygon as (longitude, latitude) [°]."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]


def _area(ring: list[tuple[float, float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def ink_on(colour: str) -> str:
    """The ink that reads better on `#rrggbb`: the one with more contrast by the formula of WCAG 2."""

    def contrast(ink: str) -> float:
        dark, bright = sorted((_luminance(ink), _luminance(colour)))
        return (bright + 0.05) / (dark + 0.05)

    return max(INKS, key=contrast)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
