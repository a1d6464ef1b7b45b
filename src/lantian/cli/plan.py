"""`lantian plan`: read an action plan from the shell."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.planning.model import Plan


@click.group()
def plan() -> None:
    """Read an action plan: targets, tasks, units, deadlines."""


@plan.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "yaml"]), default="json", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the screen.",
)
def read(file: Path, form: str, output: Path | None) -> None:
    """Read a plan from FILE (.txt, .docx, .pdf or .html).

    Prints what it holds: meta, sections, targets, tasks, consequences, parts, and notes on what a person
    should look at; what is doubtful has codes under "doubts". Every target and deadline has its exact words
    and their place in the document. With --format yaml it is a plan
    file (docs/plan-file.md), to be edited and loaded into an office. Nothing is sent anywhere.
    """
    from lantian.planning import read_plan

    found = read_plan(file)
    words = (
        _yaml(found) if form == "yaml" else json.dumps(found.as_dict(), ensure_ascii=False, indent=1) + "\n"
    )
    if output is None:
        click.echo(words.encode(), nl=False)  # bytes: UTF-8 whatever the terminal's locale says
        return
    write_whole(output, words.encode())
    click.echo(f"{output}: {summary(found)}", err=True)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)


def summary(found: Plan) -> str:
    """One line: what was read and how much of it a person should look at."""
    counts = [
        (len(found.sections), "section"),
        (len(found.tasks), "task"),
        (len(found.targets), "target"),
        (sum(len(t.deadlines) for t in found.tasks), "deadline"),
        (len(found.consequences), "consequence"),
        (_doubted(found), "doubtful extraction"),
        (len(found.notes), "note"),
    ]
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in counts)


def _doubted(found: Plan) -> int:
    """How many extractions a person should look at twice."""
    doubts = [section.doubts for section in found.sections]
    doubts += [target.doubts for target in found.targets]
    doubts += [consequence.doubts for consequence in found.consequences]
    doubts += [deadline.doubts for deadline in found.other_deadlines]
    for task in found.tasks:
        doubts += [task.doubts, *(unit.doubts for unit in task.responsible)]
        doubts += [deadline.doubts for deadline in task.deadlines]
        doubts += [quantity.doubts for quantity in task.quantities]
    return sum(map(bool, doubts))


def _yaml(found: Plan) -> str:
    from lantian.planning import planfile

    return planfile.dump(found, about=["As read; no person reviewed it."])


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    if path.is_dir():
        raise LantianError("this is a folder", where=str(path), remedy="Name a file to write to.")
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise LantianError(f"cannot be written: {error.strerror}", where=str(path)) from None
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        # mkstemp makes private files; a file of the user has the rights the user's other files have.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise LantianError(f"cannot be written: {error.strerror}", where=str(path)) from None
