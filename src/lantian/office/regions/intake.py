"""Reading region files: what is in them, row by row, before anything is written.

Three kinds, recognised by their content:

* the carried register: columns `code,name,name_en,short,short_en,level,parent_code,tile_col,tile_row` *
divisions as the statistics bureau lists them: `code,name,level,parent_code,note`; townships have nine digits,
  and a note `functional_zone` makes a county-level row a zone
* GeoJSON: a FeatureCollection whose features carry `adcode`; adds outlines to regions that are in the
register
"""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from lantian.errors import LantianError, Refusal
from lantian.office.regions.models import Level
from lantian.office.regions.rules import CODE

NEEDED = ("code", "name", "level", "parent_code")
TEXT = ("name", "name_en", "short", "short_en")
NUMBERS = ("tile_col", "tile_row")
ZONE = "functional_zone"
LONGEST = {"name": 60, "name_en": 80, "short": 20, "short_en": 40}


@dataclass(frozen=True, slots=True)
class Row:
    """A region as one row of a file says it; `values` holds only the columns the row fills."""

    row: int
    code: str
    parent_code: str
    values: dict[str, Any]


@dataclass(slots=True)
class Content:
    """What a file holds: rows of the register, or outlines by code; and what was refused."""

    file: str
    rows: list[Row] = field(default_factory=list)
    outlines: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    read: int = 0

    def refuse(self, row: int, column: str, value: Any, code: str, reason: str) -> None:
        """Note one row as not taken."""
        self.refusals.append(Refusal(self.file, row, column, str(value)[:200], code, reason))


def read(path: Path) -> Content:
    """Read a region file.

    Raises
    ------
    LantianError
        the file as a whole is of no use: empty, not text, no known columns, broken JSON
    """
    data = path.read_bytes()
    if not data.strip():
        raise LantianError("the file is empty", where=path.name)
    text = _text(data, path.name)
    return _geojson(text, path.name) if text.lstrip().startswith("{") else _table(text, path.name)


def _text(data: bytes, name: str) -> str:
    """UTF-8 with or without byte-order mark, else the Chinese encoding that holds GBK."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise LantianError("the file is not text in UTF-8 or GBK", where=name, remedy="Save it as CSV in UTF-8.")


def _table(text: str, name: str) -> Content:
    reader = csv.DictReader(StringIO(text))
    columns = [column.strip() for column in reader.fieldnames or []]
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        raise LantianError(
            f"no column {', '.join(missing)}",
            where=f"{name} row 1",
            remedy="A region file begins with code,name,level,parent_code; a GeoJSON begins with {.",
        )
    reader.fieldnames = columns
    content = Content(name)
    seen: dict[str, int] = {}
    for raw in reader:
        number = reader.line_num
        values = {key: (value or "").strip() for key, value in raw.items() if isinstance(key, str)}
        if not any(values.values()):
            continue
        content.read += 1
        row = _row(content, number, values)
        if row is None:
            continue
        if row.code in seen:
            reason = f"code {row.code} is in row {seen[row.code]} too"
            content.refuse(number, "code", row.code, "duplicate", reason)
            continue
        seen[row.code] = number
        content.rows.append(row)
    return content


def _row(content: Content, number: int, values: dict[str, str]) -> Row | None:
    """One row checked for itself, or None when it was refused."""
    code, level = values["code"], values["level"]
    if not CODE.fullmatch(code):
        content.refuse(number, "code", code, "bad_code", f'"{code}" is not a code of six or nine digits')
        return None
    if not values["name"]:
        content.refuse(number, "name", "", "empty", "the region has no name")
        return None
    if values.get("note") == ZONE:
        level = Level.ZONE.value
    if level not in Level.values:
        reason = f'"{level}" is none of {", ".join(Level.values)}'
        content.refuse(number, "level", level, "unknown_level", reason)
        return None
    kept: dict[str, Any] = {"level": level}
    for column in TEXT:
        text = values.get(column, "")
        if len(text) > LONGEST[column]:
            content.refuse(number, column, text, "too_long", f"longer than {LONGEST[column]} characters")
            return None
        if text:
            kept[column] = text
    for column in NUMBERS:
        text = values.get(column, "")
        if not text:
            continue
        if not text.isdecimal() or int(text) > 200:
            reason = f'"{text}" is not a whole number from 0 to 200'
            content.refuse(number, column, text, "not_a_number", reason)
            return None
        kept[column] = int(text)
    return Row(number, code, values["parent_code"], kept)


def _geojson(text: str, name: str) -> Content:
    try:
        features = json.loads(text)["features"]
    except ValueError as error:
        raise LantianError(f"the JSON is broken: {error}", where=name) from None
    except KeyError:
        features = None
    if not isinstance(features, list):
        raise LantianError(
            "no list of features", where=name, remedy="A GeoJSON of regions is a FeatureCollection."
        )
    content = Content(name)
    seen: dict[str, int] = {}
    for number, given in enumerate(features, start=1):
        content.read += 1
        feature = given if isinstance(given, dict) else {}
        code = str((feature.get("properties") or {}).get("adcode") or "")
        geometry = feature.get("geometry")
        if not code:
            content.refuse(number, "adcode", "", "empty", "the feature has no adcode")
        elif code in seen:
            content.refuse(number, "adcode", code, "duplicate", f"{code} is feature {seen[code]} too")
        elif fault := _fault(geometry):
            content.refuse(number, "geometry", code, "bad_geometry", f"{code}: {fault}")
        else:
            seen[code] = number
            content.outlines.append(
                (number, code, {"type": geometry["type"], "coordinates": geometry["coordinates"]})
            )
    return content


def _fault(geometry: Any) -> str:
    """Why an outline cannot be drawn, or "". One that touches or crosses itself can be drawn."""
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        return "the outline is neither Polygon nor MultiPolygon"
    polygons = geometry.get("coordinates")
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    try:
        rings = [ring for polygon in polygons for ring in polygon]
        points = [(float(point[0]), float(point[1])) for ring in rings for point in ring]
    except (TypeError, ValueError, IndexError, KeyError):
        return "a coordinate is not a pair of numbers"
    if not rings or min(len(ring) for ring in rings) < 4:
        return "a ring has fewer than four points"
    for lon, lat in points:
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            return f"[{lon}, {lat}] is not a longitude and latitude in degrees"
    return ""
