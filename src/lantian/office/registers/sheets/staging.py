"""Each row judged against the register: to be added, changed, unchanged, refused, to be confirmed.

Nothing of the register is written here. What is kept of a row is what will be written if somebody says so.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone, translation

from lantian.office.bulk import insert_all
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import NO_KEY, key_text_of
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.declaring.reading import is_empty, text_of
from lantian.office.registers.reader import REGION, UNIT, Read, Reader
from lantian.office.registers.sheets.columns import PK, VERSION, columns_of
from lantian.office.registers.sheets.models import ImportRow, ImportRun
from lantian.office.registers.sheets.table import Issue, Table, TableRow
from lantian.office.registers.sheets.words import said

AT_ONCE = 1000
LANGUAGES = (("zh", "zh-hans"), ("en", "en"))
Tell = Callable[[int, int], None]
V = ImportRow.Verdict


def stage(run: ImportRun, ledger: Ledger, table: Table, tell: Tell) -> None:
    """Judge every row of a table and keep it; `tell(done, of)` after each thousand, and may raise to stop."""
    ImportRow.objects.filter(run=run).delete()
    total = table.sheet.height
    before = _written_before(run)
    judge = Judge(ledger, run.owner, before)
    done = 0
    with translation.override("zh-hans"):
        for chunk in _chunks(table.rows()):
            rows = judge.rows(chunk)
            for row in rows:
                row.run = run
            with transaction.atomic():
                insert_all(rows)
            done += len(rows)
            tell(done, max(total, done))
        _mark_twins(run, judge.twins)
        run.notes = [*table.notes, *([{"code": "same_file", "day": before}] if before else [])]
    run.counts = counted(run)


def counted(run: ImportRun) -> dict[str, int]:
    """How many rows of a run are what, and what became of them."""
    found = dict.fromkeys(V.values, 0)
    rows = ImportRow.objects.filter(run=run)
    found |= dict(rows.order_by().values_list("verdict").annotate(n=models.Count("pk")))
    for result, count in (
        rows.exclude(result="").order_by().values_list("result").annotate(n=models.Count("pk"))
    ):
        found[result] = count
    return found


def _written_before(run: ImportRun) -> str:
    """The day on which this very sheet was written, "" if it never was."""
    last = (
        ImportRun.objects.filter(
            register=run.register, sha256=run.sha256, sheet=run.sheet, state=ImportRun.State.DONE
        )
        .exclude(pk=run.pk)
        .first()
    )
    return "" if last is None else timezone.localtime(last.ended_at).strftime("%Y-%m-%d %H:%M")


def _chunks(rows: Iterator[TableRow]) -> Iterator[list[TableRow]]:
    while chunk := list(islice(rows, AT_ONCE)):
        yield chunk


class _Case:
    """A row on its way to its verdict."""

    __slots__ = ("asked", "faults", "key", "number", "raw", "read", "row", "target", "version")

    def __init__(self, row: TableRow) -> None:
        self.row, self.raw = row, dict(row.raw)
        self.faults, self.asked = list(row.faults), list(row.questions)
        self.number: int | None = None
        self.version: int | None = None
        self.target: Any = None
        self.read: Read | None = None
        self.key = ""


class Judge:
    """Judges rows for a person, a thousand together; remembers what the file said before."""

    def __init__(self, ledger: Ledger, person: Any, written_before: str = "") -> None:
        self.ledger, self.person, self.before = ledger, person, written_before
        self.reader = Reader(ledger, person)
        self.model = ledger.model
        self.first: dict[str, int] = {}  # key or system number → the row that had it first
        self.twins: list[tuple[int, int]] = []
        self.columns = {column.name: column for column in columns_of(ledger)}
        self.attributes = {one.name: one._attribute for one in ledger.fields}
        self.attributes |= {REGION: "region_id", UNIT: "unit_id"}
        self.names = tuple(self.attributes)
        plain = self.model()
        self.defaults = {attribute: getattr(plain, attribute) for attribute in self.attributes.values()}
        self.places: dict[int, str] = {}
        self.computed = [one.name for one in ledger.fields if one.computed]
        self.shown = [one.name for one in ledger.key] or [ledger.fields[0].name]
        if ledger.owner is not None and "enterprise" not in self.shown:
            self.shown.insert(0, "enterprise")

    def rows(self, chunk: list[TableRow]) -> list[ImportRow]:
        """The verdicts of some rows."""
        cases = [_Case(row) for row in chunk]
        for case in cases:
            self._system(case)
        self.reader.foresee([case.raw for case in cases])
        self._find_numbered(cases)
        for case in cases:
            self._read(case)
        self._find_keyed(cases)
        return [self._kept(case) for case in cases]

    def _system(self, case: _Case) -> None:
        """The number and version an export gave the row; an empty region or state says nothing."""
        for name in (REGION, "status"):
            if is_empty(case.raw.get(name)):
                case.raw.pop(name, None)
        number, version = (text_of(case.raw.pop(name, "")) for name in (PK, VERSION))
        for text in filter(None, (number, version)):
            if not text.isascii() or not text.isdecimal() or len(text) > 15:
                case.faults.append(Issue(PK, "system_number", {"text": text[:30]}))
                return
        if number and not version:
            case.faults.append(Issue(VERSION, "no_version"))
        case.number = int(number) if number else None
        case.version = int(version) if version else None

    def _seen(self) -> models.QuerySet[Any]:
        seen = self.model.objects.all() if self.person is None else self.model.objects.visible_to(self.person)
        names = ["region", "unit", *(link.name for link in self.ledger.links)]
        return seen.filter(withdrawn=False).select_related(*names).defer("region__geometry")

    def _find_numbered(self, cases: list[_Case]) -> None:
        found = self._seen().in_bulk([case.number for case in cases if case.number is not None])
        for case in cases:
            if case.number is None:
                continue
            case.target = found.get(case.number)
            if case.target is None:
                case.faults.append(Issue(PK, "not_there", {"text": case.number}))
            elif self._is_second(f"{PK}{case.number}", case):
                case.target = None

    def _said(self, case: _Case) -> dict[str, Any]:
        """What a row says: an empty cell takes away no unit that this person's export could not name."""
        unit = None if case.target is None else case.target.unit_id
        if unit is not None and is_empty(case.raw.get(UNIT)) and unit not in self.reader.unit_texts():
            case.raw.pop(UNIT, None)
        return case.raw

    def _read(self, case: _Case) -> None:
        if any(issue.field in (PK, VERSION) for issue in case.faults):
            return
        # A row that names nothing of its own region is read alone; the reader refuses what it must.
        case.read = self.reader.read(self._said(case), _copy(case.target))
        if not case.read.faults and case.read.row.region_id is not None:
            case.key = case.read.row.key_text = key_text_of(case.read.row)

    def _find_keyed(self, cases: list[_Case]) -> None:
        """Records of the register with the keys of these rows, wherever they lie."""
        keys = {
            case.key
            for case in cases
            if case.key and not case.key.startswith(NO_KEY)
            and (case.target is None or case.key != case.target.key_text)
        }  # fmt: skip
        held = dict(self.model.objects.filter(key_text__in=keys).values_list("key_text", "pk"))
        mine = self._seen().in_bulk(held.values())
        for case in cases:
            if not case.key:
                continue
            if case.key.startswith(NO_KEY):
                if self.before and case.target is None:
                    case.faults.append(Issue("", "written_before", {"day": self.before}))
                continue
            if self._is_second(case.key, case):
                continue
            pk = held.get(case.key)
            if pk is None or (case.target is not None and pk == case.target.pk):
                continue
            if pk not in mine:
                case.faults.append(Issue("", "taken"))
            elif case.target is not None:
                case.faults.append(Issue("", "taken_by", {"name": f"{mine[pk]} (#{pk})"}))
            elif not self._is_second(f"{PK}{pk}", case):
                case.target = mine[pk]
                case.read = self.reader.read(self._said(case), _copy(case.target))

    def _is_second(self, key: str, case: _Case) -> bool:
        """Whether an earlier row of the file speaks of the same record; both are refused then."""
        first = self.first.setdefault(key, case.row.number)
        if first == case.row.number:
            return False
        case.faults.append(Issue("", "twice", {"other": first}))
        self.twins.append((first, case.row.number))
        return True

    def _kept(self, case: _Case) -> ImportRow:
        made = ImportRow(number=case.row.number, name=self._name(case)[:200])
        if case.target is not None:
            made.target, made.version = case.target.pk, case.target.version
        same = False
        if case.read is not None and not case.read.faults and not case.faults:
            if case.target is None:
                self._allowed(case, same)
                made.values = self._values(case.read.row, self.names) | {"key_text": case.key}
            else:
                old, new = actions.told(case.target), actions.told(case.read.row)
                changed = [name for name in new if new[name] != old[name]]
                same = not changed
                self._allowed(case, same)
                self._ask_about(case, old, new, changed)
                made.values = self._values(case.read.row, changed)
                made.changes = {name: [_plain(old[name]), _plain(new[name])] for name in changed}
        if case.faults or case.read is None or case.read.faults:
            made.verdict, made.values, made.changes = V.REFUSED, {}, {}
        elif same:
            made.verdict, case.asked, case.read.questions = V.SAME, [], []
        elif case.asked or case.read.questions:
            made.verdict = V.ASKED
        else:
            made.verdict = V.ADD if case.target is None else V.CHANGE
        made.reasons = self._reasons(case)
        return made

    def _values(self, row: Any, names: Iterable[str]) -> dict[str, Any]:
        """Columns of a record by attribute, as JSON keeps them; a new one leaves out what is so by itself."""
        made = {}
        for name in names:
            attribute = self.attributes[name]
            value = getattr(row, attribute)
            if names is not self.names or value != self.defaults[attribute]:
                made[attribute] = _plain(value)
        return made

    def _allowed(self, case: _Case, same: bool) -> None:
        row = case.read.row if case.read is not None else None
        if not actions.may_keep(self.person, row) or (
            case.target is not None and not actions.may_keep(self.person, case.target)
        ):
            case.faults.append(Issue("", "not_yours"))
        elif not same and case.number is not None and case.version != case.target.version:
            told = {"theirs": case.version, "ours": case.target.version}
            case.faults.append(Issue(VERSION, "changed_since", told))

    def _ask_about(self, case: _Case, old: dict[str, Any], new: dict[str, Any], changed: list[str]) -> None:
        """What a table found by its key alone would take away is asked about."""
        empty = (None, "", [])
        gone = [name for name in changed if old[name] not in empty and new[name] in empty]
        gone = [name for name in gone if name not in self.computed]
        if gone and case.number is None:
            case.asked.append(Issue("", "empties", {"fields": gone}))
        if case.read is not None and not case.target.is_open and case.read.row.is_open:
            case.asked.append(Issue("status", "reopens"))

    def _name(self, case: _Case) -> str:
        """What the row is called: the record where it was read, else what its key columns say."""
        if case.read is not None and not case.read.faults:
            row = case.read.row
            firm = str(row.enterprise) if getattr(row, "enterprise_id", None) else ""
            if row.region_id not in self.places:
                self.places[row.region_id] = row.region.label
            place = self.places[row.region_id]
            return " · ".join(filter(None, (place, firm, "" if firm == str(row) else str(row))))
        parts = [text_of(case.row.raw.get(name, "")) for name in (REGION, *self.shown)]
        return " · ".join(filter(None, parts))

    def _reasons(self, case: _Case) -> list[dict[str, Any]]:
        read = case.read
        if not case.faults and not case.asked and (read is None or read.good):
            return []
        made: dict[tuple[str, str, bool, int], dict[str, Any]] = {}
        for short, language in LANGUAGES:
            with translation.override(language):
                for place, (field, code, words, ask) in enumerate(self._told(case, short)):
                    told = made.setdefault(
                        (field, code, ask, place), {"field": field, "code": code, "ask": ask}
                    )
                    told[short] = words
        return list(made.values())

    def _told(self, case: _Case, short: str) -> Iterator[tuple[str, str, str, bool]]:
        """What is said of a row in the active language; the reader is asked again for the second one."""
        for ask, issues in ((False, case.faults), (True, case.asked)):
            for issue in issues:
                told = dict(issue.told)
                if "fields" in told:
                    told["names"] = "、".join(str(self.columns[name].label) for name in told.pop("fields"))
                yield issue.field, issue.code, said(issue.code, told), ask
        read = case.read
        if read is None or read.good:
            return
        if short != "zh":
            again = self.reader.read(self._said(case), _copy(case.target))
            read.faults, read.questions = again.faults, again.questions
        spoilt = {issue.field for issue in case.faults}
        for ask, faults in ((False, read.faults), (True, read.questions)):
            for fault in faults:
                if not (fault.code == "missing" and fault.field in spoilt):
                    yield fault.field, fault.code, fault.words, ask


def _copy(row: Any) -> Any:
    return None if row is None else copy.copy(row)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, bool, int, list)) else str(value)


def _mark_twins(run: ImportRun, twins: list[tuple[int, int]]) -> None:
    """The first of two rows about one record is refused as well: nobody said which of both is right."""
    others: dict[int, list[int]] = {}
    for first, second in twins:
        others.setdefault(first, []).append(second)
    numbers = list(others)
    for start in range(0, len(numbers), AT_ONCE):
        rows = list(ImportRow.objects.filter(run=run, number__in=numbers[start : start + AT_ONCE]))
        for row in rows:
            told = {"other": "、".join(map(str, others[row.number][:5]))}
            reason = {"field": "", "code": "twice", "ask": False}
            for short, language in LANGUAGES:
                with translation.override(language):
                    reason[short] = said("twice", told)
            row.verdict, row.values, row.changes = V.REFUSED, {}, {}
            row.reasons = [*row.reasons, reason]
        ImportRow.objects.bulk_update(rows, ["verdict", "values", "changes", "reasons"], batch_size=200)
