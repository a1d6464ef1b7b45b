"""Twelve rounds of a county and four of a city, counted by the office and by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.django_db]


def test_every_round_asks_exactly_those_who_have_something_left(year: Any) -> None:
    for code, rounds in year.rounds.items():
        for month, rows in year.courses[code].rounds.items():
            wanted = {(one.duty.task.number, one.duty.holder) for one in rows}
            assert rounds.asked[month] == wanted, (code, month)


def test_bulletins_count_what_the_behaviour_table_makes(year: Any, oracle: Any) -> None:
    for code, rounds in year.rounds.items():
        for month, rows in year.courses[code].rounds.items():
            body = rounds.bulletins[month].body
            assert body["total"] == oracle.columns(rows), (code, month)
            by_label = {row["label"]: row["counts"] for row in [*body["units"], *body["regions"]]}
            for holder in {one.duty.holder for one in rows}:
                mine = [one for one in rows if one.duty.holder == holder]
                label = holder if "/" not in holder else year.region_names[holder]
                assert by_label[label] == oracle.columns(mine), (code, month, holder)
            assert json.loads(rounds.bulletins[month].content)["closed"] is False
