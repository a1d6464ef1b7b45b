"""What is kept: divisions of a parent target, allotments, letters, sources of targets, stated figures."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantian.office.dispatch.evidence import Evidence
from lantian.office.frame import clock
from lantian.office.loops import Looped
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.plans.terms import Comparator, goal_words, indicator_label, number_text
from lantian.office.targets.loop import ALLOTMENT, IN_FORCE


class Method(models.TextChoices):
    """How the values of a division were found."""

    NONE = "", _("not filled yet")
    SAME = "same", _("the same for all")
    BASELINE = "baseline", _("in proportion to the base year")
    TABLE = "table", _("from a table")
    HAND = "hand", _("by hand")


class Goal(models.Model):
    """What is asked, as it stood when it was divided: a plan read again changes nothing here."""

    indicator = models.CharField(_("Indicator"), max_length=120, blank=True)
    title = models.CharField(_("What"), max_length=300, blank=True)  # of a quantity that is no indicator
    comparator = models.CharField(_("Comparator"), max_length=12, choices=Comparator.choices)
    unit = models.CharField(_("Unit of measure"), max_length=40, blank=True)
    baseline = models.CharField(_("Baseline"), max_length=40, blank=True)
    by = models.CharField(_("By"), max_length=10, blank=True)
    last_day = models.DateField(_("Last day"), null=True, blank=True)
    pool = models.CharField(_("Scope or pool"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """What it is about, in the active language."""
        return indicator_label(self.indicator) if self.indicator else self.title

    def asks_of(self, value: Decimal | None) -> str:
        """The goal with a value: ≤ 44 µg/m³."""
        return goal_words(self.comparator, value, self.unit)


class Division(Goal):
    """A region divides a goal of its own among the regions it binds: a plan's target, a quantity of a task,
    or what was allotted to it from above."""

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(
        "plans.Target", null=True, blank=True, on_delete=models.SET_NULL, related_name="divisions"
    )
    quantity = models.ForeignKey(
        "plans.Quantity", null=True, blank=True, on_delete=models.SET_NULL, related_name="divisions"
    )
    over = models.OneToOneField(
        "targets.Allotment", null=True, blank=True, on_delete=models.PROTECT, related_name="divided"
    )
    value = models.DecimalField(_("Value"), max_digits=20, decimal_places=6, null=True)
    quote = models.TextField(_("Words"), blank=True)
    method = models.CharField(
        _("How it is divided"), max_length=10, choices=Method.choices, default=Method.NONE, blank=True
    )
    note = models.CharField(_("Basis"), max_length=300, blank=True)
    accepted_shortfall = models.TextField(_("Why the parent need not be reached"), blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)

    objects = ScopedQuerySet.as_manager()
    # A child sees the head of the division and its own row, never its siblings' rows.
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "allotments__region__path")

    class Meta:
        ordering: ClassVar[Any] = ["region__path", "last_day", "pk"]
        verbose_name = _("division of a target")
        verbose_name_plural = _("divisions of targets")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["region", "target"], condition=Q(target__isnull=False), name="target_divided_once"
            ),
            models.UniqueConstraint(
                fields=["region", "quantity"],
                condition=Q(quantity__isnull=False),
                name="quantity_divided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region.label} {self.label} {self.asks}"

    @property
    def asks(self) -> str:
        """What the dividing region is held to."""
        return self.asks_of(self.value)

    def get_absolute_url(self) -> str:
        return reverse("targets:division", args=[self.pk])


class Allotment(Looped):
    """One child's part. `value` is what is assigned; `issued_value` what its newest letter says: only that
    binds."""

    loop = ALLOTMENT

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="allotments")
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="allotments", verbose_name=_("Region")
    )
    value = models.DecimalField(_("Value"), max_digits=20, decimal_places=6, null=True, blank=True)
    issued_value = models.DecimalField(_("Issued value"), max_digits=20, decimal_places=6, null=True)
    weight = models.DecimalField(_("Base"), max_digits=20, decimal_places=6, null=True, blank=True)
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    letter = models.ForeignKey(
        "targets.Letter", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("Answer of the region"), blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["division_id", "region__code"]
        verbose_name = _("allotted target")
        verbose_name_plural = _("allotted targets")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["division", "region"], name="allotted_once_a_region")
        ]

    def __str__(self) -> str:
        return f"{self.region.label} {self.division.label}"

    @property
    def binds(self) -> bool:
        """Whether a letter made it binding."""
        return self.state in IN_FORCE and self.issued_value is not None

    @property
    def asks(self) -> str:
        """What binds the child; nothing before a letter."""
        return self.division.asks_of(self.issued_value) if self.binds else ""

    @property
    def asks_assigned(self) -> str:
        """What is assigned, issued or not."""
        return self.division.asks_of(self.value) if self.value is not None else ""

    def get_absolute_url(self) -> str:
        return f"{reverse('targets:division', args=[self.division_id])}#a{self.pk}"


class Letter(models.Model):
    """Allotments issued together. Written once: `hash` covers number, day, text, rows and papers."""

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("Year of issue"))
    number = models.PositiveIntegerField(_("Number"))
    doc_no = models.CharField(_("Document number"), max_length=60, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    text = models.TextField(_("Text"))
    issuer = models.CharField(_("Issued by"), max_length=120, blank=True)
    issued_at = models.DateTimeField(_("Issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer_by = models.DateField(_("Answer until"))
    content = models.TextField(editable=False)
    papers = models.JSONField(default=dict, editable=False)  # "" for the whole, else a region's code
    hash = models.CharField("SHA-256", max_length=64, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "lines__region__path")

    class Meta:
        ordering: ClassVar[Any] = ["-issued_at", "-pk"]
        verbose_name = _("target letter")
        verbose_name_plural = _("target letters")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="one_target_letter_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.reference}"

    @property
    def reference(self) -> str:
        """Its number as cited."""
        return self.doc_no or gettext("No. %(number)d of %(year)d") % {
            "number": self.number, "year": self.year,
        }  # fmt: skip

    def digest(self) -> str:
        """SHA-256 over all that was issued."""
        told = {
            name: getattr(self, name)
            for name in (
                "region_id",
                "year",
                "number",
                "doc_no",
                "title",
                "text",
                "issuer",
                "content",
                "papers",
            )
        }
        told |= {"issued_at": self.issued_at.isoformat(), "answer_by": self.answer_by.isoformat()}
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once.

        Raises
        ------
        TypeError
            it was issued already
        """
        if self.pk is not None:
            raise TypeError("an issued letter never changes")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an issued letter is never thrown away")

    def get_absolute_url(self) -> str:
        return reverse("targets:letter", args=[self.pk])


class LetterLine(models.Model):
    """One row of a letter as issued: the versions of an allotment are its lines in order."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="lines")
    allotment = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="lines")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(_("Value"), max_digits=20, decimal_places=6)
    before = models.DecimalField(_("Value before"), max_digits=20, decimal_places=6, null=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["letter_id", "region__code", "pk"]
        verbose_name = _("row of a target letter")
        verbose_name_plural = _("rows of target letters")

    def __str__(self) -> str:
        return f"{self.letter_id} {self.region_id}"

    @property
    def asks(self) -> str:
        """The goal as this letter put it."""
        return self.allotment.division.asks_of(self.value)

    @property
    def asked_before(self) -> str:
        """The goal of the letter before, where there was one."""
        return self.allotment.division.asks_of(self.before) if self.before is not None else ""


class TargetSource(models.Model):
    """A task's quantity whose verified reports make up the value of a target."""

    target = models.ForeignKey("plans.Target", on_delete=models.CASCADE, related_name="sources")
    quantity = models.ForeignKey("plans.Quantity", on_delete=models.CASCADE, related_name="held_targets")
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    linked_at = models.DateTimeField(default=clock.now)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "target__plan__region__path"

    class Meta:
        verbose_name = _("source of a target")
        verbose_name_plural = _("sources of targets")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["target", "quantity"], name="quantity_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.target_id} ← {self.quantity_id}"


class StatedFigure(models.Model):
    """A figure the office does not compute, as an official document states it.

    `is_change`: the value is a change against the baseline, in the direction and unit the target asks for.
    """

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(_("Indicator"), max_length=120)
    is_change = models.BooleanField(default=False)
    value = models.DecimalField(_("Value"), max_digits=20, decimal_places=6)
    unit = models.CharField(_("Unit of measure"), max_length=40, blank=True)
    day = models.DateField(_("As of"))
    document = models.CharField(_("Document that states it"), max_length=300)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    stated_at = models.DateTimeField(default=clock.now)
    withdrawn = models.CharField(_("Withdrawn because"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["-day", "-pk"]
        verbose_name = _("stated figure")
        verbose_name_plural = _("stated figures")

    def __str__(self) -> str:
        return f"{self.region.label} {indicator_label(self.indicator)} {self.day}"

    @property
    def shown(self) -> str:
        """The number without trailing zeros."""
        return number_text(self.value)

    def get_absolute_url(self) -> str:
        return reverse("targets:stated", args=[self.pk])


class StatedFile(Evidence):
    """The document behind a stated figure."""

    figure = models.ForeignKey(StatedFigure, on_delete=models.PROTECT, related_name="files")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "figure__region__path"

    class Meta(Evidence.Meta):
        verbose_name = _("document of a stated figure")
        verbose_name_plural = _("documents of stated figures")
