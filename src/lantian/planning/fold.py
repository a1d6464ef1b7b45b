"""One spelling for many: the text every rule of the planning room is matched against.

Sources break lines inside phrases and write the same thing in many ways (`PM₂.₅`, `PM_{2.5}`, `ＰＭ2.5`;
`（，％）`
in full or half width). `Folded` drops white space and marks of layout, folds widths and subscripts, and
remembers
where every character came from, so that a match always leads back to the exact words of the document.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

# Marks of LaTeX and Markdown that OCR and converters leave inside words.
_DROPPED = frozenset("_{}*$\\\u200b\u200c\u200d\ufeff")
_SINGLE = str.maketrans(
    {
        "〔": "(", "〕": ")", "[": "(", "]": ")", "【": "(", "】": ")",
        "—": "-", "–": "-", "―": "-", "‐": "-", "‑": "-", "−": "-", "~": "-", "～": "-", "〜": "-",
        "µ": "μ", "〇": "零", "○": "零", "．": ".", "﹪": "%", "＂": '"', "﹑": "、", "｡": "。",
        "•": "·", "‧": "·", "・": "·", "∙": "·",
    }
)  # fmt: skip
_TITLE = re.compile(r"《[^》]{0,200}》")


@cache
def _fold(character: str) -> str:
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:  # full-width forms
        character = chr(code - 0xFEE0)
    elif code > 0x7F and unicodedata.decomposition(character).startswith(("<sub>", "<super>", "<square>")):
        character = unicodedata.normalize("NFKC", character)
    return character.translate(_SINGLE)


class Folded:
    """A text without white space and with one width, and the way back to the text it was made of.

    Attributes: `text` (folded), `source` (as given). `span(i, j)` turns folded positions into source
    positions.
    """

    __slots__ = ("_at", "source", "text")

    def __init__(self, source: str) -> None:
        pieces: list[str] = []
        at: list[int] = []
        for position, character in enumerate(source):
            if character.isspace() or character in _DROPPED:
                continue
            folded = _fold(character)
            pieces.append(folded)
            at.extend([position] * len(folded))
        self.source = source
        self.text = "".join(pieces)
        self._at = at

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source positions of folded `text[start:end]`, which must not be empty."""
        first, last = self._at[start], self._at[end - 1] + 1
        while last < len(self.source) and self.source[last] == "}":  # `PM_{2.5}` keeps its closing brace
            last += 1
        return first, last

    def quote(self, start: int, end: int) -> str:
        """The source's exact words of folded `text[start:end]`."""
        first, last = self.span(start, end)
        return self.source[first:last]


@lru_cache(maxsize=256)
def fold_text(source: str) -> Folded:
    """`Folded(source)`, remembered: the finders of one passage read it one after another."""
    return Folded(source)


def without_titles(text: str) -> str:
    """The folded text with the words inside 《…》 masked, position by position: names of documents say
    nothing."""
    return _TITLE.sub(lambda m: "《" + "\0" * (len(m.group()) - 2) + "》", text)


def clause_start(text: str, position: int, *, marks: str = ",;。:!?") -> int:
    """Where the clause around `position` begins. Closed brackets are stepped over, an open one is a
    beginning."""
    depth = 0
    for index in range(position - 1, -1, -1):
        character = text[index]
        if character == ")":
            depth += 1
        elif character == "(":
            if depth == 0:
                return index + 1
            depth -= 1
        elif depth == 0 and character in marks:
            return index + 1
    return 0


def clause_end(text: str, position: int, *, marks: str = ",;。:!?") -> int:
    """Where the clause around `position` ends, the mark not included."""
    depth = 0
    for index in range(position, len(text)):
        character = text[index]
        if character == "(":
            depth += 1
        elif character == ")":
            if depth == 0:
                return index
            depth -= 1
        elif depth == 0 and character in marks:
            return index
    return len(text)
