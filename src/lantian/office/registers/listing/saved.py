"""Filters a person keeps: saved, renamed, deleted; each their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.people.actions import record
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.asking import PAGE
from lantian.office.registers.listing.views import ledger_or_404
from lantian.office.registers.models import SavedFilter

MOST, LONGEST = 40, 4000


@login_required
@require_POST
def filters(request: HttpRequest, code: str) -> HttpResponse:
    """Save the question, or rename or delete one that was saved; back to the list as it was."""
    ledger = ledger_or_404(code)
    query = QueryDict(request.POST.get("query", "")[:LONGEST], mutable=True)
    query.pop(PAGE, None)
    try:
        said = _do(request, ledger, query)
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, said)
    return redirect(f"{reverse('registers:records', args=[code])}?{query.urlencode()}")


def _do(request: HttpRequest, ledger: Ledger, query: QueryDict) -> str:
    what, name = request.POST.get("do", ""), " ".join(request.POST.get("name", "").split())
    if what == "save":
        save(request, ledger, name, query)
        return _("Kept as “%(name)s”.") % {"name": name}
    if what not in ("rename", "delete"):
        raise Http404
    pk = request.POST.get("pk", "")
    own = SavedFilter.objects.filter(owner=request.user, register=ledger.code)
    one = own.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) < 18 else None
    if one is None:
        raise Http404
    if what == "delete":
        with transaction.atomic():
            record(request, "delete_filter", one, before={"name": one.name, "query": one.query})
            one.delete()
        return _("“%(name)s” is deleted.") % {"name": one.name}
    _check(own.exclude(pk=one.pk), name)
    before = one.name
    with transaction.atomic():
        one.name = name
        one.save(update_fields=["name"])
        record(request, "rename_filter", one, before={"name": before}, after={"name": name})
    return _("Renamed to “%(name)s”.") % {"name": name}


def save(request: HttpRequest, ledger: Ledger, name: str, query: QueryDict) -> SavedFilter:
    """Keep a question under a name.

    Raises
    ------
    LantianError
        it has no name, or one that is taken, or there are forty already
    """
    own = SavedFilter.objects.filter(owner=request.user, register=ledger.code)
    _check(own, name)
    if own.count() >= MOST:
        raise LantianError(
            _("%(most)s filters are kept already") % {"most": MOST}, remedy=_("Delete one you do not need.")
        )
    with transaction.atomic():
        made = SavedFilter.objects.create(
            owner=request.user, register=ledger.code, name=name, query=query.urlencode(),
            columns=query.getlist("columns"),
        )  # fmt: skip
        record(request, "save_filter", made, after={"name": name, "query": made.query})
    return made


def _check(others: Any, name: str) -> None:
    if not name or len(name) > 60:
        raise LantianError(_("a filter has a name of at most 60 characters"), remedy=_("Give it one."))
    if others.filter(name=name).exists():
        raise LantianError(
            _("you have a filter called “%(name)s”") % {"name": name}, remedy=_("Choose another name.")
        )
