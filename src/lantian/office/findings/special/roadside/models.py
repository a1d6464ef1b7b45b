"""A test at the roadside, and the list of vehicles that failed and have not passed since."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.frame import clock
from lantian.office.people.scope import ScopedQuerySet


class Thing(models.TextChoices):
    """What was tested."""

    VEHICLE = "vehicle", _("Vehicle")
    MACHINE = "machine", _("Non-road machine")


class Colour(models.TextChoices):
    """Colour of a plate."""

    YELLOW = "yellow", pgettext_lazy("plate", "yellow")
    BLUE = "blue", pgettext_lazy("plate", "blue")
    GREEN = "green", pgettext_lazy("plate", "green")
    YELLOW_GREEN = "yellow_green", pgettext_lazy("plate", "yellow and green")
    WHITE = "white", pgettext_lazy("plate", "white")
    BLACK = "black", pgettext_lazy("plate", "black")
    NONE = "none", pgettext_lazy("plate", "no road plate")


class Stage(models.TextChoices):
    """Emission stage."""

    UNKNOWN = "unknown", pgettext_lazy("emission stage", "unknown")
    S0 = "0", _("before China I")
    S1 = "1", _("China I")
    S2 = "2", _("China II")
    S3 = "3", _("China III")
    S4 = "4", _("China IV")
    S5 = "5", _("China V")
    S6 = "6", _("China VI")


class Method(models.TextChoices):
    """How it was tested."""

    SMOKE = "smoke", _("Smoke opacity")
    OBD = "obd", _("On-board diagnosis")
    UREA = "urea", _("Urea")


class RoadsideTest(models.Model):
    """One test of one vehicle or machine, judged by the rules of its day."""

    thing = models.CharField(_("What was tested"), max_length=8, choices=Thing.choices)
    plate = models.CharField(_("Plate or machine number"), max_length=24, db_index=True)
    colour = models.CharField(_("Colour of the plate"), max_length=12, choices=Colour.choices)
    vin = models.CharField("VIN", max_length=20, blank=True, db_index=True)
    stage = models.CharField(_("Emission stage"), max_length=8, choices=Stage.choices, default=Stage.UNKNOWN)
    power = models.DecimalField(_("Power [kW]"), max_digits=7, decimal_places=1, null=True, blank=True)
    limit_class = models.CharField(_("Class of the limit"), max_length=4, blank=True)
    method = models.CharField(_("Method of the test"), max_length=8, choices=Method.choices)
    value = models.DecimalField(_("Result"), max_digits=8, decimal_places=3, null=True, blank=True)
    normal = models.BooleanField(_("Found in order"), null=True, blank=True)
    passed = models.BooleanField(_("Passed"))
    why = models.JSONField(_("How it was judged"), default=dict)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="roadside_tests", verbose_name=_("Region")
    )
    place = models.CharField(_("Place"), max_length=200)
    tested_on = models.DateField(_("Tested on"), db_index=True)
    team = models.CharField(_("Team"), max_length=120, blank=True)
    remark = models.TextField(_("Remark"), blank=True)
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
        related_name="roadside_test",
        verbose_name=_("problem found"),
    )
    batch = models.CharField(_("Imported from"), max_length=200, blank=True)

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-tested_on", "-pk"]
        verbose_name = _("roadside test")
        verbose_name_plural = _("roadside tests")
        indexes: ClassVar[Any] = [
            models.Index(fields=["plate", "colour", "tested_on"], name="roadside_plate_day")
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.get_method_display()} {self.tested_on}"

    def get_absolute_url(self) -> str:
        return reverse("findings:roadside-test", args=[self.pk])


class Listing(models.Model):
    """A vehicle on the black list: since a failed test, until it passes the same test again."""

    plate = models.CharField(_("Plate or machine number"), max_length=24, db_index=True)
    colour = models.CharField(_("Colour of the plate"), max_length=12, choices=Colour.choices)
    vin = models.CharField("VIN", max_length=20, blank=True)
    method = models.CharField(_("Method of the test"), max_length=8, choices=Method.choices)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    since = models.DateField(_("On the black list since"))
    failures = models.PositiveIntegerField(_("Failed tests"), default=1)
    test = models.ForeignKey(RoadsideTest, on_delete=models.PROTECT, related_name="listings")
    until = models.DateField(_("Off the list since"), null=True, blank=True)
    passed_test = models.ForeignKey(
        RoadsideTest, null=True, blank=True, on_delete=models.PROTECT, related_name="ended"
    )

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-since", "-pk"]
        verbose_name = _("entry of the black list")
        verbose_name_plural = _("entries of the black list")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["plate", "colour", "method"],
                condition=models.Q(until=None),
                name="on_the_black_list_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.get_method_display()} {self.since}"

    def get_absolute_url(self) -> str:
        return self.test.get_absolute_url()
