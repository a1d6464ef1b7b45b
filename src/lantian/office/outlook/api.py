"""The API of `outlook`: the overview of a region, and one outlook; as far as one may see them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from lantian.errors import LantianError
from lantian.office.monitoring.api import FigureOut, figure_out
from lantian.office.monitoring.indicators import indicator
from lantian.office.outlook import asking, rows, rules
from lantian.office.outlook.asking import Row
from lantian.office.outlook.views import OFFERED, row_for
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

router = Router(tags=["outlook"])


class OutlookOut(Schema):
    """One target at one place. `basis`: plan, limit, last_year or own; `verdict`: attained, missed, on_track,
    open, unlikely or unknown; `why` a code where there is no outlook; `outlook` as the command prints it.
    """

    region: str
    region_name: str
    indicator: str
    target: str | None
    basis: str
    plan_target: int | None
    day: date | None
    to_date: FigureOut | None
    verdict: str
    needs: str
    why: str
    outlook: dict[str, Any] | None


class AskedOutlook(Schema):
    """`target` such as `<=35`, `>=285`, `exit-last-3`; without it a plan's, else the limit or last year's
    figure. `on`: the last day known.
    """

    region: str
    indicator: str
    target: str = ""
    on: str = ""


@router.get(
    "/outlook/overview", response=list[OutlookOut], summary="Targets of a region and below, riskiest first"
)
def overview(request: HttpRequest, region: str, on: str = "") -> list[dict[str, Any]]:
    top = get_visible_or_404(Region, request.user, code=region)
    found = asking.overview(top, request.user, _day(on))
    return _computed(found.rows)


@router.get("/outlook/one", response=OutlookOut, summary="One indicator at one place")
def one(request: HttpRequest, asked: Query[AskedOutlook]) -> dict[str, Any]:
    region = get_visible_or_404(Region, request.user, code=asked.region)
    of = indicator(asked.indicator)
    if of is None or of.key not in OFFERED:
        raise LantianError(
            f'"{asked.indicator}" is not foretold', remedy="Choose " + ", ".join(OFFERED) + "."
        )
    day = _day(asked.on)
    if asked.target:
        rules.own_target(of.key, asked.target, rules.period_of(day.replace(month=12, day=31)))
    row, _problem = row_for(request.user, region, of, asked.target, day)
    return _computed([row])[0]


def _day(text: str) -> date:
    if text:
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise LantianError(f'"{text}" is no day', remedy="Write it like 2025-08-31.") from error
    day = asking.read_day(text)
    if day is None:
        raise LantianError("the office holds no air data yet")
    return day


def _computed(found: list[Row]) -> list[dict[str, Any]]:
    outlooks = asking.work_of(found)(lambda what, done, of: None)
    return [_out(each) for each in rows.shown(asking.answered(found, outlooks))]


def _out(each: rows.Shown) -> dict[str, Any]:
    row = each.row
    return {
        "region": row.region.code,
        "region_name": row.region.label,
        "indicator": row.indicator.key,
        "target": row.target.text or None if row.target else None,
        "basis": row.basis,
        "plan_target": row.plan.pk if row.plan else None,
        "day": row.question.day if row.question else None,
        "to_date": figure_out(row.to_date) if row.to_date else None,
        "verdict": each.verdict,
        "needs": each.needs,
        "why": row.why,
        "outlook": row.outlook.as_dict() if row.outlook else None,
    }
