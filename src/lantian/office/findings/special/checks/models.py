"""A check that was done: of which kind, where, its total, and the answer to each item."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.office.dispatch.evidence import Evidence
from lantian.office.findings.special.checks.declaring import label_of
from lantian.office.frame import clock
from lantian.office.people.scope import ScopedQuerySet


class Check(models.Model):
    """One check on the spot. Its items, weights and limits are kept as they were on its day."""

    kind = models.CharField(_("Kind of check"), max_length=24, db_index=True)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="checks", verbose_name=_("Region")
    )
    place = models.CharField(_("Place"), max_length=200)
    unit = models.ForeignKey(
        "people.Unit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="checks",
        verbose_name=_("Unit responsible"),
    )
    lon = models.DecimalField(_("Longitude [°]"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("Latitude [°]"), max_digits=9, decimal_places=6, null=True, blank=True)
    checked_on = models.DateField(_("Checked on"), db_index=True)
    checker = models.CharField(_("Checked by"), max_length=80, blank=True)
    remark = models.TextField(_("Remark"), blank=True)
    score = models.DecimalField(_("Score of the check"), max_digits=4, decimal_places=1, null=True)
    passed = models.BooleanField(_("Passed"), null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Entered by"),
    )
    recorded_at = models.DateTimeField(_("Entered at"), default=clock.now)
    finding = models.OneToOneField(
        "findings.Finding",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="check_done",
        verbose_name=_("problem found"),
    )
    form_id = models.UUIDField(_("Number of the form"), null=True, blank=True, unique=True, editable=False)

    scope_region: ClassVar[str] = "region__path"
    scope_unit: ClassVar[str] = "unit_id"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-checked_on", "-pk"]
        verbose_name = _("check")
        verbose_name_plural = _("checks")

    def __str__(self) -> str:
        return f"{self.kind_label}·{self.place}·{self.checked_on}"

    def get_absolute_url(self) -> str:
        return reverse("findings:check", args=[self.pk])

    @property
    def kind_label(self) -> str:
        """The kind of check in the active language."""
        return label_of(self.kind, self.checked_on)


class CheckAnswer(models.Model):
    """The answer to one item, what it was worth, and why it failed."""

    done = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="answers")
    item = models.CharField(_("Item"), max_length=24)
    label_zh = models.CharField(max_length=120)
    label_en = models.CharField(max_length=160)
    answer = models.CharField(_("Answer"), max_length=4, blank=True)  # yes, no; empty: not applicable
    number = models.DecimalField(_("Number"), max_digits=12, decimal_places=3, null=True, blank=True)
    unit_zh = models.CharField(max_length=20, blank=True)
    unit_en = models.CharField(max_length=20, blank=True)
    weight = models.DecimalField(_("Weight"), max_digits=5, decimal_places=1)
    limit = models.DecimalField(_("Limit"), max_digits=12, decimal_places=3, null=True, blank=True)
    fails = models.CharField(max_length=6)
    failed = models.BooleanField(_("Failed"), null=True)

    scope_region: ClassVar[str] = "done__region__path"
    scope_unit: ClassVar[str] = "done__unit_id"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["pk"]
        verbose_name = _("answer of a check")
        verbose_name_plural = _("answers of checks")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["done", "item"], name="item_of_a_check_once")
        ]

    def __str__(self) -> str:
        return f"{self.label_zh} {self.answer or self.number}"

    @property
    def worth(self) -> Any:
        """What it got of its weight; None where it does not apply."""
        return None if self.failed is None else (0 if self.failed else self.weight)


class CheckFile(Evidence):
    """A photo of an item of a check."""

    done = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="files")
    item = models.CharField(max_length=24, blank=True)

    scope_region: ClassVar[str] = "done__region__path"
    scope_unit: ClassVar[str] = "done__unit_id"

    objects = ScopedQuerySet.as_manager()

    class Meta(Evidence.Meta):
        verbose_name = _("photo of a check")
        verbose_name_plural = _("photos of checks")
