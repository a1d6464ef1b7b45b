"""What hangs on a task: the units bound to it, its dates and quantities, what is said to follow, and reports.

Django finds these models through `models.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.people.scope import ScopedQuerySet
from lantian.office.plans.bases import Reviewed, StandingManager, Words
from lantian.office.plans.terms import (
    Comparator,
    ConsequenceKind,
    DeadlineKind,
    Role,
    State,
    amount,
    deadline_words,
    goal_words,
    number_text,
)


class Assignment(Reviewed):
    """A unit bound to a task, with its role and its name exactly as written.

    `unit` is set where one unit is named; `regions` holds the region whose government it is, or every region
    that a collective name (各县市区人民政府) stands for. `unresolved` says why neither is known. With
    `source` it is inherited: `start … end` are words of that task.
    """

    task = models.ForeignKey("plans.Task", on_delete=models.CASCADE, related_name="assignments")
    written = models.CharField(_("As written"), max_length=200)
    role = models.CharField(_("Role"), max_length=12, choices=Role.choices)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="assignments"
    )
    regions = models.ManyToManyField("regions.Region", related_name="assignments")
    collective = models.BooleanField(default=False)
    unresolved = models.CharField(max_length=20, blank=True)
    source = models.ForeignKey(  # the earlier task whose words bind the unit to all later ones
        "plans.Task", null=True, blank=True, on_delete=models.CASCADE, related_name="bequests"
    )

    objects = StandingManager()
    everything = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("task__plan__region__path", "regions__path")
    scope_unit: ClassVar[str] = "unit"
    correctable: ClassVar[tuple[str, ...]] = ("written", "role")

    class Meta:
        # Own units first: PostgreSQL and SQLite put nulls at different ends.
        ordering: ClassVar[Any] = ["task_id", models.F("source_id").asc(nulls_first=True), "start", "id"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return self.written

    @property
    def inherited(self) -> str:
        """Under which item it was inherited, in the active language; empty for a unit of the task's own."""
        return _("under item %(number)s") % {"number": self.source.number} if self.source else ""

    @property
    def part(self) -> str:
        """Its role and, if inherited, under which item."""
        return " · ".join(filter(None, [self.get_role_display(), str(self.inherited)]))


class Deadline(Reviewed, Words):
    """A time expression of a task, or of the plan outside its tasks."""

    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="deadlines")
    task = models.ForeignKey(
        "plans.Task", null=True, blank=True, on_delete=models.CASCADE, related_name="deadlines"
    )
    kind = models.CharField(
        _("Kind of date"), max_length=10, choices=DeadlineKind.choices, default=DeadlineKind.BY
    )
    by = models.CharField(_("By"), max_length=10, blank=True)
    last_day = models.DateField(_("Last day"), null=True, blank=True)
    what = models.TextField(_("For"), blank=True)
    met_on = models.DateField(_("Met on"), null=True, blank=True)

    objects = StandingManager()
    everything = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("plan__region__path", "task__assignments__regions__path")
    scope_unit: ClassVar[str] = "task__assignments__unit"
    correctable: ClassVar[tuple[str, ...]] = ("kind", "by", "what")

    class Meta:
        ordering: ClassVar[Any] = ["task_id", "start", "id"]
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")

    def __str__(self) -> str:
        return self.quote

    @property
    def when(self) -> str:
        """The time it names, in the active language."""
        return deadline_words(self.kind, self.by)


class Quantity(Reviewed, Words):
    """A number with its unit that a task must reach or keep."""

    task = models.ForeignKey("plans.Task", on_delete=models.CASCADE, related_name="quantities")
    value = models.DecimalField(_("Value"), max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("Unit of measure"), max_length=40, blank=True)
    comparator = models.CharField(_("Comparator"), max_length=12, choices=Comparator.choices)
    what = models.CharField(_("For"), max_length=300, blank=True)

    objects = StandingManager()
    everything = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("task__plan__region__path", "task__assignments__regions__path")
    scope_unit: ClassVar[str] = "task__assignments__unit"
    correctable: ClassVar[tuple[str, ...]] = ("value", "unit", "comparator", "what")

    class Meta:
        ordering: ClassVar[Any] = ["task_id", "start", "id"]
        verbose_name = _("quantity")
        verbose_name_plural = _("quantities")

    def __str__(self) -> str:
        return self.quote

    @property
    def shown(self) -> str:
        """The number as written, without trailing zeros."""
        return number_text(self.value)

    @property
    def asks(self) -> str:
        """What is asked, ≥ 60 家; a number without a comparison stands alone."""
        if self.comparator == Comparator.EQUAL and self.value is not None:
            return amount(self.value, self.unit)
        return goal_words(self.comparator, self.value, self.unit)


class StatedConsequence(Reviewed, Words):
    """What a plan says will follow if a duty is not done: the condition and the consequence, in its words."""

    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="consequences")
    clause = models.ForeignKey("plans.Clause", on_delete=models.CASCADE, related_name="consequences")
    task = models.ForeignKey(
        "plans.Task", null=True, blank=True, on_delete=models.CASCADE, related_name="consequences"
    )
    key = models.CharField(max_length=40)
    if_words = models.TextField(_("If"), blank=True)
    then_words = models.TextField(_("Then"), blank=True)
    kind = models.CharField(_("Kind of consequence"), max_length=20, choices=ConsequenceKind.choices)
    amount = models.DecimalField(_("How much"), max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("Unit of measure"), max_length=40, blank=True)
    from_month = models.CharField(_("From month"), max_length=10, blank=True)  # YYYY-MM
    season = models.CharField(_("Season"), max_length=20, blank=True)  # autumn_winter

    objects = StandingManager()
    everything = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("plan__region__path", "task__assignments__regions__path")
    scope_unit: ClassVar[str] = "task__assignments__unit"
    correctable: ClassVar[tuple[str, ...]] = (
        "if_words", "then_words", "kind", "amount", "unit", "from_month", "season",
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[Any] = ["plan_id", "start", "id"]
        verbose_name = _("stated consequence")
        verbose_name_plural = _("stated consequences")

    def __str__(self) -> str:
        return self.then_words or self.quote


class Share(models.Model):
    """One region's part of a task that binds several: how far that region is."""

    task = models.ForeignKey("plans.Task", on_delete=models.CASCADE, related_name="shares")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_STARTED)
    percent = models.PositiveSmallIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "task__plan__region__path")

    class Meta:
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["task", "region"], name="share_once_a_region")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.region_id}"


class ProgressReport(models.Model):
    """What a unit reported about a task: for the whole of it, or for the share of one region."""

    task = models.ForeignKey("plans.Task", on_delete=models.CASCADE, related_name="reports")
    region = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the whole task
    unit = models.ForeignKey("people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=12, choices=State.choices)
    percent = models.PositiveSmallIntegerField(_("Percent"))
    note = models.TextField(_("Note"), blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reported_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    # A share is its region's own business; what is reported for the whole, `rules.reports_of` shows with
    # the task.
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "task__plan__region__path")

    class Meta:
        ordering: ClassVar[Any] = ["-reported_at", "-id"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")

    def __str__(self) -> str:
        return f"{self.state} {self.percent}"
