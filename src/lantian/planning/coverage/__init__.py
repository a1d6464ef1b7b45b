"""A child plan against its parent: what nobody took up, which targets are weaker, who has no task."""

from __future__ import annotations

from lantian.planning.coverage.addressed import Scope, scope_of
from lantian.planning.coverage.cover import VERDICTS, Coverage, Row, cover
from lantian.planning.coverage.goals import GoalRow
from lantian.planning.coverage.texts import Goal, Item, Text, When, of_plan

__all__ = [
    "VERDICTS",
    "Coverage",
    "Goal",
    "GoalRow",
    "Item",
    "Row",
    "Scope",
    "Text",
    "When",
    "cover",
    "of_plan",
    "scope_of",
]
