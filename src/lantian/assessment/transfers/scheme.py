"""Transfer schemes: dated rules below `assessment.transfers`, read whole or refused.

A part says what is compared with what and what it costs. What a document does not tell is written as
`unknown:` with its words; that part is then not computable and the result is marked incomplete.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.assessment.checking import Group, SchemeError
from lantian.assessment.points import HIGHER, LOWER
from lantian.assessment.text import Text, shown
from lantian.rulebook import Rule, Rulebook

PREFIX = "assessment.transfers."
GAP, RANK, THRESHOLD = "gap", "rank", "threshold"
LAST_YEAR, MEAN = "last_year", "mean"
MARGINAL, WHOLE = "marginal", "whole"
RATE, POOL, NOTHING = "rate", "pool", "nothing"
KEYS = {"title", "period", "level", "unit", "decimals", "parts", "cap", "incomplete"}
PART_KEYS = {
    "code", "title", "indicator", "kind", "direction", "base", "in_percent", "tiers", "application",
    "exempt", "better", "worse", "cap", "first", "last", "at_least", "at_most", "amount", "unknown",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to which gap (None: beyond the last bound) and how much a unit of the gap."""

    up_to: Fraction | None
    rate: Fraction


@dataclass(frozen=True, slots=True)
class TransferPart:
    """One part of a scheme.

    Attributes
    ----------
    kind
        `gap`: a gap to a base costs so much a unit; `rank`: the first and last places; `threshold`: one sum
        where a bound is kept
    base
        `last_year` (same month) or `mean` of all regions; in `gap`
    application
        `whole`: the tier of the gap holds for the whole of it; `marginal`: each tier for what lies in it
    better
        `rate`: who is better gets by the same tiers; `pool`: what the others pay in this part is shared by
        gap; `nothing`
    exempt
        nothing is deducted where the value is at most this
    unknown
        what the document does not tell; the part is not computable then
    """

    code: str
    title: Text
    indicator: str
    kind: str
    direction: str
    base: str = ""
    in_percent: bool = False
    tiers: tuple[Tier, ...] = ()
    application: str = WHOLE
    better: str = NOTHING
    worse: bool = True
    exempt: Fraction | None = None
    cap: Fraction | None = None
    first: tuple[Fraction, ...] = ()
    last: tuple[Fraction, ...] = ()
    bound: Fraction | None = None
    amount: Fraction | None = None
    unknown: Text | None = None


@dataclass(frozen=True, slots=True)
class TransferScheme:
    """A scheme of transfers as it holds from one day to another; amounts are in `unit`."""

    path: str
    title: Text
    period: str
    level: str
    unit: Text
    decimals: int
    parts: tuple[TransferPart, ...]
    cap: Fraction | None
    incomplete: tuple[Text, ...]
    citation: Text
    note: Text
    verified: bool
    valid_from: date | None
    valid_to: date | None
    source: Mapping[str, Any]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator it asks for, once, in order."""
        return tuple(dict.fromkeys(part.indicator for part in self.parts if part.unknown is None))

    @property
    def complete(self) -> bool:
        """Whether the document was known whole."""
        return not self.incomplete and all(part.unknown is None for part in self.parts)


def read_transfer_scheme(rule: Rule, indicators: Collection[str] | None = None) -> TransferScheme:
    """The scheme a rule holds.

    Raises
    ------
    SchemeError
        tiers out of order or without an end, an unknown indicator, no direction, a key that means nothing
    """
    if not isinstance(rule.value, Mapping):
        raise SchemeError(
            f"'{rule.path}' is not a group of keys", where=rule.origin, remedy="Write title, parts …"
        )
    whole = Group(rule.value, f"'{rule.path}'", rule.origin).only(KEYS)
    parts = tuple(_part(one) for one in whole.groups("parts", "part"))
    if not parts:
        raise whole.error("it has no parts", "Write at least one under `parts:`.")
    codes = [part.code for part in parts]
    for code in codes:
        if codes.count(code) > 1:
            raise whole.error(f"the code '{code}' is used twice", "Give each part a code of its own.")
    for part in parts if indicators is not None else ():
        if part.unknown is None and part.indicator not in (indicators or ()):
            raise whole.error(
                f"no indicator is called '{part.indicator}'", "Choose one that can be asked for."
            )
    gaps = whole.value.get("incomplete") or ()
    return TransferScheme(
        path=rule.path,
        title=whole.text("title"),
        period=whole.word("period", ("month", "year")),
        level=whole.word("level", ("city", "county")),
        unit=whole.text("unit"),
        decimals=int(whole.number("decimals", 2)),
        parts=parts,
        cap=whole.maybe("cap"),
        incomplete=tuple(Text.of(gap) for gap in gaps),
        citation=Text(f"{rule.document_zh}，{rule.clause_zh}", rule.citation),
        note=Text(rule.note_zh, rule.note),
        verified=rule.verified,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        source=rule.value,
    )


def transfer_schemes(
    book: Rulebook, on: date | None = None, indicators: Collection[str] | None = None
) -> list[TransferScheme]:
    """The transfer schemes in force on a day, or of every day, by path and date."""
    rules = [rule for path in book.paths(PREFIX) for rule in book.history(path)]
    held = [r for r in rules if on is None or (r.valid_from or date.min) <= on <= (r.valid_to or date.max)]
    return [read_transfer_scheme(rule, indicators) for rule in held]


def _part(group: Group) -> TransferPart:
    group.only(PART_KEYS)
    kind = group.word("kind", (GAP, RANK, THRESHOLD))
    direction = group.word("direction", (HIGHER, LOWER))
    base = group.word("base", (LAST_YEAR, MEAN)) if kind == GAP else ""
    part = TransferPart(
        group.word("code"), group.text("title"), group.word("indicator"), kind, direction, base
    )
    if group.has("unknown"):
        return replace(part, unknown=group.text("unknown"))
    if kind == RANK:
        first, last = _amounts(group, "first"), _amounts(group, "last")
        if not first and not last:
            raise group.error(
                "neither the first nor the last places get anything", "Write `first: [100, 80]`."
            )
        return replace(part, first=first, last=last)
    if kind == THRESHOLD:
        bound = group.number("at_least" if direction == HIGHER else "at_most")
        return replace(part, bound=bound, amount=group.number("amount"))
    return replace(
        part,
        in_percent=group.flag("in_percent", default=False),
        tiers=_tiers(group),
        application=group.word("application", (MARGINAL, WHOLE)),
        better=group.word("better", (RATE, POOL, NOTHING)),
        worse=group.flag("worse", default=True),
        exempt=group.group("exempt").only({"at_most"}).number("at_most") if group.has("exempt") else None,
        cap=group.maybe("cap"),
    )


def _amounts(group: Group, key: str) -> tuple[Fraction, ...]:
    found = group.value.get(key) or ()
    return tuple(Fraction(one) for one in found)


def _tiers(group: Group) -> tuple[Tier, ...]:
    rows = []
    for one in group.groups("tiers", "tier"):
        one.only({"up_to", "per_unit"})
        rows.append(Tier(one.maybe("up_to"), one.number("per_unit")))
    if not rows or rows[-1].up_to is not None:
        raise group.error(
            "the tiers have no end: a larger gap would cost nothing", "End with `- {per_unit: 20}`."
        )
    bounds = [row.up_to for row in rows[:-1]]
    before = Fraction(0)
    for bound in bounds:
        if bound is None or bound <= before:
            raise group.error(
                f"the tiers are not in order after {shown(before)}",
                "Order them by `up_to`, the smallest first.",
            )
        before = bound
    if any(row.rate < 0 for row in rows):
        raise group.error(
            "a tier has a negative amount", "Write amounts without a sign; the side decides it."
        )
    return tuple(rows)
