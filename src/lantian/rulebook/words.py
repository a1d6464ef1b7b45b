"""What a rule says of itself, in both languages: one text for both, or one for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lantian.rulebook.reading import Node

LANGUAGES = {"zh": "Chinese", "en": "English"}
# YAML folds a line break into a space; Chinese has none after its punctuation or between its characters.
FOLDED = re.compile(
    r"(?<=[\u3000-\u303f\uff00-\uffef])\s+|(?<=[\u4e00-\u9fff])\s+(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages; a document number is the same in both."""

    en: str = ""
    zh: str = ""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What a rule says of itself in one language: document, clause, note."""

    document: str
    clause: str
    note: str
    citation: str


def read_words(keys: Mapping[str, Node], key: str, path: str) -> Words:
    """The text `key` of an entry of `path`: a string for both languages, or `{zh: …, en: …}`.

    Raises
    ------
    RuleError
        it is neither, a language is missing, or there is a key that is no language
    """
    node = keys.get(key)
    if node is None or not isinstance(node.value, dict):
        same = plain_text(keys, key, path)
        return Words(same, same)
    form = f"Write `{key}: {{zh: …, en: …}}`, or one text for both languages."
    for language, said in node.value.items():
        if language not in LANGUAGES:
            raise said.line.error(f"unknown key '{language}' in '{key}' of '{path}'", form)
    texts = {language: plain_text(node.value, language, path) for language in LANGUAGES}
    for language, name in LANGUAGES.items():
        if not texts[language]:
            raise node.line.error(f"'{key}' of '{path}' has no {name} text (`{language}:`)", form)
    return Words(texts["en"], FOLDED.sub("", texts["zh"]))


def plain_text(keys: Mapping[str, Node], key: str, path: str) -> str:
    """The text `key`, empty where it is not given.

    Raises
    ------
    RuleError
        it is a list, a group of keys, a date, or true or false
    """
    node = keys.get(key)
    if node is None or node.value is None:
        return ""
    if isinstance(node.value, str):
        return node.value.strip()
    if isinstance(node.value, int | Decimal):
        return str(node.value)
    raise node.line.error(f"'{key}' of '{path}' is {node.kind}", f"Write `{key}:` as a text.")
