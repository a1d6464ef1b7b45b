"""The region register.

Codes are those of GB/T 2260 (province, city and county: six digits), nine digits for townships, and codes of
our own for zones that are none of these. `path` holds the codes from the root down to the region itself, each
followed by a slash, so that a subtree is one prefix: `140000/141000/141002/`.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.office.people.scope import ScopedQuerySet


class Level(models.TextChoices):
    """Administrative levels, highest first."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    ZONE = "zone", _("Development zone")
    TOWNSHIP = "township", _("Township")


DEPTH = {Level.PROVINCE: 0, Level.CITY: 1, Level.COUNTY: 2, Level.ZONE: 2, Level.TOWNSHIP: 3}


class Region(models.Model):
    """A region under one government or committee."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    short = models.CharField(_("short name"), max_length=20, blank=True)
    short_en = models.CharField(_("short name in English"), max_length=40, blank=True)
    level = models.CharField(_("administrative level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("region above")
    )
    path = models.CharField(_("place in the tree"), max_length=120, unique=True, editable=False)
    tile_col = models.SmallIntegerField(_("column on the tile map"), null=True, blank=True)
    tile_row = models.SmallIntegerField(_("row on the tile map"), null=True, blank=True)
    geometry = models.JSONField(_("outline"), null=True, blank=True, editable=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    scope_region = "path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `path` true to the parent; the paths of the subtree follow when it moves."""
        path = f"{self.parent.path if self.parent else ''}{self.code}/"
        moved_from = self.path if self.pk and self.path and self.path != path else None
        self.path = path
        if "update_fields" in kwargs and kwargs["update_fields"] is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "path"}
        super().save(*args, **kwargs)
        if moved_from:
            for child in Region.objects.filter(path__startswith=moved_from).exclude(pk=self.pk):
                child.path = path + child.path.removeprefix(moved_from)
                models.Model.save(child, update_fields=["path"])

    @property
    def label(self) -> str:
        """The full name in the active language."""
        return (self.name_en or self.name) if in_english() else self.name

    @property
    def short_label(self) -> str:
        """The short name in the active language, as on a map."""
        return (self.short_en or self.name_en or self.name) if in_english() else (self.short or self.name)

    def subtree(self) -> ScopedQuerySet:
        """This region and everything below it."""
        return Region.objects.filter(path__startswith=self.path)

    def ancestors(self) -> list[Region]:
        """The regions above, highest first."""
        codes = self.path.split("/")[:-2]
        return (
            sorted(Region.objects.filter(code__in=codes), key=lambda region: len(region.path))
            if codes
            else []
        )


def in_english() -> bool:
    """Whether the page is being written in English; Chinese is the office's first language."""
    return (get_language() or "zh").startswith("en")
