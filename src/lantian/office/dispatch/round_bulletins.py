"""The bulletin of a round: frozen with its hash when it is issued."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch import papers, table
from lantian.office.dispatch.bulletin_models import canonical
from lantian.office.dispatch.models import Round, RoundBulletin
from lantian.office.dispatch.states import runs
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.plans.terms import State
from lantian.office.regions.models import Region


def issue_round_bulletin(round_: Round, actor: Any, *, issuer: str = "", remark: str = "") -> RoundBulletin:
    """Count a round as it is now, freeze it, write its papers, give it its number.

    Raises
    ------
    LantianError
        its reports are not due yet and the round is open: nobody is late so far
    PermissionDenied
        the actor does not run dispatch in this region
    """
    person = getattr(actor, "user", actor)
    if person is not None and not runs(round_, person):
        raise PermissionDenied
    if round_.is_open and not round_.is_past_due:
        raise LantianError(
            _("the reports of this round are not due yet"),
            where=str(round_),
            remedy=_("Wait for the day, or close the round."),
        )
    with transaction.atomic():
        # Numbers of a region are given one after the other: its row is the lock.
        Region.objects.select_for_update().get(pk=round_.region_id)
        now = clock.now()
        year = timezone.localtime(now).year
        last = RoundBulletin.objects.filter(region=round_.region, year=year).aggregate(last=Max("number"))
        unit = person.unit.name if person is not None and person.unit else round_.region.name
        made = RoundBulletin(
            round=round_, region=round_.region, year=year, number=(last["last"] or 0) + 1,
            issuer=issuer.strip()[:120] or unit, remark=remark.strip(), issued_by=person, issued_at=now,
            content=canonical(content_of(round_)),
        )  # fmt: skip
        made.papers = papers.kept(papers.bulletin_paper, made)
        made.hash = made.digest()
        made.save()
        record(
            actor, "issue_round_bulletin", made,
            after={"number": made.number, "hash": made.hash, "total": made.body["total"]},
        )  # fmt: skip
    return made


def content_of(round_: Round) -> dict[str, Any]:
    """Everything a bulletin shows, as plain values; names as the office's language has them."""
    with translation.override("zh-hans"):
        reports = list(table.reports_of(round_))
        units, regions = table.rows_of(round_, reports)
        today = clock.today()
        return {
            "round": str(round_),
            "due": round_.due.isoformat(),
            "counted_at": clock.now().isoformat(),
            "closed": round_.is_closed,
            "unheld": round_.unheld,
            "columns": list(table.COLUMNS),
            "units": [_plain(row) for row in units],
            "regions": [_plain(row) for row in regions],
            "total": table.total_of([*units, *regions]),
            "lagging": [one for report in reports if (one := _lagging(report, round_, today))],
        }


def _plain(row: table.Row) -> dict[str, Any]:
    return {"key": row.key, "label": row.label, "counts": row.counts}


def _lagging(report: Any, round_: Round, today: Any) -> dict[str, Any] | None:
    """A task to be named: past its deadline and not verified as done, not reported, or reported falsely."""
    done = report.state == "verified" and report.progress == State.DONE
    due = report.task.due
    why = [name for name in table.marks(report, round_) if name in {"missing", "false"}]
    if due is not None and due < today and not done:
        why.append("overdue")
    if not why:
        return None
    return {
        "task": str(report.task),
        "task_id": report.task_id,
        "holder": report.holder_label,
        "due": due.isoformat() if due else None,
        "percent": report.percent,
        "why": why,
    }
