"""How often the pages of the outlook ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any


def test_pages_ask_as_often_as_written(query_counts: Any, plan: Any) -> None:
    # The county has no target and no air of its own here; the city stands for both.
    one = {"code": "141000", "indicator": "pm2_5"}
    query_counts(
        "outlook",
        {
            "outlook:beside-plan": {"pk": plan.pk},
            "outlook:detail": one,
            "outlook:answer": one,
            "api:overview": {"?": "region=141000"},
            "api:one": {"?": "region=141000&indicator=pm2_5"},
        },
    )
