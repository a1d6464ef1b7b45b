"""A fire spot on its way: opened as a finding, reached, judged on the spot, put out, or set aside and back.

The spot's own loop measures minutes; its finding carries the rest (rectified, checked again, points). Both
move in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings import actions
from lantian.office.findings.models import Finding, Severity, Source, State
from lantian.office.findings.special.fires import heat
from lantian.office.findings.special.fires.models import (
    CONFIDENCE,
    FireSpot,
    Removal,
    SpotState,
    satellite_names,
)
from lantian.office.findings.special.fires.placing import Holder, holder_of
from lantian.office.findings.special.rulings import rule
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.people.actions import record

KIND = "fire_spot"
OPEN_STATES = (State.OPEN, State.ASSIGNED, State.REOPENED)


def open_finding(actor: Any, spot: FireSpot, reason: str = "") -> Finding:
    """Record the finding of a new or reopened spot, and hand it to whoever answers there.

    The limit to be on the spot is `office.fires.response`; a spot in a place where nobody is known stays to
    be assigned by the county.
    """
    holder = holder_of(spot.region, spot.lon, spot.lat)
    if holder.region is not None:
        # Where no township has an outline, the grid person's own place names it.
        spot.region = holder.region
    moment = timezone.localtime(spot.first_seen)
    seen = _("Seen by satellite (%(names)s) at %(moment)s, %(pixels)s pixels, confidence %(confidence)s.") % {
        "names": satellite_names(spot.satellites),
        "moment": moment.strftime("%Y-%m-%d %H:%M"),
        "pixels": spot.pixels_count,
        "confidence": CONFIDENCE[spot.confidence],
    }
    with transaction.atomic():
        finding = actions.record_finding(
            actor,
            actions.NewFinding(
                kind=KIND,
                region=spot.region,
                place=_("%(lon)s, %(lat)s") % {"lon": f"{spot.lon:.4f}", "lat": f"{spot.lat:.4f}"},
                words=f"{seen} {reason}".strip(),
                found_on=min(spot.local_day, clock.today()),
                source=Source.SATELLITE,
                severity=Severity.SERIOUS,
                lon=spot.lon,
                lat=spot.lat,
                finder=satellite_names(spot.satellites),
                answers=("outside_region", "position_unknown"),
            ),
        )
        spot.finding, spot.opened_at, spot.grid = finding, clock.now(), holder.grid
        spot.state_due = clock.now() + timedelta(minutes=_minutes("arrive_minutes"))
        spot.removal, spot.source, spot.heat_days = "", None, None
        spot.save()
        _hand_over(finding, holder)
        record(
            actor,
            "open_fire",
            spot,
            reason=reason,
            after={
                "finding": finding.pk,
                "unit": holder.unit.pk if holder.unit else None,
                "person": holder.person.pk if holder.person else None,
                "state_due": spot.state_due,
            },
        )
    return finding


def step(
    actor: Any,
    spot: FireSpot,
    name: str,
    reason: str = "",
    *,
    version: int | None = None,
    files: Iterable[Any] = (),
) -> None:
    """One step on the spot: `arrive_fire`, `confirm_fire`, `put_out_fire`, `deny_fire`, `mark_heat`,
    `restore_fire`.

    Arriving hands the finding over if nobody did; putting out reports it rectified; a false alarm and
    industrial heat make it void. `mark_heat` also registers the place as a source of heat.

    Raises
    ------
    LantianError
        somebody was faster, or the reason is missing
    PermissionDenied
        the actor may not do it
    """
    if name == "mark_heat":
        with transaction.atomic():
            set_aside(actor, spot, reason, version=version)
            _learn_source(actor, spot, reason)
        return
    if name == "restore_fire":
        restore(actor, spot, reason, version=version)
        return
    now = clock.now()
    with transaction.atomic():
        if name == "arrive_fire":
            values: dict[str, Any] = {"arrived_at": spot.arrived_at or now}
            due = now + timedelta(minutes=_minutes("put_out_minutes"))
            move(spot, name, actor, reason, version=version, values=values, due=due)
            if spot.finding is not None and spot.finding.state == State.OPEN:
                actions.act(spot.finding, "assign_finding", None, unit=spot.finding.unit)
        elif name == "put_out_fire":
            move(spot, name, actor, reason, version=version, values={"put_out_at": now})
            if spot.finding is not None and spot.finding.state in (State.ASSIGNED, State.REOPENED):
                actions.act(spot.finding, "rectify", actor, reason, files=files)
        elif name == "deny_fire":
            move(spot, name, actor, reason, version=version)
            _void(spot, reason)
        elif name == "confirm_fire":
            move(spot, name, actor, reason, version=version)
        else:
            raise LantianError(_("there is no step called “%(name)s”") % {"name": name})


def set_aside(
    actor: Any,
    spot: FireSpot,
    reason: str,
    *,
    version: int | None = None,
    removal: str = Removal.PERSON,
    heat_days: int | None = None,
) -> None:
    """Set a spot aside as industrial heat, with its reason; its finding becomes void."""
    with transaction.atomic():
        move(
            spot,
            "mark_heat",
            actor,
            reason,
            version=version,
            values={"removal": removal, "heat_days": heat_days},
        )
        _void(spot, reason)


def restore(actor: Any, spot: FireSpot, reason: str, *, version: int | None = None) -> None:
    """Open a spot again that was set aside: it gets a new finding; a source learned from it alone is
    withdrawn.
    """
    with transaction.atomic():
        source = spot.source
        move(
            spot,
            "restore_fire",
            actor,
            reason,
            version=version,
            values={"removal": "", "arrived_at": None, "put_out_at": None},
        )
        spot.source = None
        others = FireSpot.objects.filter(source=source, state=SpotState.HEAT).exclude(pk=spot.pk)
        if source is not None and source.learned and source.active and not others.exists():
            source.active = False
            source.save(update_fields=["active"])
            record(actor, "withdraw_heat", source, reason=reason, after={"active": False})
        open_finding(None, spot, reason)
    spot.refresh_from_db()


def _learn_source(actor: Any, spot: FireSpot, reason: str) -> None:
    """The place a person found to be industrial heat joins the register."""
    source = heat.source_at(spot.lon, spot.lat) or heat.register_source(
        actor, name=reason[:80], region=spot.region, lon=spot.lon, lat=spot.lat, why=reason, learned=True
    )
    spot.source = source
    spot.save(update_fields=["source"])


def _hand_over(finding: Finding, holder: Holder) -> None:
    if holder.unit is None and holder.person is None:
        return
    asked: dict[str, Any] = {"unit": holder.unit}
    if holder.person is not None:
        asked["assignee"] = holder.person
    actions.act(finding, "assign_finding", None, **asked)


def _void(spot: FireSpot, reason: str) -> None:
    """The finding of what was no fire; the office does it, because the person judged the spot itself."""
    if spot.finding is not None and spot.finding.state in OPEN_STATES:
        actions.act(spot.finding, "void_finding", None, reason)


def _minutes(key: str) -> int:
    return int(rule("fires.response").table[key])
