"""`lantian demo` as a user calls it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lantian.cli import run
from lantian.office.demo.build import Size, build

COMMAND = [sys.executable, "-m", "lantian", "demo"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("demo") / "data"
    with (data.parent / "said").open("w") as said:
        build(data, now=datetime.now(UTC), size=Size(months=1, stations=6), out=said)
    return data


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert len(lines) == 1, said
    assert "Traceback" not in said.out + said.err
    return lines[0]


def test_a_taken_port_is_told_before_anything_is_built(
    tmp_path: Path, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", "--data", str(tmp_path / "demo"), "--port", str(taken)]) == 1
    line = one_line(capsys)
    assert str(taken) in line
    assert "--port" in line
    assert list(tmp_path.iterdir()) == []


def test_a_real_office_is_refused_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "office.json").write_text("{}")
    assert run(["demo", "--data", str(tmp_path), "--build-only"]) == 1
    assert "not a demonstration; nothing in it was touched" in one_line(capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["office.json"]


def test_a_folder_with_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "holiday.jpg").write_text("sun")
    assert run(["demo", "--data", str(tmp_path), "--build-only"]) == 1
    assert "is not empty" in one_line(capsys)


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("x")
    assert run(["demo", "--data", str(file), "--build-only"]) == 1
    assert "notes.txt" in one_line(capsys)


def test_a_port_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--port", "70000"]) == 2
    assert "70000" in one_line(capsys)


@pytest.mark.slow
def test_run_again_it_builds_nothing(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in small.rglob("*")}
    assert run(["demo", "--data", str(small), "--build-only"]) == 0
    assert "nothing is built anew" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in small.rglob("*")} == before


@pytest.mark.slow
def test_it_serves_and_says_how_to_sign_in(small: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND, "--data", str(small), "--port", str(port)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "DATABASE_URL": "postgres://nobody@nowhere/none"}
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        page = wait_for(f"http://127.0.0.1:{port}/sign-in/", server)
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=30)
    assert 'class="lt-simulated"' in page
    assert f"http://127.0.0.1:{port}/" in out
    assert "DATABASE_URL is left aside" in out
    for name in ("admin", "analyst", "linfen", "hongtong", "lingchuan"):
        assert f"\n  {name} " in out
    assert "Traceback" not in err
    assert "warning" not in err


def wait_for(address: str, server: subprocess.Popen[str]) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own http address
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("the office did not answer")


@pytest.mark.slow
def test_an_interrupted_build_leaves_nothing(tmp_path: Path) -> None:
    command = [*COMMAND, "--data", str(tmp_path / "demo"), "--build-only"]
    builder = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert builder.stdout is not None
    for line in builder.stdout:
        if line.startswith("  office"):
            break
    os.killpg(builder.pid, signal.SIGINT)  # as Ctrl-C does: the whole group
    _, err = builder.communicate(timeout=30)
    assert builder.returncode == 130
    assert err.strip() == "lantian: stopped"
    assert [path.name for path in tmp_path.iterdir()] in ([], ["demo.log"])


def test_serving_to_other_machines_is_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    from lantian.cli.demo import introduce

    facts = {"people": {"admin": "all"}, "password": "word", "last": datetime.now(UTC).isoformat()}
    introduce(facts, "0.0.0.0")  # noqa: S104 - only spoken about
    assert "these passwords are public" in capsys.readouterr().err
    for host in ("127.0.0.1", "::1", "localhost"):
        introduce(facts, host)
        assert capsys.readouterr().err == ""


def test_an_old_demonstration_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    from lantian.cli.demo import introduce

    introduce({"people": {"admin": "all"}, "password": "word", "last": "2025-01-01T00:00+08:00"}, "localhost")
    assert "delete the folder" in capsys.readouterr().out
