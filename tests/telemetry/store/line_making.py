"""Packets for tests of the line's store, made plainly; also the actions of the runs that are killed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lantian.telemetry.store import Arrival, Limits, Line

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
"""12:00 in Shanghai."""
DAY = timedelta(days=1)
LIMITS = Limits(
    replay_after=3_600_000_000, seen_for=35 * 86_400_000_000,
    earliest=946_656_000_000_000, ahead=366 * 86_400_000_000,
)  # fmt: skip


def segment(mn: str, cn: str, items: Mapping[str, str], *, time: datetime | None, qn: str | None) -> bytes:
    """A data segment whose content are `factor-field` → value."""
    parts = [f"QN={qn}"] if qn else []
    parts += ["ST=31", f"CN={cn}", "PW=123456", f"MN={mn}", "Flag=5"]
    content = []
    if time is not None:
        content.append(f"DataTime={time.astimezone(UTC) + timedelta(hours=8):%Y%m%d%H%M%S}")
    factors: dict[str, list[str]] = {}
    for name, value in items.items():
        factors.setdefault(name.partition("-")[0], []).append(f"{name}={value}")
    content += [",".join(fields) for fields in factors.values()]
    return f"{';'.join(parts)};CP=&&{';'.join(content)}&&".encode()


def packet(
    mn: str = "A1",
    time: datetime | None = NOON,
    items: Mapping[str, str] | None = None,
    *,
    cn: str = "2061",
    qn: str | None = "20261122120000001",
    at: datetime = NOON,
    resent: bool = False,
) -> Arrival:
    """One packet."""
    told = {"a21026-Avg": "12.40", "a21026-Flag": "N"} if items is None else items
    content = segment(mn, cn, told, time=time, qn=qn)
    return Arrival(mn, time, "31", cn, qn, None, resent, at, content)


def history() -> list[Arrival]:
    """Three devices, hours of three days, a correction, a supplement for an old month, one without time."""
    found = []
    for day in range(3):
        for hour in range(0, 24, 6):
            for mn in ("A1", "A2", "A3"):
                time = NOON - DAY * (3 - day) + timedelta(hours=hour)
                told = {"a21026-Avg": f"{day}.{hour:02d}0", "a21026-Flag": "N", "a19001-Avg": "6.8"}
                qn = f"{time:%Y%m%d%H%M%S}{hour:03d}"
                found.append(packet(mn, time, told, qn=qn, at=time + timedelta(hours=1)))
    found.append(packet("A1", NOON - DAY, {"a21026-Avg": "99"}, qn="c", at=NOON - DAY + timedelta(hours=2)))
    found.append(packet("A2", NOON - 60 * DAY, qn="s", at=NOON - DAY, resent=True))
    found.append(packet("A3", None, {"a21026-Rtd": "1"}, cn="2011", qn="n", at=NOON - DAY))
    return sorted(found, key=lambda arrival: arrival.received_at)


def compact(data: Path) -> None:
    """What is killed: everything up to the day before `NOON` becomes Parquet."""
    line = Line.open(data, limits=LIMITS)
    line.compact(NOON)
    line.close()


def write(data: Path) -> None:
    """What is killed: two groups written."""
    line = Line.open(data, create=True, limits=LIMITS)
    packets = history()
    line.write(packets[:20])
    line.write(packets[20:])
    line.close()
