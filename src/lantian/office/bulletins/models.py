"""What is kept: bulletins. Of an issued one nothing changes but that a later one takes its place."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lantian.ambient import Period
from lantian.office.people.scope import ScopedQuerySet


class Status(models.TextChoices):
    """A draft can be changed and thrown away; an issued bulletin stands, a superseded one stands behind."""

    DRAFT = "draft", _("draft bulletin")
    ISSUED = "issued", _("issued bulletin")
    SUPERSEDED = "superseded", _("superseded bulletin")


class BulletinQuerySet(ScopedQuerySet["Bulletin"]):
    """Bulletins one by one: nothing is changed or thrown away in bulk."""

    def published(self) -> BulletinQuerySet:
        """Those the public may read: issued, also where a later one took their place."""
        return self.filter(public=True).exclude(status=Status.DRAFT)

    def update(self, **kwargs: Any) -> int:
        raise TypeError("bulletins are changed one by one")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("bulletins are thrown away one by one, as drafts")


class Bulletin(models.Model):
    """Figures of a pool in a period as they were when they were frozen.

    `content` is everything a page and a paper show, as canonical JSON; `snapshots` and `papers` the hashes of
    files in DATA/files: kernel snapshots (`main`, `past`, `raw`) and the papers as issued (`zh.docx` …).
    `hash` covers all of it.
    """

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    pool = models.CharField(_("Pool"), max_length=160)
    level = models.CharField(_("Level of the units"), max_length=20)
    period = models.CharField(_("Period"), max_length=40)
    regime = models.CharField(_("Standard"), max_length=40)
    status = models.CharField(
        _("State of the bulletin"), max_length=12, choices=Status.choices, default=Status.DRAFT
    )
    year = models.PositiveSmallIntegerField(_("Year of issue"), null=True)
    number = models.PositiveIntegerField(_("Number"), null=True)
    public = models.BooleanField(_("On the public portal"), default=False)
    issuer = models.CharField(_("Issued by"), max_length=120, blank=True)
    remark = models.TextField(_("Remark"), blank=True)
    data_version = models.PositiveIntegerField(_("Data version"))
    content = models.TextField(editable=False)
    snapshots = models.JSONField(default=dict, editable=False)
    papers = models.JSONField(default=dict, editable=False)
    hash = models.CharField("SHA-256", max_length=64, editable=False)
    frozen_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Frozen by")
    )
    frozen_at = models.DateTimeField(_("Frozen at"))
    issued_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Signed off by")
    )
    issued_at = models.DateTimeField(_("Issued at"), null=True)
    supersedes = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        verbose_name=_("Takes the place of"),
    )

    objects = BulletinQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["-issued_at", "-frozen_at", "-pk"]
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="one_number_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.label}".strip()

    def get_absolute_url(self) -> str:
        return reverse("bulletins:bulletin", args=[self.pk])

    @cached_property
    def body(self) -> dict[str, Any]:
        """Everything frozen, as plain values."""
        found = json.loads(self.content)
        return found if isinstance(found, dict) else {}

    @cached_property
    def span(self) -> Period:
        """The period of the figures."""
        return Period.parse(self.period)

    @property
    def title(self) -> str:
        """The title in the active language, as frozen."""
        return str(self.text["title"])

    @property
    def text(self) -> dict[str, Any]:
        """Title and sentences in the active language, as frozen."""
        language = "en" if (get_language() or "").startswith("en") else "zh"
        found = self.body["text"][language]
        return found if isinstance(found, dict) else {}

    @property
    def label(self) -> str:
        """Its number in words; nothing for a draft."""
        if self.number is None:
            return ""
        text = gettext("No. %(number)d of %(year)d") % {"number": self.number, "year": self.year}
        return gettext("%(number)s (corrected)") % {"number": text} if self.supersedes_id else text

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_public(self) -> bool:
        """Whether anyone may read it."""
        return self.public and not self.is_draft

    def digest(self) -> str:
        """SHA-256 over all that was frozen and, once issued, over number, day and papers too."""
        told = {
            name: getattr(self, name)
            for name in (
                "region_id", "pool", "level", "period", "regime", "year", "number", "public", "issuer",
                "remark", "data_version", "content", "snapshots", "papers", "issued_by_id", "supersedes_id",
            )
        }  # fmt: skip
        told["issued_at"] = self.issued_at.isoformat(timespec="microseconds") if self.issued_at else None
        return hashlib.sha256(canonical(told).encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it; what was issued can only become superseded.

        Raises
        ------
        TypeError
            something of an issued bulletin would change
        """
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        if stored is not None and stored.status != Status.DRAFT:
            changed = {
                field.attname
                for field in self._meta.concrete_fields
                if getattr(self, field.attname) != getattr(stored, field.attname)
            }
            turned = (stored.status, self.status) == (Status.ISSUED, Status.SUPERSEDED)
            if changed - {"status"} or ("status" in changed and not turned):
                raise TypeError("an issued bulletin never changes")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Throw a draft away.

        Raises
        ------
        TypeError
            it was issued
        """
        if type(self)._base_manager.filter(pk=self.pk).exclude(status=Status.DRAFT).exists():
            raise TypeError("an issued bulletin is never thrown away")
        return super().delete(*args, **kwargs)


def canonical(value: Any) -> str:
    """One text for one value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
