"""The API of registers: what they are, records by the questions of lists, writing by the rules of forms."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from lantian.office.people.actions import history_of
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledgers
from lantian.office.registers.declaring.reading import text_of
from lantian.office.registers.listing.asking import ask
from lantian.office.registers.listing.views import ledger_or_404
from lantian.office.registers.reader import Fault
from lantian.office.registers.writing import acting, filing, meanwhile, photos
from lantian.office.registers.writing import shapes as s
from lantian.office.registers.writing.views import kept_record_or_403, record_or_404

router = Router(tags=["registers"])
PAGES = ("limit", "offset")


@router.get("/registers", response=list[s.RegisterOut])
def registers(request: HttpRequest) -> Any:
    """Every register as it is declared: fields with units, choices, what is required and needed, sources.

    Labels are in the language of the session. A field asked for under a condition says `sometimes`.
    """
    return [s.register_out(one, filing.may_add(request.user, one)) for one in ledgers()]


@router.get("/registers/{code}", response={200: s.RecordsOut, 422: s.FaultsOut})
def records(request: HttpRequest, code: str, paging: Query[s.Paging]) -> Any:
    """Records of a register that one may see.

    Asked by the same names as its list: `q`, `region`, `unit`, `enterprise`, `status`, `late=1`,
    `incomplete=1`, `feed`, `<choice>=<value>`, `<flag>=yes|no|unknown`, `<number>_from`, `<number>_to`,
    `<day>_since`, `<day>_until`, `<derived>=1`, `sort`. A name that is not known is refused, not overlooked.
    """
    ledger = ledger_or_404(code)
    asked = ask(ledger, request.GET, request.user, also=PAGES)
    if asked.faults:
        return Status(422, _faults(list(asked.faults)))
    rows = asked.full[paging.offset : paging.offset + paging.limit]
    return {"count": asked.rows.count(), "items": [s.record_out(row) for row in rows]}


@router.post("/registers/{code}", response={201: s.WrittenOut, 200: s.WrittenOut, **s.REFUSED})
def add_record(request: HttpRequest, code: str, told: s.RecordIn) -> Any:
    """Add a record; what the form refuses is refused here, in the same words.

    `values` holds field names with what one would write into the form: a choice as its code or its words, an
    enterprise as its credit code, name or `#number`, a day as `2025-02-03`, a number with or without unit.

    201 added; 200 the same record was there already, by this `form_id` or this key with these values; 409
    something is asked: send the same with `confirmed: true`, or correct it; 422 what is wrong, by field.
    """
    ledger = ledger_or_404(code)
    if not filing.may_add(request.user, ledger):
        raise PermissionDenied
    form_id = told.form_id.hex if told.form_id else ""
    outcome = filing.add(
        request, ledger, told.values, confirmed=told.confirmed, reason=told.reason, form_id=form_id
    )
    return _answer(outcome, created=True)


@router.get("/registers/{code}/{int:pk}", response=s.RecordWhole)
def record(request: HttpRequest, code: str, pk: int) -> Any:
    """One record with what it lacks, its files and its history."""
    row = record_or_404(request, code, pk)
    return {
        **s.record_out(row),
        "missing": [one.name for one in row.ledger.missing(row)],
        "files": [s.file_out(row, one) for one in acting.shown_files(row)],
        "history": list(history_of(row, request.user).order_by("number")),
        "may_keep": actions.may_keep(request.user, row),
    }


@router.patch("/registers/{code}/{int:pk}", response={200: s.WrittenOut, **s.REFUSED})
def change_record(request: HttpRequest, code: str, pk: int, told: s.ChangeIn) -> Any:
    """Change fields of a record; those not named stay as they are, an empty text empties one.

    `version` is the one that was read. Where somebody was faster, 409 tells what they changed (`changed`) and
    the version now: look at it and decide anew. A closed record is opened again only with a `reason`.
    """
    row = kept_record_or_403(request, code, pk)
    outcome = filing.change(
        request, row, told.values, version=told.version, confirmed=told.confirmed, reason=told.reason
    )
    if not outcome.changed_meanwhile:
        return _answer(outcome)
    row.refresh_from_db()
    old, names, _people = meanwhile.as_of(row, told.version, request.user)
    found = meanwhile.differences(old, row, outcome.read.row, names)
    changed = [{"field": one.name, "was": one.was, "theirs": one.theirs, "yours": one.yours} for one in found]
    return Status(409, {**_faults(outcome.faults), "changed": changed, "version": row.version})


@router.post("/registers/{code}/{int:pk}/files", response={200: s.RecordWhole, **s.REFUSED})
def attach_files(
    request: HttpRequest, code: str, pk: int, files: File[list[UploadedFile]], confirmed: bool = False
) -> Any:
    """Add photos and papers, sent as multipart/form-data; they prove the state the record is in.

    409 where a photo was taken far from the record, or nobody knows where: send it with `confirmed=true`.
    """
    row = kept_record_or_403(request, code, pk)
    kept, wrong = photos.take(request.user, files, ())
    if wrong:
        return Status(422, _faults([Fault("files", "refused", words) for words in wrong]))
    questions = photos.questions(row, kept)
    if questions and not confirmed:
        return Status(409, {**_faults([]), "detail": _said(questions), "questions": _listed(questions)})
    if added := acting.new_ones(row, kept):
        actions.attach(request, row, added)
    return record(request, code, pk)


@router.post("/registers/{code}/{int:pk}/withdraw", response={204: None, **s.REFUSED})
def withdraw_record(request: HttpRequest, code: str, pk: int, told: s.WithdrawIn) -> Any:
    """Take out a record that should not have been entered; it stays in the log."""
    row = kept_record_or_403(request, code, pk)
    try:
        actions.withdraw(request, row, text_of(told.reason), version=told.version)
    except actions.ChangedMeanwhileError as error:
        return Status(409, _faults([Fault("", "changed", error.line)]))
    return Status(204, None)


def _answer(outcome: filing.Outcome, *, created: bool = False) -> Any:
    if outcome.done:
        status = 201 if created and not outcome.again else 200
        return Status(status, {**s.record_out(outcome.row), "again": outcome.again})
    if outcome.faults:
        there = {"there": outcome.there.pk} if outcome.there is not None else {}
        status = 409 if outcome.changed_meanwhile else 422
        return Status(status, {**_faults(outcome.faults), **there})
    asked = outcome.questions
    return Status(409, {**_faults([]), "detail": _said(asked), "questions": _listed(asked)})


def _faults(faults: list[Fault]) -> dict[str, Any]:
    return {"detail": _said(faults), "faults": _listed(faults), "questions": []}


def _listed(faults: list[Fault]) -> list[dict[str, str]]:
    return [{"field": one.field, "code": one.code, "words": one.words} for one in faults]


def _said(faults: list[Fault]) -> str:
    return _("; ").join(one.words for one in faults)
