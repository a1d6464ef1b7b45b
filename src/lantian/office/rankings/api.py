"""The API of `rankings`: rankings, distance, attainment, comparison, lists, as far as one may see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.monitoring import kernel, series
from lantian.office.monitoring.api import FigureOut, figure_out, known_regime, span_of, text_of
from lantian.office.monitoring.indicators import STATISTICS
from lantian.office.people.scope import get_visible_or_404
from lantian.office.rankings import asking, distance, evaluation, official, pools, tables
from lantian.office.rankings.evaluation import FIGURES, Subject
from lantian.office.rankings.models import OfficialRanking
from lantian.office.regions.models import Region

router = Router(tags=["rankings"])


class PoolOut(Schema):
    """A pool that can be ranked."""

    key: str
    label: str
    kind: str


class RowOut(Schema):
    """One unit; equal values share a rank, `lowest` says how far down the true one may lie."""

    rank: int | None
    from_worst: int | None
    tied: int
    lowest: int | None
    code: str
    name: str
    value: FigureOut
    composite_index: FigureOut
    statistics: dict[str, FigureOut]
    good_days: str | None
    change: str | None
    marks: list[str]


class RankingsOut(Schema):
    """A ranking; `hidden` units lie outside the asker's region: ranked, not listed."""

    pool: str
    period: str
    by: str
    order: str
    regime: str
    change_regime: str
    data_version: int
    size: int
    ranked: int
    hidden: int
    provisional: bool
    missing: list[str]
    rows: list[RowOut]


class RankingAsked(Schema):
    """What is to be ranked; `days` is `all` or `without` (dust and event days)."""

    pool: str
    period: str
    by: str = "composite_index"
    order: str = "value"
    regime: str = "by-date"
    days: str = "all"
    show: str = "all"


class EvaluationAsked(Schema):
    """Whose evaluation: a period and a regime."""

    period: str
    regime: str = "by-date"


class AttainmentAsked(EvaluationAsked):
    """With the grade of the limits, and whether 24-hour percentiles count (`full`) or not (`bulletin`)."""

    grade: int = 2
    variant: str = "full"


class DistanceAsked(EvaluationAsked):
    """To which line: `exit-last-10`, `top-30`."""

    line: str
    pool: str = ""
    by: str = "composite_index"


@router.get("/rankings/pools", response=list[PoolOut], summary="The pools that can be ranked")
def pool_list(request: HttpRequest) -> list[dict[str, Any]]:
    period = series.last_full_month()
    found = pools.choices(request.user, period.last) if period else []
    return [{"key": pool.key, "label": pool.label, "kind": pool.kind} for pool in found]


@router.get("/rankings", response=RankingsOut, summary="A pool in a period, ranked by a figure or its change")
def rankings(request: HttpRequest, asked: Query[RankingAsked]) -> dict[str, Any]:
    span_of(asked.period), known_regime(asked.regime)
    _known(asked.by, asking.BY, "figure")
    _known(asked.order, (asking.VALUE, asking.CHANGE), "order")
    _known(asked.show, asking.SHOWN, "part")
    ask = asking.asked(request)
    if ask is None or ask.pool.key != asked.pool:
        raise Http404
    found = tables.table(ask, request.user)
    return {
        "pool": ask.pool.key,
        "period": ask.period.label,
        "by": ask.by,
        "order": ask.order,
        "regime": found.regime,
        "change_regime": found.change_regime,
        "data_version": found.data_version,
        "size": found.size,
        "ranked": found.ranked,
        "hidden": found.hidden,
        "provisional": found.provisional,
        "missing": list(found.missing),
        "rows": [_row_out(row) for row in found.rows],
    }


@router.get("/regions/{code}/distance", summary="How far a region stands from a line of its ranking")
def distance_of(request: HttpRequest, code: str, asked: Query[DistanceAsked]) -> dict[str, Any]:
    subject = _subject(request, code, asked)
    ask = distance.asked(request, subject.region, subject.period)
    if ask is None or (asked.pool and ask.pool.key != asked.pool):
        raise Http404
    found = distance.gap(ask, subject.region, distance.Line.parse(asked.line), request.user)
    if found.distance is None:
        raise LantianError(found.why)
    to = found.distance
    lowered = found.reductions
    return {
        "pool": ask.pool.key,
        "line": found.line.label,
        "met": to.met,
        "value": text_of(to.place.value),
        "rank": to.place.rank,
        "from_worst": to.place.from_worst,
        "line_value": text_of(to.line_value),
        "holders": list(found.holders),
        "holders_outside": found.outside,
        "needed": text_of(to.needed),
        "gap": text_of(to.gap),
        "provisional": found.provisional,
        "cheapest": lowered.cheapest if lowered else None,
        "together_percent": text_of(lowered.together) if lowered else None,
        "alone": [
            {
                "item": one.item,
                "present": text_of(one.present),
                "needed": text_of(one.needed),
                "by": text_of(one.by),
                "percent": text_of(one.percent),
                "verdict": one.verdict,
            }
            for one in (lowered.alone if lowered else ())
        ],
    }


@router.get("/regions/{code}/attainment", summary="Whether a region attains the limits of a grade")
def attainment(request: HttpRequest, code: str, asked: Query[AttainmentAsked]) -> dict[str, Any]:
    subject = _subject(request, code, asked)
    found = evaluation.attainment(subject, asked.grade, asked.variant)
    row = found[1].get(code) if found else None
    if found is None or row is None:
        raise Http404
    return {
        "code": code,
        "period": subject.period.label,
        "regime": found[0].regime,
        "grade": asked.grade,
        "variant": asked.variant,
        "data_version": found[0].data_version,
        "attained": row.attained,
        "valid": row.valid,
        "exceeding": list(row.exceeding),
        "marks": list(found[0].marks),
        "checks": [
            {
                "item": check.item,
                "averaging": check.averaging,
                "method": check.statistic.method,
                "printed": text_of(check.statistic.value),
                "judged": text_of(check.evaluated),
                "limit": text_of(check.limit),
                "attained": check.attained,
                "multiple": text_of(check.multiple),
                "why": check.statistic.why,
            }
            for check in row.checks
        ],
        "days": {
            "attained": row.days.attained,
            "exceeded": row.days.exceeded,
            "undecided": row.days.undecided,
            "good_not_attained": row.days.good_not_attained,
            "rate": text_of(row.rate),
        },
    }


@router.get("/regions/{code}/comparison", summary="A region against the year before, under one regime")
def comparison(request: HttpRequest, code: str, asked: Query[EvaluationAsked]) -> dict[str, Any]:
    found = evaluation.change(_subject(request, code, asked))
    if found is None:
        raise Http404
    compared, row = found
    return {
        "code": code,
        "period": compared.period.label,
        "against": compared.against.label,
        "regime": compared.regime,
        "changes": {
            key: {
                "then": text_of(row.changes[key].then),
                "now": text_of(row.changes[key].now),
                "difference": text_of(row.changes[key].difference),
                "rate": text_of(row.changes[key].rate),
            }
            for key in FIGURES
        },
        "good_days": row.good_days,
        "heavy_days": row.heavy_days,
        "marks": list(compared.marks),
    }


@router.get("/regions/{code}/load-shares", summary="Which pollutant costs most of a region's index")
def load_shares(request: HttpRequest, code: str, asked: Query[EvaluationAsked]) -> dict[str, Any]:
    found = evaluation.shares(_subject(request, code, asked), request.user)
    if found is None:
        raise Http404
    return {
        "code": code,
        "regime": found.regime,
        "composite_index": text_of(found.row.composite_index),
        "loads": [
            {
                "item": load.item,
                "part": text_of(load.part),
                "share": text_of(load.share),
                "over_limit": text_of(load.over_limit),
                "over_best": text_of(load.over_best),
                "index_if_one_unit_less": text_of(found.falls[load.item].after.rounded),
            }
            for load in found.loads
        ],
    }


@router.get("/official-rankings", summary="The official lists that are kept")
def official_lists(request: HttpRequest) -> list[dict[str, Any]]:
    return [_list_out(kept) for kept in OfficialRanking.objects.visible_to(request.user)]


@router.get("/official-rankings/{pk}", summary="An official list beside ours, each difference explained")
def official_list(request: HttpRequest, pk: int) -> dict[str, Any]:
    kept = get_visible_or_404(OfficialRanking, request.user, pk=pk)
    if not kept.path.is_file():
        raise Http404
    found = official.beside(kept, request.user)
    if found is None:
        raise Http404
    rows = [
        {
            "name": row.label,
            "their_rank": row.their_rank,
            "our_rank": row.our_rank,
            "from_worst": row.worst,
            "their_value": text_of(row.their_value),
            "our_value": text_of(row.ours.value),
            "explanations": list(row.codes),
            "words": row.words,
        }
        for row in found.rows
    ]
    return _list_out(kept) | {"regime": found.regime, "data_version": found.data_version, "rows": rows}


def _list_out(kept: OfficialRanking) -> dict[str, Any]:
    return {
        "id": kept.pk,
        "document": kept.document,
        "file": kept.name,
        "pool": kept.pool,
        "period": kept.period,
        "by": kept.by,
        "places": kept.places,
    }


def _subject(request: HttpRequest, code: str, asked: EvaluationAsked) -> Subject:
    region = get_visible_or_404(Region.objects.select_related("parent"), request.user, code=code)
    if region.level == "province":
        raise LantianError("a province has no air of its own", remedy="Ask for its cities.")
    period: Period = span_of(asked.period)
    return Subject(region, period, kernel.settled(known_regime(asked.regime), period.first))


def _known(word: str, words_known: tuple[str, ...], what: str) -> None:
    if word not in words_known:
        raise LantianError(f'"{word}" is no {what}', remedy="Choose " + ", ".join(words_known) + ".")


def _row_out(row: tables.Row) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "from_worst": row.end,
        "tied": row.tied,
        "lowest": row.lowest,
        "code": row.code,
        "name": row.city + row.label,
        "value": figure_out(row.value),
        "composite_index": figure_out(row.index),
        "statistics": {key: figure_out(own) for key, own in zip(STATISTICS, row.statistics, strict=True)},
        "good_days": text_of(row.good),
        "change": text_of(row.change),
        "marks": list(row.marks),
    }
