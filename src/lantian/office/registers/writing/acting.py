"""What is done with a record in one step: another state, files added, taken out; its files handed out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, MAX_FILES, download
from lantian.office.findings.exif import HEAD, read_photo
from lantian.office.frame.views import page
from lantian.office.registers import actions
from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.fields import Day, Due
from lantian.office.registers.declaring.reading import text_of
from lantian.office.registers.models import RecordFile
from lantian.office.registers.writing import filing, forms, photos
from lantian.office.registers.writing.views import (
    crumbs,
    incomplete,
    kept_record_or_403,
    record_or_404,
    script_words,
)


def state_names(ledger: Any) -> tuple[str, ...]:
    """The fields of the small form: the state and the days that depend on it."""
    days = [
        one.name
        for one in ledger.fields
        if isinstance(one, Day)
        and not isinstance(one, Due)
        and not getattr(one, "computed", False)
        and (isinstance(one.needed, Condition) or isinstance(one.required, Condition))
    ]
    return ("status", *days)


def state_form(row: Any, person: Any, **more: Any) -> dict[str, Any]:
    """What the small form needs: its inputs, the states that need a proof, those that close."""
    status = row.ledger.status
    raw = more.pop("raw", None) or forms.said(row)
    form = forms.build(row.ledger, person, row, raw, names=state_names(row.ledger), **more)
    labels = dict(status.words.choices)
    return {
        "row": row,
        "form": form,
        "proof": [str(labels[state]) for state in status.words.values if state in status.proof],
        "closed": not row.is_open,
        "accept": ACCEPT,
    }


@require_POST
@login_required
def state(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Another state, with its day, photo and reason."""
    row = kept_record_or_403(request, code, pk)
    ledger = row.ledger
    names = state_names(ledger)
    raw = forms.typed(ledger, request.POST, names)
    before = forms.said(row)
    changed = {name: value for name, value in raw.items() if value != before.get(name)}
    kept, wrong = photos.take(request.user, request.FILES.getlist("files"), request.POST.getlist("held"))
    version = request.POST.get("version", "")
    if wrong:
        read = filing.judge(request, ledger, changed, row)
        outcome = filing.Outcome(read, faults=read.faults)
    else:
        outcome = filing.change(
            request,
            row,
            changed,
            version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            files=kept,
            confirmed=request.POST.getlist("confirmed"),
            reason=request.POST.get("reason", ""),
        )
    if outcome.done:
        messages.success(
            request,
            _("This form had been sent before; it is one record.")
            if outcome.again
            else _("Done: %(state)s.") % {"state": outcome.row.status_label},
        )
        if not outcome.row.complete:
            messages.warning(request, incomplete(outcome.row))
        return redirect(outcome.row)
    more = state_form(
        row,
        request.user,
        raw={**before, **raw},
        faults=[one for one in outcome.faults if one.field != "files"],
        questions=outcome.questions,
        answered=request.POST.getlist("confirmed"),
    )
    elsewhere = [one for one in outcome.faults if one.field and one.field not in (*names, "reason", "files")]
    context = {
        "title": _("State of “%(name)s”") % {"name": row},
        "crumbs": crumbs(row.ledger, row),
        **more,
        "reason": request.POST.get("reason", ""),
        "held": [(photos.hold(request.user, one), one.name) for one in kept],
        "file_faults": [*wrong, *(one.words for one in outcome.faults if one.field == "files")],
        "elsewhere": elsewhere,
        "chosen": raw.get("status", ""),
        "changed_meanwhile": outcome.changed_meanwhile,
        "words": script_words(),
    }
    return page(request, "registers/writing/state.html", context, 422)


@login_required
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take out a record that should not have been entered; asked once more, with a reason."""
    row = kept_record_or_403(request, code, pk)
    version = request.POST.get("version", "")
    said, status = "", 200
    if request.method == "POST":
        try:
            actions.withdraw(
                request,
                row,
                text_of(request.POST.get("reason", ""))[: filing.MOST_REASON],
                version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            )
        except LantianError as error:
            said, status = error.line, 422
        else:
            messages.success(request, _("Withdrawn: %(name)s. It stays in the log.") % {"name": row})
            return redirect("registers:records", row.code)
    pointing = [(ledger, number) for ledger, number in actions.pointing_to(row) if number]
    context = {
        "title": _("Withdraw “%(name)s”") % {"name": row},
        "crumbs": crumbs(row.ledger, row),
        "row": row,
        "pointing": pointing,
        "said": said,
        "reason": request.POST.get("reason", ""),
    }
    return page(request, "registers/writing/withdraw.html", context, status)


@login_required
def files(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The files of a record, and the form that adds some."""
    row = record_or_404(request, code, pk)
    faults: list[str] = []
    questions: list[Any] = []
    kept: list[Any] = []
    if request.method == "POST":
        row = kept_record_or_403(request, code, pk)
        kept, faults = photos.take(request.user, request.FILES.getlist("files"), request.POST.getlist("held"))
        questions = [] if faults else photos.questions(row, kept)
        confirmed = request.POST.getlist("confirmed")
        if not faults and all(filing.token(one) in confirmed for one in questions):
            try:
                added = new_ones(row, kept)
                if added or not kept:
                    actions.attach(request, row, added)
            except LantianError as error:
                faults = [error.line]
            else:
                messages.success(request, _("Files added."))
                return redirect(row)
    context = {
        "title": _("Files of “%(name)s”") % {"name": row},
        "crumbs": crumbs(row.ledger, row),
        "row": row,
        "files": shown_files(row),
        "may_keep": actions.may_keep(request.user, row),
        "file_faults": faults,
        "questions": [(filing.token(one), one.words, False) for one in questions],
        "held": [(photos.hold(request.user, one), one.name) for one in kept],
        "accept": ACCEPT,
        "most": MAX_FILES,
        "words": script_words(),
    }
    return page(request, "registers/writing/files.html", context, 422 if faults or questions else 200)


def new_ones(row: Any, kept: Iterable[Any]) -> list[Any]:
    """Those files the record does not have in the state it is in: a form sent twice adds once."""
    there = set(actions.files_of(row).filter(state=row.status).values_list("sha256", flat=True))
    return [one for one in kept if one.sha256 not in there]


@login_required
def file(request: HttpRequest, code: str, pk: int, file: int) -> HttpResponse:
    """A file of a record, to be saved; with `small=1` the small picture a photo carries, if any."""
    kept = _file_or_404(request, code, pk, file)
    whole = download(kept)
    if not request.GET.get("small"):
        return whole
    if kept.kind in {"jpg", "png"} and (picture := read_photo(whole.content[:HEAD]).small):
        whole.content = picture
        whole["Content-Type"] = "image/jpeg"
    patch_cache_control(whole, private=True, max_age=24 * 3600, immutable=True)
    return whole


def shown_files(row: Any) -> list[RecordFile]:
    """The files of a record with who added them; each knows its `state_label`."""
    labels = dict(row.ledger.status.words.choices)
    found = list(actions.files_of(row).select_related("added_by"))
    for one in found:
        one.state_label = str(labels.get(one.state, ""))
    return found


def _file_or_404(request: HttpRequest, code: str, pk: int, file: int) -> RecordFile:
    found = actions.files_of(record_or_404(request, code, pk)).filter(pk=file).first()
    if found is None:
        raise Http404(_("There is nothing at this address."))
    return found
