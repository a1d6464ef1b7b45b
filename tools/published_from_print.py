"""Figures that follow from other printed figures: indices, shares, changes, ranks, shares of days."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from published_lines import EXACT, OUTSIDE, WITHIN, Line, Row, half_unit, judged, not_covered, rows, told

from lantian.ambient import CompositeIndex, Period, change_rate, composite_index, load_shares
from lantian.ambient.exact import half_even
from lantian.ambient.ranking import pool, standings

COLUMNS = {
    "so2": "so2", "no2": "no2", "pm10": "pm10", "pm2_5": "pm2_5", "co": "co_p95_mgm3", "o3_8h": "o3_8h_p90",
}  # fmt: skip
UNITS = {"co": "0.1"}


def span(row: Row) -> Period:
    return Period.parse(f"{row['period_start']}..{row['period_end']}")


def name(row: Row) -> str:
    return f"{row['table_id']} {row['area']}"


def index_of(row: Row, **instead: str) -> CompositeIndex:
    """The index of the printed statistics. CSV writes whole numbers as 42.0: the unit of print is known."""
    values = {
        item: str(Decimal(instead.get(item) or row[column]).normalize()) for item, column in COLUMNS.items()
    }
    return composite_index(
        so2=values["so2"], no2=values["no2"], pm10=values["pm10"], pm2_5=values["pm2_5"],
        co=values["co"], o3_8h=values["o3_8h"], regime="gb3095-2012",
    )  # fmt: skip


def rounding_bound(found: CompositeIndex) -> Decimal:
    """Half a printed unit of every statistic over its limit, and of the index itself."""
    total = Fraction(1, 200)
    for item, limit in found.limits.items():
        total += Fraction(UNITS.get(item, "1")) / 2 / Fraction(limit)
    return half_even(total, 3)


def unprinted_pm2_5(row: Row, folder: Path) -> str:
    """PM2.5 from its printed load share of the printed index."""
    share = next(
        Fraction(own["load_share_pct"])
        for own in rows(folder, "load_shares")
        if own["table_id"] == row["table_id"] and own["pollutant"] == "pm2_5"
    )
    return str(half_even(share / 100 * Fraction(row["composite_index"]) * 35, 0))


def indices(folder: Path) -> Iterator[Line]:
    """six_statistics_and_composite: index, change against another printed row, share of good days, ranks."""
    table = rows(folder, "six_statistics_and_composite")
    for row in table:
        source = row["source_url"]
        if row["pm2_5"]:
            found = index_of(row)
            reason = (
                "mean of the cities' indices; ours is the index of the printed means"
                if row["level"] == "province"
                else "statistics as printed, rounded"
            )
            yield judged(
                name(row), "composite index", row["composite_index"], found.rounded, rounding_bound(found),
                source=source, reason=reason,
            )  # fmt: skip
        else:
            pm2_5 = unprinted_pm2_5(row, folder)
            yield judged(
                name(row), "composite index", row["composite_index"], index_of(row, pm2_5=pm2_5).rounded,
                Decimal("0.063"), source=source,
                note=f"PM2.5 was not printed: {pm2_5} µg/m³ from its printed load share",
            )  # fmt: skip
        yield from changes(row, table)
        yield from good_days(row)
    yield from ranks_of_baoji([row for row in table if row["table_id"] in ("BJ-2018-02", "BJ-2019-06")])
    yield order_of_weibin([row for row in table if row["table_id"] == "WB-2025-01"])


def changes(row: Row, table: list[Row]) -> Iterator[Line]:
    """The printed change, where the same place's index of the year before is printed too."""
    if not row["composite_yoy_pct"]:
        return
    before = span(row).previous_year()
    for other in table:
        if other["area"] == row["area"] and other["city"] == row["city"] and span(other) == before:
            then, now = Decimal(other["composite_index"]), Decimal(row["composite_index"])
            half = Decimal("0.005")
            bound = 100 * (half / then + half * now / then**2) + half_unit(row["composite_yoy_pct"])
            ours = change_rate(then, now, regime="gb3095-2012")
            reason = ""
            if ours is not None and abs(ours - Decimal(row["composite_yoy_pct"])) > bound:
                implied = now / (1 + Decimal(row["composite_yoy_pct"]) / 100)
                reason = (
                    f"the printed change implies {half_even(Fraction(implied), 2)} for the year before, "
                    f"where {other['composite_index']} had been printed: it counts from another base"
                )
            yield judged(
                name(row), f"change against {other['period']} [%]", row["composite_yoy_pct"], ours,
                half_even(Fraction(bound), 2), source=row["source_url"],
                reason=reason or "indices as printed, rounded",
            )  # fmt: skip


def good_days(row: Row) -> Iterator[Line]:
    """The share of good days from their number: over all days, or over fewer valid ones."""
    if not row["good_days"] or not row["good_days_pct"]:
        return
    good, whole = Decimal(row["good_days"]), span(row).days
    printed = Decimal(row["good_days_pct"])
    for days in range(whole, whole - 11, -1):
        if good <= days and half_even(Fraction(good) * 100 / days, 1) == printed:
            yield told(
                name(row), "good days [%]", row["good_days_pct"], str(printed), source=row["source_url"],
                verdict=EXACT if days == whole else WITHIN,
                note=f"{int(good)} of {days} days"
                + ("" if days == whole else f", if {days} of {whole} were valid"),
            )  # fmt: skip
            return
    ours = half_even(Fraction(good) * 100 / whole, 1)
    yield judged(
        name(row), "good days [%]", row["good_days_pct"], ours, Decimal("0.1"), source=row["source_url"],
        reason="no number of days gives the printed share with the printed good days",
    )  # fmt: skip


def ranks_of_baoji(table: list[Row]) -> Iterator[Line]:
    """Ranks of the counties of 宝鸡 among the rows printed; they are the first of the list."""
    for table_id in dict.fromkeys(row["table_id"] for row in table):
        own = [row for row in table if row["table_id"] == table_id and row["published_rank"]]
        found = standings({row["area"]: Decimal(row["composite_index"]) for row in own})
        exact = standings({row["area"]: index_of(row).value for row in own})
        for row in own:
            printed = str(int(Decimal(row["published_rank"])))
            ours, finer = found[row["area"]].rank, exact[row["area"]].rank
            verdict = EXACT if str(ours) == printed else OUTSIDE
            reason = ""
            if verdict == OUTSIDE:
                reason = (
                    f"two indices of {row['composite_index']} were printed with two ranks; unrounded, the "
                    f"printed statistics rank it {finer}: the list does not follow the rule of ties"
                )
            yield told(
                name(row), "rank", printed, str(ours), verdict=verdict, note=reason, source=row["source_url"]
            )


def order_of_weibin(table: list[Row]) -> Line:
    """The nine townships are part of a longer ranking: their order is compared."""
    printed = [row["area"] for row in sorted(table, key=lambda row: Decimal(row["published_rank"]))]
    ours = [row["area"] for row in sorted(table, key=lambda row: index_of(row).rounded)]
    return told(
        "WB-2025-01, nine townships", "order", "as ranked", "the same" if printed == ours else "another",
        verdict=EXACT if printed == ours else OUTSIDE, source=table[0]["source_url"],
        note="ranks are of a longer list: the order is compared",
    )  # fmt: skip


def shares(folder: Path) -> Iterator[Line]:
    """load_shares: of the index that the printed statistics give."""
    statistics = {row["table_id"]: row for row in rows(folder, "six_statistics_and_composite")}
    for row in rows(folder, "load_shares"):
        whole = statistics[row["table_id"]]
        item = row["pollutant"].replace("o3", "o3_8h")
        if not whole[COLUMNS[item]]:
            yield not_covered(
                f"{row['table_id']} 太原", f"load share of {item} [%]", row["load_share_pct"],
                "its concentration was not printed", whole["source_url"],
            )  # fmt: skip
            continue
        instead = {} if whole["pm2_5"] else {"pm2_5": unprinted_pm2_5(whole, folder)}
        found = index_of(whole, **instead)
        share = load_shares(found.rounded_parts, whole["composite_index"], regime="gb3095-2012")[item]
        unit = Decimal(UNITS.get(item, "1")) / 2 / found.limits[item]
        index = Decimal(whole["composite_index"])
        bound = 100 * (unit + share / 100 * Decimal("0.005")) / index + half_unit(row["load_share_pct"])
        yield judged(
            f"{row['table_id']} 太原", f"load share of {item} [%]", row["load_share_pct"], share,
            half_even(Fraction(bound), 2), source=whole["source_url"],
            reason="statistics and index as printed, rounded",
        )  # fmt: skip


def guangdong(folder: Path) -> Iterator[Line]:
    """guangdong_cities_2017_08: ranks and shares of days; four of six statistics were not printed."""
    table = rows(folder, "guangdong_cities_2017_08")
    found = standings({row["city"]: Decimal(row["composite_index"]) for row in table})
    for row in table:
        key, source = f"2017-08 {row['city']}", row["source_url"]
        yield not_covered(
            key,
            "composite index",
            row["composite_index"],
            "PM2.5 and PM10 alone are printed; no hours",
            source,
        )
        ours = found[row["city"]]
        tie = f"shared by {ours.tied}" if ours.tied > 1 else ""
        same = EXACT if str(ours.rank) == row["rank"] else OUTSIDE
        yield told(key, "rank", row["rank"], str(ours.rank), verdict=same, note=tie, source=source)


def days_of_guangdong(folder: Path) -> str:
    """Whether the printed shares of good days are whole days."""
    odd = []
    for row in rows(folder, "guangdong_cities_2017_08"):
        days = next(
            n
            for n in range(31, 20, -1)
            if half_even(Fraction(100 * round(Fraction(row["good_days_pct"]) * n / 100), n), 1)
            == half_even(Fraction(row["good_days_pct"]), 1)
        )
        if days != 31:
            odd.append(f"{row['city']}'s of {days}")
    return f"The 21 shares of good days of Guangdong are whole days of 31, {', '.join(odd)}."


TIES = {
    ("2020年6月", "best10"): (("临汾市蒲县", "大同市阳高县"), 9),
    ("2020年6月", "worst10"): (("太原市小店区", "阳泉市阳泉开发区"), 112),
    ("2020年1-6月", "best10"): (("吕梁市交口县", "长治市平顺县", "忻州市静乐县"), 6),
}
"""Ties as the notices print them."""


def county_notices(folder: Path) -> Iterator[Line]:
    """shanxi_county_rank_notices_2020: no county hours; how the printed ties count is compared."""
    for row in rows(folder, "shanxi_county_rank_notices_2020"):
        names = row["counties"].split("|")
        key = f"{row['period']} {row['list']} of {row['n_units'].split()[0]}"
        yield not_covered(
            key, "ten counties", "、".join(names), "no hours of counties in 2020-01…06", row["source_url"]
        )
        if (tie := TIES.get((row["period"], row["list"]))) is None:
            continue
        tied, printed = tie
        ordered = names if row["list"] == "best10" else names[::-1]
        first = 1 if row["list"] == "best10" else 119 - len(names) + 1
        values = {unit: Decimal(first + position) for position, unit in enumerate(ordered)}
        values |= dict.fromkeys(tied, min(values[unit] for unit in tied))
        values |= {f"before {n}": Decimal(n) for n in range(1, first)}
        ours = standings(values)[tied[0]].rank
        verdict = EXACT if ours == printed else OUTSIDE
        yield told(
            key, "rank of the tie", f"{printed}, shared by {len(tied)}", f"{ours}, shared by {len(tied)}",
            verdict=verdict, source=row["source_url"],
            note="the order as printed, through the ranking's rule of ties",
        )  # fmt: skip


def composite_only(folder: Path) -> Iterator[Line]:
    """composite_only: indices without statistics; changes where both years are printed."""
    table = rows(folder, "composite_only")
    six = rows(folder, "six_statistics_and_composite")
    for row in table:
        key, source = f"{row['table_id']} {row['area']}", row["source_url"]
        if not row["composite_index"]:
            yield not_covered(key, "composite index", "无数据", "nothing was published", source)
            continue
        why = (
            "no statistics printed; no hours of districts"
            if row["area"] != "太原市"
            else "no statistics; no hours"
        )
        yield not_covered(key, "composite index", row["composite_index"], why, source)
        yield from changes(row, [*six, *table])


def strangers(folder: Path) -> list[str]:
    """Names in the printed lists of the 168 cities that the rulebook's pool of that month does not have."""
    found = []
    for row in rows(folder, "cnemc_168_city_lists"):
        ranked = pool("168", Period.parse(row["period"]).last).members
        members = {member.name.removesuffix("市") for member in ranked}
        found += [city for city in row["cities"].split("|") if city not in members]
    return found
