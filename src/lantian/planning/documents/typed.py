"""Tables in plain text: with | or tabs between cells, in columns kept apart by spaces, or a cell a line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from lantian.planning.documents.parsed import Grid, Parsed, Writer
from lantian.planning.marks import mark_of

_RULE = re.compile(r"^[\s|+:=\-—─━┼├┤┬┴┌┐└┘│]*$")
_GAP = re.compile(r"(?:[ \u3000]{2,}|\u3000|\t)+")
_HEAD = re.compile(r"序号|任务|措施|责任|牵头|时限|时间|单位|内容|县|指标|目标")
_NUMBER = re.compile(r"^(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.、]?$")
_FEWEST = 3  # columns of a table told by spaces; of tabs and bars two do


@dataclass(slots=True)
class _Block:
    """Lines `first … last - 1` of a text as a table; `aligned` tells that nothing drew its columns."""

    first: int
    last: int
    grid: Grid
    aligned: bool


def with_tables(text: str) -> Parsed:
    """The text with its typed tables as tables; a text without any comes back as it is.

    Cells of a table are written with a tab between them and a row on one line, whatever the file has: a cell
    broken over lines is whole again. `Parsed.guessed` names the tables whose columns only spaces showed.
    """
    lines = text.split("\n")
    blocks = _blocks(lines)
    if not blocks:
        return Parsed(text)
    writer, at, guessed = Writer(), 0, []
    for block in blocks:
        if block.first > at:
            writer.line("\n".join(lines[at : block.first]))
        if block.aligned:
            guessed.append(len(writer.tables))
        writer.table(block.grid)
        at = block.last
    if at < len(lines):
        writer.line("\n".join(lines[at:]))
    found = Parsed(writer.text.removesuffix("\n"), tables=writer.tables)
    found.guessed = tuple(guessed)
    return found


def _blocks(lines: list[str]) -> list[_Block]:
    blocks: list[_Block] = []
    at = 0
    while at < len(lines):
        block = _parted(lines, at) or _aligned(lines, at) or _stacked(lines, at)
        if block:
            blocks.append(block)
        at = block.last if block else at + 1
    return blocks


def _cells(line: str) -> list[str]:
    """The cells of a line that parts them by bars or tabs; none for another line."""
    bare = line.strip()
    for bar in "|│┃":
        if bare.count(bar) >= 2:
            return [cell.strip() for cell in bare.strip(bar).split(bar)]
    if bare.count("\t") >= 1:
        return [cell.strip() for cell in line.strip(" \n").split("\t")]
    return []


def _parted(lines: list[str], at: int) -> _Block | None:
    """Rows with bars or tabs, all of as many cells, from a line on."""
    head = _cells(lines[at])
    if len([c for c in head if c]) < 2 or max(map(len, head)) > 20:
        return None
    grid: Grid = [list(head)]
    end = at + 1
    while end < len(lines):
        cells = _cells(lines[end])
        if _RULE.match(lines[end]) and ("|" in lines[end] or "-" in lines[end] or "─" in lines[end]):
            end += 1
            continue
        if len(cells) != len(head):
            break
        grid.append(list(cells))
        end += 1
    told = any(_HEAD.search(cell) for cell in head) and any(not _NUMBER.match(c) for c in head)
    return _Block(at, end, grid, aligned=False) if len(grid) >= 2 and told and len(head) >= 2 else None


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def _tokens(line: str) -> list[tuple[int, int, str]]:
    """Words parted by two spaces or more, with the columns of the screen they take."""
    found: list[tuple[int, int, str]] = []
    at = 0
    for gap in [*_GAP.finditer(line), None]:
        words = line[at : gap.start() if gap else len(line)]
        if words.strip():
            start = _width(line[:at])
            found.append((start, start + _width(words), words.strip()))
        if gap:
            at = gap.end()
    return found


def _aligned(lines: list[str], at: int) -> _Block | None:
    """A list under a head such as `序号  任务  责任单位  完成时限`, its columns kept apart by spaces."""
    if not lines[at].lstrip().startswith(("序", "编号")):
        return None
    head = _tokens(lines[at])
    said = [words for *_, words in head]
    named = sum(bool(_HEAD.search(words)) and len(words) <= 8 for words in said)
    if len(head) < _FEWEST or named < _FEWEST:
        return None
    grid: Grid = [list(said)]
    end, blank = at + 1, 0
    while end < len(lines):
        if _RULE.match(lines[end]):
            blank += not lines[end].strip()
            if blank > 1:
                break
            end += 1
            continue
        tokens = _tokens(lines[end])
        row = _placed(head, tokens)
        number = row[0]
        begins = bool(_NUMBER.match(number))
        if not begins and (number or len(grid) == 1 or blank or mark_of(lines[end].strip())):
            break
        if begins:
            grid.append(list(row))
        else:
            last = grid[-1]
            grid[-1] = [str(a) + b for a, b in zip(last, row, strict=True)]
        blank = 0
        end += 1
    return _Block(at, end, grid, aligned=True) if len(grid) >= 2 else None


def _placed(head: list[tuple[int, int, str]], tokens: list[tuple[int, int, str]]) -> list[str]:
    """The words of a line in the columns of the head that stand nearest over them."""
    row = [""] * len(head)
    for start, end, words in tokens:
        column = max(
            range(len(head)),
            key=lambda i: (min(end, head[i][1]) - max(start, head[i][0]), -abs(start - head[i][0])),
        )
        row[column] += words
    return row


def _stacked(lines: list[str], at: int) -> _Block | None:
    """A cell on each line, as a table comes out of a viewer: the head, then for each number as many lines."""
    if lines[at].strip() not in {"序号", "编号"}:
        return None
    filled = [(i, lines[i].strip()) for i in range(at, len(lines)) if lines[i].strip()]
    wide = next((n for n, (_, words) in enumerate(filled) if n and _NUMBER.match(words)), 0)
    head = [words for _, words in filled[:wide]]
    if wide < _FEWEST or sum(bool(_HEAD.search(w)) and len(w) <= 8 for w in head) < _FEWEST:
        return None
    grid: Grid = [list(head)]
    end, place = at, wide
    while place + wide <= len(filled):
        row = [words for _, words in filled[place : place + wide]]
        follows = filled[place + wide][1] if place + wide < len(filled) else ""
        counted = bool(_NUMBER.match(row[0])) and not any(_NUMBER.match(cell) for cell in row[1:])
        if not counted:
            break
        grid.append(list(row))
        end, place = filled[place + wide - 1][0] + 1, place + wide
        if not _NUMBER.match(follows):
            break
    return _Block(at, end, grid, aligned=True) if len(grid) >= 2 else None
