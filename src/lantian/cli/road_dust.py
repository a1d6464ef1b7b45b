"""`lantian road-dust`: samples and published lists, ranking of roads and counties, campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.measures import (
    AS_OF,
    FILES,
    FORM,
    PERIOD,
    PLACES,
    REPORT,
    RULES,
    SHAPE,
    STORE,
    checked,
    known_places,
    nothing,
    rule_notes,
    show,
    show_triggers,
    tell,
)

if TYPE_CHECKING:
    from lantian.ambient.measures import RoadDust

METHOD = click.option(
    "--method", type=click.Choice(["weighed", "sensor"]), default="weighed", show_default=True,
    help="Swept and weighed (g/m²) or measured above the road (µg/m³).",
)  # fmt: skip
CITY = click.option("--city", help="Only roads of this city.")
COUNTY = click.option("--county", help="Only roads of this county.")
ROADS = {
    "rank": "rank", "city": "city", "county": "county", "name": "road", "section": "section",
    "road_class": "class", "value": "value", "limit": "limit", "verdict": "verdict", "ratio": "value/limit",
    "days": "days", "exceeding": "days above", "marks": "marks",
}  # fmt: skip
COUNTIES = {
    "rank": "rank", "city": "city", "county": "county", "value": "mean", "roads": "roads",
    "with_limit": "with limit", "within": "within", "within_share": "within %", "ratio": "value/limit",
}  # fmt: skip
LISTS = {"month": "month", "list": "list", "rank": "rank", "city": "city", "name": "road"}


@click.group()
def road_dust() -> None:
    """Road dust: take samples or published lists in, rank roads and counties, find campaigns.

    \b
    lantian road-dust import road-dust.csv --store dust
    lantian road-dust rank --store dust --period 2025-02
    lantian road-dust campaign --store dust --period 2025-02
    """


@road_dust.command("import")
@FILES
@STORE
@click.option("--ranks", is_flag=True, help="The files are published lists of ranks without values.")
@click.option("--method", type=click.Choice(["weighed", "sensor"]), help="Where the file does not say it.")
@click.option("--city", help="City of all rows, for files without a column for it.")
@PLACES
@REPORT
@SHAPE
def import_(
    files: tuple[Path, ...],
    *,
    store: Path,
    ranks: bool,
    method: str | None,
    city: str | None,
    places: Path | None,
    report: Path | None,
    shape: str,
) -> int:
    """Take samples of roads (.csv, .xlsx, .xls), or published lists of ranks."""
    from lantian.ambient.measures import import_road_dust, import_road_ranks
    from lantian.lake import Lake

    checked(files)
    known = known_places(places)
    lake = Lake.open(store, create=True)
    if ranks:
        return tell(import_road_ranks(files, lake, city=city, known_places=known, report=report), shape)
    taken = import_road_dust(files, lake, method=method, city=city, known_places=known, report=report)
    return tell(taken, shape)


def _found(
    where: tuple[Path, int | None, tuple[Path, ...]],
    period: str,
    method: str,
    city: str | None,
    county: str | None,
) -> RoadDust:
    from lantian.ambient.measures import road_dust as question
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    store, as_of, rules = where
    lake = Lake.open(store)
    found = question(
        lake, Period.parse(period), method=method, city=city, county=county, as_of=as_of, rulebook=load(rules)
    )
    if not found.roads:
        raise nothing(lake, "road_dust_sample", store, f"{method} road dust for {period}")
    return found


@road_dust.command()
@STORE
@PERIOD
@click.option("--by", type=click.Choice(["road", "county"]), default="road", show_default=True)
@METHOD
@CITY
@COUNTY
@click.option("--best", type=click.IntRange(1), help="Only the cleanest N roads.")
@click.option("--worst", type=click.IntRange(1), help="Only the dustiest N roads, dustiest first.")
@RULES
@AS_OF
@FORM
def rank(
    *,
    store: Path,
    period: str,
    by: str,
    method: str,
    city: str | None,
    county: str | None,
    best: int | None,
    worst: int | None,
    rules: tuple[Path, ...],
    as_of: int | None,
    form: str,
) -> None:
    """Rank roads or counties, cleanest first, against the limits of place and class."""
    found = _found((store, as_of, rules), period, method, city, county)
    title = f"road dust [{found.unit}], {found.period.label}, {method}, data version {found.data_version}"
    notes = rule_notes(found.unverified)
    if by == "county":
        rows = [row.cells() for row in found.counties]
        show(form, found.as_dict(), rows, COUNTIES, title=title, notes=notes)
        return
    roads = found.best(best) if best else found.worst(worst) if worst else found.roads
    counts = [{"days": len(road.samples), "exceeding": road.exceeding} for road in roads]
    rows = [{**road.cells(), **count} for road, count in zip(roads, counts, strict=True)]
    answer = [{**road.as_dict(), **count} for road, count in zip(roads, counts, strict=True)]
    show(form, {**found.as_dict(), "roads": answer}, rows, ROADS, title=title, notes=notes)


@road_dust.command()
@STORE
@PERIOD
@CITY
@click.option("--list", "which", type=click.Choice(["worst", "cleanest"]), help="Only this list.")
@AS_OF
@FORM
def lists(
    *, store: Path, period: str, city: str | None, which: str | None, as_of: int | None, form: str
) -> None:
    """The published lists of a period: ranks without values."""
    from lantian.ambient.measures import road_ranks
    from lantian.ambient.period import Period
    from lantian.lake import Lake

    lake = Lake.open(store)
    found = road_ranks(lake, Period.parse(period), city=city, which=which, as_of=as_of)
    if not found:
        raise nothing(lake, "road_dust_rank", store, f"lists of roads for {period}")
    rows = [{**road.as_dict(), "month": f"{road.month:%Y-%m}"} for road in found]
    show(form, {"lists": rows}, rows, LISTS)


@road_dust.command()
@STORE
@PERIOD
@METHOD
@CITY
@COUNTY
@RULES
@AS_OF
@FORM
def campaign(
    *,
    store: Path,
    period: str,
    method: str,
    city: str | None,
    county: str | None,
    rules: tuple[Path, ...],
    as_of: int | None,
    form: str,
) -> None:
    """Roads and counties that start a campaign, by the rules `ambient.road_dust.triggers`."""
    from datetime import timedelta

    from lantian.ambient.measures import road_ranks, road_triggers
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    found = _found((store, as_of, rules), period, method, city, county)
    span = found.period
    year = Period(span.first - timedelta(days=366), span.last)
    lists = road_ranks(Lake.open(store), year, city=city, which="worst", as_of=as_of)
    show_triggers(form, road_triggers(found, lists=lists, rulebook=load(rules)))
