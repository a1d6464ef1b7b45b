"""`lantian telemetry devices add` where nobody sits at a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from lantian.cli import run
from lantian.telemetry.store import Line


def add(monkeypatch: pytest.MonkeyPatch, data: Path, piped: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(piped))
    return run(["telemetry", "devices", "add", "5A01", "--data", str(data)])


def test_password_is_read_from_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(monkeypatch, tmp_path, "123456\r\n") == 0
    line = Line.open(tmp_path)
    try:
        found = line.devices.get("5A01")
        assert found is not None and found.password == "123456"
    finally:
        line.close()


def test_without_a_password_it_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(monkeypatch, tmp_path, "") == 1
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    assert "--password" in said
