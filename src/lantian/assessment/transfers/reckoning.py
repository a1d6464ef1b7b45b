"""What each region pays or gets: exact, each amount with its reason, and sums that agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.assessment.facts import UNTITLED, Fact
from lantian.assessment.points import HIGHER, LOWER
from lantian.assessment.text import Text, half_even, shown
from lantian.assessment.transfers.scheme import (
    GAP,
    LAST_YEAR,
    MARGINAL,
    POOL,
    RANK,
    RATE,
    TransferPart,
    TransferScheme,
)


@dataclass(frozen=True, slots=True)
class Values:
    """An indicator of one region in the month and in the same month of the year before."""

    now: Fact
    before: Fact | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount: above 0 the region gets it, below 0 it pays; None where it is not computable, and why."""

    part: TransferPart
    exact: Fraction | None
    amount: Decimal | None
    why: Text


@dataclass(frozen=True, slots=True)
class Transfer:
    """All amounts of one region and their sum, over what could be computed."""

    subject: str
    amounts: tuple[Amount, ...]
    paid: Decimal
    got: Decimal
    net: Decimal
    capped: Text | None

    @property
    def complete(self) -> bool:
        """Whether every part could be computed."""
        return all(amount.amount is not None for amount in self.amounts)


@dataclass(frozen=True, slots=True)
class Statement:
    """The transfers of a month: rows in the order asked, sums over them, and what is not known."""

    scheme: TransferScheme
    month: str
    rows: tuple[Transfer, ...]
    paid: Decimal
    got: Decimal
    net: Decimal
    left: tuple[tuple[Text, Decimal], ...]  # pools nobody could share in
    not_known: tuple[Text, ...]

    @property
    def complete(self) -> bool:
        """Whether the scheme is known whole and every amount could be computed."""
        return self.scheme.complete and all(row.complete for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """For canonical JSON."""
        return {
            "scheme": self.scheme.path,
            "month": self.month,
            "rows": [
                {
                    "subject": row.subject,
                    "amounts": [
                        {"part": a.part.code, "amount": a.amount, "why": a.why.as_dict()} for a in row.amounts
                    ],
                    "paid": row.paid,
                    "got": row.got,
                    "net": row.net,
                }
                for row in self.rows
            ],
            "paid": self.paid,
            "got": self.got,
            "net": self.net,
            "complete": self.complete,
        }


def transfers(scheme: TransferScheme, month: str, values: Mapping[str, Mapping[str, Values]]) -> Statement:
    """The transfers of one month (or year).

    Parameters
    ----------
    scheme
        as read by `read_transfer_scheme`
    month
        its label, handed through
    values
        subject → indicator → the value now and in the same month of the year before

    Returns
    -------
    one row a subject; amounts in the scheme's unit, rounded once, half to even. Shares of a pool are rounded
    so that they sum to what was paid in (the largest remainders get the last cents).
    """
    table: dict[str, list[Amount]] = {subject: [] for subject in values}
    left: list[tuple[Text, Decimal]] = []
    for part in scheme.parts:
        found, rest = _part(part, scheme, values)
        for subject, amount in found.items():
            table[subject].append(amount)
        if rest:
            left.append((part.title, rest))
    rows = tuple(_row(scheme, subject, amounts) for subject, amounts in table.items())
    zero = Decimal(0).scaleb(-scheme.decimals)
    unknown = [part.unknown for part in scheme.parts if part.unknown is not None]
    return Statement(
        scheme=scheme,
        month=month,
        rows=rows,
        paid=sum((row.paid for row in rows), zero),
        got=sum((row.got for row in rows), zero),
        net=sum((row.net for row in rows), zero),
        left=tuple(left),
        not_known=(*scheme.incomplete, *unknown),
    )


def _part(
    part: TransferPart, scheme: TransferScheme, values: Mapping[str, Mapping[str, Values]]
) -> tuple[dict[str, Amount], Decimal]:
    """Each subject's amount in a part, and what of its pool nobody could share in."""
    if part.unknown is not None:
        why = Text(f"不能计算：{part.unknown.zh}", f"not computable: {part.unknown.en}")
        return {subject: Amount(part, None, None, why) for subject in values}, Decimal(0)
    if part.kind == GAP:
        return _gaps(part, scheme, values)
    held = {subject: values[subject][part.indicator].now for subject in values}
    if part.kind == RANK:
        return _ranks(part, scheme, held), Decimal(0)
    return {subject: _threshold(part, scheme, fact) for subject, fact in held.items()}, Decimal(0)


def _gaps(
    part: TransferPart, scheme: TransferScheme, values: Mapping[str, Mapping[str, Values]]
) -> tuple[dict[str, Amount], Decimal]:
    known = [v[part.indicator].now.value for v in values.values()]
    counted = [Fraction(value) for value in known if value is not None]
    mean = sum(counted, Fraction(0)) / len(counted) if counted else None
    found: dict[str, Amount] = {}
    sharers: dict[str, tuple[Fraction, Text]] = {}
    for subject, facts in values.items():
        now, before = facts[part.indicator].now, facts[part.indicator].before
        lacking = _lacking(part, now, before)
        if lacking is not None:
            found[subject] = Amount(part, None, None, lacking)
            continue
        value = Fraction(now.value or 0)
        if part.base == LAST_YEAR:
            base = Fraction(before.value or 0) if before is not None else Fraction(0)
            base_words = Text(f"上年同月{shown(base)}", f"same month last year {shown(base)}")
        else:
            base = mean or Fraction(0)
            base_words = Text(
                f"{len(counted)}个地区均值{shown(base)}", f"mean of {len(counted)} regions {shown(base)}"
            )
        gap = value - base if part.direction == LOWER else base - value  # above 0: worse
        if part.in_percent:
            if base == 0:
                why = Text("基数为0，不能计算变化幅度", "the base is 0: no change in percent")
                found[subject] = Amount(part, None, None, why)
                continue
            gap = gap / abs(base) * 100
        found[subject], share = _of_gap(part, scheme, value, gap, base_words)
        if share is not None:
            sharers[subject] = share
    if part.better != POOL:
        return found, Decimal(0)
    return _shared(part, scheme, found, sharers)


def _lacking(part: TransferPart, now: Fact, before: Fact | None) -> Text | None:
    """Why the gap cannot be computed; None where it can."""
    if now.value is None:
        reason = now.reason or Text("没有数据", "there are no data")
        return Text(f"不能计算：{reason.zh}", f"not computable: {reason.en}")
    if part.base == LAST_YEAR and (before is None or before.value is None):
        reason = (before.reason if before else None) or Text("没有数据", "there are no data")
        return Text(f"不能计算：上年同月{reason.zh}", f"not computable: same month last year, {reason.en}")
    return None


def _of_gap(
    part: TransferPart, scheme: TransferScheme, value: Fraction, gap: Fraction, base: Text
) -> tuple[Amount, tuple[Fraction, Text] | None]:
    """The amount of a gap; where it is to come out of a pool, the share asked for instead."""
    size, sign = abs(gap), "%" if part.in_percent else ""
    zh = f"{shown(value)}，{base.zh}，{'差' if gap > 0 else '优'}{shown(size)}{sign}"
    en = f"{shown(value)}, {base.en}, {'worse' if gap > 0 else 'better'} by {shown(size)}{sign}"
    exact, share = Fraction(0), None
    if gap == 0:
        why = Text(f"{shown(value)}，与{base.zh}持平：0", f"{shown(value)}, equal to {base.en}: 0")
    elif gap > 0 and not part.worse:
        why = Text(f"{zh}：不扣", f"{en}: nothing is deducted")
    elif gap > 0 and part.exempt is not None and value <= part.exempt:
        kept = shown(part.exempt)
        why = Text(f"{zh}；不高于{kept}，免扣", f"{en}; not above {kept}: exempt")
    elif gap > 0:
        cost, sum_ = _cost(part, size)
        exact, why = -cost, Text(f"{zh}：扣 {sum_}", f"{en}: deducted {sum_}")
    elif part.better == RATE:
        exact, sum_ = _cost(part, size)
        why = Text(f"{zh}：奖 {sum_}", f"{en}: rewarded {sum_}")
    elif part.better == POOL:
        why = Text(zh, en)
        share = (size, why)
    else:
        why = Text(f"{zh}：不奖", f"{en}: no reward")
    return _amount(part, scheme, exact, why), share


def _cost(part: TransferPart, size: Fraction) -> tuple[Fraction, str]:
    """What a gap of this size costs, and the reckoning."""
    if part.application == MARGINAL:
        total, lower, words = Fraction(0), Fraction(0), []
        for tier in part.tiers:
            upper = size if tier.up_to is None else min(size, tier.up_to)
            if upper > lower:
                total += (upper - lower) * tier.rate
                words.append(f"{shown(upper - lower)} × {shown(tier.rate)}")
                lower = upper
        sum_ = " + ".join(words)
    else:
        rate = next(tier.rate for tier in part.tiers if tier.up_to is None or size <= tier.up_to)
        total, sum_ = size * rate, f"{shown(size)} × {shown(rate)}"
    if part.cap is not None and total > part.cap:
        return part.cap, f"{sum_} = {shown(total)} > {shown(part.cap)}"
    return total, f"{sum_} = {shown(total)}"


def _shared(
    part: TransferPart,
    scheme: TransferScheme,
    found: dict[str, Amount],
    sharers: dict[str, tuple[Fraction, Text]],
) -> tuple[dict[str, Amount], Decimal]:
    """What the others paid, shared by gap among those who are better; to the last cent."""
    paid = -sum((a.amount for a in found.values() if a.amount is not None and a.amount < 0), Decimal(0))
    whole = sum((size for size, _ in sharers.values()), Fraction(0))
    if not whole:
        return found, paid
    unit = Decimal(1).scaleb(-scheme.decimals)
    cents = int(paid / unit)
    wanted = {subject: Fraction(cents) * size / whole for subject, (size, _) in sharers.items()}
    given = {subject: int(share) for subject, share in wanted.items()}
    for subject in sorted(wanted, key=lambda s: (given[s] - wanted[s], s))[: cents - sum(given.values())]:
        given[subject] += 1
    for subject, (size, words) in sharers.items():
        exact = Fraction(paid) * size / whole
        amount = Decimal(given[subject]) * unit
        sum_ = f"{paid} × {shown(size)} ÷ {shown(whole)} = {shown(exact)}"
        why = Text(f"{words.zh}：分得 {sum_}", f"{words.en}: share {sum_}")
        found[subject] = Amount(part, exact, amount, why)
    return found, Decimal(0)


def _ranks(part: TransferPart, scheme: TransferScheme, held: Mapping[str, Fact]) -> dict[str, Amount]:
    """Amounts for the first and the last places; equal values share what their places get in all."""
    values = {subject: Fraction(fact.value) for subject, fact in held.items() if fact.value is not None}
    ordered = sorted(values, key=lambda s: values[s], reverse=part.direction == HIGHER)
    size = len(ordered)
    by_place = dict(enumerate(part.first))
    # The last place pays most; a pool too small for both lists gives the first places theirs.
    for nth, amount in enumerate(part.last):
        by_place.setdefault(size - 1 - nth, -amount)
    found = {}
    for subject, fact in held.items():
        if subject not in values:
            reason = fact.reason or Text("没有数据", "there are no data")
            found[subject] = Amount(
                part, None, None, Text(f"不能排名：{reason.zh}", f"not ranked: {reason.en}")
            )
            continue
        places = [nth for nth, other in enumerate(ordered) if values[other] == values[subject]]
        exact = sum((by_place.get(nth, Fraction(0)) for nth in places), Fraction(0)) / len(places)
        tie = (
            Text(f"（{len(places)}个并列，平分）", f" ({len(places)} tied, shared)")
            if len(places) > 1
            else UNTITLED
        )
        own, place = shown(values[subject]), places[0] + 1
        zh, en = f"{own}，第{place}名，共{size}个{tie.zh}", f"{own}, rank {place} of {size}{tie.en}"
        found[subject] = _amount(part, scheme, exact, Text(f"{zh}：{shown(exact)}", f"{en}: {shown(exact)}"))
    return found


def _threshold(part: TransferPart, scheme: TransferScheme, fact: Fact) -> Amount:
    if fact.value is None:
        reason = fact.reason or Text("没有数据", "there are no data")
        return Amount(part, None, None, Text(f"不能计算：{reason.zh}", f"not computable: {reason.en}"))
    value, bound = Fraction(fact.value), part.bound or Fraction(0)
    met = value >= bound if part.direction == HIGHER else value <= bound
    sign = ("≥" if part.direction == HIGHER else "≤") if met else ("<" if part.direction == HIGHER else ">")
    exact = part.amount or Fraction(0) if met else Fraction(0)
    said = f"{shown(value)} {sign} {shown(bound)}"
    return _amount(part, scheme, exact, Text(f"{said}：{shown(exact)}", f"{said}: {shown(exact)}"))


def _amount(part: TransferPart, scheme: TransferScheme, exact: Fraction, why: Text) -> Amount:
    return Amount(part, exact, half_even(exact, scheme.decimals), why)


def _row(scheme: TransferScheme, subject: str, amounts: list[Amount]) -> Transfer:
    zero = Decimal(0).scaleb(-scheme.decimals)
    known = [amount.amount for amount in amounts if amount.amount is not None]
    paid = sum((-amount for amount in known if amount < 0), zero)
    got = sum((amount for amount in known if amount > 0), zero)
    net, capped = got - paid, None
    if scheme.cap is not None and abs(net) > scheme.cap:
        limit = half_even(scheme.cap, scheme.decimals)
        capped = Text(f"合计{net}，以{limit}为限", f"{net} in all, at most {limit}")
        net = limit if net > 0 else -limit
    return Transfer(subject, tuple(amounts), paid, got, net, capped)
