"""What a finding is about, where that is a record of a register: the door between findings and registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from lantian.errors import LantianError

MOST = 20
ENTERPRISES = "enterprises"


@dataclass(frozen=True, slots=True)
class Thing:
    """A record of a register: its words and its address."""

    label: str
    url: str
    register: str


def enterprise_of(person: Any, register: str, record_id: int | None) -> Any:
    """The enterprise of the record a finding is about, or None where it names none or belongs to none.

    Raises
    ------
    LantianError
        the record is not there, or the person does not see it
    """
    if not register and record_id is None:
        return None
    row = record_of(person, register, record_id)
    if row is None:
        raise LantianError(
            _("the record it is about is not there, or not yours"), remedy=_("Choose it from its register.")
        )
    return row if register == ENTERPRISES else getattr(row, "enterprise", None)


def thing(person: Any, register: str, record_id: int | None) -> Thing | None:
    """The record, as far as the person sees it; the office itself (None) sees everything."""
    row = record_of(person, register, record_id)
    return None if row is None else Thing(str(row), row.get_absolute_url(), str(row.ledger.title))


def record_of(person: Any, register: str, record_id: int | None) -> Any:
    """The record itself, or None."""
    # Here, because registers show findings on their pages.
    from lantian.office.registers.declaring.base import ledger

    if not register or record_id is None:
        return None
    try:
        rows = ledger(register).model.objects
    except KeyError:
        return None
    return (rows.all() if person is None else rows.visible_to(person)).filter(pk=record_id).first()


def enterprises(person: Any, words: str) -> list[Any]:
    """The enterprises a person sees whose names, former names or codes hold some words, at most twenty."""
    from lantian.office.ledgers.industry.enterprise import Enterprise
    from lantian.office.registers.declaring.fold import fold

    asked = fold(words)
    if not asked:
        return []
    seen = Enterprise.objects.visible_to(person).filter(withdrawn=False)
    found = seen.filter(Q(search__contains=asked) | Q(credit_code__startswith=words.strip().upper()))
    return list(found.select_related("region").defer("region__geometry").order_by("name", "pk")[:MOST])
