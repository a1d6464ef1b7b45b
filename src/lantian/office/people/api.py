"""Who am I, and which units do I see."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import ModelSchema, Router, Schema
from ninja.pagination import paginate

from lantian.office.people.models import Unit
from lantian.office.people.rules import CAPABILITIES, Capability
from lantian.office.people.scope import ScopedQuerySet, get_visible_or_404

router = Router(tags=["people"])


class Me(Schema):
    """The signed-in person."""

    username: str
    name: str
    role: str
    region: str | None
    unit: int | None
    capabilities: list[str]


class UnitOut(ModelSchema):
    """A unit."""

    region: str | None

    class Meta:
        model = Unit
        fields = ("id", "name", "name_en", "kind")

    @staticmethod
    def resolve_region(unit: Unit) -> str | None:
        return unit.region.code if unit.region else None


@router.get("/me", response=Me, summary="The signed-in person")
def me(request: HttpRequest) -> Me:
    user = request.user
    capabilities = frozenset(Capability) if user.is_superuser else CAPABILITIES.get(user.role, frozenset())
    return Me(
        username=user.username,
        name=user.get_full_name(),
        role=user.role,
        region=user.region.code if user.region else None,
        unit=user.unit_id,
        capabilities=sorted(str(capability) for capability in capabilities),
    )


@router.get("/units", response=list[UnitOut], summary="Units in one's region")
@paginate
def units(request: HttpRequest, q: str = "") -> ScopedQuerySet[Unit]:
    return Unit.objects.visible_to(request.user).filter(name__icontains=q).select_related("region")


@router.get("/units/{number}", response=UnitOut, summary="One unit")
def unit(request: HttpRequest, number: int) -> Unit:
    return get_visible_or_404(Unit.objects.select_related("region"), request.user, pk=number)
