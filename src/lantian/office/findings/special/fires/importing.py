"""Satellite files into fire spots: what is new, what joins a known fire, what is industrial heat."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError, Refusal
from lantian.office.findings.special.fires import opening
from lantian.office.findings.special.fires.grouping import box, groups, metres
from lantian.office.findings.special.fires.heat import days_of_heat, source_at
from lantian.office.findings.special.fires.models import (
    FireFile,
    FirePixel,
    FireSpot,
    Removal,
    SpotState,
)
from lantian.office.findings.special.fires.placing import Ground, Map
from lantian.office.findings.special.fires.reading import HIGH, LOW, NOMINAL, Pixel, read_scene
from lantian.office.findings.special.rulings import rule
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

MOST_ROWS = 200_000
KEPT_REFUSALS = 500
ORDER = (LOW, NOMINAL, HIGH)


@dataclass(slots=True)
class Taken:
    """What became of a file, row by row and fire by fire.

    `rows` = `taken` + `known` (seen in an earlier file, or twice in this one) + `outside` + refused.
    `spots` new fires, of which `opened` went to somebody and `removed` were set aside by reason; `joined`
    fires known before that were seen again.
    """

    file: str
    rows: int = 0
    taken: int = 0
    known: int = 0
    outside: int = 0
    spots: int = 0
    opened: int = 0
    joined: int = 0
    removed: dict[str, int] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    record: Any = None

    @property
    def line(self) -> str:
        """All of it in one line of English, for the command line."""
        removed = ", ".join(f"{number} {why}" for why, number in sorted(self.removed.items())) or "0"
        return (
            f"{self.file}: {self.rows:,} rows; {self.taken:,} taken, {self.known:,} known, "
            f"{self.outside:,} outside, {len(self.refusals):,} refused; {self.spots:,} new spots: "
            f"{self.opened:,} opened, industrial heat {removed}; {self.joined:,} spots seen again"
        )


def take_fires(actor: Any, path: Path, name: str, *, ground: Ground | None = None) -> Taken:
    """Take a FIRMS file in.

    Parameters
    ----------
    actor
        the request or person; rows outside the person's own region are counted as outside. None is the
        command line: the whole office
    path, name
        the file and what it is called
    ground
        which region a point lies in; the outlines of the office's regions without one

    Returns
    -------
    the counts; the same file a second time adds nothing

    Raises
    ------
    LantianError
        the file cannot be read, holds too many rows, or no region has an outline
    PermissionDenied
        the person may not record findings
    """
    person = getattr(actor, "user", actor)
    root = "" if person is None else region_root(person)
    if root is None or (person is not None and not can(person, Capability.RECORD_FINDING)):
        raise PermissionDenied
    scene = read_scene(path, name, rule("fires.confidence").table)
    if scene.rows > MOST_ROWS:
        raise LantianError(
            _("the table has more than %(most)s rows") % {"most": MOST_ROWS},
            where=name,
            remedy=_("Send it in parts."),
        )
    result = Taken(name, rows=scene.rows, refusals=scene.refusals)
    where = ground if ground is not None else Map(root)
    home = (person.region if person is not None else None) or Region.objects.order_by("path").first()
    with transaction.atomic():
        file = FireFile.objects.create(
            name=name[:160],
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            region=home,
            loaded_by=person,
            rows=scene.rows,
        )
        placed = [
            (pixel, region)
            for pixel in _fresh(scene.pixels, result)
            if (region := where.at(pixel.lon, pixel.lat)) is not None
        ]
        result.taken = len(placed)
        result.outside = scene.rows - len(scene.refusals) - result.known - result.taken
        _into_spots(placed, file, result)
        for column in ("taken", "known", "outside", "opened", "joined"):
            setattr(file, column, getattr(result, column))
        file.refused, file.removed = len(scene.refusals), sum(result.removed.values())
        file.refusals = [asdict(refusal) for refusal in scene.refusals[:KEPT_REFUSALS]]
        file.save()
        told = ("rows", "taken", "known", "outside", "spots", "opened", "joined", "removed")
        record(
            actor,
            "load_fires",
            file,
            after={"sha256": file.sha256, "refused": file.refused, **{k: getattr(result, k) for k in told}},
        )
    result.record = file
    return result


def _fresh(pixels: Iterable[Pixel], result: Taken) -> list[Pixel]:
    """Those never seen: by satellite, moment and place, in this file and in the office."""
    unique: dict[tuple[Any, ...], Pixel] = {}
    for pixel in pixels:
        if pixel.key in unique:
            result.known += 1
        unique.setdefault(pixel.key, pixel)
    if not unique:
        return []
    moments = [pixel.seen_at for pixel in unique.values()]
    held = set(
        FirePixel.objects.filter(seen_at__range=(min(moments), max(moments))).values_list(
            "satellite", "seen_at", "lon", "lat"
        )
    )
    fresh = [pixel for key, pixel in unique.items() if key not in held]
    result.known += len(unique) - len(fresh)
    return fresh


def _into_spots(placed: list[tuple[Pixel, Region]], file: FireFile, result: Taken) -> None:
    """Group the pixels; each group joins a fire that is known, or is a new one."""
    table = rule("fires.cluster").table
    radius, span = float(table["metres"]), timedelta(hours=int(table["hours"]))
    again: set[int] = set()
    new: list[FireSpot] = []
    last = max((pixel.local_day for pixel, _region in placed), default=clock.today())
    # The log of what the office does by itself is written in one language, whoever sent the file.
    with translation.override("zh-hans"):
        for group in groups([pixel for pixel, _region in placed], radius, span):
            members = [placed[number] for number in group]
            spot = _known_spot(members, radius, span)
            if spot is None:
                spot = _new_spot(members)
                _keep_pixels(spot, members, file)
                new.append(spot)
            else:
                _keep_pixels(spot, members, file)
                _grow(spot, members)
                again.add(spot.pk)
        result.spots, result.joined = len(new), len(again)
        # Judged when every pixel is kept: of ten days of the same heat in a file the first nine open nothing.
        for spot in new:
            _judge(spot, last, result)
        if placed:
            _settle_earlier(min(p.local_day for p, _region in placed), last, new, result)


def _known_spot(members: list[tuple[Pixel, Region]], radius: float, span: timedelta) -> FireSpot | None:
    """The earliest fire with a pixel near one of these; one put out before they were seen is another."""
    for pixel, _region in members:
        west, south, east, north = box(float(pixel.lon), float(pixel.lat), radius)
        near = FirePixel.objects.filter(
            lat__range=(south, north),
            lon__range=(west, east),
            seen_at__range=(pixel.seen_at - span, pixel.seen_at + span),
        ).select_related("spot")
        for other in near.order_by("spot__first_seen", "spot_id"):
            out = other.spot.put_out_at
            close = metres(_at(pixel), _at(other)) <= radius
            if close and (out is None or pixel.seen_at <= out):
                return other.spot
    return None


def _at(point: Any) -> tuple[float, float]:
    return float(point.lon), float(point.lat)


def _new_spot(members: list[tuple[Pixel, Region]]) -> FireSpot:
    """A fire at its strongest pixel."""
    pixel, region = max(members, key=lambda one: (one[0].frp or 0, -one[0].row))
    first, last = (pick(p.seen_at for p, _region in members) for pick in (min, max))
    spot = FireSpot(
        region=region,
        lon=pixel.lon,
        lat=pixel.lat,
        first_seen=first,
        last_seen=last,
        local_day=timezone.localtime(first).date(),
        opened_at=clock.now(),
    )
    _sum_up(spot, [p for p, _region in members])
    spot.save()
    return spot


def _grow(spot: FireSpot, members: list[tuple[Pixel, Region]]) -> None:
    """Another pass saw it as well."""
    spot.first_seen = min(spot.first_seen, *(p.seen_at for p, _region in members))
    spot.last_seen = max(spot.last_seen, *(p.seen_at for p, _region in members))
    _sum_up(spot, [p for p, _region in members])
    fields = ["first_seen", "last_seen", "pixels_count", "satellites", "confidence", "frp"]
    spot.save(update_fields=fields)


def _sum_up(spot: FireSpot, pixels: list[Pixel]) -> None:
    spot.pixels_count += len(pixels)
    names = {*filter(None, spot.satellites.split(" ")), *(p.satellite for p in pixels)}
    spot.satellites = " ".join(sorted(names))[:80]
    known = [spot.confidence] if spot.confidence else []
    spot.confidence = max([*known, *(p.confidence for p in pixels)], key=ORDER.index)
    powers = [power for power in (spot.frp, *(p.frp for p in pixels)) if power is not None]
    spot.frp = max(powers) if powers else None


def _keep_pixels(spot: FireSpot, members: list[tuple[Pixel, Region]], file: FireFile) -> None:
    FirePixel.objects.bulk_create(
        FirePixel(
            spot=spot,
            file=file,
            region=region,
            instrument=pixel.instrument,
            satellite=pixel.satellite,
            seen_at=pixel.seen_at,
            local_day=pixel.local_day,
            lon=pixel.lon,
            lat=pixel.lat,
            confidence=pixel.confidence,
            confidence_given=pixel.confidence_given,
            brightness=pixel.brightness,
            frp=pixel.frp,
            kind=pixel.kind,
            daynight=pixel.daynight,
        )
        for pixel, region in members
    )


def _judge(spot: FireSpot, last: date, result: Taken) -> None:
    """Set a new fire aside as known heat, or send somebody there."""
    why, values, reason = _heat(spot, last)
    if why:
        move(spot, "mark_heat", None, reason, values={"removal": why, **values})
        result.removed[why] = result.removed.get(why, 0) + 1
    else:
        opening.open_finding(None, spot)
        result.opened += 1


def _heat(spot: FireSpot, last: date) -> tuple[str, dict[str, Any], str]:
    """Why a spot is no fire: ("", {}, "") when it may be one."""
    static = set(rule("fires.static_types").value)
    kinds = {pixel.kind for pixel in spot.pixels.all()}
    if kinds and None not in kinds and kinds <= static:
        return Removal.TYPE, {}, _("the file marks every pixel of it as a static source")
    source = source_at(spot.lon, spot.lat)
    if source is not None:
        return (
            Removal.REGISTER,
            {"source": source},
            _("within %(metres)s m of %(name)s")
            % {
                "metres": source.radius,
                "name": source.name,
            },
        )
    days, enough, near = _hot_days(spot, last)
    if days >= enough:
        return Removal.REPEATED, {"heat_days": days}, _hot(near, days)
    return "", {}, ""


def _hot_days(spot: FireSpot, last: date) -> tuple[int, int, int]:
    """Days of heat at a spot in the year up to its day, or in the year up to `last`, whichever has more."""
    within = timedelta(days=int(rule("fires.repeated_heat").table["within_days"]) - 1)
    ends = {spot.local_day, max(spot.local_day, min(last, spot.local_day + within))}
    return max(days_of_heat(spot.lon, spot.lat, end) for end in ends)


def _hot(near: int, days: int) -> str:
    return _("heat within %(metres)s m on %(days)s days of a year") % {"metres": near, "days": days}


def _settle_earlier(first: date, last: date, new: list[FireSpot], result: Taken) -> None:
    """A place hot on enough days by now was no fire on the earlier ones either, where nobody went yet."""
    within = int(rule("fires.repeated_heat").table["within_days"])
    waiting = FireSpot.objects.filter(
        state=SpotState.SEEN, local_day__range=(first - timedelta(days=within), last)
    ).exclude(pk__in=[spot.pk for spot in new])
    for spot in waiting.select_related("region", "finding"):
        days, enough, near = _hot_days(spot, last)
        if days >= enough:
            opening.set_aside(None, spot, _hot(near, days), removal=Removal.REPEATED, heat_days=days)
            result.removed[Removal.REPEATED] = result.removed.get(Removal.REPEATED, 0) + 1
