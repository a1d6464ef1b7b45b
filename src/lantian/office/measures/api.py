"""The API of `measures`: dustfall, road dust, species, uploads; as far as one may see them.

Numbers are text with the places they are printed with, null where there is none.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.measures import figures, rules
from lantian.office.measures.asking import region_asked
from lantian.office.measures.dustfall_rows import (
    Proposal,
    Reason,
    Row,
    city_rows,
    proposals,
    statements,
    unit_rows,
)
from lantian.office.measures.models import Site, Upload
from lantian.office.measures.register import Register
from lantian.office.measures.road_views import METHODS
from lantian.office.measures.road_views import proposals as road_proposals
from lantian.office.monitoring.api import span_of, text_of
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

router = Router(tags=["measures"])


class UnitOut(Schema):
    """A unit or city of a dustfall ranking; `own` tells whether it lies in one's own region."""

    rank: int | None
    code: str | None
    name: str
    own: bool
    value: str | None
    limit: str | None
    verdict: str | None
    last_year: str | None
    change: str | None
    change_rank: int | None


class ProposalOut(Schema):
    """A reason to start a campaign."""

    code: str
    name: str
    since: date
    until: date
    text: str
    verified: bool


class DustfallOut(Schema):
    """Dustfall of a period [t/(km²·30d)]: units and cities, the sentences of a notice, campaigns."""

    period: str
    unit: str
    data_version: int
    statements: list[str]
    units: list[UnitOut]
    cities: list[UnitOut]
    campaigns: list[ProposalOut]


class RoadOut(Schema):
    """A road: mean of its days, its limit and verdict, how many days were sampled and how many are above."""

    rank: int
    place: str
    name: str
    city: str | None
    county: str | None
    road_class: str | None
    value: str
    limit: str | None
    verdict: str | None
    ratio: str | None
    days: int
    above: int
    marks: list[str]


class RoadDustOut(Schema):
    """Road dust of a period by one method."""

    period: str
    method: str
    unit: str
    data_version: int
    roads: list[RoadOut]
    campaigns: list[ProposalOut]


class SiteOut(Schema):
    """A site of species; `region` is the code of the region it stands in."""

    id: int
    name: str
    region: str

    @staticmethod
    def resolve_region(site: Site) -> str:
        return str(site.region.code)


class UploadOut(Schema):
    """An uploaded table; `problem` says why the whole file was refused, and is empty when it was not."""

    id: int
    kind: str
    name: str
    uploaded_at: datetime
    rows_read: int
    rows_taken: int
    rows_refused: int
    version: int
    problem: str


class UploadDetail(UploadOut):
    """An uploaded table with the first rows refused."""

    sha256: str
    notes: list[str]
    refusals: list[dict[str, Any]]
    refusal_count: int


@router.get("/measures/dustfall", response=DustfallOut, summary="Dustfall of whole months, ranked")
def dustfall(request: HttpRequest, period: str, region: str = "") -> dict[str, Any]:
    asked, span, register = _region(request, region), Period.parse(period), Register()
    found = figures.dustfall_of(rules.ranked_in(asked), span, register)
    campaigns = proposals(figures.dustfall_campaigns(found), register, request.user, span)
    cities = found.cities if asked.level in ("province", "city") else ()
    return {
        "period": span.label,
        "unit": "t/(km²·30d)",
        "data_version": found.data_version,
        "statements": statements(found, register),
        "units": [_unit(row) for row in unit_rows(found, register, request.user)],
        "cities": [_unit(row) for row in city_rows(cities, register, request.user, span)],
        "campaigns": [_proposal(one, reason) for one in campaigns for reason in one.reasons],
    }


@router.get("/measures/road-dust", response=RoadDustOut, summary="Roads of a region, cleanest first")
def road_dust(
    request: HttpRequest, period: str, region: str = "", method: str = METHODS[0]
) -> dict[str, Any]:
    asked, span, register = _region(request, region), span_of(period), Register()
    if method not in METHODS:
        raise LantianError(f'"{method}" is not a method', remedy="Choose weighed or sensor.")
    found = figures.roads_of(asked, span, method, register)
    lists = figures.lists_of(asked, figures.lists_before(span))
    campaigns = road_proposals(figures.road_campaigns(found, lists), found, request.user, register)
    return {
        "period": span.label,
        "method": method,
        "unit": found.unit,
        "data_version": found.data_version,
        "roads": [
            {
                **{
                    name: getattr(road, name)
                    for name in ("rank", "place", "name", "city", "county", "road_class")
                },
                **{name: text_of(getattr(road, name)) for name in ("value", "limit", "verdict", "ratio")},
                "days": len(road.samples),
                "above": road.exceeding,
                "marks": list(road.marks),
            }
            for road in found.roads
        ],
        "campaigns": [_proposal(one, reason) for one in campaigns for reason in one.reasons],
    }


@router.get("/measures/sites", response=list[SiteOut], summary="Sites of species")
@paginate
def sites(request: HttpRequest) -> Any:
    return Site.objects.visible_to(request.user).select_related("region")


@router.get("/measures/species/{site}", summary="Potential, mass and ions of a site in a period")
def species(request: HttpRequest, site: int, period: str) -> dict[str, Any]:
    found, span = get_visible_or_404(Site, request.user, pk=site), span_of(period)
    ozone, mass = figures.ozone_of(found.name, span), figures.mass_of(found.name, span)
    return {
        "site": found.name,
        "period": span.label,
        "ozone": ozone.as_dict() if ozone else None,
        "mass": mass.as_dict() if mass else None,
    }


@router.get("/measures/uploads", response=list[UploadOut], summary="Uploaded tables, newest first")
@paginate
def uploads(request: HttpRequest) -> Any:
    return Upload.objects.visible_to(request.user)


@router.get(
    "/measures/uploads/{pk}", response=UploadDetail, summary="An uploaded table with what was refused"
)
def upload(request: HttpRequest, pk: int) -> Upload:
    return get_visible_or_404(Upload, request.user, pk=pk)


def _region(request: HttpRequest, code: str) -> Region:
    found = region_asked(request, code)
    if found is None:
        raise Http404
    return found


def _unit(row: Row) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "code": row.region.code if row.region else None,
        "name": row.label,
        "own": row.own,
        "verdict": row.verdict,
        "change_rank": row.change_rank,
        **{name: text_of(getattr(row, name)) for name in ("value", "limit", "last_year", "change")},
    }


def _proposal(one: Proposal, reason: Reason) -> dict[str, Any]:
    trigger = reason.trigger
    return {
        "code": trigger.code,
        "name": one.label,
        "since": trigger.since,
        "until": trigger.until,
        "text": reason.text,
        "verified": trigger.verified,
    }
