"""What dispatch keeps: calendars, rounds, reports with their quantities and files."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.office.dispatch.bulletin_models import RoundBulletin
from lantian.office.dispatch.evidence import Evidence
from lantian.office.dispatch.order_models import OrderReply, OrderSubject, ReplyFile, SupervisionOrder
from lantian.office.dispatch.reminder_models import Reminder
from lantian.office.dispatch.states import REPORT, ROUND, ReportState
from lantian.office.frame import clock
from lantian.office.loops import Looped
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.plans.terms import State, amount, number_text

__all__ = [
    "OrderReply", "OrderSubject", "Reminder", "ReplyFile", "Report", "ReportFile", "ReportQuantity", "Round",
    "RoundBulletin", "RoundCalendar", "SupervisionOrder",
]  # fmt: skip


class Rhythm(models.TextChoices):
    """How often a round comes."""

    MONTHLY = "monthly", _("Every month")
    WEEKLY = "weekly", _("Every week of a campaign")
    ONCE = "once", _("Once")


class RoundCalendar(models.Model):
    """When rounds of a region open by themselves."""

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    plan = models.ForeignKey(
        "plans.Plan", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Plan"),
    )  # fmt: skip
    name = models.CharField(_("Name of the calendar"), max_length=80)
    kind = models.CharField(_("Rhythm"), max_length=8, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField(
        _("Day"), help_text="of the month, 1 … 31, the last day where it has fewer; or of the week, 1 … 7"
    )
    days_to_report = models.PositiveSmallIntegerField(_("Days to report"), default=5)
    first = models.DateField(_("First day"))
    last = models.DateField(_("Last day of the campaign"), null=True, blank=True)
    stopped = models.BooleanField(_("Stopped"), default=False)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["pk"]
        verbose_name = _("calendar of rounds")
        verbose_name_plural = _("calendars of rounds")

    def __str__(self) -> str:
        return self.name


class Round(Looped):
    """A call for reports: which plans, for which period, due when."""

    loop = ROUND

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    plans = models.ManyToManyField("plans.Plan", related_name="rounds", verbose_name=_("Plans"))
    calendar = models.ForeignKey(
        RoundCalendar, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds"
    )
    kind = models.CharField(_("Rhythm"), max_length=8, choices=Rhythm.choices)
    name = models.CharField(_("Name of the round"), max_length=80)
    period = models.CharField(_("Period of the round"), max_length=10)  # 2026-03, 2026-W10, 2026-03-05
    opens = models.DateField(_("Opens"))
    due = models.DateTimeField(_("Reports are due"))
    unheld = models.PositiveIntegerField(_("Tasks that name nobody"), default=0)

    objects = ScopedQuerySet.as_manager()
    # Whoever reports in a round, or verifies, sees the round; of its reports their own only.
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "reports__region__path")
    scope_unit: ClassVar[tuple[str, ...]] = ("reports__unit_id", "reports__lead_id")

    class Meta:
        ordering: ClassVar[Any] = ["-opens", "-pk"]
        verbose_name = _("dispatch round")
        verbose_name_plural = _("dispatch rounds")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["calendar", "opens"], name="round_once_a_day_of_its_calendar")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("dispatch:round", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it takes reports."""
        return not self.is_closed

    @property
    def is_past_due(self) -> bool:
        """Whether its reports should all be here."""
        return self.due < clock.now()


class Report(Looped):
    """What one holder of a task says about it in one round: a unit, or a region for its share.

    `unit` reports the whole of its duty, `region` the share of that region. `lead` is the task's leading
    unit, which verifies what others report. Percent and state are written to the task when it is verified.
    """

    loop = REPORT
    moved_with = ("round__region", "task__plan__region", "region", "unit", "lead")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reports")
    task = models.ForeignKey("plans.Task", on_delete=models.PROTECT, related_name="round_reports")
    holder = models.CharField(max_length=20)  # u12 or r34: unique on every database where nulls are not
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="reports",
        verbose_name=_("Unit"),
    )  # fmt: skip
    region = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Region"),
    )  # fmt: skip
    lead = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Verified by the lead"),
    )  # fmt: skip
    is_lead = models.BooleanField(default=False)  # its holder leads the task: it speaks for the whole
    progress = models.CharField(_("State"), max_length=12, choices=State.choices, blank=True)
    percent = models.PositiveSmallIntegerField(_("Percent"), null=True, blank=True)
    text = models.TextField(_("What was done"), blank=True)
    met = models.JSONField(_("Deadlines met"), default=list)  # keys of plans.Deadline
    doubts = models.JSONField(_("Asked about"), default=list)
    unchanged = models.BooleanField(_("Taken over as no change"), default=False)
    late = models.BooleanField(_("Late"), default=False)
    returns = models.PositiveSmallIntegerField(_("Times sent back"), default=0)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_submitted_at = models.DateTimeField(_("First submitted"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("Submitted"), null=True, blank=True)
    verified_at = models.DateTimeField(_("Verified at"), null=True, blank=True)
    before = models.JSONField(default=dict)  # where task or share stood when this was verified

    objects = ScopedQuerySet.as_manager()
    # A share is its region's business and that of the plan's region; the lead sees what it verifies.
    scope_region: ClassVar[tuple[str, ...]] = ("round__region__path", "region__path")
    scope_unit: ClassVar[tuple[str, ...]] = ("unit_id", "lead_id")

    class Meta:
        ordering: ClassVar[Any] = ["round_id", "task__plan_id", "task__start", "holder"]
        verbose_name = _("report of a round")
        verbose_name_plural = _("reports of a round")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["round", "task", "holder"], name="report_once_a_holder")
        ]
        indexes: ClassVar[Any] = [
            models.Index(fields=["task", "holder", "state"], name="report_of_a_holder"),
            models.Index(fields=["round", "state"], name="report_round_state"),
        ]

    def __str__(self) -> str:
        return f"{self.task} · {self.holder_label} · {self.round.period}"

    def get_absolute_url(self) -> str:
        return reverse("dispatch:report", args=[self.pk])

    @property
    def holder_label(self) -> str:
        """Who reports, in the active language."""
        return str((self.region or self.unit).label)

    @property
    def is_missing(self) -> bool:
        """Whether nothing was submitted though it should have been."""
        return self.first_submitted_at is None and (self.round.is_closed or self.round.is_past_due)

    @property
    def can_be_edited(self) -> bool:
        """Whether its state lets the reporter write in it."""
        return self.state in (ReportState.DRAFT, ReportState.RETURNED) and self.round.is_open


class ReportQuantity(models.Model):
    """How much of a quantity of the task is done; empty is not reported, which is not zero."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="quantities")
    quantity = models.ForeignKey("plans.Quantity", on_delete=models.PROTECT, related_name="+")
    done = models.DecimalField(_("Done"), max_digits=20, decimal_places=6, null=True, blank=True)

    scope_exempt = "shown with its report only"

    class Meta:
        default_permissions = ()
        ordering: ClassVar[Any] = ["quantity_id"]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["report", "quantity"], name="quantity_once_a_report")
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The number as written, without trailing zeros."""
        return number_text(self.done)

    @property
    def with_unit(self) -> str:
        """The number with its unit; a dash where nothing was reported."""
        return "—" if self.done is None else amount(self.done, self.quantity.unit)


class ReportFile(Evidence):
    """Evidence of a report, or of what showed it to be false."""

    class Side(models.TextChoices):
        """Who added it."""

        REPORTER = "reporter", _("Evidence of the report")
        VERIFIER = "verifier", _("Proof of the verification")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    side = models.CharField(max_length=10, choices=Side.choices, default=Side.REPORTER)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[tuple[str, ...]] = ("report__round__region__path", "report__region__path")
    scope_unit: ClassVar[tuple[str, ...]] = ("report__unit_id", "report__lead_id")

    class Meta(Evidence.Meta):
        verbose_name = _("evidence of a report")
        verbose_name_plural = _("evidence of reports")
