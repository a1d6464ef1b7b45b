"""The log of reminders: who was told what, whether the mail went out, and what went wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.frame import clock
from lantian.office.people.scope import ScopedQuerySet


class Reminder(models.Model):
    """One message to one person on one day; what could not be sent is tried again by the next run."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("To")
    )
    day = models.DateField(_("Day"))
    to_report = models.PositiveIntegerField(_("To report"), default=0)
    to_verify = models.PositiveIntegerField(_("To verify"), default=0)
    to_reply = models.PositiveIntegerField(_("To reply"), default=0)
    address = models.CharField(_("E-mail"), max_length=254)
    made_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(_("Sent"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("Tries"), default=0)
    trouble = models.CharField(_("Trouble"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "user__region__path"
    scope_unit: ClassVar[str] = "user__unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["-day", "user_id"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["user", "day"], name="one_reminder_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"
