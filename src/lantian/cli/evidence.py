"""What several commands take from the shell: lists of event days, groups of stations, a file to write to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.errors import LantianError

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
    """Station to group, from a table."""
    from lantian.sheets import Field, read_sheet

    if file is None:
        return None
    fields = (
        Field("station", ("点位", "站点", "点位编码", "站点编码", "station", "place")),
        Field("group", ("分组", "组", "区县", "县", "乡镇", "园区", "group", "county")),
    )
    groups: dict[str, str] = {}
    for row in read_sheet(file, fields).rows:
        station, group = row.text("station"), row.text("group")
        if station is None or group is None:
            click.echo(
                f"lantian: not taken: {file.name} row {row.number}: station or group is missing", err=True
            )
        elif groups.setdefault(station, group) != group:
            raise LantianError(
                f"{station} stands in {groups[station]} and in {group}",
                where=f"{file.name} row {row.number}",
                remedy="A station counts for one group.",
            )
    return groups


def write_out(text: str, out: Path | None) -> None:
    """To the file, or to standard output."""
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
        click.echo(f"written: {out}", err=True)
