"""How often the pages of regions ask: see tests/office/query_counts.py."""

from typing import Any


def test_pages_ask_as_often_as_written(query_counts: Any, province: dict[str, Any]) -> None:
    from lantian.office.regions.models import Region

    def grow() -> None:
        for code in ("141021", "141022"):
            Region.objects.create(code=code, name=f"县{code}", level="county", parent=province["141000"])

    query_counts("regions", {}, grow)
