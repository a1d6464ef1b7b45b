"""What the public sees: grades in force and on public notice; name, place, industry, grade, days."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.grading import rules, words
from lantian.office.grading.definition import all_grades
from lantian.office.grading.models import Application, Held, industry_label
from lantian.office.grading.states import ApplicationState
from lantian.office.ledgers.words import Industry
from lantian.office.monitoring.kernel import rulebook
from lantian.office.regions.models import Region

PER_PAGE = 50


def public_grades(request: HttpRequest) -> HttpResponse:
    """Grades in force today and grades on public notice; nothing else of an enterprise is public."""
    today = clock.today()
    wish = rules.wish_of(request.GET)
    cities = list(Region.objects.filter(level="city").defer("geometry").order_by("code"))
    city = next((one for one in cities if one.code == wish.region), None)
    held = Held.objects.filter(rules.in_force(today))
    notice = Application.objects.filter(
        state=ApplicationState.NOTICE, notice_from__lte=today, notice_to__gte=today,
        enterprise__withdrawn=False,
    )  # fmt: skip
    if city is not None:
        held = held.filter(enterprise__region__path__startswith=city.path)
        notice = notice.filter(enterprise__region__path__startswith=city.path)
    industries = sorted(set(held.order_by().values_list("industry", flat=True).distinct()))
    codes = set(held.order_by().values_list("grade", flat=True).distinct())
    if wish.industry:
        held = held.filter(industry=wish.industry)
    if wish.grade:
        held = held.filter(grade=wish.grade)
    if wish.q:
        held = held.filter(enterprise__name__contains=wish.q)
    ordered = (
        held.select_related("enterprise__region__parent")
        .defer("enterprise__region__geometry", "enterprise__region__parent__geometry")
        .order_by("enterprise__region__path", "enterprise__name", "pk")
    )
    grades = sorted(codes, key=lambda code: all_grades(rulebook())[code].rank)
    pages = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, *_counts(one)) for one in pages.object_list]
    context = {
        "title": _("Performance grades of enterprises"),
        "wish": wish,
        "cities": cities,
        "industries": [(code, industry_label(code)) for code in industries if code in Industry.values],
        "grades": [(code, words.grade_label(code)) for code in grades],
        "pages": pages,
        "rows": rows,
        "notice": [
            (one, words.grade_label(one.found))
            for one in notice.select_related("enterprise__region")
            .defer("definition", "answers", "checked", "enterprise__region__geometry")
            .order_by("notice_to", "pk")[:200]
        ],
        "today": today,
    }
    return render(request, "grading/public.html", context)


def _counts(held: Held) -> tuple[str, bool, bool]:
    """The label that counts today, whether it was given on an earlier scale, whether that is certain."""
    code, unmatched, verified = rules.counts_as(held.grade, held.scale, clock.today())
    return words.grade_label(code), unmatched, verified
