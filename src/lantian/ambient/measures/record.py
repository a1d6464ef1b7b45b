"""What the questions of this room are answered with: records that turn into plain data, and triggers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from lantian.rulebook import Rule, Rulebook, RuleError


class Record:
    """A dataclass that gives itself as JSON values."""

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        """Every field as text, number, list or mapping."""
        return {one.name: plain(getattr(self, one.name)) for one in fields(cast(Any, self))}

    def cells(self) -> dict[str, Any]:
        """Every field as it is, for a table: a Decimal keeps its printed places."""
        return {one.name: getattr(self, one.name) for one in fields(cast(Any, self))}


def plain(value: Any) -> Any:  # noqa: PLR0911 - one return a type
    """A value as JSON knows it. An exact fraction becomes text `173/12`, a rule its path and citation."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and value.as_tuple().exponent == 0
        return int(value) if whole else float(value)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Rule):
        return {"path": value.path, "citation": value.citation, "verified": value.verified}
    if isinstance(value, Record):
        return value.as_dict()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str) or value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


@dataclass(frozen=True, slots=True)
class Trigger(Record):
    """A reason to start a campaign, found by a rule in the data.

    `code` is the rule's short name, `place` whom it concerns, `level` road, county or city. `since` and
    `until` bound the samples; `evidence` holds the figures behind it; `rules` what it was decided by.
    """

    code: str
    place: str
    name: str
    level: str
    since: date
    until: date
    evidence: dict[str, Any]
    text: str
    rules: tuple[Rule, ...]

    @property
    def verified(self) -> bool:
        """Whether every rule behind it was read in its document."""
        return all(rule.verified for rule in self.rules)


def unverified(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that were not read in their document, each once."""
    found = {(rule.path, rule.valid_from): rule for rule in rules if not rule.verified}
    return tuple(found.values())


def ranks(values: Mapping[str, Any]) -> dict[str, int]:
    """Rank of each key by its value, smallest first; equal values share a rank and the next is skipped."""
    ordered = sorted(values.values())
    first = {value: position for position, value in reversed(list(enumerate(ordered, start=1)))}
    return {key: first[value] for key, value in values.items()}


class RegionRules:
    """Rules that a region may have of its own: `branch.太原市`, found with or without its 市.

    `names` are the regions that have one; a region without is not asked for, which keeps thousands cheap.
    """

    def __init__(self, book: Rulebook, branch: str) -> None:
        self.book, self.branch = book, branch
        self.names = {path.removeprefix(f"{branch}.") for path in book.paths(f"{branch}.")}

    def rules(self, regions: Iterable[str | None], on: date) -> Iterable[Rule]:
        """The rules of these regions that hold on a day, in the order of the regions."""
        for region in regions:
            if region:
                for name in dict.fromkeys((region, region.removesuffix("市"), f"{region}市")):
                    if name in self.names:
                        try:
                            yield self.book.rule(f"{self.branch}.{name}", on=on)
                        except RuleError:  # it has one, not on that day
                            continue
