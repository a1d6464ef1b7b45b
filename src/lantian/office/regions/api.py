"""Regions, as far as the signed-in person may see them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import ModelSchema, Router
from ninja.pagination import paginate

from lantian.office.people.scope import ScopedQuerySet, get_visible_or_404
from lantian.office.regions.models import Region
from lantian.office.regions.views import search

router = Router(tags=["regions"])


class RegionOut(ModelSchema):
    """A region; `parent` is its parent's code."""

    parent: str | None

    class Meta:
        model = Region
        fields = ("code", "name", "name_en", "short", "short_en", "level", "tile_col", "tile_row")

    @staticmethod
    def resolve_parent(region: Region) -> str | None:
        return region.parent.code if region.parent else None


class RegionWithGeometry(RegionOut):
    """A region with its outline as GeoJSON, where one was loaded."""

    geometry: dict[str, Any] | None


@router.get("/regions", response=list[RegionOut], summary="Regions, by level, parent or words")
@paginate
def regions(request: HttpRequest, q: str = "", level: str = "", parent: str = "") -> ScopedQuerySet:
    found = Region.objects.visible_to(request.user).select_related("parent").defer("geometry")
    if q:
        found = search(found, q)
    if level:
        found = found.filter(level=level)
    if parent:
        found = found.filter(parent__code=parent)
    return found


@router.get("/regions/{code}", response=RegionWithGeometry, summary="One region")
def region(request: HttpRequest, code: str) -> Region:
    return get_visible_or_404(Region.objects.select_related("parent"), request.user, code=code)
