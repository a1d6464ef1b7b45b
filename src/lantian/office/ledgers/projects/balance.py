"""The double-entry ledger of offsets, and the balance of capacity: what must hold between the entries.

Each use takes from a reduction what it gives to a need. A reduction is used once: the uses of it never sum to
more than was verified. What a law or plan orders anyway is no offset, nothing is used before it is done, and
nothing comes over the border of a closed area (太原及周边). Rules: `office.offsets` of the rulebook.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Sum

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.ledgers.ruled import rule_value
from lantian.office.registers.declaring import two

NOT_USABLE = frozenset({"claimed", "refused"})


def _model(name: str) -> Any:
    return apps.get_model("ledgers", name)


def used_of(reduction: Any) -> Decimal:
    """What is booked against a reduction [t/a]."""
    return _sum(_model("OffsetUse").objects.filter(reduction=reduction.pk))


def left_of(reduction: Any) -> Decimal:
    """What is left of a reduction [t/a]."""
    return Decimal(reduction.amount or 0) - used_of(reduction)


def supplied_to(demand: Any) -> Decimal:
    """What is booked for a need [t/a]."""
    return _sum(_model("OffsetUse").objects.filter(demand=demand.pk))


def need_of(demand: Any) -> Decimal:
    """The new emission times its factor [t/a]: that written down, else that of the rule."""
    factor = demand.factor if demand.factor is not None else factor_for(demand.region)
    return Decimal(demand.emission or 0) * factor


def lacking_of(demand: Any) -> Decimal:
    """What a need still lacks [t/a]; zero where it is covered."""
    return max(need_of(demand) - supplied_to(demand), Decimal(0))


def factor_for(region: Any) -> Decimal:
    """How many times a new emission there must be offset.

    Twice where the city failed PM2.5 in the year before, or where the office has no figure of it: without
    data the strict side holds. Rule: 环发〔2014〕197号 (unverified), `office.offsets.factors`.
    """
    from lantian.office import indicators
    from lantian.office.indicators import Period, Subject

    city = region
    while city is not None and city.level not in {"city", "province"}:
        city = city.parent
    year = clock.today().year - 1
    last_year = Period(date(year, 1, 1), date(year, 12, 31))
    found = indicators.ask("pm2_5", Subject(region=city or region), last_year)
    failing = found.value is None or found.value > Decimal(str(rule_value("office.offsets.line")))
    return Decimal(str(rule_value("office.offsets.factors")["failing" if failing else "other"]))


def closed_area(region: Any) -> str:
    """The closed area a region lies in, by its name in the rulebook; "" for none."""
    codes = [code for code in region.path.split("/") if code]
    for name, area in rule_value("office.offsets.closed_areas").items():
        members = tuple(str(member) for member in area["members"])
        if any(code.startswith(members) for code in codes):
            return str(name)
    return ""


def hold_use(use: Any) -> None:
    """Whether a use may stand: locks its reduction, so that of two at once one sees the other."""
    reduction = _model("Reduction").objects.select_for_update(of=("self",)).select_related("region").get(
        pk=use.reduction_id
    )  # fmt: skip
    demand = use.demand
    if reduction.withdrawn or reduction.status in NOT_USABLE:
        raise _refused(reduction, two("尚未核定", "it is not verified"))
    if reduction.bound is not False:
        raise _refused(
            reduction,
            two(
                "属法定应减，或未说明不属法定应减",
                "it is ordered by law anyway, or nobody said that it is not",
            ),
        )
    if reduction.done_on is None or reduction.done_on > use.booked_on:
        raise _refused(
            reduction, two("%(day)s 时尚未完成", "it was not done yet on %(day)s") % {"day": use.booked_on}
        )
    area = closed_area(demand.region)
    if area and closed_area(reduction.region) != area:
        raise _refused(
            reduction,
            two(
                "%(donor)s不在%(needer)s所在的封闭区域内，不得跨区域转入",
                "%(donor)s lies outside the closed area of %(needer)s: nothing may be brought in from there",
            )
            % {"donor": reduction.region, "needer": demand.region},
        )
    _hold_amount(reduction)


def hold_reduction(reduction: Any) -> None:
    """Whether a reduction still covers what is booked against it."""
    _model("Reduction").objects.select_for_update(of=("self",)).get(pk=reduction.pk)
    if used_of(reduction) and (reduction.status in NOT_USABLE or reduction.bound is not False):
        raise _refused(
            reduction, two("已被使用，须保持核定状态", "it is used already and must stay verified")
        )
    _hold_amount(reduction)


def hold_demand(demand: Any) -> None:
    """Whether a need may be called covered or started: only with nothing lacking."""
    if demand.status in {"covered", "started"} and lacking_of(demand) > 0:
        raise LantianError(
            two(
                "尚缺 %(lacking)s t/a：应替代 %(needed)s，已登记 %(supplied)s",
                "%(lacking)s t/a are still lacking: %(needed)s needed, %(supplied)s booked",
            )
            % {"lacking": lacking_of(demand), "needed": need_of(demand), "supplied": supplied_to(demand)},
            where=str(demand),
            remedy=two("请先登记更多减排量。", "Book further reductions first."),
        )


def may_start(project: Any) -> list[str]:
    """Why a project may not start yet: needs not covered, old capacity not closed; empty if it may."""
    demands = _model("OffsetDemand").objects.filter(project=project.pk, withdrawn=False)
    reasons = [
        str(two("%(need)s 尚缺替代量 %(lacking)s t/a", "%(need)s lacks %(lacking)s t/a of offsets")
            % {"need": one, "lacking": lacking_of(one)})
        for one in demands.exclude(status="dropped")
        if lacking_of(one) > 0
    ]  # fmt: skip
    swaps = _model("CapacitySwap").objects.filter(project=project.pk, withdrawn=False, status="planned")
    reasons.extend(
        str(two("被置换产能 %(swap)s 尚未关停", "the old capacity %(swap)s is not closed") % {"swap": one})
        for one in swaps
    )
    return reasons


def ratio_of(swap: Any) -> Decimal | None:
    """Old capacity for one of the new, two decimals down; None without both."""
    if not swap.new_capacity or swap.old_capacity is None:
        return None
    return (Decimal(swap.old_capacity) / Decimal(swap.new_capacity)).quantize(Decimal("0.01"), "ROUND_DOWN")


def needed_ratio(product: str) -> Decimal:
    """How much old capacity the rule asks for one of the new."""
    return Decimal(str(rule_value("office.offsets.ratios").get(product, 1)))


def ratio_holds(swap: Any) -> bool:
    """Whether enough is given up, compared without rounding."""
    if not swap.new_capacity or swap.old_capacity is None:
        return True
    return bool(swap.old_capacity >= swap.new_capacity * needed_ratio(swap.product))


def _hold_amount(reduction: Any) -> None:
    used = used_of(reduction)
    if used > Decimal(reduction.amount):
        raise _refused(
            reduction,
            two(
                "将使用 %(used)s t/a，超过核定的 %(amount)s t/a：减排量只能使用一次",
                "%(used)s t/a would be used of %(amount)s t/a: a reduction is used once",
            )
            % {"used": used, "amount": reduction.amount},
        )


def _refused(reduction: Any, why: str) -> LantianError:
    return LantianError(
        two("“%(reduction)s”不能这样使用：%(why)s", "“%(reduction)s” cannot be used so: %(why)s")
        % {"reduction": reduction, "why": why},
        remedy=two("请另选减排量或减小使用量。", "Choose another reduction or a smaller amount."),
    )


def _sum(uses: Any) -> Decimal:
    return Decimal(uses.filter(withdrawn=False).aggregate(n=Sum("amount"))["n"] or 0)
