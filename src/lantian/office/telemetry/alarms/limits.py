"""The limits of outlets as the kernel judges by them: the register's, and those of the grade held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from lantian.errors import LantianError
from lantian.office.grading.definition import definition
from lantian.office.grading.models import Held
from lantian.office.ledgers.industry.outlet_limit import OutletLimit
from lantian.office.monitoring.kernel import rulebook
from lantian.office.telemetry.alarms import steps
from lantian.telemetry.judgement import Limit

GRADE, STANDARD = "grade", "standard"


def limits_of(outlets: Iterable[Any], first: date, last: date) -> dict[int, list[Limit]]:
    """The limits of some outlets that hold on any day from `first` to `last`, by key of the outlet.

    Parameters
    ----------
    outlets
        records of `ledgers.Outlet`, with their enterprise

    Notes
    -----
    Where the register has no grade limit of an outlet and factor, the emission indicator of the grade its
    enterprise holds counts instead, for the kinds of outlets and the factors the rule
    `telemetry.alarms.grade_limits` names. What the grades ask was not read in its documents: such limits
    are marked unverified.
    """
    rows = {outlet.pk: outlet for outlet in outlets}
    found: dict[int, list[Limit]] = defaultdict(list)
    entered = OutletLimit.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=first), outlet__in=list(rows), withdrawn=False,
        valid_from__lte=last,
    ).order_by("pk")  # fmt: skip
    for row in entered:
        found[row.outlet_id].append(
            Limit(
                str(row.outlet_id), row.factor, row.basis, row.value, averaging=row.averaging,
                valid_from=row.valid_from, valid_to=row.valid_to, document=row.document,
            )
        )  # fmt: skip
    for key, limit in _of_grades(rows, first, last):
        known = found[key]
        if not any(one.basis == GRADE and one.factor == limit.factor for one in known):
            known.append(limit)
    return dict(found)


def _of_grades(outlets: dict[int, Any], first: date, last: date) -> Iterable[tuple[int, Limit]]:
    """The emission indicators of the grades held, as hourly limits of the outlets the rule names."""
    table = dict(steps.rule("grade_limits", last).table)
    kinds = set(table.pop("outlets"))
    mine = {key: outlet for key, outlet in outlets.items() if outlet.kind in kinds and outlet.enterprise_id}
    by_enterprise: dict[int, list[int]] = defaultdict(list)
    for key, outlet in mine.items():
        by_enterprise[outlet.enterprise_id].append(key)
    held = Held.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=first), enterprise__in=list(by_enterprise), valid_from__lte=last,
        valid_to__gte=first,
    ).select_related("enterprise__region")  # fmt: skip
    for one in held.order_by("pk"):
        asked = _asked_by(one, tuple(sorted(table.items())))
        ends = min(one.valid_to, _before(one.ended_on)) if one.ended_on else one.valid_to
        for factor, (value, document, verified) in asked.items():
            for key in by_enterprise[one.enterprise_id]:
                yield key, Limit(
                    str(key), factor, GRADE, value, valid_from=one.valid_from, valid_to=ends,
                    document=document, verified=verified,
                )  # fmt: skip


def _asked_by(held: Held, factors: tuple[tuple[str, str], ...]) -> dict[str, tuple[Decimal, str, bool]]:
    """What the grade asks of each factor [mg/m³]: value, document, whether it was checked."""
    codes = [code for code in held.enterprise.region.path.split("/") if code]
    try:
        told = definition(rulebook(), held.industry, codes, held.valid_from)
    except LantianError:  # an industry that is not graded any more
        return {}
    grade = told.grade(held.grade)
    if grade is None:
        return {}
    by_code = {one.code: one for one in told.indicators}
    found = {}
    for factor, code in factors:
        indicator = by_code.get(code)
        asked = indicator.asked(grade) if indicator is not None else None
        if indicator is not None and asked is not None and indicator.unit == "mg/m³":
            found[factor] = (Decimal(asked), indicator.document["zh"], indicator.verified)
    return found


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
