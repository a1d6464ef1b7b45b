"""Whose plan a document is by the region register: found, refused outside one's regions, marked."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.people.scope import region_root
from lantian.office.plans.reader_notes import MARKS
from lantian.office.regions.models import Region
from lantian.planning import model as reading


def home_of(region: Region | str | None, meta: reading.Meta, name: str) -> Region:
    """The region whose plan it is: the one given (itself, its code or its name), else what the document says.

    Raises
    ------
    LantianError
        nothing says it, it is not in the register, or several regions are called so
    """
    if isinstance(region, Region):
        return region
    words = (region or meta.region or "").strip()
    found = _called(words, None if region else meta.level, by_code=bool(region))
    if len(found) == 1:
        return found[0]
    if not words:
        what = _("the document does not say whose plan it is")
    elif found:
        what = _("%(count)s regions are called %(name)s") % {"count": len(found), "name": words}
    else:
        what = _("the plan is one of %(name)s, which is not in the region register") % {"name": words}
    raise LantianError(
        what,
        where=name,
        remedy=_("Name the plan's region by its code, or load a region list that holds it first."),
    )


def refuse_outside(person: Any, home: Region, meta: reading.Meta | None, name: str) -> None:
    """Refuse a plan of a region that the person does not answer for, whatever region it is loaded for.

    Raises
    ------
    LantianError
        the region, or the one that the document itself names, lies outside the person's; None is the command
        line, which answers for all
    """
    if person is None:
        return
    root = region_root(person)
    named = said_by(meta) if meta is not None else None
    for region in (home, named or home):
        if root is None or not region.path.startswith(root):
            raise LantianError(
                _("this is a plan of %(region)s, which lies outside your region") % {"region": region.label},
                where=name,
                remedy=_("Ask someone who answers for it to load it."),
            )


def said_by(meta: reading.Meta) -> Region | None:
    """The one region of the register that a document names as its own; None where that is not clear."""
    found = _called((meta.region or "").strip(), meta.level)
    return found[0] if len(found) == 1 else None


def marks(read: reading.Plan, home: Region) -> list[dict[str, Any]]:
    """What the reviewer must know: the document names another region than the one it is loaded for, or an
    attachment is of a region that does not lie in it."""
    found = []
    named = said_by(read.meta)
    if named is not None and named.pk != home.pk:
        found.append(_mark("other_region", said=named.name, region=home.name))
    for part in read.parts:
        of = said_by(part.meta) if part.label and part.meta.region != read.meta.region else None
        if of is not None and not of.path.startswith(home.path):
            label = " ".join(filter(None, [part.label, part.title]))
            found.append(_mark("part_of_other_region", part=label, said=of.name, region=home.name))
    return found


def _called(words: str, level: str | None, *, by_code: bool = False) -> list[Region]:
    register = Region.objects.filter(valid_to__isnull=True)
    if not words:
        return []
    found = list(register.filter(code=words)) if by_code else []
    found = found or list(register.filter(name=words))
    if not by_code:
        found = found or list(register.filter(short=words))
    return [region for region in found if region.level == level] or found


def _mark(code: str, **params: str) -> dict[str, Any]:
    with translation.override("en"):
        return {"code": code, "params": params, "text": str(MARKS[code]) % params}
