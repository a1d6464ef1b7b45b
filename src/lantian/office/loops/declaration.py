"""What a loop declares: its states and its moves."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one state to another.

    Attributes
    ----------
    name
        the verb in the action log, `submit`; the app adds its words to `frame.words.VERBS`
    sources
        the state, or states, it starts from
    target
        the state it ends in
    label
        what its button says; lazy
    capability
        what the actor's role must allow; the thing must lie in the actor's scope in any case
    who
        asked beside it with the thing and the person; for "of its own unit" and the like
    reason
        whether it needs a reason in words
    not_by
        earlier moves, or verbs of `Loop.begun_by`, whose actor, and whose actor's unit, may not do this one:
        nobody verifies their own report
    limit
        how long the thing may stay in the state it ends in; None sets no limit and clears the former one
    keeps_limit
        the former limit holds on: a report sent back is still due when it was due
    """

    name: str
    sources: str | tuple[str, ...]
    target: str
    label: Any
    capability: str | None = None
    who: Callable[[Any, Any], bool] | None = None
    reason: bool = False
    not_by: tuple[str, ...] = ()
    limit: timedelta | None = None
    keeps_limit: bool = False

    def starts_from(self, state: str) -> bool:
        """Whether it can be done in this state."""
        return state == self.sources if isinstance(self.sources, str) else state in self.sources


@dataclass(frozen=True, slots=True)
class Loop:
    """The states and moves of one kind of work; refused at import when they do not fit together.

    `begun_by` are the verbs under which a thing is recorded when it is made, for moves that its maker may not
    do (`not_by`).
    """

    name: str
    states: type[TextChoices]
    start: str
    closed: Collection[str]
    moves: tuple[Move, ...]
    begun_by: tuple[str, ...] = ()
    _by_name: dict[str, Move] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        known = set(self.states.values)
        for move in self.moves:
            sources = (move.sources,) if isinstance(move.sources, str) else move.sources
            if not {*sources, move.target} <= known:
                raise ValueError(f"loop {self.name}: move {move.name} names a state that is not declared")
            if move.name in self._by_name:
                raise ValueError(f"loop {self.name}: two moves are called {move.name}")
            self._by_name[move.name] = move
        names = {*self._by_name, *self.begun_by}
        for move in self.moves:
            if not set(move.not_by) <= names:
                raise ValueError(f"loop {self.name}: {move.name} is closed to the actor of an unknown move")
        if self.start not in known or not set(self.closed) <= known:
            raise ValueError(f"loop {self.name}: its start and its closed states must be declared")
        reached, before = {self.start}, set()
        while reached != before:
            before = set(reached)
            reached |= {m.target for m in self.moves if any(m.starts_from(state) for state in reached)}
        if reached != known:
            raise ValueError(f"loop {self.name}: {sorted(known - reached)} cannot be reached")

    def move(self, name: str) -> Move:
        """The move of this name; KeyError when there is none."""
        return self._by_name[name]
