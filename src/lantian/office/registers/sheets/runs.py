"""Uploads and their work: begun, watched, stopped, taken up again.

A small table is read in the request. A large one is read and written by a process beside the server, as the
screens of hours are. How far it is stands in a small file, because a transaction that writes fifty thousand
records tells nobody anything before its end; that it is alive is a lock the system lets go of when it dies.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import clean_name
from lantian.office.frame import clock
from lantian.office.people.rules import Capability, can
from lantian.office.plans.loading import keep_file, kept_path
from lantian.office.quality import locking
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.sheets.applying import LateRowsError, apply, keep_late, waiting
from lantian.office.registers.sheets.models import ImportRow, ImportRun
from lantian.office.registers.sheets.staging import LANGUAGES, stage
from lantian.office.registers.sheets.table import find_table
from lantian.office.registers.sheets.workbook import kind_of, open_book

SMALL_BYTES, SMALL_ROWS = 60_000, 500
KEPT_DAYS = 30
STARTING = 20  # seconds a process has to begin
State = ImportRun.State


class StoppedError(Exception):
    """A person stopped the work, or another worker took it over."""


def upload(person: Any, register: str, name: str, content: bytes, sheet: str = "") -> ImportRun:
    """Take a table in; it is read at once where it is small, else beside the server.

    Raises
    ------
    PermissionDenied
        the person may not keep registers
    LantianError
        it is no table, or beyond the bounds
    """
    if person is not None and not can(person, Capability.KEEP_REGISTER):
        raise PermissionDenied
    name = clean_name(name)
    kind = kind_of(name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    keep_file(content, sha256, f".{kind}")
    _clean(person)
    return ImportRun.objects.create(
        owner=person, register=register, name=name, sha256=sha256, suffix=kind, sheet=sheet[:64]
    )


def _clean(person: Any) -> None:
    """What was judged a month ago is judged anew, not written."""
    old = ImportRun.objects.filter(owner=person, made_at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    ImportRow.objects.filter(run__in=old.exclude(state__in=[State.READING, State.WRITING])).delete()
    old.filter(state__in=[State.READY, State.STOPPED]).update(state=State.FAILED)


def content_of(run: ImportRun) -> bytes:
    """The uploaded file. Raises LantianError when it is gone from the data folder."""
    try:
        return kept_path(run.sha256, f".{run.suffix}").read_bytes()
    except OSError:
        raise LantianError(
            _("the file is no longer in the office's data folder"), remedy=_("Upload it again.")
        ) from None


def confirm(run: ImportRun, mode: str, doubtful: bool) -> bool:
    """Decide that a run is written. False, and nothing happens, when that was decided before.

    Raises
    ------
    LantianError
        all or nothing, and a row is refused, or asked about and not confirmed; or there is nothing to write
    """
    counts = run.counts
    asked = counts.get("asked", 0)
    if run.state == State.READY:
        if mode == ImportRun.Mode.ALL and (counts.get("refused") or (asked and not doubtful)):
            raise LantianError(
                _("all or nothing: %(refused)s rows are refused and %(asked)s are not confirmed")
                % {"refused": counts.get("refused", 0), "asked": 0 if doubtful else asked},
                remedy=_("Mend the file, or take only the good rows."),
            )
        if not counts.get("add") and not counts.get("change") and not (asked and doubtful):
            raise LantianError(_("there is nothing to write"))
    taken = ImportRun.objects.filter(pk=run.pk, state=State.READY).update(
        state=State.WRITING, mode=mode, doubtful=doubtful
    )
    run.refresh_from_db()
    return bool(taken)


def resume(run: ImportRun) -> bool:
    """Take up work that was stopped or cut short; False where there is none."""
    _flag(run, "stop").unlink(missing_ok=True)
    if run.state == State.STOPPED:
        ImportRun.objects.filter(pk=run.pk, state=State.STOPPED).update(state=State.WRITING)
        run.refresh_from_db()
        return True
    return run.is_working and not is_alive(run)


def read_sheet(run: ImportRun, sheet: str) -> bool:
    """Read another sheet of the file instead; False once it was written."""
    states = [State.READY, State.FAILED]
    taken = ImportRun.objects.filter(pk=run.pk, state__in=states).update(
        state=State.READING, sheet=sheet[:64], problem={}, counts={}
    )
    run.refresh_from_db()
    return bool(taken)


def stop(run: ImportRun) -> None:
    """Ask a run to stop; it does within a thousand rows."""
    if run.is_working:
        _flag(run, "stop").touch()


def launch(run: ImportRun) -> None:
    """Do the work of a run: here where it is little, else in a process of its own."""
    small = (
        kept_path(run.sha256, f".{run.suffix}").stat().st_size <= SMALL_BYTES
        if run.state == State.READING
        else waiting(run).count() <= SMALL_ROWS
    )
    if small:
        work(run)
        return
    _write(run, 0, 0)
    environment = {**os.environ, "LANTIAN_DATA": str(settings.DATA)}
    # This interpreter and our own module: nothing of it comes from outside.
    subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "lantian.office.registers.sheets.worker", str(run.pk)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def is_alive(run: ImportRun) -> bool:
    """Whether a process works at a run, or was started just now."""
    try:
        with locking.alone(f"import-{run.pk}", wait=False):
            pass
    except locking.BusyError:
        return True
    with contextlib.suppress(OSError):
        return time.time() - _flag(run, "progress").stat().st_mtime < STARTING
    return False


def progress(run: ImportRun) -> tuple[int, int]:
    """How many rows are done, of how many; (0, 0) before it is known."""
    try:
        done, of = json.loads(_flag(run, "progress").read_text())
    except (OSError, ValueError):
        return 0, 0
    return int(done), int(of)


def work(run: ImportRun, say: Any = None) -> ImportRun:
    """Do the work of a run now; nothing where another process does it already."""
    try:
        with locking.alone(f"import-{run.pk}", wait=False):
            run.refresh_from_db()
            run.worker = uuid.uuid4().hex
            ImportRun.objects.filter(pk=run.pk).update(worker=run.worker)
            if run.state == State.READING:
                _read(run, say)
            elif run.state == State.WRITING:
                _apply(run, say)
            _flag(run, "progress").unlink(missing_ok=True)
            _flag(run, "stop").unlink(missing_ok=True)
    except locking.BusyError:
        run.refresh_from_db()
    return run


def _read(run: ImportRun, say: Any) -> None:
    one = ledger(run.register)
    try:
        book = open_book(run.name, content_of(run))
        run.sheets = [[name, name in book.hidden] for name in book.sheets][:100]
        table = find_table(book, one, run.sheet or None)
        run.sheet = table.sheet.name[:64]
        stage(run, one, table, _teller(run, say))
        run.state = State.READY
    except StoppedError:
        ImportRow.objects.filter(run=run).delete()
        run.state, run.problem = State.FAILED, _in_both(lambda: LantianError(_("the reading was stopped")))
    except LantianError as error:
        run.state, run.problem = State.FAILED, {"zh": error.line, "en": error.line, **_again(run, one)}
    run.save()


def _again(run: ImportRun, one: Any) -> dict[str, str]:
    """What is wrong with a file, in both languages: it is asked once more for each."""
    said = {}
    for short, language in LANGUAGES:
        with translation.override(language):
            try:
                find_table(open_book(run.name, content_of(run)), one, run.sheet or None)
            except LantianError as error:
                said[short] = error.line
    return said


def _in_both(make: Any) -> dict[str, str]:
    said = {}
    for short, language in LANGUAGES:
        with translation.override(language):
            said[short] = make().line
    return said


def _apply(run: ImportRun, say: Any) -> None:
    tell = _teller(run, say)

    def check() -> None:
        held = ImportRun.objects.filter(pk=run.pk, worker=run.worker).exists()
        if not held or _flag(run, "stop").exists():
            raise StoppedError

    try:
        apply(run, ledger(run.register), tell, check)
        run.state, run.problem = State.DONE, {}
    except StoppedError:
        # All or nothing: nothing was written, and it can be decided anew. Else the rest waits.
        run.state = State.READY if run.mode == ImportRun.Mode.ALL else State.STOPPED
    except LateRowsError as error:
        with transaction.atomic():
            keep_late(run, error)
        run.state, run.problem = State.READY, {"zh": error.line, "en": error.line}
    run.ended_at = clock.now()
    run.save()


def _teller(run: ImportRun, say: Any) -> Any:
    def tell(done: int, of: int) -> None:
        _write(run, done, of)
        if say is not None:
            say(done, of)
        if _flag(run, "stop").exists():
            raise StoppedError

    return tell


def _write(run: ImportRun, done: int, of: int) -> None:
    _flag(run, "progress").write_text(json.dumps([done, of]))


def _flag(run: ImportRun, name: str) -> Path:
    folder = Path(settings.DATA) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{run.pk}.{name}"
