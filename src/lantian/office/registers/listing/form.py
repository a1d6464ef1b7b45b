"""The form that narrows a list, made from the declaration: what is asked for stays filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from lantian.office.people.models import Unit
from lantian.office.regions.models import Level, Region
from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.fields import Choice, Day, Flag, Many, Quantity
from lantian.office.registers.listing.asking import Asked
from lantian.office.registers.listing.columns import said

AT_HAND = 2  # choices that stand beside the search field; the others unfold
NOT_KNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: `kind` is `choice`, `number` or `day`; a range has two names and two values."""

    kind: str
    label: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    unit: str = ""

    @property
    def used(self) -> bool:
        """Whether something is asked by it."""
        return any(self.values)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Name and value of each end of a range."""
        return list(zip(self.names, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Form:
    """`near` fields stand open, `far` ones unfold; `hidden` carries what tiles, headings and links asked."""

    near: list[Field]
    far: list[Field]
    hidden: list[tuple[str, str]]
    regions: list[Region]
    units: list[Unit]

    @property
    def unfolded(self) -> bool:
        """Whether one of the fields behind is in use."""
        return any(field.used for field in self.far)


def form_of(asked: Asked, given: dict[str, list[str]], person: Any) -> Form:
    """The form of a list.

    Parameters
    ----------
    asked
        what was understood
    given
        what was written, understood or not, so that nobody types it twice
    person
        whose regions and units are offered
    """
    ledger = asked.ledger

    def value(name: str) -> str:
        return (given.get(name) or [""])[0]

    fields = []
    for one in ledger.fields:
        if one.name in ("status", "lon", "lat"):
            continue
        if isinstance(one, (Choice, Many)):
            options = tuple((key, str(label)) for key, label in one.words.choices)
            several = tuple(given.get(one.name) or ("",))
            fields.append(Field("choice", str(one.label), (one.name,), several, options))
        elif isinstance(one, Flag):
            options = (("yes", one.write(True)), ("no", one.write(False)), (NOT_KNOWN, _("not stated yet")))
            fields.append(Field("choice", str(one.label), (one.name,), (value(one.name),), options))
        elif isinstance(one, Quantity):
            names = (f"{one.name}_from", f"{one.name}_to")
            fields.append(_range("number", one, names, (value(names[0]), value(names[1])), one.unit))
        elif isinstance(one, Day):
            names = (f"{one.name}_since", f"{one.name}_until")
            fields.append(_range("day", one, names, (value(names[0]), value(names[1]))))
    for name, one in ledger.derived.items():
        if isinstance(one.follows, Condition):
            options = (("1", said(True)), ("0", said(False)))
            fields.append(Field("choice", str(one.label), (name,), (value(name),), options))
    choices = [field for field in fields if field.kind == "choice"]
    near = choices[:AT_HAND]
    own = {"q", "region", "unit", "page", *(name for field in fields for name in field.names)}
    return Form(
        near,
        [field for field in fields if field not in near],
        [(name, text) for name, texts in asked.wish.items() if name not in own for text in texts]
        + [(name, given[name][0]) for name in ("sort",) if given.get(name)]
        + [("columns", text) for text in given.get("columns", ())],
        regions_for(person),
        units_for(person, ledger.model),
    )


def _range(kind: str, one: Any, names: tuple[str, str], values: tuple[str, str], unit: str = "") -> Field:
    return Field(kind, str(one.label), names, values, (), unit)


def regions_for(person: Any) -> list[Region]:
    """The regions a person can narrow by: their own and those below it, down to the counties."""
    seen = Region.objects.visible_to(person).exclude(level=Level.TOWNSHIP)
    return list(seen.defer("geometry").order_by("path"))


def units_for(person: Any, model: type[Any]) -> list[Unit]:
    """The units a person sees that have a record in the register."""
    there = Exists(model._base_manager.filter(unit=OuterRef("pk")))
    return list(Unit.objects.visible_to(person).filter(there).order_by("name", "pk"))
