"""What changed since a bulletin: page, Excel, panel; and the explanations behind both figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.errors import LantianError
from lantian.office.bulletins import comparing, explanations, rules, table
from lantian.office.bulletins import words as cause_words
from lantian.office.bulletins.comparing import FIGURES, RATE, Line
from lantian.office.bulletins.models import Bulletin, Status
from lantian.office.bulletins.texts import unit_name
from lantian.office.bulletins.views import inside, readable_or_404
from lantian.office.frame import panels as frame_panels
from lantian.office.frame.views import page
from lantian.office.monitoring import kernel
from lantian.office.monitoring.exporting import as_html
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS, shown_unit
from lantian.office.people.scope import get_visible_or_404
from lantian.office.rankings.export import as_xlsx

PER_PAGE = 100
SHOWN_ON_PANEL = 4

GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "concentrations": (gettext_lazy("Concentrations"), STATISTICS),
    "index": (gettext_lazy("Index and rank"), ("composite_index", RATE, "composite_rank")),
    "days": (gettext_lazy("Counted days"), ("good_days", "heavy_days", "days_used")),
    "aqi": (gettext_lazy("AQI of days"), ("aqi",)),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the page: words instead of codes, and the addresses of both explanations."""

    unit: str
    figure: str
    measure: str
    day: date | None
    before: str
    after: str
    causes: tuple[tuple[str, str], ...]
    then_url: str
    now_url: str


@login_required
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Every figure that moved since, filtered by unit, figure and reason."""
    found = get_visible_or_404(Bulletin.objects.select_related("region"), request.user, pk=pk)
    side = _side(request, found)
    context: dict[str, Any] = {
        "title": _("What changed since the bulletin"),
        "subtitle": str(found),
        "bulletin": found,
        "crumbs": [(_("Bulletins"), reverse("bulletins:list")), (str(found), found.get_absolute_url())],
        "has_raw": table.has_raw(found),
        "side": side,
        "version": kernel.data_version(),
        "later": getattr(found, "superseded_by", None),
        "may_correct": rules.may_issue(request.user) and found.status == Status.ISSUED,
    }
    try:
        lines = comparing.moved(found, side)
    except LantianError as error:
        return page(request, "bulletins/changes.html", context | {"problem": error.line})
    picked = _filtered(request, lines)
    pages = Paginator(picked, PER_PAGE).get_page(request.GET.get("page"))
    names = _names(found)
    context |= {
        "all": len(lines),
        "picked": len(picked),
        "pages": pages,
        "rows": shown(found, list(pages.object_list), names, side),
        "units": [(code, name) for code, name in _units(found) if code in {line.code for line in lines}],
        "figure_groups": [(key, title) for key, (title, _keys) in GROUPS.items()],
        "kinds": [(code, cause_words.kind(code)) for code in cause_words.KINDS if _has_kind(lines, code)],
        "chosen": {name: request.GET.get(name, "") for name in ("unit", "figures", "kind")},
        "counts": [
            (cause_words.kind(code), sum(code in line.kinds for line in lines))
            for code in cause_words.KINDS
            if _has_kind(lines, code)
        ],
    }
    return page(request, "bulletins/changes.html", context)


@login_required
def changes_excel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same lines as Excel."""
    found = get_visible_or_404(Bulletin, request.user, pk=pk)
    side = _side(request, found)
    try:
        lines = _filtered(request, comparing.moved(found, side))
    except LantianError as error:
        raise Http404(error.line) from error
    head = [_("Unit"), _("Figure"), _("Day"), _("In the bulletin"), _("Now"), _("Kind of reason"), _("Why")]
    rows = [
        [
            line.unit,
            line.figure,
            line.day.isoformat() if line.day else None,
            line.before,
            line.after,
            _(", ").join(kind for kind, _text in line.causes),
            "; ".join(text for _kind, text in line.causes),
        ]
        for line in shown(found, lines, _names(found), side)
    ]
    notes = [
        _("What changed since the bulletin"),
        str(found),
        _("Data version %(before)d in the bulletin, %(now)d now.")
        % {"before": found.data_version, "now": kernel.data_version()},
    ]
    return as_xlsx(_("%(title)s, changes since") % {"title": found.title}, head, rows, notes)


@login_required
def changes_panel(request: HttpRequest, code: str) -> HttpResponse:
    """What moved since the last bulletin of a region."""
    region = frame_panels.region_of(request, code)
    found = (
        Bulletin.objects.visible_to(request.user)
        .filter(region__path=region.path, status=Status.ISSUED)
        .order_by("-issued_at", "-pk")
        .first()
    )
    context: dict[str, Any] = {"bulletin": found, "may_issue": rules.may_issue(request.user)}
    if found is not None:
        try:
            lines = comparing.moved(found)
        except LantianError as error:
            return render(request, "bulletins/panel.html", context | {"problem": error.line})
        telling = [line for line in lines if line.date is None]
        context |= {
            "all": len(lines),
            "units": len({line.code for line in lines}),
            "rows": shown(found, telling[:SHOWN_ON_PANEL], _names(found), "main"),
        }
    return render(request, "bulletins/panel.html", context)


def explain(request: HttpRequest, pk: int, code: str, figure: str) -> HttpResponse:
    """How a figure of a bulletin was computed, as one page to print; of a published one for everybody."""
    found = readable_or_404(request, pk)
    text = request.GET.get("day", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Http404(_("There is no such day.")) from error
    state = explanations.NOW if request.GET.get("state") == explanations.NOW else explanations.THEN
    try:
        answer = explanations.explanation(
            found, code, figure, state=state, side=_side(request, found), day=day,
            public=not inside(request, found),
        )  # fmt: skip
    except LantianError as error:
        raise Http404(error.line) from error
    return HttpResponse(as_html(answer))


def shown(found: Bulletin, lines: Sequence[Line], names: dict[str, str], side: str) -> list[Shown]:
    """Lines in the words of the page."""
    rows = []
    for line in lines:
        base = reverse("bulletins:explain", args=[found.pk, line.code, line.figure])
        query = f"?day={line.date}" if line.date else "?"
        query += "&days=all" if side == table.RAW else ""
        explained = line.code and line.figure in explanations.EXPLAINED
        rows.append(
            Shown(
                names.get(line.place, line.place),
                cause_words.figure(line.figure),
                _unit_of(line.figure),
                line.date,
                line.before if line.before is not None else "—",
                line.after if line.after is not None else "—",
                tuple((cause_words.kind(one.kind), cause_words.said(one, names)) for one in line.causes),
                f"{base}{query}&state=then" if explained and line.before is not None else "",
                f"{base}{query}&state=now" if explained and line.after is not None else "",
            )
        )
    return rows


def _unit_of(figure: str) -> str:
    if figure == RATE:
        return "%"
    if figure == "days_used":
        return shown_unit("d")
    return shown_unit(INDICATORS[figure].unit) if figure in INDICATORS else ""


def _side(request: HttpRequest, found: Bulletin) -> str:
    return table.RAW if request.GET.get("days") == "all" and table.has_raw(found) else "main"


def _filtered(request: HttpRequest, lines: Sequence[Line]) -> list[Line]:
    unit, group, kind = (request.GET.get(name, "") for name in ("unit", "figures", "kind"))
    figures = GROUPS[group][1] if group in GROUPS else FIGURES
    return [
        line
        for line in lines
        if (not unit or line.code == unit)
        and line.figure in figures
        and (kind not in cause_words.KINDS or kind in line.kinds)
    ]


def _has_kind(lines: Sequence[Line], kind: str) -> bool:
    return any(kind in line.kinds for line in lines)


def _names(found: Bulletin) -> dict[str, str]:
    return {row["place"]: unit_name(row) for row in found.body["rows"] if row["place"]}


def _units(found: Bulletin) -> list[tuple[str, str]]:
    return [(row["code"], unit_name(row)) for row in found.body["rows"]]
