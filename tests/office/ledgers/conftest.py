"""The same enterprise and door as in the tests of the engine."""

from __future__ import annotations

from tests.office.registers.conftest import firm, keep

__all__ = ["firm", "keep"]
