"""What the engine itself keeps: files of records, and the filters people saved."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.dispatch.evidence import Evidence
from lantian.office.people.scope import ScopedQuerySet


class RecordFile(Evidence):
    """A photo or paper of a record. Reached through its record alone, which was found visible before."""

    register = models.CharField(_("Register"), max_length=40)
    record_id = models.BigIntegerField(_("Record"))
    state = models.CharField(_("State it proves"), max_length=24, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_exempt: ClassVar[str] = "reached through its record, which is asked for in scope first"

    class Meta(Evidence.Meta):
        verbose_name = _("file of a record")
        verbose_name_plural = _("files of records")
        indexes: ClassVar[Any] = [models.Index(fields=["register", "record_id"], name="file_of_a_record")]


class SavedFilter(models.Model):
    """A question somebody asks again: a register, what is asked, which columns are shown."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    register = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)

    scope_exempt: ClassVar[str] = "each person's own; asked for by its owner only"

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering: ClassVar[Any] = ["name"]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["owner", "register", "name"], name="filter_called_so_once")
        ]

    def __str__(self) -> str:
        return self.name


# Models of single rooms; they need the registers, so they come last.
from lantian.office.registers.crossing.models import NotTheSame  # noqa: E402, F401
from lantian.office.registers.sheets.models import ImportRow, ImportRun  # noqa: E402 - registered with the app

__all__ = ["ImportRow", "ImportRun", "RecordFile", "SavedFilter"]
