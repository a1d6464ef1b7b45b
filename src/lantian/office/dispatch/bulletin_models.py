"""The bulletin of a round: counts and names as they were when it was issued; it never changes."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantian.office.frame import clock
from lantian.office.people.scope import ScopedQuerySet


class RoundBulletin(models.Model):
    """A 调度通报. `content` is canonical JSON of all that page and paper show, `papers` the hashes of the
    papers in DATA/files, `hash` covers everything."""

    round = models.ForeignKey("dispatch.Round", on_delete=models.PROTECT, related_name="bulletins")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("Year of issue"))
    number = models.PositiveIntegerField(_("Number"))
    issuer = models.CharField(_("Issued by"), max_length=120)
    remark = models.TextField(_("Remark"), blank=True)
    content = models.TextField(editable=False)
    papers = models.JSONField(default=dict, editable=False)
    hash = models.CharField("SHA-256", max_length=64, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(_("Issued at"), default=clock.now)

    objects = ScopedQuerySet.as_manager()
    # It is addressed to everyone who reports in the round: they read all of it.
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "round__reports__region__path")
    scope_unit: ClassVar[tuple[str, ...]] = ("round__reports__unit_id", "round__reports__lead_id")

    class Meta:
        ordering: ClassVar[Any] = ["-issued_at", "-pk"]
        verbose_name = _("bulletin of a round")
        verbose_name_plural = _("bulletins of rounds")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="one_round_bulletin_number")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("dispatch:bulletin", args=[self.pk])

    @cached_property
    def body(self) -> dict[str, Any]:
        """Everything frozen, as plain values."""
        found = json.loads(self.content)
        return found if isinstance(found, dict) else {}

    @property
    def title(self) -> str:
        """Its title in the active language."""
        return gettext("Dispatch bulletin of %(round)s") % {"round": self.body["round"]}

    @property
    def label(self) -> str:
        """Its number in words."""
        return gettext("No. %(number)d of %(year)d") % {"number": self.number, "year": self.year}

    def digest(self) -> str:
        """SHA-256 over all that was issued."""
        told = {
            name: getattr(self, name)
            for name in ("round_id", "region_id", "year", "number", "issuer", "remark", "content", "papers")
        }
        told["issued_at"] = self.issued_at.isoformat(timespec="microseconds")
        return hashlib.sha256(canonical(told).encode()).hexdigest()

    @property
    def is_whole(self) -> bool:
        """Whether the record is what was issued."""
        return self.digest() == self.hash

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once.

        Raises
        ------
        TypeError
            it was written before
        """
        if self.pk is not None and type(self)._base_manager.filter(pk=self.pk).exists():
            raise TypeError("an issued bulletin never changes")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an issued bulletin is never thrown away")


def canonical(value: Any) -> str:
    """One text for one value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
