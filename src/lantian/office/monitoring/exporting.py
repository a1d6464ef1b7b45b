"""An explanation taken along: one page to print, JSON to be replayed, and the same computed once more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.ambient.export import to_html
from lantian.ambient.replay import replay
from lantian.office.frame.demo import demonstration
from lantian.office.monitoring import explaining, kernel
from lantian.office.monitoring.models import Station
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import Explanation
    from lantian.ambient.steps import Refused, Step

BELOW_DAYS = {"member", "hours"}
SHOWN = 20


@login_required
def page(request: HttpRequest, subject: str, indicator: str, period: str) -> HttpResponse:
    """The explanation as one page to print, in the language of the person."""
    question = explaining.ask(request, explaining.subject_of(request, subject), indicator, period)
    return HttpResponse(as_page(question))


@login_required
def data(request: HttpRequest, subject: str, indicator: str, period: str) -> HttpResponse:
    """The explanation as JSON with the store's own hours: `lantian explain --replay` computes it again."""
    question = explaining.ask(request, explaining.subject_of(request, subject), indicator, period)
    found = _known(explaining.kernel_answer(question, rows=True))
    told = found.as_dict() | ({"simulated": True} if demonstration() is not None else {})
    answer = HttpResponse(
        json.dumps(told, ensure_ascii=False, indent=1),
        content_type="application/json; charset=utf-8",
    )
    name = f"{question.code}-{question.indicator.key}-{question.period.label.replace('..', '_')}.json"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@login_required
def again(request: HttpRequest, subject: str, indicator: str, period: str) -> HttpResponse:
    """The figure computed once more from its data version and rules: the same digits, or which differ."""
    question = explaining.ask(request, explaining.subject_of(request, subject), indicator, period)
    found = _known(explaining.kernel_answer(question))
    told = replay(kernel.lake(), json.loads(json.dumps(found.as_dict())))
    context = {"replay": told, "found": found, "differences": told.differences[:SHOWN]}
    return render(request, "monitoring/_again.html", context)


def as_page(question: explaining.Question, *, public: bool = False) -> str:
    """The one-page export of a question, without stations and files where it is for the public.

    Raises
    ------
    Http404
        there is nothing to explain
    """
    found = _known(explaining.kernel_answer(question))
    if public:
        found = for_the_public(found)
    return as_html(with_names(found, question.subject.label))


def as_html(found: Explanation) -> str:
    """An explanation as one page in the active language; simulated figures say so, wherever the page goes."""
    text = to_html(found, language="en" if (get_language() or "").startswith("en") else "zh")
    if demonstration() is None:
        return text
    said = f'<p class="mark"><strong>{escape(_("SIMULATED"))}</strong></p>'
    return text.replace("<main>", f"<main>\n{said}", 1)


def for_the_public(found: Explanation) -> Explanation:
    """An explanation down to the days: public are regions, not single stations, nor the names of files."""
    return replace(found, step=_above_stations(found.step), behind=(), rows=(), rule_files=(), groups=None)


def with_names(found: Explanation, name: str) -> Explanation:
    """The explanation for a reader: regions and stations by name where the kernel knows their codes only."""
    codes = set(_subjects(found.step))
    names = {station.place: station.label for station in Station.objects.filter(place__in=codes)}
    names |= {region.code: region.label for region in Region.objects.filter(code__in=codes)}
    return replace(found, name=name, step=_named(found.step, names))


def _known(found: Explanation | None) -> Explanation:
    if found is None:
        raise Http404(_("There is nothing to explain here."))
    return found


def _above_stations(step: Step) -> Step:
    below = tuple(_above_stations(child) for child in step.children if child.code not in BELOW_DAYS)
    return replace(step, children=below)


def _subjects(step: Step) -> Iterable[str]:
    yield step.subject
    yield from (row.subject for row in step.refused)
    for child in step.children:
        yield from _subjects(child)


def _named(step: Step, names: Mapping[str, str]) -> Step:
    told: dict[str, Any] = dict(step.data)
    if "equal" in told:
        told["equal"] = [names.get(one, one) for one in told["equal"]]
    return replace(
        step,
        subject=names.get(step.subject, step.subject),
        refused=tuple(_renamed(row, names) for row in step.refused),
        children=tuple(_named(child, names) for child in step.children),
        data=told,
    )


def _renamed(row: Refused, names: Mapping[str, str]) -> Refused:
    return replace(row, subject=names.get(row.subject, row.subject))
