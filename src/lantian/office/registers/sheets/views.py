"""Template, export, and the page on which a table is handed in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.people.rules import Capability, require
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.asking import Asked, ask
from lantian.office.registers.listing.views import ledger_or_404
from lantian.office.registers.sheets import runs
from lantian.office.registers.sheets.export import file_name, write_csv, write_xlsx
from lantian.office.registers.sheets.models import ImportRun
from lantian.office.registers.sheets.template import template
from lantian.office.registers.sheets.workbook import KINDS, MAX_BYTES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LATEST = 10


def as_file(content: Any, name: str, kind: str, *, streamed: bool = False) -> Any:
    """An answer that is saved under this name and never opened as a page of this host."""
    made = StreamingHttpResponse if streamed else HttpResponse
    return made(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require(Capability.KEEP_REGISTER)
def template_file(request: HttpRequest, code: str) -> HttpResponse:
    """The empty table, with the regions and units this person may name."""
    ledger = ledger_or_404(code)
    return as_file(template(ledger, request.user), f"{ledger.title}_{_('template')}.xlsx", XLSX)


@login_required
def export_file(request: HttpRequest, code: str) -> Any:
    """The records a list shows, all pages of it, to be edited and sent back."""
    asked = _asked(request, code)
    if isinstance(asked, HttpResponse):
        return asked
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        target = Path(file.name)
    try:
        write_xlsx(target, asked.ledger, request.user, asked.rows)
        stream = target.open("rb")
    finally:
        target.unlink()  # the open file stays readable until it was sent

    answer = FileResponse(
        stream, as_attachment=True, filename=file_name(asked.ledger, ".xlsx"), content_type=XLSX
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
def export_csv(request: HttpRequest, code: str) -> Any:
    """The same as CSV."""
    asked = _asked(request, code)
    if isinstance(asked, HttpResponse):
        return asked
    lines = write_csv(asked.ledger, request.user, asked.rows)
    return as_file(lines, file_name(asked.ledger, ".csv"), "text/csv; charset=utf-8", streamed=True)


def _asked(request: HttpRequest, code: str) -> Asked | HttpResponse:
    """What the list is asked for; a question that cannot be understood exports nothing, never everything."""
    ledger = ledger_or_404(code)
    asked = ask(ledger, request.GET, request.user)
    if asked.faults:
        for fault in asked.faults:
            messages.error(request, fault.words)
        return redirect(reverse("registers:records", args=[code]))
    return asked


@require(Capability.KEEP_REGISTER)
def imports(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in a table; the tables this person handed in lately."""
    ledger = ledger_or_404(code)
    problem = ""
    if request.method == "POST":
        try:
            run = _upload(request, ledger)
        except LantianError as error:
            problem = error.line
        else:
            return redirect(run)
    mine = ImportRun.objects.filter(owner=request.user, register=code)[:LATEST]
    return page(
        request,
        "registers/sheets/imports.html",
        {
            "title": _("Import: %(register)s") % {"register": ledger.title},
            "crumbs": [
                (_("Registers"), reverse("registers:list")),
                (ledger.title, reverse("registers:records", args=[code])),
            ],
            "ledger": ledger,
            "runs": mine,
            "problem": problem,
            "accept": ",".join(KINDS),
            "most": MAX_BYTES >> 20,
        },
        status=400 if problem else 200,
    )


def _upload(request: HttpRequest, ledger: Ledger) -> ImportRun:
    file = request.FILES.get("file")
    if file is None:
        raise LantianError(_("no file was chosen"))
    if file.size > MAX_BYTES:
        raise LantianError(
            _("the file is larger than %(size)s MB") % {"size": MAX_BYTES >> 20},
            where=file.name, remedy=_("Give it in parts, or as CSV."),
        )  # fmt: skip
    run = runs.upload(request.user, ledger.code, str(file.name or ""), file.read())
    runs.launch(run)
    return run
