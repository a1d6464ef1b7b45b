"""Writes of this room, all logged: divide, fill, accept a shortfall; sources and stated figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject, ask
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.plans.models import Quantity, Target
from lantian.office.plans.terms import number_text
from lantian.office.regions.models import Region
from lantian.office.targets import dividing, rules
from lantian.office.targets.loop import READY, State
from lantian.office.targets.models import (
    Allotment,
    Division,
    Method,
    StatedFigure,
    StatedFile,
    TargetSource,
)

__all__ = [
    "accept_shortfall",
    "assign",
    "by_baseline",
    "by_weights",
    "divide",
    "link",
    "same_for_all",
    "state_figure",
    "unlink",
    "withdraw",
]


def divide(actor: Any, region: Region, source: Target | Quantity | Allotment) -> Division:
    """Begin to divide a goal of a region: every region it binds is pending from now on.

    Raises
    ------
    LantianError
        it cannot be divided, binds nobody below, or is divided already
    PermissionDenied
        the actor does not divide this region's goals
    """
    _allowed(actor, region)
    goal = _goal(source)
    why = rules.why_not(goal["indicator"], goal["comparator"], goal["value"], goal["unit"])
    if why:
        raise LantianError(why)
    bound = rules.bound_by(source, region)
    if not bound:
        raise LantianError(_("no region below is bound by it"))
    try:
        with transaction.atomic():
            division = Division(region=region, made_by=_person(actor), **goal)
            if isinstance(source, Allotment):
                division.over = source
            division.save()
            for child in bound:
                Allotment(division=division, region=child).save()
            record(
                actor, "divide", division,
                after={"value": division.value, "regions": [child.code for child in bound]},
            )  # fmt: skip
    except IntegrityError as error:
        raise LantianError(_("this is divided already"), remedy=_("Open its division.")) from error
    return division


def assign(
    actor: Any,
    division: Division,
    values: Mapping[int, Decimal],
    *,
    method: str = Method.HAND,
    note: str = "",
    weights: Mapping[int, Decimal] | None = None,
    basis: Mapping[int, str] | None = None,
    reason: str = "",
    versions: Mapping[int, int] | None = None,
) -> int:
    """Assign values to regions of a division; all of them or none.

    Parameters
    ----------
    values
        by region; those of a letter in force are revised, which needs a reason
    weights, basis
        what each value is in proportion to, as a number and in words
    versions
        the versions the actor saw

    Returns
    -------
    how many allotments moved

    Raises
    ------
    LantianError
        a value is below 0 or has too many decimals, a region is not of this division, somebody was faster
    """
    _allowed(actor, division.region)
    rows = {row.region_id: row for row in division.allotments.select_related("region", "division__region")}
    unknown = set(values) - set(rows)
    if unknown:
        raise LantianError(_("a region is not part of this division"))
    _judge(division, values, rows)
    moved = 0
    with transaction.atomic():
        for key, value in values.items():
            row = rows[key]
            new: dict[str, Any] = {"value": value, "basis": (basis or {}).get(key, "")[:200]}
            if weights and key in weights:
                new["weight"] = weights[key]
            drafted = row.state in {State.PENDING, State.ASSIGNED}
            if row.value == value and row.state != State.PENDING and "weight" not in new:
                continue
            move(
                row, "assign" if drafted else "revise", actor, reason,
                version=(versions or {}).get(key), values=new,
            )  # fmt: skip
            moved += 1
        locked = Division.objects.select_for_update().get(pk=division.pk)
        before = {"method": locked.method, "note": locked.note, "shortfall": locked.accepted_shortfall}
        locked.method, locked.note, locked.accepted_shortfall = method, note[:300], ""
        locked.save()
        record(
            actor, "fill", locked, reason=reason, before=before,
            after={"method": locked.method, "note": locked.note, "shortfall": "", "moved": moved},
        )  # fmt: skip
    division.refresh_from_db()
    return moved


def same_for_all(actor: Any, division: Division, value: Decimal, reason: str = "") -> int:
    """The same value for every region."""
    keys = division.allotments.values_list("region_id", flat=True)
    return assign(actor, division, dict.fromkeys(keys, value), method=Method.SAME, reason=reason)


def by_baseline(actor: Any, division: Division, year: int, reason: str = "") -> int:
    """In proportion to the indicator's value of a base year: the same rate of improvement for all.

    Raises
    ------
    LantianError
        the goal has no indicator that the office computes, or a region has no value in that year
    """
    held = rules.held_of(division)
    if not held.asked:
        raise LantianError(
            _("the office has no values of a base year for this"),
            remedy=_("Give the bases in a table: 地区, 基数."),
        )
    weights, basis, lacking = {}, {}, []
    for row in division.allotments.select_related("region"):
        answer = ask(held.asked, Subject(region=row.region), Period(date(year, 1, 1), date(year, 12, 31)))
        if answer.value is None:
            lacking.append(f"{row.region.label} ({answer.reason})")
            continue
        weights[row.region_id] = answer.value
        basis[row.region_id] = f"{year}: {number_text(answer.value)} {division.unit}".strip()
    if lacking:
        raise LantianError(
            _("no value of %(year)d for: %(regions)s") % {"year": year, "regions": "、".join(lacking)},
            remedy=_("Choose another year, or give the bases in a table."),
        )
    return by_weights(
        actor, division, weights, method=Method.BASELINE, note=str(year), basis=basis, reason=reason
    )


def by_weights(
    actor: Any,
    division: Division,
    weights: Mapping[int, Decimal],
    *,
    method: str = Method.TABLE,
    note: str = "",
    basis: Mapping[int, str] | None = None,
    reason: str = "",
) -> int:
    """In proportion to bases, such that the parts make the parent's value exactly.

    Raises
    ------
    LantianError
        a region has no base, or the goal is a share that no proportion divides
    """
    rows = list(division.allotments.select_related("region"))
    lacking = [row.region.label for row in rows if row.region_id not in weights]
    if lacking:
        raise LantianError(_("no base for: %(regions)s") % {"regions": "、".join(lacking)})
    parent = division.value
    if parent is None:
        raise LantianError(_("It names no value, only a direction."))
    try:
        values = dividing.shares(
            rules.held_of(division).rule,
            Decimal(number_text(parent)),
            {row.region_id: weights[row.region_id] for row in rows},
            rules.decimals(division),
        )
    except ValueError as error:
        raise LantianError(
            _("this cannot be divided in proportion"),
            remedy=_("Give every region its value: the same for all, by hand, or in a table."),
        ) from error
    return assign(
        actor, division, values, method=method, note=note, weights=weights, basis=basis, reason=reason
    )


def accept_shortfall(actor: Any, division: Division, reason: str) -> None:
    """Say why the parts need not reach the parent's value.

    Raises
    ------
    LantianError
        no reason is given, or nothing is short
    """
    _allowed(actor, division.region)
    if not reason.strip():
        raise LantianError(_("this needs a reason"), remedy=_("Say in a few words why."))
    with transaction.atomic():
        locked = Division.objects.select_for_update().get(pk=division.pk)
        if not rules.check(locked).fails:
            raise LantianError(_("the parent is not missed by these parts"))
        before = {"accepted_shortfall": locked.accepted_shortfall}
        locked.accepted_shortfall = reason.strip()
        locked.save()
        record(
            actor, "accept_shortfall", locked, reason=reason.strip(), before=before,
            after={"accepted_shortfall": reason.strip()},
        )  # fmt: skip
    division.refresh_from_db()


def link(actor: Any, target: Target, quantity: Quantity) -> TargetSource:
    """Hold a target by what is verified about a task's quantity.

    Raises
    ------
    LantianError
        the units differ, or it is linked already
    """
    _allowed(actor, target.plan.region)
    if target.unit.strip() != quantity.unit.strip():
        raise LantianError(
            _("the target counts %(one)s, the task %(other)s") % {"one": target.unit, "other": quantity.unit}
        )
    try:
        with transaction.atomic():
            source = TargetSource.objects.create(target=target, quantity=quantity, linked_by=_person(actor))
            record(actor, "link", source, after={"target": target.pk, "quantity": quantity.quote})
    except IntegrityError as error:
        raise LantianError(_("this is linked already")) from error
    return source


def unlink(actor: Any, source: TargetSource, reason: str = "") -> None:
    """Hold the target by this quantity no longer."""
    _allowed(actor, source.target.plan.region)
    with transaction.atomic():
        record(
            actor, "unlink", source, reason=reason.strip(),
            before={"target": source.target_id, "quantity": source.quantity.quote},
        )  # fmt: skip
        source.delete()


def state_figure(
    actor: Any,
    region: Region,
    *,
    indicator: str,
    value: Decimal,
    unit: str,
    day: date,
    document: str,
    is_change: bool = False,
    files: Sequence[Any] = (),
) -> StatedFigure:
    """Keep a figure as an official document states it.

    Parameters
    ----------
    day
        the last day the figure speaks of
    files
        what `dispatch.evidence.keep` took

    Raises
    ------
    LantianError
        no document is named, or the day has not come
    """
    person = _person(actor)
    root = region_root(person) if person is not None else ""
    if person is not None and (
        not (can(person, Capability.ISSUE_TARGETS) or can(person, Capability.LOAD_DATA))
        or root is None
        or not region.path.startswith(root)
    ):
        raise PermissionDenied
    if not document.strip():
        raise LantianError(_("which document states it?"), remedy=_("Name it with its number and day."))
    if day > clock.today():
        raise LantianError(_("a figure cannot speak of days to come"))
    with transaction.atomic():
        figure = StatedFigure.objects.create(
            region=region, indicator=indicator, value=value, unit=unit, day=day, is_change=is_change,
            document=document.strip()[:300], stated_by=person,
        )  # fmt: skip
        for kept in files:
            StatedFile.objects.create(figure=figure, added_by=person, **kept.fields)
        record(
            actor, "state", figure,
            after={"indicator": indicator, "value": value, "day": day, "document": figure.document,
                   "files": [kept.sha256 for kept in files]},
        )  # fmt: skip
    return figure


def withdraw(actor: Any, figure: StatedFigure, reason: str) -> None:
    """Take a stated figure back; it stays in the record.

    Raises
    ------
    LantianError
        no reason is given
    """
    _allowed(actor, figure.region)
    if not reason.strip():
        raise LantianError(_("this needs a reason"), remedy=_("Say in a few words why."))
    with transaction.atomic():
        locked = StatedFigure.objects.select_for_update().get(pk=figure.pk)
        locked.withdrawn = reason.strip()[:300]
        locked.save()
        record(actor, "withdraw", locked, reason=reason.strip(), after={"withdrawn": locked.withdrawn})


def _goal(source: Target | Quantity | Allotment) -> dict[str, Any]:
    """The goal as it stands, copied."""
    if isinstance(source, Allotment):
        goal = source.division
        told = {
            name: getattr(goal, name)
            for name in (
                "indicator",
                "title",
                "comparator",
                "unit",
                "baseline",
                "by",
                "last_day",
                "pool",
                "quote",
            )
        }
        return {**told, "value": source.issued_value}
    if isinstance(source, Quantity):
        return {
            "quantity": source, "indicator": "", "title": source.what or source.task.headline,
            "comparator": source.comparator, "value": source.value, "unit": source.unit,
            "by": source.task.due.isoformat() if source.task.due else "", "last_day": source.task.due,
            "quote": source.quote,
        }  # fmt: skip
    return {
        "target": source,
        "quote": source.quote,
        **{
            name: getattr(source, name)
            for name in ("indicator", "comparator", "value", "unit", "baseline", "by", "last_day", "pool")
        },
    }


def _judge(division: Division, values: Mapping[int, Decimal], rows: Mapping[int, Allotment]) -> None:
    """Refuse values that no target of this kind can have."""
    places = max(rules.decimals(division), 0) + 1  # a tenth of the usual step at most
    for key, value in values.items():
        if not value.is_finite() or value < 0 or len(number_text(value).partition(".")[2]) > places:
            raise LantianError(
                _("%(value)s is no value for this") % {"value": value}, where=rows[key].region.label
            )


def _allowed(actor: Any, region: Region) -> None:
    person = _person(actor)
    if person is not None and not rules.may_divide(person, region):
        raise PermissionDenied


def _person(actor: Any) -> Any:
    return getattr(actor, "user", actor)


def ready_rows(division: Division) -> list[Allotment]:
    """The rows of a division that wait for a letter."""
    return [row for row in division.allotments.all() if row.state in READY and row.value is not None]
