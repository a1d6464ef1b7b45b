"""The pages of plans: list and upload, the plan with its review, its document, its history."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans import actions, rules
from lantian.office.plans.forms import SUFFIXES, PlanFilter, UploadForm
from lantian.office.plans.holding import hold
from lantian.office.plans.life_views import ask_about_alike
from lantian.office.plans.loading import MAX_BYTES, kept_path, notes_of, too_large
from lantian.office.plans.models import Plan
from lantian.office.plans.naming import unknown_names
from lantian.office.plans.reading_page import rows_of, whole_document
from lantian.office.plans.rules import review_counts
from lantian.office.plans.terms import indicator_choices
from lantian.office.plans.versions import LooksAlikeError


def crumbs(plan: Plan | None = None) -> list[tuple[str, str]]:
    """The way down to a page under a plan."""
    way = [(_("Plans"), reverse("plans:list"))]
    return [*way, (plan.title, plan.get_absolute_url())] if plan else way


@login_required
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans one may see; whoever may load plans uploads one here."""
    may_load = can(request.user, Capability.LOAD_DATA)
    upload = UploadForm(request.POST or None, request.FILES or None) if may_load else None
    if request.method == "POST":
        if upload is None:
            raise PermissionDenied
        if upload.is_valid():
            loaded = _load(request, upload)
            if isinstance(loaded, HttpResponse):
                return loaded
            if loaded is not None:
                return redirect(loaded.plan)
    form = PlanFilter(request.GET)
    pages = Paginator(_filtered(request, form), 30).get_page(request.GET.get("page"))
    context = {"title": _("Plans"), "plans": pages, "form": form, "upload": upload}
    return page(request, "plans/list.html", context)


def _filtered(request: HttpRequest, form: PlanFilter) -> Any:
    found = Plan.objects.visible_to(request.user).select_related("region")
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("q"):
        words = asked["q"].strip()
        found = found.filter(
            Q(title__icontains=words) | Q(doc_no__icontains=words) | Q(region__name__icontains=words)
        )
    if asked.get("status"):
        found = found.filter(status=asked["status"])
    return found.annotate(
        targets_count=Count("targets", distinct=True), tasks_count=Count("tasks", distinct=True)
    ).order_by("-issued_date", "-pk")


def _load(request: HttpRequest, form: UploadForm) -> actions.Loaded | HttpResponse | None:
    """Reads an uploaded file; says on the page what became of it."""
    upload = form.cleaned_data["file"]
    name = Path(upload.name).name
    suffix = Path(name).suffix.lower()
    try:
        if suffix not in SUFFIXES:
            raise LantianError(
                _('a plan cannot be read from a "%(suffix)s" file') % {"suffix": suffix or name},
                where=name,
                remedy=_("Give it as %(kinds)s.") % {"kinds": ", ".join(SUFFIXES)},
            )
        if upload.size > MAX_BYTES:
            raise too_large(name)
        region = form.cleaned_data["region"]
        content = upload.read()
        loaded = actions.load_plan(name, content, request, region or None, another=False)
    except LooksAlikeError as question:
        sha256 = hashlib.sha256(content).hexdigest()
        hold(content, sha256, suffix)
        seen = list(Plan.objects.visible_to(request.user).filter(pk__in=[p.pk for p in question.plans]))
        return ask_about_alike(request, seen, name, sha256, region)
    except LantianError as error:
        messages.error(request, error.line)
        return None
    (messages.info if loaded.already else messages.success)(request, loaded.line)
    return loaded


@login_required
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The clause tree, each clause beside its words, with targets, tasks and their review."""
    plan = get_visible_or_404(
        Plan.objects.select_related("region", "document", "accepted_by"), request.user, pk=pk
    )
    rows = rows_of(plan)
    counts = review_counts(plan)
    context = {
        "title": plan.title,
        "plan": plan,
        "rows": rows,
        "notes": notes_of(plan),
        "crumbs": crumbs(),
        "counts": counts,
        "total": sum(counts.values()),
        "may_review": can(request.user, Capability.REVIEW_PLAN),
        "indicators": indicator_choices(),
        "doubts": rules.doubts_of(plan),
        "parts": [part for part in plan.parts.all() if part.label_written],
        "names_waiting": sum(name.waits for name in unknown_names(plan)),
        "newer": plan.newer_versions.first(),
        "removed": rules.removed_of(plan) if can(request.user, Capability.REVIEW_PLAN) else [],
    }
    return page(request, "plans/plan.html", context)


@login_required
def plan_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of the document with highlights."""
    plan = get_visible_or_404(Plan.objects.select_related("region", "document"), request.user, pk=pk)
    context = {"title": plan.title, "plan": plan, "words": whole_document(plan), "crumbs": crumbs(plan)}
    return page(request, "plans/document.html", context)


@login_required
@require_GET
def plan_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came."""
    plan = get_visible_or_404(Plan.objects.select_related("document"), request.user, pk=pk)
    path = kept_path(plan.document.sha256, Path(plan.document.name).suffix.lower())
    if not path.is_file():
        raise Http404(_("The file is no longer in the office's data folder."))
    # Always a download: an HTML file shown from this host could act as one of its pages.
    headers = {"Content-Disposition": content_disposition_header(True, plan.document.name) or "attachment"}
    return HttpResponse(path.read_bytes(), content_type="application/octet-stream", headers=headers)


@login_required
def plan_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done to a plan, by whom and why."""
    plan = get_visible_or_404(Plan, request.user, pk=pk)
    log = Paginator(history_of(plan, request.user), 50).get_page(request.GET.get("page"))
    return page(
        request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": crumbs(plan)}
    )


@login_required
@require_POST
def plan_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the reading of the whole plan, with what is not reviewed yet when that was ticked."""
    plan = get_visible_or_404(Plan, request.user, pk=pk)
    try:
        number = actions.accept_plan(plan, request, rest=request.POST.get("rest") == "yes")
    except LantianError as error:
        messages.error(request, error.line)
    else:
        words = ngettext(
            "The reading is accepted, %(number)s thing with it.",
            "The reading is accepted, %(number)s things with it.",
            number,
        )
        messages.success(request, words % {"number": number})
    return redirect(plan)
