"""How often the pages of monitoring ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any

EXPLAIN = {"subject": "141002", "indicator": "pm2_5", "period": "2025-06"}


def test_pages_ask_as_often_as_written(
    query_counts: Any, air: dict[str, Any], province: dict[str, Any]
) -> None:
    from lantian.office.monitoring.models import Station

    def grow() -> None:
        for code in ("1031A", "1032A"):
            Station.objects.create(code=code, place=code, name=code, region=province["141002"], kind="county")

    june = {"?": "period=2025-06"}
    query_counts(
        "monitoring",
        {
            "monitoring:station": {"code": "1001A", **june},
            "monitoring:station-realtime": {"code": "1001A"},
            "monitoring:explain": EXPLAIN,
            "monitoring:explain-hours": {**EXPLAIN, "day": "2025-06-02"},
            "monitoring:explain-page": EXPLAIN,
            "monitoring:explain-data": EXPLAIN,
            "monitoring:explain-again": EXPLAIN,
            "api:explain": {"?": "code=141002&indicator=pm2_5&period=2025-06"},
            "api:days": {"?": "code=141002&period=2025-06"},
            "api:ranking": {"?": "region=141000&period=2025-06"},
            "api:realtime": {"?": "region=141000"},
            **{
                f"monitoring:panel-{name}": june
                for name in ("summary", "ranking", "map", "calendar", "hours")
            },
        },
        grow,
    )
