"""The series of a file against each other and against the store: stamps, namesakes, copies, dead cities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lantian.ambient.intake.report import Finding
from lantian.ambient.intake.take import Sheet
from lantian.ambient.intake.whole_file import ask
from lantian.ambient.screens.between import base_name
from lantian.ambient.screens.thresholds import Thresholds
from lantian.errors import LantianError
from lantian.lake import Lake, engine

SAMPLE = 3000
ENOUGH = 24


class TimeShiftError(LantianError):
    """The store holds the same values at other hours."""

    code = "time_shift"


def look(sheet: Sheet, lake: Lake, rules: Thresholds) -> Iterator[Finding]:
    """Judge the series of a file of hours.

    Raises
    ------
    TimeShiftError
        when the store holds the file's values some hours earlier or later
    """
    if sheet.layout.daily:
        return
    _refuse_shifted(sheet, lake, rules.hours("time_shift.furthest"))
    if not sheet.kind.name.startswith("ambient_city"):
        yield from _one_name(sheet, rules)
        yield from _copies(sheet, rules)
        yield from _dead(sheet)


def _hashed(sheet: Sheet) -> str:
    return f"hash({', '.join(f'v_{n}' for n in sheet.measured)})"


def _given(sheet: Sheet) -> str:
    return "(" + " + ".join(f"CAST(v_{n} IS NOT NULL AS INTEGER)" for n in sheet.measured) + ")"


# -- stamps


def _refuse_shifted(sheet: Sheet, lake: Lake, furthest: int) -> None:
    kind = sheet.kind.name
    span = ask(
        sheet, "SELECT min(clock) AS a, max(clock) AS b, count(*) AS n FROM cells WHERE status IS NULL"
    )[0]
    held = lake.span(kind)
    if held is None or not span["n"]:
        return
    step = max(1, span["n"] // SAMPLE)
    sheet.con.execute(
        "CREATE OR REPLACE TEMP TABLE sampled AS SELECT place, clock, "
        + ", ".join(f"v_{n}" for n in sheet.measured)
        + f" FROM cells WHERE status IS NULL AND {_given(sheet)} >= 4 AND hash(row) % {step} = 0"
    )
    places = [row["place"] for row in ask(sheet, "SELECT DISTINCT place FROM sampled")]
    if not places:
        return
    bounds = ask(
        sheet,
        f"SELECT min(clock) - INTERVAL {furthest} HOUR AS a, "
        f"max(clock) + INTERVAL {furthest} HOUR AS b FROM sampled",
    )[0]
    stored = engine.arrow(
        lake.read(
            kind,
            since=_aware(bounds["a"]),
            until=_aware(bounds["b"]),
            places=places,
            columns=["place", "time", *sheet.measured],
        )
    )
    if not stored.num_rows:
        return
    sheet.con.register("stored", stored)
    same = " AND ".join(f"s.v_{n} IS NOT DISTINCT FROM t.{n}" for n in sheet.measured)
    lag = "date_diff('hour', s.clock, t.time AT TIME ZONE 'UTC')"
    rows = ask(
        sheet,
        f"SELECT {lag} AS lag, count(*) AS n, count(*) FILTER ({same}) AS same FROM sampled s JOIN stored t "
        f"ON t.place = s.place AND abs({lag}) <= {furthest} GROUP BY lag",
    )
    share = {row["lag"]: row["same"] / row["n"] for row in rows if row["n"] >= ENOUGH}
    if not share:
        return
    best = max(share, key=lambda lag: (share[lag], -abs(lag)))
    if best == 0 or share[best] < 0.9 or share.get(0, 0.0) >= 0.5:
        return
    way = "later" if best > 0 else "earlier"
    end = "start" if sheet.stamp == "end" else "end"
    remedy = f"Import with --stamp {end}." if abs(best) == 1 else "Look at the time zone of the file."
    hours = "an hour" if abs(best) == 1 else f"{abs(best)} hours"
    raise TimeShiftError(
        f"the store holds {100 * share[best]:.0f} % of these values {hours} {way}: "
        "the hours of the file are stamped otherwise",
        remedy=remedy,
    )


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


# -- names and copies


def _one_name(sheet: Sheet, rules: Thresholds) -> Iterator[Finding]:
    """A place whose rows contradict each other in most hours is two stations."""
    least, share = rules.hours("duplicate.hours"), rules.number("duplicate.share")
    twice = ask(
        sheet,
        "SELECT place, count(DISTINCT clock) FILTER (status = 'duplicate') AS twice, "
        "count(DISTINCT clock) AS hours, min(row) AS a, max(row) AS b, count(*) AS n FROM cells "
        "WHERE status IS NULL OR status = 'duplicate' GROUP BY place "
        f"HAVING count(DISTINCT clock) FILTER (status = 'duplicate') >= greatest({least}, "
        f"{share} * count(DISTINCT clock)) ORDER BY place",
    )
    for row in twice:
        sheet.con.execute(
            "UPDATE cells SET status = 'duplicate_station' WHERE (status IS NULL OR status = 'duplicate') "
            f"AND place = {engine.text(row['place'])}"
        )
        text = (
            f"two stations are called {row['place']}: "
            f"{row['twice']:,} of {row['hours']:,} hours come twice, differently"
        )
        yield Finding("duplicate_station", text, (row["a"], row["b"]), row["n"], True, (row["place"],))
    names: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    listed = ask(
        sheet,
        "SELECT place, coalesce(any_value(city), '') AS city, coalesce(any_value(name), place) AS name, "
        "min(row) AS a, max(row) AS b FROM cells WHERE status IS NULL GROUP BY place ORDER BY place",
    )
    for row in listed:
        key = (row["city"], base_name(row["name"]))
        names.setdefault(key, []).append((row["place"], row["a"], row["b"]))
    for (_, name), found in names.items():
        if len(found) > 1 and name:
            places = tuple(place for place, _, _ in found)
            rows = (min(a for _, a, _ in found), max(b for _, _, b in found))
            text = f"{len(found)} places are called {name}: {', '.join(places)}"
            yield Finding("duplicate_station", text, rows, len(found), False, places)


def _copies(sheet: Sheet, rules: Thresholds) -> Iterator[Finding]:
    least, share = rules.hours("duplicate.hours"), rules.number("duplicate.share")
    pairs = ask(
        sheet,
        "SELECT one, two, count(*) AS same, min(a) AS a, max(b) AS b FROM ("
        f"SELECT clock, {_hashed(sheet)} AS content, min(place) AS one, max(place) AS two, min(row) AS a, "
        f"max(row) AS b FROM cells WHERE status IS NULL AND {_given(sheet)} >= 4 "
        "GROUP BY clock, content HAVING count(*) = 2) GROUP BY one, two "
        f"HAVING count(*) >= {least} AND count(DISTINCT content) >= {least // 2} ORDER BY one, two",
    )
    for pair in pairs:
        hours = ask(
            sheet,
            f"SELECT count(*) AS n FROM cells WHERE status IS NULL AND place = {engine.text(pair['one'])} "
            f"AND {_given(sheet)} >= 4",
        )[0]["n"]
        if pair["same"] >= share * hours:
            text = f"{pair['one']} and {pair['two']} hold the same values in {pair['same']:,} hours"
            yield Finding(
                "duplicate_station",
                text,
                (pair["a"], pair["b"]),
                pair["same"],
                False,
                (pair["one"], pair["two"]),
            )


# -- stations and cities that do not live


def _dead(sheet: Sheet) -> Iterator[Finding]:
    """Stations that say nothing or one row; where a city has no other, its values are kept out."""
    some = f"FILTER ({_given(sheet)} > 0)"
    stations = ask(
        sheet,
        f"SELECT place, any_value(city) AS city, count(*) AS n, count(*) {some} AS given, "
        f"count(DISTINCT {_hashed(sheet)}) {some} AS kinds, min(row) AS a, max(row) AS b "
        "FROM cells WHERE status IS NULL GROUP BY place ORDER BY place",
    )
    dead = [row for row in stations if row["n"] >= ENOUGH and (not row["given"] or row["kinds"] <= 2)]
    dead = [row for row in dead if not row["given"] or row["given"] >= ENOUGH]
    failed = {row["city"] for row in dead if row["city"]} - {
        row["city"] for row in stations if row not in dead
    }
    for city in sorted(failed):
        own = [row for row in dead if row["city"] == city]
        sheet.con.execute(
            f"UPDATE cells SET status = 'all_failed' WHERE status IS NULL AND city = {engine.text(city)} "
            f"AND {_given(sheet)} > 0"
        )
        places = tuple(row["place"] for row in own)
        rows = (min(row["a"] for row in own), max(row["b"] for row in own))
        kept = any(row["given"] for row in own)
        text = f"none of the {len(own)} stations of {city} lives"
        yield Finding("all_failed", text, rows, sum(row["given"] for row in own), kept, places[:20])
    left = [row for row in dead if row["city"] not in failed]
    if left:
        places = tuple(row["place"] for row in left)
        rows = (min(row["a"] for row in left), max(row["b"] for row in left))
        shown = ", ".join(places[:5]) + (" …" if len(places) > 5 else "")
        text = f"{len(places)} stations report nothing, or one row again and again: {shown}"
        yield Finding("stopped", text, rows, len(places), False, places)
