"""Lists and records of registers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from lantian.office.frame.views import page
from lantian.office.people.scope import get_visible_or_404
from lantian.office.registers import rules
from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.declaring.ledger import Ledger


def ledger_or_404(code: str) -> Ledger:
    """The register of an address."""
    try:
        return ledger(code)
    except KeyError:
        raise Http404 from None


@login_required
def registers(request: HttpRequest) -> HttpResponse:
    """Every register, by group, with its counts."""
    rows = [(one, rules.records(one, request.user).count()) for one in ledgers()]
    return page(request, "registers/registers.html", {"title": "", "rows": rows})


@login_required
def records(request: HttpRequest, code: str) -> HttpResponse:
    """The records of a register."""
    one = ledger_or_404(code)
    context = {"title": one.title, "ledger": one, "rows": rules.records(one, request.user)[:50]}
    return page(request, "registers/records.html", context)


@login_required
def record(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One record."""
    row = get_visible_or_404(ledger_or_404(code).model.objects.filter(withdrawn=False), request.user, pk=pk)
    return page(request, "registers/record.html", {"title": str(row), "row": row})
