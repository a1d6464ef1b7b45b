"""A small demonstration built end to end, as the command does it."""

from __future__ import annotations

import fcntl
import io
import json
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.office.demo.build import Size, build, facts, state
from lantian.office.demo.people import PEOPLE

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """12 stations and two months, built over what an interrupted build left; and what was said."""
    data = tmp_path_factory.mktemp("small") / "demo"
    left = data.with_name("demo.building")
    left.mkdir()
    (left / "db.sqlite3").write_text("half a database")
    said = io.StringIO()
    build(data, now=NOW, size=Size(months=2, stations=12), out=said)
    return data, said.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder; `tmp_path` itself holds the data folder of every office test."""
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


def ask(data: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(data / "db.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_nothing_but_the_demonstration_is_left(made: tuple[Path, str]) -> None:
    data, _ = made
    assert state(data) == "demo"
    assert [path.name for path in data.parent.iterdir()] == ["demo"]


def test_each_phase_says_its_seconds(made: tuple[Path, str]) -> None:
    lines = made[1].splitlines()
    assert len(lines) >= 5
    assert all(line.endswith(" s") for line in lines)
    assert any("12 stations" in line for line in lines)
    visited = re.search(r"what (\d+) first pages", made[1])
    assert visited is not None
    assert int(visited[1]) > 4 + 3 * 4, "the panels of the boards are not visited"


def test_it_holds_regions_people_stations_and_plans(made: tuple[Path, str]) -> None:
    data, _ = made
    assert ask(data, "select level, count(*) from regions_region group by level order by 2") == [
        ("province", 1),
        ("city", 11),
        ("county", 117),
    ]
    people = ask(data, "select username, role, password from people_user")
    simulated = [one for one in people if str(one[0]).startswith(("sim-", "contact-"))]
    assert {name: role for name, role, _ in people if (name, role, _) not in simulated} == {
        person.username: person.role for person in PEOPLE
    }
    assert all(str(password).startswith("!") for *_, password in simulated), "nobody signs in as them"
    assert ask(data, "select count(*) from monitoring_station") == [(12,)]
    assert ask(data, "select count(*) from monitoring_station where name not like '模拟%'") == [(0,)]
    titles = [title for (title,) in ask(data, "select title from plans_plan order by id")]
    assert len(titles) == 3
    assert all("模拟" in str(title) for title in titles)
    assert ask(data, "select count(*) from plans_task")[0] == (55,)


def test_the_board_has_something_to_show(made: tuple[Path, str]) -> None:
    data, _ = made
    states = dict(ask(data, "select state, count(*) from plans_task group by state"))
    assert set(states) == {"not_started", "in_progress", "done"}
    late = ask(data, "select count(*) from plans_task where state != 'done' and due < '2026-11-22'")
    assert late[0][0] > 0  # type: ignore[operator]  # sqlite3 gives objects
    assert len(ask(data, "select distinct review from plans_task")) == 2
    assert ask(data, "select status from plans_plan order by id") == [("accepted",), ("draft",), ("draft",)]
    assert ask(data, "select count(*) from people_actionlog")[0][0] > 30  # type: ignore[operator]


def test_the_hours_are_in_the_lake(made: tuple[Path, str]) -> None:
    data, _ = made
    lake = Lake.open(data / "lake")
    assert {"ambient_station_hour", "ambient_city_day"} <= set(lake.kinds())
    assert len(lake.places("ambient_station_hour")) == 12
    span = lake.span("ambient_station_hour")
    assert span is not None
    assert span[1] == datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert facts(data)["last"] == "2026-11-22T19:00+08:00"
    assert {defect["kind"] for defect in facts(data)["defects"]} >= {
        "gap",
        "outage",
        "frozen",
        "spike",
        "lost_hour",
    }


def test_a_demonstration_is_never_built_over_another_office(folder: Path) -> None:
    office = folder / "office"
    office.mkdir()
    (office / "office.json").write_text("{}")
    for place in (office, folder):
        before = sorted(folder.rglob("*"))
        with pytest.raises(LantianError, match="nothing in it was touched"):
            build(place)
        assert sorted(folder.rglob("*")) == before


def test_two_builds_of_one_folder_do_not_meet(folder: Path) -> None:
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LantianError, match="another build"):
            build(folder / "demo", now=NOW, size=Size(1, 3))
    assert not (folder / "demo").exists()


def test_a_failed_build_leaves_nothing_but_its_story(folder: Path) -> None:
    with pytest.raises(LantianError, match="could not be built") as caught:
        build(folder / "demo", now=NOW, size=Size(months=-5, stations=3), out=io.StringIO())
    assert "\n" not in caught.value.line
    assert [path.name for path in folder.iterdir()] == ["demo.log"]


def test_an_empty_folder_may_be_built_in_and_a_mark_is_read(folder: Path) -> None:
    assert state(folder / "none") == "absent"
    assert state(folder) == "absent"
    (folder / "demo.json").write_text(json.dumps({"seed": 1}))
    assert state(folder) == "demo"
    assert facts(folder) == {"seed": 1}
