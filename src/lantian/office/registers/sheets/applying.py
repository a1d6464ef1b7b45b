"""What was judged, written: the good rows a thousand at a time, or all of them in one transaction.

Between the preview and the writing others go on working. Each row is compared once more, under lock, with
what it was judged against; one that does not fit any more is told so and left alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.people.actions import record
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import NO_KEY
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.sheets.models import ImportRow, ImportRun
from lantian.office.registers.sheets.staging import LANGUAGES, Tell, counted
from lantian.office.registers.sheets.words import said

AT_ONCE = 1000
WRITTEN, LATE = "written", "late"
V = ImportRow.Verdict


class LateRowsError(LantianError):
    """Rows that do not fit the register any more, in an import that is all or nothing."""

    rows: tuple[tuple[int, str], ...] = ()


def apply(run: ImportRun, ledger: Ledger, tell: Tell, check: Callable[[], None]) -> None:
    """Write the rows of a run that are to be written; `check` may raise before each commit.

    Raises
    ------
    LateRowsError
        all or nothing, and somebody changed one of the records since the preview: nothing is written
    """
    writer = _Writer(run, ledger)
    if run.mode == ImportRun.Mode.ALL:
        with transaction.atomic():
            writer.write(tell, check, whole=True)
            _close(run, check)
        return
    writer.write(tell, check, whole=False)
    with transaction.atomic():
        _close(run, check)


def keep_late(run: ImportRun, error: LateRowsError) -> None:
    """Note in the preview which rows kept the whole from being written."""
    _tell_late(run, error.rows, verdict=V.REFUSED, result="")
    run.counts = counted(run)


def _close(run: ImportRun, check: Callable[[], None]) -> None:
    check()
    run.counts = counted(run)
    record(
        run.owner, "import_records", run, after={"register": run.register, "sha256": run.sha256, **run.counts}
    )


def waiting(run: ImportRun) -> models.QuerySet[ImportRow]:
    """The rows of a run that are to be written and are not yet."""
    wanted = [V.ADD, V.CHANGE, *([V.ASKED] if run.doubtful else [])]
    return ImportRow.objects.filter(run=run, verdict__in=wanted, result="")


class _Writer:
    def __init__(self, run: ImportRun, ledger: Ledger) -> None:
        self.run, self.ledger, self.model, self.person = run, ledger, ledger.model, run.owner
        self.attributes = {field.attname: field for field in self.model._meta.concrete_fields}
        self.pointed: dict[str, dict[int, Any]] = {}
        with translation.override(settings.LANGUAGE_CODE):
            self.reason = _("Imported from “%(name)s”, row by row (import %(number)s)") % {
                "name": run.name, "number": run.pk,
            }  # fmt: skip

    def write(self, tell: Tell, check: Callable[[], None], *, whole: bool) -> None:
        """Every row that waits; with `whole` inside the caller's transaction, else one for each thousand."""
        total = waiting(self.run).count()
        done, last = 0, 0
        while rows := list(waiting(self.run).filter(number__gt=last).order_by("number")[:AT_ONCE]):
            last = rows[-1].number
            if whole:
                self._whole(rows)
            else:
                self._part(rows, check)
            done += len(rows)
            tell(done, total)
            check()

    def _whole(self, rows: Sequence[ImportRow]) -> None:
        try:
            late = self._chunk(rows)
        except IntegrityError:
            late = [(row.number, "taken_meanwhile") for row in rows if row.target is None][:1]
        if late:
            error = LateRowsError(
                _("rows do not fit the register any more, nothing was written: %(rows)s")
                % {"rows": "、".join(str(number) for number, _code in late[:20])},
                remedy=_("Read the file again and look at those rows."),
            )
            error.rows = tuple(late)
            raise error

    def _part(self, rows: Sequence[ImportRow], check: Callable[[], None]) -> None:
        for last_try in (False, True):
            try:
                with transaction.atomic():
                    late = self._chunk(rows)
                    _tell_late(self.run, late, verdict=None, result=LATE)
                    missed = {number for number, _code in late}
                    good = [row.pk for row in rows if row.number not in missed]
                    ImportRow.objects.filter(pk__in=good).update(result=WRITTEN)
                    check()
                return
            except IntegrityError:
                # Somebody entered one of these between our look and our write: the next look sees it.
                if last_try:
                    raise

    def _chunk(self, rows: Sequence[ImportRow]) -> list[tuple[int, str]]:
        """Write some rows; those that do not fit any more come back with the reason."""
        self._point(rows)
        late: list[tuple[int, str]] = []
        pairs = list(self._changes([row for row in rows if row.target is not None], late))
        news = list(self._adds([row for row in rows if row.target is None], late))
        actions.change_all(self.person, pairs, self.reason)
        actions.add_all(self.person, news, self.reason)
        return late

    def _point(self, rows: Sequence[ImportRow]) -> None:
        """Fetch what the rows point to, in scope, once: regions, units, enterprises, other records."""
        for name in ("region", "unit", *(link.name for link in self.ledger.links)):
            field = self.model._meta.get_field(name)
            known = self.pointed.setdefault(field.attname, {})
            keys = {row.values.get(field.attname) for row in rows} - {None} - set(known)
            if not keys:
                continue
            found = field.related_model.objects.all()
            if hasattr(field.related_model, "ledger"):
                if self.person is not None:
                    found = found.visible_to(self.person)
                found = found.filter(withdrawn=False).select_related("region").defer("region__geometry")
            elif name == "region":
                found = found.defer("geometry")
            known |= found.in_bulk(keys)

    def _set(self, made: Any, values: dict[str, Any]) -> bool:
        """Put the kept values into a record; false where something it points to is there no more."""
        for attribute, value in values.items():
            field = self.attributes[attribute]
            if field.is_relation and value is not None and attribute in self.pointed:
                found = self.pointed[attribute].get(value)
                if found is None:
                    return False
                setattr(made, field.name, found)
            else:
                setattr(made, attribute, field.to_python(value))
        return True

    def _adds(self, rows: Sequence[ImportRow], late: list[tuple[int, str]]) -> Iterator[Any]:
        keys = [key for row in rows if not (key := row.values["key_text"]).startswith(NO_KEY)]
        held = set(self.model.objects.filter(key_text__in=keys).values_list("key_text", flat=True))
        for row in rows:
            made = self.model()
            if row.values["key_text"] in held:
                late.append((row.number, "taken_meanwhile"))
            elif not self._set(made, row.values):
                late.append((row.number, "gone"))
            elif not actions.may_keep(self.person, made):
                late.append((row.number, "not_yours"))
            else:
                yield made

    def _changes(self, rows: Sequence[ImportRow], late: list[tuple[int, str]]) -> Iterator[tuple[Any, Any]]:
        if not rows:
            return
        names = ["region", "unit", *(link.name for link in self.ledger.links)]
        stored = (
            self.model.objects.select_for_update(of=("self",))
            .select_related(*names)
            .defer("region__geometry")
            .in_bulk([row.target for row in rows])
        )
        taken = self._taken(rows, stored)
        for row in rows:
            old = stored.get(row.target)
            if old is None or old.withdrawn or old.version != row.version:
                late.append((row.number, "changed_meanwhile"))
                continue
            new = copy.copy(old)
            if not self._set(new, row.values):
                late.append((row.number, "gone"))
            elif not (actions.may_keep(self.person, old) and actions.may_keep(self.person, new)):
                late.append((row.number, "not_yours"))
            else:
                new.fold_in()
                if taken.get(new.key_text, new.pk) != new.pk:
                    late.append((row.number, "taken_meanwhile"))
                else:
                    yield old, new

    def _taken(self, rows: Sequence[ImportRow], stored: dict[int, Any]) -> dict[str, int]:
        """The keys these rows would move to that are held already."""
        names = {field._attribute for field in self.ledger.key} | {"region_id"}
        keys = []
        for row in rows:
            if row.target in stored and names & set(row.values):
                new = copy.copy(stored[row.target])
                if self._set(new, row.values):
                    new.fold_in()
                    keys.append(new.key_text)
        return dict(self.model.objects.filter(key_text__in=keys).values_list("key_text", "pk"))


def _tell_late(run: ImportRun, late: Sequence[tuple[int, str]], *, verdict: str | None, result: str) -> None:
    codes = dict(late)
    rows = list(ImportRow.objects.filter(run=run, number__in=list(codes)))
    for row in rows:
        reason: dict[str, Any] = {"field": "", "code": codes[row.number], "ask": False}
        for short, language in LANGUAGES:
            with translation.override(language):
                reason[short] = said(codes[row.number], {})
        row.reasons = [*row.reasons, reason]
        row.result = result
        row.verdict = verdict or row.verdict
    ImportRow.objects.bulk_update(rows, ["reasons", "result", "verdict"], batch_size=200)
