"""The pages of outlooks: overview, one indicator at one place, how good the method was. The long part of each
is fetched by the page and says how far it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.frame.views import own_region, page
from lantian.office.monitoring import figures, kernel, words
from lantian.office.monitoring.indicators import INDICATORS, Indicator, indicator, shown_unit
from lantian.office.outlook import asking, charts, detail, jobs, quality, rows, rules
from lantian.office.outlook import words as said
from lantian.office.outlook.asking import Grounds, Overview, Row
from lantian.office.outlook.ground import Question
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans.rules import targets_of
from lantian.office.rankings import export
from lantian.office.regions.models import Region

OFFERED = (
    "pm2_5",
    "pm10",
    "o3_8h",
    "no2",
    "so2",
    "co",
    "composite_index",
    "good_days",
    "good_days_ratio",
    "heavy_days",
    "heavy_days_ratio",
    "composite_rank",
)


def region_of(request: HttpRequest) -> Region | None:
    """The region asked for (404 outside one's scope), else one's own."""
    code = request.GET.get("region", "")
    return get_visible_or_404(Region, request.user, code=code) if code else own_region(request)


@login_required
def overview_page(request: HttpRequest) -> HttpResponse:
    """Every target of the region and below, the greatest risk first; the table itself is fetched."""
    region, day = region_of(request), asking.day_of(request)
    context: dict[str, Any] = {
        "title": _("Outlook"),
        "region": region,
        "day": day,
        "regions": _below(request, region) if region else [],
        "first": kernel.first_day(),
        "last": kernel.latest_day(),
        "query": request.GET.urlencode(),
        "drafts": request.GET.get("drafts") == "1",
    }
    return page(request, "outlook/overview.html", context)


def _below(request: HttpRequest, region: Region) -> list[Region]:
    """One's own region and those right below it, to choose from."""
    top = own_region(request) or region
    below = top.children.exclude(level="township").filter(valid_to__isnull=True).order_by("code")
    chosen = [top, *below]
    return chosen if region in chosen else [*chosen, region]


@login_required
def overview_table(request: HttpRequest) -> HttpResponse:
    """The rows of the overview, or how far their computation is."""
    region, day = region_of(request), asking.day_of(request)
    if region is None or day is None:
        return render(request, "outlook/parts/empty.html", {"region": region})
    found = asking.overview(region, request.user, day, drafts=request.GET.get("drafts") == "1")
    job = jobs.ask(("overview", found.key), asking.work_of(found.rows))
    if not job.is_done or job.error:
        return _waiting(request, job)
    shown = rows.shown(asking.answered(found.rows, job.result))
    context = {
        "region": region,
        "day": day,
        "overview": found,
        "rows": [row for row in shown if row.outlook],
        "without": [row for row in shown if not row.outlook],
        "counts": rows.counts(shown),
        "several": len({row.row.region.code for row in shown}) > 1,
        "thresholds": rules.thresholds(),
        "regimes": sorted({words.regime(row.row.question.regime) for row in shown if row.row.question}),
        "version": kernel.data_version(),
        "query": request.GET.urlencode(),
    }
    return render(request, "outlook/parts/table.html", context)


def _waiting(request: HttpRequest, job: jobs.Job) -> HttpResponse:
    phase, done, of = job.progress
    context = {
        "phase": said.PHASES.get(phase, phase),
        "done": done,
        "of": of,
        "problem": said.reason(job.error) if job.error in said.WHY else job.error,
        "url": request.get_full_path(),
    }
    return render(request, "outlook/parts/waiting.html", context)


@login_required
def overview_file(request: HttpRequest) -> HttpResponse:
    """The overview as an Excel workbook."""
    region, day = region_of(request), asking.day_of(request)
    if region is None or day is None:
        return redirect("outlook:overview")
    found = asking.overview(region, request.user, day, drafts=request.GET.get("drafts") == "1")
    shown = rows.shown(asking.answered(found.rows, asking.work_of(found.rows)(lambda what, done, of: None)))
    name = _("Outlook %(region)s %(day)s") % {"region": region.short_label, "day": day}
    return export.as_xlsx(name, rows.head(), rows.cells(shown), _notes(name, found, shown))


def _notes(name: str, found: Overview, shown: list[rows.Shown]) -> list[str]:
    regimes = _(", ").join(sorted({words.regime(r.row.question.regime) for r in shown if r.row.question}))
    return [
        name,
        _("Known to %(day)s. Standard: %(regime)s. Data version %(version)s.")
        % {"day": found.day, "regime": regimes, "version": kernel.data_version()},
        _("A statistical method of our own, no standard's; “How good it was” says what it achieved."),
    ]


@login_required
def detail_page(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """One indicator at one place: the form at once, the answer fetched."""
    region, of = _subject(request, code, indicator)
    day = asking.day_of(request)
    row, problem = _row(request, region, of, day) if day else (None, "")
    years = [last.year] if (last := kernel.latest_day()) else []
    context = {
        "title": _("Outlook: %(indicator)s, %(region)s") % {"indicator": of.label, "region": region.label},
        "crumbs": [(_("Outlook"), f"{reverse('outlook:overview')}?region={region.code}")],
        "region": region,
        "indicator": of,
        "unit": shown_unit(of.unit),
        "day": day,
        "first": kernel.first_day(),
        "last": kernel.latest_day(),
        "years": years,
        "target": row.target.text if row and row.target and row.target.value is not None else "",
        "problem": problem,
        "offered": [INDICATORS[key] for key in OFFERED if region.level != "province" or key in PROVINCE],
        "query": request.GET.urlencode(),
    }
    return page(request, "outlook/detail.html", context)


PROVINCE = ("pm2_5", "pm10", "o3_8h", "no2", "so2", "co", "good_days_ratio", "heavy_days_ratio")


def _subject(request: HttpRequest, code: str, name: str) -> tuple[Region, Indicator]:
    region = get_visible_or_404(Region, request.user, code=code)
    of = indicator(name)
    if of is None or of.key not in OFFERED:
        raise Http404(_("There is nothing at this address."))
    return region, of


def _row(request: HttpRequest, region: Region, of: Indicator, day: date) -> tuple[Row, str]:
    """The target tried, else that of a plan, else the limit or last year's figure; and what is wrong."""
    return row_for(request.user, region, of, request.GET.get("target", ""), day)


def row_for(user: Any, region: Region, of: Indicator, text: str, day: date) -> tuple[Row, str]:
    """The row of one indicator at one place, and what is wrong with the target tried."""
    grounds = Grounds(day)
    period = Period.year(day.year)
    problem = ""
    if text.strip():
        try:
            return asking.own_row(region, of.key, rules.own_target(of.key, text, period), day), ""
        except LantianError:
            problem = _(
                "“%(text)s” is no target. Write it like <=35 or >=285; a rank like <=3 or exit-last-3."
            ) % {"text": text[:40]}
    for target in targets_of(region, user).filter(regions=region):
        found = asking.plan_row(target, region, grounds)
        if found is not None and found.indicator.key == of.key and found.ask:
            return found, problem
    for found in asking.default_rows(region, period, grounds):
        if found.indicator.key == of.key and found.ask:
            return found, problem
    open_target = rules.own_target(of.key, "", period)
    return asking.own_row(region, of.key, open_target, day), problem


@login_required
def detail_answer(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """The answer of the page above, or how far its computation is."""
    region, of = _subject(request, code, indicator)
    day = asking.day_of(request)
    if day is None:
        return render(request, "outlook/parts/empty.html", {"region": region})
    row, _problem = _row(request, region, of, day)
    if row.question is None or row.ask is None:
        return render(request, "outlook/parts/no_answer.html", {"reason": said.reason(row.why)})
    job = jobs.ask(detail.key_of(row), detail.work_of(row))
    if not job.is_done or job.error:
        return _waiting(request, job)
    return render(request, "outlook/parts/answer.html", _answer(row, job.result))


def _answer(row: Row, found: detail.Detail) -> dict[str, Any]:
    [answered] = asking.answered([row], [found.main])
    shown = rows.shown([answered])[0]
    (question, _ask), of = row.asked, row.indicator
    title = _("%(indicator)s of %(region)s as the year goes on") % {
        "indicator": row.name,
        "region": row.region.label,
    }
    came = None
    last = kernel.latest_day()
    if last and question.day < question.period.last <= last:
        came = figures.region_figures(row.region, question.period, question.regime).of(of)
    months = [
        (
            month,
            figures.explain_url(row.region.code, of.key, month.label, question.regime)
            if month.is_whole
            else "",
        )
        for month in found.months
    ]
    return {
        "row": answered,
        "shown": shown,
        "region": row.region,
        "indicator": of,
        "unit": shown_unit(of.unit),
        "question": question,
        "regime": words.regime(question.regime),
        "version": kernel.data_version(),
        "outlook": found.main,
        "detail": found,
        "months": months,
        "with_needs": any(month.need and month.need.mean is not None for month in found.months),
        "came": came,
        "good": detail.coming(found.good),
        "heavy": detail.coming(found.heavy),
        "rank": found.rank,
        "rank_target": said.target(found.rank.target) if found.rank else "",
        "rank_percent": rules.percent(found.rank.probability) if found.rank else "",
        "rank_of": len(question.field.members),
        "intervals": [(percent, *found.main.interval(percent)) for percent in (50, 80, 95)]
        if found.main.final
        else [],
        "assumptions": [said.assumption(code) for code in found.main.assumptions],
        "marks": [words.why(mark) for mark in found.main.marks],
        "chart": charts.fan(found.fan, of, row.target, title) if found.fan else None,
        "chart_title": title,
        "thresholds": rules.thresholds(),
    }


@login_required
def quality_page(request: HttpRequest) -> HttpResponse:
    """What the method achieved on published data, and on the office's own past."""
    tests = [_tested(each, f"ol-packaged-{number}") for number, each in enumerate(quality.packaged())]
    context = {
        "title": _("How good the outlooks were"),
        "crumbs": [(_("Outlook"), reverse("outlook:overview"))],
        "tests": tests,
        "region": own_region(request),
        "latest": kernel.latest_day(),
    }
    return page(request, "outlook/quality.html", context)


def _tested(found: quality.Quality, name: str) -> dict[str, Any]:
    title = _("Said and came")
    return {
        "test": found,
        "id": name,
        "name": said.tested(found.name),
        "is_half": ", " in found.name,
        "chart": charts.reliability(found.deciles, title),
        "chart_title": title,
        "intervals": [(level, 100 * share) for level, share in found.intervals.items()],
    }


@login_required
def quality_own(request: HttpRequest) -> HttpResponse:
    """A back-test on the days of the cities of one's province, begun when asked for."""
    region, day = own_region(request), kernel.latest_day()
    if region is None or day is None:
        return render(request, "outlook/parts/empty.html", {"region": region})
    question = _own_question(region, day)
    job = jobs.ask(("backtest", question.key), quality.own(question))
    if job.is_done and job.error == "no_years":
        return render(request, "outlook/parts/no_years.html")
    if not job.is_done or job.error:
        return _waiting(request, job)
    return render(request, "outlook/parts/tested.html", _tested(job.result, "ol-own-chart"))


def _own_question(region: Region, day: Any) -> Question:
    top = Region.objects.get(code=region.path.split("/", 1)[0])
    return Grounds(day).question(top, Period.year(day.year))
