"""The columns a list can show: declared fields, what follows from them, and what every record has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from lantian.office.registers.declaring.fields import Quantity
from lantian.office.registers.declaring.ledger import Derived, Ledger

NUMBERS = frozenset({"quantity", "whole"})
DAYS = frozenset({"day", "due"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, how a value is written, what it is sorted by ("" where it is not)."""

    name: str
    label: Any
    write: Callable[[Any], str]
    kind: str = "text"
    unit: str = ""
    order: str = ""
    nullable: bool = False

    @property
    def is_number(self) -> bool:
        """Whether figures stand below each other."""
        return self.kind in NUMBERS

    def linked(self, row: Any) -> Any:
        """The record the value points to, or None."""
        return getattr(row, self.name) if self.kind in ("link", "owner") else None


@cache
def columns_of(ledger: Ledger) -> dict[str, Column]:
    """Every column of a register by name."""
    found = {one.name: _declared(one) for one in ledger.fields}
    found |= {name: _derived(name, one) for name, one in ledger.derived.items()}
    rest = (
        Column("region", gettext_lazy("Region"), lambda row: row.region.label, "region", "", "region__path"),
        Column("unit", gettext_lazy("Unit in charge"), _unit, "unit", "", "unit", True),
        Column("complete", gettext_lazy("Complete"), lambda row: said(row.complete), "flag", "", "complete"),
        Column(
            "changed_at", gettext_lazy("Changed at"), lambda row: stamp(row.changed_at), "time", "",
            "changed_at",
        ),
        Column(
            "made_at", gettext_lazy("Entered at"), lambda row: stamp(row.made_at), "time", "", "made_at"
        ),
    )  # fmt: skip
    return found | {one.name: one for one in rest}


def _declared(one: Any) -> Column:
    order = one.attname if isinstance(one, models.ForeignKey) else one.name
    return Column(
        one.name, one.label, lambda row: one.write(getattr(row, one.name)), one.kind,
        one.unit if isinstance(one, Quantity) else "", order, bool(one.null),
    )  # fmt: skip


def _derived(name: str, one: Derived) -> Column:
    return Column(name, one.label, lambda row: said(one.of(row)), "derived", one.unit)


def _unit(row: Any) -> str:
    return str(row.unit.label) if row.unit else ""


def said(value: Any) -> str:
    """What follows from a record, in words: yes and no, a day, a number without needless zeros."""
    from datetime import date
    from decimal import Decimal

    from lantian.office.registers.declaring.words import two

    if value is None:
        return ""
    if isinstance(value, bool):
        return str(two("是", "yes") if value else two("否", "no"))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def stamp(moment: Any) -> str:
    """A moment in the office's time."""
    from django.utils import timezone

    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
