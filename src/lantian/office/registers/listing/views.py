"""The list of registers, and the records of one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.people.rules import Capability, can
from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.declaring.ledger import Group, Ledger
from lantian.office.registers.listing.asking import Asked, Said, ask
from lantian.office.registers.listing.columns import Column, columns_of
from lantian.office.registers.listing.form import form_of
from lantian.office.registers.listing.tally import Pages, Tally
from lantian.office.registers.listing.together import Numbers, numbers
from lantian.office.registers.models import SavedFilter

PER_PAGE = 50


def ledger_or_404(code: str) -> Ledger:
    """The register of an address."""
    try:
        return ledger(code)
    except KeyError:
        raise Http404 from None


@login_required
def registers(request: HttpRequest) -> HttpResponse:
    """Every register by group, with its counts; what is late first of all."""
    counted = numbers(request.user)
    nothing = Numbers()
    rows = [(one, counted.get(one.code, nothing)) for one in ledgers()]
    context = {
        "title": _("Registers"),
        "subtitle": _("What stands behind the plans: each thing with its state, its day, what is missing"),
        "groups": [
            (label, [row for row in rows if row[0].group == value])
            for value, label in Group.choices
            if any(row[0].group == value for row in rows)
        ],
        "late": sum(one.late for one in counted.values()),
        "incomplete": sum(one.incomplete for one in counted.values()),
        "all": sum(one.all for one in counted.values()),
        "open": sum(one.open for one in counted.values()),
    }
    return page(request, "registers/registers.html", context)


@login_required
def records(request: HttpRequest, code: str) -> HttpResponse:
    """The records of a register: narrowed, counted by state, in columns somebody chose."""
    one = ledger_or_404(code)
    asked = ask(one, request.GET, request.user)
    tally = Tally(one, asked.around)
    given = dict(request.GET.lists())
    pages = Pages(asked, PER_PAGE, tally.found(asked)).get_page(request.GET.get("page"))
    there = columns_of(one)
    shown = [there[name] for name in asked.columns if name not in ("status", "due")]
    saved = list(SavedFilter.objects.filter(owner=request.user, register=code))
    context = {
        "title": one.title,
        "crumbs": [(_("Registers"), reverse("registers:list"))],
        "ledger": one,
        "asked": asked,
        "chips": chips_of(request, asked),
        "form": form_of(asked, given, request.user),
        "q": request.GET.get("q", ""),
        "unit": request.GET.get("unit", ""),
        "tiles": _tiles(request, one, tally, asked),
        "pages": pages,
        "number": pages.paginator.count,
        "headings": [_heading(column, asked) for column in [*shown, *_always(one, asked)]],
        "lines": [_line(row, shown) for row in pages.object_list],
        "choosable": [(column, column.name in asked.columns) for column in there.values()],
        "kept": [(name, text) for name, texts in given.items() if name not in ("columns", "page")
                 for text in texts if text],
        "saved": [(one, f"?{one.query}", one.query == _question(request)) for one in saved],
        "question": _question(request),
        "may_keep": can(request.user, Capability.KEEP_REGISTER),
        "today": clock.today(),
    }  # fmt: skip
    return page(request, "registers/records.html", context)


_TILES = ("status", "late", "incomplete")


def _tiles(request: HttpRequest, one: Ledger, tally: Tally, asked: Asked) -> list[dict[str, Any]]:
    """All, each state, late, incomplete: number, address, whether it is asked for."""
    chosen = {one.status.value_of(text) for text in asked.wish.get("status", ())}
    late, gaps = ("1" in asked.wish.get(name, ()) for name in ("late", "incomplete"))
    clear = {"status": None, "late": None, "incomplete": None}
    made = [{"label": _("all"), "number": tally.count(), "url": _changed(request, **clear),
             "here": not chosen and not late and not gaps, "tone": ""}]  # fmt: skip
    for value, label in one.status.words.choices:
        number = tally.count(frozenset({value}))
        if number or value in chosen:
            made.append({
                "label": label, "number": number, "url": _changed(request, **{**clear, "status": value}),
                "here": value in chosen, "tone": "closed" if value in one.status.closed else "",
            })  # fmt: skip
    if one.due is not None:
        made.append({
            "label": _("past its day"), "number": tally.count(late=True), "tone": "late", "here": late,
            "url": _changed(request, **{**clear, "late": None if late else "1"}),
        })  # fmt: skip
    made.append({
        "label": _("incomplete"), "number": tally.count(incomplete=True), "tone": "gaps", "here": gaps,
        "url": _changed(request, **{**clear, "incomplete": None if gaps else "1"}),
    })  # fmt: skip
    return made


def _changed(request: HttpRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    for name, value in {**changes, "page": None}.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


def chips_of(request: HttpRequest, asked: Asked) -> list[tuple[Said, str]]:
    """What was asked beside the tiles, in words, each with the address without it."""
    return [(said, _changed(request, **{said.name: None})) for said in asked.said if said.name not in _TILES]


def _question(request: HttpRequest) -> str:
    """What a saved filter keeps: everything asked for but the page."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _always(one: Ledger, asked: Asked) -> list[Column]:
    """The columns that stand at the end of every list."""
    names = ["status", *(["due"] if one.due is not None else [])]
    if "region" not in asked.columns:
        names.insert(0, "region")
    return [columns_of(one)[name] for name in names]


def _heading(column: Column, asked: Asked) -> dict[str, Any]:
    here = asked.sort.removeprefix("-") == column.name
    down = asked.sort.startswith("-")
    turned = f"-{column.name}" if here and not down else column.name
    return {
        "column": column, "here": here, "sort": turned if column.order else "",
        "aria": ("descending" if down else "ascending") if here else "none",
    }  # fmt: skip


def _line(row: Any, shown: list[Column]) -> dict[str, Any]:
    """A record as a row: its first own column leads to it, those that name another record lead there."""
    lead = next((column for column in shown if column.kind not in ("owner", "link")), None)
    cells = [
        {
            "column": column,
            "words": column.write(row) or (row.name_shown if column is lead else ""),
            "to": row if column is lead else column.linked(row),
        }
        for column in shown
    ]
    return {"row": row, "cells": cells, "led": lead is not None}
