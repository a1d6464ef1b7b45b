"""Pages of target letters: the list with what is ready to be issued, one letter, its papers."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404
from lantian.office.targets import letters, rules
from lantian.office.targets.models import Letter, LetterLine
from lantian.office.targets.views import asked_region

PER_PAGE = 30
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
def letter_list(request: HttpRequest) -> HttpResponse:
    """Letters a person may read, and the form to issue what is ready."""
    region = asked_region(request)
    seen = Letter.objects.visible_to(request.user).select_related("region", "issued_by")
    context: dict[str, Any] = {
        "title": _("Target letters"),
        "crumbs": [(_("Targets"), reverse("targets:board"))],
        "region": region,
        "pages": Paginator(seen, PER_PAGE).get_page(request.GET.get("page")),
    }
    if region is not None and rules.may_divide(request.user, region):
        ready = list(rules.ready(region))
        context |= {
            "ready": [(one, list(rows)) for one, rows in groupby(ready, key=lambda row: row.division)],
            "default_title": letters.default_title(ready) if ready else "",
            "default_text": letters.default_text(),
            "answer_by": clock.today() + timedelta(days=letters.ANSWER_DAYS),
            "issuer": request.user.unit.name if request.user.unit else region.name,
        }
    return page(request, "targets/letters.html", context)


@login_required
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the chosen divisions' ready parts as one letter."""
    region = asked_region(request)
    if region is None:
        raise Http404(_("There is nothing at this address."))
    chosen = {int(text) for text in request.POST.getlist("division") if text.isdecimal()}
    rows = [row for row in rules.ready(region) if row.division_id in chosen]
    sent = request.POST
    try:
        letter = letters.issue(
            request,
            region,
            rows,
            title=sent.get("title", ""),
            text=sent.get("text", "")[:4000],
            doc_no=sent.get("doc_no", ""),
            issuer=sent.get("issuer", ""),
            answer_by=rules.due_day(sent.get("answer_by", "")),
            reason=sent.get("reason", "")[:500],
        )
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(f"{reverse('targets:letters')}?region={region.code}")
    messages.success(request, _("Issued as %(number)s.") % {"number": letter.reference})
    return redirect(letter)


@login_required
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: its text, and the rows a person may see."""
    found = get_visible_or_404(Letter.objects.select_related("region", "issued_by"), request.user, pk=pk)
    lines = LetterLine.objects.visible_to(request.user).filter(letter=found)
    rows = list(lines.select_related("region", "letter", "allotment__division__region", "allotment__region"))
    context = {
        "title": found.title,
        "subtitle": f"{found.reference} · {found.issuer or found.region.label} · "
        f"{localtime(found.issued_at):%Y-%m-%d}",
        "crumbs": [
            (_("Targets"), reverse("targets:board")),
            (_("Target letters"), reverse("targets:letters")),
        ],
        "letter": found,
        "rows": [_row(request, line) for line in rows],
        "papers": [
            (code, _paper_label(code, {row.region.code: row.region.label for row in rows}))
            for code in _papers(request, found)
        ],
        "faults": letters.faults(found),
        "late": found.answer_by < clock.today(),
    }
    return page(request, "targets/letter.html", context)


def _row(request: HttpRequest, line: LetterLine) -> dict[str, Any]:
    row = line.allotment
    later = letters.superseded(line)
    return {
        "line": line,
        "row": row,
        "goal": row.division,
        "later": later,
        "state": rules.shown_state(request.user, row) if later is None else "",
        "code": rules.shown_code(request.user, row),
        "moves": []
        if later
        else [step for step in moves_for(row, request.user) if step.name in {"acknowledge", "object"}],
    }


def _paper_label(code: str, names: dict[str, str]) -> str:
    return names.get(code, code) if code else _("whole letter")


def _papers(request: HttpRequest, found: Letter) -> list[str]:
    """The papers a person may read: the whole only where every row is theirs to see."""
    seen = set(
        LetterLine.objects.visible_to(request.user)
        .filter(letter=found)
        .values_list("region__code", flat=True)
    )
    every = {code for code in found.papers if code}
    return [code for code in found.papers if (seen >= every if code == letters.WHOLE else code in seen)]


@login_required
def letter_paper(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """A paper as it was issued."""
    found = get_visible_or_404(Letter, request.user, pk=pk)
    if code not in _papers(request, found):
        raise Http404(_("There is nothing at this address."))
    try:
        content = letters.paper(found, code)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)
    answer = HttpResponse(content, content_type=WORD)
    name = f"{found.title} {found.reference} {code}".strip()
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.docx") or "attachment"
    return answer


@login_required
def letter_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done with a letter, by whom."""
    found = get_visible_or_404(Letter, request.user, pk=pk)
    log = Paginator(history_of(found, request.user), 50).get_page(request.GET.get("page"))
    way = [(_("Target letters"), reverse("targets:letters")), (str(found), found.get_absolute_url())]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})
