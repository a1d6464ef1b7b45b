"""`lantian evaluate`: statistics, composite index and rank of each place, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from lantian.cli.evidence import lists_of
from lantian.cli.tables import FORMS, View
from lantian.errors import LantianError, Refusal

if TYPE_CHECKING:
    from lantian.ambient.asking import Asked
    from lantian.ambient.period import Period
    from lantian.lake import Lake

REGIMES = ("gb3095-2012", "gb3095-2026-transition", "gb3095-2026", "by-date")
SHOWN = (
    "statistics", "attainment", "shares", "what-if", "change", "regimes", "trend", "years", "regions",
    "hours",
)  # fmt: skip
METHODS = ("unweighted", "weighted", "annex_c_2013")
PATH = click.Path(path_type=Path)


@dataclass(frozen=True)
class Request:
    """What was asked on the command line, read."""

    lake: Lake
    store: Path
    period: str
    asked: Asked
    against: str | None
    method: str | None
    grade: int
    variant: str
    changes: tuple[str, ...]
    groups: Path | None
    places: tuple[str, ...]

    @property
    def level(self) -> str:
        return self.asked["level"]

    def one_period(self) -> Period:
        from lantian.ambient.whole_days import asked_period

        return asked_period(self.lake, self.period, level=self.level, as_of=self.asked["as_of"])

    def nothing(self, period: object) -> LantianError:
        return _nothing(self.lake, self.store, str(period), self.level, self.places)


@click.command()
@click.option("--store", required=True, type=PATH, help="The store the hours were imported into.")
@click.option(
    "--period", required=True,
    help="2019-06, 2019, 2019-Q2, 2019-H1, 2019-YTD, 2019-06-15, 2019-06-01..2019-06-15; years: 2017..2019.",
)  # fmt: skip
@click.option(
    "--show", type=click.Choice(SHOWN),
    help="What to show; without it statistics, or what the other options ask for.",
)  # fmt: skip
@click.option("--level", type=click.Choice(["city", "station"]), default="city", show_default=True)
@click.option(
    "--regime", type=click.Choice(REGIMES), default="by-date", show_default=True,
    help="Whose limits and index; by-date takes those in force on each day.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
@click.option("--place", "places", multiple=True, help="Only this place; may be given again.")
@click.option(
    "--groups", type=PATH,
    help="Table of stations and their groups (counties, townships, parks): evaluate the groups. With --show "
    "regions: of places and their regions.",
)  # fmt: skip
@click.option("--against", help="Compare with this period; `--show change` alone takes the year before.")
@click.option(
    "--method", type=click.Choice(METHODS), help="How the composite index is made, other than for ranking."
)
@click.option(
    "--grade",
    type=click.IntRange(1, 2),
    default=2,
    show_default=True,
    help="Limits that attainment is judged by.",
)
@click.option(
    "--variant", type=click.Choice(["full", "bulletin"]), default="full", show_default=True,
    help="Attainment by means and percentiles, or as counts in bulletins: means, CO-95, O3-90.",
)  # fmt: skip
@click.option(
    "--what-if", "changes", multiple=True,
    help="The index after a change: pm2_5=-1, or several at once pm2_5=-1,co=-0.1; may be given again.",
)  # fmt: skip
@click.option("--day-list", type=PATH, help="Official list of dust and event days to take out.")
@click.option(
    "--rules", "rules", multiple=True, type=PATH,
    help="A rule file of your own, laid over the rulebook; may be given again.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["duckdb", "polars", "spark"]), default="duckdb", show_default=True,
    help="What computes; the digits are the same.",
)  # fmt: skip
@click.option("--as-of", type=int, help="The data as they were at this version of the store.")
def evaluate(
    *,
    store: Path,
    period: str,
    show: str | None,
    level: str,
    regime: str,
    form: str,
    places: tuple[str, ...],
    groups: Path | None,
    against: str | None,
    method: str | None,
    grade: int,
    variant: str,
    changes: tuple[str, ...],
    day_list: Path | None,
    rules: tuple[Path, ...],
    engine: str,
    as_of: int | None,
) -> None:
    """Statistics, composite index and rank of each place; attainment, shares, changes, trends.

    Means of SO2, NO2, PM10 and PM2.5, the 95th percentile of CO, the 90th of the daily 8-hour ozone maximum,
    the composite index of the six, the rank by it, days with AQI up to 100 and above 200. Best first.
    """
    from lantian.ambient.period import Years
    from lantian.lake import Lake
    from lantian.rulebook import load

    if show is None:
        show = (
            "change" if against else "what-if" if changes else "years" if Years.like(period) else "statistics"
        )
    book = load(rules)
    asked: Asked = {
        "level": level, "regime": regime, "places": places or None, "as_of": as_of, "rulebook": book,
        "groups": None, "engine": engine,
        "day_list": None if day_list is None else lists_of([day_list], book),
    }  # fmt: skip
    if groups is not None and show != "regions":
        asked |= {"level": "group", "groups": _groups(groups)}
    lake = Lake.open(store)
    request = Request(lake, store, period, asked, against, method, grade, variant, changes, groups, places)
    click.echo(VIEWS[show](request).text(form))


def _statistics(request: Request) -> View:
    from lantian.ambient.index_methods import evaluate_indices
    from lantian.cli import evaluate_views as views

    period = request.one_period()
    found, _ = evaluate_indices(request.lake, period, method=request.method, **request.asked)
    if not found.rows:
        raise request.nothing(period)
    return views.statistics(found)


def _attainment(request: Request) -> View:
    from lantian.ambient.attainment import evaluate_attainment
    from lantian.cli import evaluate_views as views

    period = request.one_period()
    found = evaluate_attainment(
        request.lake, period, grade=request.grade, variant=request.variant, **request.asked
    )
    if not found.rows:
        raise request.nothing(period)
    return views.attainment(found)


def _shares(request: Request) -> View:
    from lantian.ambient.contribution import best_parts, loads
    from lantian.ambient.index_methods import evaluate_indices
    from lantian.cli import evaluate_views as views

    period = request.one_period()
    found, indices = evaluate_indices(request.lake, period, method=request.method, **request.asked)
    if not found.rows:
        raise request.nothing(period)
    book = request.asked["rulebook"]
    best = best_parts(indices.values()) if indices else None
    own = {place: loads(index, best=best, on=period.last, rulebook=book) for place, index in indices.items()}
    return views.shares(found, own, indices)


def _what_if(request: Request) -> View:
    from lantian.ambient.asking import named_regime
    from lantian.ambient.contribution import Fall, per_unit, what_if
    from lantian.ambient.index_methods import evaluate_indices
    from lantian.cli import evaluate_views as views

    period = request.one_period()
    if request.method == METHODS[2]:
        raise LantianError(
            "what-if knows no index of annex C of 2013", remedy="Choose unweighted or weighted."
        )
    wanted = {text: _changes(text) for text in request.changes}
    found, indices = evaluate_indices(request.lake, period, method=request.method, **request.asked)
    if not found.rows:
        raise request.nothing(period)
    regime, book = named_regime(period, request.asked), request.asked["rulebook"]
    falls: dict[str, dict[str, Fall]] = {}
    for row in found.rows:
        if row.place not in indices:
            continue
        values = {item: own.value for item, own in row.statistics.items() if own.value is not None}
        if wanted:
            falls[row.place] = {
                text: what_if(
                    values, change, regime=regime, on=period.last, method=request.method, rulebook=book
                )
                for text, change in wanted.items()
            }
        else:
            units = per_unit(values, regime=regime, on=period.last, method=request.method, rulebook=book)
            falls[row.place] = {
                f"{views.SYMBOLS[item]} -{'0.1' if item == 'co' else '1'}": units[item]
                for item in views.STATISTICS
            }
    return views.what_if(found, falls)


def _change(request: Request) -> View:
    from lantian.ambient.comparison import compare
    from lantian.ambient.period import Period
    from lantian.cli import evaluate_views as views

    period = request.one_period()
    other = Period.parse(request.against) if request.against else None
    found = compare(request.lake, period, other, **request.asked)
    if not found.now.rows or not found.then.rows:
        raise request.nothing(found.against if found.now.rows else period)
    return views.change(found)


def _regimes(request: Request) -> View:
    from lantian.ambient.comparison import both_ways
    from lantian.cli import evaluate_series as views

    period = request.one_period()
    found = both_ways(request.lake, period, **request.asked)
    if not any(evaluation.rows for evaluation in found.values()):
        raise request.nothing(period)
    return views.regimes(found)


def _trend(request: Request) -> View:
    from lantian.ambient.period import Years
    from lantian.ambient.trend import find_trends
    from lantian.cli import evaluate_series as views

    years = Years.parse(request.period)
    found = find_trends(request.lake, years.periods(), **request.asked)
    if not found.rows:
        raise request.nothing(years.last)
    return views.trend(found)


def _years(request: Request) -> View:
    from lantian.ambient.multi_year import years_mean
    from lantian.ambient.period import Years
    from lantian.cli import evaluate_series as views

    years = Years.parse(request.period)
    found = years_mean(request.lake, years, **request.asked)
    if not found.rows:
        raise request.nothing(years)
    return views.years(found)


def _regions(request: Request) -> View:
    from lantian.ambient.regional import evaluate_regions, read_regions
    from lantian.cli import evaluate_series as views

    if request.groups is None:
        raise LantianError("which places belong to which region?", remedy="Give a table: --groups FILE.")
    period = request.one_period()
    regions, refused = read_regions(request.groups)
    _tell(refused)
    found = evaluate_regions(request.lake, period, regions, **request.asked)
    if all(len(row.missing) == len(row.members) for row in found.rows):
        raise request.nothing(period)
    return views.regions(found)


def _hours(request: Request) -> View:
    from lantian.ambient.hour_series import series_of_hours
    from lantian.cli import evaluate_series as views

    if len(request.places) != 1:
        raise LantianError("the hours of which place?", remedy="Name one: --place 临汾.")
    period = request.one_period()
    found = series_of_hours(request.lake, request.places[0], period, **request.asked)
    if not found.segments:
        raise request.nothing(period)
    return views.hours(found)


VIEWS: dict[str, Callable[[Request], View]] = {
    "statistics": _statistics,
    "attainment": _attainment,
    "shares": _shares,
    "what-if": _what_if,
    "change": _change,
    "regimes": _regimes,
    "trend": _trend,
    "years": _years,
    "regions": _regions,
    "hours": _hours,
}


def _groups(path: Path) -> dict[str, str]:
    """Group by member."""
    from lantian.ambient.regional import read_groups

    groups, refused = read_groups(path)
    _tell(refused)
    return groups


def _tell(refused: list[Refusal]) -> None:
    """Rows that could not be taken, on standard error."""
    for refusal in refused:
        click.echo(f"{refusal.file} row {refusal.row}, column {refusal.column}: {refusal.reason}", err=True)


def _changes(text: str) -> dict[str, str]:
    """`pm2_5=-1,co=-0.1` by pollutant."""
    found: dict[str, str] = {}
    for part in text.split(","):
        item, sign, value = part.partition("=")
        if not sign or not value.strip():
            raise LantianError(f"'{text}' is no change", remedy="Write pm2_5=-1, or pm2_5=-1,co=-0.1.")
        found[item.strip()] = value.strip()
    return found


def _nothing(lake: Lake, store: Path, period: str, level: str, places: tuple[str, ...]) -> LantianError:
    kinds = ["ambient_station_hour"] if level == "station" else lake.kinds()
    spans = []
    for kind in kinds:
        span = lake.span(kind) if kind in lake.kinds() else None
        if span:
            spans.append(f"{kind} from {_day(span[0])} to {_day(span[1])}")
    among = f" of {', '.join(places)}" if places else ""
    if not spans:
        what = "no station hours" if level == "station" and lake.kinds() else "nothing yet"
        return LantianError(
            f"the store holds {what}", where=str(store),
            remedy="Import something first: lantian import ambient FILE --store DIR.",
        )  # fmt: skip
    return LantianError(
        f"the store holds nothing{among} for {period}",
        where=str(store),
        remedy="It holds " + ", ".join(spans) + ".",
    )


def _day(moment: date | datetime) -> str:
    """The local day an hour (by its end) or a day belongs to."""
    if isinstance(moment, datetime):
        from datetime import timedelta

        return f"{(moment - timedelta(hours=1)).astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"
    return moment.isoformat()
