"""`lantian compare`: two versions of a plan, from the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.plan import write_whole
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.planning.versions import Changes, GoalChange, TaskChange


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the screen.",
)
def compare(old: Path, new: Path, form: str, output: Path | None) -> None:
    """What changed from the plan OLD to its newer version NEW.

    Tasks kept, changed, new and gone; targets tightened, loosened, new and gone; units; deadlines that moved.
    A pair marked "look" may be one task or two: a person must say.
    """
    from lantian.planning import read_plan
    from lantian.planning.versions import compare as changes_of

    if old.resolve() == new.resolve():
        raise LantianError(
            "this is one file given twice", where=str(old), remedy="Give the older and the newer plan."
        )
    changes = changes_of(read_plan(old), read_plan(new))
    if form == "json":
        words = json.dumps(changes.as_dict(), ensure_ascii=False, indent=1) + "\n"
    else:
        words = "\n".join(_lines(changes)) + "\n"
    if output is None:
        click.echo(words.encode(), nl=False)
        return
    write_whole(output, words.encode())
    click.echo(f"{output}: {_counted(changes.counts)}", err=True)


def _lines(changes: Changes) -> list[str]:
    lines = [
        f"{changes.old.title}  →  {changes.new.title}",
        f"tasks: {_counted(changes.counts)}",
        f"targets: {_counted(changes.goal_counts)}",
        "",
    ]
    lines += [line for task in changes.tasks for line in _task(task)]
    lines += ["", *(_goal(goal) for goal in changes.goals)]
    lines += ["", *(f"unit added: {u}" for u in changes.units_added)]
    lines += [f"unit removed: {u}" for u in changes.units_removed]
    return lines


def _task(task: TaskChange) -> list[str]:
    old = "、".join(f"{i.cited} {i.headline}" for i in task.old)
    new = f"{task.new.cited} {task.new.headline}" if task.new else ""
    head = f"{task.state:8}{old}{'  →  ' if old and new else ''}{new}"
    lines = [head + (f"  ({task.likeness:.0%} of the words)" if task.old and task.new else "")]
    if task.state == "kept":
        return lines
    lines += [f"        + {words}" for words in task.added[:3]]
    lines += [f"        - {words}" for words in task.dropped[:3]]
    lines += [f"        {d.old or '—'} → {d.new or '—'}: {d.what}" for d in task.deadlines]
    return lines


def _goal(goal: GoalChange) -> str:
    words = "  →  ".join(g.words for g in (goal.old, goal.new) if g is not None)
    why = "; ".join(f"{r.name} {r.parent} → {r.child}" for r in goal.respects)
    return f"{goal.change:15}{words}" + (f"  ({why or goal.why})" if why or goal.why else "")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "none"
