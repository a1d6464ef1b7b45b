"""How often the pages of indicators ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.django_db
def test_pages_ask_as_often_as_written(query_counts: Any, province: dict[str, Any]) -> None:
    from lantian.office.people.models import Unit

    def grow() -> None:
        for nth in range(5):
            Unit.objects.create(name=f"第{nth}局", region=province["141000"])

    question = "region=141000&first=2025-01-01&last=2025-06-30"
    query_counts(
        "indicators",
        {
            "indicators:indicator": {"code": "pm2_5", "?": question},
            "api:indicator": {"code": "pm2_5", "?": question},
        },
        grow,
    )
