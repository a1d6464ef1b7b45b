"""A case out of the line's store: what a device sent over days, as the screens want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lantian.errors import LantianError
from lantian.telemetry import hj212
from lantian.telemetry.series import Floats, Series, Words, series_of
from lantian.telemetry.truth.case import Arrivals, Case, Change, Daily, Gate, Power
from lantian.telemetry.validity.rules import Rules, local_day
from lantian.telemetry.validity.scaling import scaled
from lantian.telemetry.values import MILLIONTHS

if TYPE_CHECKING:
    from lantian.telemetry.store import Line

GRID = timedelta(minutes=10)
"""Finer minutes are brought to this: the screens are tuned on it."""
HOUR = timedelta(hours=1)
_PRODUCTION, _TREATMENT, _STATE = "d2", "d3", "p99101"  # hj212.md §13: first letters of codes, a code
_NEUTRAL = {"i13008": 1.0, "i13007": 0.0}  # slope and intercept before the first that was told
_HELD = timedelta(hours=24)
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outlet:
    """What the line does not know of an outlet: the caller does.

    Parameters are those of `Case`; `power_of` and `condition_of` are other devices (MN) whose meters and
    operating conditions speak for this outlet beside its own, `peers` devices to compare it with.
    """

    limits: Mapping[str, float] | None = None
    ranges: Mapping[str, float] | None = None
    reference_o2: float | None = None
    process: str = ""
    gate: Gate | None = None
    coal: Daily | None = None
    power_of: Sequence[str] = ()
    condition_of: Sequence[str] = ()
    peers: Sequence[str] = ()


def case_of(line: Line, mn: str, since: datetime, until: datetime, outlet: Outlet | None = None) -> Case:
    """The case of a device from an instant (included) to another (excluded).

    Parameters
    ----------
    line
        the line's store
    mn
        the device
    since, until
        aware; local midnights make whole days
    outlet
        what is known of the outlet beside the line

    Raises
    ------
    LantianError
        naive instants, or an empty period
    """
    if since.tzinfo is None or until.tzinfo is None:
        raise LantianError("a period without a time zone", remedy="Give aware instants.")
    start, end = since.astimezone(UTC), until.astimezone(UTC)
    if end <= start:
        raise LantianError("the period ends before it begins", remedy="Give a later end.")
    known = outlet or Outlet()
    last = end - timedelta(microseconds=1)
    table = line.values(
        places=[mn, *known.peers],
        since=start,
        until=last,
        cns=["2051", "2061"],
        versions="all",
        canonical=True,
    )
    table = scaled(table, line.devices.units(), Rules().on(local_day(last)))
    minutes, step = _minutes(table, mn, start, end)
    spoken = line.values(
        places=sorted({mn, *known.power_of, *known.condition_of}), since=start, until=last,
        cns=["2011", "2051"], fields=["Rtd", "Avg"], canonical=True,
    )  # fmt: skip
    grid = (start, minutes.step, max(len(minutes), int((end - start) / minutes.step)))
    changes, logged = _log(line.values(places=[mn], since=start, until=last, cns=["3020"], versions="all"))
    return Case(
        minutes=minutes,
        hours=series_of(table, mn, "2061", start=start, end=end, step=HOUR),
        power=_power(_of(spoken, mn, known.power_of), grid),
        condition=_condition(_of(spoken, mn, known.condition_of), grid),
        arrivals=_arrivals(table.filter(pc.equal(table["place"], mn)), step, grid),
        parameters=changes,
        logged=logged,
        gate=known.gate,
        coal=known.coal,
        limits=dict(known.limits or {}),
        ranges=dict(known.ranges or {}),
        reference_o2=known.reference_o2,
        process=known.process,
        peers=tuple(_minutes(table, peer, start, end)[0] for peer in known.peers),
    )


def _of(table: pa.Table, mn: str, others: Sequence[str]) -> pa.Table:
    return table.filter(pc.is_in(table["place"], pa.array([mn, *others])))


def _minutes(table: pa.Table, mn: str, start: datetime, end: datetime) -> tuple[Series, timedelta]:
    """The minutes on their own grid, of a finer one means on ten minutes; and the device's own interval."""
    mine = table.filter(pc.and_(pc.equal(table["place"], mn), pc.equal(table["cn"], "2051")))
    step = _interval(mine)
    series = series_of(mine, mn, "2051", start=start, end=end, step=step)
    return (coarser(series, GRID) if step < GRID else series), step


def _interval(table: pa.Table) -> timedelta:
    """The usual distance between data times, if it divides the hour; ten minutes else."""
    times = np.unique(table["time"].cast(pa.int64()).to_numpy())
    if len(times) < 2:
        return GRID
    apart, counts = np.unique(np.diff(times), return_counts=True)
    step = timedelta(microseconds=int(apart[np.argmax(counts)]))
    return step if timedelta(0) < step <= HOUR and not HOUR % step else GRID


def coarser(series: Series, step: timedelta) -> Series:
    """Means over longer periods of what is marked normal, and the mark most periods have.

    Parameters
    ----------
    step
        a whole multiple of the series' own
    """
    times = step // series.step
    count = len(series) // times

    def parts(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return array[: count * times].reshape(count, times)

    marks: dict[str, Words] = {}
    for factor, letters in series.marks.items():
        mine = parts(letters)
        names = np.unique(letters)
        amount = np.array([(mine == name).sum(axis=1) for name in names])
        marks[factor] = names[np.argmax(amount, axis=0)] if len(names) else np.full(count, "", "<U2")
    values: dict[str, Floats] = {}
    for name, array in series.values.items():
        mine, letters = parts(array), parts(series.marks_of(name.partition("-")[0]))
        same = letters == marks.get(name.partition("-")[0], np.full(count, "", "<U2"))[:, None]
        use = np.isfinite(mine) & same
        total = np.where(use, mine, 0.0).sum(axis=1)
        there = use.sum(axis=1)
        values[name] = np.where(there > 0, total / np.maximum(there, 1), np.nan)
    return Series(series.mn, series.cn, series.start, step, values, marks)


def _index(table: pa.Table, grid: tuple[datetime, timedelta, int]) -> Ints:
    start, step, _ = grid
    micros = table["time"].cast(pa.int64()).to_numpy() - round(start.timestamp() * 1e6)
    return np.asarray(micros // round(step / timedelta(microseconds=1)), np.int64)


def _power(table: pa.Table, grid: tuple[datetime, timedelta, int]) -> Power | None:
    """Sums over the meters of a kind, of the mean of each meter in a period; None where no meter spoke."""
    kinds = pc.utf8_slice_codeunits(table["factor"], 0, 2)
    table = table.filter(
        pc.and_(pc.is_in(kinds, pa.array([_PRODUCTION, _TREATMENT])), pc.is_valid(table["value"]))
    )
    if not table.num_rows:
        return None
    count = grid[2]
    index = _index(table, grid)
    numbers = table["value"].to_numpy(zero_copy_only=False).astype(np.float64) / MILLIONTHS
    meters = np.array(
        [
            f"{place}|{code}"
            for place, code in zip(table["place"].to_pylist(), table["factor"].to_pylist(), strict=True)
        ]
    )
    sums = {_PRODUCTION: np.full(count, np.nan), _TREATMENT: np.full(count, np.nan)}
    for meter in np.unique(meters):
        kind = meter.rpartition("|")[2][:2]
        mine = (meters == meter) & np.isfinite(numbers) & (index >= 0) & (index < count)
        told = np.bincount(index[mine], minlength=count)
        total = np.bincount(index[mine], numbers[mine], minlength=count)
        mean = np.where(told > 0, total / np.maximum(told, 1), np.nan)
        sums[kind] = np.where(
            np.isfinite(sums[kind]) & np.isfinite(mean), sums[kind] + mean, np.fmax(sums[kind], mean)
        )
    return Power(sums[_PRODUCTION], sums[_TREATMENT])


def _condition(table: pa.Table, grid: tuple[datetime, timedelta, int]) -> Words | None:
    """The state told last, held for a day at most."""
    told = table.filter(pc.equal(table["factor"], _STATE)).sort_by(
        [("time", "ascending"), ("seq", "ascending")]
    )
    if not told.num_rows:
        return None
    _, step, count = grid
    index = _index(told, grid)
    found = np.full(count, "", "<U2")
    held = int(_HELD / step)
    words = [(text or "").strip() for text in told["text"].to_pylist()]
    nexts = [*index[1:].tolist(), count]
    for place, until, word in zip(index.tolist(), nexts, words, strict=True):
        found[max(place, 0) : max(0, min(max(until, place + 1), place + held))] = word
    return found


def _arrivals(table: pa.Table, own: timedelta, grid: tuple[datetime, timedelta, int]) -> Arrivals | None:
    """When each period's first message came, and what stood beside the grid."""
    mine = table.filter(pc.equal(table["cn"], "2051"))
    if not mine.num_rows:
        return None
    packets = mine.group_by(["time", "seq", "received_at", "qn"]).aggregate([]).sort_by("seq")
    start, step, count = grid
    width, fine = (round(length / timedelta(microseconds=1)) for length in (step, own))
    micros = packets["time"].cast(pa.int64()).to_numpy() - round(start.timestamp() * 1e6)
    came = packets["received_at"].cast(pa.int64()).to_numpy() - round(start.timestamp() * 1e6)
    sent = np.array([_micros(qn) for qn in packets["qn"].to_pylist()]) - start.timestamp() * 1e6
    beside = micros % fine != 0
    # Of a finer interval the last message of a period stands for it.
    ours = ~beside & (micros % width == width - fine) & (micros >= 0) & (micros // width < count)
    index = micros[ours] // width
    delay, gap = np.full(count, np.nan), np.full(count, np.nan)
    order = np.arange(len(index))[::-1]  # the first of a period is written last
    delay[index[order]] = ((came - micros)[ours][order] + (width - fine)) / 1e6
    gap[index[order]] = (came[ours] - sent[ours])[order] / 1e6
    off = tuple(start + timedelta(microseconds=int(one)) for one in np.unique(micros[beside]))
    return Arrivals(delay, gap, np.bincount(index, minlength=count).astype(np.int64), off)


def _micros(qn: str | None) -> float:
    moment = hj212.instant(qn) if qn else None
    return float("nan") if moment is None else moment.timestamp() * 1e6


def _log(table: pa.Table) -> tuple[tuple[Change, ...], tuple[datetime, ...]]:
    """Changes of parameters and entries of the log, out of CN 3020."""
    messages: dict[tuple[int, datetime], dict[str, str]] = {}
    for row in table.select(["time", "seq", "factor", "field", "text"]).to_pylist():
        if row["time"] is not None and row["text"]:
            messages.setdefault((row["seq"], row["time"]), {})[row["factor"] or row["field"]] = row["text"]
    last: dict[str, float] = {}
    changes: list[Change] = []
    entries: set[datetime] = set()
    for (_, time), told in sorted(messages.items(), key=lambda one: (one[0][1], one[0][0])):
        of = told.get("PolId", "")
        for code, text in told.items():
            if code in ("i11001", "i21001"):
                entries.add(time)
            if not code.startswith("i13"):
                continue
            try:
                new = float(text.strip("/ "))
            except ValueError:
                continue
            name = f"{of}-{code}" if of else code
            old = last.get(name, _NEUTRAL.get(code))
            if old is not None and old != new:
                changes.append(Change(time, name, old, new))
            last[name] = new
    return tuple(changes), tuple(sorted(entries))
