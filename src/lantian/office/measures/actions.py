"""Writes of other measures: tables taken in, sites registered. Each is logged, each file kept as it came."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lantian.ambient.measures import (
    SpeciesWishes,
    import_dustfall,
    import_road_dust,
    import_road_ranks,
    import_species,
)
from lantian.errors import LantianError
from lantian.office.measures import rules
from lantian.office.measures.models import Site, Upload, kept_at
from lantian.office.measures.register import Known, Register
from lantian.office.monitoring import kernel
from lantian.office.people.actions import record
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient.intake import ImportReport

NO_CITY = "?"
"""Stands for the city of a row that names none: no region is called so, and the row is refused."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a table does not say itself.

    `month` of dustfall; `city` and `method` of road dust; of species the `site`, `unit`, order of `dates`,
    which end of a sample a time names (`stamp`) and how many `hours` it takes.
    """

    month: date | None = None
    city: str = ""
    method: str | None = None
    site: Site | None = None
    unit: str | None = None
    dates: Literal["ymd", "mdy", "dmy"] = "ymd"
    stamp: Literal["start", "end"] = "start"
    hours: int = 1


def load_table(actor: Any, kind: str, name: str, content: bytes, wishes: Wishes | None = None) -> Upload:
    """Take an uploaded table in: what is good goes into the lake, what is not is refused row by row.

    Parameters
    ----------
    actor
        the request or person who uploads; rows of places outside their region are refused (`unknown_place`)
    kind
        of `Upload.Kind`
    name, content
        the file
    wishes
        what the table does not say itself

    Returns
    -------
    the upload, with counts and refusals; also when nothing could be taken

    Raises
    ------
    LantianError
        a kind of file that is not read, too large, or wishes that make no sense; nothing is kept then
    PermissionDenied
        the person may not load data
    """
    user = getattr(actor, "user", actor)
    root = region_root(user)
    if not rules.may_upload(user) or root is None:
        raise PermissionDenied
    region = user.region or Region.objects.order_by("path").first()
    if region is None:
        raise LantianError(_("the office has no regions yet"))
    plain = rules.checked_name(name, len(content))
    asked = wishes or Wishes()
    if kind == Upload.Kind.SPECIES and asked.site is None:
        raise LantianError(_("no site was chosen"), remedy=_("Choose the site the samples are of."))
    sha256 = hashlib.sha256(content).hexdigest()
    path = _keep(sha256, plain, content)
    report = f"measures/{now():%Y%m%dT%H%M%S}Z-{secrets.token_hex(3)}.refused.csv"
    (Path(settings.DATA) / "reports" / "measures").mkdir(parents=True, exist_ok=True)
    result = _importer(kind, asked, root)(path, Path(settings.DATA) / "reports" / report)
    with transaction.atomic():
        upload = Upload.objects.create(
            kind=kind,
            name=plain,
            sha256=sha256,
            region=region,
            site=asked.site if kind == Upload.Kind.SPECIES else None,
            uploaded_by=user,
            rows_read=result.rows_read,
            rows_taken=result.rows_taken,
            rows_refused=result.rows_refused,
            cells_refused=result.cells_refused,
            rows_known=result.duplicates + sum(file.known for file in result.files),
            version=result.version,
            problem=_problem(result),
            notes=_notes(result),
            refusals=[asdict(refusal) for refusal in result.refusals[: rules.SHOWN_REFUSALS]],
            refusal_count=result.refusal_count,
            report=report if result.path else "",
        )
        record(
            actor,
            "load_table",
            upload,
            after={
                "file": plain,
                "kind_of_table": kind,
                "sha256": sha256,
                "rows_taken": result.rows_taken,
                "rows_refused": result.rows_refused,
                "version": result.version,
            },
        )
    return upload


def _importer(kind: str, asked: Wishes, root: str) -> Callable[[Path, Path], ImportReport]:
    """The kernel's import of this kind of table, closed to places outside `root`."""
    lake, book = kernel.lake(), kernel.rulebook()
    known = Known([asked.site.name] if asked.site else Register().under(root))
    city = asked.city or NO_CITY

    def run(path: Path, report: Path) -> ImportReport:
        if kind == Upload.Kind.DUSTFALL:
            return import_dustfall(
                [path], lake, month=asked.month, known_places=known, report=report, rulebook=book
            )
        if kind == Upload.Kind.ROAD:
            return import_road_dust(
                [path], lake, method=asked.method, city=city, known_places=known, report=report, rulebook=book
            )
        if kind == Upload.Kind.ROAD_RANKS:
            return import_road_ranks([path], lake, city=city, known_places=known, report=report)
        if kind != Upload.Kind.SPECIES:
            raise LantianError(_("“%(kind)s” is no kind of table") % {"kind": kind})
        names = SpeciesWishes(
            site=asked.site.name if asked.site else None,
            unit=asked.unit,
            dates=asked.dates,
            stamp=asked.stamp,
            hours=asked.hours,
        )
        return import_species([path], lake, wishes=names, known_places=known, report=report, rulebook=book)

    return run


def _keep(sha256: str, name: str, content: bytes) -> Path:
    """The file as it came, written whole or not at all."""
    path = kept_at(sha256, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(4)}.part")
        draft.write_bytes(content)
        draft.replace(path)
    return path


def _problem(result: ImportReport) -> str:
    """Why the whole file was refused; empty when it was not."""
    refused = {refusal.file: refusal.reason for refusal in result.refusals if refusal.code == "file"}
    return next((refused.get(file.file, file.refused) for file in result.files if file.refused), "")


def _notes(result: ImportReport) -> list[str]:
    notes = [note for file in result.files for note in file.notes]
    # Of a table that was held already, the version it stands in.
    return notes + [f"already {file.already}" for file in result.files if file.already is not None]


def register_site(actor: Any, name: str, region: Region, name_en: str = "") -> Site:
    """Register a site of species in a region one sees.

    Raises
    ------
    LantianError
        the name is empty or taken, or the region is not one's own
    PermissionDenied
        the person may not load data
    """
    user = getattr(actor, "user", actor)
    if not rules.may_upload(user):
        raise PermissionDenied
    plain = " ".join(name.split())[:80]
    if not plain:
        raise LantianError(_("the site has no name"))
    if not Region.objects.visible_to(user).filter(pk=region.pk).exists():
        raise LantianError(_("this region is not yours"))
    if Site.objects.filter(name=plain).exists():
        # Sites of other regions count too: the name is the key of the samples.
        raise LantianError(_("a site of this name exists"), remedy=_("Put the city before the name."))
    with transaction.atomic():
        site = Site.objects.create(name=plain, name_en=name_en.strip()[:120], region=region)
        record(actor, "register_site", site, after={"name": plain, "region": region.code})
    return site
