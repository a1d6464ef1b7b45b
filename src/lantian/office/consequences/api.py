"""The API of `consequences`: proposals by the same wish as the page, one with its reason and steps."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.office.consequences import rules
from lantian.office.consequences.models import Proposal
from lantian.office.findings.api import StepOut
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404

router = Router(tags=["consequences"])


class ProposalOut(Schema):
    """A proposed consequence and its decision."""

    id: int
    rule_code: str
    stage: int
    kind: str
    kind_label: str
    title: str
    state: str
    subject_kind: str
    subject_name: str
    period: str
    region: str
    unit: int | None
    amount: Decimal | None
    decided_amount: Decimal | None
    unit_of_measure: str
    first: date
    last: date | None
    raised_on: date
    ground_gone_on: date | None
    verified: bool
    due: datetime | None
    decided_at: datetime | None

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region.code)

    @staticmethod
    def resolve_unit(row: Any) -> int | None:
        return row.unit_id

    @staticmethod
    def resolve_first(row: Any) -> date:
        return row.first_held

    @staticmethod
    def resolve_last(row: Any) -> date | None:
        return row.last_held

    @staticmethod
    def resolve_due(row: Any) -> datetime | None:
        return row.state_due


class ProposalWhole(ProposalOut):
    """A proposal with its frozen reason and rule, its decision in words, and its steps."""

    reason: dict[str, Any]
    rule: dict[str, Any]
    rules_digest: str
    data_version: int
    addressees: str
    decision_words: str
    commitments: str
    follow_up: date | None
    outcome: str
    steps: list[StepOut]


@router.get("/consequences", response=list[ProposalOut])
@paginate
def proposals(request: HttpRequest) -> Any:
    """Proposals by `q`, `state`, `kind`, `region`, `unit`, `late`, `gone`."""
    return rules.proposals_of(request.user, rules.wish_of(request.GET))


@router.get("/consequences/{pk}", response=ProposalWhole)
def proposal(request: HttpRequest, pk: int) -> Any:
    """One proposal."""
    row = get_visible_or_404(Proposal.objects.select_related("region"), request.user, pk=pk)
    row.steps = history_of(row, request.user).order_by("number")
    return row
