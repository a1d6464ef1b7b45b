"""From where a task is seen: one row for every region and unit, so that a list of 20,000 is one index away.

Django finds these models through `models.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from lantian.office.plans.terms import State


class TaskReach(models.Model):
    """One region or one unit a task concerns, with what a list sorts and filters by.

    A region's row stands for each region the task binds, for the plan's region, and for every region above
    them: who answers for a region finds its whole subtree by one equality. `state` and `percent` are those
    that concern the region: of the whole task where the plan lies in it, of its own share where the plan
    comes from above. Derived alone: `reach.refresh` writes it, `reach.differences` proves it.
    """

    task = models.ForeignKey("plans.Task", on_delete=models.CASCADE, related_name="reach")
    region = models.ForeignKey(
        "regions.Region", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="+", db_index=False)
    start = models.PositiveIntegerField()
    live = models.BooleanField()  # not rejected in review: it counts
    state = models.CharField(max_length=12, choices=State.choices)
    percent = models.PositiveSmallIntegerField()
    due = models.DateField(null=True)

    scope_exempt = "derived from tasks; asked through Task.visible_to alone"

    class Meta:
        indexes: ClassVar[Any] = [
            models.Index(fields=["region", "live", "plan", "start", "task"], name="reach_in_order"),
            models.Index(fields=["region", "live", "state", "due", "task"], name="reach_by_due"),
            models.Index(fields=["plan"], name="reach_plan"),
        ]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["task", "region"], condition=Q(region__isnull=False), name="reach_once_a_region"
            ),
            models.UniqueConstraint(
                fields=["task", "unit"], condition=Q(unit__isnull=False), name="reach_once_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.region_id or ''} {self.unit_id or ''}"
