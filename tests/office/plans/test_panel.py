"""The targets on the board: the most pressing first, few on a phone; distances in their unit."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from lantian.office.plans import panel_views, rules
from lantian.office.plans.status import Reading, Status
from lantian.office.plans.terms import Standing

pytestmark = pytest.mark.django_db


def test_a_phone_shows_the_most_pressing_targets_first_and_the_rest_when_asked(
    person: Any, city_plan: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(person("analyst", "141000", role="analyst"))
    url = reverse("plans:panel-targets", args=["141000"])
    monkeypatch.setattr(rules, "statuses_of", lambda *_, **__: _rows(city_plan))
    whole = client.get(url).content.decode()
    body = whole.split("<tbody>")[1].split("</tbody>")[0]
    standings = re.findall(r"pl-standing-(\w+)", body)
    assert standings == ["missed", "at_risk", "on_track", "achieved"]
    assert "pl-later" not in whole
    assert "pl-all" not in whole
    monkeypatch.setattr(panel_views, "FIRST", 3)
    part = client.get(url).content.decode()
    assert part.count('class="pl-later"') == 1
    assert "显示全部 4 项" in part


def _rows(plan: Any) -> list[Any]:
    """One target in every standing, the mildest first."""
    target = plan.targets.first()
    day = date(2025, 12, 31)
    reading = Reading(Decimal("44"), "µg/m³")
    return [
        rules.TargetStatus(target, plan.region, Status(code, reading=reading, first=day, last=day))
        for code in (Standing.ACHIEVED, Standing.ON_TRACK, Standing.AT_RISK, Standing.MISSED)
    ]


@pytest.mark.parametrize(
    ("unit", "comparator", "zh", "en"),
    [
        ("%", ">=", "+4.9 个百分点", "+4.9 pp"),  # 4.9 % of a share would be something else
        ("d", "<=", "+4.9 天", "+4.9 days"),
        ("µg/m³", "<=", "+4.9 µg/m³", "+4.9 µg/m³"),
        ("µg/m³", "decrease", "+4.9 个百分点", "+4.9 pp"),
    ],
)
def test_a_distance_in_both_languages(city_plan: Any, unit: str, comparator: str, zh: str, en: str) -> None:
    target = city_plan.targets.first()
    target.comparator = comparator
    status = Status(Standing.AT_RISK, reading=Reading(Decimal("75.1"), unit), gap=Decimal("4.9"))
    row = rules.TargetStatus(target, city_plan.region, status)
    for language, words in (("zh-hans", zh), ("en", en)):
        with override(language):
            assert row.gap == words
