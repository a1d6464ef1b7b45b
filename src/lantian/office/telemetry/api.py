"""The API of the line at /api/telemetry/: devices, the state of their lines, hours of a stack."""

from __future__ import annotations

from ninja import Router

from lantian.office.telemetry.alarms.api import router as alarms
from lantian.office.telemetry.gates.api import router as gates

router = Router(tags=["telemetry"])
router.add_router("", alarms)
router.add_router("", gates)
