"""Moments as people give them to the commands of the line."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from lantian.cli.telemetry.options import read_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("words", ["2026-11-22", "20261122", " 2026-11-22 "])
def test_day_is_a_whole_day_in_either_form(words: str) -> None:
    found = read_moment(words)
    assert found == date(2026, 11, 22)
    assert not isinstance(found, datetime)  # a midnight would make `--to` leave the day out


@pytest.mark.parametrize(
    "words", ["2026-11-22T08:00", "2026-11-22 08:00:00", "20261122080000", "2026-11-22T00:00Z"]
)
def test_instant_is_of_shanghai_unless_it_says_otherwise(words: str) -> None:
    assert read_moment(words) == datetime(2026, 11, 22, 8, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "words", ["", "yesterday", "2026-02-30", "20260230", "20261122250000", "2026112208000"]
)
def test_others_are_no_moment(words: str) -> None:
    with pytest.raises(ValueError):
        read_moment(words)
