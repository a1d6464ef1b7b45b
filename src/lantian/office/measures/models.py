"""What the office keeps of other measures: the sites of species, and every table that was uploaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.people.scope import ScopedQuerySet
from lantian.office.regions.models import in_english


class Site(models.Model):
    """A site where species of VOC or PM2.5 are measured. Its samples live in the lake under its name."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="species_sites", verbose_name=_("Region")
    )

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["region__path", "name"]
        verbose_name = _("site of species")
        verbose_name_plural = _("sites of species")

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the active language."""
        return self.name_en if in_english() and self.name_en else self.name


class Upload(models.Model):
    """One uploaded table: the file as it came, what was taken of it, and what was refused and why.

    `region` is that of whoever uploaded it; people of other regions never see it. `problem` says in the
    kernel's words why the whole file was refused, and is empty when it was not. `refusals` holds the first
    rows refused; the file `report` under DATA/reports all of them.
    """

    class Kind(models.TextChoices):
        DUSTFALL = "dustfall", _("Dustfall months")
        ROAD = "road", _("Road dust samples")
        ROAD_RANKS = "road_ranks", _("Published lists of roads")
        SPECIES = "species", _("Species")

    kind = models.CharField(_("Kind of table"), max_length=12, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("a table", "File"), max_length=160)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    site = models.ForeignKey(
        Site, null=True, on_delete=models.PROTECT, related_name="uploads", verbose_name=_("Site")
    )
    uploaded_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("Uploaded by")
    )
    uploaded_at = models.DateTimeField(_("Uploaded"), auto_now_add=True)
    rows_read = models.PositiveIntegerField(_("Rows read"), default=0)
    rows_taken = models.PositiveIntegerField(_("Rows taken"), default=0)
    rows_refused = models.PositiveIntegerField(_("Rows refused"), default=0)
    cells_refused = models.PositiveIntegerField(_("Values refused"), default=0)
    rows_known = models.PositiveIntegerField(_("Rows held before"), default=0)
    version = models.PositiveIntegerField(_("Data version"), default=0)
    problem = models.TextField(_("Why the file was refused"), blank=True)
    notes = models.JSONField(_("Notes"), default=list)
    refusals = models.JSONField(_("Refused"), default=list)
    refusal_count = models.PositiveIntegerField(_("Refused in all"), default=0)
    report = models.CharField(_("Report"), max_length=200, blank=True)

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-uploaded_at", "-pk"]
        verbose_name = _("uploaded table")
        verbose_name_plural = _("uploaded tables")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("measures:upload", args=[self.pk])

    @property
    def path(self) -> Path:
        """Where the file lies as it came."""
        return kept_at(self.sha256, self.name)

    @property
    def report_path(self) -> Path | None:
        """The list of everything refused; None when nothing was."""
        return Path(settings.DATA) / "reports" / self.report if self.report else None


def kept_at(sha256: str, name: str) -> Path:
    """Where an uploaded file of this content is kept."""
    return Path(settings.DATA) / "files" / "measures" / sha256[:16] / name
