"""What the rulebook says about grades: scales, sets of grades, indicators of an industry. Knows no Django.

    definition(rulebook, "coking", ("140000", "141000", "141002"), date(2025, 6, 1))

Everything here stands in `rulebook/data/grading`, is read strictly, and is replaced by DATA/rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from lantian.rulebook import Rule, Rulebook, RuleError

DIMENSIONS = (
    "equipment", "treatment", "emission", "fugitive", "monitoring", "management", "transport", "supervision",
)  # fmt: skip
NUMBER, FLAG, CHOICE = "number", "flag", "choice"
KINDS = (NUMBER, FLAG, CHOICE)
LOWER, HIGHER = "lower", "higher"
GRADE_KEYS = {"code", "zh", "en", "rank", "floor", "picked"}
INDICATOR_KEYS = {"dimension", "title", "kind", "better", "options", "at", "may_lack"}
LOCAL_KEYS = {"region", "industries", "code"}
BRANCH = "grading"


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of a scale. The smaller `rank`, the better; `floor` is held by whoever reaches no other,
    `picked` is given by name and never computed."""

    code: str
    zh: str
    en: str
    rank: int
    floor: bool = False
    picked: bool = False

    def label(self, language: str) -> str:
        """Its name in a language."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades in use on a day, the best first."""

    code: str
    grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: what each grade asks at least (`at`), with the rule it stands in."""

    code: str
    dimension: str
    zh: str
    en: str
    kind: str
    unit: str
    better: str
    options: tuple[tuple[str, str, str], ...]  # code, Chinese, English; the best first
    at: Mapping[str, str]
    ranks: Mapping[str, int] = field(repr=False)
    may_lack: bool
    document: Mapping[str, str]
    clause: Mapping[str, str]
    note: Mapping[str, str]
    verified: bool
    origin: str

    def asked(self, grade: Grade) -> str | None:
        """What a grade asks; None where it asks nothing.

        A grade that is not named asks what the next worse one that is named asks; a floor grade nothing.
        """
        if grade.floor:
            return None
        if grade.code in self.at:
            return self.at[grade.code]
        below = [code for code in self.at if self.ranks[code] >= grade.rank]
        return self.at[min(below, key=lambda code: self.ranks[code])] if below else None

    def meets(self, answer: str | None, asked: str) -> bool:
        """Whether an answer is as good as what is asked. No answer never is."""
        if answer is None or answer == "":
            return False
        if self.kind == NUMBER:
            own, line = Decimal(answer), Decimal(asked)
            return own <= line if self.better == LOWER else own >= line
        if self.kind == FLAG:
            return asked == "no" or answer == "yes"
        order = [code for code, _zh, _en in self.options]
        return order.index(answer) <= order.index(asked)

    def title(self, language: str) -> str:
        """Its name in a language."""
        return self.en if language.startswith("en") else self.zh

    def as_dict(self) -> dict[str, Any]:
        """The indicator as it is kept with an application."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        tables = {name: dict(plain[name]) for name in ("at", "ranks", "document", "clause", "note")}
        return {**plain, **tables, "options": [list(option) for option in self.options]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Indicator:
        """The indicator that was kept."""
        return cls(**{**kept, "options": tuple(tuple(option) for option in kept["options"])})


@dataclass(frozen=True, slots=True)
class Definition:
    """What an industry is graded by on a day: its grades, the best first, and its indicators."""

    industry: str
    on: date
    scale: str
    grades: tuple[Grade, ...]
    indicators: tuple[Indicator, ...]
    own: bool  # whether the industry has indicators of its own, beyond the general ones

    def grade(self, code: str) -> Grade | None:
        """The grade of this code; None where the industry has no such grade."""
        return next((grade for grade in self.grades if grade.code == code), None)

    def as_dict(self) -> dict[str, Any]:
        """As it is kept with an application, so that a rule changed later changes nothing."""
        return {
            "industry": self.industry, "on": self.on.isoformat(), "scale": self.scale, "own": self.own,
            "grades": [asdict(grade) for grade in self.grades],
            "indicators": [indicator.as_dict() for indicator in self.indicators],
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Definition:
        """The definition that was kept."""
        return cls(
            kept["industry"], date.fromisoformat(kept["on"]), kept["scale"],
            tuple(Grade(**grade) for grade in kept["grades"]),
            tuple(Indicator.of(indicator) for indicator in kept["indicators"]), kept["own"],
        )  # fmt: skip


def scale_on(book: Rulebook, on: date) -> Scale:
    """The scale in force on a day."""
    return _scale(book.rule(f"{BRANCH}.scales.scale", on=on))


@lru_cache(maxsize=8)
def all_grades(book: Rulebook) -> Mapping[str, Grade]:
    """Every grade of every scale by its code; where a code stands in both, as in the newer one."""
    found: dict[str, Grade] = {}
    for rule in sorted(book.history(f"{BRANCH}.scales.scale"), key=lambda one: one.valid_from or date.min):
        for grade in _scale(rule).grades:
            known = found.get(grade.code)
            if known is not None and known.rank != grade.rank:
                raise _wrong(rule, f"the grade {grade.code} has another rank than in the other scale")
            found[grade.code] = grade
    return MappingProxyType(found)


def covered(book: Rulebook, on: date) -> tuple[str, ...]:
    """The industries that are graded."""
    return book.rule(f"{BRANCH}.scales.covered", on=on).texts


def industry_grade_set(book: Rulebook, industry: str, on: date) -> tuple[Grade, ...]:
    """The grades an industry may have on a day, the best first.

    Raises
    ------
    RuleError
        the industry is not graded, or its set names a grade the scale does not have
    """
    if industry not in covered(book, on):
        raise RuleError(
            f"the industry '{industry}' is not graded on {on}",
            remedy="Add it to `grading.scales.covered` in a file of DATA/rules where your office grades it.",
        )
    rule = book.rule(f"{BRANCH}.scales.sets.by_industry", on=on)
    codes = rule.table.get(industry)
    if codes is None:
        rule = book.rule(f"{BRANCH}.scales.sets.default", on=on)
        codes = rule.texts
    known = {grade.code: grade for grade in scale_on(book, on).grades}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise _wrong(rule, f"the set of '{industry}' names the grade '{unknown[0]}', which the scale has not")
    return tuple(sorted((known[code] for code in codes), key=lambda grade: grade.rank))


def definition(book: Rulebook, industry: str, regions: Iterable[str], on: date) -> Definition:
    """What an industry is graded by on a day in a place.

    Parameters
    ----------
    industry
        a code of `ledgers.words.Industry`
    regions
        codes of the regions the enterprise lies in, from the province down; what they ask in addition counts
    on
        the day

    Raises
    ------
    RuleError
        the industry is not graded, or an entry is wrong: file, line and what to do
    """
    grades = industry_grade_set(book, industry, on)
    ranks = {code: grade.rank for code, grade in all_grades(book).items()}
    found: dict[str, Indicator] = {}
    bases = book.rule(f"{BRANCH}.base.bases", on=on).table.get(industry, ("general",))
    own = False
    for branch in (*(f"{BRANCH}.base.{base}." for base in bases), f"{BRANCH}.industry.{industry}."):
        for path in book.paths(branch):
            rule = rule_in_force(book, path, on)
            if rule is None:
                continue
            code = path.removeprefix(branch)
            if rule.table.get("absent") is True:
                found.pop(code, None)
                continue
            own = own or branch.endswith(f".industry.{industry}.")
            found[code] = _indicator(rule, code, rule.table, ranks)
    here = set(regions)
    for path in book.paths(f"{BRANCH}.local."):
        rule = rule_in_force(book, path, on)
        if rule is None:
            continue
        missing = LOCAL_KEYS - set(rule.table)
        if missing:
            raise _wrong(rule, f"a local indicator does not say `{sorted(missing)[0]}`")
        if str(rule.table["region"]) in here and industry in rule.table["industries"]:
            code = str(rule.table["code"])
            plain = {key: value for key, value in rule.table.items() if key not in LOCAL_KEYS}
            found[code] = _indicator(rule, code, plain, ranks)
    order = {name: number for number, name in enumerate(DIMENSIONS)}
    indicators = sorted(found.values(), key=lambda one: order[one.dimension])
    return Definition(industry, on, scale_on(book, on).code, grades, tuple(indicators), own)


def rule_in_force(book: Rulebook, path: str, on: date) -> Rule | None:
    """A rule on a day; None where none of its entries holds then."""
    for rule in book.history(path):
        if (rule.valid_from or date.min) <= on <= (rule.valid_to or date.max):
            return book.rule(path, on=on)
    return None


def _scale(rule: Rule) -> Scale:
    grades = []
    for row in rule.table.get("grades", ()):
        if not isinstance(row, Mapping) or not {"code", "zh", "en", "rank"} <= set(row) <= GRADE_KEYS:
            raise _wrong(rule, "a grade is {code, zh, en, rank} and may be `floor` or `picked`")
        grades.append(Grade(**{**row, "code": str(row["code"])}))
    if not grades or "code" not in rule.table:
        raise _wrong(rule, "a scale has a `code` and its `grades`")
    codes = [grade.code for grade in grades]
    if len(set(codes)) != len(codes):
        raise _wrong(rule, "a grade stands in the scale twice")
    return Scale(str(rule.table["code"]), tuple(sorted(grades, key=lambda grade: grade.rank)))


def _indicator(rule: Rule, code: str, table: Mapping[str, Any], ranks: Mapping[str, int]) -> Indicator:
    unknown = sorted(set(table) - INDICATOR_KEYS)
    if unknown:
        raise _wrong(rule, f"unknown key '{unknown[0]}'; known are {', '.join(sorted(INDICATOR_KEYS))}")
    kind, title = table.get("kind"), table.get("title")
    if kind not in KINDS:
        raise _wrong(rule, f"`kind` is one of {', '.join(KINDS)}")
    if table.get("dimension") not in DIMENSIONS:
        raise _wrong(rule, f"`dimension` is one of {', '.join(DIMENSIONS)}")
    if not isinstance(title, Mapping) or set(title) != {"zh", "en"}:
        raise _wrong(rule, "`title` is {zh: …, en: …}")
    if (kind == NUMBER) != (table.get("better") in (LOWER, HIGHER)):
        raise _wrong(rule, "a number says `better: lower` or `better: higher`, nothing else does")
    options = tuple((str(one["code"]), str(one["zh"]), str(one["en"])) for one in table.get("options", ()))
    if (kind == CHOICE) != bool(options):
        raise _wrong(rule, "a choice has `options`, the best first; nothing else has")
    at = table.get("at")
    if not isinstance(at, Mapping) or not at:
        raise _wrong(rule, "`at` says what each grade asks, for example {A: 10, B: 20}")
    asked = {str(grade): _asked(rule, kind, options, value) for grade, value in at.items()}
    strange = [grade for grade in asked if grade not in ranks]
    if strange:
        raise _wrong(rule, f"`at` names the grade '{strange[0]}', which no scale has")
    made = Indicator(
        code, str(table["dimension"]), str(title["zh"]), str(title["en"]), str(kind),
        rule.unit if kind == NUMBER else "", str(table.get("better", "")), options, asked,
        {grade: ranks[grade] for grade in asked}, bool(table.get("may_lack", False)),
        {"zh": rule.document_zh, "en": rule.document}, {"zh": rule.clause_zh, "en": rule.clause},
        {"zh": rule.note_zh, "en": rule.note}, rule.verified, rule.origin,
    )  # fmt: skip
    _check_order(rule, made)
    return made


def _asked(rule: Rule, kind: str, options: tuple[tuple[str, str, str], ...], value: Any) -> str:
    if kind == FLAG and isinstance(value, bool):
        return "yes" if value else "no"
    if kind == NUMBER and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    if kind == CHOICE and value in [code for code, _zh, _en in options]:
        return str(value)
    raise _wrong(rule, f"`at` holds {value!r}, which is no {kind} of this indicator")


def _check_order(rule: Rule, made: Indicator) -> None:
    """A better grade never asks less than a worse one."""
    ordered = sorted(made.at, key=lambda grade: made.ranks[grade])
    for better, worse in pairwise(ordered):
        if not made.meets(made.at[better], made.at[worse]):
            raise _wrong(rule, f"grade {better} asks less than grade {worse}")


def _wrong(rule: Rule, what: str) -> RuleError:
    return RuleError(f"'{rule.path}': {what}", where=rule.origin, remedy="Correct the entry in that file.")
