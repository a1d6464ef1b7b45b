"""`lantian dustfall`; and what the commands of the other measures share: options, tables, outputs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantian.cli.tables import Column, View
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.intake.report import ImportReport
    from lantian.rulebook import Rule

PERIOD = click.option("--period", required=True, help="2025-02, 2025-Q1, 2025-H1, 2025 or a range of days.")
STORE = click.option("--store", required=True, type=click.Path(path_type=Path), help="Folder of the store.")
FORM = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
RULES = click.option(
    "--rules", multiple=True, type=click.Path(path_type=Path),
    help="A rule file of your own, laid over the rulebook; may be given again.",
)  # fmt: skip
AS_OF = click.option("--as-of", type=int, help="The data as they were at this version of the store.")
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
PLACES = click.option(
    "--places",
    type=click.Path(path_type=Path),
    help="Text file of known places, one a line; others are refused.",
)
REPORT = click.option("--report", type=click.Path(path_type=Path), help="Where to list what was refused.")
SHAPE = click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")


def known_places(path: Path | None) -> Callable[[str], bool] | None:
    """Whether a place is in a text file, one a line; None without a file."""
    if path is None:
        return None
    try:
        names = {line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip()}
    except UnicodeDecodeError:
        raise LantianError(
            "the list of places is not UTF-8", where=str(path), remedy="Save it as UTF-8."
        ) from None
    return names.__contains__


def checked(files: Sequence[Path]) -> None:
    """Refuse a file that is not there before a store is made."""
    for file in files:
        if not file.is_file():
            raise LantianError("there is no such file", where=str(file))


def tell(result: ImportReport, shape: str) -> int:
    """Print what an import did; returns the exit code."""
    from lantian.cli.ambient import verdict

    if shape == "json":
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(result.lines()))
    return verdict(result)


def show(
    form: str,
    answer: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    *,
    title: str = "",
    notes: Iterable[str] = (),
) -> None:
    """Print an answer: JSON whole, CSV its rows, a table the columns {key: heading} of its rows."""
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    elif form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, list(columns), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: shown(value) for key, value in row.items()} for row in rows)
        click.echo(text.getvalue(), nl=False)
    else:
        cells = [{key: shown(row.get(key)) for key in columns} for row in rows]
        heads = [
            Column(key, heading, left=not all(_number(cell[key]) for cell in cells))
            for key, heading in columns.items()
        ]
        said = [*_meanings(rows), *(note for note in notes if note)]
        click.echo(View(title, heads, cells, [], notes=said).text("table").lstrip("\n"))


def _meanings(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line a mark that stands in the rows."""
    from lantian.ambient.marks import describe

    return [f"{mark}: {describe(mark)}" for mark in sorted({m for row in rows for m in row.get("marks", ())})]


def shown(value: Any) -> str:
    """A value in a cell: nothing for None, words joined by spaces."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(shown(item) for item in value)
    if isinstance(value, Mapping):
        return " ".join(f"{key}={shown(item)}" for key, item in value.items())
    return str(value)


def rule_notes(rules: Iterable[Rule]) -> list[str]:
    """A line a rule that was not read in its document."""
    return [f"not verified: {rule.path} ({rule.citation})" for rule in rules]


def _number(text: str) -> bool:
    return not text or text.lstrip("+-").replace(".", "", 1).replace("/", "", 1).isdigit()


@click.group()
def dustfall() -> None:
    """Dustfall months: take them in, rank units and cities, print the notice, list campaigns.

    \b
    lantian dustfall import dustfall.csv --store dust
    lantian dustfall rank --store dust --period 2025-02
    lantian dustfall summary --store dust --period 2025-02 --language zh
    """


@dustfall.command("import")
@FILES
@STORE
@click.option("--month", help="Month of all rows, 2025-02, for a table without a column for it.")
@PLACES
@REPORT
@SHAPE
def import_(
    files: tuple[Path, ...],
    *,
    store: Path,
    month: str | None,
    places: Path | None,
    report: Path | None,
    shape: str,
) -> int:
    """Take dustfall tables (.csv, .xlsx, .xls): values, or the weighings of HJ 1221."""
    from lantian.ambient.measures import import_dustfall
    from lantian.ambient.period import Period
    from lantian.lake import Lake

    checked(files)
    found = Period.parse(month) if month else None
    if found is not None and found.kind != "month":
        raise LantianError(f"'{month}' is not a month", remedy="Write 2025-02.")
    listed = known_places(places)
    result = import_dustfall(
        files,
        Lake.open(store, create=True),
        month=found.first if found else None,
        known_places=listed,
        report=report,
    )
    return tell(result, shape)


UNIT_COLUMNS = {
    "rank": "rank", "city": "city", "name": "unit", "value": "t/(km²·30d)", "limit": "limit",
    "verdict": "verdict", "last_year": "last year", "change": "change %", "change_rank": "rank of change",
    "months_used": "months", "invalid": "invalid", "missing": "missing", "marks": "marks",
}  # fmt: skip
CITY_COLUMNS = {
    "rank": "rank", "city": "city", "value": "t/(km²·30d)", "reported": "as reported", "limit": "limit",
    "verdict": "verdict", "units_used": "units", "last_year": "last year", "change": "change %",
    "change_rank": "rank of change",
}  # fmt: skip


def _found(store: Path, period: str, rules: tuple[Path, ...], as_of: int | None, city: str | None) -> Any:
    from lantian.ambient.measures import dustfall as question
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    lake = Lake.open(store)
    found = question(lake, Period.parse(period), city=city, as_of=as_of, rulebook=load(rules))
    if not found.units:
        raise nothing(lake, "dustfall_month", store, f"dustfall for {period}")
    return found


def nothing(lake: Any, kind: str, store: Path, what: str) -> LantianError:
    """The error that says what the store holds instead."""
    span = lake.span(kind)
    remedy = f"It holds {span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}." if span else "Import something first."
    return LantianError(f"the store holds no {what}", where=str(store), remedy=remedy)


@dustfall.command()
@STORE
@PERIOD
@click.option("--by", type=click.Choice(["unit", "city"]), default="unit", show_default=True)
@click.option("--city", help="Only units of this city.")
@RULES
@AS_OF
@FORM
def rank(
    *,
    store: Path,
    period: str,
    by: str,
    city: str | None,
    rules: tuple[Path, ...],
    as_of: int | None,
    form: str,
) -> None:
    """Rank units or cities, least dust first, with limit, change and rank of change."""
    found = _found(store, period, rules, as_of, city)
    rows = [row.cells() for row in (found.units if by == "unit" else found.cities)]
    title = f"dustfall, {found.period.label}, data version {found.data_version}"
    columns = UNIT_COLUMNS if by == "unit" else CITY_COLUMNS
    show(form, found.as_dict(), rows, columns, title=title, notes=rule_notes(found.unverified))


@dustfall.command()
@STORE
@PERIOD
@click.option("--city", help="Only units of this city.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@RULES
@AS_OF
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
def summary(
    *,
    store: Path,
    period: str,
    city: str | None,
    language: str,
    rules: tuple[Path, ...],
    as_of: int | None,
    shape: str,
) -> None:
    """The sentences of a notice: mean, range, counts below, equal to and above the limit."""
    found = _found(store, period, rules, as_of, city)
    words = {"en": ("cities", "units"), "zh": ("城市", "县（市、区）")}[language]
    figures = {"units": found.summary, **({"cities": found.city_summary} if found.cities else {})}
    if shape == "json":
        answer = {
            name: {**one.as_dict(), "statement": one.statement(language)} for name, one in figures.items()
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    if len(found.cities) > 1:
        click.echo(found.city_summary.statement(language, words[0]))
    click.echo(found.summary.statement(language, words[1]))
    for line in rule_notes(found.unverified):
        click.echo(line)


@dustfall.command()
@STORE
@PERIOD
@click.option("--city", help="Only units of this city.")
@RULES
@AS_OF
@FORM
def campaign(
    *, store: Path, period: str, city: str | None, rules: tuple[Path, ...], as_of: int | None, form: str
) -> None:
    """Units and cities whose highest month is above the campaign's threshold."""
    from lantian.ambient.measures import dustfall_triggers
    from lantian.rulebook import load

    found = _found(store, period, rules, as_of, city)
    show_triggers(form, dustfall_triggers(found, rulebook=load(rules)))


def show_triggers(form: str, triggers: Sequence[Any]) -> None:
    """Print triggers, or that there is none."""
    from lantian.ambient.measures.record import unverified

    rows = [one.cells() for one in triggers]
    if form == "table" and not rows:
        click.echo("no trigger")
        return
    columns = {
        "code": "rule",
        "level": "level",
        "name": "name",
        "since": "since",
        "until": "until",
        "text": "why",
    }
    notes = rule_notes(unverified(rule for one in triggers for rule in one.rules))
    show(form, {"triggers": [one.as_dict() for one in triggers]}, rows, columns, notes=notes)
