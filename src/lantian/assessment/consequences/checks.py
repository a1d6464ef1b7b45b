"""Reading plain data of a rule: each check names the file, the rule, the key, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.assessment.consequences.rule import Title
from lantian.rulebook import RuleError


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file one stands: `rules.yaml line 40, fleet_not_converted: when.all[2].indicator`."""

    origin: str
    code: str
    keys: tuple[str, ...] = ()

    def at(self, *more: str) -> Place:
        """Below it."""
        return Place(self.origin, self.code, (*self.keys, *more))

    def error(self, what: str, remedy: str) -> RuleError:
        """A mistake here, as one line."""
        key = ".".join(self.keys).replace(".[", "[")
        where = f"{self.origin}, {self.code}" + (f": {key}" if key else "")
        return RuleError(what, where=where, remedy=remedy)


def mapping(place: Place, raw: Any, keys: Iterable[str], form: str) -> Mapping[str, Any]:
    """A group of known keys."""
    if not isinstance(raw, Mapping):
        raise place.error("missing" if raw is None else f"{raw!r} is no group of keys", form)
    known = list(keys)
    for key in raw:
        if key not in known:
            raise place.error(f"unknown key '{key}'", suggest(key, known))
    return raw


def one_of(place: Place, raw: Any, known: tuple[str, ...]) -> str:
    """One of some words."""
    if raw in known and isinstance(raw, str):
        return raw
    said = "missing" if raw is None else f"'{raw}' is not known here"
    raise place.error(said, suggest(str(raw), known))


def whole(place: Place, raw: Any) -> int:
    """A whole number of at least 0."""
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise place.error(f"{raw!r} is no number of days", "Write a whole number.")
    return raw


def month_day(place: Place, raw: Any) -> tuple[int, int]:
    """A day of every year: `[6, 1]`."""
    form = "Write the month and the day, `[6, 1]`; a leap day is written [2, 28]."
    if not isinstance(raw, tuple | list) or len(raw) != 2 or not all(type(n) is int for n in raw):
        raise place.error(f"{raw!r} is no day of the year" if raw is not None else "missing", form)
    try:
        date(2025, raw[0], raw[1])
    except ValueError:
        raise place.error(f"{list(raw)} is no day of every year", form) from None
    return raw[0], raw[1]


def suggest(word: str, known: Iterable[str]) -> str:
    """The nearest known word, or all of them."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else "Known are " + ", ".join(words) + "."


def texts(place: Place, raw: Any) -> tuple[str, ...]:
    """A list of words."""
    found = items(place, raw)
    for item in found:
        if not isinstance(item, str) or not item.strip():
            raise place.error(f"{item!r} is no word", "Write a list of words.")
    return found


def items(place: Place, raw: Any) -> tuple[Any, ...]:
    if not isinstance(raw, tuple | list):
        raise place.error(f"{raw!r} is no list", "Write a list.")
    return tuple(raw)


def title(place: Place, raw: Any) -> Title:
    form = "Write `{zh: …, en: …}`."
    if not isinstance(raw, Mapping):
        raise place.error("missing" if raw is None else "text in one language only", form)
    for language, name in (("zh", "Chinese"), ("en", "English")):
        if not isinstance(raw.get(language), str) or not raw[language].strip():
            raise place.error(f"no {name} text (`{language}:`)", form)
    return Title(raw["zh"].strip(), raw["en"].strip())
