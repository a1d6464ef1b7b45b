"""Supervision orders: what is asked of whom, by when, about what; and what was replied."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantian.office.dispatch.evidence import Evidence
from lantian.office.dispatch.states import ORDER
from lantian.office.frame import clock
from lantian.office.loops import Looped
from lantian.office.people.scope import ScopedQuerySet


class SupervisionOrder(Looped):
    """A 督办单: from the region that supervises to a unit or a region, to be answered by a day."""

    loop = ORDER

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    issuer = models.CharField(_("Issued by"), max_length=120)
    to_unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="orders",
        verbose_name=_("To the unit"),
    )  # fmt: skip
    to_region = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="orders",
        verbose_name=_("To the region"),
    )  # fmt: skip
    round = models.ForeignKey(
        "dispatch.Round", null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    year = models.PositiveSmallIntegerField(_("Year of issue"))
    number = models.PositiveIntegerField(_("Number"))
    title = models.CharField(_("Matter"), max_length=200)
    text = models.TextField(_("What is asked"))
    reply_by = models.DateTimeField(_("Reply by"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(_("Issued at"), default=clock.now)
    first_replied_at = models.DateTimeField(_("First replied"), null=True, blank=True)
    papers = models.JSONField(default=dict, editable=False)  # zh.docx → SHA-256

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "to_region__path", "to_unit__region__path")
    scope_unit: ClassVar[str] = "to_unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["-issued_at", "-pk"]
        verbose_name = _("supervision order")
        verbose_name_plural = _("supervision orders")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="one_order_number_a_year"),
            models.CheckConstraint(
                condition=models.Q(to_unit__isnull=False) ^ models.Q(to_region__isnull=False),
                name="order_to_a_unit_or_a_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("dispatch:order", args=[self.pk])

    @property
    def label(self) -> str:
        """Its number in words."""
        return gettext("Order No. %(number)d of %(year)d") % {"number": self.number, "year": self.year}

    @property
    def addressee(self) -> str:
        """To whom it went, in the active language."""
        return str((self.to_unit or self.to_region).label)

    @property
    def was_late(self) -> bool:
        """Whether the first reply came after its day, or has not come though the day is past."""
        return (self.first_replied_at or clock.now()) > self.reply_by and (
            self.first_replied_at is not None or not self.is_closed
        )


class OrderSubject(models.Model):
    """One thing an order is about: a task, a report, a finding of any app, in words and with its address."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.CASCADE, related_name="subjects")
    thing_type = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=64)
    words = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)

    scope_exempt = "shown with its order only"

    class Meta:
        default_permissions = ()
        ordering: ClassVar[Any] = ["pk"]
        indexes: ClassVar[Any] = [
            models.Index(fields=["thing_type", "thing_id"], name="orders_about_a_thing")
        ]

    def __str__(self) -> str:
        return self.words


class OrderReply(models.Model):
    """What the addressee answered; a reply that was sent back is followed by another."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("Reply"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Replied at"), default=clock.now)

    scope_exempt = "shown with its order only"

    class Meta:
        default_permissions = ()
        ordering: ClassVar[Any] = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]


class ReplyFile(Evidence):
    """Evidence of a reply."""

    reply = models.ForeignKey(OrderReply, on_delete=models.PROTECT, related_name="files")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = (
        "reply__order__region__path",
        "reply__order__to_region__path",
        "reply__order__to_unit__region__path",
    )
    scope_unit: ClassVar[str] = "reply__order__to_unit_id"

    class Meta(Evidence.Meta):
        verbose_name = _("evidence of a reply")
        verbose_name_plural = _("evidence of replies")
