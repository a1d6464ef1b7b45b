"""The bulletin of one day: a page to be printed, and a Word paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lantian.office.findings import rules
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.papers import Paper

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
def day(request: HttpRequest, text: str = "") -> HttpResponse:
    """Counts per unit, what was found that day, what is late."""
    on = _day(text or request.GET.get("day", "")) or clock.today()
    today, table = rules.day_table(request.user, on)
    context = {
        "title": _("Problems found on %(day)s") % {"day": on.isoformat()},
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "day": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "rows": today,
        "table": table,
        "total": _total(table),
    }
    return page(request, "findings/day.html", context)


@login_required
def day_docx(request: HttpRequest, text: str) -> HttpResponse:
    """The same as a Word paper."""
    on = _day(text)
    if on is None:
        raise Http404
    answer = HttpResponse(paper(request.user, on), content_type=WORD)
    name = _("Problems found on %(day)s") % {"day": on.isoformat()}
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.docx") or "attachment"
    return answer


def paper(user: Any, on: date) -> bytes:
    """A day's bulletin as .docx in the active language, of what a person sees."""
    today, table = rules.day_table(user, on)
    issuer = user.unit.label if user.unit else user.region.label if user.region else ""
    title = _("Problems found on %(day)s") % {"day": on.isoformat()}
    written = Paper(title, author=issuer, moment=clock.now())
    written.heading(title)
    written.under([issuer])
    written.simulated()
    found, waiting, late, closed = _total(table)
    numbers = {"found": found, "waiting": waiting, "late": late, "closed": closed}
    written.body(
        _(
            "That day %(found)d problems were found and %(closed)d closed; %(waiting)d are unfinished, "
            "%(late)d of them past their time limit."
        )
        % numbers
    )
    if table:
        written.heading(_("By unit responsible"), size=13)
        heads = [
            _("Unit responsible"), _("Found that day"), _("Kinds of problems"), _("Unfinished"), _("Late"),
            _("Closed that day"),
        ]  # fmt: skip
        lines = [(one.name, one.found, one.kinds, one.waiting, one.late, one.rectified) for one in table]
        widths = [42, 18, 44, 18, 18, 18]
        written.table(heads, [*lines, (_("Together"), found, "", waiting, late, closed)],
                      widths=widths, left=[0, 2])  # fmt: skip
    if today:
        written.landscape()
        written.heading(_("Found that day"), size=13)
        heads = [_("Region"), _("Problem"), _("What was found"), _("Unit responsible"), _("State")]
        rows = [
            (
                row.region.label, f"{row.kind_label} · {row.place}", row.words,
                row.unit.label if row.unit else None, row.state_label,
            )
            for row in today
        ]  # fmt: skip
        written.table(heads, rows, widths=[32, 70, 90, 40, 26], left=[0, 1, 2])
    written.note(_("Unfinished and late count all problems found up to that day, as they stand now."))
    return written.content()


def _total(table: list[rules.UnitDay]) -> tuple[int, int, int, int]:
    """Found, unfinished, late and closed, together."""
    return (
        sum(line.found for line in table),
        sum(line.waiting for line in table),
        sum(line.late for line in table),
        sum(line.rectified for line in table),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
