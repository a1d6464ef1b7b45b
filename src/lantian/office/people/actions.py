"""Writes leave a trace: the hash-chained action log.

    with transaction.atomic():
        task.deadline = new
        task.save()
        record(request, "reschedule", task, reason=reason, before={"deadline": old}, after={"deadline": new})

`record` refuses to run outside a transaction, because the write and its trace must be kept or lost together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils import translation

from lantian.office.bulk import insert_all
from lantian.office.frame import clock
from lantian.office.frame.middleware import request_id
from lantian.office.people.models import ActionLog, LogHead, User

SYSTEM = "lantian"
AT_ONCE = 2000  # rows of the log handed to the database together
_HASHED = (
    "number",
    "actor_id",
    "actor_name",
    "verb",
    "target_type",
    "target_id",
    "target_name",
    "region_path",
    "reason",
    "before",
    "after",
    "request_id",
    "previous_hash",
)


def record(
    request_or_actor: HttpRequest | User | None,
    verb: str,
    target: models.Model,
    reason: str = "",
    *,
    before: Any = None,
    after: Any = None,
) -> ActionLog:
    """Append one action to the log, in the transaction of the write it speaks of.

    Parameters
    ----------
    request_or_actor
        the request of the person who acts, that person, or None for the command line
    verb
        short and stable, `accept`, `reschedule`, `load` …
    target
        the saved thing that was written
    reason
        why, in the actor's words
    before, after
        what it was and is: dictionaries of the values concerned; anything Django can write as JSON

    Returns
    -------
    the row as written

    Raises
    ------
    transaction.TransactionManagementError
        there is no transaction: the write could be kept and its trace lost
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "record() must run in the transaction of the write it records"
        )
    user = getattr(request_or_actor, "user", request_or_actor)
    actor = user if isinstance(user, models.Model) else None
    with translation.override(settings.LANGUAGE_CODE):
        # The log is written in one language, whichever its writer reads.
        name = str(target)[:200]
    head = _locked_head()
    row = ActionLog(
        number=head.number + 1,
        at=clock.now(),
        actor=actor,
        actor_name=actor.get_username() if actor else SYSTEM,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_name=name,
        region_path=region_path_of(target),
        reason=reason,
        before=_canonical(before),
        after=_canonical(after),
        request_id=request_id.get(),
        previous_hash=head.hash,
    )
    row.hash = digest(row)
    models.Model.save(row, force_insert=True)
    head.number, head.hash = row.number, row.hash
    head.save(update_fields=["number", "hash"])
    return row


def record_all(
    request_or_actor: HttpRequest | User | None,
    verb: str,
    written: Iterable[tuple[models.Model, Any, Any]],
    reason: str = "",
) -> int:
    """Append one row of the log for each of many things written at once, as `record` would.

    Parameters
    ----------
    request_or_actor, verb, reason
        as for `record`; the same for all
    written
        each thing with what it was and what it is

    Returns
    -------
    how many rows were written
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "record_all() must run in the transaction of the writes it records"
        )
    user = getattr(request_or_actor, "user", request_or_actor)
    actor = user if isinstance(user, models.Model) else None
    head = _locked_head()
    number, previous, at, asked = head.number, head.hash, clock.now(), request_id.get()
    name = actor.get_username() if actor else SYSTEM
    rows: list[ActionLog] = []

    def keep() -> None:
        insert_all(rows)
        rows.clear()

    with translation.override(settings.LANGUAGE_CODE):
        for target, before, after in written:
            number += 1
            row = ActionLog(
                number=number,
                at=at,
                actor=actor,
                actor_name=name,
                verb=verb,
                target_type=target._meta.label_lower,
                target_id=str(target.pk),
                target_name=str(target)[:200],
                region_path=region_path_of(target),
                reason=reason,
                before=_canonical(before),
                after=_canonical(after),
                request_id=asked,
                previous_hash=previous,
            )
            previous = row.hash = digest(row)
            rows.append(row)
            if len(rows) == AT_ONCE:
                keep()
    keep()
    count = number - head.number
    head.number, head.hash = number, previous
    head.save(update_fields=["number", "hash"])
    return count


def _locked_head() -> LogHead:
    """The head is the lock. PostgreSQL waits here for whoever appends; on SQLite the transaction, begun
    IMMEDIATE, holds the only write lock already."""
    head = LogHead.objects.select_for_update().filter(id=1).first()
    if head is None:
        LogHead.objects.get_or_create(id=1)
        head = LogHead.objects.select_for_update().get(id=1)
    return head


def region_path_of(target: models.Model) -> str:
    """The path of the region a thing lies in, by its declared scope; "" when that is not one region."""
    declared = getattr(target, "scope_region", None) or ()
    for lookup in (declared,) if isinstance(declared, str) else declared:
        value: Any = target
        for name in lookup.split("__"):
            value = getattr(value, name, None)
            if value is None:
                break
        if isinstance(value, str):
            return value
    return ""


def digest(row: ActionLog) -> str:
    """SHA-256 over every column of a row and the hash of the row before."""
    values = {name: getattr(row, name) for name in _HASHED}
    values["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_canonical(values).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the log is not what was written."""

    number: int
    what: str


def verify_chain() -> list[Break]:
    """Every break in the chain: a changed row, a missing row, a cut-off end. Empty when the log is whole."""
    return list(_breaks())


def _breaks() -> Iterator[Break]:
    number, previous = 0, ""
    for row in ActionLog.objects.order_by("number").iterator(chunk_size=1000):
        if row.number != number + 1:
            yield Break(row.number, f"rows {number + 1} to {row.number - 1} are missing")
        elif row.previous_hash != previous:
            yield Break(row.number, f"row {row.number} does not continue row {number}")
        if digest(row) != row.hash:
            yield Break(row.number, f"row {row.number} was changed after it was written")
        number, previous = row.number, row.hash
    head = LogHead.objects.filter(id=1).first()
    end = (head.number, head.hash) if head else (0, "")
    if end[0] > number:
        yield Break(end[0], f"rows {number + 1} to {end[0]} at the end are missing")
    elif end != (number, previous):
        yield Break(number, "the end of the log is not the end that was written")


def log_end() -> LogHead:
    """The end of the chain; its hash, written down elsewhere, proves a later log."""
    return LogHead.objects.filter(id=1).first() or LogHead()


def history_of(target: models.Model, user: Any) -> models.QuerySet[ActionLog]:
    """The actions on a thing, newest first. Ask only after the thing itself was found visible to `user`.

    The rows of a thing that moved between regions keep the region of their day; they stay with their thing.
    """
    from lantian.office.people.scope import get_visible_or_404

    get_visible_or_404(type(target), user, pk=target.pk)
    return ActionLog.objects.filter(target_type=target._meta.label_lower, target_id=str(target.pk))


def _canonical(value: Any) -> str:
    """One text for one value; "" for None."""
    if value is None:
        return ""
    return json.dumps(
        value,
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
