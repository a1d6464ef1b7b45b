"""The DuckDB adapter: its settings, its sessions, its literals."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pyarrow as pa
import pytest

from lantian.lake import engine


def ask(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process with these variables."""
    environment = {**os.environ, **settings}
    command = [sys.executable, "-W", "error", "-c", f"from lantian.lake import engine\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)


def test_memory_and_threads_by_variable() -> None:
    code = "print(engine.query(\"SELECT current_setting('memory_limit') m, current_setting('threads') t\"))"
    done = ask(code, LANTIAN_MEMORY="300MB", LANTIAN_THREADS="1")
    assert "286.1 MiB" in done.stdout
    assert "1" in done.stdout.splitlines()[-1]
    assert done.stderr == ""


def test_a_wrong_setting_is_named() -> None:
    done = ask("engine.query('SELECT 1')", LANTIAN_MEMORY="plenty")
    assert "DuckDB does not accept its settings" in done.stderr
    assert "Set LANTIAN_MEMORY like 2GB" in done.stderr


def test_a_lazy_frame_leaves_no_noise_behind() -> None:
    code = (
        "import narwhals as nw\n"
        "frame = nw.from_native(engine.connection().sql('SELECT 1 AS a'))\n"
        "print(engine.arrow(frame.select(b=nw.col('a') + 1).to_native()).to_pylist())"
    )
    done = ask(code)
    assert done.stdout == "[{'b': 2}]\n"
    assert done.stderr == ""


def test_sessions_speak_utc_and_threads_have_their_own() -> None:
    found: list[object] = [engine.connection()]
    thread = threading.Thread(target=lambda: found.append(engine.connection()))
    thread.start()
    thread.join()
    assert engine.connection() is found[0] is not found[1]
    zone = engine.query("SELECT current_setting('TimeZone') AS zone").to_pylist()
    assert zone == [{"zone": "UTC"}]


def test_tables_of_one_thread_can_be_joined() -> None:
    left = engine.relation(pa.table({"a": [1, 2]}))
    right = engine.relation(pa.table({"a": [2], "b": ["x"]}))
    assert engine.arrow(left.join(right, "a")).to_pylist() == [{"a": 2, "b": "x"}]


@pytest.mark.parametrize("word", ["plain", "O'Brien", 'say "x"', "太原", "'; DROP TABLE x; --", "\\", ""])
def test_literals_stand_for_themselves(word: str) -> None:
    sql = f"SELECT {engine.text(word)} AS {engine.name(word or 'x')}"
    assert engine.query(sql).to_pylist() == [{word or "x": word}]
