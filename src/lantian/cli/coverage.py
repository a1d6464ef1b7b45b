"""`lantian coverage`: child plans against their parent, from the shell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantian.cli.plan import write_whole
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.planning.coverage import Coverage

SHEET_NAMES = ("clauses", "targets", "units")


@click.command()
@click.argument("parent", type=click.Path(path_type=Path))
@click.argument("child", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "xlsx"]),
    default="text",
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the screen; an .xlsx needs one.",
)
@click.option("--unit", "units", multiple=True, help="A unit of the child that must have a task; repeat it.")
def coverage(
    parent: Path, child: tuple[Path, ...], form: str, output: Path | None, units: tuple[str, ...]
) -> None:
    """Which clauses of the plan PARENT each plan CHILD takes up.

    For every clause: taken, partly, look (doubtful: a person must), none, or not applicable and why, with the
    child's clauses and the words both share. Then the targets (same, stronger, weaker, missing), the child's
    units and regions without a task, and the parent's units without a counterpart.
    """
    from lantian.planning import read_plan
    from lantian.planning.coverage import cover

    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx needs --output FILE.")
    if any(path.resolve() == parent.resolve() for path in child):
        raise LantianError(
            "this plan is given as parent and as child",
            where=str(parent),
            remedy="Name the plan above first.",
        )
    above = read_plan(parent)
    found = [cover(above, read_plan(path), units=units) for path in child]
    if form == "xlsx" and output is not None:
        write_whole(output, workbook(found))
    else:
        words = {"text": _text, "json": _json, "csv": _csv}[form](found)
        if output is None:
            click.echo(words.encode(), nl=False)
            return
        write_whole(output, words.encode("utf-8-sig" if form == "csv" else "utf-8"))
    for one in found:
        click.echo(f"{output}: {one.child.title}: {_counted(one.counts)}", err=True)


def _json(found: Sequence[Coverage]) -> str:
    return json.dumps([one.as_dict() for one in found], ensure_ascii=False, indent=1, default=str) + "\n"


def _csv(found: Sequence[Coverage]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows(map(_harmless, row) for row in clause_table(found))
    return file.getvalue()


def _text(found: Sequence[Coverage]) -> str:
    return "\n".join(line for one in found for line in _lines(one)) + "\n"


def _lines(one: Coverage) -> Iterator[str]:
    cited = {item.key: item.cited for item in one.child.items}
    yield f"{one.parent.title}  →  {one.child.title}"
    yield f"tasks of the parent: {_counted(one.counts)}"
    yield f"targets of the parent: {_counted(one.goal_counts)}"
    yield ""
    for row in one.rows:
        links = "、".join(cited[k.child] + ("" if k.certain else "?") for k in row.links)
        why = f" ({row.why})" if row.why else ""
        yield f"{row.verdict + why:28}{row.item.cited} {row.item.headline}" + (
            f"  ←  {links}" if links else ""
        )
        if row.verdict == "partly":
            yield from (f"        open: {order.text}" for order in row.open_orders)
    yield ""
    for goal in one.goals:
        why = "; ".join(
            f"{r.name} {r.parent or '—'} → {r.child or '—'}" for r in goal.respects if r.way != "same"
        )
        child = f"  →  {goal.child.cited} {goal.child.words}" if goal.child else ""
        yield f"{goal.relation:16}{goal.parent.words}{child}" + (
            f"  ({why or goal.why})" if why or goal.why else ""
        )
    yield ""
    yield "units without a task: " + ("、".join(u.unit for u in one.units if not u.tasks) or "none")
    yield "regions no task names: " + ("、".join(p.place for p in one.places if not p.named) or "none")
    yield "units of the parent without a counterpart: " + (
        "、".join(c.parent for c in one.counterparts if not c.child) or "none"
    )


def clause_table(found: Sequence[Coverage]) -> list[list[Any]]:
    """The matrix: a row a parent clause, for each child its verdict, its clauses, and what stays open."""
    head = ["clause", "heading"]
    for one in found:
        name = one.child.region or one.child.title
        head += [name, f"{name}: clauses", f"{name}: open"]
    table: list[list[Any]] = [head]
    for number, row in enumerate(found[0].rows):
        line: list[Any] = [row.item.cited, row.item.headline]
        for one in found:
            mine = one.rows[number]
            cited = {item.key: item.cited for item in one.child.items}
            links = "、".join(cited[k.child] + ("" if k.certain else "?") for k in mine.links)
            still = (
                ""
                if mine.verdict in {"none", "not_applicable"}
                else " / ".join(o.text for o in mine.open_orders)
            )
            line += [mine.verdict + (f" ({mine.why})" if mine.why else ""), links, still]
        table.append(line)
    return table


def goal_table(found: Sequence[Coverage]) -> list[list[Any]]:
    """A row a parent target and child: the relation, the words of both, and in what they differ."""
    table: list[list[Any]] = [
        ["child", "relation", "parent clause", "parent", "child clause", "child", "differs in"]
    ]
    for one in found:
        for goal in one.goals:
            differs = "; ".join(f"{r.name}: {r.parent} → {r.child}" for r in goal.respects if r.way != "same")
            child = goal.child
            table.append(
                [one.child.region, goal.relation, goal.parent.cited, goal.parent.words]
                + ([child.cited, child.words] if child else [goal.clause, ""])
                + [differs or goal.why]
            )
    return table


def unit_table(found: Sequence[Coverage]) -> list[list[Any]]:
    """Units, regions and the parent's units, with the number of tasks each has in the child."""
    table: list[list[Any]] = [["child", "kind", "name", "tasks", "counterpart"]]
    for one in found:
        table += [[one.child.region, "unit", u.unit, u.tasks, ""] for u in one.units]
        table += [[one.child.region, "region", p.place, p.named, ""] for p in one.places]
        table += [[one.child.region, "parent's unit", c.parent, c.tasks, c.child] for c in one.counterparts]
    return table


def workbook(found: Sequence[Coverage]) -> bytes:
    """The three tables as one Excel file."""
    import xlsxwriter

    file = io.BytesIO()
    # A cell is what it says: text that begins like a formula stays text.
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head, text = book.add_format({"bold": True, "bg_color": "#e8eef4"}), book.add_format({"text_wrap": True})
    tables = (clause_table(found), goal_table(found), unit_table(found))
    for name, table in zip(SHEET_NAMES, tables, strict=True):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(table):
            sheet.write_row(at, 0, row, text if at else head)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(table[0]) - 1, 26)
        sheet.autofilter(0, 0, len(table) - 1, len(table[0]) - 1)
    book.close()
    return file.getvalue()


def _harmless(value: Any) -> Any:
    """A cell a spreadsheet does not run: text that begins like a formula is given a leading quote mark."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t"} else value


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "none"
