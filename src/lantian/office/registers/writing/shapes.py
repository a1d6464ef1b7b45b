"""What the API of registers tells and takes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema

from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.ledger import Ledger

Value = str | bool | int | float | list[str] | None
"""What one value may be written as."""


class ChoiceOut(Schema):
    """One of a list: its code and its words."""

    value: str
    label: str


class FieldOut(Schema):
    """A field. `required` and `needed` are `always`, `sometimes` (by other values) or `never`.

    `judged`: it, or some of its values, is for the office to say; the people of an enterprise cannot.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    required: str
    needed: str
    key: bool
    computed: bool
    judged: bool
    choices: list[ChoiceOut] = Field(default_factory=list)
    source: str = ""
    hint: str = ""
    low: str | None = None
    high: str | None = None
    decimals: int | None = None
    most: int | None = None
    register_code: str | None = None


class DerivedOut(Schema):
    """What follows from other fields; one with `asked` can be asked for in lists."""

    name: str
    label: str
    unit: str = ""
    source: str = ""
    asked: bool


class FeedOut(Schema):
    """A number made of the records, an indicator of the office."""

    code: str
    label: str
    unit: str


class RegisterOut(Schema):
    """A register as declared."""

    code: str
    title: str
    group: str
    source: str
    placed: bool
    may_add: bool
    fields: list[FieldOut]
    derived: list[DerivedOut]
    feeds: list[FeedOut]
    closed: list[str]
    proof: list[str]


class Paging(Schema):
    """Which part of the list."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class RecordOut(Schema):
    """A record: `values` by field name, numbers as exact text; a record it points to by its number."""

    id: int
    name: str
    version: int
    region: str
    unit: int | None
    complete: bool
    late: bool
    values: dict[str, Any]
    url: str


class RecordsOut(Schema):
    """A part of a list, and how many there are."""

    count: int
    items: list[RecordOut]


class WrittenOut(RecordOut):
    """The record as kept; `again` where it had been sent before."""

    again: bool


class FileOut(Schema):
    """A photo or paper of a record."""

    id: int
    name: str
    state: str
    sha256: str
    size: int
    kind: str
    added_at: datetime
    url: str


class StepOut(Schema):
    """A row of the action log about a record; `before` and `after` are JSON."""

    number: int
    at: datetime
    actor_name: str
    verb: str
    reason: str
    before: str
    after: str


class RecordWhole(RecordOut):
    """A record with what it lacks, its files and its history."""

    missing: list[str]
    may_keep: bool
    files: list[FileOut]
    history: list[StepOut]


class FaultOut(Schema):
    """What is wrong with a field or asked about it; `field` is empty where the whole record is meant."""

    field: str
    code: str
    words: str


class ChangedOut(Schema):
    """A field somebody else changed meanwhile."""

    field: str
    was: str
    theirs: str
    yours: str


class FaultsOut(Schema):
    """Why nothing was written: `faults` to be corrected, or `questions` to be confirmed."""

    detail: str
    faults: list[FaultOut] = Field(default_factory=list)
    questions: list[FaultOut] = Field(default_factory=list)
    changed: list[ChangedOut] = Field(default_factory=list)
    version: int | None = None
    there: int | None = None


REFUSED: Any = {409: FaultsOut, 422: FaultsOut}


class RecordIn(Schema):
    """A new record."""

    values: dict[str, Value]
    confirmed: bool = False
    reason: str = Field("", max_length=300)
    form_id: UUID | None = None


class ChangeIn(Schema):
    """Changes of a record that was read at `version`."""

    version: int
    values: dict[str, Value]
    confirmed: bool = False
    reason: str = Field("", max_length=300)


class WithdrawIn(Schema):
    """Why a record is taken out."""

    version: int
    reason: str = Field(max_length=300)


def register_out(ledger: Ledger, may_add: bool) -> dict[str, Any]:
    """A register as `RegisterOut`."""
    return {
        "code": ledger.code,
        "title": str(ledger.title),
        "group": ledger.group,
        "source": ledger.source,
        "placed": ledger.placed,
        "may_add": may_add,
        "fields": [_field_out(one) for one in ledger.fields],
        "derived": [
            {
                "name": name,
                "label": str(one.label),
                "unit": one.unit,
                "source": one.source,
                "asked": isinstance(one.follows, Condition),
            }
            for name, one in ledger.derived.items()
        ],
        "feeds": [{"code": one.code, "label": str(one.title), "unit": one.unit} for one in ledger.feeds],
        "closed": sorted(ledger.status.closed),
        "proof": sorted(ledger.status.proof),
    }


def record_out(row: Any) -> dict[str, Any]:
    """A record as `RecordOut`."""
    values = {one.name: _told(one.plain(getattr(row, one._attribute))) for one in row.ledger.fields}
    return {
        "id": row.pk,
        "name": str(row),
        "version": row.version,
        "region": row.region.code,
        "unit": row.unit_id,
        "complete": row.complete,
        "late": row.is_late,
        "values": values,
        "url": row.get_absolute_url(),
    }


def file_out(row: Any, one: Any) -> dict[str, Any]:
    """A file as `FileOut`."""
    names = ("id", "name", "state", "sha256", "size", "kind", "added_at")
    told = {name: getattr(one, name) for name in names}
    return {**told, "url": reverse("registers:file", args=[row.code, row.pk, one.pk])}


def _field_out(one: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": one.name,
        "label": str(one.label),
        "kind": one.kind,
        "unit": one.unit,
        "required": _asked(one.required),
        "needed": _asked(one.needed),
        "key": one.key,
        "computed": one.computed,
        "judged": bool(one.judged),
        "source": str(one.source or ""),
        "hint": str(one.hint or ""),
    }
    if hasattr(one, "words"):
        told["choices"] = [{"value": str(value), "label": str(label)} for value, label in one.words.choices]
    if one.kind in {"quantity", "whole"}:
        told |= {
            "low": None if one.low is None else str(one.low),
            "high": None if one.high is None else str(one.high),
            "decimals": one.decimal_places,
        }
    elif one.kind == "text":
        told["most"] = one.max_length
    elif one.is_relation:
        told["register_code"] = one.related_model.code
    return told


def _asked(asked: Any) -> str:
    return "sometimes" if isinstance(asked, Condition) else "always" if asked else "never"


def _told(value: Any) -> Any:
    """Numbers as exact text without empty decimals, days as ISO."""
    from datetime import date
    from decimal import Decimal

    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else value
