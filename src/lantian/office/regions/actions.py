"""Loading region files: good rows are kept, each refused one is named; loading again changes nothing."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lantian.errors import Refusal
from lantian.office.people.actions import record
from lantian.office.regions.intake import Content, Row, read
from lantian.office.regions.models import DEPTH, Level, Region
from lantian.office.regions.rules import parent_may_hold

CARRIED = Path(str(files("lantian.office.regions") / "data" / "shanxi.csv"))


@dataclass(slots=True)
class RegionReport:
    """What came of one file."""

    file: str
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    outlines: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    report: Path | None = None

    @property
    def taken(self) -> int:
        """Rows that were good, whether or not they said anything new."""
        return self.added + self.changed + self.unchanged

    @property
    def line(self) -> str:
        """`divisions.csv: 1,485 rows; 1,356 added, 3 changed, 126 unchanged, 0 refused`"""
        text = (
            f"{self.file}: {self.read:,} rows; {self.added:,} added, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {len(self.refusals):,} refused"
        )
        return f"{text}, listed in {self.report}" if self.report else text


def load_regions(paths: Iterable[str | Path], actor: Any = None) -> list[RegionReport]:
    """Load region files into the register.

    Each file is one transaction and one row in the action log. Rows name their parents in any order. A column
    a file does not have, or leaves empty, keeps what the register knows.

    Parameters
    ----------
    paths
        CSV in one of the two known forms, or GeoJSON
    actor
        the request or person who loads; None for the command line

    Returns
    -------
    one report per file, in order; refused rows are listed in `DATA/reports/`

    Raises
    ------
    LantianError
        a file is of no use as a whole; files before it stay loaded
    """
    return [_load(Path(path), actor) for path in paths]


def _load(path: Path, actor: Any) -> RegionReport:
    content = read(path)
    report = RegionReport(content.file, read=content.read, refusals=content.refusals)
    with transaction.atomic():
        changes = _outlines(content, report) if content.outlines else _rows(content, report)
        if changes:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            root = Region.objects.order_by("path").first()
            after = {"file": path.name, "sha256": digest, "refused": len(report.refusals), "changes": changes}
            record(actor, "load", root, after=after)
    if report.refusals:
        report.refusals.sort(key=lambda refusal: refusal.row)
        report.report = _write(report)
    return report


def _rows(content: Content, report: RegionReport) -> dict[str, Any]:
    """Add and change regions, parents first; returns code → what was changed."""
    known = {region.code: region for region in Region.objects.defer("geometry")}
    changes: dict[str, Any] = {}
    for row in sorted(content.rows, key=lambda row: (DEPTH[Level(row.values["level"])], row.row)):
        parent = known.get(row.parent_code)
        if fault := _wrong_place(row, parent, known):
            content.refuse(row.row, "parent_code", row.parent_code, fault[0], fault[1])
            continue
        region = known.get(row.code)
        wanted = {**row.values, "parent": parent}
        if region is None:
            region = Region(code=row.code, **wanted)
            region.save(force_insert=True)
            known[row.code] = region
            changes[row.code] = "added"
            report.added += 1
            continue
        changed = {
            name: [_plain(getattr(region, name)), _plain(value)]
            for name, value in wanted.items()
            if getattr(region, name) != value
        }
        if not changed:
            report.unchanged += 1
            continue
        for name in changed:
            setattr(region, name, wanted[name])
        region.save(update_fields=list(changed))
        changes[row.code] = changed
        report.changed += 1
    return changes


def _wrong_place(row: Row, parent: Region | None, known: dict[str, Region]) -> tuple[str, str] | None:
    """Why a row cannot lie where it says, as code and reason; None when it can."""
    level = row.values["level"]
    if not row.parent_code:
        if level == Level.PROVINCE:
            return None
        return "no_parent", f"{row.code} is a {level} and names no region above it"
    if level == Level.PROVINCE:
        return "wrong_parent", "a province lies under no other region"
    if parent is None:
        return "unknown_place", f"{row.parent_code}, above it, is neither in the register nor in this file"
    if not parent_may_hold(parent.level, level):
        return "wrong_parent", f"a {level} cannot lie under {parent.code}, a {parent.level}"
    return None


def _outlines(content: Content, report: RegionReport) -> dict[str, Any]:
    """Give regions their outlines; returns code → digest of the outline."""
    known = Region.objects.in_bulk([code for _, code, _ in content.outlines], field_name="code")
    changes = {}
    for number, code, geometry in content.outlines:
        region = known.get(code)
        if region is None:
            content.refuse(number, "adcode", code, "unknown_place", f"{code} is not in the register")
        elif region.geometry == geometry:
            report.unchanged += 1
        else:
            region.geometry = geometry
            region.save(update_fields=["geometry"])
            text = json.dumps(geometry, separators=(",", ":"))
            changes[code] = {"geometry": hashlib.sha256(text.encode()).hexdigest()}
            report.changed += 1
        report.outlines += region is not None
    return changes


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, Region) else value


def _write(report: RegionReport) -> Path:
    """The refused rows as CSV in the office's folder of reports."""
    folder = Path(settings.DATA) / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    target = folder / f"regions-{Path(report.file).stem}-{stamp}.refused.csv"
    with target.open("w", encoding="utf-8", newline="") as sink:
        table = csv.writer(sink)
        table.writerow(("file", "row", "column", "value", "code", "reason"))
        for refusal in report.refusals:
            table.writerow(
                (refusal.file, refusal.row, refusal.column, refusal.value, refusal.code, refusal.reason)
            )
    return target
