"""Findings out of a spreadsheet: good rows are taken, each wrong one is told with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError, Refusal
from lantian.office.findings import catalogue
from lantian.office.findings.actions import NewFinding, record_finding
from lantian.office.findings.models import Finding, Severity, Source
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.regions.models import Region
from lantian.sheets import Field, SheetRow, WrongCellError, read_sheet

FIELDS = (
    Field("found_on", ("发现日期", "日期", "date")),
    Field("kind", ("问题类别", "类别", "kind")),
    Field("region", ("区县", "行政区", "乡镇", "region")),
    Field("place", ("地点", "点位", "place")),
    Field("words", ("问题描述", "发现问题", "问题", "words")),
    Field("unit", ("责任单位", "unit"), required=False),
    Field("severity", ("严重程度", "severity"), required=False),
    Field("source", ("来源", "source"), required=False),
    Field("finder", ("发现人", "巡查人员", "finder"), required=False),
    Field("lon", ("经度", "lon"), required=False),
    Field("lat", ("纬度", "lat"), required=False),
)
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: new findings, how many were there already, refused rows."""

    file: str
    added: int = 0
    already: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def take_file(actor: Any, path: Path, name: str) -> Taken:
    """Record the findings of a CSV or spreadsheet.

    Parameters
    ----------
    actor
        the request or person; None for the command line
    path, name
        the file, and what it is called

    Returns
    -------
    counts and refused rows; a row recorded before (same day, kind, region, place and words) is counted, not
    recorded again

    Raises
    ------
    LantianError
        the file is empty, is no table, lacks a needed heading, or has more than 5,000 rows
    PermissionDenied
        the actor may not record findings
    """
    person = getattr(actor, "user", actor)
    if person is not None and not can(person, Capability.RECORD_FINDING):
        raise PermissionDenied
    sheet = read_sheet(path, FIELDS)
    if len(sheet.rows) > MOST_ROWS:
        raise LantianError(
            _("the table has more than %(most)s rows") % {"most": MOST_ROWS}, where=name,
            remedy=_("Send it in parts."),
        )  # fmt: skip
    reader = _Reader(person)
    refusals: list[Refusal] = []
    added = already = 0
    with transaction.atomic():
        for row in sheet.rows:
            try:
                new = reader.read(row, name)
                if _known(new):
                    already += 1
                    continue
                record_finding(actor, new)
                added += 1
            except WrongCellError as error:
                refusals.append(Refusal(name, row.number, "", "", error.code, str(error)))
            except _CellError as error:
                cell = row.cells.get(error.column, "")
                column = row.headings.get(error.column, error.column)
                refusals.append(Refusal(name, row.number, column, cell, error.code, str(error)))
            except LantianError as error:
                refusals.append(Refusal(name, row.number, "", "", "refused", error.line))
            except PermissionDenied:
                cell, column = row.cells.get("region", ""), row.headings.get("region", "")
                reason = _("this region is not in the register, or not yours")
                refusals.append(Refusal(name, row.number, column, cell, "unknown_place", reason))
    return Taken(name, added, already, refusals)


class _CellError(ValueError):
    def __init__(self, column: str, code: str, reason: str) -> None:
        self.column, self.code = column, code
        super().__init__(reason)


class _Reader:
    """Reads rows against the words, regions and units known to a person."""

    def __init__(self, person: Any) -> None:
        regions = Region.objects.all() if person is None else Region.objects.visible_to(person)
        self.regions: dict[str, list[Region]] = {}
        for region in regions:
            for name in {region.code, region.name, region.short} - {""}:
                self.regions.setdefault(name, []).append(region)
        units = Unit.objects.all() if person is None else Unit.objects.visible_to(person)
        self.units: dict[str, list[Unit]] = {}
        for unit in units.select_related("region"):
            self.units.setdefault(unit.name, []).append(unit)
        self.kinds = {
            name: code for code, title in catalogue.kinds().items() for name in (code, title.zh, title.en)
        }
        self.sources = _labels(Source)
        self.severities = _labels(Severity)

    def read(self, row: SheetRow, batch: str) -> NewFinding:
        """One row as a new finding."""
        day = row.date_of("found_on")
        if day is None:
            raise _CellError("found_on", "missing", _("the day is missing"))
        kind = row.text("kind") or ""
        if kind not in self.kinds:
            raise _CellError("kind", "unknown_kind", _("“%(kind)s” is no kind of problem") % {"kind": kind})
        region = self._one(row, "region", self.regions, _("this region is not in the register, or not yours"))
        unit = (
            self._one(row, "unit", self.units, _("this unit is not in the register, or not yours"))
            if row.text("unit")
            else None
        )
        return NewFinding(
            kind=self.kinds[kind],
            region=region,
            place=self._needed(row, "place"),
            words=self._needed(row, "words"),
            found_on=day,
            source=self._word(row, "source", self.sources, Source.PATROL),
            severity=self._word(row, "severity", self.severities, Severity.ORDINARY),
            unit=unit,
            lon=_degrees(row.number_of("lon")),
            lat=_degrees(row.number_of("lat")),
            finder=(row.text("finder") or "")[:80],
            batch=batch[:200],
        )

    def _one(self, row: SheetRow, column: str, known: dict[str, list[Any]], unknown: str) -> Any:
        found = known.get(row.text(column) or "", [])
        if not found:
            raise _CellError(column, "unknown_place", unknown)
        if len(found) > 1:
            raise _CellError(
                column, "ambiguous", _("several have this name: write the code or the full name")
            )
        return found[0]

    def _needed(self, row: SheetRow, column: str) -> str:
        text = row.text(column)
        if not text:
            raise _CellError(column, "missing", _("this cell is empty"))
        return text[:200] if column == "place" else text

    def _word(self, row: SheetRow, column: str, known: dict[str, str], otherwise: str) -> str:
        text = row.text(column)
        if text is None:
            return otherwise
        if text not in known:
            raise _CellError(column, "unknown_word", _("“%(word)s” is not one of the list") % {"word": text})
        return known[text]


def _degrees(number: Decimal | None) -> Decimal | None:
    return None if number is None else round(number, 6)


def _labels(choices: Any) -> dict[str, str]:
    """Every way to write a choice: its code and its label in both languages."""
    from django.utils import translation

    found = {value: value for value in choices.values}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.update({str(label): value for value, label in choices.choices})
    return found


def _known(new: NewFinding) -> bool:
    return Finding.objects.filter(
        found_on=new.found_on,
        kind=new.kind,
        region=new.region,
        place=new.place.strip(),
        words=new.words.strip(),
    ).exists()
