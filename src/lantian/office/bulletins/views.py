"""Pages of bulletins: the list, one bulletin, its papers, its history; the public read the published ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.bulletins import actions, files, papers, periods, rules, table
from lantian.office.bulletins.models import Bulletin
from lantian.office.frame.views import page
from lantian.office.monitoring import series, words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.monitoring.requests import read_period
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404
from lantian.office.rankings import asking

PER_PAGE = 20
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def bulletin_list(request: HttpRequest) -> HttpResponse:
    """Bulletins of one's regions, and what others published; the anonymous see the published ones."""
    published = Bulletin.objects.published().select_related("region", "supersedes")
    if not request.user.is_authenticated:
        pages = Paginator(published, PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "bulletins/public_list.html", {"title": _("Bulletins"), "pages": pages})
    own = Bulletin.objects.visible_to(request.user).select_related("region", "supersedes", "issued_by")
    form: dict[str, Any] = {}
    if rules.may_issue(request.user):
        if request.method == "POST":
            answer = _freeze(request)
            if answer is not None:
                return answer
        form = _form(request)
    pages = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    others = published.exclude(pk__in=own.values("pk"))[:PER_PAGE]
    return page(
        request,
        "bulletins/list.html",
        {"title": _("Bulletins"), "pages": pages, "others": others, "form": form},
    )


def _form(request: HttpRequest) -> dict[str, Any]:
    """What the form offers; what was sent stands in it again."""
    newest = series.last_full_month()
    if newest is None:
        return {}
    offered = rules.choices(request.user, newest.last)
    if not offered:
        return {}
    sent = request.POST
    return {
        "pool_groups": asking.grouped(offered),
        "period_groups": periods.choices(),
        "pool": sent.get("pool", ""),
        "period": sent.get("period", newest.label),
        "issuer": sent.get("issuer", request.user.unit.name if request.user.unit else ""),
        "remark": sent.get("remark", ""),
    }


def _freeze(request: HttpRequest) -> HttpResponse | None:
    try:
        period: Period = read_period(request.POST.get("period", ""))
        draft = actions.make_draft(
            request,
            request.POST.get("pool", ""),
            period,
            issuer=request.POST.get("issuer", "")[:120],
            remark=request.POST.get("remark", "")[:2000],
        )
    except LantianError as error:
        messages.error(request, error.line)
        return None
    messages.success(request, _("The figures are frozen as a draft. Read it, then issue it."))
    return redirect(draft)


def readable_or_404(request: HttpRequest, pk: int) -> Bulletin:
    """A bulletin this person, or the anonymous, may read."""
    found = Bulletin.objects.select_related("region", "supersedes").filter(pk=pk).first()
    if found is None or not rules.files_open(found, request.user):
        raise Http404(_("There is nothing at this address."))
    return found


def inside(request: HttpRequest, found: Bulletin) -> bool:
    """Whether the bulletin lies in this person's scope, and the public face was not asked for."""
    return (
        "public" not in request.GET and Bulletin.objects.visible_to(request.user).filter(pk=found.pk).exists()
    )


def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """One bulletin, as frozen."""
    found = readable_or_404(request, pk)
    within = inside(request, found)
    side = table.RAW if request.GET.get("days") == "all" and table.has_raw(found) else "main"
    later = getattr(found, "superseded_by", None)
    context: dict[str, Any] = {
        "title": found.title,
        "subtitle": " · ".join(part for part in (found.label, found.issuer) if part),
        "bulletin": found,
        "text": found.text,
        "lines": table.lines(found, side),
        "side": side,
        "has_raw": table.has_raw(found),
        "columns": [INDICATORS[key] for key in STATISTICS],
        "notes": papers.notes(found),
        "regime_words": words.regime(found.regime),
        "later": later if later is not None and (within or later.is_public) else None,
        "faults": files.faults(found),
        "within": within,
        "language": "en" if (get_language() or "").startswith("en") else "zh",
    }
    if not within:
        return render(request, "bulletins/public.html", context)
    context |= {
        "may_issue": rules.may_issue(request.user),
        "waiting": later if later is not None and later.is_draft else None,
        "crumbs": [(_("Bulletins"), reverse("bulletins:list"))],
    }
    return page(request, "bulletins/bulletin.html", context)


def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A paper in the active language: as issued, or of a draft as it would be."""
    found = readable_or_404(request, pk)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    content = files.paper_of(found, f"{language}.{kind}")
    if content is None:
        content = papers.as_word(found) if kind == "docx" else papers.as_excel(found)
    answer = HttpResponse(content, content_type=TYPES[kind])
    name = f"{found.title} {found.label}".strip()
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    return answer


@login_required
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a draft."""
    found = get_visible_or_404(Bulletin, request.user, pk=pk)
    try:
        found = actions.issue(
            request,
            found,
            public=request.POST.get("public") == "on",
            reason=request.POST.get("reason", "")[:300],
        )
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)
    messages.success(request, _("Issued as %(number)s.") % {"number": found.label})
    return redirect(found)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = get_visible_or_404(Bulletin, request.user, pk=pk)
    try:
        actions.discard(request, found, request.POST.get("reason", "")[:300])
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)
    messages.success(request, _("The draft is thrown away."))
    return redirect("bulletins:list")


@login_required
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft of the same bulletin from today's figures."""
    found = get_visible_or_404(Bulletin, request.user, pk=pk)
    try:
        draft = actions.correct(request, found)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect("bulletins:changes", pk=pk)
    messages.success(
        request,
        _("A corrected bulletin is frozen as a draft. Once issued it takes the place of the old one."),
    )
    return redirect(draft)


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done with a bulletin, by whom."""
    found = get_visible_or_404(Bulletin, request.user, pk=pk)
    log = Paginator(history_of(found, request.user), 50).get_page(request.GET.get("page"))
    way = [(_("Bulletins"), reverse("bulletins:list")), (str(found), found.get_absolute_url())]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})
