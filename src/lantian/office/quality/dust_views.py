"""Pages of days taken out: the lists, their effect, hours that look like dust."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lantian.ambient.events import write_day_list
from lantian.ambient.events.candidates import proposed
from lantian.errors import LantianError
from lantian.office.frame.views import own_region, page
from lantian.office.monitoring import kernel, series
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.monitoring.words import period as period_words
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.quality import dust, event_days, words
from lantian.office.quality.models import EventEntry, EventList
from lantian.office.rankings import export, periods
from lantian.office.regions.models import Region

PER_PAGE = 40


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The pages about days taken out."""
    pages = (
        ("lists", _("Days taken out"), reverse("quality:day-lists")),
        ("effect", _("With and without"), reverse("quality:dust-effect")),
        ("candidates", _("Hours that look like dust"), reverse("quality:dust-candidates")),
    )
    return [(label, url, name == here) for name, label, url in pages]


@login_required
def day_lists(request: HttpRequest) -> HttpResponse:
    """Every entry one may see; whoever may review data uploads a list here."""
    if request.method == "POST":
        kept = _keep(request)
        if kept is not None:
            return redirect(kept)
    entries = EventEntry.objects.visible_to(request.user).select_related(
        "region", "event_list", "withdrawn_by"
    )  # fmt: skip
    lists = EventList.objects.visible_to(request.user).select_related("region", "uploaded_by")
    pages = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(lists[:50])
    counts = _counts(shown, request.user)
    context = {
        "title": _("Dust days"),
        "subtitle": _("Official days that are taken out of evaluations, and what that changes"),
        "tabs": tabs("lists"),
        "pages": pages,
        "rows": [_row(entry) for entry in pages.object_list],
        "lists": [(one, counts[one.pk]) for one in shown],
        "may_review": can(request.user, Capability.REVIEW_DATA),
        "accept": ",".join(event_days.SUFFIXES),
    }
    return page(request, "quality/day_lists.html", context)


def _row(entry: EventEntry) -> dict[str, Any]:
    return {
        "entry": entry,
        "region": entry.region.label,
        "items": words.item_labels(entry.pollutants),
        "scopes": words.scopes(entry.uses),
    }


def _counts(lists: Sequence[EventList], user: Any) -> dict[int, dict[str, int]]:
    """Of each list: entries a person may see, those still in force, and those of other regions."""
    counts = {one.pk: {"seen": 0, "active": 0, "other": 0} for one in lists}
    entries = EventEntry.objects.filter(event_list__in=counts)
    seen = set(entries.visible_to(user).values_list("pk", flat=True))
    for pk, of, withdrawn in entries.values_list("pk", "event_list", "withdrawn_at"):
        row = counts[of]
        row["seen" if pk in seen else "other"] += 1
        row["active"] += pk in seen and withdrawn is None
    return counts


def _keep(request: HttpRequest) -> EventList | None:
    try:
        upload = request.FILES.get("file")
        if upload is None:
            raise LantianError(_("no file was chosen"), remedy=_("Choose a table in CSV or Excel."))
        if (upload.size or 0) > event_days.MAX_BYTES:
            raise LantianError(_("the file is too large for a list of days"), where=upload.name or "")
        region = own_region(request)
        if region is None:
            raise LantianError(_("your account has no region"))
        document = request.POST.get("document", "").strip()
        kept = event_days.keep(request, region, Path(upload.name or "").name, upload.read(), document)
    except LantianError as error:
        messages.error(request, error.line)
        return None
    number = kept.entries.count()
    text = ngettext("%(number)d entry taken.", "%(number)d entries taken.", number) % {"number": number}
    if kept.refusals:
        refused = len(kept.refusals)
        more = ngettext("%(number)d row refused.", "%(number)d rows refused.", refused)
        text = f"{text} {more % {'number': refused}}"
    messages.success(request, text)
    return kept


@login_required
def day_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: its document, its entries, the rows that were refused."""
    one = _visible(request, pk)
    entries = one.entries.visible_to(request.user).select_related("region", "withdrawn_by")
    own = request.user.is_superuser or (
        request.user.region is not None and one.region.path.startswith(request.user.region.path)
    )
    context = {
        "title": str(one),
        "crumbs": [(_("Dust days"), reverse("quality:day-lists"))],
        "list": one,
        "counts": _counts([one], request.user)[one.pk],
        "rows": [_row(entry) for entry in entries],
        # Refused rows may name places of other regions: they are for whose list it is.
        "refusals": [words.refusal(told) for told in one.refusals] if own else [],
        "own": own,
        "may_review": can(request.user, Capability.REVIEW_DATA),
    }
    return page(request, "quality/day_list.html", context)


def _visible(request: HttpRequest, pk: int) -> EventList:
    return get_visible_or_404(
        EventList.objects.select_related("region", "uploaded_by"), request.user, pk=pk
    )  # fmt: skip


@login_required
def day_list_file(request: HttpRequest, pk: int) -> Any:
    """The file as it was uploaded; for those whose region the whole list is."""
    one = get_visible_or_404(EventList, request.user, pk=pk)
    user = request.user
    if not user.is_superuser and not (user.region and one.region.path.startswith(user.region.path)):
        raise Http404(_("There is nothing at this address."))
    if not one.path.exists():
        raise Http404(_("There is nothing at this address."))
    return FileResponse(one.path.open("rb"), as_attachment=True, filename=one.name)


@require(Capability.REVIEW_DATA)
@require_POST
def withdraw_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one entry."""
    entry = get_visible_or_404(EventEntry.objects.select_related("event_list"), request.user, pk=pk)
    _withdraw(request, [entry])
    return redirect(entry.event_list)


@require(Capability.REVIEW_DATA)
@require_POST
def withdraw_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw every entry of a list that lies in the person's region."""
    one = get_visible_or_404(EventList, request.user, pk=pk)
    _withdraw(request, list(one.entries.visible_to(request.user).active()))
    return redirect(one)


def _withdraw(request: HttpRequest, entries: list[EventEntry]) -> None:
    try:
        number = event_days.withdraw(request, entries, request.POST.get("reason", ""))
    except LantianError as error:
        messages.error(request, error.line)
    else:
        text = ngettext("%(number)d entry withdrawn.", "%(number)d entries withdrawn.", number)
        messages.success(request, text % {"number": number})


@login_required
def days_xlsx(request: HttpRequest) -> HttpResponse:
    """The entries one may see as an Excel workbook."""
    heads = (
        _("Place"), _("First day"), _("Last day"), _("Pollutants"), _("Taken out of"), _("Source document"),
        _("Reason"), _("List"), _("Withdrawn"), _("Why it was withdrawn"),
    )  # fmt: skip
    entries = EventEntry.objects.visible_to(request.user).select_related("region", "event_list")
    cells = [
        (entry.region.label, str(entry.first), str(entry.last), words.item_labels(entry.pollutants),
         words.scopes(entry.uses), entry.document, entry.reason, str(entry.event_list),
         words.local(entry.withdrawn_at)[:10] if entry.withdrawn_at else "", entry.withdrawn_reason)
        for entry in entries
    ]  # fmt: skip
    return export.as_xlsx("dust-days", heads, cells, [_("Days taken out")])


def _regions(request: HttpRequest) -> list[Region]:
    """The cities a person may see; for a county its own region."""
    seen = Region.objects.visible_to(request.user).filter(valid_to__isnull=True)
    cities = list(seen.filter(level="city").order_by("code"))
    return cities or list(seen.filter(level__in=("county", "zone")).order_by("code"))


@login_required
def effect(request: HttpRequest) -> HttpResponse:
    """Each city's figures of a period with every day, and without the days of the lists."""
    period, problem = periods.asked_period(request, series.last_full_month())
    rows = dust.both(_regions(request), period) if period else []
    context = {
        "title": _("With and without dust days"),
        "subtitle": _("Both results are kept: with every day, and without the days of the official lists"),
        "tabs": tabs("effect"),
        "period": period,
        "period_words": period_words(period) if period else "",
        "period_groups": periods.groups(),
        "problem": problem,
        "rows": rows,
        "known": _periods_with_days(request),
        "unverified": dust.unverified(rows),
    }
    return page(request, "quality/dust_effect.html", context)


def _periods_with_days(request: HttpRequest) -> list[str]:
    """Months in which an active entry lies that one may see, newest first."""
    days = EventEntry.objects.active().visible_to(request.user).values_list("first", "last")
    return sorted({f"{day:%Y-%m}" for pair in days for day in pair}, reverse=True)[:12]


@login_required
def effect_xlsx(request: HttpRequest) -> HttpResponse:
    """The same table as an Excel workbook."""
    period, _problem = periods.asked_period(request, series.last_full_month())
    rows = dust.both(_regions(request), period) if period else []
    heads = [_("Place"), _("Number of days taken out")]
    for key in dust.SHOWN:
        heads += [
            _("%(figure)s, all days") % {"figure": words.figure_name(INDICATORS[key])},
            _("%(figure)s, without") % {"figure": words.figure_name(INDICATORS[key])},
        ]
    cells = [
        (row.region.label, row.days,
         *(value for pair in row.pairs for value in (pair.whole.value, pair.without.value)))
        for row in rows
    ]  # fmt: skip
    notes = [_("With and without dust days"), period_words(period) if period else ""]
    return export.as_xlsx("dust-effect", heads, cells, notes)


@login_required
def candidates(request: HttpRequest) -> HttpResponse:
    """Hours that meet the recalled criteria, for a person to compare with the official list."""
    period, problem = periods.asked_period(request, series.last_full_month())
    if period is not None and period.days > dust.MOST_DAYS:
        period, problem = series.last_full_month(), _("Choose at most a quarter; the last month is shown.")
    found = dust.candidates(_regions(request), period) if period else []
    listed = EventEntry.objects.active().visible_to(request.user)
    context = {
        "title": _("Hours that look like dust"),
        "subtitle": _("For a person to look at: nothing is taken out because of this list"),
        "tabs": tabs("candidates"),
        "period": period,
        "period_words": period_words(period) if period else "",
        "period_groups": periods.groups(),
        "problem": problem,
        "rows": [
            {
                "region": region,
                "one": one,
                "first": words.local(one.first),
                "last": words.local(one.last),
                "criteria": [str(words.CRITERIA.get(name, name)) for name in one.criteria],
                "listed": listed.filter(
                    region=region, first__lte=one.days[-1], last__gte=one.days[0]
                ).exists(),
            }
            for region, one in found
        ],
        "document": kernel.rulebook().rule("ambient.events.hours", on=period.last).document if period else "",
    }
    return page(request, "quality/dust_candidates.html", context)


@login_required
def candidates_csv(request: HttpRequest) -> HttpResponse:
    """The candidates in the form of a day list, to be struck out or confirmed by a person."""
    period, _problem = periods.asked_period(request, series.last_full_month())
    found = dust.candidates(_regions(request), period) if period and period.days <= dust.MOST_DAYS else []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candidates.csv"
        write_day_list(path, proposed([one for _region, one in found], kernel.rulebook()))
        content = path.read_bytes()
    return FileResponse(io.BytesIO(content), as_attachment=True, filename="dust-candidates.csv")
