"""Automatic numbers of Word lists, which the text of a .docx does not hold: 一、 （一） 1. （1） ①."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
    "japaneseDigitalTenThousand",
    "taiwaneseDigital",
}
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_DIGITS = "〇一二三四五六七八九"


def tag(name: str) -> str:
    """A WordprocessingML name with its namespace."""
    return _W + name


def chinese(n: int) -> str:
    """12 as 十二, 20 as 二十, 105 as 一百〇五."""
    if n < 10:
        return _DIGITS[n]
    if n < 100:
        tens, ones = divmod(n, 10)
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    if n < 1000:
        hundreds, rest = divmod(n, 100)
        if not rest:
            return _DIGITS[hundreds] + "百"
        tail = "〇" + _DIGITS[rest] if rest < 10 else ("一" if rest < 20 else "") + chinese(rest)
        return _DIGITS[hundreds] + "百" + tail
    return str(n)


def written(n: int, style: str) -> str:
    """A count in the style Word names."""
    if style in _CHINESE:
        return chinese(n)
    if style in _CIRCLED and 1 <= n <= 20:
        return chr(ord("①") + n - 1)
    if style in {"lowerLetter", "upperLetter"} and 1 <= n <= 26:
        return chr(ord("a" if style == "lowerLetter" else "A") + n - 1)
    if style == "decimalZero":
        return f"{n:02d}"
    return str(n)


@dataclass(slots=True)
class _Level:
    start: int
    style: str
    text: str
    paragraph_style: str | None
    restart: int | None  # counts anew behind levels above this one; 0 never; None behind any higher level


@dataclass(slots=True)
class Numbering:
    """The lists of a document, counting as its paragraphs go by."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # abstract list -> level
    lists: dict[str, str] = field(default_factory=dict)  # list -> abstract list
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    styles: dict[str, tuple[str | None, str | None, int | None]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Any) -> Numbering:
        """The lists of an opened python-docx document."""
        numbering = cls()
        part = next(
            (r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None
        )
        root = getattr(part, "element", None)
        if root is None:
            return numbering
        for abstract in root.findall(tag("abstractNum")):
            numbering.levels[abstract.get(tag("abstractNumId"))] = {
                int(level.get(tag("ilvl"), "0")): _level(level) for level in abstract.findall(tag("lvl"))
            }
        for num in root.findall(tag("num")):
            identity = num.get(tag("numId"))
            numbering.lists[identity] = _value(num, "abstractNumId") or ""
            for override in num.findall(tag("lvlOverride")):
                if start := _value(override, "startOverride"):
                    level = int(override.get(tag("ilvl"), "0"))
                    numbering.restarts.setdefault(identity, {})[level] = int(start)
        for style in document.styles.element.findall(tag("style")):
            properties = style.find(f"{tag('pPr')}/{tag('numPr')}")
            list_id, level_text = (
                (None, None)
                if properties is None
                else (_value(properties, "numId"), _value(properties, "ilvl"))
            )
            numbering.styles[style.get(tag("styleId"))] = (
                _value(style, "basedOn"),
                list_id,
                int(level_text) if level_text else None,
            )
        return numbering

    def label(self, paragraph: Any) -> str:
        """The number Word shows before a paragraph; "" if it shows none or a bullet."""
        list_id, level = self._place(paragraph)
        abstract = self.lists.get(list_id or "")
        definition = self.levels.get(abstract or "", {}).get(level)
        if not list_id or list_id == "0" or abstract is None or definition is None:
            return ""
        counts = self.counts.setdefault(abstract, {})
        if list_id not in self.begun:
            self.begun.add(list_id)
            for at, start in self.restarts.get(list_id, {}).items():
                counts[at] = start - 1
        counts[level] = counts.get(level, definition.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            known = self.levels[abstract].get(deeper)
            limit = deeper if known is None or known.restart is None else known.restart
            if level < limit:
                del counts[deeper]
        if definition.style in {"bullet", "none"}:
            return ""
        text = definition.text
        for at in range(level + 1):
            if (known := self.levels[abstract].get(at)) is not None:
                text = text.replace(f"%{at + 1}", written(counts.get(at, known.start), known.style))
        return text

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        """The list and level of a paragraph, its own or its style's."""
        properties = paragraph.find(f"{tag('pPr')}/{tag('numPr')}")
        list_id = level = None
        if properties is not None:
            list_id, level_text = _value(properties, "numId"), _value(properties, "ilvl")
            level = int(level_text) if level_text else None
        name = _value(paragraph.find(tag("pPr")), "pStyle")
        style, seen = name, 0
        while list_id is None and style in self.styles and seen < 20:
            style_base, list_id, style_level = self.styles[style]
            level = level if level is not None else style_level
            if list_id and level is None:
                abstract = self.levels.get(self.lists.get(list_id, ""), {})
                level = next((at for at, known in abstract.items() if known.paragraph_style == style), 0)
            style, seen = style_base or "", seen + 1
        return list_id, level or 0


def _level(element: Any) -> _Level:
    return _Level(
        int(_value(element, "start") or "1"),
        _value(element, "numFmt") or "decimal",
        _value(element, "lvlText") or "",
        _value(element, "pStyle"),
        int(restart) if (restart := _value(element, "lvlRestart")) else None,
    )


def _value(element: Any, name: str) -> str | None:
    child = None if element is None else element.find(tag(name))
    return None if child is None else child.get(tag("val"))
