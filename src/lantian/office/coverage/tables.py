"""Coverage and versions as tables: what a page lists and a workbook holds."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lantian.office.coverage import words
from lantian.office.coverage.rules import Covered, Shown
from lantian.office.frame.demo import demonstration
from lantian.office.papers import harmless
from lantian.office.rankings.export import EXCEL
from lantian.planning.coverage import GoalRow
from lantian.planning.versions import Changes


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A parent target and the child's answer, in words of the active language."""

    row: GoalRow
    relation: str
    parent: str
    child: str
    differs: tuple[str, ...]
    why: str


def goals(found: Covered) -> list[GoalLine]:
    """The targets of the parent that bind the child, what is missing or weaker first."""
    order = {"missing": 0, "weaker": 1, "mixed": 2, "not_comparable": 3, "stronger": 4, "same": 5}
    rows = [row for row in found.coverage.goals if row.relation != "not_applicable"]
    rows.sort(key=lambda row: order[row.relation])
    return [
        GoalLine(
            row,
            str(words.RELATIONS[row.relation]),
            words.goal(row.parent),
            words.goal(row.child) if row.child else "",
            tuple(words.differs(row.respects, row.parent, row.child)),
            words.why(row.why),
        )
        for row in rows
    ]


def notes() -> list[str]:
    """What a reader of a table must know."""
    lines = [
        _("Matches are found by the words of both plans; a question mark is a doubtful one. "
          "What a person decided stands over what was computed.")
    ]  # fmt: skip
    return [*lines, _("Simulated data of a demonstration; not real.")] if demonstration() else lines


def links(row: Shown) -> str:
    """The child clauses of a row: 三（三）19、三（三）20?"""
    return "、".join(link.cited + ("" if link.certain else "?") for link in row.links)


def matrix(found: list[Covered]) -> tuple[list[str], list[list[str]]]:
    """Head and rows: parent clauses by children, each with its verdict and its clauses."""
    head = [_("Clause"), _("Heading")]
    for one in found:
        head += [one.child.region.label, _("%(region)s: clauses") % {"region": one.child.region.label}]
    rows = []
    for cells in zip(*(one.rows for one in found), strict=True):
        item = cells[0].row.item
        line = [item.cited, item.headline]
        for cell in cells:
            line += [str(cell.verdict.label), links(cell)]
        rows.append([harmless(value) for value in line])
    return head, rows


def pair_workbook(found: Covered) -> HttpResponse:
    """Clauses, targets and units of one pair, a sheet each."""
    clauses: list[list[Any]] = [
        [_("Clause"), _("Heading"), _("Verdict"), _("Why"), _("Clauses that take it up"), _("Shared words"),
         _("What stays open"), _("Decided by"), _("Reason")]
    ]  # fmt: skip
    for row in found.rows:
        shared = "；".join(dict.fromkeys(w for link in row.links for w in link.words[:3]))
        who = row.decided.decided_by.get_full_name() if row.decided and row.decided.decided_by else ""
        clauses.append(
            [row.row.item.cited, row.row.item.headline, str(row.verdict.label),
             "" if row.decided else words.why(row.row.why), links(row), shared,
             "\n".join(order.text for order in row.open_orders), who,
             row.decided.reason if row.decided else ""]
        )  # fmt: skip
    targets: list[list[Any]] = [
        [_("Relation"), _("Plan above"), _("This plan"), _("Clause"), _("In what they differ")]
    ]
    for line in goals(found):
        clause = line.row.child.cited if line.row.child else line.row.clause
        targets.append([line.relation, line.parent, line.child, clause, "；".join(line.differs) or line.why])
    units: list[list[Any]] = [[_("Kind"), _("Name"), _("Tasks"), _("Counterpart")]]
    units += [[_("Unit"), row.unit, row.tasks, ""] for row in found.coverage.units]
    units += [[_("Region"), row.place, row.named, ""] for row in found.coverage.places]
    units += [[_("Unit of the plan above"), r.parent, r.tasks, r.child] for r in found.coverage.counterparts]
    sheets = [(_("Clauses"), clauses), (_("Targets"), targets), (_("Units"), units)]
    return _workbook(_("Coverage %(region)s") % {"region": found.child.region.label}, sheets, notes())


def changes_workbook(changes: Changes) -> HttpResponse:
    """Tasks, targets and units of two versions, a sheet each."""
    tasks: list[list[Any]] = [
        [_("Change"), _("Older version"), _("Newer version"), _("New words"), _("Dropped words"),
         _("Deadlines that moved")]
    ]  # fmt: skip
    for task in changes.tasks:
        new = f"{task.new.cited} {task.new.headline}" if task.new else ""
        tasks.append(
            [str(words.STATES[task.state]), "\n".join(f"{i.cited} {i.headline}" for i in task.old), new,
             "\n".join(task.added), "\n".join(task.dropped),
             "\n".join(f"{d.old or '—'} → {d.new or '—'}" for d in task.deadlines)]
        )  # fmt: skip
    targets: list[list[Any]] = [
        [_("Change"), _("Older version"), _("Newer version"), _("In what they differ")]
    ]
    for goal in changes.goals:
        differs = "；".join(words.differs(goal.respects, goal.old, goal.new))
        targets.append(
            [str(words.CHANGES[goal.change]), words.goal(goal.old) if goal.old else "",
             words.goal(goal.new) if goal.new else "", differs or words.why(goal.why)]
        )  # fmt: skip
    units: list[list[Any]] = [[_("Change"), _("Unit")]]
    units += [[str(words.STATES["new"]), unit] for unit in changes.units_added]
    units += [[str(words.STATES["gone"]), unit] for unit in changes.units_removed]
    sheets = [(_("Tasks"), tasks), (_("Targets"), targets), (_("Units"), units)]
    return _workbook(
        _("Two versions of a plan"), sheets, [changes.old.title, changes.new.title, *notes()[1:]]
    )


def _workbook(name: str, sheets: list[tuple[str, list[list[Any]]]], lines: list[str]) -> HttpResponse:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for title, table in sheets:
            sheet = book.add_worksheet(title[:31])
            for at, line in enumerate([name, *lines]):
                sheet.write_string(at, 0, line)
            first = len(lines) + 2
            for at, row in enumerate(table):
                for column, cell in enumerate(row):
                    if isinstance(cell, int):
                        sheet.write_number(first + at, column, cell, wrapped)
                    else:
                        sheet.write_string(first + at, column, harmless(cell), wrapped if at else bold)
            sheet.set_column(0, 0, 14)
            sheet.set_column(1, len(table[0]) - 1, 34)
            sheet.freeze_panes(first + 1, 0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    answer = HttpResponse(buffer.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer
