"""The steps of `lantian office line`: each is told which days of devices changed, and keeps what follows.

    from lantian.office.telemetry.daily import steps
    steps.register("judge", 20, judge)          # judge(changed: Changed) -> str, one line of what it did

Order 10 is the day figures (`DeviceDay`); alarms come after it. A step may be asked twice for the same days:
it is idempotent, writes in transactions of its own, and a later run asks it again when it raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Changed:
    """What came since the last run.

    Attributes
    ----------
    days
        per device (its MN) the local days of which a value is new or newer
    now
        the moment of the run
    devices
        the records of the register `line_devices` for these MNs; a device without a record is left out
    """

    days: Mapping[str, frozenset[date]]
    now: datetime
    devices: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.days)


Step = Callable[[Changed], str]
_steps: dict[str, tuple[int, Step]] = {}


def register(name: str, order: int, step: Step) -> None:
    """Add a step; the same name again replaces it."""
    _steps[name] = (order, step)


def steps() -> list[tuple[str, Step]]:
    """The registered steps with their names, in order."""
    found = sorted(_steps.items(), key=lambda one: (one[1][0], one[0]))
    return [(name, step) for name, (_order, step) in found]
