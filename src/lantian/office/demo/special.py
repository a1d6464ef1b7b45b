"""Fire spots, complaints, roadside tests, checks and heavy roads of the demonstration; every one simulated.

Each goes through its loop as people do it, at the hours they would have done it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User

LOCAL = timezone(timedelta(hours=8))
# The demonstration has no outlines: a point lies in the county whose seat is nearest, if that is near.
SEATS = {"141024": (111.67, 36.25), "140524": (113.28, 35.78), "141002": (111.52, 36.06)}
NEAR = 0.3
OFFICERS = {"141024": "hongtong", "140524": "lingchuan", "141002": "linfen"}
# days ago, hour and minute (UTC), county, east and north of the seat [°], confidence, radiative power [MW],
# how far: o open, a arrived, b burning, p put out, f false alarm, h heat; minutes until somebody came
FIRES = (
    (26, "0512", "141024", 0.04, 0.03, 72, "8.4", "p", 38),
    (26, "0512", "141024", 0.046, 0.033, 65, "6.1", "", 0),
    (24, "0548", "140524", -0.05, 0.02, 81, "12.7", "p", 55),
    (21, "1806", "141024", -0.06, -0.04, 44, "4.2", "f", 47),
    (17, "0524", "140524", 0.03, -0.05, 77, "9.9", "p", 29),
    (17, "0524", "140524", 0.036, -0.05, 69, "7.7", "", 0),
    (12, "0506", "141002", 0.05, 0.01, 58, "5.0", "h", 64),
    (9, "0536", "141024", 0.08, 0.05, 90, "16.3", "p", 23),
    (5, "0518", "140524", 0.06, 0.04, 62, "6.6", "b", 41),
    (2, "0530", "141024", -0.03, 0.07, 70, "8.0", "a", 35),
    (1, "0512", "140524", -0.02, -0.03, 55, "5.1", "o", 0),
)
# A works that is hot all year: on so many days, so far apart, it is known by itself.
WORKS, WORKS_DAYS, WORKS_EVERY = (111.74, 36.22), 12, 14
HEAD = (
    "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,bright_t31,frp,"
    "daynight"
)
# days ago, county, kind, place, words, channel, who or code word, how far
COMPLAINTS = (
    (40, "141024", "odour", "某焦化厂东侧", "夜间有刺鼻气味", "public", "named", "closed"),
    (33, "141024", "dust", "恒富大街工地", "渣土车带泥上路", "phone", "named", "answered"),
    (20, "140524", "bulk_coal", "平城镇某村", "有人售卖散煤", "visit", "word", "paid"),
    (9, "141024", "odour", "某家具厂周边", "喷漆气味明显", "public", "nobody", "verified"),
    (5, "141002", "odour", "城南某小区", "傍晚有臭味", "public", "named", "received"),
    (4, "141002", "odour", "城南某小区", "持续有臭味，无法开窗", "sheet", "named", "accepted"),
    (2, "141002", "odour", "城南某小区", "臭味来自河边", "phone", "nobody", "received"),
    (15, "140524", "catering", "崇文镇某烧烤店", "油烟扰民", "public", "word", "declined"),
)
# days ago, county, plate, colour, stage, method, value, class, normal
TESTS = (
    (30, "141024", "晋L10001", "yellow", "4", "smoke", "1.62", "a", None),
    (16, "141024", "晋L10001", "yellow", "4", "smoke", "0.84", "a", None),
    (22, "141024", "晋L10002", "yellow", "5", "obd", None, "", False),
    (22, "141024", "晋L10003", "yellow", "5", "urea", "24.5", "", None),
    (14, "141002", "晋L10004", "yellow", "3", "smoke", "2.10", "a", None),
    (7, "141002", "晋L10004", "yellow", "3", "smoke", "1.48", "a", None),
    (6, "140524", "晋E10005", "blue", "5", "smoke", "0.42", "a", None),
    (3, "140524", "晋E10006", "yellow", "6", "obd", None, "", True),
)
# days ago, county, kind, place, answers
CHECKS = (
    (18, "141024", "six_items", "飞虹街工地", {"cover": "no", "wet": "no"}),
    (11, "141002", "six_items", "滨河西路工地", {}),
    (8, "140524", "six_items", "陵川客运站工地", {"wash": "no", "closed": ""}),
    (10, "141024", "three_zero", "大槐树镇某村", {"sale": "0", "storage": "350", "use": "1"}),
    (6, "141002", "three_zero", "屯里镇某村", {"sale": "0", "storage": "0", "use": "0"}),
    (
        9,
        "141002",
        "fume",
        "鼓楼北街某饭店",
        {"installed": "yes", "running": "no", "cleaned": "120", "measured": "2.6"},
    ),
    (4, "141024", "odour", "某家具厂", {"smelt": "yes", "collected": "no", "measured": ""}),
)


def fill(data: Path, people: Mapping[str, User], today: date) -> None:
    """Take the simulated satellite file in and let people act; take in complaints, tests and checks."""
    from lantian.office.regions.models import Region

    regions = Region.objects.in_bulk(list(SEATS), field_name="code")
    _fires(data, people, today, regions)
    _complaints(people, today, regions)
    _tests(people, today, regions)
    _checks(people, today, regions)
    _roads(people, today)


class _Nearest:
    """The county whose seat is nearest."""

    def __init__(self, regions: Mapping[str, Any]) -> None:
        self.regions = regions

    def at(self, lon: Decimal, lat: Decimal) -> Any:
        east, north = float(lon), float(lat)
        away = {code: max(abs(x - east), abs(y - north)) for code, (x, y) in SEATS.items()}
        code = min(away, key=away.__getitem__)
        return self.regions[code] if away[code] <= NEAR else None


def _fires(data: Path, people: Mapping[str, User], today: date, regions: Mapping[str, Any]) -> None:
    from lantian.office.findings.special.fires.importing import take_fires
    from lantian.office.findings.special.fires.models import FireSpot
    from lantian.office.frame import clock

    folder = data / "documents"
    folder.mkdir(exist_ok=True)
    ground = _Nearest(regions)
    past = [
        _row(today - timedelta(days=WORKS_EVERY * (number + 2)), "0500", WORKS, 76, "20.0")
        for number in range(WORKS_DAYS)
    ]
    _take(
        folder / "firms-year-simulated.csv",
        past,
        at=_at(today - timedelta(days=27), 8),
        ground=ground,
    )
    for ago in sorted({one[0] for one in FIRES}, reverse=True):
        rows, day = [one for one in FIRES if one[0] == ago], today - timedelta(days=ago)
        lines = []
        for _ago, moment, code, east, north, confidence, power, _far, _minutes in rows:
            x, y = SEATS[code]
            lines.append(_row(day, moment, (x + east, y + north), confidence, power))
        hour = int(rows[0][1][:2]) + 8 + 1
        opened = _at(day + timedelta(days=hour // 24), hour % 24)
        path = folder / f"firms-{day:%Y%m%d}-simulated.csv"
        path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
        with clock.at(opened):
            take_fires(None, path, path.name, ground=ground)
        for _ago, _moment, code, east, _north, _confidence, _power, far, minutes in rows:
            if far in {"", "o"}:
                continue
            x, y = SEATS[code]
            near = Decimal(f"{x + east - 0.02:.4f}"), Decimal(f"{x + east + 0.02:.4f}")
            spot = FireSpot.objects.filter(lon__range=near, opened_at=opened).first()
            if spot is not None:
                _on_the_spot(spot, people[OFFICERS[code]], opened, far, minutes)


def _named(spot: Any) -> Any:
    """Whom the finding of a spot names: a person, or somebody of the unit; None where it names nobody."""
    found = spot.finding
    if found is None or (found.assignee is None and found.unit is None):
        return None
    return found.assignee or found.unit.users.filter(is_active=True).order_by("pk").first()


def _on_the_spot(spot: Any, officer: Any, opened: datetime, far: str, minutes: int) -> None:
    from lantian.office.findings.special.fires import opening
    from lantian.office.frame import clock

    officer = _named(spot) or officer
    with clock.at(opened + timedelta(minutes=minutes)):
        opening.step(officer, spot, "arrive_fire")
        if far in {"b", "p"}:
            opening.step(officer, spot, "confirm_fire")
    with clock.at(opened + timedelta(minutes=minutes + 45)):
        if far == "p":
            opening.step(officer, spot, "put_out_fire", "焚烧秸秆，已扑灭（模拟）")
        elif far == "f":
            opening.step(officer, spot, "deny_fire", "现场为炊烟（模拟）")
        elif far == "h":
            opening.step(officer, spot, "mark_heat", "某砖瓦厂余热（模拟）")


def _take(path: Path, lines: list[str], *, at: datetime, ground: Any) -> None:
    from lantian.office.findings.special.fires.importing import take_fires
    from lantian.office.frame import clock

    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    with clock.at(at):
        take_fires(None, path, path.name, ground=ground)


def _row(day: date, moment: str, at: tuple[float, float], confidence: int, power: str) -> str:
    lon, lat = at
    cells = (
        f"{lat:.4f}",
        f"{lon:.4f}",
        325.0,
        1,
        1,
        day,
        moment,
        "T",
        confidence,
        "simulated",
        290.0,
        power,
        "D",
    )
    return ",".join(map(str, cells))


def _complaints(people: Mapping[str, User], today: date, regions: Mapping[str, Any]) -> None:
    from lantian.office.findings.special.complaints import actions
    from lantian.office.findings.special.complaints.reporters import Identity
    from lantian.office.frame import clock

    for number, (ago, code, kind, place, words, channel, who, far) in enumerate(COMPLAINTS, 1):
        day = today - timedelta(days=ago)
        identity = Identity("某举报人（模拟）", f"0000000{number:04d}") if who == "named" else Identity()
        with clock.at(_at(day, 9)):
            row = actions.receive(
                None,
                actions.NewComplaint(
                    kind=kind,
                    region=regions[code],
                    place=place,
                    words=f"{words}（模拟）",
                    channel=channel,
                    identity=identity,
                    word="模拟暗语" if who == "word" else "",
                    outside_number=f"模拟{number:04d}" if channel == "sheet" else "",
                ),
            ).complaint
        _handle(row, people, people[OFFICERS[code]], day, far)


def _handle(row: Any, people: Mapping[str, User], officer: Any, day: date, far: str) -> None:
    from lantian.office.findings.special.complaints import actions
    from lantian.office.frame import clock

    if far == "received":
        return
    with clock.at(_at(day, 15)):
        if far == "declined":
            actions.act(row, "decline_complaint", officer, "不属大气污染问题，已转城管部门（模拟）")
            return
        actions.act(row, "accept_complaint", officer)
    steps = ["accepted", "verified", "answered", "paid", "closed"]
    reached = steps.index(far)
    if reached >= 1:
        with clock.at(_at(day + timedelta(days=2), 10)):
            actions.act(row, "verify_complaint", officer, "现场核查属实，已交办整改（模拟）", outcome="true")
    if reached >= 2:
        with clock.at(_at(day + timedelta(days=4), 10)):
            actions.act(row, "answer_complaint", officer, "经核查属实，已责令限期整改（模拟）")
            actions.judge_answer(row, 4 if far == "answered" else 5, "办得快（模拟）")
    if reached >= 3:
        with clock.at(_at(day + timedelta(days=6), 10)):
            actions.act(row, "propose_reward", officer, "查实（模拟）", case="ordinary", amount=Decimal(500))
            actions.act(
                row, "approve_reward", people["linfen" if officer.username == "hongtong" else "admin"]
            )
        with clock.at(_at(day + timedelta(days=8), 10)):
            actions.act(row, "pay_reward", officer, "转账发放（模拟）", word="模拟暗语")
            if far == "closed":
                actions.act(row, "close_complaint", officer)


def _tests(people: Mapping[str, User], today: date, regions: Mapping[str, Any]) -> None:
    from lantian.office.findings.special.roadside import actions
    from lantian.office.frame import clock

    for ago, code, plate, colour, stage, method, value, limit_class, normal in TESTS:
        day = today - timedelta(days=ago)
        with clock.at(_at(day, 16)):
            actions.record_test(
                people[OFFICERS[code]],
                actions.NewTest(
                    plate=plate,
                    colour=colour,
                    stage=stage,
                    method=method,
                    limit_class=limit_class,
                    value=None if value is None else Decimal(value),
                    normal=normal,
                    region=regions[code],
                    place="国道检查点（模拟）",
                    tested_on=day,
                    team="联合检查组（模拟）",
                ),
            )


def _checks(people: Mapping[str, User], today: date, regions: Mapping[str, Any]) -> None:
    from lantian.office.findings.special.checks import actions
    from lantian.office.frame import clock

    good = dict.fromkeys(("fence", "cover", "wash", "harden", "wet", "closed"), "yes")
    for ago, code, kind, place, answers in CHECKS:
        day = today - timedelta(days=ago)
        with clock.at(_at(day, 11)):
            actions.record_check(
                people[OFFICERS[code]],
                actions.NewCheck(
                    kind=kind,
                    region=regions[code],
                    place=place,
                    checked_on=day,
                    checker="检查组（模拟）",
                    answers=good | answers if kind == "six_items" else answers,
                    remark="（模拟）",
                ),
            )


def _roads(people: Mapping[str, User], today: date) -> None:
    """Findings for the failing weights of the last full month."""
    from lantian.ambient import Period
    from lantian.office.findings.special.weighing.actions import open_findings
    from lantian.office.regions.models import Region

    last = today.replace(day=1) - timedelta(days=1)
    open_findings(people["linfen"], Region.objects.get(code="141000"), Period.parse(f"{last:%Y-%m}"))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)
