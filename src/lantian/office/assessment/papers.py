"""Papers: a score card and a statement of transfers as Word, a ranking and a statement as Excel."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from lantian.office.assessment.models import Card, Run, said
from lantian.office.assessment.transferring import Shown
from lantian.office.frame import clock
from lantian.office.frame.demo import demonstration
from lantian.office.papers import Paper, day_words, harmless


def card_paper(card: Card) -> bytes:
    """A score card as Word: totals, every line with its figure and reason, vetoes, what it stands on."""
    run, data = card.run, card.data
    title = _("Score card: %(whom)s, %(period)s") % {"whom": card.label, "period": run.period_label}
    paper = Paper(title, author=run.region.label, moment=run.frozen_at or run.computed_at or clock.now())
    paper.heading(title, size=18)
    paper.under([run.title, str(run.state_label), day_words(run.frozen_at)])
    paper.simulated()
    total = data["total"] if data["total"] is not None else "—"
    paper.body(_("Total: %(total)s. %(sum)s") % {"total": total, "sum": said(data["sum_words"])})
    if card.rank:
        paper.body(_("Rank %(rank)d of %(of)d.") % {"rank": card.rank, "of": data["of"]})
    if card.grade:
        paper.body(_("Grade: %(grade)s.") % {"grade": card.grade})
    for effect in card.effects:
        paper.body(_("A veto applies: %(effect)s.") % {"effect": effect})
    paper.table(
        [_("Line of the card"), _("Weight"), _("Figure"), _("Points given"), _("Why")],
        [
            (said(one["title"]), one["weight"], figure_words(one), signed_points(one), said(one["why"]))
            for one in data["lines"]
        ],
        widths=(34, 14, 22, 16, 72), left=(0, 4),
    )  # fmt: skip
    for veto in data["vetoes"]:
        paper.note(f"{said(veto['title'])}: {said(veto['why'])}")
    paper.note(_("Scheme: %(scheme)s.") % {"scheme": said(run.scheme["citation"])})
    if not run.scheme["verified"]:
        paper.note(_("Not checked against the document: %(note)s") % {"note": said(run.scheme["note"])})
    if run.hash:
        paper.note(f"SHA-256 {run.hash}")
    return paper.content()


def run_workbook(run: Run, cards: Sequence[Card]) -> bytes:
    """The ranking of a run, and every point of it with its reason, on two sheets."""
    lines = run.scheme["value"]["items"]
    heads = [
        _("Rank"),
        _("Whom"),
        _("Total score"),
        *(said(one["title"]) for one in lines),
        _("Grade"),
        _("Vetoes"),
    ]
    rows: list[list[Any]] = []
    reasons: list[list[Any]] = []
    for card in cards:
        by_code = {one["code"]: one for one in card.data["lines"]}
        points = [number(by_code[one["code"]]["shown"]) for one in lines]
        rows.append(
            [card.rank, card.label, number(card.data["total"]), *points, card.grade, "; ".join(card.effects)]
        )
        reasons += [
            [
                card.label, said(one["title"]), float(Fraction(one["weight"])), figure_words(one),
                signed_points(one), said(one["why"]),
            ]
            for one in card.data["lines"]
        ]  # fmt: skip
    notes = [f"{run} · {run.state_label}", said(run.scheme["citation"]), run.hash and f"SHA-256 {run.hash}"]
    return _book(
        [
            (_("Ranking"), heads, rows, notes),
            (
                _("Points given"),
                [_("Whom"), _("Line of the card"), _("Weight"), _("Figure"), _("Points given"), _("Why")],
                reasons,
                [],
            ),
        ]
    )


def transfers_paper(found: Shown) -> bytes:
    """The statement for the finance bureau."""
    scheme, statement = found.statement.scheme, found.statement
    title = _("Statement of transfers, %(month)s") % {"month": statement.month}
    paper = Paper(title, author=found.pool.label, moment=clock.now())
    paper.heading(title, size=18)
    paper.under([said(scheme.title), said(scheme.unit)])
    paper.simulated()
    if not statement.complete:
        paper.body(_("This statement is incomplete; no payment should rest on it."))
    rows = [(row.region.label, row.transfer.paid, row.transfer.got, row.transfer.net) for row in found.rows]
    if found.whole:
        rows.append((_("Sum"), statement.paid, statement.got, statement.net))
    paper.table([_("Region"), _("Pays"), _("Gets"), _("Net")], rows, left=(0,))
    paper.landscape()
    paper.table(
        [_("Region"), _("Part of the scheme"), _("Amount"), _("Why")],
        [
            (row.region.label, said(one.part.title), one.amount, said(one.why))
            for row in found.rows
            for one in row.transfer.amounts
        ],
        widths=(28, 58, 24, 140), left=(0, 1, 3),
    )  # fmt: skip
    for text in dict.fromkeys(statement.not_known):
        paper.note(_("Not known: %(what)s.") % {"what": said(text)})
    for part, rest in statement.left:
        paper.note(
            _("%(part)s: nobody to share in, %(rest)s left over.") % {"part": said(part), "rest": rest}
        )
    paper.note(said(scheme.citation) + ("" if scheme.verified else f" ({said(scheme.note)})"))
    return paper.content()


def transfers_workbook(found: Shown) -> bytes:
    """The same as Excel."""
    statement = found.statement
    rows: list[list[Any]] = [
        [row.region.label, number(row.transfer.paid), number(row.transfer.got), number(row.transfer.net)]
        for row in found.rows
    ]
    if found.whole:
        rows.append([_("Sum"), number(statement.paid), number(statement.got), number(statement.net)])
    reasons: list[list[Any]] = [
        [row.region.label, said(one.part.title), number(one.amount), said(one.why)]
        for row in found.rows
        for one in row.transfer.amounts
    ]
    notes = [f"{said(statement.scheme.title)} {statement.month} [{said(statement.scheme.unit)}]"]
    notes += [said(text) for text in dict.fromkeys(statement.not_known)]
    return _book(
        [
            (_("Transfers"), [_("Region"), _("Pays"), _("Gets"), _("Net")], rows, notes),
            (_("Reasons"), [_("Region"), _("Part of the scheme"), _("Amount"), _("Why")], reasons, []),
        ]
    )


def figure_words(line: dict[str, Any]) -> str:
    """The figure of a line, with its unit; a dash where there is none."""
    fact = line["fact"]
    gap = "" if fact["unit"] in {"", "%"} else " "
    return "—" if fact["value"] is None else f"{fact['value']}{gap}{fact['unit']}"


def signed_points(line: dict[str, Any]) -> str:
    """The points of a line, deductions with their sign; a dash while there are none."""
    if line["shown"] is None:
        return "—"
    zero = not float(line["shown"])
    return f"−{line['shown']}" if line["kind"] == "deduction" and not zero else str(line["shown"])


def number(value: Any) -> Any:
    """A number for a spreadsheet, which has no other than floats."""
    return None if value is None else float(value)


def _book(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]], Sequence[str]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold, wrap = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        for name, heads, rows, notes in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, heads, bold)
            for nth, row in enumerate(rows, 1):
                sheet.write_row(nth, 0, [harmless(cell) for cell in row], wrap)
            end = len(rows) + 2
            simulated = [_("SIMULATED")] if demonstration() is not None else []
            for nth, note in enumerate(one for one in (*simulated, *notes) if one):
                sheet.write(end + nth, 0, harmless(note))
            sheet.set_column(0, 1, 16)
            sheet.set_column(2, len(heads), 14)
            if heads[-1] == _("Why"):
                sheet.set_column(len(heads) - 1, len(heads) - 1, 80)
            sheet.freeze_panes(1, 0)
    return buffer.getvalue()
