"""What records of a plan have in common: a review beside what was read, and words of the document."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.plans.terms import Review, one_line


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

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The model's name as the action log writes it, `plans.target`."""
        return str(self._meta.label_lower)


class Words(models.Model):
    """A span of the document: `document.text[start:end] == quote`."""

    quote = models.TextField(_("Words"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        abstract = True

    @property
    def line(self) -> str:
        """The quote on one line: the breaks of the source's page are dropped."""
        return one_line(self.quote)
