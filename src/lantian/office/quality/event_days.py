"""Official days that are taken out: kept as they came, withdrawn with a reason, never made up here."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.ambient.events import DayEntry, DayList, read_day_list
from lantian.errors import LantianError, Refusal
from lantian.office.monitoring import kernel
from lantian.office.monitoring.places import CityNames
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.plans.loading import keep_file
from lantian.office.quality import words
from lantian.office.quality.models import EventEntry, EventList
from lantian.office.regions.models import Region

SUFFIXES = (".csv", ".xlsx", ".xls")
MAX_BYTES = 5 * 1024 * 1024


def active(period: Period) -> DayList | None:
    """The days of a period that no one withdrew, as the kernel takes them; None where there are none.

    Places are the regions' own names, so that a ranking finds its members by them.
    """
    rows = EventEntry.objects.active().within(period.first, period.last).select_related("region")
    entries = [as_entry(row, row.region.short or row.region.name) for row in rows]
    return DayList(tuple(dict.fromkeys(entries)), "office") if entries else None


def for_regions(period: Period, regions: Sequence[Region]) -> DayList | None:
    """The same for regions asked for by code or by a feed's name; a county shares its city's days."""
    rows = list(EventEntry.objects.active().within(period.first, period.last).select_related("region"))
    entries = []
    for row in rows:
        for region in regions:
            if region.path.startswith(row.region.path):
                names = (region.code, *((region.name, region.short) if region == row.region else ()))
                entries += [as_entry(row, name) for name in names if name]
    return DayList(tuple(dict.fromkeys(entries)), "office") if entries else None


def as_entry(row: EventEntry, place: str) -> DayEntry:
    """An entry as the kernel takes it, under a name of its place."""
    return DayEntry(place, row.first, row.last, row.pollutants, row.uses, row.reason, row.document)


def keep(actor: Any, region: Region, name: str, content: bytes, document: str = "") -> EventList:
    """Keep an official list: its file, and each entry whose place is in the person's region.

    Raises
    ------
    PermissionDenied
        this person may not review data
    LantianError
        the file cannot be read, is kept already, or none of its rows can be taken
    """
    person = _allowed(actor)
    read = _read(name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    known = EventList.objects.filter(region=region, sha256=sha256, entries__withdrawn_at=None).first()
    if known is not None:
        raise LantianError(_("this list is kept already; nothing was changed"), where=name)
    taken, refused = _owned(read.entries, region_root(person) or "")
    told = [
        {"row": r.row, "column": r.column, "code": r.code, "value": str(r.value)[:80]}
        for r in (*read.refusals, *refused)
    ]
    if not taken:
        what = _("no row of this list can be taken")
        raise LantianError(f"{what}: {words.refusal(told[0])}" if told else what, where=name)
    keep_file(content, sha256, Path(name).suffix.lower())
    with transaction.atomic():
        kept = EventList.objects.create(
            region=region,
            name=name[:200],
            sha256=sha256,
            document=document[:300],
            refusals=told,
            uploaded_by=person,
        )
        EventEntry.objects.bulk_create(
            EventEntry(
                event_list=kept,
                region=owner,
                place=entry.place[:120],
                first=entry.first,
                last=entry.last,
                items=" ".join(entry.items),
                scopes=" ".join(entry.scopes),
                reason=entry.reason[:300],
                document=(entry.document or document)[:300],
            )
            for entry, owner in taken
        )
        record(
            actor,
            "keep_days",
            kept,
            after={"name": kept.name, "document": kept.document, "sha256": sha256, "entries": len(taken)},
        )
    return kept


def withdraw(actor: Any, entries: Iterable[EventEntry], reason: str) -> int:
    """Withdraw entries with a reason; they stay on the page and count no longer. Returns how many.

    Raises
    ------
    PermissionDenied
        this person may not review data
    LantianError
        no reason, or nothing to withdraw
    """
    person = _allowed(actor)
    if not reason.strip():
        raise LantianError(_("withdrawing needs a reason"), remedy=_("Write it beside the button."))
    with transaction.atomic():
        done = 0
        for entry in entries:
            changed = EventEntry.objects.filter(pk=entry.pk, withdrawn_at=None).update(
                withdrawn_at=now(), withdrawn_by=person, withdrawn_reason=reason.strip()[:300]
            )
            if changed:
                done += 1
                told = {"place": entry.place, "days": entry.days, "items": entry.items}
                record(actor, "withdraw", entry, reason.strip(), before=told)
        if not done:
            raise LantianError(_("these days are withdrawn already"))
    return done


def _allowed(actor: Any) -> Any:
    """The person who acts (a request's, or themselves), where they may."""
    person = getattr(actor, "user", actor)
    if not can(person, Capability.REVIEW_DATA):
        raise PermissionDenied
    return person


def _read(name: str, content: bytes) -> DayList:
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise LantianError(
            _("a list cannot be read from this kind of file"),
            where=name,
            remedy=_("Give it as CSV or Excel."),
        )
    if len(content) > MAX_BYTES:
        raise LantianError(_("the file is too large for a list of days"), where=name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or f"list{suffix}")
        path.write_bytes(content)
        try:
            return read_day_list(path, rulebook=kernel.rulebook())
        except LantianError as error:
            raise LantianError(
                _("this is no list of days that can be read"),
                where=name,
                remedy=_(
                    "Needed are columns for the place and the day (城市, 日期 or 起始日期 and 结束日期)."
                ),
            ) from error


def _owned(
    entries: Iterable[DayEntry], root: str
) -> tuple[list[tuple[DayEntry, Region]], list[Refusal]]:  # fmt: skip
    names = CityNames()
    taken, refused = [], []
    for entry in entries:
        region = names.find(entry.place) or names.find(entry.place.removesuffix("市"))
        if region is not None and region.path.startswith(root):
            taken.append((entry, region))
            continue
        code = "unknown_place" if region is None else "outside"
        refused.append(Refusal(file="", row=0, column="place", value=entry.place, code=code, reason=""))
    return taken, refused
