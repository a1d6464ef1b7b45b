"""What an import keeps until it is done: the upload, and each of its rows as it was judged."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.frame import clock
from lantian.office.people.scope import ScopedQuerySet


class ImportRun(models.Model):
    """One uploaded table: read, shown, written. Each person sees their own only.

    Its state says how far a piece of work is, not what somebody decided: no loop, no log of its own. What is
    written to the register is logged row by row, and the whole once.
    """

    class State(models.TextChoices):
        READING = "reading", pgettext_lazy("an import", "being read")
        READY = "ready", pgettext_lazy("an import", "to be looked at")
        WRITING = "writing", pgettext_lazy("an import", "being written")
        STOPPED = "stopped", pgettext_lazy("an import", "stopped half way")
        DONE = "done", pgettext_lazy("an import", "written")
        FAILED = "failed", pgettext_lazy("an import", "cannot be read")

    class Mode(models.TextChoices):
        GOOD = "good", _("only the good rows")
        ALL = "all", _("all or nothing")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    register = models.CharField(_("Register"), max_length=40)
    name = models.CharField(_("File name"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    suffix = models.CharField(max_length=5)
    sheet = models.CharField(_("Sheet"), max_length=64, blank=True)
    sheets = models.JSONField(default=list)
    state = models.CharField(_("How far it is"), max_length=8, choices=State.choices, default=State.READING)
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.GOOD)
    doubtful = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    problem = models.JSONField(default=dict)
    worker = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField(_("Uploaded"), default=clock.now)
    ended_at = models.DateTimeField(_("Ended at"), null=True)

    objects = ScopedQuerySet.as_manager()
    scope_exempt: ClassVar[str] = "each person's own; asked for by its owner only"

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar[Any] = ["-pk"]
        indexes: ClassVar[Any] = [models.Index(fields=["owner", "register"], name="import_of_whom")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("registers:import-run", args=[self.register, self.pk])

    @property
    def is_working(self) -> bool:
        """Whether a worker should be at it."""
        return self.state in (self.State.READING, self.State.WRITING)


class ImportRow(models.Model):
    """A row of an upload as it was judged.

    `values` are the columns to be written, by attribute, as plain JSON; `changes` of a changed record what
    was and what is to be; `reasons` why it is refused or asked about, in both languages; `result` what became
    of it.
    """

    class Verdict(models.TextChoices):
        ADD = "add", pgettext_lazy("a row", "to be added")
        CHANGE = "change", pgettext_lazy("a row", "to be changed")
        SAME = "same", pgettext_lazy("a row", "unchanged")
        ASKED = "asked", pgettext_lazy("a row", "to be confirmed")
        REFUSED = "refused", pgettext_lazy("a row", "refused")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("Row"))
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    name = models.CharField(max_length=200, blank=True)
    target = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    result = models.CharField(max_length=8, blank=True)

    scope_exempt: ClassVar[str] = "reached through its import, which its owner alone reaches"

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering: ClassVar[Any] = ["number"]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["run", "number"], name="row_of_an_import_once")
        ]
        indexes: ClassVar[Any] = [models.Index(fields=["run", "verdict", "number"], name="rows_of_an_import")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"
