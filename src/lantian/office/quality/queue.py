"""The queue as asked for: filters, counts, rows in words; what the reader may not see stays unnamed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from lantian.ambient.screens import CODES
from lantian.office.monitoring import kernel
from lantian.office.monitoring.models import Station
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.quality import words
from lantian.office.quality.models import GONE, OPEN, Suspicion
from lantian.office.regions.models import Region

DECIDED = "decided"
ITEMS = ("pm2_5", "pm10", "o3", "no2", "so2", "co")
Rows = ScopedQuerySet[Suspicion]


@dataclass(frozen=True)
class Line:
    """One suspicion as a list shows it."""

    row: Suspicion
    code: str
    name: str
    where: str
    items: str
    since: str
    until: str
    text: str


def filtered(request: HttpRequest) -> tuple[Rows, dict[str, str]]:
    """The suspicions a person may see that match the query, but for the state; and what was asked."""
    found = Suspicion.objects.visible_to(request.user)
    asked = {
        name: request.GET.get(name, "").strip()[:80]
        for name in ("state", "code", "region", "item", "since", "until", "q")
    }
    if asked["state"] not in {*Suspicion.State.values, DECIDED, "all"}:
        asked["state"] = OPEN
    if asked["code"] in CODES:
        found = found.filter(code=asked["code"])
    if asked["region"]:
        found = found.filter(region__path__contains=f"{asked['region']}/")
    if asked["item"] in ITEMS:
        found = found.filter(items__contains=f" {asked['item']} ")
    if (first := _day(asked["since"])) is not None:
        found = found.filter(until__gt=_midnight(first))
    if (last := _day(asked["until"])) is not None:
        found = found.filter(since__lte=_midnight(last + timedelta(days=1)))
    if asked["q"]:
        found = found.filter(Q(place__icontains=asked["q"]) | Q(station__name__icontains=asked["q"]))
    return found, asked


def in_state(found: Rows, state: str) -> Rows:
    """Those in one state, `decided` (by a person) or `all`."""
    if state == "all":
        return found
    return found.exclude(state__in=(OPEN, GONE)) if state == DECIDED else found.filter(state=state)


def counts(found: Rows) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
    """How many in each state, and for those open how many of each code (code, its words, number)."""
    states = dict(found.order_by().values_list("state").annotate(number=Count("pk")))
    states[DECIDED] = sum(number for state, number in states.items() if state not in (OPEN, GONE))
    states["all"] = sum(number for state, number in states.items() if state != DECIDED)
    return states, by_code(in_state(found, OPEN))


def by_code(found: Rows) -> list[tuple[str, str, int]]:
    """Each code with its words and number, in the kernel's order."""
    numbers = dict(found.order_by().values_list("code").annotate(number=Count("pk")))
    return [(code, words.code(code), numbers[code]) for code in CODES if numbers.get(code)]


def lines(rows: Iterable[Suspicion], user: Any) -> list[Line]:
    """Suspicions in the language of the page."""
    kept = list(rows)
    hidden = hidden_places(kept, user)
    return [line(row, hidden) for row in kept]


def line(row: Suspicion, hidden: frozenset[str] = frozenset()) -> Line:
    """One suspicion in the language of the page."""
    region = row.region
    above = region.parent if region.level not in {"province", "city"} else None
    return Line(
        row,
        words.code(row.code),
        name_of(row),
        f"{above.label} · {region.label}" if above else region.label,
        words.item_labels(row.pollutants),
        words.local(row.since),
        words.local(row.until),
        words.sentence(row.body | {"words": row.body["words"] | _named(row)}, hidden),
    )


def name_of(row: Suspicion) -> str:
    """What a suspicion is about: the station, the city, the whole feed by its region."""
    if row.station is not None:
        return str(row.station.label)
    return str(row.body.get("name") or row.place or row.region.label)


def _named(row: Suspicion) -> dict[str, str]:
    named = {}
    if "name" in row.body["words"]:
        named["name"] = name_of(row)
    if "city" in row.body["words"]:
        named["city"] = row.region.label
    return named


def hidden_places(rows: Sequence[Suspicion], user: Any) -> frozenset[str]:
    """The other stations that these suspicions name and the reader may not see."""
    others = {str(row.body.get("evidence", {}).get("other", "")) for row in rows} - {""}
    if not others:
        return frozenset()
    seen = Station.objects.visible_to(user).filter(place__in=others).values_list("place", flat=True)
    return frozenset(others - set(seen))


def regions_to_choose(user: Any) -> list[Region]:
    """Cities a person may see, or the counties of a city."""
    seen = Region.objects.visible_to(user)
    cities = list(seen.filter(level="city").order_by("code"))
    return cities if len(cities) > 1 else list(seen.filter(level__in=("county", "zone")).order_by("code"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), kernel.SHANGHAI)
