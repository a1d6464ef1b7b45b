"""Key polluters: whom the rules propose to add to the list, or to take from it, and why. A person decides.

Rules: `office.key_polluters` of the rulebook; any criterion is enough.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Sum

from lantian.errors import LantianError
from lantian.office.ledgers.deciding import rule
from lantian.office.ledgers.industry.boiler import Boiler, Fuel
from lantian.office.ledgers.industry.enterprise import Enterprise, Operating
from lantian.office.ledgers.industry.outlet import Outlet, OutletKind
from lantian.office.ledgers.words import Working
from lantian.office.people.scope import region_root
from lantian.office.registers import actions, rules
from lantian.office.registers.declaring import two
from lantian.office.registers.reader import Reader

HERE = "key_polluters"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An enterprise that should be on the list and is not, or is and should not; `reasons` in words."""

    enterprise: Any
    add: bool
    reasons: tuple[str, ...]


def proposals(person: Any, region: Any = None) -> list[Proposal]:
    """What the rules propose of the enterprises a person sees, of a region where one is given.

    Asks three questions of the database, however many enterprises there are. A unit that lies idle stays as
    it is: it may begin again.
    """
    seen = rules.records(Enterprise.ledger, person).select_related("region").order_by("region__path", "name")
    if region is not None:
        seen = seen.filter(rules.inside(region))
    boiler, outlet = Boiler.ledger, Outlet.ledger
    burning = boiler.status.open & ~boiler.by_name["fuel"].is_(Fuel.ELECTRIC)
    main = outlet.by_name["kind"].is_(OutletKind.MAIN) & outlet.status.is_(Working.IN_USE)
    boilers = _of_each(Boiler, person, burning, one=Max("capacity"), all=Sum("capacity"))
    outlets = _of_each(Outlet, person, main, n=Count("pk"))
    found = []
    for enterprise in seen:
        closed = enterprise.status in Enterprise.ledger.status.closed
        reasons = () if closed else reasons_for(enterprise, boilers.get(enterprise.pk, {}),
                                                outlets.get(enterprise.pk, {}))  # fmt: skip
        listed = enterprise.key_polluter is True
        if reasons and not listed and enterprise.status == Operating.RUNNING:
            found.append(Proposal(enterprise, True, reasons))
        elif listed and not reasons:
            why = two("已关闭或并入其他企业", "closed or merged") if closed else two("不符合任何筛选条件",
                "meets no criterion")  # fmt: skip
            found.append(Proposal(enterprise, False, (str(why),)))
    return found


def reasons_for(enterprise: Any, boilers: dict[str, Any], outlets: dict[str, Any]) -> tuple[str, ...]:
    """The criteria an enterprise meets, in words; none where it meets none."""
    one, together = rule(f"{HERE}.boiler").number, rule(f"{HERE}.boilers_together").number
    least, capacity = rule(f"{HERE}.main_outlets").number, rule(f"{HERE}.capacity").table
    label = Enterprise.ledger.by_name["industry"].write(enterprise.industry)
    words = []
    if enterprise.industry in rule(f"{HERE}.industries").texts:
        words.append(two("行业：%s", "industry: %s") % label)
    if (boilers.get("one") or 0) >= one:
        words.append(two("单台锅炉 %s 蒸吨/小时", "a boiler of %s t/h") % _plain(boilers["one"]))
    if (boilers.get("all") or 0) >= together:
        words.append(two("锅炉合计 %s 蒸吨/小时", "boilers of %s t/h together") % _plain(boilers["all"]))
    if (outlets.get("n") or 0) >= least:
        words.append(two("主要排放口 %s 个", "%s main outlets") % outlets["n"])
    least_capacity = capacity.get(enterprise.industry)
    if least_capacity is not None and (enterprise.capacity or 0) >= Decimal(str(least_capacity)):
        words.append(two("产能 %s 万吨/年", "capacity of %s 10⁴ t/a") % _plain(enterprise.capacity))
    return tuple(str(word) for word in words)


def accept(actor: Any, enterprise: Any, add: bool, reason: str = "") -> Any:
    """Put an enterprise on the list or take it off, as a person decided; written and logged as any change.

    Raises LantianError where the rules do not propose that any more, PermissionDenied as any change and to
    the people of an enterprise, who do not judge themselves.
    """
    person = getattr(actor, "user", actor)
    if region_root(person) is None:
        raise PermissionDenied
    standing = [one for one in proposals(person, enterprise.region) if one.enterprise.pk == enterprise.pk]
    if not standing or standing[0].add is not add:
        raise LantianError(
            two("规则已不再建议此项变更", "the rules do not propose this any more"),
            where=str(enterprise),
            remedy=two("请重新查看建议。", "Look at the proposals again."),
        )
    why = "；".join(filter(None, (reason.strip(), *standing[0].reasons)))
    row = copy.copy(standing[0].enterprise)
    read = Reader(Enterprise.ledger, person).read({"key_polluter": "是" if add else "否"}, row)
    return actions.change(actor, read, version=row.version, confirmed=True, reason=why)


def in_doubt() -> bool:
    """Whether a criterion was not read in the document itself."""
    names: Iterable[str] = ("industries", "boiler", "boilers_together", "main_outlets", "capacity")
    return not all(rule(f"{HERE}.{name}").verified for name in names)


def _of_each(model: Any, person: Any, where: Any, **sums: Any) -> dict[int, dict[str, Any]]:
    rows = rules.records(model.ledger,
                         person).filter(where.q).order_by().values("enterprise").annotate(**sums)  # fmt: skip
    return {row["enterprise"]: row for row in rows}


def _plain(value: Any) -> str:
    return f"{Decimal(value).normalize():f}"
