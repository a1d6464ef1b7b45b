"""Schemes of score cards: dated rules below `assessment.schemes`, read whole or refused."""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lantian.assessment.checking import Group, SchemeError
from lantian.assessment.points import HIGHER, LOWER, RankPool, Way, read_way
from lantian.assessment.sealing import thawed
from lantian.assessment.text import Text, shown
from lantian.rulebook import Rule, Rulebook

PREFIX = "assessment.schemes."
SUBJECTS, PERIODS = ("region", "unit"), ("month", "quarter", "year")
SHARE, ZERO, OPEN, PASSES = "share", "zero", "open", "passes"
COMPARE = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq}
KEYS = {
    "title", "subject", "level", "kinds", "period", "total", "decimals", "items", "bonuses", "deductions",
    "bonus_cap", "deduction_cap", "vetoes", "grades", "least",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a score card.

    Attributes
    ----------
    weight
        the most points it gives; for a bonus or deduction the most it adds or takes
    missing
        what happens where its indicator cannot be computed: `share` its weight among the others, `zero`
        points with the reason, or leave it `open`
    """

    code: str
    title: Text
    indicator: str
    weight: Fraction
    direction: str
    missing: str
    way: Way
    note: Text | None = None

    @property
    def by_rank(self) -> bool:
        """Whether its points depend on the others of the pool."""
        return isinstance(self.way, RankPool)


@dataclass(frozen=True, slots=True)
class Veto:
    """A condition that overrides the score (一票否决): its words, and at most how many points remain.

    `missing`: where its indicator cannot be computed it is left `open`, or `passes` by without applying.
    `among` is for ranks: how many places the document ranks. A rank among another number is no answer to it:
    `other_pool` says whether that is left `open` too, or `passes` by because it speaks of others.
    """

    code: str
    title: Text
    indicator: str
    sign: str
    bound: Fraction
    effect: Text
    most: Fraction | None
    missing: str
    among: int | None = None
    other_pool: str = OPEN


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the total it begins at."""

    at_least: Fraction
    title: Text


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme of score cards as it holds from one day to another."""

    path: str
    title: Text
    subject: str
    period: str
    levels: tuple[str, ...]  # levels of regions or kinds of units it is for; empty: all
    total: Fraction
    decimals: int
    items: tuple[Item, ...]
    bonuses: tuple[Item, ...]
    deductions: tuple[Item, ...]
    bonus_cap: Fraction | None
    deduction_cap: Fraction | None
    least: Fraction  # points that must be computable before weights are shared out and a total is given
    vetoes: tuple[Veto, ...]
    grades: tuple[Grade, ...]
    citation: Text
    note: Text
    verified: bool
    valid_from: date | None
    valid_to: date | None
    source: Mapping[str, Any]  # the rule's value, as the file has it

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator it asks for, once, in order."""
        asked = [one.indicator for one in (*self.items, *self.bonuses, *self.deductions)]
        return tuple(dict.fromkeys([*asked, *(veto.indicator for veto in self.vetoes)]))

    def as_dict(self) -> dict[str, Any]:
        """For canonical JSON: what decides about points, and where it is written."""
        return {
            "path": self.path,
            "value": self.source,
            "citation": self.citation.as_dict(),
            "note": self.note.as_dict(),
            "verified": self.verified,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
        }


def read_scheme(rule: Rule, indicators: Collection[str] | None = None) -> Scheme:
    """The scheme a rule holds.

    Parameters
    ----------
    rule
        a rule below `assessment.schemes`
    indicators
        codes that can be asked for; None does not check them

    Raises
    ------
    SchemeError
        the weights do not sum to the total (both are named), an indicator is unknown, a table has a hole,
        what happens to a missing figure is not said, or a key means nothing
    """
    return build_scheme(
        rule.value,
        path=rule.path,
        origin=rule.origin,
        citation=Text(f"{rule.document_zh}，{rule.clause_zh}", rule.citation),
        note=Text(rule.note_zh, rule.note),
        verified=rule.verified,
        span=(rule.valid_from, rule.valid_to),
        indicators=indicators,
    )


def build_scheme(
    value: Any,
    *,
    path: str,
    origin: str,
    citation: Text,
    note: Text,
    verified: bool,
    span: tuple[date | None, date | None] = (None, None),
    indicators: Collection[str] | None = None,
) -> Scheme:
    """A scheme of a value that is not (or no longer) in a rule file; raises as `read_scheme`."""
    if not isinstance(value, Mapping):
        raise SchemeError(
            f"'{path}' is not a group of keys", where=origin, remedy="Write title, subject, items …"
        )
    whole = Group(value, f"'{path}'", origin).only(KEYS)
    subject = whole.word("subject", SUBJECTS)
    items = tuple(_item(one, "weight") for one in whole.groups("items", "item"))
    bonuses = tuple(_item(one, "most") for one in whole.groups("bonuses", "bonus"))
    deductions = tuple(_item(one, "most") for one in whole.groups("deductions", "deduction"))
    total = whole.number("total", 100)
    if not items:
        raise whole.error("it has no items", "Write at least one under `items:`.")
    weights = sum((item.weight for item in items), Fraction(0))
    if weights != total:
        raise whole.error(
            f"the weights sum to {shown(weights)}, not to {shown(total)}",
            "Correct a weight so that they sum to the total.",
        )
    vetoes = tuple(_veto(one) for one in whole.groups("vetoes", "veto"))
    scheme = Scheme(
        path=path,
        title=whole.text("title"),
        subject=subject,
        period=whole.word("period", PERIODS),
        levels=_levels(whole, "level" if subject == "region" else "kinds"),
        total=total,
        decimals=int(whole.number("decimals", 2)),
        items=items,
        bonuses=bonuses,
        deductions=deductions,
        bonus_cap=whole.maybe("bonus_cap"),
        deduction_cap=whole.maybe("deduction_cap"),
        least=whole.number("least", 0),
        vetoes=vetoes,
        grades=_grades(whole),
        citation=citation,
        note=note,
        verified=verified,
        valid_from=span[0],
        valid_to=span[1],
        source=value,
    )
    codes = [*(one.code for one in (*items, *bonuses, *deductions)), *(veto.code for veto in vetoes)]
    for code in codes:
        if codes.count(code) > 1:
            raise whole.error(f"the code '{code}' is used twice", "Give each line a code of its own.")
    for code in scheme.indicators if indicators is not None else ():
        if code not in (indicators or ()):
            raise whole.error(
                f"no indicator is called '{code}'",
                "Choose one the office keeps; its list of indicators names them.",
            )
    return scheme


def schemes(book: Rulebook, on: date, indicators: Collection[str] | None = None) -> list[Scheme]:
    """The schemes in force on a day, by path. Raises `SchemeError` for one that cannot hold."""
    found = []
    for path in book.paths(PREFIX):
        found += [read_scheme(rule, indicators) for rule in book.history(path) if _holds(rule, on)][:1]
    return found


def scheme_on(book: Rulebook, path: str, on: date, indicators: Collection[str] | None = None) -> Scheme:
    """The scheme `path` as it holds on a day."""
    return read_scheme(book.rule(path, on=on), indicators)


def reweighted(
    scheme: Scheme, weights: Mapping[str, Decimal], indicators: Collection[str] | None = None
) -> Scheme:
    """A copy with other weights, for a simulation; tables of steps and ranks grow or shrink with theirs.

    Raises
    ------
    SchemeError
        the weights do not sum to the total, or one is not above 0
    """
    items = []
    for one in scheme.source["items"]:
        old, new = Fraction(one["weight"]), Fraction(weights.get(one["code"], one["weight"]))
        items.append(_scaled(one, new / old if old else Fraction(1), new))
    value = {**scheme.source, "items": items}
    copy = build_scheme(
        value,
        path=scheme.path,
        origin=scheme.path,
        citation=scheme.citation,
        note=scheme.note,
        verified=False,
        span=(scheme.valid_from, scheme.valid_to),
        indicators=indicators,
    )
    return replace(copy, title=Text(f"{copy.title.zh}（改权重）", f"{copy.title.en} (other weights)"))


def _scaled(item: Mapping[str, Any], factor: Fraction, weight: Fraction) -> dict[str, Any]:
    """An item with another weight, its table of points in proportion."""
    points = dict(item["points"])
    for key in ("steps", "ranks"):
        if points.get(key):
            points[key] = [{**row, "points": Fraction(row["points"]) * factor} for row in points[key]]
    for key in ("points", "base", "floor"):
        if points.get("by") == "each" and points.get(key) is not None:
            points[key] = Fraction(points[key]) * factor
    return {**item, "weight": weight, "points": points}


def _holds(rule: Rule, on: date) -> bool:
    return (rule.valid_from or date.min) <= on <= (rule.valid_to or date.max)


def _item(group: Group, weight_key: str) -> Item:
    group.only({"code", "title", "indicator", weight_key, "direction", "missing", "points", "note"})
    code = group.word("code")
    weight = group.number(weight_key)
    if weight <= 0:
        raise group.error(
            f"'{weight_key}' is {shown(weight)}", "Write a number above 0, or leave the line out."
        )
    is_item = weight_key == "weight"
    choices = (SHARE, ZERO, OPEN) if is_item else (ZERO, OPEN)
    if not group.has("missing"):
        raise group.error(
            "it does not say what happens when its figure cannot be computed",
            "Write `missing: " + "`, `missing: ".join(choices) + "`.",
        )
    direction = group.word("direction", (HIGHER, LOWER))
    way = read_way(group.group("points"), weight, direction, starts_full=is_item)
    return Item(
        code=code,
        title=group.text("title"),
        indicator=group.word("indicator"),
        weight=weight,
        direction=direction,
        missing=group.word("missing", choices),
        way=way,
        note=group.text("note") if group.has("note") else None,
    )


def _veto(group: Group) -> Veto:
    group.only({"code", "title", "indicator", "when", "effect", "most", "missing", "other_pool"})
    if not group.has("missing"):
        raise group.error(
            "it does not say what happens when its figure cannot be computed",
            "Write `missing: open`, `missing: passes`.",
        )
    when = group.group("when").only({"sign", "value", "among"})
    among = when.maybe("among")
    if among is not None and (among.denominator != 1 or among < 1):
        raise when.error("`among` is no number of places", "Write how many the document ranks, 117.")
    return Veto(
        code=group.word("code"),
        title=group.text("title"),
        indicator=group.word("indicator"),
        sign=when.word("sign", tuple(COMPARE)),
        bound=when.number("value"),
        effect=group.text("effect"),
        most=group.maybe("most"),
        missing=group.word("missing", (OPEN, PASSES)),
        among=None if among is None else int(among),
        other_pool=group.word("other_pool", (OPEN, PASSES)) if group.has("other_pool") else OPEN,
    )


def _grades(whole: Group) -> tuple[Grade, ...]:
    found = []
    for one in whole.groups("grades", "grade"):
        one.only({"at_least", "title"})
        found.append(Grade(one.number("at_least"), one.text("title")))
    if any(b.at_least >= a.at_least for a, b in pairwise(found)):
        raise whole.error("the grades are not in order", "Write the highest first.")
    return tuple(found)


def _levels(whole: Group, key: str) -> tuple[str, ...]:
    found = whole.value.get(key) or ()
    if isinstance(found, str):
        return (found,)
    if not all(isinstance(one, str) for one in found):
        raise whole.error(f"'{key}' is not a list of words", f"Write `{key}: [county]`.")
    return tuple(found)


def kept_scheme(kept: Mapping[str, Any]) -> Scheme:
    """The scheme out of what `Scheme.as_dict` kept, after canonical JSON: a frozen result holds its own."""
    days = [
        None if kept[key] is None else date.fromisoformat(kept[key]) for key in ("valid_from", "valid_to")
    ]
    return build_scheme(
        thawed(kept["value"]),
        path=kept["path"],
        origin=kept["path"],
        citation=Text.of(kept["citation"]),
        note=Text.of(kept["note"]),
        verified=kept["verified"],
        span=(days[0], days[1]),
    )
