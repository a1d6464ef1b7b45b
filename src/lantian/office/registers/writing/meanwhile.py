"""Two people at one record: what the first changed while the second was writing."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lantian.office.people.actions import history_of
from lantian.office.registers.declaring.fields import Many
from lantian.office.registers.reader import REGION, UNIT

WRITES = ("change_record", "withdraw_record")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field somebody else changed: what it was, what it is, what the second person wrote in its place."""

    name: str
    label: str
    was: str
    theirs: str
    yours: str
    clash: bool


def as_of(row: Any, version: int, person: Any) -> tuple[Any, tuple[str, ...], list[str]]:
    """A record as it was at a version.

    Returns
    -------
    the record, the names of the fields that were changed since, and who changed them
    """
    old = copy.copy(row)
    steps = max(0, row.version - version)
    rows = list(history_of(row, person).filter(verb__in=WRITES).order_by("-number")[:steps])
    names: list[str] = []
    for step in rows:
        before = json.loads(step.before) if step.before else {}
        for name, value in before.items():
            names.append(name)
            _put(old, name, value)
    return old, tuple(dict.fromkeys(reversed(names))), list(dict.fromkeys(step.actor_name for step in rows))


def differences(old: Any, now: Any, mine: Any, names: tuple[str, ...]) -> list[Difference]:
    """What was changed between two versions beside what a third wrote."""
    found = []
    for name in names:
        was, theirs, yours = (shown(row, name) for row in (old, now, mine))
        if was != theirs:
            found.append(Difference(name, label(now, name), was, theirs, yours, yours not in (was, theirs)))
    return found


def shown(row: Any, name: str) -> str:
    """A value as a person reads it."""
    if name in (REGION, UNIT):
        return str(getattr(row, name) or "")
    field = row.ledger.by_name.get(name)
    return "" if field is None else field.write(getattr(row, name))


def label(row: Any, name: str) -> str:
    """The name of a field."""
    if name == REGION:
        return _("Region")
    if name == UNIT:
        return _("Unit in charge")
    return str(row.ledger.by_name[name].label)


def _put(row: Any, name: str, plain: Any) -> None:
    """A value of the log back into a record."""
    if name in (REGION, UNIT):
        setattr(row, f"{name}_id", plain)
        return
    field = row.ledger.by_name.get(name)
    if field is None:
        return
    if isinstance(field, Many):
        setattr(row, name, f"|{'|'.join(plain)}|" if plain else "")
    elif field.is_relation:
        setattr(row, field.attname, plain)
    else:
        setattr(row, name, field.to_python(plain) if plain is not None else field.nothing)
