"""A plan as records: document, clauses, targets, tasks and what hangs on them.

Everything the reader took keeps its exact words and where they stand: `document.text[start:end] == quote`.
Everything a person said about it stands beside what was read, never over it: see `Reviewed.as_read`.
Writes go through `actions.py`, never through `save()` in a view.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.office.people.scope import ScopedQuerySet
from lantian.office.plans.bases import Reviewed, Words
from lantian.office.plans.terms import (
    Binding,
    Comparator,
    DeadlineKind,
    PlanStatus,
    Role,
    State,
    amount,
    deadline_words,
    goal_words,
    indicator_label,
    number_text,
)


class Document(models.Model):
    """A file as it came, kept under its sha256 in DATA/files, and the text the reader saw."""

    name = models.CharField(_("File name"), max_length=255)
    kind = models.CharField(_("Kind"), max_length=8)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("Size [bytes]"))
    text = models.TextField(_("Text"))
    blank = models.JSONField(
        default=list, help_text="Spans [start, end] of page marks, which belong to no words."
    )
    loaded_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "plan__region__path"

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """An action plan in force in a region, read from a document."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="plan")
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="plans", verbose_name=_("Region")
    )
    title = models.CharField(_("Title"), max_length=300)
    issuer = models.CharField(_("Issuer"), max_length=200, blank=True)
    doc_no = models.CharField(_("Document number"), max_length=100, blank=True)
    issued_date = models.DateField(_("Issued"), null=True, blank=True)
    region_words = models.CharField(_("Region as written"), max_length=100, blank=True)
    level = models.CharField(_("Level"), max_length=12, blank=True)
    parent_docs = models.JSONField(_("Issued under"), default=list)
    year = models.PositiveSmallIntegerField(_("Year"), null=True, blank=True)
    reader = models.CharField(_("Read by"), max_length=40)
    notes = models.JSONField(_("Notes of the reader"), default=list)
    status = models.CharField(
        _("Status"), max_length=10, choices=PlanStatus.choices, default=PlanStatus.DRAFT
    )
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    loaded_at = models.DateTimeField(auto_now_add=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["-issued_date", "-id"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:plan", args=[self.pk])


class Clause(Reviewed):
    """A heading or numbered item with everything under it; the clauses of a plan form a tree in reading
    order."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="clauses")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    order = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    path = models.CharField(_("Path"), max_length=120)  # 三/（一）/12; empty for what stands before the first
    number = models.CharField(_("Number"), max_length=40, blank=True)
    heading = models.CharField(_("Heading"), max_length=300, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "plan__region__path"
    correctable: ClassVar[tuple[str, ...]] = ("number", "heading")

    class Meta:
        ordering: ClassVar[Any] = ["plan_id", "order"]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["plan", "order"], name="clause_order_once_a_plan")
        ]
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")

    def __str__(self) -> str:
        return " ".join(part for part in (self.path.replace("/", ""), self.heading) if part)

    @property
    def cited(self) -> str:
        """The path as a document cites it: 三（一）12."""
        return self.path.replace("/", "")

    def get_absolute_url(self) -> str:
        return f"{reverse('plans:plan', args=[self.plan_id])}#c{self.pk}"


class Target(Reviewed, Words):
    """A stated goal: regions x indicator x comparator x value x by."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="targets")
    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="targets")
    key = models.CharField(max_length=40)  # the reader's id
    region_words = models.JSONField(_("Regions as written"), default=list)
    regions = models.ManyToManyField("regions.Region", related_name="targets", verbose_name=_("Regions"))
    unresolved = models.JSONField(_("Places not in the register"), default=list)
    indicator = models.CharField(_("Indicator"), max_length=120)
    comparator = models.CharField(_("Comparator"), max_length=12, choices=Comparator.choices)
    value = models.DecimalField(_("Value"), max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("Unit of measure"), max_length=40, blank=True)
    baseline = models.CharField(_("Baseline"), max_length=40, blank=True)
    by = models.CharField(_("By"), max_length=10, blank=True)
    last_day = models.DateField(_("Last day"), null=True, blank=True)
    binding = models.CharField(_("Binding"), max_length=12, choices=Binding.choices)
    pool = models.CharField(_("Scope or pool"), max_length=300, blank=True)
    implied_value = models.BooleanField(_("Value implied"), default=False)

    objects = ScopedQuerySet.as_manager()
    # A plan from above binds the regions its targets name: their people see the target, not the plan.
    scope_region: ClassVar[tuple[str, ...]] = ("plan__region__path", "regions__path")
    correctable: ClassVar[tuple[str, ...]] = (
        "indicator", "comparator", "value", "unit", "baseline", "by", "binding", "pool",
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[Any] = ["plan_id", "start", "id"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return self.quote

    @property
    def indicator_label(self) -> str:
        """The indicator's term in the active language."""
        return indicator_label(self.indicator)

    @property
    def asks(self) -> str:
        """What it asks of the indicator: ≤ 44 µg/m³."""
        return goal_words(self.comparator, self.value, self.unit)

    def get_absolute_url(self) -> str:
        return f"{reverse('plans:plan', args=[self.plan_id])}#t{self.pk}"


class Task(Reviewed):
    """A duty: what a numbered item, or a bracketed paragraph, asks of its units."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tasks")
    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=40)
    number = models.CharField(_("Number"), max_length=40, blank=True)
    title = models.CharField(_("Title"), max_length=300, blank=True)
    text = models.TextField(_("Text"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    sub_paragraphs = models.PositiveSmallIntegerField(default=1)
    region_words = models.JSONField(_("Places as written"), default=list)
    regions = models.ManyToManyField("regions.Region", related_name="tasks", verbose_name=_("Places"))
    state = models.CharField(_("State"), max_length=12, choices=State.choices, default=State.NOT_STARTED)
    percent = models.PositiveSmallIntegerField(_("Percent"), default=0)
    due = models.DateField(_("Due"), null=True, blank=True)  # first open deadline, kept by actions
    recurring = models.BooleanField(_("Recurring"), default=False)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("plan__region__path", "assignments__regions__path")
    scope_unit: ClassVar[str] = "assignments__unit"
    correctable: ClassVar[tuple[str, ...]] = ("title", "text")

    class Meta:
        ordering: ClassVar[Any] = ["plan_id", "start", "id"]
        indexes: ClassVar[Any] = [
            models.Index(fields=["plan", "state", "due"], name="task_state_due"),
            models.Index(fields=["due"], name="task_due"),
        ]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def __str__(self) -> str:
        return f"{self.number} {self.headline}".strip()

    @property
    def headline(self) -> str:
        """The title, or for a paragraph without one its first words."""
        return self.title or (self.text if len(self.text) <= 40 else self.text[:40] + "…")

    def get_absolute_url(self) -> str:
        return reverse("plans:task", args=[self.pk])


class Assignment(models.Model):
    """A unit bound to a task, with its role and its name exactly as written.

    `unit` is set where one unit is named; `regions` holds the region whose government it is, or every region
    that a collective name (各县市区人民政府) stands for. `unresolved` says why neither is known. With
    `source` it is inherited: `start … end` are words of that task.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments")
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
        Task, null=True, blank=True, on_delete=models.CASCADE, related_name="bequests"
    )

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("task__plan__region__path", "regions__path")
    scope_unit: ClassVar[str] = "unit"

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


class Deadline(Words):
    """A time expression of a task, or of the plan outside its tasks."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="deadlines")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=10, choices=DeadlineKind.choices, default=DeadlineKind.BY)
    by = models.CharField(_("By"), max_length=10, blank=True)
    last_day = models.DateField(_("Last day"), null=True, blank=True)
    what = models.TextField(_("For"), blank=True)
    met_on = models.DateField(_("Met on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("plan__region__path", "task__assignments__regions__path")
    scope_unit: ClassVar[str] = "task__assignments__unit"

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


class Quantity(Words):
    """A number with its unit that a task must reach or keep."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="quantities")
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    comparator = models.CharField(max_length=12, choices=Comparator.choices)
    what = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("task__plan__region__path", "task__assignments__regions__path")
    scope_unit: ClassVar[str] = "task__assignments__unit"

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


class Share(models.Model):
    """One region's part of a task that binds several: how far that region is."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="shares")
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

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reports")
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
