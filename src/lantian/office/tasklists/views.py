"""Lists of one county, one unit and one task; the calendar, the Gantt chart and the workbook."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.people.models import Unit
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans import rules
from lantian.office.plans.models import Assignment, TaskReach
from lantian.office.plans.task_search import counted, filtered_tasks
from lantian.office.plans.task_views import asked_of, task_filter
from lantian.office.plans.terms import Role, State
from lantian.office.regions.models import Region
from lantian.office.tasklists import times
from lantian.office.tasklists.excel import workbook
from lantian.office.tasklists.lines import lines_of, with_lines

PAGE, BARS, PRINTED = 100, 60, 2000


@login_required
def county(request: HttpRequest, code: str) -> HttpResponse:
    """One county one list: everything that binds a region, from its own plans and from above."""
    region = get_visible_or_404(Region, request.user, code=code)
    found = filtered_tasks(request.user, {"region": code})
    return _listed(request, region.label, f"?region={code}", found)


@login_required
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit one list: its tasks over all plans, by its role in them."""
    one = get_visible_or_404(Unit.objects.select_related("region"), request.user, pk=pk)
    reached = TaskReach.objects.filter(unit=one)
    found = filtered_tasks(request.user, {}).filter(pk__in=reached.values("task"))
    role = request.GET.get("role", "")
    roles = [
        (value, label, reverse("tasklists:unit", args=[pk]) + f"?role={value}")
        for value, label in Role.choices
        if Assignment.objects.filter(unit=one, role=value).exists()
    ]
    if role in Role.values:
        found = found.filter(pk__in=Assignment.objects.filter(unit=one, role=role).values("task"))
    question = f"?unit={pk}" + (f"&role={role}" if role in Role.values else "")
    return _listed(request, one.label, question, found, {"roles": roles, "role": role})


def _listed(
    request: HttpRequest, name: str, question: str, found: Any, more: dict[str, Any] | None = None
) -> HttpResponse:
    today = clock.today()
    whole = request.GET.get("all") == "1"
    pages = Paginator(with_lines(found), PRINTED if whole else PAGE).get_page(request.GET.get("page"))
    counts = counted(found.order_by(), today)
    context = {
        "title": _("Task list: %(name)s") % {"name": name},
        "crumbs": [(_("Tasks"), reverse("plans:tasks"))],
        "pages": pages,
        "lines": list(lines_of(pages.object_list, today, pages.start_index() or 1)),
        "counts": counts,
        "question": question,
        "today": today,
        **(more or {}),
    }
    return page(request, "tasklists/list.html", context)


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One task one list: everything of one task on a page to print."""
    found = filtered_tasks(request.user, {}).prefetch_related("deadlines", "quantities")
    task = get_visible_or_404(found, request.user, pk=pk)
    (line,) = lines_of([task], clock.today())
    context = {
        "title": task.headline,
        "crumbs": [(_("Tasks"), reverse("plans:tasks")), (task.headline, task.get_absolute_url())],
        "task": task,
        "line": line,
        "reports": rules.reports_of(task, request.user),
        "shares": rules.shares_of(task, request.user),
        "today": clock.today(),
    }
    return page(request, "tasklists/sheet.html", context)


@login_required
def excel(request: HttpRequest) -> HttpResponse:
    """The list with its filters as a workbook."""
    form = task_filter(request)
    today = clock.today()
    tasks = with_lines(filtered_tasks(request.user, asked_of(form)))
    lines = lines_of(tasks.iterator(chunk_size=500), today)
    name = _("Task list")
    return workbook(f"{name}-{today.isoformat()}", f"{name} {today.isoformat()}", lines)


@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """The deadlines of a month by day; on a phone the days with something due."""
    form = task_filter(request)
    today = clock.today()
    first = times.month_of(request.GET.get("month", ""), today)
    found = filtered_tasks(request.user, asked_of(form))
    weeks = times.weeks_of(first, found, today)
    context = {
        "title": _("Calendar of deadlines"),
        "crumbs": [(_("Tasks"), reverse("plans:tasks"))],
        "form": form,
        "first": first,
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "after": (first + timedelta(days=32)).strftime("%Y-%m"),
        "weeks": weeks,
        "count": sum(day.count for week in weeks for day in week),
        "today": today,
        "view": "calendar",
    }
    return page(request, "tasklists/calendar.html", context)


@login_required
def gantt(request: HttpRequest) -> HttpResponse:
    """Bars from a plan's issue, or a stated beginning, to the last deadline, with a mark at each deadline."""
    form = task_filter(request)
    today = clock.today()
    found = with_lines(filtered_tasks(request.user, asked_of(form)).exclude(due=None))
    pages = Paginator(found.order_by("due", "plan_id", "start"), BARS).get_page(request.GET.get("page"))
    axis, bars = times.gantt(list(islice(pages.object_list, BARS)), today)
    context = {
        "title": _("Gantt chart"),
        "crumbs": [(_("Tasks"), reverse("plans:tasks"))],
        "form": form,
        "pages": pages,
        "axis": axis,
        "bars": bars,
        "now": axis.at(today),
        "today": today,
        "view": "gantt",
        "done": State.DONE,
    }
    return page(request, "tasklists/gantt.html", context)
