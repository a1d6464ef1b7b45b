"""One upload: how far it is, what it would do, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, require
from lantian.office.regions.models import Region
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.views import ledger_or_404
from lantian.office.registers.reader import REGION, UNIT
from lantian.office.registers.sheets import runs
from lantian.office.registers.sheets.columns import in_chinese
from lantian.office.registers.sheets.models import ImportRow, ImportRun
from lantian.office.registers.sheets.refused import refused_rows
from lantian.office.registers.sheets.views import XLSX, as_file
from lantian.office.registers.sheets.words import note_words

A_PAGE = 50
V = ImportRow.Verdict
TONES = {V.REFUSED: "bad", V.ASKED: "warn", V.ADD: "good", V.CHANGE: "good"}


def own_run_or_404(request: HttpRequest, code: str, pk: int) -> ImportRun:
    """An upload of this person's own; nobody else's exists for them."""
    found = ImportRun.objects.filter(owner=request.user, register=code, pk=pk).first()
    if found is None:
        raise Http404(_("There is nothing at this address."))
    return found


@require(Capability.KEEP_REGISTER)
def run(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The preview: counts, what concerns the file as a whole, the rows with reasons and changes."""
    ledger, one = ledger_or_404(code), own_run_or_404(request, code, pk)
    return page(
        request,
        "registers/sheets/run.html",
        {
            "title": one.name,
            "crumbs": [
                (_("Registers"), reverse("registers:list")),
                (ledger.title, reverse("registers:records", args=[code])),
                (_("Import"), reverse("registers:import", args=[code])),
            ],
            "ledger": ledger,
            "run": one,
            **_state(one),
            **(_preview(request, ledger, one) if not one.is_working else {}),
        },
    )


def _state(one: ImportRun) -> dict[str, Any]:
    done, of = runs.progress(one) if one.is_working else (0, 0)
    return {
        "alive": one.is_working and runs.is_alive(one),
        "done": done,
        "of": of,
        "problem": one.problem.get("zh" if in_chinese() else "en", ""),
    }


def _preview(request: HttpRequest, ledger: Ledger, one: ImportRun) -> dict[str, Any]:
    asked = request.GET.get("verdict", "")
    asked = asked if asked in V.values or asked == "late" else ""
    rows = one.rows.order_by("number")
    if asked:
        rows = rows.filter(result="late") if asked == "late" else rows.filter(verdict=asked)
    pages = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = list(pages.object_list)
    naming = _Naming(ledger, shown)
    counts = one.counts
    return {
        "pages": pages,
        "verdict": asked,
        "lines": [_line(row, naming) for row in shown],
        "tiles": [(value, label, counts.get(value, 0), TONES.get(value, "")) for value, label in V.choices],
        "tiles_sum": sum(counts.get(value, 0) for value in V.values),
        "late": counts.get("late", 0),
        "written": counts.get("written", 0) or (_would(one) if one.state == "done" else 0),
        "bad": counts.get("refused", 0) + counts.get("asked", 0) + counts.get("late", 0),
        "would": _would(one),
        "notes": [note_words(note) for note in one.notes],
        "other_sheets": [(name, hidden) for name, hidden in one.sheets if name != one.sheet],
    }


def _would(one: ImportRun) -> int:
    asked = one.counts.get("asked", 0) if one.doubtful else 0
    return one.counts.get("add", 0) + one.counts.get("change", 0) + asked


def _line(row: ImportRow, naming: _Naming) -> dict[str, Any]:
    short = "zh" if in_chinese() else "en"
    return {
        "row": row,
        "tone": TONES.get(V(row.verdict), ""),
        "url": naming.url(row),
        "reasons": [
            {"label": naming.label(reason["field"]), "words": reason[short], "ask": reason["ask"]}
            for reason in row.reasons
        ],
        "changes": [
            (naming.label(name), naming.words(name, before), naming.words(name, after))
            for name, (before, after) in row.changes.items()
        ],
    }


class _Naming:
    """Values of a page of rows in words: what they point to is fetched once for all of them."""

    def __init__(self, ledger: Ledger, rows: list[ImportRow]) -> None:
        self.ledger = ledger
        self.links: dict[str, dict[Any, str]] = {}
        keys: dict[str, set[Any]] = {}
        linked = {link.name: link.related_model for link in ledger.links}
        linked |= {REGION: Region, UNIT: Unit}
        for row in rows:
            for name in set(row.changes) & set(linked):
                keys.setdefault(name, set()).update(row.changes[name])
        for name, wanted in keys.items():
            model: type[models.Model] = linked[name]
            found = model._default_manager.in_bulk(wanted - {None})
            self.links[name] = {pk: str(getattr(row, "label", row)) for pk, row in found.items()}

    def label(self, name: str) -> str:
        """What a column is called."""
        if name in self.ledger.by_name:
            return str(self.ledger.by_name[name].label)
        return {REGION: _("Region"), UNIT: _("Unit in charge")}.get(name, "")

    def words(self, name: str, value: Any) -> str:
        """A kept value as a person reads it."""
        if value in (None, "", []):
            return ""
        if name in self.links or name in (REGION, UNIT):
            return self.links.get(name, {}).get(value, f"#{value}")
        field = self.ledger.by_name[name]
        if field.kind == "many":
            value = f"|{'|'.join(value)}|"
        made = field.to_python(value)
        return f"{field.write(made)} {field.unit}".strip()

    def url(self, row: ImportRow) -> str:
        """The record a row concerns."""
        return reverse("registers:record", args=[self.ledger.code, row.target]) if row.target else ""


@require(Capability.KEEP_REGISTER)
def part(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """How far the work is, as a fragment; the page is fetched anew when it ends."""
    one = own_run_or_404(request, code, pk)
    state = _state(one)
    if not one.is_working or not state["alive"]:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(
        request, "registers/sheets/progress.html", {"run": one, "ledger": ledger_or_404(code), **state}
    )


@require(Capability.KEEP_REGISTER)
def deed(request: HttpRequest, code: str, pk: int, deed: str) -> HttpResponse:
    """Confirm, stop, resume, read another sheet."""
    if request.method != "POST" or deed not in _DEEDS:
        raise Http404(_("There is nothing at this address."))
    one = own_run_or_404(request, code, pk)
    try:
        _DEEDS[deed](request, one)
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(one)


def _confirm(request: HttpRequest, one: ImportRun) -> None:
    mode = request.POST.get("mode", "")
    if mode not in ImportRun.Mode.values:
        raise LantianError(_("choose whether all rows or only the good ones are written"))
    if runs.confirm(one, mode, request.POST.get("doubtful") == "1"):
        runs.launch(one)
    else:
        messages.info(request, _("This was decided already; nothing was done a second time."))


def _stop(_request: HttpRequest, one: ImportRun) -> None:
    runs.stop(one)


def _resume(_request: HttpRequest, one: ImportRun) -> None:
    if runs.resume(one):
        runs.launch(one)


def _sheet(request: HttpRequest, one: ImportRun) -> None:
    name = request.POST.get("sheet", "")
    if runs.read_sheet(one, name):
        runs.launch(one)


_DEEDS = {"confirm": _confirm, "stop": _stop, "resume": _resume, "sheet": _sheet}


@require(Capability.KEEP_REGISTER)
def refused(request: HttpRequest, code: str, pk: int) -> Any:
    """The rows that were not taken, each with the reason, to be mended and sent again."""
    ledger, one = ledger_or_404(code), own_run_or_404(request, code, pk)
    if one.is_working or one.state == ImportRun.State.FAILED:
        raise Http404(_("There is nothing at this address."))
    try:
        content = refused_rows(one, ledger)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(one)
    return as_file(content, f"{ledger.title}_{_('refused rows')}.xlsx", XLSX)
