"""The API of `indicators`: what there is, and a value for a region or unit one may see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from lantian.errors import LantianError
from lantian.office.indicators import asking, words
from lantian.office.indicators.registry import Indicator, ask, known

router = Router(tags=["indicators"])


class IndicatorOut(Schema):
    """An indicator; `source` is evaluation, register or report."""

    code: str
    title: str
    unit: str
    formula: str
    source: str
    subjects: list[str]
    higher_is_better: bool | None


class LineOut(Schema):
    """One thing a value is made of, and where it can be seen."""

    words: str
    value: str | None
    url: str


class AnswerOut(Schema):
    """A value as text, so that no digit is lost; without one, `reason` says why."""

    code: str
    subject: str
    first: str
    last: str
    value: str | None
    unit: str
    reason: str
    count: int | None
    verified: bool
    marks: list[str]
    url: str
    lines: list[LineOut]


@router.get("/indicators", response=list[IndicatorOut], summary="Every number people are held to")
def indicators(request: HttpRequest) -> list[dict[str, Any]]:
    return [_told(one) for one in known().values()]


@router.get("/indicators/{code}", response=AnswerOut, summary="An indicator of a region or unit in a period")
def indicator(
    request: HttpRequest, code: str, region: str = "", unit: str = "", period: str = ""
) -> dict[str, Any]:
    found = known().get(code)
    if found is None:
        raise Http404(_("There is nothing at this address."))
    subject = asking.subject_of(request.user, region, unit)
    if subject is None:
        raise LantianError(_("for whom?"), remedy=_("Name a region by its code, or a unit by its number."))
    span = asking.period_of(period)
    answer = ask(code, subject, span)
    return {
        "code": code,
        "subject": subject.label,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "value": None if answer.value is None else str(answer.value),
        "unit": found.unit,
        "reason": answer.reason,
        "count": answer.count,
        "verified": answer.verified,
        "marks": words.marks(answer.marks),
        "url": answer.url,
        "lines": [
            {"words": line.words, "value": None if line.value is None else str(line.value), "url": line.url}
            for line in answer.lines
        ],
    }


def _told(one: Indicator) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": str(one.title),
        "unit": one.unit,
        "formula": str(one.formula),
        "source": one.source,
        "subjects": sorted(one.subjects),
        "higher_is_better": one.higher_is_better,
    }
