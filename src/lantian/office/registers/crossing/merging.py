"""The same firm under two spellings: proposed by likeness, decided by a person, merged with all it has."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.regions.models import Region
from lantian.office.registers import actions, rules
from lantian.office.registers.crossing.likeness import Likeness, alike
from lantian.office.registers.crossing.models import NotTheSame
from lantian.office.registers.declaring.base import Register, ledger, ledgers

MERGED = "merged"
MOST = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two enterprises that may be one: `keep` is the one with a credit code, else the older one."""

    keep: Any
    gone: Any
    likeness: Likeness


def proposals(person: Any, most: int = MOST) -> list[Proposal]:
    """Pairs of enterprises a person sees that may be one firm, the most alike first.

    Two with different credit codes are two firms, whatever they are called; so are two that somebody told
    apart before.
    """
    seen = rules.records(ledger("enterprises"), person).exclude(status=MERGED).select_related("region")
    rows = {row.pk: row for row in seen}
    names = ((key, row.name) for key, row in rows.items())
    apart = set(NotTheSame.objects.values_list("one_id", "other_id"))

    def possible() -> Iterator[Proposal]:
        for one, other, likeness in alike(names, places()):
            first, second = rows[one], rows[other]
            codes = {first.credit_code, second.credit_code} - {""}
            if len(codes) < 2 and (one, other) not in apart:
                keep, gone = sorted((first, second), key=lambda row: (not row.credit_code, row.pk))
                yield Proposal(keep, gone, likeness)

    return list(islice(possible(), most))


def places() -> dict[str, str]:
    """Names of regions above township, in full and without their last character, with their codes."""
    found: dict[str, str] = {}
    for code, name, short in Region.objects.exclude(level="township").values_list("code", "name", "short"):
        found |= {text: code for text in (name, short) if len(text) > 1}
    return found


def merge(actor: Any, keep: Any, gone: Any, reason: str = "") -> int:
    """Make two enterprises one: what pointed to `gone` points to `keep`, which takes over its names.

    Parameters
    ----------
    actor
        the request or person
    keep, gone
        the enterprise that stays, and the one that is marked as merged into it

    Returns
    -------
    how many records now point elsewhere

    Raises
    ------
    LantianError
        they are one and the same, one is merged already, both have a credit code, or a record of one has
        a twin at the other
    PermissionDenied
        the actor may not write both
    """
    model = type(keep)
    with transaction.atomic():
        locked = model.objects.select_for_update(of=("self",)).select_related("region")
        rows = {row.pk: row for row in locked.filter(pk__in=[keep.pk, gone.pk])}
        stays, goes = rows[keep.pk], rows[gone.pk]
        person = getattr(actor, "user", actor)
        if not all(actions.may_keep(person, row) for row in (stays, goes)):
            raise PermissionDenied
        if stays.pk == goes.pk or MERGED in {stays.status, goes.status}:
            raise LantianError(_("one of them is merged already"), where=str(goes))
        if stays.credit_code and goes.credit_code and stays.credit_code != goes.credit_code:
            raise LantianError(
                _("both have a credit code, and the codes differ: they are two firms"), where=str(goes)
            )
        moved = sum(_repoint(actor, one, field, goes, stays) for one in ledgers() for field in one.links
                    if field.related_model is model)  # fmt: skip
        elsewhere = _repoint_elsewhere(goes, stays)
        before = actions.told(goes)
        old = copy.copy(stays)
        stays.former_names = list(dict.fromkeys([*stays.former_names, goes.name, *goes.former_names]))
        for name in ("permit", "contact", "phone", "credit_code"):
            setattr(stays, name, getattr(stays, name) or getattr(goes, name))
        code, goes.credit_code = goes.credit_code, ""
        goes.status, goes.merged_into = MERGED, stays
        _write(goes)
        _write(stays)
        record(actor, "merge_enterprise", goes, reason, before=before | {"credit_code": code},
               after={"status": MERGED, "merged_into": stays.pk, "moved": moved, **elsewhere})  # fmt: skip
        record(actor, "take_over_enterprise", stays, reason, before=actions.told(old),
               after=actions.told(stays) | {"former_names": stays.former_names})  # fmt: skip
    return moved + sum(map(len, elsewhere.values()))


def tell_apart(actor: Any, one: Any, other: Any) -> None:
    """Say that two enterprises are two. Raises PermissionDenied where the actor may not write both."""
    person = getattr(actor, "user", actor)
    if not all(actions.may_keep(person, row) for row in (one, other)):
        raise PermissionDenied
    first, second = sorted((one, other), key=lambda row: row.pk)
    with transaction.atomic():
        NotTheSame.objects.get_or_create(one=first, other=second, defaults={"said_by": person})
        record(actor, "tell_apart", first, after={"other": second.pk, "name": second.name})


def _write(row: Any) -> None:
    row.version, row.changed_at = row.version + 1, clock.now()
    row.fold_in()
    row.save(force_update=True)


def _repoint(actor: Any, one: Any, field: Any, goes: Any, stays: Any) -> int:
    """Move the records of one register."""
    held = one.model.objects.filter(withdrawn=False, **{field.name: goes}).select_related("region")
    pairs = []
    for row in held:
        new = copy.copy(row)
        setattr(new, field.name, stays)
        twin = actions.twin_of(new)
        if twin is not None:
            raise LantianError(
                _("“%(record)s” of the register “%(register)s” is there under both names")
                % {"record": row, "register": one.title},
                where=row.get_absolute_url(),
                remedy=_("Withdraw one of the two first."),
            )
        pairs.append((row, new))
    return actions.change_all(actor, pairs, _("merged enterprise"))


def _repoint_elsewhere(goes: Any, stays: Any) -> dict[str, list[int]]:
    """Move what other apps keep of the enterprise: findings, grades; told by kind and number."""
    found: dict[str, list[int]] = {}
    for relation in goes._meta.related_objects:
        model = relation.related_model
        if issubclass(model, (Register, NotTheSame)):
            continue
        rows = model._base_manager.filter(**{relation.field.name: goes})
        keys = list(rows.values_list("pk", flat=True))
        if keys:
            rows.update(**{relation.field.name: stays})
            found[model._meta.label_lower] = keys
    return found
