"""What is kept: applications for a grade, objections to notices, grades, proposals to lower them, files.

Each state is written by `loops.move` alone; everything else by `applying.py` and `downgrading.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.dispatch.evidence import Evidence
from lantian.office.frame import clock
from lantian.office.grading.definition import Definition
from lantian.office.grading.judging import Judgement, judge
from lantian.office.grading.states import APPLICATION, DOWNGRADE, GRADE, NOTICE_OBJECTION
from lantian.office.grading.words import grade_label
from lantian.office.ledgers.words import Industry
from lantian.office.loops import Looped
from lantian.office.people.scope import ScopedQuerySet

OF_THE_ENTERPRISE = ("enterprise__unit_id", "enterprise__account_id")


class Application(Looped):
    """An enterprise's application for a grade in one industry, with its answers and the check of them.

    `definition` is what the industry was graded by on the day of the declaration, so that a rule changed
    later changes nothing. `answers` are the enterprise's, `checked` those of the site check (all of them).
    """

    loop = APPLICATION
    moved_with: ClassVar[tuple[str, ...]] = ("enterprise__region",)

    enterprise = models.ForeignKey(
        "ledgers.Enterprise", models.PROTECT, related_name="grade_applications", verbose_name=_("Enterprise")
    )
    industry = models.CharField(_("Industry"), max_length=24)
    claimed = models.CharField(_("Grade applied for"), max_length=16)
    on = models.DateField(_("Declared on"), default=clock.today)
    definition = models.JSONField(encoder=DjangoJSONEncoder, editable=False)
    answers = models.JSONField(default=dict, editable=False)
    checked = models.JSONField(default=dict, editable=False)
    reached = models.CharField(_("Grade by the declaration"), max_length=16, blank=True)
    found = models.CharField(_("Grade by the site check"), max_length=16, blank=True)
    checked_on = models.DateField(_("Checked on site on"), null=True, blank=True)
    checkers = models.CharField(_("Checkers"), max_length=120, blank=True)
    notice_from = models.DateField(_("On public notice from"), null=True, blank=True)
    notice_to = models.DateField(_("On public notice until"), null=True, blank=True)
    decided = models.CharField(_("Grade decided"), max_length=16, blank=True)
    document = models.CharField(_("Document of the decision"), max_length=120, blank=True)
    valid_from = models.DateField(_("Grade valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Grade valid until"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Begun by")
    )

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "enterprise__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = OF_THE_ENTERPRISE

    class Meta:
        ordering: ClassVar[Any] = ["-on", "-pk"]
        verbose_name = _("application for a grade")
        verbose_name_plural = _("applications for a grade")
        indexes: ClassVar[Any] = [models.Index(fields=["state", "state_due"], name="grade_application_due")]

    def __str__(self) -> str:
        return f"{self.enterprise.name} · {self.industry_label} · {self.claimed_label}"

    def get_absolute_url(self) -> str:
        return reverse("grading:application", args=[self.pk])

    @property
    def industry_label(self) -> str:
        """The industry in the active language."""
        return industry_label(self.industry)

    @property
    def claimed_label(self) -> str:
        """The grade applied for, in words."""
        return grade_label(self.claimed)

    @property
    def shown_label(self) -> str:
        """The grade that counts so far, in words: decided, found on site, or by the declaration."""
        return grade_label(self.decided or self.found or self.reached)

    @property
    def taken(self) -> Definition:
        """What it is judged by."""
        return Definition.of(self.definition)

    def judged(self, *, checked: bool = False) -> Judgement:
        """What the answers of the declaration, or of the site check, reach."""
        return judge(self.taken, self.checked if checked else self.answers)


class ApplicationFile(Evidence):
    """A paper of the declaration, a photo of the site check."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="files")
    step = models.CharField(max_length=12, default="declared")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "application__enterprise__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = tuple(f"application__{name}" for name in OF_THE_ENTERPRISE)

    class Meta(Evidence.Meta):
        verbose_name = _("file of an application for a grade")
        verbose_name_plural = _("files of applications for a grade")


class NoticeObjection(Looped):
    """What somebody said against a grade on public notice, and what came of it."""

    loop = NOTICE_OBJECTION

    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    came_on = models.DateField(_("Came in on"), default=clock.today)
    whose = models.CharField(_("From whom"), max_length=120, blank=True)
    words = models.TextField(_("What is objected to"), max_length=2000)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "application__enterprise__region__path"
    # Not the enterprise's own people: who objects must not be told to them.
    scope_unit: ClassVar[str] = "application__enterprise__unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["-came_on", "-pk"]
        verbose_name = _("objection to a public notice")
        verbose_name_plural = _("objections to a public notice")

    def __str__(self) -> str:
        return f"{self.application} · {self.came_on}"


class Held(Looped):
    """A grade an enterprise holds, or held, in one industry, from a day to a day.

    It counts on each day from `valid_from` to the earlier of `valid_to` and the day before `ended_on`.
    """

    loop = GRADE

    enterprise = models.ForeignKey(
        "ledgers.Enterprise", models.PROTECT, related_name="grades", verbose_name=_("Enterprise")
    )
    industry = models.CharField(_("Industry"), max_length=24)
    grade = models.CharField(_("Performance grade"), max_length=16)
    scale = models.CharField(_("Scale"), max_length=16)
    valid_from = models.DateField(_("Grade valid from"))
    valid_to = models.DateField(_("Grade valid until"))
    ended_on = models.DateField(_("No longer from"), null=True, blank=True)
    document = models.CharField(_("Document of the decision"), max_length=120, blank=True)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grades",
        verbose_name=_("Application"),
    )
    lowered_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lowered_to",
        verbose_name=_("Lowered from"),
    )

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "enterprise__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = OF_THE_ENTERPRISE

    class Meta:
        ordering: ClassVar[Any] = ["-valid_from", "-pk"]
        verbose_name = _("performance grade")
        verbose_name_plural = _("performance grades")
        indexes: ClassVar[Any] = [
            models.Index(fields=["enterprise", "valid_from"], name="grade_of_an_enterprise"),
            models.Index(fields=["valid_from", "valid_to"], name="grade_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise.name} · {self.industry_label} · {self.label}"

    @property
    def label(self) -> str:
        """The grade in words."""
        return grade_label(self.grade)

    @property
    def industry_label(self) -> str:
        """The industry in the active language."""
        return industry_label(self.industry)


class Ground(models.TextChoices):
    """Why a grade is to be lowered."""

    FINDING = "finding", pgettext_lazy("ground of a downgrade", "a problem found")
    PENALTY = "penalty", pgettext_lazy("ground of a downgrade", "a consequence imposed")
    CHECK = "check", pgettext_lazy("ground of a downgrade", "a check not passed")
    EXPIRED = "expired", pgettext_lazy("ground of a downgrade", "the grade expired")
    EXCEEDANCE = "exceedance", pgettext_lazy("ground of a downgrade", "dual-control limits exceeded")
    OTHER = "other", pgettext_lazy("ground of a downgrade", "another ground")


class Downgrade(Looped):
    """A proposal to lower the grade an enterprise holds; a person decides.

    `key` names what it rests on (`finding:12`), so that the same thing is proposed once.
    """

    loop = DOWNGRADE
    moved_with: ClassVar[tuple[str, ...]] = ("held__enterprise__region",)

    held = models.ForeignKey(
        Held, models.PROTECT, related_name="downgrades", verbose_name=_("Performance grade")
    )
    ground = models.CharField(_("Ground"), max_length=12, choices=Ground.choices)
    evidence = models.TextField(_("Evidence"), max_length=4000)
    key = models.CharField(max_length=80, unique=True, null=True, editable=False)
    link = models.CharField(max_length=200, blank=True, editable=False)
    happened_on = models.DateField(_("Happened on"))
    proposed_on = models.DateField(_("Proposed on"), default=clock.today)
    proposed = models.CharField(_("Grade proposed"), max_length=16)
    decided = models.CharField(_("Grade decided"), max_length=16, blank=True)
    effect_on = models.DateField(_("In effect from"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "held__enterprise__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = tuple(f"held__{name}" for name in OF_THE_ENTERPRISE)

    class Meta:
        ordering: ClassVar[Any] = ["-proposed_on", "-pk"]
        verbose_name = _("proposal to lower a grade")
        verbose_name_plural = _("proposals to lower a grade")
        indexes: ClassVar[Any] = [models.Index(fields=["state", "state_due"], name="downgrade_due")]

    def __str__(self) -> str:
        return f"{self.held} → {self.proposed_label}"

    def get_absolute_url(self) -> str:
        return reverse("grading:downgrade", args=[self.pk])

    @property
    def proposed_label(self) -> str:
        """The grade proposed, in words."""
        return grade_label(self.proposed)

    @property
    def decided_label(self) -> str:
        """The grade decided, in words."""
        return grade_label(self.decided)


class DowngradeFile(Evidence):
    """A file that proves the ground of a downgrade, or goes with the decision."""

    downgrade = models.ForeignKey(Downgrade, models.PROTECT, related_name="files")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "downgrade__held__enterprise__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = tuple(f"downgrade__held__{name}" for name in OF_THE_ENTERPRISE)

    class Meta(Evidence.Meta):
        verbose_name = _("file of a proposal to lower a grade")
        verbose_name_plural = _("files of proposals to lower a grade")


def industry_label(code: str) -> str:
    """An industry in the active language; a code no longer declared stands as it is."""
    return str(Industry(code).label) if code in Industry.values else code
