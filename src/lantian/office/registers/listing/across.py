"""All registers at once: what is late, a search, the panel on the board and on a region's page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from lantian.office.frame import clock, panels
from lantian.office.frame.views import page
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region
from lantian.office.registers.declaring.base import ledgers
from lantian.office.registers.declaring.reading import text_of
from lantian.office.registers.listing.form import regions_for
from lantian.office.registers.listing.together import late_records, numbers
from lantian.office.registers.listing.together import search as find

PER_PAGE, IN_PANEL, LONGEST = 50, 6, 100


class _LatePages(Paginator):
    """The pages of what is late: counted beforehand, each asked alone."""

    def __init__(self, person: Any, region: Region | None, only: str, number: int) -> None:
        self.person, self.region, self.only, self.number = person, region, only, number
        super().__init__([], PER_PAGE)

    @cached_property
    def count(self) -> int:
        return self.number

    def page(self, number: Any) -> Any:
        found = super().page(number)
        found.object_list = late_records(
            self.person, self.region, first=(found.number - 1) * PER_PAGE, most=PER_PAGE, only=self.only
        )
        return found


@login_required
def late(request: HttpRequest) -> HttpResponse:
    """Every record past its day, of all registers, the longest overdue first; of one region if asked."""
    code, only = request.GET.get("region", ""), request.GET.get("register", "")
    seen = Region.objects.defer("geometry")
    region = get_visible_or_404(seen, request.user, code=code) if code else None
    counted = numbers(request.user, region)
    having = [
        (one, counted[one.code].late) for one in ledgers() if one.code in counted and counted[one.code].late
    ]
    only = only if any(one.code == only for one, _n in having) else ""
    number = sum(n for one, n in having if only in ("", one.code))
    today = clock.today()
    pages = _LatePages(request.user, region, only, number).get_page(request.GET.get("page"))
    here = f"region={region.code}&" if region else ""
    context = {
        "title": _("Overdue records"),
        "subtitle": region.label if region else _("All registers, the longest overdue first"),
        "crumbs": [(_("Registers"), reverse("registers:list"))],
        "region": region,
        "regions": regions_for(request.user),
        "having": having,
        "all": sum(n for _one, n in having),
        "only": only,
        "pages": pages,
        "rows": [(row, (today - row.due).days) for row in pages.object_list],
        "elsewhere": [
            (_("Problems past their time limit"), f"{reverse('findings:list')}?{here}late=1"),
            (_("Tasks overdue"), f"{reverse('plans:tasks')}?{here}due=overdue"),
        ],
    }
    return page(request, "registers/late.html", context)


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Every register at once, by name, code, former name or enterprise."""
    q = text_of(request.GET.get("q", ""))[:LONGEST]
    hits = find(request.user, q)
    context = {
        "title": _("Search all registers"),
        "crumbs": [(_("Registers"), reverse("registers:list"))],
        "q": q,
        "hits": hits,
        "number": sum(one.number for one in hits),
    }
    return page(request, "registers/search.html", context)


@login_required
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's registers on the board: what is late, what is incomplete, the longest overdue."""
    region = panels.region_of(request, code)
    counted = numbers(request.user, region)
    today = clock.today()
    context = {
        "region": region,
        "late": sum(one.late for one in counted.values()),
        "incomplete": sum(one.incomplete for one in counted.values()),
        "all": sum(one.all for one in counted.values()),
    }
    context["rows"] = [
        (row, (today - row.due).days)
        for row in (late_records(request.user, region, most=IN_PANEL) if context["late"] else [])
    ]
    return render(request, "registers/panel.html", context)
