"""Everything the page of one indicator at one place shows; the long part is done without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np

from lantian.ambient import Period
from lantian.ambient.outlook import fan_chart
from lantian.ambient.outlook.fan import FanChart
from lantian.ambient.outlook.ground import Ground
from lantian.ambient.outlook.history import past_periods
from lantian.ambient.outlook.result import MonthNeed, Needs, Outlook
from lantian.ambient.outlook.target import EXIT_LAST, RANK, Target
from lantian.office.monitoring import kernel
from lantian.office.outlook import rules
from lantian.office.outlook.asking import Row
from lantian.office.outlook.ground import Ask, Step, answers, grounds, history


@dataclass(frozen=True)
class MonthRow:
    """One month: what is known of this year, what its rest must hold, and the same month of past years."""

    label: str
    known: Decimal | None
    days_known: int
    days: int
    need: MonthNeed | None
    past: tuple[Decimal | None, ...]

    @property
    def is_whole(self) -> bool:
        return self.days_known == self.days


@dataclass(frozen=True)
class Detail:
    """The answers of one page. `good`, `heavy`: outlooks without a target; `rank` with the line asked for."""

    main: Outlook
    good: Outlook | None
    heavy: Outlook | None
    rank: Outlook | None
    fan: FanChart | None
    years: tuple[str, ...]
    months: tuple[MonthRow, ...]


def work_of(row: Row) -> Callable[[Step], Detail]:
    """The computation of a page, to be done without a database."""
    question, ask = row.asked
    target = ask.target
    plain = row.region.level != "province"
    asks = [ask]
    if plain:
        asks += [Ask(ask.code, Target.parse(key, None, target.period)) for key in ("good_days", "heavy_days")]
    ranked = plain and len(question.field.members) > 1 and row.region.level in {"city", "county", "zone"}
    if ranked and target.indicator != RANK:
        pool = question.field.pool()
        line = Decimal(rules.line_of(pool.size))
        asks.append(Ask(ask.code, Target(RANK, EXIT_LAST, line, target.period), pool))

    def work(step: Step) -> Detail:
        found = answers(question, asks, step)
        step("months", 0, 0)
        main, *more = found
        extra: list[Outlook | None] = [*more, None, None, None][:3]
        fan, years, months = None, (), ()
        if plain and target.indicator != RANK and not main.why:
            fan = fan_chart(
                history(question),
                ask.code,
                target.indicator,
                target.period,
                as_of_day=question.day,
                regime=question.regime,
                rulebook=kernel.rulebook(),
            )
            years, months = _months(grounds(question), ask.code, target.indicator, main.needs)
        return Detail(main, *extra, fan, years, months)

    return work


def key_of(row: Row) -> tuple[object, ...]:
    """Tells pages apart."""
    question, ask = row.asked
    return ("detail", question.key, ask.key)


def _months(
    ground: Ground, code: str, key: str, needs: Needs
) -> tuple[tuple[str, ...], tuple[MonthRow, ...]]:
    """The months of the period: known, needed, past."""
    prospect = ground.prospect
    at = prospect.history.places.index(code)
    known = prospect.known(at)
    backs = [
        back
        for back in range(1, prospect.anomalies.weights.shape[1] + 1)
        if prospect.anomalies.usable[at, back - 1]
    ]
    labels = [past.label for past in past_periods(prospect.period, prospect.anomalies.weights.shape[1])]
    wanted = {need.month: need for need in needs.months}
    places = prospect.rules.decimals(key)

    def figure(days: np.ndarray) -> Decimal | None:
        if not days.shape[1] or not np.isfinite(days).any():
            return None
        value = float(prospect.figures(days)[key][0])
        return Decimal(f"{value:.{places}f}") if np.isfinite(value) else None

    rows = []
    for label, first, last in _spans(prospect.period):
        own = known[:, first:last]
        past = tuple(figure(prospect.past(at, back)[:, first:last]) for back in backs)
        rows.append(
            MonthRow(
                label,
                figure(own),
                max(0, min(last, prospect.calendar.known) - first),
                last - first,
                wanted.get(label),
                past,
            )
        )
    return tuple(labels[back - 1] for back in backs), tuple(rows)


def _spans(period: Period) -> list[tuple[str, int, int]]:
    """Each month the period touches, and the positions of its days."""
    found: list[tuple[str, int, int]] = []
    day = period.first
    while day <= period.last:
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(after, period.last + timedelta(days=1))
        found.append((f"{day:%Y-%m}", (day - period.first).days, (end - period.first).days))
        day = after
    return found


@dataclass(frozen=True)
class Coming:
    """Days of a kind: so far, and how many may still come (middle, and four times in five between)."""

    so_far: int
    middle: int
    low: int
    high: int


def coming(outlook: Outlook | None) -> Coming | None:
    """How many good or heavy days may still come."""
    if outlook is None or outlook.to_date is None or not outlook.final:
        return None
    low, high = outlook.interval(80)
    now = int(outlook.to_date)
    return Coming(now, int(outlook.final["50"]) - now, int(low) - now, int(high) - now)
