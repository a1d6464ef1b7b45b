"""The database's address: what is taken, and what is refused in one clear line."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from lantian.errors import LantianError
from lantian.office.database import database


def test_without_an_address_it_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    found = database("", tmp_path)
    assert found["ENGINE"].endswith("sqlite3") and found["NAME"] == str(tmp_path / "db.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
    assert "busy_timeout" in found["OPTIONS"]["init_command"]


def test_a_whole_address(tmp_path: Path) -> None:
    found = database("postgresql://li%40:p%2Fss@db.example:5433/office%20one?sslmode=require", tmp_path)
    assert found["ENGINE"].endswith("postgresql")
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("li@", "p/ss", "db.example")
    assert (found["PORT"], found["NAME"], found["OPTIONS"]) == ("5433", "office one", {"sslmode": "require"})


def test_a_short_address(tmp_path: Path) -> None:
    found = database("postgres:///office", tmp_path)
    assert (found["HOST"], found["PORT"], found["USER"], found["NAME"]) == ("", "", "", "office")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", '"mysql" is not a database Lantian knows'),
        ("office", '"office" is not a database Lantian knows'),
        ("postgres://host", "names no database"),
        ("postgres://host/", "names no database"),
        ("postgres://host:abc/name", "the port is not a number"),
        ("postgres://host:99999/name", "the port is not a number"),
    ],
)
def test_a_wrong_address(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(LantianError, match=message) as caught:
        database(url, tmp_path)
    assert "DATABASE_URL" in caught.value.line and "postgres://user:password@host" in caught.value.line


def test_a_missing_driver_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LantianError, match=r"pip install lantian\[postgres\]"):
        database("postgres://host/name", tmp_path)
