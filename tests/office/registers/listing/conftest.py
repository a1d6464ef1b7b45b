"""A few boilers to list."""

from __future__ import annotations

from typing import Any

import pytest

FIRM = {"enterprise": "91141000701234567E", "fuel": "燃煤", "capacity": "10", "filter": "布袋"}


@pytest.fixture
def boilers(keep: Any) -> dict[str, Any]:
    """Three boilers of 141002: one late and placed, one of gas without its flag, one closed."""
    return {
        "late": keep("boilers", number="A-1", due="2020-01-01", lon="111.5", lat="36.1", **FIRM),
        "gas": keep("boilers", **FIRM | {"number": "B-2", "fuel": "燃气", "capacity": "35.5", "filter": ""}),
        "gone": keep(
            "boilers", number="C-3", status="已拆除", due="2020-01-01", closed_on="2021-05-06", **FIRM
        ),
    }  # fmt: skip
