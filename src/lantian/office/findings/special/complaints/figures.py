"""Questions about complaints: lists, counts, clusters. Nothing here writes, nothing here knows a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from lantian.office.findings.special.complaints.models import COMPLAINT, Complaint, ComplaintState
from lantian.office.findings.special.fires.grouping import metres
from lantian.office.findings.special.rulings import rule
from lantian.office.frame import clock
from lantian.office.regions.models import Region


def complaints_of(user: Any, query: Mapping[str, Any]) -> QuerySet[Complaint]:
    """Complaints a person may see that suit a query: q, kind, state, channel, region, late."""
    found = Complaint.objects.visible_to(user).select_related("region", "finding")
    words = str(query.get("q") or "").strip()[:100]
    if words:
        found = found.filter(
            Q(number__icontains=words)
            | Q(place__icontains=words)
            | Q(words__icontains=words)
            | Q(outside_number__iexact=words)
        )
    for name in ("kind", "state", "channel"):
        if value := query.get(name):
            found = found.filter(**{name: value})
    if code := query.get("region"):
        region = Region.objects.visible_to(user).filter(code=code).first()
        found = found.filter(region__path__startswith=region.path) if region else found.none()
    if query.get("late"):
        closed = [ComplaintState.DECLINED.value, ComplaintState.CLOSED.value]
        found = found.exclude(state__in=closed).filter(state_due__lt=clock.now())
    return found


def counts(found: QuerySet[Complaint]) -> dict[str, Any]:
    """How many by state, how many late, the mean satisfaction and how many said it."""
    late = Q(state_due__lt=clock.now()) & ~Q(state__in=list(COMPLAINT.closed))
    wanted = {state: Count("pk", filter=Q(state=state)) for state in ComplaintState.values}
    return found.order_by().aggregate(
        all=Count("pk"),
        late=Count("pk", filter=late),
        satisfied=Avg("satisfaction"),
        judged=Count("satisfaction"),
        **wanted,
    )


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several complaints of one kind at nearly one place within some days."""

    kind: str
    place: str
    complaints: tuple[Complaint, ...]


def clusters(user: Any) -> list[Cluster]:
    """Clusters of the last days: the same kind, at the same place in words or close on the ground."""
    table = rule("complaints.cluster").table
    since = clock.now() - timedelta(days=int(table["days"]))
    recent = list(
        Complaint.objects.visible_to(user)
        .filter(received_at__gte=since)
        .exclude(state=ComplaintState.DECLINED)
        .select_related("region")
        .order_by("received_at", "pk")[:2000]
    )
    found: list[list[Complaint]] = []
    for one in recent:
        home = next(
            (group for group in found if any(_near(one, o, int(table["metres"])) for o in group)), None
        )
        if home is None:
            found.append([one])
        else:
            home.append(one)
    big = [group for group in found if len(group) >= int(table["count"])]
    return [Cluster(group[0].kind_label, group[0].place, tuple(group)) for group in _largest(big)]


def _largest(groups: Iterable[list[Complaint]]) -> list[list[Complaint]]:
    return sorted(groups, key=lambda group: (-len(group), group[0].pk))


def _near(one: Complaint, other: Complaint, most: int) -> bool:
    if one.kind != other.kind:
        return False
    if one.region_id == other.region_id and "".join(one.place.split()) == "".join(other.place.split()):
        return True
    if None in {one.lon, one.lat, other.lon, other.lat}:
        return False
    there = (float(other.lon or 0), float(other.lat or 0))
    return metres((float(one.lon or 0), float(one.lat or 0)), there) <= most
