"""The same plan again: what is loaded already and looks alike, and a newer version that takes its place."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.plans import reach
from lantian.office.plans.matching import Thing, pairs
from lantian.office.plans.models import Deadline, Plan, ProgressReport, Share, Task
from lantian.office.plans.reviewing import refresh_dates
from lantian.office.plans.terms import NameHow, PlanStatus, State
from lantian.office.regions.models import Region


class LooksAlikeError(LantianError):
    """A plan of the same region and title, or document number, is loaded; `plans` are those."""

    def __init__(self, plans: list[Plan], name: str) -> None:
        self.plans = plans
        first = plans[0]
        super().__init__(
            _("plan %(number)s of this region has the same title or document number: %(title)s")
            % {"number": first.pk, "title": first.title},
            where=name,
            remedy=_(
                "Say whether this is a newer version that replaces it, the same document to be read again, "
                "or another plan."
            ),
        )


def alike(home: Region, title: str, doc_no: str) -> list[Plan]:
    """The plans of a region that a document with this title or number could be another copy or version of."""
    found: QuerySet[Plan] = Plan.objects.filter(region=home).exclude(status=PlanStatus.SUPERSEDED)
    title, doc_no = _folded(title), _folded(doc_no)
    return [
        plan
        for plan in found.order_by("-pk")
        if (doc_no and _folded(plan.doc_no) == doc_no) or (title and _folded(plan.title) == title)
    ]


def replaceable(plan: Plan, home: Region, name: str) -> Plan:
    """The plan, if a newer one of this region may take its place.

    Raises
    ------
    LantianError
        it is another region's, or was replaced already
    """
    row = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if row.region_id != home.pk:
        raise LantianError(_("a newer version must be of the same region"), where=name)
    if row.status == PlanStatus.SUPERSEDED:
        raise LantianError(_("a newer version has replaced this plan"), where=row.title)
    return row


def decided_names(plan: Plan) -> dict[str, Any]:
    """What a person said the names of a plan mean."""
    return {n.written: n.unit for n in plan.unit_names.filter(how=NameHow.PERSON) if n.unit}


def supersede(old: Plan, new: Plan, actor: Any) -> int:
    """Let a newer version take a plan's place; gives on how many tasks progress was carried over.

    State, percent, shares and met deadlines of a task go to the task of the new version that it is; the
    reports stay where they were made, and the new task says where its state comes from.
    """
    mine = {t.pk: t for t in old.tasks.select_related("clause")}
    theirs = {t.pk: t for t in new.tasks.select_related("clause")}
    found = pairs([_thing(t) for t in mine.values()], [_thing(t) for t in theirs.values()])
    carried = 0
    with reach.together():
        for new_pk, old_pk in found.items():
            carried += _carry(mine[old_pk], theirs[new_pk], old)
    before = {"status": old.status}
    old.status = PlanStatus.SUPERSEDED
    old.save(update_fields=["status"])
    reach.refresh_plan(old)
    record(
        actor, "supersede", old, reason=new.title, before=before, after={"status": old.status, "by": new.pk}
    )
    record(actor, "replace", new, reason=old.title, after={"replaces": old.pk, "tasks_carried_over": carried})
    return carried


def _carry(old: Task, new: Task, plan: Plan) -> bool:
    met = {d.pk: d.met_on for d in old.deadlines.exclude(met_on=None)}
    shares = list(old.shares.all())
    if old.state == State.NOT_STARTED and not shares and not met:
        return False
    new.state, new.percent = old.state, old.percent
    new.save(update_fields=["state", "percent"])
    for share in shares:
        Share.objects.create(task=new, region_id=share.region_id, state=share.state, percent=share.percent)
    held, fresh = old.deadlines.all(), list(new.deadlines.all())
    for new_pk, old_pk in pairs([_date(d) for d in held], [_date(d) for d in fresh]).items():
        if old_pk in met:
            Deadline.objects.filter(pk=new_pk).update(met_on=met[old_pk])
    refresh_dates(new)
    ProgressReport.objects.create(
        task=new, state=new.state, percent=new.percent, reported_by=None,
        note=_("Carried over on %(day)s from the version before: %(title)s")
        % {"day": clock.today(), "title": plan.title},
    )  # fmt: skip
    return True


def _thing(task: Task) -> Thing:
    return Thing(task.pk, task.clause.path, str(task.as_read.get("text", task.text)), task.number)


def _date(deadline: Deadline) -> Thing:
    return Thing(deadline.pk, "", f"{deadline.quote}{deadline.what}" or deadline.by)


def _folded(words: str) -> str:
    return re.sub(r"[\s《》〔〕\[\]（）()“”\"]", "", words or "")
