"""How often the pages of the portal ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any


def test_pages_ask_as_often_as_written(query_counts: Any, air: Any) -> None:
    june = {"code": "141000", "indicator": "pm2_5", "period": "2025-06"}
    query_counts(
        "portal",
        {
            "portal:home": {"?": "period=2025-06"},
            "portal:city": {"code": "141000", "?": "period=2025-06"},
            "portal:explain": june,
            "portal:explain-page": june,
            "api:cities": {"?": "period=2025-06"},
            "api:days": {"?": "code=141000&period=2025-06"},
            "api:ranking": {"?": "period=2025-06"},
        },
    )
