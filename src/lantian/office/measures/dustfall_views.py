"""Pages of dustfall: ranking with notice and campaigns, one unit month by month, export, template."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.ambient import Period
from lantian.ambient.measures import CityDustfall, Dustfall, UnitDustfall
from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.measures import charts, figures, periods, rules, words
from lantian.office.measures.asking import (
    dustfall_crumb,
    latest_uploads,
    region_asked,
    regions_to_choose,
    unverified,
)
from lantian.office.measures.dustfall_rows import (
    UNIT,
    Row,
    city_rows,
    proposals,
    statements,
    unit_rows,
    without_value,
)
from lantian.office.measures.forms import DustfallTable
from lantian.office.measures.models import Upload
from lantian.office.measures.register import Register, key_of
from lantian.office.measures.workbooks import Page, workbook
from lantian.office.people.rules import Capability, require
from lantian.office.regions.models import Level, Region, in_english

HEAD = ("城市", "县区", "月份", "降尘量(t/(km²·30d))", "有效性", "备注")
HEAD_EN = ("city", "county", "month", "dustfall (t/(km²·30d))", "validity", "remark")


@login_required
def dustfall(request: HttpRequest) -> HttpResponse:
    """Units and cities of a month or period, ranked, with the notice's sentence and the campaigns."""
    register = Register()
    asked = region_asked(request)
    held = periods.span(figures.DUSTFALL)
    period, problem = periods.asked(request, held)
    context: dict[str, Any] = {
        "title": _("Dustfall"),
        "upload": DustfallTable() if rules.may_upload(request.user) else None,
        "uploads": latest_uploads(request.user, Upload.Kind.DUSTFALL),
        "problem": problem,
    }
    if asked is None or period is None:
        return page(request, "measures/dustfall.html", context)
    found, problem = _answer(asked, period, register, held)
    rows = unit_rows(found, register, request.user)
    ranked = [row for row in rows if row.value is not None]
    cities = _cities(request, asked, found, register)
    context |= {
        "region": asked,
        "among": rules.ranked_in(asked),
        "regions": _to_choose(request),
        "period": found.period,
        "period_label": periods.label(found.period),
        "period_groups": periods.groups(held),
        "custom": found.period.label
        not in {value for group in periods.groups(held) for value, _label in group.choices},
        "problem": context["problem"] or problem,
        "rows": ranked,
        "unranked": [row for row in rows if row.value is None],
        "cities": cities,
        "cities_reported": any(row.reported is not None for row in cities),
        "statements": statements(found, register),
        "chart": charts.ranking(rows, _("Dustfall of each unit")) if len(ranked) > 1 else None,
        "proposals": proposals(figures.dustfall_campaigns(found), register, request.user, found.period),
        "unit": UNIT,
        "unverified": unverified(found.rules),
        "data_version": found.data_version,
        "context_rows": any(not row.own for row in ranked),
    }
    return page(request, "measures/dustfall.html", context)


def _answer(
    asked: Region, period: Period, register: Register, held: tuple[date, date] | None
) -> tuple[Dustfall, str]:
    """Dustfall of a period; of the last month, with a word, when the period is not whole months."""
    among = rules.ranked_in(asked)
    try:
        return figures.dustfall_of(among, period, register), ""
    except LantianError:
        last = held[1] if held else period.last
        month = Period.month(last.year, last.month)
        return figures.dustfall_of(among, month, register), _("Dustfall is known by whole months.")


def _to_choose(request: HttpRequest) -> list[Region]:
    found = regions_to_choose(request.user)
    return found or regions_to_choose(request.user, Level.COUNTY, Level.ZONE)


def _cities(request: HttpRequest, asked: Region, found: Dustfall, register: Register) -> list[Row]:
    """The ranking of cities: those of a province, and for a city the printed rows of its peers."""
    if asked.level == Level.CITY and asked.parent is not None and asked.parent.level == Level.PROVINCE:
        found = figures.dustfall_of(asked.parent, found.period, register)
    elif asked.level != Level.PROVINCE:
        return []
    return city_rows(found.cities, register, request.user, found.period) if len(found.cities) > 1 else []


@login_required
def dustfall_unit(request: HttpRequest, code: str) -> HttpResponse:
    """One county or city: its months, and how its figure of the period came about."""
    region = region_asked(request, code)
    register = Register()
    if region is None or region.code not in register.by_code:
        raise Http404
    held = periods.span(figures.DUSTFALL)
    period, problem = periods.asked(request, held)
    context: dict[str, Any] = {
        "title": region.label,
        "region": region,
        "crumbs": [dustfall_crumb()],
        "problem": problem,
        "unit": UNIT,
    }
    if period is None:
        return page(request, "measures/dustfall_unit.html", context)
    found, problem = _answer(region, period, register, held)
    key = key_of(region)
    subject: UnitDustfall | CityDustfall | None = next((one for one in found.units if one.place == key), None)
    members: list[UnitDustfall] = []
    if subject is None:
        subject = next((one for one in found.cities if one.city == key), None)
        members = [one for one in found.units if one.city == key]
    months = figures.months_of(key, region, found.period.last)
    inside = [month for month in months if found.period.first <= month.first <= found.period.last]
    context |= {
        "period": found.period,
        "period_label": periods.label(found.period),
        "period_groups": periods.groups(held),
        "problem": context["problem"] or problem,
        "subject": subject,
        "of": sum(one.rank is not None for one in (found.cities if members else found.units)),
        "why": ""
        if not isinstance(subject, UnitDustfall) or subject.value is not None
        else without_value(subject),
        "verdict": words.said(words.VERDICTS, subject.verdict) if subject else "",
        "marks": words.why(subject.marks) if isinstance(subject, UnitDustfall) else "",
        "formula": _formula(subject, members, inside),
        "months": [
            (month, words.said(words.VALIDITY, month.validity), words.why(month.why), month in inside)
            for month in reversed(months)
        ],
        "members": [(register.find(one.place), one, found.period) for one in members],
        "chart": charts.months(months, _("Months of %(region)s") % {"region": region.label})
        if months
        else None,
        "rules": [rule for rule in found.rules if "limits" not in rule.path or _concerns(rule.path, key)],
        "data_version": found.data_version,
    }
    return page(request, "measures/dustfall_unit.html", context)


def _concerns(path: str, key: str) -> bool:
    name = path.rsplit(".", 1)[-1]
    return name == "default" or name in key.split("/")


def _formula(
    subject: UnitDustfall | CityDustfall | None, members: list[UnitDustfall], months: list[figures.Month]
) -> str:
    """The mean as it is computed: `(6.1 + 5.4) / 2 = 5.75 → 5.8`."""
    if subject is None or subject.exact is None:
        return ""
    parts: list[Fraction] = (
        [one.exact for one in members if one.exact is not None]
        if members
        else [month.exact for month in months if month.exact is not None and month.validity == "valid"]
    )
    if len(parts) == 1:
        return f"{_shown(subject.exact)} → {subject.value}"
    terms = [_shown(part) for part in parts]
    if len(terms) > 6:
        terms = [*terms[:3], "…", terms[-1]]
    return f"({' + '.join(terms)}) / {len(parts)} = {_shown(subject.exact)} → {subject.value}"


def _shown(exact: Fraction) -> str:
    """A fraction as a decimal, with … where it does not end."""
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return text if Fraction(Decimal(text)) == exact else f"{number:.6f}…"


@login_required
def dustfall_export(request: HttpRequest) -> HttpResponse:
    """The ranking as an Excel workbook: units, cities, those apart; the notice above."""
    register = Register()
    asked = region_asked(request)
    held = periods.span(figures.DUSTFALL)
    period, _problem = periods.asked(request, held)
    if asked is None or period is None:
        return redirect("measures:dustfall")  # which says why there is nothing
    found, _problem = _answer(asked, period, register, held)
    rows = unit_rows(found, register, request.user)
    cities = _cities(request, asked, found, register)
    head = (
        _("Rank"),
        pgettext("a place", "City"),
        pgettext("a place", "County"),
        f"{_('Dustfall')} {UNIT}",
        _("Limit"),
        _("Against the limit"),
        _("Year before"),
        _("Change %"),
        _("Rank of change"),
        _("Months used"),
        _("Note"),
    )
    title = _("Dustfall, %(region)s, %(period)s") % {
        "region": rules.ranked_in(asked).label,
        "period": periods.label(found.period),
    }
    notes = [
        title,
        *statements(found, register),
        _("Data version %(number)d") % {"number": found.data_version},
    ]
    notes += [
        _("Not yet checked against the document: %(rule)s")
        % {"rule": rule.in_language(request.LANGUAGE_CODE).citation}
        for rule in unverified(found.rules)
    ]
    pages = [Page(_("Counties"), head, [_cells(row, row.label) for row in rows], notes)]
    if cities:
        pages.append(Page(_("Cities"), head, [_cells(row, "") for row in cities], [title]))
    return workbook(f"dustfall-{asked.code}-{found.period.label}", pages)


def _cells(row: Row, unit: str) -> tuple[str | int | Decimal | None, ...]:
    city = row.city if unit else row.label
    verdict = row.verdict_words if row.verdict else row.why
    return (
        row.rank, city, unit, row.value, row.limit, verdict, row.last_year, row.change, row.change_rank,
        row.months, row.note,
    )  # fmt: skip


@require(Capability.LOAD_DATA)
def dustfall_template(request: HttpRequest) -> HttpResponse:
    """An empty table of the month to come with every county one may fill in."""
    user_regions = Region.objects.visible_to(request.user)
    counties = (
        user_regions.filter(level__in=(Level.COUNTY, Level.ZONE)).select_related("parent").order_by("path")
    )
    held = periods.span(figures.DUSTFALL)
    # The month after the last one held: a row left empty says "not measured" and must not undo a value.
    month = f"{Period.month(held[1].year, held[1].month).last + timedelta(days=1):%Y-%m}" if held else ""
    rows = [
        (region.parent.name if region.parent else "", region.name, month, None, "", "") for region in counties
    ]
    return workbook(
        "dustfall-template", [Page(pgettext("a sheet", "Dustfall"), HEAD_EN if in_english() else HEAD, rows)]
    )


def panel_link(region: Region) -> str:
    """The page of dustfall for a region."""
    return f"{reverse('measures:dustfall')}?region={region.code}"
