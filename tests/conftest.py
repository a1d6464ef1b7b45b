"""What every test may ask for: the real files, Chromium; and an honest list of what was not run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("LANTIAN_SHARED", ROOT.parent / "shared"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
IN_CI = os.environ.get("CI") == "true"

MISSING = {
    "shared": (not SHARED.is_dir(), f"the real files are not at {SHARED}"),
    "browser": (CHROMIUM is None, "no Chromium on this machine"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-query-counts",
        action="store_true",
        help="write what pages ask now into tests/office/query_counts.yaml",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark, (missing, reason) in MISSING.items():
            if missing and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for mark, (missing, reason) in MISSING.items():
        if missing:
            terminalreporter.write_line(f"not run here, tests marked '{mark}': {reason}")
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        terminalreporter.write_line(
            "the office ran on SQLite; with DATABASE_URL=postgres://… it runs on PostgreSQL"
        )


@pytest.fixture(scope="session", autouse=True)
def real_files_in_ci() -> None:
    """In CI the real files are a promise: their absence is a failure, not a skip."""
    if IN_CI and MISSING["shared"][0]:
        pytest.fail(MISSING["shared"][1])


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; mark the test `shared`."""
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; mark the test `browser`."""
    assert CHROMIUM
    return CHROMIUM
