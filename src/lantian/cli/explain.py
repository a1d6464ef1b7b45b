"""`lantian explain`: how one figure of one place came about, to the row."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lantian.cli.evaluate import REGIMES
from lantian.cli.evidence import groups_of, lists_of, write_out
from lantian.errors import LantianError


@click.command()
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="The store the hours were imported into."
)
@click.option("--place", help="The place by its name; 临汾市 and 临汾 are the same.")
@click.option(
    "--indicator",
    default="composite_index",
    show_default=True,
    help="composite_index, pm2_5, o3_8h, good_days_ratio, load_share_pm10, change_rate, composite_rank …",
)
@click.option("--period", help="2019-06, 2019, 2019-Q2, 2019-H1, 2019-06-15 or 2019-06-01..2019-06-15.")
@click.option("--level", type=click.Choice(["city", "station", "group"]), default="city", show_default=True)
@click.option(
    "--regime", type=click.Choice(REGIMES), default="by-date", show_default=True,
    help="Whose limits and index; by-date takes those in force on each day.",
)  # fmt: skip
@click.option("--as-of", type=int, help="The data as they were at this version of the store.")
@click.option(
    "--rules", "rules", multiple=True, type=click.Path(path_type=Path),
    help="A rule file of your own, laid over the rulebook; may be given again.",
)  # fmt: skip
@click.option(
    "--day-list", "day_lists", multiple=True, type=click.Path(path_type=Path),
    help="A list of dust and event days to take out; may be given again.",
)  # fmt: skip
@click.option(
    "--groups", type=click.Path(path_type=Path),
    help="For the level group: a table with 站点 and 分组, such as station and county.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["duckdb", "polars", "spark"]), default="duckdb", show_default=True,
    help="What computes; the digits are the same.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True,
    help="json holds every row and can be replayed; html is one page for A4.",
)  # fmt: skip
@click.option(
    "--rows/--no-rows",
    "rows",
    default=None,
    help="List the store's hours too; json does, text and html do not.",
)
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True,
    help="Language of text and page.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Write into this file instead.")
@click.option(
    "--replay", "saved", type=click.Path(path_type=Path),
    help="Compute a saved explanation (json) again and say what differs.",
)  # fmt: skip
def explain(
    *,
    store: Path,
    place: str | None,
    indicator: str,
    period: str | None,
    level: str,
    regime: str,
    as_of: int | None,
    rules: tuple[Path, ...],
    day_lists: tuple[Path, ...],
    groups: Path | None,
    engine: str,
    form: str,
    rows: bool | None,
    language: str,
    out: Path | None,
    saved: Path | None,
) -> int:
    """How one figure came about: statistics, days, hours, what was refused and why, rules, rounding.

    \b
    lantian explain --store air --place 临汾市 --indicator composite_index --period 2019-06
    lantian explain --store air --place 临汾 --period 2019-06 --format html --out linfen.html
    lantian explain --store air --replay linfen.json
    """
    from lantian.ambient.explanation import explain as explained
    from lantian.ambient.export import to_html, to_text
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    if saved is not None:
        return _replay(store, saved)
    if place is None or period is None:
        raise LantianError("place and period are needed", remedy="Give --place 临汾 --period 2019-06.")
    book = load(rules)
    found = explained(
        Lake.open(store),
        place,
        indicator,
        Period.parse(period),
        level=level,
        regime=regime,
        groups=groups_of(groups),
        as_of=as_of,
        rulebook=book,
        day_list=lists_of(day_lists, book),
        engine=engine,
        rows=form == "json" if rows is None else rows,
    )
    if form == "json":
        text = json.dumps(found.as_dict(), ensure_ascii=False, indent=1) + "\n"
    elif form == "html":
        text = to_html(found, language=language)
    else:
        text = to_text(found, language=language)
    write_out(text, out)
    return 0


def _replay(store: Path, saved: Path) -> int:
    """0 when every digit came out the same, else 1."""
    from lantian.ambient.replay import replay
    from lantian.lake import Lake

    try:
        body = json.loads(saved.read_text("utf-8"))
    except ValueError as error:
        raise LantianError("this is not JSON", where=str(saved), remedy="Save it again.") from error
    again = replay(Lake.open(store), body if isinstance(body, dict) else {})
    click.echo("\n".join(again.lines()))
    return 0 if again.same else 1
