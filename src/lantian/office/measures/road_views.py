"""Pages of road dust: dirtiest and cleanest roads, counties, limits, campaigns, published lists."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.ambient import Period
from lantian.ambient.measures import Road, RoadDust, Trigger
from lantian.office.frame.views import page
from lantian.office.measures import charts, figures, periods, rules, words
from lantian.office.measures.asking import latest_uploads, region_asked, regions_to_choose, unverified
from lantian.office.measures.dustfall_rows import Proposal, Reason, grouped
from lantian.office.measures.forms import RoadTable
from lantian.office.measures.models import Upload
from lantian.office.measures.register import Register, sees
from lantian.office.measures.workbooks import Page, workbook
from lantian.office.people.rules import Capability, require
from lantian.office.regions.models import Level, Region, in_english

METHODS = ("weighed", "sensor")
FEW, PER_PAGE = 10, 50
HEAD = ("城市", "县区", "道路", "路段", "道路等级", "日期", "点1(g/m²)", "点2(g/m²)", "点3(g/m²)")
HEAD_EN = (
    "city",
    "county",
    "road",
    "section",
    "road class",
    "date",
    "point1 (g/m²)",
    "point2 (g/m²)",
    "point3 (g/m²)",
)
LIST_HEAD = ("城市", "县区", "榜单", "道路", "月份", "名次")
LIST_HEAD_EN = ("city", "county", "list", "road", "month", "rank")


@login_required
def road_dust(request: HttpRequest) -> HttpResponse:
    """Roads of a period: the dirtiest and the cleanest, the league of counties, limits, campaigns, lists."""
    register = Register()
    asked = region_asked(request)
    held = periods.span(figures.SAMPLE, figures.RANK)
    period, problem = periods.asked(request, held)
    cities = cities_of(request, register)
    context: dict[str, Any] = {
        "title": _("Road dust"),
        "upload": RoadTable(cities=cities) if rules.may_upload(request.user) else None,
        "uploads": latest_uploads(request.user, Upload.Kind.ROAD, Upload.Kind.ROAD_RANKS),
        "problem": problem,
    }
    if asked is None or period is None:
        return page(request, "measures/road_dust.html", context)
    method = request.GET.get("method", "")
    method = method if method in METHODS else METHODS[0]
    found = figures.roads_of(asked, period, method, register)
    lists = figures.lists_of(asked, figures.lists_before(period))
    pages = Paginator(found.roads, PER_PAGE).get_page(request.GET.get("page"))
    groups = periods.groups(held)
    context |= {
        "region": asked,
        "regions": regions_to_choose(request.user, Level.PROVINCE, Level.CITY, Level.COUNTY, Level.ZONE),
        "period": period,
        "period_label": periods.label(period),
        "period_groups": groups,
        "custom": period.label not in {value for group in groups for value, _label in group.choices},
        "method": method,
        "methods": [(key, words.METHODS[key]) for key in METHODS],
        "found": found,
        "worst": [row_of(road, period, register) for road in found.worst(FEW)],
        "best": [row_of(road, period, register) for road in found.best(FEW)],
        "pages": pages,
        "roads": [row_of(road, period, register) for road in pages.object_list],
        "few": len(found.roads) <= FEW,
        "counties": [(register.of(one.city, one.county), one) for one in found.counties],
        "above": sum(road.verdict == "above" for road in found.roads),
        "unlimited": sum(road.limit is None for road in found.roads),
        "limits": limit_rows(figures.road_limits(asked, register, period.last)),
        "proposals": proposals(figures.road_campaigns(found, lists), found, request.user, register),
        "lists": printed(lists, period, request.user, register),
        "unverified": unverified(found.rules),
    }
    return page(request, "measures/road_dust.html", context)


def cities_of(request: HttpRequest, register: Register) -> list[str]:
    """The cities whose rows a person may upload, or the city their county lies in."""
    names = []
    for region in regions_to_choose(request.user, Level.CITY, Level.COUNTY, Level.ZONE):
        city = region if region.level == Level.CITY else region.parent
        if city is not None and city.level == Level.CITY:
            names.append(city.name)
    return list(dict.fromkeys(names))


def row_of(road: Road, period: Period, register: Register) -> dict[str, Any]:
    """A road as a table shows it."""
    region = register.of(road.city, road.county)
    return {
        "road": road,
        "region": region,
        "url": road_url(road.place, period),
        "verdict": words.said(words.VERDICTS, road.verdict),
        "marks": words.why(road.marks),
    }


def road_url(place: str, period: Period) -> str:
    """The page of one road."""
    return f"{reverse('measures:road')}?{urlencode({'place': place, 'period': period.label})}"


def limit_rows(found: list[tuple[Region, Any]]) -> list[dict[str, Any]]:
    """Limits by class, a place a row, with the rule they stand in."""
    return [
        {
            "region": region,
            "rule": rule,
            "classes": [
                (_("any class") if name == "*" else name, value) for name, value in rule.table.items()
            ],
        }
        for region, rule in found
    ]


def proposals(triggers: list[Trigger], found: RoadDust, user: Any, register: Register) -> list[Proposal]:
    """Campaigns for the places a person sees, each led back to its road."""
    roads = {road.place: road for road in found.roads}
    shown = []
    for one in triggers:
        road = roads.get(one.place)
        region = register.of(road.city, road.county) if road else place_region(one.place, register)
        if not sees(user, region) or region is None:
            continue
        url = road_url(road.place, found.period) if road else ""
        of_road = one.level == "road"
        shown.append(
            (
                one.name if of_road else region.label,
                region.label if of_road else "",
                url,
                Reason(words.trigger(one), one),
            )
        )
    return grouped(shown)


def place_region(place: str, register: Register) -> Region | None:
    """The region of `city/county/road`: the county where the register knows it, else the city."""
    parts = place.split("/")
    return register.find("/".join(parts[:2])) or register.find(parts[0])


def printed(lists: list[Any], period: Period, user: Any, register: Register) -> list[dict[str, Any]]:
    """The published lists of the period, a month and side each.

    They stand in the city's papers: a county officer reads the whole list of the own city, own roads marked.
    """
    inside = [row for row in lists if period.first <= row.month <= period.last]
    inside.sort(key=lambda row: (-row.month.toordinal(), row.city or "", row.list != "worst", row.rank))
    found = []
    for (month, city, side), rows in groupby(inside, key=lambda row: (row.month, row.city, row.list)):
        region = register.find(city or "")
        found.append(
            {
                "month": month,
                "city": region.label if region else city,
                "side": words.said(words.LISTS, side),
                "rows": [(row, sees(user, place_region(row.place, register))) for row in rows],
            }
        )
    return found


@login_required
def road(request: HttpRequest) -> HttpResponse:
    """One road: its samples against the limit of each day, and how its figure came about."""
    register = Register()
    place = request.GET.get("place", "")
    if not place:
        return redirect("measures:road-dust")
    held = periods.span(figures.SAMPLE)
    period, problem = periods.asked(request, held)
    region = place_region(place, register)
    if period is None or not sees(request.user, region) or region is None:
        raise Http404
    found, subject = None, None
    for method in METHODS:
        found = figures.roads_of(region, period, method, register)
        subject = next((one for one in found.roads if one.place == place), None)
        if subject is not None:
            break
    if found is None or subject is None:
        raise Http404
    limit = subject.limit_rule
    context = {
        "title": subject.name,
        "crumbs": [(_("Road dust"), reverse("measures:road-dust"))],
        "problem": problem,
        "road": subject,
        "row": row_of(subject, period, register),
        "region": region,
        "period": period,
        "period_label": periods.label(period),
        "unit": found.unit,
        "samples": [
            (sample, words.said(words.VERDICTS, sample.verdict)) for sample in reversed(subject.samples)
        ],
        "earlier": [
            (sample, words.said(words.VERDICTS, sample.verdict)) for sample in reversed(subject.earlier)
        ],
        "chart": charts.samples(subject, found.unit, _("Samples of %(road)s") % {"road": subject.name}),
        "rules": [*([limit] if limit else []), *(r for r in found.rules if ".limits." not in r.path)],
        "data_version": found.data_version,
    }
    return page(request, "measures/road.html", context)


@login_required
def road_export(request: HttpRequest) -> HttpResponse:
    """Roads and counties of a period as an Excel workbook."""
    register = Register()
    asked = region_asked(request)
    period, _problem = periods.asked(request, periods.span(figures.SAMPLE, figures.RANK))
    if asked is None or period is None:
        return redirect("measures:road-dust")  # which says why there is nothing
    method = request.GET.get("method", "")
    found = figures.roads_of(asked, period, method if method in METHODS else METHODS[0], register)
    title = _("Road dust, %(region)s, %(period)s") % {"region": asked.label, "period": periods.label(period)}
    city, county = pgettext("a place", "City"), pgettext("a place", "County")
    head = (
        _("Rank"), city, county, _("Road"), _("Section"), _("Road class"), found.unit, _("Limit"),
        _("Against the limit"), _("Value over limit"), _("Days sampled"), _("Days above"), _("Note"),
    )  # fmt: skip
    rows = [
        (
            one.rank, one.city, one.county, one.name, one.section, one.road_class, one.value, one.limit,
            words.said(words.VERDICTS, one.verdict), one.ratio, len(one.samples), one.exceeding,
            words.why(one.marks),
        )
        for one in found.roads
    ]  # fmt: skip
    league = (
        _("Rank"), city, county, found.unit, _("Roads"), _("With a limit"), _("Keep their limit"),
        _("Value over limit"),
    )  # fmt: skip
    counties = [
        (one.rank, one.city, one.county, one.value, one.roads, one.with_limit, one.within, one.ratio)
        for one in found.counties
    ]
    pages = [Page(_("Roads"), head, rows, [title]), Page(_("Counties"), league, counties, [title])]
    return workbook(f"road-dust-{asked.code}-{period.label}", pages)


@require(Capability.LOAD_DATA)
def road_template(request: HttpRequest) -> HttpResponse:
    """An empty table of samples, or of a published list."""
    names = cities_of(request, Register())
    city = names[0] if len(names) == 1 else ""
    if request.GET.get("of") == "ranks":
        head = LIST_HEAD_EN if in_english() else LIST_HEAD
        sheet = Page(pgettext("a sheet", "Lists"), head, [(city, "", "", "", "", None)])
    else:
        head = HEAD_EN if in_english() else HEAD
        sheet = Page(pgettext("a sheet", "Samples"), head, [(city, "", "", "", "", "", None, None, None)])
    return workbook("road-dust-template", [sheet])
