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
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.rules import Rules
from lantian.telemetry.truth.score import Row, Score, Screen
from lantian.telemetry.truth.screening import screen_all, screens
from lantian.telemetry.truth.words import Said

__all__ = [
    "FORGERIES",
    "MEANT",
    "Arrivals",
    "Case",
    "Change",
    "Daily",
    "Gate",
    "Picture",
    "Power",
    "Row",
    "Rules",
    "Said",
    "Score",
    "Screen",
    "screen_all",
    "screens",
]
