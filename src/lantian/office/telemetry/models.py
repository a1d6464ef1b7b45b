"""What the office keeps about the line; values themselves lie in the store of `lantian.telemetry`."""

from __future__ import annotations

from lantian.office.telemetry.alarms import models as alarms

__all__ = ("alarms",)
