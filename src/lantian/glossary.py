"""The one bilingual glossary: code name, Chinese and English term, symbol, unit.

`python -m lantian.glossary` prints docs/glossary.md; a test holds the page to the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

SOURCE = Path(__file__).with_name("glossary.yaml")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field, as code, page and document name it."""

    code: str
    group: str
    zh: str
    en: str
    symbol: str
    unit: str

    def label(self, language: str = "zh") -> str:
        """The term in Chinese, or in English for a language code that begins with `en`."""
        return self.en if language.startswith("en") else self.zh


@cache
def terms() -> dict[str, Term]:
    """Every term by its code name, in the order of the file."""
    groups: dict[str, dict[str, list[str]]] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {
        code: Term(code, group, *words)
        for group, entries in groups.items()
        for code, words in entries.items()
    }


def term(code: str) -> Term:
    """The term of a code name.

    Raises
    ------
    KeyError
        the glossary has no such code
    """
    return terms()[code]


def page() -> str:
    """The glossary as a Markdown page."""
    lines = [
        "# Glossary 术语表",
        "",
        "Made from `src/lantian/glossary.yaml` by `python -m lantian.glossary`; edit that file.",
    ]
    group = ""
    for entry in terms().values():
        if entry.group != group:
            group = entry.group
            lines += [
                "",
                f"## {group}",
                "",
                "| code | 中文 | English | symbol | unit |",
                "|---|---|---|---|---|",
            ]
        cells = (f"`{entry.code}`", entry.zh, entry.en, entry.symbol, entry.unit)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
