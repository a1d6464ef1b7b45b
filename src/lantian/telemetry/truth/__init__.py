"""Truth screens: which devices send what cannot be true. A score is a lead for inspectors, no finding."""

from lantian.telemetry.truth.case import (
    FORGERIES,
    MEANT,
    Arrivals,
    Case,
    Change,
    Daily,
    Gate,
    Power,
)

__all__ = ["FORGERIES", "MEANT", "Arrivals", "Case", "Change", "Daily", "Gate", "Power"]
