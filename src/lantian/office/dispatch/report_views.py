"""The pages of reports: what I have to report, one report with its form, the queue of verification."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lantian.errors import LantianError
from lantian.office.dispatch import doubting, evidence, reminding, reporting
from lantian.office.dispatch.models import Report, ReportFile
from lantian.office.dispatch.states import ReportState
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans.terms import State, amount, number_text

PAGE = 50
SEEN = ("round__region", "task__plan__region", "unit__region", "region", "lead", "submitted_by")


def crumbs() -> list[tuple[str, str]]:
    """The way down to a page of dispatch."""
    return [(_("Dispatch"), reverse("dispatch:home"))]


def version_of(request: HttpRequest) -> int | None:
    """The version the page was drawn from, out of its form."""
    given = request.POST.get("version", "")
    return int(given) if given.isdigit() and len(given) < 10 else None


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What this person's unit or region has to report, round by round; below, what was sent lately."""
    found = (
        reminding.to_report(request.user)
        .select_related(*SEEN)
        .order_by("round__due", "round_id", "task__plan_id", "task__start")
    )
    pages = Paginator(found, PAGE).get_page(request.GET.get("page"))
    groups = [(one, list(rows)) for one, rows in groupby(pages.object_list, key=lambda r: r.round)]
    sent = (
        _held_by(request.user)
        .exclude(first_submitted_at=None)
        .select_related(*SEEN)
        .order_by("-submitted_at")[:20]
    )
    context = {
        "title": _("My reports"), "groups": groups, "pages": pages, "sent": sent,
        "waiting": reminding.waiting_for(request.user), "crumbs": crumbs(),
    }  # fmt: skip
    return page(request, "dispatch/mine.html", context)


def _held_by(person: Any) -> QuerySet[Report]:
    return Report.objects.filter(reminding.held_by(person))


@login_required
@require_POST
def no_change(request: HttpRequest) -> HttpResponse:
    """Submit what the last round said for the reports that were ticked; each is marked so."""
    keys = [key for key in request.POST.getlist("report") if key.isdigit() and len(key) < 18]
    done = 0
    for one in reminding.to_report(request.user).filter(pk__in=keys).select_related(*SEEN):
        try:
            reporting.submit_unchanged(one, request)
        except LantianError as error:
            messages.error(request, error.line)
        else:
            done += 1
    if done:
        words = ngettext(
            "%(number)d report is submitted as “no change”.",
            "%(number)d reports are submitted as “no change”.",
            done,
        )
        messages.success(request, words % {"number": done})
    elif not keys:
        messages.error(request, _("Tick the reports in which nothing has changed."))
    return redirect("dispatch:mine")


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person's verification, oldest first."""
    found = reminding.to_verify(request.user).select_related(*SEEN).order_by("state_due", "pk")
    pages = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"title": _("To verify"), "pages": pages, "crumbs": crumbs()}
    return page(request, "dispatch/queue.html", context)


@login_required
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what is asked, what was said before, its form or what it says, its evidence."""
    return _report_page(request, _found(request, pk))


@login_required
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the draft, or submit the report."""
    found = _found(request, pk)
    sent = request.POST
    submitting = sent.get("do") == "submit"
    files = request.FILES.getlist("files")
    try:
        content = _content(found, sent)
        if submitting:
            reporting.submit(
                found, request, content, version=version_of(request), sure=sent.get("sure") == "yes",
                files=files,
            )  # fmt: skip
        else:
            reporting.save_draft(found, request, content, version=version_of(request), files=files)
    except reporting.DoubtError as error:
        return _report_page(request, found, sent=sent, doubts=error.doubts, lost_files=bool(files))
    except LantianError as error:
        messages.error(request, error.line)
        return _report_page(request, _found(request, pk), sent=sent, lost_files=bool(files), status=400)
    if not submitting:
        messages.success(request, _("The draft is kept. It is not submitted yet."))
        return redirect(found)
    if found.late:
        messages.warning(request, _("The report is submitted. It came after its day and is marked late."))
    else:
        messages.success(request, _("The report is submitted."))
    return redirect("dispatch:mine")


def _content(found: Report, sent: Any) -> reporting.Content:
    done = {
        q.pk: reporting.read_number(sent.get(f"done-{q.pk}", ""), q.line[:60])
        for q in found.task.quantities.all()
        if f"done-{q.pk}" in sent
    }
    percent = sent.get("percent", "").strip().rstrip("%％")
    if percent and not (percent.isdigit() and len(percent) <= 3):
        raise LantianError(_("the percentage must lie between 0 and 100"), where=str(found))
    return reporting.Content(
        progress=sent.get("progress", ""),
        percent=int(percent) if percent else None,
        text=sent.get("text", "")[:20000],
        done=done,
        met=[int(key) for key in sent.getlist("met") if key.isdigit() and len(key) < 18],
    )


@login_required
@require_POST
def decide(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Verify a report, send it back, or find it false."""
    found = _found(request, pk)
    reason, version = request.POST.get("reason", "")[:5000], version_of(request)
    try:
        if name == "verify_report":
            reporting.verify(found, request, version=version, note=reason)
            messages.success(request, _("Verified: it is the progress of the task now."))
        elif name == "return_report":
            reporting.send_back(found, request, reason, version=version)
            messages.success(request, _("Sent back with your reason."))
        elif name == "find_report_false":
            files = request.FILES.getlist("files")
            reporting.find_false(found, request, reason, version=version, files=files)
            messages.success(request, _("Found false; the task is back where it stood."))
        else:
            raise Http404(_("There is nothing at this address."))
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)
    following = reminding.to_verify(request.user).order_by("state_due", "pk").first()
    return redirect(following or "dispatch:queue") if request.POST.get("next") else redirect(found)


@login_required
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a report."""
    return evidence.download(get_visible_or_404(ReportFile, request.user, pk=pk))


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out of a draft."""
    one = get_visible_or_404(ReportFile.objects.select_related("report"), request.user, pk=pk)
    try:
        reporting.remove_file(one, request)
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(one.report)


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done with a report, by whom and why."""
    found = _found(request, pk)
    log = Paginator(history_of(found, request.user), PAGE).get_page(request.GET.get("page"))
    way = [*crumbs(), (str(found.task), found.get_absolute_url())]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})


def _found(request: HttpRequest, pk: int) -> Report:
    return get_visible_or_404(Report.objects.select_related(*SEEN), request.user, pk=pk)


def _report_page(
    request: HttpRequest,
    found: Report,
    *,
    sent: Any = None,
    doubts: list[dict[str, Any]] | None = None,
    lost_files: bool = False,
    status: int = 200,
) -> HttpResponse:
    writes = reporting.may_write(found, request.user)
    last = doubting.previous(found)
    files = list(found.files.select_related("added_by"))
    context = {
        "title": found.task.headline,
        "report": found,
        "last": last,
        "quantities": _quantities(found, last, sent),
        "deadlines": _deadlines(found, sent),
        "states": State.choices,
        "wrote": _wrote(found, last, sent),
        "doubts": [doubting.words(one) for one in doubts or ()],
        "asked_about": [doubting.words(one) for one in found.doubts],
        "lost_files": lost_files,
        "files": [f for f in files if f.side == ReportFile.Side.REPORTER],
        "proofs": [f for f in files if f.side == ReportFile.Side.VERIFIER],
        "accept": evidence.ACCEPT,
        "writes": writes,
        "moves": [m for m in moves_for(found, request.user) if m.name != "submit_report"],
        "returned_because": _returned_because(found, request.user),
        "crumbs": [*crumbs(), (str(found.round), found.round.get_absolute_url())],
    }
    return page(request, "dispatch/report.html", context, status=status)


def _wrote(found: Report, last: Report | None, sent: Any) -> dict[str, Any]:
    """What stands in the form: what was just sent, else the draft, else how far it was last time."""
    if sent is not None:
        return {"progress": sent.get("progress"), "percent": sent.get("percent"), "text": sent.get("text")}
    if found.progress or last is None:
        return {"progress": found.progress, "percent": found.percent, "text": found.text}
    return {"progress": last.progress, "percent": last.percent, "text": found.text}


def _quantities(found: Report, last: Report | None, sent: Any) -> list[dict[str, Any]]:
    now = {q.quantity_id: q for q in found.quantities.select_related("quantity")}
    before = {q.quantity_id: q.done for q in last.quantities.all()} if last else {}
    rows = []
    for quantity in found.task.quantities.all():
        own = now.get(quantity.pk)
        was = before.get(quantity.pk)
        rows.append(
            {
                "quantity": quantity,
                "asked": quantity.asks,
                "before": None if was is None else amount(was, quantity.unit),
                "now": own.with_unit if own else None,
                "value": sent.get(f"done-{quantity.pk}", "") if sent is not None
                else number_text(own.done) if own else "",
            }
        )  # fmt: skip
    return rows


def _deadlines(found: Report, sent: Any) -> list[dict[str, Any]]:
    """The task's dates to be met; only who speaks for the whole can say that one is."""
    if found.region is not None:
        return []
    ticked = {int(k) for k in sent.getlist("met") if k.isdigit()} if sent is not None else set(found.met)
    return [
        {"deadline": d, "ticked": d.pk in ticked}
        for d in found.task.deadlines.all()
        if d.last_day is not None and d.kind != "from" and (d.met_on is None or d.pk in ticked)
    ]


def _returned_because(found: Report, person: Any) -> str:
    if found.state not in (ReportState.RETURNED, ReportState.FALSE):
        return ""
    verb = "return_report" if found.state == ReportState.RETURNED else "find_report_false"
    row = history_of(found, person).filter(verb=verb).first()
    return row.reason if row else ""


def reporting_door(person: Any, task: Any) -> str | None:
    """Where this person reports on a task in a round that is open; None where there is no such round."""
    found = (
        reminding.to_report(person).filter(task=task).order_by("round__due").first()
        or _held_by(person).filter(task=task, round__state="open").order_by("round__due").first()
    )
    if found is None or not Report.objects.visible_to(person).filter(pk=found.pk).exists():
        return None
    return found.get_absolute_url()
