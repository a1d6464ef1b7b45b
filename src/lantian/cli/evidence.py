"""What several commands take from the shell: lists of event days, groups of stations, a file to write to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lantian.ambient.events import DayList
    from lantian.rulebook import Rulebook


def lists_of(files: Sequence[Path], book: Rulebook) -> DayList | None:
    """The lists of the files as one, None without files; refused rows are named on standard error."""
    from lantian.ambient.events import DayList, read_day_list

    if not files:
        return None
    found = DayList.joined(read_day_list(file, rulebook=book) for file in files)
    for refusal in found.refusals:
        click.echo(f"lantian: not taken: {refusal.line}", err=True)
    return found


def groups_of(file: Path | None) -> dict[str, str] | None:
    """Station to group, from a table; rows that were refused are named on standard error."""
    from lantian.ambient.regional import read_groups

    if file is None:
        return None
    groups, refused = read_groups(file)
    for refusal in refused:
        click.echo(f"lantian: not taken: {refusal.line}", err=True)
    return groups


def write_out(text: str, out: Path | None) -> None:
    """To the file, or to standard output."""
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
        click.echo(f"written: {out}", err=True)
