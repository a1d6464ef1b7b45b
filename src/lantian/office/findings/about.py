"""What a finding is about, where that is a record of a register: the door between findings and registers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from lantian.errors import LantianError


@dataclass(frozen=True, slots=True)
class Thing:
    """A record of a register: its words and its address."""

    label: str
    url: str
    register: str


def check(person: Any, register: str, record_id: int | None) -> None:
    """Refuse a record that is not there, or that the person does not see; nothing named is nothing wrong."""
    if not register and record_id is None:
        return
    if not register or record_id is None or thing(person, register, record_id) is None:
        raise LantianError(
            _("the record it is about is not there, or not yours"), remedy=_("Choose it from its register.")
        )


def thing(person: Any, register: str, record_id: int | None) -> Thing | None:
    """The record, as far as the person sees it; None for the office itself means that everything is seen."""
    model = _registers().get(register)
    if model is None or record_id is None:
        return None
    rows = model.objects.all() if person is None else model.objects.visible_to(person)
    row = rows.filter(pk=record_id).first()
    return None if row is None else Thing(str(row), row.get_absolute_url(), str(model.title))


@cache
def _registers() -> dict[str, Any]:
    """The models that are registers, by the code each declares."""
    return {
        model.code: model
        for model in apps.get_models()
        if isinstance(getattr(model, "code", None), str) and hasattr(model, "title")
    }
