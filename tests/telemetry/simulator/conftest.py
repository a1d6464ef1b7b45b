"""One start for all simulations; plants by kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lantian.telemetry.simulator.plants import Plant, plant_of

START = datetime(2026, 10, 31, 16, tzinfo=UTC)
"""Local midnight of 2026-11-01, a Sunday."""


@pytest.fixture(scope="session")
def start() -> datetime:
    return START


@pytest.fixture(scope="session")
def sinter() -> Plant:
    """A steady plant with reference oxygen, coal and a gate."""
    return plant_of("sinter", 5, 11)


@pytest.fixture(scope="session")
def power() -> Plant:
    """A coal power unit that follows the grid."""
    return plant_of("coal_power", 4, 11)
