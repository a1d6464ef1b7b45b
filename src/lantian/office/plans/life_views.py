"""The life of a plan: exported, read again, its names decided, added to, told apart from what looks alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.people.models import UnitKind
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans import actions, naming
from lantian.office.plans.add_forms import AddForm
from lantian.office.plans.exporting import plan_yaml
from lantian.office.plans.holding import KEPT_FOR, held_path
from lantian.office.plans.loading import MAX_BYTES, too_large
from lantian.office.plans.models import Plan
from lantian.office.plans.rereading import counted

SALT = "plans.alike"


def _reviewed(request: HttpRequest, pk: int) -> Plan:
    """A plan that the asker may review."""
    plan = get_visible_or_404(Plan.objects.select_related("region", "document"), request.user, pk=pk)
    if not can(request.user, Capability.REVIEW_PLAN):
        raise PermissionDenied
    return plan


def _crumbs(plan: Plan) -> list[tuple[str, str]]:
    return [(_("Plans"), reverse("plans:list")), (plan.title, plan.get_absolute_url())]


@login_required
@require_GET
def plan_as_yaml(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as a plan file."""
    plan = get_visible_or_404(Plan.objects.select_related("region", "document"), request.user, pk=pk)
    headers = {"Content-Disposition": content_disposition_header(True, f"{plan.title[:80]}.yaml") or ""}
    return HttpResponse(plan_yaml(plan), content_type="application/yaml; charset=utf-8", headers=headers)


@login_required
@require_POST
def plan_reread(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the plan again, from its file or from a corrected one."""
    plan = _reviewed(request, pk)
    upload = request.FILES.get("file")
    try:
        if upload is not None and upload.size > MAX_BYTES:
            raise too_large(upload.name)
        given = {"name": Path(upload.name).name, "content": upload.read()} if upload else {}
        reading = actions.reread(plan, request, **given)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(plan)
    messages.success(request, said_of(reading.changes))
    return redirect("plans:readings", pk)


def said_of(changes: list[dict[str, Any]]) -> str:
    """What a reading changed, in one line."""
    if not changes:
        return _("Read again: nothing is different.")
    return _("Read again: %(added)s added, %(gone)s gone, %(changed)s changed.") % counted(changes)


@login_required
def plan_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """What every further reading added, lost and changed."""
    plan = get_visible_or_404(Plan, request.user, pk=pk)
    readings = list(plan.readings.select_related("document", "read_by")[:20])
    context = {"title": _("Readings"), "plan": plan, "readings": readings, "crumbs": _crumbs(plan)}
    return page(request, "plans/readings.html", context)


@login_required
def plan_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Names of units the register did not know; a person says once what each means."""
    plan = _reviewed(request, pk)
    if request.method == "POST":
        try:
            written = request.POST.get("written", "")
            number = _decide(request, plan, written)
            words = ngettext("%(name)s: %(number)s assignment", "%(name)s: %(number)s assignments", number)
            messages.success(request, words % {"name": written, "number": number})
        except LantianError as error:
            messages.error(request, error.line)
        return redirect("plans:names", pk)
    context = {
        "title": _("Names of units"), "plan": plan, "names": naming.unknown_names(plan),
        "units": naming.units_for(plan).order_by("name"), "kinds": UnitKind.choices, "crumbs": _crumbs(plan),
    }  # fmt: skip
    return page(request, "plans/names.html", context)


def _decide(request: HttpRequest, plan: Plan, written: str) -> int:
    """A name of the register is that unit; another name is a new unit."""
    name = request.POST.get("unit", "").strip()
    found = sorted(
        naming.units_for(plan).filter(name=name), key=lambda unit: (unit.region_id != plan.region_id, unit.pk)
    )
    if found:
        return actions.decide_name(plan, written, request, unit=found[0])
    create = {"name": name, "kind": request.POST.get("kind", "")}
    return actions.decide_name(plan, written, request, create=create)


@login_required
def plan_add(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that adds something to a plan, by marked words or without, for the page's dialog."""
    plan = _reviewed(request, pk)
    form = AddForm(plan, request.POST if request.method == "POST" else None, initial=request.GET.dict())
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            row = form.save(request)
        except LantianError as mistake:
            error = mistake.line
        else:
            task = getattr(row, "task", None)
            anchor = f"task-{task.pk}" if task else f"{form.kind}-{row.pk}"
            address = f"{plan.get_absolute_url()}#{anchor}"
            if not request.htmx:
                return redirect(address)
            # The page is drawn anew: a new address with the same page would only move it.
            messages.success(request, _("Added: %(name)s") % {"name": row})
            return HttpResponse(headers={"HX-Redirect": address, "HX-Refresh": "true"})
    return render(request, "plans/parts/add.html", {"plan": plan, "form": form, "error": error})


def ask_about_alike(
    request: HttpRequest, plans: list[Plan], name: str, sha256: str, region: str
) -> HttpResponse:
    """The page that asks whether a file is a newer version of a plan that is loaded."""
    token = signing.dumps([name, sha256, region, request.user.pk], salt=SALT)
    context = {"title": _("Is it loaded already?"), "alike": plans, "name": name, "token": token}
    return page(request, "plans/alike.html", context)


@login_required
@require_POST
def plan_alike(request: HttpRequest) -> HttpResponse:
    """The answer: a newer version, the same document to be read again, another plan, or none of it."""
    try:
        name, sha256, region, asker = signing.loads(
            request.POST.get("token", ""), salt=SALT, max_age=KEPT_FOR
        )
    except signing.BadSignature as error:
        raise Http404 from error
    path = held_path(sha256, Path(name).suffix.lower())
    if asker != request.user.pk or not path.is_file():
        raise Http404
    answer, _colon, pk = request.POST.get("answer", "").partition(":")
    old = get_visible_or_404(Plan, request.user, pk=pk) if pk else None
    content = path.read_bytes()
    try:
        if answer == "replaces" and old is not None:
            loaded = actions.load_plan(name, content, request, region or None, replaces=old)
        elif answer == "same" and old is not None:
            reading = actions.reread(old, request, name=name, content=content)
            messages.success(request, said_of(reading.changes))
            path.unlink(missing_ok=True)
            return redirect("plans:readings", old.pk)
        elif answer == "another":
            loaded = actions.load_plan(name, content, request, region or None, another=True)
        else:
            path.unlink(missing_ok=True)
            messages.info(request, _("Nothing was loaded."))
            return redirect("plans:list")
    except LantianError as error:
        messages.error(request, error.line)
        return redirect("plans:list")
    path.unlink(missing_ok=True)
    messages.success(request, loaded.line)
    return redirect(loaded.plan)
