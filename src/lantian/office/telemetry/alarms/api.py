"""The API of alarms, below /api/telemetry/."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["telemetry"])
