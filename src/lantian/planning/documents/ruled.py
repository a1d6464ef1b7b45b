"""Tables of a PDF page that are drawn with lines: the lines give the cells, the characters fall into them."""

from __future__ import annotations

from ctypes import byref, c_float
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2
from pypdfium2 import raw

from lantian.planning.documents.parsed import Grid

_NEAR = 3.0  # points within which two lines are one: a rule drawn as a thin box has two edges
_SHORTEST = 4.0  # points; shorter strokes are ornaments

Chars = list[tuple[float, float, float, str]]  # centre x, centre y, height, character


@dataclass(slots=True)
class Ruled:
    """A table on a page: its top and bottom in points from the page's foot, its columns, its cells."""

    top: float
    bottom: float
    columns: tuple[float, ...]
    grid: Grid


@dataclass(slots=True)
class _Rules:
    """Straight lines: of a horizontal one (y, left, right), of a vertical one (x, bottom, top)."""

    across: list[tuple[float, float, float]]
    down: list[tuple[float, float, float]]


def ruled_tables(page: pypdfium2.PdfPage, words: pypdfium2.PdfTextPage) -> list[Ruled]:
    """The ruled tables of a page from top to bottom; none where fewer than two rows and columns are drawn."""
    rules = _rules(page)
    if len(rules.across) < 3 or len(rules.down) < 3:
        return []
    xs, ys = _lines(rules.down), sorted(_lines(rules.across), reverse=True)
    runs: list[list[tuple[float, float, tuple[float, ...]]]] = [[]]
    for top, bottom in pairwise(ys):
        middle = (top + bottom) / 2
        walls = tuple(x for x in xs if _crosses(rules.down, x, middle))
        if len(walls) >= 2 and top - bottom > _SHORTEST:
            runs[-1].append((top, bottom, walls))
        elif runs[-1]:
            runs.append([])
    chars: Chars | None = None
    found: list[Ruled] = []
    for run in runs:
        if len(run) < 2 or max(len(walls) for *_, walls in run) < 3:
            continue
        chars = characters(words) if chars is None else chars
        columns = tuple(sorted({x for *_, walls in run for x in walls}))
        found.append(Ruled(run[0][0], run[-1][1], columns, _grid(run, columns, rules, chars)))
    return found


def _grid(
    run: list[tuple[float, float, tuple[float, ...]]],
    columns: tuple[float, ...],
    rules: _Rules,
    chars: Chars,
) -> Grid:
    grid: Grid = []
    origins: dict[tuple[float, float], tuple[int, int]] = {}  # of the row above: cell's walls to its place
    bottoms: dict[tuple[int, int], float] = {}
    boxes: dict[tuple[int, int], tuple[float, float, float]] = {}
    for r, (top, bottom, walls) in enumerate(run):
        row: list[str | tuple[int, int]] = [""] * (len(columns) - 1)
        current: dict[tuple[float, float], tuple[int, int]] = {}
        for left, right in pairwise(walls):
            slots = [i for i, x in enumerate(columns[:-1]) if left <= x < right]
            above = origins.get((left, right))
            open_above = above is not None and not _crosses(rules.across, top, (left + right) / 2)
            place = above if above is not None and open_above else (r, slots[0])
            current[left, right] = place
            bottoms[place] = bottom
            boxes.setdefault(place, (left, right, top))
            for slot in slots:
                row[slot] = place if (r, slot) != place else ""
        origins = current
        grid.append(row)
    inside: dict[tuple[int, int], Chars] = {place: [] for place in boxes}
    for char in chars:
        beside = [p for p, (_, _, top) in boxes.items() if bottoms[p] < char[1] <= top]
        if beside:
            # Words wider than their cell stand outside every cell: they belong to the nearest.
            inside[min(beside, key=lambda p: _outside(char[0], boxes[p]))].append(char)
    for (r, slot), held in inside.items():
        grid[r][slot] = in_order(held)
    return grid


def _outside(x: float, box: tuple[float, float, float]) -> float:
    """How far a place lies outside a cell's walls."""
    return max(box[0] - x, x - box[1], 0.0)


def in_order(chars: Chars) -> str:
    """The words of a cell, line by line; lines of Chinese join without a space."""
    lines: list[Chars] = []
    for char in sorted(chars, key=lambda c: -c[1]):
        if lines and abs(lines[-1][-1][1] - char[1]) < 0.6 * max(char[2], lines[-1][-1][2], 1.0):
            lines[-1].append(char)
        else:
            lines.append([char])
    words = ""
    for line in lines:
        said = "".join(c[3] for c in sorted(line, key=lambda c: c[0])).strip()
        between = " " if words[-1:].isascii() and words[-1:].isalpha() and said[:1].isascii() else ""
        words += between + said
    return words


def characters(words: pypdfium2.PdfTextPage) -> Chars:
    """Every visible character of a page with the middle of its box."""
    found: Chars = []
    for index in range(words.count_chars()):
        said = words.get_text_range(index, 1)
        if not said or said.isspace() or said in "\x00\x02\ufffe\uffff":
            continue
        left, bottom, right, top = words.get_charbox(index, loose=True)
        found.append(((left + right) / 2, (bottom + top) / 2, top - bottom, said))
    return found


def _rules(page: pypdfium2.PdfPage) -> _Rules:
    """All horizontal and vertical strokes of a page, box edges included."""
    rules = _Rules([], [])
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=3):
        matrix = item.get_matrix()
        points = [matrix.on_point(*point) for point in _points(item)]
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(y0 - y1) < 1 and abs(x0 - x1) > _SHORTEST:
                rules.across.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x0 - x1) < 1 and abs(y0 - y1) > _SHORTEST:
                rules.down.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return rules


def _points(item: Any) -> list[tuple[float, float]]:
    """The corners of a path; a sub-path that closes comes back to its beginning."""
    points: list[tuple[float, float]] = []
    begun = (0.0, 0.0)
    x, y = c_float(), c_float()
    for index in range(max(raw.FPDFPath_CountSegments(item), 0)):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        raw.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        point = (x.value, y.value)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            # A diagonal stroke is no rule: the jump to a new sub-path only seldom looks like one.
            points.append((float("nan"), float("nan")))
            begun = point
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(begun)
    return points


def _lines(strokes: list[tuple[float, float, float]]) -> list[float]:
    """The places of strokes, those that stand together taken as one, ascending."""
    places: list[list[float]] = []
    for place in sorted(stroke[0] for stroke in strokes):
        if places and place - places[-1][-1] <= _NEAR:
            places[-1].append(place)
        else:
            places.append([place])
    return [sum(group) / len(group) for group in places]


def _crosses(strokes: list[tuple[float, float, float]], place: float, at: float) -> bool:
    """Does a stroke stand at `place` and reach over `at`?"""
    return any(abs(p - place) <= _NEAR and low - _NEAR <= at <= high + _NEAR for p, low, high in strokes)
