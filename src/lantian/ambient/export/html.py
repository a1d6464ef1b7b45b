"""Blocks as one HTML page that needs nothing else: no script, no font, no other host; prints on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from lantian.ambient.export.blocks import Block, Cell, Heading, Line, Result, Table

STYLE = Path(__file__).with_name("page.css")


def html(blocks: Sequence[Block], *, title: str, language: str = "zh") -> str:
    """The page as text."""
    tongue = "zh-Hans" if language.startswith("zh") else "en"
    body = "\n".join(_block(block) for block in blocks)
    return (
        f'<!doctype html>\n<html lang="{tongue}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE.read_text('utf-8')}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Line):
        return f'<p class="{block.kind}">{escape(block.text)}</p>'
    if isinstance(block, Result):
        unit = f" <small>{escape(block.unit)}</small>" if block.unit else ""
        return f'<p class="result"><b>{escape(block.value)}</b>{unit}</p>'
    return f'<div class="scroll {block.shape}">{"".join(_tables(block))}</div>'


def _tables(table: Table) -> Iterator[str]:
    """A narrow table is cut into parts that stand side by side; each repeats the head."""
    rows = table.rows
    per = len(rows) if table.shape != "narrow" else max(8, -(-len(rows) // 3))
    for start in range(0, max(len(rows), 1), max(per, 1)):
        numbers = " class=numbers" if table.numbers else ""
        yield f"<table{numbers}>"
        if table.head:
            yield "<thead><tr>" + "".join(f"<th>{escape(name)}</th>" for name in table.head) + "</tr></thead>"
        yield "<tbody>"
        for cells in rows[start : start + per]:
            yield "<tr>" + "".join(_cell(cell) for cell in cells) + "</tr>"
        yield "</tbody></table>"


def _cell(cell: Cell) -> str:
    kind = f' class="{cell.kind}"' if cell.kind else ""
    return f"<td{kind}>{escape(cell.text)}</td>"
