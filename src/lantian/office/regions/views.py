"""The region register and the page of one region."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame import panels
from lantian.office.frame.views import page
from lantian.office.people.actions import history_of
from lantian.office.people.scope import ScopedQuerySet, get_visible_or_404, region_root
from lantian.office.regions.models import Level, Region

FOUND = 60


@login_required
def region_list(request: HttpRequest) -> HttpResponse:
    """The tree down to the counties; townships are found by search and on the page of their county."""
    asked = request.GET.get("q", "").strip()
    visible = Region.objects.visible_to(request.user)
    context = {"title": _("Regions"), "q": asked, "total": visible.count()}
    if asked:
        found = search(visible, asked).select_related("parent")
        context |= {"found": found[:FOUND], "more": max(0, found.count() - FOUND)}
    else:
        context["roots"] = tree(visible)
    if request.htmx:
        return render(request, "regions/tree.html", context)
    return page(request, "regions/list.html", context)


def search(visible: ScopedQuerySet, asked: str) -> ScopedQuerySet:
    """Regions whose code begins with the words or whose name in either language holds them."""
    return visible.filter(
        Q(code__startswith=asked)
        | Q(name__icontains=asked)
        | Q(name_en__icontains=asked)
        | Q(short__icontains=asked)
        | Q(short_en__icontains=asked)
    )


def tree(visible: ScopedQuerySet) -> list[Region]:
    """The visible regions above township as a tree: each carries `below`; returned are the topmost."""
    rows = list(visible.exclude(level=Level.TOWNSHIP).annotate(units_count=Count("units")).order_by("path"))
    by_id = {row.pk: row for row in rows}
    roots = []
    for row in rows:
        row.below = []
        over = by_id.get(row.parent_id)
        (over.below if over else roots).append(row)
    return roots or list(visible.order_by("path")[:FOUND])


@login_required
def region_page(request: HttpRequest, code: str) -> HttpResponse:
    """One region: where it lies, what is under it, and the panels of the other apps."""
    region = get_visible_or_404(Region.objects.select_related("parent"), request.user, code=code)
    below = list(region.children.order_by("code"))
    placed = panels.placed("region", region.code, request.GET.urlencode())
    drawn = any(entry.panel.name == "map" for entry in placed)  # with figures on it; one map is enough
    return page(
        request,
        "regions/page.html",
        {
            "title": region.label,
            "region": region,
            "crumbs": crumbs(request, region),
            "below": below,
            "map_regions": []
            if drawn
            else [child for child in below if child.tile_col is not None or child.geometry],
            "panels": placed,
        },
    )


@login_required
def region_history(request: HttpRequest, code: str) -> HttpResponse:
    """What was done to a region's entry, by whom and why."""
    region = get_visible_or_404(Region, request.user, code=code)
    actions = Paginator(history_of(region, request.user), 50).get_page(request.GET.get("page"))
    return page(
        request,
        "frame/history.html",
        {
            "title": _("History"),
            "crumbs": [*crumbs(request, region), (region.label, reverse("regions:page", args=[code]))],
            "actions": actions,
        },
    )


def crumbs(request: HttpRequest, region: Region) -> list[tuple[str, str]]:
    """The way down to a region; regions above one's own are named but not linked."""
    root = region_root(request.user)
    return [
        (_("Regions"), reverse("regions:list")),
        *(
            (
                over.label,
                reverse("regions:page", args=[over.code])
                if root is not None and over.path.startswith(root)
                else "",
            )
            for over in region.ancestors()
        ),
    ]
