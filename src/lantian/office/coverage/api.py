"""The API of `coverage`: what a child plan leaves out, and what changed between two versions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from lantian.office.coverage import readable, rules, texts
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans.models import Plan

router = Router(tags=["coverage"])


class PairOut(Schema):
    """A child plan, a plan it can be held against, and how many parent tasks stand how."""

    parent: int
    parent_title: str
    child: int
    child_title: str
    counts: dict[str, int]


class LinkOut(Schema):
    """A child clause that takes up a parent clause; `score` is null where a person named it."""

    clause: str
    heading: str
    certain: bool
    score: float | None
    words: list[str]


class RowOut(Schema):
    """A parent clause: `verdict` is what counts, `computed` what was found, `decided` whether a person said
    it."""

    clause: str
    kind: str
    heading: str
    verdict: str
    computed: str
    why: str
    decided: bool
    reason: str
    links: list[LinkOut]
    open: list[str]


class GoalOut(Schema):
    """A parent target and the child's; `differs` is respect, way, parent, child."""

    relation: str
    why: str
    sure: bool
    parent: str
    child: str | None
    clause: str | None
    differs: list[list[str]]


class CoverageOut(PairOut):
    """One pair whole."""

    rows: list[RowOut]
    targets: list[GoalOut]
    units_without_task: list[str]
    regions_no_task_names: list[str]
    parent_units_without_counterpart: list[str]


@router.get("/coverage", response=list[PairOut], summary="A child plan and the plans above it")
def pairs(request: HttpRequest, child: int) -> list[PairOut]:
    below = get_visible_or_404(Plan.objects.select_related("region"), request.user, pk=child)
    return [_pair(found) for found in rules.upwards(readable.parents_of(below, request.user)[:5], below)]


@router.get("/coverage/{parent}/{child}", response=CoverageOut, summary="A child plan against its parent")
def coverage(request: HttpRequest, parent: int, child: int) -> CoverageOut:
    found = rules.covered(*readable.pair_or_404(request.user, parent, child))
    return CoverageOut(
        **_pair(found).dict(),
        rows=[_row(row) for row in found.rows],
        targets=[
            GoalOut(
                relation=row.relation,
                why=row.why,
                sure=row.sure,
                parent=row.parent.words,
                child=row.child.words if row.child else None,
                clause=row.child.cited if row.child else row.clause or None,
                differs=[[r.name, r.way, r.parent, r.child] for r in row.respects if r.way != "same"],
            )
            for row in found.coverage.goals
        ],
        units_without_task=found.silent_units,
        regions_no_task_names=[row.place for row in found.coverage.places if not row.named],
        parent_units_without_counterpart=[r.parent for r in found.coverage.counterparts if not r.child],
    )


@router.get("/plan-versions/{old}/{new}", summary="What changed between two versions of a plan")
def versions(request: HttpRequest, old: int, new: int) -> dict[str, Any]:
    before, after = (readable.readable_or_404(request.user, number) for number in (old, new))
    if before.region_id != after.region_id or before.pk == after.pk:
        raise Http404(_("There is nothing at this address."))
    return texts.changes_between(before, after).as_dict()


def _pair(found: rules.Covered) -> PairOut:
    return PairOut(
        parent=found.parent.pk,
        parent_title=found.parent.title,
        child=found.child.pk,
        child_title=found.child.title,
        counts={verdict.value: number for verdict, number in found.counts},
    )


def _row(row: rules.Shown) -> RowOut:
    return RowOut(
        clause=row.row.item.cited,
        kind=row.row.item.kind,
        heading=row.row.item.headline,
        verdict=row.verdict.value,
        computed=row.computed.value,
        why="" if row.decided else row.row.why,
        decided=row.decided is not None,
        reason=row.decided.reason if row.decided else "",
        links=[
            LinkOut(clause=k.cited, heading=k.headline, certain=k.certain, score=k.score, words=list(k.words))
            for k in row.links
        ],
        open=[order.text for order in row.open_orders],
    )
