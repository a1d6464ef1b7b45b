"""What records of a plan have in common: a review beside what was read, and words of the document."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.people.scope import ScopedQuerySet
from lantian.office.plans.terms import Origin, Review, one_line


class Reviewed(models.Model):
    """A thing the reader took from the document, and what a person said about it.

    `as_read` keeps, for every corrected field, what the reader had written, from the first correction on.
    """

    review = models.CharField(_("Review"), max_length=10, choices=Review.choices, default=Review.UNREVIEWED)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_reason = models.CharField(max_length=500, blank=True)
    as_read = models.JSONField(default=dict)
    doubts = models.JSONField(default=list, help_text="Codes of the reader's doubts: planning.doubts.")
    origin = models.CharField(_("Origin"), max_length=6, choices=Origin.choices, default=Origin.READ)
    gone = models.BooleanField(default=False, help_text="No longer in the newest reading, kept by a person.")

    class Meta:
        abstract = True

    @property
    def doubtful(self) -> bool:
        """Whether a doubt of the reader still waits for a person."""
        return bool(self.doubts) and self.review == Review.UNREVIEWED

    @property
    def label(self) -> str:
        """The model's name as the action log writes it, `plans.target`."""
        return str(self._meta.label_lower)


_ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


class StandingManager(_ScopedManager):
    """The rows that no person rejected: a rejected unit or date counts nowhere, wherever it is asked for."""

    def get_queryset(self) -> ScopedQuerySet:
        return super().get_queryset().exclude(review=Review.REJECTED)


class Words(models.Model):
    """A span of the document: `document.text[start:end] == quote`; empty for what a person added without
    words."""

    quote = models.TextField(_("Words"), blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        abstract = True

    @property
    def line(self) -> str:
        """The quote on one line: the breaks of the source's page are dropped."""
        return one_line(self.quote)
