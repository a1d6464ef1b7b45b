"""The form of a record: a new one, and one to be changed."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.office.dispatch.evidence import ACCEPT, MAX_FILES
from lantian.office.frame.views import page
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404, is_enterprise, region_root
from lantian.office.registers.actions import is_proved, may_keep
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.views import ledger_or_404
from lantian.office.registers.reader import REGION
from lantian.office.registers.writing import filing, forms, meanwhile, photos, suggesting
from lantian.office.registers.writing.filing import Outcome

FORM_ID = re.compile(r"[0-9a-f]{32}")
# Faults shown at a place of their own.
ELSEWHERE = ("reason", "files")


@dataclass(slots=True)
class Sent:
    """What stands in a form, its files, what became of it, and what somebody else changed meanwhile."""

    raw: dict[str, Any]
    kept: list[Any] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    outcome: Outcome | None = None
    differences: list[meanwhile.Difference] | None = None
    people: list[str] = field(default_factory=list)


def record_or_404(request: HttpRequest, code: str, pk: int) -> Any:
    """A record in scope that was not withdrawn."""
    rows = ledger_or_404(code).model.objects.filter(withdrawn=False)
    related = [one.name for one in rows.model.ledger.links] + ["region", "unit"]
    rows = rows.select_related(*related).defer("region__geometry")
    return get_visible_or_404(rows, request.user, pk=pk)


def kept_record_or_403(request: HttpRequest, code: str, pk: int) -> Any:
    """A record in scope that this person may write: 404 outside of the scope, 403 inside without rights."""
    row = record_or_404(request, code, pk)
    if not may_keep(request.user, row):
        raise PermissionDenied
    return row


@login_required
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A new record of a register."""
    ledger = ledger_or_404(code)
    if not filing.may_add(request.user, ledger):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, ledger, None, Sent(_beginning(request, ledger)))
    form_id = request.POST.get("form_id", "")
    sent = _sent(request, ledger)
    if sent.wrong:
        sent.outcome = _judged(request, ledger, sent.raw)
    else:
        sent.outcome = filing.add(
            request,
            ledger,
            sent.raw,
            files=sent.kept,
            confirmed=request.POST.getlist("confirmed"),
            reason=request.POST.get("reason", ""),
            form_id=form_id if FORM_ID.fullmatch(form_id) else "",
        )
        if sent.outcome.done:
            return _kept(request, sent.outcome, _("Added to the register."))
    return _page(request, ledger, None, sent)


@login_required
def edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A record as it stands, to be changed."""
    row = kept_record_or_403(request, code, pk)
    ledger = row.ledger
    if request.method != "POST":
        # A state may be chosen before: the small form sends here what does not fit into it.
        chosen = {name: value for name, value in forms.typed(ledger, request.GET).items() if name == "status"}
        return _page(request, ledger, row, Sent({**forms.said(row), **chosen}))
    version = _version(request)
    old, names, people = meanwhile.as_of(row, version, request.user)
    sent = _sent(request, ledger)
    before = forms.new_lines(forms.said(old))
    changed = {name: value for name, value in sent.raw.items() if value != before.get(name)}
    if sent.wrong:
        sent.outcome = _judged(request, ledger, changed, row)
    else:
        sent.outcome = filing.change(
            request,
            row,
            changed,
            version=version,
            files=sent.kept,
            confirmed=request.POST.getlist("confirmed"),
            reason=request.POST.get("reason", ""),
        )
    if sent.outcome.done:
        return _kept(request, sent.outcome, _("Changed."))
    if sent.outcome.changed_meanwhile or version != row.version:
        # Perhaps only now, between looking and writing.
        row = kept_record_or_403(request, code, pk)
        old, names, people = meanwhile.as_of(row, version, request.user)
        sent.differences = meanwhile.differences(old, row, sent.outcome.read.row, names)
        sent.people = people
    sent.raw = {**forms.said(row), **changed}
    return _page(request, ledger, row, sent)


@require_POST
@login_required
def asked(request: HttpRequest, code: str) -> HttpResponse:
    """Which fields are required or needed with what stands in the form now; the marks follow."""
    ledger = ledger_or_404(code)
    if not can(request.user, Capability.KEEP_REGISTER):
        raise PermissionDenied
    row = suggesting.understood(ledger, request.user, forms.typed(ledger, request.POST))
    return JsonResponse({"asked": forms.asked_now(ledger, row)})


@login_required
def suggest(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Records another one can point to, by what was typed of their name, code or former name."""
    ledger = ledger_or_404(code)
    asked = (request.GET.get(key, "") for key in ("q", "enterprise"))
    found = suggesting.suggestions(ledger, name, request.user, *asked)
    return JsonResponse({"found": found})


def _beginning(request: HttpRequest, ledger: Ledger) -> dict[str, Any]:
    """What a new form begins with: what the address wishes, the person's own county, an enterprise itself."""
    raw = forms.said(ledger.model())
    person = request.user
    if ledger.owner is None and person.region is not None and region_root(person) is not None:
        raw[REGION] = person.region.code if person.region.level != "province" else ""
    if ledger.owner is not None and is_enterprise(person):
        own = ledger.owner.related_model.objects.visible_to(person).filter(withdrawn=False)[:2]
        if len(own) == 1:
            raw["enterprise"] = f"#{own[0].pk}"
    asked = forms.typed(ledger, request.GET)
    for link in ledger.links:
        if str(asked.get(link.name, "")).isdecimal():  # an address names a record by its number
            asked[link.name] = f"#{asked[link.name]}"
    return {**raw, **asked}


def _sent(request: HttpRequest, ledger: Ledger) -> Sent:
    """What was typed, the files, and what is wrong with them."""
    raw = forms.new_lines(forms.typed(ledger, request.POST))
    uploads = request.FILES.getlist("files")
    kept, wrong = photos.take(request.user, uploads, request.POST.getlist("held"))
    position = request.POST.get("photo_position", "").split(",")
    if len(position) == 2 and not raw.get("lon") and not raw.get("lat"):
        raw["lon"], raw["lat"] = position
    return Sent(raw, kept, wrong)


def _judged(request: HttpRequest, ledger: Ledger, raw: dict[str, Any], row: Any = None) -> Outcome:
    """A file was refused: the rest is judged as well, and nothing is written."""
    read = filing.judge(request, ledger, raw, row)
    return Outcome(read, faults=read.faults, questions=read.questions)


def _version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    # Without a number nothing says which record was seen: taken as the oldest.
    return int(version) if version.isdecimal() and len(version) < 9 else 0


def _kept(request: HttpRequest, outcome: Outcome, words: str) -> HttpResponse:
    row = outcome.row
    if outcome.again:
        messages.success(request, _("This form had been sent before; it is one record."))
    else:
        messages.success(request, words)
        if not row.complete:
            messages.warning(request, incomplete(row))
    return redirect(row)


def incomplete(row: Any) -> str:
    """What a record still lacks, in one sentence."""
    lacking = [str(one.label) for one in row.ledger.missing(row)]
    if not is_proved(row):
        lacking.append(_("a photo or paper that proves the state “%(state)s”") % {"state": row.status_label})
    return _("Kept as incomplete: %(fields)s still to be given.") % {"fields": "、".join(lacking)}


def _page(request: HttpRequest, ledger: Ledger, row: Any, sent: Sent) -> HttpResponse:
    outcome, stale = sent.outcome, sent.differences is not None
    shape = outcome.read.row if outcome is not None else row
    if shape is None:
        shape = suggesting.understood(ledger, request.user, sent.raw)
    faults = outcome.faults if outcome is not None else []
    # Answered questions stay on the page until it is kept, ticked; over a changed record they are put anew.
    questions = outcome.read.questions if outcome is not None and not stale else []
    form = forms.build(
        ledger,
        request.user,
        shape,
        sent.raw,
        shown=suggesting.names_of(ledger, request.user, sent.raw, row),
        faults=[one for one in faults if one.code != "changed" and one.field not in ELSEWHERE],
        questions=questions,
        answered=request.POST.getlist("confirmed"),
    )
    asks_position = any(one.code == "photo_position" for one in questions)
    context = {
        "title": _title(ledger, row),
        "subtitle": ledger.source,
        "crumbs": crumbs(ledger, row),
        "ledger": ledger,
        "row": row,
        "form": form,
        "form_id": request.POST.get("form_id") or uuid.uuid4().hex,
        "reason": request.POST.get("reason", ""),
        "reason_faults": [one.words for one in faults if one.field == "reason"],
        "closed": row is not None and not row.is_open,
        "there": outcome.there if outcome else None,
        "differences": sent.differences,
        "people": sent.people,
        "held": [(photos.hold(request.user, one), one.name) for one in sent.kept],
        "file_faults": [*sent.wrong, *(one.words for one in faults if one.field == "files")],
        "photo_position": photos.position_of(sent.kept) if asks_position else None,
        "accept": ACCEPT,
        "most": MAX_FILES,
        "words": script_words(),
    }
    return page(request, "registers/writing/form.html", context, 422 if outcome is not None else 200)


def _title(ledger: Ledger, row: Any) -> str:
    if row is None:
        return _("New: %(register)s") % {"register": ledger.title}
    return _("Change “%(name)s”") % {"name": row}


def crumbs(ledger: Ledger, row: Any) -> list[tuple[Any, str]]:
    """The way to a page of this room."""
    return [
        (_("Registers"), reverse("registers:list")),
        (ledger.title, reverse("registers:records", args=[ledger.code])),
        *([(str(row), row.get_absolute_url())] if row is not None else []),
    ]


def script_words() -> dict[str, str]:
    """What the script of the form says."""
    return {
        "required": _("required"),
        "needed": _("to be given"),
        "locating": _("Asking for the position…"),
        "located": _("Position taken, ±%(metres)s m."),
        "denied": _("The telephone gave no position: write it, or leave it empty."),
        "insecure": _("The position is given over HTTPS only: write it, or leave it empty."),
        "none": _("nothing found; write the full name or code"),
    }
