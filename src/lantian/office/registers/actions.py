"""Writes to registers: added, changed, withdrawn, one or many; each record leaves its row in the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.bulk import insert_all
from lantian.office.dispatch.evidence import MAX_FILES, Kept, keep
from lantian.office.frame import clock
from lantian.office.people.actions import record, record_all
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.registers.declaring.base import NO_KEY, Register, key_text_of
from lantian.office.registers.models import RecordFile
from lantian.office.registers.reader import Read

AT_ONCE = 1000


class AlreadyThereError(LantianError):
    """The key is taken. `row` has it, as far as the person may see it; None otherwise."""

    row: Any = None


class ChangedMeanwhileError(LantianError):
    """Somebody was faster: what they changed must be seen first."""


class NeedsReasonError(LantianError):
    """This is not done without saying why."""


def may_keep(person: Any, row: Register) -> bool:
    """Whether a person may write a record that lies where this one lies."""
    if person is None:
        return True
    if not can(person, Capability.KEEP_REGISTER):
        return False
    root = region_root(person)
    if root is not None and row.region.path.startswith(root):
        return True
    if person.unit_id is None:
        return False
    owner = row if hasattr(row, "account_id") else getattr(row, "enterprise", None)
    if row.ledger.is_decided(row):
        return False
    return owner is not None and owner.account_id == person.unit_id


def add(
    actor: Any, read: Read, *, confirmed: bool = False, files: Iterable[Any] = (), reason: str = "",
    form_id: str = "",
) -> Any:  # fmt: skip
    """Add a record that was read.

    Parameters
    ----------
    actor
        the request or person; None for the command line
    read
        as `Reader.read` gave it, of a new record
    confirmed
        the questions were put to a person, who said yes; that is logged
    files
        photos and papers sent with it, or kept before (`evidence.Kept`)
    form_id
        number of the form it was written in: what has no key of its own is added once a form

    Raises
    ------
    LantianError
        something about it is wrong, or not confirmed, or it is there already (`AlreadyThereError`)
    PermissionDenied
        the actor may not keep registers, or not there
    """
    row = read.row
    _refuse(read, confirmed)
    _check_place(actor, row)
    kept = _kept(files)
    if form_id:
        row.key_text = f"{NO_KEY}{form_id}"
    row.fold_in()
    with transaction.atomic():
        clash = twin_of(row)
        if clash is not None:
            raise _already(actor, clash)
        row.complete = row.complete and (not row.ledger.needs_proof(row) or bool(kept))
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise _already(actor, twin_of(row)) from None
        row.settle()
        _attach(actor, row, kept)
        record(actor, "add_record", row, reason, after=_told(row, kept=kept, confirmed=read.questions))
    return row


def change(
    actor: Any, read: Read, *, version: int | None = None, confirmed: bool = False, files: Iterable[Any] = (),
    reason: str = "",
) -> Any:  # fmt: skip
    """Change a record: what was read into a copy of it is written, if nobody was faster.

    Raises
    ------
    LantianError
        something about it is wrong, somebody was faster than `version` (`ChangedMeanwhileError`), its key is
        taken, or it is opened again without a reason (`NeedsReasonError`)
    PermissionDenied
        the actor may not keep registers, or not there, before or after
    """
    row = read.row
    _refuse(read, confirmed)
    kept = _kept(files)
    with transaction.atomic():
        stored = type(row).objects.select_for_update(of=("self",)).select_related("region").get(pk=row.pk)
        _check_place(actor, stored)
        _check_place(actor, row)
        if stored.withdrawn or (version if version is not None else row.version) != stored.version:
            raise _too_late(stored)
        if not stored.is_open and row.is_open and not reason.strip():
            raise NeedsReasonError(_("opening it again needs a reason"), remedy=_("Say in a few words why."))
        before = told(stored)
        row.fold_in()
        clash = twin_of(row)
        if clash is not None:
            raise _already(actor, clash)
        _attach(actor, row, kept)
        row.complete = row.complete and is_proved(row)
        after = told(row)
        if after == before and not kept:
            return row
        row.version, row.changed_at = stored.version + 1, clock.now()
        row.save(force_update=True)
        row.settle()
        changed = [name for name in after if after[name] != before[name]]
        record(
            actor, "change_record", row, reason,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed}
            | ({"files": [one.sha256 for one in kept]} if kept else {})
            | _confirmed(read.questions),
        )  # fmt: skip
    return row


def withdraw(actor: Any, row: Any, reason: str, *, version: int | None = None) -> None:
    """Take out a record that should not have been entered; it stays in the log, its key is free again.

    Raises LantianError without a reason or when somebody was faster, PermissionDenied as `change`, and
    LantianError where other records point to it.
    """
    if not reason.strip():
        raise NeedsReasonError(_("this needs a reason"), remedy=_("Say in a few words why."))
    with transaction.atomic():
        stored = type(row).objects.select_for_update(of=("self",)).select_related("region").get(pk=row.pk)
        _check_place(actor, stored)
        if stored.withdrawn or (version is not None and version != stored.version):
            raise _too_late(stored)
        pointing = [one for one in pointing_to(stored) if one[1]]
        if pointing:
            names = _(", ").join(f"{ledger.title} {number}" for ledger, number in pointing)
            raise LantianError(
                _("other records point to it: %(names)s") % {"names": names},
                where=str(stored), remedy=_("Change or withdraw those first."),
            )  # fmt: skip
        stored.withdrawn, stored.version, stored.changed_at = True, stored.version + 1, clock.now()
        stored.key_text = key_text_of(stored)
        stored.save(update_fields=["withdrawn", "version", "changed_at", "key_text"])
        record(
            actor,
            "withdraw_record",
            stored,
            reason.strip(),
            before={"withdrawn": False},
            after={"withdrawn": True},
        )
    row.refresh_from_db()


def add_all(actor: Any, rows: Sequence[Any], reason: str = "") -> int:
    """Add many records that were read and judged good, in the transaction of the caller.

    Raises what the database raises where a key is there already: the caller asked before.
    """
    if not rows:
        return 0
    for row in rows:
        _check_place(actor, row)
        row.fold_in()
        row.complete = row.complete and not row.ledger.needs_proof(row)
    insert_all(rows)
    _settle(rows)
    return record_all(actor, "add_record", ((row, None, told(row)) for row in rows), reason)


def change_all(actor: Any, pairs: Sequence[tuple[Any, Any]], reason: str = "") -> int:
    """Write many changed records, in the transaction of the caller: (as it was when judged, as it is to be).

    Raises
    ------
    LantianError
        one of them was changed by somebody else in the meantime; nothing is written then
    """
    if not pairs:
        return 0
    model = type(pairs[0][0])
    now, written = clock.now(), []
    for start in range(0, len(pairs), AT_ONCE):
        part = pairs[start : start + AT_ONCE]
        keys = [old.pk for old, _new in part]
        stored = dict(model.objects.select_for_update().filter(pk__in=keys).values_list("pk", "version"))
        for old, new in part:
            if stored.get(old.pk) != old.version:
                raise _too_late(old)
            _check_place(actor, old)
            _check_place(actor, new)
            before = told(old)
            new.fold_in()
            new.complete = new.complete and is_proved(new)
            after = told(new)
            new.version, new.changed_at = old.version + 1, now
            names = [name for name in after if after[name] != before[name]]
            written.append(
                (new, {name: before[name] for name in names}, {name: after[name] for name in names})
            )
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    # Written by their keys as if anew: a tenth of the time `bulk_update` takes for as many columns.
    model.objects.bulk_create(
        [new for new, _before, _after in written],
        batch_size=AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=columns,
    )  # fmt: skip
    _settle([new for new, _before, _after in written])
    return record_all(actor, "change_record", written, reason)


def _settle(rows: Iterable[Any]) -> None:
    """Ask each record that has something to hold against others whether it does."""
    for row in rows:
        if type(row).settle is Register.settle:
            return
        row.settle()


def told(row: Any) -> dict[str, Any]:
    """What the log tells of a record: every declared value, its region and unit."""
    return {
        "region": row.region_id,
        "unit": row.unit_id,
        **{field.name: field.plain(getattr(row, field._attribute)) for field in row.ledger.fields},
    }


def is_proved(row: Any) -> bool:
    """Whether the state of a saved record has the file it needs, if it needs one."""
    return not row.ledger.needs_proof(row) or files_of(row).filter(state=row.status).exists()


def files_of(row: Any) -> models.QuerySet[RecordFile]:
    """The files of a record that was found visible before."""
    return RecordFile.objects.filter(register=row.code, record_id=row.pk)


def attach(actor: Any, row: Any, files: Iterable[Any], reason: str = "") -> None:
    """Add files to a record; they prove the state it is in. Raises as `change`."""
    kept = _kept(files)
    if not kept:
        raise LantianError(_("no file was chosen"))
    with transaction.atomic():
        stored = type(row).objects.select_for_update(of=("self",)).select_related("region").get(pk=row.pk)
        _check_place(actor, stored)
        _attach(actor, stored, kept)
        stored.fold_in()
        stored.complete = stored.complete and is_proved(stored)
        stored.save(update_fields=["complete"])
        record(actor, "attach_file", stored, reason, after={"files": [one.sha256 for one in kept]})
    row.refresh_from_db()


def twin_of(row: Any) -> Any:
    """Another record with the same key, wherever it lies; None when there is none."""
    return (
        type(row)
        .objects.filter(key_text=key_text_of(row))
        .exclude(pk=row.pk)
        .select_related("region")
        .first()
    )


def pointing_to(row: Any) -> list[tuple[Any, int]]:
    """The registers whose records point to this one, with how many do."""
    from lantian.office.registers.declaring.base import ledgers

    return [
        (one, one.model.objects.filter(withdrawn=False, **{field.name: row.pk}).count())
        for one in ledgers()
        for field in one.links
        if field.related_model is type(row)
    ]


def _refuse(read: Read, confirmed: bool) -> None:
    if read.faults:
        raise LantianError("；".join(fault.words for fault in read.faults))
    if read.questions and not confirmed:
        raise LantianError(
            "；".join(fault.words for fault in read.questions), remedy=_("Confirm it, or correct it.")
        )


def _check_place(actor: Any, row: Any) -> None:
    if not may_keep(getattr(actor, "user", actor), row):
        raise PermissionDenied


def _kept(files: Iterable[Any]) -> list[Any]:
    uploads = list(files)
    if len(uploads) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    return [file if isinstance(file, Kept) else keep(file) for file in uploads]


def _attach(actor: Any, row: Any, kept: list[Any]) -> None:
    person = getattr(actor, "user", actor)
    RecordFile.objects.bulk_create(
        RecordFile(register=row.code, record_id=row.pk, state=row.status, added_by=person, **one.fields)
        for one in kept
    )


def _told(row: Any, *, kept: list[Any], confirmed: list[Any]) -> dict[str, Any]:
    files = {"files": [one.sha256 for one in kept]} if kept else {}
    return told(row) | files | _confirmed(confirmed)


def _confirmed(questions: list[Any]) -> dict[str, Any]:
    return {"confirmed": [one.words for one in questions]} if questions else {}


def _already(actor: Any, clash: Any) -> LantianError:
    """The key is taken: named where the actor may see it, said to be elsewhere where not."""
    person = getattr(actor, "user", actor)
    if clash is None or not (
        person is None or type(clash).objects.visible_to(person).filter(pk=clash.pk).exists()
    ):
        return AlreadyThereError(
            _("this number is taken by a record outside of your region or unit"),
            remedy=_("Check the number; ask the office above if it is right."),
        )
    error = AlreadyThereError(
        _("this is in the register already: %(name)s") % {"name": clash},
        where=clash.get_absolute_url(), remedy=_("Open that record and change it."),
    )  # fmt: skip
    error.row = clash
    return error


def _too_late(row: Any) -> LantianError:
    return ChangedMeanwhileError(
        _("somebody changed it since you opened it"),
        where=str(row),
        remedy=_("Look at it again and decide anew."),
    )
