"""A complaint, its files, and, apart from it and sealed, who complained."""

from __future__ import annotations

from typing import Any, ClassVar

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


class ComplaintState(models.TextChoices):
    """Where a complaint stands."""

    RECEIVED = "received", pgettext_lazy("a complaint", "received")
    ACCEPTED = "accepted", pgettext_lazy("a complaint", "accepted, being looked into")
    DECLINED = "declined", pgettext_lazy("a complaint", "not accepted")
    VERIFIED = "verified", pgettext_lazy("a complaint", "looked into")
    ANSWERED = "answered", pgettext_lazy("a complaint", "answered")
    PROPOSED = "proposed", pgettext_lazy("a complaint", "reward proposed")
    APPROVED = "approved", pgettext_lazy("a complaint", "reward approved")
    PAID = "paid", pgettext_lazy("a complaint", "reward paid")
    CLOSED = "closed", pgettext_lazy("a complaint", "closed")


class Channel(models.TextChoices):
    """How a complaint came."""

    PUBLIC = "public", _("Public page")
    PHONE = "phone", _("Hotline")
    SHEET = "sheet", _("12345 list")
    VISIT = "visit", _("Letter or visit")


class Outcome(models.TextChoices):
    """What was found on the spot."""

    TRUE = "true", pgettext_lazy("a complaint", "true")
    PARTLY = "partly", pgettext_lazy("a complaint", "partly true")
    UNTRUE = "untrue", pgettext_lazy("a complaint", "not true")


def earns(complaint: Any, person: Any) -> bool:
    """Whether a reward can be proposed: it was true, and there is a name or a code word to pay against."""
    return complaint.outcome in {Outcome.TRUE, Outcome.PARTLY} and bool(
        complaint.is_named or complaint.word_hash
    )


def is_not_approver(complaint: Any, person: Any) -> bool:
    """Who approved a reward does not hand out the money; a colleague of the same office may."""
    from lantian.office.people.models import ActionLog

    return not ActionLog.objects.filter(
        target_type=complaint._meta.label_lower,
        target_id=str(complaint.pk),
        verb="approve_reward",
        actor=person,
    ).exists()


_S, _HANDLE = ComplaintState, Capability.HANDLE_COMPLAINT
COMPLAINT = Loop(
    "complaint",
    states=ComplaintState,
    start=_S.RECEIVED,
    closed={_S.DECLINED, _S.CLOSED},
    moves=(
        Move(
            "accept_complaint",
            _S.RECEIVED,
            _S.ACCEPTED,
            pgettext_lazy("a complaint", "Accept"),
            capability=_HANDLE,
        ),
        Move(
            "decline_complaint", _S.RECEIVED, _S.DECLINED, _("Do not accept"), capability=_HANDLE, reason=True
        ),
        Move(
            "verify_complaint",
            _S.ACCEPTED,
            _S.VERIFIED,
            _("Say what was found"),
            capability=_HANDLE,
            reason=True,
        ),
        Move(
            "answer_complaint",
            _S.VERIFIED,
            _S.ANSWERED,
            _("Answer the complainant"),
            capability=_HANDLE,
            reason=True,
        ),
        Move(
            "propose_reward",
            _S.ANSWERED,
            _S.PROPOSED,
            _("Propose a reward"),
            capability=_HANDLE,
            who=earns,
            reason=True,
        ),
        Move(
            "approve_reward",
            _S.PROPOSED,
            _S.APPROVED,
            _("Approve the reward"),
            capability=Capability.VERIFY_REPORT,
            not_by=("propose_reward",),
        ),
        Move(
            "refuse_reward",
            _S.PROPOSED,
            _S.ANSWERED,
            _("Refuse the reward"),
            capability=Capability.VERIFY_REPORT,
            reason=True,
            not_by=("propose_reward",),
        ),
        Move(
            "pay_reward",
            _S.APPROVED,
            _S.PAID,
            _("Reward paid"),
            capability=_HANDLE,
            who=is_not_approver,
            reason=True,
        ),
        Move(
            "close_complaint",
            (_S.ANSWERED, _S.PAID),
            _S.CLOSED,
            pgettext_lazy("a complaint", "Close"),
            capability=_HANDLE,
        ),
    ),
)


class Complaint(Looped):
    """What somebody complained about. Who it was does not stand here.

    It lies in the scope of its region alone: the unit it is about does not see it.
    """

    loop = COMPLAINT

    number = models.CharField(_("Complaint number"), max_length=20, unique=True)
    channel = models.CharField(_("Came through"), max_length=8, choices=Channel.choices)
    kind = models.CharField(_("Kind of problem"), max_length=24, db_index=True)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="complaints", verbose_name=_("Region")
    )
    place = models.CharField(_("Place"), max_length=200)
    lon = models.DecimalField(_("Longitude [°]"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("Latitude [°]"), max_digits=9, decimal_places=6, null=True, blank=True)
    words = models.TextField(_("What it is about"))
    received_at = models.DateTimeField(_("Received at"), default=clock.now, db_index=True)
    is_named = models.BooleanField(_("With a name"), default=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    word_hash = models.CharField(max_length=64, blank=True, editable=False)
    outside_number = models.CharField(_("Number of the 12345 list"), max_length=60, blank=True)
    outcome = models.CharField(_("Outcome of the check"), max_length=8, choices=Outcome.choices, blank=True)
    found = models.TextField(_("What was found, in words"), blank=True)
    finding = models.OneToOneField(
        "findings.Finding",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaint",
        verbose_name=_("problem found"),
    )
    answer = models.TextField(_("Answer to the complainant"), blank=True)
    reward_case = models.CharField(_("Reward for"), max_length=24, blank=True)
    reward = models.DecimalField(_("Reward [CNY]"), max_digits=9, decimal_places=2, null=True, blank=True)
    paid_on = models.DateField(_("Paid on"), null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("Satisfaction (1–5)"), null=True, blank=True)
    satisfaction_words = models.CharField(_("Words of the complainant"), max_length=500, blank=True)
    batch = models.CharField(_("Imported from"), max_length=200, blank=True)

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-received_at", "-pk"]
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["outside_number"],
                condition=~models.Q(outside_number=""),
                name="complaint_of_a_list_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}·{self.kind_label}"

    def get_absolute_url(self) -> str:
        return reverse("findings:complaint", args=[self.pk])

    @property
    def kind_label(self) -> str:
        """The kind in the active language."""
        return kind_label(self.kind)


class Reporter(models.Model):
    """Who complained: sealed text, opened by `reporters.read` alone."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="reporter")
    sealed = models.TextField(editable=False)

    scope_exempt = "never listed; opened by complaints.reporters.read for two roles, each time with a log row"

    class Meta:
        default_permissions = ()
        verbose_name = _("complainant")
        verbose_name_plural = _("complainants")

    def __str__(self) -> str:
        return f"#{self.complaint_id}"

    def __repr__(self) -> str:
        return f"<Reporter of complaint {self.complaint_id}>"


class ComplaintFile(Evidence):
    """A photo or paper of a complaint."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="files")
    step = models.CharField(max_length=16, default="received")

    scope_region: ClassVar[str] = "complaint__region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta(Evidence.Meta):
        verbose_name = _("file of a complaint")
        verbose_name_plural = _("files of complaints")


class DoorVisit(models.Model):
    """A visit at the public door, kept for as long as it counts against the next one."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    what = models.CharField(max_length=8)
    address_hash = models.CharField(max_length=64, db_index=True)

    scope_exempt = "counted by the public door; never shown"

    class Meta:
        default_permissions = ()
