"""Pages: the frame around every signed-in page, the board, and what is shown when something goes wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantian.office.frame import panels
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.regions.models import Region


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What unfold's shell needs on a page of ours; the sidebar is for everyone signed in."""
    site = admin.site
    context: dict[str, Any] = site.each_context(request)
    if request.user.is_authenticated:
        context["sidebar_navigation"] = site.get_sidebar_list(request)
    # The sidebar is ours alone: no list of the admin's models beside it.
    context["available_apps"] = []
    context["is_nav_sidebar_enabled"] = True
    return context


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page in the frame. `template` extends `frame/page.html`; put `title` and `crumbs` in the context.

    `crumbs` is a list of (label, url); the page itself is not in it.
    """
    return render(request, template, {**page_context(request), **(context or {})}, status=status)


class PageMixin:
    """The frame for class-based views."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**page_context(self.request), **super().get_context_data(**kwargs)}


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The panels of every app for the region a person answers for, or one below it (`?region=`)."""
    code = request.GET.get("region", "")
    region = get_visible_or_404(Region, request.user, code=code) if code else own_region(request)
    query = request.GET.copy()
    query.pop("region", None)
    below = region.children.exclude(level="township") if region else Region.objects.none()
    return page(
        request,
        "frame/board.html",
        {
            "title": _("Board"),
            "region": region,
            "above": region.parent
            if region and region.parent and region.parent.path.startswith(region_root(request.user) or "")
            else None,
            "below": below,
            "panels": panels.placed("board", region.code, query.urlencode()) if region else [],
        },
    )


def own_region(request: HttpRequest) -> Region | None:
    """The region a person answers for; for a superuser without one, the highest there is."""
    if request.user.region is not None and region_root(request.user) is not None:
        return request.user.region
    return Region.objects.visible_to(request.user).order_by("path").first()


def _wrong(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": text}, status=status)
    context = {"title": title, "text": text, "status": status}
    if getattr(request, "htmx", None) and request.htmx:
        return render(request, "frame/wrong_fragment.html", context, status=status)
    return render(request, "frame/wrong.html", context, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: in one's scope, but not in one's role."""
    return _wrong(
        request, 403, _("Not yours to do"), _("Your role does not allow this. Ask an administrator.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent, or out of scope; the page does not tell which."""
    if isinstance(exception, Http404) and request.path.startswith("/api/"):
        return JsonResponse({"detail": "Not Found"}, status=404)
    return _wrong(request, 404, _("Nothing here"), _("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; says so without a traceback, and under which number it is in the log."""
    from lantian.office.frame.middleware import request_id

    text = _("Something went wrong on our side. It is in the log under the number %(number)s.")
    return _wrong(request, 500, _("Our mistake"), text % {"number": request_id.get() or "?"})
