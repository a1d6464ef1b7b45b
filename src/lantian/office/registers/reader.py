"""Words of a form, a table or the API → values of a record, with everything that is wrong about them said.

One door for all three: what a form refuses, an import refuses, in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from lantian.office.people.models import Unit
from lantian.office.people.scope import is_outsider, region_root
from lantian.office.regions.models import Region
from lantian.office.regions.places import holds_point
from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.fields import Quantity
from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.declaring.reading import WrongValueError, is_empty, text_of

REGION, UNIT = "region", "unit"
REPEATED = frozenset({"choice", "state", "many", "flag", "day", "due"})
MOST_KEPT = 20_000
FEW = 8  # names looked up one by one before all of them are read


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value, or asked about it. `field` is empty where it concerns the whole record."""

    field: str
    code: str
    words: str


@dataclass(slots=True)
class Read:
    """The record as read, not saved; what refuses it, and what a person must confirm."""

    row: Any
    given: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    questions: list[Fault] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether it may be saved without a question."""
        return not self.faults and not self.questions


class Reader:
    """Reads records of a register for a person, who can name only what they see; kept for a whole file."""

    def __init__(self, ledger: Ledger, person: Any) -> None:
        self.ledger, self.person = ledger, person
        self.outside = is_outsider(person)
        self._regions: dict[str, list[Region]] | None = None
        self._units: dict[str, list[Unit]] | None = None
        self._records: dict[tuple[Any, ...], Any] = {}
        self._names: dict[type[Any], dict[str, list[int]]] = {}
        self._values: dict[tuple[str, Any], Any] = {}
        self._owner_id: int | None = None
        self._inside: dict[tuple[int, Decimal, Decimal], bool | None] = {}

    def read(self, raw: Mapping[str, Any], row: Any = None) -> Read:
        """Read one record.

        Parameters
        ----------
        raw
            field name → what was written; `region` and `unit` by code or name. A name left out leaves the
            field of `row` as it is; an empty text empties it.
        row
            the record that is to be changed; None for a new one
        """
        made = row if row is not None else self.ledger.model()
        read = Read(made, frozenset(raw))
        # What was confirmed once is not asked again until it changes.
        before = {} if made._state.adding else {name: getattr(made, name) for name in self._asked_about}
        judged = [(one, getattr(made, one._attribute)) for one in self._judged(made)]
        unit = made.unit_id
        computed: dict[str, Any] = {}
        self._owner_id = getattr(made, "enterprise_id", None)
        for name in sorted(raw, key=lambda name: name != "enterprise"):  # others are sought among its own
            value = raw[name]
            try:
                if name == REGION:
                    made.region = self.region(value)
                elif name == UNIT:
                    made.unit = None if is_empty(value) else self.unit(value)
                elif name in self.ledger.by_name:
                    found = self._value(self.ledger.by_name[name], value)
                    if not self.ledger.by_name[name].computed:
                        setattr(made, name, found)
                    elif found not in (None, ""):
                        computed[name] = found
            except WrongValueError as error:
                read.faults.append(Fault(name, error.code, str(error)))
            self._owner_id = getattr(made, "enterprise_id", None)
        self._follow_owner(made)
        made.compute()
        self._judge(read, before)
        self._compare(read, computed)
        for one, was in judged:
            now = getattr(made, one._attribute)
            if now != was and (one.is_judged(was, now) or one.name == "due"):
                read.faults.append(_for_the_office(one.name, one.label))
        if self.outside and made.unit_id != unit:
            read.faults.append(_for_the_office(UNIT, _("Unit in charge")))
        return read

    def _judged(self, row: Any) -> list[Any]:
        """What an enterprise's people cannot change: what is judged, and a day once it is set."""
        if not self.outside:
            return []
        due = self.ledger.due
        held = due is not None and not due.computed and not due.judged and row.due is not None
        return [*self.ledger.judged, *([due] if held and not row._state.adding else [])]

    def _value(self, field: Any, raw: Any) -> Any:
        """The value of a cell. A file says the same few words and days thousands of times: read once."""
        if field.kind not in REPEATED or not isinstance(raw, (str, date)):
            return field.read(raw, self)
        key = (field.name, raw)
        if key not in self._values:
            if len(self._values) > MOST_KEPT:
                self._values.clear()
            self._values[key] = field.read(raw, self)
        return self._values[key]

    def _compare(self, read: Read, computed: Mapping[str, Any]) -> None:
        """What was written into a computed field agrees with what it is, or is said."""
        for name, value in computed.items() if not read.faults else ():
            field, own = self.ledger.by_name[name], getattr(read.row, name)
            if value != own:
                read.faults.append(
                    Fault(name, "computed", _("“%(field)s” follows from the others, it is %(own)s: empty it")
                          % {"field": field.label, "own": field.write(own) or _("not known yet")})
                )  # fmt: skip

    @cached_property
    def _asked_about(self) -> tuple[str, ...]:
        return ("region_id", *(one.name for one in self.ledger.fields if isinstance(one, Quantity)))

    def _follow_owner(self, row: Any) -> None:
        """A record of an enterprise that names no region lies where the enterprise lies."""
        if row.region_id is None and self.ledger.owner is not None and row.enterprise_id is not None:
            row.region = row.enterprise.region

    def _judge(self, read: Read, before: Mapping[str, Any]) -> None:
        """Everything that concerns more than one value; `before` is what a record to be changed said."""
        row, wrong = read.row, {fault.field for fault in read.faults}
        if row.region_id is None and not wrong & {REGION, "enterprise"}:
            read.faults.append(Fault(REGION, "missing", _("the region is missing")))
        if (row.lon is None) != (row.lat is None) and not wrong & {"lon", "lat"}:
            read.faults.append(Fault("lon", "half_position", _("longitude and latitude go together")))
        self._judge_fields(read, before, wrong)
        self._judge_links(read)
        if not read.faults:
            self._judge_whole(read, before)

    def _judge_fields(self, read: Read, before: Mapping[str, Any], wrong: set[str]) -> None:
        """What is missing, and what is unusual."""
        for one in self.ledger.fields:
            value = getattr(read.row, one._attribute)
            if value in (None, ""):
                asked = one.required
                if self.outside and one.judged is True:
                    continue  # the office says it afterwards
                if one.name not in wrong and (
                    asked.holds(read.row) if isinstance(asked, Condition) else asked
                ):
                    read.faults.append(
                        Fault(one.name, "missing", _("“%(field)s” is missing") % {"field": one.label})
                    )
            elif isinstance(one, Quantity) and value != before.get(one.name) and one.unusual(value):
                read.questions.append(
                    Fault(one.name, "unusual", _("%(value)s %(unit)s is unusual: is it right?")
                          % {"value": one.write(value), "unit": one.unit})
                )  # fmt: skip

    def _judge_links(self, read: Read) -> None:
        """A record points to its own enterprise's records, but where the declaration says otherwise."""
        for link in self.ledger.links:
            pointed = getattr(read.row, link.name, None)
            theirs = getattr(pointed, "enterprise_id", None)
            if link.anyones or theirs is None:
                continue
            if getattr(read.row, "enterprise_id", theirs) not in (None, theirs):
                read.faults.append(
                    Fault(link.name, "not_theirs", _("%(record)s belongs to another enterprise")
                          % {"record": pointed})
                )  # fmt: skip

    def _judge_whole(self, read: Read, before: Mapping[str, Any]) -> None:
        """The declaration's own checks, and whether the position lies where the record says."""
        row = read.row
        for check in self.ledger.checks:
            if not check.passed(row):
                told = read.questions if check.ask else read.faults
                told.append(Fault(check.field, "check", str(check.words)))
        moved = any(getattr(row, name) != before.get(name) for name in ("lon", "lat", "region_id"))
        if row.lon is not None and moved and self._is_outside(row):
            words = _("the position lies outside %(region)s") % {"region": row.region}
            read.questions.append(Fault("lon", "outside_region", words))

    def _is_outside(self, row: Any) -> bool:
        key = (row.region_id, row.lon, row.lat)
        if key not in self._inside:
            self._inside[key] = holds_point(row.region, row.lon, row.lat)
        return self._inside[key] is False

    def region(self, raw: Any) -> Region:
        """The region of a code or name, among those the person sees below a province."""
        if isinstance(raw, Region):
            raw = raw.code
        found = self._known_regions().get(fold(text_of(raw)), [])
        return self._one(found, text_of(raw), _("“%(text)s” is no region of the register, or not yours"))

    def unit(self, raw: Any) -> Unit:
        """The unit of a number or name, among those the person sees."""
        if isinstance(raw, Unit):
            raw = str(raw.pk)
        found = self._known_units().get(fold(text_of(raw)), [])
        return self._one(found, text_of(raw), _("“%(text)s” is no unit of the register, or not yours"))

    def record(self, model: type[Any], text: str, *, anyones: bool = False) -> Any:
        """A record of another register: by its number (`#12`), key or name, among those the person sees."""
        own = not anyones and getattr(model, "enterprise", None) is not None
        owner = self._owner_id if own else None
        key = (model, owner, fold(text))
        if key not in self._records:
            seen = self._seen(model)
            if owner is not None:
                seen = seen.filter(enterprise=owner)
            number = text.removeprefix("#")
            rows = list(seen.filter(pk=int(number))) if text.startswith("#") and number.isdecimal() else []
            if not rows and owner is not None:  # by its key: one step, however many
                rows = list(seen.filter(key_text=f"{owner}|{fold(text)}"))
            if not rows:
                folded = fold(text)
                rows = [
                    row
                    for row in seen.filter(search__contains=folded)[:50]
                    if folded in row.search.split("\n")
                ]
            self._records[key] = rows
        return self._one(
            self._records[key], text,
            _("“%%(text)s” is not in the register “%(register)s”, or not yours") % {"register": model.title},
        )  # fmt: skip

    def foresee(self, raws: Iterable[Mapping[str, Any]]) -> None:
        """Look up together what many rows will name; the answers are those of `record`."""
        raws = list(raws)
        owner = self.ledger.owner
        if owner is not None:
            self._find_all(owner.related_model, {text_of(raw.get(owner.name)) for raw in raws})
        for link in self.ledger.links:
            model = link.related_model
            if link is owner or not all(raw.get(link.name) is not None for raw in raws[:1]):
                continue
            if owner is None or link.anyones or getattr(model, "enterprise", None) is None:
                self._find_all(model, {text_of(raw.get(link.name)) for raw in raws})
            else:
                self._find_theirs(model, [(raw.get(owner.name), text_of(raw.get(link.name))) for raw in raws])

    def _seen(self, model: type[Any]) -> models.QuerySet[Any]:
        seen = model.objects.all() if self.person is None else model.objects.visible_to(self.person)
        return seen.filter(withdrawn=False).select_related("region").defer("region__geometry")

    def _find_all(self, model: type[Any], texts: set[str]) -> None:
        wanted = {fold(text): text for text in texts if not is_empty(text) and not text.startswith("#")}
        new = [folded for folded in wanted if (model, None, folded) not in self._records]
        if not new or (len(new) < FEW and model not in self._names):
            return
        if model not in self._names:
            names: dict[str, list[int]] = {}
            for pk, search in self._seen(model).order_by().values_list("pk", "search"):
                for name in search.split("\n"):
                    names.setdefault(name, []).append(pk)
            self._names[model] = names
        found = {folded: self._names[model].get(folded, [])[:50] for folded in new}
        rows = self._seen(model).in_bulk([pk for keys in found.values() for pk in keys])
        for folded, keys in found.items():
            self._records[(model, None, folded)] = [rows[pk] for pk in keys if pk in rows]

    def _find_theirs(self, model: type[Any], pairs: list[tuple[Any, str]]) -> None:
        owner_model = self.ledger.by_name["enterprise"].related_model
        wanted = {}
        for owner, text in pairs:
            firms = self._records.get((owner_model, None, fold(text_of(owner))), ())
            if len(firms) == 1 and not is_empty(text) and not text.startswith("#"):
                wanted[f"{firms[0].pk}|{fold(text)}"] = (model, firms[0].pk, fold(text))
        for row in self._seen(model).filter(key_text__in=list(wanted)):
            self._records.setdefault(wanted[row.key_text], [row])

    def enterprise(self, text: str) -> Any:
        """An enterprise by credit code, name or former name."""
        model = self.ledger.by_name["enterprise"].related_model
        return self.record(model, text)

    def _one(self, found: list[Any], text: str, unknown: str) -> Any:
        if not found:
            raise WrongValueError("unknown", unknown % {"text": text[:60]})
        if len(found) > 1:
            raise WrongValueError(
                "ambiguous",
                _("several are called “%(text)s”: write the code or number") % {"text": text[:60]},
            )
        return found[0]

    def _known_regions(self) -> dict[str, list[Region]]:
        if self._regions is None:
            self._regions = {}
            seen = Region.objects.all() if self.person is None else Region.objects.visible_to(self.person)
            root = "" if self.person is None else region_root(self.person)
            if root is None:  # the people of an enterprise see no region but name their own
                own = getattr(self.person, "region", None)
                seen = Region.objects.filter(pk=own.pk) if own is not None else seen
            for region in seen.exclude(level="province").defer("geometry").order_by("path"):
                for name in {
                    fold(text) for text in (region.code, region.name, region.short, region.name_en)
                } - {""}:
                    self._regions.setdefault(name, []).append(region)
        return self._regions

    def region_texts(self) -> dict[int, str]:
        """How each region this person may name is written: its name where that finds one, else its code."""
        return _texts(self._known_regions(), lambda region: (region.name, region.code))

    def region_names(self) -> list[str]:
        """The same as a list to choose from, in the order of the register."""
        return list(dict.fromkeys(self.region_texts().values()))

    def unit_texts(self) -> dict[int, str]:
        """How each unit this person may name is written: its name where that finds one, else its number."""
        return _texts(self._known_units(), lambda unit: (unit.name, str(unit.pk)))

    def _known_units(self) -> dict[str, list[Unit]]:
        if self._units is None:
            self._units = {}
            seen = Unit.objects.all() if self.person is None else Unit.objects.visible_to(self.person)
            for unit in seen.select_related("region"):
                for name in {str(unit.pk), fold(unit.name), fold(unit.name_en)} - {""}:
                    self._units.setdefault(name, []).append(unit)
        return self._units


def _for_the_office(name: str, label: Any) -> Fault:
    return Fault(name, "judged", _("“%(field)s” is for the office to say") % {"field": label})


def _texts(known: Mapping[str, list[Any]], names: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for rows in known.values():
        for row in rows:
            name, code = names(row)
            found.setdefault(row.pk, name if len(known[fold(name)]) == 1 else code)
    return found
