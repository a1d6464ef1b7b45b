"""A case prepared for screens: which values may be judged, when the plant runs, and shared small tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import FLOW, O2, POLLUTANTS, TEMPERATURE, Case
from lantian.telemetry.truth.picture import Line, Panel, number, numbers
from lantian.telemetry.truth.rules import LOCAL, Rules
from lantian.telemetry.truth.score import Row
from lantian.telemetry.truth.words import Said, factor

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Lines = Sequence[tuple[Said | str, Floats]]
"""Names (or factor codes) and values of the lines of a panel."""
HOUR = timedelta(hours=1)
SHOWN = timedelta(days=5)
"""How much a picture shows at most."""
_SENT = 3
"""Fewer values than this make no series."""


def unit(code: str) -> str:
    """The unit values of a factor are in."""
    return {O2: "%", FLOW: "m³/s", TEMPERATURE: "°C"}.get(code, "mg/m³")


class View:
    """A case as screens look at it: the minutes, or the hours of a device that sends no minutes.

    Parameters
    ----------
    case
        a device over days
    rules
        thresholds
    """

    def __init__(self, case: Case, rules: Rules) -> None:
        self.case = case
        self.rules = rules
        sent = any(np.isfinite(array).sum() >= _SENT for array in case.minutes.values.values())
        self.series = case.minutes if sent else case.hours
        self.on_minutes = sent
        self.n = len(self.series)
        self.step = self.series.step
        self._normal: dict[str, Bools] = {}
        self._good: dict[str, Floats] = {}

    # -- time ---------------------------------------------------------------------------------------

    @cached_property
    def per_hour(self) -> float:
        """Periods an hour."""
        return HOUR / self.step

    def periods(self, hours: float) -> int:
        """Whole periods of so many hours, at least one."""
        return max(1, round(hours * self.per_hour))

    def hours(self, periods: float) -> float:
        """Hours of so many periods."""
        return float(periods) / self.per_hour

    def at(self, index: int) -> datetime:
        """Start of a period, UTC."""
        return self.series.start + self.step * int(index)

    def span(self, start: int, end: int) -> tuple[datetime, datetime]:
        """The stretch of periods start..end (end exclusive)."""
        return self.at(start), self.at(end)

    @cached_property
    def local(self) -> Ints:
        """Hour of the local day of each period."""
        first = self.series.start + LOCAL
        base = first.hour + first.minute / 60
        return ((base + np.arange(self.n) / self.per_hour) % 24).astype(np.int64)

    @cached_property
    def day(self) -> Ints:
        """Number of the local day of each period, 0 the first."""
        first = self.series.start + LOCAL
        base = first.hour + first.minute / 60
        return ((base + np.arange(self.n) / self.per_hour) // 24).astype(np.int64)

    # -- values -------------------------------------------------------------------------------------

    @cached_property
    def pollutants(self) -> tuple[str, ...]:
        """The factors that are measured for their limit: those with one, and the usual ones that came."""
        came = [code for code in POLLUTANTS if f"{code}-Avg" in self.series.values]
        return tuple(dict.fromkeys([*came, *self.case.limits]))

    @cached_property
    def sent(self) -> tuple[str, ...]:
        """Pollutants, oxygen and flow, as far as they came."""
        return tuple(code for code in (*self.pollutants, O2, FLOW) if f"{code}-Avg" in self.series.values)

    def raw(self, code: str, field: str = "Avg") -> Floats:
        """Values as sent."""
        return self.series.of(f"{code}-{field}")

    def normal(self, code: str) -> Bools:
        """Periods whose mark lets the value be judged: N, or none as in old packets (hj212.md §8)."""
        if code not in self._normal:
            marks = self.series.marks_of(code)
            self._normal[code] = np.asarray((marks == "N") | (marks == ""), np.bool_)
        return self._normal[code]

    def good(self, code: str, field: str = "Avg") -> Floats:
        """Values to judge: marked normal, in steady running; NaN elsewhere."""
        name = f"{code}-{field}"
        if name not in self._good:
            self._good[name] = np.where(self.normal(code) & self.steady, self.raw(code, field), np.nan)
        return self._good[name]

    def field_of(self, code: str) -> str:
        """The field the limit is for: converted to reference oxygen where the outlet converts."""
        return "ZsAvg" if np.isfinite(self.raw(code, "ZsAvg")).any() else "Avg"

    def judged(self, code: str) -> Floats:
        """The value the limit is for, where it may be judged."""
        return self.good(code, self.field_of(code))

    def marked(self, letters: Iterable[str], codes: Iterable[str] | None = None) -> Bools:
        """Periods where any of the factors (without them: the pollutants) carries one of the marks."""
        found = np.zeros(self.n, np.bool_)
        for code in self.pollutants if codes is None else codes:
            marks = self.series.marks_of(code)
            for letter in letters:
                found |= marks == letter
        return found

    # -- running ------------------------------------------------------------------------------------

    @cached_property
    def condition(self) -> npt.NDArray[np.str_]:
        """The process's state by period; all "" where nothing tells it."""
        told = self.case.condition
        return np.full(self.n, "", "<U2") if told is None or not self.on_minutes else told

    @cached_property
    def standing(self) -> Bools:
        """Periods in which the plant says that it stands (state, mark F) or air in the stack does.

        Rule: `telemetry.truth.running`, ours (sources-and-measures §1.5 gives the signs).
        """
        rule = self.rules.table("running")
        reference = self.case.reference_o2
        stands = (self.condition == "F") | self.marked("F", (*self.pollutants, O2, FLOW))
        if reference is not None or self.case.coal is not None:  # a fire
            high = reference is not None and reference >= rule["high_reference"]
            with np.errstate(invalid="ignore"):
                stands |= self.raw(O2) >= rule["air_high" if high else "air"]
        return np.asarray(stands, np.bool_)

    @cached_property
    def stopped(self) -> Bools:
        """Periods in which the plant stands, or hardly any gas flows."""
        flow = self.raw(FLOW)
        full = quantile(flow, 0.9)
        if not full > 0:
            return self.standing
        with np.errstate(invalid="ignore"):
            return self.standing | (flow < self.rules.table("running")["flow_share"] * full)

    @cached_property
    def steady(self) -> Bools:
        """Periods of steady running: not stopped, not starting or stopping, not close to either."""
        settle = self.periods(self.rules.table("running")["settle_hours"])
        return ~near(self.stopped | np.isin(self.condition, ("St", "Sr")), settle)

    @cached_property
    def power(self) -> tuple[Floats, Floats] | None:
        """Production and treatment kW on this grid; None without meters or on hours."""
        power = self.case.power
        if power is None or not self.on_minutes:
            return None
        return power.production, power.treatment

    # -- evidence -----------------------------------------------------------------------------------

    def row(self, start: int, end: int, values: dict[str, float], why: str, **words: Any) -> Row:
        """A row of evidence about periods start..end (end exclusive)."""
        since, until = self.span(start, end)
        return Row(since, until, {name: number(value) for name, value in values.items()}, Said(why, words))

    def window(self, start: int, end: int, around: float = 24.0) -> slice:
        """Periods a picture shows: the stretch and so many hours on both sides, five days at most."""
        margin = self.periods(around)
        most = round(SHOWN / self.step)
        first = max(0, min(start - margin, self.n - 1))
        return slice(first, min(self.n, end + margin, first + most))

    def lines(
        self,
        shown: slice,
        label: Said,
        unit: str,
        lines: Lines,
        *,
        bands: Iterable[tuple[int, int]] = (),
        bounds: Iterable[tuple[float, Said]] = (),
    ) -> Panel:
        """A panel over time; the first line is what is judged, the others stand beside it."""
        times = tuple(self.at(i) for i in range(shown.start, shown.stop))
        drawn = tuple(
            Line(factor(name) if isinstance(name, str) else name, numbers(array[shown]), role)
            for role, (name, array) in zip(("value", *["beside"] * (len(lines) - 1)), lines, strict=True)
        )
        within = tuple(
            self.span(max(start, shown.start), min(end, shown.stop))
            for start, end in bands
            if end > shown.start and start < shown.stop
        )
        return Panel(label, unit, times, drawn, bounds=tuple(bounds), bands=within)


# -- arrays ---------------------------------------------------------------------------------------------


def runs(mask: Bools, *, gap: int = 0) -> list[tuple[int, int]]:
    """Stretches where a mask holds, ends exclusive; holes of up to `gap` periods are bridged."""
    places = np.flatnonzero(mask)
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > gap + 1)
    starts = places[np.append(0, breaks + 1)]
    ends = places[np.append(breaks, len(places) - 1)] + 1
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def near(mask: Bools, reach: int) -> Bools:
    """Where a mask holds within `reach` periods on either side."""
    edge = np.concatenate(([0], np.cumsum(mask)))
    places = np.arange(len(mask))
    low = np.maximum(places - reach, 0)
    high = np.minimum(places + reach + 1, len(mask))
    return np.asarray(edge[high] > edge[low], np.bool_)


def quantile(values: Floats, share: float) -> float:
    """A quantile of what is there; NaN of nothing."""
    there = values[np.isfinite(values)]
    if not len(there):
        return float("nan")
    rank = round(share * (len(there) - 1))
    return float(np.partition(there, rank)[rank])


def windows(values: Floats, width: int, stride: int) -> Floats:
    """Windows of `width` periods every `stride`, shape (windows, width)."""
    if len(values) < width:
        return np.empty((0, width))
    return np.lib.stride_tricks.sliding_window_view(values, width)[::stride]


def quantiles(rows: Floats, *shares: float, least: int = 1) -> list[Floats]:
    """Quantiles of each row of what is there (interpolated); NaN where fewer than `least` values are."""
    ordered = np.sort(rows, axis=-1)  # NaN last
    there = np.isfinite(rows).sum(axis=-1)
    found = []
    for share in shares:
        rank = share * np.maximum(there - 1, 0)
        low = np.floor(rank).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(there - 1, 0))
        one = np.take_along_axis(ordered, low[..., None], axis=-1)[..., 0]
        two = np.take_along_axis(ordered, high[..., None], axis=-1)[..., 0]
        found.append(np.where(there >= max(least, 1), one + (rank - low) * (two - one), np.nan))
    return found


def median(values: Floats) -> float:
    """The median of what is there; NaN of nothing."""
    there = values[np.isfinite(values)]
    return float(np.median(there)) if len(there) else float("nan")


def spread(values: Floats) -> float:
    """The robust standard deviation of what is there: 1.4826 × median absolute deviation."""
    there = values[np.isfinite(values)]
    return float(1.4826 * np.median(np.abs(there - np.median(there)))) if len(there) else float("nan")


def log10_tail(count: int, of: int, chance: float) -> float:
    """−log10 of the probability of `count` or more hits among `of` at a chance each (exact binomial)."""
    if count <= 0 or of <= 0:
        return 0.0
    from math import exp, lgamma, log, log10

    total = 0.0
    for hits in range(count, of + 1):
        total += exp(
            lgamma(of + 1)
            - lgamma(hits + 1)
            - lgamma(of - hits + 1)
            + hits * log(chance)
            + (of - hits) * log(max(1 - chance, 1e-300))
        )
    return 300.0 if total <= 0 else max(0.0, -log10(total))
