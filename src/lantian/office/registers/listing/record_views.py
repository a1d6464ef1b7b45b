"""One record: everything known of it, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.registers import actions
from lantian.office.registers.declaring.fields import Quantity
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.asking import with_related
from lantian.office.registers.listing.columns import said
from lantian.office.registers.listing.telling import told_steps
from lantian.office.registers.listing.together import pointing
from lantian.office.registers.listing.views import ledger_or_404

STEPS, PER_PAGE, FINDINGS = 8, 50, 5
ALONE = frozenset({"lon", "lat", "status", "due", "place"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a record as it is shown."""

    label: str
    words: str
    unit: str = ""
    source: str = ""
    wanted: bool = False
    to: Any = None


def record_or_404(request: HttpRequest, code: str, pk: int) -> tuple[Ledger, Any]:
    """The register and the record of an address; withdrawn ones are gone."""
    ledger = ledger_or_404(code)
    rows = with_related(ledger, ledger.model.objects.filter(withdrawn=False))
    return ledger, get_visible_or_404(rows, request.user, pk=pk)


@login_required
def record(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Everything known of one record, what is missing, and what can be done with it."""
    ledger, row = record_or_404(request, code, pk)
    missing = ledger.missing(row)
    log = list(history_of(row, request.user)[: STEPS + 1])
    context = {
        "title": str(row),
        "subtitle": " · ".join(
            filter(None, (str(ledger.title), str(getattr(row, "enterprise", None) or ""), row.region.label))
        ),
        "crumbs": crumbs(ledger),
        "ledger": ledger,
        "row": row,
        "days_late": (clock.today() - row.due).days if row.is_late else 0,
        "facts": facts(ledger, row, {field.name for field in missing}),
        "derived": [
            Fact(str(one.label), said(one.of(row)), one.unit, one.source) for one in ledger.derived.values()
        ],
        "missing": missing,
        "unproved": ledger.needs_proof(row) and not row.complete and not missing,
        "files": list(actions.files_of(row).select_related("added_by")),
        "pointing": [
            (one, link, n, f"{reverse('registers:records', args=[one.code])}?{link.name}={row.pk}")
            for one, link, n in pointing(row, request.user)
        ],
        "findings": _findings(request, row),
        "steps": told_steps(ledger, log[:STEPS], request.user),
        "more_steps": len(log) > STEPS,
        "may_keep": actions.may_keep(request.user, row),
        "dossier": _dossier(row),
        "problem": problem_about(request, register=row.code, record_id=row.pk),
    }
    return page(request, "registers/record.html", context)


@login_required
def history(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What was done to a record, by whom and why: each value before and after, in words."""
    ledger, row = record_or_404(request, code, pk)
    pages = Paginator(history_of(row, request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("History"),
        "subtitle": str(row),
        "crumbs": [*crumbs(ledger), (str(row), row.get_absolute_url())],
        "pages": pages,
        "steps": told_steps(ledger, pages.object_list, request.user),
    }
    return page(request, "registers/history.html", context)


def crumbs(ledger: Ledger) -> list[tuple[Any, str]]:
    """The way to a record."""
    return [
        (_("Registers"), reverse("registers:list")),
        (ledger.title, reverse("registers:records", args=[ledger.code])),
    ]


def facts(ledger: Ledger, row: Any, missing: set[str]) -> list[Fact]:
    """The declared fields of a record in words, with unit and the clause that asks for them."""
    return [
        Fact(
            str(field.label), field.write(getattr(row, field.name)),
            field.unit if isinstance(field, Quantity) else "", field.source, field.name in missing,
            getattr(row, field.name) if field.kind in ("owner", "link") else None,
        )
        for field in ledger.fields
        if field.name not in ALONE
    ]  # fmt: skip


def problem_about(request: HttpRequest, **about: Any) -> str:
    """Where a problem about this is recorded; empty for those who may not."""
    if not can(request.user, Capability.RECORD_FINDING):
        return ""
    return f"{reverse('findings:new')}?{urlencode(about)}"


def _dossier(row: Any) -> str:
    """Everything known of the enterprise a record is, or belongs to; empty where it belongs to none."""
    pk = row.pk if row.code == "enterprises" else getattr(row, "enterprise_id", None)
    return reverse("registers:dossier", args=[pk]) if pk else ""


def _findings(request: HttpRequest, row: Any) -> dict[str, Any]:
    """Problems found about a record. The app of findings stands above this one and is asked when needed."""
    from lantian.office.findings.models import Finding

    seen = Finding.objects.visible_to(request.user).filter(register=row.code, record_id=row.pk)
    rows = list(seen.order_by("-found_on", "-pk")[: FINDINGS + 1])
    return {
        "rows": rows[:FINDINGS],
        "more": len(rows) > FINDINGS,
        "url": f"{reverse('findings:list')}?register={row.code}&record={row.pk}",
    }
