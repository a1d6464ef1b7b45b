"""The papers of a bulletin: Word to be sent, Excel to be computed with. Both from what was frozen."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from lantian.office.bulletins import table
from lantian.office.bulletins.models import Bulletin
from lantian.office.bulletins.texts import signed
from lantian.office.frame.demo import demonstration
from lantian.office.monitoring import words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS
from lantian.office.papers import Paper, day_words


def as_word(bulletin: Bulletin) -> bytes:
    """The bulletin as .docx in the active language: text, then the table on a page of its own."""
    paper = Paper(bulletin.title, author=bulletin.issuer, moment=bulletin.issued_at or bulletin.frozen_at)
    paper.heading(bulletin.title)
    paper.under([bulletin.label or _("Draft"), bulletin.issuer, day_words(bulletin.issued_at)])
    paper.simulated()
    for line in bulletin.text["lines"]:
        paper.body(line)
    if bulletin.remark:
        paper.body(_("Remark: %(remark)s") % {"remark": bulletin.remark})
    _tables(paper, bulletin)
    for line in notes(bulletin):
        paper.note(line)
    return paper.content()


def notes(bulletin: Bulletin) -> list[str]:
    """What stands under the table: how it was made and how it can be checked."""
    body = bulletin.body
    lines = [
        _(
            "Standard: %(regime)s. Source: %(source)s. Data version %(version)d; rules %(rules)s. Changes "
            "compare with the same period of the year before."
        )
        % {
            "regime": words.regime(bulletin.regime),
            "source": words.source(body["source"]),
            "version": bulletin.data_version,
            "rules": body["rulebook"][:12],
        },
        _("A dash means that there is no figure. Equal indices share a rank and the next is skipped."),
    ]
    marks: dict[str, list[str]] = {}
    for line in table.lines(bulletin):
        for mark in line.marks:
            if mark.partition(":")[0] not in {"source_stations", "unverified_rules"}:
                marks.setdefault(mark, []).append(line.name)
    lines += [
        _("%(names)s: %(mark)s.") % {"names": _(", ").join(names), "mark": words.why(mark)}
        for mark, names in marks.items()
    ]
    if body["rules_unverified"]:
        lines.append(
            _("%(number)d of the rules used are not yet checked against the documents' own text.")
            % {"number": body["rules_unverified"]}
        )
    if bulletin.supersedes is not None:
        lines.append(_("Takes the place of %(other)s.") % {"other": bulletin.supersedes.label})
    return lines


def as_excel(bulletin: Bulletin) -> bytes:
    """The bulletin as .xlsx in the active language: figures as numbers, the text, what they stand on."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = {
            "bold": book.add_format({"bold": True}),
            "head": book.add_format({"bold": True, "text_wrap": True, "border": 1}),
        }
        sides = [(_("Figures"), "main")]
        if table.has_raw(bulletin):
            sides = [(_("Without event days"), "main"), (_("With all days"), table.RAW)]
        for title, side in sides:
            _sheet(book, book.add_worksheet(title), bulletin, side, formats)
        text = book.add_worksheet(_("Text"))
        text.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        lines = [bulletin.title, *bulletin.text["lines"], bulletin.remark, *notes(bulletin)]
        for at, line in enumerate(line for line in lines if line):
            text.write_string(at, 0, line)
    return buffer.getvalue()


def _sheet(book: Any, sheet: Any, bulletin: Bulletin, side: str, formats: dict[str, Any]) -> None:
    sheet.write_string(0, 0, bulletin.title, formats["bold"])
    under = [
        part
        for part in (bulletin.label or _("Draft"), bulletin.issuer, day_words(bulletin.issued_at))
        if part
    ]
    sheet.write_string(1, 0, "  ".join(under))
    if demonstration() is not None:
        sheet.write_string(2, 0, _("SIMULATED"), formats["bold"])
    heads = table.head()
    for column, title in enumerate(heads):
        sheet.write_string(3, column, title, formats["head"])
    decimals: dict[int, Any] = {}
    for at, line in enumerate(table.lines(bulletin, side), 4):
        for column, cell in enumerate(table.cells(line)):
            if isinstance(cell, Decimal):
                exponent = cell.as_tuple().exponent
                places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
                form = f"0.{'0' * places}" if places else "0"
                decimals.setdefault(places, book.add_format({"num_format": form}))
                sheet.write_number(at, column, float(cell), decimals[places])
            elif isinstance(cell, int):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, cell)
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, len(heads) - 1, 11)
    sheet.freeze_panes(4, 2)


def _tables(paper: Paper, bulletin: Bulletin) -> None:
    paper.landscape()
    raw = table.has_raw(bulletin)
    text = bulletin.text
    told = {"pool": text["pool"], "period": text["period"]}
    title = _("Air quality of %(pool)s, %(period)s")
    paper.heading(title % told + (_(" (event days taken out)") if raw else ""), size=13)
    _table(paper, table.lines(bulletin))
    if raw:
        paper.heading(title % told + _(" (with all days)"), size=13)
        _table(paper, table.lines(bulletin, table.RAW))


def _table(paper: Paper, lines: list[table.Line]) -> None:
    heads = [
        _("Rank"), _("Unit"), _("Composite index"), _("Change [%]"),
        *(f"{INDICATORS[key].short}\n{INDICATORS[key].unit}" for key in STATISTICS),
        _("Good days"), _("Share of good days [%]"), _("Heavy days"), _("Days used"),
    ]  # fmt: skip
    rows = [
        [
            line.rank, f"{line.city}{line.name}" if line.city else line.name, line.index,
            None if line.index_change is None else signed(str(line.index_change)),
            *line.statistics, line.good_days, line.good_ratio, line.heavy_days, line.days_used,
        ]
        for line in lines
    ]  # fmt: skip
    paper.table(heads, rows)
