"""A finding: a problem somebody found, and what became of it; with the files that prove it.

Its state is written by `loops.move` alone; everything else by `actions.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.dispatch.evidence import Evidence
from lantian.office.findings.catalogue import kind_label
from lantian.office.frame import clock
from lantian.office.loops import Loop, Looped, Move
from lantian.office.people.rules import Capability
from lantian.office.people.scope import ScopedQuerySet


class State(models.TextChoices):
    """Where a finding stands."""

    OPEN = "open", pgettext_lazy("a finding", "to be assigned")
    ASSIGNED = "assigned", pgettext_lazy("a finding", "to be rectified")
    RECTIFIED = "rectified", pgettext_lazy("a finding", "to be checked again")
    REOPENED = "reopened", pgettext_lazy("a finding", "not rectified, opened again")
    CLOSED = "closed", pgettext_lazy("a finding", "rectified and closed")
    VOID = "void", pgettext_lazy("a finding", "void")


class Source(models.TextChoices):
    """Who or what found it."""

    PATROL = "patrol", _("Patrol")
    INSPECTION = "inspection", _("Inspection")
    JOINT = "joint", _("Joint inspection")
    CROSS_AREA = "cross_area", _("Cross-area team")
    CAMERA = "camera", _("Camera")
    SATELLITE = "satellite", _("Satellite")
    STACK_ALARM = "stack_alarm", _("Stack alarm")
    DATA_CHECK = "data_check", _("Check of online data")
    COMPLAINT = "complaint", _("Complaint")
    SELF_CHECK = "self_check", _("Self-check")
    DISPATCH = "dispatch", _("Check of a report")


class PositionBy(models.TextChoices):
    """Where the coordinates of a finding come from, or that there are none."""

    GIVEN = "given", pgettext_lazy("position", "typed in or imported")
    PHONE = "phone", pgettext_lazy("position", "of the telephone")
    PHOTO = "photo", pgettext_lazy("position", "stands in the photo")
    UNKNOWN = "unknown", pgettext_lazy("position", "unknown")


class Severity(models.TextChoices):
    """How grave it is; what that counts stands in the rulebook."""

    MINOR = "minor", pgettext_lazy("severity", "minor")
    ORDINARY = "ordinary", pgettext_lazy("severity", "ordinary")
    SERIOUS = "serious", pgettext_lazy("severity", "serious")


def is_responsible(finding: Any, person: Any) -> bool:
    """Whether the person must rectify: named, or of the unit named; with nobody named, whoever sees it."""
    if person.is_superuser or finding.assignee_id == person.pk:
        return True
    if finding.unit_id is None:
        return finding.assignee_id is None
    return bool(person.unit_id == finding.unit_id)


FINDING = Loop(
    "finding",
    states=State,
    start=State.OPEN,
    closed={State.CLOSED, State.VOID},
    moves=(
        Move(
            "assign_finding", (State.OPEN, State.ASSIGNED, State.REOPENED), State.ASSIGNED,
            _("Assign for rectification"), capability=Capability.RECORD_FINDING,
        ),
        Move(
            "rectify", (State.ASSIGNED, State.REOPENED), State.RECTIFIED, _("Report as rectified"),
            capability=Capability.REPORT_TASK, who=is_responsible, reason=True,
        ),
        Move(
            "close_finding", State.RECTIFIED, State.CLOSED, _("Confirm and close"),
            capability=Capability.VERIFY_REPORT, not_by=("rectify",),
        ),
        Move(
            "reopen", (State.RECTIFIED, State.CLOSED), State.REOPENED, _("Open again"),
            capability=Capability.VERIFY_REPORT, reason=True, not_by=("rectify",),
        ),
        Move(
            "void_finding", (State.OPEN, State.ASSIGNED, State.REOPENED), State.VOID, _("Declare void"),
            capability=Capability.VERIFY_REPORT, reason=True,
        ),
    ),
)  # fmt: skip


class Finding(Looped):
    """One problem: of which kind, where, found when and by whom, who must rectify it."""

    loop = FINDING

    kind = models.CharField(_("Kind of problem"), max_length=24)
    source = models.CharField(_("Found through"), max_length=12, choices=Source.choices)
    severity = models.CharField(
        _("How grave"), max_length=10, choices=Severity.choices, default=Severity.ORDINARY
    )
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="findings", verbose_name=_("Region")
    )
    place = models.CharField(_("Place"), max_length=200)
    lon = models.DecimalField(_("Longitude [°]"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("Latitude [°]"), max_digits=9, decimal_places=6, null=True, blank=True)
    position_by = models.CharField(
        _("Position from"), max_length=8, choices=PositionBy.choices, blank=True, default=""
    )
    unit = models.ForeignKey(
        "people.Unit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
        verbose_name=_("Unit responsible"),
    )
    task = models.ForeignKey(
        "plans.Task",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="findings",
        verbose_name=_("Task of a plan"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings_assigned",
        verbose_name=_("Person responsible"),
    )
    enterprise = models.ForeignKey(
        "ledgers.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
        verbose_name=_("Enterprise"),
    )
    # What it is about, where that is a record of a register: the register's code and the record's key.
    register = models.CharField(_("Code of the register"), max_length=40, blank=True)
    record_id = models.BigIntegerField(_("Record of the register"), null=True, blank=True)
    words = models.TextField(_("What was found"))
    found_on = models.DateField(_("Found on"), db_index=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Entered by"),
    )
    finder = models.CharField(_("Found by"), max_length=80, blank=True)
    recorded_at = models.DateTimeField(_("Entered at"), default=clock.now, editable=False)
    rectified_on = models.DateField(_("Rectified on"), null=True, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)
    repeated_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="repeats",
        verbose_name=_("Same problem as"),
    )
    repeat_confirmed = models.BooleanField(_("Repeat confirmed"), null=True, blank=True)
    batch = models.CharField(_("Imported from"), max_length=200, blank=True)
    # Made where the form is filled in, so that a form sent twice makes one finding.
    form_id = models.UUIDField(_("Number of the form"), null=True, blank=True, unique=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"
    scope_unit: ClassVar[str] = "unit_id"
    scope_by_key: ClassVar[bool] = True

    class Meta:
        ordering: ClassVar[Any] = ["-found_on", "-pk"]
        verbose_name = _("problem found")
        verbose_name_plural = _("problems found")
        indexes: ClassVar[Any] = [
            models.Index(fields=["region", "found_on"], name="finding_region_day"),
            models.Index(fields=["unit", "found_on"], name="finding_unit_day"),
            models.Index(fields=["state", "state_due"], name="finding_state_due"),
            models.Index(fields=["region", "state", "state_due"], name="finding_region_state"),
            # The tiles of a list narrowed by one of these are counted in the index alone.
            models.Index(fields=["kind", "state", "state_due", "region"], name="finding_kind_state"),
            models.Index(fields=["source", "state", "state_due", "region"], name="finding_source_state"),
            models.Index(fields=["assignee", "state", "state_due"], name="finding_assignee_state"),
            models.Index(fields=["register", "record_id"], name="finding_of_a_record"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label}·{self.place}·{self.found_on}"

    def get_absolute_url(self) -> str:
        return reverse("findings:finding", args=[self.pk])

    @property
    def kind_label(self) -> str:
        """The kind in the active language."""
        return kind_label(self.kind)

    @property
    def is_repeat(self) -> bool:
        """Whether a person confirmed that it was found before."""
        return self.repeated_of_id is not None and self.repeat_confirmed is True


class FindingFile(Evidence):
    """A photo or paper that proves a finding, its rectification or its check."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="files")
    step = models.CharField(max_length=16, default="found")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "finding__region__path"
    scope_unit: ClassVar[str] = "finding__unit_id"

    class Meta(Evidence.Meta):
        verbose_name = _("file of a problem found")
        verbose_name_plural = _("files of problems found")


# Django finds the models of an app in this module; those of the specialised openings stand in their rooms.
from lantian.office.findings.special import models as special_models  # noqa: E402, F401 - after Finding
