"""Rows of the line written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from lantian.telemetry.validity import Rules
from lantian.telemetry.values import VALUES, millionths

# 2026-11-01 00:00 in China.
START = datetime(2026, 10, 31, 16, tzinfo=UTC)


class Sent:
    """What one device sent; times in minutes after the first of November 2026, 00:00 in China."""

    def __init__(self) -> None:
        self.rows: list[dict] = []

    def value(
        self, minute: float, text: str | None, *, factor: str = "a21026", mark: str | None = "N",
        field: str = "Avg", cn: str = "2051", seq: int | None = None, mn: str = "M",
    ) -> Sent:  # fmt: skip
        self.rows.append(
            {
                "place": mn, "time": START + timedelta(minutes=minute), "st": "31", "cn": cn,
                "factor": factor, "field": field, "text": text, "value": millionths(text), "mark": mark,
                "qn": None, "seq": len(self.rows) if seq is None else seq, "received_at": START,
                "quality": None,
            }
        )  # fmt: skip
        return self

    def minutes(
        self, texts: Iterable[str | None], *, step: int = 10, first: int = 0, marks: str = "", **more: object
    ) -> Sent:
        for place, text in enumerate(texts):
            mark = marks[place] if marks else "N"
            self.value(first + place * step, text, mark=mark, **more)  # type: ignore[arg-type]  # handed on
        return self

    def hour(self, number: int, text: str | None, **more: object) -> Sent:
        return self.value(number * 60, text, cn="2061", **more)  # type: ignore[arg-type]  # handed on

    def days(self, count: int, *, step: int = 10, value: str = "10.0", **more: object) -> Sent:
        return self.minutes([value] * (count * 1440 // step), step=step, **more)

    @property
    def table(self) -> pa.Table:
        return pa.Table.from_pylist(self.rows, schema=VALUES)


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules()


@pytest.fixture(scope="session")
def start() -> datetime:
    return START
