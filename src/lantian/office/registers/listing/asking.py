"""What a list is asked for, read out of an address: one parser for the list, the map, the export and the API.

    asked = ask(ledger("boilers"), request.GET, request.user)
    asked.rows        # in scope, not withdrawn, narrowed and sorted
    asked.faults      # what could not be understood; nothing is found then, never everything

Names: `q`, `region`, `unit`, `enterprise`, `status`, `late=1`, `incomplete=1`, `feed`, `position=yes|no`,
`<choice>=<value>` (repeatable), `<flag>=yes|no|unknown`, `<number>_from`, `<number>_to`, `<day>_since`,
`<day>_until`, `<link>=<number of the record>`, `<text>=<words>`, `<derived>=1|0`, `sort`, `columns`, `page`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from lantian.office.people.models import Unit
from lantian.office.regions.models import Region
from lantian.office.registers import rules
from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.fields import Choice, Day, Flag, Link, Many, Quantity
from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.declaring.ledger import Derived, Ledger
from lantian.office.registers.declaring.reading import WrongValueError, day_of, number_of, text_of
from lantian.office.registers.listing.columns import Column, columns_of
from lantian.office.registers.reader import Fault

PAGE, SORT, COLUMNS = "page", "sort", "columns"
STATE_NAMES = ("status", "late", "incomplete")
NEWEST = "-id"
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was asked for, in words: `fuel`, “Fuel”, “coal、gas”."""

    name: str
    label: str
    words: str


@dataclass(slots=True)
class Asked:
    """The answer to `ask`.

    `around` are the same records whatever their state, lateness and completeness: what tiles count.
    `wish` holds what was understood, by name, as it was written; `said` the same in words.
    """

    ledger: Ledger
    around: QuerySet[Any]
    rows: QuerySet[Any]
    columns: tuple[str, ...]
    sort: str
    wish: dict[str, tuple[str, ...]] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    faults: tuple[Fault, ...] = ()
    region: Region | None = None

    @property
    def full(self) -> QuerySet[Any]:
        """The records with what they point to: two more questions never become one a row."""
        return with_related(self.ledger, self.rows)


def with_related(ledger: Ledger, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Records with region, unit and the records they point to; without outlines of regions."""
    names = ["region", "unit", *(link.name for link in ledger.links)]
    return rows.select_related(*names).defer("region__geometry")


def ask(ledger: Ledger, params: Any, person: Any, *, also: Iterable[str] = ()) -> Asked:
    """Read what is asked of a register.

    Parameters
    ----------
    ledger
        the register
    params
        `request.GET`, or a mapping of names to a text or a list of texts
    person
        who asks: only what they see is found, and only what they see can be named
    also
        further names the page knows; any other name is a fault, because a filter that is misspelt must not
        give everything

    Returns
    -------
    records with what was understood; with any fault there are none
    """
    return _Asking(ledger, params, person, also).answer()


class _Asking:
    def __init__(self, ledger: Ledger, params: Any, person: Any, also: Iterable[str]) -> None:
        self.ledger, self.person = ledger, person
        self.given = _texts(params)
        self.known = {PAGE, *also}
        self.wish: dict[str, tuple[str, ...]] = {}
        self.said: list[Said] = []
        self.faults: list[Fault] = []
        self.region: Region | None = None

    def answer(self) -> Asked:
        """Every name in turn: what it is about first, the state last, so that tiles can count beside it."""
        rows = rules.records(self.ledger, self.person)
        conditions = [
            self._take("q", _("Words asked for"), self._words),
            self._take("region", _("Region"), self._region),
            self._take("unit", _("Unit in charge"), self._unit),
            self._take("feed", _("Counted towards"), self._feed),
            self._take("position", _("Position"), self._position),
        ]
        for one in self.ledger.fields:
            if one.name != "status":
                conditions += self._of_field(one)
        for name, derived in self.ledger.derived.items():
            conditions.append(self._take(name, derived.label, lambda texts, d=derived: _derived(d, texts)))
        states = [
            self._take(
                "status", self.ledger.status.label, lambda texts: self._choices(self.ledger.status, texts)
            ),
            self._take(
                "late", _("Overdue records"), lambda texts: self._switch(texts, rules.late(self.ledger))
            ),
            self._take("incomplete", _("Incomplete"), lambda texts: self._switch(texts, Q(complete=False))),
        ]
        columns, sort = self._columns(), self._sort()
        for name in sorted(set(self.given) - self.known):
            self.faults.append(
                Fault(name, "unknown", _("“%(name)s” cannot be asked for here") % {"name": name[:40]})
            )
        around = rows.filter(*(q for q in conditions if q is not None))
        found = around.filter(*(q for q in states if q is not None))
        if any(fault.field not in (COLUMNS, SORT) for fault in self.faults):
            around, found = around.none(), found.none()
        return Asked(
            self.ledger, around, found.order_by(*order_of(self.ledger, sort)), columns, sort,
            self.wish, tuple(self.said), tuple(self.faults), self.region,
        )  # fmt: skip

    def _take(self, name: str, label: Any, read: Callable[[list[str]], tuple[Q | None, str]]) -> Q | None:
        """The condition of a name; None where it is not asked for or cannot be understood."""
        self.known.add(name)
        texts = self.given.get(name)
        if not texts:
            return None
        try:
            found, words = read(texts)
        except WrongValueError as error:
            self.faults.append(Fault(name, error.code, f"{label}: {error}"))
            return None
        self.wish[name] = tuple(texts)
        if found is not None:
            self.said.append(Said(name, str(label), words))
        return found

    def _of_field(self, one: Any) -> list[Q | None]:
        name = one.name
        if isinstance(one, (Choice, Many)):
            return [self._take(name, one.label, lambda texts: self._choices(one, texts))]
        if isinstance(one, Flag):
            return [self._take(name, one.label, lambda texts: _flag(one, texts))]
        if isinstance(one, Quantity):
            return [
                self._take(f"{name}_from", f"{one.label} ≥", lambda texts: _number(one, texts, "gte")),
                self._take(f"{name}_to", f"{one.label} ≤", lambda texts: _number(one, texts, "lte")),
            ]
        if isinstance(one, Day):
            return [
                self._take(f"{name}_since", f"{one.label} ≥", lambda texts: _day(one, texts, "gte")),
                self._take(f"{name}_until", f"{one.label} ≤", lambda texts: _day(one, texts, "lte")),
            ]
        if isinstance(one, Link):
            return [self._take(name, one.label, lambda texts: self._link(one, texts))]
        return [self._take(name, one.label, lambda texts: (Q(**{f"{name}__icontains": texts[0]}), texts[0]))]

    def _words(self, texts: list[str]) -> tuple[Q | None, str]:
        return (found if (found := matching(self.ledger, texts[0])) else None), texts[0]

    def _region(self, texts: list[str]) -> tuple[Q, str]:
        seen = Region.objects.visible_to(self.person).defer("geometry")
        self.region = seen.filter(code=texts[0]).first()
        if self.region is None:
            raise _unknown(texts[0])
        return rules.inside(self.region), self.region.label

    def _unit(self, texts: list[str]) -> tuple[Q, str]:
        number = _key(texts[0])
        found = Unit.objects.visible_to(self.person).select_related("region").filter(pk=number).first()
        if found is None:
            raise _unknown(texts[0])
        return Q(unit=number), str(found.label)

    def _link(self, one: Any, texts: list[str]) -> tuple[Q, str]:
        number = _key(texts[0])
        seen = one.related_model.objects.visible_to(self.person)
        found = seen.filter(pk=number).first()
        if found is None:
            raise _unknown(texts[0])
        return Q(**{one.name: number}), str(found)

    def _feed(self, texts: list[str]) -> tuple[Q, str]:
        for feed in self.ledger.feeds:
            if feed.code == texts[0]:
                return rules.counted_by(feed), str(feed.title)
        raise _unknown(texts[0])

    def _position(self, texts: list[str]) -> tuple[Q, str]:
        if texts[0] not in ("yes", "no"):
            raise _unknown(texts[0])
        return Q(lon__isnull=texts[0] == "no"), _("known") if texts[0] == "yes" else _("not stated yet")

    def _choices(self, one: Any, texts: list[str]) -> tuple[Q, str]:
        values = [value for text in texts for value in _values(one, text)]
        words = _(", ").join(one.write(value) for value in values)
        if isinstance(one, Many):
            q = Q()
            for value in values:
                q |= one.has(value.strip("|")).q
            return q, words
        return Q(**{f"{one.name}__in": values}), words

    def _switch(self, texts: list[str], q: Q) -> tuple[Q | None, str]:
        if texts[0] not in ("0", "1"):
            raise _unknown(texts[0])
        return (q if texts[0] == "1" else None), _("yes")

    def _columns(self) -> tuple[str, ...]:
        self.known.add(COLUMNS)
        there = columns_of(self.ledger)
        names = [name.strip() for text in self.given.get(COLUMNS, ()) for name in text.split(",")]
        chosen = list(dict.fromkeys(name for name in names if name))
        for name in chosen:
            if name not in there:
                self.faults.append(
                    Fault(COLUMNS, "unknown", _("there is no column “%(name)s”") % {"name": name[:40]})
                )
        return tuple(name for name in chosen if name in there) or self.ledger.columns

    def _sort(self) -> str:
        self.known.add(SORT)
        asked = self.given.get(SORT, [""])[0]
        column: Column | None = columns_of(self.ledger).get(asked.removeprefix("-"))
        if not asked or (column is not None and column.order):
            return asked
        self.faults.append(
            Fault(SORT, "unknown", _("a list cannot be sorted by “%(name)s”") % {"name": asked[:40]})
        )
        return ""


def matching(ledger: Ledger, text: str) -> Q:
    """Records that hold every word in a name or code of theirs, or of the enterprise they belong to."""
    found = Q()
    for word in text.split()[:MOST_WORDS]:
        folded = fold(word)
        if folded:
            here = Q(search__contains=folded)
            if ledger.owner is not None:
                firms = ledger.owner.related_model._base_manager.filter(search__contains=folded)
                here |= Q(enterprise__in=firms.values("pk"))
            found &= here
    return found


def order_of(ledger: Ledger, sort: str) -> tuple[Any, ...]:
    """What the database sorts by: what is not known stands last either way, the newest first among equals."""
    if not sort:
        return (NEWEST,)
    column = columns_of(ledger)[sort.removeprefix("-")]
    by = F(column.order)
    nulls = True if column.nullable else None
    return (by.desc(nulls_last=nulls) if sort.startswith("-") else by.asc(nulls_last=nulls), NEWEST)


def _texts(params: Any) -> dict[str, list[str]]:
    """Name → the texts that are not empty."""
    pairs: Iterable[tuple[str, Any]] = params.lists() if hasattr(params, "lists") else params.items()
    found = {}
    for name, value in pairs:
        several = value if isinstance(value, (list, tuple)) else [value]
        texts = [text for one in several if one is not None and (text := text_of(one))]
        if texts:
            found[str(name)] = texts
    return found


def _unknown(text: str) -> WrongValueError:
    return WrongValueError("unknown", _("“%(text)s” is not known, or not yours") % {"text": text[:40]})


def _key(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise _unknown(text)
    return int(text)


def _values(one: Any, text: str) -> list[str]:
    """A choice as its code or in words; of several of a list, one."""
    value = one.value_of(text)
    return one.values_in(value) if isinstance(one, Many) else [value]


def _number(one: Any, texts: list[str], lookup: str) -> tuple[Q, str]:
    value = number_of(texts[0], one.unit, one.also)
    return Q(**{f"{one.name}__{lookup}": value}), f"{one.write(value)} {one.unit}".strip()


def _day(one: Any, texts: list[str], lookup: str) -> tuple[Q, str]:
    value = day_of(texts[0])
    return Q(**{f"{one.name}__{lookup}": value}), value.isoformat()


def _flag(one: Any, texts: list[str]) -> tuple[Q, str]:
    if texts[0] == "unknown":
        return Q(**{f"{one.name}__isnull": True}), _("not stated yet")
    value = one.value_of(texts[0])
    return Q(**{one.name: value}), one.write(value)


def _derived(one: Derived, texts: list[str]) -> tuple[Q, str]:
    if not isinstance(one.follows, Condition) or texts[0] not in ("0", "1", "yes", "no"):
        raise _unknown(texts[0])
    yes = texts[0] in ("1", "yes")
    return (one.follows if yes else ~one.follows).q, _("yes") if yes else _("no")
