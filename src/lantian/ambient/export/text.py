"""Blocks as plain text, for a terminal or a mail."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from lantian.ambient.export.blocks import Block, Heading, Line, Result, Table


def text(blocks: Sequence[Block]) -> str:
    """The page as lines."""
    return "\n".join(line for block in blocks for line in _lines(block)) + "\n"


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        if block.level > 1:
            yield ""
        yield block.text
        if block.level < 3:
            yield ("=" if block.level == 1 else "-") * width(block.text)
    elif isinstance(block, Line):
        yield f"! {block.text}" if block.kind == "mark" else block.text
    elif isinstance(block, Result):
        yield f"{block.value} {block.unit}".rstrip()
    else:
        yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    lines = [list(table.head)] if table.head else []
    lines += [
        [f"[{cell.text}]" if cell.kind == "picked" and cell.text else cell.text for cell in cells]
        for cells in table.rows
    ]
    if not lines:
        return
    columns = max(len(line) for line in lines)
    widths = [max(width(line[at]) if at < len(line) else 0 for line in lines) for at in range(columns)]
    for line in lines:
        shown = [cell + " " * (widths[at] - width(cell)) for at, cell in enumerate(line)]
        yield "  " + "  ".join(shown).rstrip()


def width(text: str) -> int:
    """Columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
