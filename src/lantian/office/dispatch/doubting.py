"""What a report says that is asked about before it is taken: never refused, never silent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from lantian.office.dispatch.models import Report
from lantian.office.dispatch.states import ReportState
from lantian.office.plans.models import Quantity
from lantian.office.plans.terms import Comparator, State, amount

MORE, LESS, PERCENT, NOT_ALL = "more_than_asked", "less_than_before", "percent_falls", "done_but_not_all"
_FLOORS = (Comparator.EQUAL, Comparator.AT_LEAST, Comparator.MORE, Comparator.INCREASE)


def previous(report: Report) -> Report | None:
    """What this holder said of this task in the last round before, unless it was found false."""
    return (
        Report.objects.filter(task=report.task_id, holder=report.holder, first_submitted_at__isnull=False)
        .exclude(state=ReportState.FALSE)
        .exclude(pk=report.pk)
        .filter(round__opens__lte=report.round.opens)
        .order_by("-round__opens", "-round_id")
        .prefetch_related("quantities")
        .first()
    )


def doubts(report: Report, content: Any) -> list[dict[str, Any]]:
    """What looks wrong in a report, each as a code with its numbers; the numbers are cumulative, so that less
    than before is as odd as more than asked."""
    last = previous(report)
    before = {q.quantity_id: q.done for q in last.quantities.all()} if last else {}
    found: list[dict[str, Any]] = []
    for quantity in report.task.quantities.all():
        now, was = content.done.get(quantity.pk), before.get(quantity.pk)
        if now is None:
            continue
        told = {"quantity": quantity.pk, "what": quantity.line[:80], "now": amount(now, quantity.unit)}
        if was is not None and now < was:
            found.append({"code": LESS, **told, "than": amount(was, quantity.unit)})
        asked = _asked(quantity)
        if asked is not None and now > asked:
            found.append({"code": MORE, **told, "than": amount(asked, quantity.unit)})
        if asked is not None and now < asked and content.progress == State.DONE and report.region_id is None:
            found.append({"code": NOT_ALL, **told, "than": amount(asked, quantity.unit)})
    percent = {State.DONE.value: 100, State.NOT_STARTED.value: 0}.get(content.progress, content.percent)
    if last is not None and last.percent is not None and percent is not None and percent < last.percent:
        found.append({"code": PERCENT, "now": f"{percent}%", "than": f"{last.percent}%"})
    return found


def words(doubt: dict[str, Any]) -> str:
    """A doubt as a question in the active language."""
    told = {key: doubt.get(key, "") for key in ("what", "now", "than")}
    return {
        MORE: _("“%(what)s”: %(now)s done is more than the %(than)s asked. Is that right?"),
        LESS: _("“%(what)s”: %(now)s done is less than the %(than)s of the last report. Is that right?"),
        NOT_ALL: _("“%(what)s”: reported as done with %(now)s of %(than)s. Is that right?"),
        PERCENT: _("%(now)s is less than the %(than)s of the last report. Is that right?"),
    }[doubt["code"]] % told


def _asked(quantity: Quantity) -> Decimal | None:
    """The number a task must reach; None where it is a ceiling or a share, which more of is no doubt."""
    return quantity.value if quantity.comparator in _FLOORS else None
