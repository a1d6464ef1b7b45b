"""A table of values becomes arrays: the later version wins, what is off the grid or foreign stays out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.telemetry.series import series_of
from lantian.telemetry.values import MILLIONTHS, VALUES, millionths

START = datetime(2026, 11, 22, tzinfo=UTC)


def row(
    hour: float, text: str | None, *, seq: int = 1, mn: str = "M", field: str = "Avg", mark: str = "N"
) -> dict:
    return {
        "place": mn, "time": START + timedelta(hours=hour), "st": "31", "cn": "2061", "factor": "a21026",
        "field": field, "text": text, "value": millionths(text), "mark": mark, "qn": None, "seq": seq,
        "received_at": START, "quality": None,
    }  # fmt: skip


def series(*rows: dict):
    table = pa.Table.from_pylist(list(rows), schema=VALUES)
    return series_of(table, "M", "2061", start=START, end=START + timedelta(hours=3), step=timedelta(hours=1))


def test_the_later_version_wins_whatever_the_order_of_rows():
    found = series(row(0, "9", seq=7), row(0, "12.4", seq=3), row(1, "5", mark="D"))
    assert found.of("a21026-Avg")[:2].tolist() == [9.0, 5.0]
    assert np.isnan(found.of("a21026-Avg")[2])
    assert found.marks_of("a21026").tolist() == ["N", "D", ""]


def test_what_is_off_the_grid_foreign_or_outside_stays_out():
    found = series(row(0.5, "1"), row(3, "2"), row(-1, "3"), row(1, "4", mn="other"))
    assert np.isnan(found.of("a21026-Avg")).all()


def test_a_factor_never_sent_is_all_missing():
    found = series(row(0, "1"))
    assert len(found.of("a34013-Avg")) == 3
    assert np.isnan(found.of("a34013-Avg")).all()
    assert found.marks_of("a34013").tolist() == ["", "", ""]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_millionths_are_exact(number):
    assert millionths(f"{number:f}") == int(number * MILLIONTHS)


@pytest.mark.parametrize("text", [None, "", " ", "-", "--", "NaN", "1e3", "1,3", "1.0000001", "9" * 20, "１"])
def test_what_is_no_number_or_does_not_fit_is_null(text):
    assert millionths(text) is None
