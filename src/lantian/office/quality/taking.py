"""What a run found, laid over what is known: nothing twice, and what a person decided stays."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from lantian.ambient.screens import ScreenReport
from lantian.ambient.screens import Suspicion as Found
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.places import CityNames
from lantian.office.quality.models import GONE, OPEN, Screening, Suspicion, padded
from lantian.office.regions.models import Region

HOUR = timedelta(hours=1)


def take(run: Screening, report: ScreenReport) -> int:
    """Keep the suspicions of a report; returns how many were found for the first time.

    A suspicion found again is the row it was, also when it goes on or begins with another span. Hours after
    those a person decided are a suspicion of their own. Open ones that lie inside the span and are found no
    longer are marked so. Call it in a transaction.
    """
    known: dict[tuple[str, str, str], list[Suspicion]] = defaultdict(list)
    for row in Suspicion.objects.filter(kind=report.kind):
        known[row.code, row.place, row.items].append(row)
    owners = Owners()
    added, seen = 0, set()
    for found in report.suspicions:
        rows = known[found.code, found.place, padded(found.items)]
        fresh, row = _matched(found, rows)
        if fresh is None:
            continue
        if row is None:
            region, station = owners.of(fresh)
            if region is None:
                continue
            row = Suspicion(key=fresh.key, region=region, station=station, found_in=run)
            rows.append(row)
            added += 1
        elif fresh.since > row.since and report.since > row.since:
            # It began before the days that were looked at now.
            fresh = _joined(Found.from_dict(row.body), fresh)
        _fill(row, fresh, run)
        row.save()
        seen.add(row.pk)
    inside = Suspicion.objects.filter(
        kind=report.kind, state=OPEN, since__gte=report.since, until__lte=report.until
    )
    inside.exclude(pk__in=seen).update(state=GONE)
    return added


def _matched(found: Found, rows: list[Suspicion]) -> tuple[Found | None, Suspicion | None]:
    """What of a suspicion is not decided yet, and the row it belongs to; None where all is decided."""
    for decided in sorted((r for r in rows if r.state not in (OPEN, GONE)), key=lambda r: r.until):
        if found.since <= decided.until and found.until >= decided.since:
            rest = after(found, decided.until)
            if rest is None:
                return None, None
            found = rest
    undecided = [row for row in rows if row.state in (OPEN, GONE)]
    same = [row for row in undecided if row.key == found.key]
    near = [
        row for row in undecided if row.since - HOUR <= found.until and found.since <= row.until + HOUR
    ]  # fmt: skip
    return found, next(iter((*same, *near)), None)


def after(found: Found, moment: datetime) -> Found | None:
    """A suspicion without its hours up to a moment; None where none remains."""
    rest = tuple((max(since, moment + HOUR), until) for since, until in found.stretches if until > moment)
    if not rest:
        return None
    hours = sum(round((until - since) / HOUR) + 1 for since, until in rest)
    words = dict(found.words) | ({"hours": hours} if "hours" in found.words else {})
    if "since" in words:
        words["since"] = rest[0][0].isoformat(timespec="minutes")
    return replace(found, since=rest[0][0], stretches=rest, hours=min(hours, found.hours), words=words)


def _joined(old: Found, new: Found) -> Found:
    """A suspicion whose beginning is known from an earlier run."""
    earlier = tuple(span for span in old.stretches if span[0] < new.since)
    parts = [(since, min(until, new.since - HOUR)) for since, until in earlier]
    stretches = (*parts, *new.stretches)
    before = sum(round((until - since) / HOUR) + 1 for since, until in parts)
    hours = min(old.hours, before) + new.hours
    words = dict(new.words) | ({"hours": hours} if "hours" in new.words else {})
    if "since" in old.words:
        words["since"] = old.words["since"]
    return replace(new, since=old.since, stretches=stretches, hours=hours, words=words)


def _fill(row: Suspicion, found: Found, run: Screening) -> None:
    row.kind, row.code, row.place = found.kind, found.code, found.place
    row.items, row.since, row.until = padded(found.items), found.since, found.until
    row.hours, row.certain, row.body = found.hours, found.certain, found.as_dict()
    row.state, row.seen_in = OPEN, run


class Owners:
    """Answers whose a suspicion is: the region of its station or city, the province for a whole feed."""

    def __init__(self) -> None:
        self._stations = {station.place: station for station in Station.objects.select_related("region")}
        self._cities = CityNames()
        self._top = Region.objects.filter(level="province").order_by("path").first()

    def of(self, found: Found) -> tuple[Region | None, Station | None]:
        """Region and station; no region for a place that the registers do not know."""
        station = self._stations.get(found.place)
        if station is not None:
            return station.region, station
        if not found.place:
            return self._top, None
        return self._cities.find(found.place) or self._cities.find(found.city), None
