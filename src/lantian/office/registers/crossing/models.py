"""What people decided about two enterprises that looked like one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from lantian.office.frame import clock


class NotTheSame(models.Model):
    """Two enterprises that somebody looked at and found to be two: they are not proposed again."""

    one = models.ForeignKey("ledgers.Enterprise", models.CASCADE, related_name="+")
    other = models.ForeignKey("ledgers.Enterprise", models.CASCADE, related_name="+")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(default=clock.now)

    scope_exempt: ClassVar[str] = "asked for with both enterprises, which were found visible before"

    class Meta:
        app_label = "registers"
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["one", "other"], name="two_firms_told_apart_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="two_firms_in_order"),
        ]
