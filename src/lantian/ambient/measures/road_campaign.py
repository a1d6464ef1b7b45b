"""Which roads and counties start a road-dust campaign; the thresholds are rules to be set by the user."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lantian.ambient.measures.record import Trigger
from lantian.ambient.measures.road_dust import County, RankedRoad, Road, RoadDust
from lantian.rulebook import Rule, Rulebook, load

RULES = "ambient.road_dust.triggers"


def road_triggers(
    found: RoadDust, *, lists: Iterable[RankedRoad] = (), rulebook: Rulebook | None = None
) -> list[Trigger]:
    """The reasons to start a campaign in what was sampled and published.

    Parameters
    ----------
    found
        the answer of `road_dust`
    lists
        published lists (`road_ranks`) of the period and the months before it

    Codes: `road_repeated` (N of the last M samples of a road above the limit; samples before the period
    count, but one must lie in it), `road_worst` (the k dustiest roads, of those above the limit or without
    one), `county_above` (mean of value over limit of a county's roads above the threshold), `road_listed`
    (on N of the last M lists of worst roads). Rules: `ambient.road_dust.triggers.*`.
    """
    book = rulebook or load()
    on = found.period.last
    rules = {
        name: book.rule(f"{RULES}.{name}", on=on)
        for name in ("repeated", "worst_roads", "county_ratio", "listed")
    }
    repeated = (one for road in found.roads if (one := _repeated(road, rules["repeated"])))
    dusty = [road for road in found.worst(len(found.roads)) if road.verdict in (None, "above")]
    count = rules["worst_roads"].integer
    line = dusty[:count][-1].value if dusty and count > 0 else None
    worst = (
        _worst(road, found, rules["worst_roads"]) for road in dusty if line is not None and road.value >= line
    )
    counties = (one for county in found.counties if (one := _county(county, found, rules["county_ratio"])))
    return [*repeated, *worst, *counties, *_listed(lists, on, rules["listed"])]


def _repeated(road: Road, rule: Rule) -> Trigger | None:
    wanted, of = int(rule.table["above"]), int(rule.table["of"])
    last = (*road.earlier, *road.samples)[-of:]
    above = [sample for sample in last if sample.verdict == "above"]
    if len(above) < wanted or road.limit is None:
        return None
    evidence = {
        "samples": [{"date": s.date, "value": s.value, "limit": s.limit, "verdict": s.verdict} for s in last],
        "above": len(above), "of": len(last), "threshold": f"{wanted} of {of}",
    }  # fmt: skip
    text = f"{road.name}: {len(above)} of the last {len(last)} samples above the limit of {road.limit} g/m²"
    rules = (rule, *((road.limit_rule,) if road.limit_rule else ()))
    return Trigger(
        "road_repeated", road.place, road.name, "road", last[0].date, last[-1].date, evidence, text, rules
    )


def _worst(road: Road, found: RoadDust, rule: Rule) -> Trigger:
    limit = "no limit" if road.limit is None else f"limit {road.limit}"
    evidence = {
        "value": road.value, "unit": found.unit, "limit": road.limit, "rank": road.rank,
        "roads": len(found.roads), "samples": len(road.samples), "threshold": rule.integer,
    }  # fmt: skip
    text = f"{road.name}: {road.value} {found.unit} ({limit}), rank {road.rank} of {len(found.roads)} roads"
    rules = (rule, *((road.limit_rule,) if road.limit_rule else ()))
    span = (road.samples[0].date, road.samples[-1].date)
    return Trigger("road_worst", road.place, road.name, "road", *span, evidence, text, rules)


def _county(county: County, found: RoadDust, rule: Rule) -> Trigger | None:
    if county.exact_ratio is None or county.exact_ratio <= rule.number:
        return None
    evidence = {
        "ratio": county.ratio, "threshold": rule.number, "roads": county.roads,
        "with_limit": county.with_limit, "within": county.within, "mean": county.value, "unit": found.unit,
    }  # fmt: skip
    text = f"{county.county}: its roads hold {county.ratio} times their limits on average"
    place = f"{county.city}/{county.county}" if county.city else county.county
    limits = {road.limit_rule.path: road.limit_rule for road in found.roads
              if road.limit_rule and (road.city, road.county) == (county.city, county.county)}  # fmt: skip
    span = (found.period.first, found.period.last)
    return Trigger(
        "county_above", place, county.county, "county", *span, evidence, text, (rule, *limits.values())
    )


def _listed(lists: Iterable[RankedRoad], on: date, rule: Rule) -> list[Trigger]:
    wanted, of = int(rule.table["times"]), int(rule.table["of"])
    given = [road for road in lists if road.list == "worst" and road.month <= on]
    by_city: dict[str | None, list[RankedRoad]] = {}
    for road in given:
        by_city.setdefault(road.city, []).append(road)
    found = []
    for own in by_city.values():
        months = sorted({road.month for road in own})[-of:]
        by_road: dict[str, list[RankedRoad]] = {}
        for road in own:
            if road.month in months:
                by_road.setdefault(road.place, []).append(road)
        for place, times in by_road.items():
            if len({road.month for road in times}) >= wanted:
                evidence = {
                    "ranks": {f"{road.month:%Y-%m}": road.rank for road in times}, "lists": len(months),
                    "threshold": f"{wanted} of {of}",
                }  # fmt: skip
                text = f"{times[0].name}: on {len(times)} of the last {len(months)} lists of worst roads"
                span = (months[0], months[-1])
                found.append(
                    Trigger("road_listed", place, times[0].name, "road", *span, evidence, text, (rule,))
                )
    return found
