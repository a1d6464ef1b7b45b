"""What is known of a register once it is declared; asked by every room of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models

from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.fields import Declared, Due, LifeCycle, Owner
from lantian.office.registers.declaring.words import Words, two


class Group(Words):
    """Where registers stand in the navigation."""

    INDUSTRY = "industry", two("工业源", "Industry")
    VOC = "voc", two("挥发性有机物", "Volatile organic compounds")
    ENERGY = "energy", two("散煤与清洁取暖", "Coal and heating")
    VEHICLES = "vehicles", two("车船与油品", "Vehicles, machines and fuel")
    DUST = "dust", two("扬尘与面源", "Dust and area sources")
    PROJECTS = "projects", two("项目与准入", "Projects and admission")
    SUPPORT = "support", two("监测与支撑", "Monitoring and support")


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold between fields; `words` say what is wrong. With `ask` it is a question only."""

    holds: Condition | Callable[[Any], bool]
    words: Any
    field: str = ""
    ask: bool = False

    def passed(self, row: Any) -> bool:
        """Whether it holds of a record."""
        return self.holds.holds(row) if isinstance(self.holds, Condition) else self.holds(row)


@dataclass(frozen=True, slots=True)
class Derived:
    """A column that is not kept but follows from the others: a condition, or a function of the record.

    A condition can be filtered by; a function's answer is shown as it is, a number or words. `rule` is the
    path of the rulebook's entry that decides, if one does: its document and its doubt stand with it.
    """

    label: Any
    follows: Condition | Callable[[Any], Any]
    unit: str = ""
    source: str = ""
    rule: str = ""

    def of(self, row: Any) -> Any:
        """Its value for a record."""
        return self.follows.holds(row) if isinstance(self.follows, Condition) else self.follows(row)


class Ledger:
    """One register: its model and everything its declaration says."""

    def __init__(self, model: type[Any]) -> None:
        self.model = model
        self.code: str = model.code
        self.title: Any = model.title
        self.group: str = str(model.group)
        self.source: str = model.source
        self.placed: bool = model.placed
        self.feeds: tuple[Any, ...] = tuple(model.feeds)
        self.checks: tuple[Check, ...] = tuple(model.checks)

    def __repr__(self) -> str:
        return f"<Ledger {self.code}>"

    @cached_property
    def fields(self) -> tuple[Any, ...]:
        """The declared fields, in the order they are written."""
        found = [field for field in self.model._meta.concrete_fields if isinstance(field, Declared)]
        return tuple(sorted(found, key=lambda field: (field.name in _LAST, field.creation_counter)))

    @cached_property
    def by_name(self) -> dict[str, Any]:
        """The declared fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def asked(self) -> tuple[Any, ...]:
        """The declared fields a person fills in: all but the computed ones."""
        return tuple(field for field in self.fields if not field.computed)

    @cached_property
    def judged(self) -> tuple[Any, ...]:
        """The fields that are, in whole or in some values, for the office to say."""
        return tuple(field for field in self.fields if field.judged)

    def is_decided(self, row: Any) -> bool:
        """Whether a record is in a state that the office said: its enterprise no longer writes it."""
        return bool(self.status.judged) and self.status.is_judged(row.status)

    @cached_property
    def derived(self) -> dict[str, Derived]:
        """What follows from the fields, by name."""
        return {name: value for name, value in vars(self.model).items() if isinstance(value, Derived)}

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """The fields that together tell one record from another."""
        return tuple(field for field in self.fields if field.key)

    @cached_property
    def status(self) -> LifeCycle:
        """The field of the state."""
        return self.by_name["status"]  # type: ignore[no-any-return]

    @cached_property
    def due(self) -> Due | None:
        """The field of the time limit, or None where nothing is due."""
        return self.by_name.get("due")

    @cached_property
    def owner(self) -> Owner | None:
        """The field of the enterprise, or None where records belong to none."""
        return self.by_name.get("enterprise")

    @cached_property
    def links(self) -> tuple[Any, ...]:
        """Fields that point to records of other registers."""
        return tuple(field for field in self.fields if isinstance(field, models.ForeignKey))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns a list shows until somebody chooses others."""
        chosen = tuple(self.model.columns)
        return chosen or tuple(field.name for field in self.fields if field.name not in _LAST)[:6]

    @property
    def pages(self) -> tuple[tuple[str, Any], ...]:
        """Pages of its own beside those every register has: name of the address, words of the button."""
        return tuple(getattr(self.model, "pages", ()))

    def missing(self, row: Any) -> list[Any]:
        """The fields a record needs to be complete and does not have."""
        return [
            field
            for field in self.fields
            if (field.needed.holds(row) if isinstance(field.needed, Condition) else field.needed)
            and getattr(row, field._attribute) in (None, "")
        ]

    def needs_proof(self, row: Any) -> bool:
        """Whether the state of a record is one that a file must prove."""
        return row.status in self.status.proof


_LAST = ("place", "lon", "lat", "status", "due", "note")
