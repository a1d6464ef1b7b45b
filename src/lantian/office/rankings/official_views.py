"""Pages of official lists and of the office's own pools: list, upload, detail, file, removal, history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.ambient import Period
from lantian.ambient.ranking import read_pools
from lantian.errors import LantianError
from lantian.office.frame.views import own_region, page
from lantian.office.monitoring import kernel, series, words
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.monitoring.requests import read_period
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.rankings import actions, asking, export, official, periods, pools
from lantian.office.rankings import words as rank_words
from lantian.office.rankings.export import Cell
from lantian.office.rankings.models import KeptFile, OfficialRanking, PoolTable

PER_PAGE = 30
STATES = ("all", "different", "open")


def crumbs() -> list[tuple[str, str]]:
    """The way down to the pages of official lists."""
    return [(_("Rankings"), reverse("rankings:ranking"))]


@login_required
def official_lists(request: HttpRequest) -> HttpResponse:
    """The kept lists one may see; whoever may load data adds one here."""
    if request.method == "POST":
        kept = _keep_official(request)
        if kept is not None:
            return redirect(kept)
    found = OfficialRanking.objects.visible_to(request.user).select_related("region", "uploaded_by")
    period = series.last_full_month()
    day = period.last if period else None
    choices = pools.choices(request.user, day) if day else []
    labels = {choice.key: choice.label for choice in choices}
    lists = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "rankings/official.html",
        {
            "title": _("Official lists"),
            "crumbs": crumbs(),
            "lists": lists,
            "rows": [(kept, labels.get(kept.pool, kept.pool), _period_label(kept)) for kept in lists],
            "may_load": can(request.user, Capability.LOAD_DATA),
            "pool_groups": asking.grouped(choices),
            "period_groups": periods.groups(),
            "period": period,
            "chosen": request.POST,
            "bys": [(key, rank_words.short(key)) for key in asking.FIGURES],
            "accept": ",".join(actions.SUFFIXES),
            "hint": rank_words.LIST_HINT,
        },
    )


def _keep_official(request: HttpRequest) -> OfficialRanking | None:
    """Keeps an uploaded list; says on the page what became of it."""
    if not can(request.user, Capability.LOAD_DATA):
        raise PermissionDenied
    try:
        upload = _upload(request)
        period = _period(request.POST.get("other_period", "").strip() or request.POST.get("period", ""))
        pool = request.POST.get("pool", "")
        region = own_region(request)
        if region is None or pools.find(request.user, pool, period.last) is None:
            raise LantianError(_("there is no such pool on that day"), remedy=_("Choose another one."))
        by = request.POST.get("by", "")
        kept, new = actions.keep_official(
            request,
            region,
            upload[0],
            upload[1],
            pool=pool,
            period=period,
            by=by if by in asking.FIGURES else "composite_index",
            document=request.POST.get("document", "").strip()[:300],
        )
    except LantianError as error:
        messages.error(request, error.line)
        return None
    if new:
        text = _("%(name)s: %(places)s places taken, %(refused)s rows refused.")
        messages.success(request, text % {"name": kept.name, "places": kept.places, "refused": kept.refused})
    else:
        messages.info(request, _("This list is kept already; nothing was changed."))
    return kept


def _upload(request: HttpRequest) -> tuple[str, bytes]:
    upload = request.FILES.get("file")
    if upload is None:
        raise LantianError(_("no file was chosen"), remedy=_("Choose a table in CSV or Excel."))
    name = Path(upload.name or "").name
    if (upload.size or 0) > actions.MAX_BYTES:
        raise LantianError(_("the file is too large for a ranking"), where=name)
    return name, upload.read()


def _period(text: str) -> Period:
    try:
        return read_period(text)
    except LantianError as error:
        raise LantianError(
            _("“%(text)s” is no period; write 2026-06, 2026-Q2, 2026 or two days.") % {"text": text}
        ) from error


def _period_label(kept: OfficialRanking) -> str:
    return periods.label(Period.parse(kept.period))


@login_required
def official_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list beside ours, each difference explained in words."""
    kept = get_visible_or_404(
        OfficialRanking.objects.select_related("region", "uploaded_by"), request.user, pk=pk
    )
    regime = request.GET.get("regime", "")
    regime = regime if regime in kernel.regimes() else ""
    context: dict[str, Any] = {
        "title": kept.document or kept.name,
        "crumbs": [*crumbs(), (_("Official lists"), reverse("rankings:official"))],
        "kept": kept,
        "period_label": _period_label(kept),
        "by": INDICATORS[kept.by],
        "may_load": can(request.user, Capability.LOAD_DATA),
    }
    found, problem = _beside(kept, request, regime)
    state = request.GET.get("state", "")
    state = state if state in STATES else "all"
    if found is not None:
        context |= {
            "found": found,
            "rows": _of_state(found, state),
            "state": state,
            "states": [("all", _("all")), ("different", _("different")), ("open", _("unexplained"))],
            "pool_label": found.ask.pool.label,
            "regime_words": words.regime(found.regime),
            "regime_name": found.regime,
            "regimes": [(name, words.regime(name)) for name in kernel.regimes()],
            "source": words.source(found.source),
            "counts": rank_words.codes_of(found.counts),
            "refusals": [refusal.line for refusal in found.theirs.refusals],
        }
    return page(request, "rankings/official_list.html", context | {"problem": problem})


def _beside(kept: OfficialRanking, request: HttpRequest, regime: str) -> tuple[official.Beside | None, str]:
    if not kept.path.is_file():
        return None, _("The file is no longer in the office's data folder.")
    try:
        found = official.beside(kept, request.user, regime)
    except LantianError as error:
        return None, rank_words.mistake(error, kept.name)
    return found, "" if found else _("The pool of this list is not there any more for your account.")


def _of_state(found: official.Beside, state: str) -> list[official.OfficialRow]:
    if state == "different":
        return [row for row in found.rows if row.codes != ("same",)]
    return [row for row in found.rows if state == "all" or row.state == "open"]


@login_required
@require_GET
def official_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The comparison as CSV or Excel."""
    kept = get_visible_or_404(OfficialRanking, request.user, pk=pk)
    regime = request.GET.get("regime", "")
    found, problem = _beside(kept, request, regime if regime in kernel.regimes() else "")
    if found is None or kind not in export.KINDS:
        raise Http404(problem)
    head = [
        _("Unit"), _("Rank in the list"), _("Our rank"), _("Difference of ranks"), _("Value in the list"),
        _("Our value"), _("Difference of values"), _("Why"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            row.label, row.their_rank, row.our_rank, row.rank_difference, row.their_value, row.ours.value,
            row.value_difference, row.words,
        ]
        for row in found.rows
    ]  # fmt: skip
    name = f"{found.ask.pool.label}-{kept.period}-{kept.by}"
    if kind == "csv":
        return export.as_csv(name, head, rows)
    notes = [
        f"{kept.document or kept.name}: {found.ask.pool.label}, {_period_label(kept)}",
        words.regime(found.regime),
    ]
    return export.as_xlsx(name, head, rows, notes)


@login_required
@require_GET
def official_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it came."""
    return _file(get_visible_or_404(OfficialRanking, request.user, pk=pk))


@login_required
@require_GET
def pool_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of pools as it came."""
    return _file(get_visible_or_404(PoolTable, request.user, pk=pk))


def _file(kept: KeptFile) -> HttpResponse:
    if not kept.path.is_file():
        raise Http404(_("The file is no longer in the office's data folder."))
    headers = {"Content-Disposition": content_disposition_header(True, kept.name) or "attachment"}
    return HttpResponse(kept.path.read_bytes(), content_type="application/octet-stream", headers=headers)


@login_required
@require_GET
def official_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done to a list, by whom and why."""
    kept = get_visible_or_404(OfficialRanking, request.user, pk=pk)
    log = Paginator(history_of(kept, request.user), 50).get_page(request.GET.get("page"))
    way = [
        *crumbs(),
        (_("Official lists"), reverse("rankings:official")),
        (str(kept), kept.get_absolute_url()),
    ]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})


@login_required
@require_POST
def official_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a list out, with a reason."""
    kept = get_visible_or_404(OfficialRanking, request.user, pk=pk)
    try:
        actions.remove(request, kept, request.POST.get("reason", ""))
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(kept)
    messages.success(request, _("The list was removed."))
    return redirect("rankings:official")


@login_required
def pool_tables(request: HttpRequest) -> HttpResponse:
    """The office's own pools; whoever may load data adds a table here."""
    if request.method == "POST":
        if not can(request.user, Capability.LOAD_DATA):
            raise PermissionDenied
        region = own_region(request)
        try:
            if region is None:
                raise LantianError(_("your account has no region"))
            name, content = _upload(request)
            document = request.POST.get("document", "").strip()[:300]
            _table, new = actions.keep_pools(request, region, name, content, document)
        except LantianError as error:
            messages.error(request, error.line)
        else:
            text = _("The pools are kept.") if new else _("This table is kept already; nothing was changed.")
            messages.success(request, text)
            return redirect("rankings:pools")
    rows = []
    for table in PoolTable.objects.visible_to(request.user).select_related("region", "uploaded_by"):
        try:
            found = read_pools(table.path)
            names = pools.names_of(table)
            rows.append((table, names, [refusal.line for refusal in found.refusals], ""))
        except LantianError as error:
            rows.append((table, [], [], rank_words.mistake(error, table.name)))
    context = {
        "title": _("Pools of our own"),
        "crumbs": crumbs(),
        "tables": rows,
        "may_load": can(request.user, Capability.LOAD_DATA),
        "accept": ",".join(actions.SUFFIXES),
        "hint": rank_words.POOL_HINT,
    }
    return page(request, "rankings/pools.html", context)


@login_required
@require_POST
def pool_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a table of pools out, with a reason."""
    table = get_visible_or_404(PoolTable, request.user, pk=pk)
    try:
        actions.remove(request, table, request.POST.get("reason", ""))
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("The table was removed."))
    return redirect("rankings:pools")
