"""The pages of supervision orders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.errors import LantianError
from lantian.office.dispatch import evidence, ordering, papers
from lantian.office.dispatch.models import ReplyFile, SupervisionOrder
from lantian.office.dispatch.report_views import version_of
from lantian.office.dispatch.round_views import may_run
from lantian.office.dispatch.states import OrderState
from lantian.office.frame import clock
from lantian.office.frame.views import own_region, page
from lantian.office.loops import moves_for, overdue
from lantian.office.people.actions import history_of
from lantian.office.people.models import Unit
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans.models import Task
from lantian.office.regions.models import Region


def crumbs() -> list[tuple[str, str]]:
    """The way down to an order."""
    return [(_("Supervision orders"), reverse("dispatch:orders"))]


@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """Orders one sees, newest first, by their state."""
    every = SupervisionOrder.objects.visible_to(request.user)
    found = every.select_related("region", "to_unit", "to_region")
    asked = request.GET.get("state", "")
    if asked == "overdue":
        found = overdue(found)
    elif asked in OrderState.values:
        found = found.filter(state=asked)
    key = request.GET.get("round", "")
    if key.isdigit() and len(key) < 18:
        found = found.filter(round=key)
    context = {
        "title": _("Supervision orders"),
        "pages": Paginator(found, 30).get_page(request.GET.get("page")),
        "states": OrderState.choices,
        "asked": asked,
        "late": overdue(every).count(),
        "may_run": may_run(request.user),
    }
    return page(request, "dispatch/orders.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Issue an order by hand; `?task=` names what it is about."""
    if not may_run(request.user):
        raise PermissionDenied
    region = own_region(request)
    if region is None:
        raise PermissionDenied
    tasks = _tasks(request)
    units = Unit.objects.visible_to(request.user).filter(region__path__startswith=region.path)
    regions = Region.objects.visible_to(request.user).filter(
        path__startswith=region.path, valid_to__isnull=True
    ).exclude(pk=region.pk).exclude(level="township")  # fmt: skip
    if request.method == "POST":
        try:
            made = ordering.issue_order(
                request, region, title=request.POST.get("title", ""),
                text=request.POST.get("text", "")[:20000], reply_by=_day(request), about=tasks,
                **_addressee(request.POST.get("to", ""), units, regions),
            )  # fmt: skip
        except LantianError as error:
            messages.error(request, error.line)
        else:
            messages.success(request, _("Issued as %(number)s.") % {"number": made.label})
            return redirect(made)
    context = {
        "title": _("New supervision order"),
        "units": units.order_by("name"),
        "regions": regions.order_by("path"),
        "tasks": tasks,
        "wrote": request.POST,
        "reply_by": request.POST.get("reply_by") or (clock.today() + timedelta(days=7)).isoformat(),
        "crumbs": crumbs(),
    }
    return page(request, "dispatch/new_order.html", context)


@login_required
@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what is asked, of whom, by when; the replies; what can be done next."""
    found = _found(request, pk)
    moves = moves_for(found, request.user)
    context = {
        "title": found.title,
        "subtitle": found.label,
        "order": found,
        "subjects": found.subjects.all(),
        "replies": found.replies.select_related("by").prefetch_related("files"),
        "may_reply": any(m.name == "reply_order" for m in moves),
        "moves": [m for m in moves if m.name != "reply_order"],
        "accept": evidence.ACCEPT,
        "again_by": (clock.today() + timedelta(days=5)).isoformat(),
        "crumbs": crumbs(),
    }
    return page(request, "dispatch/order.html", context)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Reply to an order, take the reply or send it back, close or withdraw the order."""
    found = _found(request, pk)
    reason, version = request.POST.get("reason", "")[:5000], version_of(request)
    try:
        if name == "reply_order":
            files = request.FILES.getlist("files")
            ordering.reply(found, request, request.POST.get("text", "")[:20000], version=version, files=files)
        elif name == "return_reply":
            ordering.return_reply(found, request, reason, reply_by=_day(request), version=version)
        elif name in _PLAIN:
            _PLAIN[name](found, request, reason, version=version)
        else:
            raise Http404(_("There is nothing at this address."))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(found)


_PLAIN: dict[str, Any] = {
    "accept_reply": ordering.accept_reply,
    "close_order": ordering.close_order,
    "withdraw_order": ordering.withdraw_order,
}


@login_required
@require_GET
def order_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The order as Word, as it was issued."""
    found = _found(request, pk)
    try:
        return papers.as_download(found.papers, str(found))
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)


@login_required
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a reply."""
    return evidence.download(get_visible_or_404(ReplyFile, request.user, pk=pk))


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done with an order, by whom and why."""
    found = _found(request, pk)
    log = Paginator(history_of(found, request.user), 50).get_page(request.GET.get("page"))
    way = [*crumbs(), (str(found), found.get_absolute_url())]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})


def _found(request: HttpRequest, pk: int) -> SupervisionOrder:
    rows = SupervisionOrder.objects.select_related("region", "to_unit", "to_region", "round", "issued_by")
    return get_visible_or_404(rows, request.user, pk=pk)


def _tasks(request: HttpRequest) -> list[Task]:
    keys = [*request.GET.getlist("task"), *request.POST.getlist("task")]
    asked = [key for key in keys if key.isdigit() and len(key) < 18]
    return list(Task.objects.visible_to(request.user).filter(pk__in=asked)) if asked else []


def _addressee(text: str, units: Any, regions: Any) -> dict[str, Any]:
    """`u12` or `r34`, among those this person can choose."""
    if text[1:].isdigit() and len(text) < 18:
        key = int(text[1:])
        chosen = (units if text[0] == "u" else regions).filter(pk=key).first()
        if chosen is not None:
            return {"to_unit" if text[0] == "u" else "to_region": chosen}
    raise LantianError(_("choose to whom the order goes"))


def _day(request: HttpRequest) -> date:
    text = request.POST.get("reply_by", "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LantianError(_('"%(text)s" is not a day') % {"text": text}) from error
