"""`lantian outlook`: will a target be attained; and how well such probabilities did on the past."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from lantian.cli.evaluate import REGIMES
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.asking import Asked
    from lantian.ambient.outlook.backtest import Trial
    from lantian.lake import Lake
    from lantian.rulebook import Rulebook

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
DAY = click.DateTime(["%Y-%m-%d"])
RULES = click.option(
    "--rules", "rules", multiple=True, type=click.Path(path_type=Path),
    help="A rule file of your own, laid over the rulebook; may be given again.",
)  # fmt: skip


@click.group(invoke_without_command=True, subcommand_metavar="[backtest …]")
@click.option("--store", type=click.Path(path_type=Path), help="The store the days come from.")
@click.option("--place", "places", multiple=True, help="The place; may be given again. Without it, all.")
@click.option(
    "--indicator", "indicators", multiple=True,
    help="pm2_5, pm10, so2, no2, co, o3_8h, composite_index, good_days, good_days_ratio, heavy_days, "
    "composite_rank; may be given again, each with its target.",
)  # fmt: skip
@click.option(
    "--target", "targets", multiple=True,
    help="<=35, >=285, exit-last-10, top-30; one for each indicator. Without any, the final figure only.",
)  # fmt: skip
@click.option("--period", help="2025, 2025-H2, 2025-06 … or a range of days.")
@click.option("--as-of-day", type=DAY, help="The last day known; without it, the last with data.")
@click.option("--level", type=click.Choice(["city", "station"]), default="city", show_default=True)
@click.option(
    "--regime", type=click.Choice(REGIMES), default="by-date", show_default=True,
    help="Under which all years are judged; by-date takes that of the period's last day.",
)  # fmt: skip
@click.option("--pool", "pool_name", help="For composite_rank: 168, 2+26, 山西 …; without it, all places.")
@click.option("--pool-file", "pool_files", multiple=True, type=FILE, help="A table of pools of your own.")
@click.option("--day-list", type=FILE, help="Official dust and event days to take out.")
@RULES
@click.option("--as-of", type=int, help="The data as they were at this version of the store.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_context
def outlook(
    ctx: click.Context,
    *,
    store: Path | None,
    places: tuple[str, ...],
    indicators: tuple[str, ...],
    targets: tuple[str, ...],
    period: str | None,
    as_of_day: datetime | None,
    level: str,
    regime: str,
    pool_name: str | None,
    pool_files: tuple[Path, ...],
    day_list: Path | None,
    rules: tuple[Path, ...],
    as_of: int | None,
    form: str,
) -> None:
    """Will a target be attained?

    The value to date, the mean that the remaining days must hold month by month (or the days that may still
    come), the probability of attaining and the intervals of the final figure, from past years drawn again and
    again and carried to this year's level.

    \b
    lantian outlook --store air --place 临汾 --indicator pm2_5 --target '<=35' --period 2025
    lantian outlook --store air --place 临汾 --indicator composite_rank --target exit-last-10 \\
      --pool 168 --period 2025
    """
    if ctx.invoked_subcommand is not None:
        return
    from lantian.ambient.events import read_day_list
    from lantian.ambient.outlook import Target, outlooks
    from lantian.ambient.outlook.target import RANK
    from lantian.ambient.period import Period
    from lantian.ambient.ranking import pool
    from lantian.cli.outlook_views import answers
    from lantian.lake import Lake
    from lantian.rulebook import load

    if store is None or period is None or not indicators:
        raise click.UsageError("--store, --period and --indicator are needed.", ctx)
    if targets and len(targets) != len(indicators):
        raise LantianError(
            f"{len(indicators)} indicators and {len(targets)} targets", remedy="Give one target for each."
        )
    wanted = Period.parse(period)
    book = load(rules)
    lake = Lake.open(store)
    parsed = [
        Target.parse(indicator, targets[at] if targets else None, wanted)
        for at, indicator in enumerate(indicators)
    ]
    asked: Asked = {"level": level, "regime": regime, "rulebook": book, "as_of": as_of}
    if day_list:
        asked["day_list"] = read_day_list(day_list, rulebook=book)
    if places:
        asked["places"] = places
    known = as_of_day.date() if as_of_day else None
    rivals = None
    if any(target.indicator == RANK for target in parsed):
        rivals = (
            pool(pool_name, wanted.last, rulebook=book, files=pool_files) if pool_name
            else _every_place(lake, level)
        )  # fmt: skip
    found = outlooks(lake, parsed, as_of_day=known, pool=rivals, **asked)
    if not found:
        raise LantianError(
            f"the store holds nothing for {wanted.label} or the years before", where=str(store),
            remedy="Import something first: lantian import ambient FILE --store DIR.",
        )  # fmt: skip
    click.echo(answers(found, form))


def _every_place(lake: Lake, level: str) -> list[str]:
    from lantian.ambient.choosing import known_cities
    from lantian.ambient.sources import Question

    if level == "station":
        return [place.place for place in lake.places("ambient_station_hour")]
    return sorted(known_cities(Question.of(lake, "city", None, None, None)))


class _Source(NamedTuple):
    """A data set to try on: its name, its store, at which level."""

    name: str
    lake: Lake
    level: str


@outlook.command()
@click.option(
    "--data", "files", multiple=True,
    help="A file of days or hours; may be given again. 太原=FILE for one without a column of places: these "
    "are tried together.",
)  # fmt: skip
@click.option("--store", type=click.Path(path_type=Path), help="A store to try on.")
@click.option(
    "--regime", type=click.Choice(REGIMES), default="by-date", show_default=True,
    help="Under which all years are judged; by-date takes that of the last day.",
)  # fmt: skip
@click.option(
    "--halves", is_flag=True, help="Of data sets of many places, also every second place for itself."
)
@RULES
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True
)
def backtest(
    *,
    files: tuple[str, ...],
    store: Path | None,
    regime: str,
    halves: bool,
    rules: tuple[Path, ...],
    form: str,
) -> None:
    """Score such probabilities on the past.

    For each place, year with a past year, month end and a spread of targets, the probability is issued with
    what was known then. Printed: Brier score beside climatology by month of issue, what came by tenth of
    probability, and how many final figures lay in their intervals.
    """
    from lantian.cli.outlook_views import trials
    from lantian.rulebook import load

    if not files and store is None:
        raise click.UsageError("--data or --store is needed.", click.get_current_context())
    book = load(rules)
    found: list[Trial] = []
    with _sources(files, store) as sources:
        for source in sources:
            whole = _tried(source, regime, book)
            found.append(whole)
            if halves and len(whole.places) >= MANY:
                rows = range(len(whole.places))
                found.append(whole.of_places(f"{whole.name}, odd places", list(rows[::2])))
                found.append(whole.of_places(f"{whole.name}, even places", list(rows[1::2])))
    click.echo(trials(found, form))


MANY = 20
"""Places of a data set that is large enough to be halved."""


@contextmanager
def _sources(files: tuple[str, ...], store: Path | None) -> Iterator[list[_Source]]:
    """The data sets: files are taken into stores that are gone afterwards."""
    from lantian.ambient.intake import import_ambient
    from lantian.lake import Lake

    with tempfile.TemporaryDirectory(prefix="lantian-") as folder:
        sets: dict[str, list[tuple[str | None, Path]]] = {}
        for text in files:
            place, _, path = text.rpartition("=")
            name = "places given by name" if place else Path(path).name
            sets.setdefault(name, []).append((place or None, Path(path)))
        found: list[_Source] = []
        for number, (name, members) in enumerate(sets.items()):
            lake = Lake.open(Path(folder) / str(number), create=True)
            for city, file in members:
                report = import_ambient([file], lake, place=city)
                if not report.ok or not lake.version:
                    raise LantianError("nothing could be taken of it", where=str(file),
                                       remedy="See what `lantian import ambient` says of it.")  # fmt: skip
            several = " ".join(str(place) for place, _ in members) if len(members) > 1 else name
            found.append(_source(several, lake))
        if store is not None:
            found.append(_source(store.name, Lake.open(store)))
        yield found


def _source(name: str, lake: Lake) -> _Source:
    kinds = lake.kinds()
    stations = [place.city for place in lake.places("ambient_station_hour")] \
        if "ambient_station_hour" in kinds else []  # fmt: skip
    return _Source(name, lake, "city" if not stations or any(stations) else "station")


def _tried(source: _Source, regime: str, book: Rulebook) -> Trial:
    from lantian.ambient.asking import days_asked, named_regime
    from lantian.ambient.outlook.backtest import backtest as tried
    from lantian.ambient.outlook.history import history_of
    from lantian.ambient.period import Period

    spans = [source.lake.span(kind) for kind in source.lake.kinds() if kind.startswith("ambient_")]
    days = [_day(edge) for span in spans if span for edge in span]
    if not days:
        raise LantianError(
            "the store holds nothing yet", where=source.name,
            remedy="Import something first: lantian import ambient FILE --store DIR.",
        )  # fmt: skip
    whole = Period(min(days), max(days))
    asked: Asked = {"level": source.level, "regime": regime, "rulebook": book}
    asked["regime"] = named_regime(whole, asked)
    history = history_of(days_asked(source.lake, whole, asked).parts, whole.first, whole.last)
    say = _progress if sys.stderr.isatty() else None
    return tried(history, source.name, regime=asked["regime"], book=book, progress=say)


def _progress(line: str) -> None:
    click.echo(line, err=True)


def _day(moment: date | datetime) -> date:
    """The local day an hour (by its end) or a day belongs to."""
    from lantian.ambient.hours import local_hour

    return local_hour(moment)[0] if isinstance(moment, datetime) else moment
