"""Adding in review what the reader did not take: by words marked in the document, or without words."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability
from lantian.office.plans.dates import last_day
from lantian.office.plans.models import (
    Assignment,
    Clause,
    Deadline,
    Plan,
    Quantity,
    StatedConsequence,
    Target,
    Task,
)
from lantian.office.plans.reviewing import bind, refresh_dates
from lantian.office.plans.terms import Binding, Comparator, DeadlineKind, Origin, Review, one_line
from lantian.office.plans.writes import allowed, cleaned, sign
from lantian.office.plans.writing import Writer
from lantian.office.regions.models import Region

KINDS: dict[str, Any] = {
    "target": Target,
    "task": Task,
    "clause": Clause,
    "deadline": Deadline,
    "quantity": Quantity,
    "assignment": Assignment,
    "consequence": StatedConsequence,
}
_NEEDS_TASK = {"quantity", "assignment"}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "target": {"comparator": Comparator.EQUAL, "binding": Binding.UNSPECIFIED},
    "quantity": {"comparator": Comparator.EQUAL},
    "deadline": {"kind": DeadlineKind.BY},
    "consequence": {"kind": "other"},
}
_FAR = 1_000_000  # out of the way while clauses are numbered anew


def add(
    plan: Plan,
    actor: Any,
    kind: str,
    *,
    span: tuple[int, int] | None = None,
    clause: Clause | None = None,
    task: Task | None = None,
    reason: str = "",
    **fields: Any,
) -> Any:
    """Add a target, task, clause, deadline, quantity, assignment or consequence to a plan.

    Parameters
    ----------
    kind
        a key of `KINDS`
    span
        first character of the words in the document and the one after their last; without it, the thing has
        no words (`quote` is empty) and `clause` or `task` says where it stands
    task
        what a quantity or assignment, and if there is one a deadline or consequence, hangs on
    fields
        the fields in `correctable` of the kind; `regions` of a target or task; `unit` of an assignment;
        `number` of a task

    Returns
    -------
    what was added, accepted by whoever added it, with `origin` `added`

    Raises
    ------
    LantianError
        the words lie outside the document, something that is needed is missing, or a value does not fit
    """
    model = KINDS[kind]
    with transaction.atomic():
        allowed(plan, actor, Capability.REVIEW_PLAN)
        words, start, end = _words(plan, span)
        place = _place(plan, kind, task, clause, start if span else None)
        if not span and place is not None:
            start = end = place.start
        row = _filled(model, kind, fields)
        row.start, row.end = start, end
        if hasattr(row, "quote"):
            row.quote = words
        if hasattr(row, "plan_id"):
            row.plan = plan
        if kind in {"target", "task", "consequence"}:
            row.clause = place
        if kind in {"deadline", "quantity", "assignment", "consequence"}:
            row.task = task
        _complete(row, words)
        sign(row, actor, Review.ACCEPTED, reason)
        if kind == "clause":
            _place_clause(plan, row, clause, span)
        row.save()
        if hasattr(row, "key"):
            row.key = f"A{row.pk}"
            row.save(update_fields=["key"])
        _link(plan, row, actor, fields)
        after = {name: value for name, value in fields.items() if name not in {"regions", "unit"}}
        record(actor, "add", row, reason=reason, after={**after, "words": words, "start": start, "end": end})
    return row


def _place(plan: Plan, kind: str, task: Task | None, clause: Clause | None, at: int | None) -> Clause | None:
    """The clause it stands in."""
    if any(thing is not None and thing.plan_id != plan.pk for thing in (task, clause)):
        raise LantianError(_("this belongs to another plan"), where=plan.title)
    if kind in _NEEDS_TASK and task is None:
        raise LantianError(_("choose the task it hangs on"))
    around = _clause_around(plan, at) if at is not None else None
    place = clause or (task.clause if task else around)
    if kind != "clause" and place is None:
        raise LantianError(_("choose the clause it stands in, or mark its words in the document"))
    return place


def _filled(model: Any, kind: str, fields: dict[str, Any]) -> Any:
    """A new row with the fields that are given, each as its field keeps it."""
    row = model(origin=Origin.ADDED)
    for name, value in {**_DEFAULTS.get(kind, {}), **fields}.items():
        if name == "regions" or (name == "unit" and kind == "assignment"):
            continue
        if name not in model.correctable and not (kind == "task" and name == "number"):
            raise LantianError(_("these cannot be corrected: %(fields)s") % {"fields": name})
        setattr(row, name, cleaned(row, name, value))
    return row


def _words(plan: Plan, span: tuple[int, int] | None) -> tuple[str, int, int]:
    if span is None:
        return "", 0, 0
    text, (start, end) = plan.document.text, span
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise LantianError(_("the marked words lie outside the document"), where=plan.title)
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return text[start:end], start, end


def _clause_around(plan: Plan, at: int) -> Clause | None:
    around = plan.clauses.filter(start__lte=at, end__gt=at, gone=False)
    return around.order_by("-depth", "-start").first() or plan.clauses.first()


def _complete(row: Any, words: str) -> None:
    """What follows from the rest, and what cannot be left out."""
    if isinstance(row, Task):
        row.text = row.text or one_line(words)
        if not row.text and not row.title:
            raise LantianError(_("a task needs a title or words"))
        row.text = row.text or row.title
    if isinstance(row, Target) and not row.indicator:
        raise LantianError(_("a target needs its indicator"))
    if isinstance(row, Clause):
        row.heading = row.heading or one_line(words)[:300]
        if not row.heading and not row.number:
            raise LantianError(_("a clause needs a number or a heading"))
    if isinstance(row, Deadline | Target):
        row.last_day = last_day(row.by)
    if (
        isinstance(row, Deadline)
        and not row.by
        and row.kind not in {DeadlineKind.RECURRING, DeadlineKind.EVENT}
    ):
        raise LantianError(_("a deadline needs its date"), remedy=_("Write 2025, 2025-10 or 2025-10-31."))
    if isinstance(row, StatedConsequence):
        row.then_words = row.then_words or one_line(words)
        if not row.then_words:
            raise LantianError(_("say what will follow"))
    if isinstance(row, Quantity) and row.value is None:
        raise LantianError(_("a quantity needs its number"))
    if isinstance(row, Assignment):
        row.written = (row.written or one_line(words))[:200]


def _link(plan: Plan, row: Any, actor: Any, fields: dict[str, Any]) -> None:
    """Regions, units, and the task's due day."""
    if isinstance(row, Target | Task):
        regions: list[Region] | None = fields.get("regions")
        row.regions.set(regions if regions else [plan.region] if isinstance(row, Target) else [])
    if isinstance(row, Deadline) and row.task is not None:
        refresh_dates(row.task)
    if isinstance(row, Assignment):
        unit: Unit | None = fields.get("unit")
        if not row.written and unit is None:
            raise LantianError(_("choose a unit or write its name"))
        if unit is not None:
            row.written = row.written or unit.name
            bind(row, unit)
        else:
            Writer.of(plan, getattr(actor, "user", actor)).resolve(row)
        row.save()


def _place_clause(plan: Plan, row: Clause, above: Clause | None, span: tuple[int, int] | None) -> None:
    """Where a new clause stands in the tree: under the clause that is named, else under the one around it."""
    row.parent = above or (_clause_around(plan, row.start) if span else None)
    row.depth = row.parent.depth + 1 if row.parent else 0
    row.path = "/".join(filter(None, [row.parent.path if row.parent else "", row.number]))[:120]
    row.part = row.parent.part if row.parent else None
    later = plan.clauses.filter(order__gt=row.parent.order) if row.parent else plan.clauses.none()
    if span:
        later = later.filter(start__gt=row.start)
    elif row.parent:
        later = later.exclude(path__startswith=f"{row.parent.path}/")
    following = later.order_by("order").first()
    last = plan.clauses.order_by("-order").values_list("order", flat=True).first()
    row.order = following.order if following else (0 if last is None else last + 1)
    # Two steps: a database checks the order to be unique row by row.
    plan.clauses.filter(order__gte=row.order).update(order=F("order") + _FAR)
    plan.clauses.filter(order__gte=_FAR).update(order=F("order") - _FAR + 1)
