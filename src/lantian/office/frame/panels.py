"""Panels: how an app puts its figures on the board and on the page of a region.

An app registers a panel in its `AppConfig.ready`:

    from lantian.office.frame import panels
    panels.register("ranking", "monitoring:panel-ranking", order=20, title=_("Ranking"))

and answers its address, which takes the code of the region the panel is about:

    path("regions/<str:code>/panels/ranking/", views.ranking, name="panel-ranking")

    @login_required
    def ranking(request, code):
        region = panels.region_of(request, code)   # 404 outside the scope of the signed-in person
        return render(request, "monitoring/panels/ranking.html", {"region": region, ...})

The template is a fragment (no `extends`): the frame draws the card and its title, htmx loads the fragment
when the card comes into view, and charts in it are started by `charts.js`. The query of the page
(`?period=2019-06`) is handed on to every panel. The board (`/board/?region=141000`) is the same set of panels
for the region a person answers for, without those registered with `pages=("region",)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

PAGES = ("board", "region")
WIDTHS = ("full", "two-thirds", "half", "third")


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its name, address, place and title (lazy, so that it follows the language)."""

    name: str
    url_name: str
    order: int
    title: Any
    pages: tuple[str, ...]
    width: str
    height: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel on the page of one region."""

    panel: Panel
    url: str


_panels: dict[str, Panel] = {}


def register(
    name: str,
    url_name: str,
    order: int,
    title: Any,
    *,
    pages: Iterable[str] = PAGES,
    width: str = "half",
    height: int = 200,
) -> None:
    """Add a panel.

    Parameters
    ----------
    name
        short, unique, `[a-z-]`; registering it again replaces it
    url_name
        name of a URL whose one argument is `code`
    order
        panels stand in this order; 5 what waits, 8 air so far, 10 targets, 13 tasks, 14 findings,
        consequences and scores, 20 map and ranking, 30 series, 45 changes
    title
        lazy translation
    pages
        `board`, `region` or both
    width
        `full`, `two-thirds`, `half` or `third` of the page on a wide screen; all are full on a phone
    height
        [px] kept free while the panel loads, so that the page does not jump
    """
    if width not in WIDTHS or not set(pages) <= set(PAGES):
        raise ValueError(f"panel {name}: width is one of {WIDTHS}, pages of {PAGES}")
    _panels[name] = Panel(name, url_name, order, title, tuple(pages), width, height)


def placed(page: str, code: str, query: str = "") -> list[Placed]:
    """The panels of a page for the region `code`, in order, with their addresses."""
    return [
        Placed(panel, reverse(panel.url_name, args=[code]) + (f"?{query}" if query else ""))
        for panel in sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))
        if page in panel.pages
    ]


def region_of(request: HttpRequest, code: str) -> Any:
    """The region a panel is about, or 404 when the signed-in person may not see it."""
    from lantian.office.people.scope import get_visible_or_404
    from lantian.office.regions.models import Region

    return get_visible_or_404(Region, request.user, code=code)
