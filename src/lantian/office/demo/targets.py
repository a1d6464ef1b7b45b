"""Targets in the demonstration: the province divides to its cities, Linfen to its counties, by letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from lantian.office.demo.figures import Figures

if TYPE_CHECKING:
    from lantian.office.people.models import User
    from lantian.office.regions.models import Region
    from lantian.office.targets.models import Allotment, Division

ACKNOWLEDGE = frozenset({"140100", "140300", "140600", "140700", "140900", "141000"})
OBJECT = {
    "140400": "基准年沙尘天数偏多，建议核减后重新测算（模拟）。",
    "141026": "本县站点已迁建，基数不可比（模拟）。",
}
PENDING_COUNTIES = 3


def fill(people: Mapping[str, User], figures: Figures, now: datetime) -> None:
    """Divide, issue, answer: most acknowledged, one city and one county object, some are pending."""
    from lantian.office.frame import clock
    from lantian.office.plans.models import Target
    from lantian.office.regions.models import Region
    from lantian.office.targets import actions

    province, city = Region.objects.get(code="140000"), Region.objects.get(code="141000")
    chief, linfen = people["admin"], people["linfen"]
    with clock.at(now - timedelta(days=50)):
        targets = Target.objects.filter(plan__region=province, indicator="pm2_5", regions=province)
        target = targets.filter(last_day__year=now.year).first()
        if target is None:
            return
        division = actions.divide(chief, province, target)
        _by_last_year(chief, division, figures, now.year - 1)
        _letter(chief, province, "关于下达环境空气质量目标的函（模拟）", "模拟晋环函1号")
        _answer(division, people)
        _households(chief, province)
    with clock.at(now - timedelta(days=4)):
        own = division.allotments.get(region=city)
        below = actions.divide(linfen, city, own)
        _by_last_year(linfen, below, figures, now.year - 1, but_last=PENDING_COUNTIES)
        _letter(linfen, city, "关于分解下达县（市、区）目标的函（模拟）", "模拟临环函3号")
        _answer(below, people)
    _state(chief, province, now)


def _by_last_year(actor: User, division: Division, figures: Figures, year: int, *, but_last: int = 0) -> None:
    """In proportion to last year, as the simulation has it; the last few stay pending."""
    from lantian.office.targets import actions, dividing, rules

    rows = list(division.allotments.select_related("region"))
    weights = {row.region_id: _last_year(figures, year, row.region) for row in rows}
    if division.value is None:
        return
    values = dividing.shares(
        rules.held_of(division).rule, Decimal(int(division.value)), weights, rules.decimals(division)
    )
    kept = [row.region_id for row in rows][: len(rows) - but_last]
    actions.assign(
        actor, division, {key: values[key] for key in kept}, method="baseline", note=f"{year}（模拟）",
        weights=weights, basis={key: f"{year}: {weights[key]} µg/m³" for key in kept},
    )  # fmt: skip


def _last_year(figures: Figures, year: int, region: Region) -> Decimal:
    return Decimal(round(figures.of("pm", year, region.code)))


def _letter(actor: User, region: Region, title: str, doc_no: str) -> None:
    from lantian.office.targets import letters, rules

    rows = list(rules.ready(region))
    letters.issue(
        actor, region, rows, title=title, doc_no=doc_no, issuer=actor.unit.name if actor.unit else ""
    )


def _answer(division: Division, people: Mapping[str, User]) -> None:
    """The regions' officers answer; who is not named lets the time pass."""
    from lantian.office.targets import letters

    for row in division.allotments.filter(letter__isnull=False).select_related("division__region", "region"):
        code = row.region.code
        if code in OBJECT:
            letters.answer(_officer(row, people), row, "object", OBJECT[code])
        elif code in ACKNOWLEDGE or code == "141024":
            letters.answer(_officer(row, people), row, "acknowledge", "已收悉，抓好落实（模拟）。")


def _officer(row: Allotment, people: Mapping[str, User]) -> User:
    """The officer of a region: one who can sign in where there is one, else a name in the records only."""
    from lantian.office.people.models import User
    from lantian.office.people.rules import Role

    own = next((one for one in people.values() if one.region_id == row.region_id), None)
    if own is not None:
        return own
    found, new = User.objects.get_or_create(
        username=f"contact-{row.region.code}",
        defaults={"name": f"{row.region.short}联络员（模拟）", "region": row.region,
                  "role": Role.COUNTY_OFFICER},
    )  # fmt: skip
    if new:
        found.set_unusable_password()
        found.save()
    return found


def _households(actor: User, province: Region) -> None:
    """A quantity of a task, divided by a table of which two cities are still to come."""
    from lantian.office.plans.models import Quantity
    from lantian.office.targets import actions

    quantity = Quantity.objects.filter(task__plan__region=province, unit="万户").first()
    if quantity is None:
        return
    division = actions.divide(actor, province, quantity)
    rows = list(division.allotments.all())[:-2]
    values = {row.region_id: Decimal(number % 3 + 1) for number, row in enumerate(rows)}
    actions.assign(actor, division, values, method="hand", note="各市上报任务数（模拟）")


def _state(actor: User, province: Region, now: datetime) -> None:
    """A share the office has no register for, as a notice states it."""
    from lantian.office.targets import actions

    actions.state_figure(
        actor, province, indicator="non_fossil_share", value=Decimal("11.4"), unit="%",
        day=(now - timedelta(days=30)).date(), document="能源消费情况通报（模拟）第3期",
    )  # fmt: skip
