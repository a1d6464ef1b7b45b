"""`lantian evaluate`: the statistics, composite index and rank of each place of a store."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.records import Evaluation, PlaceEvaluation
    from lantian.lake import Lake

STATISTICS = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")
KEYS = (
    "place", "name", "period", "level", "regime", "data_version", *STATISTICS, "composite_index", "rank",
    "good_days", "heavy_days", "days_used", "days_in_period", "marks",
)  # fmt: skip
REGIMES = ("gb3095-2012", "gb3095-2026-transition", "gb3095-2026", "by-date")
HEADER = (
    "rank",
    "place",
    "name",
    "SO2",
    "NO2",
    "PM10",
    "PM2.5",
    "CO",
    "O3-8h",
    "index",
    "good",
    "heavy",
    "days",
    "marks",
)
UNITS = ("", "", "", "µg/m³", "µg/m³", "µg/m³", "µg/m³", "mg/m³", "µg/m³", "", "d", "d", "d", "")
METHODS = ("", "", "", "mean", "mean", "mean", "mean", "P95", "P90", "", "", "", "", "")


@click.command()
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="The store the hours were imported into."
)
@click.option(
    "--period", required=True,
    help="2019-06, 2019, 2019-Q2, 2019-H1, 2019-06-15 or 2019-06-01..2019-06-15.",
)  # fmt: skip
@click.option("--level", type=click.Choice(["city", "station"]), default="city", show_default=True)
@click.option(
    "--regime", type=click.Choice(REGIMES), default="by-date", show_default=True,
    help="Whose limits and index; by-date takes those in force on each day.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@click.option("--place", "places", multiple=True, help="Only this place; may be given again.")
@click.option(
    "--rules", "rules", multiple=True, type=click.Path(path_type=Path),
    help="A rule file of your own, laid over the rulebook; may be given again.",
)  # fmt: skip
@click.option("--as-of", type=int, help="The data as they were at this version of the store.")
def evaluate(
    *,
    store: Path,
    period: str,
    level: str,
    regime: str,
    form: str,
    places: tuple[str, ...],
    rules: tuple[Path, ...],
    as_of: int | None,
) -> None:
    """Statistics, composite index and rank of each place.

    Means of SO2, NO2, PM10 and PM2.5, the 95th percentile of CO, the 90th of the daily 8-hour ozone maximum,
    the composite index of the six, the rank by it, days with AQI up to 100 and above 200. Best first.
    """
    from lantian.ambient.evaluation import evaluate as evaluation
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    wanted = Period.parse(period)
    book = load(rules)
    lake = Lake.open(store)
    found = evaluation(
        lake, wanted, level=level, regime=regime, places=places or None, as_of=as_of, rulebook=book
    )
    if not found.rows:
        raise _nothing(lake, store, wanted.label, level, places)
    if form == "json":
        click.echo(json.dumps([record(found, row) for row in found.rows], ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(_csv(found), nl=False)
    else:
        click.echo(_table(found))


def record(found: Evaluation, row: PlaceEvaluation) -> dict[str, object]:
    """One place as the JSON and CSV outputs give it; numbers have their published decimals."""
    values: dict[str, object] = {
        "place": row.place,
        "name": row.name,
        "period": found.period.label,
        "level": found.level,
        "regime": found.regime,
        "data_version": found.data_version,
    }
    for item in STATISTICS:
        values[item] = _number(row.statistics[item].value)
    values["composite_index"] = _number(row.composite_index)
    values["rank"] = row.rank
    for key in ("good_days", "heavy_days", "days_used", "days_in_period"):
        values[key] = getattr(row, key)
    values["marks"] = list(row.marks)
    return values


def _number(value: Decimal | None) -> float | int | None:
    """The published decimal as a JSON number; short decimals print as themselves."""
    if value is None:
        return None
    return (
        int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    )


def _csv(found: Evaluation) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, KEYS, lineterminator="\n")
    writer.writeheader()
    for row in found.rows:
        values = record(found, row)
        for item in STATISTICS:
            values[item] = _shown(row.statistics[item].value)
        values["composite_index"] = _shown(row.composite_index)
        values["marks"] = " ".join(row.marks)
        writer.writerow(values)
    return text.getvalue()


def _table(found: Evaluation) -> str:
    from lantian.ambient.marks import describe

    common = set.intersection(*(set(row.marks) for row in found.rows))
    lines: list[Sequence[str]] = [HEADER, METHODS, UNITS]
    for row in found.rows:
        statistics = []
        for item in STATISTICS:
            statistic = row.statistics[item]
            statistics.append(
                _shown(statistic.value) + ("" if statistic.valid or statistic.value is None else "*")
            )
        days = f"{row.days_used}/{row.days_in_period}"
        own = " ".join(mark for mark in row.marks if mark not in common)
        lines.append(
            (_shown(row.rank), row.place, row.name if row.name != row.place else "", *statistics,
             _shown(row.composite_index), str(row.good_days), str(row.heavy_days), days, own)
        )  # fmt: skip
    title = "  ".join(
        (found.period.label, found.level, found.regime, f"data version {found.data_version}", found.source)
    )
    notes = [f"{describe(mark)}" for mark in sorted(common)]
    notes.extend(f"  not verified: {rule.path} ({rule.citation})" for rule in found.unverified)
    if any(not s.valid and s.value is not None for row in found.rows for s in row.statistics.values()):
        notes.append("* too few valid days")
    others = sorted(
        {mark.partition(":")[0] for row in found.rows for mark in row.marks if mark not in common}
    )
    notes.extend(f"{code}: {describe(code)}" for code in others)
    return "\n".join([title, "", *_aligned(lines), "", *notes])


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    used = [i for i in range(len(HEADER)) if any(line[i] for line in lines[3:])]
    widths = {i: max(_width(line[i]) for line in lines) for i in used}
    left = {1, 2, len(HEADER) - 1}
    shown = []
    for line in lines:
        cells = [
            line[i] + " " * (widths[i] - _width(line[i])) if i in left
            else " " * (widths[i] - _width(line[i])) + line[i]
            for i in used
        ]  # fmt: skip
        shown.append("  ".join(cells).rstrip())
    return shown


def _width(text: str) -> int:
    """Columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _shown(value: object) -> str:
    return "" if value is None else str(value)


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
