"""Questions to all registers at once: one UNION ALL, however many registers there are.

Each register is asked in the scope of the person; what comes back are plain columns, and, where records are
to be shown, each record as one JSON text of its columns, so that sixty tables are one question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import JSONObject

from lantian.office.people.models import Unit
from lantian.office.regions.models import Region
from lantian.office.registers import rules
from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.asking import matching

MOST_COLUMNS = 49  # PostgreSQL gives a function a hundred arguments at most: name and value each


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many records of a register a person sees: all, open, late, incomplete."""

    all: int = 0
    open: int = 0
    late: int = 0
    incomplete: int = 0


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found in one register: how many in all, and the first of them."""

    ledger: Ledger
    number: int
    rows: list[Any]


def numbers(person: Any, region: Region | None = None) -> dict[str, Numbers]:
    """The counts of every register a person sees, in one question; of a region where one is given."""
    parts = []
    for one in ledgers():
        rows = _seen(one, person, region)
        late = rules.late(one) if one.due is not None else Q(pk=None)
        parts.append(
            # By columns of the index alone: no record itself is read.
            rows.order_by().annotate(code=Value(one.code)).values_list("code").annotate(
                n=Count("*"),
                o=Count("withdrawn", filter=one.status.open.q),
                late=Count("withdrawn", filter=late),
                gaps=Count("withdrawn", filter=Q(complete=False)),
            )
        )  # fmt: skip
    return {code: Numbers(*counts) for code, *counts in union_all(parts)}


def late_records(
    person: Any, region: Region | None = None, *, first: int = 0, most: int = 50, only: str = ""
) -> list[Any]:
    """The records whose day has passed, of all registers, the longest overdue first: two questions."""
    parts = []
    for one in ledgers():
        if one.due is not None and only in ("", one.code):
            rows = _seen(one, person, region).filter(rules.late(one)).order_by("due", "pk")
            parts.append(rows.annotate(code=Value(one.code)).values_list("code", "pk", "due")[: first + most])
    found = union_all(parts, f"ORDER BY 3, 1, 2 LIMIT {int(most)} OFFSET {int(first)}")
    return records([(code, pk) for code, pk, _due in found], person)


def search(person: Any, text: str, most: int = 6) -> list[Hits]:
    """The records of every register that hold all words of `text`: what begins with it first.

    A record is found by its codes and names, former ones included, or by its enterprise's.
    """
    if not fold(text):
        return []
    start = fold(text.split(maxsplit=1)[0])
    parts = []
    for one in ledgers():
        rows = rules.records(one, person).filter(matching(one, text))
        begins = Case(When(search__startswith=start, then=Value(0)), default=Value(1))
        parts.append(
            rows.annotate(code=Value(one.code), n=Window(Count("pk")), begins=begins)
            .order_by("begins", "-pk")
            .values_list("code", "pk", "n")[:most]
        )
    found = union_all(parts)
    shown: dict[str, list[Any]] = {}
    for row in records([(code, pk) for code, pk, _n in found], person):
        shown.setdefault(row.code, []).append(row)
    number = {code: n for code, _pk, n in found}
    return [Hits(one, number[one.code], shown[one.code]) for one in ledgers() if one.code in number]


def pointing(row: Any, person: Any) -> list[tuple[Ledger, Any, int]]:
    """Registers whose records point to this one, by which field, with how many of them a person sees."""
    links = [(one, link) for one in ledgers() for link in one.links if link.related_model is type(row)]
    parts = [
        rules.records(one, person).filter(**{link.name: row.pk}).order_by()
        .annotate(code=Value(one.code), by=Value(link.name)).values_list("code", "by").annotate(n=Count("pk"))
        for one, link in links
    ]  # fmt: skip
    count = {(code, name): n for code, name, n in union_all(parts)}
    return [(one, link, n) for one, link in links if (n := count.get((one.code, link.name), 0))]


def records(keys: Sequence[tuple[str, int]], person: Any) -> list[Any]:
    """Records of several registers in the order of their keys, with region, unit and enterprise.

    Ask only for keys that were found in scope.
    """
    by_code: dict[str, list[int]] = {}
    for code, pk in keys:
        by_code.setdefault(code, []).append(pk)
    parts = []
    for code, pks in by_code.items():
        model = ledger(code).model
        values = {field.attname: F(field.attname) for field in _shown_fields(model)}
        parts.append(
            model._base_manager.filter(pk__in=pks)
            .order_by()
            .annotate(code_=Value(code), as_json=JSONObject(**values))
            .values_list("code_", "pk", "as_json")
        )
    made = {(code, pk): _made(code, text) for code, pk, text in union_all(parts)}
    rows = [made[key] for key in keys if key in made]
    _attach(rows, "region", Region.objects.defer("geometry"))
    _attach(rows, "unit", Unit.objects.all())
    owned = [row for row in rows if row.ledger.owner is not None]
    if owned:
        _attach(owned, "enterprise", ledger("enterprises").model._base_manager.all())
    return rows


def union_all(parts: Iterable[QuerySet[Any]], after: str = "") -> list[tuple[Any, ...]]:
    """The rows of several questions with the same columns, asked as one.

    Django's own union takes no limits inside its parts on SQLite; here each part is a table of its own.
    """
    texts: list[str] = []
    params: list[Any] = []
    for n, part in enumerate(parts):
        try:
            text, given = part.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        # The text is Django's own; every value goes as a parameter.
        texts.append(f"SELECT * FROM ({text}) AS t{n}")  # noqa: S608
        params += given
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts) + f" {after}", params)
        return list(cursor.fetchall())


def _seen(one: Ledger, person: Any, region: Region | None) -> QuerySet[Any]:
    rows = rules.records(one, person)
    return rows.filter(rules.inside(region)) if region is not None else rows


def _shown_fields(model: type[Any]) -> list[Any]:
    """The columns of a record that a list needs; what is long or internal stays behind."""
    left = {"search", "key_text", "note"}
    return [field for field in model._meta.concrete_fields if field.name not in left][:MOST_COLUMNS]


def _made(code: str, text: Any) -> Any:
    model = ledger(code).model
    values = json.loads(text) if isinstance(text, str) else text
    row = model(**{
        field.attname: field.to_python(values[field.attname])
        for field in model._meta.concrete_fields if field.attname in values
    })  # fmt: skip
    row._state.adding = False
    return row


def _attach(rows: list[Any], name: str, source: QuerySet[Any]) -> None:
    wanted = {getattr(row, f"{name}_id") for row in rows} - {None}
    there = {one.pk: one for one in source.filter(pk__in=wanted)} if wanted else {}
    for row in rows:
        setattr(row, name, there.get(getattr(row, f"{name}_id")))


def days_late(row: Any, today: date) -> int:
    """How many days a record is past its day."""
    return (today - row.due).days
