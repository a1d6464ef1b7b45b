"""Assessments: last year and the last whole quarter frozen and published, this year as drafts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

REGION, UNIT = "assessment.schemes.region_year", "assessment.schemes.unit_year"
QUARTER = "assessment.schemes.region_quarter"
PROVINCE, CITY, COUNTY = "140000", "141000", "141024"
OBJECTION = "（模拟）8月采样缸被打翻，降尘量应按其余月份计算，请核实。"
ANSWER = "（模拟）已核对采样记录，8月数据已判无效，未计入平均值，得分不变。"


def fill(people: dict[str, Any], today: date) -> None:
    """Assess last year and begin this one.

    Parameters
    ----------
    people
        accounts by sign-in name
    today
        the demonstration's day
    """
    from lantian.errors import LantianError
    from lantian.office.assessment import actions
    from lantian.office.frame import clock
    from lantian.office.loops import move
    from lantian.office.regions.models import Region

    analyst, year = people["analyst"], today.year - 1
    province, city = Region.objects.get(code=PROVINCE), Region.objects.get(code=CITY)
    last_year = (str(year), datetime(today.year, 1, 12, 1, tzinfo=UTC))
    quarter = (today.month - 1) // 3
    first = date(today.year, 3 * quarter + 1, 1)
    ended = first - timedelta(days=1)
    label = f"{ended.year}-Q{(ended.month + 2) // 3}"
    last_quarter = (label, datetime(first.year, first.month, 6, 1, tzinfo=UTC))
    for region, path, (period, begun) in (
        (province, REGION, last_year),
        (city, QUARTER, last_quarter),
    ):
        if begun.date() + timedelta(days=8) > today:
            continue  # its days of objection are not over yet
        try:
            with clock.at(begun):
                run = actions.start(analyst, region, path, period)
                move(run, "open_objections", analyst)
        except LantianError:
            continue  # a demonstration of few months or stations has nobody to assess
        card = run.cards.filter(region__code=COUNTY).first()
        if card is not None:
            with clock.at(begun + timedelta(days=2)):
                objection = actions.raise_objection(people["hongtong"], card, "dustfall", OBJECTION)
            with clock.at(begun + timedelta(days=4)):
                actions.answer(analyst, objection, "reject_objection", ANSWER)
        with clock.at(begun + timedelta(days=8)):
            actions.freeze(analyst, run)
            move(run, "publish_results", analyst)
    actions.start(analyst, province, REGION, str(today.year))
    actions.start(analyst, city, UNIT, str(today.year))
