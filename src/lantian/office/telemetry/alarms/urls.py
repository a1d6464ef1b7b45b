"""The addresses of alarms, below those of `telemetry` (same namespace)."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
