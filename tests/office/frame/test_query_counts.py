"""How often the board asks: see tests/office/query_counts.py. Its panels are counted with their apps."""

from typing import Any


def test_pages_ask_as_often_as_written(query_counts: Any, province: dict[str, Any]) -> None:
    query_counts("frame")
