"""A plan read again: by a newer reader, or from a corrected version of its document."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import lantian
from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability
from lantian.office.plans import reach, versions
from lantian.office.plans.loading import keep_file, kept_path, parse
from lantian.office.plans.merging import Merger
from lantian.office.plans.models import Document, Plan, Reading
from lantian.office.plans.terms import PlanStatus
from lantian.office.plans.writes import allowed, plain
from lantian.office.plans.writing import Writer

_META = ("title", "issuer", "doc_no", "issued_date", "region_words", "level", "parent_docs", "year")


def reread(
    plan: Plan, actor: Any, *, name: str | None = None, content: bytes | None = None, reason: str = ""
) -> Reading:
    """Read a plan again and bring what is new into it.

    What a person accepted, corrected, rejected or added stays, with reports and progress; what the new
    reading no longer has stays with a mark when a person or another record needs it.

    Parameters
    ----------
    name, content
        a corrected version of the document; without it, the file that is kept is read again

    Returns
    -------
    the reading, with what it added, lost and changed

    Raises
    ------
    LantianError
        the file is not kept any more, cannot be read, or is the document of another plan
    """
    with transaction.atomic():
        allowed(plan, actor, Capability.REVIEW_PLAN)
        row = (
            Plan.objects.select_for_update(of=("self",)).select_related("document", "region").get(pk=plan.pk)
        )
        if row.status == PlanStatus.SUPERSEDED:
            raise LantianError(_("a newer version has replaced this plan"), where=row.title)
        document = row.document
        if content is None:
            name = document.name
            content = _kept(document)
        sha256 = hashlib.sha256(content).hexdigest()
        read, names = parse(name or document.name, content)
        if sha256 != document.sha256:
            document = _new_document(row, name or document.name, content, sha256, read)
        elif (document.text, document.blank) != (read.document.text, _blank(read)):
            document.text, document.blank = read.document.text, _blank(read)
            document.save(update_fields=["text", "blank"])
        person = getattr(actor, "user", actor)
        decided = versions.decided_names(row)
        # The new reading lives beside the plan until it is merged, as a document that no file has.
        fresh = Writer(
            read, row.region, name or document.name, content, person, sha256=f"reading of {row.pk}",
            decided=decided, wanted=names,
        ).write()  # fmt: skip
        with reach.together():
            changes = _meta(row, fresh) + Merger(row, fresh).merge()
            passing = fresh.document
            fresh.delete()
            passing.delete()
        reach.refresh_plan(row)
        reading = Reading.objects.create(
            plan=row, document=document, reader=row.reader, read_at=clock.now(), read_by=person,
            changes=changes,
        )  # fmt: skip
        after = {"document": document.sha256, "reader": row.reader, **counted(changes)}
        record(actor, "reread", row, reason=reason, after=after)
    plan.refresh_from_db()
    return reading


def counted(changes: list[dict[str, Any]]) -> dict[str, int]:
    """How many things a reading added, lost and changed."""
    counts = dict.fromkeys(("added", "gone", "changed"), 0)
    for change in changes:
        counts[change["what"]] += 1
    return counts


def _kept(document: Document) -> bytes:
    path = kept_path(document.sha256, Path(document.name).suffix.lower())
    try:
        return path.read_bytes()
    except OSError as error:
        raise LantianError(
            _("the file is no longer in the office's data folder"),
            where=document.name,
            remedy=_("Give the document again."),
        ) from error


def _new_document(plan: Plan, name: str, content: bytes, sha256: str, read: Any) -> Document:
    """The corrected document becomes the plan's; the one before stays as an earlier one."""
    known = Document.objects.filter(sha256=sha256).first()
    if known is not None and known.earlier_of_id != plan.pk:
        raise LantianError(_("this file is the document of another plan"), where=name)
    keep_file(content, sha256, Path(name).suffix.lower())
    before = plan.document
    document = known or Document(sha256=sha256)
    document.name, document.kind, document.size = name[:255], read.document.kind, len(content)
    document.text, document.blank, document.earlier_of = read.document.text, _blank(read), None
    document.save()
    plan.document = document
    plan.save(update_fields=["document"])
    before.earlier_of = plan
    before.save(update_fields=["earlier_of"])
    return document


def _blank(read: Any) -> list[list[int]]:
    return [list(span) for span in read.document.blank]


def _meta(plan: Plan, fresh: Plan) -> list[dict[str, Any]]:
    """Title, number and dates as the new reading has them."""
    before, after = {}, {}
    for name in _META:
        old, new = getattr(plan, name), getattr(fresh, name)
        if old != new:
            before[name], after[name] = plain(old), plain(new)
            setattr(plan, name, new)
    plan.reader, plan.notes = f"lantian {lantian.__version__}", fresh.notes
    plan.save(update_fields=[*_META, "reader", "notes"])
    if not before:
        return []
    about = {"kind": "plan", "pk": plan.pk, "name": plan.title, "kept": False}
    return [{"what": "changed", "before": before, "after": after, **about}]
