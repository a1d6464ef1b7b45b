"""What a person said about a parent clause: kept beside what is computed, and standing over it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.people.scope import ScopedQuerySet


class Verdict(models.TextChoices):
    """What a child plan does about a clause of its parent."""

    TAKEN = "taken", pgettext_lazy("coverage", "taken up")
    PARTLY = "partly", pgettext_lazy("coverage", "partly")
    LOOK = "look", pgettext_lazy("coverage", "to be looked at")
    NONE = "none", pgettext_lazy("coverage", "nobody")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("coverage", "not applicable")


class CoverageVerdict(models.Model):
    """A person's answer for one parent clause and one child plan; it stands over the computed one.

    Clauses are named by the reader's keys, which stay when a plan is read again.
    """

    parent = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="+")
    child = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="coverage_verdicts")
    parent_key = models.CharField(max_length=120)
    verdict = models.CharField(_("Verdict"), max_length=16, choices=Verdict.choices)
    child_keys = models.JSONField(_("Clauses that take it up"), default=list)
    computed = models.CharField(max_length=16, help_text="What was computed when the person decided.")
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("Decided"))

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "child__region__path"

    class Meta:
        ordering: ClassVar[Any] = ["child_id", "parent_id", "parent_key"]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["parent", "child", "parent_key"], name="one_verdict_a_clause")
        ]
        verbose_name = _("verdict on a parent clause")
        verbose_name_plural = _("verdicts on parent clauses")

    def __str__(self) -> str:
        return f"{self.parent_key}: {self.get_verdict_display()}"
