"""A road whose dust weighed more than its limit on a day, and the finding it became."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.people.scope import ScopedQuerySet


class HeavyRoad(models.Model):
    """One failing weight; the same road and day is opened once."""

    place = models.CharField(_("Place"), max_length=200)
    road = models.CharField(_("Road"), max_length=200)
    sampled_on = models.DateField(_("Sampled on"))
    value = models.DecimalField(_("Weighed [g/m²]"), max_digits=9, decimal_places=3)
    limit = models.DecimalField(_("Limit [g/m²]"), max_digits=9, decimal_places=3)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    finding = models.OneToOneField(
        "findings.Finding",
        on_delete=models.PROTECT,
        related_name="heavy_road",
        verbose_name=_("problem found"),
    )

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-sampled_on", "-pk"]
        verbose_name = _("road above its limit")
        verbose_name_plural = _("roads above their limit")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["place", "sampled_on"], name="road_of_a_day_opened_once")
        ]

    def __str__(self) -> str:
        return f"{self.road} {self.sampled_on}"

    def get_absolute_url(self) -> str:
        return self.finding.get_absolute_url()
