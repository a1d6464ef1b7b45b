"""The whole year in the order of days: register, plans, targets, rounds, problems, consequences, scores."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from lantian.office.plans.actions import accept_plan, decide_name, load_plan_file
from lantian.office.plans.models import Plan
from lantian.office.regions.actions import CARRIED, load_regions
from lantian.office.regions.models import Region

SEEDS = {
    "shanxi-province-2021.txt": "140000", "shanxi-province-2024.txt": "140000",
    "linfen-city-2024.txt": "141000", "jinzhong-city-2024.txt": "140700",
    "lingchuan-county-2024.txt": "140524",
}  # fmt: skip
LINGCHUAN, LINFEN = "140524", "141000"
# Four rounds of the city are as many reports as a year of the county, three times over.
MONTHS = {LINGCHUAN: tuple(range(1, 13)), LINFEN: (9, 10, 11, 12)}
ACTIVE = ("141002", "141024")  # counties that report; the others say nothing all year
# What the register did not know, or took for a unit of its own, as the reviewer decides it.
NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    LINGCHUAN: (("市生态环境局陵川", "晋城市生态环境局陵川分局"),),
}
MADE = {LINFEN: (("市清洁取暖工作领导小组成员单位", "临汾市清洁取暖工作领导小组", "committee"),)}


class World:
    """What was played; the tests read it."""

    def __init__(self, seeds: Path, part: Callable[[str], ModuleType]) -> None:
        self.seeds, self.part = seeds, part
        self.behaviour, self.oracle = part("behaviour"), part("oracle")
        self.rounds_of = part("rounds")
        self.plans: dict[str, Plan] = {}
        self.courses: dict[str, Any] = {}
        self.rounds: dict[str, Any] = {}
        self.mails = 0
        self.seconds: dict[str, float] = {}

    def play(self) -> None:
        """Everything, in the order of days."""
        began = time.monotonic()
        with self.at(date(self.behaviour.YEAR, 1, 2)):
            self.report = load_regions([CARRIED])[0]
            self.cast = self.part("cast").Cast()
        with self.at(date(self.behaviour.YEAR, 1, 3)):
            self._read()
        self._mark("reading", began)
        with self.at(date(self.behaviour.YEAR, 1, 5)):
            self._calendars()
        for code in MONTHS:
            self._expect(code)
        city, year = self.plan_of(LINFEN), self.behaviour.YEAR
        self.divisions = self.part("dividing").divide(city, self.cast, self.at, year)
        self.patrols = self.part("patrols").Patrols(self.cast, self.at, year, self.rounds_of.proof)
        self.ending = self.part("ending")
        self.consequences = self.ending.Consequences(self.cast, self.at, self.rounds_of.proof)
        began = time.monotonic()
        day = date(self.behaviour.YEAR, 1, 6)
        while day < date(self.behaviour.YEAR + 1, 1, 12):
            self._day(day)
            day += timedelta(days=1)
        self._mark("year", began)
        began = time.monotonic()
        self.runs = self.ending.assess(self.cast, self.at, year)
        self._mark("assessment", began)

    def at(self, day: date, hour: int = 10) -> Any:
        """The office's clock on a day."""
        return self.rounds_of.at(day, hour)

    def _mark(self, what: str, began: float) -> None:
        self.seconds[what] = round(time.monotonic() - began, 1)

    def _read(self) -> None:
        """Load the seeds, decide about names, accept the readings."""
        for name, code in SEEDS.items():
            loaded = load_plan_file(self.seeds / name, self.cast.administrator)
            self.plans[name] = loaded.plan
            dispatcher = self.cast.dispatchers[code]
            for written, meant in NAMES.get(code, ()):
                unit = loaded.plan.unit_names.exclude(written=written).get(unit__name=meant).unit
                decide_name(loaded.plan, written, dispatcher, unit=unit, reason="同一单位（模拟）")
            for written, made, kind in MADE.get(code, ()):
                create = {"name": made, "kind": kind, "region": loaded.plan.region}
                decide_name(loaded.plan, written, dispatcher, create=create, reason="新设（模拟）")
            accept_plan(loaded.plan, dispatcher, "审阅通过（模拟）", rest=True)

    def plan_of(self, code: str) -> Plan:
        """The plan whose rounds are played."""
        return next(plan for name, plan in self.plans.items() if SEEDS[name] == code)

    def _calendars(self) -> None:
        from lantian.office.dispatch.opening import declare_calendar

        year, b = self.behaviour.YEAR, self.behaviour
        for code, months in MONTHS.items():
            plan = self.plan_of(code)
            declare_calendar(
                self.cast.dispatchers[code], plan.region, name="月调度（模拟）", kind="monthly", day=b.OPENS,
                first=date(year, months[0], 1), last=date(year, months[-1], 28), plan=plan,
                days_to_report=b.DUE - b.OPENS,
            )  # fmt: skip

    def _expect(self, code: str) -> None:
        """What the oracle makes of the accepted reading, as plain rows."""
        plan, o = self.plan_of(code), self.oracle
        tasks = [
            o.Task(
                number,
                tuple(
                    o.Bound(
                        a.role, a.unit and a.unit.name, a.unit and a.unit.region and a.unit.region.path,
                        tuple(a.regions.order_by("path").values_list("path", flat=True)),
                    )
                    for a in task.assignments.select_related("unit__region")
                ),
                tuple(
                    task.deadlines.filter(kind__in=("by", "during"), last_day__isnull=False)
                    .order_by("pk").values_list("pk", "last_day")
                ),
            )
            for number, task in enumerate(plan.tasks.order_by("start"), 1)
        ]  # fmt: skip
        counties = dict(Region.objects.filter(level__in=("county", "zone")).values_list("path", "code"))

        def silent(holder: str) -> bool:
            return holder in counties and counties[holder] not in ACTIVE

        home = plan.region.path
        self.courses[code] = o.play(tasks, home, MONTHS[code], self.behaviour, silent)
        self.rounds[code] = self.rounds_of.Rounds(plan, self.courses[code], self.cast, self.behaviour)

    def _day(self, day: date) -> None:
        """The daily job first, as cron runs it; then what people do."""
        with self.at(day, 6):
            importlib.import_module("lantian.office.dispatch.opening").open_rounds()
            self.mails += importlib.import_module("lantian.office.dispatch.reminding").remind()[0]
        for rounds in self.rounds.values():
            rounds.live(day)
        self.patrols.live(day)
        began = time.monotonic()
        self.consequences.live(day, self.behaviour.YEAR)
        self.seconds["rules"] = round(self.seconds.get("rules", 0) + time.monotonic() - began, 1)

    @property
    def region_names(self) -> dict[str, str]:
        """Names by path."""
        return dict(Region.objects.values_list("path", "name"))
