"""Writes about roadside tests: one recorded, its finding opened, the black list kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings.actions import NewFinding, act, record_finding
from lantian.office.findings.models import Severity, Source, State
from lantian.office.findings.special.roadside.judging import judge
from lantian.office.findings.special.roadside.models import (
    Colour,
    Listing,
    Method,
    RoadsideTest,
    Stage,
    Thing,
)
from lantian.office.findings.special.rulings import rule
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

KIND = "vehicles"
# VIN of ISO 3779: 17 signs without I, O, Q. The 17-sign code of a stage-IV machine may hold other signs.
VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
PLATE = re.compile(r"[\w-]{4,24}")


@dataclass(frozen=True, slots=True)
class NewTest:
    """What is told of a test at the roadside."""

    plate: str
    colour: str
    method: str
    region: Region
    place: str
    tested_on: date
    thing: str = Thing.VEHICLE
    vin: str = ""
    stage: str = Stage.UNKNOWN
    limit_class: str = ""
    power: Decimal | None = None
    value: Decimal | None = None
    normal: bool | None = None
    team: str = ""
    remark: str = ""
    batch: str = ""


def record_test(actor: Any, new: NewTest) -> RoadsideTest:
    """Record and judge a test. A failed one opens a finding and puts the vehicle on the black list; one that
    is passed by the same method takes it off and reports the finding rectified.

    Raises
    ------
    LantianError
        a plate or VIN that cannot be one, a day in the future, a result that cannot be judged
    PermissionDenied
        the person may not record findings, or not in this region
    """
    person = getattr(actor, "user", actor)
    if person is not None:
        root = region_root(person)
        if not can(person, Capability.RECORD_FINDING) or root is None or not new.region.path.startswith(root):
            raise PermissionDenied
    plate, vin = plain(new.plate), plain(new.vin)
    _check(new, plate, vin)
    verdict = judge(
        new.method,
        on=new.tested_on,
        thing=new.thing,
        value=new.value,
        normal=new.normal,
        limit_class=new.limit_class,
        power=new.power,
    )
    with transaction.atomic():
        test = RoadsideTest.objects.create(
            thing=new.thing,
            plate=plate,
            colour=new.colour,
            vin=vin,
            stage=new.stage,
            power=new.power,
            limit_class=new.limit_class,
            method=new.method,
            value=new.value,
            normal=new.normal,
            passed=verdict.passed,
            why=verdict.told,
            region=new.region,
            place=new.place.strip()[:200],
            tested_on=new.tested_on,
            team=new.team.strip()[:120],
            remark=new.remark.strip(),
            recorded_by=person,
            batch=new.batch[:200],
        )
        record(
            actor,
            "record_roadside",
            test,
            after={
                "plate": plate,
                "method": new.method,
                "value": new.value,
                "passed": verdict.passed,
                "limit": verdict.told,
            },
        )
        if verdict.passed:
            _take_off(actor, test)
        else:
            _open_finding(actor, test)
            _put_on(actor, test)
    return test


def failures_of(plate: str, colour: str) -> int:
    """How often a vehicle failed, by any method."""
    return RoadsideTest.objects.filter(plate=plate, colour=colour, passed=False).count()


def plain(text: str) -> str:
    """A plate or VIN as it is compared: capital letters, without spaces and dots."""
    return re.sub(r"[\s·.•]", "", text).upper()


def _check(new: NewTest, plate: str, vin: str) -> None:
    if not PLATE.fullmatch(plate):
        raise LantianError(_("“%(plate)s” cannot be a plate") % {"plate": new.plate})
    if vin and not VIN.fullmatch(vin) and new.thing == Thing.VEHICLE:
        raise LantianError(_("a VIN has 17 letters and digits, without I, O and Q"))
    if vin and len(vin) > 20:
        raise LantianError(_("a number of a machine has at most 20 signs"))
    if new.tested_on > clock.today() or new.tested_on.year < 2000:
        raise LantianError(_("the day of the test lies in the future or long ago"))
    known = ((new.colour, Colour), (new.method, Method), (new.stage, Stage), (new.thing, Thing))
    for value, choices in known:
        if value not in choices.values:
            raise LantianError(_("“%(word)s” is not one of the list") % {"word": value})
    if len(new.limit_class) > 4 or (new.power is not None and not 0 < new.power <= 20_000):
        raise LantianError(_("this class or power cannot be"), remedy=_("Correct the number."))
    if not new.place.strip():
        raise LantianError(_("say where it was tested"))


def _open_finding(actor: Any, test: RoadsideTest) -> None:
    again = failures_of(test.plate, test.colour)
    words = _("%(plate)s failed the test of %(method)s") % {
        "plate": test.plate,
        "method": test.get_method_display(),
    }
    if test.value is not None:
        limit = (
            test.why.get("most")
            if test.why.get("least") is None
            else f"{test.why['least']}–{test.why['most']}"
        )
        words += _(": %(value)s, limit %(limit)s %(unit)s") % {
            "value": test.value,
            "limit": limit,
            "unit": test.why.get("unit", ""),
        }
    if again > 1:
        words += _("; failed %(times)s times") % {"times": again}
    finding = record_finding(
        actor,
        NewFinding(
            kind=KIND,
            region=test.region,
            place=test.place,
            words=words,
            found_on=test.tested_on,
            source=Source.JOINT,
            finder=test.team[:80],
            batch=test.batch,
            severity=Severity.SERIOUS if again > 1 else Severity.ORDINARY,
        ),
    )
    # The region's own people follow it up; how long a repair may take is the rulebook's word.
    act(finding, "assign_finding", None, days=int(rule("roadside.rectify_days", test.tested_on).value))
    test.finding = finding
    test.save(update_fields=["finding"])


def _put_on(actor: Any, test: RoadsideTest) -> None:
    standing = Listing.objects.select_for_update(of=("self",)).filter(
        plate=test.plate, colour=test.colour, method=test.method, until=None
    )
    row = standing.first()
    if row is None:
        row = Listing.objects.create(
            plate=test.plate,
            colour=test.colour,
            vin=test.vin,
            method=test.method,
            region=test.region,
            since=test.tested_on,
            test=test,
            failures=RoadsideTest.objects.filter(
                plate=test.plate, colour=test.colour, method=test.method, passed=False
            ).count(),
        )
        record(actor, "black_list", row, after={"plate": row.plate, "since": row.since})
        return
    row.failures += 1
    row.save(update_fields=["failures"])
    record(actor, "black_list", row, after={"failures": row.failures})


def _take_off(actor: Any, test: RoadsideTest) -> None:
    """The vehicle passed what it had failed. The list belongs to all: it is left wherever it was entered."""
    standing = Listing.objects.select_for_update(of=("self",)).filter(
        plate=test.plate, colour=test.colour, method=test.method, until=None, since__lte=test.tested_on
    )
    for row in standing.select_related("test"):
        row.until, row.passed_test = test.tested_on, test
        row.save(update_fields=["until", "passed_test"])
        record(actor, "off_black_list", row, before={"until": None}, after={"until": row.until})
        failed = RoadsideTest.objects.filter(
            plate=test.plate,
            colour=test.colour,
            method=test.method,
            passed=False,
            finding__isnull=False,
            finding__state__in=[State.ASSIGNED, State.REOPENED],
        ).select_related("finding")
        for one in failed:
            said = _("passed again on %(day)s, test %(number)s") % {"day": test.tested_on, "number": test.pk}
            act(one.finding, "rectify", None, said)
