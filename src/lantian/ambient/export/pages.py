"""An explanation as the blocks of one page, from the figure down to the days."""

from __future__ import annotations

from collections.abc import Iterator

from lantian.ambient.explanation import Explanation
from lantian.ambient.export.blocks import Block, Cell, Heading, Line, Result, Table, row
from lantian.ambient.export.steps import blocks_of
from lantian.ambient.export.words import Words
from lantian.ambient.hours import POLLUTANTS
from lantian.ambient.rules import UNITS
from lantian.rulebook import BY_DATE


def page(explanation: Explanation, language: str = "zh") -> list[Block]:
    """The blocks of the page, Chinese or English."""
    words = Words(language)
    return [
        *_head(explanation, words),
        *blocks_of(explanation.step, words),
        *_entries(explanation, words),
        *_rules(explanation, words),
        *_versions(explanation, words),
        *_rows(explanation, words),
    ]


def title(explanation: Explanation, language: str = "zh") -> str:
    """The title of the page."""
    words = Words(language)
    return f"{explanation.name} {words.indicator(explanation.indicator)} {explanation.period.label}"


def _head(explanation: Explanation, words: Words) -> Iterator[Block]:
    yield Heading(title(explanation, words.language), 1)
    yield Result(explanation.value or words("no_value"), explanation.unit if explanation.value else "")
    by_date = words("by_date") if explanation.asked_regime == BY_DATE else ""
    facts = [
        row(words("period"), f"{explanation.period.first} … {explanation.period.last}"),
        row(words("regime"), words.regime(explanation.regime) + by_date),
        row(words("level"), words(explanation.level)),
        row(words("data"), words.kind(explanation.source)),
        row(words("data_version"), str(explanation.data_version)),
        row(words("rulebook"), explanation.rulebook),
    ]
    if explanation.rule_files:
        facts.append(row(words("own_rules"), ", ".join(name for name, _ in explanation.rule_files)))
    if explanation.day_list is not None:
        facts.append(row(words("day_list"), f"{explanation.day_list.source} {explanation.day_list.digest}"))
    yield Table((), tuple(facts), "facts")
    for mark in explanation.marks:
        yield Line(words.mark(mark), "mark")
    yield Line(words("recompute"))


def _entries(explanation: Explanation, words: Words) -> Iterator[Block]:
    if explanation.day_list is None or not explanation.day_list.entries:
        return
    yield Heading(words("entries"))
    head = ("place", "period", "items", "scopes", "reason", "document")
    rows = tuple(
        row(
            entry.place,
            str(entry.first) if entry.first == entry.last else f"{entry.first} … {entry.last}",
            words("pm_join").join(words.item(item) for item in entry.items),
            words("pm_join").join(words(scope) for scope in entry.scopes),
            entry.reason,
            entry.document,
        )
        for entry in sorted(explanation.day_list.entries)
    )
    yield Table(tuple(words(name) for name in head), rows)


def _rules(explanation: Explanation, words: Words) -> Iterator[Block]:
    yield Heading(words("rules"))
    rows = []
    for rule in explanation.rules:
        said = rule.in_language(words.language)
        checked = Cell(words("verified"), "tight") if rule.verified else Cell(words("unverified"), "doubt")
        rows.append(row(said.document, said.clause, checked, Cell(rule.path, "tight"), said.note))
    head = ("document", "clause", "checked", "path", "note")
    yield Table(tuple(words(name) for name in head), tuple(rows))


def _versions(explanation: Explanation, words: Words) -> Iterator[Block]:
    if not explanation.behind:
        return
    yield Heading(words("versions"))
    rows = tuple(
        row(
            str(one.version), f"{one.time:%Y-%m-%d %H:%M} UTC", words.kind(one.kind), one.source,
            str(one.rows), str(one.refused), str(len(one.reviews) or ""), one.note,
        )
        for one in explanation.behind
    )  # fmt: skip
    head = ("version", "taken", "data", "file", "rows", "rows_refused", "reviews", "note")
    yield Table(tuple(words(name) for name in head), rows)


def _rows(explanation: Explanation, words: Words) -> Iterator[Block]:
    if not explanation.rows:
        return
    yield Heading(words("raw"))
    yield Line(words("raw_note"))
    for own in explanation.rows:
        yield Heading(f"{own.name} {own.place}" if own.name != own.place else own.name, 3)
        items = tuple(own.values)
        head = (
            words("hour"),
            *(f"{words.item(item)} {UNITS[POLLUTANTS[at]]}" for at, item in enumerate(items)),
        )
        rows = tuple(
            row(time.replace("T", " "), *(_plain(own.values[item][position]) for item in items))
            for position, time in enumerate(own.times)
        )
        yield Table(head, rows, "narrow", numbers=True)


def _plain(thousandths: int | None) -> str:
    if thousandths is None:
        return ""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")
