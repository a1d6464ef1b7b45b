"""Dustfall on the page of a region."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.ambient import Period
from lantian.office.frame import panels
from lantian.office.measures import figures, periods, rules
from lantian.office.measures.dustfall_rows import UNIT, city_rows, statements, unit_rows
from lantian.office.measures.dustfall_views import panel_link
from lantian.office.measures.register import Register


@login_required
def dustfall(request: HttpRequest, code: str) -> HttpResponse:
    """The last month and the year so far: a county's or city's figures, a province's notice."""
    region = panels.region_of(request, code)
    held = periods.span(figures.DUSTFALL)
    context: dict[str, object] = {"region": region, "unit": UNIT, "link": panel_link(region)}
    if held is None or region.level == "township":
        return render(request, "measures/panels/dustfall.html", context)
    register = Register()
    month = Period.month(held[1].year, held[1].month)
    among = rules.ranked_in(region)
    cards = []
    for period in (month, periods.year_to_date(held[1])):
        found = figures.dustfall_of(among, period, register)
        rows = unit_rows(found, register, request.user)
        if region.level == "city" and region.parent is not None:
            whole = figures.dustfall_of(region.parent, period, register)
            rows = city_rows(whole.cities, register, request.user, period)
        own = next((row for row in rows if row.region is not None and row.region.pk == region.pk), None)
        of = sum(row.rank is not None for row in rows)
        cards.append({"label": periods.label(period), "row": own, "of": of})
        if period is month:
            context["statement"] = (statements(found, register) or [""])[-1]
    context |= {"cards": [card for card in cards if card["row"]], "month": periods.label(month)}
    return render(request, "measures/panels/dustfall.html", context)
