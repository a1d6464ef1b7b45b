"""Which plans a person may hold against each other: the one place where a plan from above is opened.

A person sees the plans of their own subtree (`people.scope`). To say what a plan leaves out one must read the
plan above it, which is an issued public document: so an *accepted* plan of a region above one's own is
readable here, for coverage and comparison, and nowhere else; so is one that was accepted before a newer
version replaced it. A draft from above, and any plan beside one's own, stay closed.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.plans.models import Plan
from lantian.office.plans.terms import PlanStatus
from lantian.office.regions.models import Region


def above(path: str) -> list[str]:
    """The paths of the regions a path lies in, itself not among them: 140000/141000/ gives 140000/."""
    codes = path.rstrip("/").split("/")
    return ["".join(f"{code}/" for code in codes[:n]) for n in range(1, len(codes))]


def readable_plans(user: Any) -> QuerySet[Plan]:
    """Plans a person sees, and accepted plans of the regions above theirs."""
    root = region_root(user)
    seen = Q(pk__in=Plan.objects.visible_to(user).values("pk"))
    if root:
        was_accepted = Q(status=PlanStatus.ACCEPTED) | Q(
            status=PlanStatus.SUPERSEDED, accepted_at__isnull=False
        )
        seen |= Q(region__path__in=above(root)) & was_accepted
    return Plan.objects.filter(seen).select_related("region")


def readable_or_404(user: Any, pk: int) -> Plan:
    """The plan of this number, if it may be read for coverage."""
    try:
        return readable_plans(user).get(pk=pk)
    except (Plan.DoesNotExist, OverflowError) as error:
        raise Http404(_("There is nothing at this address.")) from error


def pair_or_404(user: Any, parent: int, child: int) -> tuple[Plan, Plan]:
    """A parent and a child plan to hold against each other.

    The child must be visible itself, and lie below the parent's region, or in it as another document.
    """
    below = get_visible_or_404(Plan.objects.select_related("region"), user, pk=child)
    over = readable_or_404(user, parent)
    if over.pk == below.pk or not below.region.path.startswith(over.region.path):
        raise Http404(_("There is nothing at this address."))
    return over, below


def parents_of(child: Plan, user: Any) -> list[Plan]:
    """Plans a child may be held against, the one it was issued under first, then the nearest and newest."""
    paths = [*above(child.region.path), child.region.path]
    found = readable_plans(user).filter(region__path__in=paths).exclude(pk=child.pk)
    if child.region.path:
        found = found.exclude(region=child.region, pk__in=_versions(child))
    return sorted(found, key=lambda plan: (not _issued_under(child, plan), *_near(plan)))


def children_of(parent: Plan, user: Any) -> list[Plan]:
    """Visible plans right below a parent: those that name it first, of each region the newest."""
    found = (
        Plan.objects.visible_to(user)
        .filter(region__path__startswith=parent.region.path)
        .exclude(region=parent.region)
        .select_related("region")
        .order_by("region__path")
    )
    newest: dict[int, Plan] = {}
    for plan in found:
        best = newest.get(plan.region_id)
        if best is None or _rank(parent, plan) > _rank(parent, best):
            newest[plan.region_id] = plan
    return list(newest.values())


def versions_beside(plan: Plan, user: Any) -> list[Plan]:
    """Other plans of the same region, newest first: what a plan may be compared with."""
    found = readable_plans(user).filter(region=plan.region).exclude(pk=plan.pk)
    return sorted(found, key=lambda p: (str(p.issued_date or ""), p.pk), reverse=True)


def newest_of(region: Region, user: Any) -> Plan | None:
    """The newest visible plan of a region, accepted ones before drafts."""
    found = list(Plan.objects.visible_to(user).filter(region=region).select_related("region"))
    return max(
        found, key=lambda p: (p.status == PlanStatus.ACCEPTED, str(p.issued_date or ""), p.pk), default=None
    )


def _rank(parent: Plan, plan: Plan) -> tuple[bool, bool, str, int]:
    accepted = plan.status == PlanStatus.ACCEPTED
    return (_issued_under(plan, parent), accepted, str(plan.issued_date or ""), plan.pk)


def _issued_under(child: Plan, parent: Plan) -> bool:
    """Whether the child names the parent's number or title among the documents it was issued under."""
    named = ["".join(str(words).split()) for words in child.parent_docs]
    number, title = ("".join(words.split()) for words in (parent.doc_no, parent.title))
    return any((number and number in words) or (title and title in words) for words in named)


def _near(plan: Plan) -> tuple[int, str, int]:
    day = (plan.issued_date.toordinal() if plan.issued_date else 0) * -1
    return (-len(plan.region.path), f"{day:010d}", -plan.pk)


def _versions(plan: Plan) -> list[int]:
    """Older and newer versions of a plan: they are compared, not covered."""
    linked = {plan.replaces_id, *plan.newer_versions.values_list("pk", flat=True)}
    return [pk for pk in linked if pk]
