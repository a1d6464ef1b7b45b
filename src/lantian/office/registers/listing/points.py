"""Records as points over the outlines of regions, drawn without any other host; many of them in groups.

Up to a thousand records are points of their own; beyond that the database counts them in the squares of a
grid, and a click on a group asks for its square.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import Count, ExpressionWrapper, F, FloatField, Func, Max, Min, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from lantian.office.frame.tiles import rings
from lantian.office.registers.listing.asking import Asked, with_related

WIDTH, TALLEST = 960.0, 760.0
MOST_POINTS = 1000
SQUARES = 26  # across the drawing
LEAST_SPAN = 0.02  # [°] what a single point is drawn in
EDGE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north [°]."""

    west: float
    south: float
    east: float
    north: float

    @property
    def inside(self) -> Q:
        """The records whose position lies in it."""
        return Q(lon__gte=self.west, lon__lte=self.east, lat__gte=self.south, lat__lte=self.north)


@dataclass(frozen=True, slots=True)
class Point:
    """A record or a group of them: where, how large, what it is called, where it leads to."""

    x: float
    y: float
    r: float
    title: str
    url: str = ""
    tone: str = ""
    number: int = 0
    box: str = ""


@dataclass(slots=True)
class Drawing:
    """Outlines, names and points in a frame of `width` × `height`, with what could not be drawn."""

    width: float
    height: float
    outlines: list[str] = field(default_factory=list)
    names: list[tuple[float, float, str]] = field(default_factory=list)
    lines: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    grouped: bool = False
    placed: int = 0
    unplaced: int = 0
    outside: int = 0


def draw(asked: Asked, regions: list[Any]) -> Drawing:
    """Draw the records asked for.

    Parameters
    ----------
    asked
        the question; with a range of longitude and latitude the drawing is of that square
    regions
        those whose outlines stand below the points, where they have one
    """
    rows = asked.rows.order_by()
    span = rows.aggregate(
        n=Count("pk"),
        placed=Count("lon"),
        west=Min("lon"),
        east=Max("lon"),
        south=Min("lat"),
        north=Max("lat"),
    )
    outlined = [region for region in regions if region.geometry]
    box = _asked_box(asked) or _box_of(outlined) or _box_of_points(span)
    made = Drawing(WIDTH, WIDTH / 2, placed=span["placed"], unplaced=span["n"] - span["placed"])
    if box is None:
        return made
    plane = _Plane(box)
    made.width, made.height = plane.width, plane.height
    made.lines = [] if outlined else list(plane.lines())
    for region in outlined:
        made.outlines.append(plane.outline(region))
        made.names.append((*plane.middle(region), region.short_label))
    here = rows.filter(lon__isnull=False).filter(box.inside)
    number = here.count() if span["placed"] else 0
    made.outside = span["placed"] - number
    made.grouped = number > MOST_POINTS
    made.points = list(_groups(here, plane) if made.grouped else _points(asked, here, plane))
    return made


class _Plane:
    """Degrees to places in the drawing: plate carrée, squeezed at the middle latitude."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.squeeze = math.cos(math.radians((box.south + box.north) / 2))
        wide, high = (box.east - box.west) * self.squeeze, box.north - box.south
        self.scale = min(WIDTH / wide, TALLEST / high)
        self.width, self.height = round(wide * self.scale, 1), round(high * self.scale, 1)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a position stands."""
        x = (lon - self.box.west) * self.squeeze * self.scale
        return round(x, 1), round((self.box.north - lat) * self.scale, 1)

    def lines(self) -> Iterator[tuple[float, float, float, float, str]]:
        """A few lines of longitude and latitude, where no outline says where one is."""
        size = max(self.box.east - self.box.west, self.box.north - self.box.south) / 5
        ten = 10 ** math.floor(math.log10(size))
        step = next(ten * one for one in (1, 2, 5, 10) if ten * one >= size)
        places = max(0, -math.floor(math.log10(step)))
        for n in range(math.ceil(self.box.west / step), math.floor(self.box.east / step) + 1):
            x, _y = self.at(n * step, self.box.north)
            yield x, 0.0, x, self.height, f"{n * step:.{places}f}°"
        for n in range(math.ceil(self.box.south / step), math.floor(self.box.north / step) + 1):
            _x, y = self.at(self.box.west, n * step)
            yield 0.0, y, self.width, y, f"{n * step:.{places}f}°"

    def outline(self, region: Any) -> str:
        """The path of a region's outline."""
        return "".join(
            "M" + "L".join("{} {}".format(*self.at(lon, lat)) for lon, lat in ring) + "Z"
            for ring in rings(region.geometry)
        )

    def middle(self, region: Any) -> tuple[float, float]:
        """Where its name stands."""
        ring = max(rings(region.geometry), key=len)
        xs, ys = [lon for lon, _lat in ring], [lat for _lon, lat in ring]
        return self.at((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)


def _points(asked: Asked, rows: QuerySet[Any], plane: _Plane) -> Iterator[Point]:
    for row in with_related(asked.ledger, rows).order_by("pk"):
        x, y = plane.at(float(row.lon), float(row.lat))
        tone = "late" if row.is_late else "" if row.is_open else "closed"
        title = "\n".join(filter(None, (str(row), row.region.label, row.status_label)))
        yield Point(x, y, 6.0, title, row.get_absolute_url(), tone)


class _Whole(Func):
    """The whole number not above a number that is not negative."""

    function = "FLOOR"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **more)


def _groups(rows: QuerySet[Any], plane: _Plane) -> Iterator[Point]:
    """The squares of a grid with how many records lie in each."""
    box = plane.box
    step = (box.east - box.west) / SQUARES
    down = step * plane.squeeze

    def square(name: str, start: float, size: float) -> Any:
        place = ExpressionWrapper((Cast(F(name), FloatField()) - start) / size, output_field=FloatField())
        return _Whole(place, output_field=FloatField())

    found = (
        rows.annotate(col=square("lon", box.west, step), line=square("lat", box.south, down))
        .values_list("col", "line")
        .annotate(n=Count("pk"))
        .order_by()
    )
    cells = [(int(col), int(line), n) for col, line, n in found]
    most = max((n for _col, _line, n in cells), default=1)
    side = step * plane.squeeze * plane.scale
    for col, line, n in sorted(cells, key=lambda cell: cell[2]):
        west, south = box.west + col * step, box.south + line * down
        x, y = plane.at(west + step / 2, south + down / 2)
        ends = ("lon_from", west), ("lon_to", west + step), ("lat_from", south), ("lat_to", south + down)
        asked = "&".join(f"{name}={_rounded(value, name)}" for name, value in ends)
        r = round(max(7.0, side / 2 * math.sqrt(n / most)), 1)
        yield Point(x, y, r, _("%(n)s records") % {"n": n}, number=n, box=asked)


def _rounded(value: float, name: str) -> str:
    """An edge of a square, outwards, so that nothing at its edge is lost."""
    how = ROUND_FLOOR if name.endswith("_from") else ROUND_CEILING
    return format(Decimal(repr(value)).quantize(EDGE, how), "f")


def _asked_box(asked: Asked) -> Box | None:
    ends = [asked.wish.get(name) for name in ("lon_from", "lat_from", "lon_to", "lat_to")]
    if not all(ends):
        return None
    west, south, east, north = (float(Decimal(end[0])) for end in ends if end)
    return Box(west, south, east, north) if west < east and south < north else None


def _box_of(regions: list[Any]) -> Box | None:
    points = [point for region in regions for ring in rings(region.geometry) for point in ring]
    if not points:
        return None
    lons, lats = [lon for lon, _lat in points], [lat for _lon, lat in points]
    return _wider(min(lons), min(lats), max(lons), max(lats))


def _box_of_points(span: dict[str, Any]) -> Box | None:
    if not span["placed"]:
        return None
    return _wider(*(float(span[end]) for end in ("west", "south", "east", "north")))


def _wider(west: float, south: float, east: float, north: float) -> Box:
    """With some room around it, and never without width or height."""
    wide, high = max(east - west, LEAST_SPAN) * 0.04, max(north - south, LEAST_SPAN) * 0.04
    return Box(west - wide, south - high, east + wide, north + high)
