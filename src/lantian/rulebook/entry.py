"""One dated entry of a rule: read from a file, checked, and answered as a `Rule`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from lantian.rulebook.reading import Line, Node, RuleError
from lantian.rulebook.words import RuleWords, Words, plain_text, read_words

KEYS = ("value", "unit", "document", "clause", "verified", "from", "to", "regime", "note", "source")
INHERITED = ("unit", "document", "clause", "verified", "from", "to", "regime", "note")


@dataclass(frozen=True, slots=True)
class Rule:
    """The answer to "this rule, on this day, under this regime".

    `value` is int, Decimal, str, bool, None, a tuple of these, or a mapping. `unit` is empty for words.
    `regime` is the regime it was answered under; empty when the rule does not depend on the regime.
    `valid_to` is the last day, None when open. `origin` is the file and line it was read from.
    `document`, `clause` and `note` are English, `document_zh` … Chinese; equal where the file gives one text.
    """

    path: str
    value: Any
    unit: str
    document: str
    clause: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    regime: str
    note: str
    origin: str
    document_zh: str
    clause_zh: str
    note_zh: str

    @property
    def citation(self) -> str:
        """`GB 3095-2026, table 1`."""
        return f"{self.document}, {self.clause}"

    def in_language(self, language: str) -> RuleWords:
        """Document, clause, note and citation in Chinese (`zh`, `zh-hans` …), else in English."""
        if language.lower().startswith("zh"):
            cited = f"{self.document_zh}，{self.clause_zh}"
            return RuleWords(self.document_zh, self.clause_zh, self.note_zh, cited)
        return RuleWords(self.document, self.clause, self.note, self.citation)

    @property
    def number(self) -> Decimal:
        """The value as an exact number."""
        return _number(self, self.value)

    @property
    def integer(self) -> int:
        """The value as a whole number."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.value
        raise self._wrong("a whole number")

    @property
    def text(self) -> str:
        """The value as a word."""
        if isinstance(self.value, str):
            return self.value
        raise self._wrong("a word")

    @property
    def texts(self) -> tuple[str, ...]:
        """The value as a list of words."""
        if isinstance(self.value, tuple) and all(isinstance(item, str) for item in self.value):
            return self.value
        raise self._wrong("a list of words")

    @property
    def numbers(self) -> tuple[Decimal | None, ...]:
        """The value as a list of exact numbers; None where the table has no number."""
        if isinstance(self.value, tuple):
            return tuple(None if item is None else _number(self, item) for item in self.value)
        raise self._wrong("a list of numbers")

    @property
    def table(self) -> Mapping[str, Any]:
        """The value as a mapping."""
        if isinstance(self.value, Mapping):
            return self.value
        raise self._wrong("a table of keys")

    @property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """The value as a list of mappings."""
        if isinstance(self.value, tuple) and all(isinstance(item, Mapping) for item in self.value):
            return self.value
        raise self._wrong("a list of rows")

    def _wrong(self, wanted: str) -> RuleError:
        return RuleError(
            f"the rule '{self.path}' should be {wanted} and is {self.value!r}",
            where=self.origin,
            remedy="Correct the value in that file.",
        )


def _number(rule: Rule, value: Any) -> Decimal:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    raise rule._wrong("a number")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a rule's history, checked. `regimes` empty: it holds under every regime."""

    path: str
    value: Any
    unit: str
    document: Words
    clause: Words
    verified: bool
    valid_from: date | None
    valid_to: date | None
    regimes: tuple[str, ...]
    note: Words
    line: Line

    def covers(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def distance(self, day: date) -> int:
        """Days between `day` and this entry's validity, 0 inside."""
        if self.valid_from is not None and day < self.valid_from:
            return (self.valid_from - day).days
        if self.valid_to is not None and day > self.valid_to:
            return (day - self.valid_to).days
        return 0

    def answer(self, regime: str) -> Rule:
        return Rule(
            path=self.path,
            value=self.value,
            unit=self.unit,
            document=self.document.en,
            clause=self.clause.en,
            verified=self.verified,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            regime=regime if self.regimes else "",
            note=self.note.en,
            origin=str(self.line),
            document_zh=self.document.zh,
            clause_zh=self.clause.zh,
            note_zh=self.note.zh,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """The days a regime is in force."""

    first: date | None
    last: date | None


def suggestion(word: str, known: list[str], *, otherwise: str) -> str:
    """A remedy: the nearest known word, or `otherwise`."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else otherwise


def read_sources(node: Node | None) -> dict[str, dict[str, Node]]:
    """The `sources:` block: named sets of keys that entries share."""
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        raise node.line.error(f"'sources' is {node.kind}", "Write named sources, each a group of keys.")
    for name, source in node.value.items():
        if not isinstance(source.value, dict):
            raise source.line.error(
                f"the source '{name}' is {source.kind}", "Write document, clause, verified …"
            )
        for key, item in source.value.items():
            if key not in INHERITED:
                raise item.line.error(
                    f"unknown key '{key}' in the source '{name}'",
                    suggestion(key, list(INHERITED), otherwise="Known keys: " + ", ".join(INHERITED) + "."),
                )
    return {name: source.value for name, source in node.value.items()}


def read_entry(
    path: str, node: Node, sources: Mapping[str, dict[str, Node]], regimes: Mapping[str, Span] | None
) -> Entry:
    """Check one entry of the list at `path`; `regimes` is None while the regimes themselves are read."""
    if not isinstance(node.value, dict):
        raise node.line.error(
            f"an entry of '{path}' is {node.kind}", "Write an entry as `- {value: …, unit: …, source: …}`."
        )
    keys = _with_source(path, node.value, sources)
    if "value" not in keys:
        raise node.line.error(f"this entry of '{path}' has no value", "Add `value:`.")
    unit = plain_text(keys, "unit", path)
    value = keys["value"]
    _check_value(path, value, unit)
    named = {key: read_words(keys, key, path) for key in ("document", "clause", "note")}
    for key, meaning in (("document", "Name the standard or notice"), ("clause", "Name the clause or table")):
        if not named[key].en:
            raise node.line.error(
                f"this entry of '{path}' has no {key}", f"{meaning} it comes from: `{key}: …`."
            )
    verified = keys.get("verified")
    if verified is None or not isinstance(verified.value, bool):
        line = verified.line if verified else node.line
        raise line.error(
            f"'verified' of '{path}' is {verified.kind if verified else 'missing'}",
            "Write `verified: true` when the value was read in the document itself, else `verified: false`.",
        )
    if not verified.value and not named["note"].en:
        raise node.line.error(
            f"this entry of '{path}' is not verified and does not say why",
            "Add `note:` with what is uncertain.",
        )
    tied = _regimes(keys.get("regime"), path, regimes)
    first, last = _validity(keys, path, tied, regimes or {})
    return Entry(
        path, value.plain(), unit, named["document"], named["clause"], verified.value, first, last, tied,
        named["note"], node.line,
    )  # fmt: skip


def check_history(entries: list[Entry]) -> None:
    """Raise when two entries of one rule claim the same day under the same regime."""
    for position, later in enumerate(entries):
        for earlier in entries[:position]:
            if earlier.regimes and later.regimes and not set(earlier.regimes) & set(later.regimes):
                continue
            first = max(earlier.valid_from or date.min, later.valid_from or date.min)
            last = min(earlier.valid_to or date.max, later.valid_to or date.max)
            if first <= last:
                raise later.line.error(
                    f"'{later.path}' has two values on {first if first > date.min else last}: "
                    f"this entry overlaps the one on line {earlier.line.number}",
                    "End the earlier entry (`to:`) on the day before the later one begins (`from:`).",
                )


def _with_source(path: str, own: dict[str, Node], sources: Mapping[str, dict[str, Node]]) -> dict[str, Node]:
    for key, item in own.items():
        if key not in KEYS:
            raise item.line.error(
                f"unknown key '{key}' in an entry of '{path}'",
                suggestion(key, list(KEYS), otherwise="Known keys: " + ", ".join(KEYS) + "."),
            )
    named = own.get("source")
    if named is None:
        return own
    if named.value not in sources:
        raise named.line.error(
            f"'{path}' names the source '{named.value}', which this file does not define",
            suggestion(str(named.value), list(sources), otherwise="Define it under `sources:`."),
        )
    return {**sources[named.value], **own}


def _check_value(path: str, node: Node, unit: str) -> None:
    if isinstance(node.value, list):
        for item in node.value:
            _check_value(path, item, unit)
    elif isinstance(node.value, dict):
        for item in node.value.values():
            _check_value(path, item, unit)
    elif isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
        if not unit:
            raise node.line.error(
                f"the number {node.value} of '{path}' has no unit",
                "Add `unit:`, for example `unit: µg/m³`; a pure number has `unit: '1'`.",
            )
    elif isinstance(node.value, str) and _looks_like_number(node.value):
        raise node.line.error(
            f"the value of '{path}' is the text '{node.value}' where a number is needed",
            "Write it without quotation marks, with a point and without thousands separators.",
        )


def _looks_like_number(text: str) -> bool:
    return (
        bool(text) and all(letter in "0123456789.,-+ " for letter in text) and any(c.isdigit() for c in text)
    )


def _regimes(node: Node | None, path: str, known: Mapping[str, Span] | None) -> tuple[str, ...]:
    if node is None or node.value is None or known is None:
        return ()
    items = node.value if isinstance(node.value, list) else [node]
    for item in items:
        if item.value not in known:
            raise item.line.error(
                f"'{path}' names the regime '{item.value}', which does not exist",
                suggestion(
                    str(item.value), list(known), otherwise="Known regimes: " + ", ".join(known) + "."
                ),
            )
    return tuple(item.value for item in items)


def _validity(
    keys: Mapping[str, Node], path: str, tied: tuple[str, ...], regimes: Mapping[str, Span]
) -> tuple[date | None, date | None]:
    first, last = _day(keys.get("from"), path), _day(keys.get("to"), path)
    if "from" not in keys and tied:
        starts = [regimes[name].first for name in tied]
        first = None if None in starts else min(day for day in starts if day)
    if "to" not in keys and tied:
        ends = [regimes[name].last for name in tied]
        last = None if None in ends else max(day for day in ends if day)
    if first and last and first > last:
        line = (keys.get("to") or keys.get("from") or keys["value"]).line
        raise line.error(
            f"'{path}' is valid from {first} to {last}: it ends before it begins",
            "Exchange or correct the days.",
        )
    return first, last


def _day(node: Node | None, path: str) -> date | None:
    if node is None or node.value is None:
        return None
    if isinstance(node.value, date):
        return node.value
    raise node.line.error(
        f"a day of validity of '{path}' is {node.kind}",
        "Write the day as 2026-03-01, without quotation marks.",
    )
