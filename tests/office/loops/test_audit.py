"""`lantian office audit`: the chain, and states written past it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection

from lantian.cli.office import office
from lantian.errors import LantianError
from lantian.office.dispatch.models import Round
from lantian.office.loops import move
from lantian.office.loops.audit import audit, looped_models

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def rounds(province: Any) -> list[Round]:
    made = [
        Round.objects.create(
            region=province["141000"], kind="once", name=f"调度{n}", period="2026", opens=NOW.date(), due=NOW
        )
        for n in range(3)
    ]
    for one in made[:2]:
        move(one, "close_round", None)
    move(made[1], "reopen_round", None, "补报")
    return made


def test_a_whole_office(rounds: list[Round]) -> None:
    assert audit() == []
    assert Round in looped_models()


def test_a_state_written_past_the_log_is_named(rounds: list[Round]) -> None:
    Round.objects.filter(pk=rounds[1].pk).update(state="closed")
    Round.objects.filter(pk=rounds[2].pk).update(state="closed")
    first, second = audit()
    assert first.number == 3 and "“closed”" in first.what and "row 3" in first.what
    assert second.number == 0 and f"dispatch.round {rounds[2].pk}" in second.what


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE people_actionlog SET reason = 'x' WHERE number = 2", 2),
        ('UPDATE people_actionlog SET after = \'{"state":"open"}\' WHERE number = 1', 1),
        ("DELETE FROM people_actionlog WHERE number = 2", 3),
        ("DELETE FROM people_actionlog WHERE number = 3", 3),
    ],
)
def test_the_first_broken_link_is_named(rounds: list[Round], statement: str, row: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit()[0].number == row


def test_the_command(rounds: list[Round], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantian.cli.office._start", lambda data: None)
    for name in ("audit", "verify-log"):
        good = CliRunner().invoke(office, [name, "--data", "office"])
        assert good.exit_code == 0 and "whole: 3 rows" in good.output
    Round.objects.filter(pk=rounds[0].pk).update(state="open")
    bad = CliRunner().invoke(office, ["audit", "--data", "office"])
    assert isinstance(bad.exception, LantianError) and bad.exit_code != 0
    assert "in 1 place" in bad.exception.line
    assert "first broken link: row 1" in bad.output and "“open”" in bad.output
