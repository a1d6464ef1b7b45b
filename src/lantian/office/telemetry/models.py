"""What the office keeps about the line; values themselves lie in the store of `lantian.telemetry`.

A declaration's state is written by `loops.move` alone; day figures by `daily.figures`; all else by the
actions of this app.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.dispatch.evidence import Evidence
from lantian.office.frame import clock
from lantian.office.loops import Looped
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.telemetry.alarms import models as alarms
from lantian.office.telemetry.gates import models as gates
from lantian.office.telemetry.states import DECLARATION

OF_THE_ENTERPRISE = ("device__unit_id", "device__enterprise__account_id")


class DeviceDay(models.Model):
    """What a local day of a device came to: worked out again whenever one of its values is new.

    Hours are counted by factor: a stack that sends three pollutants owes 72 a day. `parts` has the same by
    factor, with its mass and its hours by mark.
    """

    device = models.ForeignKey(
        "ledgers.LineDevice", models.CASCADE, related_name="days", verbose_name=_("Device")
    )
    day = models.DateField(_("Day"))
    due = models.PositiveSmallIntegerField(_("Hours due"), default=0)
    received = models.PositiveSmallIntegerField(_("Hours received"), default=0)
    valid = models.PositiveSmallIntegerField(_("Hours valid"), default=0)
    stopped = models.PositiveSmallIntegerField(_("Hours stopped"), default=0)
    substituted = models.PositiveSmallIntegerField(_("Hours substituted"), default=0)
    exceeding = models.PositiveSmallIntegerField(_("Hours exceeding"), default=0)
    clock_offset = models.IntegerField(_("Clock difference [s]"), null=True, blank=True)
    parts = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    worked_out_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "device__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = OF_THE_ENTERPRISE

    class Meta:
        ordering: ClassVar[Any] = ["day", "pk"]
        verbose_name = _("day of a device")
        verbose_name_plural = _("days of devices")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["device", "day"], name="day_of_a_device_once")
        ]
        indexes: ClassVar[Any] = [models.Index(fields=["day", "device"], name="device_days_of_a_day")]

    def __str__(self) -> str:
        return f"{self.device} · {self.day}"


class DeclarationKind(models.TextChoices):
    """What is declared."""

    MARK = "mark", pgettext_lazy("a declaration", "mark")
    CORRECTION = "correction", pgettext_lazy("a declaration", "correction")


def plain_number(value: Decimal | None) -> str:
    """A number as a person would write it: 4.2 where 4.200000 is kept; "" where there is none."""
    return "" if value is None else f"{value.normalize():f}"


class Declaration(Looped):
    """What is said about hours of a device: they bear another mark, or another value.

    `first` is the start of the first hour, `last` that of the last one. An accepted declaration is laid over
    what the device sent; what it sent stays. An empty `factor` speaks of the whole device.
    """

    loop = DECLARATION
    moved_with: ClassVar[tuple[str, ...]] = ("device__region", "device__enterprise")

    device = models.ForeignKey(
        "ledgers.LineDevice", models.PROTECT, related_name="declarations", verbose_name=_("Device")
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=DeclarationKind.choices)
    factor = models.CharField(_("Factor"), max_length=12, blank=True)
    first = models.DateTimeField(_("First hour"))
    last = models.DateTimeField(_("Last hour"))
    mark = models.CharField(_("Mark"), max_length=24, blank=True)
    value = models.DecimalField(_("Value"), max_digits=16, decimal_places=6, null=True, blank=True)
    converted = models.DecimalField(
        _("Converted value"), max_digits=16, decimal_places=6, null=True, blank=True
    )
    reason = models.TextField(_("Reason"), max_length=2000)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Declared by")
    )
    declared_at = models.DateTimeField(_("Declared at"), default=clock.now)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "device__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = OF_THE_ENTERPRISE

    class Meta:
        ordering: ClassVar[Any] = ["-declared_at", "-pk"]
        verbose_name = _("declaration about hours")
        verbose_name_plural = _("declarations about hours")
        indexes: ClassVar[Any] = [
            models.Index(fields=["device", "first", "last"], name="declarations_of_a_device")
        ]

    def __str__(self) -> str:
        return f"{self.device} · {self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("telemetry:declaration", args=[self.pk])

    @property
    def value_text(self) -> str:
        """The value without zeros behind its last digit."""
        return plain_number(self.value)

    @property
    def converted_text(self) -> str:
        """The converted value, the same way."""
        return plain_number(self.converted)


class DeclarationFile(Evidence):
    """A paper that proves a declaration: a work order, a calibration sheet, a photo."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="files")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "declaration__device__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = tuple(f"declaration__{name}" for name in OF_THE_ENTERPRISE)

    class Meta(Evidence.Meta):
        verbose_name = _("file of a declaration")
        verbose_name_plural = _("files of declarations")


class Watermark(models.Model):
    """How far `lantian office line` has read: the last arrival it worked out."""

    name = models.CharField(max_length=24, primary_key=True)
    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    scope_exempt = "where a run left off; never shown"

    class Meta:
        default_permissions = ()


__all__ = ("Declaration", "DeclarationFile", "DeclarationKind", "DeviceDay", "Watermark", "alarms", "gates")
