"""Stations: where the air is measured, and which region a measurement speaks for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.office.monitoring import rules
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.regions.models import in_english


class StationQuerySet(ScopedQuerySet["Station"]):
    """Stations, and which of them a figure is made of."""

    def counted(self, level: str) -> StationQuerySet:
        """Stations of the kinds that make up the figure of a region of `level` (HJ 663: city points).

        One out of operation is among them: what it delivered before it closed did count.
        """
        return self.filter(kind__in=rules.COUNTED.get(level, ()))


class Station(models.Model):
    """An ambient monitoring station. Its hours live in the lake under `place`; here stands whom they speak
    for.
    """

    class Kind(models.TextChoices):
        NATIONAL = rules.NATIONAL, _("National station")
        PROVINCIAL = rules.PROVINCIAL, _("Provincial station")
        COUNTY = rules.COUNTY, _("County station")
        TOWNSHIP = rules.TOWNSHIP, _("Township station")
        BACKGROUND = rules.BACKGROUND, _("Control point, not counted")
        OTHER = rules.OTHER, _("Other, not counted")

    code = models.CharField(_("Code"), max_length=80, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="stations", verbose_name=_("Region")
    )
    place = models.CharField(
        _("Place in the store"),
        max_length=120,
        unique=True,
        help_text=_("The name under which the hours of this station stand in the observation store."),
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices, default=Kind.NATIONAL)
    active = models.BooleanField(
        _("In operation"),
        default=True,
        help_text=_("Hours delivered before a station closed go on counting; kind “other” never counts."),
    )

    objects = StationQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["region__path", "code"]
        verbose_name = _("station")
        verbose_name_plural = _("stations")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def get_absolute_url(self) -> str:
        return reverse("monitoring:station", args=[self.code])

    @property
    def label(self) -> str:
        """The name in the active language."""
        return self.name_en if in_english() and self.name_en else self.name

    @property
    def counts(self) -> bool:
        """Whether this station makes up the figure of its city or county."""
        return any(rules.counts_for(self.kind, level) for level in ("city", "county", "township"))


class Load(models.Model):
    """One load of observation files: what came of it, and where its refused rows are listed."""

    loaded_at = models.DateTimeField(_("Loaded"), auto_now_add=True)
    files = models.CharField(_("Files"), max_length=500)
    kind = models.CharField(_("Kind"), max_length=40, blank=True)
    rows_read = models.PositiveBigIntegerField(_("Rows read"), default=0)
    rows_taken = models.PositiveBigIntegerField(_("Rows taken"), default=0)
    rows_refused = models.PositiveBigIntegerField(_("Rows refused"), default=0)
    version = models.PositiveIntegerField(_("Data version"), default=0)
    report = models.CharField(_("Report"), max_length=300, blank=True)
    unknown = models.JSONField(_("Places not known"), default=list)

    scope_exempt: ClassVar[str] = "shown in the administration only"

    class Meta:
        ordering: ClassVar[Any] = ["-loaded_at"]
        verbose_name = _("load of observations")
        verbose_name_plural = _("loads of observations")

    def __str__(self) -> str:
        return self.files
