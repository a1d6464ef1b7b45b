"""What alarms join when the office starts: navigation, panels, steps of the day, words."""

from __future__ import annotations


def ready() -> None:
    """Asked by `TelemetryConfig.ready`."""
