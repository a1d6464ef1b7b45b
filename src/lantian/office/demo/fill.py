"""Fill an empty data folder with the demonstration province. Runs as a process of its own: see `build.py`.

    LANTIAN_DATA=FOLDER python -m lantian.office.demo.fill build --now 2026-11-22T11:30:00+00:00
    LANTIAN_DATA=FOLDER python -m lantian.office.demo.fill warm

A process of its own, because Django's settings name the data folder once for a whole process, and the folder
is filled under another name than the one it is served under.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np

from lantian.office import setup
from lantian.office.demo import people
from lantian.office.demo.documents import write_documents
from lantian.office.demo.figures import Figures
from lantian.office.demo.province import stations as all_stations
from lantian.office.demo.simulate import KIND, Simulation, simulate
from lantian.office.demo.weather import SEED

LOCAL = timezone(timedelta(hours=8))
SOURCE = "simulated by lantian demo"
Say = Callable[[str], None]


@contextmanager
def phase(say: Say, what: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    began = time.perf_counter()
    yield
    say(f"  {what:<58}{time.perf_counter() - began:6.1f} s")


def fill(
    data: Path, now: datetime, *, months: int = 24, stations: int | None = None, say: Say = print
) -> None:
    """Make the office in `data`: regions, people, observations, plans; at last the mark that it is simulated.

    Parameters
    ----------
    data
        an existing folder, the one that LANTIAN_DATA names
    now
        the hour at which the observations end; the plans' deadlines stand around it
    months, stations
        the size; less than the usual 24 and 180 for tests
    say
        told one line per phase
    """
    with phase(say, "office: database, regions, static files"):
        setup.initialise(data, people.CHIEF, people.SHARED_WORD)
        setup.prepare(data, lambda line: None)
    # Only from here on has Django been told which office it is.
    from lantian.office.demo import (
        assessment,
        bulletins,
        consequences,
        coverage,
        dispatch,
        measures,
        progress,
        quality,
        targets,
    )
    from lantian.office.demo import rankings as ranking_lists
    from lantian.office.frame.demo import mark_as_demonstration
    from lantian.office.plans.actions import load_plan_file

    with phase(say, "people"):
        accounts = people.make_people()
        consequences.write_rules(data)
    size = len(all_stations(stations))
    with phase(say, f"simulating {size} stations, {months} months, hour by hour"):
        made = simulate(now, months=months, stations=stations)
    with phase(say, f"observations into the lake: {made.table.num_rows:,} rows"):
        _keep(data, made)
        _keep_past_days(data, made)
    with phase(say, "plans: three documents written, read, reviewed, reported"):
        figures = Figures(made)
        documents = write_documents(data / "documents", figures, now)
        plans = [load_plan_file(path).plan for path in documents]
        progress.review(plans, accounts)
        progress.report(plans, accounts, now.astimezone(LOCAL).date())
    with phase(say, "coverage: the city's plan held against the province's"):
        coverage.fill(plans, accounts)
    with phase(say, "dispatch: half a year of rounds, a bulletin, two orders"):
        dispatch.fill(plans, accounts, now.astimezone(LOCAL).date())
    with phase(say, "targets: divided to cities and counties, issued, answered"):
        targets.fill(accounts, figures, now)
    with phase(say, "hours screened, two findings decided, dust days listed"):
        quality.fill(made, accounts, now.astimezone(LOCAL).date())
    with phase(say, "rankings: an official list, a pool of five cities"):
        ranking_lists.fill(accounts, now.astimezone(LOCAL).date())
    with phase(say, "dustfall, road dust, species: tables written and loaded"):
        measures.fill(data, accounts, now.astimezone(LOCAL).date(), months)
    with phase(say, "a bulletin issued, data corrected after it"):
        bulletins.issue_and_correct(accounts)
    _on_the_ground(data, accounts, now, say)
    with phase(say, "assessments: last year frozen and published, this year running"):
        assessment.fill(accounts, now.astimezone(LOCAL).date())
    ends = made.calendar.ends
    mark_as_demonstration(
        data,
        seed=SEED,
        first=_local(ends[0]),
        last=_local(ends[made.hours - 1]),
        stations=size,
        people={person.username: person.describes for person in people.PEOPLE},
        password=people.SHARED_WORD,
        defects=[
            {"kind": d.kind, "station": d.station, "pollutant": d.pollutant, "first": _local(d.first),
             "last": _local(d.last), "note": d.note}
            for d in made.defects
        ],
    )  # fmt: skip


def _on_the_ground(data: Path, accounts: dict[str, Any], now: datetime, say: Say) -> None:
    """What stands in registers, what was found, and what came of it."""
    from lantian.office.demo import consequences, grading, registers, special, telemetry
    from lantian.office.demo import findings as problems

    today = now.astimezone(LOCAL).date()
    with phase(say, "registers: sixty simulated enterprises and what they hold"):
        registers.fill(accounts, today)
        grading.fill(accounts, today)
    with phase(say, "problems found, consequences proposed and decided"):
        problems.fill(accounts, today)
        consequences.fill(accounts, today)
    with phase(say, "fire spots, complaints, roadside tests, scored checks"):
        special.fill(data, accounts, today)
        registers.fill_last(accounts, today)
    with phase(say, "the line: a dozen stacks, true and forged, what they sent and what came of it"):
        telemetry.fill(accounts, now)


def _local(stamp: np.datetime64) -> str:
    """A stamp (UTC, end of hour) as local time: `2026-11-22T19:00+08:00`."""
    moment = datetime.fromtimestamp(int(stamp.astype("datetime64[s]").astype(int)), LOCAL)
    return moment.isoformat(timespec="minutes")


def _keep(data: Path, made: Simulation) -> None:
    """The hours into the lake, the stations into the register."""
    from lantian.lake import Lake
    from lantian.office.monitoring import rules
    from lantian.office.monitoring.models import Station
    from lantian.office.regions.models import Region

    Lake.open(data / "lake", create=True).append(
        KIND, made.table, source=SOURCE, note="simulated, seed " + str(SEED)
    )
    regions = {region.code: region for region in Region.objects.select_related("parent")}
    counts: dict[str, int] = {}
    rows = []
    for place in made.stations:
        county = regions[place.county]
        counts[place.county] = nth = counts.get(place.county, 0) + 1
        rows.append(
            Station(
                code=place.code,
                place=place.code,
                name=place.name,
                name_en=f"Simulated station {nth}, {county.short_en}, {county.parent.short_en}",
                region=county,
                kind=rules.NATIONAL if place.urban else rules.COUNTY,
                active=not place.closed,
            )
        )
    Station.objects.bulk_create(rows)


def _keep_past_days(data: Path, made: Simulation) -> None:
    """Days of the years before the hours begin: an outlook draws from past years."""
    from lantian.lake import Lake
    from lantian.office.demo import outlook

    first = datetime.fromtimestamp(
        int(made.calendar.ends[0].astype("datetime64[s]").astype(int)) - 3600, LOCAL
    )
    cities = {place.city for place in made.stations}
    days = outlook.past_days(first, cities)
    Lake.open(data / "lake").append(outlook.KIND, days, source=SOURCE, note="simulated, seed " + str(SEED))


def main(arguments: list[str] | None = None) -> None:
    """The process that `build.py` starts."""
    parser = argparse.ArgumentParser(prog="python -m lantian.office.demo.fill", description=__doc__)
    parser.add_argument("--now", type=datetime.fromisoformat, default=datetime.now(UTC))
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--stations", type=int)
    given = parser.parse_args(arguments)

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    fill(Path(os.environ["LANTIAN_DATA"]), given.now, months=given.months, stations=given.stations, say=say)


if __name__ == "__main__":
    main()
