"""Web pages: the article, without navigation, in lines and tables."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from lantian.errors import LantianError
from lantian.planning.documents.parsed import Grid, Parsed, Writer
from lantian.planning.documents.plain import decode
from lantian.planning.marks import find_blanks

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_SILENT = {
    *("script", "style", "noscript", "template", "iframe", "svg", "form", "button", "select", "option"),
    *("nav", "footer", "aside", "head", "object", "video", "audio"),
}
_FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:nav|menu|breadcrumb|crumbs?|sidebar|share|pager|pagination|related|recommend|copyright"
    r"|toolbar|search|footer|topbar|login|qrcode|print)(?:$|[-_ \d])",
    re.IGNORECASE,
)
_BLOCKS = {
    *("p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "li"),
    *(
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "tr",
        "td",
        "th",
        "table",
        "tbody",
        "thead",
        "body",
        "center",
    ),
    *("figure", "figcaption", "fieldset", "hr", "address"),
}


def parse(data: bytes, where: str) -> Parsed:
    """Read the article of a web page."""
    try:
        tree = lxml_html.document_fromstring(_text(data, where))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise LantianError("the page is empty or no HTML", where=where) from error
    title = _title(tree)
    _strip(tree)
    article = _article(tree)
    writer = Writer()
    lines: list[str] = [""]
    _walk(article, lines, writer)
    _flush(lines, writer)
    text = writer.text
    if title and "".join(title.split()) not in "".join(text.split())[:600]:
        lead = Writer()
        lead.line(title)
        shift = lead.length
        tables = [
            tuple(tuple((s + shift, e + shift) for s, e in row) for row in table) for table in writer.tables
        ]
        return Parsed(lead.text + text, find_blanks(lead.text + text), tables)
    return Parsed(text, find_blanks(text), writer.tables)


def _text(data: bytes, where: str) -> str:
    """Decode by the page's own word for its encoding; GB 2312 and GBK are parts of GB 18030."""
    found = _CHARSET.search(data[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    if name in {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk"}:
        name = "gb18030"
    if name:
        try:
            return _undeclared(data.decode("utf-8-sig" if name in {"utf-8", "utf8"} else name))
        except (LookupError, UnicodeDecodeError):
            pass
    return _undeclared(decode(data, where)[0])


def _undeclared(text: str) -> str:
    """lxml refuses words that declare an encoding once they are decoded."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))


def _title(tree: Any) -> str:
    for meta in tree.iter("meta"):
        if (meta.get("name") or "").lower() in {"articletitle", "title"} and (
            meta.get("content") or ""
        ).strip():
            return " ".join(meta.get("content").split())
    heads = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    return next((h for h in heads if h), "")


def _strip(tree: Any) -> None:
    """Take out what is no part of the text: scripts, menus, footers."""
    whole = _weight(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            _drop(element)
            continue
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        hidden = "display:none" in (element.get("style") or "").replace(" ", "").lower()
        if element.tag in _SILENT or hidden or (_FURNITURE.search(names) and _weight(element) < 0.3 * whole):
            _drop(element)


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _weight(element: Any) -> int:
    """Sentence ends tell an article from a menu."""
    words = "".join(element.itertext())
    return words.count("。") + words.count("；")


def _article(tree: Any) -> Any:
    """The deepest element that still holds nearly all sentences."""
    body = tree.find("body")
    element = body if body is not None else tree
    whole = _weight(element)
    while whole:
        inner = [child for child in element if isinstance(child.tag, str) and _weight(child) >= 0.95 * whole]
        if not inner or inner[0].tag in {"p", "tr", "tbody", "td", "span", "font", "pre"}:
            break
        element = inner[0]
    return element


def _walk(element: Any, lines: list[str], writer: Writer) -> None:
    if element.tag == "table" and (grid := _data_table(element)):
        _flush(lines, writer)
        writer.table(grid)
        return
    block = element.tag in _BLOCKS
    kept = element.tag in {"pre", "textarea"}
    if block:
        _flush(lines, writer)
    _say(element.text, lines, kept)
    for child in element:
        if child.tag == "br":
            lines.append("")
        elif isinstance(child.tag, str):
            _walk(child, lines, writer)
        _say(child.tail, lines, kept)
    if block:
        _flush(lines, writer)


def _say(words: str | None, lines: list[str], kept: bool) -> None:
    if not words:
        return
    if kept:
        first, *more = words.split("\n")
        lines[-1] += first
        lines += more
    else:
        # Full-width spaces are the indent of a paragraph: only the markup's own white space collapses.
        lines[-1] += re.sub(r"[ \t\r\n\f]+", " ", words).replace("\xa0", " ")


def _flush(lines: list[str], writer: Writer) -> None:
    for line in lines:
        if line.strip():
            writer.line(line.rstrip(" "))
    lines[:] = [""]


def _data_table(table: Any) -> Grid | None:
    """The cells of a table of data; None for a table that only lays out the page."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    if len(rows) < 2 or table.find(".//table") is not None:
        return None
    grid: Grid = []
    carried: dict[int, tuple[int, tuple[int, int]]] = {}
    for r, row in enumerate(rows):
        cells: list[str | tuple[int, int]] = []
        for cell in row:
            if cell.tag not in {"td", "th"}:
                continue
            _carry(cells, carried)
            column = len(cells)
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            cells.append("\n".join(cell.itertext()))
            cells += [(r, column)] * (wide - 1)
            if high > 1:
                carried |= {column + i: (high - 1, (r, column)) for i in range(wide)}
        _carry(cells, carried)
        grid.append(cells)
    wide_rows = sum(len(row) >= 2 for row in grid)
    longest = max((len(c) for row in grid for c in row if isinstance(c, str)), default=0)
    return grid if wide_rows >= 2 and longest < 1500 else None


def _carry(cells: list[str | tuple[int, int]], carried: dict[int, tuple[int, tuple[int, int]]]) -> None:
    """Add the cells that reach down from rows above."""
    while (held := carried.get(len(cells))) is not None:
        left, origin = held
        if left <= 1:
            del carried[len(cells)]
        else:
            carried[len(cells)] = (left - 1, origin)
        cells.append(origin)


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(int(value), 50) if value.isdecimal() and value != "0" else 1
