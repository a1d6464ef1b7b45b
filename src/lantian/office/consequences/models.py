"""A proposal that a rule raised, what a person decided about it, and what proves that it was carried out.

What was proposed is frozen when it is raised: the rule as it stood, the reason as a tree, the version of the
data. What was decided stands beside it, never over it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.office.dispatch.evidence import Evidence
from lantian.office.frame import clock
from lantian.office.loops import Loop, Looped, Move
from lantian.office.people.rules import Capability
from lantian.office.people.scope import ScopedQuerySet, region_root


class State(models.TextChoices):
    """Where a proposal stands."""

    PROPOSED = "proposed", pgettext_lazy("a consequence", "to be decided")
    IMPOSED = "imposed", pgettext_lazy("a consequence", "imposed")
    CARRIED_OUT = "carried_out", pgettext_lazy("a consequence", "carried out")
    WAIVED = "waived", pgettext_lazy("a consequence", "waived")
    LIFTED = "lifted", pgettext_lazy("a consequence", "lifted or closed")
    EXPIRED = "expired", pgettext_lazy("a consequence", "expired")


class SubjectKind(models.TextChoices):
    """On what a consequence falls."""

    REGION = "region", pgettext_lazy("subject", "Region")
    UNIT = "unit", pgettext_lazy("subject", "Unit")
    TASK = "task", pgettext_lazy("subject", "Task")
    FINDING = "finding", pgettext_lazy("subject", "Problem found")


def may_decide(proposal: Any, person: Any) -> bool:
    """Whether this person stands far enough from it: of its region or one above, of another unit than the one
    concerned, not who found the problem; about a region itself only one above decides."""
    if person.is_superuser:
        return True
    root, path = region_root(person), proposal.region.path
    if root is None or not path.startswith(root):
        return False
    if proposal.subject_kind == SubjectKind.REGION and root == path:
        return False
    if proposal.unit_id is not None and proposal.unit_id == person.unit_id:
        return False
    return not (proposal.finding is not None and proposal.finding.found_by_id == person.pk)


def is_over(proposal: Any, person: Any) -> bool:
    """Whether its last day has passed."""
    return bool(proposal.last_held is not None and proposal.last_held < clock.today())


_DECIDE = Capability.DECIDE_CONSEQUENCE
PROPOSAL = Loop(
    "consequence",
    states=State,
    start=State.PROPOSED,
    closed={State.WAIVED, State.LIFTED, State.EXPIRED},
    moves=(
        Move(
            "impose", State.PROPOSED, State.IMPOSED, _("Impose as proposed"), capability=_DECIDE,
            who=may_decide,
        ),
        Move(
            "impose_changed", State.PROPOSED, State.IMPOSED, _("Impose, but changed"), capability=_DECIDE,
            who=may_decide, reason=True,
        ),
        Move(
            "waive", State.PROPOSED, State.WAIVED, _("Waive"), capability=_DECIDE, who=may_decide, reason=True
        ),
        Move(
            "carry_out", State.IMPOSED, State.CARRIED_OUT, _("Report as carried out"),
            capability=Capability.REPORT_TASK, reason=True,
        ),
        Move(
            "lift", (State.IMPOSED, State.CARRIED_OUT), State.LIFTED, _("Lift or close"), capability=_DECIDE,
            who=may_decide, reason=True, not_by=("carry_out",),
        ),
        Move(
            "expire", (State.IMPOSED, State.CARRIED_OUT), State.EXPIRED, _("Note as expired"),
            capability=_DECIDE, who=is_over,
        ),
    ),
)  # fmt: skip


class Run(models.Model):
    """One time the rules were judged: on which day, by whom, how many held, and what could not be judged."""

    on = models.DateField(_("Day judged"))
    within = models.CharField(max_length=120, blank=True, editable=False)
    ran_at = models.DateTimeField(_("Judged at"), default=clock.now)
    ran_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Judged by"),
    )
    judged = models.PositiveIntegerField(_("Conditions judged"), default=0)
    raised = models.PositiveIntegerField(_("Raised"), default=0)
    standing = models.PositiveIntegerField(_("Raised before"), default=0)
    gone = models.PositiveIntegerField(_("Ground fell away"), default=0)
    unknown = models.JSONField(default=list, editable=False)
    rules_digest = models.CharField(max_length=64, editable=False)
    data_version = models.PositiveIntegerField(_("Data version"), default=0)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "within"

    class Meta:
        ordering: ClassVar[Any] = ["-pk"]
        verbose_name = _("judging of the rules")
        verbose_name_plural = _("judgings of the rules")

    def __str__(self) -> str:
        return f"{self.on}"


class Proposal(Looped):
    """A consequence proposed by a rule, and its decision."""

    loop = PROPOSAL

    rule_code = models.CharField(_("Rule"), max_length=80)
    stage = models.PositiveSmallIntegerField(default=0, editable=False)
    rule = models.JSONField(editable=False)
    kind = models.CharField(_("Kind of consequence"), max_length=24, db_index=True)
    subject_kind = models.CharField(_("Falls on"), max_length=8, choices=SubjectKind.choices)
    subject_key = models.CharField(max_length=64, editable=False)
    subject_name = models.CharField(_("Subject"), max_length=300)
    period = models.CharField(_("Period"), max_length=40)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    unit = models.ForeignKey(
        "people.Unit", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Unit")
    )
    task = models.ForeignKey(
        "plans.Task", null=True, on_delete=models.SET_NULL, related_name="consequence_proposals",
        verbose_name=_("Task of a plan"),
    )  # fmt: skip
    finding = models.ForeignKey(
        "findings.Finding", null=True, on_delete=models.PROTECT, related_name="consequence_proposals",
        verbose_name=_("problem found"),
    )  # fmt: skip
    amount = models.DecimalField(_("Amount proposed"), max_digits=14, decimal_places=4, null=True)
    unit_of_measure = models.CharField(_("Unit of measure"), max_length=20, blank=True)
    first_day = models.DateField(_("From (proposed)"))
    last_day = models.DateField(_("Until (proposed)"), null=True)
    ends = models.CharField(max_length=20, blank=True, editable=False)
    reason = models.JSONField(editable=False)
    verified = models.BooleanField(default=True, editable=False)
    rules_digest = models.CharField(max_length=64, editable=False)
    data_version = models.PositiveIntegerField(_("Data version"), default=0)
    raised_on = models.DateField(_("Raised on"))
    ground_gone_on = models.DateField(_("Ground fell away on"), null=True)

    addressees = models.TextField(_("Whom it is imposed on"), blank=True)
    decided_amount = models.DecimalField(_("Amount decided"), max_digits=14, decimal_places=4, null=True)
    decided_first = models.DateField(_("From (decided)"), null=True)
    decided_last = models.DateField(_("Until (decided)"), null=True)
    decision_words = models.TextField(_("Grounds of the decision"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Decided by"),
    )
    decided_at = models.DateTimeField(_("Decided at"), null=True)
    commitments = models.TextField(_("Commitments made"), blank=True)
    follow_up = models.DateField(_("Follow-up on"), null=True, blank=True)
    outcome = models.TextField(_("Outcome"), blank=True)
    carried_out_on = models.DateField(_("Carried out on"), null=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"
    scope_unit: ClassVar[str] = "unit_id"

    class Meta:
        ordering: ClassVar[Any] = ["-raised_on", "-pk"]
        verbose_name = _("proposed consequence")
        verbose_name_plural = _("proposed consequences")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(
                fields=["rule_code", "stage", "subject_kind", "subject_key", "period"],
                name="one_proposal_a_condition",
            )
        ]
        indexes: ClassVar[Any] = [models.Index(fields=["region", "state"], name="proposal_region_state")]

    def __str__(self) -> str:
        return f"{self.kind_label}·{self.subject_name}"

    def get_absolute_url(self) -> str:
        return reverse("consequences:proposal", args=[self.pk])

    @property
    def kind_label(self) -> str:
        """The kind in the active language, as the rulebook worded it that day."""
        return self.said("kind")

    @property
    def title(self) -> str:
        """The rule's title in the active language."""
        return self.said("title")

    def said(self, name: str) -> str:
        """A text of the frozen rule in the active language: title, kind, document, clause, note, proof."""
        texts = self.rule.get(name) or {}
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        return str(texts.get(language, ""))

    @property
    def first_held(self) -> Any:
        """From when it holds, as decided or else proposed."""
        return self.decided_first or self.first_day

    @property
    def last_held(self) -> Any:
        """Its last day, as decided or else proposed; None while it is not known."""
        return self.decided_last or (None if self.decided_at and self.decided_first else self.last_day)

    @property
    def held_amount(self) -> Decimal | None:
        """The amount decided, or else proposed."""
        return self.amount if self.decided_amount is None else self.decided_amount


class ProposalFile(Evidence):
    """A file that proves that a consequence was carried out, or what came of it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="files")
    step = models.CharField(max_length=16, default="carry_out")

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "proposal__region__path"
    scope_unit: ClassVar[str] = "proposal__unit_id"

    class Meta(Evidence.Meta):
        verbose_name = _("file of a consequence")
        verbose_name_plural = _("files of consequences")
