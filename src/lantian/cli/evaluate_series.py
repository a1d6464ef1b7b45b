"""What `lantian evaluate --show …` answers over time and space: regimes, trend, years, regions, hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lantian.cli.evaluate_views import (
    FIGURES,
    MARKS,
    METHODS,
    PLACE,
    STATISTICS,
    SYMBOLS,
    UNITS,
    record,
    starred,
    unverified,
)
from lantian.cli.tables import Column, View, shown

if TYPE_CHECKING:
    from lantian.ambient.hour_series import HourSeries
    from lantian.ambient.multi_year import YearsEvaluation
    from lantian.ambient.records import Evaluation
    from lantian.ambient.regional import RegionalEvaluation
    from lantian.ambient.trend import Trends

TREND = {"rising": "rising", "falling": "falling", "no_clear_trend": "no clear trend", None: "not judged"}
RUNNING = {"o3_8h": ("O3", "8 h"), "pm10_24h": ("PM10", "24 h"), "pm2_5_24h": ("PM2.5", "24 h")}
HOURLY = ("so2", "no2", "co", "o3", "pm10", "pm2_5")


def regimes(found: Mapping[str, Evaluation]) -> View:
    """One period under each regime side by side; `by-date` judges each day by its own."""
    columns = [
        *PLACE,
        *(Column(f"{part} {name}", name, part) for name in found for part in ("index", "good", "heavy")),
    ]
    places = {row.place: row.name for evaluation in found.values() for row in evaluation.rows}
    cells, records = [], []
    for place, name in places.items():
        line = {"place": place, "name": name if name != place else ""}
        for asked, evaluation in found.items():
            row = evaluation.place(place)
            if row is None:
                continue
            line |= {
                f"index {asked}": shown(row.composite_index), f"good {asked}": str(row.good_days),
                f"heavy {asked}": str(row.heavy_days),
            }  # fmt: skip
            records.append({"asked_regime": asked, **record(evaluation, row)})
        cells.append(line)
    newest = list(found.values())[-1]
    notes = [
        "by-date: each day's AQI by the rules of its date, statistics and limits by those of the last day",
        *unverified(newest.rules),
    ]
    title = (
        f"{newest.period.label}  {newest.level}  under {', '.join(found)}  data version {newest.data_version}"
    )
    return View(title, columns, cells, records, notes=notes)


def trend(found: Trends) -> View:
    """Each figure of each place over the periods, with Spearman's coefficient."""
    periods = [period.label for period in found.periods]
    columns = [
        PLACE[0], Column("figure", "figure", left=True), *(Column(label, label) for label in periods),
        Column("r", "r"), Column("critical", "critical"), Column("trend", "trend", left=True), MARKS,
    ]  # fmt: skip
    cells, records = [], []
    for row in found.rows:
        for figure in FIGURES:
            one = row.trends[figure]
            values = dict(zip(periods, row.values[figure], strict=True))
            marks = [*row.marks, *(["ties"] if one.ties else []), *([one.why] if one.why else [])]
            cells.append({
                "place": row.place, "figure": SYMBOLS[figure],
                **{label: shown(value) for label, value in values.items()},
                "r": shown(one.printed), "critical": shown(one.critical), "trend": TREND[one.direction],
                "marks": " ".join(marks),
            })  # fmt: skip
            records.append({
                "place": row.place, "name": row.name, "figure": figure, "regime": found.regime,
                "n": one.n, **values, "r": one.printed, "r_fraction": None if one.r is None else str(one.r),
                "r_corrected": one.corrected, "critical": one.critical, "critical_of_n": one.taken_from,
                "direction": one.direction, "marks": marks,
            })  # fmt: skip
    span = f"{periods[0]} … {periods[-1]}"
    title = f"{span}  {found.level}  all under {found.regime}  data version {found.data_version}"
    notes = ["trend: |r| reaches the critical value (Spearman, one tail, 0.05)", *unverified(found.rules)]
    return View(title, columns, cells, records, notes=notes)


def years(found: YearsEvaluation) -> View:
    """Means of annual statistics."""
    columns = [
        *PLACE, *(Column(item, SYMBOLS[item], METHODS[item], UNITS[item]) for item in STATISTICS), MARKS,
    ]  # fmt: skip
    cells, records = [], []
    for row in found.rows:
        why = {f"{year}": reason for mean in row.means.values() for year, reason in mean.why.items()}
        marks = [f"{reason}:{year}" for year, reason in sorted(why.items())]
        figures = {item: starred(mean.value, mean.valid) for item, mean in row.means.items()}
        cells.append({
            "place": row.place, "name": row.name if row.name != row.place else "", **figures,
            "marks": " ".join(marks),
        })  # fmt: skip
        records.append({
            "place": row.place, "name": row.name, "years": found.years.label, "level": found.level,
            "regime": found.regime, "data_version": found.data_version,
            **{item: mean.value for item, mean in row.means.items()},
            "valid": all(mean.valid for mean in row.means.values()), "marks": marks,
        })  # fmt: skip
    title = f"{found.years.label}  {found.level}  all under {found.regime}  data version {found.data_version}"
    notes = ["mean of the years' statistics; * a year is not valid", *unverified(found.rules)]
    return View(title, columns, cells, records, notes=notes)


def regions(found: RegionalEvaluation) -> View:
    """Means over the cities of each region."""
    columns = [
        Column("region", "region", left=True), Column("cities", "places"),
        *(Column(item, SYMBOLS[item], METHODS.get(item, ""), UNITS.get(item, "")) for item in FIGURES),
        Column("good_ratio", "good", "share", "%"), Column("heavy_ratio", "heavy", "share", "%"), MARKS,
    ]  # fmt: skip
    cells, records = [], []
    for row in found.rows:
        here = len(row.members) - len(row.missing)
        cells.append({
            "region": row.region, "cities": f"{here}/{len(row.members)}",
            **{figure: shown(value) for figure, value in row.figures.items()},
            "good_ratio": shown(row.good_ratio), "heavy_ratio": shown(row.heavy_ratio),
            "marks": " ".join([*row.marks, *row.missing]),
        })  # fmt: skip
        records.append({
            "region": row.region, "period": found.period.label, "regime": found.regime,
            "data_version": found.data_version, "members": len(row.members), **row.figures,
            "good_days": row.good_days, "heavy_days": row.heavy_days, "good_ratio": row.good_ratio,
            "heavy_ratio": row.heavy_ratio, "missing": list(row.missing), "short": list(row.short),
            "marks": list(row.marks),
        })  # fmt: skip
    title = f"{found.period.label}  {found.regime}  data version {found.data_version}  {found.source}"
    notes = [
        "mean of the members' published figures; the index is the mean of indices",
        *unverified(found.rules),
    ]
    return View(title, columns, cells, records, notes=notes)


def hours(found: HourSeries) -> View:
    """Every hour of a place; a row of dashes where the AQI changes in kind."""
    from lantian.ambient.hours import CHINA

    columns = [
        Column("time", "hour ending", left=True),
        *(Column(item, SYMBOLS.get(item, "O3"), "1 h") for item in HOURLY),
        *(Column(value, *RUNNING[value]) for value in RUNNING),
        Column("aqi", "AQI"), Column("primary", "primary", left=True), MARKS,
    ]  # fmt: skip
    cells: list[dict[str, str]] = []
    records: list[dict[str, object]] = []
    flat: list[dict[str, object]] = []
    for number, segment in enumerate(found.segments, 1):
        if cells:
            cells.append({column.key: "--" for column in columns if column.key != MARKS.key})
        for one in segment.records:
            stamp = one.time.astimezone(CHINA)
            why = {code for item, code in one.why.items() if item in HOURLY or item == "aqi"}
            values = {value: one.values[value] for value in (*HOURLY, *RUNNING)}
            cells.append({
                "time": f"{stamp:%Y-%m-%d %H:%M}", **{key: shown(value) for key, value in values.items()},
                "aqi": shown(one.aqi), "primary": " ".join(SYMBOLS.get(item, "O3") for item in one.primary),
                "marks": " ".join(sorted(why)),
            })  # fmt: skip
            hour: dict[str, object] = {
                "place": found.place, "time": stamp.isoformat(), "segment": number,
                "regime": " ".join(segment.regimes), **values,
                **{f"iaqi_{item}": own for item, own in one.iaqi.items()},
                "aqi": one.aqi, "level": one.level, "primary": list(one.primary),
            }  # fmt: skip
            records.append({**hour, "why": one.why})
            flat.append({**hour, "why": " ".join(sorted(set(one.why.values())))})
    from lantian.ambient.marks import describe

    inputs = "; ".join(
        f"segment {number}: " + ", ".join(f"{SYMBOLS.get(k, 'O3')} {v}" for k, v in segment.inputs.items())
        for number, segment in enumerate(found.segments, 1)
    )
    codes = sorted({code for one in found.records for code in one.why.values()})
    notes = [
        *(describe(mark) for mark in found.marks),
        inputs,
        *(f"{code}: {describe(code)}" for code in codes),
    ]
    title = "  ".join(
        (found.place, found.period.label, found.level, f"data version {found.data_version}", found.source)
    )
    return View(title, columns, cells, records, flat, [*notes, *unverified(found.rules)])
