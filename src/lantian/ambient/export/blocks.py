"""What an exported page consists of: headings, lines, tables. Text and HTML are made from the same blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is the page's."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `kind` is text, formula, or mark (something to be known)."""

    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Result:
    """The figure itself."""

    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: `kind` is empty, missing, picked (one that decides), doubt, or tight (not to be broken)."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head. `shape` is wide (across the page), facts (names and values), narrow (several stand
    side by side) or grid (small equal cells).
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shape: str = "wide"
    numbers: bool = False


Block = Heading | Line | Result | Table


def row(*cells: object) -> tuple[Cell, ...]:
    """A row out of texts and cells."""
    return tuple(
        cell if isinstance(cell, Cell) else Cell("" if cell is None else str(cell)) for cell in cells
    )


def chunks(cells: Sequence[Cell], width: int) -> tuple[tuple[Cell, ...], ...]:
    """Cells in rows of `width`, the last one filled up with empty ones."""
    filled = [*cells, *(Cell("") for _ in range(-len(cells) % width))]
    return tuple(tuple(filled[start : start + width]) for start in range(0, len(filled), width))
