"""How long /findings/ takes with 100,000 findings: the whole page, filtered ten ways, as four people.

    python benchmarks/findings_list.py [--findings 100000] [--rounds 7] [--database sqlite|postgresql]

A province of 11 cities and 117 counties with five years of findings in every state, most with a unit; on
SQLite and on a PostgreSQL 15 of its own. Every page is asked through Django's test client, session, tiles and
table included, after one warming round.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from task_list import Server, p95, timed

NOW = datetime(2026, 5, 20, 12, tzinfo=timezone(timedelta(hours=8)))
WANTED_MS = 150
KINDS = ("dust", "bulk_coal", "voc", "fire_spot", "vehicles", "catering", "facility", "odour")
STATES = {"closed": 80, "assigned": 8, "open": 4, "rectified": 4, "reopened": 2, "void": 2}
QUESTIONS = (
    "",
    "?page=7",
    "?late=1",
    "?state=assigned",
    "?region=REGION&late=1",
    "?kind=dust&since=2026-01-01",
    "?unit=UNIT",
    "?source=joint&state=unfinished",
    "?q=锅炉房",
    "?mine=1",
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--inside", action="store_true", help="used by the script itself")
    asked = parser.parse_args()
    if asked.inside:
        measure(asked.findings, asked.rounds)
        return
    print(f"{asked.findings} findings, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    said = {}
    for database in asked.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="lantian-findings-") as folder:
            said[database] = run(database, Path(folder), asked)
    print(json.dumps(said))
    if any(one["p95_ms"] > WANTED_MS for one in said.values()):
        raise SystemExit(f"slower than {WANTED_MS} ms")


def run(database: str, folder: Path, asked: Any) -> dict[str, Any]:
    """Measure on one database, in a process whose settings name it."""
    own = {"DJANGO_SETTINGS_MODULE": "lantian.office.settings", **os.environ}
    own["LANTIAN_DATA"] = str(folder / "office")
    own.pop("DATABASE_URL", None)
    server = Server(folder) if database == "postgresql" else None
    try:
        if server:
            own["DATABASE_URL"] = server.start()
        command = [
            sys.executable,
            __file__,
            "--inside",
            f"--findings={asked.findings}",
            f"--rounds={asked.rounds}",
        ]
        # This script itself, with arguments of ours.
        done = subprocess.run(command, env=own, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    finally:
        if server:
            server.stop()
    *table, last = done.stdout.strip().splitlines()
    print(f"\n{database}", *table, sep="\n")
    return json.loads(last)


def measure(findings: int, rounds: int) -> None:
    """Build, ask, print a table; the last line is JSON."""
    import django

    Path(os.environ["LANTIAN_DATA"]).mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from lantian.office.frame import clock

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0, run_syncdb=True)
    started = time.perf_counter()
    people, unit = build(findings)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # A server has not built the office it serves.
    gc.collect()
    gc.freeze()
    print(f"built in {time.perf_counter() - started:.0f} s")
    print(f"{'ms, whole page':<34}" + "".join(f"{name:>16}" for name in people))
    clients = {}
    for name, person in people.items():
        clients[name] = Client()
        clients[name].force_login(person)
    every: list[float] = []
    with clock.at(NOW):
        for question in QUESTIONS:
            cells = []
            for name, client in clients.items():
                code = people[name].region.code if people[name].region else "140000"
                address = "/findings/" + question.replace("REGION", code).replace("UNIT", str(unit))
                times = [timed(lambda: client.get(address)) for _ in range(rounds + 1)][1:]  # noqa: B023
                every += times
                cells.append(f"{statistics.median(times):7.0f} {p95(times):7.0f} ")
            print(f"{question or '(nothing asked)':<34}" + "".join(cells))
    gc.unfreeze()
    said = {"p50_ms": round(statistics.median(every)), "p95_ms": round(p95(every))}
    print(json.dumps({**said, "load": round(os.getloadavg()[0], 1)}))


def build(wanted: int) -> tuple[dict[str, Any], int]:
    """The province with its findings; who asks, and a unit to ask for."""
    from lantian.office.findings.models import Finding, Source
    from lantian.office.people.models import Unit, User
    from lantian.office.regions.models import Region

    dice = random.Random(4)  # noqa: S311 - the same office every time
    province = Region.objects.create(code="140000", name="山西省", short="山西", level="province")
    cities, counties = [], []
    for c in range(11):
        code = f"14{c + 1:02d}00"
        cities.append(Region.objects.create(code=code, name=f"第{c + 1}市", level="city", parent=province))
        counties += [
            Region.objects.create(
                code=f"14{c + 1:02d}{n + 2:02d}", name=f"第{c + 1}市{n}县", level="county", parent=cities[-1]
            )
            for n in range(11 if c < 7 else 10)
        ]
    units = {
        county.pk: [Unit.objects.create(name=f"{county.name}{name}局", region=county) for name in "环建交农"]
        for county in counties
    }
    home = counties[30]
    people = {
        "superuser": User.objects.create(username="root", is_superuser=True, role="administrator"),
        "province": User.objects.create(username="province", region=province, role="dispatcher"),
        "city": User.objects.create(username="city", region=cities[2], role="dispatcher"),
        "county": User.objects.create(
            username="county", region=home, unit=units[home.pk][0], role="county_officer"
        ),
    }
    states, weights = list(STATES), list(STATES.values())
    words = ("裸土未覆盖", "燃煤锅炉房冒黑烟", "物料露天堆放", "车间门窗敞开，废气未收集")
    rows = []
    for n in range(wanted):
        county = dice.choice(counties)
        age = dice.randrange(1800 * 86400)
        state = dice.choices(states, weights)[0]
        at = NOW - timedelta(seconds=age)
        rows.append(
            Finding(
                kind=dice.choice(KINDS), source=dice.choice(Source.values), region=county,
                place=f"{n}号工地",
                unit=dice.choice(units[county.pk]) if dice.random() < 0.75 else None,
                assignee=people["county"] if county == home and dice.random() < 0.1 else None,
                words=f"{dice.choice(words)}，第{n}次巡查", found_on=at.date(), recorded_at=at, state=state,
                state_since=at, state_due=None if state in {"closed", "void"} else at + timedelta(days=7),
                closed_on=date(2026, 5, 1) if state == "closed" else None,
            )
        )  # fmt: skip
    Finding.objects.bulk_create(rows, batch_size=2000)
    return people, units[home.pk][0].pk


if __name__ == "__main__":
    main()
