"""Complaints out of a 12345 list: good rows are taken, wrong ones told; names go straight under seal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError, Refusal
from lantian.office.findings import catalogue
from lantian.office.findings.special.complaints.actions import NewComplaint, receive
from lantian.office.findings.special.complaints.models import Channel, Complaint
from lantian.office.findings.special.complaints.reporters import Identity
from lantian.office.findings.taking import Taken
from lantian.office.people.rules import Capability, can
from lantian.office.regions.models import Region
from lantian.sheets import Field, SheetRow, read_sheet

FIELDS = (
    Field("outside_number", ("工单编号", "工单号", "编号", "number")),
    Field("words", ("诉求内容", "反映内容", "举报内容", "问题描述", "words")),
    Field("region", ("区县", "所属区县", "行政区", "region")),
    Field("place", ("地点", "发生地址", "问题地址", "place")),
    Field("kind", ("问题类别", "类别", "kind"), required=False),
    Field("name", ("姓名", "来电人", "诉求人", "举报人", "name"), required=False),
    Field("phone", ("联系电话", "来电号码", "电话", "phone"), required=False),
    Field("id_number", ("身份证号", "证件号码", "id number"), required=False),
    Field("address", ("联系地址", "住址", "address"), required=False),
)
SEALED = ("name", "phone", "id_number", "address")
MOST_ROWS = 5000


def take_list(actor: Any, path: Path, name: str) -> Taken:
    """Take a 12345 list in.

    Raises
    ------
    LantianError
        the file is no table, lacks a needed heading, or has more than 5,000 rows
    PermissionDenied
        the person may not handle complaints
    """
    person = getattr(actor, "user", actor)
    if person is not None and not can(person, Capability.HANDLE_COMPLAINT):
        raise PermissionDenied
    sheet = read_sheet(path, FIELDS)
    if len(sheet.rows) > MOST_ROWS:
        raise LantianError(
            _("the table has more than %(most)s rows") % {"most": MOST_ROWS},
            where=name,
            remedy=_("Send it in parts."),
        )
    regions: dict[str, list[Region]] = {}
    for region in Region.objects.all() if person is None else Region.objects.visible_to(person):
        for word in {region.code, region.name, region.short} - {""}:
            regions.setdefault(word, []).append(region)
    kinds = {word: code for code, t in catalogue.kinds().items() for word in (code, t.zh, t.en)}
    known = set(Complaint.objects.exclude(outside_number="").values_list("outside_number", flat=True))
    refusals: list[Refusal] = []
    added = already = 0
    with transaction.atomic():
        for row in sheet.rows:
            number = (row.text("outside_number") or "")[:60]
            if number in known:
                already += 1
                continue
            wrong = _wrong(row, regions, kinds)
            if wrong is not None:
                refusals.append(_refused(name, row, *wrong))
                continue
            known.add(number)
            identity = Identity(**{key: row.text(key) or "" for key in SEALED})
            receive(
                actor,
                NewComplaint(
                    kind=kinds[row.text("kind") or "other"],
                    region=regions[row.text("region") or ""][0],
                    place=row.text("place") or "",
                    words=row.text("words") or "",
                    channel=Channel.SHEET,
                    identity=identity,
                    outside_number=number or "",
                    batch=name,
                ),
            )
            added += 1
    return Taken(name, added, already, refusals)


def _wrong(
    row: SheetRow, regions: dict[str, list[Region]], kinds: dict[str, str]
) -> tuple[str, str, str] | None:
    for column in ("outside_number", "words", "place", "region"):
        if row.text(column) is None:
            return column, "missing", _("this cell is empty")
    found = regions.get(row.text("region") or "", [])
    if not found:
        return "region", "unknown_place", _("this region is not in the register, or not yours")
    if len(found) > 1:
        return "region", "ambiguous", _("several have this name: write the code or the full name")
    kind = row.text("kind")
    if kind is not None and kind not in kinds:
        return "kind", "unknown_kind", _("“%(kind)s” is no kind of problem") % {"kind": kind}
    return None


def _refused(name: str, row: SheetRow, column: str, code: str, reason: str) -> Refusal:
    # Only these columns are ever told: no refusal repeats a name or a telephone number.
    value = row.cells.get(column, "") if column in {"outside_number", "region", "kind"} else ""
    return Refusal(name, row.number, row.headings.get(column, column), value, code, reason)
