"""A gate's key and the passes it sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.findings.special.roadside.models import Colour, Stage
from lantian.office.frame import clock
from lantian.office.people.scope import ScopedQuerySet


class Direction(models.TextChoices):
    """Which way it passed."""

    IN = "in", pgettext_lazy("gate", "in")
    OUT = "out", pgettext_lazy("gate", "out")


class GateKey(models.Model):
    """What a gate system signs with. The secret is sealed with the office's key; it is shown once."""

    gate = models.ForeignKey("ledgers.GateSystem", on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(_("Key"), max_length=24, unique=True)
    sealed = models.CharField(max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("Made"), default=clock.now)
    revoked_at = models.DateTimeField(_("Withdrawn"), null=True, blank=True)

    scope_region: ClassVar[str] = "gate__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = ("gate__unit_id", "gate__enterprise__account_id")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ("-made_at",)
        verbose_name = _("Key of a gate")

    def __str__(self) -> str:
        return self.name


class GatePass(models.Model):
    """One vehicle through one gate, as sent and as judged by the rules of its day."""

    gate = models.ForeignKey("ledgers.GateSystem", on_delete=models.PROTECT, related_name="passes")
    number = models.CharField(_("Number"), max_length=64)
    at = models.DateTimeField(_("Time"))
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction.choices)
    plate = models.CharField(_("Plate"), max_length=16, db_index=True)
    colour = models.CharField(_("Colour of the plate"), max_length=12, choices=Colour.choices, blank=True)
    vin = models.CharField("VIN", max_length=20, blank=True)
    stage = models.CharField(_("Emission stage"), max_length=8, choices=Stage.choices, default=Stage.UNKNOWN)
    new_energy = models.BooleanField(_("New energy"), default=False)
    goods = models.CharField(_("Goods"), max_length=60, blank=True)
    tonnes = models.DecimalField(_("Net weight [t]"), max_digits=7, decimal_places=3, null=True, blank=True)
    photo = models.CharField(_("Digest of the photo"), max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    faults = models.JSONField(_("Not allowed because"), default=list)
    received_at = models.DateTimeField(_("Received"), default=clock.now)

    scope_region: ClassVar[str] = "gate__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = ("gate__unit_id", "gate__enterprise__account_id")
    scope_by_key: ClassVar[bool] = True
    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ("-at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("gate", "number"), name="a_pass_is_taken_once")
        ]
        indexes: ClassVar = [models.Index(fields=("gate", "at"), name="passes_of_a_gate")]
        verbose_name = _("Pass of a gate")

    def __str__(self) -> str:
        return f"{self.plate} {self.at:%Y-%m-%d %H:%M}"
