"""One record written by a form or the API: read, judged, kept, or refused with every reason by its field."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.registers import actions
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.declaring.reading import text_of
from lantian.office.registers.reader import REGION, UNIT, Fault, Read, Reader
from lantian.office.registers.writing import photos

Confirmed = bool | Collection[str]
MOST_REASON = 300


@dataclass(slots=True)
class Outcome:
    """What became of it: the record as kept, or what is wrong with it, or what is asked."""

    read: Read
    row: Any = None
    again: bool = False
    changed_meanwhile: bool = False
    there: Any = None
    faults: list[Fault] = field(default_factory=list)
    questions: list[Fault] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether it was kept, now or when it was sent before."""
        return self.row is not None


def may_add(person: Any, ledger: Ledger) -> bool:
    """Whether a person may add to a register somewhere: an enterprise only to registers of its own things."""
    if not can(person, Capability.KEEP_REGISTER):
        return False
    if region_root(person) is not None:
        return True
    begins = ledger.status.judged and ledger.status.is_judged(ledger.status.start)
    return person.unit_id is not None and ledger.owner is not None and not begins


def token(question: Fault) -> str:
    """What a confirmation names: this question about this value, so that another one is asked anew."""
    asked = "|".join((question.field, question.code, question.words))
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def add(
    actor: Any,
    ledger: Ledger,
    raw: Mapping[str, Any],
    *,
    files: Iterable[Any] = (),
    confirmed: Confirmed = False,
    reason: str = "",
    form_id: str = "",
) -> Outcome:
    """Add one record.

    Parameters
    ----------
    actor
        the request
    ledger, raw
        the register, and what was written by field name
    files
        photos and papers that were kept (`evidence.Kept`)
    confirmed
        True, or the tokens of the questions that were answered with yes
    form_id
        the number of the form: sent twice, it adds once

    Raises
    ------
    PermissionDenied
        the actor may not keep this register, or not there
    """
    kept = list(files)
    given = {name: value for name, value in raw.items() if name != REGION or value not in (None, "")}
    read = judge(actor, ledger, given, None, kept)

    def write() -> Any:
        return actions.add(
            actor, read, confirmed=True, files=kept, reason=text_of(reason)[:MOST_REASON], form_id=form_id
        )

    return _written(read, confirmed, write)


def change(
    actor: Any,
    row: Any,
    raw: Mapping[str, Any],
    *,
    version: int | None,
    files: Iterable[Any] = (),
    confirmed: Confirmed = False,
    reason: str = "",
) -> Outcome:
    """Change one record, which was found visible before; `version` is the one the actor saw.

    Raises PermissionDenied as `add`.
    """
    kept = list(files)
    read = judge(actor, row.ledger, raw, row, kept)

    def write() -> Any:
        why = text_of(reason)[:MOST_REASON]
        return actions.change(actor, read, version=version, confirmed=True, files=kept, reason=why)

    if version is not None and version != row.version:
        if not read.faults and actions.told(read.row) == actions.told(row) and _all_there(row, kept):
            return Outcome(read, row=row, again=True)
        # Said before anything else: what is judged was written over another record than it now is.
        return Outcome(read, changed_meanwhile=True, faults=[_meanwhile(None)])
    return _written(read, confirmed, write)


def judge(
    actor: Any, ledger: Ledger, raw: Mapping[str, Any], row: Any = None, kept: Iterable[Any] = ()
) -> Read:
    """Read without writing: the record, every fault and every question; `row` itself stays as it is."""
    row = None if row is None else copy.copy(row)
    known = {REGION, UNIT, *ledger.by_name}
    read = Reader(ledger, actor.user).read({name: raw[name] for name in raw if name in known}, row)
    for name in raw:
        if name not in known:
            words = _("the register has no field “%(field)s”") % {"field": str(name)[:40]}
            read.faults.append(Fault(str(name), "unknown_field", words))
    if not read.faults:
        read.questions += photos.questions(read.row, kept)
    return read


def _written(read: Read, confirmed: Confirmed, write: Callable[[], Any]) -> Outcome:
    unanswered = [] if confirmed is True else [
        one for one in read.questions if token(one) not in (confirmed or ())
    ]  # fmt: skip
    if read.faults or unanswered:
        return Outcome(read, faults=read.faults, questions=unanswered)
    try:
        return Outcome(read, row=write())
    except actions.AlreadyThereError as error:
        return _there_already(read, error)
    except actions.ChangedMeanwhileError as error:
        return Outcome(read, changed_meanwhile=True, faults=[_meanwhile(error)])
    except LantianError as error:
        if isinstance(error, actions.NeedsReasonError):
            return Outcome(read, faults=[Fault("reason", "missing", error.line)])
        return Outcome(read, faults=[Fault("files" if error.where else "", "refused", error.line)])


def _all_there(row: Any, kept: list[Any]) -> bool:
    there = set(actions.files_of(row).values_list("sha256", flat=True)) if kept else set()
    return all(one.sha256 in there for one in kept)


def _there_already(read: Read, error: actions.AlreadyThereError) -> Outcome:
    """The same form once more is no mistake; another record under the same key is one."""
    if error.row is not None and actions.told(error.row) == actions.told(read.row):
        return Outcome(read, row=error.row, again=True)
    own = [one.name for one in read.row.ledger.key if not one.is_relation]
    words = error.what if error.row is None else f"{error.what}。"
    return Outcome(
        read,
        there=error.row,
        faults=[Fault(own[0] if own else "", "taken", f"{words} {error.remedy}".strip())],
    )


def _meanwhile(error: LantianError | None) -> Fault:
    words = _("somebody changed it since you opened it") if error is None else error.what
    return Fault("", "changed", words)
