"""How long /tasks/ takes with 20,000 tasks: the whole page, filtered twelve ways, as three officers.

    python benchmarks/task_list.py [--tasks 20000] [--rounds 7] [--database sqlite|postgresql]

A province of 11 cities and 117 counties with plans of all three levels is written into a real office: on
SQLite as `lantian office init` makes it, and on a PostgreSQL 15 of its own. Every page is asked through
Django's test client, session, filters, counts of the due buckets and the table included, after one warming
round. The peer, in the same run: the question as it was asked before `TaskReach`, joining tasks, units and
regions by path prefixes, the same two counts and the same fifty rows, without the page around them.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

POSTGRES = Path("/usr/lib/postgresql/15/bin")
TODAY = date(2024, 10, 15)
WANTED_MS = 150
ABOUT = (
    "清洁取暖改造",
    "燃煤锅炉淘汰",
    "道路扬尘治理",
    "VOCs综合整治",
    "柴油货车淘汰",
    "秸秆禁烧",
    "钢铁超低排放",
)
UNITS = (
    "生态环境局",
    "能源局",
    "住建局",
    "交通局",
    "城市管理局",
    "财政局",
    "发改委",
    "公安局",
    "工信局",
    "市场监管局",
)
PROVINCE_TASKS, CITY_TASKS = 0.1, 0.3  # shares of all tasks; the rest stands in plans of counties


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--inside", action="store_true", help="used by the script itself")
    asked = parser.parse_args()
    if asked.inside:
        measure(asked.tasks, asked.rounds)
        return
    print(f"{date.today()}, {asked.tasks} tasks, {os.cpu_count()} cores, Python {sys.version.split()[0]}")  # noqa: DTZ011
    said = {}
    for database in asked.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="lantian-tasks-") as folder:
            said[database] = run(database, Path(folder), asked)
    print(json.dumps(said))
    if any(one["p95_ms"] > WANTED_MS for one in said.values()):
        raise SystemExit(f"slower than {WANTED_MS} ms")


def run(database: str, folder: Path, asked: Any) -> dict[str, Any]:
    """Measure on one database, in a process whose settings name it."""
    own = {
        **os.environ,
        "LANTIAN_DATA": str(folder / "office"),
        "DJANGO_SETTINGS_MODULE": "lantian.office.settings",
    }
    own.pop("DATABASE_URL", None)
    server = Server(folder) if database == "postgresql" else None
    try:
        if server:
            own["DATABASE_URL"] = server.start()
        command = [sys.executable, __file__, "--inside", f"--tasks={asked.tasks}", f"--rounds={asked.rounds}"]
        # This script itself, with arguments of ours.
        done = subprocess.run(command, env=own, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    finally:
        if server:
            server.stop()
    *table, last = done.stdout.strip().splitlines()
    print(f"\n{database}", *table, sep="\n")
    return json.loads(last)


class Server:
    """A PostgreSQL of this run alone; root may not run one, so it becomes the user `postgres`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "postgres"
        self.folder.mkdir()
        folder.chmod(0o755)
        self.me = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.me:
            shutil.chown(self.folder, "postgres")

    def start(self) -> str:
        data = self.folder / "data"
        self._do("initdb", "-D", str(data), "-U", "lantian", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = (
            f"-c port=54{os.getpid() % 90 + 10} -c listen_addresses= -c unix_socket_directories={self.folder}"
        )
        self.port = f"54{os.getpid() % 90 + 10}"
        self._do("pg_ctl", "-D", str(data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        return f"postgres://lantian@/postgres?host={self.folder}&port={self.port}"

    def stop(self) -> None:
        self._do("pg_ctl", "-D", str(self.folder / "data"), "-m", "fast", "stop")

    def _do(self, program: str, *arguments: str) -> None:
        # A program of PostgreSQL's own, with arguments of ours.
        command = [*self.me, str(POSTGRES / program), *arguments]
        done = subprocess.run(  # noqa: S603
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{program}: {done.stderr}")


# --- inside the office
# -----------------------------------------------------------------------------------------------


def measure(tasks: int, rounds: int) -> None:
    """Build, ask, print a table; the last line is JSON."""
    import django

    Path(os.environ["LANTIAN_DATA"]).mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    from datetime import UTC, datetime

    from django.db import connection
    from django.test import Client

    from lantian.office.frame import clock

    started = time.perf_counter()
    people, plan, unit = build(tasks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # A server has not built the office it serves: what building left is no burden of the pages.
    gc.collect()
    gc.freeze()
    from lantian.office.plans.models import Task, TaskReach

    print(
        f"{Task.objects.count()} tasks, {TaskReach.objects.count()} rows of reach, built in "
        f"{time.perf_counter() - started:.0f} s"
    )
    print(f"{'ms, whole page':<44}{'province':>16}{'city':>16}{'county':>16}")
    clients = {}
    for name, person in people.items():
        clients[name] = Client()
        clients[name].force_login(person)
    every: list[float] = []
    busy = time.process_time()
    with clock.at(datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)):
        for question in questions(plan, unit):
            cells = []
            for name, client in clients.items():
                address = "/tasks/" + question.replace("REGION", people[name].region.code)
                times = [timed(lambda: client.get(address)) for _ in range(rounds + 1)][1:]  # noqa: B023
                every += times
                cells.append(f"{statistics.median(times):7.0f} {p95(times):7.0f} ")
            print(f"{question or '(nothing asked)':<44}" + "".join(cells))
        busy = (
            (time.process_time() - busy) * 1000 / (len(questions(plan, unit)) * len(clients) * (rounds + 1))
        )
        peer, ours = beside(people, rounds)
    gc.unfreeze()
    print(f"{'p50 and p95 of all pages':<44}{statistics.median(every):7.0f} {p95(every):7.0f}")
    print(f"{'processor time of a page, without the server of the database':<60}{busy:7.0f}")
    print(f"{'processes that wanted the cores meanwhile':<60}{os.getloadavg()[0]:7.1f}")
    print(
        f"{'the naive question alone, p50':<44}"
        + "".join(f"{value:7.0f}         " for value in peer.values())
    )
    print(
        f"{'the same question now, p50':<44}" + "".join(f"{value:7.1f}         " for value in ours.values())
    )
    ratio = statistics.median(peer.values()) / statistics.median(ours.values())
    print(
        json.dumps(
            {
                "p50_ms": round(statistics.median(every)),
                "p95_ms": round(p95(every)),
                "cpu_ms": round(busy),
                "load": round(os.getloadavg()[0], 1),
                "naive_over_ours": round(ratio, 1),
            }
        )
    )


def questions(plan: int, unit: int) -> list[str]:
    """Twelve ways to narrow the list."""
    return [
        "",
        "?page=7",
        "?state=in_progress",
        "?due=overdue",
        "?due=soon&state=not_started",
        "?since=2024-07-01&until=2024-12-31",
        f"?plan={plan}",
        "?region=REGION&due=overdue",
        "?unit=生态环境局&role=lead",
        f"?unit={unit}",
        "?q=锅炉",
        "?theme=dust&state=in_progress&q=治理",
    ]


def timed(work: Any) -> float:
    started = time.perf_counter()
    answer = work()
    spent = (time.perf_counter() - started) * 1000
    if getattr(answer, "status_code", 200) != 200:
        raise SystemExit(f"answered {answer.status_code}")
    return spent


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def beside(people: dict[str, Any], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """The counts and the first page as before, and as now [ms]; both must find the same tasks."""
    from django.db.models import Q

    from lantian.office.plans import rules
    from lantian.office.plans.models import Task

    peer, ours = {}, {}
    for name, person in people.items():
        root = person.region.path
        mine = Task.objects.filter(
            Q(plan__region__path__startswith=root) | Q(assignments__regions__path__startswith=root)
        )
        naive = Task.objects.filter(pk__in=mine.values("pk")).exclude(review="rejected")
        now = rules.tasks_for(person)
        if set(naive.values_list("pk", flat=True)) != set(now.values_list("pk", flat=True)):
            raise SystemExit(f"{name}: not the same tasks")
        for found, into in ((naive, peer), (now, ours)):
            into[name] = statistics.median(timed(lambda: asks(found)) for _ in range(rounds))  # noqa: B023
    return peer, ours


def asks(found: Any) -> None:
    found.filter(due__lt=TODAY).count()
    found.count()
    list(found.select_related("plan__region", "clause").order_by("plan_id", "start", "id")[:50])


def build(wanted: int) -> tuple[dict[str, Any], int, int]:
    """The province with plans, tasks, units, deadlines, shares; who asks, a plan and a unit to ask for."""
    from lantian.office.people.models import Unit, User
    from lantian.office.plans import reach
    from lantian.office.plans.models import Clause, Document, Plan, Share, Task
    from lantian.office.regions.models import Region

    dice = random.Random(4)  # noqa: S311 - the same office every time
    province = Region.objects.create(code="140000", name="山西省", short="山西", level="province")
    cities, counties = [], []
    for c in range(11):
        city = Region.objects.create(
            code=f"14{c + 1:02d}00", name=f"第{c + 1}市", level="city", parent=province
        )
        cities.append(city)
        counties += [
            Region.objects.create(
                code=f"14{c + 1:02d}{n + 2:02d}", name=f"第{c + 1}市{n}县", level="county", parent=city
            )
            for n in range(11 if c < 4 else 10)
        ]
    counties += [
        Region.objects.create(code=f"1401{n + 20}", name=f"第1市{n}区", level="county", parent=cities[0])
        for n in range(117 - len(counties))
    ]
    places = [province, *cities, *counties]
    units = {
        place.pk: [
            Unit.objects.create(name=f"{place.name}{name}", region=place, kind="department") for name in UNITS
        ]
        for place in places
    }
    shares = {"province": PROVINCE_TASKS / 5, "city": CITY_TASKS / 11 / 5}
    shares["county"] = (1 - PROVINCE_TASKS - CITY_TASKS) / 117 / 2
    number = 0
    for place in places:
        for edition in range(2 if place.level == "county" else 5):
            number += 1
            document = Document.objects.create(
                name="计划.txt", kind="txt", sha256=f"{number:064x}", size=1, text=""
            )
            plan = Plan.objects.create(
                document=document, region=place, title=f"{place.name}行动计划{2020 + edition}",
                reader="bench", issued_date=date(2020 + edition, 3, 1), year=2020 + edition,
                status="accepted",
            )  # fmt: skip
            clause = Clause(
                plan=plan, order=1, depth=1, path="一", number="一", heading="任务", start=0, end=10**6
            )
            clause.save()
            fill(plan, clause, place, round(wanted * shares[place.level]), units=units, dice=dice)
    top_up = wanted - Task.objects.count()
    if top_up > 0:
        fill(plan, clause, place, top_up, units=units, dice=dice)
    below = {city.pk: [c for c in counties if c.parent_id == city.pk] for city in cities}
    Share.objects.bulk_create(
        Share(
            task_id=pk,
            region=county,
            state=dice.choice(["in_progress", "done"]),
            percent=dice.choice([40, 100]),
        )
        for pk, region in Task.objects.filter(plan__region__level="city").values_list("pk", "plan__region")
        for county in dice.sample(below[region], 3)
    )
    ids = list(Task.objects.values_list("pk", flat=True))
    started = time.perf_counter()
    reach.refresh(ids)
    print(f"reach of {len(ids)} tasks derived and written in {time.perf_counter() - started:.0f} s")
    people = {
        place.level: User.objects.create(username=place.level, region=place, role="dispatcher")
        for place in (province, cities[2], counties[30])
    }
    asked = Plan.objects.filter(region=province).first()
    return people, asked.pk, units[province.pk][0].pk


def fill(
    plan: Any, clause: Any, place: Any, count: int, *, units: dict[int, list[Any]], dice: random.Random
) -> None:
    """Tasks of one plan with four units each; a third of those above the counties bind every county below."""
    from lantian.office.plans.models import Assignment, Deadline, Task
    from lantian.office.regions.models import Region

    words = "坚持因地制宜、突出重点，加快推进项目建设，严格落实主体责任，建立工作台账，定期调度通报。" * 4
    rows = []
    for n in range(count):
        about = dice.choice(ABOUT)
        due = None if dice.random() < 0.2 else date(2024, 1, 31) + timedelta(days=dice.randrange(700))
        state = dice.choice(["not_started", "in_progress", "in_progress", "done"])
        rows.append(
            Task(
                plan=plan, clause=clause, key=f"{n}-{dice.random()}", number=str(n + 1), title=f"推进{about}",
                text=f"{n + 1}.推进{about}。{words}", start=n * 100, end=n * 100 + 99, state=state,
                percent={"not_started": 0, "done": 100}.get(state, 50), due=due,
            )
        )  # fmt: skip
    made = Task.objects.bulk_create(rows)
    Deadline.objects.bulk_create(
        Deadline(
            plan=plan,
            task=t,
            quote="底前",
            start=t.start,
            end=t.start + 2,
            by=t.due.isoformat(),
            last_day=t.due,
        )
        for t in made
        if t.due
    )
    below = (
        list(Region.objects.filter(path__startswith=place.path, level="county"))
        if place.level != "county"
        else []
    )
    bound, links = [], []
    for task in made:
        for role, unit in zip(("lead", "coop", "coop"), dice.sample(units[place.pk], 3), strict=True):
            bound.append(Assignment(task=task, written=unit.name, role=role, start=0, end=1, unit=unit))
            links.append([])
        bound.append(
            Assignment(
                task=task, written="各县市区人民政府", role="responsible", start=0, end=1, collective=True
            )
        )
        links.append([] if not below else below if dice.random() < 1 / 3 else dice.sample(below, 3))
    linked = Assignment.objects.bulk_create(bound)
    through = Assignment.regions.through
    through.objects.bulk_create(
        (
            through(assignment_id=a.pk, region_id=r.pk)
            for a, regions in zip(linked, links, strict=True)
            for r in regions
        ),
        batch_size=5000,
    )


if __name__ == "__main__":
    main()
