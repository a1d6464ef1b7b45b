"""What the city's dispatcher said about two doubtful clauses of the province's plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lantian.office.coverage import actions, rules
from lantian.office.coverage.models import Verdict
from lantian.office.people.models import User
from lantian.office.plans.models import Plan

CONFIRMED = "与牵头单位核对，由该条款一并落实（模拟）。"
DENIED = "只有个别用语相近，本市方案没有安排（模拟）。"


def fill(plans: Sequence[Plan], people: Mapping[str, User]) -> None:
    """Of the doubtful clauses of the city's plan one is confirmed and one denied; the rest wait."""
    province, city, *_ = plans
    doubtful = [row for row in rules.covered(province, city).rows if row.computed == Verdict.LOOK]
    doubtful.sort(key=lambda row: not row.links)  # the first is confirmed: it must point at a clause
    for row, verdict, reason in zip(
        doubtful, (Verdict.PARTLY, Verdict.NONE), (CONFIRMED, DENIED), strict=False
    ):
        if verdict == Verdict.PARTLY and not row.links:
            continue
        keys = [row.links[0].key] if verdict == Verdict.PARTLY else []
        actions.decide(
            province,
            city,
            row.row.item.key,
            people["linfen"],
            verdict=verdict,
            child_keys=keys,
            reason=reason,
        )
