"""Moving a thing through its loop: the one place where a state changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.loops.declaration import Move
from lantian.office.loops.record import Looped
from lantian.office.people.actions import record
from lantian.office.people.models import ActionLog
from lantian.office.people.rules import can


def move(
    thing: Looped,
    name: str,
    actor: Any,
    reason: str = "",
    *,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    due: datetime | None = None,
    also: Callable[[Any], Mapping[str, Any] | None] | None = None,
) -> None:
    """Move a thing to its next state, or refuse.

    Parameters
    ----------
    thing
        a saved thing of a loop; it is read again under a lock and refreshed afterwards
    name
        the move
    actor
        the request or the person; None is the command line, which may do everything
    reason
        why, in the actor's words
    version
        the version the actor saw; another one means that somebody was faster
    values
        fields of the thing that are written with the move
    due
        when the new state is to be left, where the loop's own limit does not say it
    also
        done with the locked thing in the same transaction, before it is saved; what it returns joins the
        `after` of the log row. What it raises undoes everything.

    Raises
    ------
    LantianError
        the thing is not in a state this move starts from, somebody was faster, or the reason is missing
    PermissionDenied
        the actor may not do it
    """
    step = thing.loop.move(name)
    person = getattr(actor, "user", actor)
    if step.reason and not reason.strip():
        raise LantianError(_("this needs a reason"), remedy=_("Say in a few words why."))
    with transaction.atomic():
        locked = type(thing)._default_manager.select_for_update(of=("self",))
        row = (locked.select_related(*thing.moved_with) if thing.moved_with else locked).get(pk=thing.pk)
        if not step.starts_from(row.state) or (version is not None and version != row.version):
            raise _too_late(row)
        if not may(row, step, person):
            raise PermissionDenied
        values = dict(values or {})
        before = {"state": row.state, **{field: _plain(getattr(row, field)) for field in values}}
        for field, value in values.items():
            setattr(row, field, value)
        more = dict((also(row) if also else None) or {})
        _step(row, step, due)
        row.save()
        after = {"state": row.state, **{field: _plain(getattr(row, field)) for field in values}}
        if row.state_due is not None:
            after["state_due"] = row.state_due
        record(actor, name, row, reason=reason.strip(), before=before, after={**after, **more})
    thing.refresh_from_db()


def moves_for(thing: Looped, user: Any) -> list[Move]:
    """The moves this person can do now, in the order of the declaration: the buttons of a page."""
    return [step for step in thing.loop.moves if step.starts_from(thing.state) and may(thing, step, user)]


def may(thing: Looped, step: Move, person: Any) -> bool:
    """Whether this person may do this move with this thing; None is the command line."""
    if person is None:
        return True
    if step.capability is not None and not can(person, step.capability):
        return False
    if not type(thing).objects.visible_to(person).filter(pk=thing.pk).exists():  # type: ignore[attr-defined]
        return False
    if step.who is not None and not step.who(thing, person):
        return False
    return not (step.not_by and _did(thing, step.not_by, person))


def overdue(things: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those that are open and past their time limit."""
    closed = things.model.loop.closed
    return things.exclude(state__in=list(closed)).filter(state_due__lt=clock.now())


def _did(thing: Looped, names: tuple[str, ...], person: Any) -> bool:
    """Whether this person, or somebody of the same unit, did one of these moves with the thing."""
    same = Q(actor=person)
    if person.unit_id is not None:
        same |= Q(actor__unit=person.unit_id)
    return (
        ActionLog.objects.filter(target_type=thing._meta.label_lower, target_id=str(thing.pk), verb__in=names)
        .filter(same)
        .exists()
    )


def _step(row: Looped, step: Move, due: datetime | None) -> None:
    now = clock.now()
    row.state, row.state_since, row.version = step.target, now, row.version + 1
    if due is not None:
        row.state_due = due
    elif step.limit is not None:
        row.state_due = now + step.limit
    elif not step.keeps_limit:
        row.state_due = None


def _too_late(row: Looped) -> LantianError:
    """Somebody was faster: who, and what it is now."""
    last = (
        ActionLog.objects.filter(target_type=row._meta.label_lower, target_id=str(row.pk))
        .order_by("-number")
        .first()
    )
    who = last.actor_name if last else "?"
    return LantianError(
        _("this is no longer as you saw it: it is now “%(state)s”, last moved by %(who)s")
        % {"state": row.state_label, "who": who},
        where=str(row),
        remedy=_("Look at it again and decide anew."),
    )


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
