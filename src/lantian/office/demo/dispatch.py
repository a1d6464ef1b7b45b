"""Half a year of dispatch in the demonstration: reports in time, late, missing, sent back and false; a
bulletin; two supervision orders, one of them past its day. Simulated units; what they say is marked so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from lantian.office.people.models import Unit, User

LOCAL = timezone(timedelta(hours=8))
MONTHS = 6
DAYS = 5
SUPERVISOR, SIGNED_IN = "sim-duban", "141024"
# What comes of one report in so many; all others come in time and are verified.
CYCLE = 23
FATES = {4: "late", 9: "missing", 13: "returned", 16: "late", 18: "false", 20: "waiting"}
TEXTS = (
    "已完成摸排并建立台账（模拟）。",
    "按月度计划推进，抽查合格（模拟）。",
    "新增一批完成量，资料已归档（模拟）。",
)
RETURNED = "缺少现场照片，请补充佐证（模拟）。"
FALSE = "现场核查发现数量与台账不符（模拟）。"


def fill(plans: Sequence[Any], people: Mapping[str, User], today: date) -> None:
    """Replay the rounds of the last months on the city's plan.

    Parameters
    ----------
    plans
        the demonstration's plans: province, city, county
    people
        accounts by sign-in name
    today
        the day on which the demonstration stands
    """
    from django.db import transaction

    # One transaction: a demonstration is there as a whole or not at all, and a disk syncs once.
    with transaction.atomic():
        _replay(plans[1], people, today)


def _replay(city: Any, people: Mapping[str, User], today: date) -> None:
    from lantian.office.dispatch.opening import open_round
    from lantian.office.frame import clock

    staff = _staff(city)
    rounds = []
    for opens in _openings(today):
        due = opens + timedelta(days=DAYS)
        with clock.at(_at(opens)):
            rounds.append(
                open_round(
                    people["linfen"], city.region, [city], name="清洁空气行动月调度（模拟）", last_day=due,
                    kind="monthly", opens=opens,
                )
            )  # fmt: skip
        if due >= today:
            continue
        _report(rounds[-1], opens, len(rounds), {**people, **staff})
    past = [one for one in rounds if one.is_past_due]
    if past:
        _follow_up(past, people, staff, today)
    _calendar(city, people, today)


def _openings(today: date) -> list[date]:
    """The 20th of each of the last months, oldest first; and of this one, if it has been."""
    found, day = [], today.replace(day=20)
    while len(found) < MONTHS + 1:
        if day <= today:
            found.append(day)
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=20)
    return found[::-1][1:] if len(found) > MONTHS else found[::-1]


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)


def _staff(city: Any) -> dict[str, User]:
    """Simulated people of a supervision office, of units and of counties; nobody can sign in as them."""
    from django.db import transaction

    from lantian.office.people.actions import record
    from lantian.office.people.models import User
    from lantian.office.people.rules import Role
    from lantian.office.regions.models import Region

    office, _new = Unit.objects.get_or_create(
        name="临汾市政府督查室（模拟）", region=city.region, defaults={"kind": "committee"}
    )
    wanted: list[tuple[str, str, Any, Any]] = [(SUPERVISOR, Role.DISPATCHER, city.region, office)]
    governments = {unit.region_id: unit for unit in Unit.objects.filter(kind="government")}
    counties = Region.objects.filter(parent=city.region, valid_to=None).exclude(code=SIGNED_IN)
    wanted += [
        (f"sim-{county.code}", Role.COUNTY_OFFICER, county, governments.get(county.pk)) for county in counties
    ]
    found = {}
    with transaction.atomic():
        for name, role, region, unit in wanted:
            user = User(username=name, name=f"{region.name}（模拟）", role=role, region=region, unit=unit)
            user.set_unusable_password()
            user.save()
            record(None, "create", user, after={"username": name, "role": role})
            found[name] = user
    return found


def _report(round_: Any, opens: date, nth: int, people: Mapping[str, User]) -> None:
    """What came in one round: by its number and the report's, so that every state is there."""
    from lantian.office.dispatch import reporting
    from lantian.office.dispatch.models import Report
    from lantian.office.dispatch.reporting import Content
    from lantian.office.frame import clock

    rows = Report.objects.filter(round=round_).select_related("region", "unit__region", "round", "task")
    missed = nth < MONTHS - 1
    for at, report in enumerate(rows.prefetch_related("task__quantities")):
        code = _county(report)
        fate = FATES.get((at * 7 + nth * 5) % CYCLE, "in_time")
        if code == SIGNED_IN and not missed:
            fate, missed = "missing", True  # the one who signs in finds something to do
        if fate == "missing":
            continue
        reporter = people["linfen"]
        if code:
            reporter = people["hongtong"] if code == SIGNED_IN else people[f"sim-{code}"]
        percent = min(90, 10 * nth + 5 * (at % 4))
        done = {q.pk: (q.value * percent / 100).quantize(1) for q in report.task.quantities.all() if q.value}
        content = Content("in_progress", percent, TEXTS[at % len(TEXTS)], done)
        late = fate == "late"
        with clock.at(_at(opens + timedelta(days=DAYS + 2 if late else 2), 15)):
            reporting.submit(report, reporter, content, sure=True)
        if fate == "waiting" and nth == MONTHS - 1:
            continue
        checker = _checker(report, people)
        with clock.at(_at(opens + timedelta(days=DAYS - 1 if not late else DAYS + 3), 16)):
            if fate == "returned":
                reporting.send_back(report, checker, RETURNED)
            elif fate == "false" and nth % 2 == 0:
                reporting.find_false(report, checker, FALSE)
            else:
                reporting.verify(report, checker)


def _county(report: Any) -> str:
    """The code of the county that reports; "" for a unit of the city, for which the dispatcher enters it."""
    place = report.region or report.unit.region
    return str(place.code) if place is not None and place.level in {"county", "zone"} else ""


def _checker(report: Any, people: Mapping[str, User]) -> User:
    """Who verifies: the people of the lead where it has some, else the supervision office; never who sent
    it."""
    own = people["linfen"]
    leads = report.lead_id == own.unit_id and report.unit_id != own.unit_id
    return own if leads else people[SUPERVISOR]


def _follow_up(
    past: Sequence[Any], people: Mapping[str, User], staff: Mapping[str, User], today: date
) -> None:
    """The older rounds are closed; the last one that was due has its bulletin and two orders."""
    from lantian.office.dispatch import ordering, table
    from lantian.office.dispatch.round_bulletins import issue_round_bulletin
    from lantian.office.frame import clock
    from lantian.office.loops import move

    for one in past:
        day = min(one.opens + timedelta(days=DAYS + 5), today)
        with clock.at(_at(day, 17)):
            if one == past[-1]:
                issue_round_bulletin(one, staff[SUPERVISOR], remark="请逾期和未报单位抓紧补报（模拟）。")
                units, regions = table.rows_of(one, table.reports_of(one))
                behind = [row for row in [*regions, *units] if row.is_behind]
                theirs = [
                    r.key for r in behind if r.reports[0].region and r.reports[0].region.code == "141024"
                ]
                others = [r.key for r in behind if r.key not in theirs]
                for keys, days in ((others[:1], 3), (theirs[:1], 30)):
                    if keys:
                        ordering.raise_from_round(
                            one, staff[SUPERVISOR], keys, reply_by=day + timedelta(days=days)
                        )
            move(one, "close_round", staff[SUPERVISOR])


def _calendar(city: Any, people: Mapping[str, User], today: date) -> None:
    """From now on the rounds open by themselves."""
    from lantian.office.dispatch.opening import declare_calendar

    declare_calendar(
        people["linfen"], city.region, name="清洁空气行动月调度（模拟）", kind="monthly", day=20,
        first=today + timedelta(days=1), plan=city, days_to_report=DAYS,
    )  # fmt: skip
