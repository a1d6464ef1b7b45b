"""The pages of tasks: the list with its filters and export, one task, progress reports."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.papers import harmless
from lantian.office.people.models import ActionLog
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.plans import actions, rules
from lantian.office.plans.forms import BindForm, ProgressForm, TaskFilter
from lantian.office.plans.highlight import Mark, pieces
from lantian.office.plans.models import Assignment, Clause, Plan, ProgressReport, Task, TaskReach
from lantian.office.plans.task_search import TaskPages, due_counts, filtered_tasks, reached
from lantian.office.plans.terms import Review, State
from lantian.office.regions.models import Region

PAGE = 50
# Where a person reports on a task in an open dispatch round; filled by `dispatch`, which plans do not know.
ROUND_DOORS: list[Callable[[Any, Task], str | None]] = []


def round_door(person: Any, task: Task) -> str | None:
    """The address at which this person reports on a task in a round; None where none is open for them."""
    return next((url for door in ROUND_DOORS if (url := door(person, task))), None)


# The columns one may choose; number and task are always there.
COLUMNS = {
    "plan": _lazy("Plan"),
    "lead": _lazy("Units"),
    "due": _lazy("Due"),
    "state": _lazy("State"),
}


def task_filter(request: HttpRequest) -> TaskFilter:
    """The filter form with the choices this person has."""
    root = region_root(request.user)
    regions = Region.objects.visible_to(request.user).exclude(level="township")
    mine = TaskReach.objects.filter(region=OuterRef("pk"), live=True)
    plans = Plan.objects.order_by("-issued_date", "-pk")
    rows = reached(request.user)
    if rows is not None:
        plans = plans.filter(pk__in=rows.order_by().values("plan"))
    elif root is None:
        plans = plans.filter(pk__in=Task.objects.visible_to(request.user).values("plan"))
    return TaskFilter(
        request.GET,
        regions=[(r.code, r.label) for r in regions.filter(Exists(mine)).order_by("code")],
        plans=[(str(pk), title) for pk, title in plans.values_list("pk", "title")],
        parts=_parts(request),
    )


def _parts(request: HttpRequest) -> list[tuple[str, str]]:
    """The headings of the plan that is asked for, as far as one may see the plan."""
    plan = request.GET.get("plan", "")
    if not plan.isdigit():
        return []
    clauses = Clause.objects.visible_to(request.user).filter(plan=plan, depth__lte=1).exclude(heading="")
    return [(str(c.pk), f"{c.cited} {c.heading}") for c in clauses.exclude(review=Review.REJECTED)]


def asked_of(form: TaskFilter) -> dict[str, Any]:
    """What was understood of the question; what was not, the page says beside its field."""
    form.is_valid()
    return dict(form.cleaned_data)


@login_required
def task_list(request: HttpRequest) -> HttpResponse:
    """Tasks by state, unit, region, due date and words."""
    form = task_filter(request)
    today = clock.today()
    pages = TaskPages(request.user, asked_of(form), PAGE).get_page(request.GET.get("page"))
    columns = [name for name in COLUMNS if name in request.GET.getlist("col")] or list(COLUMNS)
    context = {"pages": pages, "today": today, "columns": columns}
    if request.htmx:
        return render(request, "plans/parts/task_table.html", context)
    counts = due_counts(request.user, today)
    whole = {**context, "title": _("Tasks"), "form": form, "counts": counts, "all_columns": COLUMNS}
    return page(request, "plans/tasks.html", whole)


@login_required
def task_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as a file for a spreadsheet."""
    form = task_filter(request)
    found = filtered_tasks(request.user, asked_of(form))
    response = StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tasks-{clock.today().isoformat()}.csv"'
    return response


def _csv(tasks: QuerySet[Task]) -> Iterator[str]:
    class Line:
        def write(self, text: str) -> str:
            return text

    writer = csv.writer(Line())
    # The mark at the start tells Excel that the file is UTF-8.
    yield "\ufeff"
    yield writer.writerow(
        [
            _("Plan"),
            _("Clause"),
            _("Number"),
            _("Title"),
            _("Text"),
            _("Units"),
            _("Due"),
            _("State"),
            _("Percent"),
        ]
    )
    for task in tasks.iterator(chunk_size=500):
        units = "；".join(f"{a.written}（{a.part}）" for a in task.assignments.all())
        state = State(task.own_state).label
        row = [
            task.plan.title, task.clause.cited, task.number, task.title, task.text, units,
            task.due.isoformat() if task.due else "", str(state), task.own_percent,
        ]  # fmt: skip
        yield writer.writerow([harmless(value) for value in row])


@login_required
def task_page(request: HttpRequest, pk: int, form: ProgressForm | None = None) -> HttpResponse:
    """One task: its words, units, dates, quantities, how far it is, and what was done to it."""
    found = rules.with_own_state(
        Task.objects.select_related("plan__region", "plan__document", "clause"),
        rules.region_root(request.user),
        request.user.region_id,
    )
    task = get_visible_or_404(found, request.user, pk=pk)
    reporter = rules.reporter_of(request.user, task)
    in_round = round_door(request.user, task)
    reports = list(rules.reports_of(task, request.user))
    shares = rules.shares_of(task, request.user)
    start = {"state": task.own_state, "percent": task.own_percent}
    plan_visible = Plan.objects.visible_to(request.user).filter(pk=task.plan_id).exists()
    context = {
        "title": task.headline,
        "task": task,
        "words": pieces(
            task.plan.document.text, [(task.start, task.end)], _marks(task), task.plan.document.blank
        ),
        "crumbs": [(_("Tasks"), reverse("plans:tasks"))],
        "assignments": task.assignments.select_related("unit", "source__clause").prefetch_related("regions"),
        "reporter": reporter,
        "in_round": in_round,
        "form": form or (ProgressForm(initial=start) if reporter else None),
        "reports": reports,
        "shares": shares,
        "share_counts": {state: sum(1 for row in shares if row[1] == state) for state in State.values},
        "plan_visible": plan_visible,
        "may_bind": plan_visible and can(request.user, Capability.ASSIGN_TASK),
        "actions": _history(task, reports),
        "today": clock.today(),
    }
    return page(request, "plans/task.html", context, status=400 if form and form.errors else 200)


def _marks(task: Task) -> list[Mark]:
    """The quotes of one task on its words."""
    return [
        *(
            Mark(a.start, a.end, "unit", a.get_role_display())
            for a in task.assignments.all()
            if a.source_id is None
        ),
        *(Mark(d.start, d.end, "deadline", d.by) for d in task.deadlines.all()),
        *(Mark(q.start, q.end, "quantity") for q in task.quantities.all()),
    ]


def _history(task: Task, reports: list[ProgressReport]) -> list[ActionLog]:
    """The actions on a task and on those of its reports that the person sees, newest first."""
    shares = [str(r.pk) for r in reports if r.region_id]
    return list(
        ActionLog.objects.filter(
            Q(target_type="plans.task", target_id=str(task.pk))
            | Q(target_type="plans.progressreport", target_id__in=shares)
        ).order_by("-number")[:50]
    )


@login_required
@require_POST
def task_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a progress report."""
    task = get_visible_or_404(Task.objects.select_related("plan__region"), request.user, pk=pk)
    in_round = round_door(request.user, task)
    if in_round:
        # One chain: what a round asks for is reported in it, and counts when it was verified.
        messages.info(request, _("A dispatch round is open: report here."))
        return redirect(in_round)
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return task_page(request, pk, form)
    met = task.deadlines.filter(pk__in=[key for key in request.POST.getlist("met") if key.isdigit()])
    try:
        actions.report_progress(
            task,
            request,
            state=form.cleaned_data["state"],
            percent=form.cleaned_data["percent"],
            note=form.cleaned_data["note"],
            met=met,
        )
    except LantianError as error:
        form.add_error(None, error.line)
        return task_page(request, pk, form)
    messages.success(request, _("Your report is recorded."))
    return redirect(task)


@login_required
def task_bind(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the regions that a collective name of a task binds; `pk` is the assignment's."""
    assignment = get_visible_or_404(
        Assignment.objects.select_related("task__plan__region"), request.user, pk=pk, collective=True
    )
    plan = get_visible_or_404(Plan, request.user, pk=assignment.task.plan_id)
    if not can(request.user, Capability.ASSIGN_TASK):
        raise PermissionDenied
    initial = {"regions": assignment.regions.all()}
    form = BindForm(request.POST or None, home=assignment.task.plan.region, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_regions(assignment, request, list(form.cleaned_data["regions"]))
        except LantianError as error:
            form.add_error(None, error.line)
        else:
            return redirect(assignment.task)
    way = [
        (_("Tasks"), reverse("plans:tasks")),
        (assignment.task.headline, assignment.task.get_absolute_url()),
    ]
    context = {
        "title": assignment.written,
        "assignment": assignment,
        "form": form,
        "plan": plan,
        "crumbs": way,
    }
    return page(request, "plans/bind.html", context)
