"""Kinds of checks as the rulebook declares them: `office.checks.<kind>`, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings.special.rulings import BRANCH, in_language, rule
from lantian.office.monitoring.kernel import rulebook
from lantian.rulebook import Rule

YES_NO, NUMBER = "yes_no", "number"
YES, NO, NOT_HERE = "yes", "no", ""
ABOVE, BELOW = "above", "below"
TENTH = Decimal("0.1")
_ITEM = {"zh", "en", "kind", "weight", "fails", "limit", "unit"}


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what is asked, what it weighs, what fails it."""

    code: str
    words: Mapping[str, str]
    kind: str
    weight: Decimal
    fails: str
    limit: Decimal | None
    unit: Any

    @property
    def label(self) -> str:
        """In the active language."""
        return in_language(self.words)

    @property
    def unit_label(self) -> str:
        """The unit in the active language; "" for yes and no."""
        return in_language(self.unit) if self.unit else ""

    def unit_in(self, language: str) -> str:
        """The unit in `zh` or `en`."""
        return str(self.unit[language]) if isinstance(self.unit, Mapping) else str(self.unit or "")

    def failed(self, answer: Any) -> bool | None:
        """Whether an answer (`yes`, `no`, a number) fails the item; None where it was not answered."""
        if answer is None or answer == NOT_HERE:
            return None
        if self.kind == YES_NO:
            return bool(answer == self.fails)
        number, limit = Decimal(answer), self.limit or Decimal(0)
        return number > limit if self.fails == ABOVE else number < limit


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of check."""

    code: str
    words: Mapping[str, str]
    finding: str
    least: Decimal
    items: tuple[Item, ...]
    rule: Rule

    @property
    def label(self) -> str:
        """In the active language."""
        return in_language(self.words)


@dataclass(frozen=True, slots=True)
class Result:
    """A check's total of the items that apply, 0 to 100 with one decimal; None when none does."""

    score: Decimal | None
    passed: bool | None
    failed: tuple[Item, ...]
    got: Decimal
    of: Decimal


def codes() -> list[str]:
    """The kinds of checks known, packaged and the office's own, in the order declared."""
    start = f"{BRANCH}.checks."
    return [path.removeprefix(start) for path in rulebook().paths(start)]


def kinds(on: date | None = None) -> list[Kind]:
    """The kinds of checks of a day."""
    return [kind_of(code, on) for code in codes()]


def kind_of(code: str, on: date | None = None) -> Kind:
    """A kind of check as it stood on a day.

    Raises
    ------
    LantianError
        there is none of this code, or its entry is wrong: what, and where it stands
    """
    if code not in codes():
        raise LantianError(_("there is no check called “%(code)s”") % {"code": code})
    found = rule(f"checks.{code}", on)
    table = found.table
    missing = {"label", "finding", "pass", "items"} - set(table)
    if missing:
        raise _wrong(found, ", ".join(sorted(missing)))
    items = tuple(_item(found, key, said) for key, said in table["items"].items())
    return Kind(code, table["label"], str(table["finding"]), Decimal(table["pass"]), items, found)


def label_of(code: str, on: date | None = None) -> str:
    """The name of a kind of check; a code no longer declared stands as it is."""
    return kind_of(code, on).label if code in codes() else code


def judge(kind: Kind, answers: Mapping[str, Any]) -> Result:
    """The total: weights of the items passed over weights of the items that apply, × 100, half to even.

    Parameters
    ----------
    kind
        the check
    answers
        by item: `yes` or `no`, or a number; what does not apply is missing, None or ""
    """
    got = of = Decimal(0)
    failed = []
    for item in kind.items:
        verdict = item.failed(answers.get(item.code))
        if verdict is None:
            continue
        of += item.weight
        if verdict:
            failed.append(item)
        else:
            got += item.weight
    if not of:
        return Result(None, None, (), got, of)
    score = (100 * got / of).quantize(TENTH, ROUND_HALF_EVEN)
    return Result(score, 100 * got >= kind.least * of, tuple(failed), got, of)


def _item(found: Rule, code: str, said: Mapping[str, Any]) -> Item:
    unknown = set(said) - _ITEM
    kind, fails = said.get("kind"), str(said.get("fails", ""))
    right = {YES, NO} if kind == YES_NO else {ABOVE, BELOW} if kind == NUMBER else set()
    lacks_limit = kind == NUMBER and "limit" not in said
    if (
        len(code) > 24
        or unknown
        or fails not in right
        or "weight" not in said
        or lacks_limit
        or not {"zh", "en"} <= set(said)
    ):
        raise _wrong(found, code)
    limit = Decimal(said["limit"]) if kind == NUMBER else None
    words = {"zh": str(said["zh"]), "en": str(said["en"])}
    return Item(code, words, str(kind), Decimal(said["weight"]), fails, limit, said.get("unit"))


def _wrong(found: Rule, what: str) -> LantianError:
    return LantianError(
        _("the check “%(path)s” is declared wrongly at “%(what)s”") % {"path": found.path, "what": what},
        where=found.origin,
        remedy=_("An item has zh, en, kind, weight, fails, and a limit where it is a number."),
    )
