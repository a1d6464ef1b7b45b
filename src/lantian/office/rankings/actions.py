"""Writes of this room: official lists and tables of pools are kept with their file, and logged."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.ambient.ranking import read_official, read_pools
from lantian.errors import LantianError
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.plans.loading import keep_file
from lantian.office.rankings import words
from lantian.office.rankings.models import KeptFile, OfficialRanking, PoolTable
from lantian.office.regions.models import Region

SUFFIXES = (".csv", ".xlsx", ".xls", ".txt")
MAX_BYTES = 5 * 1024 * 1024


def keep_official(
    actor: Any,
    region: Region,
    name: str,
    content: bytes,
    *,
    pool: str,
    period: Period,
    by: str = "composite_index",
    document: str = "",
) -> tuple[OfficialRanking, bool]:
    """Keep an official list after it was read once; says whether it is new.

    Parameters
    ----------
    actor
        the request or the person who keeps it
    region
        whose list it is: people of this region and above see it
    pool, period, by
        what it ranks, for which it is laid beside ours

    Raises
    ------
    LantianError
        the file cannot be read as a ranking of that period, in the language of the page
    PermissionDenied
        this person may not load data
    """
    with _as_file(actor, name, content) as path:
        found = read_official(path, period=period)
    return _keep(
        actor,
        OfficialRanking,
        content,
        {"region": region, "pool": pool, "period": period.label, "by": by},
        {
            "name": name,
            "document": document,
            "places": len(found.rows),
            "refused": len(found.refusals),
        },
    )


def keep_pools(
    actor: Any, region: Region, name: str, content: bytes, document: str = ""
) -> tuple[PoolTable, bool]:
    """Keep a table of pools after it was read once; errors as for `keep_official`."""
    with _as_file(actor, name, content) as path:
        read_pools(path)
    return _keep(actor, PoolTable, content, {"region": region}, {"name": name, "document": document})


def remove(actor: Any, kept: KeptFile, reason: str) -> None:
    """Take a list or table out of the office, with a reason; its file stays in the data folder.

    Raises
    ------
    LantianError
        no reason is given
    PermissionDenied
        this person may not load data
    """
    if not can(_person(actor), Capability.LOAD_DATA):
        raise PermissionDenied
    if not reason.strip():
        raise LantianError(_("removing needs a reason"), remedy=_("Write it beside the button."))
    with transaction.atomic():
        record(actor, "remove", kept, reason.strip(), before=_told(kept))
        kept.delete()


@contextmanager
def _as_file(actor: Any, name: str, content: bytes) -> Iterator[Path]:
    """The upload as a file of its own name; what the readers say is said again in the page's language."""
    if not can(_person(actor), Capability.LOAD_DATA):
        raise PermissionDenied
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise LantianError(
            _("a table cannot be read from this kind of file"),
            where=name,
            remedy=_("Give it as CSV or Excel."),
        )
    if len(content) > MAX_BYTES:
        raise LantianError(_("the file is too large for a ranking"), where=name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or f"table{suffix}")
        path.write_bytes(content)
        try:
            yield path
        except LantianError as error:
            raise LantianError(words.mistake(error, name)) from error


def _person(actor: Any) -> Any:
    return getattr(actor, "user", actor)


def _keep(
    actor: Any, model: type[Any], content: bytes, same: dict[str, Any], more: dict[str, Any]
) -> tuple[Any, bool]:
    sha256 = hashlib.sha256(content).hexdigest()
    keep_file(content, sha256, Path(more["name"]).suffix.lower())
    with transaction.atomic():
        kept, new = model.objects.get_or_create(
            **same, sha256=sha256, defaults={**more, "uploaded_by": _person(actor)}
        )
        if new:
            record(actor, "keep_list", kept, after=_told(kept))
    return kept, new


def _told(kept: KeptFile) -> dict[str, Any]:
    told = {"name": kept.name, "document": kept.document, "sha256": kept.sha256}
    for field in ("pool", "period", "by", "places", "refused"):
        if hasattr(kept, field):
            told[field] = getattr(kept, field)
    return told
