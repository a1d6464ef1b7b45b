"""The evaluation page of a region; its sections are loaded one by one as they come into view."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame.views import own_region, page
from lantian.office.monitoring import kernel, series, words
from lantian.office.monitoring.requests import regime_for
from lantian.office.people.scope import get_visible_or_404
from lantian.office.rankings import periods
from lantian.office.rankings.evaluation import Subject
from lantian.office.rankings.evaluation_sections import SECTIONS, Asked
from lantian.office.regions.models import Region
from lantian.office.regions.views import crumbs

GRADES, VARIANTS = (2, 1), ("full", "bulletin")


@login_required
def own_evaluation(request: HttpRequest) -> HttpResponse:
    """The evaluation of the region a person answers for."""
    region = own_region(request)
    if region is None:
        context = {"title": _("Evaluation")}
        return page(request, "rankings/no_region.html", context)
    return redirect("rankings:evaluation", region.code)


@login_required
def evaluation_page(request: HttpRequest, code: str) -> HttpResponse:
    """Attainment, comparison, standards side by side, load shares, what-if, trend, three-year mean."""
    region = _region(request, code)
    other = request.GET.get("go", "")
    if other and other != code:
        query = request.GET.copy()
        del query["go"]
        return redirect(f"{reverse('rankings:evaluation', args=[other])}?{query.urlencode()}")
    asked = _asked(request, region)
    context: dict[str, Any] = {
        "title": _("Evaluation of %(region)s") % {"region": region.label},
        "region": region,
        "crumbs": [*crumbs(request, region), (region.label, reverse("regions:page", args=[code]))],
        "below": _to_choose(request, region),
    }
    if asked is None:
        return page(request, "rankings/evaluation.html", context)
    groups = periods.groups()
    period = asked.subject.period
    context |= _head(asked) | {
        "subtitle": periods.label(period),
        "problem": asked.problem,
        "period_groups": groups,
        "custom": period.label not in {c.value for group in groups for c in group.choices},
        "regimes": [(name, words.regime(name)) for name in ("by-date", *kernel.regimes())],
        "grades": [(grade, _("grade %(number)d") % {"number": grade}) for grade in GRADES],
        "variants": [("full", _("mean and percentile")), ("bulletin", _("as bulletins do"))],
        "sections": _sections(region),
        "query": request.GET.urlencode(),
    }
    return page(request, "rankings/evaluation.html", context)


def _sections(region: Region) -> list[tuple[str, str, str]]:
    """Name, title and address of each section; a province has no air of its own."""
    titles = [("attainment", _("Attainment"))]
    if region.level != "province":
        titles += [
            ("change", _("Against the year before, under one standard")),
            ("regimes", _("Under each standard: what if")),
            ("shares", _("Which pollutant costs most")),
            ("what-if", _("What if a pollutant falls")),
            ("trend", _("Trend")),
            ("years", _("Three-year mean")),
        ]
    return [
        (name, title, reverse("rankings:evaluation-section", args=[region.code, name]))
        for name, title in titles
    ]


@login_required
def section(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One section as a fragment."""
    region = _region(request, code)
    asked = _asked(request, region)
    make = SECTIONS.get(name)
    if make is None or (region.level == "province" and name != "attainment"):
        raise Http404(_("There is nothing at this address."))
    if asked is None:
        return render(request, "rankings/parts/empty.html", {"region": region})
    made = make(request, asked)
    if made is None:
        return render(request, "rankings/parts/empty.html", {"region": region})
    template, context = made
    return render(request, f"rankings/parts/{template}.html", _head(asked) | context)


def _region(request: HttpRequest, code: str) -> Region:
    return get_visible_or_404(Region.objects.select_related("parent"), request.user, code=code)


def _to_choose(request: HttpRequest, region: Region) -> list[Region]:
    """The regions beside and below that one may go to."""
    visible = Region.objects.visible_to(request.user).exclude(level="township").filter(valid_to__isnull=True)
    near = visible.filter(parent=region) | visible.filter(pk=region.pk)
    if region.parent_id:
        near = near | visible.filter(parent_id=region.parent_id) | visible.filter(pk=region.parent_id)
    return list(near.order_by("path"))


def _asked(request: HttpRequest, region: Region) -> Asked | None:
    period, problem = periods.asked_period(request, series.year_to_date())
    if period is None:
        return None
    grade, variant = request.GET.get("grade", ""), request.GET.get("variant", "")
    subject = Subject(region, period, regime_for(request, period))
    return Asked(subject, 1 if grade == "1" else 2, variant if variant in VARIANTS else "full", problem)


def _head(asked: Asked) -> dict[str, Any]:
    return {
        "asked": asked,
        "region": asked.subject.region,
        "period": asked.subject.period,
        "period_words": periods.label(asked.subject.period),
        "regime": asked.subject.regime,
        "regime_words": words.regime(asked.subject.regime),
    }
