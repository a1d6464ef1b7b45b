"""A device of the line as truth screens look at it: a `Case` out of what it and the things beside it sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.telemetry import door, measured
from lantian.office.telemetry.alarms import limits
from lantian.office.telemetry.gates.rules import tonnes_by_day
from lantian.office.telemetry.stack import PRODUCTION, TREATMENT, power_devices
from lantian.telemetry.series import Floats, Series, Words, series_of
from lantian.telemetry.truth import Arrivals, Case, Change, Daily, Gate, Power
from lantian.telemetry.validity.readings import Readings
from lantian.telemetry.validity.rules import midnight
from lantian.telemetry.values import MILLIONTHS

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=10)
PARAMETERS = frozenset({"i13001", "i13002", "i13007", "i13008", "i13009"})
LOGS = frozenset({"i11001", "i21001"})
MOST_PEERS = 8


def case_of(device: LineDevice, first: date, last: date) -> Case:
    """Everything known of a stack device over local days, both included.

    Parameters
    ----------
    device
        with its outlet and enterprise
    """
    start, end = midnight(first), midnight(last + timedelta(days=1))
    peers = _peers(device)
    meters = power_devices(device)
    conditions = measured.conditions_of([device]).get(device.pk, ())
    table = door.values({device.mn, *peers, *meters, *conditions}, first, last)
    step = _step(table, device.mn, start, end)
    minutes = series_of(table, device.mn, "2051", start=start, end=end, step=step)
    hours = series_of(table, device.mn, "2061", start=start, end=end, step=HOUR)
    changes, logged = _told(table, device.mn)
    return Case(
        minutes,
        hours,
        power=_power(table, meters, minutes),
        condition=_condition(table, [device.mn, *conditions], minutes),
        arrivals=_arrivals(table, device.mn, minutes),
        parameters=changes,
        logged=logged,
        gate=_gate(device, first, last),
        limits=_limits(device, first, last),
        reference_o2=None if (o2 := measured.reference_of(device)) is None else float(o2),
        peers=tuple(series_of(table, mn, "2051", start=start, end=end, step=step) for mn in peers),
    )


def _step(table: pa.Table, mn: str, start: datetime, end: datetime) -> timedelta:
    """The interval of its minute values, at least ten minutes: screens look at that grid."""
    own = Readings.of(table, mn).interval(round(start.timestamp() * 1e6), round(end.timestamp() * 1e6))
    step = timedelta(minutes=own or 10)
    return step if step >= STEP and HOUR % step == timedelta(0) else STEP


def _peers(device: LineDevice) -> list[str]:
    if device.enterprise_id is None:
        return []
    rows = LineDevice.objects.filter(enterprise=device.enterprise_id, kind="stack", withdrawn=False)
    return list(rows.exclude(pk=device.pk).order_by("pk").values_list("mn", flat=True)[:MOST_PEERS])


def _places(rows: pa.Table, grid: Series) -> Any:
    """On which period of the grid each row lies; some lie outside."""
    micros = rows["time"].cast(pa.int64()).to_numpy()
    return (micros - round(grid.start.timestamp() * 1e6)) // round(grid.step / timedelta(microseconds=1))


def _power(table: pa.Table, meters: list[str], grid: Series) -> Power | None:
    """Power of what produces and of what treats, on the grid of the minutes [kW]."""
    if not meters or not len(grid):
        return None
    mine = table.filter(
        pc.and_(
            pc.and_(pc.is_in(table["place"], pa.array(meters)), pc.is_valid(table["value"])),
            pc.is_in(table["field"], pa.array(["Rtd", "Avg"])),
        )
    )
    found = [_summed(mine, prefix, grid) for prefix in (PRODUCTION, TREATMENT)]
    if all(np.isnan(one).all() for one in found):
        return None
    return Power(*found)


def _summed(rows: pa.Table, prefix: str, grid: Series) -> Floats:
    """The sum of a group of meters: of each its mean within the period."""
    rows = rows.filter(pc.starts_with(rows["factor"], prefix))
    total = np.full(len(grid), np.nan)
    places = _places(rows, grid)
    numbers = rows["value"].to_numpy(zero_copy_only=False).astype(np.float64) / MILLIONTHS
    joined = pc.binary_join_element_wise(rows["place"], rows["factor"], "|")
    names = np.asarray(joined.to_pylist(), dtype=object)
    inside = (places >= 0) & (places < len(grid))
    for name in sorted(set(names[inside].tolist())):
        mine = inside & (names == name)
        sums = np.bincount(places[mine], weights=numbers[mine], minlength=len(grid))
        counts = np.bincount(places[mine], minlength=len(grid))
        there = counts > 0
        total[there] = np.nan_to_num(total[there]) + sums[there] / counts[there]
    return total


def _condition(table: pa.Table, places: list[str], grid: Series) -> Words | None:
    """The operating condition as sent (p99101), held until the next one."""
    mine = pc.and_(pc.is_in(table["place"], pa.array(places)), pc.starts_with(table["factor"], "p99101"))
    rows = table.filter(pc.and_(mine, pc.is_valid(table["text"]))).sort_by([("time", "ascending")])
    if not rows.num_rows or not len(grid):
        return None
    found = np.full(len(grid), "", dtype="<U2")
    at = np.clip(_places(rows, grid), 0, len(grid))
    words = rows["text"].to_pylist()
    for place, (begin, word) in enumerate(zip(at.tolist(), words, strict=True)):
        until = int(at[place + 1]) if place + 1 < len(at) else len(grid)
        found[begin:until] = word[:2]
    return found


def _arrivals(table: pa.Table, mn: str, grid: Series) -> Arrivals | None:
    """When the minute messages came, and how far their own clock was off."""
    rows = table.filter(pc.and_(pc.equal(table["place"], mn), pc.equal(table["cn"], "2051")))
    if not rows.num_rows or not len(grid):
        return None
    times = rows["time"].cast(pa.int64()).to_numpy()
    came = rows["received_at"].cast(pa.int64()).to_numpy()
    width = round(grid.step / timedelta(microseconds=1))
    offset = times - round(grid.start.timestamp() * 1e6)
    places, fits = offset // width, offset % width == 0
    inside = fits & (places >= 0) & (places < len(grid))
    sent = np.asarray([_sent(text) for text in rows["qn"].to_pylist()])
    delay, gap = np.full(len(grid), np.nan), np.full(len(grid), np.nan)
    delay[places[inside]] = (came - times)[inside] / 1e6
    gap[places[inside]] = came[inside] / 1e6 - sent[inside]
    versions = np.zeros(len(grid), dtype=np.int64)
    stamps = np.stack([places[inside], rows["seq"].to_numpy()[inside]], axis=1)
    if len(stamps):
        np.add.at(versions, np.unique(stamps, axis=0)[:, 0], 1)
    off = sorted({int(time) for time in times[~fits].tolist()})[:200]
    return Arrivals(delay, gap, versions, tuple(datetime.fromtimestamp(one / 1e6, UTC) for one in off))


def _sent(qn: str | None) -> float:
    """The moment a QN tells, by the site's clock [s since 1970]; NaN where it tells none."""
    try:
        moment = datetime.strptime((qn or "")[:14], "%Y%m%d%H%M%S")  # noqa: DTZ007  the zone follows
    except ValueError:
        return float("nan")
    return moment.replace(tzinfo=UTC).timestamp() - 8 * 3600


def _told(table: pa.Table, mn: str) -> tuple[tuple[Change, ...], tuple[datetime, ...]]:
    """Changes of parameters and entries of the site's log, out of what it told (3020)."""
    rows = table.filter(pc.and_(pc.equal(table["place"], mn), pc.equal(table["cn"], "3020")))
    by_time: dict[datetime, dict[str, str]] = {}
    for row in rows.select(["time", "factor", "field", "text"]).to_pylist():
        name = row["factor"] or row["field"]
        by_time.setdefault(row["time"], {})[name] = str(row["text"] or "").strip("/ ")
    known: dict[str, float] = {}
    changes, logged = [], []
    for time in sorted(by_time):
        said = by_time[time]
        if LOGS & set(said):
            logged.append(time)
        for code in sorted(PARAMETERS & set(said)):
            name = f"{said['PolId']}-{code}" if said.get("PolId") else code
            try:
                value = float(said[code])
            except ValueError:
                continue
            if name in known and known[name] != value:
                changes.append(Change(time, name, known[name], value))
            known[name] = value
    return tuple(changes), tuple(logged)


def _gate(device: LineDevice, first: date, last: date) -> Gate | None:
    """Tonnes by day through the gates of the enterprise."""
    if device.enterprise_id is None:
        return None
    found = tonnes_by_day(device.enterprise_id, midnight(first), midnight(last + timedelta(days=1)))
    if not found:
        return None
    tonnes = np.zeros((2, (last - first).days + 1))
    for day, both in found.items():
        tonnes[:, (day - first).days] = [float(one) for one in both]
    return Gate(Daily(first, tonnes[0]), Daily(first, tonnes[1]))


def _limits(device: LineDevice, first: date, last: date) -> dict[str, float]:
    """The strictest hourly limit of each factor that held in the period."""
    if device.outlet is None:
        return {}
    found: dict[str, float] = {}
    for limit in limits.limits_of([device.outlet], first, last).get(device.outlet_id, []):
        if limit.averaging == "hour":
            value = float(limit.value)
            found[limit.factor] = min(value, found.get(limit.factor, value))
    return found
