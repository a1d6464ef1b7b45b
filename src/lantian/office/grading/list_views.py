"""Pages of grades: who holds which, counts by region and industry, indicators of an industry, the panel."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings.workbook import workbook
from lantian.office.frame import clock, panels
from lantian.office.frame.views import page
from lantian.office.grading import holding, rules, steps, words
from lantian.office.grading.definition import all_grades, covered, definition, scale_on
from lantian.office.grading.models import Application, Downgrade, Held, industry_label
from lantian.office.grading.states import is_at_least
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.monitoring.kernel import rulebook
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

PER_PAGE = 40
MOST_EXPORTED = 20_000
MOST_NAMES = 300


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The pages of this app: label, address, whether it is this one."""
    pages = (
        ("list", _("Graded enterprises")),
        ("counts", _("Counts")),
        ("applications", _("Applications")),
        ("downgrades", _("Downgrades")),
        ("indicators", _("Grading indicators")),
    )
    return [(label, reverse(f"grading:{name}"), name == here) for name, label in pages]


def choices(user: Any) -> dict[str, Any]:
    """What the filters of these pages offer."""
    levels = ("province", "city", "county", "zone")
    regions = Region.objects.visible_to(user).filter(level__in=levels).defer("geometry").order_by("path")
    industries = [(code, industry_label(code)) for code in covered(rulebook(), clock.today())]
    return {"regions": regions, "industries": industries}


def choice_of(request: HttpRequest, rows: Any, name: str, *shown: str) -> dict[str, Any]:
    """Rows to choose from, at most 300: `?find=` narrows them, and the page says when there are more.

    `name` leads to the enterprise's name, `shown` are the columns a choice is made of, its key first.
    """
    asked = request.GET.get("find", "").strip()[:100]
    if asked:
        rows = rows.filter(**{f"{name}__contains": asked})
    found = list(rows.order_by(name, "pk").values_list(*shown)[: MOST_NAMES + 1])
    return {"choices": found[:MOST_NAMES], "more": len(found) > MOST_NAMES, "find": asked}


def enterprises_of(request: HttpRequest) -> dict[str, Any]:
    """Enterprises to choose from."""
    graded = covered(rulebook(), clock.today())
    rows = Enterprise.objects.visible_to(request.user).filter(withdrawn=False, industry__in=graded)
    return choice_of(request, rows, "name", "pk", "name")


def _shown(found: Any, on: date) -> list[dict[str, Any]]:
    rows = []
    for held in found:
        code, unmatched, verified = rules.counts_as(held.grade, held.scale, on)
        rows.append(
            {
                "held": held,
                "label": words.grade_label(code),
                "old": held.scale != scale_on(rulebook(), on).code,
                "unmatched": unmatched,
                "verified": verified,
                "soon": (held.valid_to - on).days <= 60,
                "kind": "good" if all_grades(rulebook())[code].rank <= 1 else "bad" if code == "D" else "",
            }
        )
    return rows


@login_required
def grades(request: HttpRequest) -> HttpResponse:
    """Enterprises and their grades on a day."""
    wish = rules.wish_of(request.GET)
    pages = Paginator(rules.grades_seen(request.user, wish), PER_PAGE).get_page(request.GET.get("page"))
    number = rules.counts(request.user, wish)
    context = {
        "title": _("Performance grades"),
        "subtitle": _("The lowest indicator decides"),
        "tabs": tabs("list"),
        "pages": pages,
        "rows": _shown(pages.object_list, wish.day),
        "wish": wish,
        "number": number,
        "tiles": [
            (grade.code, grade.label(words.language()), count)
            for grade, count in zip(number.grades, number.of_all, strict=True)
        ],
        "today": clock.today(),
        "may_enter": _may_enter(request.user),
        **choices(request.user),
    }
    return page(request, "grading/list.html", context)


@login_required
def grades_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list, and the counts, as an Excel workbook."""
    wish = rules.wish_of(request.GET)
    heads = (
        _("Enterprise"), _("Unified social credit code"), _("Region"), _("Industry"), _("Performance grade"),
        _("Counts as"), _("Grade valid from"), _("Grade valid until"), _("Document of the decision"),
    )  # fmt: skip
    rows = [
        (
            one["held"].enterprise.name, one["held"].enterprise.credit_code,
            one["held"].enterprise.region.label, one["held"].industry_label, one["held"].label, one["label"],
            one["held"].valid_from, one["held"].valid_to, one["held"].document,
        )
        for one in _shown(rules.grades_seen(request.user, wish)[:MOST_EXPORTED], wish.day)
    ]  # fmt: skip
    number = rules.counts(request.user, wish)
    names = [grade.label(words.language()) for grade in number.grades]
    tables = [
        (title, (head, *names, _("Total")), [(row.label, *row.numbers, row.total) for row in found])
        for title, head, found in (
            (_("By region"), _("Region"), number.by_region),
            (_("By industry"), _("Industry"), number.by_industry),
        )
    ]
    return workbook("grades", [(_("Performance grades"), heads, rows), *tables])


@login_required
def counts_page(request: HttpRequest) -> HttpResponse:
    """创A升B退D: counts by region and industry on a day, and what moved since the year began."""
    wish = rules.wish_of(request.GET)
    seen = rules.asked_for(Held.objects.visible_to(request.user), request.user, wish)
    first = wish.day.replace(month=1, day=1)
    found = rules.moved(seen, first, wish.day)
    names = Enterprise.objects.in_bulk([key for key, _before, _after in found])
    number = rules.counts(request.user, wish)
    moves = [
        (names[key], words.grade_label(before.code), words.grade_label(after.code), after.rank < before.rank)
        for key, before, after in found
    ]
    context = {
        "title": _("Counts of grades"),
        "crumbs": [(_("Performance grades"), reverse("grading:list"))],
        "tabs": tabs("counts"),
        "wish": wish,
        "number": number,
        "names": [grade.label(words.language()) for grade in number.grades],
        "moves": moves,
        "raised": sum(1 for *_rest, up in moves if up),
        "lowered": sum(1 for *_rest, up in moves if not up),
        "first": first,
        **choices(request.user),
    }
    return page(request, "grading/counts.html", context)


@login_required
def indicators_page(request: HttpRequest) -> HttpResponse:
    """What an industry is graded by on a day, with the rule of each indicator."""
    wish = rules.wish_of(request.GET)
    industry = wish.industry or "coking"
    region = Region.objects.visible_to(request.user).filter(code=wish.region).first() if wish.region else None
    region = region or request.user.region
    codes = region.path.rstrip("/").split("/") if region is not None else []
    trouble, found = "", None
    try:
        found = definition(rulebook(), industry, codes, wish.day)
    except LantianError as error:
        trouble = error.line
    grades = [grade for grade in found.grades if not (grade.floor or grade.picked)] if found else []
    context = {
        "title": _("Grading indicators"),
        "crumbs": [(_("Performance grades"), reverse("grading:list"))],
        "tabs": tabs("indicators"),
        "wish": wish,
        "industry": industry,
        "industry_label": industry_label(industry),
        "trouble": trouble,
        "own": found.own if found else True,
        "columns": [grade.label(words.language()) for grade in grades],
        "rows": [
            {
                "indicator": one,
                "dimension": words.DIMENSION_LABELS[one.dimension],
                "title": one.title(words.language()),
                "asked": [
                    (words.name_of(grade), words.asked_label(one, one.asked(grade))) for grade in grades
                ],
                "source": source_of(one),
            }
            for one in (found.indicators if found else ())
        ],
        "unverified": sum(1 for one in found.indicators if not one.verified) if found else 0,
        **choices(request.user),
    }
    return page(request, "grading/indicators.html", context)


def source_of(indicator: Any) -> str:
    """Document, clause and note of an indicator's rule, in one line."""
    tongue = "en" if words.language().startswith("en") else "zh"
    note = indicator.note[tongue]
    return f"{indicator.document[tongue]} {indicator.clause[tongue]}" + (f" · {note}" if note else "")


@require(Capability.DECIDE_CONSEQUENCE)
def given(request: HttpRequest) -> HttpResponse:
    """Enter a grade that was published before or elsewhere."""
    wrong = ""
    if request.method == "POST":
        asked = request.POST
        enterprise = get_visible_or_404(
            Enterprise.objects.select_related("region").filter(withdrawn=False), request.user,
            pk=asked.get("enterprise") or 0,
        )  # fmt: skip
        first, last = rules.day_of(asked.get("valid_from")), rules.day_of(asked.get("valid_to"))
        try:
            if first is None:
                raise LantianError(_("the first day is missing or no day"), remedy=_("Correct the days."))
            held = holding.record_given(
                request, enterprise, industry=asked.get("industry") or enterprise.industry,
                grade=asked.get("grade", ""), first=first, last=last or steps.valid_until(first),
                document=asked.get("document", ""),
            )  # fmt: skip
        except LantianError as error:
            wrong = error.line
        else:
            messages.success(request, _("Entered: %(grade)s.") % {"grade": held})
            return redirect("grading:list")
    context = {
        "title": _("Enter a grade"),
        "crumbs": [(_("Performance grades"), reverse("grading:list"))],
        **enterprises_of(request),
        "grades": [(code, grade.label(words.language())) for code, grade in all_grades(rulebook()).items()],
        "wrong": wrong,
        "wrote": request.POST,
        "today": clock.today(),
        **choices(request.user),
    }
    return page(request, "grading/given.html", context, 422 if wrong else 200)


@login_required
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's grades: counts, what waits."""
    region = panels.region_of(request, code)
    wish = rules.Wish(region=region.code)
    inside = {"region": region.code}
    context = {
        "region": region,
        "number": rules.counts(request.user, wish),
        "applications": rules.state_counts(_plain(rules.applications_of(request.user, inside))),
        "downgrades": Downgrade.objects.visible_to(request.user)
        .filter(held__enterprise__region__path__startswith=region.path, state="proposed")
        .count(),
    }
    return render(request, "grading/panel.html", context)


def _plain(found: Any) -> Any:
    return Application.objects.filter(pk__in=found.values("pk"))


def _may_enter(user: Any) -> bool:
    return can(user, Capability.DECIDE_CONSEQUENCE) and is_at_least(user, "city")
