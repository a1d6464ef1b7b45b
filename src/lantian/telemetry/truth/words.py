"""The words of screens in Chinese and English, out of words.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _book() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    )
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its words, told in either language; a word that is itself `Said` is told along.

    Parameters
    ----------
    key
        path in words.yaml, such as `screens.frozen.found`
    words
        what stands in its braces
    """

    key: str
    words: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "zh") -> str:
        """The sentence in Chinese, or in English for a language code that begins with `en`."""
        entry: Any = _book()
        for part in self.key.split("."):
            entry = entry[part]
        template: str = entry["en" if language.startswith("en") else "zh"]
        told = {
            name: word.text(language) if isinstance(word, Said) else word for name, word in self.words.items()
        }
        return template.format(**told)


def factor(code: str) -> Said:
    """The name of a factor; one without a name is told by its code."""
    return Said(f"factors.{code}") if code in _book()["factors"] else Said("factors.other", {"code": code})
