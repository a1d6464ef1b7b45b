"""Score cards: each point with its reason; one rounding, at the total."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.assessment.facts import Ask, Fact
from lantian.assessment.points import LOWER, Place
from lantian.assessment.scheme import COMPARE, OPEN, SHARE, Item, Scheme, Veto
from lantian.assessment.text import Text, equal, half_even, shown
from lantian.errors import LantianError

ITEM, BONUS, DEDUCTION = "item", "bonus", "deduction"
SCORED, SHARED, ZEROED, LEFT_OPEN = "scored", "shared", "zero", "open"

Pool = Mapping[str, Mapping[str, Decimal | None]]
"""Per indicator, the values of everybody ranked together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card.

    Attributes
    ----------
    kind
        `item`, `bonus` or `deduction`
    state
        `scored`; `shared`: not computable, its weight went to the others; `zero`: not computable, no points;
        `open`: not computable, not yet decided
    weight
        what the scheme gives it; `effective` after others' weights were shared out
    points
        exact points as they enter the total; None while open or shared
    why
        the bound that applied and the reckoning, or the reason there is none
    rule
        the item's whole rule as a sentence
    """

    code: str
    kind: str
    title: Text
    indicator: str
    state: str
    weight: Fraction
    effective: Fraction
    points: Fraction | None
    shown: Decimal | None
    why: Text
    rule: Text
    fact: Fact
    verified: bool

    def as_dict(self) -> dict[str, Any]:
        """For canonical JSON."""
        return {
            "code": self.code, "kind": self.kind, "title": self.title.as_dict(), "indicator": self.indicator,
            "state": self.state, "weight": self.weight, "effective": self.effective, "points": self.points,
            "shown": self.shown, "why": self.why.as_dict(), "rule": self.rule.as_dict(),
            "fact": self.fact.as_dict(), "verified": self.verified,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class VetoLine:
    """Whether a veto applies: True, False, or None where that is not known."""

    code: str
    title: Text
    indicator: str
    applies: bool | None
    effect: Text
    why: Text
    fact: Fact

    def as_dict(self) -> dict[str, Any]:
        """For canonical JSON."""
        return {
            "code": self.code, "title": self.title.as_dict(), "indicator": self.indicator,
            "applies": self.applies, "effect": self.effect.as_dict(), "why": self.why.as_dict(),
            "fact": self.fact.as_dict(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The score of one subject under one scheme.

    Attributes
    ----------
    exact, total
        the sum, and the sum rounded once; None where nothing could be computed
    open_points
        points that can still come, because their items are open
    complete
        nothing is open and every veto is known; only complete cards are ranked
    rank, of
        place among the complete cards of the pool; equal totals share the better rank
    """

    subject: str
    scheme: Scheme
    lines: tuple[Line, ...]
    vetoes: tuple[VetoLine, ...]
    exact: Fraction | None
    total: Decimal | None
    open_points: Fraction
    complete: bool
    grade: Text | None
    sum_words: Text
    rank: int | None = None
    of: int | None = None

    @property
    def vetoed(self) -> bool:
        """Whether a veto applies."""
        return any(veto.applies for veto in self.vetoes)

    @property
    def verified(self) -> bool:
        """Whether the scheme and every figure under the card were checked against their documents."""
        return self.scheme.verified and all(line.verified for line in self.lines)

    def as_dict(self) -> dict[str, Any]:
        """For canonical JSON."""
        return {
            "subject": self.subject,
            "lines": [line.as_dict() for line in self.lines],
            "vetoes": [veto.as_dict() for veto in self.vetoes],
            "exact": self.exact,
            "total": self.total,
            "open_points": self.open_points,
            "complete": self.complete,
            "grade": self.grade.as_dict() if self.grade else None,
            "sum_words": self.sum_words.as_dict(),
            "vetoed": self.vetoed,
            "verified": self.verified,
            "rank": self.rank,
            "of": self.of,
        }


def score(scheme: Scheme, subject: str, ask: Ask, pool: Pool | None = None) -> ScoreCard:
    """The card of one subject.

    Parameters
    ----------
    scheme
        as read by `read_scheme`
    subject
        its key, handed through
    ask
        the subject's facts by the code of an indicator
    pool
        per indicator the values of all subjects ranked together, this one's too; needed where points come
        by rank

    Returns
    -------
    the card, without its rank (`score_pool` gives it)

    Raises
    ------
    LantianError
        an item is by rank and no pool was given
    """

    def places(item: Item) -> Place:
        return _place(item, pool, subject)

    drafts = [_draft(item, ITEM, ask, places, verified=scheme.verified) for item in scheme.items]
    shared = sum((line.weight for line in drafts if line.state == SHARED), Fraction(0))
    left = scheme.total - shared
    scale = scheme.total / left if left and left >= scheme.least else None
    lines = [_scale(line, scale, scheme) for line in drafts]
    for kind, items in ((BONUS, scheme.bonuses), (DEDUCTION, scheme.deductions)):
        lines += [
            _scale(_draft(item, kind, ask, places, verified=scheme.verified), Fraction(1), scheme)
            for item in items
        ]
    vetoes = tuple(_veto(veto, ask) for veto in scheme.vetoes)
    open_points = sum(
        (one.effective for one in lines if one.state == LEFT_OPEN and one.kind != DEDUCTION), Fraction(0)
    )
    if scale is None:
        words = Text("没有一项可以计算，无总分", "not one item can be computed: there is no total")
        if left:
            words = Text(
                f"可计算的只有{shown(left)}分，不足{shown(scheme.least)}分，无总分",
                f"only {shown(left)} points can be computed, not {shown(scheme.least)}: there is no total",
            )
        return ScoreCard(subject, scheme, tuple(lines), vetoes, None, None, open_points, False, None, words)
    exact, words = _total(scheme, lines, vetoes)
    total = half_even(exact, scheme.decimals)
    complete = not any(one.state == LEFT_OPEN for one in lines) and all(v.applies is not None for v in vetoes)
    grade = (
        next((grade.title for grade in scheme.grades if total >= grade.at_least), None) if complete else None
    )
    return ScoreCard(subject, scheme, tuple(lines), vetoes, exact, total, open_points, complete, grade, words)


def score_pool(scheme: Scheme, asks: Mapping[str, Ask]) -> list[ScoreCard]:
    """The cards of all subjects, ranked; the best first, then those that are not complete.

    Ranks are by the rounded total, the figure everybody sees; equal totals share the better rank and the
    next one is left out (1, 2, 2, 4).
    """
    by_rank = {
        item.indicator for item in (*scheme.items, *scheme.bonuses, *scheme.deductions) if item.by_rank
    }
    pool = {code: {subject: ask(code).value for subject, ask in asks.items()} for code in by_rank}
    return ranked([score(scheme, subject, ask, pool) for subject, ask in asks.items()])


def ranked(cards: list[ScoreCard]) -> list[ScoreCard]:
    """Cards with their ranks, best first."""
    totals = [card.total for card in cards if card.complete and card.total is not None]

    def placed(card: ScoreCard) -> ScoreCard:
        if not card.complete or card.total is None:
            return replace(card, rank=None, of=len(totals))
        better = sum(1 for total in totals if total > card.total)
        return replace(card, rank=better + 1, of=len(totals))

    def order(card: ScoreCard) -> tuple[int, Decimal, str]:
        return (card.rank or len(cards) + 1, -(card.total or Decimal(0)), card.subject)

    return sorted((placed(card) for card in cards), key=order)


def _draft(item: Item, kind: str, ask: Ask, places: Callable[[Item], Place], *, verified: bool) -> Line:
    """A line before weights are shared out."""
    fact = ask(item.indicator)
    rule = item.way.words(item.weight, fact.unit)
    points: Fraction | None
    if fact.value is None:
        state, points, why = _missing(item, fact)
    else:
        place = places(item) if item.by_rank else None
        points, why = item.way.points(Fraction(fact.value), item.weight, place)
        state = SCORED
    return Line(
        item.code, kind, item.title, item.indicator, state, item.weight, item.weight, points, None, why, rule,
        fact, verified and fact.verified,
    )  # fmt: skip


def _missing(item: Item, fact: Fact) -> tuple[str, Fraction | None, Text]:
    reason = fact.reason or Text("没有数据", "there are no data")
    if item.missing == SHARE:
        return (
            SHARED,
            None,
            Text(
                f"不能计算：{reason.zh}；其权重按比例分给其他各项",
                f"not computable: {reason.en}; its weight is shared among the other items",
            ),
        )
    if item.missing == OPEN:
        return LEFT_OPEN, None, Text(f"待定：{reason.zh}", f"open: {reason.en}")
    return (
        ZEROED,
        Fraction(0),
        Text(f"不能计算，按办法记0分：{reason.zh}", f"not computable, 0 points by the scheme: {reason.en}"),
    )


def _scale(line: Line, scale: Fraction | None, scheme: Scheme) -> Line:
    """The line with the weights of others shared out, and its points as they are shown."""
    if line.state == SHARED or scale is None:
        return replace(line, effective=Fraction(0))
    if line.points is None:
        return replace(line, effective=line.weight * scale)
    points, why = line.points * scale, line.why
    if scale != 1 and line.points:
        times = (
            f"{shown(line.points)} × {shown(scheme.total)} ÷ {shown(scheme.total / scale)} {equal(points)}"
        )
        why = Text(f"{why.zh}；分摊后{times}分", f"{why.en}; with weights shared out {times} points")
    return replace(
        line, effective=line.weight * scale, points=points, shown=half_even(points, scheme.decimals), why=why
    )


def _place(item: Item, pool: Pool | None, subject: str) -> Place:
    if pool is None:
        raise LantianError(
            f"the item '{item.code}' gives points by rank, and no pool was given",
            remedy="Score everybody together with score_pool.",
        )
    values = {key: value for key, value in pool[item.indicator].items() if value is not None}
    own = values[subject]
    better = sum(1 for value in values.values() if (value < own if item.direction == LOWER else value > own))
    return Place(better + 1, len(values), sum(1 for value in values.values() if value == own))


def _veto(veto: Veto, ask: Ask) -> VetoLine:
    fact = ask(veto.indicator)
    reason = fact.reason or Text("没有数据", "there are no data")
    other = veto.among is not None and fact.value is not None and fact.among != veto.among
    if other:
        have = "?" if fact.among is None else fact.among
        reason = Text(
            f"名次是{have}个中的名次，办法说的是{veto.among}个",
            f"the rank is one among {have}, the scheme speaks of {veto.among}",
        )
    if fact.value is None or other:
        applies = None if (veto.other_pool if other else veto.missing) == OPEN else False
        why = Text(f"是否适用不明：{reason.zh}", f"not known whether it applies: {reason.en}")
        if applies is False:
            why = Text(
                f"不能计算，按办法不适用：{reason.zh}",
                f"not computable, does not apply by the scheme: {reason.en}",
            )
    else:
        applies = bool(COMPARE[veto.sign](Fraction(fact.value), veto.bound))
        said = f"{shown(fact.value)} {veto.sign} {shown(veto.bound)}"
        why = Text(
            f"{said}：{'适用' if applies else '不适用'}",
            f"{said}: {'applies' if applies else 'does not apply'}",
        )
    return VetoLine(veto.code, veto.title, veto.indicator, applies, veto.effect, why, fact)


def _total(scheme: Scheme, lines: list[Line], vetoes: tuple[VetoLine, ...]) -> tuple[Fraction, Text]:
    """The exact total, and how it comes together."""
    sums = {
        kind: sum((one.points or Fraction(0) for one in lines if one.kind == kind), Fraction(0))
        for kind in (ITEM, BONUS, DEDUCTION)
    }
    zh, en = [f"各项{shown(sums[ITEM])}"], [f"items {shown(sums[ITEM])}"]
    for kind, cap, sign, name_zh, name_en in (
        (BONUS, scheme.bonus_cap, "+", "加分", "bonus"),
        (DEDUCTION, scheme.deduction_cap, "−", "扣分", "deductions"),
    ):
        if not any(one.kind == kind for one in lines):
            continue
        capped = cap is not None and sums[kind] > cap
        if cap is not None and capped:
            zh.append(f"{sign} {name_zh}{shown(cap)}（{shown(sums[kind])}，以{shown(cap)}为限）")
            en.append(f"{sign} {name_en} {shown(cap)} ({shown(sums[kind])}, at most {shown(cap)})")
            sums[kind] = cap
        else:
            zh.append(f"{sign} {name_zh}{shown(sums[kind])}")
            en.append(f"{sign} {name_en} {shown(sums[kind])}")
    total = sums[ITEM] + sums[BONUS] - sums[DEDUCTION]
    if total < 0:
        total = Fraction(0)
        zh.append("，不低于0")
        en.append("(not below 0)")
    bounds = {veto.code: veto.most for veto in scheme.vetoes}
    for line in vetoes:
        most = bounds[line.code]
        if line.applies and most is not None and total > most:
            total = most
            zh.append(f"，“{line.title.zh}”适用，以{shown(most)}为限")
            en.append(f"(“{line.title.en}” applies: at most {shown(most)})")
    result = half_even(total, scheme.decimals)
    return total, Text(" ".join(zh) + f" = {result}", " ".join(en) + f" = {result}")
