"""`lantian rank`: a pool ranked by value or change; distance to a line; beside an official list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.evaluate import REGIMES
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.asking import Asked
    from lantian.ambient.period import Period
    from lantian.ambient.ranking import Compared, Line, OfficialList, Pool, Ranking
    from lantian.cli.tables import View
    from lantian.lake import Lake
    from lantian.rulebook import Rulebook

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="The store the hours were imported into."
)
@click.option(
    "--period", required=True,
    help="2019-06, 2019, 2019-Q2, 2019-H1, 2019-YTD, 2019-06-15, 2019-06-01..2019-06-15.",
)  # fmt: skip
@click.option(
    "--pool", "pool_name", help="168, 2+26, 2+36, 汾渭, 长三角, 山西 …; without it, all places there."
)
@click.option(
    "--pool-file", "pool_files", multiple=True, type=FILE,
    help="A table of pools of your own; may be given again.",
)  # fmt: skip
@click.option(
    "--pool-on", type=click.DateTime(["%Y-%m-%d"]),
    help="The day whose members are ranked; the period's last without it.",
)  # fmt: skip
@click.option(
    "--by", default="composite_index", show_default=True,
    help="composite_index, so2, no2, pm10, pm2_5, co, o3_8h, good_days, good_days_ratio, heavy_days …",
)  # fmt: skip
@click.option(
    "--order",
    type=click.Choice(["ascending", "descending"]),
    help="Which end is best; the rules say without it.",
)
@click.option("--change", is_flag=True, help="Rank by the change against the same period of the year before.")
@click.option("--line", "line_text", help="Distance to a line: exit-last-10 (退出后10位) or top-30 (前30).")
@click.option("--over-time", is_flag=True, help="With --line: the distance to date after each month.")
@click.option("--place", "places", multiple=True, help="Show only this place; may be given again.")
@click.option("--official", type=FILE, help="Lay this official list beside ours and explain differences.")
@click.option(
    "--day-list", type=FILE,
    help="Official dust and event days to take out; with --official they explain a difference.",
)  # fmt: skip
@click.option(
    "--groups", "groups_file", type=FILE, help="A table 站点, 分组: rank groups as means of stations."
)
@click.option(
    "--regime", type=click.Choice(REGIMES), default="by-date", show_default=True,
    help="Whose limits and index; by-date takes those in force on each day.",
)  # fmt: skip
@click.option(
    "--rules", "rules", multiple=True, type=click.Path(path_type=Path),
    help="A rule file of your own, laid over the rulebook; may be given again.",
)  # fmt: skip
@click.option("--as-of", type=int, help="The data as they were at this version of the store.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
def rank(
    *,
    store: Path,
    period: str,
    pool_name: str | None,
    pool_files: tuple[Path, ...],
    pool_on: date | None,
    by: str,
    order: str | None,
    change: bool,
    line_text: str | None,
    over_time: bool,
    places: tuple[str, ...],
    official: Path | None,
    day_list: Path | None,
    groups_file: Path | None,
    regime: str,
    rules: tuple[Path, ...],
    as_of: int | None,
    form: str,
) -> None:
    """Rank the places of a pool.

    Equal published values share a rank and the next is skipped; ranks are counted from the best and from the
    worst. Members without data are named, and the ranks of the others bounded.
    """
    from lantian.ambient.comparison import compare
    from lantian.ambient.ranking import Line, pool, rank_change, read_official
    from lantian.ambient.regional import read_groups
    from lantian.ambient.whole_days import asked_period
    from lantian.cli import rank_views as views
    from lantian.cli.evidence import lists_of
    from lantian.lake import Lake
    from lantian.rulebook import load

    if sum((change, line_text is not None, official is not None)) > 1:
        raise LantianError("--change, --line and --official are three questions", remedy="Ask one at a time.")
    if over_time and not line_text:
        raise LantianError("--over-time goes with --line", remedy="Add --line exit-last-10.")
    line = Line.parse(line_text) if line_text else None
    book = load(rules)
    lake = Lake.open(store)
    wanted = asked_period(lake, period, as_of=as_of)
    day = date(pool_on.year, pool_on.month, pool_on.day) if pool_on else wanted.last
    members = pool(pool_name, day, rulebook=book, files=pool_files) if pool_name else None
    theirs = read_official(official, period=wanted) if official else None
    asked: Asked = {"regime": regime, "as_of": as_of, "rulebook": book}
    if groups_file:
        groups, refused = read_groups(groups_file)
        for refusal in refused:
            click.echo(f"lantian: not taken: {refusal.line}", err=True)
        asked |= {"level": "group", "groups": groups}
    dust: Asked = {"day_list": lists_of([day_list], book)} if day_list else {}
    with_dust: Asked = {**asked, **dust}
    if change:
        view = views.of_change(
            rank_change(compare(lake, wanted, **with_dust), members, by=by, rulebook=book), places
        )
    elif theirs:
        view = _official(_Question(lake, wanted, members, by, order, asked, book), theirs, dust, places)
    else:
        question = _Question(lake, wanted, members, by, order, with_dust, book)
        view = (
            _line(question, line, places, over_time=over_time)
            if line
            else views.of_ranking(question.rank(), places)
        )
    click.echo(view.text(form))


@dataclass(frozen=True)
class _Question:
    """One ranking to be asked for, under this or another assumption."""

    lake: Lake
    period: Period
    pool: Pool | None
    by: str
    order: str | None
    asked: Asked
    book: Rulebook

    def rank(self, changed: Asked | None = None) -> Ranking:
        from lantian.ambient.evaluation import evaluate
        from lantian.ambient.ranking import rank as ranking

        asked: Asked = {**self.asked, **(changed or {})}
        found = evaluate(self.lake, self.period, **asked)
        if not found.rows:
            raise LantianError(
                f"the store holds nothing for {self.period.label}", where=str(self.lake.root),
                remedy="Import something first: lantian import ambient FILE --store DIR.",
            )  # fmt: skip
        return ranking(found, self.pool, by=self.by, order=self.order, rulebook=self.book)


def _line(question: _Question, line: Line, places: tuple[str, ...], *, over_time: bool) -> View:
    from lantian.ambient.ranking import distance, distance_over_time, reductions
    from lantian.cli import rank_views as views

    if len(places) != 1:
        raise LantianError("a distance is that of one place", remedy="Name it with --place.")
    ranking = question.rank()
    if over_time:
        points = distance_over_time(
            question.lake, question.period, ranking.pool, places[0], line, by=question.by, **question.asked
        )
        return views.of_points(ranking, places[0], line, points)
    to = distance(ranking, places[0], line)
    lowered = None
    if question.by == "composite_index" and not to.met:
        lowered = reductions(ranking, to.place, to.needed, rulebook=question.book)
    return views.of_distance(ranking, to, lowered)


def _official(question: _Question, theirs: OfficialList, dust: Asked, places: tuple[str, ...]) -> View:
    """Ours beside theirs; other regimes are asked only where something is left to explain."""
    from lantian.ambient.ranking import compare_official
    from lantian.cli import rank_views as views

    ours = question.rank()
    others = [("dust_days", question.rank(dust))] if dust else []
    rows = compare_official(ours, theirs, alternatives=others, rulebook=question.book)
    if any(_open(row) for row in rows):
        regimes = [name for name in question.book.regimes() if name != ours.regime]
        others += [("regime", question.rank({"regime": name})) for name in regimes]
        rows = compare_official(ours, theirs, alternatives=others, rulebook=question.book)
    return views.of_official(ours, theirs, rows, places)


def _open(row: Compared) -> bool:
    settled = {"same", "rounding", "tie", "dust_days", "not_in_pool", "no_data_here"}
    return not settled & {explanation.code for explanation in row.explanations}
