"""The one door through which the office reads the line: its store, its registry of devices, its requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lantian.office.frame import clock
from lantian.office.frame.demo import demonstration

if TYPE_CHECKING:
    import pyarrow as pa

    from lantian.telemetry.store import Device, Line

MINUTES, HOURS = "2051", "2061"


@lru_cache(maxsize=4)
def _open(path: str) -> Line:
    from lantian.telemetry.store import Line

    return Line.open(Path(path), create=True)


def line() -> Line:
    """The line of this office, opened once a process; an empty one is made where there is none."""
    return _open(str(settings.DATA))


def now() -> datetime:
    """The moment by which lines are late or silent: in a demonstration the one its simulation ended with."""
    shown = demonstration()
    if shown is not None and shown.get("last"):
        return min(clock.now(), datetime.fromisoformat(shown["last"]))
    return clock.now()


def heard() -> dict[str, Device]:
    """Every device the line knows, by its MN."""
    return {device.mn: device for device in line().devices.all()}


def device(mn: str) -> Device | None:
    """What the line knows of one device."""
    return line().devices.get(mn)


def refused(device: Device | None) -> int:
    """How many packets of a device were refused since it is known."""
    return 0 if device is None else int(device.counters.get("refused", 0))


def values(
    mns: Iterable[str], since: date | datetime, until: date | datetime, *, cns: Iterable[str] | None = None,
    **asked: Any,
) -> pa.Table:  # fmt: skip
    """Rows of `lantian.telemetry.values.VALUES` of some devices; codes mapped to those of the standard."""
    return line().values(
        places=list(mns), since=since, until=until, cns=None if cns is None else list(cns),
        canonical=True, **asked,
    )  # fmt: skip
