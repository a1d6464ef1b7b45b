"""What `lantian evaluate --show …` answers: statistics, attainment, shares, what-if, change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from lantian.cli.tables import Column, View, shown, signed

if TYPE_CHECKING:
    from lantian.ambient.attainment import Attainment, Check, PlaceAttainment
    from lantian.ambient.comparison import Comparison
    from lantian.ambient.composite import CompositeIndex
    from lantian.ambient.contribution import Fall, Load
    from lantian.ambient.records import Evaluation, PlaceEvaluation
    from lantian.rulebook import Rule

STATISTICS = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")
INDEX = "composite_index"
FIGURES = (*STATISTICS, INDEX)
SYMBOLS = {
    "so2": "SO2", "no2": "NO2", "pm10": "PM10", "pm2_5": "PM2.5", "co": "CO", "o3_8h": "O3-8h",
    INDEX: "index",
}  # fmt: skip
UNITS = {item: "mg/m³" if item == "co" else "µg/m³" for item in STATISTICS}
METHODS = {**dict.fromkeys(STATISTICS, "mean"), "co": "P95", "o3_8h": "P90"}
PLACE = (Column("place", "place", left=True), Column("name", "name", left=True))
MARKS = Column("marks", "marks", left=True)


def statistics(found: Evaluation) -> View:
    """The six statistics, composite index, rank and days of each place."""
    columns = [
        Column("rank", "rank"), *PLACE,
        *(Column(item, SYMBOLS[item], METHODS[item], UNITS[item]) for item in STATISTICS),
        Column(INDEX, "index"), Column("good", "good", "", "d"), Column("heavy", "heavy", "", "d"),
        Column("days", "days", "", "d"), MARKS,
    ]  # fmt: skip
    common = set.intersection(*(set(row.marks) for row in found.rows))
    cells = []
    for row in found.rows:
        figures = {
            item: starred(row.statistics[item].value, row.statistics[item].valid) for item in STATISTICS
        }
        cells.append({
            **_named(row.place, row.name), **figures, "rank": shown(row.rank),
            INDEX: shown(row.composite_index), "good": str(row.good_days), "heavy": str(row.heavy_days),
            "days": f"{row.days_used}/{row.days_in_period}",
            "marks": " ".join(mark for mark in row.marks if mark not in common),
        })  # fmt: skip
    records = [record(found, row) for row in found.rows]
    return View(_title(found), columns, cells, records, notes=_notes(found, common))


def record(found: Evaluation, row: PlaceEvaluation) -> dict[str, object]:
    """One place as the JSON and CSV outputs give it; numbers have their published decimals."""
    return {
        "place": row.place,
        "name": row.name,
        "period": found.period.label,
        "level": found.level,
        "regime": found.regime,
        "data_version": found.data_version,
        **{item: row.statistics[item].value for item in STATISTICS},
        INDEX: row.composite_index,
        "rank": row.rank,
        **{key: getattr(row, key) for key in ("good_days", "heavy_days", "days_used", "days_in_period")},
        "marks": list(row.marks),
    }


def attainment(found: Attainment) -> View:
    """Each statistic against its limit, and days by the daily limits."""
    checks = found.rows[0].checks
    columns = [
        *PLACE, Column("attained", "attains", left=True), Column("exceeding", "above", left=True),
        *(Column(_key(check), SYMBOLS[check.item], method(check.statistic.method), f"≤ {check.limit}")
          for check in checks),
        Column("rate", "days", "attained", "%"), Column("days", "days", "", "d"),
        Column("good", "AQI≤100", "", "d"), Column("undecided", "undecided", "", "d"),
    ]  # fmt: skip
    cells = []
    for row in found.rows:
        figures = {
            _key(check): starred(check.evaluated, check.statistic.valid)
            + (" !" if check.attained is False else "")
            for check in row.checks
        }
        cells.append({
            **_named(row.place, row.name), **figures, "attained": answer(row.attained),
            "exceeding": " ".join(SYMBOLS[item] for item in row.exceeding), "rate": shown(row.rate),
            "days": f"{row.days.attained}/{row.days.valid}", "good": str(row.evaluation.good_days),
            "undecided": str(row.days.undecided or ""),
        })  # fmt: skip
    from lantian.ambient.marks import describe

    notes = [
        f"{found.attaining} of {len(found.rows)} attain grade {found.grade} ({found.variant}), "
        "judged at evaluation decimals; ! above the limit",
        "days: attained of those that could be judged by the daily limits, never by AQI",
        *(describe(mark) for mark in found.marks),
    ]
    if any(not row.valid for row in found.rows):
        notes.append("* too few valid days")
    title = "  ".join(
        (found.period.label, found.level, found.regime, f"grade {found.grade}", found.variant,
         f"data version {found.data_version}", found.source)
    )  # fmt: skip
    records = [_attained(found, row) for row in found.rows]
    flat = [
        {**{key: record[key] for key in ("place", "name", "period", "regime", "grade", "variant")}, **check}
        for record, row in zip(records, found.rows, strict=True)
        for check in map(_check, row.checks)
    ]
    return View(title, columns, cells, records, flat, (*notes, *unverified(found.rules)))


def _attained(found: Attainment, row: PlaceAttainment) -> dict[str, object]:
    days = row.days
    return {
        "place": row.place, "name": row.name, "period": found.period.label, "level": found.level,
        "regime": found.regime, "grade": found.grade, "variant": found.variant,
        "data_version": found.data_version, "attained": row.attained, "valid": row.valid, "why": row.why,
        "exceeding": list(row.exceeding), "checks": [_check(check) for check in row.checks],
        "days_attained": days.attained, "days_exceeded": days.exceeded, "days_undecided": days.undecided,
        "attainment_rate": row.rate, "good_days": row.evaluation.good_days,
        "good_not_attained": days.good_not_attained, "attained_not_good": days.attained_not_good,
        "days_above": {item: above for item, (_, above) in days.by_item.items()},
        "marks": [*found.marks, *row.evaluation.marks],
    }  # fmt: skip


def _check(check: Check) -> dict[str, object]:
    return {
        "item": check.item, "averaging": check.averaging, "method": check.statistic.method,
        "value": check.statistic.value, "evaluated": check.evaluated, "limit": check.limit,
        "attained": check.attained, "exceed_multiple": check.multiple,
        "days_used": check.statistic.days_used, "valid": check.statistic.valid, "why": check.statistic.why,
    }  # fmt: skip


def shares(
    found: Evaluation, loads: Mapping[str, Sequence[Load]], indices: Mapping[str, CompositeIndex]
) -> View:
    """Load shares of each place's index, the pollutant that costs most, its excess over limit and best."""
    columns = [
        Column("rank", "rank"), *PLACE, Column(INDEX, "index"),
        Column("most", "costs most", left=True), Column("maximum", "largest", "single"),
        *(Column(item, SYMBOLS[item], "share", "%") for item in STATISTICS),
        Column("over_limit", "over limit", left=True),
    ]  # fmt: skip
    cells, records, flat = [], [], []
    for row in found.rows:
        own, index = loads.get(row.place, ()), indices.get(row.place)
        head = {
            "place": row.place, "name": row.name, "period": found.period.label, "regime": found.regime,
            INDEX: row.composite_index, "rank": row.rank,
        }  # fmt: skip
        parts = [
            {"item": one.item, "single_index": one.part, "share": one.share, "over_limit": one.over_limit,
             "over_best": one.over_best}
            for one in own
        ]  # fmt: skip
        most = [one.item for one in own if one.part == own[0].part]
        records.append({
            **head, "costs_most": most, "maximum_index": index.maximum if index else None,
            "maximum_items": list(index.maximum_items) if index else [], "loads": parts,
        })  # fmt: skip
        flat += [{**head, **part} for part in parts]
        cells.append({
            **_named(row.place, row.name), **{one.item: str(one.share) for one in own},
            "rank": shown(row.rank), INDEX: shown(row.composite_index),
            "most": " ".join(SYMBOLS[item] for item in most),
            "maximum": shown(index.maximum if index else None),
            "over_limit": " ".join(f"{SYMBOLS[one.item]} {one.over_limit}" for one in own if one.over_limit),
        })  # fmt: skip
    notes = [
        "over limit: how far a single index is above 1, what attaining would take off",
        *unverified(found.rules),
    ]
    return View(_title(found), columns, cells, records, flat, notes)


def what_if(found: Evaluation, falls: Mapping[str, Mapping[str, Fall]]) -> View:
    """What each change does to the index; `falls` by place and by what is changed."""
    names = list(dict.fromkeys(name for own in falls.values() for name in own))
    columns = [
        Column("rank", "rank"), *PLACE, Column(INDEX, "index"),
        *(Column(name, name, "published", "(exact)") for name in names),
    ]  # fmt: skip
    cells, records, flat = [], [], []
    for row in found.rows:
        head = {
            "place": row.place, "name": row.name, "period": found.period.label, "regime": found.regime,
            INDEX: row.composite_index, "rank": row.rank,
        }  # fmt: skip
        own = falls.get(row.place, {})
        changes = [
            {"change": name, "index_after": fall.after.rounded, "published": fall.published,
             "exact": round(float(fall.exact), 6), "exact_fraction": str(fall.exact)}
            for name, fall in own.items()
        ]  # fmt: skip
        records.append({**head, "changes": changes})
        flat += [{**head, **change} for change in changes]
        cells.append({
            **_named(row.place, row.name), "rank": shown(row.rank), INDEX: shown(row.composite_index),
            **{name: f"{signed(fall.published)} ({float(fall.exact):+.4f})" for name, fall in own.items()},
        })  # fmt: skip
    notes = ["published: both indices as printed; exact: before any rounding", *unverified(found.rules)]
    return View(_title(found), columns, cells, records, flat, notes)


def change(found: Comparison) -> View:
    """Every figure against another period, both under one regime."""
    columns = [
        *PLACE, *(Column(item, SYMBOLS[item], "now", "change %") for item in FIGURES),
        Column("good", "good", "days", "±"), Column("heavy", "heavy", "days", "±"),
        Column("ratio", "good", "share", "± points"), MARKS,
    ]  # fmt: skip
    cells, records = [], []
    for row in found.rows:
        cells.append({
            **_named(row.place, row.name),
            **{item: f"{shown(one.now)} {signed(one.rate)}".strip() for item, one in row.changes.items()},
            "good": signed(row.good_days), "heavy": signed(row.heavy_days), "ratio": signed(row.good_ratio),
            "marks": "" if row.now and row.then else "only then" if row.then else "only now",
        })  # fmt: skip
        flat: dict[str, object] = {
            "place": row.place, "name": row.name, "period": found.period.label,
            "against": found.against.label, "regime": found.regime,
        }  # fmt: skip
        for item, one in row.changes.items():
            flat |= {
                item: one.now, f"{item}_then": one.then, f"{item}_difference": one.difference,
                f"{item}_rate": one.rate,
            }  # fmt: skip
        for side, own in (("", row.now), ("_then", row.then)):
            flat |= {
                f"good_days{side}": own.good_days if own else None,
                f"heavy_days{side}": own.heavy_days if own else None,
                f"days_used{side}": own.days_used if own else None,
            }  # fmt: skip
        records.append({**flat, "good_ratio_points": row.good_ratio, "marks": list(found.marks)})
    title = f"{found.period.label} against {found.against.label}  both under {found.regime}"
    return View(title, columns, cells, records, notes=unverified(found.rules))


def answer(value: bool | None) -> str:
    """yes, no, or ? when it cannot be told."""
    return "?" if value is None else "yes" if value else "no"


def method(text: str) -> str:
    """`percentile 95` as P95."""
    return text.replace("percentile ", "P")


def starred(value: Decimal | None, valid: bool) -> str:
    """A value, with * where its days are too few."""
    return shown(value) + ("" if valid or value is None else "*")


def unverified(rules: Sequence[Rule]) -> list[str]:
    """A note for each rule that was not read in its document."""
    return [f"not verified: {rule.path} ({rule.citation})" for rule in rules if not rule.verified]


def _named(place: str, name: str) -> dict[str, str]:
    return {"place": place, "name": name if name != place else ""}


def _key(check: Check) -> str:
    return f"{check.item} {check.averaging}"


def _title(found: Evaluation) -> str:
    return "  ".join(
        (found.period.label, found.level, found.regime, f"data version {found.data_version}", found.source)
    )


def _notes(found: Evaluation, common: set[str]) -> list[str]:
    from lantian.ambient.marks import describe

    notes = [describe(mark) for mark in sorted(common)]
    notes.extend(f"  {note}" for note in unverified(found.rules))
    if any(not s.valid and s.value is not None for row in found.rows for s in row.statistics.values()):
        notes.append("* too few valid days")
    others = {mark.partition(":")[0] for row in found.rows for mark in row.marks if mark not in common}
    notes.extend(f"{code}: {describe(code)}" for code in sorted(others))
    return notes
