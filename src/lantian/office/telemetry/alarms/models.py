"""What the office keeps about judged hours: alarms, their files, leads of forged data, yearly mass.

States are written by `loops.move` alone; everything else by `recording.py`, `raising.py` and `screening.py`.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.dispatch.evidence import Evidence
from lantian.office.frame import clock
from lantian.office.loops import Looped
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.telemetry.alarms import steps, words
from lantian.office.telemetry.alarms.scope import LeadQuerySet
from lantian.office.telemetry.alarms.states import ALARM, LEAD

OF_THE_ENTERPRISE = ("unit_id", "enterprise__account_id")


class AlarmKind(models.TextChoices):
    """What an alarm is about."""

    HOUR = "hour", pgettext_lazy("an alarm", "hourly mean above the limit")
    DAY = "day", pgettext_lazy("an alarm", "daily mean above the limit")
    TOTAL = "total", pgettext_lazy("an alarm", "yearly total runs out")
    LINE = "line", pgettext_lazy("an alarm", "line lost")


class Level(models.IntegerChoices):
    """How urgent an alarm is; what makes one stands in the rulebook."""

    NOTICE = 1, pgettext_lazy("level of an alarm", "notice")
    WARNING = 2, pgettext_lazy("level of an alarm", "warning")
    SERIOUS = 3, pgettext_lazy("level of an alarm", "serious")


class Alarm(Looped):
    """One alarm: hours or days of one outlet and factor above one limit, merged; a total; a lost line.

    `key` names what it rests on, so that the same judgement raises it once. `hours` are the judged periods
    it rests on, the last judgement's: of each its time, value, limit, mark.
    """

    loop = ALARM
    moved_with: ClassVar[tuple[str, ...]] = ("enterprise",)

    key = models.CharField(max_length=160, unique=True, editable=False)
    kind = models.CharField(_("Kind of alarm"), max_length=8, choices=AlarmKind.choices)
    level = models.PositiveSmallIntegerField(
        pgettext_lazy("an alarm", "Level"), choices=Level.choices, default=Level.NOTICE
    )
    # Levels it went up because nobody answered, within `level`.
    raised = models.PositiveSmallIntegerField(default=0, editable=False)
    mn = models.CharField(_("Network code (MN)"), max_length=32, db_index=True)
    device = models.ForeignKey(
        "ledgers.LineDevice", models.PROTECT, null=True, related_name="+", verbose_name=_("Device")
    )
    outlet = models.ForeignKey(
        "ledgers.Outlet", models.PROTECT, null=True, related_name="+", verbose_name=_("Outlet")
    )
    enterprise = models.ForeignKey(
        "ledgers.Enterprise", models.PROTECT, null=True, related_name="alarms", verbose_name=_("Enterprise")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("Region"), db_index=False
    )
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("Unit in charge")
    )
    factor = models.CharField(_("Factor"), max_length=12, blank=True)
    basis = models.CharField(_("Basis"), max_length=12, blank=True)
    limit = models.DecimalField(_("Limit"), max_digits=16, decimal_places=4, null=True)
    document = models.CharField(pgettext_lazy("a limit", "Document"), max_length=160, blank=True)
    verified = models.BooleanField(default=True, editable=False)
    since = models.DateTimeField(pgettext_lazy("an alarm", "Since"))
    until = models.DateTimeField(pgettext_lazy("a period", "Until"))
    count = models.PositiveIntegerField(_("Hours or days"), default=0)
    peak = models.DecimalField(_("Highest value"), max_digits=20, decimal_places=6, null=True)
    ratio = models.DecimalField(_("Times the limit"), max_digits=10, decimal_places=3, null=True)
    hours = models.JSONField(default=list, editable=False, encoder=DjangoJSONEncoder)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name=_("Goes on from")
    )
    finding = models.ForeignKey(
        "findings.Finding", models.PROTECT, null=True, related_name="alarms", verbose_name=_("problem found")
    )
    question = models.TextField(_("Asked of the enterprise"), blank=True)
    explanation = models.TextField(_("Explanation of the enterprise"), blank=True)
    raised_at = models.DateTimeField(_("Raised at"), default=clock.now, editable=False)
    judged_at = models.DateTimeField(_("Judged last at"), default=clock.now, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"
    scope_unit: ClassVar[tuple[str, ...]] = OF_THE_ENTERPRISE
    scope_by_key: ClassVar[bool] = True

    class Meta:
        ordering: ClassVar[Any] = ["-level", "state_due", "-since", "-pk"]
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        indexes: ClassVar[Any] = [
            models.Index(fields=["region", "state", "level"], name="alarm_region_state"),
            models.Index(fields=["state", "level", "state_due"], name="alarm_state_due"),
            models.Index(fields=["mn", "factor", "kind", "since"], name="alarm_of_a_device"),
            models.Index(fields=["enterprise", "since"], name="alarm_of_an_enterprise"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.where, words.factor(self.factor), str(self.kind_label))))

    def get_absolute_url(self) -> str:
        return reverse("telemetry:alarm", args=[self.pk])

    @property
    def where(self) -> str:
        """The enterprise, or the device where none is known."""
        return self.enterprise.name if self.enterprise is not None else self.mn

    @property
    def kind_label(self) -> str:
        """What it is about, in words."""
        return str(AlarmKind(self.kind).label)

    @property
    def level_label(self) -> str:
        """How urgent it is, in words."""
        return str(Level(self.level).label)

    @property
    def factor_label(self) -> str:
        """The factor in words."""
        return words.factor(self.factor)

    @property
    def basis_label(self) -> str:
        """The basis of the limit in words."""
        return words.basis(self.basis)

    @property
    def peak_text(self) -> str:
        """The highest value as it is shown."""
        return words.number(self.peak)

    @property
    def limit_text(self) -> str:
        """The limit as it is shown."""
        return words.number(self.limit)

    @property
    def over_text(self) -> str:
        """By how much of the limit the highest value lies above it [%], one decimal."""
        return "" if self.ratio is None else words.number(((self.ratio - 1) * 100).quantize(Decimal("0.1")))

    @property
    def share_text(self) -> str:
        """What was emitted of a yearly total [%], one decimal."""
        return "" if self.ratio is None else words.number((self.ratio * 100).quantize(Decimal("0.1")))


class AlarmFile(Evidence):
    """A file with which an enterprise explains, or an officer proves what was done."""

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="files")
    step = models.CharField(max_length=16, default="explain")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "alarm__region__path"
    scope_unit: ClassVar[tuple[str, ...]] = tuple(f"alarm__{name}" for name in OF_THE_ENTERPRISE)

    class Meta(Evidence.Meta):
        verbose_name = _("file of an alarm")
        verbose_name_plural = _("files of alarms")


class Judged(models.Model):
    """Until when, and under which limits, the hours of a device were judged."""

    scope_exempt: ClassVar[str] = "a bookmark of the daily step; no page lists it"

    mn = models.CharField(max_length=32, unique=True)
    judged_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    screened_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("judged until")
        verbose_name_plural = _("judged until")

    def __str__(self) -> str:
        return f"{self.mn} {self.until}"


class Lead(Looped):
    """A lead: a screen found a device's data of a period odd. A lead is no conclusion."""

    loop = LEAD

    key = models.CharField(max_length=160, unique=True, editable=False)
    screen = models.CharField(_("Kind of lead"), max_length=24)
    mn = models.CharField(_("Network code (MN)"), max_length=32, db_index=True)
    device = models.ForeignKey(
        "ledgers.LineDevice", models.PROTECT, null=True, related_name="+", verbose_name=_("Device")
    )
    outlet = models.ForeignKey(
        "ledgers.Outlet", models.PROTECT, null=True, related_name="+", verbose_name=_("Outlet")
    )
    enterprise = models.ForeignKey(
        "ledgers.Enterprise", models.PROTECT, null=True, related_name="+", verbose_name=_("Enterprise")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("Region"), db_index=False
    )
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("Unit in charge")
    )
    first = models.DateField(pgettext_lazy("a period", "From"))
    last = models.DateField(pgettext_lazy("a period", "Until"))
    score = models.DecimalField(pgettext_lazy("a lead", "Score"), max_digits=5, decimal_places=3)
    evidence = models.JSONField(default=list, editable=False, encoder=DjangoJSONEncoder)
    picture = models.JSONField(default=dict, editable=False, encoder=DjangoJSONEncoder)
    finding = models.ForeignKey(
        "findings.Finding", models.PROTECT, null=True, related_name="leads", verbose_name=_("problem found")
    )
    raised_at = models.DateTimeField(_("Raised at"), default=clock.now, editable=False)
    screened_at = models.DateTimeField(_("Screened last at"), default=clock.now, editable=False)

    objects = LeadQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"
    scope_unit: ClassVar[str] = "unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["-score", "-last", "-pk"]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes: ClassVar[Any] = [
            models.Index(fields=["region", "state"], name="lead_region_state"),
            models.Index(fields=["mn", "screen", "last"], name="lead_of_a_device"),
        ]

    def __str__(self) -> str:
        return f"{self.where} · {self.screen_label}"

    def get_absolute_url(self) -> str:
        return reverse("telemetry:lead", args=[self.pk])

    @property
    def where(self) -> str:
        """The enterprise, or the device where none is known."""
        return self.enterprise.name if self.enterprise is not None else self.mn

    @property
    def screen_label(self) -> str:
        """The kind of lead in words."""
        return words.screen(self.screen)

    @property
    def score_text(self) -> str:
        """The score with two decimals, 1 the highest."""
        return f"{self.score:.2f}"


class LeadFile(Evidence):
    """A file that belongs to the check of a lead."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="files")
    step = models.CharField(max_length=16, default="check")

    objects = LeadQuerySet.as_manager()
    scope_region: ClassVar[str] = "lead__region__path"
    scope_unit: ClassVar[str] = "lead__unit_id"

    class Meta(Evidence.Meta):
        verbose_name = _("file of a lead")
        verbose_name_plural = _("files of leads")


class DualControl(models.Model):
    """What an enterprise, or one outlet of it, has emitted of a factor in a year against its total.

    Rewritten by the daily step from the days judged; `known_days` are the days of which the mass is known.
    """

    enterprise = models.ForeignKey(
        "ledgers.Enterprise", models.CASCADE, related_name="dual_controls", verbose_name=_("Enterprise")
    )
    outlet = models.ForeignKey(
        "ledgers.Outlet", models.CASCADE, null=True, related_name="+", verbose_name=_("Outlet")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("Region"), db_index=False
    )
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("Unit in charge")
    )
    factor = models.CharField(_("Factor"), max_length=12)
    year = models.PositiveSmallIntegerField(_("Year"))
    total = models.DecimalField(_("Yearly total [t]"), max_digits=16, decimal_places=4, null=True)
    used = models.DecimalField(_("Emitted [t]"), max_digits=16, decimal_places=4, null=True)
    known_days = models.PositiveSmallIntegerField(_("Days with mass"), default=0)
    as_of = models.DateField(_("As of"), null=True)
    rate = models.DecimalField(_("Tonnes a day"), max_digits=14, decimal_places=5, null=True)
    trend = models.DecimalField(_("Trend [%]"), max_digits=8, decimal_places=1, null=True)
    runs_out = models.DateField(_("Runs out on"), null=True)
    runs_out_first = models.DateField(_("At the earliest"), null=True)
    runs_out_last = models.DateField(_("At the latest"), null=True)
    why = models.CharField(max_length=24, blank=True)
    hours_valid = models.PositiveIntegerField(_("Valid hours"), default=0)
    hours_over = models.PositiveIntegerField(_("Hours above the limit"), default=0)
    over_30 = models.PositiveIntegerField(_("Hours above the limit, 30 days"), default=0)
    last_ratio = models.DecimalField(
        _("Latest day, times the limit"), max_digits=10, decimal_places=3, null=True
    )
    changed_at = models.DateTimeField(_("Changed at"), default=clock.now)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"
    scope_unit: ClassVar[tuple[str, ...]] = OF_THE_ENTERPRISE

    class Meta:
        ordering: ClassVar[Any] = ["enterprise", "outlet", "factor"]
        verbose_name = _("dual control")
        verbose_name_plural = _("dual control")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["enterprise", "outlet", "factor", "year"], name="dual_control_of_an_outlet"
            ),
            # NULLs differ from each other on SQLite: the whole enterprise needs its own rule.
            models.UniqueConstraint(
                fields=["enterprise", "factor", "year"],
                condition=models.Q(outlet=None),
                name="dual_control_of_an_enterprise",
            ),
        ]
        indexes: ClassVar[Any] = [models.Index(fields=["region", "year"], name="dual_region_year")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.factor} {self.year}"

    @property
    def factor_label(self) -> str:
        """The factor in words."""
        return words.factor(self.factor)

    @property
    def share(self) -> Decimal | None:
        """Emitted of the yearly total [%], one decimal; None where one of both is not known."""
        if not self.total or self.used is None:
            return None
        return (100 * self.used / self.total).quantize(Decimal("0.1"))

    @property
    def bar(self) -> int:
        """The share as the width of a bar, at most the whole."""
        return min(100, int(self.share or 0))

    @property
    def is_near(self) -> bool:
        """Whether the total runs out within the days of the rule (a warning's), or has."""
        if self.runs_out is None:
            return False
        return self.runs_out <= clock.today() + timedelta(days=int(steps.rule("total").table["days_2"]))

    @property
    def why_text(self) -> str:
        """Why there is no forecast, or no share, in words."""
        return words.why(self.why) if self.why else ""

    @property
    def used_text(self) -> str:
        """Tonnes emitted, three decimals at most."""
        return words.number(self.used, 3)

    @property
    def total_text(self) -> str:
        """The yearly total [t]."""
        return words.number(self.total)

    @property
    def rate_text(self) -> str:
        """Tonnes a day, four decimals at most."""
        return words.number(self.rate, 4)

    @property
    def trend_text(self) -> str:
        """The trend without its sign [%]."""
        return words.number(None if self.trend is None else abs(self.trend))
