"""The planning room's vocabulary: loads data/indicators.yaml and makes its patterns.

What it answers: which indicator a phrase names, which unit a number has, what a comparing word means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from lantian.errors import LantianError
from lantian.planning.numbers import CHINESE, DIGITS


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number people are held to. `better` is "less" or "more"; `by_family` gives another code by unit
    family."""

    code: str
    families: frozenset[str]
    better: str
    names: tuple[re.Pattern[str], ...]
    weak: tuple[re.Pattern[str], ...]
    by_family: dict[str, str]

    def code_for(self, family: str) -> str:
        return self.by_family.get(family, self.code)


@dataclass(frozen=True, slots=True)
class Mention:
    """An indicator named at folded `[start, end)`. `weak`: only together with a number later in the
    sentence."""

    indicator: Indicator
    start: int
    end: int
    weak: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything of indicators.yaml, compiled."""

    indicators: tuple[Indicator, ...]
    value: re.Pattern[str]
    family_of: tuple[tuple[str, re.Pattern[str]], ...]
    before: dict[str, str]
    before_pattern: re.Pattern[str]
    after: dict[str, str]
    measure_end: re.Pattern[str]
    emission: re.Pattern[str]
    limit: re.Pattern[str]
    hedge: re.Pattern[str]
    aspiration: re.Pattern[str]
    constraint: re.Pattern[str]
    penalty: re.Pattern[str]
    counted_verb: re.Pattern[str]

    def family(self, unit: str) -> str:
        """The family of a unit; "bare" for none."""
        for name, pattern in self.family_of:
            if pattern.fullmatch(unit):
                return name
        return "bare"

    def mentions(self, text: str) -> list[Mention]:
        """Indicators named in folded `text`, in order; where two overlap the longer stays."""
        found: list[Mention] = []
        for indicator in self.indicators:
            for weak, patterns in ((False, indicator.names), (True, indicator.weak)):
                found += [
                    Mention(indicator, m.start(), m.end(), weak) for p in patterns for m in p.finditer(text)
                ]
        found.sort(key=lambda m: (m.weak, m.start - m.end))  # strong before weak, long before short
        kept: list[Mention] = []
        for mention in found:
            if all(mention.end <= k.start or mention.start >= k.end for k in kept):
                kept.append(mention)
        return sorted(kept, key=lambda m: m.start)


def _strings(data: Any, key: str) -> list[str]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise LantianError(f"'{key}' must be a list of words", where="planning/data/indicators.yaml")
    return value


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


@cache
def vocabulary() -> Vocabulary:
    """The packaged vocabulary, compiled once. Raises LantianError when the file is broken."""
    raw = resources.files("lantian.planning").joinpath("data/indicators.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(raw)
    indicators = tuple(
        Indicator(
            code=entry["code"],
            families=frozenset(_strings(entry, "families")),
            better=entry["better"],
            names=tuple(re.compile(p) for p in _strings(entry, "names")),
            weak=tuple(re.compile(p) for p in _strings(entry, "weak")),
            by_family=dict(entry.get("by_family", {})),
        )
        for entry in data["indicators"]
    )
    units: dict[str, list[str]] = data["units"]
    every_unit = [unit for family in units.values() for unit in family]
    before = {word: sense for sense, words in data["comparators"]["before"].items() for word in words}
    after = {word: sense for sense, words in data["comparators"]["after"].items() for word in words}
    number = rf"(?:{DIGITS}|{CHINESE})"
    return Vocabulary(
        indicators=indicators,
        value=re.compile(
            rf"(?P<fraction>百分之(?P<of_hundred>{CHINESE}|{DIGITS}))"
            rf"|(?P<low>{number})(?:(?P<join>-|至|到)(?P<high>{number}))?(?P<unit>余?(?:{_any(every_unit)}))?"
        ),
        family_of=tuple((name, re.compile("|".join(patterns))) for name, patterns in units.items()),
        before=before,
        before_pattern=re.compile(rf"(?:{_any(list(before))})$"),
        after=after,
        measure_end=re.compile(data["measure_ends"] + "$"),
        emission=re.compile(data["emission"]),
        limit=re.compile(data["limit"]),
        hedge=re.compile(rf"(?:{_any(_strings(data, 'hedges'))})"),
        aspiration=re.compile(data["aspiration"]),
        constraint=re.compile(data["constraint"]),
        penalty=re.compile(data["penalty"]),
        counted_verb=re.compile(rf"(?:{_any(_strings(data, 'counted_verbs'))})"),
    )
