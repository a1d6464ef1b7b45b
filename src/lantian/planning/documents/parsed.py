"""What a parser of one file type hands back."""

from __future__ import annotations

from dataclasses import dataclass, field

from lantian.planning.model import Table
from lantian.planning.notes import Note

Grid = list[list[str | tuple[int, int]]]
"""Rows of cells; a cell covered by a merged one is the (row, column) where the merged one begins."""


@dataclass(slots=True)
class Parsed:
    """Words with `\\n` line ends, spans of no sentence, tables, and what a reviewer must know."""

    text: str
    blank: tuple[tuple[int, int], ...] = ()
    tables: list[Table] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    guessed: tuple[int, ...] = ()  # which of the tables only spaces showed


class Writer:
    """Builds a text piece by piece and remembers where the cells of tables stand."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.length = 0
        self.tables: list[Table] = []

    def line(self, words: str) -> None:
        """Add a line, or several where the words hold line ends."""
        self._add(words.replace("\r\n", "\n").replace("\r", "\n") + "\n")

    def table(self, grid: Grid) -> None:
        """Add a table: cells separated by tabs, rows by line ends, no line ends inside a cell."""
        rows: list[tuple[tuple[int, int], ...]] = []
        for cells in grid:
            row: list[tuple[int, int]] = []
            for i, cell in enumerate(cells):
                if isinstance(cell, tuple):
                    above = row if cell[0] == len(rows) else rows[cell[0]]
                    row.append(above[cell[1]])
                    continue
                if i:
                    self._add("\t")
                flat = " ".join(cell.split())
                row.append((self.length, self.length + len(flat)))
                self._add(flat)
            self._add("\n")
            rows.append(tuple(row))
        self.tables.append(tuple(rows))

    @property
    def text(self) -> str:
        """All that was added."""
        return "".join(self._pieces)

    def _add(self, words: str) -> None:
        self._pieces.append(words)
        self.length += len(words)
