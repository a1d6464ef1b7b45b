"""How this year runs beside past years, and how much of that usually lasts.

The logarithm of a month's mean beside the same month of past years is a lasting part (the year's own level)
and a passing one (the month's weather). Their variances say how far an anomaly to date is carried into the
days to come: with k months known by k·lasting / (k·lasting + passing). They are learned from past years, each
beside the years before it, pooled over places, and drawn towards the rulebook's priors.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lantian.ambient.outlook.arrays import Flags, Floats, Ints
from lantian.ambient.outlook.history import History, past_periods
from lantian.ambient.outlook.settings import Settings
from lantian.ambient.period import Period
from lantian.ambient.rules import SIX

MONTH = 30.4
"""Days of a month, as a measure of how much is known."""


@dataclass(frozen=True)
class Calendar:
    """Where the days of a period and of the same period of past years lie on the axis of a history.

    `columns` has shape (1 + years, days): row 0 is the period itself, row z the one z years before; a day
    that leap years lack is the day before it. `known` days from the start are over. `month` numbers the
    calendar month of each day, from 0.
    """

    period: Period
    columns: Ints
    known: int
    month: Ints

    @classmethod
    def of(cls, history: History, period: Period, as_of_day: date, years: int) -> Calendar:
        days = [period.first + timedelta(days=step) for step in range(period.days)]
        rows = [[history.column(day) for day in days]]
        for past in past_periods(period, years):
            back = period.first.year - past.first.year
            rows.append([history.column(_years_before(day, back)) for day in days])
        month = np.array([(day.year - days[0].year) * 12 + day.month - days[0].month for day in days])
        known = min(max(0, (as_of_day - period.first).days + 1), period.days)
        return cls(period, np.array(rows), known, month)

    @property
    def remaining(self) -> int:
        return self.period.days - self.known

    def values(self, history: History, back: int, rows: Sequence[int] | None = None) -> Floats:
        """Values (places, rows, days) of the period `back` years before; NaN outside the history.

        `rows`: only these places.
        """
        at = self.columns[back]
        inside = (at >= 0) & (at < history.days)
        values = history.values if rows is None else history.values[list(rows)]
        found = np.full((*values.shape[:2], len(at)), np.nan)
        found[:, :, inside] = values[:, :, at[inside]]
        return found


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True)
class Anomalies:
    """What past years and the days known say, per place and item.

    `usable` (places, years): past years with enough days. `weights` the same shape, rows summing to 1 where
    any year is usable. `levels` (places, years, items): log mean of each past year; `base` (places, items)
    their weighted mean. `known` (places, items): log anomaly of the days known beside `base`, NaN when
    nothing is known; `months` the months behind it, a month of changeable season counting less. `lasting`,
    `passing` (items): variances, the latter of a month of middling season; `season` (months of the period,
    items) multiplies it. `drift`
    (places, items): expected log change of this year beside `base`. `evidence`: past years that taught it.
    """

    usable: Flags
    weights: Floats
    levels: Floats
    base: Floats
    known: Floats
    months: Floats
    lasting: Floats
    passing: Floats
    season: Floats
    drift: Floats
    evidence: int

    def carried(self, row: int) -> Floats:
        """The share of the anomaly to date that is carried into the remaining days, per item."""
        k = self.months[row]
        return np.asarray(k * self.lasting / (k * self.lasting + self.passing))

    @property
    def years(self) -> Floats:
        """The count of past years that the weights are worth, per place."""
        squares = np.sum(self.weights**2, axis=1)
        return np.where(squares > 0, 1 / np.where(squares > 0, squares, 1), 0.0)


def anomalies_of(
    history: History, calendar: Calendar, settings: Settings, learn: History | None = None
) -> Anomalies:
    """Compare the days known with past years; `history` and `learn` hold nothing after the last known day.

    `learn`: the places (on the same axis) from which is learned how years differ; None: those of `history`.
    """
    years = calendar.columns.shape[0] - 1
    past, enough = _past(history, calendar, settings)
    now = calendar.values(history, 0)[:, : len(SIX)]
    usable: Flags = np.asarray(enough.any(axis=2))
    weights = usable * settings.recency ** np.arange(years)
    total = weights.sum(axis=1, keepdims=True)
    weights = weights / np.where(total > 0, total, 1)
    levels = _levels(past, enough)
    base = _weighted(levels, weights)

    k = calendar.known
    both = np.isfinite(past[..., :k]) & np.isfinite(now[:, None, :, :k])
    mine = _log_mean(np.where(both, now[:, None, :, :k], np.nan))
    theirs = _log_mean(np.where(both, past[..., :k], np.nan))
    known = _weighted(mine - theirs + levels - base[:, None], weights)
    season = settings.season[(calendar.period.first.month - 1 + np.arange(calendar.month.max() + 1)) % 12]
    counted = np.isfinite(now[..., :k]) / season[calendar.month[:k]].T
    months = np.where(np.isfinite(known), counted.sum(axis=2) / MONTH, 0.0)

    lesson = (past, enough) if learn is None or learn is history else _past(learn, calendar, settings)
    lasting, passing, drift, evidence = _learn(*lesson, calendar.month, season, settings)
    age = np.sum(weights * np.arange(1, years + 1), axis=1)
    return Anomalies(
        usable, weights, levels, base, known, months, lasting, passing, season, age[:, None] * drift[None, :],
        evidence,
    )  # fmt: skip


def _levels(past: Floats, enough: Flags) -> Floats:
    """Log level of each year (places, years, items), against the mean of the years on the days it has.

    A year that lacks its winter is not cleaner for it.
    """
    used = np.where(enough[..., None], past, np.nan)
    usual = np.broadcast_to(_mean(used, 1)[:, None], used.shape)
    same_days = _log_mean(np.where(np.isfinite(used), usual, np.nan))
    found = _log_mean(used) - same_days + _log_mean(usual)
    return np.where(enough, found, np.nan)


def _past(history: History, calendar: Calendar, settings: Settings) -> tuple[Floats, Flags]:
    """Values (places, years, items, days) of past years, newest first, and which have enough days."""
    years = range(1, calendar.columns.shape[0])
    past = np.stack([calendar.values(history, z)[:, : len(SIX)] for z in years], axis=1)
    return past, np.isfinite(past).sum(axis=3) >= settings.least_share * calendar.period.days


def _learn(
    past: Floats, enough: Flags, month: Ints, season: Floats, settings: Settings
) -> tuple[Floats, Floats, Floats, int]:
    """Variances of the lasting and the passing part and the drift a year, per item, from past years alone."""
    lasting0, passing0 = settings.persistence**2, settings.monthly**2
    drift0 = np.zeros(len(SIX))
    years = past.shape[1]
    months = _month_logs(past, month)
    found: list[tuple[Floats, Floats, Floats]] = []
    for z in range(years - 1):
        older = np.arange(z + 1, years)
        weights = settings.recency ** (older - z - 1.0) * enough[:, older].any(axis=2)
        total = weights.sum(axis=1, keepdims=True)
        weights = weights / np.where(total > 0, total, 1)
        worth = 1 + np.sum(weights**2, axis=1)[:, None]
        base = _weighted(months[:, older].reshape(len(past), len(older), -1), weights)
        x = np.where(enough[:, z, :, None], months[:, z] - base.reshape(months[:, z].shape), np.nan)
        n = np.isfinite(x).sum(axis=2).astype(float)
        some = n >= 4
        safe = np.where(some, n, 4)
        sums, squares = np.nansum(x, axis=2), np.nansum(x**2, axis=2)
        cross = np.where(some, (sums**2 - squares) / (safe * (safe - 1)) / worth, np.nan)
        # A month of changeable season is brought to a middling one.
        rest = (x**2 / worth[..., None] - cross[..., None]) / season.T
        own = np.where(some, np.nansum(rest, axis=2) / safe, np.nan)
        gap = np.sum(weights * (older - z), axis=1)[:, None]
        slope = np.where(some, sums / safe / np.where(gap > 0, gap, 1), np.nan)
        if some.any():
            found.append((_mean(cross, 0), _mean(own, 0), _mean(slope, 0)))
    if not found:
        return lasting0, passing0, drift0, 0
    n0, n1 = settings.prior_years, float(len(found))
    cross, own, slope = (_mean(np.stack(column), 0) for column in zip(*found, strict=True))
    lasting = np.where(np.isfinite(cross), np.clip(cross, 0.1 * lasting0, 10 * lasting0), lasting0)
    passing = np.where(np.isfinite(own), np.clip(own, 0.1 * passing0, 10 * passing0), passing0)
    drift = settings.trend_keep * n1 / (n0 + n1) * np.where(np.isfinite(slope), slope, 0.0)
    return (n0 * lasting0 + n1 * lasting) / (n0 + n1), (n0 * passing0 + n1 * passing) / (n0 + n1), \
        drift, len(found)  # fmt: skip


def _month_logs(past: Floats, month: Ints) -> Floats:
    """Log means of calendar months (places, years, items, months); NaN under ten days."""
    found = []
    for m in range(int(month.max()) + 1):
        days = past[..., month == m]
        found.append(np.where(np.isfinite(days).sum(axis=-1) >= 10, _log_mean(days), np.nan))
    return np.stack(found, axis=-1)


def _log_mean(values: Floats) -> Floats:
    return np.log(np.maximum(_mean(values, -1), 1e-3))


def _weighted(values: Floats, weights: Floats) -> Floats:
    """Weighted mean over axis 1 of what is there; NaN where nothing is."""
    here = np.isfinite(values) * weights[:, :, None]
    total = here.sum(axis=1)
    return np.where(total > 0, np.sum(np.nan_to_num(values) * here, axis=1) / np.where(total > 0, total, 1),
                    np.nan)  # fmt: skip


def _mean(values: Floats | Sequence[Floats], axis: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a mean of nothing is NaN, as wanted
        return np.asarray(np.nanmean(values, axis=axis))
