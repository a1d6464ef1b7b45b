"""`lantian changes`: every figure that moved since the last bulletin, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.evaluate import REGIMES
from lantian.cli.evidence import groups_of, lists_of, write_out
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.changes import Change


@click.command()
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="The store the hours were imported into."
)
@click.option("--period", help="2019-06, 2019, 2019-Q2 …; that of the bulletin when left out.")
@click.option("--since-version", type=int, help="What moved since this version of the data.")
@click.option(
    "--since",
    "bulletin",
    type=click.Path(path_type=Path),
    help="What moved since this frozen bulletin (JSON).",
)
@click.option(
    "--freeze", type=click.Path(path_type=Path),
    help="Freeze the present figures with data version, rules and day list into this file.",
)  # fmt: skip
@click.option("--level", type=click.Choice(["city", "station", "group"]), default="city", show_default=True)
@click.option(
    "--groups", type=click.Path(path_type=Path), help="For the level group: a table with 站点 and 分组."
)
@click.option("--regime", type=click.Choice(REGIMES), default="by-date", show_default=True)
@click.option(
    "--rules", "rules", multiple=True, type=click.Path(path_type=Path),
    help="A rule file of your own as it is now; may be given again.",
)  # fmt: skip
@click.option(
    "--day-list", "day_lists", multiple=True, type=click.Path(path_type=Path),
    help="A list of dust and event days as it is now; may be given again.",
)  # fmt: skip
@click.option("--as-of", type=int, help="The data as they were at this version, instead of now.")
@click.option("--place", "places", multiple=True, help="Show only this place; may be given again.")
@click.option("--days/--no-days", default=True, show_default=True, help="Show the AQI of single days too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write into this file instead.")
def changes(
    *,
    store: Path,
    period: str | None,
    since_version: int | None,
    bulletin: Path | None,
    freeze: Path | None,
    level: str,
    groups: Path | None,
    regime: str,
    rules: tuple[Path, ...],
    day_lists: tuple[Path, ...],
    as_of: int | None,
    places: tuple[str, ...],
    days: bool,
    form: str,
    out: Path | None,
) -> None:
    """Every figure that moved, before and after, and why: data, correction, review, rule, day list.

    Give --rules and --day-list as they hold now; a frozen bulletin knows those it was made with. Since a
    version, rules and list are taken to have been the same all along.

    \b
    lantian changes --store air --period 2019-06 --freeze june.json
    lantian changes --store air --since june.json --day-list dust.csv
    lantian changes --store air --period 2019-06 --since-version 3
    """
    from lantian.ambient.changes import Snapshot
    from lantian.ambient.changes import changes as found_in
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    chosen = [one is not None for one in (since_version, bulletin, freeze)]
    if sum(chosen) != 1:
        raise LantianError(
            "one of --freeze, --since and --since-version is needed", remedy="Give exactly one of them."
        )
    if period is None and bulletin is None:
        raise LantianError("the period is missing", remedy="Give --period 2019-06.")
    lake, book, listed = Lake.open(store), load(rules), None
    listed = lists_of(day_lists, book)
    now = Snapshot.of(lake, as_of=as_of, rulebook=book, day_list=listed)
    members = groups_of(groups)
    span = None if period is None else Period.parse(period)
    if freeze is not None and span is not None:
        now.frozen(lake, span, level=level, regime=regime, groups=members).save(freeze)
        click.echo(f"frozen: {span}, data version {now.version}, rulebook {book.digest}: {freeze}", err=True)
        return
    if bulletin is not None:
        before = Snapshot.load(bulletin)
        own = before.bulletin
        span = span or (own.period if own else None)
        if own is not None:
            level, regime, members = own.level, own.regime, None if own.groups is None else dict(own.groups)
    else:
        before = Snapshot.of(lake, as_of=since_version, rulebook=book, day_list=listed)
    if span is None:
        raise LantianError("the bulletin has no period", remedy="Give --period 2019-06.")
    every = found_in(lake, span, before=before, after=now, level=level, regime=regime, groups=members)
    shown = [
        one
        for one in every
        if (days or one.date is None) and (not places or {one.place, one.name} & set(places))
    ]
    if form == "json":
        body = {
            "period": span.label,
            "level": level,
            "regime": regime,
            "before": {"data_version": before.version, "rulebook": before.rulebook.digest},
            "after": {"data_version": now.version, "rulebook": now.rulebook.digest},
            "changes": [one.as_dict() for one in shown],
        }
        write_out(json.dumps(body, ensure_ascii=False, indent=1) + "\n", out)
    else:
        write_out("\n".join(_lines(shown, span.label, before.version, now.version)) + "\n", out)


def _lines(shown: Sequence[Change], period: str, before: int, after: int) -> Iterator[str]:
    kinds = Counter(cause.kind for change in shown for cause in change.causes)
    told = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
    yield f"{period}: {len(shown)} figures moved between data version {before} and {after}"
    if told:
        yield f"causes: {told}"
    place = ""
    for one in shown:
        if one.place != place:
            place = one.place
            yield f"{one.name}" if one.name == one.place else f"{one.name} ({one.place})"
        day = f" {one.date}" if one.date else ""
        yield f"  {one.figure}{day}: {one.before or 'none'} to {one.after or 'none'}"
        yield from (f"    {cause.kind}: {cause.text}" for cause in one.causes)
