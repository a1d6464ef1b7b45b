"""The history of a record in words: labels of fields, words of choices, names of what it points to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from lantian.office.people.models import ActionLog, Unit
from lantian.office.regions.models import Region
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.columns import said

NOTHING = (None, "", [])


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, both in words; "" for none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the log with its changes."""

    action: ActionLog
    changes: list[Change]


def told_steps(ledger: Ledger, actions: Iterable[ActionLog], person: Any) -> list[Step]:
    """Rows of the log as steps: for each register pointed to one question, however many rows there are.

    A record the person does not see is told by its number alone.
    """
    read = [(action, _loaded(action.before), _loaded(action.after)) for action in actions]
    names = _Names(ledger, [side for _action, before, after in read for side in (before, after)], person)
    places = {field.name: n for n, field in enumerate(ledger.fields)}
    steps = []
    for action, before, after in read:
        keys = [key for key in {*after, *before} if before.get(key) != after.get(key)]
        keys.sort(key=lambda key: (places.get(key, -1), key))
        changes = [
            Change(names.label(key), names.words(key, before.get(key)), names.words(key, after.get(key)))
            for key in keys
            if before.get(key) not in NOTHING or after.get(key) not in NOTHING
        ]
        steps.append(Step(action, changes))
    return steps


class _Names:
    """What keys and values of the log are called."""

    def __init__(self, ledger: Ledger, sides: list[dict[str, Any]], person: Any) -> None:
        self.ledger = ledger
        self.known: dict[str, dict[int, str]] = {}
        sources: list[tuple[str, models.QuerySet[Any]]] = [
            ("region", Region.objects.defer("geometry")),
            ("unit", Unit.objects.all()),
            *((link.name, link.related_model.objects.visible_to(person)) for link in ledger.links),
        ]
        for name, source in sources:
            keys = {side[name] for side in sides if isinstance(side.get(name), int)}
            self.known[name] = {row.pk: str(row) for row in source.filter(pk__in=keys)} if keys else {}

    def label(self, key: str) -> str:
        """The label of a value of the log."""
        if key in self.ledger.by_name:
            return str(self.ledger.by_name[key].label)
        own = {
            "region": _("Region"), "unit": _("Unit in charge"), "files": _("Files"),
            "confirmed": _("Asked and confirmed"), "withdrawn": _("withdrawn"),
        }  # fmt: skip
        return own.get(key, key)

    def words(self, key: str, value: Any) -> str:
        """A value of the log in words."""
        if value in NOTHING:
            return ""
        if key in self.known:
            return self.known[key].get(value, f"#{value}")
        field = self.ledger.by_name.get(key)
        if field is None:
            return self._beside(key, value)
        if isinstance(value, list):
            value = f"|{'|'.join(str(one) for one in value)}|"
        text = field.write(_typed(field, value))
        return f"{text} {field.unit}" if text and field.unit else text

    def _beside(self, key: str, value: Any) -> str:
        """What the log tells beside the fields: files, what was confirmed, that it was withdrawn."""
        if key == "files":
            return _("%(n)s added") % {"n": len(value)}
        if isinstance(value, list):
            return "；".join(str(one) for one in value)
        return str(said(value))


def _typed(field: Any, value: Any) -> Any:
    """A value of the log as the column holds it; one that no longer fits as it was written."""
    from django.core.exceptions import ValidationError

    try:
        return field.to_python(value)
    except (ValidationError, ValueError, TypeError):
        return value


def _loaded(text: str) -> dict[str, Any]:
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {"": value}
