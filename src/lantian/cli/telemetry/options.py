"""What the commands of the line share: the data folder, moments as people write them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from lantian.lake.reading import Moment

SHANGHAI = ZoneInfo("Asia/Shanghai")

DATA = click.option(
    "--data", required=True, metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
    help="The office's data folder; the line lies in its lake/ and line/.",
)  # fmt: skip
FORM = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or JSON.",
)  # fmt: skip


class Instant(click.ParamType[Moment]):
    """A local day, or an instant: `2026-11-22`, `2026-11-22T08:00`, `2026-11-22T00:00Z`."""

    name = "T"

    def convert(
        self, value: str | Moment, param: click.Parameter | None, ctx: click.Context | None
    ) -> Moment:
        if not isinstance(value, str):
            return value
        try:
            return read_moment(value)
        except ValueError:
            self.fail(
                f"'{value}' is no day and no time. Write 2026-11-22, 2026-11-22T08:00 or 2026-11-22T00:00Z.",
                param,
                ctx,
            )


def read_moment(words: str) -> Moment:
    """A local day, or an aware instant; without a zone it is Shanghai's. Raises ValueError.

    The line's own form is read as well: `20261122` is a day like `2026-11-22`, not its midnight, and
    `20261122080000` an instant as DataTime has it.
    """
    words = words.strip()
    if len(words) in (len("2026-11-22"), len("20261122")):
        return date.fromisoformat(words)
    if len(words) == len("20261122080000") and words.isascii() and words.isdigit():
        words = f"{words[:8]}T{words[8:]}"
    told = datetime.fromisoformat(words)
    return told if told.tzinfo else told.replace(tzinfo=SHANGHAI)


def local(moment: datetime | None) -> str:
    """An instant as people in Shanghai write it, to the second; nothing for none."""
    return "" if moment is None else f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
