"""From a plan file to records: read, kept, resolved against the region register, in one transaction."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.plans import models, versions
from lantian.office.plans.places import NO_SUCH_PLACE, SOME_PLACES
from lantian.office.plans.reader_notes import said
from lantian.office.plans.whose import home_of, refuse_outside
from lantian.office.plans.writing import Writer
from lantian.office.regions.models import Region
from lantian.planning import model as reading

PLAN_FILES = (".yaml", ".yml")
MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a plan file: the plan, whether it was there already, counts, and what a reviewer must
    know."""

    plan: models.Plan
    already: bool
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """One line for the command line and the page."""
        if self.already:
            return _("%(title)s is loaded already; nothing was changed.") % {"title": self.plan.title}
        return _(
            "%(title)s: %(clauses)s clauses, %(targets)s targets, %(tasks)s tasks, "
            "%(assignments)s assignments, %(deadlines)s deadlines; notes for the reviewer: %(notes)s."
        ) % {"title": self.plan.title, **self.counts, "notes": len(self.notes)}


def load_plan_file(
    path: str | Path,
    actor: Any = None,
    region: Region | str | None = None,
    name: str | None = None,
    *,
    replaces: models.Plan | None = None,
    another: bool = True,
) -> Loaded:
    """Read a plan document and keep it with everything the reader took from it.

    Parameters
    ----------
    path
        a .txt, .docx, .pdf or .html file
    actor
        the request or person who loads it; None for the command line
    region
        the region whose plan it is, or its code; read from the document when None
    name
        the file's name, when `path` is a temporary one
    replaces
        the plan that this is a newer version of: it is superseded, and progress on its tasks carried over
    another
        load it even if a plan of the same region, title or document number is loaded; else that is asked
        about

    Returns
    -------
    a summary; `already` is true, and nothing is changed, when this very file (by its sha256) was loaded
    before

    Raises
    ------
    LantianError
        the file cannot be read, or its region is not in the register or outside the actor's; as
        `versions.LooksAlikeError` when it could be a copy or version of a plan that is loaded
    PermissionDenied
        the actor may not load plans
    """
    file = Path(path)
    content = _content(file, name or file.name)
    return load_plan(name or file.name, content, actor, region, replaces=replaces, another=another)


def load_plan(
    name: str,
    content: bytes,
    actor: Any = None,
    region: Region | str | None = None,
    *,
    replaces: models.Plan | None = None,
    another: bool = True,
) -> Loaded:
    """The same for a file already in memory, such as an upload; its name tells its kind."""
    person = getattr(actor, "user", actor)
    if person is not None and not can(person, Capability.LOAD_DATA):
        raise PermissionDenied
    sha256 = hashlib.sha256(content).hexdigest()
    known = _known(sha256)
    if known is not None:
        refuse_outside(person, known.region, None, name)
        return Loaded(known, True, counts_of(known), notes_of(known))
    read, names = parse(name, content)
    home = home_of(region, read.meta, name)
    refuse_outside(person, home, read.meta, name)
    if replaces is None and not another:
        like = versions.alike(home, read.meta.title or "", read.meta.doc_no or "")
        if like:
            raise versions.LooksAlikeError(like, name)
    kept, fresh = keep_file(content, sha256, Path(name).suffix.lower())
    try:
        with transaction.atomic():
            old = versions.replaceable(replaces, home, name) if replaces else None
            decided = versions.decided_names(old) if old else None
            plan = Writer(
                read, home, name, content, person, decided=decided, wanted=names, replaces=old
            ).write()  # fmt: skip
            counts = counts_of(plan)
            record(
                actor,
                "load",
                plan,
                after={
                    "file": name,
                    "sha256": sha256,
                    **counts,
                    "notes": [note["text"] for note in plan.notes],
                },
            )
            if old is not None:
                versions.supersede(old, plan, actor)
    except IntegrityError:
        # Two people loaded the same file at once: the first one's stands, file and all.
        known = _known(sha256)
        if known is None:
            if fresh:
                kept.unlink(missing_ok=True)
            raise
        return Loaded(known, True, counts_of(known), notes_of(known))
    except BaseException:
        if fresh:
            kept.unlink(missing_ok=True)
        raise
    return Loaded(plan, False, counts, notes_of(plan))


def _known(sha256: str) -> models.Plan | None:
    """The plan that is, or once was, read from this very file."""
    found = models.Plan.objects.filter(document__sha256=sha256).first()
    return found or models.Plan.objects.filter(earlier_documents__sha256=sha256).first()


def parse(name: str, content: bytes) -> tuple[reading.Plan, dict[str, str]]:
    """A document or a plan file as a reading, and what a plan file says that names of units mean."""
    if Path(name).suffix.lower() in PLAN_FILES:
        from lantian.planning import planfile

        return planfile.load_with_names(content, name)
    from lantian.planning import parse_plan

    return parse_plan(name, content), {}


def counts_of(plan: models.Plan) -> dict[str, int]:
    """How many clauses, targets, tasks, assignments and deadlines a plan has."""
    return {
        "clauses": plan.clauses.count(),
        "targets": plan.targets.count(),
        "tasks": plan.tasks.count(),
        "assignments": models.Assignment.objects.filter(task__plan=plan).count(),
        "deadlines": plan.deadlines.count(),
    }


def kept_path(sha256: str, suffix: str) -> Path:
    """Where a file is kept: DATA/files/ab/abcdef….pdf."""
    return Path(settings.DATA) / "files" / sha256[:2] / f"{sha256}{suffix}"


def keep_file(content: bytes, sha256: str, suffix: str) -> tuple[Path, bool]:
    """Keep a file under its own hash; says whether it is new. Whoever looks sees the whole file or none."""
    target = kept_path(sha256, suffix)
    if target.exists():
        return target, False
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target, True


def _content(file: Path, name: str) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise too_large(name)
        return file.read_bytes()
    except OSError as error:
        raise LantianError(
            _("the file cannot be opened (%(why)s)") % {"why": error.strerror or error}, where=name
        ) from error


def too_large(name: str) -> LantianError:
    """What is said of a file that is no plan by its size alone."""
    return LantianError(
        _("the file is larger than %(size)s MB") % {"size": MAX_BYTES // 1024 // 1024},
        where=name,
        remedy=_("A plan is a document of some pages: give the document itself."),
    )


def notes_of(plan: models.Plan) -> list[str]:
    """What a reviewer must know: the reader's notes, and the names no unit or place could be found for."""
    waiting = models.Assignment.objects.filter(
        task__plan=plan, unresolved__in=(SOME_PLACES, NO_SUCH_PLACE), regions=None
    )
    names = dict(waiting.order_by("-start").values_list("written", "unresolved"))
    words = {
        SOME_PLACES: _('"%(name)s": the words do not say which ones; name them in the tasks.'),
        NO_SUCH_PLACE: _('"%(name)s": the region register holds no such place.'),
    }
    return [*said(plan.notes), *(words[why] % {"name": name} for name, why in names.items())]
