"""`lantian office` from the shell: init, load, serve, verify-log, and what a mistake gets."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = "code,name,level,parent_code,note\n141003,某新区,county,141000,functional_zone\n"


def lantian(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:lantian", "-m", "lantian", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=clean(**environment),
    )


def clean(**environment: str) -> dict[str, str]:
    """The environment of a plain shell: an office of one's own on SQLite."""
    hidden = ("LANTIAN_", "DATABASE_URL", "DJANGO_")
    return {key: value for key, value in os.environ.items() if not key.startswith(hidden)} | environment


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office made once; tests that write into it say so."""
    data = tmp_path_factory.mktemp("cli") / "office"
    done = lantian("office", "init", "--data", data, LANTIAN_ADMIN_PASSWORD="a-long-password")
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def own(office: Path, tmp_path: Path) -> Path:
    """A copy of the office, for a test that damages it."""
    return Path(shutil.copytree(office, tmp_path / "office", ignore=shutil.ignore_patterns("static", "lake")))


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line a mistake gets."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_init_makes_an_office_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "office"
    first = lantian("office", "init", "--data", data, "--admin", "li")
    assert first.returncode == 0, first.stderr
    assert "129 regions" in first.stdout and "sign in as: li" in first.stdout
    assert re.search(r"one-time password: (\w{4}-){3}\w{4}\n", first.stdout)
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    key = (data / "secret.key").read_bytes()
    second = lantian("office", "init", "--data", data, "--admin", "other")
    assert second.returncode == 0
    assert second.stdout == f"{data} is already an office; nothing changed\n"
    assert (data / "secret.key").read_bytes() == key
    with sqlite3.connect(data / "db.sqlite3") as database:
        people = database.execute(
            "SELECT username, is_superuser, must_change_password FROM people_user"
        ).fetchall()
    database.close()
    assert people == [("li", 1, 1)]


def test_an_interrupted_init_is_taken_up_again(own: Path) -> None:
    (own / "office.json").unlink()
    again = lantian("office", "init", "--data", own, LANTIAN_ADMIN_PASSWORD="given")
    assert again.returncode == 0, again.stderr
    assert "one-time" not in again.stdout, "the password was given"
    assert lantian("office", "verify-log", "--data", own).returncode == 0


def test_a_name_that_is_none(tmp_path: Path) -> None:
    done = lantian("office", "init", "--data", tmp_path / "office", "--admin", "not a name")
    assert "--admin" in one_line(done)
    assert not (tmp_path / "office" / "office.json").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("precious")
    assert "thesis.docx" in one_line(lantian("office", "init", "--data", tmp_path))
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize("command", [["load", "regions", __file__], ["serve"], ["verify-log"]])
def test_no_office_names_what_to_run(tmp_path: Path, command: list[str]) -> None:
    data = tmp_path / "nowhere"
    whole = ["office", command[0], "--data", data, *command[1:]]
    assert f"lantian office init --data {data}" in one_line(lantian(*whole))
    assert not data.exists()


def test_a_wrong_database_address_is_one_line(office: Path) -> None:
    done = lantian("office", "verify-log", "--data", office, DATABASE_URL="mysql://host/name")
    assert "DATABASE_URL" in one_line(done)


def test_a_database_that_is_away_is_one_line(office: Path, tmp_path: Path) -> None:
    away = "postgres://li@127.0.0.1:1/office"
    for command in (["verify-log", "--data", office], ["init", "--data", tmp_path / "office"]):
        line = one_line(lantian("office", *command, DATABASE_URL=away))
        assert "DATABASE_URL: the database cannot be used" in line
    assert not (tmp_path / "office" / "office.json").exists()


def test_tables_of_an_earlier_version_are_brought_up_to_date(own: Path) -> None:
    database = sqlite3.connect(own / "db.sqlite3")
    with database:
        database.execute("DROP TABLE django_session")
        database.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    database.close()
    assert lantian("office", "verify-log", "--data", own).returncode == 0
    database = sqlite3.connect(own / "db.sqlite3")
    assert database.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    database.close()


@pytest.mark.slow
def test_load_a_plan_and_air_data(office: Path) -> None:
    samples = ROOT / "docs" / "samples"
    plan = lantian("office", "load", "--data", office, "plan", samples / "plan.txt")
    assert plan.returncode == 0, plan.stderr
    assert re.search(r": \d+ clauses, \d+ targets, \d+ tasks.*notes for the reviewer: \d+\.", plan.stdout)
    assert re.search(r"^  review it in the office at /plans/\d+/$", plan.stdout, re.M)
    air = lantian("office", "load", "--data", office, "ambient", samples / "hours.csv")
    assert air.returncode == 0, air.stderr
    assert "2,160 of 2,160 rows taken" in air.stdout
    assert lantian("office", "load", "--data", office, "plan", samples / "plan.txt").returncode == 0
    wrong = lantian(
        "office", "load", "--data", office, "ambient", "--layout", "nonsense", samples / "hours.csv"
    )
    assert "nonsense" in one_line(wrong)


def test_of_many_plans_the_good_ones_are_loaded(office: Path, tmp_path: Path) -> None:
    scan, elsewhere, good = tmp_path / "scan.pdf", tmp_path / "elsewhere.txt", tmp_path / "good.txt"
    picture = pypdfium2.PdfDocument.new()
    picture.new_page(595, 842)
    picture.save(scan)
    text = "{}大气治理行动方案\n\n一、主要任务\n\n1.治理散煤。2024年底前完成。（市生态环境局负责）\n"
    elsewhere.write_text(text.format("西安市"), encoding="utf-8")
    good.write_text(text.format("太原市"), encoding="utf-8")
    done = lantian("office", "load", "--data", office, "plan", scan, elsewhere, good)
    assert done.returncode == 1
    assert done.stdout.startswith("太原市大气治理行动方案: ")
    first, second, last = done.stderr.splitlines()
    assert first.startswith("scan.pdf: the PDF is a scan")
    assert second.startswith("elsewhere.txt: the plan is one of 西安市, which is not in the region register.")
    assert last == "lantian: 2 of 3 files could not be loaded"
    again = lantian("office", "load", "--data", office, "plan", good)
    assert again.returncode == 0 and "is loaded already; nothing was changed" in again.stdout
    named = lantian("office", "load", "--data", office, "plan", "--region", "140100", elsewhere)
    assert named.returncode == 0, named.stderr
    assert "西安市大气治理行动方案: " in named.stdout


def test_files_that_are_empty_or_absent(office: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    for kind in ("plan", "ambient", "regions"):
        line = one_line(lantian("office", "load", "--data", office, kind, empty))
        assert "empty.txt" in line and "empty" in line.replace("empty.txt", "")
        absent = lantian("office", "load", "--data", office, kind, tmp_path / "absent.txt")
        assert absent.returncode == 2 and "does not exist" in absent.stderr


def test_load_regions_and_the_log(office: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(SAMPLE + "141004,无处,county,999999,\n", encoding="utf-8")
    bad.write_text("这不是区域表\n", encoding="gbk")
    done = lantian("office", "load", "--data", office, "regions", good, bad)
    assert done.returncode == 1
    assert "good.csv: 2 rows; 1 added, 0 changed, 0 unchanged, 1 refused, listed in " in done.stdout
    assert "good.csv row 3, column parent_code" in done.stderr
    assert "bad.csv row 1: no column" in done.stderr
    assert "1 of 2 files could not be loaded" in done.stderr.splitlines()[-1]
    again = lantian("office", "load", "--data", office, "regions", good)
    assert again.returncode == 0 and "0 added, 0 changed, 1 unchanged" in again.stdout
    whole = lantian("office", "verify-log", "--data", office)
    assert whole.returncode == 0 and "the action log is whole" in whole.stdout


def test_a_file_with_nothing_good_in_it_is_a_mistake(office: Path, tmp_path: Path) -> None:
    file = tmp_path / "regions.csv"
    file.write_text("code,name,level,parent_code\n1,x,county,141000\n", encoding="utf-8")
    done = lantian("office", "load", "--data", office, "regions", file)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("nothing in this file could be taken")


def test_a_tampered_log_is_told(own: Path) -> None:
    database = sqlite3.connect(own / "db.sqlite3")
    with database:
        database.execute("UPDATE people_actionlog SET actor_name = 'nobody' WHERE number = 1")
    database.close()
    done = lantian("office", "verify-log", "--data", own)
    assert done.returncode == 1
    assert "row 1 was changed after it was written" in done.stdout
    assert done.stderr.endswith("broken in 1 place\n")


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    yield number


def test_a_taken_port_is_one_line(office: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        number = holder.getsockname()[1]
        line = one_line(lantian("office", "serve", "--data", office, "--port", number))
    assert f"port {number} on 127.0.0.1 is taken" in line and "--port" in line


def test_a_host_that_is_none(office: Path, port: int) -> None:
    done = lantian("office", "serve", "--data", office, "--port", port, "--host", "no such host")
    assert "is not a host name or address" in one_line(done)


def test_serve_answers_and_stops_on_ctrl_c(office: Path, port: int) -> None:
    command = [sys.executable, "-m", "lantian", "office", "serve", "--data", str(office), "--port", str(port)]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean(PYTHONUNBUFFERED="1")
    )
    try:
        assert server.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = server.stdout.readline()
            assert line, server.communicate()
            said += line
        assert f"http://127.0.0.1:{port}/" in said
        page = fetch(port, "/sign-in/")
        style = re.search(r'href="(/static/lantian/lantian\.[0-9a-f]{12}\.css)"', page)
        assert style, "static files carry the digest of their content"
        assert ".lt-panel" in fetch(port, style[1])
        assert "模拟数据" not in page
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=30)
        assert server.returncode == 0, (out, err)
        assert "Traceback" not in err
    finally:
        if server.poll() is None:
            server.kill()
            server.communicate()


def fetch(port: int, address: str) -> str:
    for _ in range(50):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=30) as answer:
                return str(answer.read().decode())
        except ConnectionError:
            time.sleep(0.1)
    raise AssertionError(address)
