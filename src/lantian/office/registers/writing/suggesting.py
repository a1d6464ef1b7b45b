"""Records a form can point to: found by name, code or former name, in scope; and a form half filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404

from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.declaring.reading import WrongValueError, text_of
from lantian.office.registers.reader import REGION, UNIT

MOST = 12


def suggestions(
    ledger: Ledger, name: str, person: Any, text: str, enterprise: str = ""
) -> list[dict[str, Any]]:
    """Up to twelve records the field `name` can point to, whose name or code holds `text`.

    Where an enterprise is chosen already, by its number, only its own things are proposed.

    Raises
    ------
    Http404
        the register has no such field, or it points to nothing
    """
    field = ledger.by_name.get(name)
    if field is None or not field.is_relation:
        raise Http404
    folded = fold(text_of(text))
    if not folded:
        return []
    rows = _seen(field, person).filter(search__contains=folded)
    if field.related_model.ledger.owner is not None and number_in(f"#{enterprise}"):
        rows = rows.filter(enterprise=int(enterprise))
    found = sorted(rows[: MOST * 4], key=lambda row: (not row.search.startswith(folded), len(row.search)))
    return [
        {"number": row.pk, "label": str(row), "more": _more(row)} for row in found[:MOST]
    ]  # fmt: skip


def names_of(ledger: Ledger, person: Any, raw: Mapping[str, Any], row: Any = None) -> dict[str, str]:
    """For each field that names another record by its number, the words of that record."""
    found = {}
    for field in ledger.links:
        number = number_in(raw.get(field.name, ""))
        if number is None:
            continue
        if row is not None and getattr(row, field.attname) == number:
            # What the record points to already is part of it, whoever reads it.
            found[field.name] = str(getattr(row, field.name))
            continue
        other = _seen(field, person).filter(pk=number).first()
        if other is not None:
            found[field.name] = str(other)
    return found


def number_in(text: Any) -> int | None:
    """The number of a record named `#12`; None for anything else."""
    digits = str(text)[1:]
    known = str(text).startswith("#") and digits.isascii() and digits.isdecimal() and len(digits) < 19
    return int(digits) if known else None


def understood(ledger: Ledger, person: Any, raw: Mapping[str, Any]) -> Any:
    """A record of what can be read so far; nothing is refused and nothing is asked."""
    row = ledger.model()
    for name, value in raw.items():
        if name in (REGION, UNIT):
            continue
        field = ledger.by_name[name]
        if field.is_relation:
            text = str(value)
            if (number := number_in(text)) is not None:
                setattr(row, name, _seen(field, person).filter(pk=number).first())
            continue
        try:
            setattr(row, name, field.read(value, None))
        except WrongValueError:
            continue
    return row


def _seen(field: Any, person: Any) -> Any:
    rows = field.related_model.objects.visible_to(person).filter(withdrawn=False)
    return rows.select_related("region").defer("region__geometry")


def _more(row: Any) -> str:
    """What tells records of one name apart: another key, the enterprise, the region."""
    code = getattr(row, "credit_code", "")
    return " · ".join(filter(None, (code, row.region.short_label)))
