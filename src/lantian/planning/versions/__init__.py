"""Two versions of a region's plan: what stayed, what changed, what is new and what is gone."""

from __future__ import annotations

from lantian.planning.versions.compare import Changes, TaskChange, TaskMove, compare
from lantian.planning.versions.goal_changes import GoalChange

__all__ = ["Changes", "GoalChange", "TaskChange", "TaskMove", "compare"]
