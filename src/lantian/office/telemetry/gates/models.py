"""A gate's key and the passes it sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

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
    allowed = models.BooleanField(_("Allowed"), default=True, editable=False)
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
        indexes: ClassVar = [
            models.Index(fields=("gate", "at"), name="passes_of_a_gate"),
            # Few of many: counted for each gate of a list, looked through each day.
            models.Index(fields=("gate", "at"), condition=models.Q(allowed=False), name="passes_not_allowed"),
        ]
        verbose_name = _("Pass of a gate")

    def __str__(self) -> str:
        return f"{self.plate} {self.at:%Y-%m-%d %H:%M}"


class TroubleKind(models.TextChoices):
    """What is wrong at gates."""

    PASSES = "passes", _("Passes not allowed")
    SILENT = "silent", _("Gate silent")


class GateTrouble(models.Model):
    """What the daily step found at gates, and the problem it opened: once for each `key`.

    Of passes that are not allowed one an enterprise and local day; `gate` is the one with most of them. Of
    silence one a gate and last pass; `ended_at` is when it passed vehicles again.
    """

    key = models.CharField(max_length=80, unique=True, editable=False)
    kind = models.CharField(_("Kind"), max_length=8, choices=TroubleKind.choices)
    enterprise = models.ForeignKey("ledgers.Enterprise", on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey("ledgers.GateSystem", on_delete=models.PROTECT, related_name="troubles")
    day = models.DateField(_("Day"))
    count = models.PositiveIntegerField(_("Passes"), default=0)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    finding = models.ForeignKey(
        "findings.Finding", models.PROTECT, related_name="gate_troubles", verbose_name=_("problem found")
    )
    made_at = models.DateTimeField(default=clock.now)

    scope_region: ClassVar[str] = "gate__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = ("gate__unit_id", "gate__enterprise__account_id")
    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ("-day", "-pk")
        verbose_name = _("Trouble at a gate")

    def __str__(self) -> str:
        return f"{self.gate} {self.get_kind_display()} {self.day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The passes it is about; of silence the gate."""
        url = reverse("telemetry:gate", args=[self.gate_id])
        return f"{url}?wrong=1&day={self.day:%Y-%m-%d}" if self.kind == TroubleKind.PASSES else url

    @property
    def state_label(self) -> str:
        """How many passes, or whether it is over."""
        if self.kind == TroubleKind.PASSES:
            return ngettext("%(count)s pass", "%(count)s passes", self.count) % {"count": self.count}
        return str(_("over") if self.ended_at else _("goes on"))
