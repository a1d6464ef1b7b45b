"""Dust by weight: what `measures` weighed above the limit of a road's class becomes a finding, once a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.ambient.measures import Road, RoadSample
from lantian.office.findings.actions import NewFinding, record_finding
from lantian.office.findings.models import Source
from lantian.office.findings.special.weighing.models import HeavyRoad
from lantian.office.measures import figures
from lantian.office.measures.register import Register
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

KIND = "road"
METHOD = "weighed"


@dataclass(frozen=True, slots=True)
class Heavy:
    """A sample above the limit of its road's class, the county it lies in, and its finding once opened."""

    road: Road
    sample: RoadSample
    region: Region
    opened: HeavyRoad | None


def heavy_roads(region: Region, period: Period) -> list[Heavy]:
    """The samples of a region's roads above their limits in a period, as `ambient.road_dust` judges them;
    the dirtiest first. A road whose class has no limit is not among them.
    """
    register = Register()
    found = figures.roads_of(region, period, METHOD, register)
    samples = [
        (road, sample)
        for road in found.roads
        for sample in road.samples
        if sample.limit is not None and sample.value > sample.limit
    ]
    opened = {
        (row.place, row.sampled_on): row
        for row in HeavyRoad.objects.filter(sampled_on__range=(period.first, period.last)).select_related(
            "finding"
        )
    }
    return [
        Heavy(
            road, sample, register.of(road.city, road.county) or region, opened.get((road.place, sample.date))
        )
        for road, sample in sorted(samples, key=lambda one: (-one[1].exact, one[0].name, one[1].date))
    ]


def open_findings(actor: Any, region: Region, period: Period) -> list[HeavyRoad]:
    """Record a finding for each sample above its limit that has none.

    Raises
    ------
    PermissionDenied
        the person may not record findings, or not in this region
    """
    person = getattr(actor, "user", actor)
    if person is not None:
        root = region_root(person)
        if not can(person, Capability.RECORD_FINDING) or root is None or not region.path.startswith(root):
            raise PermissionDenied
    made = []
    for heavy in heavy_roads(region, period):
        if heavy.opened is not None:
            continue
        with transaction.atomic(), translation.override("zh-hans"):
            made.append(_open(actor, heavy))
    return made


def _open(actor: Any, heavy: Heavy) -> HeavyRoad:
    road, sample = heavy.road, heavy.sample
    words = _("Road dust %(value)s g/m², limit %(limit)s g/m² (%(road_class)s)") % {
        "value": sample.value,
        "limit": sample.limit,
        "road_class": road.road_class or "—",
    }
    place = f"{road.name} {road.section or ''}".strip()
    finding = record_finding(
        actor,
        NewFinding(
            kind=KIND,
            region=heavy.region,
            place=place[:200],
            words=words,
            found_on=sample.date,
            source=Source.INSPECTION,
        ),
    )
    row = HeavyRoad.objects.create(
        place=road.place[:200],
        road=place[:200],
        sampled_on=sample.date,
        value=sample.value,
        limit=sample.limit,
        region=heavy.region,
        finding=finding,
    )
    record(
        actor, "open_heavy_road", row, after={"value": row.value, "limit": row.limit, "finding": finding.pk}
    )
    return row
