"""What a parser of one file type hands back."""

from __future__ import annotations

from dataclasses import dataclass, field

from lantian.planning.model import Table


@dataclass(slots=True)
class Parsed:
    """Words with `\\n` line ends, spans of no sentence, tables, and what a reviewer must know."""

    text: str
    blank: tuple[tuple[int, int], ...] = ()
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Writer:
    """Builds a text piece by piece and remembers where the cells of tables stand."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.length = 0
        self.tables: list[Table] = []

    def line(self, words: str) -> None:
        self._add(words.replace("\r\n", "\n").replace("\r", "\n") + "\n")

    def table(self, rows: list[list[str]]) -> None:
        """Cells are separated by tabs, rows by line ends; line ends inside a cell become spaces."""
        kept = []
        for row in rows:
            cells = []
            for i, words in enumerate(row):
                if i:
                    self._add("\t")
                flat = " ".join(words.split())
                cells.append((self.length, self.length + len(flat)))
                self._add(flat)
            self._add("\n")
            kept.append(tuple(cells))
        self.tables.append(tuple(kept))

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def _add(self, words: str) -> None:
        self._pieces.append(words)
        self.length += len(words)
