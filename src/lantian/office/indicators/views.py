"""The page of indicators: what each is, and its value for a region or unit, one click from its evidence."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.frame.views import own_region, page
from lantian.office.indicators import asking, words
from lantian.office.indicators.registry import Subject, ask, known
from lantian.office.people.models import Unit
from lantian.office.regions.models import Region

MOST = 400


@login_required
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Every indicator: title, unit, formula in words, source, subjects."""
    rows = [
        (one, words.unit(one.unit), words.source(one.source), words.subjects(one.subjects))
        for one in known().values()
    ]
    return page(request, "indicators/list.html", {"title": _("Indicators"), "rows": rows})


@login_required
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its formula, and its value for the subject and period asked for."""
    indicator = known().get(code)
    if indicator is None:
        raise Http404(_("There is nothing at this address."))
    problem, answer = "", None
    subject = asking.subject_of(request.user, request.GET.get("region", ""), request.GET.get("unit", ""))
    home = own_region(request)
    if subject is None and "region" in indicator.subjects and home is not None:
        subject = Subject(region=home)
    text = request.GET.get("period", "")
    try:
        period = asking.period_of(text)
    except LantianError as error:
        problem, period = error.line, asking.period_of("")
        text = ""
    if subject is not None:
        answer = ask(code, subject, period)
    regions = Region.objects.visible_to(request.user).exclude(level="township").order_by("path")
    units = Unit.objects.visible_to(request.user).order_by("name") if "unit" in indicator.subjects else ()
    context = {
        "title": str(indicator.title),
        "crumbs": [(_("Indicators"), reverse("indicators:list"))],
        "indicator": indicator,
        "unit_words": words.unit(indicator.unit),
        "source": words.source(indicator.source),
        "subjects": words.subjects(indicator.subjects),
        "subject": subject,
        "period": period,
        "period_text": text or str(clock.today().year),
        "answer": answer,
        "marks": words.marks(answer.marks) if answer else [],
        "regions": regions[:MOST] if "region" in indicator.subjects else (),
        "units": units[:MOST],
        "problem": problem,
    }
    return page(request, "indicators/indicator.html", context)
