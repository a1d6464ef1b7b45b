"""The same on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantian.cli import registers
from lantian.errors import LantianError
from lantian.office.registers.declaring.base import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """`run("load", "boilers", …)`: the command in the office of the test."""
    monkeypatch.setattr(registers, "_start", lambda _data: None)

    def call(*words: str) -> Any:
        return CliRunner().invoke(registers.register, ["--data", str(tmp_path), *words])

    return call


def test_a_table_is_shown_then_written_then_exported(
    run: Any, firm: Any, boilers: Any, tmp_path: Path
) -> None:
    file, out = tmp_path / "a.xlsx", tmp_path / "out.xlsx"
    file.write_bytes(boilers([("1#", "燃气", 5, ""), ("2#", "石头", 5, "")]))
    model = ledger("boilers").model
    shown = run("load", "boilers", str(file))
    assert shown.exit_code == 1 and "1 to be added" in shown.output and "row 3 refused" in shown.output
    assert not model.objects.exists()
    whole = run("load", "boilers", str(file), "--confirm", "--all-or-nothing")
    assert isinstance(whole.exception, LantianError) and not model.objects.exists()
    assert "1 rows written" in run("load", "boilers", str(file), "--confirm").output
    assert "1 records" in run("export", "boilers", str(out)).output
    again = run("load", "boilers", str(out))
    assert again.exit_code == 0 and "1 unchanged" in again.output
    assert run("template", "boilers", str(out)).exit_code == 0
    assert isinstance(run("template", "none", str(out)).exception, LantianError)
