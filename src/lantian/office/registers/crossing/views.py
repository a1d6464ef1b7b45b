"""Pages across registers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.people.rules import Capability, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.registers import actions
from lantian.office.registers.crossing import dossier as dossiers
from lantian.office.registers.crossing import merging
from lantian.office.registers.crossing.likeness import BRANCH, NEAR, SAME
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.record_views import problem_about

HEAD = (
    "credit_code",
    "permit",
    "industry",
    "size",
    "key_polluter",
    "contact",
    "phone",
    "product",
    "capacity",
)


def _enterprises() -> Ledger:
    return ledger("enterprises")


def _visible(request: HttpRequest, pk: int) -> Any:
    rows = _enterprises().model.objects.filter(withdrawn=False).select_related("region", "merged_into")
    return get_visible_or_404(rows, request.user, pk=pk)


def _crumbs() -> list[tuple[Any, str]]:
    return [
        (_("Registers"), reverse("registers:list")),
        (_enterprises().title, reverse("registers:records", args=["enterprises"])),
    ]


@login_required
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything known of one enterprise, as far as the person may see it."""
    row = _visible(request, pk)
    found = dossiers.sections(request.user, row)
    fields = _enterprises().by_name
    context = {
        "title": row.name,
        "subtitle": f"{row.region.label} · {row.status_label}",
        "crumbs": _crumbs(),
        "row": row,
        "facts": [
            (fields[name].label, f"{fields[name].write(getattr(row, name))} {fields[name].unit}".strip())
            for name in HEAD
            if getattr(row, name) not in (None, "")
        ],
        "missing": _enterprises().missing(row),
        "sections": found,
        "late": sum(section.late for section in found),
        "may_keep": actions.may_keep(request.user, row),
        "problem": problem_about(request, enterprise=row.pk),
    }
    return page(request, "registers/dossier.html", context)


@require(Capability.KEEP_REGISTER)
def same(request: HttpRequest) -> HttpResponse:
    """Enterprises that may be one firm under two names."""
    why = {
        SAME: _("the same words but for place and legal form"),
        NEAR: _("nearly the same words"),
        BRANCH: _("the same branch under another name of the firm"),
    }
    context = {
        "title": _("Enterprises that may be the same"),
        "crumbs": _crumbs(),
        "rows": [
            (proposal, round(100 * proposal.likeness.score), why[proposal.likeness.why])
            for proposal in merging.proposals(request.user)
        ],
    }
    return page(request, "registers/same.html", context)


@require_POST
@require(Capability.KEEP_REGISTER)
def decide(request: HttpRequest, keep: int, gone: int) -> HttpResponse:
    """Merge two enterprises, or say that they are two."""
    one, other = _visible(request, keep), _visible(request, gone)
    try:
        if request.POST.get("same") == "yes":
            moved = merging.merge(request, one, other, request.POST.get("reason", ""))
            messages.success(
                request,
                _("Merged: %(moved)s records now belong to %(name)s.") % {"moved": moved, "name": one},
            )
        else:
            merging.tell_apart(request, one, other)
            messages.success(request, _("Noted: they are two firms."))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect("registers:same")
