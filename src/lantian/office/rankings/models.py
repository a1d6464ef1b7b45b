"""What is kept: official ranking lists and tables of pools, each with its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.office.people.scope import ScopedQuerySet


class KeptFile(models.Model):
    """A table as it came, kept under its own hash in DATA/files."""

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    name = models.CharField(_("File"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    document = models.CharField(_("Source document"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Uploaded by")
    )
    uploaded_at = models.DateTimeField(_("Uploaded"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        abstract = True

    @property
    def path(self) -> Path:
        """Where the file lies."""
        suffix = Path(self.name).suffix.lower()
        return Path(settings.DATA) / "files" / self.sha256[:2] / f"{self.sha256}{suffix}"


class OfficialRanking(KeptFile):
    """An official ranking: whose, of which pool and period, by which figure, out of which document."""

    pool = models.CharField(_("Pool"), max_length=120)
    period = models.CharField(_("Period"), max_length=40)
    by = models.CharField(_("Ranked by"), max_length=20, default="composite_index")
    places = models.PositiveIntegerField(_("Places named"), default=0)
    refused = models.PositiveIntegerField(_("Rows refused"), default=0)

    class Meta:
        ordering: ClassVar[Any] = ["-uploaded_at", "-pk"]
        verbose_name = _("official list")
        verbose_name_plural = _("official lists")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["region", "sha256", "pool", "period", "by"], name="one_official_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document or self.name} ({self.period})"

    def get_absolute_url(self) -> str:
        return reverse("rankings:official-list", args=[self.pk])


class PoolTable(KeptFile):
    """A table of pools of the office's own: which units are ranked together, and on which days."""

    class Meta:
        ordering: ClassVar[Any] = ["name", "pk"]
        verbose_name = _("pool table")
        verbose_name_plural = _("pool tables")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["region", "sha256"], name="one_pool_table")
        ]

    def __str__(self) -> str:
        return self.name
