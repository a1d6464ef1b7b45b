"""What is kept: runs of an assessment, the cards of their subjects, objections with their files."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.assessment import Fact, Scheme, Text, kept_scheme, seal
from lantian.office.assessment.states import OBJECTION, RUN, RunState
from lantian.office.dispatch.evidence import Evidence
from lantian.office.frame import clock
from lantian.office.indicators import Subject
from lantian.office.loops import Looped
from lantian.office.people.scope import ScopedQuerySet

FIXED = (RunState.FROZEN, RunState.PUBLISHED)


def said(text: Text | dict[str, str] | None) -> str:
    """A text of the kernel in the active language; nothing for None."""
    if text is None:
        return ""
    found = text if isinstance(text, Text) else Text.of(text)
    return found.in_language(get_language() or "zh")


class Run(Looped):
    """One assessment: a scheme, a period, the region that assesses, and a card for each of its subjects.

    `scheme` is the scheme as it was taken, so that a rule file changed later changes nothing. `content` is
    all of the frozen result as canonical JSON, `hash` its SHA-256.
    """

    loop = RUN

    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="assessments", verbose_name=_("Assessed by")
    )
    scheme_path = models.CharField(_("Scheme"), max_length=120)
    scheme = models.JSONField(_("Scheme as taken"), encoder=DjangoJSONEncoder, editable=False)
    first = models.DateField(_("First day"))
    last = models.DateField(_("Last day"))
    asked_until = models.DateField(_("Figures until"), null=True, editable=False)
    computed_at = models.DateTimeField(_("Computed at"), null=True, editable=False)
    left_out = models.PositiveIntegerField(_("Without anything to assess"), default=0, editable=False)
    content = models.TextField(editable=False, blank=True)
    hash = models.CharField("SHA-256", max_length=64, editable=False, blank=True)
    frozen_at = models.DateTimeField(_("Frozen at"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_region = ("region__path", "cards__region__path", "cards__unit__region__path")
    scope_unit = "cards__unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["-last", "scheme_path", "pk"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["region", "scheme_path", "first", "last"], name="one_assessment_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.period_label}"

    def get_absolute_url(self) -> str:
        return reverse("assessment:run", args=[self.pk])

    @property
    def taken(self) -> Scheme:
        """The scheme as it was taken."""
        return kept_scheme(self.scheme)

    @property
    def title(self) -> str:
        """The scheme's title in the active language."""
        return said(self.scheme["value"]["title"])

    @property
    def subject_kind(self) -> str:
        """`region` or `unit`."""
        return str(self.scheme["value"]["subject"])

    @property
    def period_label(self) -> str:
        """2025, 2025-Q3, 2025-06, or two days."""
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31):
            return str(self.first.year) if self.first.year == self.last.year else f"{self.first}–{self.last}"
        if self.first.day == 1 and (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return f"{self.first:%Y-%m}"
        quarter = (self.first.month + 2) // 3
        begins = self.first.day == 1 and self.first.month % 3 == 1 and self.first.year == self.last.year
        if begins and self.last.month == self.first.month + 2 and (self.last + timedelta(days=1)).day == 1:
            return f"{self.first.year}-Q{quarter}"
        return f"{self.first}–{self.last}"

    @property
    def is_fixed(self) -> bool:
        """Whether its results no longer change."""
        return self.state in FIXED

    @property
    def is_published(self) -> bool:
        """Whether others who were assessed see totals and ranks."""
        return self.state == RunState.PUBLISHED

    def is_whole(self) -> bool:
        """Whether a frozen result, and every card of it, is still what was frozen."""
        if not self.content:
            return False
        kept = json.loads(self.content)
        cards = {card["subject"]: card for card in kept["cards"]}
        return seal(kept) == self.hash and cards == {card.key: card.data for card in self.cards.all()}


class Card(models.Model):
    """The score card of one region or unit; of a fixed run it can no longer be written."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="cards", verbose_name=_("assessment"))
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, related_name="score_cards", verbose_name=_("Region")
    )
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, related_name="score_cards", verbose_name=_("Unit")
    )
    total = models.DecimalField(_("Total score"), max_digits=12, decimal_places=4, null=True)
    rank = models.PositiveIntegerField(_("Rank"), null=True)
    data = models.JSONField(editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_region = ("region__path", "unit__region__path", "run__region__path")
    scope_unit = "unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["rank", "-total", "pk"]
        verbose_name = _("score card")
        verbose_name_plural = _("score cards")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["run", "region"], name="one_card_a_region"),
            models.UniqueConstraint(fields=["run", "unit"], name="one_card_a_unit"),
            models.CheckConstraint(
                condition=models.Q(region=None) ^ models.Q(unit=None), name="a_card_of_a_region_or_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} · {self.run}"

    def get_absolute_url(self) -> str:
        return reverse("assessment:card", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_fixed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse_if_fixed()
        return super().delete(*args, **kwargs)

    def _refuse_if_fixed(self) -> None:
        if Run.objects.filter(pk=self.run_id, state__in=FIXED).exists():
            raise TypeError("a card of a frozen assessment does not change")

    @property
    def key(self) -> str:
        """How the kernel calls its subject."""
        return key_of(self.subject)

    @property
    def subject(self) -> Subject:
        """Whom it is about."""
        return Subject(region=self.region) if self.region_id else Subject(unit=self.unit)

    @property
    def label(self) -> str:
        """Whom it is about, in the active language."""
        return self.subject.label

    @property
    def facts(self) -> dict[str, Fact]:
        """What it rests on, by indicator."""
        return {
            line["indicator"]: Fact.of(line["fact"]) for line in (*self.data["lines"], *self.data["vetoes"])
        }

    @property
    def printed(self) -> str:
        """The total with the decimals of the scheme; empty where there is none."""
        return self.data["total"] or ""

    @property
    def grade(self) -> str:
        """The grade in words; empty while the card is open."""
        return said(self.data["grade"])

    @property
    def effects(self) -> list[str]:
        """What vetoes that apply entail."""
        return [said(veto["effect"]) for veto in self.data["vetoes"] if veto["applies"]]


class Objection(Looped):
    """What a subject says against a line of its card, and how it was answered.

    An accepted objection may put another value in the place of the computed one; the card is then scored
    again with it, and says so.
    """

    loop = OBJECTION

    card = models.ForeignKey(Card, models.PROTECT, related_name="objections", verbose_name=_("score card"))
    code = models.CharField(_("Line of the card"), max_length=60)
    text = models.TextField(_("What is objected to"), max_length=2000)
    answer = models.TextField(_("Answer"), max_length=2000, blank=True)
    corrected = models.DecimalField(
        _("Value accepted"), max_digits=16, decimal_places=6, null=True, blank=True
    )
    raised_by = models.ForeignKey(
        "people.User", models.PROTECT, related_name="+", verbose_name=_("Raised by")
    )
    raised_at = models.DateTimeField(_("Raised at"), default=clock.now)

    objects = ScopedQuerySet.as_manager()
    scope_region = ("card__region__path", "card__unit__region__path", "card__run__region__path")
    scope_unit = "card__unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["-raised_at", "-pk"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")

    def __str__(self) -> str:
        return f"{self.card.label} · {self.line_title}"

    @property
    def line(self) -> dict[str, Any]:
        """The line of the card it is about."""
        return next(line for line in self.card.data["lines"] if line["code"] == self.code)

    @property
    def line_title(self) -> str:
        """The line's title in the active language."""
        return said(self.line["title"])


class ObjectionFile(Evidence):
    """A file that goes with an objection."""

    objection = models.ForeignKey(
        Objection, models.PROTECT, related_name="files", verbose_name=_("objection")
    )

    objects = ScopedQuerySet.as_manager()
    scope_region = (
        "objection__card__region__path",
        "objection__card__unit__region__path",
        "objection__card__run__region__path",
    )
    scope_unit = "objection__card__unit_id"

    class Meta(Evidence.Meta):
        verbose_name = _("file of an objection")
        verbose_name_plural = _("files of objections")


def key_of(subject: Subject) -> str:
    """`region:141002`, `unit:7`."""
    return f"region:{subject.region.code}" if subject.region is not None else f"unit:{subject.unit.pk}"
