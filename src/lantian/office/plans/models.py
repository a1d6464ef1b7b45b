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
from lantian.office.plans.reach_models import TaskReach
from lantian.office.plans.task_models import (
    Assignment,
    Deadline,
    ProgressReport,
    Quantity,
    Share,
    StatedConsequence,
)
from lantian.office.plans.terms import (
    Binding,
    Comparator,
    NameHow,
    PlanStatus,
    State,
    goal_words,
    indicator_label,
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
    earlier_of = models.ForeignKey(  # the plan that is read from a corrected document now
        "plans.Plan", null=True, blank=True, on_delete=models.PROTECT, related_name="earlier_documents"
    )

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("plan__region__path", "earlier_of__region__path")

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
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="newer_versions",
        verbose_name=_("Newer version of"),
    )  # fmt: skip

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


class Reading(models.Model):
    """One more reading of a plan: by whom, of which document, and what it added, lost and changed."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="readings")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="readings")
    reader = models.CharField(_("Read by"), max_length=40)
    read_at = models.DateTimeField(_("Read at"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changes = models.JSONField(default=list, help_text="What it added, lost and changed, a row each.")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "plan__region__path"

    class Meta:
        ordering: ClassVar[Any] = ["-read_at", "-id"]
        verbose_name = _("reading of a plan")
        verbose_name_plural = _("readings of plans")

    def __str__(self) -> str:
        return f"{self.plan_id} {self.reader}"


class UnitName(models.Model):
    """A name in the brackets of a plan that the register of units did not know, and what a person said it
    is.

    What a person decided holds for every assignment of the plan under this name, now and after a new reading.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="unit_names")
    written = models.CharField(_("As written"), max_length=200)
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.SET_NULL, related_name="names_in_plans"
    )
    how = models.CharField(max_length=6, choices=NameHow.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "plan__region__path"

    class Meta:
        ordering: ClassVar[Any] = ["plan_id", "written"]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["plan", "written"], name="unit_name_once_a_plan")
        ]
        verbose_name = _("name of a unit")
        verbose_name_plural = _("names of units")

    def __str__(self) -> str:
        return self.written


class PlanPart(Reviewed):
    """The body of a plan's document, or an attachment with its own title: a plan of its own in the
    outline."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveSmallIntegerField()
    label_written = models.CharField(_("Label"), max_length=40, blank=True)  # 附件1; empty for the body
    title = models.CharField(_("Title"), max_length=300, blank=True)
    kind = models.CharField(max_length=12, blank=True)  # body, attachment, task_list
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "plan__region__path"
    correctable: ClassVar[tuple[str, ...]] = ("title",)

    class Meta:
        ordering: ClassVar[Any] = ["plan_id", "order"]
        verbose_name = _("part of a plan")
        verbose_name_plural = _("parts of plans")

    def __str__(self) -> str:
        return " ".join(filter(None, [self.label_written, self.title]))


class Clause(Reviewed):
    """A heading or numbered item with everything under it; the clauses of a plan form a tree in reading
    order."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="clauses")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    part = models.ForeignKey(
        PlanPart, null=True, blank=True, on_delete=models.SET_NULL, related_name="clauses"
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
    themes = models.PositiveIntegerField(default=0)  # bits of `themes.py`, kept by `reach.refresh`

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("plan__region__path", "assignments__regions__path")
    scope_unit: ClassVar[str] = "assignments__unit"
    scope_reach: ClassVar[str] = "reach"
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


__all__ = [
    "Assignment", "Clause", "Deadline", "Document", "Plan", "PlanPart", "ProgressReport", "Quantity",
    "Reading", "Share", "StatedConsequence", "Target", "Task", "TaskReach", "UnitName",
]  # fmt: skip
