"""The records of a register on a map: counts by region, and each at its place."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantian.office.frame.tiles import Tile
from lantian.office.frame.views import own_region, page
from lantian.office.regions.models import Level, Region
from lantian.office.registers import rules
from lantian.office.registers.listing.asking import Asked, ask
from lantian.office.registers.listing.form import form_of
from lantian.office.registers.listing.points import draw
from lantian.office.registers.listing.record_views import crumbs
from lantian.office.registers.listing.views import chips_of, ledger_or_404

SHADES = ("#dcebf7", "#b3d3ec", "#7fb2dc", "#4a8bc2", "#1a5c94")


@login_required
def on_map(request: HttpRequest, code: str) -> HttpResponse:
    """A tile map of how many lie in each region below, and the points; narrowed as the list is."""
    ledger = ledger_or_404(code)
    if not ledger.placed:
        raise Http404
    asked = ask(ledger, request.GET, request.user)
    region = asked.region or own_region(request)
    below = _below(region)
    counted = _counted(asked, below)
    values = {one.code: _tile(request, ledger.code, one, counted) for one in below}
    context = {
        "title": _("%(register)s on the map") % {"register": ledger.title},
        "subtitle": region.label if region else "",
        "crumbs": crumbs(ledger),
        "ledger": ledger,
        "asked": asked,
        "chips": chips_of(request, asked),
        "form": form_of(asked, dict(request.GET.lists()), request.user),
        "q": request.GET.get("q", ""),
        "unit": request.GET.get("unit", ""),
        "question": request.GET.urlencode(),
        "region": region,
        "above": _above(request, region),
        "below": below,
        "values": values,
        "rows": [(one, *counted.get(one.pk, (0, 0)), _list_of(request, ledger.code, one)) for one in below],
        "drawing": draw(asked, below or ([region] if region else [])),
        "box_rest": _rest(request, ("lon_from", "lon_to", "lat_from", "lat_to", "page")),
    }
    return page(request, "registers/map.html", context)


def _below(region: Region | None) -> list[Region]:
    """The regions a map is made of: one level down, townships apart."""
    if region is None:
        return []
    return list(region.children.exclude(level=Level.TOWNSHIP).order_by("code"))


def _counted(asked: Asked, below: list[Region]) -> dict[int, tuple[int, int]]:
    """Region below → how many records, how many of them late."""
    late = (
        Count("pk", filter=rules.late(asked.ledger)) if asked.ledger.due else Count("pk", filter=Q(pk=None))
    )
    found = asked.rows.order_by().values_list("region").annotate(n=Count("pk"), late=late)
    by_region = {pk: (n, behind) for pk, n, behind in found}
    paths = dict(Region.objects.filter(pk__in=by_region).values_list("pk", "path"))
    sums: dict[int, tuple[int, int]] = {}
    for one in below:
        inside = [by_region[pk] for pk, path in paths.items() if path.startswith(one.path)]
        sums[one.pk] = (sum(n for n, _late in inside), sum(late for _n, late in inside))
    return sums


def _tile(request: HttpRequest, code: str, region: Region, counted: dict[int, tuple[int, int]]) -> Tile:
    number, late = counted.get(region.pk, (0, 0))
    most = max((n for n, _late in counted.values()), default=0) or 1
    words = ngettext("%(n)s record", "%(n)s records", number) % {"n": number}
    if late:
        words += " · " + _("%(n)s past their day") % {"n": late}
    # A city opens its counties, a county its list.
    deeper = region.level in (Level.PROVINCE, Level.CITY)
    url = (
        f"?{_rest(request, ('region', 'page'))}region={region.code}"
        if deeper
        else _list_of(request, code, region)
    )
    shade = SHADES[min(len(SHADES) - 1, number * len(SHADES) // (most + 1))] if number else ""
    return Tile(str(number), shade, f"{region.label}: {words}", url)


def _list_of(request: HttpRequest, code: str, region: Region) -> str:
    address = reverse("registers:records", args=[code])
    return f"{address}?{_rest(request, ('region', 'page'))}region={region.code}"


def _rest(request: HttpRequest, without: tuple[str, ...]) -> str:
    """The question without some names, ready for more."""
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    text = query.urlencode()
    return f"{text}&" if text else ""


def _above(request: HttpRequest, region: Region | None) -> dict[str, Any] | None:
    """The way back up, where the person sees it."""
    own = own_region(request)
    if region is None or own is None or region.pk == own.pk or region.parent_id is None:
        return None
    return {
        "label": region.parent.label,
        "url": f"?{_rest(request, ('region', 'page'))}region={region.parent.code}",
    }
