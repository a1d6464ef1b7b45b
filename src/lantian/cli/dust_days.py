"""`lantian dust-days`: lists of dust and event days, what they change, and where to look for more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.evaluate import REGIMES
from lantian.cli.evidence import groups_of, lists_of

if TYPE_CHECKING:
    from lantian.ambient.events.sides import Side, Sides
    from lantian.ambient.records import PlaceEvaluation

STORE = click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="The store the hours were imported into."
)
PERIOD = click.option(
    "--period", required=True, help="2019-06, 2019-Q2, 2019-06-01..2019-06-15 and the like."
)
PLACES = click.option("--place", "places", multiple=True, help="Only this place; may be given again.")
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
SHOWN = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")


@click.group("dust-days")
def dust_days() -> None:
    """Dust and other exceptional events: official lists of days to take out of an evaluation.

    A list is imported, never made up; `evaluate`, `explain` and `changes` take one with --day-list.
    """


@dust_days.command("read")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@FORMAT
def read(*, files: tuple[Path, ...], form: str) -> int:
    """Read lists and show what they take out; rows that cannot be read are named.

    FILES are CSV, .xlsx or .xls with 城市 and 日期, or 起始日期 and 结束日期; 剔除项目, 用于 (浓度, AQI),
    依据文件, 原因 where known.
    """
    from lantian.ambient.events import DayList
    from lantian.rulebook import load

    found = lists_of(files, load()) or DayList(())
    if form == "json":
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        for entry in sorted(found.entries):
            said = "; ".join(text for text in (entry.reason, entry.document) if text)
            click.echo(f"{entry.label}{': ' + said if said else ''}")
        click.echo(
            f"{len(found.entries)} entries, {len(found.refusals)} rows not taken, digest {found.digest}"
        )
    return 0 if found.entries or not found.refusals else 1


@dust_days.command("compare")
@STORE
@PERIOD
@click.option(
    "--day-list", "day_lists", multiple=True, required=True, type=click.Path(path_type=Path),
    help="A list of days to take out; may be given again.",
)  # fmt: skip
@PLACES
@click.option("--level", type=click.Choice(["city", "station", "group"]), default="city", show_default=True)
@click.option(
    "--groups", type=click.Path(path_type=Path), help="For the level group: a table with 站点 and 分组."
)
@click.option("--regime", type=click.Choice(REGIMES), default="by-date", show_default=True)
@click.option("--as-of", type=int, help="The data as they were at this version of the store.")
@FORMAT
def compare(
    *,
    store: Path,
    period: str,
    day_lists: tuple[Path, ...],
    places: tuple[str, ...],
    level: str,
    groups: Path | None,
    regime: str,
    as_of: int | None,
    form: str,
) -> None:
    """Figures with every day and without what the lists take out, side by side.

    Only places that lost something are shown; ranks are among all places evaluated.
    """
    from lantian.ambient.events import DayList
    from lantian.ambient.events.sides import sides
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    book = load()
    listed = lists_of(day_lists, book) or DayList(())
    found = sides(
        Lake.open(store), Period.parse(period), listed, level=level, regime=regime, groups=groups_of(groups),
        as_of=as_of, places=places or None, rulebook=book,
    )  # fmt: skip
    if form == "json":
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=1))
        return
    for side in found.touched:
        click.echo(
            f"{side.name}: days with something taken out {side.event_days}; with every day, without them"
        )
        for name, whole, without in _pairs(side):
            click.echo(f"  {name:16} {whole:>7} {without:>7}{'' if whole == without else '  *'}")
    if not found.touched:
        click.echo("nothing is taken out of any place in this period")
    for entry in found.unmatched:
        click.echo(f"lantian: no such place among those evaluated: {entry.label}", err=True)


@dust_days.command("propose")
@STORE
@PERIOD
@PLACES
@click.option("--level", type=click.Choice(["city", "station"]), default="city", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the days as a list to be checked (CSV).")
def propose(*, store: Path, period: str, places: tuple[str, ...], level: str, out: Path | None) -> None:
    """Hours that look like dust, for a person to check. Nothing is taken out by this.

    The criteria are recalled, not verified: PM10 twice the mean of the six hours before and above 150, or
    PM2.5/PM10 half its mean of the six hours before.
    """
    from lantian.ambient.events.candidates import candidates, proposed
    from lantian.ambient.events.lists import write_day_list
    from lantian.ambient.period import Period
    from lantian.lake import Lake

    found = candidates(Lake.open(store), Period.parse(period), level=level, places=places or None)
    for one in found:
        click.echo(one.line)
    click.echo(f"{len(found)} candidates by criteria that are not verified; a person decides", err=True)
    if out is not None:
        write_day_list(out, proposed(found))
        click.echo(f"written: {out}", err=True)


def _pairs(side: Side) -> Sequence[tuple[str, str, str]]:
    rows = [
        (name, *(str(_figures(row)[name] if _figures(row)[name] is not None else "") for row in both))
        for both in ((side.whole, side.without),)
        for name in _figures(side.whole)
    ]
    return [(name, whole, without) for name, whole, without in rows]


def _figures(row: PlaceEvaluation) -> dict[str, object]:
    values: dict[str, object] = {item: row.statistics[item].value for item in SHOWN}
    values |= {"composite_index": row.composite_index, "rank": row.rank}
    return values | {name: getattr(row, name) for name in ("good_days", "heavy_days", "days_used")}


def _plain(found: Sides) -> dict[str, object]:
    def text(row: PlaceEvaluation) -> dict[str, str | None]:
        return {key: None if value is None else str(value) for key, value in _figures(row).items()}

    return {
        "period": found.whole.period.label,
        "data_version": found.whole.data_version,
        "places": [
            {
                "place": side.place,
                "name": side.name,
                "event_days": side.event_days,
                "whole": text(side.whole),
                "without": text(side.without),
            }
            for side in found.touched
        ],
        "unmatched": [entry.as_dict() for entry in found.unmatched],
    }
