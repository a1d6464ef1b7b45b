"""A loop that does not fit together is refused when it is declared."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import TextChoices

from lantian.office.loops import Loop, Move


class State(TextChoices):
    OPEN = "open"
    DONE = "done"
    LOST = "lost"


FINISH = Move("finish", State.OPEN, State.DONE, "Finish")
LOSE = Move("lose", (State.OPEN, State.DONE), State.LOST, "Lose")


def declared(**more: Any) -> Loop:
    given: dict[str, Any] = {
        "states": State, "start": State.OPEN, "closed": {State.LOST}, "moves": (FINISH, LOSE)
    }  # fmt: skip
    return Loop("thing", **(given | more))


def test_a_whole_declaration_stands() -> None:
    assert declared().move("lose").starts_from(State.DONE)
    assert not declared().move("finish").starts_from(State.DONE)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"moves": (FINISH,)}, "cannot be reached"),
        ({"moves": (FINISH, LOSE, FINISH)}, "two moves"),
        ({"moves": (FINISH, Move("x", "nowhere", State.LOST, ""))}, "not declared"),
        ({"moves": (FINISH, LOSE, Move("x", State.OPEN, State.DONE, "", not_by=("y",)))}, "unknown move"),
        ({"closed": {"gone"}}, "must be declared"),
    ],
)
def test_what_does_not_fit_together(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        declared(**more)
